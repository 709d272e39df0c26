"""Runs behind the note on causal basics: structural models whose effects are
known by construction, and what estimates make of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import expit
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LogisticRegression

from snippets.causal_basics import (
    BoolArray,
    Estimate,
    FloatArray,
    difference,
    doubly_robust,
    effective_size,
    inverse_weights,
    most_confounding,
    regression,
    weighted_difference,
)
from snippets.explanation import partial_dependence, permutation_importance

EFFECT = 2.0
"""Points that the course brings on average, in `draw` and `curved`."""


class Draw(NamedTuple):
    """People, some of whom took a course; each array has shape (n,).

    Attributes:
        a: Whether somebody took the course: the treatment.
        z: What he knew before, standardised: the confounder.
        y: Points in the exam: the outcome.
        e: Probability with which he took it: the propensity score.
    """

    a: BoolArray
    z: FloatArray
    y: FloatArray
    e: FloatArray


# --8<-- [start:draw]
def draw(
    n: int,
    strength: float,
    rng: np.random.Generator,
    uneven: float = 0.0,
    share: float | None = None,
) -> Draw:
    """A course that adds 2 points, and that those who know much like to take.

    Args:
        n: How many people.
        strength: How much a standard deviation of knowledge adds to the
            log-odds of taking the course; 0 is no confounding.
        rng: Source of the draw.
        uneven: By how many points the effect grows with knowledge.
        share: If given, a coin gives the course to this share instead.
    """
    z = rng.standard_normal(n)
    e = expit(strength * (z - 0.5)) if share is None else np.full(n, share)
    a = rng.random(n) < e
    y = 10 + (EFFECT + uneven * z) * a + 3 * z + 2 * rng.standard_normal(n)
    return Draw(a, z, y, e)
    # --8<-- [end:draw]


def both_ways(data: Draw) -> tuple[Estimate, Estimate]:
    """Difference of means, and regression that adjusts for knowledge."""
    adjusted = regression(data.a, data.z[:, None], data.y)
    return difference(data.a, data.y), adjusted


# --8<-- [start:arms]
def slopes(n: int, seed: int) -> dict[tuple[str, str], float]:
    """Slopes of the treatment in three graphs, without and with a variable
    that tempts to adjust for it.
    """
    rng = np.random.default_rng(seed)
    a, u, own, more, some = rng.standard_normal((5, n))
    found: dict[tuple[str, str], float] = {}

    def note(graph: str, t: FloatArray, y: FloatArray, c: FloatArray) -> None:
        for name, given in (
            ("without", y[:, None][:, :0]),
            ("with", c[:, None]),
        ):
            found[graph, name] = regression(t, given, y).effect

    y = a + own
    note("collider", a, y, a + y + more)
    middle = a + more
    note("mediator", a, 0.5 * a + middle + own, middle)
    middle = a + u + more
    note("mediator, hidden cause", a, 0.5 * a + middle + u + own, middle)
    treatment = some + more  # some is the instrument
    note("instrument", treatment, treatment + own, some)
    treatment = some + u + more
    note("instrument, hidden cause", treatment, treatment + u + own, some)
    return found
    # --8<-- [end:arms]


def power(n: int, trials: int, effect: float) -> tuple[float, float]:
    """In which share of experiments the interval lies above 0.

    Args:
        n: People of an experiment, half of whom get the course by a coin.
        trials: How many experiments.
        effect: What the course brings, in points.

    Returns:
        The share by the difference of means, and with knowledge adjusted for.
    """
    found = np.zeros(2)
    for seed in range(trials):
        data = draw(n, 0, np.random.default_rng(seed), share=0.5)
        weaker = data._replace(y=data.y + (effect - EFFECT) * data.a)
        found += [one.effect > 1.96 * one.error for one in both_ways(weaker)]
    plain, adjusted = found / trials
    return float(plain), float(adjusted)


class Weighed(NamedTuple):
    """What weights give in one draw: three effects and an effective size."""

    naive: float
    weighted: float
    trimmed: float
    trimmed_truth: float
    kept: float
    size: float


# --8<-- [start:weigh]
def weigh(n: int, strength: float, seed: int, uneven: float) -> Weighed:
    """Weight by the true propensity score, once with all people, once without
    those whose score is below 0.1 or above 0.9.
    """
    rng = np.random.default_rng(seed)
    a, z, y, e = draw(n, strength, rng, uneven)
    w = inverse_weights(a, e)
    kept = (e >= 0.1) & (e <= 0.9)
    return Weighed(
        difference(a, y).effect,
        weighted_difference(a, y, w),
        weighted_difference(a[kept], y[kept], w[kept]),
        float(EFFECT + uneven * z[kept].mean()),
        float(kept.mean()),
        effective_size(w) / n,
    )
    # --8<-- [end:weigh]


# --8<-- [start:curved]
def curved(n: int, rng: np.random.Generator) -> Draw:
    """A course that adds 2 points and draws those who know much or little;
    score and points go with the square of knowledge.
    """
    z = rng.uniform(-2, 2, n)
    e = expit(0.6 * (z**2 - 1.3) + 0.5 * z)
    a = rng.random(n) < e
    y = 10 + EFFECT * a + z + 2 * z**2 + rng.standard_normal(n)
    return Draw(a, z, y, e)
    # --8<-- [end:curved]


def columns(z: FloatArray, right: bool) -> FloatArray:
    """What a model sees: knowledge and its square, or knowledge alone."""
    return np.column_stack([z, z**2] if right else [z])


def propensity(X: FloatArray, a: BoolArray) -> FloatArray:
    """Scores of a logistic regression without penalty, shape (n,)."""
    model = LogisticRegression(C=np.inf, solver="newton-cholesky")
    return np.asarray(model.fit(X, a).predict_proba(X)[:, 1])


def predicted(
    X: FloatArray, a: BoolArray, y: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Outcomes without and with treatment, by a line for each arm."""
    design = np.column_stack([np.ones(len(X)), X])
    without, treated = (
        design @ np.linalg.lstsq(design[arm], y[arm], rcond=None)[0]
        for arm in (~a, a)
    )
    return without, treated


