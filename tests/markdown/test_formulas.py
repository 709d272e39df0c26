"""Formulas: MathML where dollars mean one, and money stays money."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from converted import EXTENSIONS, convert, read
from hypothesis import given
from hypothesis import strategies as st

from notewright.note.bracketed import bracketed
from notewright.note.note import Note
from notewright.render.cleaning import is_unsafe
from notewright.render.formula_html import FormulaError, mathml

CLOSE = 'stretchy="false" lspace="0" rspace="0"'
"""Of a bar that is set without space."""


def body(text: str) -> str:
    """The HTML of a note of one paragraph, without the paragraph."""
    html = convert(text).html
    assert html.startswith("<p>")
    return html.split("</p>")[0].removeprefix("<p>")


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


@pytest.mark.parametrize(
    ("text", "display"),
    [
        (r"a \(x_1 y_2\), b", "inline"),
        (r"**\(x\)** and \((a, b) \to f(x)\)", "inline"),
        ("| \\(x\\) |\n|---|", "inline"),
        ("Text.\n\n\\[\nx_1 + y_2\n\\]\n\nText.", "block"),
        (r"\[ x^{[1]} = a_1 \left[ b_2 \right] \]", "block"),
        ("> \\[\n> x\n> \\]", "block"),
        ("- a\n\n  \\[ x \\]", "block"),
        ("\\begin{align}\na_1 &= b \\\\\nc_1 &= d\n\\end{align}", "block"),
        ("$$\nx\n$$", "block"),
    ],
)
def test_formulas_of_a_site_with_arithmatex_stand_in_brackets_too(text: str, display: str) -> None:
    """As Material's documentation writes them; elsewhere, as in Obsidian, those are brackets."""
    for configs in ({}, {"pymdownx.arithmatex": {"generic": True}}):
        found = convert(text, extensions=[*EXTENSIONS, "pymdownx.arithmatex"], configs=configs)
        assert "<math" in found.html and f'display="{display}"' in found.html, found.html
        assert not found.problems
        assert not re.search(r"\\[\[\]()]|[\[\]]\s*</p>|<em>|\$", found.html), found.html
    if "$" not in text:
        assert "<math" not in convert(text).html


def test_only_the_brackets_that_arithmatex_reads_are_formulas() -> None:
    """Neither escaped ones nor code; and those that the site names, where it names some."""
    extensions = [*EXTENSIONS, "pymdownx.arithmatex"]
    found = convert(r"`\(x\)` and \\(y\\), \( open", extensions=extensions).html
    assert "<math" not in found and r"<code>\(x\)</code>" in found and r"\(y\)" in found
    named = {"pymdownx.arithmatex": {"inline_syntax": ["dollar"], "block_syntax": ["square"]}}
    text = "\\(x\\)\n\n\\begin{align}\ny\n\\end{align}\n\n\\[z\\]"
    found = convert(text, extensions=extensions, configs=named).html
    assert found.count("<math") == 1 and "<mi>z</mi>" in found and "(x)" in found


_PARTS = st.sampled_from(
    [
        r"\(a_1\)",
        r"\(",
        r"\)",
        "\\\\",
        "`",
        "``",
        "$",
        "x",
        " ",
        r"\)\(",
        "1",
        "*b*",
        r"\[",
        r"\]",
        "\n",
    ]
)


@given(st.lists(_PARTS, max_size=12))
def test_a_check_finds_the_formulas_in_brackets_that_a_page_shows(parts: list[str]) -> None:
    """Whatever stands around them: code, money, brackets that nothing closes."""
    text = f"x {''.join(parts)} y"
    kinds = ["round", "square", "begin"]
    paragraphs = [each.token.content for each in Note("a.md", "docs/a.md", text).places.inlines()]
    found = [each.tex for paragraph in paragraphs for each in bracketed(paragraph, kinds)]
    page = read(convert(text, extensions=[*EXTENSIONS, "pymdownx.arithmatex"]).html)
    shown = [each.text for each in page.all("math")]
    assert len([tex for tex in found if tex == "a_1"]) == shown.count("a1"), (found, shown)


