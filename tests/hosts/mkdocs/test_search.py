"""The search knows other names of notes, and words without their accents."""

from __future__ import annotations

from notewright.hosts.mkdocs.search import add_names, script


def test_aliases_join_the_search_index() -> None:
    """A field of their own where the index has fields, else a part of the text."""
    entries = [{"location": "a/", "text": "t"}, {"location": "a/#h", "text": "u"}]
    fields: dict[str, object] = {}
    add_names(entries, {"a/": ["X", "Y"]}, fields)
    assert entries[0]["aliases"] == "X, Y" and "aliases" not in entries[1]
    assert "aliases" in fields
    add_names(entries, {"a/": ["X"]}, None)
    assert entries[0]["text"] == "X. t"


def test_words_with_accents_join_the_search_index_without_them() -> None:
    """Latin letters lose their accents; what is a letter of its own elsewhere stays whole."""
    text = '<p class="é">Schölkopf\'s naïve naïve plan 한국 か\u3099 हिन्दी \u0301</p>'
    entries = [{"location": "a/", "title": "Géron", "text": text}, {"location": "b/", "text": "n"}]
    fields: dict[str, object] = {}
    add_names(entries, {"a/": ["Ålias"]}, fields)
    assert entries[0]["folded"] == "Geron Alias Scholkopf naive"
    assert "folded" not in entries[1]
    assert fields["folded"] == {"boost": 1.0}


def test_the_script_that_waits_is_found_from_each_page() -> None:
    """However deep the page lies."""
    assert 'src="assets/notewright/search.js"' in script("")
    assert 'src="../../assets/notewright/search.js"' in script("a/b/")
