"""Ranges of numbers across seeds, in a file that is committed with the notes.

Trying other seeds takes minutes, so builds do not. `notewright check --digits --save-ranges` saves
the ranges. A page shows one as long as the number, the code of its cells and the project files
that these read are unchanged.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from notewright.errors import EngineError
from notewright.files import replace_file
from notewright.note.values import Value
from notewright.run.inputs import digest_input
from notewright.run.verdicts import CellResult
from notewright.run.worker.digests import ABSENT, DIRECTORY
from notewright.settings import STATE_DIR, Settings

_NUMBER = re.compile(r"-?\d{1,30}\.\d{1,30}", re.ASCII)


@dataclass(frozen=True, slots=True)
class KeptSpread:
    """What other seeds gave for one number.

    Attributes:
        value: The Python that gives it.
        key: Digest of what made it; see `key_of`.
        numbers: That of the note's own seeds first, then those of others, as the note writes it.
    """

    value: str
    key: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptSpreads:
    """The kept spreads of a vault.

    Attributes:
        notes: Those of each note, by its path.
        inputs: The digest of their file, by its name.
    """

    notes: Mapping[str, Sequence[KeptSpread]] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, settings: Settings) -> KeptSpreads:
        """Read the file that the option `seed_ranges` names; there may be none yet.

        Raises:
            EngineError: If it is not what `write` writes.
        """
        if not settings.seed_ranges:
            return cls()
        try:
            content = json.loads((settings.root / settings.seed_ranges).read_text("utf-8"))
            notes = {path: [_read(each) for each in kept] for path, kept in content.items()}
        except FileNotFoundError:
            notes = {}
        except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
            message = f"{settings.seed_ranges} is not a valid file of seed ranges ({error})"
            remedy = "To regenerate it, run `notewright check --digits --save-ranges`"
            raise EngineError(f"{message}. {remedy}") from None
        name = f"file:{settings.seed_ranges}"
        return cls(notes, {name: digest_input(name, settings.root)})

    def numbers(self, path: str, result: CellResult, place: int) -> Sequence[str]:
        """What other seeds gave for a value of a note, if it is made as it was then.

        Args:
            path: The note.
            result: The cell that gives the value.
            place: Which of the cell's values it is.
        """
        value = result.cell.values[place]
        if all(each.value != value.expression for each in self.notes.get(path, ())):
            return ()
        return self._numbers(path, result, place, made_of(result))

    def _numbers(self, path: str, result: CellResult, place: int, made: str) -> Sequence[str]:
        value, got = result.cell.values[place], result.values[place] or ""
        key = key_of(made, value)
        found = (
            each.numbers
            for each in self.notes[path]
            if (each.value, each.key) == (value.expression, key) and each.numbers[0] in got
        )
        return next(found, ())

    def told(self, path: str, results: Sequence[CellResult]) -> list[CellResult]:
        """The results of a note's cells, with the spreads that are kept of their values."""
        return [self._with_spreads(path, each) for each in results]

    def _with_spreads(self, path: str, result: CellResult) -> CellResult:
        if path not in self.notes or result.record is None or result.waits_for:
            return result
        known = {each.value for each in self.notes[path]}
        values = result.cell.values
        told = [each.expression in known and not (each.held or each.follows) for each in values]
        made = made_of(result) if any(told) else ""
        said = tuple(
            _said(self._numbers(path, result, place, made)) if is_told else ""
            for place, is_told in enumerate(told)
        )
        return replace(result, spreads=said) if any(said) else result


def key_of(made: str, value: Value) -> str:
    """Digest of what makes a value of a cell.

    Args:
        made: What makes the cell, as `made_of` says it.
        value: The value.
    """
    return hashlib.sha256(f"[{json.dumps(value.expression)}, {made}]".encode()).hexdigest()[:16]


def made_of(result: CellResult) -> str:
    """What makes a cell, as text: the code down to it, and the project's files that this read."""
    cells = [result.cell, *result.earlier]
    code = [[each.is_doctest, each.code, each.options.error, each.options.deps] for each in cells]
    read = sorted([*each] for each in result.inputs.items() if _is_of_the_project(*each))
    return f"{json.dumps(code)}, {json.dumps(read)}"


def _is_of_the_project(name: str, digest: str) -> bool:
    """Whether an input is a file that comes with the notes, on any machine."""
    return digest not in (ABSENT, DIRECTORY) and _is_inside(name)


@cache  # there are as many names as files, and each build asks for all of them
def _is_inside(name: str) -> bool:
    kind, _, path = name.partition(":")
    is_inside = not Path(path).is_absolute() and Path(path).parts[:1] not in (("..",), (STATE_DIR,))
    return kind in ("file", "glob") and is_inside


def write_spreads(settings: Settings, found: Iterable[tuple[str, KeptSpread]]) -> None:
    """Write spreads, each with the path of its note, into the file that `seed_ranges` names.

    Raises:
        EngineError: If none is named, or it cannot be written.
    """
    if not settings.seed_ranges:
        remedy = "Add `seed_ranges: data/seed-ranges.json` to the notewright options in mkdocs.yml"
        raise EngineError(f"no file is configured for the seed ranges. {remedy}")
    notes: dict[str, list[KeptSpread]] = {}
    for path, kept in found:
        notes.setdefault(path, []).append(kept)
    content = "{\n" + ",\n".join(_lines(notes)) + "\n}\n"
    try:
        replace_file(settings.root / settings.seed_ranges, content.encode(), is_safe=True)
    except OSError as error:
        raise EngineError(f"cannot write {settings.seed_ranges}: {error.strerror}") from None


def _lines(notes: Mapping[str, Sequence[KeptSpread]]) -> Iterator[str]:
    """Yield the JSON of each note, with a line for each number, so that differences are read."""
    for path in sorted(notes):
        kept = [
            json.dumps({"value": each.value, "key": each.key, "numbers": list(each.numbers)})
            for each in notes[path]
        ]
        yield f"{json.dumps(path)}: [\n  " + ",\n  ".join(kept) + "\n]"


def _read(kept: Mapping[str, Any]) -> KeptSpread:
    numbers = tuple(kept["numbers"])
    if len(numbers) < 2 or not all(_NUMBER.fullmatch(each) for each in numbers):
        raise ValueError(f"`numbers` of `{kept['value']}`")
    return KeptSpread(str(kept["value"]), str(kept["key"]), numbers)


def _said(numbers: Sequence[str]) -> str:
    """In words how far numbers lie apart; empty if there are none."""
    if not numbers:
        return ""
    least, most = min(numbers, key=float), max(numbers, key=float)
    return f"{f'{least} to {most}' if least < most else 'the same'} across {len(numbers)} seeds"
