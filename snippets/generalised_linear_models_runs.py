"""Experiments on generalised linear models: counts, exposure, scatter beyond
Poisson, logarithms, splines, and boosting as a rival.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import poisson
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import (
    GammaRegressor,
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    TweedieRegressor,
)
from sklearn.metrics import mean_poisson_deviance
from sklearn.model_selection import GridSearchCV, ShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import SplineTransformer

from snippets.equal_budget import Arm
from snippets.generalised_linear_models import (
    BINOMIAL,
    GAMMA,
    NORMAL,
    POISSON,
    Family,
    Fit,
    FloatArray,
    Kind,
    b_splines,
    freedom,
    irls,
    roughness,
    standard_errors,
    tweedie,
    with_ones,
)

Case = tuple[FloatArray, FloatArray, Family, Any]


def each_family(rng: np.random.Generator, n: int = 300) -> dict[str, Case]:
    """Targets of each family, and the class that the library has for it.

    Args:
        rng: Source of the draws.
        n: How many samples of three features.

    Returns:
        By name, features, targets, family, and an estimator without penalty.
    """
    X = rng.normal(size=(n, 3))
    eta = 0.4 + X @ [0.5, -0.3, 0.2]
    mu, exact = np.exp(eta), {"solver": "newton-cholesky", "tol": 1e-12}
    yes = (rng.random(n) < mu / (1 + mu)).astype(float)
    sums = [rng.gamma(0.5, 1.0, k).sum() for k in rng.poisson(mu)]
    free = {"alpha": 0.0} | exact
    return {
        "normal": (X, eta + rng.normal(size=n), NORMAL, LinearRegression()),
        "binomial": (X, yes, BINOMIAL, LogisticRegression(C=np.inf, **exact)),
        "Poisson": (
            X,
            rng.poisson(mu).astype(float),
            POISSON,
            PoissonRegressor(**free),
        ),
        "gamma": (X, mu * rng.gamma(2, 0.5, n), GAMMA, GammaRegressor(**free)),
        "Tweedie": (
            X,
            np.array(sums),
            tweedie(1.5),
            TweedieRegressor(power=1.5, **free),
        ),
    }


def counts(
    n: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Counts whose logarithm of the mean rises by 2 per unit of x.

    Args:
        n: How many samples.
        rng: Source of the draw.

    Returns:
        x from 0 to 2, counts, and their means from 0.4 to 20, each (n,).
    """
    x = rng.uniform(0, 2, n)
    mean = np.exp(-1 + 2 * x)
    return x, rng.poisson(mean).astype(float), mean


# --8<-- [start:line-or-poisson]
def line_or_poisson(seed: int) -> dict[str, float]:
    """Shares of new counts inside 95 % intervals, and of negative predictions.

    Args:
        seed: Draws 200 counts to fit and 2,000 to judge.
    """
    x, y, _ = counts(2200, np.random.default_rng(seed))
    fitted, new, kept = slice(200), x[200:], y[200:]
    line = LinearRegression().fit(x[fitted, None], y[fitted])
    level = line.predict(new[:, None])
    residual = y[fitted] - line.predict(x[fitted, None])
    reach = 1.96 * residual.std(ddof=2)
    fit = irls(with_ones(x[fitted, None]), y[fitted], POISSON)
    mean = np.exp(with_ones(new[:, None]) @ fit.coef)
    low, high = (poisson.ppf(q, mean) for q in (0.025, 0.975))
    covers = {
        "line": np.abs(kept - level) <= reach,
        "Poisson": (low <= kept) & (kept <= high),
    }
    thirds = {"lowest third": new < 2 / 3, "highest third": new > 4 / 3}
    found = {
        f"{arm}, {name}": float(inside[rows].mean())
        for arm, inside in covers.items()
        for name, rows in thirds.items()
    }
    return found | {"line, negative": float((level < 0).mean())}
    # --8<-- [end:line-or-poisson]


