"""Pages that are kept between builds: the bytes are always those of a clean build."""

from __future__ import annotations

import filecmp
import json
import random
import shutil
from collections.abc import Callable
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from kept_pages import change_kept_pages, kept_pages
from projects import ProjectDir

from notewright.render.converters import _PACKAGES
from notewright.render.page_cache import Kept, KeptPages
from notewright.render.page_digests import _KNOWN

RESULT = '''
class Result:
    """A result that the site collects."""

    def __init__(self, n):
        self.n = n

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": "r", "application/vnd.notewright.result+json": {"n": self.n}}
'''
VAULT = {
    "helper.py": "K = 1\n",
    "result.py": RESULT,
    "snippets/part.py": "# --8<-- [start:one]\nk = 1\n# --8<-- [end:one]\n",
    "docs/index.md": "# Home\n\n[[a]], [[b#Second part]], [[a#^fig]], [[Other name]]. #tag/one\n",
    "docs/a.md": (
        "---\naliases: [Other name]\n---\n# A\n\n## First\n\nText with [[b]] in it.\n\n"
        "```python\n#| label: fig\nimport helper\nprint('a', helper.K)\n```\n"
    ),
    "docs/b.md": (
        "# B\n\n## Second part\n\nA block. ^block\n\n![[c#Shown]]\n\n![[a#^fig]]\n\n"
        '```python\n--8<-- "part.py:one"\nprint(k)\n```\n'
    ),
    "docs/c.md": "# C\n\n## Shown\n\nSee [[a#First]] and ![[d]]\n",
    "docs/d.md": (
        "# D\n\n```python\n#| label: res\nfrom result import Result\nResult(1)\n```\n\n"
        "Value 1<!--= 1 -->.\n"
    ),
    "docs/e.md": "# E\n\n```results\nfrom: d\ncolumns: {n: N, note: Note}\n```\n",
    "docs/folder/f.md": "# F\n\nLinks to nothing and is linked by none. $x^2$\n",
    "docs/n.py": (
        "# %% [markdown]\n# # N\n#\n# See [[a#First]] and [[b]]. ^note\n\n"
        "# %%\nimport helper\nprint('n', helper.K)\n"
    ),
    "docs/pic.txt": "a file",
}


def edit(path: str, old: str, new: str) -> Callable[[ProjectDir], None]:
    """An edit of one file."""

    def apply(project: ProjectDir) -> None:
        text = (project.root / path).read_text("utf-8")
        assert old in text, (path, old)
        project.write({path: text.replace(old, new)})

    return apply


PAIRS = [
    ("helper.py", "K = 1", "K = 2"),
    ("snippets/part.py", "k = 1", "k = 7"),
    ("docs/index.md", "#tag/one", "#tag/two"),
    ("docs/index.md", "[[a]],", "[[a|an A]], [[folder/f]]"),
    ("docs/a.md", "Other name", "New name"),
    ("docs/a.md", "## First", "## First of all"),
    ("docs/a.md", "Text with", "Words with"),
    ("docs/a.md", "# A\n", "# Aleph\n"),
    ("docs/a.md", "'a'", "'aa'"),
    ("docs/b.md", "## Second part", "## Second part\n\n## Second part"),
    ("docs/b.md", "print(k)", "print(k + 1)"),
    ("docs/b.md", "![[a#^fig]]", ""),
    ("docs/c.md", "## Shown", "## Shown\n\nMore."),
    ("docs/d.md", "Result(1)", "Result(2)"),
    ("docs/d.md", "Value 1<!--= 1 -->", "Value 2<!--= 2 -->"),
    ("docs/d.md", "# D\n", "# Delta\n"),
    ("docs/n.py", "# See", "# Look at"),
    ("docs/n.py", "print('n'", "print('m'"),
    ("docs/folder/f.md", "x^2", "x^3"),
    ("docs/folder/f.md", "# F", "---\npublish: false\n---\n# F"),
]
CLOCK = {"SOURCE_DATE_EPOCH": "0"}  # the theme writes the time of the build
EXTENSION = """
from markdown.extensions import Extension


class Other(Extension):
    def extendMarkdown(self, md):
        pass


def slug(text, sep):
    return text


def makeExtension(**options):
    return Other()
"""
OPTIONS = ["attr_list", {"toc": {"permalink": True}}, "pymdownx.highlight", "pymdownx.superfences"]


def configure(project: ProjectDir, extensions: list[object] = OPTIONS) -> None:
    """A site whose pages can be kept."""
    project.configure(markdown_extensions=extensions)


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """A vault whose pages depend on each other in all the ways there are."""
    made = ProjectDir(tmp_path / "project")
    configure(made)
    made.write(VAULT)
    return made


def poison(project: ProjectDir, mark: str) -> None:
    """Change what is kept, so that its use shows."""

    def change(text: str) -> str:
        content = json.loads(text)
        content["made"]["page"]["content"] += mark
        return json.dumps(content)

    change_kept_pages(project.root, change)


