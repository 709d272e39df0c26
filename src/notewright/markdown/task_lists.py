"""Tasks: items of lists that begin with `[ ]`, `[x]` or another state, as in Obsidian."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from markdown_it.token import Token

_BOX = re.compile(r"\[(?P<state>[^\n])\](?:[ \t]+|(?=\n))")

STATES = {
    " ": "to do",
    "x": "done",
    "X": "done",
    "/": "in progress",
    "-": "cancelled",
    ">": "forwarded",
    "<": "scheduled",
    "?": "question",
    "!": "important",
    "*": "star",
    '"': "quote",
    "l": "location",
    "b": "bookmark",
    "i": "information",
    "S": "savings",
    "I": "idea",
    "p": "pro",
    "c": "con",
    "f": "fire",
    "k": "key",
    "w": "win",
    "u": "up",
    "d": "down",
}
"""Names of the states that Obsidian's themes know, for those who cannot see the sign."""


def mark_tasks(tokens: Sequence[Token]) -> None:
    """Give each task its attributes, and the HTML of its box to the text behind it.

    The elements are those of pymdownx.tasklist, which Material styles. A box cannot be
    clicked: a page is not where tasks are done.
    """
    lists: list[Token] = []
    for index, token in enumerate(tokens):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(token)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            state = _take_state(tokens, index)
            if state is not None:
                lists[-1].attrSet("class", "task-list")
                token.attrSet("class", "task-list-item")
                token.attrSet("data-task", state)
                tokens[index + 2].meta["box"] = _box(state)


def _take_state(tokens: Sequence[Token], index: int) -> str | None:
    """Take the box out of an item's first text."""
    if tokens[index + 1].type != "paragraph_open":
        return None
    text = tokens[index + 2]
    match = _BOX.match(text.content)
    if match is None or not text.content[match.end() :].strip():
        return None
    text.content = text.content[match.end() :]
    return match["state"]


def _box(state: str) -> str:
    name = escape(STATES.get(state, f"state {state}"), quote=True)
    checked = "" if state == " " else " checked"
    return (
        f'<label class="task-list-control"><input type="checkbox" disabled{checked} '
        f'aria-label="{name}"><span class="task-list-indicator"></span></label>'
    )
