r"""Words of LaTeX that latex2mathml does not know, said in words that it knows.

What names an equation or loads a package says nothing on a page: a number comes from a block id
(`markdown.cross_references`), and one that `\tag` gives stands at a distance. Space that fills a
line is a wide space, and room below a line none.
"""

from __future__ import annotations

import re

_LENGTH = r"\[\s*[-+]?(?:\d+\.?\d*|\.\d+)\s*(?:pt|em|ex|mm|cm|in|mu|pc|px)\s*\]"
_LINE = rf"\\\\\*?(?:{_LENGTH})?"
_KEPT = r"\\verb(?![a-zA-Z])(?P<mark>\S).*?(?P=mark)"
_NAMES = {
    "arg": r"\operatorname{arg}",
    "ensuremath": "",
    "hfill": r"\quad",
    "mathup": r"\mathrm",
    "nolimits": "",
    "nonumber": "",
    "notag": "",
}
_EDGES = {
    r"\begin{rcases}": r"\left.\begin{array}{ll}",
    r"\end{rcases}": r"\end{array}\right\}",
    r"\end{subarray}": r"\end{matrix}",
}
_WORD = re.compile(
    rf"(?P<kept>{_KEPT})|(?P<line>{_LINE})|(?P<space>\\[\n\t])"
    r"|(?P<operator>\\[a-zA-Z]+)\s*\\nolimits(?![a-zA-Z])"
    r"|\\math(?:rm|up)\s*\{\s*(?P<letter>[a-zA-Z])\s*\}"  # it would be slanted
    rf"|\\(?P<name>{'|'.join(_NAMES)})(?![a-zA-Z])"
    r"|\\color\s*(?P<colour>\{[^{}\\$]*\})\s*(?=\{)"  # of these braces alone, as in Obsidian
    r"|(?P<silent>\\(?:label|require)\s*\{[^{}\\$]*\})"
    r"|(?P<tag>\\tag\*?)(?![a-zA-Z*])"
    r"|(?P<subarray>\\begin\{subarray\}\s*\{[lcr]\})"
    rf"|(?P<edge>{'|'.join(map(re.escape, _EDGES))})",
    re.S,
)
_BEGIN = re.compile(
    r"(?P<begin>\\begin\s*\{(?P<name>[a-zA-Z]+\*?)\})(?P<gap>\s*)\[(?P<option>[a-z]\])?"
)
_PLACED = frozenset({"aligned", "alignedat", "array", "gathered"})
"""Environments that brackets behind their name place on the line, of which a page says nothing."""


def rewrite(tex: str) -> str:
    r"""Rewrite such words of a formula; what `\verb` holds is left as it stands."""
    return _BEGIN.sub(_beginning, _WORD.sub(_known, tex))


def _known(word: re.Match[str]) -> str:
    if word["kept"]:
        return word["kept"]
    if word["line"] or word["space"]:
        return r"\\" if word["line"] else r"\ "
    if word["operator"]:
        return f"{{{word['operator']}}}"  # a group has its limits beside it
    if word["name"]:
        return _NAMES[word["name"]]
    if word["letter"]:
        return rf"{{\mathrm {word['letter']}}}"
    if word["colour"]:
        return rf"\textcolor{word['colour']}"
    if word["silent"]:
        return ""
    if word["tag"]:
        return rf"\qquad{word['tag']}"
    return r"\begin{matrix}" if word["subarray"] else _EDGES[word["edge"]]


def _beginning(match: re.Match[str]) -> str:
    """A bracket in which an environment begins: latex2mathml takes any for how columns stand."""
    begin, option = match["begin"], match["option"] or ""
    if option and not match["gap"] and match["name"] in _PLACED and option[0] in "tbc":
        return begin
    if option and not match["gap"] and match["name"].endswith("matrix*"):
        return match[0]
    return f"{begin}{{}}{match['gap']}[{option}"