def differences(one: Path, other: Path) -> list[str]:
    """Names of the files that differ between two sites."""
    names = {path.relative_to(top) for top in (one, other) for path in top.rglob("*")}
    files = sorted(str(name) for name in names if not (one / name).is_dir())
    _, differ, missing = filecmp.cmpfiles(one, other, files, shallow=False)
    return differ + missing


@pytest.mark.nightly
def test_a_warm_build_is_a_clean_one(project: ProjectDir, tmp_path: Path) -> None:
    """After any edit, the site is what a build without kept pages makes, byte for byte."""
    rng = random.Random(0)
    clean = ProjectDir(tmp_path / "clean")
    for number in rng.sample(range(len(PAIRS)), len(PAIRS)):
        path, old, new = PAIRS[number]
        edit(path, old, new)(project)
        warm = project.command("-m", "mkdocs", "build", **CLOCK)
        assert warm.status == 0, warm.output
        shutil.rmtree(clean.root, ignore_errors=True)
        shutil.copytree(project.root, clean.root, ignore=shutil.ignore_patterns("site", "pages"))
        # As a build elsewhere: sets and dicts of text are in another order.
        result = clean.command("-m", "mkdocs", "build", PYTHONHASHSEED=str(number % 2), **CLOCK)
        assert result.status == 0, result.output
        assert differences(project.root / "site", clean.root / "site") == [], (path, old, new)
        assert warnings(warm.output) == warnings(result.output), (path, old, new)


def warnings(output: str) -> list[str]:
    """What a build says of the notes."""
    return [line for line in output.splitlines() if line.startswith("WARNING")]


@pytest.mark.gate
def test_only_what_an_edit_reaches_is_made_again(project: ProjectDir) -> None:
    """A page that would be the same is taken as it is kept."""
    assert project.build().status == 0
    poison(project, "<!--kept-->")
    edit("docs/folder/f.md", "x^2", "x^3")(project)
    assert project.build().status == 0
    assert "<!--kept-->" not in project.page("folder/f")
    for note in ("index", "a", "b", "c", "d", "e"):
        assert "<!--kept-->" in project.page(note)


@pytest.mark.gate
@pytest.mark.parametrize(
    ("path", "old", "new", "made"),
    [
        ("docs/a.md", "Text with", "Words with", ["a", "b"]),  # b shows a result of a
        ("docs/a.md", "## First", "## Last\n\n## First", ["index", "a", "b", "c"]),
        ("docs/d.md", "Value 1", "The value 1", ["c", "d"]),  # c embeds d, which b does with c
        ("docs/d.md", "# D", "# Delta", ["c", "d", "e"]),
        ("docs/g.md", "$$ a $$", "$$ b $$\n\n^eq-b\n\n$$ a $$", ["g", "h"]),
        ("docs/g.md", "two", "some", ["g"]),
        ("docs/i.md", "x = 1", "x = 2", ["h", "i"]),  # a heading of it says 2
    ],
)
def test_of_another_note_counts_what_a_page_took(
    project: ProjectDir, path: str, old: str, new: str, made: list[str]
) -> None:
    """A link needs a heading, a table of results needs results; the rest of a note may change."""
    others = {
        "docs/b.md": VAULT["docs/b.md"].replace("![[c#Shown]]", "[[c#Shown]]"),
        "docs/g.md": "# G\n\n$$ a $$\n\n^eq-a\n\nIn two words.\n",
        "docs/h.md": "# H\n\nAs in [[g#^eq-a]] and [[i#Then]].\n",
        "docs/i.md": "# I\n\n```python\nx = 1\n```\n\n## Now `{python} x`\n\n## Then\n",
    }
    project.write(others)
    assert project.build().status == 0
    poison(project, "<!--kept-->")
    edit(path, old, new)(project)
    assert project.build().status == 0
    notes = ("index", "a", "b", "c", "d", "e", "g", "h", "i")
    assert [each for each in notes if "<!--kept-->" not in project.page(each)] == made


@pytest.mark.nightly
def test_what_cannot_be_read_is_made_again(project: ProjectDir) -> None:
    """Damage costs nothing but time, and what is kept of a removed note harms nobody."""
    assert project.build().status == 0
    first = project.page("b")
    for content in ("", "{}", '{"key": 1, "consulted": [], "made": 3}', "[" * 100_000):
        change_kept_pages(project.root, lambda _: content)  # noqa: B023
        assert project.build().status == 0
        assert project.page("b") == first
    count = len(kept_pages(project.root))
    (project.root / "docs/folder/f.md").unlink()
    assert project.build().status == 0
    assert len(kept_pages(project.root)) == count  # it goes when there is too much of all


@pytest.mark.gate
def test_a_warning_is_told_each_time(project: ProjectDir) -> None:
    """A page about which something is said is not kept, so it is said again."""
    project.write({"docs/g.md": "# G\n\n[no file](missing.md) and [no place](a.md#missing)\n"})
    outputs = [warnings(project.command("-m", "mkdocs", "build").output) for _ in range(3)]
    assert any("missing.md" in line for line in outputs[0])
    assert outputs[1] == outputs[2] == outputs[0]
    assert project.command("-m", "mkdocs", "build", "--quiet").status == 0
    assert warnings(project.command("-m", "mkdocs", "build").output) == outputs[0]


