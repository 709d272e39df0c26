"""What properties and the site's other extensions make of a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from converted import convert, read
from projects import ProjectDir
from served import Served

from notewright.note.note import Note
from notewright.vault.published import (
    check_published,
    css_classes,
    is_draft,
    is_published,
    published,
    with_classes,
)
from notewright.vault.vault import Vault

Scan = Callable[[Mapping[str, str | bytes]], Vault]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, True),
        (True, True),
        ("true", True),
        ("", True),
        (0, True),
        (False, False),
        ("false", False),
        (" No ", False),
    ],
)
def test_publish_false_means_no_page(value: object, shown: bool) -> None:
    """Only a plain no hides a note."""
    assert is_published(Note("a.md", "docs/a.md", "", {"publish": value})) is shown


@pytest.mark.parametrize(
    ("value", "drafted"),
    [
        (True, True),
        ("true", True),
        (" Yes ", True),
        (False, False),
        (None, False),
        ("second", False),
    ],
)
def test_draft_true_means_no_page(value: object, drafted: bool) -> None:
    """Only a plain yes hides a note: `draft: second` is a writer's own word."""
    assert is_draft(Note("a.md", "docs/a.md", "", {"draft": value})) is drafted


@pytest.mark.gate
@pytest.mark.parametrize("by", ["mkdocs.yml", "the note"])
def test_a_draft_is_not_built(tmp_path: Path, by: str) -> None:
    """Whoever says so: its cells run, its words are nowhere, and a link to it is told."""
    project = ProjectDir(tmp_path)
    drafts = {"draft_docs": "/later.md"} if by == "mkdocs.yml" else {}
    project.configure(**drafts)
    front = f"---\naliases: [sesame]\n{'draft: true' if by == 'the note' else ''}\n---\n"
    project.write(
        {
            "docs/index.md": "# Home\n\n[[later]]\n",
            "docs/later.md": f"{front}```python\nprint('sesame')\n```\n",
        }
    )
    built = project.command("-m", "mkdocs", "build")
    assert built.counts == (1, 0, 1), "the link to the draft"
    assert built.lines("docs/index.md:3", "links to a note that is a draft")
    site = [path for path in (tmp_path / "site").rglob("*") if path.is_file()]
    assert not [path for path in site if b"sesame" in path.read_bytes() or "later" in str(path)]
    served = Served(project)
    try:
        served.wait_for("later", "sesame")
    finally:
        served.end()


def test_links_to_a_note_without_a_page_are_told(vault: Scan) -> None:
    """With the note and the line, however the link is written; a hidden note may link to it."""
    secret = "---\npublish: false\naliases: [the plan]\n---\n[[other]]\n"
    notes = vault(
        {
            "a.md": "---\ntitle: A\n---\n[[secret]] and [[secret#x|y]]\n\n[text](secret.md)",
            "b.md": "`[[secret]]` [[a]]",
            "other.md": "---\npublish: false\n---\n[[secret]]",
            "secret.md": secret,
        }
    )
    found = list(check_published(notes))
    assert [problem.where for problem in found] == ["docs/a.md:4", "docs/a.md:4", "docs/a.md:6"]
    assert all("publish: false" in problem.message for problem in found)
    assert all("docs/secret.md" in problem.remedy for problem in found)
    assert sorted(published(notes).notes) == ["a.md", "b.md"]


@pytest.mark.parametrize(
    ("properties", "classes"),
    [
        ({"cssclasses": ["wide", "my-page"]}, ["wide", "my-page"]),
        ({"cssclasses": "wide, my-page other"}, ["wide", "my-page", "other"]),
        ({"cssclass": "wide"}, ["wide"]),
        ({"cssclasses": ["a b", None, 'x" onclick="y']}, ["a", "b", "x", "onclick-y"]),
        ({"cssclasses": None}, []),
        ({"cssclasses": ["--", '"']}, []),
    ],
)
def test_classes_of_a_page(properties: dict[str, object], classes: list[str]) -> None:
    """Names only: nothing else gets into the page."""
    note = Note("a.md", "docs/a.md", "", properties)
    assert css_classes(note) == classes
    shown = with_classes("<p>a</p>", note)
    expected = f'<div class="nw-note {" ".join(classes)}">\n<p>a</p>\n</div>'
    assert shown == (expected if classes else "<p>a</p>")