def visits(
    n: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Counts of customers who stay the shorter the larger x is.

    Args:
        n: How many customers.
        rng: Source of the draw.

    Returns:
        x, standard normal; years that a customer was watched; and visits, of
        which there are exp(1 + 0.5 x) a year; each (n,).
    """
    x = rng.normal(size=n)
    years = np.exp(-0.5 * x + rng.normal(0, 0.5, n))
    return x, years, rng.poisson(years * np.exp(1 + 0.5 * x)).astype(float)


SCATTERS = ("Poisson", "4 times the mean", "mean + mean²")
"""Variance of the counts that `slope_coverage` draws."""


def scattered(
    mean: FloatArray, scatter: str, rng: np.random.Generator
) -> FloatArray:
    """Counts of these means; those that are not Poisson are negative binomial,
    which is Poisson with a mean that is gamma.

    Args:
        mean: Means, shape (n,).
        scatter: One of `SCATTERS`.
        rng: Source of the draw.

    Raises:
        ValueError: If the scatter is not one of these.
    """
    if scatter not in SCATTERS:
        raise ValueError(f"scatter must be one of {SCATTERS}, got {scatter!r}")
    if scatter == "4 times the mean":
        mean = rng.gamma(mean / 3, 3.0)
    elif scatter == "mean + mean²":
        mean = mean * rng.gamma(1.0, 1.0, len(mean))
    return rng.poisson(mean).astype(float)


# --8<-- [start:coverage]
def slope_coverage(
    scatter: str, n_draws: int, n: int = 400, seed: int = 0
) -> dict[Kind, float]:
    """Share of draws whose 95 % interval holds the true slope, by kind.

    Args:
        scatter: One of `SCATTERS`.
        n_draws: How many sets of counts are drawn.
        n: Counts in each.
        seed: Draws all of them.
    """
    rng = np.random.default_rng(seed)
    A = with_ones(np.linspace(-1, 1, n)[:, None])
    mean = np.exp(A @ [1.0, 3.0])
    hits: dict[Kind, int] = {"model": 0, "quasi": 0, "sandwich": 0}
    for _ in range(n_draws):
        y = scattered(mean, scatter, rng)
        fit = irls(A, y, POISSON, tol=1e-8)
        for kind in hits:
            error = standard_errors(A, y, fit, POISSON, kind)[1]
            hits[kind] += int(abs(fit.coef[1] - 3.0) <= 1.96 * error)
    return {kind: found / n_draws for kind, found in hits.items()}
    # --8<-- [end:coverage]


# --8<-- [start:totals]
def totals(seed: int, even: bool) -> dict[str, FloatArray]:
    """Predicted over true mean for low and high x, by three ways to fit.

    Args:
        seed: Draws 1,000 amounts with the mean exp(1 + x).
        even: Whether they scatter alike everywhere, with a shape of 1; if not
            the shape is 2 at the left end and 0.5 at the right one.

    Returns:
        Ratios at x = -1 and x = 1, shape (2,), 1 if the mean is right.
    """
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, 1000)
    shape = np.ones(1000) if even else 2.0**-x
    y = np.exp(1 + x) * rng.gamma(shape, 1 / shape)
    ends = with_ones(np.array([[-1.0], [1.0]]))
    line = LinearRegression().fit(x[:, None], np.log(y))
    raw = np.exp(line.predict(ends[:, 1:]))
    smear = np.exp(np.log(y) - line.predict(x[:, None])).mean()
    fit = irls(with_ones(x[:, None]), y, GAMMA)
    ways = {"exp of the mean log": raw, "with smearing": raw * smear}
    ways["gamma, log link"] = np.exp(ends @ fit.coef)
    return {name: found / np.exp([0, 2]) for name, found in ways.items()}
    # --8<-- [end:totals]


def wave(x: FloatArray) -> FloatArray:
    """Logarithm of a mean that swings along x from 0 to 10."""
    return 1.5 + np.sin(1.2 * x) + 0.05 * x


# --8<-- [start:bend]
def bend(
    x: FloatArray, y: FloatArray, n_knots: int, penalty: float
) -> tuple[Fit, float]:
    """Fit counts on a spline of x from 0 to 10, with a penalty on bends.

    Args:
        x: One feature, shape (n,).
        y: Counts, shape (n,).
        n_knots: Knots from 0 to 10.
        penalty: Price of squared second differences.

    Returns:
        The fit and its effective number of coefficients.
    """
    A = b_splines(x, 0, 10, n_knots)
    # a trifle on all: a piece without samples has an answer
    price = penalty * roughness(A.shape[1]) + 1e-6 * np.eye(A.shape[1])
    fit = irls(A, y, POISSON, price=price)
    return fit, freedom(A, fit, price)


def best_bend(x: FloatArray, y: FloatArray, n_knots: int) -> Fit:
    """The penalty with the least AIC: deviance plus twice the coefficients."""
    fits = [bend(x, y, n_knots, penalty) for penalty in PENALTIES]
    return min(
        fits,
        key=lambda pair: POISSON.deviance(y, pair[0].mean).sum() + 2 * pair[1],
    )[0]
    # --8<-- [end:bend]


PENALTIES = tuple(10.0**power for power in np.arange(-2, 4))
"""What `best_bend` chooses from."""


def edge_errors(seed: int, n_knots: int = 20) -> dict[str, FloatArray]:
    """Error of the logarithm of the mean, in the middle and at the edges.

    Args:
        seed: Draws 150 counts.
        n_knots: Knots of both splines; the polynomial and the spline without a
            price have as many coefficients as 8 knots give.

    Returns:
        Root mean squared errors from 1 to 9 and in the two ends, by model,
        shape (2,).
    """
    rng = np.random.default_rng(seed)
    x = 10 * rng.beta(2, 2, 150)
    y = rng.poisson(np.exp(wave(x))).astype(float)
    line = np.linspace(0, 10, 401)
    inner = (line > 1) & (line < 9)

    def powers(at: FloatArray) -> FloatArray:
        return np.asarray(np.polynomial.legendre.legvander(at / 5 - 1, 9))

    curves = {
        "polynomial of degree 9": powers(line)
        @ irls(powers(x), y, POISSON).coef,
        "spline, 8 knots, no penalty": b_splines(line, 0, 10, 8)
        @ bend(x, y, 8, 0.0)[0].coef,
        f"spline, {n_knots} knots, penalty by AIC": b_splines(
            line, 0, 10, n_knots
        )
        @ best_bend(x, y, n_knots).coef,
    }
    gaps = {name: (curve - wave(line)) ** 2 for name, curve in curves.items()}
    return {
        name: np.array([np.sqrt(gap[at].mean()) for at in (inner, ~inner)])
        for name, gap in gaps.items()
    }


WORLDS = ("effects multiply", "effects bend", "effects depend on each other")
"""How the mean of the counts follows from the features in `rivals`."""

ARMS: Mapping[str, Arm] = {
    "GLM": Arm(
        PoissonRegressor(solver="newton-cholesky"),
        {"alpha": [0.0, 0.01, 0.1, 1.0]},
    ),
    "GAM": Arm(
        make_pipeline(
            SplineTransformer(6), PoissonRegressor(solver="newton-cholesky")
        ),
        {"poissonregressor__alpha": [0.001, 0.01, 0.1, 1.0]},
    ),
    "boosting": Arm(
        HistGradientBoostingRegressor(
            loss="poisson", max_iter=100, random_state=0
        ),
        {"learning_rate": [0.1, 0.25], "max_leaf_nodes": [3, 8]},
    ),
}
"""Models of `rivals`, each with four settings to choose from."""


def world(
    name: str, n: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Counts of one of `WORLDS`.

    Args:
        name: Which.
        n: How many samples.
        rng: Source of the draw.

    Returns:
        Features from -1 to 1, shape (n, 4), counts and their means, (n,).
    """
    X = rng.uniform(-1, 1, (n, 4))
    a, b, c, _ = X.T
    multiply, bends, depend = WORLDS
    eta = {
        multiply: 0.8 * a - 0.5 * b + 0.3 * c,
        bends: np.cos(4 * a) + 0.5 * b,
        depend: 0.9 * np.sign(a * b) + 0.3 * c,
    }[name]
    mean = np.exp(1 + eta)
    return X, rng.poisson(mean).astype(float), mean


SCORE = "neg_mean_poisson_deviance"


# --8<-- [start:rivals]
def rivals(name: str, seeds: Sequence[int]) -> dict[str, FloatArray]:
    """Poisson deviance of a new sample beyond that of the true mean.

    Args:
        name: One of `WORLDS`.
        seeds: Each draws 400 samples to fit, the choice of a setting on a
            third of them included, and 2,000 to judge.

    Returns:
        By arm, shape (n_seeds,), no unit.
    """
    found: dict[str, list[float]] = {arm: [] for arm in ARMS}
    for seed in seeds:
        X, y, mean = world(name, 2400, np.random.default_rng(seed))
        least = mean_poisson_deviance(y[400:], mean[400:])
        inner = ShuffleSplit(1, test_size=1 / 3, random_state=seed)
        for arm, one in ARMS.items():
            search = GridSearchCV(
                one.model, dict(one.grid), scoring=SCORE, cv=inner
            )
            search.fit(X[:400], y[:400])
            said = mean_poisson_deviance(y[400:], search.predict(X[400:]))
            found[arm].append(said - least)
    return {arm: np.array(excess) for arm, excess in found.items()}
    # --8<-- [end:rivals]