@pytest.mark.gate
def test_pages_of_a_vault_that_is_not_trusted_are_made_anew(project: ProjectDir) -> None:
    """Who ships a vault could ship its pages too, with a script in them."""
    assert project.build().status == 0
    poison(project, "<script>alert(1)</script>")
    assert project.build(NOTEWRIGHT_EXECUTE="0").status == 0
    for note in ("index", "a", "b"):
        assert "alert(1)" not in project.page(note)


@pytest.mark.nightly
@pytest.mark.parametrize(
    "extensions", [["pymdownx.snippets"], [{"toc": {"slugify": "SLUG"}}], ["extension"]]
)
def test_an_extension_that_may_read_anything_keeps_nothing(
    project: ProjectDir, extensions: list[object]
) -> None:
    """Pages are kept only where all that they depend on is known."""
    configure(project, extensions)
    config = (project.root / "mkdocs.yml").read_text("utf-8")
    config = config.replace("SLUG", "!!python/name:extension.slug")
    project.write({"mkdocs.yml": config, "extension.py": EXTENSION})
    result = project.build(PYTHONPATH=str(project.root))
    assert result.status == 0, result.output
    assert kept_pages(project.root) == {}


@pytest.mark.gate
def test_a_change_of_the_configuration_makes_all_pages_anew(project: ProjectDir) -> None:
    """Options of extensions bear on every page."""
    assert project.build().status == 0
    assert "headerlink" in project.page("a")
    configure(project, [{"toc": {"permalink": False}}, *OPTIONS[2:]])
    assert project.build().status == 0
    assert "headerlink" not in project.page("a")


@pytest.mark.gate
def test_a_download_follows_the_headings_that_it_links_to(project: ProjectDir) -> None:
    """A kept notebook whose link has found its heading is made again, as a clean build makes it."""
    project.configure(markdown_extensions=OPTIONS, site_url="https://example.org/")
    project.write({"docs/d.md": VAULT["docs/d.md"] + "\nSee [[c#Later]].\n"})

    def download() -> str:
        assert project.command("-m", "mkdocs", "build").status == 0
        return (project.root / "site/d/d.ipynb").read_text("utf-8")

    assert "example.org/c/)" in download()
    edit("docs/c.md", "## Shown", "## Later\n\n## Shown")(project)
    assert "example.org/c/#later)" in download()


EMOJI = """
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji
      emoji_generator: !!python/name:material.extensions.emoji.to_svg
      options: {custom_icons: [overrides/.icons]}
"""


@pytest.mark.gate
def test_a_page_follows_the_icons_that_it_shows(project: ProjectDir) -> None:
    """Icons are files: of the project, which count by content, and of Material, by its version."""
    configure(project, [])
    config = (project.root / "mkdocs.yml").read_text("utf-8")
    icon = "overrides/.icons/mine/star.svg"
    svg = '<svg xmlns="http://www.w3.org/2000/svg" id="OLD"></svg>'
    project.write(
        {
            "mkdocs.yml": config.replace("markdown_extensions: []", f"markdown_extensions:{EMOJI}"),
            "docs/folder/f.md": "# F\n\nAn icon :mine-star: here.\n",
            icon: svg,
        }
    )
    assert project.build().status == 0
    assert 'id="OLD"' in project.page("folder/f")
    poison(project, "<!--kept-->")
    assert project.build().status == 0
    assert "<!--kept-->" in project.page("folder/f")
    project.write({icon: svg.replace("OLD", "NEW")})
    assert project.build().status == 0
    assert 'id="NEW"' in project.page("folder/f")


@pytest.mark.gate
def test_what_makes_pages_counts_by_its_version() -> None:
    """Each package whose functions are known by their names is one whose version is known."""
    owners = packages_distributions()
    known = {owner.lower() for name in _KNOWN for owner in owners.get(name, [])}
    assert known - {"notewright"} <= {name.lower() for name in _PACKAGES}


def test_a_page_that_a_copy_of_the_build_kept_is_taken_as_it_is(tmp_path: Path) -> None:
    """What another build kept is compared with what it was made of."""

    def unasked(each: object) -> Any:
        raise AssertionError(each)

    pages = KeptPages(tmp_path)
    pages.keep("a.md", "key", Kept({"page": 1}, {"b.md": "old"}, {}), "common", "this build")
    found = pages.load("a.md", "key", unasked, unasked, "this build")
    assert found is not None and found.made == {"page": 1}
    assert pages.load("a.md", "another key", unasked, unasked, "this build") is None
    assert pages.load("a.md", "key", lambda each: "new", lambda asked: True, "later") is None
    assert pages.load("a.md", "key", lambda each: "old", lambda asked: True, "later") is not None
    assert pages.load("a.md", "key", lambda each: "old", lambda asked: False) is None
