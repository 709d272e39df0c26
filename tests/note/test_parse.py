"""The parse: what is hidden is hidden whole, and code is never touched."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from notewright.note import grammar
from notewright.note.comments import hide_comments
from notewright.note.grammar import formula_parser, parse_inline, tokens_of
from notewright.note.parse import Parse
from notewright.note.properties import hide_properties

TEXT = st.text(st.sampled_from("ab%`$~-#>[]()!|<&*_=:. \n\t\\é"), max_size=60)
WORDS = st.sampled_from(["word", "50 % of", "a `%%` b", "`` `%%` ``", "$$a %% b$$", "*x*"])
CODE = st.lists(
    st.sampled_from(["x = 1", "%%timeit", "# %% cell", "", "    y %% 2", "[[a]]", "``", "--- %%"]),
    max_size=5,
)
COMMENTS = st.sampled_from(["%%hidden%%", "%% hidden\nhidden %%", "%%\n\nhidden\n\n%%"])


@st.composite
def fences(draw: st.DrawFn) -> str:
    mark = draw(st.sampled_from(["```", "~~~", "`````"]))
    info = draw(st.sampled_from(["", "python", "python continuation", "text"]))
    return "\n".join([mark + info, *draw(CODE), mark])


@st.composite
def notes(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Blocks of a note: fences, prose, and prose that holds a comment."""
    blocks = st.one_of(
        st.tuples(st.just("fence"), fences()),
        st.tuples(st.just("prose"), WORDS),
        st.tuples(st.just("comment"), st.builds("{} {} {}".format, WORDS, COMMENTS, WORDS)),
        st.tuples(st.just("comment"), COMMENTS),
    )
    return draw(st.lists(blocks, min_size=1, max_size=6))


@given(TEXT)
def test_hiding_keeps_every_line_number(text: str) -> None:
    """An error names the line that the writer sees, whatever was hidden above it."""
    assert hide_comments(text).count("\n") == text.count("\n")
    properties = f"---\n{text}\n---\n{text}"
    assert hide_properties(properties).count("\n") == properties.count("\n")


@given(TEXT)
def test_nothing_is_hidden_twice(text: str) -> None:
    """What is shown of a note stays shown when it is read again."""
    once = hide_comments(text)
    assert hide_comments(once) == once


@given(TEXT.filter(lambda text: "%%" not in text))
def test_a_note_without_comments_is_left_alone(text: str) -> None:
    """Not a byte changes where nothing is to be hidden."""
    assert hide_comments(text) == text


@given(notes())
def test_comments_go_and_fences_stay(blocks: list[tuple[str, str]]) -> None:
    """`%%` in code is code: `%%timeit` does not swallow the rest of the note."""
    text = "\n\n".join(block for _, block in blocks)
    hidden = hide_comments(text)
    assert "hidden" not in hidden
    shown = [block for kind, block in blocks if kind != "comment"]
    position = 0
    for block in shown:  # each of them, unchanged and in order
        position = hidden.index(block, position) + len(block)


@pytest.mark.parametrize(
    "code",
    [
        "`%%`",
        "``a` %% `b``",
        "``a` %% b`",
        "$$\na %% b\n$$",
        "    %% indented",
        "<!-- %% -->",
        "```\n%%\n```",
        "> ```\n> %%\n> ```",
        "- ~~~\n  %%\n  ~~~",
        "a `multi\n%%\nline` b",
        "| `%%` | b |\n|---|---|\n| `%%` | d |",
    ],
)
def test_percents_in_code_and_mathematics_are_no_comment(code: str) -> None:
    """Wherever code stands, two percent signs in it are shown."""
    text = f"before\n\n{code}\n\nafter"
    assert hide_comments(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a %%b%% c", "a c"),
        ("a %%b", "a"),
        ("a %%b%% c %%d%% e", "a c e"),
        ("a\n%%\n\n```python\nb\n```\n\n%%\nc", "a c"),
        ("> %%b%% c", "> c"),
        ("- %%b%% c", "- c"),
        ("# a %%b%%\n\nc", "# a c"),
        ("| a %%b%% |\n|---|\n| c |", "| a | |---| | c |"),
        ("%% `b %% c` d", "c` d"),
        ("a\\` %%b%% c", "a\\` c"),
    ],
)
def test_a_comment_is_hidden_wherever_it_stands(text: str, left: str) -> None:
    """A comment is never published, not even a part of it."""
    assert hide_comments(text).split() == left.split()


