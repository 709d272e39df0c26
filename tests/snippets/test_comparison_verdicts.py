from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.dummy import DummyClassifier
from sklearn.tree import DecisionTreeClassifier

from snippets import comparison_verdicts as verdicts
from snippets.comparison import MODELS
from snippets.evidence import Interval

SEEDS = range(4)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """All verdicts, on the seeds of the note."""
    return verdicts.verdict_table()


@pytest.mark.parametrize(
    ("mean", "claim", "verdict"),
    [
        (0.5, "higher", "holds"),
        (0.5, "lower", "does not hold"),
        (0.5, "not higher", "does not hold"),
        (-0.5, "higher", "does not hold"),
        (-0.5, "lower", "holds"),
        (-0.5, "not higher", "holds"),
        (0.05, "higher", "no difference shown"),
        (0.1, "higher", "no difference shown"),
        (-0.1, "lower", "no difference shown"),
    ],
)
def test_judge(mean: float, claim: str, verdict: str) -> None:
    """A verdict needs the interval to exclude 0, and its sign decides."""
    assert verdicts.judge(Interval(mean, 0.1, 10), claim) == verdict


def test_an_unknown_claim_is_refused() -> None:
    """A claim is one of three."""
    with pytest.raises(ValueError, match="got 'equal'"):
        verdicts.judge(Interval(0.0, 0.1, 10), "equal")


@pytest.mark.parametrize(
    ("first", "second", "verdict"),
    [
        (True, True, "holds"),
        (True, False, "depends"),
        (False, True, "depends"),
        (False, False, "does not hold"),
    ],
)
def test_both(first: bool, second: bool, verdict: str) -> None:
    """A claim that holds in one of two places depends."""
    assert verdicts.both(first, second) == verdict


def test_wins_and_loses() -> None:
    """The whole interval must lie beyond the level; touching it is not enough."""
    assert verdicts.wins(Interval(0.3, 0.2, 10)) and not verdicts.wins(Interval(0.2, 0.2, 10))
    assert verdicts.wins(Interval(0.8, 0.1, 10), 0.5)
    assert not verdicts.wins(Interval(0.5, 0.0, 10), 0.5)
    assert verdicts.loses(Interval(-0.3, 0.2, 10)) and not verdicts.loses(Interval(-0.2, 0.2, 10))


def test_split_keeps_rows_apart() -> None:
    """Each row is fitted or predicted, never both, with its own target."""
    X = np.arange(20.0)[:, None]
    fit_X, fit_y, new_X, new_y = verdicts.split(X, X[:, 0], 15, 1)
    assert (len(fit_X), len(new_X)) == (15, 5)
    assert sorted([*fit_y, *new_y]) == list(range(20))
    np.testing.assert_array_equal(fit_X[:, 0], fit_y)
    np.testing.assert_array_equal(new_X[:, 0], new_y)
    assert not np.array_equal(fit_y, verdicts.split(X, X[:, 0], 15, 2)[1])


def test_lead_is_paired_and_signed() -> None:
    """A tree leads a guess on iris; the other way round it trails by as much."""
    X, y = load_iris(return_X_y=True)
    arms = DecisionTreeClassifier(random_state=0), DummyClassifier()
    ahead = verdicts.lead(arms, X, y, 100, SEEDS)
    behind = verdicts.lead((arms[1], arms[0]), X, y, 100, SEEDS)
    assert ahead.low > 0.4 and ahead.mean == pytest.approx(-behind.mean)
    assert ahead.n == 4


@pytest.mark.nightly
def test_every_model_has_a_row(table: pd.DataFrame) -> None:
    """One verdict a model, in the order of the registry; a comment has an id of the sources."""
    assert list(table.index) == [one.name for one in MODELS]
    assert table.map(lambda cell: bool(cell)).all(axis=None)
    assert all(re.fullmatch(r"S\d-\w+|–", source) for source in table["source"])


