"""Notes as files to download: a notebook with its outputs, and Markdown with its includes.

The notebook runs in plain Jupyter from a clone of the project and shows the same text. It is
made from the records, so nothing runs for it, and the same notes give the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement

import yaml

from notewright import doctests, theme
from notewright.cells import OPTION, Cell
from notewright.links import figure_label, find_heading, is_image, read_link, relative
from notewright.outputs import Output
from notewright.syntax import line_offsets, parse_blocks
from notewright.values import find_values
from notewright.vault import Note, Vault
from notewright.verdicts import CellResult

PUBLIC = ("title", "aliases", "tags", "description")
"""Properties that a page shows, and that its Markdown may tell."""

SAFE = ("text/plain", "image/png", "image/jpeg")
"""What an untrusted vault's outputs may hold."""

_SETUP = '''\
# Made by notewright from {file}. It runs in a clone of the project.
import os
import sys
from pathlib import Path

for _name in ("OMP_NUM", "OPENBLAS_NUM", "MKL_NUM", "VECLIB_MAXIMUM", "BLIS_NUM"):
    os.environ.setdefault(f"{_name}_THREADS", "1")  # more would change the last digits
os.environ.update(COLUMNS="80", LINES="24")  # tables of text are as wide as on the page
_root = next(
    (each for each in (Path.cwd(), *Path.cwd().parents) if (each / "mkdocs.yml").is_file()), None
)
if _root is None:
    raise FileNotFoundError("Put this notebook into a clone of the project: mkdocs.yml is missing")
os.chdir(_root)
sys.path.insert(0, str(_root))


def _new_session():
    """Forget the names of the cells above, and start random states anew."""
    import random

    for name in [each for each in globals() if not each.startswith("_") and each not in _kept]:
        del globals()[name]
    random.seed(0)
    try:
        import numpy
    except ImportError:
        return
    numpy.random.seed(0)


del os, sys, Path
_kept = set(globals())
_new_session()'''

_PANDAS = """\
try:
    import pandas as _pandas

    _pandas.set_option("display.max_columns", 0)  # the same text as on the page
except ImportError:
    pass"""

_PROMPTS = """\
# Jupyter takes `>>> ` for a prompt, in texts too, and would leave it out.
_transforms = get_ipython().input_transformer_manager.cleanup_transforms
_transforms[:] = [each for each in _transforms if type(each).__name__ != "PromptStripper"]"""

_BORDER = "_new_session()  # on the page, the cells below run in a process of their own"

_CALLOUT = re.compile(r"^(?P<quote>[ \t]*(?:>[ \t]*)+)\[!(?P<kind>[\w-]+)\][+-]?[ \t]*", re.M)
_BLOCK_ID = re.compile(r"(?:^[ \t>]*|[ \t]+)\^[A-Za-z][\w-]*[ \t]*$", re.M)


@dataclass(frozen=True)
class Source:
    """What a download is made of.

    Attributes:
        vault: The vault.
        note: The note.
        results: What its cells showed, in order.
        title: Its title.
        addresses: The whole address of each page of the site, by its note's path; empty if
            nobody says where the site is published.
        labels: Path of the note that holds the cell of each label.
    """

    vault: Vault
    note: Note
    results: Sequence[CellResult]
    title: str
    addresses: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


def paths(note: Note, page: str) -> dict[str, str]:
    """Where the downloads of a note lie in the site, by what they are called.

    Args:
        note: The note.
        page: Path of its page in the site.
    """
    stem = (PurePosixPath(page).parent / note.name).as_posix()
    return {"notebook": f"{stem}.ipynb", "Markdown": f"{stem}.md"}


def element(note: Note, found: Mapping[str, str]) -> Element:
    """The links to the downloads, for the foot of a page."""
    line = Element("p", {"class": "nw-downloads", "data-search-exclude": ""})
    line.text = "Download: "
    for number, (name, path) in enumerate(found.items()):
        href = quote(relative(path, note.path))
        link = SubElement(line, "a", {"href": href, "download": PurePosixPath(path).name})
        link.text = name
        link.tail = ", " if number < len(found) - 1 else ""
    return line


def make(source: Source) -> dict[str, str]:
    """The downloads of a note, by what they are called."""
    return {"notebook": notebook(source), "Markdown": markdown(source)}


Change = tuple[int, int, str]
"""Start and end of a part of the note's text, and what stands in its place."""


def markdown(source: Source) -> str:
    """The note as Markdown: its includes are expanded, its comments are left out."""
    note = source.note
    cells = [each.cell for each in source.results]
    changes = [*_comments(note), *_includes(note, cells), *_blank_lines(note, cells)]
    properties = {name: note.properties[name] for name in PUBLIC if note.properties.get(name)}
    body = _changed(note.text, _body(note), len(note.text), changes).strip("\n")
    if not properties:
        return f"{body}\n"
    written = yaml.safe_dump(properties, allow_unicode=True, sort_keys=False)
    return f"---\n{written}---\n\n{body}\n"


