"""Control characters: pages may hold none, so each is shown by a picture."""

from __future__ import annotations

import re

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Characters that no page may hold."""

_PICTURE = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}
"""What stands for them: pictures that Unicode has for control characters."""


def without_controls(text: str) -> str:
    """Text with a picture in the place of each control character; pages may hold none."""
    return _CONTROLS.sub(lambda match: _PICTURE.get(ord(match[0]), "\ufffd"), text)
