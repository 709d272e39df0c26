"""What stands in a line: marks, comments, addresses, line ends, signs."""

from __future__ import annotations

import gc
from pathlib import Path
from types import FunctionType

import pytest
from converted import EXTENSIONS, Converted, convert, read
from hypothesis import given
from hypothesis import strategies as st
from markdown.treeprocessors import InlineProcessor

from notewright.markdown.python_markdown_private import _APPLY
from notewright.note.comments import hide_comments


def body(text: str) -> str:
    """The HTML of a note of one paragraph, without the paragraph."""
    html = convert(text).html
    assert html.startswith("<p>")
    return html.split("</p>")[0].removeprefix("<p>")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("==a==", "<mark>a</mark>"),
        ("x ==a b== y", "x <mark>a b</mark> y"),
        ("==a== ==b==", "<mark>a</mark> <mark>b</mark>"),
        ("==**a** `b`==", "<mark><strong>a</strong> <code>b</code></mark>"),
        ("**==a==**", "<strong><mark>a</mark></strong>"),
        ("[==a==](u/)", '<a href="u/"><mark>a</mark></a>'),
        ("==a\nb==", "<mark>a<br />\nb</mark>"),
        ("==a = b==", "<mark>a = b</mark>"),
        ("in==word==s", "in<mark>word</mark>s"),
        ("==a, b==.", "<mark>a, b</mark>."),
        ("== a ==", "== a =="),
        ("a == b == c", "a == b == c"),
        ("==a ==", "==a =="),
        ("a==b", "a==b"),
        ("====", "===="),
        ("===a===", "===a==="),
        ("\\==a==", "==a=="),
        ("=\\=a==", "==a=="),
    ],
)
def test_marks(text: str, shown: str) -> None:
    """Signs that touch the text mark it; those that stand apart are a comparison."""
    assert body(text) == shown


def test_a_mark_ends_with_its_paragraph() -> None:
    """Two pairs of signs in two paragraphs have nothing to do with each other."""
    assert "<mark>" not in convert("==a\n\nb==").html


@pytest.mark.parametrize(
    "text",
    [
        "<div>\n%% secret %%\n</div>",
        "<div>\n%% secret\n\nsecret %%\n</div>",
        "<div>a %%secret%% b</div>",
        "<details>\n<summary>a %%secret%%</summary>\n\nb\n\n</details>",
        "- <div>\n  %% secret %%\n  </div>",
        "<table><tr><td>%%secret%%</td></tr></table>",
        "<div>\n%% secret",
        "!!! note\n    a %% secret %%",
        "!!! note\n\n    a\n\n    %% secret %% b",
        '=== "Tab"\n\n    %% secret %%',
        "/// note\n\n%% secret %%\n\n///",
        "Term\n:   a %%secret%%",
        "> [!note] %%secret%%\n> %%secret%%",
        "==a %%secret%%==",
        "a^[b %%secret%%]",
        "[[a|b %%secret%%]]",
        "- [ ] a %%secret%%",
        "a <b>%%secret%%</b>",
        "# a %%secret%%",
    ],
)
def test_comments_are_never_published(text: str) -> None:
    """Wherever prose may stand, what the writer hides is not in the page."""
    html = convert(f"before\n\n{text}").html
    assert "secret" not in html
    assert "%%" not in html


@pytest.mark.parametrize(
    "text",
    [
        "<pre>\n%%timeit\n</pre>",
        "<div>\n<pre>%% a %%</pre>\n</div>",
        "<div><code>%%</code> <code>%%</code></div>",
        "<script>\nlet a = b %% c\n</script>",
        "<style>\na { width: 10%% }\n</style>",
        "<!-- %% -->",
        '<div title="100%%">a</div>',
        "<div>\n<!-- %% -->\na\n</div>",
    ],
)
def test_percents_in_code_of_html_are_no_comment(text: str) -> None:
    """Code stays code in blocks of HTML, and the text behind it is shown."""
    note = f"before\n\n{text}\n\nafter"
    assert hide_comments(note) == note


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("https://example.org", ["https://example.org"]),
        ("see https://example.org/a_b_c?d=e&f#g.", ["https://example.org/a_b_c?d=e&f#g"]),
        ("(https://example.org/a_(b))", ["https://example.org/a_(b)"]),
        ("<https://example.org>", ["https://example.org"]),
        ("<obsidian://open?vault=a>", ["obsidian://open?vault=a"]),
        ("[https://a.org](https://b.org)", ["https://b.org"]),
        ("**https://example.org**", ["https://example.org"]),
        (
            "- https://example.org\n- http://example.org",
            ["https://example.org", "http://example.org"],
        ),
        ("`https://example.org`", []),
        ("    https://example.org", []),
        ("me@example.org", []),
        ("<javascript:alert(1)>", []),
    ],
)
def test_bare_addresses_are_links(text: str, links: list[str]) -> None:
    """Without their full stop or bracket, and never twice."""
    found = [node.attributes["href"] for node in read(convert(text).html).all("a")]
    assert found == links


@pytest.mark.parametrize("text", ["a\nb", "a  \nb", "a\\\nb", "> a\n> b", "- a\n  b"])
def test_a_line_end_is_a_break(text: str) -> None:
    """As Obsidian shows it by default."""
    assert convert(text).html.count("<br") == 1


def test_strict_line_breaks_are_a_setting_of_the_vault(tmp_path: Path) -> None:
    """With Obsidian's own setting, a line end is a blank."""
    settings = tmp_path / "docs/.obsidian/app.json"
    settings.parent.mkdir(parents=True)
    settings.write_text('{"strictLineBreaks": true}', "utf-8")
    assert convert("a\nb", root=tmp_path).html == "<p>a\nb</p>"
    assert convert("a  \nb", root=tmp_path).html.count("<br") == 1


