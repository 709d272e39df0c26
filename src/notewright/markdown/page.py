"""What a note's conversion knows of its vault; hosts fill it in, one for each page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from notewright.errors import Problem
from notewright.files import Store
from notewright.note.note import Note
from notewright.render.cell_html import FIGURES, FOLDS, Renderer
from notewright.render.page_digests import Fingerprints
from notewright.render.page_foot import Linked
from notewright.run.engine import Run
from notewright.run.given_results import GivenResults
from notewright.run.verdicts import CellResult
from notewright.vault.names import Names, nowhere
from notewright.vault.tags import Tags
from notewright.vault.vault import Vault


def makers_of(vault: Vault, run: Run) -> Mapping[str, str]:
    """By its label, the path of the first note whose cell draws a figure, of those readers see."""
    found: dict[str, str] = {}
    for path in vault.notes:
        for result in run.cells.get(path, ()):
            found.setdefault(result.cell.label, path)
    return found


def names_of(vault: Vault, run: Run, tags: Tags, place: Callable[[str], str] = nowhere) -> Names:
    """What names stand for in one build.

    Args:
        vault: The notes that readers see.
        run: What the cells of the vault showed.
        tags: The tags.
        place: Where the site shows a file; see `Names`.
    """
    return Names(vault, tags, makers_of(vault, run), place, GivenResults(run))


@dataclass
class Page:
    """The note that is being converted, and what the host needs to know afterwards.

    Attributes:
        names: What names stand for in the vault.
        note: The note.
        run: What the cells of the vault showed.
        renderer: Makes the HTML of outputs.
        problems: What was found wrong during conversion.
        linked: The notes around it, and the code index; None leaves the foot of the page out.
        is_altered: Whether the page holds other cells than the note: then it shows no result.
        embedded: Paths of the notes of which the page shows a part.
        anchors: Ids that those parts bring into the page.
        consulted: What the conversion took from which notes; see `page_digests.part_of`.
        downloads: Paths in the site of what it offers, by what the links say.
        drawings: Where drawings of diagrams are kept; None for the vault's own place.
        only_headings: Whether only the ids of its headings are wanted, so that it is of no account
            which ids the headings have that they link to: these may wait for them in turn.
        only_asks: Whether only the questions of the note are shown: then cells beside them are
            left out, which are most of the work.
        fingerprints: Digests of the notes in this build, by which a later one in this process
            knows that another note would be converted the same; None if that cannot be told.
    """

    names: Names
    note: Note
    run: Run
    renderer: Renderer = field(default_factory=Renderer)
    problems: list[Problem] = field(default_factory=list)
    linked: Linked | None = None
    is_altered: bool = False
    embedded: set[str] = field(default_factory=set)
    anchors: set[str] = field(default_factory=set)
    consulted: set[str] = field(default_factory=set)
    downloads: Mapping[str, str] = field(default_factory=dict)
    drawings: Store | None = None
    only_headings: bool = False
    only_asks: bool = False
    fingerprints: Fingerprints | None = None

    @property
    def vault(self) -> Vault:
        """The vault."""
        return self.names.vault

    def excerpt(self) -> Page:
        """The note as other pages show a part of it: without its foot and downloads."""
        own = replace(self, linked=None, downloads={}, problems=[], anchors=set())
        return replace(own, names=self.names.fresh())

    @property
    def results(self) -> Sequence[CellResult]:
        """What the note's own cells showed, in order."""
        return self.run.cells[self.note.path]

    @property
    def fold(self) -> str:
        """Which code the note shows folded, by its property `code-fold`."""
        said = str(self.note.properties.get("code-fold", FIGURES))
        return said if said in FOLDS else FIGURES

    def report(self, text: str, message: str, remedy: str = "") -> None:
        """Report a problem at the line where some text of the note stands."""
        line = self.note.text[: _place(self.note.text, text)].count("\n") + 1
        self.problems.append(Problem(self.note.file, line, message, remedy))


def _place(note: str, text: str) -> int:
    """Where some text stands in a note; in a quote or an item, marks stand before its lines."""
    if (found := note.find(text)) >= 0 or "\n" not in text:
        return max(found, 0)
    lines = (re.escape(line.strip()) for line in text.split("\n"))
    match = re.search(r"[ \t]*\n[ \t>]*".join(lines), note)
    return match.start() if match else 0
