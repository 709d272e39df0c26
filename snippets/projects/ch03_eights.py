"""Chapter 3, "is it an 8?": two models with as many tries, and which pixels
they read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import ParameterGrid

from data.mnist import SIDE, Images, draw
from snippets.equal_budget import Arm

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

N_TRAIN, N_HELD = 2000, 1000

# --8<-- [start:arms]
ARMS: Mapping[str, Arm] = {
    "logistic": Arm(
        LogisticRegression(tol=1e-3, max_iter=300),
        {"C": [1.0, 0.1, 0.01, 0.001]},
    ),
    "forest": Arm(
        RandomForestClassifier(30),
        {"max_features": ["sqrt", "log2"], "min_samples_leaf": [1, 3]},
    ),
}
# --8<-- [end:arms]
"""Both models of "is it an 8?", with as many settings; the first is the
library's default.
"""

BLOCK = 7
"""Height and width of a block of pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Eights:
    """Scores for the question "is it an 8?", on images that were not trained
    on.

    Attributes:
        y: 1 for an 8, shape (n_seeds, 2, 1000): images to choose settings and
            a threshold on, and images for the final score.
        scores: By model: probability of an 8 with the chosen setting, same
            shape.
        default: The same with the first setting, the library's default.
        chosen: By model: which setting was chosen, shape (n_seeds,).
        models: By model: the chosen one of each seed, fitted.
        X: The images of the first seed, shape (2, 1000, 784).
    """

    y: IntArray
    scores: dict[str, FloatArray]
    default: dict[str, FloatArray]
    chosen: dict[str, IntArray]
    models: dict[str, list[Any]]
    X: FloatArray


def eights(images: Images, seeds: Sequence[int]) -> Eights:
    """Train a linear model and a forest to tell 8s from the rest, once a seed.

    Each setting of a model is fitted, and the one with the highest average
    precision on the images set aside is kept.

    Args:
        images: What to draw from, 4,000 or more.
        seeds: At least one; each is a draw of 2,000 + 1,000 + 1,000 images.

    Raises:
        ValueError: If there is no seed, or there are too few images.
    """
    if not seeds:
        raise ValueError("need at least one seed")
    labels: list[IntArray] = []
    kept: list[FloatArray] = []
    tried: dict[str, list[FloatArray]] = {name: [] for name in ARMS}
    chosen: dict[str, list[int]] = {name: [] for name in ARMS}
    models: dict[str, list[Any]] = {name: [] for name in ARMS}
    for seed in seeds:
        drawn = draw(N_TRAIN + 2 * N_HELD, seed, images)
        is_8 = (drawn.y == 8).astype(np.int64)
        X, held = drawn.X[:N_TRAIN], drawn.X[N_TRAIN:]
        y = is_8[N_TRAIN:].reshape(2, N_HELD)
        for name, arm in ARMS.items():
            fits = [
                clone(arm.model)
                .set_params(random_state=seed, **setting)
                .fit(X, is_8[:N_TRAIN])
                for setting in ParameterGrid(dict(arm.grid))
            ]
            scores = np.array([fit.predict_proba(held)[:, 1] for fit in fits])
            aside = [average_precision_score(y[0], s[:N_HELD]) for s in scores]
            best = int(np.argmax(aside))
            tried[name].append(scores.reshape(len(fits), 2, N_HELD))
            chosen[name].append(best)
            models[name].append(fits[best])
        labels.append(y)
        kept.append(held.reshape(2, N_HELD, -1) if not kept else held[:0])
    return Eights(
        np.array(labels),
        {
            name: np.array(
                [s[i] for s, i in zip(each, chosen[name], strict=True)]
            )
            for name, each in tried.items()
        },
        {name: np.array(each)[:, 0] for name, each in tried.items()},
        {name: np.array(each) for name, each in chosen.items()},
        models,
        kept[0],
    )


# --8<-- [start:blocks]
def blocks_read(
    model: Any, X: FloatArray, is_8: IntArray, rng: np.random.Generator
) -> FloatArray:
    """Deal each block of pixels out anew among the images, and see what is
    lost.

    Args:
        model: Fitted, with `predict_proba`.
        X: Images that it has not seen, shape (n_images, 784).
        is_8: 1 for an 8, shape (n_images,).
        rng: Source of the order, which is the same for all blocks.

    Returns:
        Loss of average precision, shape (4, 4), from the upper left.
    """

    def score(images: FloatArray) -> float:
        chances = model.predict_proba(images)[:, 1]
        return float(average_precision_score(is_8, chances))

    pixels = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    order, whole, broken = rng.permutation(len(X)), score(X), X.copy()
    lost = np.empty((SIDE // BLOCK, SIDE // BLOCK))
    for place in np.ndindex(lost.shape):
        rows, columns = (slice(BLOCK * i, BLOCK * (i + 1)) for i in place)
        block = pixels[rows, columns].ravel()
        broken[:, block] = X[np.ix_(order, block)]
        lost[place] = whole - score(broken)
        broken[:, block] = X[:, block]
    return lost
    # --8<-- [end:blocks]


def reads(
    images: Images, run: Eights, seeds: Sequence[int]
) -> dict[str, FloatArray]:
    """What each chosen model loses with each block, on its final images.

    Args:
        images: What was drawn from.
        run: What `eights` gave for these images and seeds.
        seeds: The draws.

    Returns:
        By model: loss of average precision, shape (n_seeds, 4, 4).
    """
    found: dict[str, list[FloatArray]] = {name: [] for name in run.models}
    for place, seed in enumerate(seeds):
        final = draw(N_TRAIN + 2 * N_HELD, seed, images).X[-N_HELD:]
        for name, models in run.models.items():
            rng = np.random.default_rng([seed, 1])
            found[name].append(
                blocks_read(models[place], final, run.y[place, 1], rng)
            )
    return {name: np.array(lost) for name, lost in found.items()}
