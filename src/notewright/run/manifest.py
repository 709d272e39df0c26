"""A manifest: what the cells of a vault showed, as one file that is compared elsewhere.

It is JSON of the same bytes for the same results: names are sorted, and no clock and no path of
the machine is in it. Each note and each cell has a digest; the texts, values and figures stand
beside them, so that a difference can be shown and not only told.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from notewright.errors import EngineError
from notewright.files import read_own, write_named
from notewright.note.cells import Cell
from notewright.run.frame_records import frame_name
from notewright.run.machines import in_words
from notewright.run.records import CellRecord
from notewright.run.verdicts import CellResult
from notewright.run.worker.outputs import Output, is_image, plain_text

FORMAT = 1
RECORDS, SITE = "records", "site"
"""Of what a manifest is made."""

_DIGEST = "sha256:"
_WORDS = re.compile(r"<!-- (.*?) -->", re.S)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a cell showed.

    Attributes:
        kind: `text`, `figure`, `value` of the prose, `answer` of a doctest, or `problem`.
        text: What is read; of a figure, the words in it.
        name: Of a value, its expression; of a frame that is not the first, which one it is.
        figure: SVG, or a bitmap as a `data:` address; only their digest in a light manifest.
    """

    kind: str
    text: str = ""
    name: str = ""
    figure: str = ""

    @property
    def light(self) -> Part:
        """The same with the digest of its figure in its place."""
        if not self.figure or self.figure.startswith(_DIGEST):
            return self
        return Part(self.kind, self.text, self.name, _DIGEST + digest_of(self.figure))

    @property
    def is_drawn(self) -> bool:
        """Whether its figure can be shown."""
        return bool(self.figure) and not self.figure.startswith(_DIGEST)


@dataclass(frozen=True, slots=True)
class Shown:
    """What one cell showed, or one block of a page.

    Attributes:
        line: Where it stands in its file.
        label: Its label; of a page's block, the id of its place. Empty if it has none.
        code: Digest of its code, by which it is found again where the note was edited.
        machine: On what it was made, in words; empty if that is not known.
        parts: What it showed, in order.
    """

    line: int
    label: str = ""
    code: str = ""
    machine: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def digest(self) -> str:
        """Digest of what it showed, wherever it stands and on whatever it was made."""
        lights = [part.light for part in self.parts]
        told = [[part.kind, part.text, part.name, part.figure] for part in lights]
        return digest_of(json.dumps(told))


@dataclass(frozen=True)
class Manifest:
    """What a vault showed, by the files of its notes, or a site by its pages.

    Attributes:
        made_of: `RECORDS` or `SITE`.
        notes: What the cells of each note showed, in order.
    """

    made_of: str
    notes: Mapping[str, Sequence[Shown]] = field(default_factory=dict)

    @cached_property
    def machines(self) -> list[str]:
        """The machines on which it was made, sorted."""
        return sorted({shown.machine for cells in self.notes.values() for shown in cells} - {""})

    def digest(self, note: str) -> str:
        """Digest of all that a note showed."""
        return digest_of("".join(shown.digest for shown in self.notes[note]))

    def to_bytes(self, *, with_figures: bool = True) -> bytes:
        """The content of its file."""
        content = {
            "format": FORMAT,
            "of": self.made_of,
            "machines": self.machines,
            "notes": {
                note: {
                    "digest": self.digest(note),
                    "cells": [self._told(shown, with_figures) for shown in cells],
                }
                for note, cells in self.notes.items()
            },
        }
        text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
        return f"{text}\n".encode("utf-8", "backslashreplace")

    def _told(self, shown: Shown, with_figures: bool) -> dict[str, Any]:
        parts = [part if with_figures else part.light for part in shown.parts]
        told: dict[str, Any] = {
            "line": shown.line,
            "label": shown.label,
            "code": shown.code,
            "digest": shown.digest,
            "parts": [_without_empty(part) for part in parts],
        }
        if shown.machine:
            told["machine"] = self.machines.index(shown.machine)
        return told

    def write(self, path: Path, *, with_figures: bool = True) -> None:
        """Write its file: whole, or not at all. One whose name ends with `.gz` is compressed.

        Raises:
            EngineError: If it cannot be written, or holds something else; a file that was there
                is as it was.
        """
        content = self.to_bytes(with_figures=with_figures)
        if path.suffix == ".gz":
            content = gzip.compress(content, mtime=0)
        write_named(path, content)

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read a manifest from its file.

        Raises:
            EngineError: If there is none, or it is no manifest that this version knows.
        """
        content = read_own(path.resolve())
        if content is None:
            raise EngineError(f"cannot read {path}. Create it with `notewright manifest {path}`")
        try:
            told = json.loads(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)
            version = told["format"]
            if version != FORMAT:
                raise EngineError(
                    f"{path} has format {str(version)[:20]}, but this version of notewright reads "
                    "format "
                    f"{FORMAT}. Regenerate it, or use the version of notewright that wrote it"
                )
            return _checked(told)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
            pass
        except (OSError, EOFError):  # what gzip says of a file that was cut
            pass
        raise EngineError(
            f"{path} is not a manifest, or is incomplete. "
            "Specify a file written by `notewright manifest`"
        )


def _checked(told: Mapping[str, Any]) -> Manifest:
    """A manifest of what a file tells; anything that does not fit raises."""
    machines = [_text(each) for each in told["machines"]]
    notes = {}
    for note, entry in told["notes"].items():
        notes[note] = tuple(_shown(each, machines) for each in entry["cells"])
    manifest = Manifest(_text(told["of"]), notes)
    if manifest.made_of not in (RECORDS, SITE):
        raise ValueError(manifest.made_of)
    if any(manifest.digest(note) != told["notes"][note]["digest"] for note in notes):
        raise ValueError("it was edited by hand")
    return manifest


def _shown(told: Mapping[str, Any], machines: Sequence[str]) -> Shown:
    parts = tuple(
        Part(**{name: _text(said) for name, said in each.items()}) for each in told["parts"]
    )
    machine = machines[told["machine"]] if "machine" in told else ""
    return Shown(int(told["line"]), _text(told["label"]), _text(told["code"]), machine, parts)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _without_empty(part: Part) -> dict[str, str]:
    told = {"kind": part.kind, "text": part.text, "name": part.name, "figure": part.figure}
    return {name: said for name, said in told.items() if said}


def digest_of(text: str) -> str:
    """A digest that is short enough to read."""
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]


def of_records(cells: Mapping[str, Sequence[CellResult]]) -> Manifest:
    """The manifest of what the cells of each note showed, in order, by the note's path."""
    notes: dict[str, tuple[Shown, ...]] = {}
    for results in cells.values():
        if results:
            notes[results[0].cell.file] = tuple(map(_of_result, results))
    return Manifest(RECORDS, notes)


