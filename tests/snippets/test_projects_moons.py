"""The moons of chapters 5 to 7, and the functions of chapters 6 and 7."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.stats import binom, norm
from sklearn.datasets import load_iris, make_moons
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from snippets.projects.ch06_trees import BOX, draw_tree, turn
from snippets.projects.ch07_ensembles import majority
from snippets.projects.moons import APART, NOISE, draw, log_odds, repeat


def test_both_parts_are_moons_of_known_seeds() -> None:
    """The training part has the seed, the new samples another one, and the noise is 0.3."""
    moons = draw(3, 20, 30)
    for X, y, n, state in (
        (moons.X, moons.y, 20, 3),
        (moons.new, moons.truth, 30, APART + 3),
    ):
        points, classes = make_moons(n, noise=0.3, random_state=state)
        assert np.array_equal(X, points) and np.array_equal(y, classes)
    assert draw(0).X.shape == (400, 2) and draw(0).new.shape == (1000, 2)
    assert draw(APART - 1, 2, 2).y.sum() == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1,), "got -1"),
        ((APART,), "9999, got 10000"),
        ((0, 1, 2), "1 and 2"),
        ((0, 2, 1), "2 and 1"),
    ],
)
def test_moons_that_cannot_be_drawn_are_refused(arguments: tuple[int, ...], message: str) -> None:
    """A seed that would repeat a part, or a part without both moons, is an error."""
    with pytest.raises(ValueError, match=message):
        draw(*arguments)


def test_odds_are_those_of_mixtures_of_normal_densities() -> None:
    """SciPy's densities, averaged along the arcs without logarithms, have the same ratio."""
    X = np.array([[0.2, 0.4], [1.5, -0.3], [-1.0, 1.0]])
    t = np.linspace(0, np.pi, 500)

    def density(across: np.ndarray, up: np.ndarray) -> np.ndarray:
        parts = norm.pdf(X[:, :1], across, NOISE) * norm.pdf(X[:, 1:], up, NOISE)
        return np.asarray(parts.mean(axis=1))

    ratio = density(1 - np.cos(t), 0.5 - np.sin(t)) / density(np.cos(t), np.sin(t))
    assert log_odds(X) == pytest.approx(np.log(ratio), abs=1e-9)


def test_odds_change_sign_about_the_middle_and_stay_finite() -> None:
    """The moons are one another's image through (0.5, 0.25); far away nothing overflows."""
    X = np.random.default_rng(0).normal(size=(50, 2))
    assert log_odds(X) == pytest.approx(-log_odds([1.0, 0.5] - X), abs=1e-9)
    assert np.isfinite(log_odds(np.array([[1e3, -1e3]]))).all()


def test_models_of_a_seed_see_the_same_samples() -> None:
    """Scores are those on the new samples of each draw, with the seed passed on."""
    asked = []

    def models(seed: int) -> dict[str, SVC]:
        asked.append(seed)
        return {"a": SVC(), "b": SVC(C=0.01)}

    found = repeat(models, (4, 5))
    assert asked == [4, 5] and list(found) == ["best possible", "a", "b"]
    for at, seed in enumerate((4, 5)):
        moons = draw(seed)
        model = SVC(C=0.01).fit(moons.X, moons.y)
        assert found["b"][at] == model.score(moons.new, moons.truth)
        best = (log_odds(moons.new) > 0) == moons.truth
        assert found["best possible"][at] == best.mean() > found["b"][at]


def test_a_turn_is_anticlockwise_and_keeps_distances() -> None:
    """A quarter turn sends (1, 0) to (0, 1); turning back gives the samples again."""
    assert turn(np.array([[1.0, 0.0], [0.0, 2.0]]), 90) == pytest.approx(
        np.array([[0.0, 1.0], [-2.0, 0.0]]), abs=1e-12
    )
    X = np.random.default_rng(0).normal(size=(20, 2))
    assert turn(turn(X, 20), -20) == pytest.approx(X, abs=1e-12)
    assert np.linalg.norm(turn(X, 33), axis=1) == pytest.approx(np.linalg.norm(X, axis=1))


