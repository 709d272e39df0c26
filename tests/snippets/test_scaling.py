from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from data.clusters import make
from snippets.evidence import paired_difference
from snippets.scaling import MODELS, changed_by_unit, fit_scale, scale, scaling_scores

SETS = {
    "wine": lambda: load_wine().data,
    "cancer": lambda: load_breast_cancer().data,
    "aniso": lambda: make("aniso").X * 1e6 + 7,
}


@pytest.mark.parametrize("name", SETS)
def test_equals_scikit_learn(name: str) -> None:
    """Mean, spread and scaled new samples are those of `StandardScaler`."""
    X = SETS[name]()
    train, new = X[::2], X[1::2]
    mean, spread = fit_scale(train)
    library = StandardScaler().fit(train)
    np.testing.assert_allclose(mean, library.mean_, rtol=1e-12)
    np.testing.assert_allclose(spread, library.scale_, rtol=1e-12)
    np.testing.assert_allclose(scale(new, mean, spread), library.transform(new), atol=1e-12)


def test_scaled_features_have_mean_0_and_spread_1() -> None:
    """On the samples that taught it, and only there."""
    X = SETS["wine"]()
    scaled = scale(X, *fit_scale(X))
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-13)
    np.testing.assert_allclose(scaled.std(axis=0), 1, atol=1e-13)


def test_a_constant_feature_becomes_0() -> None:
    """No division by zero; so too for one sample, as in the library."""
    mean, spread = fit_scale(np.array([[3.0, 1.0], [3.0, 5.0]]))
    assert (mean.tolist(), spread.tolist()) == ([3.0, 3.0], [1.0, 2.0])
    assert scale(np.array([[3.0, 7.0]]), mean, spread).tolist() == [[0.0, 2.0]]
    one = np.array([[4.0, -2.0]])
    assert scale(one, *fit_scale(one)).tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize(
    "X", [np.ones(3), np.ones((0, 2)), np.array([[1.0], [np.nan]]), np.array([[np.inf]])]
)
def test_bad_samples_are_refused(X: np.ndarray) -> None:
    """No table, no sample, NaN and infinity teach no scale."""
    with pytest.raises(ValueError, match="finite table with a sample"):
        fit_scale(X)


def test_scores_are_those_of_the_library_by_hand() -> None:
    """Both arms see the same splits, 40 % held out; the scaler sees training samples alone."""
    X, y = load_wine(return_X_y=True)
    raw, scaled = scaling_scores({"k": KNeighborsClassifier()}, X, y, range(3))["k"]
    for seed in range(3):
        A, B, a, b = train_test_split(X, y, test_size=0.4, stratify=y, random_state=seed)
        assert raw[seed] == KNeighborsClassifier().fit(A, a).score(B, b)
        mean, spread = fit_scale(A)
        model = KNeighborsClassifier().fit(scale(A, mean, spread), a)
        assert scaled[seed] == model.score(scale(B, mean, spread), b)


@pytest.mark.nightly
def test_scaling_helps_some_and_leaves_others() -> None:
    """Ten seeds of wine: the network, distances and kernels gain; trees and Bayes do not."""
    scores = scaling_scores(MODELS, *load_wine(return_X_y=True))
    assert list(scores) == list(MODELS)
    gains = {name: paired_difference(scaled, raw) for name, (raw, scaled) in scores.items()}
    for name in ("neural network", "support vectors", "nearest neighbours", "logistic"):
        assert gains[name].low > 0 and gains[name].n == 10
    for name in ("naive Bayes", "decision tree", "random forest"):
        assert abs(gains[name].mean) < 0.02


def test_the_settings_are_those_of_the_note() -> None:
    """A small network with few passes, a forest of twenty trees, defaults elsewhere."""
    assert [" ".join(repr(model).split()) for model in MODELS.values()] == [
        "MLPClassifier(hidden_layer_sizes=(16,), learning_rate_init=0.01, max_iter=60, "
        "random_state=0)",
        "SVC()",
        "KNeighborsClassifier()",
        "LogisticRegression(solver='newton-cholesky')",
        "GaussianNB()",
        "DecisionTreeClassifier(random_state=0)",
        "RandomForestClassifier(n_estimators=20, random_state=0)",
    ]


def test_units_do_not_move_trees_and_least_squares() -> None:
    """A tree cuts in order, and a slope undoes a unit; a distance and a penalty do not."""
    wine, diabetes = load_wine(return_X_y=True), load_diabetes(return_X_y=True)
    assert changed_by_unit(DecisionTreeClassifier(random_state=0), *wine) == 0
    assert changed_by_unit(DecisionTreeRegressor(random_state=0), *diabetes) == 0
    assert changed_by_unit(LinearRegression(), *diabetes) == 0
    assert changed_by_unit(Ridge(), *diabetes) > 0.9  # slopes of 1000 times the feature are free
    assert 0.1 < changed_by_unit(KNeighborsClassifier(), *wine) < 0.5


def test_the_share_is_over_samples_and_features() -> None:
    """Only the first feature's unit matters here, and only for one sample of two."""
    X = np.array([[0.0, 0.0], [1.0, 1.0]])
    y = np.array([0.0, 1.0])

    class Picky(KNeighborsRegressor):
        def predict(self, X: np.ndarray) -> np.ndarray:
            return np.where(X[:, 0] > 10, 5.0, 0.0)

    assert changed_by_unit(Picky(1), X, y) == 0.25
    assert changed_by_unit(Picky(1), X, y, factor=2.0) == 0.0
    assert X.tolist() == [[0.0, 0.0], [1.0, 1.0]]


@pytest.mark.parametrize(("moved", "share"), [(4e-4, 0.0), (6e-4, 1.0)])
def test_a_change_is_more_than_a_thousandth_of_the_spread(moved: float, share: float) -> None:
    """The targets 0 and 1 have spread 0.5, so the line lies at 0.0005."""

    class Moving(KNeighborsRegressor):
        def predict(self, X: np.ndarray) -> np.ndarray:
            return np.full(len(X), moved if X.max() > 10 else 0.0)

    X = np.array([[1.0], [2.0]])
    assert changed_by_unit(Moving(1), X, np.array([0.0, 1.0])) == share


def test_the_model_is_not_fitted_in_passing() -> None:
    """Copies are fitted; what was handed in learns nothing."""
    model = KNeighborsClassifier()
    changed_by_unit(model, *load_wine(return_X_y=True))
    scaling_scores({"k": model}, *load_wine(return_X_y=True), range(2))
    assert not hasattr(model, "classes_")
