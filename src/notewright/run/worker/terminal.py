"""Text as a terminal would leave it, without what differs from run to run."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")


def tidy(text: str) -> str:
    """Printed text as it is shown: nothing that was overwritten, no escapes, no addresses."""
    if "\x1b" in text:
        text = _ESCAPE.sub("", text)
    if "\r" in text:  # a progress bar: only its last state stays
        text = "\n".join(map(_overwritten, text.split("\n")))
    return without_addresses(text)


def without_addresses(text: str) -> str:
    """Take memory addresses out of what objects say of themselves: `<object at 0x7f…>`."""
    if " at 0x" not in text:
        return text

    def keep(match: re.Match[str]) -> str:
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        return "" if _is_open(before) else match[0]

    return _ADDRESS.sub(keep, text)


def _is_open(text: str) -> bool:
    """Whether a `<` still waits for its `>`, in plain text or in HTML."""
    text = text.replace("->", "")
    return text.count("<") > text.count(">") or text.count("&lt;") > text.count("&gt;")


def _overwritten(line: str) -> str:
    left = ""
    for part in line.split("\r"):
        left = part + left[len(part) :]
    return left
