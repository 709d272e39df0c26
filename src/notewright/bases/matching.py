"""Matching: runs the program of a pattern over a text, in time that is bounded.

All ways in which a pattern could match are followed side by side, character by character. Two that
have come to the same instruction are one, so there are never more than instructions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from notewright.bases.patterns import Program
from notewright.bases.scope import Budget

Saved: TypeAlias = tuple[int, ...]
"""Start and end of the match and of each group; -1 where a group has no part in it."""


def search(program: Program, text: str, start: int, budget: Budget) -> Saved | None:
    """The first match at or behind a place, or None.

    Raises:
        BudgetError: If there are no steps left.
    """
    nothing = (-1,) * program.slots
    ways: dict[int, Saved] = {}
    found: Saved | None = None
    for place in range(start, len(text) + 1):
        if found is None:
            _follow(program, 0, nothing, place, text, ways)
        if not ways:
            break
        budget.spend(1 + len(ways) // 4)
        character = text[place] if place < len(text) else None
        further: dict[int, Saved] = {}
        for counter, saved in ways.items():
            instruction = program.code[counter]
            if instruction.kind == "match":
                found = saved  # ways behind this one are worse
                break
            test = instruction.test
            if character is not None and test is not None and test(character):
                _follow(program, counter + 1, saved, place + 1, text, further)
        ways = further
    return found


def _follow(
    program: Program, counter: int, saved: Saved, place: int, text: str, ways: dict[int, Saved]
) -> None:
    """Go on from an instruction to all that take a character, the best first.

    An instruction that is known is not entered again: who came first is better. So what repeats
    nothing ends.
    """
    waiting = [(counter, saved)]
    while waiting:
        counter, saved = waiting.pop()
        if counter in ways:
            continue
        ways[counter] = saved
        instruction = program.code[counter]
        kind = instruction.kind
        if kind == "jump":
            waiting.append((instruction.first, saved))
        elif kind == "split":
            waiting.append((instruction.second, saved))
            waiting.append((instruction.first, saved))
        elif kind == "save":
            slot = instruction.first
            waiting.append((counter + 1, (*saved[:slot], place, *saved[slot + 1 :])))
        elif kind == "assert" and _holds(instruction.name, text, place, program.is_multiline):
            waiting.append((counter + 1, saved))


def _holds(name: str, text: str, place: int, is_multiline: bool) -> bool:
    """Whether a place is what `^`, `$`, or `b` and `B` behind a backslash ask for."""
    if name == "^":
        return place == 0 or (is_multiline and text[place - 1] == "\n")
    if name == "$":
        return place == len(text) or (is_multiline and text[place] == "\n")
    before = place > 0 and _is_word(text[place - 1])
    behind = place < len(text) and _is_word(text[place])
    return (before != behind) == (name == "b")


def _is_word(character: str) -> bool:
    return character == "_" or (character.isascii() and character.isalnum())


def matches(program: Program, text: str, budget: Budget) -> Iterator[Saved]:
    """All matches, none of which overlaps another."""
    place = 0
    while place <= len(text):
        found = search(program, text, place, budget)
        if found is None:
            return
        yield found
        place = found[1] + (found[0] == found[1])
