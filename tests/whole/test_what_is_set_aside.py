"""What MkDocs excludes, drafts, templates and hidden notes: nothing of them is published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mkdocs.config import load_config
from mkdocs.structure.files import get_files
from projects import ProjectDir

from notewright.settings import Settings
from notewright.vault.exclusions import Exclusions
from notewright.vault.vault import Vault

pytestmark = pytest.mark.gate

CELL = "```python\nprint('SECRET' + 'ran')\n```\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><title>SECRETpicture</title></svg>'
FILES = {
    "docs/index.md": "# Home\n\n[[open]] and [[seen]] ![[shown.svg|shown]]\n",
    "docs/open.md": "# Open\n\nwords\n",
    "docs/seen/seen.md": "# Seen\n\nIn no list: [[index]].\n",
    "docs/drafts/Draft.md": (
        "---\ntags: [SECRETtag]\naliases: [SECRETalias]\npermalink: SECRETold\ndate: 2026-01-01\n"
        f"---\n# SECRET draft\n\nSECRETwords about [[index]] ![[SECRETonly.svg|x]]\n\n{CELL}"
    ),
    "docs/drafts/broken.md": "---\n{{\n---\nSECRETbroken",
    "docs/wip/Later.md": f"# SECRET later\n\nSECRETlater on [[index]]\n\n{CELL}",
    "docs/My templates/t.md": "---\ncreated: {{date}}\n---\nSECRETtemplate [[index]]\n",
    "docs/.obsidian/templates.json": '{"folder": "My templates"}',
    "docs/hidden.md": "---\npublish: no\n---\nSECREThidden ![[private.svg|p]] ![[shown.svg|s]]\n",
    "docs/shown.svg": SVG.replace("SECRET", ""),
    "docs/private.svg": SVG,
    "docs/drafts/SECRETonly.svg": SVG,
}
PATTERNS = {"exclude_docs": "drafts/\n", "draft_docs": "wip/\n", "not_in_nav": "seen/\n"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    project = ProjectDir(tmp_path_factory.mktemp("aside") / "project")
    project.write(FILES)
    plugins = ["search", "tags", "notewright"]
    project.configure(
        plugins=plugins, theme={"name": "material"}, site_url="https://host/", **PATTERNS
    )
    return project


@pytest.fixture(scope="module")
def site(project: ProjectDir) -> Path:
    built = project.build("--strict")
    assert built.status == 0, built.output
    assert "SECRET" not in built.output
    return project.root / "site"


def test_no_excluded_word_stands_anywhere_in_the_site(site: Path) -> None:
    """Not in pages, backlinks, search, graph, folders, feed, tags, redirects, downloads, names."""
    found = [
        path.relative_to(site).as_posix()
        for path in site.rglob("*")
        if "SECRET" in path.name or (path.is_file() and b"SECRET" in path.read_bytes())
    ]
    assert found == []
    assert not (site / "drafts").exists() and not (site / "wip").exists()
    assert not (site / "private.svg").exists()
    assert (site / "shown.svg").exists(), "a published note shows it, too"
    assert (site / "seen/seen/index.html").exists()
    assert not (site / "seen/index.html").exists(), "a folder of pages that no list names"


def test_nothing_that_is_excluded_runs_or_is_indexed(project: ProjectDir) -> None:
    """`run`, `check`, `index` and `pytest` read the same vault as the site, and drafts too."""
    ran = json.loads(project.notewright("run", "--json").output)
    assert "SECRETbroken" not in str(ran) and "Draft" not in str(ran)
    assert "Later" in str(ran), "a draft runs, so that it is right when it is published"
    index = project.notewright("index").output
    assert "Draft" not in index and "SECRETword" not in index and "templates" not in index
    tested = project.pytest("docs", "-q")
    assert tested.status == 0, tested.output
    assert "Draft" not in tested.output and "broken" not in tested.output


def test_a_link_to_what_is_excluded_says_why_it_is_dead(project: ProjectDir) -> None:
    """It is no typing error."""
    other = ProjectDir(project.root.parent / "linked")
    note = "# A\n\n[[Draft]] ![[Draft]]\n"
    other.write({"docs/index.md": note, "docs/drafts/Draft.md": "SECRET"})
    other.configure(exclude_docs="drafts/\n")
    checked = other.notewright("check")
    assert checked.status == 1
    assert "docs/index.md:3" in checked.output
    assert "`drafts/Draft.md`, which `mkdocs.yml` or Obsidian excludes" in checked.output


def test_drafts_are_seen_while_one_writes(project: ProjectDir, tmp_path: Path) -> None:
    """`mkdocs serve` shows them, and what links to them, but nothing that is excluded."""
    from mkdocs.commands.build import build

    config = load_config(str(project.root / "mkdocs.yml"), site_dir=str(tmp_path / "site"))
    config.plugins.on_startup(command="serve", dirty=False)
    try:
        build(config, serve_url="http://127.0.0.1/")
    finally:
        config.plugins.on_shutdown()
    assert "SECRETlater" in (tmp_path / "site/wip/Later/index.html").read_text()
    assert "SECRETlater" in (tmp_path / "site/index.html").read_text(), "its backlink"
    assert "SECRETwords" not in (tmp_path / "site/index.html").read_text()


@pytest.mark.parametrize(
    ("properties", "said"),
    [
        ("published: false", "`published: False` has no effect, so the note is published"),
        ("Publish: no", "`Publish: False` has no effect, so the note is published"),
        (
            "publish: 'no'",
            ("`publish: no` is neither `true` nor `false`, and the note is not published"),
        ),
        ("publish: 0", "`publish: 0` is neither `true` nor `false`, and the note is published"),
        (
            "publish: soon",
            ("`publish: soon` is neither `true` nor `false`, and the note is published"),
        ),
    ],
)
def test_spellings_like_publish_no_are_told(tmp_path: Path, properties: str, said: str) -> None:
    """Who hides a note learns whether it is hidden."""
    project = ProjectDir(tmp_path)
    project.write({"docs/index.md": "# A\n", "docs/b.md": f"---\n{properties}\n---\n# B\n"})
    project.configure()
    for result in (project.notewright("check"), project.pytest(), project.build()):
        assert result.status == 1 and result.lines("docs/b.md:2", said), result.output
    project.configure({"rules": {"publish": "off"}})
    assert project.build().status == 0
    assert (tmp_path / "site/b/index.html").exists() == ("not published" not in said)


NAMES = st.sampled_from(["a", "b", "drafts", "x y", "wip", "templates", "é"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join).map("{}.md".format)
LINES = st.sampled_from(
    ["drafts/", "/a/", "*.md", "!b/", "wip", "**/x y/*", "a.md", "!templates/", "# no", "é/*"]
)


def _paths(docs: Path) -> Iterator[str]:
    yield from (path.relative_to(docs).as_posix() for path in docs.rglob("*.md"))


@given(st.lists(PATHS, min_size=1, max_size=6), st.lists(LINES, max_size=4))
def test_patterns_mean_what_they_mean_to_mkdocs(
    tmp_path_factory: pytest.TempPathFactory, paths: list[str], lines: list[str]
) -> None:
    """The command line and the tests set aside just what the site does."""
    root = tmp_path_factory.mktemp("patterns")
    for path in paths:
        (root / "docs" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "docs" / path).write_text("# A")
    patterns = "\n".join(lines)
    (root / "mkdocs.yml").write_text(
        json.dumps({"site_name": "A", "exclude_docs": patterns, "plugins": ["notewright"]})
    )
    files = get_files(load_config(str(root / "mkdocs.yml")))
    expected = {file.src_uri for file in files if file.inclusion.is_included()}
    ours = Exclusions.of(Settings.load(root))
    assert {path for path in _paths(root / "docs") if not ours.excluded(path)} == expected
    assert set(Vault.scan(Settings.load(root)).notes) == expected
