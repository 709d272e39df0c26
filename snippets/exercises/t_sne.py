"""Write exact t-SNE: neighbours among the features, their shares on the map,
and the descent.

Judge it with `pytest snippets/exercises/test_t_sne.py`.
`python -m snippets.exercises.skeletons t_sne` begins anew.
Given, to be called: `check_map`, `check_perplexity`, `squared_distances`.
"""

from __future__ import annotations

from collections.abc import Iterator

from snippets.t_sne import (
    FloatArray,
    check_map,
    check_perplexity,
    squared_distances,
)

__all__ = [
    "affinities",
    "check_map",
    "check_perplexity",
    "conditional",
    "divergence",
    "gradient",
    "squared_distances",
    "student",
    "walk",
]


def conditional(X: FloatArray, perplexity: float) -> FloatArray:
    """How likely each sample takes each other one for its neighbour.

    The bell around each sample gets the precision at which its perplexity is
    the one that is asked for, found by halving an interval of its logarithm.

    Args:
        X: Samples, shape (n_samples, n_features).
        perplexity: Number of neighbours that are looked at, above 1.

    Returns:
        Shape (n_samples, n_samples), 0 on the diagonal; each row sums to 1.
    """
    raise NotImplementedError(
        "halve an interval of the logarithm of each row's precision until its "
        "entropy is the logarithm of the perplexity; no sample is its own "
        "neighbour"
    )


def affinities(X: FloatArray, perplexity: float) -> FloatArray:
    """Share of each pair in all nearness, the same both ways, shape
    (n_samples, n_samples); all together sum to 1.
    """
    raise NotImplementedError("both ways, over twice the number of samples")


def student(Y: FloatArray) -> FloatArray:
    """Weight of each pair on the map, 1 / (1 + squared distance), shape
    (n_samples, n_samples), 0 on the diagonal.
    """
    raise NotImplementedError(
        "one over one plus the squared distance; 0 for a point with itself"
    )


def divergence(P: FloatArray, Y: FloatArray) -> float:
    """Divergence of Kullback and Leibler of the map's shares from those of the
    features, in nats.
    """
    raise NotImplementedError(
        "shares of the features times the logarithm of their ratio to the "
        "map's shares; 0 times its logarithm is 0"
    )


def gradient(P: FloatArray, Y: FloatArray) -> FloatArray:
    """Slope of the divergence by each place on the map, shape (n_samples, 2).

    Each pair is a spring: it pulls where it is nearer in the features than on
    the map, and pushes where it is farther.
    """
    raise NotImplementedError(
        "four times the springs (p - q) w, each times the step from the other "
        "point"
    )


def walk(
    P: FloatArray,
    start: FloatArray,
    n_steps: int = 1000,
    early: int = 250,
    exaggeration: float = 12.0,
    rate: float | None = None,
) -> Iterator[FloatArray]:
    """Go downhill with momentum, and with a gain for each coordinate.

    A gain grows by 0.2 while its coordinate keeps its direction, and shrinks
    by a fifth when it turns. Both begin anew when the exaggeration ends.

    Args:
        P: Affinities, shape (n_samples, n_samples).
        start: Where the points begin, shape (n_samples, 2).
        n_steps: How many steps.
        early: Steps in which the affinities count `exaggeration` times.
        exaggeration: That factor.
        rate: Length of a step; None for n_samples / (4 exaggeration), and 50
            at least.

    Yields:
        The map after each step, shape (n_samples, 2).
    """
    raise NotImplementedError(
        "slope, gains by whether the last move went downhill, momentum 0.5 and "
        "later 0.8, move, yield; begin anew when the exaggeration ends"
    )
