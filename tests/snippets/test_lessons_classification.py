"""Lessons about classifiers: claims, and counts and scores against the library."""

from __future__ import annotations

import numpy as np
import pytest
from lesson_runs import ran, same, told
from sklearn.datasets import (
    load_breast_cancer,
    load_digits,
    make_blobs,
    make_circles,
    make_classification,
)
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.metrics import confusion_matrix
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC, NuSVC
from sklearn.tree import DecisionTreeClassifier

from data.mnist import draw
from snippets.evidence import mean_interval, paired_difference
from snippets.lessons import l23_stochastic as l23
from snippets.lessons import l24_nu as l24
from snippets.lessons import l26_forest as l26
from snippets.lessons import l27_little_data as l27
from snippets.lessons import l28_linear_svc as l28
from snippets.lessons import l29_dependence as l29
from snippets.lessons import l33_confusion as l33
from snippets.linear_regression import compare_passes
from snippets.naive_bayes import two_normals
from snippets.random_forest import grow


@pytest.mark.parametrize("module", [l24, l26, l27, l28, l29, l33])
def test_one_seed_is_refused(module):
    """An interval needs two seeds, and the error says which were given."""
    with pytest.raises(ValueError, match=r"\[7\]"):
        module.run([7])


@pytest.mark.nightly
def test_l23_stochastic_descent_is_less_accurate_only_with_a_constant_step():
    """Ahead after one pass; behind after thirty if the step stays, else not shown."""
    outcome = l23.judge(ran(l23))
    assert told(outcome, "+?--") and outcome.primary.standing == "as claimed"
    assert outcome.findings[0].effect.mean > 2
    assert "30 passes" in outcome.findings[0].what and "1 pass:" in outcome.findings[3].what


def test_l23_a_gap_is_the_log_of_the_ratio_of_errors():
    """One power of ten is a tenth of the error; both arms have made the same passes."""
    found, direct = l23.run((3, 4)), compare_passes(30, (3, 4))
    np.testing.assert_array_equal(found.decayed, direct.decayed)
    for step, passes in l23.PLACES:
        ratio = np.log10(getattr(direct, step)[:, passes] / direct.batch[:, passes])
        assert l23.gap(found, step, passes).mean == pytest.approx(ratio.mean())
    assert l23.PLACES == (("constant", 30), ("decayed", 30), ("decayed", 10), ("constant", 1))


@pytest.fixture(scope="module")
def nu_shares():
    return ran(l24)


@pytest.mark.nightly
def test_l24_nu_is_not_the_share_of_mistakes(nu_shares):
    """It is far above where groups are apart, and below where they overlap."""
    outcome = l24.judge(nu_shares)
    assert told(outcome, "----") and outcome.primary.standing == "against"
    assert [one.margin for one in outcome.findings] == [0.03] * 4
    assert [np.sign(one.effect.mean) for one in outcome.findings] == [-1, -1, 1, -1]
    nus = [nu for _, nu in l24.SETTINGS]
    for setting, nu in enumerate(nus):
        test_error = nu_shares.share(setting, "test error")
        assert outcome.findings[setting].effect.mean == pytest.approx(test_error.mean - nu)
        assert nu_shares.share(setting, "support vectors").low > nu
    assert all(nu_shares.share(i, "margin errors").high < nus[i] for i in (0, 1, 3))
    assert nu_shares.share(2, "margin errors").low > nus[2]
    assert nu_shares.share(2, "misclassified").low > nus[2]
    assert nu_shares.shares.shape == (4, 12, 4)


@pytest.mark.parametrize(("distance", "nu", "seed"), [(4.0, 0.1, 0), (2.0, 0.6, 5)])
def test_l24_the_counts_are_those_of_the_library(distance, nu, seed):
    """200 samples to fit, 1,000 new ones; support vectors are what the library lists."""
    X, y = make_blobs(1200, centers=[[0, 0], [distance, 0]], random_state=seed)
    model = NuSVC(nu=nu, kernel="linear", tol=1e-5).fit(X[:200], y[:200])
    margin = model.decision_function(X[:200]) * np.where(y[:200] == 1, 1, -1)
    expected = (
        (margin < 1 - 1e-4).mean(),
        len(model.support_) / 200,
        1 - model.score(X[:200], y[:200]),
        1 - model.score(X[200:], y[200:]),
    )
    assert l24.count(distance, nu, seed) == pytest.approx(expected)


@pytest.fixture(scope="module")
def forest():
    return ran(l26)


