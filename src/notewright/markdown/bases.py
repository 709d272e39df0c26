"""Bases in a page: those in its fences, those that it embeds, and the page of a base itself.

Obsidian shows the first view of a base, and the others behind a menu. Here they are tabs, in the
HTML of `pymdownx.tabbed`, which themes know and which need no script.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString
from markdown_it.token import Token

from notewright.bases.yaml_nodes import BaseError
from notewright.markdown.page import Page
from notewright.note.note import Note
from notewright.vault.base_checks import faults_of, fences, is_base, problem_of

if TYPE_CHECKING:
    from notewright.bases.query import Result

MOST_TABS = 20
"""Tabs for which themes have styles; more views stand below one another."""

ViewIds = Callable[[Note], Sequence[str]]
"""Gives the ids of the views of a base that have a name, in order."""


class Bases:
    """Makes the views of one page.

    Args:
        page: The page.
        view_ids: Gives the ids that links to the views of a base name.
        as_text: Gives the text that stands for some HTML, until all is serialised.
    """

    def __init__(self, page: Page, view_ids: ViewIds, as_text: Callable[[str], str]) -> None:
        self._page = page
        self._as_text = as_text
        self._view_ids = view_ids
        self._numbers = count(1)

    def make(self, token: Token) -> Element | None:
        """All views of a fence; what is wrong with it stands above; None for another fence."""
        if not is_base(token.info):
            return None
        ids: Iterator[str] = iter(())
        if self._page.note.is_base:
            ids = iter(self._view_ids(self._page.note))
        return self._show(token.content, "", self._page.note, ids)

    def embed(self, note: Note, view: str) -> Element:
        """A base that the page embeds.

        Args:
            note: The base.
            view: The name of the view that is meant; empty for all.
        """
        self._page.consulted.add(note.path)
        content = next((text for _, text in fences(note)), "")
        return self._show(content, view, note, iter(()))

    def _show(self, text: str, view: str, source: Note, ids: Iterator[str]) -> Element:
        around = Element("div", {"class": "nw-base"})
        try:
            base, results = self._page.names.base(text, self._page.note, view)
        except BaseError as error:
            self._tell(around, source, text, error.line, error.message)
            return around
        awaited = self._page.names.awaited(text, self._page.note, view)
        if awaited:  # what is there of the results, sorted and summed, would say something else
            notice = SubElement(around, "p", {"class": "nw-waiting", "data-nw-session": awaited})
            notice.text = "Some cells with results for this list have not run yet"
            return around
        for line, message in faults_of(base, results):
            self._tell(around, source, text, line, message)
        results = [each for each in results if not each.view.is_broken]
        if not results:
            return around
        number = next(self._numbers)
        named = [next(ids, "") if each.view.name else "" for each in results]
        places = [found or f"base-{number}-{place}" for place, found in enumerate(named, start=1)]
        if len(results) == 1:
            around.attrib.update({"id": places[0]} if named[0] else {})
            self._draw(around, results[0])
        elif len(results) > MOST_TABS:
            self._below(around, results, places)
        else:
            self._beside(around, results, places, f"base-{number}")
        return around

    def _tell(self, around: Element, source: Note, text: str, line: int, message: str) -> None:
        """Tell what is wrong, at its line, and show it in the page."""
        problem = problem_of(source, text, line, message)
        self._page.problems.append(problem)
        notice = SubElement(around, "p", {"class": "nw-broken"})
        notice.text = AtomicString(problem.message)

    def _beside(
        self, around: Element, results: Sequence[Result], places: Sequence[str], group: str
    ) -> None:
        """The views as tabs, of which the first one is open."""
        known = {"data-tabs": f"{group}:{len(results)}"}  # by which scripts of themes find them
        tabs = SubElement(around, "div", {"class": "tabbed-set tabbed-alternate"} | known)
        for number, place in enumerate(places):
            checked = {} if number else {"checked": "checked"}
            SubElement(tabs, "input", {"type": "radio", "name": group, "id": place} | checked)
        labels = SubElement(tabs, "div", {"class": "tabbed-labels"})
        contents = SubElement(tabs, "div", {"class": "tabbed-content"})
        for result, place in zip(results, places, strict=True):
            SubElement(labels, "label", {"for": place}).text = AtomicString(_name(result))
            self._draw(SubElement(contents, "div", {"class": "tabbed-block"}), result)

    def _below(self, around: Element, results: Sequence[Result], places: Sequence[str]) -> None:
        """So many views that no theme has tabs for them."""
        for result, place in zip(results, places, strict=True):
            part = SubElement(around, "div", {"id": place})
            SubElement(SubElement(part, "p"), "strong").text = AtomicString(_name(result))
            self._draw(part, result)

    def _draw(self, around: Element, result: Result) -> None:
        """A view. The search finds its page by its name, and what it lists where that stands."""
        from notewright.markdown.base_views import draw

        box = SubElement(around, "div", {"data-search-exclude": ""})
        draw(box, result, self._page, self._as_text)


def _name(result: Result) -> str:
    """What a view is called; one without a name by its type."""
    return result.view.name or result.view.type.capitalize()
