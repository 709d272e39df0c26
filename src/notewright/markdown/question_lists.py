"""Lists of questions: those of many notes on one page, to be asked one at a time, and as a deck.

A fence `questions` names notes, as `results` does. The page holds their questions with their
answers, so that it works without a script and asks no server; a script asks them one by one. The
deck is a file of comma-separated values with the head that Anki reads.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

from markdown import Markdown
from markdown.util import AtomicString
from markdown_it.token import Token

from notewright.errors import counted
from notewright.markdown.embeds import EMBED_CLASS, NOTE_CLASS, PART, PART_OF
from notewright.markdown.other_notes import TO_ROOT, Converted, Siblings
from notewright.markdown.page import Page
from notewright.markdown.python_markdown_private import HTML_PLACEHOLDER_RE
from notewright.markdown.questions import ALL, ASK, questions_in
from notewright.note.note import Note
from notewright.note.queries import QUESTIONS, REFUSED, QueryError, language_of, read_patterns
from notewright.render.cell_html import ASSETS
from notewright.render.page_digests import Part, part_of
from notewright.vault.links import relative

_HEAD = "#separator:Comma\n#html:true\n#guid column:1\n#tags column:4\n"
"""What Anki reads before the lines of a deck."""

_TAG = re.compile(r"</?(?:a|span|label|input|button|div|details)\b[^>]*>")
_ATTRIBUTE = re.compile(r" (?:class|id|data-[\w-]+|role|tabindex|aria-[\w-]+)=\"[^\"]*\"")
_SIGN = re.compile("[\x02\x03]")


@dataclass(frozen=True)
class Asked:
    """A note that asks, as it was converted.

    Attributes:
        note: The note.
        converted: Its elements.
        questions: Those that ask.
    """

    note: Note
    converted: Converted
    questions: Sequence[Element]


class QuestionLists:
    """Makes the lists of one page; in a note that is shown elsewhere, a notice alone.

    Args:
        md: The instance that converts the page.
        page: The page.
        siblings: What converts other notes; None where the note is one of these itself.
    """

    def __init__(self, md: Markdown, page: Page, siblings: Siblings | None) -> None:
        self._md = md
        self._page = page
        self._siblings = siblings

    def make(self, token: Token) -> Element | None:
        """The list of a fence; a notice if it names no question; None for another fence."""
        if language_of(token.info) != QUESTIONS:
            return None
        if self._siblings is None:
            return _notice("Questions from other notes: see the page of this note.")
        try:
            patterns = read_patterns(token.content)
        except QueryError as error:  # told by `check_queries`
            return _notice(f"{REFUSED[QUESTIONS]}: {error}")
        try:
            asked = self._asked(patterns, self._siblings)
        except QueryError as error:
            said = f"{REFUSED[QUESTIONS]}: {error}"
            first = next(each for each in token.content.split("\n") if each.strip())
            self._page.report(first, said, error.remedy)
            return _notice(said)
        return self._list(asked)

    def _asked(self, patterns: Sequence[str], siblings: Siblings) -> Sequence[Asked]:
        paths = dict.fromkeys(path for each in patterns for path in self._page.names.like(each))
        found = []
        for path in paths:
            note = self._page.vault.notes[path]
            self._page.consulted.add(part_of(path, Part.ASKS))
            if path == self._page.note.path or "[!" not in note.text:
                continue
            converted = siblings.converted(self._page, note, only_asks=True)
            questions = questions_in(converted.root)
            found += [Asked(note, converted, questions)] if questions else []
        if not found:
            raise QueryError(
                "these notes contain no questions",
                ("Correct `from`, or add `[!question]-` callouts"),
            )
        return found

    def _list(self, asked: Sequence[Asked]) -> Element:
        # No other section stands in it: to Material, the next end of one ends what is not searched.
        attributes = {"class": "nw-test", "aria-label": "Questions", "data-search-exclude": ""}
        around = Element("section", attributes)
        if self._page.renderer.trusted:  # else no script runs that could ask
            SubElement(around, "button", {"type": "button", "class": "nw-begin"}).text = "Test me"
        count = sum(len(each.questions) for each in asked)
        hint = SubElement(around, "p", {"class": "nw-hint", "role": "status"})
        hint.text = f"{counted(count, 'question')} from {counted(len(asked), 'note')}."
        self._add_deck(around, asked)
        for each in asked:
            path = each.note.path
            title = SubElement(around, "p", {"class": "nw-from"})
            href = quote(relative(path, self._page.note.path))
            SubElement(title, "a", {"href": href}).text = AtomicString(self._title(each.note))
            waiting = {"class": f"{EMBED_CLASS} {NOTE_CLASS}", PART_OF: path, PART: ALL}
            SubElement(around, "div", waiting)
        return around

    def _title(self, note: Note) -> str:
        return self._page.linked.web.titles[note.path] if self._page.linked else note.title

    def _add_deck(self, around: Element, asked: Sequence[Asked]) -> None:
        """Offer the questions as a file, where files are written for the page."""
        renderer = self._page.renderer
        if renderer.is_alone or not renderer.trusted:
            return
        text = deck([(each, self._title(each.note)) for each in asked])
        name = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
        address = renderer.address(f"{ASSETS}/{name}.csv", text)
        # As HTML: an element's address would be looked for among the notes.
        link = f'<a href="{address}" download="questions.csv">The deck</a>'
        line = SubElement(around, "p", {"class": "nw-deck"})
        line.text = self._md.htmlStash.store(link)
        line.text += " is a CSV file that you can import into Anki."


def deck(asked: Sequence[tuple[Asked, str]]) -> str:
    """Questions and answers as comma-separated values, with the head that Anki reads.

    Args:
        asked: Notes that ask, with their titles.
    """
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    for each, title in asked:
        tag = re.sub(r"[^\w-]+", "-", title).strip("-")
        for ask in each.questions:
            front, back = _sides(ask, each.converted)
            lines.writerow([ask.get(ASK), f"{_text(title)}: {front}", back, tag])
    return _HEAD + written.getvalue()


def _text(title: str) -> str:
    return title.replace("&", "&amp;").replace("<", "&lt;")


def _sides(ask: Element, converted: Converted) -> tuple[str, str]:
    """The question of a card, with its choices, and its answer; as HTML without marks of ours."""
    if ask.tag == "details":
        return _inner(ask[0], converted), "".join(_html(each, converted) for each in ask[1:])
    title, *above = (each for each in ask if each.tag != "details" and each.get("role") is None)
    answer = next(each for each in ask if each.tag == "details")
    front = _inner(title, converted) + "".join(_html(each, converted) for each in above)
    return front, "".join(_html(each, converted) for each in answer[1:])


def _inner(element: Element, converted: Converted) -> str:
    return re.sub(r"^<\w+[^>]*>|</\w+>$", "", _html(element, converted))


def _html(element: Element, converted: Converted) -> str:
    html = tostring(element, "unicode", method="html").strip()
    for _ in range(3):  # what a placeholder stands for may hold others
        html = HTML_PLACEHOLDER_RE.sub(lambda found: _piece(converted, int(found[1])), html)
    html = html.replace("\x02amp\x03", "&").replace(TO_ROOT, "")
    return _SIGN.sub("", _ATTRIBUTE.sub("", _TAG.sub("", html)))


def _piece(converted: Converted, number: int) -> str:
    piece = converted.stash[number] if number < len(converted.stash) else ""
    return piece if isinstance(piece, str) else tostring(piece, "unicode", method="html")


def _notice(text: str) -> Element:
    notice = Element("p", {"class": "nw-broken"})
    notice.text = AtomicString(text)
    return notice
