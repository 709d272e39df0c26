"""Citations in a page: `[@key]` as the style has it, and the list of the works at its end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from html import escape, unescape
from xml.etree.ElementTree import Element, SubElement, fromstring

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from notewright.errors import EngineError, VaultError
from notewright.markdown.page import Page
from notewright.markdown.python_markdown_private import STX
from notewright.note.citations import Citation, read_citation
from notewright.note.grammar import CITATION
from notewright.render.references import Piece, Shown, Style, style_of
from notewright.vault.bibliography import Bibliography, Work

_CLASS, _WRITTEN = "nw-cite", "data-cite"
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_TITLES = frozenset({"references", "bibliography", "works cited", "literature"})
"""What a note may call its last section, for the list to stand there."""
_OWN_ID = "nw-references"  # a heading of the note may have the plain one


def enable(md: Markdown, page: Page, *, is_embedded: bool) -> None:
    """Let a page show its citations, if its vault has a bibliography.

    Args:
        md: The Markdown instance.
        page: The page.
        is_embedded: Whether another page shows a part of it, and the list of its works.
    """
    if not page.vault.settings.bibliography:
        return
    # Below backslash escapes (180), above links by reference (170).
    md.inlinePatterns.register(CitationProcessor(md, page), "notewright-citations", 176)
    if not is_embedded:
        # Below embedded notes (5), whose citations are the page's; above what is at its foot.
        md.treeprocessors.register(References(md, page), "notewright-references", 4.95)


class CitationProcessor(InlineProcessor):
    """Notes where a work is cited; what it shows is known when all citations are."""

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(CITATION.pattern, md)
        self._page = page

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        """Make the element of one citation."""
        citation = read_citation(m[0]) if STX not in m[0] else None
        if citation is None:
            return None, None, None
        names = self._page.names
        known = [names.reference(work.key) for work in citation.works]
        if citation.is_narrative and not all(known):  # the name of somebody
            return None, None, None
        element = Element("span", {"class": _CLASS, _WRITTEN: m[0]})
        if not all(known):
            element = Element("span", {"class": "nw-broken", "title": "unknown work"})
        element.text = AtomicString(m[0])
        return element, m.start(0), m.end(0)


class References(Treeprocessor):
    """Shows the citations of a page, and at its end the works that they name."""

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self._page = page

    def run(self, root: Element) -> None:
        """Show them."""
        cited: list[tuple[Element, Citation]] = []
        for element in root.iter("span"):
            citation = read_citation(element.attrib.pop(_WRITTEN, ""))
            if citation is not None:
                cited.append((element, citation))
        if not cited:
            return
        citations = [citation for _, citation in cited]
        works = Bibliography.of(self._page.vault).works
        named = {work.key: works[work.key] for each in citations for work in each.works}
        shown = self._shown(citations, named)
        if shown is None:
            return
        ids = _ids(named)
        counts: Counter[str] = Counter()
        for (element, _), pieces in zip(cited, shown.citations, strict=True):
            _fill(element, _with_links(pieces, ids, counts, shown))
        _append(root, _list(shown, ids, counts))
        cites = (f"cite-{ids[key]}-{n + 1}" for key in counts for n in range(counts[key]))
        self._page.anchors.update(cites, (f"ref-{each}" for each in ids.values()))

    def _shown(self, citations: list[Citation], works: dict[str, Work]) -> Shown | None:
        """What the style makes of them; None if it cannot, which is told."""
        try:
            style = self._style()
        except EngineError:  # told by `check_style`, once for all pages
            return None
        try:
            return style.show(citations, works)
        except VaultError as error:
            self._page.problems.append(error.problem)
            return None

    def _style(self) -> Style:
        vault = self._page.vault
        return style_of(vault.settings, Bibliography.of(vault).style)


def _ids(works: dict[str, Work]) -> dict[str, str]:
    """An id in the page for each work."""
    found: dict[str, str] = {}
    for key in works:
        plain = re.sub(r"[^\w-]+", "-", key).strip("-")
        more = sum(each.partition("--")[0] == plain for each in found.values())
        found[key] = f"{plain}--{more + 1}" if more else plain
    return found


def _with_links(
    pieces: Sequence[Piece], ids: dict[str, str], counts: Counter[str], shown: Shown
) -> str:
    """The words of a citation, each work a link to its place in the list."""
    html = ""
    for key, words in pieces:
        if not key:
            html += words
            continue
        counts[key] += 1
        title = escape(unescape(re.sub(r"<[^<>]*>", "", shown.references[key])))
        place = f'id="cite-{ids[key]}-{counts[key]}" href="#ref-{ids[key]}"'
        html += f'<a {place} title="{title}">{words}</a>'
    return html


def _list(shown: Shown, ids: dict[str, str], counts: Counter[str]) -> Element:
    """The list of the works, each with ways back to where it is cited."""
    found = Element("ul", {"class": "nw-references", "data-search-exclude": ""})
    for key, html in shown.references.items():
        item = SubElement(found, "li", {"id": f"ref-{ids[key]}"})
        _fill(item, html)
        for number in range(1, counts[key] + 1):
            back = {
                "class": "nw-return",
                "href": f"#cite-{ids[key]}-{number}",
                "aria-label": f"Back to citation {number} of this work",
            }
            SubElement(item, "a", back).text = "↩" if counts[key] == 1 else f"↩{number}"
    return found


def _fill(element: Element, html: str) -> None:
    """Give an element HTML that is well-formed as its content."""
    content = fromstring(f"<span>{html}</span>")
    element.text = AtomicString(content.text or "")
    element[:] = list(content)


def _append(root: Element, works: Element) -> None:
    """Put the list into the page's last section, if that waits for it, or into one of its own."""
    own = [each for each in root if each.get("class") != "footnote"]
    last = own[-1] if own else None
    if last is not None and last.tag in _HEADINGS and _text(last).casefold() in _TITLES:
        root.insert(list(root).index(last) + 1, works)
        return
    section = SubElement(root, "section", {"class": "nw-cites", "aria-labelledby": _OWN_ID})
    SubElement(section, "h2", {"id": _OWN_ID}).text = "References"
    section.append(works)


def _text(heading: Element) -> str:
    """What a heading says, without the link to itself."""
    return "".join(heading.itertext()).strip("¶ \n")
