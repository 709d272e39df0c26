"""The smallest pipeline that runs from end to end: load, split, fit,
validate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.datasets import load_digits

FloatArray = NDArray[np.float64]

N_TRAIN, N_VALIDATION = 300, 600


# --8<-- [start:validate]
def validate(
    model: Any, seeds: Sequence[int], spoiled: bool = False
) -> FloatArray:
    """Load the digits, split them, fit a model and score it.

    Args:
        model: A classifier of scikit-learn; it stays as it is.
        seeds: A seed is a split; every model sees the same.
        spoiled: Plant a bug of loading: images are shuffled without their
            labels.

    Returns:
        Accuracy on the validation samples, shape (n_seeds,).
    """
    images, digits = load_digits(return_X_y=True)
    scores = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        order = rng.permutation(len(digits))[: N_TRAIN + N_VALIDATION]
        X, y = images[order] / 16, digits[order]
        if spoiled:
            X = rng.permutation(X)
        fitted = clone(model).fit(X[:N_TRAIN], y[:N_TRAIN])
        scores.append(fitted.score(X[N_TRAIN:], y[N_TRAIN:]))
    return np.array(scores)
    # --8<-- [end:validate]
