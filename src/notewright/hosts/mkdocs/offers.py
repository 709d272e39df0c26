"""Offers of notes: the files that they offer to download, beside their pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from notewright.hosts.mkdocs.generated_files import GeneratedFile
from notewright.hosts.mkdocs.in_copy import InCopy, pays
from notewright.note.note import Note
from notewright.render import downloads


class Download(GeneratedFile):
    """A file that is written as it is, though its name may end in `.md`.

    Attributes:
        is_filled: Whether it is known what it holds; before that, none is written.
    """

    is_filled = False

    def is_documentation_page(self) -> bool:
        """It is none."""
        return False

    def copy_file(self, dirty: bool = False) -> None:
        """Write it."""
        if self.is_filled:
            super().copy_file(dirty)


def _download(config: MkDocsConfig, path: str) -> Download:
    made = Download.generated(config, path, content="")
    assert isinstance(made, Download)
    return made


CARD = "card"
"""What the picture is called that stands for a note."""


class Offers:
    """The files that notes offer. They are added empty: what they hold is known with the pages.

    While a page waits to be made, what it offers does, too.

    What would lie in the place of another file is left out.

    Args:
        files: The files of the site; changed, unless it is a patch that offers what the last did.
        notes: The notes, each with whether it has cells.
        card_of: The path of a note's card; empty if it has none.
        config: MkDocs' configuration.
        last: What the build offered that this one patches.

    Attributes:
        places: Where the files of each note are in the site, by its path and what they are called.
    """

    def __init__(
        self,
        files: Files,
        notes: Iterable[tuple[Note, bool]],
        card_of: Callable[[Note], str],
        config: MkDocsConfig,
        last: Offers | None = None,
    ) -> None:
        known = files.src_uris
        taken = {file.dest_uri for file in files} | known.keys()
        self.places: dict[str, dict[str, str]] = {}
        for note, has_cells in notes:
            page = known.get(note.path)
            if page is not None:
                wanted = downloads.paths(note, page.dest_uri, has_cells=has_cells)
                wanted |= {CARD: card} if (card := card_of(note)) else {}
                free = {name: path for name, path in wanted.items() if path not in taken}
                self.places[note.path] = free
                taken |= {*free.values()}
        if last is not None and last.places == self.places:
            self._offered: dict[str, dict[str, Download]] = last._offered
            return
        self._offered = {
            note: {name: _download(config, path) for name, path in places.items()}
            for note, places in self.places.items()
        }
        for offered in self._offered.values():
            for file in offered.values():
                files.append(file)

    def of(self, note: str) -> Mapping[str, Download]:
        """The files that the note at a path offers, by what they are called."""
        return self._offered.get(note, {})

    def fill(
        self,
        notes: Iterable[str],
        at_hand: Callable[[str], Mapping[str, str] | None],
        make: Callable[[str], Iterator[Mapping[str, str]]],
        draw: Callable[[str], bytes],
    ) -> None:
        """Say what the files hold.

        Args:
            notes: Paths of the notes that may offer something else than before.
            at_hand: What the note at a path offers, if it need not be made.
            make: Yields what the note at a path offers, by what it is called; nothing if it
                cannot be had.
            draw: Draws the card of the note at a path.
        """
        wanted = [path for path in notes if path in self._offered]
        known = {path: texts for path in wanted if (texts := at_hand(path)) is not None}
        left = [path for path in wanted if path not in known]
        half = len(left) // 2 if pays(len(left)) else 0
        with InCopy(left[:half], lambda path: next(make(path), None)) as copy:
            own = {path: next(make(path), {}) for path in left[half:]}
            known |= copy.done() | own
        for path in wanted:
            texts = known[path] if path in known else next(make(path), {})
            for name, file in self._offered[path].items():
                file.is_filled = True
                if name == CARD:
                    file.content_bytes = draw(path)
                else:
                    file.content_string = texts.get(name, "")