NOTES = {
    "docs/index.md": "---\ntags: [first]\ncssclasses: [wide]\n---\n"
    "# Home\n\n#Second and #nested/tag\n",
    "docs/titled.md": "---\ntitle: Given title\n---\n\nText with #second.\n",
    "docs/signs.md": "# Signs\n\n#nestedtag #🎉 #🎊 #party #🎉/party\n",
    "docs/secret.md": "---\npublish: false\ntags: [hidden]\n---\nsecret text #alsohidden\n",
    "docs/maker.md": "---\npublish: false\n---\n```python\n#| label: hidden-fig\n"
    "#| fig-alt: hidden words\nimport matplotlib.pyplot as plt\n\nplt.plot([1, 2])\n"
    "plt.xlabel('x'); plt.ylabel('y');\n```\n",
    "docs/shows.md": "# Shows\n\n![[hidden-fig.svg|its caption]]\n",
    "docs/tags.md": "# Tags\n\n<!-- material/tags -->\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """A site with Material and its tags plugin, built once for the tests below."""
    project = ProjectDir(tmp_path_factory.mktemp("site"))
    project.configure(
        theme={"name": "material", "font": False},
        plugins=["search", "tags", {"notewright": {}}],
        markdown_extensions=["attr_list", {"toc": {"permalink": True}}],
    )
    for name, text in NOTES.items():
        project.write({name: text})
    result = project.build()
    assert result.status == 0, result.output
    return project


def test_tags_of_the_text_are_in_the_list_of_tags(site: ProjectDir) -> None:
    """Beside those of the properties, and each tag leads to its place in the list."""
    found = re.findall(r'id="(tag:[^"]*)"', site.page("tags"))
    own = {"tag:nestedtag", "tag:.1f389", "tag:.1f38a", "tag:party", "tag:.1f389/party"}
    assert sorted(found) == sorted({"tag:first", "tag:second", "tag:nested/tag"} | own)
    signs = read(site.page("signs")).all("a", "nw-tag")
    assert {link.attributes["href"].partition("#")[2] for link in signs} == own
    links = read(site.page("index")).all("a", "nw-tag")
    assert [link.attributes["href"] for link in links] == [
        "tags/#tag:second",
        "tags/#tag:nested/tag",
    ]


def test_a_hidden_note_is_nowhere_in_the_site(site: ProjectDir) -> None:
    """It has no page, and neither the search nor the list of tags knows it."""
    assert not (site.root / "site/secret").exists()
    for path in Path(site.root, "site").rglob("*"):
        if path.suffix in (".html", ".json", ".xml", ".md"):
            text = path.read_text("utf-8")
            assert "secret text" not in text, path
            assert "hidden words" not in text, path
            assert "hidden" not in re.findall(r'"tag:([^"]*)"', text), path
            assert "alsohidden" not in text, path


def test_a_figure_of_a_hidden_note_is_not_shown(site: ProjectDir) -> None:
    """Not by its file name either; the page is made all the same."""
    assert "<figure" not in site.page("shows")
    assert "<path" not in read_main(site.page("shows"))


def read_main(page: str) -> str:
    """The HTML of a page's article."""
    return page.partition("<article")[2].partition("</article>")[0]


def test_properties_shape_the_page(site: ProjectDir) -> None:
    """Its title, and the classes that a style sheet can use."""
    assert "<title>Given title - Tests</title>" in site.page("titled")
    (wide,) = read(site.page("index")).all("div", "wide")
    assert [each.text.strip("¶") for each in wide.all("h1")] == ["Home"]


def test_settings_of_the_sites_own_extensions_are_kept(site: ProjectDir) -> None:
    """We need the table of contents; the site says how it looks."""
    assert 'class="headerlink"' in site.page("index")


FENCE = "```text\n[[a]] %%\n```"


@pytest.mark.parametrize(
    ("text", "name", "kind", "inner"),
    [
        ('!!! note "T"\n    - a\n      - b', "div", "admonition", ["ul", "li", "ul", "li"]),
        ("!!! note\n\n    a\n\n    b\n\nc", "div", "admonition", ["p", "p"]),
        ("a\n!!! note\n    b", "div", "admonition", ["p"]),
        ("??? note\n    a", "details", "note", ["p"]),
        ('=== "A"\n    a\n\n=== "B"\n    b', "div", "tabbed-block", ["p"]),
        ("Term\n: a", "dl", "", ["dt", "dd"]),
        (
            "Term\n\n:   a\n\n    - b\n      - c",
            "dl",
            "",
            ["dt", "dd", "p", "ul", "li", "ul", "li"],
        ),
        ("/// note | T\n\na\n\n- b\n///\n\nc", "div", "admonition", ["p", "ul", "li"]),
        ("- a\n\n    !!! note\n        b", "div", "admonition", ["p"]),
        ("> !!! note\n>     b", "div", "admonition", ["p"]),
        ("!!! note\n    ??? tip\n        a\n\n        b", "details", "tip", ["p", "p"]),
        ("<div class='grid' markdown>\n\n- a\n\n</div>", "div", "grid", ["ul", "li"]),
    ],
)
def test_extensions_of_python_markdown_keep_working(
    text: str, name: str, kind: str, inner: list[str]
) -> None:
    """Their blocks are found, and hold CommonMark."""
    node = read(convert(text).html).all(name, kind)[0]
    found = [each for each in _names(node) if each not in ("summary",)]
    if any(child.attributes.get("class") == "admonition-title" for child in node.all("p")):
        found.remove("p")
    assert found == inner


def _names(node: object) -> list[str]:
    names: list[str] = []
    for each in getattr(node, "children", []):
        if hasattr(each, "name"):
            names += [each.name, *_names(each)]
    return names


def test_attributes_abbreviations_and_includes_keep_working(tmp_path: Path) -> None:
    """What is said in a line of its own, too."""
    (tmp_path / "part.txt").write_text("included *text*", "utf-8")
    text = '# A {#own .kind}\n\nThe HTML\n{: .lead }\n\n--8<-- "part.txt"\n\n*[HTML]: Hypertext'
    extensions = ("abbr", "attr_list", "pymdownx.snippets")
    configs = {"pymdownx.snippets": {"base_path": [str(tmp_path)]}}
    html = convert(text, extensions=extensions, configs=configs).html
    assert '<h1 class="kind" id="own">A</h1>' in html
    assert '<p class="lead">The <abbr title="Hypertext">HTML</abbr></p>' in html
    assert "<p>included <em>text</em></p>" in html


def test_no_comment_is_published_since_a_folder_is_missing(tmp_path: Path) -> None:
    """A vault at home is none in CI, where `.obsidian` is not committed."""
    project = ProjectDir(tmp_path)
    note = "---\ntitle: A\n---\n\nText %%private%%\n"
    project.write({"docs/index.md": note, "mkdocs.yml": "site_name: T\nplugins: [notewright]\n"})
    told = project.notewright("check")
    assert told.status == 1 and told.lines("docs/index.md:5: the text between `%%` is shown")
    assert project.build().status == 1
    for dialect, is_shown in (("obsidian", False), ("mkdocs", True)):
        project.configure({"dialect": dialect})
        assert project.build().status == 0
        assert ("private" in project.page("index")) is is_shown
    (tmp_path / "docs/.obsidian").mkdir()
    project.write({"mkdocs.yml": "site_name: T\nplugins: [notewright]\n"})
    assert project.build().status == 0 and "private" not in project.page("index")