@pytest.mark.nightly
def test_l26_a_forest_beats_a_tree_and_a_stopped_tree(forest):
    """Both leads are shown; in training forest and tree are alike."""
    outcome = l26.judge(forest)
    assert told(outcome, "++") and outcome.primary.standing == "as claimed"
    assert same([outcome.findings[0]], [paired_difference(forest.test[3], forest.test[0])])
    assert same([outcome.findings[1]], [paired_difference(forest.test[3], forest.test[1])])
    assert forest.training[0].min() == 1 and forest.training[3].min() > 0.99
    features = forest.lead("forest", "bagged trees")
    assert max(-features.low, features.high) < 0.05
    table = forest.table()
    assert list(table) == list(l26.ARMS)
    assert table["bagged trees"]["test"] == mean_interval(forest.test[2])
    assert table["one tree"]["training"] == mean_interval(forest.training[0])


@pytest.mark.nightly
def test_l26_the_scores_are_those_of_the_library():
    """300 samples to fit, 300 to test; trees from a library, voted by hand."""
    shape = {"n_informative": 5, "n_redundant": 0, "n_classes": 3, "flip_y": 0.1}
    found = l26.run((2, 6))
    for column, seed in enumerate((2, 6)):
        X, y = make_classification(600, 20, random_state=seed, **shape)
        A, a, B, b = X[:300], y[:300], X[300:], y[300:]
        for arm, leaf in enumerate((1, 10)):
            tree = DecisionTreeClassifier(min_samples_leaf=leaf, random_state=0).fit(A, a)
            assert found.training[arm, column] == pytest.approx(tree.score(A, a))
            assert found.test[arm, column] == pytest.approx(tree.score(B, b))
        for arm, features in ((2, None), (3, "sqrt")):
            trees = grow(A, a, range(30), features).trees
            label = np.mean([tree.predict_proba(B) for tree in trees], axis=0).argmax(axis=1)
            assert found.test[arm, column] == pytest.approx((label == b).mean())


@pytest.fixture(scope="module")
def little():
    return ran(l27)


@pytest.mark.nightly
def test_l27_the_machine_leads_forests_on_digits_and_nothing_else(little):
    """Behind logistic regression on breast cancer, level on digits."""
    outcome = l27.judge(little)
    assert told(outcome, "?-?-??++") and outcome.primary.standing == "as claimed"
    expected = [
        paired_difference(little.accuracy[size, 0], little.accuracy[size, rival])
        for rival in (1, 2)
        for size in range(4)
    ]
    assert same(outcome.findings, expected)
    assert "logistic" in outcome.findings[0].what and "forest" in outcome.findings[7].what
    table = little.table()
    assert table["digits, 30 samples"]["forest"] == mean_interval(little.accuracy[2, 2])
    assert table["breast cancer, 50 samples"]["SVM"] == mean_interval(little.accuracy[1, 0])


@pytest.mark.parametrize(("name", "n", "seed"), [("breast cancer", 20, 1), ("digits", 50, 4)])
def test_l27_the_scores_are_those_of_the_library(name, n, seed):
    """Stratified splits with 300 new samples; only breast cancer needs a scaler."""
    data = load_digits() if name == "digits" else load_breast_cancer()
    A, B, a, b = train_test_split(
        data.data, data.target, train_size=n, test_size=300, stratify=data.target, random_state=seed
    )
    if name == "digits":
        A, B = A / 16, B / 16
    models = [SVC(), LogisticRegression()]
    if name != "digits":
        models = [make_pipeline(StandardScaler(), model) for model in models]
    models.append(RandomForestClassifier(25, random_state=seed))
    expected = [model.fit(A, a).score(B, b) for model in models]
    assert l27.scores(name, n, seed) == pytest.approx(expected)


@pytest.fixture(scope="module")
def linear():
    return ran(l28)


