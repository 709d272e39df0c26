"""Notes as files to download: a notebook with its outputs, and Markdown with its includes.

The notebook runs in plain Jupyter and shows the same text: from a clone of the project, or, where
the source of helpers is published, from anywhere, with those that it needs in it. It
is made from the records, so nothing runs for it, and the same notes give the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from posixpath import dirname, join
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

import yaml

from notewright.note import doctests
from notewright.note.cells import OPTION
from notewright.note.lines import line_offsets
from notewright.note.note import Note
from notewright.render import figure_html, frame_downloads, reading_copies
from notewright.render.plain_citations import list_of_works, with_citations
from notewright.render.plain_formulas import with_formulas
from notewright.render.plain_markdown import (
    Change,
    Source,
    body_start,
    changed,
    with_blank_lines,
    with_includes,
    with_plain_links,
    with_values,
    without_comments,
    without_marks,
    without_tables,
)
from notewright.render.reading_copies import reading_copy
from notewright.render.standalone import modules_of
from notewright.run.verdicts import CellResult
from notewright.run.worker.outputs import Output, stream
from notewright.vault.base_checks import fences
from notewright.vault.links import relative

PUBLIC = ("title", "aliases", "tags", "description")
"""Properties that a page shows, and that its Markdown may tell."""

LISTED = ("notebook", "Markdown", "base")
"""What the foot of a page offers to its reader."""
COPY = "reading copy"
"""What a note's plain Markdown is called, with what its cells showed; see `reading_copies`."""

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
    """Forget the names of the cells above, and start random states again."""
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

_ELSEWHERE = """\
if _root is None:
    raise FileNotFoundError("Put this notebook into a clone of the project: mkdocs.yml is missing")
"""
_WITHIN = """\
os.chdir(_root)
sys.path.insert(0, str(_root))
"""
_ANYWHERE = """\
if _root is not None:  # in a clone of the project, its own modules count
    os.chdir(_root)
    sys.path.insert(0, str(_root))
"""

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


def paths(note: Note, page: str, *, has_cells: bool) -> dict[str, str]:
    """Where the downloads of a note lie in the site, by what they are called.

    Args:
        note: The note.
        page: Path of its page in the site.
        has_cells: Whether there is more to download than its text.
    """
    stem = join(dirname(page), note.name)
    found = {"notebook": f"{stem}.ipynb", "Markdown": f"{stem}.md"} if has_cells else {}
    # In a folder in any case: a site without directories has none of this name.
    found |= {"base": f"{note.path}/{note.name}"} if note.is_base else {}
    return {**found, COPY: f"{page}{reading_copies.SUFFIX}"}


def element(note: Note, found: Mapping[str, str], launch_links: Mapping[str, str]) -> Element:
    """The links to the downloads, and to where a notebook runs, for the foot of a page.

    Args:
        note: The note.
        found: Paths in the site of its downloads, by what they are called.
        launch_links: Addresses at which notebooks run, by the text of the link; `{path}` stands for
            the path of the notebook in the site. They receive no request before a click.
    """
    line = Element("p", {"class": "nw-downloads", "data-search-exclude": ""})
    notebook = found.get("notebook", "")
    files = {name: _file(name, path, note) for name, path in found.items()}
    runs = [files.pop("notebook")] if notebook else []
    for name, address in launch_links.items() if notebook else ():
        runs.append(Element("a", {"href": address.replace("{path}", quote(notebook))}))
        runs[-1].text = name
    for words, links in (("Run this note", runs), ("Download", list(files.values()))):
        for number, link in enumerate(links):
            between = ", " if number else f"{'. ' if len(line) else ''}{words}: "
            if len(line):
                line[-1].tail = between
            else:
                line.text = between
            line.append(link)
    return line


def _file(name: str, path: str, note: Note) -> Element:
    """A link to a file of the site."""
    attributes = {"href": quote(relative(path, note.path)), "download": PurePosixPath(path).name}
    link = Element("a", attributes)
    link.text = name
    return link


def make(
    source: Source, files: Mapping[str, str] | None = None, *, has_cells: bool = True
) -> dict[str, str]:
    """The downloads of a note, by what they are called.

    Args:
        source: The note.
        files: The file of each page in the site, by the path of its note; links lead to those.
        has_cells: Whether there is more to download than its text.
    """
    made = {"notebook": notebook(source), "Markdown": markdown(source)} if has_cells else {}
    if source.note.is_base:
        made["base"] = next((text for _, text in fences(source.note)), "")
    return {**made, COPY: reading_copy(source, files or {})}


