"""A small vault that is served and edited, and the site that a clean build makes of it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hanging import LONGEST
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.livereload import LiveReloadServer
from projects import ProjectDir

URL = "http://127.0.0.1:8000/"

CONFIG = """
site_name: Patched
site_url: http://127.0.0.1:8000/
theme: {name: material, font: false}
plugins:
  - search
  - tags
  - notewright:
      dialect: obsidian
      snippets: snippets
      generated_pages: [graph, code, tags, folders, source]
      fonts: [code]
      bibliography: [data/refs.bib]
"""


THEMED = CONFIG.replace(
    "theme: {name: material, font: false}",
    """theme:
  name: material
  font: false
  custom_dir: theme
  features: [navigation.tabs, navigation.path, navigation.prune, navigation.footer]""",
)
"""The configuration of a site with templates of its own."""

TEMPLATE = """{% extends "base.html" %}
{% block footer %}
{{ super() }}
{% for each in nav.items %}{{ each.title }}{% endfor %}
{{ page.next_page.title if page.next_page }}
{% endblock %}
"""


WORKS = "@book{{one, title={{One}}, author={{Doe, {}}}}}\n@book{{two, title={{Two}}, year={}}}\n"
"""A bibliography, but for a name and a year."""


NOTES = {
    "index.md": "# Home\n\nSee [[a]] and [[b#Part|the part]].\n",
    "a.md": "---\ntags: [one]\n---\n\n# A\n\nText. [[b]]\n\n![[b#Part]]\n",
    "b.md": "# B\n\n## Part\n\nWords of the part.\n\n```python\n#| label: sum\n"
    "print(1 + 1)\n```\n\n"
    "> [!question]- Of [[a]] & é?\n> See [[#Part]] and ![[folder/d#^ten]].\n",
    "folder/c.md": "# C\n\nTo [[a]]. é\n\n```python\nprint(open('data/x.txt').read())\n```\n",
    "e.md": "# E\n\n```python\nfrom snippets.help import K\n\nprint(K)\n```\n",
    "folder/d.md": '# D\n\n```python\n--8<-- "help.py"\nprint(K)\n```\n\n![[b#^sum]]\n\n'
    "```python continuation\n#| label: ten\n#| vary: {n: [1, 2]}\n#| vary-caption: for {n}\n"
    "print(n * 10 + K)\n```\n\n"
    "> [!question]- Which?\n> - [ ] one\n> - [x] two\n>\n> `{python} K`, since so it was.\n",
    "base.md": "# Base\n\n```base\nfilters: file.inFolder('folder')\nviews:\n"
    "- order: [file.name, file.tags, file.links, file.backlinks]\n```\n",
    "formulas.md": "# Formulas\n\n$$\n\\providecommand{\\ours}{a}\n$$\n\nSo $\\ours^2$.\n",
    "cites.md": "# Cites\n\nBy [@one, p. 3] and @two, not by [@three].\n\n![[b#Part]]\n",
    "asks.md": "# Asks\n\n```questions\nfrom: ['folder/*', b.md, 'new*', a.md]\n```\n",
}


class Edited:
    """A small vault that is served, and whose files change."""

    def __init__(self, root: Path, config: str = CONFIG) -> None:
        self.root, self.config = root, config
        self.write("mkdocs.yml", config)
        self.write("theme/main.html", TEMPLATE)
        self.write("data/x.txt", "1")
        self.write("data/refs.bib", WORKS.format("A.", 2001))
        self.write("snippets/help.py", "K = 1\n")
        for path, text in NOTES.items():
            self.write(f"docs/{path}", text)

    def write(self, path: str, text: str) -> None:
        """Write one of its files."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")

    def read(self, note: str) -> str:
        """The text of a note."""
        return (self.root / "docs" / note).read_text("utf-8")

    @property
    def notes(self) -> list[str]:
        """Paths of its notes."""
        docs = self.root / "docs"
        return sorted(path.relative_to(docs).as_posix() for path in docs.rglob("*.md"))


@contextmanager
def served(root: Path, site: Path) -> Iterator[Callable[..., None]]:
    """Serve a project, and yield what brings it up to date after an edit.

    With `is_last=False` only that is made which is made at once, as if the next edit came soon. It
    is told which files changed, or the `paths` that it is given.
    """

    def config():  # type: ignore[no-untyped-def]
        found = load_config(str(root / "mkdocs.yml"), site_dir=str(site), site_url=URL)
        return found

    def builder(given=None) -> None:  # type: ignore[no-untyped-def]
        build(given or config(), serve_url=URL)

    first = config()
    first.plugins.on_startup(command="serve", dirty=False)
    server = LiveReloadServer(builder, "127.0.0.1", 0, str(site))
    try:
        builder(first)
        first.plugins.on_serve(server, config=first, builder=builder)
        told = [written(root)]
        serving = first.plugins["notewright"]._serving

        def again(*, is_last: bool = True, paths: Sequence[str] = ()) -> None:
            before, files = told[-1], written(root)
            told.append(files)
            changed = [path for path in before | files if before.get(path) != files.get(path)]
            serving.note_edit(paths or changed or ("",))
            server.builder()
            if is_last:
                settle()

        def settle() -> None:
            end = time.monotonic() + LONGEST
            while server._want_rebuild or not serving.is_settled:
                assert time.monotonic() < end, vars(serving) | vars(serving.postponed)
                if server._want_rebuild:
                    server._want_rebuild = False
                    server.builder()
                time.sleep(0.01)

        settle()
        yield again
    finally:
        first.plugins.on_shutdown()
        server.shutdown()


def written(root: Path) -> dict[str, bytes]:
    """What a writer may change of a project, by its place."""
    files = (path for path in root.rglob("*") if path.is_file() and ".notewright" not in path.parts)
    return {str(path): path.read_bytes() for path in files}


def contents(site: Path) -> dict[str, bytes]:
    """All files of a site."""
    files = (path for path in site.rglob("*") if path.is_file())
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in files}


def clean(vault: Edited, place: Path, said: list[str] | None = None) -> dict[str, bytes]:
    """The site of a copy of the vault that keeps nothing but its records.

    In a process of its own: within one, MkDocs gives all its builds the same plugins. What it says
    is added to `said`.
    """
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(vault.root, place / "project")
    for name in ("pages", "downloads"):
        shutil.rmtree(place / "project" / ".notewright" / name, ignore_errors=True)
    words = ("-m", "mkdocs", "build", "--site-dir", str(place / "site"))
    done = ProjectDir(place / "project").command(*words, *(["--quiet"] if said is None else []))
    if said is not None:
        said += done.output.splitlines()
    return contents(place / "site")


def of_notes(said: Sequence[str]) -> list[str]:
    """What is said of notes, of all that is said."""
    return sorted(line for line in said if "docs/" in line or line.startswith("WARNING"))