def test_a_formula_that_cannot_be_shown_is_shown_as_it_was_written() -> None:
    """As code: a theme has a style for that, which breaks or scrolls what is too long."""
    found = convert("Is $\\nosuch a<b$.\n\n$$\n\\nosuch\n& b\n$$\n")
    assert "<p>Is <code>\\nosuch a&lt;b</code>.</p>" in found.html
    assert "<pre><code>\\nosuch\n&amp; b\n</code></pre>" in found.html
    assert [problem.line for problem in found.problems] == [1, 4]


def test_a_formula_in_brackets_that_cannot_be_shown_is_told_with_its_line() -> None:
    """As one in dollars is."""
    text = "# A\n\nText \\(\\nosuch x\\).\n"
    (problem,) = convert(text, extensions=[*EXTENSIONS, "pymdownx.arithmatex"]).problems
    assert problem.line == 3 and "nosuch" in problem.message


@pytest.mark.parametrize("behind", [" (cross)", ", where", "."])
def test_a_formula_that_ends_within_a_line_is_no_more_than_that(behind: str) -> None:
    """All up to the next one was taken for a formula, headings too, and not a word was said."""
    html = convert(f"$$\nx\n$${behind}\n\n## Heading\n\nText.\n\n$$\ny\n$$\n").html
    assert html.count("<math") == 2 and "<h2" in html and "<p>Text.</p>" in html
    assert f"{behind.strip()}</p>" in html and "$" not in html


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("$$a$$\n$$b$$", 2),
        ("$$a$$\n$$b $$", 2),
        ("$$ a $$\n\n$$ b $$", 2),
        ("$$a$$ and $$b$$", 2),
        ("> $$a$$\n> $$b$$", 2),
        ("$$a$$\nText\n$$b$$ more $$c$$", 3),
        (r"$$\text{for $a$}$$", 1),
        ("$$a\n= b$$\n$$c$$", 2),
    ],
)
def test_each_pair_of_dollars_is_a_formula_of_its_own(text: str, count: int) -> None:
    """The page showed one, with the dollars and the words between them; the check saw each."""
    converted = convert(text)
    assert not converted.problems, converted.problems
    assert converted.html.count("<math") == count and "$" not in converted.html
    assert converted.html.count("Text") == text.count("Text")


@given(st.lists(st.sampled_from(["$$a$$", "$$ b $$", "$$c\nd$$", "words", "$e$"]), min_size=1))
def test_formulas_are_counted_as_they_are_written(parts: list[str]) -> None:
    """However they follow each other in a paragraph, nothing between them is lost."""
    html = convert("\n".join(parts)).html
    assert html.count("<math") == sum("$" in each for each in parts)
    assert html.count("words") == parts.count("words") and "$" not in html


