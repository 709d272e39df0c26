"""Write `e_step`, `m_step` and `em`.

Judge it with `pytest snippets/exercises/test_gaussian_mixture.py`.
`python -m snippets.exercises.skeletons gaussian_mixture` begins anew.
Given, to be called: `cholesky`.
"""

from __future__ import annotations

from snippets.gaussian_mixture import FloatArray, Mixture, cholesky

__all__ = ["cholesky", "e_step", "em", "m_step"]


def e_step(X: FloatArray, mixture: Mixture) -> tuple[FloatArray, float]:
    """Share out each point by Bayes' rule: shares (n, k), and mean log
    likelihood.
    """
    raise NotImplementedError(
        "log of weight times density in each column, then logsumexp over the "
        "columns"
    )


def m_step(X: FloatArray, shares: FloatArray, ridge: float) -> Mixture:
    """Refit each component as if point i belonged to it by its share in column
    j.
    """
    raise NotImplementedError(
        "weighted means and covariances, with the shares as weights and the "
        "ridge on the diagonal"
    )


def em(
    X: FloatArray,
    mixture: Mixture,
    tol: float = 1e-3,
    max_steps: int = 500,
    ridge: float = 1e-6,
) -> tuple[Mixture, list[float]]:
    """Alternate both steps until the mean log likelihood rises by less than
    `tol`.
    """
    raise NotImplementedError(
        "e_step, m_step, keep the bound; stop when it moves by less than tol"
    )
