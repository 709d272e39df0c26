"""Questions of a note: quizzes, and cells that ask what they will show before they show it.

A callout `[!question]-` asks, and its text answers. If a list of tasks stands in it, these are
the choices: those that are ticked are right, and the answer is what follows. `[!predict]` is the
same above a cell, whose output a style sheet hides until the reader has said what he expects.
All of it is in the page: a script counts and marks, and without it nothing is hidden.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from notewright.markdown.callouts import ALIASES
from notewright.markdown.page import Page
from notewright.markdown.python_markdown_private import HTML_PLACEHOLDER_RE

QUESTION, PREDICT = "question", "predict"

ASK = "data-nw-ask"
"""What names a question, so that a browser can remember what a reader knew."""

ALL = "?"
"""Stands for all questions of a note where an id stands for a part of it."""

_KIND = "data-callout"
CELL_LEFT_OUT = '<div class="nw-cell"></div>'
"""Stands for a cell beside the questions of a note, where these are shown alone."""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Questions(Treeprocessor):
    """Gives questions their names, and those with choices their form.

    Register it above the inline patterns (20), while a text is still in one piece.
    """

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self._page = page
        self._titles: Counter[str] = Counter()

    def run(self, root: Element) -> None:
        """Change the callouts that ask."""
        self._titles.clear()
        for parent in list(root.iter()):
            for each in parent:
                kind = ALIASES.get(each.get(_KIND, ""), each.get(_KIND, ""))
                if kind not in (QUESTION, PREDICT) or not len(each):
                    continue
                choices = _choices(each)
                if kind == PREDICT or choices is not None:
                    self._name(each)
                    self._form(each, kind, choices)
                elif each.tag == "details":
                    self._name(each)

    def _name(self, ask: Element) -> None:
        """Name a question by its note and its words: what was known stays so if others come."""
        title = ask[0].text or ""
        self._titles[title] += 1
        told = f"{self._page.note.path}\0{title}\0{self._titles[title]}"
        name = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:8]
        ask.set(ASK, name)
        ask.set("id", f"ask-{name}")

    def _form(self, ask: Element, kind: str, choices: Element | None) -> None:
        """Put the question first, then its choices, and the answer into a fold."""
        title, *rest = ask
        above = rest[: rest.index(choices)] if choices is not None else []
        below = rest[len(above) + (choices is not None) :]
        ask[:] = [title, *above]
        title.tag = "p"
        title.set("class", "admonition-title")
        ask.tag = "div"
        ask.attrib.pop("open", None)
        ask.set("class", f"admonition question nw-asks nw-{kind}")
        right = self._add_choices(ask, choices) if choices is not None else []
        SubElement(ask, "p", {"class": "nw-said", "role": "status"})
        answer = SubElement(ask, "details", {"class": "nw-answer"})
        words = "Show the output" if kind == PREDICT else "Answer"
        SubElement(answer, "summary").text = words
        if right:
            SubElement(answer, "p", {"class": "nw-right"}).text = f"Right: {', '.join(right)}."
        answer.extend(below)

    def _add_choices(self, ask: Element, choices: Element) -> list[str]:
        """Add choices out of a list of tasks; returns the letters of those that are right."""
        shown = SubElement(ask, "ol", {"class": "nw-choices", "type": "A"})
        right = []
        for number, item in enumerate(choices):
            added = SubElement(shown, "li")
            if item.get("data-task") in ("x", "X"):
                added.set("data-nw-right", "")
                right.append(_LETTERS[number % len(_LETTERS)])
            choice = SubElement(added, "span", {"class": "nw-choice"})
            only = item[0] if len(item) and item[0].tag == "p" else item
            choice.text = HTML_PLACEHOLDER_RE.sub("", only.text or "", count=1).lstrip()
            choice.extend(list(only))
        return right


def questions_in(root: Element) -> list[Element]:
    """The elements that ask, without those that stand for a cell which stands elsewhere."""
    return [each for each in root.iter() if each.get(ASK) and not _predicts(each)]


def _predicts(ask: Element) -> bool:
    return f"nw-{PREDICT}" in ask.get("class", "").split()


def _choices(ask: Element) -> Element | None:
    """The list of tasks in a callout, all of whose items are to be ticked or not."""
    for each in ask:
        if each.tag == "ul" and each.get("class") == "task-list":
            is_all = all(item.get("data-task") in (" ", "x", "X") for item in each)
            return each if is_all else None
    return None
