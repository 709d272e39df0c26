"""Plain citations: what downloads of a note say in the place of keys, and the list of works."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from notewright.errors import NotewrightError
from notewright.note.citations import Citation
from notewright.render.plain_markdown import Change, Source
from notewright.render.references import Shown, style_of
from notewright.vault.bibliography import Bibliography

_SIGN = re.compile(r"(https?://\S+)|[\\*_`<\[\]$]")
"""What means something in Markdown; an address is left as it is."""


def with_citations(source: Source) -> Iterator[Change]:
    """Yield what stands in the place of the citations of a note."""
    cited, shown = _shown(source)
    for citation, pieces in zip(cited, shown.citations, strict=True):
        end = citation.offset + len(citation.text)
        if source.note.text[citation.offset : end] == citation.text:  # none in `^[…]`
            yield citation.offset, end, _plain("".join(html for _, html in pieces))


def list_of_works(source: Source) -> str:
    """The works that a note cites, as Markdown; empty if it cites none."""
    _, shown = _shown(source)
    listed = "\n".join(f"- {_plain(html)}" for html in shown.references.values())
    return f"**References**\n\n{listed}" if listed else ""


def _shown(source: Source) -> tuple[list[Citation], Shown]:
    """The citations of a note whose works are known, and what the style makes of them."""
    nothing = Shown([], {})
    if not source.vault.settings.bibliography:
        return [], nothing
    known = Bibliography.of(source.vault)
    cited = [
        citation
        for citation in source.note.citations
        if all(source.names.reference(work.key) for work in citation.works)
    ]
    if not cited:
        return [], nothing
    works = {work.key: known.works[work.key] for each in cited for work in each.works}
    try:
        return cited, style_of(source.vault.settings, known.style).show(cited, works)
    except NotewrightError:  # told with what is wrong with the notes
        return [], nothing


def _plain(html: str) -> str:
    """HTML of a reference as Markdown."""
    text = unescape(re.sub(r"<[^<>]*>", "", re.sub(r"</?i>", "\ue000", html)))
    return _SIGN.sub(lambda match: match[1] or f"\\{match[0]}", text).replace("\ue000", "*")