@pytest.mark.parametrize(
    "text",
    [
        "$$a < b$$",
        "$$\na < b\n$$",
        "Text $$a < b$$ text",
        "Text $a < b$ text",
        "> $$a < b$$",
        "$$\\text{if } a < b$$",
        "$$\\begin{matrix} a & < \\end{matrix}$$",
    ],
)
def test_signs_of_html_are_signs(text: str) -> None:
    """On one line as on several: arithmatex hands some of them on as entities."""
    converted = convert(text)
    assert not converted.problems, converted.problems
    assert "&lt;</m" in converted.html and "&amp;" not in converted.html


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"\arg\max_x f", "</mo><munder><mo "),
        (r"a \\ \arg b", ">arg</mo>"),
        (r"a = b \label{eq:a_1} \nonumber", "<mi>b</mi></mrow></math>"),
        (r"a \notag \\ \ensuremath{b}", "<mrow><mi>b</mi></mrow></mrow></math>"),
        (r"a \hfill b", '<mspace width="1em" />'),
        (r"\begin{rcases} a \\ b \end{rcases}", 'form="postfix">}</mo>'),
        (r"\sum_{\begin{subarray}{l} i \\ j \end{subarray}} x", "<mtr><mtd><mi>j</mi></mtd></mtr>"),
        (r"\verb|\label{a}|", r"\label{a}"),
        (r"|S|", f"<mo {CLOSE}>|</mo><mi>S</mi>"),
        (r"\lvert x \rvert", f"<mi>x</mi><mo {CLOSE}>|</mo>"),
        (r"\lVert x \rVert", f"<mi>x</mi><mo {CLOSE}>‖</mo>"),
        (r"\left| x \right|", 'form="prefix">|</mo>'),
        (r"a \mid b", "<mo>∣</mo>"),
        (r"S \backslash \{i\}", "<mi>\\</mi>"),
        (r"\begin{dcases} a & b \end{dcases}", "<mtable>"),
        (r"\begin{eqnarray} a & = & b \end{eqnarray}", "<mtable"),
        (r"\begin{multline} a \\ b \end{multline}", "<mtable"),
        (r"\begin{pmatrix*}[r] a \end{pmatrix*}", 'form="postfix">)</mo>'),
        (r"\begin{Bmatrix*} a \end{Bmatrix*}", 'form="prefix">{</mo>'),
        (r"\sum\nolimits_i x", "<msub><mrow><mo>∑</mo></mrow><mi>i</mi></msub>"),
        ("a \\\nb", "<mtext>\xa0</mtext>"),
        (r"b \not= 0", "<mo>≠</mo>"),
        (r"a \not < b \not\equiv c \not\in D", "<mo>≢</mo><mi>c</mi><mo>∉</mo>"),
        (r"\not{D}", "<mi>D\u0338</mi>"),
    ],
)
def test_what_books_write_is_shown(tex: str, shown: str) -> None:
    """Though latex2mathml does not know it by this name."""
    converted = convert(f"$$\n{tex}\n$$")
    assert not converted.problems, converted.problems
    assert shown in converted.html


@pytest.mark.parametrize(
    "name",
    ["align", "aligned", "cases", "dcases", "gather", "gathered", "matrix", "pmatrix", "split"],
)
@pytest.mark.parametrize("begin", ["[c] &= a", " [c] &= a", "\n[c, d] &= a"])
def test_a_bracket_in_which_an_environment_begins_is_shown(name: str, begin: str) -> None:
    """It was lost if it held one of `lcr`, and refused if it held anything else."""
    if name in ("aligned", "gathered"):
        begin = begin.replace("[c] ", "{}[c] ")  # right behind these, LaTeX takes it for a place
    html = mathml(rf"\begin{{{name}}}{begin} \\ [e] &= b\end{{{name}}}", "block")
    assert html.count(">[</mo>") == html.count(">]</mo>") == 2
    assert html.index(">c</mi>") < html.index(">e</mi>")


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{aligned}[t] a &= b \end{aligned}",
        r"\begin{array}[b]{cc} a & b \end{array}",
        r"\begin{alignedat}[t]{2} a &= b \end{alignedat}",
        r"\begin{matrix*}[r] a & b \end{matrix*}",
        r"\begin{split} a \\[2pt] b \end{split}",
        r"\begin{cases} a \\*[-.5 em] b \end{cases}",
        r"a \\* b",
    ],
)
def test_where_lines_stand_is_no_part_of_a_formula(tex: str) -> None:
    """`[2pt]` behind the end of a line was shown as text."""
    html = mathml(tex, "block")
    assert not {"[", "pt", "em", "2", "*"} & set(ElementTree.fromstring(html).itertext())
    assert html.index(">a</mi>") < html.index(">b</mi>")


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"\mathbb R^n", "<msup><mi>ℝ</mi><mi>n</mi></msup>"),
        (r"\mathbb{1} \mathbf{12}", "<mn>𝟏𝟐</mn>"),
        (r"\mathcal L \mathscr{B} \mathscr e", "<mi>ℒ</mi><mrow><mi>ℬ</mi></mrow><mi>ℯ</mi>"),
        (r"\mathfrak C \mathfrak{g}", "<mi>ℭ</mi><mi>𝔤</mi>"),
        (r"\boldsymbol{\alpha} \bm{x}", "<mi>𝜶</mi></mrow><mrow><mi>𝒙</mi>"),
        (r"\mathit{ah}", "<mi>𝑎</mi><mi>ℎ</mi>"),
        (r"\mathbf{+}", "<mo"),
        (r"\mathrm{d} x", '<mi mathvariant="normal">d</mi>'),
        (r"\Phi \varPhi", '<mi mathvariant="normal">Φ</mi><mi>𝛷</mi>'),
        (r"\mathbf{\Sigma} \mathit{\Phi}", "<mi>𝚺</mi></mrow><mrow><mi>𝛷</mi>"),
        (r"x^\mathrm{T}", '<mi mathvariant="normal">T</mi>'),
    ],
)
def test_letters_have_their_style(tex: str, shown: str) -> None:
    """Browsers know no attribute for it but `normal`: these were plain letters, and slanted."""
    html = mathml(tex, "inline")
    assert shown in html
    if "+" not in tex:
        assert set(re.findall('mathvariant="([^"]*)"', html)) <= {"normal"}


