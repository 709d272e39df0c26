"""Graphs behind the note on causal basics: drawn ones, and random ones that ask
whether the functions of the note are right.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import combinations

import numpy as np
from matplotlib.axes import Axes

from snippets.causal_basics import (
    FloatArray,
    Graph,
    backdoor,
    implied_covariance,
    separated,
    slope_of,
    total_effects,
)
from snippets.drawing import GREY

_LEFT, _RIGHT, _TOP = (0.1, 0.1), (0.9, 0.1), (0.5, 0.9)
Drawn = tuple[Graph, Mapping[str, tuple[float, float]], list[str], list[str]]

FOUR_GRAPHS: Mapping[str, Drawn] = {
    "confounder: adjust": (
        {"course": ["knowledge"], "exam": ["course", "knowledge"]},
        {"course": _LEFT, "exam": _RIGHT, "knowledge": _TOP},
        [],
        ["knowledge"],
    ),
    "collider: leave alone": (
        {"hired": ["talent", "looks"]},
        {"talent": _LEFT, "looks": _RIGHT, "hired": _TOP},
        [],
        ["hired"],
    ),
    "mediator: only for the direct effect": (
        {"hours": ["course"], "exam": ["course", "hours"]},
        {"course": _LEFT, "exam": _RIGHT, "hours": _TOP},
        [],
        ["hours"],
    ),
    "instrument: leave alone": (
        {"course": ["letter", "mood"], "exam": ["course", "mood"]},
        {"letter": (0.02, 0.1), "course": (0.48, 0.1), "exam": _RIGHT}
        | {"mood": (0.69, 0.9)},
        ["mood"],
        ["letter"],
    ),
}
"""By its title each graph, where its nodes stand, what is hidden in it, and
what one might adjust for: as `draw_graph` takes them.
"""


def draw_graph(
    ax: Axes,
    parents: Graph,
    places: Mapping[str, tuple[float, float]],
    hidden: Collection[str] = (),
    boxed: Iterable[str] = (),
) -> None:
    """Draw who causes whom, without axes.

    Args:
        ax: Where to draw.
        parents: The graph.
        places: Where each node stands, from 0 to 1 in both directions.
        hidden: Nodes that nobody measured: a dashed frame, dashed arrows.
        boxed: Nodes that one might adjust for: a thick frame.
    """
    thick, frames = set(boxed), {}
    for name, (x, y) in places.items():
        frame = {
            "boxstyle": "round,pad=0.35",
            "facecolor": "none",
            "edgecolor": "C1" if name in thick else "C0",
            "linestyle": "--" if name in hidden else "-",
            "linewidth": 2.5 if name in thick else 1.0,
        }
        node = ax.text(x, y, name, ha="center", va="center", bbox=frame)
        frames[name] = node.get_bbox_patch()
    for child, causes in parents.items():
        for cause in causes:
            ax.annotate(
                "",
                places[child],
                places[cause],
                arrowprops={
                    "arrowstyle": "-|>",
                    "color": GREY,
                    "linestyle": "--" if cause in hidden else "-",
                    "patchA": frames[cause],
                    "patchB": frames[child],
                    "shrinkA": 3,
                    "shrinkB": 3,
                },
            )
    ax.set(xlim=(-0.1, 1.1), ylim=(-0.15, 1.15))
    ax.set_axis_off()


def random_model(
    rng: np.random.Generator, names: str = "abcde"
) -> tuple[Graph, FloatArray, FloatArray]:
    """A linear structural model in which each node follows from earlier ones.

    Returns:
        The parents of each node, its direct effects and its covariance, shape
        (n, n) each.
    """
    shape = len(names), len(names)
    arrows = np.tril(rng.random(shape) < 0.45, -1)  # an order without cycles
    B = arrows * rng.uniform(0.5, 1.5, shape) * rng.choice([-1, 1], shape)
    S = implied_covariance(B, rng.uniform(0.5, 1.5, len(names)))
    parents = {
        name: [names[j] for j in np.flatnonzero(row)]
        for name, row in zip(names, arrows, strict=True)
    }
    return parents, B, S


def ask_random_graphs(count: int) -> tuple[int, int]:
    """Ask about each pair of nodes and each set of up to three others, whether
    the set separates them and meets the backdoor criterion.

    Args:
        count: How many random models are asked.

    Returns:
        How many questions, and how many sets that meet the criterion.

    Raises:
        AssertionError: If the covariances of a model say something else.
    """
    rng, names = np.random.default_rng(0), "abcde"
    asked = met = 0
    for _ in range(count):
        parents, B, S = random_model(rng, names)
        for i, j in combinations(range(5), 2):  # i comes before j
            rest = [k for k in range(5) if k not in (i, j)]
            sets = [each for k in range(4) for each in combinations(rest, k)]
            for given in sets:
                chosen = [names[k] for k in given]
                slope = slope_of(S, i, j, given)
                apart = separated(parents, names[i], names[j], chosen)
                assert apart == (abs(slope) < 1e-9)
                asked += 1
                if backdoor(parents, names[i], names[j], chosen):
                    met += 1
                    assert abs(slope - total_effects(B)[j, i]) < 1e-9
    return asked, met
