"""Tags: found in text and properties, and they lead to their list."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from converted import convert, read
from projects import ProjectDir, elements

from notewright.note.note import Note
from notewright.settings import Settings
from notewright.vault.tags import Tags
from notewright.vault.vault import Vault


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#tag", ["tag"]),
        ("a #tag b", ["tag"]),
        ("#a #b/c #d-e #f_g", ["a", "b/c", "d-e", "f_g"]),
        ("#nested/deeply/tag", ["nested/deeply/tag"]),
        ("#1a #2024-05 #y2024", ["1a", "2024-05", "y2024"]),
        ("#été #日本 #🎉", ["été", "日本", "🎉"]),
        ("#a, #b. #c! #d)", ["a", "b", "c", "d"]),
        ("- #a\n- [ ] #b\n\n> #c\n\n# D #d", ["a", "b", "c", "d"]),
        ("**#a** ==#b==", ["a", "b"]),
        ("| #a |\n|---|\n| #b |", ["a", "b"]),
        ("#a/", ["a"]),
        ("#123", []),
        ("See #12, done.", []),
        ("fixes #3344, #2061: and #17.", []),
        ("(#1) #2) #3; #4/ #5!", []),
        ("#12a, #3-d. #y1984", ["12a", "3-d", "y1984"]),
        ("a#b", []),
        ("(#a)", []),
        ("\\#a", []),
        ("# a", []),
        ("##a", []),
        ("`#a`", []),
        ("```\n#a\n```", []),
        ("    #a", []),
        ("$#a$", []),
        ("https://example.org/#a", []),
        ("[a](#b) [[#c]] [[d#e]]", []),
        ("[#a](b)", []),
        ("<b title='#a'>c</b> <!-- #b -->", []),
        ("%% #a %%", []),
        ("&#35;a &#x23;", []),
        ("# a { #b }", []),
        ("a\n{: .b #c }", []),
        ("{a} #b", ["b"]),
    ],
)
def test_tags(text: str, tags: list[str]) -> None:
    """The page shows those that the data lists: Obsidian's signs, after a blank, not in code."""
    note = Note("a.md", "docs/a.md", text)
    assert note.tags == tags
    shown = read(convert(text).html).all("span", "nw-tag")
    assert [node.text for node in shown] == [f"#{tag}" for tag in tags]


@pytest.mark.parametrize(
    ("properties", "tags"),
    [
        ({"tags": ["a", "b/c"]}, ["a", "b/c"]),
        ({"tags": "a, b c"}, ["a", "b", "c"]),
        ({"tags": ["#a", " b/ ", None, ""]}, ["a", "b"]),
        ({"tag": "a"}, ["a"]),
        ({"tags": None}, []),
        ({"tags": [2024, True]}, ["2024", "True"]),
        ({"tags": ["Text"]}, ["Text"]),
    ],
)
def test_tags_of_properties(properties: dict[str, object], tags: list[str]) -> None:
    """A list or a text, with the sign or without."""
    assert Note("a.md", "docs/a.md", "", properties).tags == tags


def test_a_tag_of_text_and_properties_is_one() -> None:
    """Case does not tell tags apart, and the first spelling in the vault is taken."""
    notes = {
        "a.md": Note("a.md", "docs/a.md", "#One #two", {"tags": ["one"]}),
        "b.md": Note("b.md", "docs/b.md", "#TWO #three"),
        "tags.md": Note("tags.md", "docs/tags.md", "<!-- material/tags -->"),
    }
    settings = Settings(root=Path("/project"), docs_dir=Path("/project/docs"))
    tags = Tags.read(Vault(settings, notes, frozenset()), lambda tag: f"tag:{tag.lower()}")
    assert tags.of == {"a.md": ["one", "two"], "b.md": ["two", "three"]}
    assert tags.link("Two", Note("sub/c.md", "docs/sub/c.md", "")) == "../tags.md#tag:two"


def test_an_id_of_ours_holds_no_sign_of_html() -> None:
    """Whatever a property has for a tag; two tags have two ids."""
    odd = ['"><script>', "a b", "a.20b", "a-b", "É/é_1"]
    note = Note("a.md", "docs/a.md", "", {"tags": odd})
    settings = Settings(root=Path("/project"), docs_dir=Path("/project/docs"))
    own = dataclasses.replace(settings, generated_pages=("tags",))
    tags = Tags.read(Vault(own, {"a.md": note}, frozenset()), None)
    assert len(set(tags.anchors.values())) == len(tags.anchors) == len(odd)
    assert all(re.fullmatch(r"tag:[\w./-]+", anchor) for anchor in tags.anchors.values())


def test_a_tag_leads_to_its_list() -> None:
    """Where the vault has a page of tags."""
    tags = Tags({"a.md": ["b/c"]}, "lists/tags.md", {"b/c": "tag:b/c"})
    html = convert("see #b/c", tags=tags).html
    assert '<a class="nw-tag" href="lists/tags.md#tag:b/c">#b/c</a>' in html


Project = Callable[..., Path]
Scan = Callable[[Mapping[str, str | bytes]], Vault]
NOTES = {
    "docs/index.md": "---\ntags: [One]\n---\n# Home\n\n[[sub/a]] has #two/three.\n",
    "docs/sub/a.md": "# Note A\n\nIt is #one, and #two/three.\n",
}
THEMES: dict[str, dict[str, Any]] = {
    "mkdocs": {"theme": {"name": "mkdocs"}, "plugins": ["notewright"]},
    "material": {"theme": {"name": "material"}, "plugins": ["notewright"]},
    "material with its tags": {"theme": {"name": "material"}, "plugins": ["tags", "notewright"]},
}


@pytest.mark.parametrize("theme", THEMES)
def test_tags_lead_to_a_list_where_no_note_is_one(project: Project, theme: str) -> None:
    """It is made, as the graph is, and named once in the navigation."""
    validation = {"links": {"anchors": "warn"}}
    site = ProjectDir(project(NOTES, validation=validation, **THEMES[theme]))
    built = site.build()
    assert built.status == 0, built.output
    links = elements(site.page("sub/a"), "a", "nw-tag")
    assert [each.text for each in links] == ["#one", "#two/three"]
    page = site.page("tags")
    found = {each.attributes.get("id") for each in elements(page)}
    for each in links:
        address, _, anchor = each.attributes["href"].partition("#")
        assert address == "../../tags/"
        assert anchor in found
    shown = [each for each in elements(page, "a") if each.attributes.get("href") == "../sub/a/"]
    assert any(each.text.strip() == "Note A" for each in shown)


def test_a_note_that_lists_the_tags_stays_the_list(vault: Scan) -> None:
    """Nothing is made beside it."""
    found = Tags.read(vault({"a.md": "#x", "l.md": "<!-- material/tags -->"}), str)
    assert (found.page, found.is_made) == ("l.md", False)


@pytest.mark.parametrize("taken", ["tags.md", "Tags.md", "tags/x.md", "tags.py"])
def test_the_list_of_tags_takes_no_note_s_place(vault: Scan, taken: str) -> None:
    """It stands beside it then."""
    found = Tags.read(vault({"a.md": "#x", taken: "# %%\n# # Tags\n"}), None)
    assert (found.page, found.is_made) == ("all-tags.md", True)


def test_a_vault_without_tags_has_no_list(vault: Scan) -> None:
    """There is nothing to list."""
    found = Tags.read(vault({"a.md": "text"}), None)
    assert (found.page, found.is_made) == ("", False)