@pytest.mark.parametrize("sign", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
def test_every_sign_can_be_escaped(sign: str) -> None:
    """A backslash before it makes it itself."""
    assert read(convert(f"a \\{sign}b\\{sign} c").html).text == f"a {sign}b{sign} c"


@given(st.text(st.sampled_from("ab =^[]#$%&*_`~\\<>()!|/:.1\n"), max_size=40))
def test_any_text_is_converted(text: str) -> None:
    """Whatever is typed, there is a page, and none of our own marks is in it."""
    page: Converted = convert(text)
    assert "\x02" not in page.html
    assert "wzxhzdk" not in page.html
    assert "klzzwxh" not in page.html
    assert "nw-body" not in page.html


@pytest.mark.parametrize(
    "text",
    [
        "==a " * 20000,
        "[" * 10000,
        "[[" * 5000,
        "^[" * 5000,
        "`a " * 10001,
        "$a " * 20000,
        "#" * 50000,
        ">" * 10000,
        "".join("    " * depth + "!!! note\n" for depth in range(100)),
    ],
    ids=["marks", "brackets", "links", "notes", "ticks", "dollars", "signs", "quotes", "blocks"],
)
def test_a_hostile_text_is_converted_soon(text: str) -> None:
    """Signs that are left open by the thousand do not make a build wait for ever."""
    assert convert(text).html


# Struck through


@pytest.mark.parametrize("extensions", [EXTENSIONS, [*EXTENSIONS, "pymdownx.tilde"], []])
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("~~gone~~", "<del>gone</del>"),
        ("x ~~a b~~ y", "x <del>a b</del> y"),
        ("~~**a** `b`~~", "<del><strong>a</strong> <code>b</code></del>"),
        ("**~~a~~**", "<strong><del>a</del></strong>"),
        ("~~==a==~~", "<del><mark>a</mark></del>"),
        ("~~ a ~~", "~~ a ~~"),
        ("`~~a~~`", "<code>~~a~~</code>"),
        ("\\~\\~a~~", "~~a~~"),
    ],
)
def test_text_is_struck_through(text: str, shown: str, extensions: list[str]) -> None:
    """As in Obsidian, whatever the project's extensions are."""
    assert convert(text, extensions=extensions, configs={}).html == f"<p>{shown}</p>"


@pytest.mark.parametrize("text", ["[^]:", "x[^1]\n\n[^]: y\n\n[^1]: z", "[^]: [^]"])
def test_a_footnote_without_a_name_is_text(text: str) -> None:
    """And no error."""
    found = convert(text)
    assert found.problems == []
    assert "[^]:" in found.html


@pytest.mark.parametrize(
    "text",
    ["[^1]:", "[^1]: %%c%%", "[^1]: [r]: b.md", "x[^1]\n\n[^1]:\n", "x[^2]\n\n[^1]:\n\n[^2]:\n"],
)
def test_a_footnote_that_shows_nothing_has_its_way_back(text: str) -> None:
    """And is no error."""
    found = convert(text)
    assert found.problems == []
    for item in read(found.html).all("li"):
        assert len(item.all("a", "footnote-backref")) == 1


PARTS = (
    *("a", " ", "  \n", "\n", "\\", "\\\n", "`", "``", "*", "_", "~~", "==", "#tag", "$x$", "$"),
    *("[", "]", "](u)", "[[", "]]", "![", "!", "[^", "^[b]", "[^1]", "[r]", "\n\n[r]: u\n\n"),
    *(
        "<",
        ">",
        "<b>",
        "</b>",
        "<https://x.org>",
        "<a@x.org>",
        "&",
        "&amp;",
        "&#65;",
        "https://x.org",
    ),
    *("\n\n[^1]: note\n\n", "{.c}", "@key", "(c)", "|", "- "),
)
"""What begins or ends anything in a line."""


@pytest.mark.gate
@given(st.lists(st.sampled_from(PARTS), max_size=12).map("".join))
def test_a_pattern_that_is_not_tried_would_match_nothing(text: str) -> None:
    """A page is the same if each pattern is tried on each text."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("notewright.markdown.extension.skip_patterns", lambda md: None)
        whole = convert(text)
    assert convert(text) == whole


@pytest.mark.nightly
@given(
    st.lists(st.sampled_from((*PARTS, "# ", "\n\n<div>\n", "\n</div>\n\n")), max_size=9).map(
        "".join
    )
)
def test_where_no_raw_html_is_put_back_there_is_none(text: str) -> None:
    """A page is the same if it is looked for in each text, headings too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("notewright.markdown.extension.skip_raw_html", lambda md: None)
        whole = convert(text)
    assert convert(text) == whole


def test_headings_leave_no_functions_that_only_a_search_for_garbage_finds() -> None:
    """Python-Markdown makes one for each: to find them took a hundredth of a build."""
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        convert("## A *heading* of `a` note\n\nWords.\n\n" * 3)
        gc.collect()
        left = [str(each) for each in gc.garbage if isinstance(each, FunctionType)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
    assert not [each for each in left if "RawHtmlPostprocessor" in each]


def test_hardly_a_pattern_is_tried_on_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python-Markdown would try two dozen on each text, for a twentieth of a build."""
    tried: list[object] = []
    apply = getattr(InlineProcessor, _APPLY)

    def counted(self: InlineProcessor, pattern: object, *rest: object) -> object:
        tried.append(pattern)
        return apply(self, pattern, *rest)

    monkeypatch.setattr(InlineProcessor, _APPLY, counted)
    assert convert("plain words").html.startswith("<p>plain words</p>")
    assert 0 < len(tried) < 5
