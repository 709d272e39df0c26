"""BibTeX, and what BibLaTeX adds to it, read as the works of a bibliography in CSL's own terms.

bibtexparser reads the file and pylatexenc the LaTeX in it; here stand only which word of the one
is which of the other (https://docs.citationstyles.org/en/stable/specification.html#appendices).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from notewright.libraries import needs

EXTRA, PURPOSE = "cite", "the bibliography"

_TYPES = {
    "article": "article-journal",
    "artwork": "graphic",
    "audio": "song",
    "book": "book",
    "booklet": "pamphlet",
    "collection": "book",
    "conference": "paper-conference",
    "dataset": "dataset",
    "electronic": "webpage",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "manual": "book",
    "mastersthesis": "thesis",
    "online": "webpage",
    "patent": "patent",
    "phdthesis": "thesis",
    "proceedings": "book",
    "report": "report",
    "techreport": "report",
    "thesis": "thesis",
    "unpublished": "manuscript",
    "video": "motion_picture",
    "www": "webpage",
}
"""CSL's type of each of BibTeX's; of all others, `article`, which fits what is not published."""

_FIELDS = {
    "title": ("title",),
    "container-title": ("journaltitle", "journal", "booktitle", "maintitle", "eventtitle"),
    "collection-title": ("series",),
    "publisher": ("publisher", "institution", "school", "organization"),
    "publisher-place": ("location", "address"),
    "volume": ("volume",),
    "issue": ("issue", "number"),
    "edition": ("edition",),
    "page": ("pages",),
    "chapter-number": ("chapter",),
    "version": ("version",),
    "DOI": ("doi",),
    "ISBN": ("isbn",),
    "note": ("howpublished", "note"),
}
"""The fields that hold one of CSL's; the first that an entry has counts."""

_NAMES = ("author", "editor", "translator")
_VERBATIM = frozenset({"doi", "url", "isbn", "eprint"})
_BARE_AND = re.compile(r"(?<!\\)&")
_ARXIV = re.compile(r"arxiv", re.IGNORECASE)

Entry = Mapping[str, Any]
"""One entry: its fields by their names, and its type by the empty one."""


def read_bibtex(text: str) -> tuple[dict[str, tuple[int, Entry]], list[tuple[int, str]]]:
    """Read a file.

    Args:
        text: What it holds.

    Returns:
        Its entries by their keys, each with its line; and what cannot be read, with its line.

    Raises:
        EngineError: If the library is not installed.
    """
    with needs(EXTRA, PURPOSE):
        from bibtexparser import middlewares
        from bibtexparser.entrypoint import parse_string
    # What it would say of a mistake is said here, with the file and the line.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    steps = [
        middlewares.NormalizeFieldKeys(),
        middlewares.SeparateCoAuthors(),
        middlewares.SplitNameParts(),
    ]
    library = parse_string(text, append_middleware=steps)
    entries: dict[str, tuple[int, Entry]] = {}
    for each in [*library.entries, *_with_first_fields(library, steps)]:
        fields = {field.key: field.value for field in each.fields}
        entries.setdefault(each.key, (_line(each), {"": each.entry_type.lower(), **fields}))
    return entries, [(_line(each), _fault(each)) for each in library.failed_blocks]


def _with_first_fields(library: Any, steps: list[Any]) -> list[Any]:
    """Entries that have a field twice: the first counts, as in BibTeX."""
    from bibtexparser.library import Library
    from bibtexparser.middlewares.parsestack import default_parse_stack

    twice = [each.ignore_error_block for each in library.failed_blocks if _is_twice(each)]
    for entry in twice:
        entry.fields = list({field.key.lower(): field for field in reversed(entry.fields)}.values())
    read = Library([*library.strings, *twice])
    for step in [*default_parse_stack(), *steps] if twice else ():
        read = step.transform(read)
    return list(read.entries)


def _is_twice(block: Any) -> bool:
    return type(block).__name__ == "DuplicateFieldKeyBlock"


def _line(block: Any) -> int:
    return int(block.start_line or 0) + 1


