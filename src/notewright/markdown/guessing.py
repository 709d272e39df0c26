"""Guessing before a table of results is read: what a fence says of it, and where it begins.

The rows themselves are the cards. So nothing stands in the page twice, and whoever has no script,
prints the page or searches it has the table, and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

KEY = "guess"
"""The key of a fence under which it says what is guessed."""

_KEYS = ("claim", "verdict", "words")
_EXAMPLE = "Write `guess: {claim: claim, verdict: verdict, words: {confirmed: True}}`"


class GuessError(ValueError):
    """What a fence says of guessing cannot be done; the remedy is its second argument."""


@dataclass(frozen=True)
class Guess:
    """What is guessed.

    Attributes:
        claim: The name of what a reader is shown.
        verdict: The name of what he guesses.
        words: What a button says, by the verdict that it stands for.
    """

    claim: str
    verdict: str
    words: Mapping[str, str]


def read_guess(found: Any, columns: Sequence[str]) -> Guess | None:
    """Read what a fence says under `KEY`; None if it says nothing.

    Args:
        found: The value of the key.
        columns: The names whose values the table shows.

    Raises:
        GuessError: If it is not what it should be.
    """
    if found is None:
        return None
    if not isinstance(found, dict) or set(found) != set(_KEYS):
        raise GuessError(f"`{KEY}` does not have the keys {', '.join(_KEYS)}", _EXAMPLE)
    words = found["words"]
    if not isinstance(words, dict) or len(words) < 2:
        raise GuessError("`words` of `guess` are fewer than two", _EXAMPLE)
    for name in ("claim", "verdict"):
        if found[name] not in columns:
            remedy = f"Name one of {', '.join(columns)}"
            raise GuessError(f"`{KEY}` names `{found[name]}`, which is no column", remedy)
    said = {str(verdict): str(word) for verdict, word in words.items()}
    return Guess(found["claim"], found["verdict"], said)


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
    *others, last = guess.words.values()
    words = f"{', '.join(others)} or {last}"
    said = f"{count} claims, one at a time: say {words}, then see what the run gave."
    SubElement(section, "p", {"class": "nw-hint"}).text = AtomicString(said)
    return section
