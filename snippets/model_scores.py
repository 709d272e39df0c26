"""How well each model does on a common data set, as it comes out of the box."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.datasets import load_diabetes, load_wine
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import accuracy_score, r2_score
from sklearn.preprocessing import StandardScaler

from data.clusters import NAMES
from snippets.comparison import Model, load, make_estimator, model
from snippets.comparison_runs import SEEDS, estimator_kind
from snippets.tasks import known_k_scores

IntArray = NDArray[np.int64]

NOTES = Path(__file__).parents[1] / "docs" / "models"

SPLITS = 22
"""How often a data set is split: no mean lies near a rounding edge then."""

SETS = {
    "classifier": ("wine, accuracy", load_wine, accuracy_score),
    "regressor": ("diabetes, R²", load_diabetes, r2_score),
}
"""By the kind of a model: the data set with its measure, and both."""

POINT_SETS = "six point sets, ARI"
"""What clusterers are scored on: task A, with k given."""

NO_DEFAULT = ("gaussian-process", "label-propagation")
"""Notes whose class needs a width of the data, which no default has."""


def scored_on(one: Model) -> str | None:
    """Name the common data set of a model and the measure, if it has one."""
    if one.arm:
        return POINT_SETS
    kind = estimator_kind(one) if one.path else None
    return SETS[kind][0] if kind in SETS else None


def halves_of(n: int, seed: int) -> tuple[IntArray, IntArray]:
    """Split the numbers of n rows: half to fit, half to score on."""
    rows = np.random.default_rng(seed).permutation(n)
    return rows[: n // 2], rows[n // 2 :]


# --8<-- [start:split]
def split_score(one: Model, seed: int) -> float:
    """Fit a model to half of its data set and score it on the other half.

    Features are standardised by the half to fit. Settings are those of the
    library; nothing is tuned.

    Args:
        one: A classifier or a regressor.
        seed: Draws the split, and is the model's random state.

    Returns:
        Accuracy or R², no unit.
    """
    _, loaded, measure = SETS[estimator_kind(one) or ""]
    X, y = loaded(return_X_y=True)
    fit, new = halves_of(len(X), seed)
    scaler = StandardScaler().fit(X[fit])
    made = make_estimator(one, seed)
    if one.note not in NO_DEFAULT:
        made = load(str(one.path))()
        if "random_state" in made.get_params():
            made.set_params(random_state=seed)
    with warnings.catch_warnings():
        # the default stops a network early
        warnings.simplefilter("ignore", ConvergenceWarning)
        made.fit(scaler.transform(X[fit]), y[fit])
    return float(measure(y[new], made.predict(scaler.transform(X[new]))))


# --8<-- [end:split]


@dataclass(frozen=True, slots=True)
class Score:
    """How well a model does.

    Attributes:
        mean: Over splits or seeds, in the measure of `on`.
        spread: Standard deviation over them.
        on: The data set and the measure.
    """

    mean: float
    spread: float
    on: str


# --8<-- [start:score]
@cache
def score(name: str) -> Score | None:
    """Score a model on the common data set of its kind.

    Args:
        name: The model's name in the comparison.

    Returns:
        Its score; None for a model of another kind.
    """
    one = model(name)
    on = scored_on(one)
    if on is None:
        return None
    if one.arm:
        by_set = [known_k_scores(one.arm, each, SEEDS) for each in NAMES]
        values = np.mean(by_set, axis=0)  # one value a seed
    else:
        values = np.array([split_score(one, seed) for seed in range(SPLITS)])
    return Score(float(values.mean()), float(values.std(ddof=1)), on)


# --8<-- [end:score]


def ranking(on: str, folder: Path = NOTES) -> list[tuple[str, Score]]:
    """List the notes that are scored on a data set, best first.

    Args:
        on: The data set and the measure.
        folder: Where the notes are, whose properties hold their scores.

    Raises:
        ValueError: If no note is scored on it.
    """
    found = []
    for path in sorted(folder.glob("*.md")):
        held = yaml.safe_load(path.read_text("utf-8").split("---\n")[1])
        if held.get("scored on") == on:
            held = Score(held["score"], held["score spread"], on)
            found.append((path.stem, held))
    if not found:
        raise ValueError(f"no note is scored on {on!r}")
    return sorted(found, key=lambda each: -each[1].mean)


def guesses() -> dict[str, float]:
    """Score what looks at no feature: the most frequent class, the mean.

    Returns:
        The mean over the splits, by the data set.
    """
    found = {}
    for kind, dummy in (
        ("classifier", DummyClassifier()),
        ("regressor", DummyRegressor()),
    ):
        on, loaded, measure = SETS[kind]
        X, y = loaded(return_X_y=True)
        values = []
        for seed in range(SPLITS):
            fit, new = halves_of(len(X), seed)
            dummy.fit(X[fit], y[fit])
            values.append(measure(y[new], dummy.predict(X[new])))
        found[on] = float(np.mean(values))
    return found