PARTS = ("msub", "msup", "msubsup", "munder", "mover", "munderover", "mfrac", "mroot")


@pytest.mark.parametrize("script", ["^T", "_1", "_1^T"])
@pytest.mark.parametrize(
    "base",
    [
        *(rf"\begin{{{each}}} a & b \end{{{each}}}" for each in ("pmatrix", "bmatrix", "Bmatrix")),
        *(rf"\begin{{{each}}} a & b \end{{{each}}}" for each in ("vmatrix", "Vmatrix", "pmatrix*")),
        r"\binom{n}{k}",
        r"{n \choose k}",
        r"\left( a \right)",
    ],
)
def test_an_exponent_stands_at_all_of_its_base(base: str, script: str) -> None:
    """At a matrix it was shown behind it, on the line."""
    found = ElementTree.fromstring(mathml(base + script, "block"))
    scripts = [each for each in found.iter() if each.tag.rpartition("}")[2] in PARTS[:3]]
    assert [len(each) for each in scripts] == [3 if len(script) == 4 else 2]


@pytest.mark.parametrize("kind", ["vmatrix", "Vmatrix"])
def test_the_bars_of_a_determinant_are_as_high_as_it(kind: str) -> None:
    """They were as high as a letter."""
    html = mathml(rf"\begin{{{kind}}} a & b \\ c & d \end{{{kind}}}", "block")
    assert html.count('stretchy="true"') == 2 and 'stretchy="false"' not in html


def test_a_colour_is_that_of_its_braces() -> None:
    """As in Obsidian: all that came behind had it."""
    html = mathml(r"\color{red}{x} + y", "inline")
    assert html.index("</mstyle>") < html.index("+")


@pytest.mark.parametrize("name", ["align", "alignat", "eqnarray", "equation", "gather"])
def test_a_formula_has_no_number_that_nobody_gave_it(name: str) -> None:
    """As in Obsidian; those of `align` began at 1 in each formula."""
    columns = "{2}" if name == "alignat" else ""
    tex = rf"\begin{{{name}}}{columns} a = b \\ c = d \end{{{name}}}"
    assert "(1)" not in mathml(tex, "block")
    assert "(7)" in mathml(tex.replace("= d", r"= d \tag{7}"), "block")


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


LIVE = "<img src=x onerror=evil()>"


@pytest.mark.parametrize(
    "tex",
    [f"\\tag{{{LIVE}}} x", f"\\text{{{LIVE}}}", f"\\mbox{{{LIVE}}}", f"{LIVE}", f"\\verb|{LIVE}|"],
)
def test_what_stands_in_a_formula_is_text(tex: str) -> None:
    """Whatever LaTeX takes for text: a formula is built of elements, and never of HTML."""
    for text in (f"${tex}$", f"$$\n{tex}\n$$", f"# A ${tex}$"):
        html = convert(text).html
        assert "<img" not in html
        assert "&lt;" in html


def test_an_address_in_a_formula_runs_nothing() -> None:
    """One that would is told, and the formula is not shown; others stay."""
    page = convert("a\n\n$\\href{javascript:evil()}{x}$ $\\href{https://example.org}{y}$\n")
    assert 'href="https://example.org"' in page.html
    assert 'href="javascript' not in page.html
    (problem,) = page.problems
    assert problem.where == "docs/a.md:3"
    assert "would run as a script" in problem.message


