"""Read the card of each data set, and draw its thumbnail."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from matplotlib.axes import Axes

UNSAID = "not said"
_FACT = re.compile(
    r"^- \*\*([^*]+?)\.?\*\*\s*(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL
)
_ITEM = re.compile(r"^- (.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Card:
    """What the card of a data set says.

    Attributes:
        name: Name of its directory.
        title: Its heading.
        summary: Its first paragraph.
        facts: Its list of facts by their names, such as "Shape" and "Licence".
        flaws: What is listed under "Known flaws".
    """

    name: str
    title: str
    summary: str
    facts: Mapping[str, str]
    flaws: tuple[str, ...]

    def fact(self, name: str) -> str:
        """One fact, or `UNSAID`."""
        return self.facts.get(name, UNSAID)


# --8<-- [start:read]
def plain(text: str) -> str:
    """Put Markdown on one line, without backticks and stars."""
    return re.sub(r"[`*]", "", " ".join(text.split()))


def read_card(path: Path) -> Card:
    """Read a card; what it does not say is empty."""
    head, _, flaws = path.read_text("utf-8").partition("\n## Known flaws\n")
    flaws = re.split(r"^## ", flaws, maxsplit=1, flags=re.MULTILINE)[0]
    paragraphs = [part.strip() for part in head.split("\n\n")]
    return Card(
        name=path.parent.name,
        title=plain(paragraphs[0].removeprefix("# ")),
        summary=plain(paragraphs[1]) if len(paragraphs) > 1 else UNSAID,
        facts={name: plain(text) for name, text in _FACT.findall(head)},
        flaws=tuple(plain(text) for text in _ITEM.findall(flaws)),
    )


def read_cards(folder: Path) -> list[Card]:
    """Read the card of each data set in a folder, by name."""
    return [read_card(path) for path in sorted(folder.glob("*/README.md"))]
    # --8<-- [end:read]


def picture_of(
    name: str, package: str = "data"
) -> Callable[[Axes], None] | None:
    """The function `picture` of a data set's module, if it has one."""
    if find_spec(f"{package}.{name}") is None:
        return None
    picture: Callable[[Axes], None] | None = getattr(
        import_module(f"{package}.{name}"), "picture", None
    )
    return picture


def thumbnail(
    ax: Axes, card: Card, picture: Callable[[Axes], None] | None
) -> None:
    """Draw a data set under its name; without a picture, write its title.

    Args:
        ax: Axes to draw on; its frame and scales go.
        card: The data set's card.
        picture: What draws it, or None.
    """
    if picture is None:
        ax.text(
            0.5,
            0.5,
            card.title,
            ha="center",
            va="center",
            wrap=True,
            transform=ax.transAxes,
        )
    else:
        picture(ax)
    ax.set_title(card.name)
    ax.set_axis_off()
