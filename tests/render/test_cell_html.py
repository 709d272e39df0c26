"""Pages: what a note and the results of its cells become. No cell runs here."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from markdown import Markdown

from notewright.errors import Problem
from notewright.markdown.extension import NotewrightExtension, Page
from notewright.note.note import Note
from notewright.note.properties import PROPERTIES
from notewright.render.cell_html import ASSETS, Renderer
from notewright.render.figure_html import INLINE_LIMIT
from notewright.run.engine import Run
from notewright.run.records import CellRecord
from notewright.run.verdicts import CellResult
from notewright.run.worker import outputs
from notewright.run.worker.outputs import Output
from notewright.settings import Settings
from notewright.vault.names import Names
from notewright.vault.vault import Vault

ROOT = Path("/project")
SETTINGS = Settings(root=ROOT, docs_dir=ROOT / "docs")
SVG = '<svg width="10pt" height="10pt"><path id="p"/><use xlink:href="#p"/></svg>'

# As the vault's own mkdocs.yml has them.
EXTENSIONS = [
    "admonition",
    "attr_list",
    "footnotes",
    "pymdownx.details",
    "pymdownx.highlight",
    "pymdownx.quotes",
    "pymdownx.superfences",
    "tables",
    "toc",
]
CONFIG = {"pymdownx.quotes": {"callouts": True}}


@dataclass
class Shown:
    """The HTML of a note, and the page that it was made for."""

    html: str
    page: Page

    @property
    def code(self) -> list[str]:
        """The text of each highlighted block, as a browser copies it."""
        return texts(self.html, "code", within="highlight")

    @property
    def outputs(self) -> str:
        """All HTML of outputs."""
        return "".join(re.findall(r'<div class="nw-outputs">(.*?)</div></div>', self.html, re.S))


def render(
    text: str,
    *shown: Sequence[Output],
    problems: Sequence[Problem] = (),
    values: Sequence[Sequence[str]] = (),
    trusted: bool = True,
    extensions: Iterable[str] = EXTENSIONS,
    body: str | None = None,
) -> Shown:
    """Convert a note whose cells showed the given outputs."""
    note = Note("a.md", "docs/a.md", text)
    vault = Vault(SETTINGS, {note.path: note}, frozenset({"fig.svg"}))
    cells = replace(note, text=text).cells
    results = [
        CellResult(
            cell,
            CellRecord(
                list(shown[index]) if index < len(shown) else [],
                values=list(values[index]) if index < len(values) else [],
            ),
            tuple(filter(None, [*problems[index : index + 1], cell.problem])),
        )
        for index, cell in enumerate(cells)
    ]
    page = Page(Names(vault), note, Run({note.path: results}), Renderer("../", trusted))
    extension = NotewrightExtension(page)
    md = Markdown(extensions=[*extensions, extension], extension_configs=CONFIG)
    text = PROPERTIES.sub("", text) if body is None else body
    return Shown(md.convert(text), page)


class _Texts(HTMLParser):
    def __init__(self, tag: str, within: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._tag, self._within = tag, within
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append((tag, dict(attrs).get("class") or ""))
        if self._wanted() and tag == self._tag:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._wanted():
            self.found[-1] += data

    def _wanted(self) -> bool:
        inside = any(self._within in kind.split() for _, kind in self._open)
        return inside and any(tag == self._tag for tag, _ in self._open)


def texts(page: str, tag: str, within: str) -> list[str]:
    """Text of each element of a kind inside an element of some class."""
    parser = _Texts(tag, within)
    parser.feed(page)
    return parser.found


def fence(*lines: str, info: str = "python") -> str:
    return "\n".join([f"```{info}", *lines, "```"])


STREAM = outputs.stream("stdout", "printed\n")


def test_a_cell_shows_its_code_and_below_it_its_output() -> None:
    """The reader sees what ran, then what it showed."""
    shown = render(fence("print(1)"), [STREAM])
    assert shown.code == ["print(1)\n"]
    assert shown.html.index("highlight") < shown.html.index(">printed</pre>")


def test_outputs_stand_in_their_order() -> None:
    """Text, value, warning: in the order of the run."""
    value = outputs.display({"text/plain": "value"}, {}, is_result=True)
    warning = outputs.stream("stderr", "careful\n")
    shown = render(fence("x"), [STREAM, value, warning])
    kinds = re.findall(r'<pre class="nw-text (\S+)"[^>]*>(\w+)</pre>', shown.html)
    assert kinds == [("nw-stdout", "printed"), ("nw-result", "value"), ("nw-stderr", "careful")]


@pytest.mark.parametrize(
    ("option", "code", "output"),
    [
        ("echo: true", True, True),
        ("echo: false", False, True),
        ("include: false", False, False),
    ],
)
def test_options_decide_what_is_seen(option: str, code: bool, output: bool) -> None:
    """`echo: false` hides the code, `include: false` all; both have run."""
    shown = render(fence(f"#| {option}", "secret()"), [STREAM])
    assert ("secret" in shown.html) is code
    assert ("printed" in shown.html) is output
    assert "#|" not in shown.html


@pytest.mark.parametrize("option", ["echo: false", "include: false", "echo: true"])
def test_a_failed_cell_is_seen_with_its_error(option: str) -> None:
    """Under `serve` the page says in place what went wrong, whatever the cell hides."""
    problem = Problem("docs/a.md", 3, "NameError: name '<x>' is not defined", "", "> 3 | <x>")
    shown = render(fence(f"#| {option}", "x"), problems=[problem])
    assert "docs/a.md:3: NameError: name '&lt;x&gt;' is not defined" in html_text(shown.html)
    assert "&gt; 3 | &lt;x&gt;" in shown.html
    assert shown.code == ["x\n"]


def html_text(page: str) -> str:
    return page.replace("&#x27;", "'").replace("&quot;", '"')


def test_an_expected_error_is_shown_without_a_traceback() -> None:
    """A cell that has to raise shows what it raised."""
    shown = render(
        fence("x"), [outputs.error("ValueError", "<2 samples"), outputs.error("Stop", "")]
    )
    assert ">ValueError: &lt;2 samples</pre>" in shown.html
    assert ">Stop</pre>" in shown.html


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("- item\n\n  " + fence("x").replace("\n", "\n  ") + "\n\n- next", "<li>"),
        ("1. a\n\n   " + fence("x").replace("\n", "\n   "), "<li>"),
        ("> " + fence("x").replace("\n", "\n> "), "<blockquote>"),
        ("> [!note] Title\n> " + fence("x").replace("\n", "\n> "), 'class="admonition note"'),
        ("> - a\n>\n>   " + fence("x").replace("\n", "\n>   "), "<li>"),
        ("text\n" + fence("x") + "\ntext", "text"),
        (fence("x").replace("```", "~~~~"), ""),
        ("# A\n\n" + fence("x"), "<h1"),
        ("---\ntitle: a\n---\n" + fence("x"), ""),
        ("%% hidden %%\n" + fence("x"), ""),
    ],
    ids=range(10),
)
def test_a_cell_is_shown_wherever_it_stands(text: str, where: str) -> None:
    """In a list, a quote, a callout, right after a line of text: the same cell."""
    shown = render(text, [STREAM])
    assert shown.page.problems == []
    assert shown.code == ["x\n"]
    assert shown.html.count("printed") == 1
    assert where in shown.html
    assert "`" not in shown.html
    assert "~" not in shown.html


@pytest.mark.parametrize("text", ["- ", "1. ", "> - ", "- - "])
def test_a_cell_right_behind_a_list_mark_is_shown_in_its_item(text: str) -> None:
    """CommonMark takes it for a fence, and so does the page."""
    rest = text.replace("-", " ").replace("1.", "  ")
    shown = render("\n" + text + fence("x").replace("\n", f"\n{rest}"), [STREAM])
    assert not shown.page.problems
    (item,) = re.findall(r"<li>((?:(?!<li>).)*?)</li>", shown.html, re.S)
    assert "printed" in item


def test_a_cell_between_lines_of_text_parts_their_paragraph() -> None:
    """A block in a paragraph is not valid HTML: browsers end the paragraph early."""
    assert "<p>text</p>" in render("text\n" + fence("x") + "\ntext").html


def test_a_cell_in_a_list_stays_in_its_item() -> None:
    """The list goes on below the cell."""
    shown = render("- a\n\n    " + fence("x").replace("\n", "\n    ") + "\n\n- b", [STREAM])
    (items,) = re.findall(r"<ul>(.*)</ul>", shown.html, re.S)
    first, second = re.findall(r"<li>(.*?)</li>", items, re.S)
    assert "printed" in first
    assert "b" in second


def test_cells_keep_their_own_outputs() -> None:
    """The output of one cell is never shown below another."""
    note = "\n\n".join(fence(f"cell{number}") for number in range(12))
    shown = render(note, *([outputs.stream("stdout", f"out{n}")] for n in range(12)))
    found = re.findall(r"(?:cell|out)(\d+)(?=<)", shown.html)
    assert found == [str(number) for number in range(12) for _ in range(2)]


@pytest.mark.parametrize(
    ("info", "part"),
    [
        ("python title='Fit it'", '<span class="filename">Fit it</span>'),
        ("python hl_lines='2'", '<span class="hll"><span class="n">y</span>'),
        ("python linenums='7'", '<span class="normal">8</span>'),
        ("{.python .no-copy}", '<div class="no-copy highlight">'),
        ("{.python continuation title='Fit it'}", '<span class="filename">Fit it</span>'),
    ],
)
def test_attributes_of_a_fence_keep_their_meaning(info: str, part: str) -> None:
    """Titles, line numbers and highlighted lines are those of pymdownx."""
    shown = render("```python\nw\n```\n\n" + fence("x", "y", info=info))
    assert part in shown.html


NOTED = "```python\nx = 1  # (1)!\n```\n"
LIST = "\n1. The first\n    1. Inner\n2. The second\n"


@pytest.mark.parametrize("between", ["", "\n```output\nout\n```\n"])
def test_notes_on_code_stand_right_below_it(between: str) -> None:
    """There a theme looks for them: in the cell, and above what it printed."""
    shown = render(f"{NOTED}{between}{LIST}\nAfter.\n", [outputs.stream("stdout", "out\n")])
    parts = re.fullmatch(
        r'(<div class="nw-cell".*</div>)\s*<!--nw-notes-->\s*(<ol>.*</ol>)\s*<!--/nw-notes-->'
        r"(.*out.*</div>)\s*<p>After.</p>",
        shown.html.strip(),
        re.S,
    )
    assert parts is not None, shown.html
    assert parts[1].count("<div") - parts[1].count("</div>") == 1  # the cell is still open
    assert parts[3].count("</div>") - parts[3].count("<div") == 1
    assert "Inner" in parts[2] and "The second" in parts[2]


@pytest.mark.parametrize("note", [f"{NOTED}\nText.\n{LIST}", f"{fence('x')}{LIST}"])
def test_a_list_that_is_no_note_on_code_stays(note: str) -> None:
    """Since a paragraph stands between them, or because the code leads to none."""
    shown = render(note, [outputs.stream("stdout", "out\n")])
    assert 0 < shown.html.index("out") < shown.html.index("<ol>")


@pytest.mark.parametrize("attribute", ["hl_lines='2,3'", "linenums='x'"])
def test_an_attribute_that_cannot_be_followed_is_a_problem(attribute: str) -> None:
    """A slip in a fence is told; the cell is shown all the same."""
    shown = render("\n" + fence("x", info=f"python {attribute}"))
    (problem,) = shown.page.problems
    assert problem.where == "docs/a.md:2"
    assert attribute.partition("=")[0] in problem.message
    assert shown.code == ["x\n"]


def test_a_label_is_the_anchor_of_its_cell() -> None:
    """`[[#^fig-roc]]` arrives at the cell."""
    shown = render(fence("#| label: fig-roc", "x") + "\n\n[[#^fig-roc]]")
    assert '<div class="nw-cell" id="fig-roc"' in shown.html
    assert 'href="#fig-roc"' in shown.html


CODE = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00\x02\x03"), max_size=40)
HOSTILE = st.sampled_from(
    [
        "x = np.array([[1, 2], [3, 4]])",
        "%%timeit",
        "# %% cell %%",
        "\tif a:\n\t\treturn",
        "a = '<b>&amp;</b>'",
        "print('$x$', r'\\[y\\]')",
        "x  # ==not a mark== ^not-a-block",
        "'[[K-means]]' ![[x]]",
        "*a, **k = _b_, __c__",
        "https://example.org",
        "[^1] {: .x }",
        "-8<- 'x'",
        "",
        "   ",
        "@ matmul\n--- \n***",
    ]
)


@pytest.mark.gate
@given(st.lists(HOSTILE | CODE, min_size=1, max_size=4), st.sampled_from(["", "> ", "- a\n\n  "]))
def test_code_is_shown_character_for_character(lines: list[str], place: str) -> None:
    """What is copied from a page is what ran: no syntax of notes is read in code."""
    code = "\n".join(lines)
    assume(code.strip() and not re.search(r"`{5}|^#\||8<-", code, re.M))
    text = "\n".join(["`````python", code, "`````"])
    rest = place.rpartition("\n")[2]
    text = place + text.replace("\n", f"\n{rest}")
    shown = render(text)
    assert shown.page.problems == []
    assert [each.strip("\n") for each in shown.code] == [code.strip("\n")]


@pytest.mark.gate
@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.sampled_from("\n\t"),
        max_size=60,
    )
)
def test_printed_text_is_shown_character_for_character(text: str) -> None:
    """HTML, Markdown and formulas that a cell prints are text."""
    assume(text.strip("\n"))
    shown = render(fence("x"), [outputs.stream("stdout", text)])
    (found,) = re.findall(r'<pre class="nw-text nw-stdout"[^>]*>(.*?)</pre>', shown.html, re.S)
    assert html.unescape(found) == text.rstrip("\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("`[[a]]`", "<code>[[a]]</code>"),
        ("`%%`", "<code>%%</code>"),
        ("`$x$`", "<code>$x$</code>"),
        ("    x = [[a]] %%", "x = [[a]] %%"),
        ("```text\n[[a]] %% $x$\n```", "[[a]] %% $x$"),
    ],
)
def test_other_code_is_left_alone_too(text: str, shown: str) -> None:
    """Spans, indented code and foreign fences are code."""
    assert shown in render("a\n\n" + text).html.replace("<span></span>", "")


@pytest.mark.parametrize(
    "text",
    [
        "a %%secret%% b",
        "%%\nsecret\n\n" + fence("secret") + "\n%%",
        "# A %%secret%%",
        "- a\n  %%secret%%",
        "| a |\n|---|\n| %%secret%% |",
        "a\n\n%%secret",
    ],
)
def test_comments_are_never_published(text: str) -> None:
    """What the writer hides is not in the page."""
    shown = render(text)
    assert "secret" not in shown.html
    assert "%%" not in shown.html


def marked(text: str, line: int = 1) -> str:
    """A value that the run gave, as an element of the prose, with the line of its cell."""
    return f'<span class="nw-value" title="Checked by the build, line {line}">{text}</span>'


def test_a_checked_value_reads_as_plain_text() -> None:
    """The number stands in the sentence; the expression is nowhere in the page."""
    shown = render(
        fence("x") + "\n\nof 0.94<!--= acc --> and `{python} n`.", values=[["0.94", "7"]]
    )
    assert f"<p>of {marked('0.94')} and {marked('7')}.</p>" in shown.html
    assert "acc" not in shown.html
    assert "<!--" not in shown.html


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
)
def test_a_computed_value_is_shown_character_for_character(value: str) -> None:
    """Asterisks, brackets and dollars in a result are text."""
    shown = render(fence("x") + "\n\nis `{python} y` so", values=[[value]])
    (found,) = re.findall(f"<p>is {marked('(.*)')} so</p>", shown.html)
    assert html.unescape(found) == value


@pytest.mark.parametrize("value", ["- x", "1. x", "+ x", "# x", ": x", "[[1 2]\n [3 4]]", "a\n\nb"])
def test_a_computed_value_makes_no_block_of_its_own(value: str) -> None:
    """A value at the start of a line is a part of the sentence, over several lines too."""
    note = fence("x") + "\n\n`{python} y` is it\n\n" + fence("z") + "\n\nend"
    shown = render(note, [], [STREAM], values=[[value]])
    assert shown.page.problems == []
    assert shown.code == ["x\n", "z\n"]
    (found,) = re.findall(f"<p>{marked('(.*)')} is it</p>", shown.html, re.S)
    assert html.unescape(found).split() == value.split()
    assert "<p>end</p>" in shown.html


def test_values_stand_where_their_cells_are_above_them() -> None:
    """Each value is of its own session, in headings, tables and lists too."""
    note = [fence("a"), "# `{python} a`", "- `{python} b`", fence("c"), "| `{python} d` |\n|---|"]
    shown = render("\n\n".join(note), values=[["1", "2"], ["3"]])
    assert re.search("<h1[^>]*>1</h1>", shown.html)
    assert f"<li>{marked('2')}</li>" in shown.html
    assert f"<th>{marked('3', 9)}</th>" in shown.html


def test_rich_html_of_a_vault_that_is_not_trusted_runs_nothing() -> None:
    """`execute: false` shows records of others without their scripts."""
    content = '<table onclick="x()"><td>1</td></table><script>x()</script>'
    shown = render(fence("x"), [rich(content), figure(SVG)], trusted=False)
    assert "<td>1</td>" in shown.html
    assert "script" not in shown.html
    assert "onclick" not in shown.html
    assert "<svg" not in shown.html


def figure(svg: str = SVG) -> Output:
    return outputs.display({"image/svg+xml": svg}, {}, is_result=False)


def test_each_figure_has_its_own_caption_and_alt_text() -> None:
    """The second figure of a cell has the second text."""
    cell = fence("#| fig-cap: [One *a*, Two]", "#| fig-alt: ['First \"x\"', Second]", "x")
    shown = render(cell, [figure(), figure()])
    assert re.findall("<figcaption>(.*?)</figcaption>", shown.html) == ["One <em>a</em>", "Two"]
    assert re.findall('<svg[^>]* aria-label="(.*?)"', shown.html) == [
        "First &quot;x&quot;",
        "Second",
    ]


def test_a_caption_stands_in_for_a_missing_alt_text() -> None:
    """No figure is silent to a screen reader when there are words for it."""
    shown = render(fence("#| fig-cap: A curve", "x"), [figure()])
    assert 'aria-label="A curve"' in shown.html


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        (fence("x"), [[figure(), figure()]]),
        (fence("x") + "\n\n" + fence("y"), [[figure()], [figure()]]),
    ],
    ids=["one cell", "two cells"],
)
def test_ids_of_figures_are_unique_in_a_page(note: str, shown: list[list[Output]]) -> None:
    """The same figure twice is two elements: a page is valid HTML."""
    ids = re.findall(r'\bid="([^"]+)"', render(note, *shown).html)
    assert len([each for each in ids if not each.startswith("nw-cell-")]) == 2
    assert len(set(ids)) == len(ids)


def test_a_large_figure_becomes_one_file_for_both_schemes() -> None:
    """A page stays light; each reader sees the colours that fit, of one file."""
    large = SVG.replace("<path", f'<path d="{"M 0 0 " * (INLINE_LIMIT // 5)}"')
    shown = render(fence("#| fig-alt: A curve", "x"), [figure(large)])
    assert "<svg" not in shown.html
    sources = re.findall(r'<img class="nw-svg" src="\.\./(.*?)#only-(\w+)"', shown.html)
    assert [kind for _, kind in sources] == ["light", "dark"]
    assert {path for path, _ in sources} == set(shown.page.renderer.assets)
    assert len(shown.page.renderer.assets) == 1
    assert all(path.startswith(ASSETS) for path in shown.page.renderer.assets)
    assert shown.html.count('alt="A curve"') == 2


def test_a_bitmap_is_a_part_of_the_page() -> None:
    """A picture that only comes as pixels is shown too, with its alt text."""
    data = {"image/png": "aGk=", "text/plain": "<Image>"}
    cell = fence('#| fig-alt: A "cat"', "x")
    shown = render(cell, [outputs.display(data, {}, is_result=True)])
    assert '<img src="data:image/png;base64,aGk=" alt="A &quot;cat&quot;">' in shown.html


@pytest.mark.parametrize(
    ("data", "part"),
    [
        ({"text/html": "<table><td>1</table>", "text/plain": "1"}, "<table><td>1</table>"),
        ({"text/markdown": "*a*", "text/plain": "a"}, "<em>a</em>"),
        ({"text/markdown": "<script>x</script>"}, "&lt;script&gt;"),
        ({"text/markdown": "[[a]]"}, "<p>[[a]]</p>"),
        ({"text/markdown": "> [!note] b"}, "<blockquote>\n<p>[!note] b</p>"),
        ({"text/plain": "<A object>"}, "&lt;A object&gt;"),
    ],
)
def test_the_richest_form_of_a_value_is_shown(data: dict[str, Any], part: str) -> None:
    """A data frame is a table, anything else its text."""
    shown = render(fence("x"), [outputs.display(data, {}, is_result=True)])
    assert part in shown.html


def test_rich_html_of_several_lines_is_not_read_as_markdown() -> None:
    """Blank lines, indentation and asterisks in a table are its own."""
    table = "<div>\n\n    <td>*a* [[b]] $x$ %%</td>\n\n# c\n</div>"
    shown = render("- a\n\n    " + fence("x").replace("\n", "\n    "), [rich(table)])
    assert table in shown.html


def rich(content: str) -> Output:
    return outputs.display({"text/html": content}, {}, is_result=True)


@pytest.mark.parametrize("text", ["$x^2$", "a $x^2$ b", "$$\nx^2\n$$"])
def test_formulas_are_mathml(text: str) -> None:
    """A formula needs no script and no font."""
    shown = render(text)
    assert "<math" in shown.html
    assert "<msup>" in shown.html
    assert "$" not in shown.html


def test_money_is_no_formula() -> None:
    """A price stays a price."""
    shown = render("from $5 to $10, and \\$x\\$")
    assert "<math" not in shown.html
    assert "from $5 to $10, and $x$" in shown.html


def test_a_formula_that_cannot_be_shown_names_its_line() -> None:
    """A slip in LaTeX is a problem of the note, not a traceback."""
    shown = render("# A\n\nfine: $x$\n\nwrong: $x_1_2$\n")
    (problem,) = shown.page.problems
    assert problem.where == "docs/a.md:5"
    assert "x_1_2" in problem.message


def test_another_plugin_that_changes_a_cell_is_found_out() -> None:
    """A page never shows other code than that which ran."""
    shown = render(fence("x = 1"), [STREAM], body=fence("x = 2"))
    assert "the cells on the page differ from the cells that ran" in shown.page.problems[0].message
    assert "printed" not in shown.html


def test_another_plugin_may_change_the_prose() -> None:
    """Text that is put before the cells moves them, and that is all."""
    shown = render(fence("x = 1"), [STREAM], body="# Put in\n\n" + fence("x = 1"))
    assert shown.page.problems == []
    assert "printed" in shown.html


def test_a_page_that_is_no_note_is_left_alone() -> None:
    """A page that another plugin generates is converted as ever."""
    extension = NotewrightExtension()
    shown = Markdown(extensions=[extension]).convert("[[a]] %% $x$")
    assert shown == "<p>[[a]] %% $x$</p>"


def test_superfences_need_not_be_configured() -> None:
    """Without any extension in `mkdocs.yml`, cells are shown all the same."""
    shown = render(fence("x = [[1]]"), [STREAM], extensions=())
    assert "printed" in shown.html
    assert "".join(shown.code).strip() == "x = [[1]]"


def test_a_malformed_cell_is_shown_with_its_problem() -> None:
    """A fence that is never closed doesn't break the page under `serve`."""
    shown = render("# A\n\n```python\nx = 1\n")
    assert "the code fence is never closed" in shown.html
    assert "<h1" in shown.html


@given(st.text(st.sampled_from("`~> -1.python#|:%[]$\n \tx{}<!^="), max_size=60))
def test_any_note_can_be_converted(text: str) -> None:
    """Whatever an editor saves halfway, `serve` shows a page."""
    assert isinstance(render(text).html, str)
