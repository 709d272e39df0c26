"""A note: one Markdown file, percent notebook or base, with all that its one parse tells."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, TypeVar

from notewright.errors import NotewrightError, Problem, fault
from notewright.note import drawings, percent
from notewright.note.anchors import (
    EQUATION,
    Heading,
    find_block_ids,
    find_equations,
    find_headings,
    typed_heading,
)
from notewright.note.cells import Cell, count_unasked, find_cells, has_asked
from notewright.note.citations import Citation, find_citations
from notewright.note.includes import Includes
from notewright.note.links import Link, find_links, find_unseen_images
from notewright.note.parse import Parse
from notewright.note.positions import Places
from notewright.note.properties import PROPERTIES
from notewright.note.tags import find_tags
from notewright.note.titles import begins_with_title, is_slug
from notewright.note.values import Value, find_values
from notewright.note.visible import visible

BASE = ".base"
"""How the name of a base ends: a query of the vault, which is a page of its own."""

_Made = TypeVar("_Made")
_HOMES = frozenset({"index", "readme"})


@dataclass(frozen=True)
class Note:
    """One Markdown file of the vault, or a percent notebook or base, which is read as one.

    Attributes:
        path: Path in the vault, with forward slashes: `models/k-means.md`.
        file: Path from the project's root, as messages name it: `docs/models/k-means.md`.
        text: The whole file; of a notebook, its Markdown with the same line numbers; of a base,
            a fence that holds it.
        properties: The YAML at its top.
        problems: What is wrong with the file or its properties.
        includes: Where `--8<--` in its cells finds files.
        reads_as_mkdocs: Whether `%%`, `#word` and `^id` in its text are text.
        must_ask: Whether only fences marked `run` are cells, unless it says `execute: true`.
        faults: Errors of ours while it was read; see `reading`.
        memory: What was made of it and of something else; see `remembered`.
        elements: What was made of it that holds elements of a page, which no file can keep.
    """

    path: str
    file: str
    text: str
    properties: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    includes: Includes = field(default_factory=Includes)
    reads_as_mkdocs: bool = False
    must_ask: bool = False
    faults: list[Problem] = field(default_factory=list, compare=False, repr=False)
    memory: dict[str, tuple[str, Any]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    elements: dict[str, tuple[str, Any]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Keep an error of ours as a fault of the note, and go on with what was read so far.

        One of five hundred notes must not end a build without a word of which one it was.
        """
        try:
            yield
        except NotewrightError:
            raise
        except Exception as error:
            found = fault(self.file, error)
            if all(found.message != each.message for each in self.faults):
                self.faults.append(found)

    def again(self) -> Note:
        """The same note in a later build; what its cells include may have changed."""
        if "8<-" not in self.text or self.includes.are_same:
            return self
        same = replace(self, faults=[], includes=self.includes.again())
        kept = ("parse", "places", "values")
        vars(same).update({name: vars(self)[name] for name in kept if name in vars(self)})
        return same

    def remembered(self, what: str, given: str, make: Callable[[], _Made]) -> _Made:
        """What is made of the note and of something else, made once as long as both are the same.

        Args:
            what: What is made.
            given: Digest of all else that it is made of.
            make: Makes it.
        """
        found = self.memory.get(what)
        if found is None or found[0] != given:
            found = self.memory[what] = given, make()
        made: _Made = found[1]
        return made

    @cached_property
    def name(self) -> str:
        """File name without `.md`, but with `.base`: what a wikilink names."""
        place = PurePosixPath(self.path)
        return place.name if self.is_base else place.stem

    @property
    def title(self) -> str:
        """What it calls itself: by its properties, the heading that it begins with, or its name."""
        if self.is_base:
            return PurePosixPath(self.path).stem
        name = self.name.removesuffix(drawings.SUFFIX) if self.is_drawing else self.name
        return str(self.properties.get("title") or self.first_heading or name)

    @cached_property
    def first_heading(self) -> str:
        """What the heading of level 1 shows with which it begins; empty if it begins otherwise.

        One further down is the head of a part, and a note may have several: so MkDocs has it.
        """
        with self.reading():
            first = next(iter(self.parse.blocks), None)
            if first is not None and first.type == "heading_open" and first.tag == "h1":
                return visible(self.outline[0].text)
        return ""

    @property
    def said_name(self) -> str:
        """Its name as the title of a page: one that is spelt like an address is spelt out.

        So MkDocs has it, but it changes dates and names such as `Sci-fi`, too.
        """
        name = self.name.removesuffix(drawings.SUFFIX) if self.is_drawing else self.name
        return re.sub("[-_]", " ", name).capitalize() if is_slug(name) else name

    @cached_property
    def shows_title(self) -> bool:
        """Whether a heading of level 1 is the title that readers see above its text."""
        with self.reading():
            return begins_with_title(self.parse, is_home=self.name.lower() in _HOMES)
        return True

    @property
    def is_notebook(self) -> bool:
        """Whether it is written in Python, with Markdown in comments."""
        return self.path.endswith(percent.SUFFIX)

    @property
    def is_drawing(self) -> bool:
        """Whether it is a drawing of Excalidraw; its text is without the data of that."""
        return self.path.endswith(".md") and bool(self.properties.get(drawings.PROPERTY))

    @property
    def is_base(self) -> bool:
        """Whether it is a base: its headings are the names of its views."""
        return self.path.endswith(BASE)

    @property
    def body_line(self) -> int:
        """Lines before the body: the length of the properties."""
        match = PROPERTIES.match(self.text)
        return match[0].count("\n") if match else 0

    @property
    def aliases(self) -> list[str]:
        """Other names by which wikilinks may call the note."""
        aliases = self.properties.get("aliases") or []
        names = aliases if isinstance(aliases, list) else [aliases]
        return [str(name) for name in names if name is not None]

    @cached_property
    def parse(self) -> Parse:
        """The one parse of its text."""
        return Parse(self.text, hides_comments=not self.reads_as_mkdocs)

    @property
    def only_asked(self) -> bool:
        """Whether only fences marked `run` are cells."""
        return self.must_ask and self.properties.get("execute") is not True

    @cached_property
    def places(self) -> Places:
        """Where its links and comments stand."""
        return Places(self.parse)

    @cached_property
    def values(self) -> Sequence[Value]:
        """The values in its prose, in order."""
        with self.reading():
            if self.only_asked and not has_asked(self.parse, in_containers=self.reads_as_mkdocs):
                return []  # an example in a text about values
            return list(find_values(self.parse))
        return []

    @cached_property
    def cells(self) -> Sequence[Cell]:
        """Its cells, in order, each with the values below it."""
        with self.reading():
            return find_cells(
                self.parse,
                self.values,
                self.file,
                self.includes,
                only_asked=self.only_asked,
                in_containers=self.reads_as_mkdocs,
            )
        return []

    @cached_property
    def unasked(self) -> int:
        """The number of its Python fences that are plain code because nothing marks them to run."""
        if not self.only_asked:
            return 0
        with self.reading():
            return count_unasked(self.parse, in_containers=self.reads_as_mkdocs)
        return 0

    @cached_property
    def code_digest(self) -> str:
        """Digest of all that its cells say."""
        return hashlib.sha256(repr(self.cells).encode("utf-8", "replace")).hexdigest()

    @cached_property
    def _links(self) -> tuple[Sequence[Link], Sequence[Link]]:
        with self.reading():
            return find_links(self.places, self._cut)
        return (), ()

    @cached_property
    def wikilinks(self) -> Sequence[Link]:
        """Its wikilinks and their embeds; those in code are none."""
        # The parse of inline text is the slow one: where there can be no link, it is not made.
        return self._links[0] if "[[" in self.text else ()

    @cached_property
    def markdown_links(self) -> Sequence[Link]:
        """Its Markdown links and images that lead into the vault."""
        return self._links[1] if "](" in self.text or "]:" in self.text else ()

    @property
    def _cut(self) -> int:
        """Characters in front of each line that the file has and the text has not."""
        return len("# ") if self.is_notebook else 0

    @cached_property
    def citations(self) -> Sequence[Citation]:
        """Its citations of works."""
        with self.reading():
            return find_citations(self.places, self._cut) if "@" in self.text else []
        return ()

    @cached_property
    def unseen_images(self) -> Sequence[Link]:
        """Its Markdown images without alt text, wherever they lie."""
        return find_unseen_images(self.places, self._cut) if "![" in self.text else ()

    @cached_property
    def tags(self) -> Sequence[str]:
        """Its tags as it writes them, each once; those of the properties first."""
        with self.reading():
            return find_tags(self.properties, None if self.reads_as_mkdocs else self.parse)
        return []

    @cached_property
    def outline(self) -> list[Heading]:
        """Its headings in order, as written."""
        with self.reading():
            return find_headings(self.parse)
        return []

    @cached_property
    def block_ids(self) -> dict[str, int]:
        """Its block ids and the labels of its cells, with their lines."""
        with self.reading():
            return find_block_ids(self.parse)
        return {}

    @cached_property
    def equations(self) -> dict[str, int]:
        """The numbers of its formulas, by their block ids."""
        with self.reading():
            return find_equations(self.parse) if f"^{EQUATION}" in self.text else {}
        return {}

    def block_id(self, wanted: str) -> str | None:
        """A block id as the note writes it; case does not matter in a link."""
        return next((each for each in self.block_ids if each.lower() == wanted.lower()), None)

    @property
    def headings(self) -> list[str]:
        """Text of its headings in order, as links name them."""
        return [typed_heading(heading.text) for heading in self.outline]
