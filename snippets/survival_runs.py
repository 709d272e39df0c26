"""Runs of survival analysis: patients of a trial, and customers whose whole
life is known.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LinearRegression, LogisticRegression

from snippets.survival import (
    BoolArray,
    Durations,
    FloatArray,
    concordance,
    cox,
)

DRUG = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"
"""Weeks of remission; with a plus, of patients who still had it (Freireich and
others 1963, as Gehan 1965 gives them).
"""

BETA = np.array([0.8, -0.4, 0.0])
"""Log hazard ratios of the customers' features."""

STUDY = 24.0
"""Months from the first customer to the day on which the data end."""

YEAR = 12.0
"""Months for which a share is asked."""


def remission(weeks: str) -> Durations:
    """Patients of one arm.

    Args:
        weeks: As they are printed, a plus behind those that were censored.
    """
    found = weeks.split()
    time = np.array([float(each.rstrip("+")) for each in found])
    event = np.array(["+" not in each for each in found])
    return Durations(np.zeros(len(time)), time, event)


def together(*parts: Durations) -> Durations:
    """The samples of all parts, one part after the other."""
    entry, time, event = (
        np.concatenate(each) for each in zip(*parts, strict=True)
    )
    return Durations(entry, time, event)


# --8<-- [start:customers]
def customers(
    n: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Draw customers with three features, the third without effect.

    Args:
        n: How many.
        rng: Where chance comes from.

    Returns:
        Features, shape (n, 3), and the months until each leaves, shape (n,).
    """
    X = rng.standard_normal((n, 3))
    unit = rng.exponential(size=n)
    return X, 20 * (unit * np.exp(-X @ BETA)) ** (1 / 1.3)


def watch(T: FloatArray, rng: np.random.Generator) -> Durations:
    """Each came at a day of chance; the data end on one day for all.

    Args:
        T: Months until each leaves, shape (n_samples,).
        rng: Where chance comes from.
    """
    until = rng.uniform(0, STUDY, len(T))
    return Durations(np.zeros(len(T)), np.minimum(T, until), until >= T)
    # --8<-- [end:customers]


class Judged(NamedTuple):
    """What rivals say of new customers, whose whole life is known.

    Attributes:
        order: Concordance with the true durations, by rival.
        leave: Share that leaves within a year, by rival and in truth.
    """

    order: dict[str, float]
    leave: dict[str, float]


# --8<-- [start:rivals]
def rivals(seed: int) -> Judged:
    """Fit four models to 300 customers, and judge them on 2,000 others.

    None of the four has anything to tune.

    Args:
        seed: Decides who the customers are, and when they came.
    """
    rng = np.random.default_rng(seed)
    X, T = customers(300, rng)
    d = watch(T, rng)
    new, truth = customers(2000, rng)
    log = np.log(d.time)

    hazards = cox(X, d)
    ended = LinearRegression().fit(X, log)  # censored is ended
    dropped = LinearRegression().fit(X[d.event], log[d.event])
    left = d.event & (d.time < YEAR)
    known = left | (d.time >= YEAR)  # else it is unknown whether it leaves
    within = LogisticRegression(C=np.inf).fit(X[known], left[known])
    share = within.predict_proba(new)[:, 1]

    whole = Durations(np.zeros(500), truth[:500], np.ones(500, dtype=bool))
    risks = {
        "Cox": new @ hazards.beta,
        "classify a year": share,
        "censored as ended": -ended.predict(new),
        "censored dropped": -dropped.predict(new),
    }
    stay = hazards.survival(new, np.array([YEAR]))
    return Judged(
        {name: concordance(risk[:500], whole) for name, risk in risks.items()},
        {
            "Cox": float(1 - stay.mean()),
            "classify a year": float(share.mean()),
            "truth": float((truth < YEAR).mean()),
        },
    )
    # --8<-- [end:rivals]


# --8<-- [start:card]
def card_holders(seed: int) -> tuple[Durations, FloatArray]:
    """Customers who get a card after some months, if they are still there.

    The card does nothing: all leave after a time that was drawn before it.

    Args:
        seed: Decides who leaves when, and who gets the card when.

    Returns:
        When each was watched, and when the card would come, shape (200,).
    """
    rng = np.random.default_rng(seed)
    T, card = rng.exponential(12, 200), rng.uniform(0, STUDY, 200)
    time = np.minimum(T, STUDY)
    return Durations(np.zeros(200), time, T <= STUDY), card


def split(d: Durations, moment: FloatArray) -> tuple[Durations, BoolArray]:
    """Watch each sample twice: until a moment, and from it on.

    Args:
        d: When each was watched.
        moment: Where its time is cut, shape (n_samples,).

    Returns:
        Both parts, and which rows are of the second, shape (n_rows,).
    """
    before, after = moment > d.entry, moment < d.time
    first = Durations(
        d.entry[before],
        np.minimum(d.time, moment)[before],
        (d.event & ~after)[before],
    )
    second = Durations(
        np.maximum(d.entry, moment)[after], d.time[after], d.event[after]
    )
    return together(first, second), np.repeat(
        [False, True], [before.sum(), after.sum()]
    )
    # --8<-- [end:card]


# --8<-- [start:crossing]
def crossing(seed: int) -> tuple[Durations, BoolArray]:
    """Two groups: one loses many at first, the other many later.

    Args:
        seed: Decides who ends when, and who is censored.

    Returns:
        When each was watched, and who is of the first, shape (200,).
    """
    rng = np.random.default_rng(seed)
    unit = rng.exponential(size=200)
    early = np.arange(200) < 100
    T = np.where(early, 13 * unit ** (1 / 0.6), 12 * unit ** (1 / 1.8))
    until = rng.uniform(YEAR, STUDY, 200)
    return Durations(np.zeros(200), np.minimum(T, until), until >= T), early
    # --8<-- [end:crossing]
