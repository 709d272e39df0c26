"""Makes links of the page out of wikilinks, and of Markdown links that lead into the vault."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from mimetypes import MimeTypes
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from notewright.markdown import cross_references
from notewright.markdown.cross_references import FIGURE
from notewright.markdown.drawings import picture
from notewright.markdown.page import Page
from notewright.markdown.python_markdown_private import (
    ETX,
    INLINE_PLACEHOLDER_RE,
    STX,
    only_at,
    slugify,
)
from notewright.note.grammar import WIKILINK
from notewright.note.links import Link, is_player, local_address, read_link
from notewright.note.note import Note
from notewright.vault.links import fragment_of, is_image, relative
from notewright.vault.names import Names

LINK_CLASS = "nw-wikilink"

_ESCAPED = re.compile(f"{STX}([0-9]+){ETX}")
"""What Python-Markdown writes for a sign that is none of its own."""

Embed = Callable[[Link, str | None], Element | None]
"""Makes the element of an embed; is given the link and the path of its target."""

Anchor = Callable[[Note, str], str | None]
"""The id of the heading or block that a fragment names in the page of a note."""


class WikilinkProcessor(InlineProcessor):
    r"""Makes `[[…]]` a link and `![[…]]` an image or an embed.

    Register it at priority 185: below code spans (190) and inline mathematics (189.9),
    above backslash escapes (180), which would take the `\|` of a table's cell.
    """

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(
        self,
        md: Markdown,
        names: Names,
        note: Note,
        embed: Embed,
        anchor: Anchor | None = None,
        *,
        keeps_dead: bool = False,
    ) -> None:
        """Make the pattern.

        Args:
            md: The instance.
            names: Resolves names.
            note: The note of the page.
            embed: Makes the element of an embed.
            anchor: The id that a fragment names.
            keeps_dead: Whether a link that leads nowhere stays as it is typed.
        """
        super().__init__(r"(?<!\\)" + WIKILINK.pattern, md)
        only_at(self, "[[")
        self._names = names
        self._note = note
        self._embed = embed
        self._anchor = anchor
        self._keeps_dead = keeps_dead

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        """Make the element of one wikilink."""
        groups = m.groupdict()
        link = read_link({name: self._written(text) for name, text in groups.items()})
        words = read_link({name: self._words(text) for name, text in groups.items()})
        if link.is_embed:  # its text is no Markdown
            link = replace(link, text=words.text)
        else:  # in its text, other patterns go on
            link = replace(link, text=read_link(groups).text)
        element = self._element(link, words)
        return (element, m.start(0), m.end(0)) if element is not None else (None, None, None)

    def _written(self, text: str | None) -> str | None:
        """A text as its writer wrote it: code and formulas are found before wikilinks."""
        return self._with_stashed(text, _source_of)

    def _words(self, text: str | None) -> str | None:
        """A text with the words of its code and its formulas."""
        return self._with_stashed(text, _words_of)

    def _with_stashed(self, text: str | None, shown: Callable[[Element], str]) -> str | None:
        if text is None or STX not in text:
            return text
        inline: Any = self.md.treeprocessors["inline"]

        def of_node(match: re.Match[str]) -> str:
            node = inline.stashed_nodes.get(match[1], "")
            return node if isinstance(node, str) else shown(node)

        text = INLINE_PLACEHOLDER_RE.sub(of_node, text)
        return _ESCAPED.sub(lambda match: chr(int(match[1])), text)

    def _element(self, link: Link, words: Link) -> Element | None:
        target = self._names.resolve(link.path, self._note)
        embedded = None
        if link.is_embed:
            drawn = picture(self._names, target, self._note, link.alt, link.size)
            embedded = drawn if drawn is not None else self._embed(link, target)
        if embedded is not None:
            return embedded
        if target is None and self._keeps_dead:
            return None
        if target is None:
            element = Element("span", {"class": "nw-broken", "title": "broken link"})
            element.text = link.text or AtomicString(link.path)
            return element
        href = quote(relative(target, self._note.path))
        if link.is_embed and is_image(target):
            return Element(
                "img", {"src": href + _scheme(link.fragment), "alt": link.alt} | link.size
            )
        if link.fragment:
            here = "" if target == self._note.path else href
            href = f"{here}#{fragment_of(self._fragment(target, link.fragment))}"
        element = Element("a", {"href": href, "class": LINK_CLASS})
        element.text = link.text or AtomicString(self._label(words, target))
        if not link.text and link.fragment.startswith(f"^{FIGURE}") and href.startswith("#"):
            cross_references.wait(element)
        return element

    def _label(self, words: Link, target: str) -> str:
        """What a link shows that says nothing else: its note, and of a formula the number."""
        number = self._names.equation(target, words.fragment.removeprefix("^"))
        if not words.fragment.startswith("^") or number is None:
            return self._names.label(words, target)
        note = self._names.label(replace(words, fragment=""), target) if words.path else ""
        return f"{note} ({number})".strip()

    def _fragment(self, target: str, fragment: str) -> str:
        note = self._names.vault.notes.get(target)
        if note is None and target.endswith(".ipynb"):  # as mkdocs-jupyter makes ids of headings
            return slugify(fragment.rpartition("#")[2], "-")
        if note is None:
            return fragment
        found = self._anchor(note, fragment) if self._anchor else None
        if found is not None:
            return found
        if fragment.startswith("^"):
            return note.block_id(fragment[1:]) or fragment[1:]
        toc: Any = self.md.treeprocessors["toc"]
        return str(toc.slugify(fragment.rpartition("#")[2].strip(), toc.sep))


def _source_of(found: Element) -> str:
    """The Markdown of code or of a formula."""
    words = _words_of(found)
    if found.tag == "code":
        longest = max(map(len, re.findall("`+", words)), default=0)
        return f"{'`' * (longest + 1)}{words}{'`' * (longest + 1)}"
    if found.get("class") == "arithmatex":
        sign = "$$" if found.get("display") == "block" else "$"
        return f"{sign}{words}{sign}"
    return words


def _words_of(found: Element) -> str:
    return unescape("".join(found.itertext()))


_WIDTH = re.compile(r"\d{2,4}(?:x\d{1,4})?")
"""A size that stands alone; one digit is rather a name."""
_TYPES = MimeTypes()
"""What Python knows of files by their names, whatever the machine knows."""
_SCHEMES = ("only-light", "only-dark", "gh-light-mode-only", "gh-dark-mode-only")
"""Those in which Material shows an image alone."""


class AddressProcessor(Treeprocessor):
    """Leads Markdown links and images to the files and headings that Obsidian takes them for.

    Register it at a priority below inline patterns (20), above what makes addresses of the
    site out of paths (0).
    """

    def __init__(self, md: Markdown, page: Page, embed: Embed, anchor: Anchor):
        super().__init__(md)
        self._names = page.names
        self._note = page.note
        self._embed = embed
        self._anchor = anchor

    def run(self, root: Element) -> None:
        """Rewrite the addresses."""
        for element in root.iter():
            if element.tag == "a" and element.get("class") is None:
                self._link(element)
            elif element.tag == "img" and "src" in element.attrib:
                self._image(element)

    def _link(self, link: Element) -> None:
        """Lead a link to its file; one that leads to nothing is marked, as a wikilink is."""
        address = link.get("href", "")
        parts = local_address(address)
        if parts is not None and self._names.leads_nowhere(parts[0], self._note):
            link.tag = "span"
            link.attrib = {"class": "nw-broken", "title": "broken link"}
        else:
            link.set("href", self._address(address))

    def _address(self, address: str) -> str:
        parts = local_address(address)
        found = self._names.address(parts[0], self._note) if parts else None
        if parts is None or found is None:
            return address
        href = quote(relative(found, self._note.path)) if parts[0] else ""
        note = self._names.vault.notes.get(found)
        anchor = self._anchor(note, parts[1]) if note and parts[1] else None
        fragment = fragment_of(anchor) if anchor else address.partition("#")[2]
        return f"{href}#{fragment}" if fragment else href

    def _image(self, image: Element) -> None:
        """Give an image its file and size; show a note, a film or a PDF in its place."""
        source, alt = image.get("src", ""), image.get("alt", "")
        link = Link(0, "", "", alt.replace("\\|", "|"), True)
        if is_player(source):  # no page asks something of others: who reads it may go there
            _replace(image, Element("a", {"href": source}))
            image.text = AtomicString(link.alt or source)
            return
        if "|" in alt or _WIDTH.fullmatch(alt.strip()):
            image.attrib.update({"alt": link.alt} | link.size)
        parts = local_address(source)
        if parts is not None and self._names.leads_nowhere(parts[0], self._note):
            _replace(image, Element("span", {"class": "nw-broken", "title": "broken image"}))
            image.text = AtomicString(link.alt or parts[0])
            return
        found = self._names.address(parts[0], self._note) if parts and parts[0] else None
        if parts is None or found is None:
            return
        drawn = picture(self._names, found, self._note, link.alt, link.size)
        if drawn is not None:
            _replace(image, drawn)
            return
        src = quote(relative(found, self._note.path))
        image.set("src", src + _scheme(parts[1]))
        if is_image(found):
            return
        embedded = self._embed(Link(0, *parts, link.text, True), found)
        if embedded is not None:
            _replace(image, embedded)
        elif not _could_be_image(found):
            _replace(image, Element("a", {"href": src, "class": LINK_CLASS}))
            image.text = AtomicString(link.alt or found.rpartition("/")[2])


def _scheme(fragment: str) -> str:
    """What an image's address keeps of its fragment, by which themes show it in one scheme."""
    return f"#{fragment}" if fragment in _SCHEMES else ""


def _could_be_image(path: str) -> bool:
    """Whether a browser may show a file as an image that Obsidian does not know as one."""
    kind, _ = _TYPES.guess_type(path)
    return "." not in path.rpartition("/")[2] or str(kind).startswith("image/")


def _replace(element: Element, other: Element) -> None:
    """Make an element what another one is, in its own place."""
    tail = element.tail
    element.clear()
    element.tag, element.text, element.tail = other.tag, other.text, tail
    element.attrib.update(other.attrib)
    element.extend(other)
