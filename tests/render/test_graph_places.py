"""Places of notes in the drawing of a vault: each its own, and linked ones near each other."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

import pytest

from notewright.render import graph_places
from notewright.render.graph_places import GROUPS, MANY, placed

Vault = tuple[list[str], list[tuple[str, str]]]
Make = Callable[[int], Vault]


def linked(count: int) -> Vault:
    """Notes in folders of forty, most of whose links stay in their folder."""
    rng = random.Random(count)
    paths = [f"{number // 40:03}/{number:05}.md" for number in range(count)]
    edges = set()
    for number, path in enumerate(paths):
        folder = number // 40 * 40
        near = rng.randrange(folder, min(folder + 40, count))
        for other in (near, rng.randrange(folder, min(folder + 40, count)), rng.randrange(count)):
            if other != number:
                edges.add((min(path, paths[other]), max(path, paths[other])))
    return paths, sorted(edges)


def star(count: int) -> Vault:
    """Notes to which one links, and no other."""
    paths = [f"{number:05}.md" for number in range(count)]
    return paths, [(paths[0], path) for path in paths[1:]]


@pytest.mark.nightly
@pytest.mark.parametrize("count", [1, 2, 300, MANY, MANY + 1, 2 * MANY])
@pytest.mark.parametrize("make", [linked, star])
def test_each_note_has_a_place_of_its_own_the_same_each_time(make: Make, count: int) -> None:
    """Be the vault small or large, and whatever links to what."""
    paths, edges = make(count)
    found = placed(paths, edges)
    assert found.keys() == set(paths)
    assert len(set(found.values())) == count
    assert placed(paths, edges) == found


@pytest.mark.gate
@pytest.mark.parametrize("count", [MANY, 2 * MANY])
def test_linked_notes_stand_near_each_other(count: int) -> None:
    """In groups, too: half as far from each other as any two notes."""
    paths, edges = linked(count)
    found = placed(paths, edges)
    rng = random.Random(0)
    between = [math.dist(found[one], found[other]) for one, other in edges]
    any_two = [math.dist(found[rng.choice(paths)], found[rng.choice(paths)]) for _ in edges]
    assert sum(between) / len(between) < 0.6 * sum(any_two) / len(any_two)


@pytest.mark.nightly
@pytest.mark.parametrize("make", [linked, star])
def test_no_round_looks_at_each_pair_of_thousands_of_notes(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which would take half a minute of 10,000 notes, whenever a link is written."""
    seen = []
    sprung = graph_places._sprung

    def counted(notes: Sequence[str], *rest: object) -> object:
        seen.append(len(notes))
        return sprung(notes, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(graph_places, "_sprung", counted)
    placed(*make(10_000))
    assert seen[0] <= GROUPS
