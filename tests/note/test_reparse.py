"""A text with other words is parsed as a whole parse would: only its changed blocks anew."""

from __future__ import annotations

import copy

from hypothesis import example, given
from hypothesis import strategies as st

from notewright.note import reparse as reparsing
from notewright.note.grammar import tokens_of
from notewright.note.reparse import reparse

LINES = (
    st.text(st.sampled_from("ab1.-#>|`~$[]:=*_< \t\\"), max_size=8)
    | st.sampled_from(
        ["", "a", "    a", "- a", "  b", "1. a", "2. b", "> a", "# a", "* * *", "---", "!!! note"]
    )
    | st.sampled_from(
        [
            "```",
            "~~~",
            "$$",
            "$$a$$",
            "| a | b |",
            "|---|---|",
            "[a]: b",
            "[^1]: b",
            "<div>",
            "<!--",
        ]
    )
)


@example((["```", "1"], ["```", ""]))
@example((["1", "|---|---|", "|---|---|"], ["| a | b |", "|---|---|", "|---|---|"]))
@example((["```", "```", "", ""], ["```", "", "", ""]))
@example((["- a", "", "x"], ["- a", "", "  x"]))
@example((["a", "x", "---"], ["a", "", "---"]))
@example((["> a", "", "1. b"], ["> a", "", "2. b"]))
@example((["x", "", "a", "$$"], ["$$", "", "a", "$$"]))
@example((["x", "", "[a]"], ["[a]: b", "", "[a]"]))
@given(
    st.lists(st.tuples(LINES, st.none() | LINES), max_size=9).map(
        lambda pairs: (
            [old for old, _ in pairs],
            [old if new is None else new for old, new in pairs],
        )
    )
)
def test_it_is_what_a_whole_parse_gives(texts: tuple[list[str], list[str]]) -> None:
    """Or nothing, where only a whole parse can tell."""
    before, after = map("\n".join, texts)
    tokens, references = tokens_of(before)
    found = reparse(copy.deepcopy(tokens), before, after)
    if found is not None:
        whole, defined = tokens_of(after)
        assert [token.as_dict() for token in found] == [token.as_dict() for token in whole]
        assert defined == references


def test_only_blocks_with_a_change_are_parsed(monkeypatch) -> None:
    """A value in one paragraph costs that paragraph, also in a list, a quote or a table."""
    blocks = [
        "# T",
        "one 1 two",
        "- a\n- 1 b\n\n  c",
        "> q 1",
        "| a | b |\n|---|---|\n| 1 | x |",
        "z",
    ]
    before = "\n\n".join(blocks)
    tokens, _ = tokens_of(before)
    parse, parsed = reparsing.parse_blocks, []
    monkeypatch.setattr(
        reparsing, "parse_blocks", lambda text, env: parsed.append(text) or parse(text, env)
    )
    found = reparse(tokens, before, before.replace("1", "0.25"))
    assert found is not None and found[0] is tokens[0]
    changed = [block.replace("1", "0.25") for block in blocks if "1" in block]
    assert [text.rstrip() for text in parsed] == changed
