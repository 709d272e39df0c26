"""Lesson L03: do nearest neighbours fail in high dimension, and are scales the
reason?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from data.mnist import draw, load
from snippets.evidence import Interval, paired_difference
from snippets.k_nearest_neighbours import hidden_plane, turn_into
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L03",
    "Nearest neighbours do poorly with high-dimensional data, because the "
    "scales upset the distances",
    "S3-M6",
    "two features among noise, generated; MNIST digits",
    Registration(
        origin="source",
        quantifier="usually",
        primary=0,
        family="neighbours",
        made="both",
        advice="Drop features that say nothing; standardise the others.",
        conditions=(
            Condition(
                "scales are unequal, with 198 features of noise", margin=0.05
            ),
            Condition(
                "all scales are equal, with 198 features of noise",
                margin=0.05,
                rank="control",
            ),
            Condition("no dimension is noise", fixed=True),
            Condition(
                "the features are the 784 pixels of digits",
                split=(500, 1000, 5000),
            ),
        ),
        held=(
            Held("number of neighbours", "5, the default"),
            Held("training samples", "200 generated, 500 images"),
            Held("features that decide", "2 of up to 200"),
        ),
        reason=(
            "What 198 features do is judged by five in a hundred: a "
            "sample of 200 varies by that."
        ),
    ),
)

SIZES = (2, 5, 20, 60, 200)
"""Numbers of features."""

ARMS = (
    "neighbours, unequal scales",
    "neighbours, standardised",
    "neighbours, turned",
    "logistic, standardised",
)
"""What is scored; "turned" has the two features alone, turned into as many
dimensions.
"""

N_TRAIN, N_IMAGES = 200, 500


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Test accuracies.

    Attributes:
        generated: Shape (n_arms, n_sizes, n_seeds), in the order of `ARMS` and
            `SIZES`.
        images: On digits of 784 pixels, of neighbours and of logistic
            regression, shape (2, n_seeds).
    """

    generated: FloatArray
    images: FloatArray

    def change(self, arm: str) -> Interval:
        """Accuracy with most features minus accuracy with two, in one arm."""
        scores = self.generated[ARMS.index(arm)]
        return paired_difference(scores[-1], scores[0])

    def gain_of_scaling(self, n_features: int) -> Interval:
        """Neighbours on standardised features minus neighbours on features as
        they come.
        """
        raw, scaled = self.generated[:2, SIZES.index(n_features)]
        return paired_difference(scaled, raw)

    def image_lead(self) -> Interval:
        """Neighbours minus logistic regression on digits."""
        return paired_difference(*self.images)


# --8<-- [start:views]
def views(seed: int) -> tuple[FloatArray, FloatArray, IntArray]:
    """Draw samples whose label hangs on two features, and hide these in two
    ways.

    Args:
        seed: Which draw.

    Returns:
        Noise added: the two features and 198 others that say nothing, each in a
            unit of
        its own, shape (400, 200). Turned: the two alone, shape (400, 2).
        Labels, (400,).
    """
    rng = np.random.default_rng(seed)
    X, y = hidden_plane(400, SIZES[-1] - 2, rng)
    units = 10 ** rng.uniform(-1.0, 1.0, SIZES[-1])  # from a tenth to ten
    return X * units, X[:, :2], y
    # --8<-- [end:views]


def _generated_scores(seed: int) -> FloatArray:
    """Accuracies of one draw, shape (n_arms, n_sizes)."""
    noisy, plain, y = views(seed)
    neighbours, scaled = KNeighborsClassifier(), make_pipeline(StandardScaler())
    linear = LogisticRegression()
    rows = []
    for p in SIZES:
        turned = turn_into(plain, p, np.random.default_rng([seed, p]))
        arms = (
            (neighbours, noisy[:, :p]),
            (make_pipeline(*scaled, neighbours), noisy[:, :p]),
            (neighbours, turned),
            (make_pipeline(*scaled, linear), noisy[:, :p]),
        )
        rows.append(
            [
                m.fit(X[:N_TRAIN], y[:N_TRAIN]).score(X[N_TRAIN:], y[N_TRAIN:])
                for m, X in arms
            ]
        )
    return np.array(rows).T


def run(seeds: Sequence[int] = tuple(range(12))) -> Result:
    """Score neighbours with ever more features, and on images of digits.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    digits, images = load(), []
    for seed in seeds:
        drawn = draw(2 * N_IMAGES, seed, digits)
        train, test = (
            (drawn.X[:N_IMAGES], drawn.y[:N_IMAGES]),
            (drawn.X[N_IMAGES:], drawn.y[N_IMAGES:]),
        )
        models = (KNeighborsClassifier(), LogisticRegression(C=0.1, tol=1e-2))
        images.append([model.fit(*train).score(*test) for model in models])
    generated = np.array([_generated_scores(seed) for seed in seeds])
    return Result(np.moveaxis(generated, 0, -1), np.array(images).T)


def judge(result: Result) -> Outcome:
    """Many features should hurt wherever they come from, and equal scales
    should cure it.
    """
    raw, scaled, turned, _ = ARMS
    return LESSON.judge(
        Finding(
            "unequal scales, 200 features − 2, accuracy",
            result.change(raw),
            "below",
        ),
        Finding(
            "standardised, 200 features − 2, accuracy",
            result.change(scaled),
            "none",
            0.05,
        ),
        Finding(
            "no noise, turned into 200 − 2, accuracy",
            result.change(turned),
            "below",
        ),
        Finding(
            "784 pixels, neighbours − logistic, accuracy",
            result.image_lead(),
            "below",
        ),
    )