TEX = ["\\tag", "\\text", "\\href", "\\verb", "\\mbox", "\\color", "\\style", "\\class", "\\id"]
TEX += [
    "\\unicode",
    "{",
    "}",
    "<",
    ">",
    "&",
    '"',
    "'",
    "|",
    "x",
    "onerror=evil()",
    "&lt;",
    "javascript:",
]
TEX += ["<script>", "</math>", "\\frac", "^", "_", "\\left", "\\right", "(", ")", "\\operatorname"]


@given(st.lists(st.sampled_from(TEX), max_size=12).map("".join))
def test_a_formula_has_only_elements_of_formulas(tex: str) -> None:
    """Of random pieces: what is made can be read as XML, and holds no element but MathML's."""
    try:
        made = mathml(tex, "inline")
    except FormulaError:
        return
    for element in ElementTree.fromstring(made).iter():
        assert element.tag.startswith("{http://www.w3.org/1998/Math/MathML}m")
        assert not [name for name in element.attrib if name.lower().startswith("on")]
        assert not is_unsafe(element.get("href", ""))


@pytest.mark.parametrize(
    "text",
    [
        "- item\n$$\na\n\nb\n$$\n\nProse.",
        "- item\n$$\na\nb\n$$\n- item\n\nProse.",
        "1. one\n   - item\n$$\na\n\nb\n$$\n\nProse.",
        "> [!note] Title\n>$$\n>a\nb\n>$$\n\nProse.",
    ],
)
def test_a_formula_goes_on_to_its_end(text: str) -> None:
    """Right below an item it ends the list, as a fence does; a line of a quote may lack its mark.

    It was no formula: the next dollars began one, and prose and formulas changed places.
    """
    page = convert(f"{text}\n\n$$\nc\n$$\n")
    html = page.html
    shown = re.findall(r"<math.*?</math>", html, re.S)
    assert ["".join(re.findall(r"<mi>(.*?)</mi>", each)) for each in shown] == ["ab", "c"]
    assert "<p>Prose.</p>" in html and "$$" not in html
    assert not page.problems


@pytest.mark.parametrize(
    ("tex", "classes"),
    [
        (r"\boxed{a}", "nw-box"),
        (r"\cancel{a}", "nw-strike-up"),
        (r"\xcancel{a}", "nw-strike-up nw-strike-down"),
        (r"\sout{a}", "nw-strike"),
        (r"\not{ab}", "nw-strike-up"),
        (r"\not\frac{a}{b}", "nw-strike-up"),
    ],
)
def test_frames_and_strokes_are_drawn_by_a_style(tex: str, classes: str) -> None:
    """Chromium draws no `menclose`, and shows what stands in it as if nothing were around it."""
    html = mathml(tex, "block")
    assert f'<mrow class="{classes}">' in html
    assert "menclose" not in html and "\u29f8" not in html


def test_an_arrow_is_as_long_as_its_label() -> None:
    """Chromium gave the label the width by which it was to grow: it lay over what came next."""
    html = mathml(r"A\xrightarrow[g]{f + h}B", "block")
    assert '<mo stretchy="true">→</mo>' in html and 'width="+' not in html
    letters = ["A", "→", "g", "f", "+", "h", "B"]
    assert re.findall(r">([^<\s]+)<", html) == letters


@pytest.mark.parametrize(
    ("tex", "same"),
    [
        (r"a\tag{1}", r"a\qquad\text{(1)}"),
        (r"\require{cancel}a", "a"),
        (r"\mathup{dx}", r"\mathrm{dx}"),
        (r"\mathup{d}", r"\mathrm{d}"),
    ],
)
def test_words_of_latex_that_other_tools_know(tex: str, same: str) -> None:
    """A tag stands apart from its formula; what loads a package says nothing."""
    assert mathml(tex, "block") == mathml(same, "block")


def test_a_command_of_a_package_is_told_with_what_to_write() -> None:
    r"""The nearest name of `\\ce` is that of a circle."""
    with pytest.raises(FormulaError, match=r"Write chemistry as `\\mathrm\{H_2O\}`"):
        mathml(r"\ce{H2O}", "inline")
