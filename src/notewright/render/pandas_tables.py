"""Tables of pandas: what each of them repeats for a notebook, and a page says once in its styles.

pandas writes a style sheet into each table and a style into its head, which no strict content
security policy lets through. It gives the names of an index a row of their own, and heads that
name nothing; a reader of screens would hear of heads without a word. And it aligns all to the
right, as numbers are; columns of words are marked, which begin at the left.
"""

from __future__ import annotations

import re
from html import unescape

_MARK = 'class="dataframe'
_STYLE = re.compile(r"<style scoped>\s*\.dataframe tbody tr th:only-of-type.*?</style>\s*", re.S)
_HEAD = re.compile(
    r"(?P<before><table[^>]* class=\"dataframe[^>]*>\s*)(?P<head><thead>.*?</thead>)", re.S
)
_ROW = re.compile(r"<tr[^>]*>(?P<cells>.*?)</tr>\s*", re.S)
_CELL = re.compile(r"<th(?P<own>[^>]*)>(?P<text>.*?)</th>", re.S)
_RIGHT = re.compile(r'<tr style="text-align: (?:right|left);">')
_EMPTY = re.compile(r"<th(?P<own>(?: class=\"[^\"]*\")?)></th>")
_TABLE = re.compile(r"<table[^>]* class=\"dataframe[^>]*>.*?</table>", re.S)
_BODY = re.compile(r"<tbody>.*</tbody>", re.S)
_BODY_CELL = re.compile(r"<t[dh][^>]*>(.*?)</t[dh]>", re.S)
_TAG = re.compile(r"<[^>]*>")
_NOTHING = re.compile(r"\W*(?:nan|nat|none|inf)?\W*", re.I)
_NUMBER = re.compile(r"\W*\d")
_MOST = 9
"""Columns that can be marked: styles name each."""


def plain(html: str) -> str:
    """Rich HTML with its tables of pandas as a page has them."""
    if _MARK not in html:
        return html
    html = _HEAD.sub(lambda table: table["before"] + _head(table["head"]), _STYLE.sub("", html))
    return _TABLE.sub(lambda table: _aligned(table[0]), html)


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


def _aligned(table: str) -> str:
    """A table whose columns of words are marked; one whose cells take several places stays."""
    body = _BODY.search(table)
    if body is None or "span=" in table or table.count("<table") > 1:
        return table
    columns = zip(*(_BODY_CELL.findall(row) for row in body[0].split("</tr>")[:-1]), strict=False)
    words = [f" nw-words-{at}" for at, each in enumerate(columns, 1) if at > 1 and _is_text(each)]
    marks = "".join(words[: _MOST - 1])
    return table.replace(_MARK, _MARK + marks, 1)


def _is_text(cells: tuple[str, ...]) -> bool:
    """Whether a column holds words: none of its cells begins as a number does."""
    told = [unescape(_TAG.sub("", cell)) for cell in cells]
    told = [each for each in told if not _NOTHING.fullmatch(each)]
    return bool(told) and not any(map(_NUMBER.match, told))
