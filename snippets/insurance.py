"""A portfolio of policies with claims: what each should pay, who costs most,
and how far predictions are right group by group.

Formulas: Frees, Meyers and Cummings 2011 (the Lorenz curve of a premium).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from snippets.generalised_linear_models import (
    GAMMA,
    NORMAL,
    POISSON,
    FloatArray,
    irls,
    tweedie,
    with_ones,
)


@dataclass(frozen=True, slots=True, eq=False)
class Portfolio:
    """Policies of cars.

    Attributes:
        X: Young driver, old driver, power from 0 to 4, town; shape (n, 4).
        years: How long each policy ran, shape (n,).
        claims: Number of claims, shape (n,).
        amount: Their sum, shape (n,), in euro.
        premium: True mean of the amount of one year, shape (n,), in euro.
    """

    X: FloatArray
    years: FloatArray
    claims: FloatArray
    amount: FloatArray
    premium: FloatArray


FREQUENCY = np.array([-2.0, 0.9, 0.2, 0.2, 0.4])
SEVERITY = np.array([7.0, 0.3, -0.2, 0.15, 0.0])
"""Coefficients of claims a year and of the euro of a claim, on a log scale."""


def portfolio(n: int, rng: np.random.Generator) -> Portfolio:
    """Draw policies: claims are Poisson, the amount of each claim is gamma.

    Args:
        n: How many policies.
        rng: Source of the draw.
    """
    age, power = rng.choice(3, n, p=[0.6, 0.2, 0.2]), rng.integers(0, 5, n)
    town = rng.random(n) < 0.4
    X = np.column_stack([age == 1, age == 2, power, town]).astype(float)
    years = rng.uniform(0.1, 1.0, n)
    rate, size = (np.exp(with_ones(X) @ c) for c in (FREQUENCY, SEVERITY))
    claims = rng.poisson(years * rate)
    amount = np.zeros(n)
    some = claims > 0  # a sum of gammas of one scale is gamma
    amount[some] = rng.gamma(2.0 * claims[some], size[some] / 2.0)
    return Portfolio(X, years, claims.astype(float), amount, rate * size)


# --8<-- [start:lorenz]
def lorenz(
    score: FloatArray, years: FloatArray, amount: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Share of the amounts that the policies of lowest score have.

    Args:
        score: What policies are sorted by, shape (n,).
        years: How long each ran, shape (n,).
        amount: Its claims, shape (n,), in euro.

    Returns:
        Shares of the years and of the euro up to each policy, both from 0 to
        1, shape (n + 1,).
    """
    order = np.argsort(score, kind="stable")
    parts = np.column_stack([years, amount])[order].cumsum(axis=0)
    return tuple(np.vstack([np.zeros(2), parts / parts[-1]]).T)


def gini(score: FloatArray, years: FloatArray, amount: FloatArray) -> float:
    """One minus twice the area below the Lorenz curve; 0 for a random order."""
    x, y = lorenz(score, years, amount)
    return float(1 - np.trapezoid(y, x) * 2)
    # --8<-- [end:lorenz]


# --8<-- [start:premiums]
def premiums(old: Portfolio, new: Portfolio) -> dict[str, FloatArray]:
    """Predict the amount of a year for new policies, by three models.

    Args:
        old: Policies to fit.
        new: Policies to predict.

    Returns:
        By model, shape (n_new,), in euro a year.
    """
    A, B = with_ones(old.X), with_ones(new.X)
    yearly, some = old.amount / old.years, old.claims > 0
    by_amount = irls(A, yearly, tweedie(1.5), weights=old.years)
    number = irls(A, old.claims, POISSON, offset=np.log(old.years))
    each = old.amount[some] / old.claims[some]
    size = irls(A[some], each, GAMMA, weights=old.claims[some])
    line = irls(A, yearly, NORMAL, weights=old.years)
    return {
        "Tweedie": np.exp(B @ by_amount.coef),
        "number × size": np.exp(B @ (number.coef + size.coef)),
        "straight line": B @ line.coef,
    }
    # --8<-- [end:premiums]


def by_fifths(score: FloatArray, new: Portfolio) -> FloatArray:
    """Predicted over true amounts, in five groups from lowest to highest.

    Args:
        score: Predicted premium, shape (n,), in euro a year.
        new: The policies.

    Returns:
        Ratios, shape (5,), 1 if the group pays what it costs on average.
    """
    groups = np.array_split(np.argsort(score, kind="stable"), 5)
    paid, due = score * new.years, new.premium * new.years
    return np.array([paid[g].sum() / due[g].sum() for g in groups])