def test_a_tree_is_drawn_with_its_questions_and_counts() -> None:
    """Boxes say what the fitted tree asks; yes is on the left, and lines end at boxes."""
    iris = load_iris()
    model = DecisionTreeClassifier(max_depth=2, random_state=2).fit(iris.data[:, 2:], iris.target)
    fig, ax = plt.subplots()
    draw_tree(ax, model, ["length", "width"], iris.target_names)
    boxes = [text for text in ax.texts if text.get_bbox_patch() is not None]
    assert {text.get_text(): text.get_position() for text in boxes} == {
        "length ≤ 2.45?\nGini 0.667\n50 | 50 | 50": (0.75, 0),
        "setosa\nGini 0.000\n50 | 0 | 0": (0, -1),
        "width ≤ 1.75?\nGini 0.500\n0 | 50 | 50": (1.5, -1),
        "versicolor\nGini 0.168\n0 | 49 | 5": (1, -2),
        "virginica\nGini 0.043\n0 | 1 | 45": (2, -2),
    }
    edges = {t.get_text().split("\n")[0]: t.get_bbox_patch().get_edgecolor() for t in boxes}
    assert edges["versicolor"] == plt.matplotlib.colors.to_rgba("C1")
    answers = {
        t.get_position(): (t.get_text().strip(), t.get_ha())
        for t in ax.texts
        if t.get_bbox_patch() is None
    }
    assert answers == {
        (0.375, -0.5): ("yes", "right"),
        (1.125, -0.5): ("no", "left"),
        (1.25, -1.5): ("yes", "right"),
        (1.75, -1.5): ("no", "left"),
    }
    ends = {(*line.get_xdata(), *line.get_ydata()) for line in ax.lines}
    assert (0.75, 0.0, -BOX, BOX - 1) in ends and (1.5, 2.0, -1 - BOX, BOX - 2) in ends
    assert ax.get_xlim() == pytest.approx((-0.6, 2.6)) and ax.get_ylim() == pytest.approx(
        (-2.4, 0.4)
    )
    assert not ax.axison
    plt.close(fig)


@pytest.mark.parametrize(("features", "classes"), [(["a"], ["u", "v"]), (["a", "b"], ["u"])])
def test_names_that_do_not_fit_a_tree_are_refused(features: list[str], classes: list[str]) -> None:
    """A missing name would otherwise put a wrong one into a box."""
    model = DecisionTreeClassifier().fit([[0, 0], [1, 0]], [0, 1])
    fig, ax = plt.subplots()
    with pytest.raises(ValueError, match="2 features and 2 classes"):
        draw_tree(ax, model, features, classes)
    plt.close(fig)


@pytest.mark.parametrize("n", [1, 3, 25])
def test_equal_members_give_the_binomial_tail(n: int) -> None:
    """The chance of more than half of n is SciPy's."""
    assert majority([0.6] * n) == pytest.approx(binom.sf(n // 2, n, 0.6), abs=1e-12)


def test_unequal_members_are_counted_one_by_one() -> None:
    """For three members the four ways to a majority add up; sure ones decide."""
    a, b, c = 0.9, 0.8, 0.7
    ways = a * b * c + a * b * (1 - c) + a * (1 - b) * c + (1 - a) * b * c
    assert majority([a, b, c]) == pytest.approx(ways, abs=1e-12)
    assert majority([1, 1, 0]) == 1 and majority([0, 0, 1]) == 0


@pytest.mark.parametrize(
    ("rates", "message"), [([], "got 0"), ([0.5, 0.5], "got 2"), ([1.2], "1.2"), ([-0.1], "-0.1")]
)
def test_votes_without_a_majority_are_refused(rates: list[float], message: str) -> None:
    """An even number may tie, and a rate is a share."""
    with pytest.raises(ValueError, match=message):
        majority(rates)
