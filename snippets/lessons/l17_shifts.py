"""Lesson L17: do images shifted by one pixel make a classifier better?

Judged against nothing, against copies (the same number of training images,
nothing new), and against as many real images.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.neighbors import KNeighborsClassifier

from data.mnist import SIDE, draw, load
from snippets.augmentation import (
    AROUND,
    add_noise,
    brighten,
    rotate,
    shear,
    translate,
)
from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L17",
    "Images can be shifted by a pixel in four directions to augment the "
    "data, and that helps",
    "S3-D6",
    "MNIST sample, 150 training images",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="any",
        made="real",
        advice="Augment by changes that keep the label; compare with copies.",
        conditions=(
            Condition(
                "neighbours get shifts and the rival gets copies",
                split=(150, 300, 5000),
            ),
            Condition(
                "a forest gets shifts and the rival gets copies",
                split=(150, 300, 5000),
            ),
            Condition(
                "neighbours get shifts and the rival gets nothing",
                split=(150, 300, 5000),
            ),
            Condition(
                "a forest gets shifts and the rival gets nothing",
                split=(150, 300, 5000),
            ),
        ),
        held=(
            Held("training images", "150"),
            Held("number of neighbours", "3"),
            Held("trees of the forest", "15"),
        ),
    ),
)

N_TRAIN, N_TEST, TIMES = 150, 300, 5

ARMS = ("nothing", "copies", "shifts", "real images")
"""What is added to the training images; all but "nothing" make them five times
as many.
"""

KINDS = (
    "noise",
    "translation",
    "rotation",
    "brightness",
    "shear",
    "turned too far",
)
"""Ways to augment; the first five are those of the source."""

MODELS = ("neighbours", "forest")


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Test accuracies.

    Attributes:
        arms: By model and arm, shape (2, 4, n_seeds), in the order of `MODELS`
            and `ARMS`.
        kinds: Of the neighbours with each way to augment, shape (6, n_seeds),
            as `KINDS`.
    """

    arms: FloatArray
    kinds: FloatArray

    def gain(self, model: str, first: str, second: str) -> Interval:
        """Accuracy of a model with the first arm minus accuracy with the
        second.
        """
        scores = self.arms[MODELS.index(model)]
        return paired_difference(
            scores[ARMS.index(first)], scores[ARMS.index(second)]
        )

    def over_copies(self, kind: str) -> Interval:
        """Accuracy of the neighbours with one way to augment minus with
        copies.
        """
        return paired_difference(
            self.kinds[KINDS.index(kind)], self.arms[0, ARMS.index("copies")]
        )


# --8<-- [start:augment]
def augment(
    images: FloatArray, kind: str, rng: np.random.Generator
) -> FloatArray:
    """Put four changed versions of all images behind the images.

    Args:
        images: Ink from 0 to 1, shape (n_images, height, width).
        kind: One of `KINDS`, or "copies".
        rng: Source of the noise; only "noise" draws.

    Returns:
        Five times as many images, the originals first.

    Raises:
        ValueError: If there is no such kind.
    """
    ways: dict[str, Callable[[], list[FloatArray]]] = {
        "copies": lambda: [images] * 4,
        "noise": lambda: [add_noise(images, 0.2, rng) for _ in range(4)],
        "translation": lambda: [translate(images, *step) for step in AROUND],
        "rotation": lambda: [
            rotate(images, angle) for angle in (-12, -6, 6, 12)
        ],
        "brightness": lambda: [
            brighten(images, factor) for factor in (0.6, 0.8, 1.2, 1.4)
        ],
        "shear": lambda: [
            shear(images, slope) for slope in (-0.3, -0.15, 0.15, 0.3)
        ],
        "turned too far": lambda: [
            rotate(images, angle) for angle in (-120, -60, 60, 120)
        ],
    }
    if kind not in ways:
        raise ValueError(
            f"there is no augmentation {kind!r}; there are {', '.join(ways)}"
        )
    return np.concatenate([images, *ways[kind]()])
    # --8<-- [end:augment]


def _models(seed: int) -> list[Any]:
    """The two classifiers, not fitted."""
    return [
        KNeighborsClassifier(3),
        RandomForestClassifier(15, random_state=seed),
    ]


def _one(seed: int, images: Any) -> tuple[list[list[float]], list[float]]:
    """Score both models with every arm, and the neighbours with every kind."""
    drawn = draw(TIMES * N_TRAIN + N_TEST, seed, images)
    test, digits = drawn.X[-N_TEST:], drawn.y[-N_TEST:]
    few, labels = drawn.X[:N_TRAIN].reshape(-1, SIDE, SIDE), drawn.y[:N_TRAIN]
    rng = np.random.default_rng(seed)
    kinds = {
        kind: augment(few, kind, rng).reshape(-1, SIDE**2)
        for kind in ("copies", *KINDS)
    }
    five = np.tile(labels, TIMES)
    training = [
        (drawn.X[:N_TRAIN], labels),
        (kinds["copies"], five),
        (kinds["translation"], five),
        (drawn.X[:-N_TEST], drawn.y[:-N_TEST]),
    ]
    arms = [
        [model.fit(X, y).score(test, digits) for X, y in training]
        for model in _models(seed)
    ]
    neighbours = _models(seed)[0]
    return arms, [
        neighbours.fit(kinds[kind], five).score(test, digits) for kind in KINDS
    ]


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Train with all kinds of additions; a seed is a draw of images.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    images = load()
    arms, kinds = zip(*(_one(seed, images) for seed in seeds), strict=True)
    return Result(np.moveaxis(np.array(arms), 0, -1), np.array(kinds).T)


def judge(result: Result) -> Outcome:
    """Shifts should beat copies, and nothing, with both models."""
    pairs = [
        (model, rival) for rival in ("copies", "nothing") for model in MODELS
    ]
    return LESSON.judge(
        *(
            Finding(
                f"{model}, shifts − {rival}, accuracy",
                result.gain(model, "shifts", rival),
            )
            for model, rival in pairs
        )
    )
