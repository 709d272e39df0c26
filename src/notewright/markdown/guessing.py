"""Guessing before a table of results is read: what a fence says of it, and where it begins.

The rows themselves are the cards. So nothing stands in the page twice, and whoever has no script,
prints the page or searches it has the table, and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from notewright.note.queries import Guess


def beginning(guess: Guess, columns: Sequence[str], verdicts: Sequence[str]) -> Element:
    """What stands above the table, and begins the guessing.

    Args:
        guess: What is guessed.
        columns: The names whose values the table shows.
        verdicts: The verdict of each row.
    """
    count = sum(verdict in guess.words for verdict in verdicts)
    attributes = {
        "class": "nw-guess",
        "id": "guess-first",
        "aria-label": "Guess first",
        "data-nw-claim": str(list(columns).index(guess.claim)),
        "data-nw-verdict": str(list(columns).index(guess.verdict)),
        "data-nw-words": json.dumps(list(guess.words.items()), ensure_ascii=False),
        "data-search-exclude": "",
    }
    section = Element("section", attributes)
    SubElement(section, "button", {"type": "button", "class": "nw-begin"}).text = "Guess first"
    *others, last = dict.fromkeys(guess.words.values())  # several verdicts may share a word
    words = f"{', '.join(others)} or {last}"
    said = f"{count} claims, one at a time: guess {words}, then see the result."
    SubElement(section, "p", {"class": "nw-hint"}).text = AtomicString(said)
    return section