def notebook(source: Source) -> str:
    """The note as a notebook of nbformat 4, with the outputs of its cells."""
    cells = [
        {**cell, "id": cell.get("id") or f"cell-{number}"}
        for number, cell in enumerate(_cells(source), start=1)
    ]
    written = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(written, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


NotebookCell = dict[str, Any]


def _cells(source: Source) -> Iterator[NotebookCell]:
    note = source.note
    lines = note.text.split("\n")
    starts = line_offsets(note.text)
    shown = [each.cell for each in source.results if not each.cell.runs]
    changes = [*_comments(note), *_includes(note, shown), *_values(source), *_links(source)]
    changes += [*_marks(note), *_tables(source)]
    if not any(heading.level == 1 for heading in note.outline):
        yield _text(f"# {source.title}")
    reached, has_session = _body(note), False
    yield _code("setup", _setup(source), ["setup"])
    for result in source.results:
        cell = result.cell
        if not cell.runs:
            continue
        yield from _prose(note.text, reached, starts[cell.line - 1], changes)
        if not cell.continues and has_session:
            yield _code("", _BORDER, ["setup"])
        has_session = True
        yield from _doctest(result) if cell.is_doctest else [_cell(result, lines, source)]
        last = cell.accepted.last_line if cell.accepted else cell.last_line
        reached = starts[max(last, cell.block_id_line)]
    yield from _prose(note.text, reached, len(note.text), changes)


def _setup(source: Source) -> str:
    extra = []
    outputs = [output for each in source.results for output in each.outputs]
    tables = any("text/html" in output.get("data", {}) for output in outputs)
    if tables or any("pandas" in each.cell.code for each in source.results):
        extra.append(_PANDAS)
    codes = [each.cell.code for each in source.results if not each.cell.is_doctest]
    if any(re.search(r"^[ \t]*(?:>>>|\.\.\.)", code, re.M) for code in codes):
        extra.append(_PROMPTS)
    setup = _SETUP.replace("{file}", source.note.file)
    return setup.replace("\n\n\ndef ", "\n".join(["", *extra, "", "", "def "]), 1)


def _text(text: str) -> NotebookCell:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _prose(text: str, start: int, end: int, changes: Sequence[Change]) -> Iterator[NotebookCell]:
    found = _changed(text, start, max(start, end), changes).strip("\n")
    if found.strip(" \t\n>"):
        yield _text(found)


def _code(
    name: str, code: str, tags: Sequence[str] = (), outputs: Sequence[Output] = ()
) -> NotebookCell:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {"tags": list(tags)} if tags else {},
        "outputs": list(outputs),
        "source": code,
    }


def _cell(result: CellResult, lines: Sequence[str], source: Source) -> NotebookCell:
    cell = result.cell
    options = []
    for line in lines[cell.line : cell.last_line]:
        match = re.search(r"(?:^|(?<=[\s>]))#\|.*$", line)
        if match is None or not OPTION.match(match[0]):
            break
        options.append(match[0])
    code = "\n".join([*options, cell.code.rstrip("\n")])
    trusted = source.vault.settings.execute
    outputs = [shown for each in result.outputs if (shown := _output(each, trusted))]
    return _code("", code, ["raises-exception"] if cell.options.error else [], outputs)


def _output(output: Output, trusted: bool) -> Output | None:
    """An output for readers that know nothing of this package; None if nothing may be shown."""
    if output["output_type"] == "stream":
        return output
    if output["output_type"] == "error":
        return {**output, "traceback": [f"{output['ename']}: {output['evalue']}"]}
    data = {kind: each for kind, each in output["data"].items() if trusted or kind in SAFE}
    if "image/svg+xml" in data:
        data["image/svg+xml"] = theme.on_paper(data["image/svg+xml"])
    metadata = {name: each for name, each in output["metadata"].items() if name != "notewright"}
    return {**output, "data": data, "metadata": metadata} if data else None


def _doctest(result: CellResult) -> Iterator[NotebookCell]:
    """A cell for each example: Jupyter shows the value of a cell's last expression only."""
    answers = result.record.answers if result.record else []
    if result.cell.problem is not None:
        return
    for number, example in enumerate(doctests.examples(result.cell.code)):
        answer = answers[number] if number < len(answers) else ""
        tags, outputs = [], []
        if answer.startswith("Traceback"):
            name, _, message = answer.rstrip("\n").rpartition("\n")[2].partition(": ")
            tags = ["raises-exception"]
            said = [f"{name}: {message}"]
            error = {"output_type": "error", "ename": name, "evalue": message, "traceback": said}
            outputs.append(error)
        elif answer:
            outputs.append({"output_type": "stream", "name": "stdout", "text": answer})
        yield _code("", example.source.rstrip("\n"), tags, outputs)


def _body(note: Note) -> int:
    """Where the text behind the properties begins."""
    return line_offsets(note.text)[note.body_line]


def _changed(text: str, start: int, end: int, changes: Sequence[Change]) -> str:
    """A part of a text with the changes that lie in it; of two that overlap, the first."""
    parts, reached = [], start
    for first, last, new in sorted(changes):
        if first >= reached and last <= end:
            parts += [text[reached:first], new]
            reached = last
    return "".join([*parts, text[reached:end]])


