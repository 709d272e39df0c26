"""Places of notes in the drawing of a whole vault, by which of them are linked.

They come from rustworkx (maintained, permissively licensed, in a wheel of its own), which looks at
each pair of notes in each round. Of thousands of notes that takes half a minute, so there linked
notes are put into groups first, groups get places, and the notes of a group stand around its own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from notewright.libraries import needs

ROUNDS = 300
"""Times that the places of a small vault are improved; those of 300 notes take 0.1 s."""
FEWEST_ROUNDS = 30
"""The same for a large vault, whose rounds take longer: 2,000 notes take 0.8 s."""
PAIRS = 60_000_000
"""Most pairs of notes that are looked at in between; 1,000 notes take 0.4 s."""
FEW = 8
"""Of so many linked notes, one without links stands among them; more stand in rows below."""
MANY = 2_000
"""Most notes that find their places each for itself."""
GROUPS = 1_000
"""Most groups of more notes."""
LARGEST = 4
"""Most groups that become one at once: a note to which all link is no reason for one group."""
PULL = 0.6
"""How strongly the middle pulls each note, against a link: one that few link to stays near."""

_Edge = tuple[str, str]
_GOLDEN = math.pi * (3 - math.sqrt(5))
"""The angle by which seeds of a sunflower follow each other: none stands behind another."""


def placed(
    paths: Sequence[str], edges: Sequence[tuple[str, str]]
) -> Mapping[str, tuple[float, float]]:
    """Where each note stands, the same at each build.

    Args:
        paths: The notes.
        edges: Pairs of notes that are linked.
    """
    linked = {path for edge in edges for path in edge}
    alone = [path for path in paths if path not in linked]
    if len(alone) * FEW <= len(linked):  # among the others, where they have room
        linked, alone = {*linked, *alone}, []
    size = 110 * math.sqrt(max(len(linked), 1))
    found = _scaled(_balanced(sorted(linked), dict.fromkeys(edges, 1)), size * 1.3, size * 0.8)
    bottom = max((y for _, y in found.values()), default=0)
    columns = max(int(size * 1.3 // 240), 1)
    for number, path in enumerate(alone):  # below the others, in rows
        row, column = divmod(number, columns)
        found[path] = (20.0 + column * 240, bottom + 50 + row * 30)
    return found


def _balanced(notes: Sequence[str], links: Mapping[_Edge, int]) -> dict[str, Sequence[float]]:
    """Places of notes, from the numbers of links between them."""
    group_of = {note: note for note in notes}
    groups, between = notes, links
    while len(group_of) > MANY and len(groups) > GROUPS:
        joined = _joined(groups, between)
        groups = sorted(set(joined.values()))
        group_of = {note: joined[group] for note, group in group_of.items()}
        between = _between(joined, between)
    found = _sprung(groups, between)
    return found if groups is notes else _unfolded(group_of, found)


def _joined(groups: Sequence[str], links: Mapping[_Edge, int]) -> dict[str, str]:
    """Put each group together with that to which most links lead, for the size of that.

    Those with fewest neighbours choose first: they have least choice. Where a group is full,
    others that would join it join each other.
    """
    near: dict[str, dict[str, int]] = {group: {} for group in groups}
    for (one, other), count in links.items():
        near[one][other] = near[other][one] = count
    found: dict[str, str] = {}
    sizes: Counter[str] = Counter()
    beside: dict[str, str] = {}
    for group in sorted(groups, key=lambda each: (len(near[each]), each)):
        if group in found:
            continue
        wanted = sorted(near[group], key=lambda each: (-near[group][each] / len(near[each]), each))
        full = wanted[0] if wanted else ""
        best = next((each for each in wanted if sizes[found.get(each, each)] < LARGEST), None)
        if best is None:
            best = beside.get(full, group)
            best = beside[full] = best if sizes[found.get(best, best)] < LARGEST else group
        name = found.setdefault(best, best)
        found[group] = name
        sizes[name] = max(sizes[name], 1) + (group != name)
    return found


def _between(joined: Mapping[str, str], links: Mapping[_Edge, int]) -> dict[_Edge, int]:
    """How many links lead from one group to another."""
    found: Counter[_Edge] = Counter()
    for (one, other), count in links.items():
        first, second = sorted((joined[one], joined[other]))
        if first != second:
            found[first, second] += count
    return dict(found)


def _unfolded(
    group_of: Mapping[str, str], places: Mapping[str, Sequence[float]]
) -> dict[str, Sequence[float]]:
    """Places of notes around that of their group, as seeds in a sunflower."""
    across, down = ([place[axis] for place in places.values()] for axis in (0, 1))
    area = (max(across) - min(across)) * (max(down) - min(down))
    room = math.sqrt(area / len(group_of) / math.pi)
    found: dict[str, Sequence[float]] = {}
    numbers: Counter[str] = Counter()
    for note, group in sorted(group_of.items()):
        x, y = places[group]
        angle, radius = numbers[group] * _GOLDEN, room * math.sqrt(numbers[group])
        found[note] = x + radius * math.cos(angle), y + radius * math.sin(angle)
        numbers[group] += 1
    return found


def _sprung(linked: Sequence[str], links: Mapping[_Edge, int]) -> dict[str, Sequence[float]]:
    """Places for which links and the middle pull, and all push each other away."""
    if not linked:
        return {}
    with needs("site", "the graph of notes"):
        import rustworkx

    numbers = {path: number for number, path in enumerate(linked)}
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(linked)
    graph.add_edges_from(
        [(numbers[a], numbers[b], 1 + math.log(count)) for (a, b), count in links.items()]
    )
    # From a circle in the order of the folders: no place is left to chance.
    angles = [2 * math.pi * number / len(linked) for number in range(len(linked))]
    starts = {number: (math.cos(angle), math.sin(angle)) for number, angle in enumerate(angles)}
    middle = graph.add_node("")
    graph.add_edges_from([(number, middle, PULL) for number in starts])
    layout = rustworkx.spring_layout(
        graph,
        pos={**starts, middle: (0.0, 0.0)},
        fixed={middle},
        weight_fn=float,
        adaptive_cooling=False,
        num_iter=max(min(ROUNDS, PAIRS // len(linked) ** 2), FEWEST_ROUNDS),
        seed=0,
    )
    return {path: layout[number] for path, number in numbers.items()}


def _scaled(
    places: Mapping[str, Sequence[float]], width: float, height: float
) -> dict[str, tuple[float, float]]:
    across = _spread({path: place[0] for path, place in places.items()})
    down = _spread({path: place[1] for path, place in places.items()})
    return {
        path: (round(20 + across[path] * width, 1), round(20 + down[path] * height, 1))
        for path in places
    }


def _spread(values: Mapping[str, float]) -> dict[str, float]:
    """Values between 0 and 1, half by their size and half by their rank.

    One note far off would else press all others together, and hide their labels.
    """
    least, last = min(values.values(), default=0), max(len(values) - 1, 1)
    span = max(max(values.values(), default=0) - least, 1e-9)
    ranked = sorted(values, key=lambda path: (values[path], path))
    return {
        path: ((values[path] - least) / span + rank / last) / 2 for rank, path in enumerate(ranked)
    }
