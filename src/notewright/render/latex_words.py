r"""Words of LaTeX that latex2mathml does not know, said in words that it knows.

What numbers or names an equation says nothing on a page: a number comes from a block id
(`markdown.cross_references`). Space that fills a line is a wide space.
"""

from __future__ import annotations

import re

_KEPT = r"\\\\|\\verb(?![a-zA-Z])(?P<mark>\S).*?(?P=mark)"
_NAMES = {
    "arg": r"\operatorname{arg}",
    "ensuremath": "",
    "hfill": r"\quad",
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
    rf"(?P<kept>{_KEPT})"
    rf"|\\(?P<name>{'|'.join(_NAMES)})(?![a-zA-Z])"
    r"|(?P<label>\\label\s*\{[^{}\\$]*\})"
    r"|(?P<subarray>\\begin\{subarray\}\s*\{[lcr]\})"
    rf"|(?P<edge>{'|'.join(map(re.escape, _EDGES))})",
    re.S,
)


def rewrite(tex: str) -> str:
    r"""Rewrite such words of a formula; what `\verb` holds is left as it stands."""
    return _WORD.sub(_known, tex)


def _known(word: re.Match[str]) -> str:
    if word["kept"]:
        return word["kept"]
    if word["name"]:
        return _NAMES[word["name"]]
    if word["label"]:
        return ""
    return r"\begin{matrix}" if word["subarray"] else _EDGES[word["edge"]]
