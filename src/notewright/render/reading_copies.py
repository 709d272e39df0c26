"""Reading copies: each note as plain Markdown with what its cells showed, for readers of text.

Such a copy stands beside the page, under the page's address and `.md`, as https://llmstxt.org
proposes it; `llms.txt` in the root lists them. A figure is its alt text, a table its text. Links
lead from copy to copy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from posixpath import dirname, relpath
from urllib.parse import quote

from notewright.note.lines import line_offsets
from notewright.note.titles import folder_title
from notewright.render.addresses import joined
from notewright.render.plain_citations import list_of_works, with_citations
from notewright.render.plain_formulas import with_formulas
from notewright.render.plain_markdown import (
    Source,
    body_start,
    changed,
    with_blank_lines,
    with_copied_addresses,
    with_includes,
    with_plain_links,
    with_values,
    without_comments,
    without_marks,
    without_tables,
)
from notewright.run.verdicts import CellResult
from notewright.run.worker.outputs import Output, is_image

SUFFIX = ".md"
"""What follows the address of a page in that of its copy."""

INDEX = "llms.txt"


class Addresses(Mapping[str, str]):
    """Addresses of copies as one of them names the others, by the paths of notes.

    Args:
        files: The file of each page in the site, by the path of its note.
        own: The file of the page whose copy names them.
    """

    def __init__(self, files: Mapping[str, str], own: str) -> None:
        self._files, self._own = files, own

    def __getitem__(self, path: str) -> str:
        return quote(relpath(self._files[path] + SUFFIX, dirname(self._own) or "."))

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def reading_copy(source: Source, files: Mapping[str, str]) -> str:
    """A note as plain Markdown.

    Args:
        source: The note.
        files: The file of each page in the site, by the path of its note.
    """
    note = source.note
    source = replace(source, addresses=Addresses(files, files.get(note.path, note.path)))
    cells = [each.cell for each in source.results]
    starts = line_offsets(note.text)
    changes = [
        *without_comments(note),
        *with_includes(note, [cell for cell in cells if not cell.runs]),
        *with_blank_lines(note, cells),
        *with_values(source),
        *with_citations(source),
        *with_formulas(source),
        *with_plain_links(source),
        *with_copied_addresses(source),
        *without_marks(note),
        *without_tables(source),
    ]
    parts = [] if note.shows_title else [f"# {source.title}"]
    reached = body_start(note)
    for result in source.results:
        cell = result.cell
        if not cell.runs:
            continue
        start = starts[cell.line - 1]
        parts.append(changed(note.text, reached, max(reached, start), changes))
        parts += _cell(result)
        last = cell.accepted.last_line if cell.accepted else cell.last_line
        reached = starts[max(last, cell.block_id_line)]
    parts.append(changed(note.text, reached, max(reached, len(note.text)), changes))
    parts.append(list_of_works(source))
    shown = (part.strip("\n") for part in parts if part.strip(" \t\n>"))
    return "\n\n".join(shown) + "\n"


def _cell(result: CellResult) -> Iterator[str]:
    """Yield the code of a cell and what it showed, as far as its page shows them."""
    options = result.cell.options
    if not options.include:
        return
    if options.echo:
        yield _fenced(result.cell.code, "python")
    if result.unmet:
        yield f"*{result.unmet}.*"
    number = 0
    texts = result.said("fig-cap"), result.said("fig-alt")
    for output in result.outputs:
        if is_image(output):
            said = [each[number] for each in texts if each[number:]]
            number += 1
            yield f"*Figure. {' '.join(' '.join(said or ['No description.']).split())}*"
        else:
            text = _text(output)
            if text.strip():
                yield _fenced(text, "text")
    if options.has_frames:
        yield from (f"*{said}*" for said in result.said("vary-caption"))


def _text(output: Output) -> str:
    if output["output_type"] == "stream":
        return str(output["text"])
    if output["output_type"] == "error":
        return f"{output['ename']}: {output['evalue']}"
    return str(output["data"].get("text/plain", ""))


def _fenced(text: str, language: str) -> str:
    text = text.strip("\n")
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


@dataclass(frozen=True)
class Listed:
    """A note in the list of a site.

    Attributes:
        path: Its path in the vault.
        title: Its title.
        file: The file of its page in the site.
        description: What it is about; may be empty.
    """

    path: str
    title: str
    file: str
    description: str


def index(name: str, description: str, site_url: str, notes: Sequence[Listed]) -> str:
    """The list of a site's copies, `llms.txt`.

    Args:
        name: The name of the site.
        description: What it is about; may be empty.
        site_url: Its address; without one, the links are relative.
        notes: Its notes, in order.
    """
    own = [each for each in notes if "/" not in each.path]
    folders: dict[str, list[Listed]] = {}
    for each in notes:
        if "/" in each.path:
            folders.setdefault(each.path.partition("/")[0], []).append(each)
    parts = [f"# {_line(name)}"]
    parts += [f"> {_line(description)}"] if description.strip() else []
    parts.append(
        "Each link opens a note as Markdown, with the code of its cells and their outputs from the "
        "build. Remove the final `.md` from the address to get the page."
    )
    parts += ["\n".join(_entry(each, site_url) for each in own)] if own else []
    for folder, found in folders.items():
        found.sort(key=lambda each: not each.path.endswith(("/index.md", "/README.md")))
        entries = "\n".join(_entry(each, site_url) for each in found)
        parts.append(f"## {_line(folder_title(folder))}")
        parts.append(entries)
    return "\n\n".join(parts) + "\n"


def _entry(note: Listed, site_url: str) -> str:
    address = joined(site_url, quote(note.file + SUFFIX))
    title = re.sub(r"([\[\]\\])", r"\\\1", _line(note.title))
    said = f": {_line(note.description)}" if note.description else ""
    return f"- [{title}]({address}){said}"


def _line(text: str) -> str:
    return " ".join(text.split())
