"""Lessons about projects: baseline and bug, order of batches, stretches of a file."""

from __future__ import annotations

import numpy as np
import pytest
from lesson_runs import ran, same
from sklearn.datasets import load_digits
from sklearn.dummy import DummyClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

from snippets.evidence import paired_difference
from snippets.lessons import l16_shuffle as l16
from snippets.lessons import l32_official_split as l32
from snippets.neural_network import Options, fit
from snippets.pipeline import validate


@pytest.fixture(scope="module")
def shuffled():
    return ran(l16)


@pytest.fixture(scope="module")
def kept():
    return ran(l32)


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    return X / 16, y


# The pipeline


def test_pipeline_scores_each_split(digits):
    """The first 300 of a random order train, the next 600 validate; the model stays as it is."""
    X, y = digits
    model = KNeighborsClassifier(1)
    expected = []
    for seed in (3, 4):
        rows = np.random.default_rng(seed).permutation(len(y))[:900]
        known, new = rows[:300], rows[300:]
        fitted = KNeighborsClassifier(1).fit(X[known], y[known])
        expected.append(fitted.score(X[new], y[new]))
    np.testing.assert_array_equal(validate(model, (3, 4)), expected)
    assert not hasattr(model, "classes_")


def test_pipeline_scales_ink_to_one():
    """The model sees ink from 0 to 1, not to 16."""

    class Peek(DummyClassifier):
        def fit(self, X, y):
            assert X.min() == 0 and X.max() == 1 and X.shape == (300, 64)
            return super().fit(X, y)

    assert len(validate(Peek(), (0, 1))) == 2


def test_baseline_finds_the_bug():
    """A model that learns is far above the constant; with shuffled images it is level with it."""
    seeds = range(10)
    constant, learned = validate(DummyClassifier(), seeds), validate(GaussianNB(), seeds)
    spoiled = validate(GaussianNB(), seeds, spoiled=True)
    assert paired_difference(learned, constant).low > 0.5
    assert abs(spoiled - constant).mean() < 0.05


# L16


@pytest.mark.nightly
def test_l16_verdict(shuffled):
    """Confirmed: order matters, a new order in each epoch does not."""
    outcome = l16.judge(shuffled)
    assert (outcome.primary.standing, outcome.lesson.id) == ("as claimed", "L16")
    each, once, level, folds = outcome.findings
    assert each.effect.low > 0.3 and once.effect.low > 0.3 and folds.effect.low > 0.3
    assert each.effect.mean == pytest.approx((shuffled.accuracy[2] - shuffled.accuracy[0]).mean())
    assert once.effect.mean == pytest.approx((shuffled.accuracy[1] - shuffled.accuracy[0]).mean())
    assert level.effect.mean == pytest.approx((shuffled.accuracy[2] - shuffled.accuracy[1]).mean())
    assert level.margin == 0.02 and {finding.effect.n for finding in outcome.findings} == {10}


@pytest.mark.nightly
def test_l16_last_digit_is_remembered(shuffled):
    """After a sorted file every 9 is recognised and hardly a 1; shuffled, all digits are."""
    by_digit = shuffled.by_digit.mean(axis=1)
    assert by_digit.shape == (3, 10)
    assert by_digit[0, 9] > 0.95 and by_digit[0, 1] < 0.05 and by_digit[1:].min() > 0.6
    assert shuffled.level("never").mean == pytest.approx(shuffled.accuracy[0].mean())


@pytest.mark.parametrize("shuffle", l16.ORDERS)
def test_l16_training_is_that_of_a_sorted_file(digits, shuffle):
    """The rows are sorted by digit, equal digits in their order, before the network sees them."""
    X, y = digits[0][:200], digits[1][:200]
    order = sorted(range(200), key=lambda row: (y[row], row))
    options = Options((64,), 5, optimiser="sgd", learning_rate=0.1, shuffle=shuffle)
    expected = fit(X[order], y[order], options, rng=np.random.default_rng(5))
    found = l16.train_sorted(X, y, shuffle, 5)
    np.testing.assert_array_equal(found.layers[0].weights, expected.layers[0].weights)


@pytest.mark.nightly
def test_l16_run_tests_what_did_not_train(digits, shuffled):
    """A seed orders the digits; 1,000 train and the others test, overall and by digit."""
    X, y = digits
    order = np.random.default_rng(1).permutation(len(y))
    known, new = order[:1000], order[1000:]
    network = l16.train_sorted(X[known], y[known], "once", 1)
    right = network.predict(X[new]) == y[new]
    assert shuffled.accuracy[1, 1] == right.mean()
    shares = [right[y[new] == digit].mean() for digit in range(10)]
    np.testing.assert_array_equal(shuffled.by_digit[1, 1], shares)