def _comments(note: Note) -> Iterator[Change]:
    for start, end in note.places.comments:
        yield start, end, "\n" * note.text.count("\n", start, end)


def _includes(note: Note, cells: Sequence[Cell]) -> Iterator[Change]:
    """Yield the included lines in the place of each `--8<--`."""
    lines, starts = note.text.split("\n"), line_offsets(note.text)
    for cell in cells:
        prefix = re.match(r"[\s>]*", lines[cell.last_line - 1])
        assert prefix is not None
        for number, group in groupby(cell.source, key=lambda line: line.origin.note_line):
            found = list(group)
            if found[0].origin.file != cell.file:
                start = starts[number - 1]
                text = "\n".join(f"{prefix[0]}{line.text}".rstrip() for line in found)
                yield start, start + len(lines[number - 1]), text


def _blank_lines(note: Note, cells: Sequence[Cell]) -> Iterator[Change]:
    """Yield blank lines above the fences of a notebook, where its marks stood."""
    lines, starts = note.text.split("\n"), line_offsets(note.text)
    for cell in cells if note.is_notebook else ():
        if lines[cell.line - 2].strip():
            start = starts[cell.line - 1]
            yield start, start, "\n"


def _values(source: Source) -> Iterator[Change]:
    """Yield results in the place of computed values; of checked ones, the text stays."""
    got = [value for each in source.results for value in _results(each)]
    values = list(find_values(source.note.text))
    without = [None] * (len(values) - len(got))
    for value, result in zip(values, [*without, *got], strict=False):
        if value.is_checked:
            yield value.start, value.end, ""
        elif result is not None:
            yield value.start, value.end, result


def _results(result: CellResult) -> list[str | None]:
    got = result.record.values if result.record else []
    return [*got, *[None] * (len(result.cell.values) - len(got))]


def _links(source: Source) -> Iterator[Change]:
    """Yield plain links, or texts, in the place of wikilinks."""
    note = source.note
    if "[[" not in note.text:
        return
    places = note.places
    for inline in places.inlines():
        for token in inline.token.children or []:
            if token.type == "wikilink" and token.meta:
                yield *places.span(inline, *token.meta["span"]), _link(source, token.meta)


def _link(source: Source, parts: Mapping[str, Any]) -> str:
    link = read_link(parts)
    label = figure_label(link)
    if link.is_embed and label in source.labels:
        shown = f"Figure: {link.alt or label}"
        target: str | None = source.labels[label]
        return f"*{_linked(shown, source.addresses.get(target or '', ''), label)}*"
    target = source.vault.resolve(link.path, source.note)
    address = source.addresses.get(target or "", "")
    if target is not None and link.is_embed and is_image(target):
        return f"![{link.alt}]({address})" if address else f"*{link.alt}*"
    return _linked(link.text or link.label, address, _anchor(source, target, link.fragment))


def _anchor(source: Source, target: str | None, fragment: str) -> str:
    """The id of a place in a page, as far as it is known without making the page."""
    if fragment.startswith("^"):
        return fragment.removeprefix("^")
    note = source.vault.notes.get(target or "")
    if note is None or not fragment or find_heading(note, fragment) is None:
        return ""
    words = re.sub(r"[^\w\s-]", "", fragment.rpartition("#")[2]).strip().lower()
    return re.sub(r"[-\s]+", "-", words)


def _linked(text: str, address: str, anchor: str) -> str:
    shown = f"{address}#{quote(anchor)}" if anchor else address
    return f"[{text}]({shown})" if address else text


def _tables(source: Source) -> Iterator[Change]:
    """Yield words in the place of tables that the page alone collects."""
    text = source.note.text
    starts = line_offsets(text)
    shown = _linked("the page", source.addresses.get(source.note.path, ""), "")
    for token in parse_blocks(text):
        if token.type == "fence" and token.map and token.info.split()[:1] == ["results"]:
            yield starts[token.map[0]], starts[token.map[1]] - 1, f"*A table: see {shown}.*"


def _marks(note: Note) -> Iterator[Change]:
    """Yield what only Obsidian reads: marks of callouts, and ids of blocks."""
    code: set[int] = set()
    for token in parse_blocks(note.text):
        if token.type in ("fence", "code_block", "math_block") and token.map:
            code.update(range(*token.map))
    start = 0
    for number, line in enumerate(note.text.split("\n")):
        if number not in code:
            callout = _CALLOUT.match(line)
            if callout is not None:
                marked = start + len(callout["quote"])
                if line[callout.end() :].strip():
                    yield marked, start + callout.end(), "**"
                    yield start + len(line.rstrip()), start + len(line), "**  "
                else:
                    yield marked, start + len(line), f"**{callout['kind'].capitalize()}**  "
            block_id = _BLOCK_ID.search(line)
            if block_id is not None:
                yield start + block_id.start(), start + len(line), ""
        start += len(line) + 1
