"""Tables of pandas: what each of them repeats for a notebook, and a page says once in its styles.

pandas writes a style sheet into each table and a style into its head, which no strict content
security policy lets through. It gives the names of an index a row of their own, and heads that
name nothing; a reader of screens would hear of heads without a word.
"""

from __future__ import annotations

import re

_MARK = 'class="dataframe'
_STYLE = re.compile(r"<style scoped>\s*\.dataframe tbody tr th:only-of-type.*?</style>\s*", re.S)
_HEAD = re.compile(
    r"(?P<before><table[^>]* class=\"dataframe[^>]*>\s*)(?P<head><thead>.*?</thead>)", re.S
)
_ROW = re.compile(r"<tr[^>]*>(?P<cells>.*?)</tr>\s*", re.S)
_CELL = re.compile(r"<th(?P<own>[^>]*)>(?P<text>.*?)</th>", re.S)
_RIGHT = re.compile(r'<tr style="text-align: (?:right|left);">')
_EMPTY = re.compile(r"<th(?P<own>(?: class=\"[^\"]*\")?)></th>")


def plain(html: str) -> str:
    """Rich HTML with its tables of pandas as a page has them."""
    if _MARK not in html:
        return html
    return _HEAD.sub(lambda table: table["before"] + _head(table["head"]), _STYLE.sub("", html))


def _head(head: str) -> str:
    rows = list(_ROW.finditer(_RIGHT.sub("<tr>", head)))
    head = _RIGHT.sub("<tr>", head)
    if len(rows) == 2:
        joined = _joined(*(list(_CELL.finditer(row["cells"])) for row in rows))
        if joined:
            head = head.replace(rows[0][0], f"<tr>{joined}</tr>").replace(rows[1][0], "")
    return _EMPTY.sub(r"<td\g<own>></td>", head)


def _joined(upper: list[re.Match[str]], lower: list[re.Match[str]]) -> str:
    """Two rows as one, if each column is named in one of them at most; else nothing."""
    cells = list(zip(upper, lower, strict=False))
    if len(upper) != len(lower) or any(one["own"] or two["own"] for one, two in cells):
        return ""
    if any(one["text"].strip() and two["text"].strip() for one, two in cells):
        return ""
    return "".join((one if one["text"].strip() else two)[0] for one, two in cells)
