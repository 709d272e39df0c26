"""Write three outlier scores: distance to a centre, error of PCA, local outlier
factor.

Judge it with `pytest snippets/exercises/test_outlier_detection.py`.
`python -m snippets.exercises.skeletons outlier_detection` begins anew.
"""

from __future__ import annotations

from snippets.outlier_detection import FloatArray


def centre_distance(centres: FloatArray, new: FloatArray) -> FloatArray:
    """Distance to the nearest centre, shape (n_new,), in the unit of the
    features.

    Raises:
        ValueError: If the tables do not fit (see `check_pair`).
    """
    raise NotImplementedError(
        "all distances from `new` to `centres`, the smallest of each row"
    )


def reconstruction_error(
    train: FloatArray, new: FloatArray, n_components: int
) -> FloatArray:
    """Distance to the plane of the first principal components of `train`.

    Args:
        train: Training samples, shape (n_train, n_features).
        new: Samples to score, shape (n_new, n_features).
        n_components: Dimension of the plane.

    Returns:
        Shape (n_new,), in the unit of the features.

    Raises:
        ValueError: If the tables do not fit, or there are not that many
            components.
    """
    raise NotImplementedError(
        "centre, take axes from the SVD of `train`, measure what they lose"
    )


def local_outlier_factor(
    train: FloatArray, k: int, new: FloatArray | None = None
) -> FloatArray:
    """Compare the density around a sample with the density around its
    neighbours.

    Args:
        train: Training samples, shape (n_train, n_features).
        k: Number of neighbours; a training sample is not its own neighbour.
        new: Samples to score; by default the training samples themselves.

    Returns:
        About 1 inside a group, larger outside, shape (n_train,) or (n_new,), no
        unit.

    Raises:
        ValueError: If the tables do not fit or k is not from 1 to n_train - 1.
    """
    raise NotImplementedError(
        "with `pairwise`, `nearest` and `density` of snippets.outlier_detection"
    )
