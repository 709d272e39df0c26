"""Saving: puts the code of an edited cell into its note, and changes nothing else there.

What would be written is shown first, as a difference; it is written only if the file is still what
it was then.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from notewright.errors import EngineError
from notewright.files import replace_file
from notewright.note import percent
from notewright.note.cells import Cell
from notewright.note.lines import line_offsets
from notewright.note.note import Note
from notewright.vault.edits import Edit, edited

_PREFIX = re.compile(r"[ \t>]*")


@dataclass(frozen=True, slots=True)
class Change:
    """What a note would be.

    Attributes:
        content: The content of its file.
        digest: Digest of the content that the file has now, and of the one that it would have.
        difference: Lines of the difference between the two, as `diff -u` tells it.
    """

    content: bytes
    digest: str
    difference: str


def change(note: Note, cell: Cell, code: str, path: Path) -> Change:
    """What the file of a note would be with other code in a cell.

    Args:
        note: The note.
        cell: The cell, as the note has it.
        code: Its new code.
        path: The note's file.

    Raises:
        EngineError: If the code cannot be saved, with the reason.
    """
    lines = _lines(code)
    source = _source(note, path)
    text = Note(f"{note.path}.md", note.file, source)  # a notebook's code stands in it as it is
    edit = _edit(source, cell, lines)
    content = edited(path, text, [edit])
    after = source[: edit.start] + edit.text + source[edit.end :]
    _check(note, cell, lines, after)
    before = path.read_bytes()
    shown = difflib.unified_diff(source.splitlines(), after.splitlines(), "", "", "", "", 2, "")
    difference = "\n".join(list(shown)[2:])
    return Change(content, _digest(before, content), difference)


def save(change: Change, digest: str, path: Path, name: str) -> None:
    """Write a change into a note.

    Args:
        change: The change, as it would be now.
        digest: The digest of the change that was shown.
        path: The note's file.
        name: Its name, for messages.

    Raises:
        EngineError: If the file is not what it was when the change was shown, or cannot be written.
    """
    if change.digest != digest:
        raise EngineError(f"{name} has changed since the diff was shown. Review it again.")
    try:
        replace_file(path, change.content, is_safe=True)
    except OSError as error:
        raise EngineError(f"cannot write {name}: {error.strerror}. It is unchanged.") from None


def _digest(*contents: bytes) -> str:
    digests = (hashlib.sha256(content).hexdigest() for content in contents)
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def _lines(code: str) -> list[str]:
    """The lines of code, as a note has them."""
    plain = code.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    odd = re.search(r"[\0\x0b\x0c\x1c-\x1e\x85\u2028\u2029\ud800-\udfff]", plain)
    if odd:
        raise EngineError(
            f"the code contains the character {odd[0]!r}, which a note cannot contain"
        )
    return [line.rstrip(" \t") if not line.strip() else line for line in plain.split("\n")]


def _source(note: Note, path: Path) -> str:
    """The text of a note's file; what it was read from, if nobody has changed it."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise EngineError(f"cannot read {note.file}: {error}") from None
    read = percent.read(text, note.file).text if note.is_notebook else text
    if read != note.text:
        raise EngineError(f"{note.file} has changed. Reload the page.")
    return text


def _edit(source: str, cell: Cell, lines: list[str]) -> Edit:
    """The change of a note's text: of the lines of the cell's code, and of no others."""
    if not cell.source:
        raise EngineError("the cell is empty in the note. Write the first line of code in the note")
    written = source.split("\n")
    prefixes = set()
    for number, each in enumerate(cell.source):
        origin = each.origin
        there = written[origin.line - 1] if origin.file == cell.file else ""
        if origin != origin._replace(file=cell.file, line=origin.note_line) or (
            origin.line != cell.source[0].origin.line + number or not there.endswith(each.text)
        ):
            raise EngineError(
                f"the code of this cell is in {origin.file}. Edit it there"
                if origin.file != cell.file
                else "this cell differs from its source in the note. Edit the note"
            )
        if each.text.strip():
            prefixes.add(there.removesuffix(each.text))
    before_fence = _PREFIX.match(written[cell.line - 1])
    prefix = prefixes.pop() if prefixes else before_fence[0] if before_fence else ""
    if prefixes or not _PREFIX.fullmatch(prefix):
        raise EngineError("the lines of this cell are indented inconsistently. Edit the note")
    blank = prefix.rstrip() if ">" in prefix else ""
    new = "".join(f"{prefix}{line}\n" if line else f"{blank}\n" for line in lines)
    starts = line_offsets(source)
    first, last = cell.source[0].origin.line, cell.source[-1].origin.line
    return Edit(starts[first - 1], starts[last], new)


def _check(note: Note, cell: Cell, lines: list[str], source: str) -> None:
    """Refuse code that would be read otherwise in the note, or change what stands around it."""
    notebook = percent.read(source, note.file) if note.is_notebook else None
    text = notebook.text if notebook is not None else source
    after = Note(note.path, note.file, text, note.properties, (), note.includes)
    if notebook is not None:
        vars(after)["parse"] = notebook.parse
    code = "".join(f"{line}\n" for line in lines)
    shift = len(lines) - len(cell.source)
    found = next((each for each in after.cells if each.line == cell.line), None)
    why = _otherwise(cell, code, found, shift)
    if not why and _around(note, cell.line) != _around(after, cell.line):
        why = "it changes how the text around the cell is parsed"
    if why:
        raise EngineError(f"this code cannot be written into the note: {why}")


def _otherwise(cell: Cell, code: str, found: Cell | None, shift: int) -> str:
    """What is read of a cell that was to have some code, if it is something else."""
    if found is None or found.last_line != cell.last_line + shift:
        return "one of its lines ends the cell"
    if found.problem is not None:
        return found.problem.message
    if found.options != cell.options:
        return "one of its lines is a cell option (`#| …`)"
    if (found.info, found.block_id) != (cell.info, cell.block_id):
        return "it changes the name of the cell"
    return "" if found.code == code else "one of its lines is an include (`--8<--`)"


def _around(note: Note, line: int) -> list[tuple[str, str, str]]:
    """All blocks of a note but the fence that begins at a line."""
    return [
        (token.type, token.content, token.info)
        for token in note.parse.blocks
        if not (token.type == "fence" and token.map is not None and token.map[0] == line - 1)
    ]
