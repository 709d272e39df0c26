"""Canvases: Obsidian's boards of cards, which name files, and in whose texts there are links.

Only the strings that change are rewritten: the rest of a file stays as Obsidian wrote it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from notewright.errors import EngineError
from notewright.note.note import Note
from notewright.vault.edits import Edit
from notewright.vault.vault import Vault

SUFFIX = ".canvas"

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"(?P<colon>\s*:\s*)?')


def read_canvases(vault: Vault) -> dict[str, Note]:
    """Read the canvases of a vault, as the texts in which edits have their positions.

    Returns:
        Them by their paths, in order.

    Raises:
        EngineError: If one cannot be read, or is not JSON.
    """
    paths = sorted(path for path in vault.attachments if path.endswith(SUFFIX))
    places = {path: vault.settings.docs_dir / path for path in paths}
    return {
        path: _read(place, path, vault.settings.relative(place)) for path, place in places.items()
    }


def _read(path: Path, relative: str, file: str) -> Note:
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        if text.strip():  # Obsidian makes an empty file of a new one
            json.dumps(
                json.loads(text), ensure_ascii=False
            ).encode()  # rejects half a surrogate pair
    except (OSError, ValueError, RecursionError) as error:
        raise EngineError(f"cannot read the canvas {file}: {error}. Fix or remove it") from None
    return Note(relative, file, text)


def rewritten(
    canvas: Note, moves: Mapping[str, str], links: Callable[[Note], list[Edit]]
) -> Iterator[Edit]:
    """Yield the edits of a canvas for files that get other names.

    Args:
        canvas: The canvas.
        moves: Their new paths, by their old ones.
        links: The edits of the links in the text of a card, which comes as a note.
    """
    for said, start, end in _cards(canvas):
        if isinstance(said, Note):
            edits = links(said)
            if edits:
                yield Edit(start, end, _dumped(_applied(said.text, edits)))
        elif said in moves:
            yield Edit(start, end, _dumped(moves[said]))


def cards(canvas: Note) -> Iterator[str | Note]:
    """Yield what the cards of a canvas show: the path of a file, or a text, which is a note."""
    return (said for said, _, _ in _cards(canvas))


def _cards(canvas: Note) -> Iterator[tuple[str | Note, int, int]]:
    """Yield the same, and where in the canvas the string is."""
    for name, start, end in _strings(canvas.text):
        if name in ("file", "text"):
            said: str = json.loads(canvas.text[start:end], strict=False)
            shown = said if name == "file" else Note(canvas.path, canvas.file, said)
            yield shown, start, end


def _strings(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each string that is the value of a name: that name, and where the string is."""
    name, reached = "", 0
    for match in _STRING.finditer(text):
        end = match.end() - len(match["colon"] or "")
        if match["colon"]:
            name, reached = match[0][1 : end - match.start() - 1], match.end()
        elif match.start() == reached:
            yield name, match.start(), end


def _applied(text: str, edits: list[Edit]) -> str:
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def _dumped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