@pytest.mark.nightly
def test_l28_the_linear_classifier_does_not_suffer_from_size(linear):
    """Its steps grow less than those of SVC, and its accuracy rises."""
    outcome = l28.judge(linear)
    assert told(outcome, "----") and outcome.primary.standing == "against"
    growth, gain, change, alone = (one.effect for one in outcome.findings)
    doublings = np.log2(3000 / 250)
    own, kernel = (
        np.log2(linear.steps[arm, 2] / linear.steps[arm, 0]) / doublings for arm in (0, 1)
    )
    assert alone == paired_difference(linear.large[1], linear.accuracy[0, 2])
    assert growth.mean == pytest.approx((own - kernel).mean())
    assert gain == paired_difference(linear.accuracy[0, 2], linear.accuracy[0, 0])
    gaps = linear.accuracy[0] - linear.accuracy[1]
    assert change == paired_difference(gaps[2], gaps[0])
    assert linear.accuracy_gap() == mean_interval(gaps[2])
    assert linear.accuracy_gap(0) == mean_interval(gaps[0])
    assert [one.claim for one in outcome.findings] == ["above", *["below"] * 3]
    table = linear.table()
    assert table["LinearSVC"]["vectors kept, exponent of n"].mean == 0
    assert table["SVC, linear kernel"]["vectors kept, exponent of n"].low > 0.8
    assert table["SVC, linear kernel"]["steps, exponent of n"].mean == pytest.approx(kernel.mean())
    assert table["SVC, linear kernel"]["accuracy at n = 3000"] == mean_interval(
        linear.accuracy[1, 2]
    )


@pytest.mark.nightly
def test_l28_the_counts_are_those_of_the_library():
    """The first n samples to fit, the last 1,000 to test; a kernel machine keeps vectors."""
    found = l28.run((3, 8))
    for column, seed in enumerate((3, 8)):
        X, y = make_classification(33_000, 20, flip_y=0.1, random_state=seed)
        large = LinearSVC().fit(X[:32_000], y[:32_000])
        expected = [large.n_iter_, large.score(X[32_000:], y[32_000:])]
        assert found.large[:, column] == pytest.approx(expected)
        for place, n in enumerate((250, 1000, 3000)):
            own = LinearSVC().fit(X[:n], y[:n])
            kernel = SVC(kernel="linear").fit(X[:n], y[:n])
            assert found.steps[:, place, column].tolist() == [own.n_iter_, kernel.n_iter_[0]]
            assert found.kept[:, place, column].tolist() == [1, kernel.n_support_.sum()]
            right = [model.score(X[32_000:], y[32_000:]) for model in (own, kernel)]
            assert found.accuracy[:, place, column] == pytest.approx(right)
            A, a = make_circles(n + 1000, factor=0.5, noise=0.1, random_state=seed)
            ring = LinearSVC().fit(A[:n], a[:n]).score(A[n:], a[n:])
            assert found.rings[place, column] == pytest.approx(ring)


@pytest.fixture(scope="module")
def dependent():
    return ran(l29)


@pytest.mark.nightly
def test_l29_copies_spoil_probabilities_always_and_labels_sometimes(dependent):
    """With all features copied the labels stay, and the confidence does not."""
    outcome = l29.judge(dependent)
    assert told(outcome, "-?--") and outcome.primary.standing == "against"
    assert [one.margin for one in outcome.findings] == [0.01] * 4
    np.testing.assert_array_equal(dependent.accuracy[1, 2], dependent.accuracy[1, 0])
    lost, kept, *boasts = (one.effect for one in outcome.findings)
    assert lost == paired_difference(dependent.accuracy[0, 2], dependent.accuracy[0, 0])
    assert kept.half_width == 0
    assert boasts == [
        paired_difference(dependent.confidence[arm, 2], dependent.accuracy[arm, 2])
        for arm in (0, 1)
    ]
    assert dependent.boast(0, 1).high < 0.03 < dependent.boast(0, 5).low
    table = dependent.table()
    assert table["all, 5 times"]["confidence"] == mean_interval(dependent.confidence[1, 1])
    assert table["the first, 20 times"]["accuracy"] == mean_interval(dependent.accuracy[0, 2])
    assert table["all, 1 times"]["confidence − accuracy"] == dependent.boast(1, 1)
    assert dependent.accuracy.shape == (2, 3, 12)


@pytest.mark.parametrize(("columns", "times", "seed"), [((0,), 5, 0), ((0, 1, 2), 20, 3)])
def test_l29_the_scores_are_those_of_the_library(columns, times, seed):
    """300 samples to fit and 2,000 new ones; copies stand beside the three features."""
    rng = np.random.default_rng(seed)
    X, y = two_normals(300, rng)
    new, truth = two_normals(2000, rng)
    copies = [column for column in columns for _ in range(times - 1)]
    model = GaussianNB(priors=[0.5, 0.5]).fit(np.hstack([X, X[:, copies]]), y)
    chances = model.predict_proba(np.hstack([new, new[:, copies]]))
    accuracy, confidence = l29.with_copies(columns, times, seed)
    assert accuracy == ((chances[:, 1] > 0.5) == truth).mean()
    assert confidence == pytest.approx(np.maximum(chances[:, 0], chances[:, 1]).mean())


