"""Write the contrastive loss with its gradient, two best linear maps, alignment
and uniformity.

Judge it with `pytest snippets/exercises/test_self_supervised.py`.
`python -m snippets.exercises.skeletons self_supervised` begins anew.
Given, to be called: `effective_rank`, `vicreg`.
"""

from __future__ import annotations

from snippets.self_supervised import FloatArray, effective_rank, vicreg

__all__ = [
    "alignment",
    "contrast",
    "denoising_map",
    "effective_rank",
    "masked_map",
    "uniformity",
    "vicreg",
]


def contrast(H: FloatArray, tau: float = 0.5) -> tuple[float, FloatArray]:
    """Ask of each view which of all others is its partner (InfoNCE).

    Args:
        H: Outputs of both views, shape (2 n, k); partner of row i is i + n.
        tau: Temperature, above 0.

    Returns:
        Mean cross-entropy in nats, and its gradient by H.
    """
    raise NotImplementedError(
        "a softmax over the cosines of all others; by the directions first, "
        "then by H"
    )


def masked_map(X: FloatArray, hidden: float) -> FloatArray:
    """Best linear map from samples with features set to 0 to whole samples.

    Args:
        X: Samples, each feature with mean 0, shape (n, p).
        hidden: Chance that a feature is hidden, from 0 to below 1.

    Returns:
        W of the least mean error of `masked @ W` over all masks, (p, p).
    """
    raise NotImplementedError(
        "two features are both seen with the square of the chance, one with "
        "itself with the chance"
    )


def denoising_map(X: FloatArray, sd: float) -> FloatArray:
    """Best linear map from samples with normal noise to the clean samples.

    Args:
        X: Samples, each feature with mean 0, shape (n, p).
        sd: Standard deviation of the noise, in the unit of X.
    """
    raise NotImplementedError(
        "noise adds its variance to the diagonal of X'X / n, and nothing "
        "elsewhere"
    )


def alignment(H: FloatArray) -> float:
    """Mean squared distance of partners on the sphere; 0 if views agree."""
    raise NotImplementedError("rows of length 1; partners are n apart")


def uniformity(H: FloatArray) -> float:
    """Log of the mean of exp(-2 d²) over pairs; 0 if all are in one place."""
    raise NotImplementedError("`np.triu_indices` names each pair once")
