"""Seven small point sets for tasks A and B, made from a seed.

Six have a hidden grouping that each defeat some clusterer; the seventh has
none. `docs/data/clusters-data.md` describes them. Coordinates carry no unit:
every set is shifted and scaled to mean 0 and standard deviation 1 in each
feature.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import make_blobs, make_circles, make_moons
from sklearn.preprocessing import StandardScaler

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

N_SAMPLES = 300
SHEAR = np.array([[0.6, -0.64], [-0.41, 0.85]])


@dataclass(frozen=True, slots=True, eq=False)
class ClusterSet:
    """One drawn point set and the grouping that made it.

    Attributes:
        name: Which of `NAMES` it is.
        X: Points, shape (n_samples, 2), no unit, standardised per feature.
        truth: Index of the group that made each point, shape (n_samples,). It
            serves scoring only: tasks A and B hide it from the models.
        k: Number of groups that made the points.
    """

    name: str
    X: FloatArray
    truth: IntArray
    k: int


Draw = tuple[FloatArray, IntArray]


def _blobs(seed: int) -> Draw:
    """Three round groups of one spread, well apart."""
    X, truth = make_blobs(
        N_SAMPLES,
        centers=[[-6.0, -6.0], [0.0, 6.0], [6.0, -4.0]],
        random_state=seed,
    )
    return X, truth


def _aniso(seed: int) -> Draw:
    """Three groups sheared into parallel ellipses."""
    centres = [[-4.0, -4.0], [0.0, 0.0], [4.0, 4.0]]
    X, truth = make_blobs(N_SAMPLES, centers=centres, random_state=seed)
    return X @ SHEAR, truth


def _varied(seed: int) -> Draw:
    """Three groups, one of them four times as wide as the others."""
    X, truth = make_blobs(
        N_SAMPLES,
        centers=[[0.0, 0.0], [4.0, 0.0], [12.0, 0.0]],
        cluster_std=[0.5, 0.5, 2.0],
        random_state=seed,
    )
    return X, truth


def _close(seed: int) -> Draw:
    """Two round groups whose centres are 3 standard deviations apart."""
    X, truth = make_blobs(
        N_SAMPLES, centers=[[0.0, 0.0], [3.0, 0.0]], random_state=seed
    )
    return X, truth


def _moons(seed: int) -> Draw:
    """Two interleaved half circles."""
    X, truth = make_moons(N_SAMPLES, noise=0.06, random_state=seed)
    return X, truth


def _circles(seed: int) -> Draw:
    """A circle inside a circle of twice its radius."""
    X, truth = make_circles(
        N_SAMPLES, factor=0.5, noise=0.05, random_state=seed
    )
    return X, truth


def _square(seed: int) -> Draw:
    """Points spread evenly over a square: no grouping to find."""
    rng = np.random.default_rng(seed)
    return rng.uniform(-1.0, 1.0, (N_SAMPLES, 2)), np.zeros(
        N_SAMPLES, dtype=np.int64
    )


_GENERATORS: dict[str, Callable[[int], Draw]] = {
    "blobs": _blobs,
    "aniso": _aniso,
    "varied": _varied,
    "close": _close,
    "moons": _moons,
    "circles": _circles,
    "square": _square,
}

NAMES: tuple[str, ...] = (
    "blobs",
    "aniso",
    "varied",
    "close",
    "moons",
    "circles",
)
"""The sets with a grouping to find; `make` also knows the structureless
"square".
"""


def make(name: str, seed: int = 0) -> ClusterSet:
    """Draw one point set.

    Args:
        name: One of `NAMES`, or "square".
        seed: Which draw; the same seed gives the same points.

    Returns:
        The points, standardised, with the hidden grouping beside them.

    Raises:
        ValueError: If there is no set of that name.
    """
    if name not in _GENERATORS:
        known = ", ".join(_GENERATORS)
        raise ValueError(f"no point set is named {name!r}; there are {known}")
    X, truth = _GENERATORS[name](seed)
    X = StandardScaler().fit_transform(X)
    return ClusterSet(name, X, truth, int(truth.max()) + 1)
