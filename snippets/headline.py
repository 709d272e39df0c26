"""The one number that a project stands for, as a row of the road map."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

from snippets.evidence import RESULT, Interval


@dataclass(frozen=True, slots=True)
class Headline:
    """What a project found; as the last value of a cell it is shown as a line.

    Attributes:
        chapter: Chapter of the book, such as "3" or "3b".
        project: The question, in a few words.
        number: What the number is, with its unit.
        effect: The number, with its interval.
        figure: Label of the cell with the figure that shows it.
        over: What the interval is over, in the plural.
    """

    chapter: str
    project: str
    number: str
    effect: Interval
    figure: str
    over: str = "seeds"

    def __post_init__(self) -> None:
        if not self.figure.startswith("fig-"):
            raise ValueError(
                f"the label of a figure starts with 'fig-', got {self.figure!r}"
            )

    def row(self) -> dict[str, str]:
        """The headline as one row of the road map."""
        return {
            "kind": "project",
            "chapter": self.chapter,
            "project": self.project,
            "number": self.number,
            "measured": str(self.effect).replace("-", "−"),
            "over": f"{self.effect.n} {self.over}",
            "figure": f"![[{self.figure}.svg|{self.project}]]",
        }

    def __str__(self) -> str:
        effect = str(self.effect).replace("-", "−")
        return f"{self.number}: {effect} (95 %, {self.effect.n} {self.over})"

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> dict[str, Any]:
        """The headline as text, as HTML, and as a row (Jupyter's protocol)."""
        html = f"<p><strong>{escape(str(self))}</strong></p>"
        return {"text/plain": str(self), "text/html": html, RESULT: self.row()}
