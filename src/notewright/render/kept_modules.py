"""Modules kept for the next process: what each imports, defines and says of itself.

To parse all own modules of a project takes longer than all else that a page asks of them. What is
kept of one holds as long as its text is the same, and the code that reads it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from notewright.files import read_own, replace_file
from notewright.render.converters import converters

NAME = "modules.json"


@dataclass(frozen=True)
class Outline:
    """What is asked of a module before its page is made.

    Attributes:
        imports: Full names of what it imports, wherever in it.
        places: The line of each name that it defines, those of the methods of its classes too.
        summary: The first paragraph of its docstring, on one line.
    """

    imports: Sequence[str]
    places: Mapping[str, int]
    summary: str


class KeptModules:
    """The outlines of modules as another process read them.

    Args:
        state_dir: The state directory.
    """

    def __init__(self, state_dir: Path) -> None:
        self._file = state_dir / NAME

    def get(self, text: str) -> Outline | None:
        """What is kept of a module's text."""
        return self._outlines.get(_digest(text))

    def keep(self, outlines: Iterable[tuple[str, Outline]]) -> None:
        """Keep the outlines of these texts alone, unless they are kept."""
        found = {_digest(text): outline for text, outline in outlines}
        if found == self._outlines:
            return
        written = {digest: asdict(each) for digest, each in sorted(found.items())}
        content = json.dumps({"given": converters(), "modules": written})
        try:
            replace_file(self._file, content.encode(), follows=False)
        except OSError:
            return  # they are read again next time
        vars(self)["_outlines"] = found

    @cached_property
    def _outlines(self) -> Mapping[str, Outline]:
        try:
            stored = json.loads(read_own(self._file) or b"null")
            if stored is None or stored["given"] != converters():
                return {}
            return {digest: _outline(each) for digest, each in stored["modules"].items()}
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return {}


def _outline(stored: Mapping[str, Any]) -> Outline:
    """An outline of what was stored; raises one of several errors if it is none."""
    outline = Outline(**stored)
    names = [*outline.imports, *outline.places, outline.summary]
    if not all(isinstance(each, str) for each in names):
        raise TypeError("no outline")
    if not all(isinstance(line, int) for line in outline.places.values()):
        raise TypeError("no outline")
    return outline


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