@pytest.mark.nightly
def test_l16_folds(digits, shuffled):
    """Ten runs of the sorted file, and ten random parts of it, by nearest class means."""
    X, y = digits
    rng = np.random.default_rng(2)
    order = rng.permutation(len(y))
    X, y = X[order], y[order]
    rows = sorted(range(len(y)), key=lambda row: (y[row], row))
    for kind, cut in enumerate((np.arange(len(y)), rng.permutation(len(y)))):
        scores = []
        for part in np.array_split(cut, 10):
            rest = np.setdiff1d(cut, part)
            A, a, B, b = X[rows][rest], y[rows][rest], X[rows][part], y[rows][part]
            names = np.unique(a)
            means = np.array([A[a == name].mean(axis=0) for name in names])
            nearest = np.linalg.norm(B[:, None] - means, axis=2).argmin(axis=1)
            scores.append((names[nearest] == b).mean())
        assert shuffled.folds[kind, 2] == pytest.approx(np.mean(scores), abs=1e-12)


# L32


@pytest.mark.nightly
def test_l32_verdict(kept):
    """All three models gain in this file; the control shows nothing of the kind."""
    outcome = l32.judge(kept)
    assert (outcome.primary.standing != "against", outcome.lesson.id) == (True, "L32")
    assert all(kept.gain(model).low > 0 for model in l32.MODELS)
    assert same(outcome.findings, [kept.gain(m) for m in l32.MODELS])
    assert {finding.effect.n for finding in outcome.findings} == {10}
    for model, finding in zip(l32.MODELS, outcome.findings, strict=True):
        assert abs(kept.gain(model, mixed=True).mean) < 0.01 < finding.effect.mean


def test_l32_rows_differ_only_by_the_other_half():
    """Each half is tested once, with 600 rows that hold it never and its twin once."""
    n, stretch = 1797, 4
    here = set(np.array_split(np.arange(n), 10)[stretch].tolist())
    found = l32.cases(n, stretch, np.random.default_rng(0))
    assert len(found) == 2 and set(found[0][0]) | set(found[1][0]) == here
    assert abs(len(found[0][0]) - len(found[1][0])) <= 1
    for (test, apart, leaked), (twin, *_) in zip(found, found[::-1], strict=True):
        assert len(set(apart)) == len(set(leaked)) == 600 == len(apart) == len(leaked)
        assert not set(apart) & here and not set(test) & set(leaked)
        assert set(leaked) & here == set(twin)
        kept = 600 - len(twin)
        np.testing.assert_array_equal(leaked[:kept], apart[:kept])
    np.testing.assert_array_equal(found[0][1], found[1][1])


def test_l32_rows_are_drawn_at_random():
    """Rows of elsewhere come from all over the file, and another seed draws others."""
    (test, apart, _), _ = l32.cases(1797, 0, np.random.default_rng(0))
    (other, elsewhere, _), _ = l32.cases(1797, 0, np.random.default_rng(1))
    assert set(test) != set(other) and set(apart) != set(elsewhere)
    assert apart.max() > 1700 and np.ptp(test) > 100


@pytest.mark.nightly
def test_l32_scores_are_means_of_both_halves(digits, kept):
    """For a stretch and a model, of the file and of the shuffled file."""
    X, y = digits
    mix = np.random.default_rng(0).permutation(len(y))
    for found, A, a in ((kept.file, X, y), (kept.mixed, X[mix], y[mix])):
        halves = l32.cases(len(y), 7, np.random.default_rng(7))
        for row in (0, 1):
            scores = [
                KNeighborsClassifier(3).fit(A[c[1 + row]], a[c[1 + row]]).score(A[c[0]], a[c[0]])
                for c in halves
            ]
            assert found[row, 0, 7] == pytest.approx(np.mean(scores), abs=1e-12)
    assert kept.level("nearest neighbours").mean == pytest.approx(kept.file[0, 0].mean())


def test_l32_models_are_as_named():
    """In the order of their names, with their settings."""
    neighbours, vectors, logistic = l32.models()
    assert (neighbours.n_neighbors, vectors.C, logistic.C, logistic.tol) == (3, 10, 0.1, 1e-3)


@pytest.mark.parametrize("stretch", [-1, 10])
def test_l32_unknown_stretch_is_refused(stretch):
    """The error names it."""
    with pytest.raises(ValueError, match=f"got {stretch}"):
        l32.cases(100, stretch, np.random.default_rng(0))


@pytest.mark.parametrize("module", [l16, l32])
def test_one_seed_is_refused(module):
    """An interval needs two; two are enough."""
    with pytest.raises(ValueError, match=r"got \[0\]"):
        module.run((0,))
