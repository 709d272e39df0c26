"""Write the cut that costs imply, their mean, the area under the ROC curve, the
share put back, and SMOTE.

Judge it with `pytest snippets/exercises/test_imbalanced_classes.py`.
`python -m snippets.exercises.skeletons imbalanced_classes` begins anew.
"""

from __future__ import annotations

import numpy as np

from snippets.imbalanced_classes import BoolArray, FloatArray, IntArray


def cost_threshold(alarm: float, miss: float) -> float:
    """The probability from which calling a sample positive is the cheaper.

    Args:
        alarm: Cost of a false alarm, above 0.
        miss: Cost of a miss, above 0, in the same unit.
    """
    raise NotImplementedError(
        "the probability at which to call costs as much as not to call"
    )


def mean_cost(
    y: IntArray, called: BoolArray, alarm: float, miss: float
) -> float:
    """What the errors cost, per sample.

    Args:
        y: 1 for a positive, else 0, shape (n_samples,).
        called: Whether a sample is called positive, shape (n_samples,).
        alarm: Cost of a false alarm.
        miss: Cost of a miss, in the same unit.
    """
    raise NotImplementedError(
        "a miss for each positive that is not called, an alarm for each "
        "negative that is"
    )


def shift_share(p: FloatArray, before: float, after: float) -> FloatArray:
    """Probabilities for another share of positives, if only the share differs:
    what each class looks like stays the same.

    Args:
        p: Probability of the positive class, shape (n_samples,).
        before: Share of positives that the model was fitted to.
        after: Share of positives where it is used.

    Returns:
        Shape (n_samples,), in the same order as `p`.
    """
    raise NotImplementedError(
        "scale both classes by new share / old share, then make them sum to 1"
    )


def roc_area(y: IntArray, scores: FloatArray) -> float:
    """The share of pairs in which the positive scores above the negative; a tie
    is half.

    Args:
        y: 1 for a positive, else 0, shape (n_samples,); both are there.
        scores: Higher means more likely positive, shape (n_samples,).
    """
    raise NotImplementedError(
        "`rankdata`; the ranks of the positives sum to the pairs that they "
        "win, and the pairs among themselves"
    )


def smote(
    rare: FloatArray, n: int, rng: np.random.Generator, k: int = 5
) -> FloatArray:
    """Make samples between rare ones and their nearest rare neighbours.

    Args:
        rare: Samples of the rare class, shape (n_rare, n_features).
        n: How many to make.
        rng: Draws the sample, its neighbour and the way between them.
        k: Neighbours to choose from; fewer if there are not so many.

    Returns:
        Shape (n, n_features).

    Raises:
        ValueError: If there are fewer than two rare samples.
    """
    raise NotImplementedError(
        "distances, no sample its own neighbour, `argsort`; draw a start, one "
        "of its k nearest, and a part of the way"
    )
