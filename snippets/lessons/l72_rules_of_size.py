"""Lesson L72: two rules of size: are thirty samples enough for a t-interval,
and ten events per variable for logistic regression?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import norm
from scipy.stats import t as student_t

from snippets.evidence import Interval, mean_interval
from snippets.lessons.findings import Finding
from snippets.lessons.harness import Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Part, Registration

FloatArray = NDArray[np.float64]

LESSON = Lesson(
    "L72",
    "Thirty samples are enough for a t-interval, and ten events per variable "
    "for logistic regression",
    "after Boos and Hughes-Oliver, 2000, and Peduzzi et al., 1996",
    "skewed scores, and logistic models of five features, generated",
    Registration(
        origin="folklore",
        quantifier="usually",
        primary=0,
        family="any",
        made="generated",
        advice=(
            "Draw the scores first: with a long tail take logarithms or many "
            "more samples; penalise a logistic model of few events."
        ),
        conditions=(
            Condition(
                "scores are lognormal and there are thirty",
                margin=0.02,
                part="a",
            ),
            Condition(
                "scores are exponential and there are thirty",
                margin=0.02,
                part="a",
            ),
            Condition(
                "scores are lognormal and there are 300", margin=0.02, part="a"
            ),
            Condition(
                "differences of two arms are lognormal minus lognormal, "
                "ten pairs",
                margin=0.02,
                rank="limit",
                part="a",
            ),
            Condition(
                "ten events per variable cover a slope", margin=0.02, part="b"
            ),
            Condition(
                "ten events per variable tell a slope", margin=0.05, part="b"
            ),
            Condition(
                "ten events per variable tell new samples",
                margin=0.05,
                part="b",
            ),
        ),
        held=(
            Held(
                "spread of the lognormal scores", "1 in logarithms, the default"
            ),
            Held("share of events", "about one in five"),
            Held("true slopes", "0.5 for each of 5 features"),
        ),
        parts={
            "a": Part("Thirty samples are enough for a t-interval", 0),
            "b": Part(
                "Ten events per variable are enough for logistic regression", 4
            ),
        },
        reason="An interval that is named 95 is 93 to 97; a slope may be a "
        "twentieth too long.",
    ),
)

DRAWS = tuple(range(20))
"""Seeds: each is a batch of many experiments."""
N_BATCH, N_MODELS, N_VARIABLES, N_NEW = 2000, 40, 5, 1000
SLOPES = np.full(N_VARIABLES, 0.5)
SHIFT = -1.6
"""Makes about one sample in five an event."""
EVENTS = 10
KINDS = ("lognormal, 30", "exponential, 30", "lognormal, 300", "pairs, 10")


# --8<-- [start:coverage]
def covered(scores: FloatArray, truth: float) -> float:
    """Share of t-intervals that hold the true mean.

    Args:
        scores: An experiment a row, shape (n_experiments, n_samples).
        truth: The mean of what generates them.
    """
    n = scores.shape[1]
    half = student_t.ppf(0.975, n - 1) * scores.std(axis=1, ddof=1) / n**0.5
    return float((np.abs(scores.mean(axis=1) - truth) <= half).mean())


def logistic(
    X: FloatArray, y: FloatArray, rounds: int = 8
) -> tuple[FloatArray, FloatArray]:
    """Maximum likelihood for many small models at once, by Newton's steps.

    Args:
        X: With a column of ones, shape (n_models, n_samples, n_columns).
        y: 0 or 1, shape (n_models, n_samples).
        rounds: How many steps.

    Returns:
        Coefficients and their standard errors, shape (n_models, n_columns).
    """
    found = np.zeros((len(X), X.shape[2]))
    for _ in range(rounds):
        p = expit((X @ found[:, :, None])[:, :, 0])
        bent = np.swapaxes(X, 1, 2) @ (X * (p * (1 - p))[:, :, None])
        slope = np.swapaxes(X, 1, 2) @ (y - p)[:, :, None]
        found = found + np.linalg.solve(bent, slope)[:, :, 0]
    variance = np.diagonal(np.linalg.inv(bent), axis1=1, axis2=2)
    return found, np.sqrt(variance)
    # --8<-- [end:coverage]


def intervals(rng: np.random.Generator) -> list[float]:
    """Coverage of t-intervals for each of `KINDS`."""
    first, second = (rng.lognormal(size=(N_BATCH, 10)) for _ in range(2))
    few = N_BATCH // 4
    return [
        covered(rng.lognormal(size=(N_BATCH, 30)), np.exp(0.5)),
        covered(rng.exponential(size=(N_BATCH, 30)), 1.0),
        covered(rng.lognormal(size=(few, 300)), np.exp(0.5)),
        covered(first - second, 0.0),
    ]


def samples(n: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Samples of all models of a batch, with a column of ones."""
    X = rng.standard_normal((N_MODELS, n, N_VARIABLES))
    p = expit(X @ SLOPES + SHIFT)
    ones = np.ones((N_MODELS, n, 1))
    return np.concatenate([ones, X], axis=2), (rng.random(p.shape) < p) * 1.0


def models(rng: np.random.Generator) -> list[float]:
    """Coverage and length of slopes by the truth, and the slope of new samples
    on what the model tells of them: below 1, it is too sure.
    """
    _, events = samples(4000, rng)
    n = round(EVENTS * N_VARIABLES / events.mean())
    X, y = samples(n, rng)
    found, error = logistic(X, y)
    slopes = found[:, 1:]
    far = np.abs(slopes - SLOPES) <= norm.ppf(0.975) * error[:, 1:]
    new, truth = samples(N_NEW, rng)
    told = (new @ found[:, :, None])[:, :, 0]
    again, _ = logistic(np.stack([np.ones_like(told), told], axis=2), truth)
    return [float(far.mean()), float(slopes.mean() / 0.5), again[:, 1].mean()]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What batches gave.

    Attributes:
        coverage: Of t-intervals, shape (n_seeds, n_kinds).
        models: Coverage of slopes, their length by the truth, and the slope on
            new samples, shape (n_seeds, 3).
    """

    coverage: FloatArray
    models: FloatArray

    def beside(self, kind: int) -> Interval:
        """Coverage minus 0.95."""
        return mean_interval(self.coverage[:, kind] - 0.95)


def run(seeds: Sequence[int] = DRAWS) -> Result:
    """Make intervals and models, a batch a seed.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    rngs = [np.random.default_rng(seed) for seed in seeds]
    return Result(
        np.array([intervals(rng) for rng in rngs]),
        np.array([models(rng) for rng in rngs]),
    )


def judge(result: Result) -> Outcome:
    """Coverage should be 0.95, and slopes right."""
    found = [
        Finding(
            f"{kind}: coverage − 0.95, coverage",
            result.beside(place),
            "none",
            0.02,
        )
        for place, kind in enumerate(KINDS)
    ]
    names = (
        ("slopes: coverage − 0.95, coverage", 0.95, 0.02),
        ("slopes: found / true − 1, slope", 1.0, 0.05),
        ("new samples: slope on what is told − 1, slope", 1.0, 0.05),
    )
    found += [
        Finding(name, mean_interval(column - aim), "none", margin)
        for (name, aim, margin), column in zip(
            names, result.models.T, strict=True
        )
    ]
    return LESSON.judge(*found)
