"""Tabs where nothing can be pressed: what each shows stands below its name, one after the other."""

from __future__ import annotations

import re

_PART = re.compile(
    r'<div class="tabbed-labels">(?P<labels>.*?)</div>|<(?P<end>/?)div\b(?P<given>[^<>]*)>', re.S
)
_LABEL = re.compile(r"<label\b[^<>]*>(.*?)</label>", re.S)
_SET = re.compile(
    r'(?P<begin><div class="tabbed-set[^<>]*>)\s*(?:<input\b[^<>]*type="radio"[^<>]*>\s*)+'
)


def one_below_the_other(html: str) -> str:
    """HTML whose tabs (of pymdownx.tabbed, in its newer form) are parts that follow each other.

    Args:
        html: HTML in which tabs may stand, tabs in tabs as well.
    """
    around: list[str] = []  # the classes of the `div`s that are open
    names: list[list[str]] = []  # of the tabs that are still to come, by set

    def change(match: re.Match[str]) -> str:
        if match["labels"] is not None:
            names.append(_LABEL.findall(match["labels"]))
            return ""
        if match["end"]:
            if around and around.pop() == "tabbed-content" and names:
                names.pop()
            return match[0]
        kind = re.search(r'\bclass="(tabbed-(?:block|content))"', match["given"])
        is_block = kind is not None and kind[1] == "tabbed-block"
        around.append(kind[1] if kind else "")
        name = names[-1].pop(0) if is_block and names and names[-1] else ""
        return f"{match[0]}\n<p><strong>{name}</strong></p>" if name else match[0]

    return _PART.sub(change, _SET.sub(r"\g<begin>", html)) if "tabbed-labels" in html else html
