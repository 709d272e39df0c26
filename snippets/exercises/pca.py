"""Write `pca`.

Judge it with `pytest snippets/exercises/test_pca.py`.
`python -m snippets.exercises.skeletons pca` begins anew.
"""

from __future__ import annotations

from snippets.pca import FloatArray, Pca


def pca(X: FloatArray, k: int) -> Pca:
    """Find the k directions along which the samples vary most.

    Args:
        X: Samples, shape (n_samples, n_features).
        k: Number of components, at most the smaller side of X.

    Returns:
        Mean, components, their variances, and their shares of the total
        variance.

    Raises:
        ValueError: If X and k do not fit (see `check_samples`).
    """
    raise NotImplementedError(
        "centre, take the singular value decomposition, choose the signs"
    )
