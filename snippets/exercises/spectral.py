"""Write two affinities and spectral clustering on either.

Judge it with `pytest snippets/exercises/test_spectral.py`.
`python -m snippets.exercises.skeletons spectral` begins anew.
"""

from __future__ import annotations

from snippets.spectral import FloatArray, SpectralFit


def neighbour_affinity(X: FloatArray, n_neighbours: int = 10) -> FloatArray:
    """Join each sample to its nearest ones.

    As in scikit-learn, a sample counts as its own first neighbour, and a pair
    in which only one side chose the other gets half the weight.

    Args:
        X: Samples, shape (n_samples, n_features).
        n_neighbours: Neighbours of a sample, itself included.

    Returns:
        Affinities 0, 0.5 or 1, symmetric, shape (n_samples, n_samples), no
        unit.

    Raises:
        ValueError: If X is no finite table, or has not that many samples.
    """
    raise NotImplementedError(
        "1 where a row chose a column; then the mean with the transpose"
    )


def rbf_affinity(X: FloatArray, gamma: float = 1.0) -> FloatArray:
    """Let affinity fall with distance as exp(-gamma d²).

    Args:
        X: Samples, shape (n_samples, n_features).
        gamma: How fast, in one over the unit of X squared.

    Returns:
        Affinities from 0 to 1, symmetric, shape (n_samples, n_samples), no
        unit.

    Raises:
        ValueError: If X is no finite table, or gamma is not positive.
    """
    raise NotImplementedError("exp of minus gamma times the squared distances")


def spectral(affinity: FloatArray, k: int, seed: int = 0) -> SpectralFit:
    """Cluster the rows of the first k eigenvectors of the normalised Laplacian.

    Args:
        affinity: Symmetric weights, shape (n_samples, n_samples), no unit.
        k: Number of clusters, and of eigenvectors.
        seed: Of the random starts of K-means.

    Returns:
        Labels, embedding and eigenvalues.

    Raises:
        ValueError: If the affinity is no graph that can be cut (see
            `check_affinity`).
    """
    raise NotImplementedError(
        "degrees, Laplacian, eigh, divide by the root of the degree, K-means"
    )
