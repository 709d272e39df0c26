"""Formats the code of cells: `notewright format` rewrites nothing else of a note, to the byte.

Ruff does it, by its command, as it formats the cells of a Jupyter notebook, where a `;` may end
the last line. `--8<--` lines stand in for code that other files hold, so they pass as comments;
`#|` lines are options. What cannot be read as Python is left as it is, and told.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from notewright.errors import EngineError, Problem, counted
from notewright.files import replace_file
from notewright.hosts.finding import find_notes, unread
from notewright.hosts.parsers import NOTES, Parser
from notewright.note import percent
from notewright.note.cells import OPTION
from notewright.note.note import Note
from notewright.run.engine import Engine
from notewright.vault.vault import Vault

_MARK = "# notewright-include: "
_INCLUDE = re.compile(r"^([ \t]*)(-+8<-+[ \t].*)$", re.M)
_KEPT = re.compile(rf"^([ \t]*){_MARK}(.*)$", re.M)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_ENDING = re.compile(r"[\r\n]*\Z")
_LEFT = (
    (f"the cell is not formatted: it contains `{_MARK.strip()}`", "Reword that comment"),
    (
        "the cell is not formatted: its lines are indented inconsistently",
        "Start each line with the same spaces, tabs and `>`",
    ),
)


@dataclass(frozen=True)
class Code:
    """The code of one cell, as it stands in its file.

    Attributes:
        start: Its first line, counted from 0, below the options.
        end: The line behind its last one that is not blank.
        prefix: What stands before each of its lines: signs of a quotation, the room of a list.
        text: The code.
    """

    start: int
    end: int
    prefix: str
    text: str


def add_command(parser: Parser) -> None:
    """Add `format` to the command line."""
    formatting = parser.add_command(
        "format",
        "format the code in cells with ruff",
        "notewright format",
        "notewright format --check k-means",
    )
    formatting.add_argument("notes", nargs="*", metavar="NOTE", help=NOTES)
    said = "list cells that would change, without changing them"
    formatting.add_argument("--check", action="store_true", help=said)
    said = "ruff configuration file (default: the project's)"
    formatting.add_argument("--config", type=Path, metavar="FILE", help=said)
    formatting.set_defaults(command=_format)


def _format(engine: Engine, vault: Vault, options: argparse.Namespace) -> int:
    """Format cells; the status is 1 if one is no Python, or with `--check` not formatted."""
    notes = find_notes(vault, options.notes) or list(vault.notes.values())
    changed = 0
    left: list[Problem] = []
    for path, text in rewritten(vault, notes, options.config, left.append):
        changed += 1
        print(f"{vault.settings.relative(path)}: {'not ' if options.check else ''}formatted")
        if not options.check:
            try:
                replace_file(path, text, is_safe=True)
            except OSError as error:
                raise EngineError(f"cannot write {path}: {error.strerror}.") from None
    wrong = [*left, *(problem for note in notes for problem in unreadable(note))]
    for problem in wrong:
        print(problem, file=sys.stderr)
    done = "would change" if options.check else "changed"
    print(f"notewright: {changed} of {counted(len(notes), 'note')} {done}")
    return 1 if wrong or (options.check and changed) else 0


def rewritten(
    vault: Vault,
    notes: Sequence[Note],
    config: Path | None = None,
    tell: Callable[[Problem], None] = lambda _: None,
) -> Iterator[tuple[Path, bytes]]:
    """Yield the files of notes whose cells are not formatted, and what they should hold.

    Args:
        vault: The vault.
        notes: Those of its notes that are looked at, each once.
        config: Settings for ruff, if not those that it finds.
        tell: Called with each cell that is left as it is, though it is Python.
    """
    root = vault.settings.root
    texts = {note.path: _text(vault.settings.docs_dir / note.path) for note in notes}
    codes = {note.path: codes_of(note, _lines(texts[note.path]), tell) for note in notes}
    asked = [code.text for each in codes.values() for code in each]
    told = iter(formatted(asked, root, config))
    for note in notes:
        text = texts[note.path]
        whole = _whole(note, text, [(code, next(told)) for code in codes[note.path]], tell)
        if whole != text:
            yield vault.settings.docs_dir / note.path, whole.encode("utf-8", "surrogateescape")


def _whole(
    note: Note, text: str, pairs: Sequence[tuple[Code, str]], tell: Callable[[Problem], None]
) -> str:
    """The text of a note's file with its cells formatted, but for those that would be others."""
    whole = _with(text, pairs)
    if whole == text or _is_safe(note, whole, pairs):
        return whole
    kept = []
    for number, (code, new) in enumerate(pairs):
        alone = [(each, new if at == number else each.text) for at, (each, _) in enumerate(pairs)]
        is_safe = new == code.text or _is_safe(note, _with(text, alone), alone)
        kept.append((code, new if is_safe else code.text))
        if not is_safe:
            message = "the cell is not formatted: formatting would change its meaning"
            remedy = "Put the `#|` lines first, and do not start a line of code with `# %%`"
            tell(Problem(note.file, code.start + 1, message, remedy))
    whole = _with(text, kept)
    return whole if _is_safe(note, whole, kept) else text


def _with(text: str, pairs: Sequence[tuple[Code, str]]) -> str:
    """The text of a note's file with other code in its cells."""
    lines = _lines(text)
    for code, new in reversed(pairs):
        if new != code.text:
            ending = _ends(lines[code.start])
            placed = [_placed(line, code.prefix) + ending for line in new.split("\n")]
            placed[-1] = placed[-1].removesuffix(ending) + _ends(lines[code.end - 1])
            lines[code.start : code.end] = placed
    return "".join(lines)