@pytest.mark.nightly
def test_verdicts(table: pd.DataFrame) -> None:
    """What the runs say today; a change of the library that turns one is noticed."""
    expected = {
        "Linear regression": "only for one feature",
        "Ridge and lasso": "holds",
        "Logistic regression": "does not hold",
        "Softmax regression": "–",
        "Generalised linear models": "–",
        "Naive Bayes": "holds",
        "Linear discriminant analysis": "–",
        "Gaussian process": "–",
        "Decision tree": "depends",
        "Random forest": "holds",
        "Gradient boosting": "depends",
        "Histogram boosting": "–",
        "K-nearest neighbours": "depends",
        "Support vector machine": "depends",
        "Linear SVC": "does not hold",
        "NuSVC": "does not hold",
        "K-Means": "holds",
        "Ward": "holds",
        "Spectral": "depends",
        "Gaussian mixture": "does not hold",
        "BIRCH": "holds",
        "DBSCAN": "holds",
        "PCA": "depends",
        "Non-negative matrix factorisation": "–",
        "t-SNE": "–",
        "Autoencoder": "holds",
        "Neural network": "no difference shown",
        "Hidden Markov model": "–",
        "CNN": "see its note",
        "RNN": "see its note",
        "LSTM and GRU": "–",
        "Transformer": "–",
        "Diffusion model": "–",
        "Q-learning": "holds",
        "Policy gradient": "–",
        "Label propagation": "depends",
        "Outlier detection": "holds",
    }
    assert table["verdict"].to_dict() == expected


EVIDENCE = {
    "Linear regression": "2 features: 2 slopes, a plane",
    "Ridge and lasso": "test MSE of least squares less that of ridge: 1.692 ± 0.492",
    "Logistic regression": "iris: 3 probabilities a flower",
    "Softmax regression": "–",
    "Generalised linear models": "–",
    "Naive Bayes": "fits in batches: yes; fit grows like n",
    "Linear discriminant analysis": "–",
    "Gaussian process": "–",
    "Decision tree": "leaves of a full tree: iris 9, digits 168",
    "Random forest": "digits: accuracy 0.165 ± 0.041 against one tree",
    "Gradient boosting": "wine: accuracy 0.006 ± 0.053, blocks 0.333 ± 0.054 against logistic",
    "Histogram boosting": "–",
    "K-nearest neighbours": "98 noise features -0.354 ± 0.025, "
    "2 features turned into 100: 0.000 ± 0.000",
    "Support vector machine": "20 tumours: accuracy 0.913 ± 0.009, -0.022 ± 0.025 against logistic",
    "Linear SVC": "grows like n; SVC: n²",
    "NuSVC": "nu 0.40: misclassified 0.025 ± 0.010",
    "K-Means": "has predict: yes",
    "Ward": "has predict: no",
    "Spectral": "10-NN 1.000 ± 0.000, default -0.003 ± 0.000",
    "Gaussian mixture": "varied: 0.562 ± 0.007 against K-Means",
    "BIRCH": "close: -0.566 ± 0.142 against K-Means",
    "DBSCAN": "close: -0.580 ± 0.130 against K-Means",
    "PCA": "variance kept: flat 0.997 ± 0.000, rolled 0.728 ± 0.009",
    "Non-negative matrix factorisation": "–",
    "t-SNE": "–",
    "Autoencoder": "iris through 2 units: R² 0.96, two components 0.96",
    "Neural network": "wine: gain 0.232 ± 0.295 above logistic's",
    "Hidden Markov model": "–",
    "CNN": "–",
    "RNN": "–",
    "LSTM and GRU": "–",
    "Transformer": "–",
    "Diffusion model": "–",
    "Q-learning": "off the planned values by 0.000 ± 0.000",
    "Policy gradient": "–",
    "Label propagation": "moons 0.119 ± 0.057, no gap -0.005 ± 0.057 against 1 neighbour",
    "Outlier detection": "AUC of centroids 0.947 ± 0.029, -0.001 ± 0.048 against isolation",
}
"""What the runs found; see `test_evidence`."""


def numbers(evidence: str) -> list[float]:
    """Numbers of a sentence, in order."""
    return [float(found) for found in re.findall(r"(?<![\w.])-?\d+\.\d+", evidence)]


@pytest.mark.nightly
@pytest.mark.parametrize("name", EVIDENCE)
def test_evidence(table: pd.DataFrame, name: str) -> None:
    """The evidence says the same of the same numbers, but for the last bits of a machine."""
    found, expected = str(table.loc[name, "evidence"]), EVIDENCE[name]
    # what a search chooses may turn on the last bits
    width = 0.05 if name in ("Neural network", "Gradient boosting") else 0.005
    assert numbers(found) == pytest.approx(numbers(expected), abs=width)
    assert re.sub(r"-?\d+\.\d+", "", found) == re.sub(r"-?\d+\.\d+", "", expected)


def test_against_k_means_and_predicts() -> None:
    """Claims are judged by their sign, and a claimed property by what the class has."""
    verdict, evidence = verdicts.against_k_means("Ward", "blobs", "higher", range(2))
    assert verdict == "no difference shown" and evidence.startswith("blobs: 0.000 ± 0.000")
    assert verdicts.predicts("Ward", True)[0] == "does not hold"
    assert verdicts.predicts("CNN", False)[0] == "holds"