@pytest.mark.parametrize("text", ["%%comment%% text", "- %%comment%% text", "%%c%% text\n%%d%%"])
def test_a_hidden_comment_leaves_no_indented_code(text: str) -> None:
    """Prose behind a comment stays prose."""
    kinds = [token.type for token in MarkdownIt("commonmark").parse(hide_comments(text))]
    assert "paragraph_open" in kinds
    assert "code_block" not in kinds


def test_a_hidden_comment_leaves_no_line_break() -> None:
    """Two blanks at the end of a line mean a break; a comment there means none."""
    html = MarkdownIt("commonmark").render(hide_comments("a %%comment%%\nb"))
    assert "<br" not in html


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("---\na: 1\n---\nbody", "\n\n\nbody"),
        ("---\n---\nbody", "\n\nbody"),
        ("---\na: 1\n...\nbody", "\n\n\nbody"),
        ("---  \na: |\n  ---\n---\t\nbody", "\n\n\n\nbody"),
        ("---\na: 1\n---", "\n\n"),
        ("---\na: 1\n", "---\na: 1\n"),
        ("\n---\na: 1\n---\n", "\n---\na: 1\n---\n"),
        ("text\n\n---\na\n---\n", "text\n\n---\na\n---\n"),
        ("----\na: 1\n---\n", "----\na: 1\n---\n"),
    ],
)
def test_properties_stand_at_the_very_top(text: str, body: str) -> None:
    """A ruler further down hides nothing."""
    hidden = "\n".join(line.rstrip() for line in hide_properties(text).split("\n"))
    assert hidden == body


@given(TEXT)
def test_a_note_without_wikilinks_parses_as_commonmark_does(text: str) -> None:
    """Our syntax takes nothing from that of Markdown."""
    text = re.sub(r"\[\[|%|\$", "", text)
    oracle = MarkdownIt("commonmark").enable("table")
    expected = [(token.type, token.map) for token in oracle.parse(text)]
    if not text.startswith("---"):
        assert [(token.type, token.map) for token in Parse(text).blocks] == expected


@pytest.mark.parametrize(
    "text", [">a|\n>-|\n>", "> > a|\n> > -|\n> >", "- a|\n  -|\n-", "> [!n]\n> |a|\n> |-|\n>"]
)
def test_a_quote_may_end_with_an_empty_line_below_a_table(text: str) -> None:
    """As it does while one writes."""
    assert any(token.type == "table_open" for token in Parse(text).blocks)


DEFINITIONS = ["[a]: b", "[c]: <d> 'title", "title'", "text", '"x"', "[e", "]: f", "", "[g]:", "h"]
DEFINITIONS += ["[a]: other (t)", "(more", ")", "> [q]: r", "- [l]: m", "[^1]: note", "[a]: b 'c'"]


@given(st.lists(st.sampled_from(DEFINITIONS), max_size=60))
def test_definitions_are_those_of_the_rule_that_reads_to_the_end(lines: list[str]) -> None:
    """Ours reads some lines at first, and finds the same: labels, places, titles and the rest."""
    text = "\n".join(line for line in lines if not line.startswith("[^")) + "\n"
    env: dict[str, Any] = {}
    expected = MarkdownIt("commonmark").enable("table").disable("inline").parse(text, env)
    tokens, references = tokens_of(text)
    assert references == env.get("references", {})
    assert [(each.type, each.map, each.content) for each in tokens] == [
        (each.type, each.map, each.content) for each in expected
    ]


TAGS = ["<a>", "<a b='<' c>", "</a>", "<!-- a", "-->", "<!-->", "<?a", "?>", "<!A a", "<![CDATA["]
TAGS += [
    "]]>",
    "&amp;",
    "&#38;",
    "&#x26",
    "&nothing;",
    "\\|",
    "\\*",
    "&",
    ";",
    "<",
    ">",
    "a",
    " ",
    "[",
    "](b)",
]


@given(st.lists(st.sampled_from(TAGS), max_size=30))
def test_tags_and_entities_are_those_of_the_rules_that_copy_the_text(parts: list[str]) -> None:
    """They are shown no more than what they take."""
    text = "".join(parts)
    expected = MarkdownIt("commonmark").parseInline(text)[0].children or []
    found = formula_parser().parseInline(text)[0].children or []
    assert [each.as_dict() for each in found] == [each.as_dict() for each in expected]


@given(st.lists(st.sampled_from(["a", "=", "  ", " ", "\n", "*", "_", "&amp;", "[", "](b)", "`"])))
def test_a_long_text_is_read_as_a_short_one(parts: list[str]) -> None:
    """It is taken in pieces, which are joined."""
    text = "".join(parts)
    expected = [each.as_dict() for each in parse_inline(text, {})]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grammar, "_LONG_TEXT", 0)
        assert [each.as_dict() for each in parse_inline(text, {})] == expected
