"""Write Ward's merges and the cut of their tree.

Judge it with `pytest snippets/exercises/test_ward.py`.
`python -m snippets.exercises.skeletons ward` begins anew.
"""

from __future__ import annotations

from snippets.ward import FloatArray, IntArray, WardTree


def ward(X: FloatArray) -> WardTree:
    """Merge, again and again, the two clusters whose union costs least.

    Args:
        X: Samples, shape (n_samples, n_features).

    Returns:
        The merges and their heights; no merge for one sample.

    Raises:
        ValueError: If X is not a finite table of at least one sample.
    """
    raise NotImplementedError(
        "keep number, size and mean of each cluster; n - 1 times the cheapest "
        "pair"
    )


def cut(tree: WardTree, k: int) -> IntArray:
    """Undo the last k - 1 merges.

    Args:
        tree: Merges of n_samples samples.
        k: Number of clusters, from 1 to n_samples.

    Returns:
        Cluster of each sample, shape (n_samples,), from 0 to k - 1 in the order
        of first appearance.

    Raises:
        ValueError: If there is no cut into k clusters.
    """
    raise NotImplementedError(
        "follow the first n - k merges, then number the groups by first row"
    )