@pytest.fixture(scope="module")
def confusion():
    return ran(l33)


@pytest.mark.nightly
def test_l33_8s_are_missed_often_and_false_8s_do_not_lead(confusion):
    """Above the mean in rows and below in columns; worse than every other with no model."""
    outcome = l33.judge(confusion)
    assert told(outcome, "+??????-?-??")
    assert outcome.primary.standing == "as claimed"
    assert outcome.findings[0].effect.mean > 5
    expected = [confusion.above_mean(way, "linear, SGD") for way in l33.WAYS]
    expected += [confusion.lead(way, arm) for way in l33.WAYS for arm in l33.ARMS]
    assert same(outcome.findings, expected)
    assert all(confusion.worst("false", arm) != 8 for arm in l33.ARMS)
    assert all(0 < confusion.times_worst("missed", arm) < 10 for arm in l33.ARMS)
    assert "8s missed" in outcome.findings[0].what and "false 8s" in outcome.findings[1].what
    # Each mistake has a row and a column.
    np.testing.assert_allclose(*confusion.wrong.sum(axis=-1))


def test_l33_a_lead_is_over_the_worst_of_the_other_digits():
    """The rival is the worst digit on the other splits, and the difference is paired by split."""
    wrong = np.zeros((2, 5, 3, 10))
    wrong[1, 2] = [[9, 1, 0, 0, 0, 0, 0, 0, 4, 0], [1, 6, 0, 0, 0, 0, 0, 0, 8, 0], [2] * 10]
    result = l33.Result(wrong)
    assert result.worst("false", "neighbours") == 8
    lead = result.lead("false", "neighbours")
    assert lead == paired_difference([4, 8, 2], [1, 1, 2])
    assert result.lead("false", "neighbours", 0) == paired_difference([9, 1, 2], [4, 8, 2])
    means = [10 / 9, 7 / 9, 2]
    above = result.above_mean("false", "neighbours")
    assert above.mean == pytest.approx(np.mean(np.subtract([4, 8, 2], means)))
    assert result.above_mean("false", "neighbours", 1).mean == pytest.approx(
        np.mean([1 - 13 / 9, 6 - 1, 0])
    )
    assert result.times_worst("false", "neighbours") == 1
    assert result.times_worst("false", "neighbours", 0) == 2  # a tie goes to the first
    assert result.lead("missed", "neighbours").mean == 0


@pytest.mark.parametrize("seed", [0, 1])
def test_l33_mistakes_are_the_sums_of_a_normalised_confusion_matrix(seed):
    """Rows of the library's matrix that sum to 1, without the diagonal, times a hundred."""
    rng = np.random.default_rng(seed)
    truth, answer = rng.permutation(np.arange(200) % 10), rng.integers(10, size=200)
    shares = confusion_matrix(truth, answer, normalize="true") * 100
    shares -= np.diag(np.diag(shares))
    found = l33.wrong_images(truth, answer)
    np.testing.assert_allclose(found, [shares.sum(axis=1), shares.sum(axis=0)])
    assert (l33.wrong_images(truth, truth) == 0).all()


def test_l33_a_missing_digit_is_refused():
    """Without a 9 the share of missed 9s is not defined."""
    with pytest.raises(ValueError, match="every digit"):
        l33.wrong_images(np.arange(9), np.arange(9))


def test_l33_halving_averages_blocks_of_four_pixels():
    """The first block holds the first two pixels of the first two rows."""
    images = np.random.default_rng(0).random((3, 784))
    found = l33.halve(images)
    square = images.reshape(3, 28, 28)
    assert found.shape == (3, 196)
    assert found[1, 0] == pytest.approx(square[1, :2, :2].mean())
    assert found[2, 14 * 3 + 5] == pytest.approx(square[2, 6:8, 10:12].mean())


@pytest.mark.nightly
def test_l33_the_answers_are_those_of_the_library(confusion):
    """1,000 images to train on and 1,500 new ones of each draw."""
    drawn = draw(2500, 4)
    X = drawn.X.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).reshape(-1, 196)
    models = (
        SGDClassifier(max_iter=15, tol=None, random_state=4),
        LogisticRegression(max_iter=100),
        KNeighborsClassifier(3),
        RandomForestClassifier(20, random_state=4),
        SVC(C=5),
    )
    for arm, model in enumerate(models):
        answer = model.fit(X[:1000], drawn.y[:1000]).predict(X[1000:])
        expected = l33.wrong_images(drawn.y[1000:], answer)
        np.testing.assert_allclose(confusion.wrong[:, arm, 4], expected)