def codes_of(
    note: Note, lines: Sequence[str], tell: Callable[[Problem], None] = lambda _: None
) -> list[Code]:
    """The code of a note's cells, as far as it can be formatted.

    Args:
        note: The note.
        lines: The lines of its file, with their ends.
        tell: Called with each cell that cannot, though it is Python.
    """
    fences = {token.map[0] + 1: token for token in note.parse.blocks if token.map is not None}
    found = []
    for cell in note.cells:
        if cell.is_doctest or cell.problem is not None:
            continue
        body = fences[cell.line].content.split("\n")[:-1]
        start = next((n for n, text in enumerate(body) if not OPTION.match(text)), len(body))
        while body and not body[-1].strip():
            body.pop()
        there = [_plain(line) for line in lines[cell.line + start : cell.line + len(body)]]
        prefix = _prefix(body[start:], there)
        text = "\n".join(body[start:])
        if not text or not _is_python(text):
            continue
        if prefix is None or _MARK in text:
            tell(Problem(note.file, cell.line + start + 1, *_LEFT[prefix is None]))
        else:
            found.append(Code(cell.line + start, cell.line + len(body), prefix, text))
    return found


def unreadable(note: Note) -> Iterator[Problem]:
    """Yield the cells of a note that are no Python, though none of them is to say so.

    Of a note that could not be read at all, why.
    """
    yield from unread(note)
    for cell in note.cells:
        if "notest" in cell.info.words or cell.is_doctest or cell.problem or cell.options.error:
            continue
        try:
            ast.parse(cell.code)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            at = getattr(error, "lineno", None) or 1
            line = cell.source[at - 1].origin.note_line if at <= len(cell.source) else cell.line
            said = getattr(error, "msg", None) or str(error) or type(error).__name__
            yield Problem(
                note.file, line, (f"the cell is not formatted: invalid Python code: {said}")
            )


def formatted(codes: Sequence[str], root: Path, config: Path | None = None) -> list[str]:
    """Codes as ruff writes them, each by itself.

    Raises:
        EngineError: If there is no ruff, or it refuses.
    """
    if not codes:
        return []
    # In the root, where ruff looks for its settings. No pattern of these is meant for a name that
    # is no file.
    words = ["format", "--no-cache", "--stdin-filename", str(root / "cells.ipynb"), "-"]
    words[1:1] = ["--config", str(config.resolve())] if config else []
    told = ruff(words, root, as_notebook([_commented(code) for code in codes]))
    sources = ["".join(cell["source"]) for cell in json.loads(told)["cells"]]
    return [_KEPT.sub(r"\1\2", source) for source in sources]


def as_notebook(codes: Sequence[str]) -> str:
    """Codes as the cells of a Jupyter notebook, which is what ruff knows."""
    cells: list[dict[str, object]] = [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": str(number),
            "metadata": {},
            "outputs": [],
            "source": code.splitlines(keepends=True),
        }
        for number, code in enumerate(codes)
    ]
    metadata = {"language_info": {"name": "python"}}
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def ruff(words: Sequence[str], root: Path, text: str = "") -> str:
    """What ruff prints.

    Args:
        words: Its command line.
        root: Where it runs.
        text: What it reads.

    Raises:
        EngineError: If there is none, or it refuses.
    """
    command = [sys.executable, "-m", "ruff", *words]
    done = subprocess.run(command, input=text.encode(), capture_output=True, cwd=root, check=False)
    said = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode and "No module named ruff" in said:
        raise EngineError("ruff is not installed. Run `pip install ruff`")
    if done.returncode:
        raise EngineError(f"cannot run ruff: {said[:2000]}")
    return done.stdout.decode()


def _commented(code: str) -> str:
    """Code in which a comment stands for each line that puts in lines of another file."""
    return _INCLUDE.sub(rf"\1{_MARK}\2", code)


def _is_python(code: str) -> bool:
    try:
        ast.parse(_commented(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _prefix(body: Sequence[str], there: Sequence[str]) -> str | None:
    """What stands before each line of a fence; None if that is not the same everywhere."""
    pairs = [(text, line) for text, line in zip(body, there, strict=False) if text.strip()]
    if len(body) != len(there) or not pairs:
        return None
    text, line = pairs[0]
    prefix = line.removesuffix(text)
    is_same = all(line == prefix + text for text, line in pairs)
    # Blank lines may have less of it, which is what is written for them below.
    blank = [line for text, line in zip(body, there, strict=True) if not text.strip()]
    is_same &= all(prefix.startswith(line.rstrip()) for line in blank)
    return prefix if is_same and not prefix.strip(" \t>") else None


def _placed(line: str, prefix: str) -> str:
    return prefix + line if line else prefix.rstrip()


def _is_safe(note: Note, text: str, pairs: Sequence[tuple[Code, str]]) -> bool:
    """Whether the cells of a rewritten file are those that were meant."""
    plain = re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff"))
    if note.is_notebook:
        notebook = percent.read(plain, note.file)
        again = replace(note, text=notebook.text, faults=[])
        vars(again)["parse"] = notebook.parse
    else:
        again = replace(note, text=plain, faults=[])
    codes = [code.text for code in codes_of(again, _lines(plain))]
    options = [cell.options for cell in note.cells]
    return codes == [new for _, new in pairs] and [each.options for each in again.cells] == options


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return ""


def _lines(text: str) -> list[str]:
    return [line for line in _LINE.findall(text) if line]


def _plain(line: str) -> str:
    return line.removeprefix("\ufeff").rstrip("\r\n")


def _ends(line: str) -> str:
    found = _ENDING.search(line)
    return found[0] if found else ""
