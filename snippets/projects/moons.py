"""Two noisy moons, drawn anew for each seed, and the best that any classifier
can do on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp
from sklearn.datasets import make_moons

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

NOISE = 0.3
"""Standard deviation of the noise around the two arcs, in units of their
radius.
"""

APART = 10_000
"""What is added to a seed to draw the new samples, so that no seed's two parts
agree.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Moons:
    """Samples to learn from, and new ones to be judged by.

    Attributes:
        X: Training samples, shape (n_train, 2), in units of the radius of an
            arc.
        y: Their classes, 0 for the upper moon and 1 for the lower, shape
            (n_train,).
        new: New samples, shape (n_test, 2), in the same unit.
        truth: Classes of the new samples, shape (n_test,).
    """

    X: FloatArray
    y: IntArray
    new: FloatArray
    truth: IntArray


def draw(seed: int, n_train: int = 400, n_test: int = 1000) -> Moons:
    """Draw two noisy moons.

    Args:
        seed: Which draw, from 0 to 9999.
        n_train: Samples to learn from, half of them in each moon.
        n_test: New samples.

    Raises:
        ValueError: If the seed is out of range, or a part has fewer than two
            samples.
    """
    if not 0 <= seed < APART:
        raise ValueError(f"seed must be from 0 to {APART - 1}, got {seed}")
    if min(n_train, n_test) < 2:
        raise ValueError(
            f"each part needs two samples, got {n_train} and {n_test}"
        )
    X, y = make_moons(n_train, noise=NOISE, random_state=seed)
    new, truth = make_moons(n_test, noise=NOISE, random_state=APART + seed)
    return Moons(X, y, new, truth)


# --8<-- [start:best]
def log_odds(X: FloatArray) -> FloatArray:
    """Log odds of the lower moon for somebody who knows how the samples were
    drawn.

    A moon is a half circle plus normal noise, so its density is a mean of
    normal densities along the arc (Bayes' rule; both moons are equally
    frequent).

    Args:
        X: Samples, shape (n_samples, 2), in units of the radius.

    Returns:
        Shape (n_samples,), no unit; above 0 the lower moon is more likely.
    """
    t = np.linspace(0, np.pi, 500)
    upper = np.cos(t), np.sin(t)
    lower = 1 - np.cos(t), 0.5 - np.sin(t)
    density = []
    for across, up in (upper, lower):
        # (n_samples, 500)
        squared = (X[:, :1] - across) ** 2 + (X[:, 1:] - up) ** 2
        density.append(logsumexp(-squared / (2 * NOISE**2), axis=1))
    return np.asarray(density[1] - density[0])
    # --8<-- [end:best]


# --8<-- [start:repeat]
def repeat(
    models: Callable[[int], Mapping[str, Any]], seeds: Iterable[int]
) -> dict[str, list[float]]:
    """Draw, fit and judge once a seed; all models of a seed see the same
    samples.

    Args:
        models: Gives fresh estimators by name, for a seed.
        seeds: Which draws.

    Returns:
        Accuracies on new samples, one a seed, by name; "best possible" is the
        accuracy of somebody who knows how the samples were drawn.
    """
    scores: dict[str, list[float]] = {}
    for seed in seeds:
        moons = draw(seed)
        best = np.mean((log_odds(moons.new) > 0) == moons.truth)
        scores.setdefault("best possible", []).append(float(best))
        for name, model in models(seed).items():
            fitted = model.fit(moons.X, moons.y)
            scores.setdefault(name, []).append(
                fitted.score(moons.new, moons.truth)
            )
    return scores
    # --8<-- [end:repeat]