def markdown(source: Source) -> str:
    """The note as Markdown: its includes are expanded, its comments are left out."""
    note = source.note
    cells = [each.cell for each in source.results]
    changes = [*without_comments(note), *with_includes(note, cells), *with_blank_lines(note, cells)]
    properties = {name: note.properties[name] for name in PUBLIC if note.properties.get(name)}
    body = changed(note.text, body_start(note), len(note.text), changes).strip("\n")
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
    changes = [
        *without_comments(note),
        *with_includes(note, shown),
        *with_values(source),
        *with_citations(source),
        *with_formulas(source),
    ]
    changes += [*with_plain_links(source), *without_marks(note), *without_tables(source)]
    if not note.shows_title:
        yield _text(f"# {source.title}")
    reached, has_session = body_start(note), False
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
        if cell.options.vary is not None and not cell.problem:
            yield _code("", frame_downloads.others(cell.options.vary), ["frames"])
        last = cell.accepted.last_line if cell.accepted else cell.last_line
        reached = starts[max(last, cell.block_id_line)]
    yield from _prose(note.text, reached, len(note.text), changes)
    if works := list_of_works(source):
        yield _text(works)


def _helpers(source: Source) -> str | None:
    """Code that brings the helpers along; None if the note cannot do without the project."""
    sources = source.sources
    running = [each.cell for each in source.results if each.cell.runs]
    read = {f"{cell.file}:{cell.line}" for cell in running}
    if sources is None or not sources.bound.isdisjoint(read):
        return None
    return modules_of([cell.plain_code for cell in running if not cell.is_doctest], sources.own)


def _setup(source: Source) -> str:
    extra = []
    outputs = [output for each in source.results for output in each.outputs]
    tables = any("text/html" in output.get("data", {}) for output in outputs)
    if tables or any("pandas" in each.cell.code for each in source.results):
        extra.append(_PANDAS)
    codes = [each.cell.code for each in source.results if not each.cell.is_doctest]
    if any(re.search(r"^[ \t]*(?:>>>|\.\.\.)", code, re.M) for code in codes):
        extra.append(_PROMPTS)
    if any(each.cell.options.vary for each in source.results):
        extra += ["", "", frame_downloads.SETUP]
    setup = _SETUP.replace("{file}", source.note.file)
    helpers = _helpers(source)
    if helpers is not None:
        setup = setup.replace(_ELSEWHERE, "").replace(_WITHIN, _ANYWHERE)
        setup = setup.replace("It runs in a clone of the project.", "It runs anywhere.")
        guard = '    """Let Python find a module whose source is given as text."""\n'
        helpers = helpers.replace(guard, f"{guard}    if _root is not None:\n        return\n")
        setup = setup.replace(
            "\n\n\ndef _new", f"\n{helpers}\n\ndef _new" if helpers else "\n\n\ndef _new"
        )
        setup = (
            setup.replace("del os, sys, Path\n", "del os, sys, Path, types\n") if helpers else setup
        )
    return setup.replace("\n\n\ndef ", "\n".join(["", *extra, "", "", "def "]), 1)


def _text(text: str) -> NotebookCell:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _prose(text: str, start: int, end: int, changes: Sequence[Change]) -> Iterator[NotebookCell]:
    found = changed(text, start, max(start, end), changes).strip("\n")
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
    code = "\n".join([*options, cell.plain_code.rstrip("\n")])
    trusted = source.vault.settings.execute
    outputs = [shown for each in _outputs(result) if (shown := _output(each, trusted))]
    return _code("", code, ["raises-exception"] if cell.options.error else [], outputs)


def _outputs(result: CellResult) -> Sequence[Output]:
    """What the plain code of a cell shows: of one with steps, all states, each with its line."""
    record = result.record
    if record is None or not result.cell.options.steps:
        return result.outputs
    found: list[Output] = []
    for number, frame in enumerate(record.frames):
        said = stream("stdout", "".join(f"{line}\n" for line in frame.texts["vary-caption"]))
        for output in (*record.outputs_of(number), said):
            last = found[-1] if found else {}
            if output["output_type"] == "stream" and last.get("name") == output["name"]:
                found[-1] = {**output, "text": last["text"] + output["text"]}
            else:
                found.append(output)
    return found


def _output(output: Output, trusted: bool) -> Output | None:
    """An output for readers that know nothing of this package; None if nothing may be shown."""
    if output["output_type"] == "stream":
        return output
    if output["output_type"] == "error":
        return {**output, "traceback": [f"{output['ename']}: {output['evalue']}"]}
    data = {kind: each for kind, each in output["data"].items() if trusted or kind in SAFE}
    if "image/svg+xml" in data:
        data["image/svg+xml"] = figure_html.on_paper(data["image/svg+xml"])
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
