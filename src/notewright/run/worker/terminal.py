"""Text as a terminal would leave it, without what differs from run to run."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")


_RATE = re.compile(
    r" \[(?:\d+:)?\d\d:\d\d(?:<(?:(?:\d+:)?\d\d:\d\d|\?))?, +[\d.?]+ ?[\w/µ]+"
    r"(?P<more>, [^\]\n]*)?\]"
)
"""The times and the rate after a progress bar of tqdm, and its postfix."""
_MOVE = re.compile(r"\x1b\[(?P<numbers>[0-9;]*)(?P<code>[A-HJK])")
"""The codes that move the cursor or erase text; `_Screen` follows them."""

MOST_ROWS, MOST_COLUMNS = 10_000, 10_000
"""Limits of the screen: a code can name any number."""


def tidy(text: str) -> str:
    """Printed text as it is shown.

    Nothing that was overwritten, no escapes, and nothing that differs in each run: addresses, and
    the times of progress bars.
    """
    if _MOVE.search(text):
        screen = _Screen()
        screen.write(text)
        return without_addresses(without_rates(screen.text))
    if "\x1b" in text:
        text = _ESCAPE.sub("", text)
    if "\r" in text:  # a progress bar: only its last state stays
        text = "\n".join(map(_overwritten, text.split("\n")))
    return without_addresses(without_rates(text))


def without_rates(text: str) -> str:
    """Take the times and the rate out of progress bars: `3/3 [00:01<00:00, 2.9it/s]`."""
    if "/s" not in text and "s/" not in text:
        return text
    return _RATE.sub(lambda match: f" [{match['more'][2:]}]" if match["more"] else "", text)


class _Screen:
    """A terminal that scrolls without end: what nested progress bars leave is read off it."""

    def __init__(self) -> None:
        self._lines: list[list[str]] = [[]]
        self._row = self._column = 0

    @property
    def text(self) -> str:
        """The text on the screen, without blanks at the ends of lines."""
        return "\n".join("".join(line).rstrip() for line in self._lines)

    def write(self, text: str) -> None:
        """Print a text, and follow its codes."""
        start = 0
        for match in _ESCAPE.finditer(text):
            self._print(text[start : match.start()])
            start = match.end()
            move = _MOVE.fullmatch(match[0])
            if move is not None:
                numbers = [int(each[:9] or 0) for each in move["numbers"].split(";")]
                self._move(move["code"], numbers)
        self._print(text[start:])

    def _print(self, text: str) -> None:
        for part in re.split(r"([\r\n\b])", text):
            if part == "\n":
                self._go(self._row + 1, 0)
            elif part == "\r":
                self._column = 0
            elif part == "\b":
                self._column = max(self._column - 1, 0)
            elif part:
                line = self._lines[self._row]
                line += [" "] * (self._column - len(line))
                line[self._column : self._column + len(part)] = part
                self._column += len(part)

    def _move(self, code: str, numbers: Sequence[int]) -> None:
        number = max(numbers[0], 1)
        match code:
            case "A" | "F":
                self._go(self._row - number, self._column if code == "A" else 0)
            case "B" | "E":
                self._go(self._row + number, self._column if code == "B" else 0)
            case "C" | "D":
                self._go(self._row, self._column + (number if code == "C" else -number))
            case "G":
                self._go(self._row, number - 1)
            case "H":
                self._go(number - 1, max([*numbers, 1][1], 1) - 1)
            case "K":
                self._erase(self._row, numbers[0])
            case "J":
                self._erase(self._row, numbers[0])
                below = range(self._row + 1, len(self._lines)) if numbers[0] != 1 else ()
                above = range(self._row) if numbers[0] != 0 else ()
                for row in (*above, *below):
                    self._lines[row] = []

    def _erase(self, row: int, part: int) -> None:
        """Erase a line from the cursor on, up to it, or as a whole: 0, 1 and 2."""
        line = self._lines[row]
        if part == 0:
            del line[self._column :]
        elif part == 1:
            line[: self._column + 1] = " " * min(self._column + 1, len(line))
        else:
            line.clear()

    def _go(self, row: int, column: int) -> None:
        self._row = min(max(row, 0), max(len(self._lines), MOST_ROWS))
        self._column = min(max(column, 0), MOST_COLUMNS)
        self._lines += [[] for _ in range(self._row + 1 - len(self._lines))]


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
