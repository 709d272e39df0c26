"""The text of a vault: marks, notes, tags, tasks, comments, formulas, addresses, line ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from converted import Converted, Node, convert, read
from hypothesis import given
from hypothesis import strategies as st

from notewright.settings import Settings
from notewright.syntax import hide_comments
from notewright.tags import Tags, tags_of
from notewright.tasks import STATES
from notewright.vault import Note, Vault


def body(text: str) -> str:
    """The HTML of a note of one paragraph, without the paragraph."""
    html = convert(text).html
    assert html.startswith("<p>")
    return html.split("</p>")[0].removeprefix("<p>")


# Marks


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("==a==", "<mark>a</mark>"),
        ("x ==a b== y", "x <mark>a b</mark> y"),
        ("==a== ==b==", "<mark>a</mark> <mark>b</mark>"),
        ("==**a** `b`==", "<mark><strong>a</strong> <code>b</code></mark>"),
        ("**==a==**", "<strong><mark>a</mark></strong>"),
        ("[==a==](u)", '<a href="u"><mark>a</mark></a>'),
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


# Notes


def notes(text: str) -> tuple[list[str], list[str]]:
    """Numbers of the references, in their order, and the texts of the notes."""
    page = read(convert(text).html)
    references = [node.text for node in page.all("a", "footnote-ref")]
    (block,) = page.all("div", "footnote") or [Node("", {}, [])]
    items = [item for ol in block.all("ol")[:1] for item in ol.children if isinstance(item, Node)]
    return references, [item.text.split("\xa0")[0].strip() for item in items]


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("a^[one]", ["one"]),
        ("a^[one] b^[two]", ["one", "two"]),
        ("a^[see [x](u) and [y]]", ["see x and [y]"]),
        ("a^[with `]` code]", ["with ] code"]),
        ("a^[**bold** ==mark==]", ["bold mark"]),
        ("# a^[in a heading]", ["in a heading"]),
        ("- a^[in an item]", ["in an item"]),
        ("> a^[in a quote]", ["in a quote"]),
        ("| a^[in a cell] |\n|---|", ["in a cell"]),
        ("a^[b](c)", ["b"]),
        ("a[^1] b^[two] c[^x]\n\n[^x]: three\n[^1]: one", ["one", "two", "three"]),
        ("a[^w]\n\n[^w]: word", ["word"]),
        ("a[^1]\n[^1]: directly below", ["directly below"]),
    ],
)
def test_notes_are_numbered_as_one_reads(text: str, texts: list[str]) -> None:
    """Notes in the text and notes below it are one list."""
    references, found = notes(text)
    assert references == [str(number) for number in range(1, len(texts) + 1)]
    assert found == texts


@pytest.mark.parametrize(
    "text", ["a\\^[b]", "`a^[b]`", "$a^[b]$", "a^ [b]", "a^[]", "a^[b", "a^[ ]"]
)
def test_what_only_looks_like_a_note_is_none(text: str) -> None:
    """Code, mathematics and escaped signs are left alone."""
    assert notes(text) == ([], [])


def test_a_note_below_the_text_holds_blocks() -> None:
    """What is indented below it belongs to it: lists by CommonMark's rules, code byte for byte."""
    html = convert(
        "a[^1]\n\n[^1]: one\n    goes on\n    - b\n      - c\n\n    ```text\n    %%x\n    ```"
    ).html
    (item,) = (node for node in read(html).all("li") if node.attributes.get("id") == "fn:1")
    assert [node.text.split() for node in item.all("ul")] == [["b", "c"], ["c"]]
    assert [node.text for node in item.all("code")] == ["%%x\n"]


def test_comments_in_a_note_are_not_published() -> None:
    """Also where the note looks like indented code to CommonMark."""
    html = convert("a[^1]\n\n[^1]: one\n\n    two %%secret%%\n\n    %%secret%% three").html
    assert "secret" not in html
    assert "three" in html


# Tags


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
    assert tags_of(note) == tags
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
    assert tags_of(Note("a.md", "docs/a.md", "", properties)) == tags


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


def test_a_tag_leads_to_its_list() -> None:
    """Where the vault has a page of tags."""
    tags = Tags({"a.md": ["b/c"]}, "lists/tags.md", {"b/c": "tag:b/c"})
    html = convert("see #b/c", tags=tags).html
    assert '<a class="nw-tag" href="lists/tags.md#tag:b/c">#b/c</a>' in html


# Tasks


@pytest.mark.parametrize("state", [" ", "x", "X", "/", "-", ">", "<", "!", "?", "*", '"', "i", "é"])
@pytest.mark.parametrize("mark", ["- ", "* ", "1. ", "2) "])
def test_tasks_have_states(mark: str, state: str) -> None:
    """Any sign in the box is a state: all but the blank are ticked, each has its name."""
    html = convert(f"{mark}[{state}] **do** it").html
    (item,) = read(html).all("li", "task-list-item")
    assert item.attributes["data-task"] == state
    assert item.text.strip() == "do it"
    (box,) = item.all("input")
    assert box.attributes["type"] == "checkbox"
    assert "disabled" in box.attributes
    assert ("checked" in box.attributes) is (state != " ")
    assert box.attributes["aria-label"] == STATES.get(state, f"state {state}")


@pytest.mark.parametrize(
    "text",
    ["- []  a", "- [ab] a", "- [x]a", "- [ ](u) a", "- \\[x] a", "[x] a", "- [x]", "- `[x]` a"],
)
def test_what_only_looks_like_a_task_is_none(text: str) -> None:
    """A box holds one sign and stands apart from its text."""
    assert "<input" not in convert(text).html


def test_tasks_nest_and_stand_beside_other_items() -> None:
    """Only tasks have boxes; loose lists have them too."""
    page = read(convert("- [ ] a\n  - [x] b\n  - c\n\n- [-] d\n\n  more").html)
    items = page.all("li")
    assert [item.attributes.get("data-task") for item in items] == [" ", "x", None, "-"]
    assert len(page.all("input")) == 3


# Comments


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


# Formulas


@pytest.mark.parametrize(
    "text",
    [
        "$x$",
        "a $x$, $y$.",
        "($x$)",
        "$x$-axis",
        "**$x$**",
        "a $$x$$ b",
        "$$x$$",
        "$$\nx\n$$",
        "text\n$$\nx\n\ny\n$$\ntext",
        "> $$\n> x\n> $$",
        "- $$\n  x\n  $$",
        "| $x$ |\n|---|",
        "$a_1 b_2 * c * d$",
        "$5x$ costs nothing",
        "\\$5 and $x$",
    ],
)
def test_formulas(text: str) -> None:
    """In the text and on lines of their own."""
    html = convert(text).html
    assert "<math" in html
    assert "<em>" not in html
    assert "$" not in html.replace("$5 and", "")


def test_a_formula_between_two_pairs_of_dollars_is_displayed() -> None:
    """Also in the middle of a paragraph."""
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"' in body("a $$x$$ b")


@pytest.mark.parametrize(
    "text",
    [
        "$5",
        "from $5 to $10",
        "costs $5,000-$10,000 now",
        "between $5 and ($10)",
        "US$5 and US$6",
        "$5/$10",
        "$ x $",
        "$x $",
        "5$ and 6$",
        "\\$x\\$",
        "`$x$`",
    ],
)
def test_money_is_no_formula(text: str) -> None:
    """A figure behind the second dollar, or a blank beside one, means a price."""
    page = convert(text)
    assert "<math" not in page.html
    assert read(page.html).text == text.replace("\\", "").replace("`", "")
    assert page.problems == []


# Addresses, line ends, escapes


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