def _fault(block: Any) -> str:
    """What is wrong with what could not be read, in a line."""
    kind = type(block).__name__
    if kind == "DuplicateBlockKeyBlock":
        return f"duplicate key `{block.key}`: the first entry is used"
    if _is_twice(block):
        names = ", ".join(sorted(f"`{name}`" for name in block.duplicate_keys))
        return f"duplicate fields in an entry: {names}. The first value is used"
    reason = getattr(block.error, "abort_reason", None) or block.error
    return f"cannot read an entry: {' '.join(str(reason).split()).rstrip('.')}"


def as_csl(entry: Entry, parent: Entry | None = None) -> dict[str, Any]:
    """One entry in CSL's terms, as JSON has them.

    Args:
        entry: The entry.
        parent: The one that its `crossref` names: what the entry lacks is taken from there.
    """
    given = {**_inherited(parent, entry), **entry} if parent is not None else dict(entry)
    found: dict[str, Any] = {"type": _TYPES.get(given[""], "article")}
    for name, sources in _FIELDS.items():
        source = next((each for each in sources if str(given.get(each, "")).strip()), None)
        if source is not None:
            found[name] = _text(source, given[source])
    if "page" in found:
        found["page"] = re.sub(r"\s*[-–—]+\s*", "–", found["page"])
    if subtitle := given.get("subtitle"):
        found["title"] = f"{found.get('title', '')}: {_text('title', subtitle)}".removeprefix(": ")
    if found["type"] == "report" and "issue" in found:
        found["number"] = found.pop("issue")
    found |= {name: list(_people(given[name])) for name in _NAMES if given.get(name)}
    found |= {
        name: {"date-parts": [parts]}
        for name, parts in (("issued", _date(given)), ("accessed", _numbers(given.get("urldate"))))
        if parts
    }
    if address := _address(given):
        found["URL"] = address
    return found


def _inherited(parent: Entry, entry: Entry) -> Entry:
    """What an entry takes from the book or the proceedings that it is a part of."""
    taken = {name: value for name, value in parent.items() if name not in ("", "author", "title")}
    is_part = entry[""].startswith("in")
    return taken | ({"booktitle": parent["title"]} if is_part and "title" in parent else {})


def _text(field: str, value: Any) -> str:
    # A bare `&` parts the columns of a table in LaTeX; in a bibliography it is a word.
    plain = str(value) if field in _VERBATIM else _decoder()(_BARE_AND.sub(r"\\&", str(value)))
    return " ".join(plain.split())


@cache
def _decoder() -> Callable[[str], str]:
    """What makes text of LaTeX; formulas are left as they are."""
    with needs(EXTRA, PURPOSE):
        from pylatexenc.latex2text import LatexNodes2Text
    decode: Callable[[str], str] = LatexNodes2Text(math_mode="verbatim").latex_to_text
    return decode


def _people(names: Any) -> Iterator[dict[str, str]]:
    """The names of people, and of what is none: `{World Health Organization}`."""
    for each in names if isinstance(names, list) else ():
        first, von, last, junior = (
            _text("name", " ".join(part)) for part in (each.first, each.von, each.last, each.jr)
        )
        if not first and len(each.last) == 1 and each.last[0].startswith("{"):
            yield {"literal": last}
        elif last == "others" and not first:
            yield {"literal": "others"}
        else:
            parts = {"family": last, "given": first, "suffix": junior}
            parts["non-dropping-particle"] = von
            yield {name: part for name, part in parts.items() if part}


def _date(entry: Entry) -> list[int]:
    """Year, and month and day if they are told, of the work."""
    if date := _numbers(entry.get("date")):
        return date
    year = _numbers(entry.get("year"))[:1]
    month = _month(str(entry.get("month", ""))) if year else 0
    return [*year, month] if month else year


def _numbers(text: Any) -> list[int]:
    match = re.match(r"\s*(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", str(text or ""))
    return [int(each) for each in match.groups() if each] if match else []


def _month(text: str) -> int:
    months = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    if text.strip().isdecimal():
        return int(text) if 1 <= int(text) <= len(months) else 0
    short = text.strip().lower()[:3]
    return months.index(short) + 1 if short in months else 0


def _address(entry: Entry) -> str:
    """Where the work can be read, if it has no DOI that says so."""
    if url := str(entry.get("url", "")).strip():
        return url
    kind = f"{entry.get('archiveprefix', '')} {entry.get('eprinttype', '')}"
    eprint = str(entry.get("eprint", "")).strip()
    return f"https://arxiv.org/abs/{eprint}" if eprint and _ARXIV.search(kind) else ""
