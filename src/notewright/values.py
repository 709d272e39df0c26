r"""Finds values in prose: checked, `0.94<!--= acc -->`, and computed, `` `{python} acc` ``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from notewright.syntax import Visible, hide_properties, prose

_INLINE = re.compile(
    r"\\[\\`<]"
    r"|(?<!`)(?P<ticks>`+)(?!`)(?P<code>.*?)(?<!`)(?P=ticks)(?!`)"
    r"|<!--=(?P<checked>.*?)-->"
    r"|<!--.*?-->"
    r"|\$\$.*?\$\$",
    re.S,
)
_COMPUTED = re.compile(r"\{python\}\s+(?P<expression>.+)", re.S)
_MARKUP = "*_~=\"'()[]"


@dataclass(frozen=True, slots=True)
class Value:
    """One value in the prose of a note.

    Attributes:
        line: The note's line, counted from 1.
        expression: The Python that gives it.
        before: For a checked value, the text of its block up to the comment; else None.
        start: Offset in the note of the comment, or of the code span.
        end: Offset behind it.
    """

    line: int
    expression: str
    before: str | None
    start: int
    end: int

    @property
    def is_checked(self) -> bool:
        """Whether the note says the value, and the run only checks it."""
        return self.before is not None

    def agrees(self, result: str) -> bool:
        """Whether the note says what the run gave."""
        if self.before is None:
            return True
        before = self.before.rstrip(_MARKUP)
        rest = before.removesuffix(result)
        return before.endswith(result) and not re.search(r"[\w.,−-]$", rest)

    def written(self, result: str) -> str:
        """What the note says in the place of a result: as many words as the result has."""
        if self.before is None:
            return ""
        words = max(len(result.split()), 1)
        before = self.before.rstrip(_MARKUP)
        found = re.search(rf"(?:\S+\s+){{0,{words - 1}}}\S+$", before)
        said = found[0] if found else ""
        # `k=3` and `(3` say 3.
        return re.sub(r"^[^\s\w]*(?:[A-Za-z_]\w*=)?(?=[-+−.\d])(?<![-+−.\d])", "", said, count=1)


def find_values(text: str) -> Iterator[Value]:
    """Yield the values of a note in order; in code, in properties and in comments are none."""
    hidden = hide_properties(text)
    visible = Visible(hidden)
    for first, last in prose(visible.text):
        for match in _INLINE.finditer(visible.text, first, last):
            expression, before = match["checked"], None
            if expression is not None:
                before = visible.text[first : match.start()]
            elif match["code"] is not None:
                computed = _COMPUTED.fullmatch(match["code"].strip())
                expression = computed["expression"] if computed else None
            if expression is not None:
                yield Value(
                    line=visible.text.count("\n", 0, match.start()) + 1,
                    expression=" ".join(expression.split()),
                    before=before,
                    start=visible.whole_offset(match.start()),
                    end=visible.whole_offset(match.end()),
                )
