"""Random ids in rich HTML, replaced by numbers: the same cell gives the same bytes each time.

pandas names the table of a `Styler` by five random letters, others use UUIDs. Only what
stands in an `id` is replaced, and wherever else in the same HTML it is named.
"""

from __future__ import annotations

import re
from typing import Any

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_ID = re.compile(
    rf"""\bid=["']?(?:T_(?P<styler>[0-9a-f]{{5}})(?=["'_\s>])|[^"'\s>]*?(?P<uuid>{_UUID}))""", re.I
)


class RandomIds:
    """Numbers the random ids of one session, in the order in which they are shown."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def replaced(self, html: Any) -> Any:
        """HTML with a number in the place of each random id."""
        if not isinstance(html, str):
            return html
        for found in dict.fromkeys(
            match["styler"] or match["uuid"] for match in _ID.finditer(html)
        ):
            number = self._numbers.setdefault(found, len(self._numbers) + 1)
            if len(found) == 5:
                html = re.sub(rf"\bT_{found}(?![0-9a-zA-Z])", f"T_{number:05x}", html)
            else:
                html = html.replace(found, f"00000000-0000-4000-8000-{number:012x}")
        return html
