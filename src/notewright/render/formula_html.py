"""Makes MathML of formulas and of LaTeX that a cell shows. Browsers draw it: no script, no font."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape, unescape
from itertools import pairwise
from unicodedata import normalize
from xml.etree.ElementTree import Element, tostring

from notewright.render import latex_check, latex_texts, latex_words
from notewright.render.cleaning import is_unsafe
from notewright.render.formula_tables import mark_lines
from notewright.render.latex_check import FormulaError as FormulaError
from notewright.render.latex_macros import BRAKET, Macros
from notewright.render.math_boxes import settle_box
from notewright.render.math_letters import style_letters
from notewright.render.math_signs import settle_sign
from notewright.render.math_spaces import settle_spaces

_ENVIRONMENT = re.compile(
    r"\\(?P<edge>begin|end)\s*\{(?P<name>[a-zA-Z]+\*?)\}(?P<columns>\s*\{\s*\d+\s*\})?"
)
_VERBATIM = re.compile(r"\\(?:verb|href|backslash)\b")

# What stands between LaTeX's own marks, in a text that a cell shows.
_PART = re.compile(
    r"\$\$(?P<dollars>(?:\\.|[^\\$])+?)\$\$"
    r"|\$(?P<dollar>(?:\\.|[^\\$])+?)\$"
    r"|\\\[(?P<brackets>.+?)\\\]"
    r"|\\\((?P<parentheses>.+?)\\\)"
    r"|(?P<environment>\\begin\{(?P<name>[a-zA-Z]+\*?)\}.*?\\end\{(?P=name)\})",
    re.S,
)
_INLINE = ("dollar", "parentheses")


@lru_cache(maxsize=4096)  # what was checked for the whole vault is then shown in its pages
def mathml(tex: str, display: str) -> str:
    """The MathML of a formula.

    Args:
        tex: Its LaTeX, without dollar signs.
        display: "inline" or "block".

    Raises:
        FormulaError: If LaTeX would refuse it, or it cannot be shown as it is meant.
    """
    from latex2mathml.converter import convert_to_element  # only pages with formulas pay for it

    tex = Macros(dict(BRAKET)).expand(tex)  # those of a note are in their places
    tex = latex_texts.rewrite(latex_words.rewrite(tex).strip())
    latex_check.check(tex)
    try:
        # Its text would have to be unescaped as a whole: what stands in a `\tag` would be HTML.
        made = convert_to_element(_ENVIRONMENT.sub(_known, tex), display=display)
    except Exception as error:  # latex2mathml raises whatever it stumbles over
        is_own = type(error).__module__.startswith("latex2mathml")
        said = str(error) if is_own else "latex2mathml does not support it"
        raise FormulaError(said or _words(type(error).__name__)) from None
    for element in made.iter():
        _make_plain(element)
        element.text = _sign(element.text)
        if "\\" in (element.text or "") and not _VERBATIM.search(tex):
            raise FormulaError(f"`{latex_texts.shown(element.text or '')}` cannot be shown")
        element.text = latex_texts.shown(element.text) if element.text else None
        style_letters(element)
        _close_up(element)
        _gather_base(element)
    for element in made.iter():
        _negate(element)
    for element in made.iter():
        settle_box(element)
        settle_sign(element)
    settle_spaces(made)
    mark_lines(made, tex)
    return tostring(made, "unicode")


def _make_plain(element: Element) -> None:
    """Write the characters that latex2mathml writes as `&#x0222B;`, and refuse what would run."""
    element.text = unescape(element.text) if element.text else None
    for name, value in element.attrib.items():
        element.set(name, unescape(value))
        if name == "href" and is_unsafe(value):
            raise FormulaError(f"its address `{value[:80]}` would run as a script")


def _close_up(element: Element) -> None:
    r"""Set a bar as TeX does, without space: a browser takes `|S|` for two relations.

    Those of `\left` and `\right` say their form themselves; `\mid` is another sign.
    """
    if element.tag == "mo" and element.text in ("|", "‖") and "form" not in element.attrib:
        element.attrib |= {"stretchy": "false", "lspace": "0", "rspace": "0"}


_STROKE = "\u29f8"
"""The sign that latex2mathml puts before what `\\not` negates; few fonts have it."""


def _negate(element: Element) -> None:
    r"""Make one sign of the stroke of `\not` and the sign behind it, as `\ne` is one.

    More than a sign is struck out, as by `\cancel`.
    """
    for stroke, negated in pairwise(list(element)):
        if stroke.tag != "mpadded" or [each.text for each in stroke] != [_STROKE]:
            continue
        sign = negated
        while len(sign) == 1:
            sign = sign[0]
        if sign.text and not len(sign):
            sign.text = normalize("NFC", f"{sign.text[0]}\u0338{sign.text[1:]}")
        else:
            place = list(element).index(negated)
            element[place] = Element("menclose", {"notation": "updiagonalstrike"})
            element[place].append(negated)
        element.remove(stroke)


_SCRIPTS = {"msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3}
"""How many parts they have, the base among them."""


def _gather_base(element: Element) -> None:
    r"""Make one part of a base of several, such as `\binom{n}{k}^2` has: else none is shown."""
    if (more := len(element) - _SCRIPTS.get(element.tag, len(element))) > 0:
        base = Element("mrow")
        base.extend(element[: more + 1])
        element[: more + 1] = [base]


def _sign(text: str | None) -> str | None:
    r"""The sign of a command that was left as it is, such as `\vert` behind `\big`."""
    from latex2mathml.symbols_parser import SYMBOLS

    code = SYMBOLS.get(text) if text else None
    return text if code is None else chr(int(code, 16))


def output(latex: str) -> str:
    """The HTML of LaTeX that a cell shows: text, with formulas between LaTeX's own marks.

    Raises:
        FormulaError: If a formula in it cannot be shown.
    """
    parts, end = [], 0
    for match in _PART.finditer(latex):
        parts.append(escape(latex[end : match.start()], quote=False))
        kind = match.lastgroup if match["environment"] is None else "environment"
        assert kind is not None
        # `$\displaystyle …$` is how IPython and SymPy write a formula on lines of its own.
        is_inline = kind in _INLINE and not match[kind].lstrip().startswith(r"\displaystyle")
        display = "inline" if is_inline else "block"
        tag = "span" if is_inline else "div"
        parts.append(f'<{tag} class="nw-formula">{mathml(match[kind], display)}</{tag}>')
        end = match.end()
    parts.append(escape(latex[end:], quote=False))
    return "".join(parts)


_BRACKETS = {
    **{"p": ("(", ")"), "b": ("[", "]"), "v": ("|", "|")},
    **{"B": (r"\{", r"\}"), "V": (r"\|", r"\|")},
}
"""Around matrices, by the first letter of their name: latex2mathml's have no common element."""


def _known(match: re.Match[str]) -> str:
    if match["name"].removesuffix("*")[1:] == "matrix":
        bracket = _BRACKETS[match["name"][0]][match["edge"] == "end"]
        inner = f"\\{match['edge']}{{{match['name'][1:]}}}"
        return rf"\left{bracket}{inner}" if match["edge"] == "begin" else rf"{inner}\right{bracket}"
    if match["name"].startswith("eqnarray"):
        return r"\begin{array}{rcl}" if match["edge"] == "begin" else r"\end{array}"
    name = latex_check.SAME.get(match["name"], match["name"])
    columns = match["columns"] or ""
    if columns and match["name"].rstrip("*")[-2:] == "at":
        columns = "{}"  # a bracket behind it is no option
    return f"\\{match['edge']}{{{name}}}{columns}" if name else columns


def _words(name: str) -> str:
    """The name of an exception in plain words: `DoubleSubscriptsError` says it all."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Error")).lower()
