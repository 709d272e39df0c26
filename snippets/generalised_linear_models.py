"""Generalised linear models: reweighted least squares, deviance, errors of the
coefficients, and a spline basis that bends the predictor.

Formulas: McCullagh and Nelder, "Generalized Linear Models", 2nd edition,
chapters 2 and 9; de Boor, "A Practical Guide to Splines", chapter IX; Eilers
and Marx 1996 (penalties on differences).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, xlog1py, xlogy

FloatArray = NDArray[np.float64]
Map = Callable[[FloatArray], FloatArray]
Kind = Literal["model", "quasi", "sandwich"]


@dataclass(frozen=True, slots=True)
class Link:
    """How the mean of the target follows from the linear predictor.

    Attributes:
        of: The predictor that belongs to a mean.
        mean: The mean that belongs to a predictor.
        slope: Derivative of the mean by the predictor.
    """

    of: Map
    mean: Map
    slope: Map


def _logistic_slope(eta: FloatArray) -> FloatArray:
    p = np.asarray(expit(eta))
    return p * (1 - p)


IDENTITY = Link(np.asarray, np.asarray, np.ones_like)
LOG = Link(np.log, np.exp, np.exp)
LOGIT = Link(logit, expit, _logistic_slope)


@dataclass(frozen=True, slots=True)
class Family:
    """What a target scatters like.

    Attributes:
        link: From the mean to the linear predictor.
        variance: The variance at a mean, but for the dispersion.
        deviance: Deviance of each sample, from targets and means.
        low: No target is below.
        high: No target is above.
    """

    link: Link
    variance: Map
    deviance: Callable[[FloatArray, FloatArray], FloatArray]
    low: float = -np.inf
    high: float = np.inf


def _binomial_deviance(y: FloatArray, mu: FloatArray) -> FloatArray:
    full = xlogy(y, y) + xlog1py(1 - y, -y)
    return np.asarray(2 * (full - xlogy(y, mu) - xlog1py(1 - y, -mu)))


# --8<-- [start:power]
def power_deviance(y: FloatArray, mu: FloatArray, p: float) -> FloatArray:
    """Deviance of each sample where the variance is the mean to the power p.

    Args:
        y: Targets, shape (n,); positive if p is 2 or more, else not below 0,
            and any if p is 0.
        mu: Means, shape (n,), positive unless p is 0.
        p: 0 normal, 1 Poisson, 2 gamma, between 1 and 2 sums with zeros.
    """
    if p == 0:
        return (y - mu) ** 2
    if p == 1:
        return np.asarray(2 * (xlogy(y, y / mu) - y + mu))
    if p == 2:
        return 2 * (y / mu - 1 - np.log(y / mu))
    full = y ** (2 - p) / ((1 - p) * (2 - p))
    return 2 * (full - y * mu ** (1 - p) / (1 - p) + mu ** (2 - p) / (2 - p))
    # --8<-- [end:power]


def tweedie(p: float, link: Link = LOG) -> Family:
    """The family whose variance is the mean to the power p.

    Raises:
        ValueError: If p lies between 0 and 1 or is below 0: there is no such
            family here.
    """
    if p < 0 or 0 < p < 1:
        raise ValueError(f"p must be 0 or at least 1, got {p}")
    smallest = np.nextafter(0, 1) if p >= 2 else 0.0
    return Family(
        link,
        lambda mu: mu**p,
        lambda y, mu: power_deviance(y, mu, p),
        -np.inf if p == 0 else float(smallest),
    )


NORMAL = tweedie(0, IDENTITY)
POISSON = tweedie(1)
GAMMA = tweedie(2)
BINOMIAL = Family(LOGIT, lambda mu: mu * (1 - mu), _binomial_deviance, 0, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A fitted model.

    Attributes:
        coef: Coefficients, shape (n_columns,), one for each column.
        mean: Fitted means, shape (n_samples,), in the unit of the target.
        work: Weights of the last least squares, shape (n_samples,).
        objectives: Deviance and penalty at the start and after each step.
    """

    coef: FloatArray
    mean: FloatArray
    work: FloatArray
    objectives: FloatArray


def with_ones(X: FloatArray) -> FloatArray:
    """Put a column of ones, for the intercept, before the features.

    Args:
        X: Features, shape (n_samples, n_features).
    """
    return np.column_stack([np.ones(len(X)), X])


def check_targets(A: FloatArray, y: FloatArray, family: Family) -> None:
    """Refuse samples that the family cannot have made.

    Args:
        A: Columns, shape (n_samples, n_columns).
        y: Targets, shape (n_samples,).
        family: How targets scatter.

    Raises:
        ValueError: If shapes disagree, a value is not finite, or a target is
            outside of what the family allows.
    """
    if A.ndim != 2 or y.shape != (len(A),) or not len(A):
        raise ValueError(
            f"A must be (n, p) and y (n,), got {A.shape} and {y.shape}"
        )
    if not (np.isfinite(A).all() and np.isfinite(y).all()):
        raise ValueError("A and y must be finite, got nan or inf")
    if y.min() < family.low or y.max() > family.high:
        raise ValueError(
            f"targets must be from {family.low:.3g} to {family.high:.3g}, got "
            f"{y.min():.3g} to {y.max():.3g}"
        )


# --8<-- [start:working]
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
    mu, slope = family.link.mean(eta), family.link.slope(eta)
    return eta + (y - mu) / slope, slope**2 / family.variance(mu)
    # --8<-- [end:working]


# --8<-- [start:step]
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
    z, work = working(y, eta, family)
    left = A.T * (weights * work)  # (p, n)
    return np.asarray(np.linalg.solve(left @ A + price, left @ (z - offset)))
    # --8<-- [end:step]