def _of_result(result: CellResult) -> Shown:
    cell, record = result.cell, result.record
    parts = [Part("problem", problem.headline) for problem in result.problems]
    if record is not None:
        parts += _of_outputs(record.outputs)
        parts += [Part("answer", answer) for answer in record.answers]
        parts += _of_frames(cell, record)
        parts += [
            Part("value", text, value.expression)
            for value, text in zip(cell.values, result.values, strict=True)
            if text is not None
        ]
    machine = in_words(result.machine) if result.machine else ""
    return Shown(cell.line, cell.label, digest_of(cell.code), machine, tuple(parts))


def _of_outputs(outputs: Iterable[Output], name: str = "") -> Iterator[Part]:
    for output in outputs:
        data = output.get("data", {})
        if is_image(output):
            text, figure = _drawn(data)
            yield Part("figure", text, name, figure)
        elif "text/html" in data:
            yield Part("text", text_of_html(data["text/html"]), name)
        else:
            yield Part("text", plain_text([output]).rstrip("\n") or _other(output), name)


def _of_frames(cell: Cell, record: CellRecord) -> Iterator[Part]:
    """Yield what is said of each frame, and what those show that are not the first."""
    for number, frame in enumerate(record.frames):
        name = frame_name(cell, number)
        if number != record.first:
            yield from _of_outputs(frame.outputs, name)
        for option, said in sorted(frame.texts.items()):
            yield Part("text", "\n".join(said), f"{option}, {name}")
        for value in frame.values:
            yield Part("value", value, name)


def _drawn(data: Mapping[str, Any]) -> tuple[str, str]:
    svg = data.get("image/svg+xml")
    if svg is not None:
        return words_of_svg(svg), svg
    mime = next(each for each in data if each.startswith("image/"))
    return "", f"data:{mime};base64,{data[mime]}"


def words_of_svg(svg: str) -> str:
    """The words in a figure of Matplotlib, a line each: it keeps them beside their shapes."""
    return "\n".join(" ".join(words.split()) for words in _WORDS.findall(svg))


def _other(output: Output) -> str:
    """What is no text and no image, such as an interactive figure, as JSON."""
    return json.dumps(output.get("data", {}), sort_keys=True, ensure_ascii=False)


def text_of_html(html: str) -> str:
    """What a reader sees of HTML, a line for each row or paragraph."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split(" ")).strip() for line in "".join(reader.texts).split("\n"))
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    """Keeps the text of HTML, without scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in ("script", "style"):
            self._hidden += 1
        elif tag in ("p", "tr", "div", "li", "br", "pre", "h1", "h2", "h3", "caption"):
            self.texts.append("\n")
        elif tag in ("td", "th"):
            self.texts.append("  ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._hidden = max(0, self._hidden - 1)
        elif tag in ("p", "tr", "div", "li", "pre"):
            self.texts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.texts.append(re.sub(r"\s+", " ", data))
