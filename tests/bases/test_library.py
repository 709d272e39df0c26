"""Every function, method and field that is documented is there, and nothing that is not."""

from __future__ import annotations

from notewright.bases.library import ANY, FIELDS, GLOBAL, METHODS

DOCUMENTED = {
    "global": "if date duration now today number max min random list link file image icon html"
    " escapeHTML",
    "any": "isTruthy isType toString isEmpty",
    "date": "date time format relative",
    "string": "contains containsAll containsAny startsWith endsWith lower title trim reverse"
    " repeat slice split replace",
    "number": "abs ceil floor round toFixed",
    "list": "contains containsAll containsAny filter map reduce flat reverse slice sort unique"
    " join mean",
    "file": "asLink hasLink hasTag hasProperty inFolder",
    "link": "asFile linksTo",
    "object": "keys values",
    "regexp": "matches",
}
KNOWN_FIELDS = {
    "date": "year month day hour minute second millisecond",
    "string": "length",
    "list": "length",
    "file": "name basename ext path folder size ctime mtime tags links embeds backlinks"
    " properties file",
}


def test_each_documented_function_is_there() -> None:
    """In the table of its type, and no other."""
    tables = {name: METHODS[name][0] for name in DOCUMENTED if name in METHODS}
    found = {"global": GLOBAL, "any": ANY, **tables}
    assert {name: set(table) for name, table in found.items()} == {
        name: set(words.split()) for name, words in DOCUMENTED.items()
    }


def test_each_documented_field_is_there() -> None:
    """And no other."""
    assert {name: set(table) for name, table in FIELDS.items()} == {
        name: set(words.split()) for name, words in KNOWN_FIELDS.items()
    }