# --8<-- [start:irls]
def irls(
    A: FloatArray,
    y: FloatArray,
    family: Family,
    offset: FloatArray | float = 0.0,
    weights: FloatArray | float = 1.0,
    price: FloatArray | float = 0.0,
    tol: float = 1e-12,
    max_steps: int = 50,
) -> Fit:
    """Fit by iteratively reweighted least squares.

    Args:
        A: Columns, shape (n, p), the ones included.
        y: Targets, shape (n,).
        family: How targets scatter.
        offset: Part of the predictor that is not fitted, shape (n,).
        weights: Weight of each sample, shape (n,).
        price: Penalty, shape (p, p); `coef @ price @ coef` joins the deviance.
        tol: A step that lowers the objective by a smaller share is the last.
        max_steps: Most steps.

    Raises:
        ValueError: If the samples are unfit, see `check_targets`, or have no
            finite fit.
    """
    check_targets(A, y, family)
    n, p = A.shape
    offset, weights = np.broadcast_to(offset, n), np.broadcast_to(weights, n)
    price = np.broadcast_to(price, (p, p))
    link = family.link

    def objective(coef: FloatArray) -> float:
        with np.errstate(all="ignore"):  # a step too far may overflow
            deviance = family.deviance(y, link.mean(A @ coef + offset))
            return float(weights @ deviance + coef @ price @ coef)

    # one mean for all: the constant that comes nearest
    means = weights @ np.column_stack([y, link.mean(offset)]) / weights.sum()
    with np.errstate(divide="ignore"):  # all counts may be 0
        level = float(np.subtract(*link.of(means)))
    if not np.isfinite(level):
        raise ValueError("all targets are at an end: no finite fit")
    coef = np.asarray(level * np.linalg.lstsq(A, np.ones(n))[0])
    objectives = [objective(coef)]
    for _ in range(max_steps):
        eta = A @ coef + offset
        new = irls_step(A, y, eta, family, offset, weights, price)
        if not np.isfinite(new).all():
            raise ValueError("a step is not finite; rescale the columns")
        while not objective(new) <= objectives[-1] * (1 + 1e-9) + 1e-12:
            new = (coef + new) / 2  # too far: the deviance would rise
        coef = new
        objectives.append(objective(coef))
        if objectives[-2] - objectives[-1] <= tol * objectives[-1] + 1e-12:
            break
    eta = A @ coef + offset
    work = weights * working(y, eta, family)[1]
    return Fit(coef, link.mean(eta), work, np.array(objectives))
    # --8<-- [end:irls]


# --8<-- [start:errors]
def dispersion(y: FloatArray, fit: Fit, family: Family) -> float:
    """Squared residuals over variances, per degree of freedom that is left.

    Args:
        y: Targets, shape (n,).
        fit: A fitted model with weights of 1.
        family: How targets scatter.

    Returns:
        About 1 if the variance is as the family says.
    """
    squares = (y - fit.mean) ** 2 / family.variance(fit.mean)
    return float(squares.sum() / (len(y) - len(fit.coef)))


def standard_errors(
    A: FloatArray, y: FloatArray, fit: Fit, family: Family, kind: Kind
) -> FloatArray:
    """Standard errors of the coefficients, weights of 1 and no penalty.

    Args:
        A: Columns, shape (n, p).
        y: Targets, shape (n,).
        fit: A fitted model.
        family: How targets scatter.
        kind: "model" believes the variance, "quasi" its shape, and "sandwich"
            neither.

    Returns:
        Shape (p,), in units of the predictor per unit of the column.
    """
    bread = np.linalg.inv((A.T * fit.work) @ A)  # (p, p)
    if kind == "sandwich":
        z, _ = working(y, family.link.of(fit.mean), family)
        residual = z - family.link.of(fit.mean)
        score = A * (fit.work * residual)[:, None]  # (n, p)
        n, p = A.shape
        bread = bread @ (score.T @ score) @ bread * n / (n - p)
    elif kind == "quasi":
        bread = bread * dispersion(y, fit, family)
    return np.sqrt(np.diag(bread))
    # --8<-- [end:errors]


# --8<-- [start:spline]
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
    step = (high - low) / (n_knots - 1)
    knots = low + step * np.arange(-degree, n_knots + degree)
    at = np.clip(x, low, np.nextafter(high, low))[:, None]
    basis = ((knots[:-1] <= at) & (at < knots[1:])).astype(float)
    for d in range(1, degree + 1):
        rise = (at - knots[: -d - 1]) / (d * step)
        fall = (knots[d + 1 :] - at) / (d * step)
        basis = rise * basis[:, :-1] + fall * basis[:, 1:]
    return basis


def roughness(n_columns: int) -> FloatArray:
    """Price of bends: squared second differences of neighbouring coefficients.

    Args:
        n_columns: How many coefficients.

    Returns:
        Shape (n_columns, n_columns); a straight run of coefficients is free.
    """
    second: FloatArray = np.diff(np.eye(n_columns), n=2, axis=0)
    return np.asarray(second.T @ second)


def freedom(A: FloatArray, fit: Fit, price: FloatArray) -> float:
    """Effective number of coefficients: the trace of what maps z to A @ coef.

    Args:
        A: Columns, shape (n, p).
        fit: A fitted model.
        price: Its penalty, shape (p, p).
    """
    curvature = (A.T * fit.work) @ A
    return float(np.trace(np.linalg.solve(curvature + price, curvature)))
    # --8<-- [end:spline]


def n_multiplies(n: int, p: int) -> int:
    """Multiplications of a step, counted to the leading terms: the weighted
    columns, their products, and the solution of a system of p unknowns.
    """
    return n * p + n * p**2 + p**3 // 3
