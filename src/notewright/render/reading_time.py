"""The reading time of a page, from the words of its prose and the lines of its code."""

from __future__ import annotations

import re

WORDS, LINES = 220, 40
"""Words of prose, and lines of code, that are read in a minute."""

_OUTPUTS = re.compile(r"<(table|svg|math|style|script)\b.*?</\1>", re.S)
_ASKED = re.compile(r'<section\b[^>]*class="nw-test".*?</section>', re.S)
"""Questions of other notes, which are asked and not read."""
_CODE = re.compile(r"<pre\b.*?</pre>", re.S)
_TAG = re.compile(r"<[^>]*>")


def minutes(html: str) -> int:
    """Whole minutes that a page takes, at least one: tables and figures are looked at."""
    html = _OUTPUTS.sub(" ", _ASKED.sub(" ", html))
    lines = sum(block[0].count("\n") + 1 for block in _CODE.finditer(html))
    words = len(_TAG.sub(" ", _CODE.sub(" ", html)).split())
    return max(1, round(words / WORDS + lines / LINES))