# --8<-- [start:two]
def two_by_two(n: int, seed: int) -> dict[tuple[str, bool, bool], float]:
    """Errors of three estimates, by whether the model of the score and that of
    the outcome see the square.
    """
    a, z, y, _ = curved(n, np.random.default_rng(seed))
    found: dict[tuple[str, bool, bool], float] = {}
    for score in (True, False):
        e = propensity(columns(z, score), a)
        weighted = weighted_difference(a, y, inverse_weights(a, e))
        for outcome in (True, False):
            m0, m1 = predicted(columns(z, outcome), a, y)
            found["weights", score, outcome] = weighted - EFFECT
            found["regression", score, outcome] = (m1 - m0).mean() - EFFECT
            both = doubly_robust(a, y, e, m0, m1)
            found["doubly robust", score, outcome] = both.effect - EFFECT
    return found
    # --8<-- [end:two]


FEATURES = ("reminders", "course", "hours")
EFFECTS = {"reminders": 0.0, "course": 1.0, "hours": 1.0}


# --8<-- [start:school]
def school(n: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Reminders go to those who are keen, and do nothing; a course makes people
    study more hours, and only the hours count. Keenness is not recorded.

    Returns:
        The features, standardised but for the hours, shape (n, 3), and the
        points, shape (n,).
    """
    keen, course = rng.standard_normal((2, n))
    reminders = (keen + 0.5 * rng.standard_normal(n)) / np.sqrt(1.25)
    hours = course + 0.3 * rng.standard_normal(n)
    y = hours + 2 * keen + 0.5 * rng.standard_normal(n)
    return np.column_stack([reminders, course, hours]), y
    # --8<-- [end:school]


def asked(seed: int) -> tuple[FloatArray, FloatArray]:
    """Ask a forest what matters, on new people.

    Returns:
        For each feature the loss of R² when it is dealt out, and the rise of
        the partial dependence per unit from −1 to 1; each has shape (3,).
    """
    rng = np.random.default_rng(seed)
    (X, y), (new, truth) = school(1000, rng), school(500, rng)
    forest = RandomForestRegressor(25, min_samples_leaf=5, random_state=seed)
    forest.fit(X, y)
    orders = np.array([rng.permutation(len(new)) for _ in range(3)])
    lost, rise = np.zeros(3), np.zeros(3)
    for column in range(3):
        lost[column] = permutation_importance(
            lambda rows: float(forest.score(rows, truth)), new, [column], orders
        ).mean()
        low, high = partial_dependence(
            forest.predict, new, column, np.array([-1.0, 1.0])
        )
        rise[column] = (high - low) / 2
    return lost, rise


def twin(effect: float, tie: float) -> tuple[FloatArray, FloatArray]:
    """A linear model of a hidden cause, a treatment and an outcome, in which
    the two that are seen have variance 1 and covariance 0.6.

    Args:
        effect: Of the treatment on the outcome.
        tie: Effect of the hidden cause on the treatment.

    Returns:
        Direct effects, shape (3, 3), and the variance of what each variable has
        of its own, shape (3,).
    """
    own = (0.6 - effect) / tie if tie else 0.0  # of the hidden on the outcome
    B = np.array([[0, 0, 0], [tie, 0, 0], [own, effect, 0]])
    rest = 1 - effect**2 - own**2 - 2 * effect * own * tie
    return B, np.array([1, 1 - tie**2, rest])


def largest_move(count: int, below: float) -> float:
    """By how much hidden causes of two levels move a risk ratio, at most.

    Args:
        count: How many causes are drawn.
        below: Only those count whose ties to treatment and outcome are smaller.

    Raises:
        AssertionError: If one of them moves it by more than the bound.
    """
    rng, largest = np.random.default_rng(0), 0.0
    for _ in range(count):
        common, r = rng.uniform(0.01, 1, 2), rng.uniform(1, 10)  # in each arm
        moved = (1 + (r - 1) * common[0]) / (1 + (r - 1) * common[1])
        tie = max(common[0] / common[1], 1.0)
        assert moved <= most_confounding(tie, r) + 1e-9
        if max(tie, r) < below:
            largest = max(largest, moved)
    return largest
