"""Write the deviance of the power families, the two lines of reweighted least
squares, and a penalised spline basis.

Judge it with `pytest snippets/exercises/test_generalised_linear_models.py`.
`python -m snippets.exercises.skeletons generalised_linear_models` begins anew.
"""

from __future__ import annotations

from snippets.generalised_linear_models import Family, FloatArray


def power_deviance(y: FloatArray, mu: FloatArray, p: float) -> FloatArray:
    """Deviance of each sample where the variance is the mean to the power p.

    Args:
        y: Targets, shape (n,); positive if p is 2 or more, else not below 0,
            and any if p is 0.
        mu: Means, shape (n,), positive unless p is 0.
        p: 0 normal, 1 Poisson, 2 gamma, between 1 and 2 sums with zeros.
    """
    raise NotImplementedError(
        "three special cases, then the general formula; `scipy.special.xlogy` "
        "for y log y at 0"
    )


def working(
    y: FloatArray, eta: FloatArray, family: Family
) -> tuple[FloatArray, FloatArray]:
    """Working response and weights at a linear predictor.

    Args:
        y: Targets, shape (n,).
        eta: Linear predictors, shape (n,), the offset included.
        family: How targets scatter.

    Returns:
        The tangent of the link at the target, shape (n,), in units of the
        predictor, and one over its variance, shape (n,).
    """
    raise NotImplementedError(
        "eta plus the residual over the slope of the mean; the slope squared "
        "over the variance"
    )


def irls_step(
    A: FloatArray,
    y: FloatArray,
    eta: FloatArray,
    family: Family,
    offset: FloatArray,
    weights: FloatArray,
    price: FloatArray,
) -> FloatArray:
    """One weighted least squares on the working response.

    Args:
        A: Columns, shape (n, p).
        y: Targets, shape (n,).
        eta: Linear predictors before the step, shape (n,).
        family: How targets scatter.
        offset: Part of the predictor that is not fitted, shape (n,).
        weights: Weight of each sample, shape (n,).
        price: Penalty, shape (p, p).

    Returns:
        New coefficients, shape (p,).
    """
    raise NotImplementedError(
        "weigh the columns once; `np.linalg.solve` with the price added"
    )


def b_splines(
    x: FloatArray, low: float, high: float, n_knots: int, degree: int = 3
) -> FloatArray:
    """Basis of B-splines on equal steps, by the recursion of Cox and de Boor.

    Args:
        x: One feature, shape (n,); beyond the ends the end's values hold.
        low: First knot, in the unit of x.
        high: Last knot, in the unit of x.
        n_knots: Knots from first to last, at least two.
        degree: Degree of the pieces.

    Returns:
        Shape (n, n_knots + degree - 1); each row sums to 1.
    """
    raise NotImplementedError(
        "equal knots, `degree` more on each side; boxes first, then the "
        "recursion"
    )


def roughness(n_columns: int) -> FloatArray:
    """Price of bends: squared second differences of neighbouring coefficients.

    Args:
        n_columns: How many coefficients.

    Returns:
        Shape (n_columns, n_columns); a straight run of coefficients is free.
    """
    raise NotImplementedError("`np.diff(np.eye(n), n=2, axis=0)`, times itself")
