"""Projects of chapter 3: matrices, thresholds and costs, and what their runs hand on."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, confusion_matrix, precision_score
from sklearn.model_selection import cross_val_score
from sklearn.naive_bayes import MultinomialNB

from data import spam
from data.mnist import SIDE, draw, load
from snippets.augmentation import AROUND, translate
from snippets.projects import ch03_digits as digits
from snippets.projects import ch03_eights as eights
from snippets.projects import ch03_spam as mail
from snippets.thresholds import sweep


@pytest.fixture(scope="module")
def images():
    return load()


@pytest.mark.parametrize(("seed", "n_classes"), [(0, 10), (1, 3), (2, 2)])
def test_confusion_is_that_of_the_library(seed, n_classes):
    """Counts equal scikit-learn's, on three sets of random calls."""
    truth, called = np.random.default_rng(seed).integers(n_classes, size=(2, 200))
    expected = confusion_matrix(truth, called, labels=range(n_classes))
    np.testing.assert_array_equal(digits.confusion(truth, called, n_classes), expected)


def test_confusion_has_rows_for_truth_and_a_place_for_ten_digits():
    """One 8 called 3 is in row 8, column 3."""
    counts = digits.confusion(np.array([8]), np.array([3]))
    assert counts.shape == (10, 10) and counts[8, 3] == counts.sum() == 1


@pytest.mark.parametrize(
    ("truth", "called", "message"),
    [
        ([0, 1], [0], r"must be \(n,\), got \(2,\) and \(1,\)"),
        ([[0]], [[0]], "must be"),
        ([3], [0], "from 0 to 2"),
        ([0], [3], "from 0 to 2"),
        ([-1], [0], "from 0 to 2"),
        ([0], [-1], "from 0 to 2"),
    ],
)
def test_confusion_refuses_what_has_no_place(truth, called, message):
    """Shapes must agree, and classes be in range."""
    with pytest.raises(ValueError, match=message):
        digits.confusion(np.array(truth), np.array(called), 3)


def test_error_shares_are_by_row_without_a_diagonal():
    """A row is divided by its own size; right calls are left out."""
    shares = digits.error_shares(np.array([[6, 2, 0], [1, 0, 3], [0, 0, 5]]))
    np.testing.assert_allclose(shares, [[0, 0.25, 0], [0.25, 0, 0.75], [0, 0, 0]])
    np.testing.assert_allclose(digits.missed(shares), [0.25, 1, 0])
    np.testing.assert_allclose(digits.falsely_called(shares), [0.125, 0.125, 0.375])


def test_error_shares_and_their_sums_agree_with_the_library():
    """1 - missed is the diagonal of scikit-learn's matrix normalised by row; stacks work."""
    truth, called = np.random.default_rng(4).integers(4, size=(2, 300))
    shares = digits.error_shares(digits.confusion(truth, called, 4))
    expected = confusion_matrix(truth, called, normalize="true")
    np.testing.assert_allclose(1 - digits.missed(shares), expected.diagonal(), atol=1e-12)
    stack = np.stack([shares, shares.T])
    np.testing.assert_allclose(digits.missed(stack)[1], shares.sum(axis=0), atol=1e-12)
    np.testing.assert_allclose(digits.falsely_called(stack)[1], shares.sum(axis=1) / 3, atol=1e-12)


def test_error_shares_need_each_class():
    """The message names the class without a sample."""
    with pytest.raises(ValueError, match="no sample is of class 1"):
        digits.error_shares(np.array([[1, 0], [0, 0]]))


def test_threshold_keeps_the_promise_at_the_lowest_score():
    """The chosen threshold has the precision, and every lower one has less."""
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=300)
    scores = y + rng.normal(0, 0.8, 300)
    cut = digits.threshold_for(sweep(y, scores), 0.8)
    assert cut in scores
    assert precision_score(y, scores >= cut) >= 0.8
    lower = np.sort(scores[scores < cut])
    assert all(precision_score(y, scores >= other) < 0.8 for other in lower)


def test_threshold_may_just_meet_the_promise():
    """Precision of exactly what is wanted is enough, also a precision of 1."""
    found = sweep(np.array([0, 1, 1, 0]), np.array([4.0, 3.0, 2.0, 1.0]))
    assert digits.threshold_for(found, 2 / 3) == 2.0
    assert digits.threshold_for(sweep(np.array([0, 1]), np.array([0.1, 0.7])), 1.0) == 0.7


@pytest.mark.parametrize("wanted", [0.0, -0.1, 1.01])
def test_threshold_wants_a_share(wanted):
    """Precision is above 0 and at most 1."""
    with pytest.raises(ValueError, match="precision must be"):
        digits.threshold_for(sweep(np.array([1]), np.array([0.5])), wanted)


def test_threshold_says_what_precision_can_be_reached():
    """A promise that no threshold can keep is refused."""
    with pytest.raises(ValueError, match=r"no threshold reaches 0.9, the best has 0.5"):
        digits.threshold_for(sweep(np.array([0, 1]), np.array([0.7, 0.1])), 0.9)


def test_both_models_of_an_8_have_as_many_tries():
    """Four settings each, of parameters that exist; the first is the library's default."""
    assert [arm.tries for arm in eights.ARMS.values()] == [4, 4]
    for arm in eights.ARMS.values():
        first = next(iter(eights.ParameterGrid(dict(arm.grid))))
        default = type(arm.model)().get_params()
        assert {key: default[key] for key in first} == first


@pytest.mark.nightly
def test_eights_are_held_out_and_ranked(images):
    """Labels and images are those of the draw; both models rank 8s far above the rest."""
    run = eights.eights(images, (3, 4))
    assert run.y.shape == run.scores["logistic"].shape == run.scores["forest"].shape
    assert run.y.shape == (2, 2, 1000) and set(run.scores) == {"logistic", "forest"}
    for place, seed in enumerate((3, 4)):
        drawn = draw(4000, seed, images)
        expected = (drawn.y[2000:] == 8).reshape(2, 1000)
        np.testing.assert_array_equal(run.y[place], expected)
        for scores in run.scores.values():
            gap = scores[place][expected].mean() - scores[place][~expected].mean()
            assert 0.3 < gap < 1
    np.testing.assert_array_equal(run.X[1, 5], draw(4000, 3, images).X[3005])
    with pytest.raises(ValueError, match="need at least one seed"):
        eights.eights(images, ())


@pytest.mark.nightly
def test_a_setting_is_chosen_on_the_images_set_aside(images):
    """By hand: the best average precision on the first thousand, and the fit that has it."""
    run = eights.eights(images, (5,))
    drawn = draw(4000, 5, images)
    is_8 = drawn.y == 8
    fits = [
        LogisticRegression(C=C, tol=1e-3, max_iter=300).fit(drawn.X[:2000], is_8[:2000])
        for C in (1.0, 0.1, 0.01, 0.001)
    ]
    scores = np.array([fit.predict_proba(drawn.X[2000:])[:, 1] for fit in fits])
    aside = [average_precision_score(is_8[2000:3000], each[:1000]) for each in scores]
    best = int(np.argmax(aside))
    assert run.chosen["logistic"][0] == best
    np.testing.assert_allclose(run.scores["logistic"][0].ravel(), scores[best], atol=1e-9)
    np.testing.assert_allclose(run.default["logistic"][0].ravel(), scores[0], atol=1e-9)
    assert (1.0, 0.1, 0.01, 0.001)[best] == run.models["logistic"][0].C


class OneBlock:
    """A model that reads the pixels of rows 7 to 13 and columns 14 to 20, and no other."""

    def predict_proba(self, X):
        ink = X.reshape(-1, SIDE, SIDE)[:, 7:14, 14:21].mean(axis=(1, 2))
        return np.column_stack([1 - ink, ink])


def test_a_block_that_is_not_read_costs_nothing():
    """Only the block that the model reads loses precision, what the library says."""
    rng = np.random.default_rng(0)
    X = rng.random((80, SIDE * SIDE))
    chance = OneBlock().predict_proba(X)[:, 1]
    is_8 = (chance > np.quantile(chance, 0.7)).astype(int)
    lost = eights.blocks_read(OneBlock(), X, is_8, np.random.default_rng(1))
    order = np.random.default_rng(1).permutation(80)
    assert lost[1, 2] == pytest.approx(1 - average_precision_score(is_8, chance[order]))
    lost[1, 2] = 0
    assert lost.shape == (4, 4) and not lost.any()


@pytest.mark.nightly
def test_reads_are_of_the_final_images(images):
    """The map of a seed is that of its model on its last thousand images."""
    run = eights.eights(images, (6,))
    found = eights.reads(images, run, (6,))
    drawn = draw(4000, 6, images)
    by_hand = eights.blocks_read(
        run.models["logistic"][0],
        drawn.X[3000:],
        (drawn.y[3000:] == 8).astype(int),
        np.random.default_rng([6, 1]),
    )
    assert set(found) == set(eights.ARMS)
    np.testing.assert_array_equal(found["logistic"][0], by_hand)


def test_confusions_count_all_test_images_once_a_model(images):
    """Rows are the digits of the test images, and most calls are right."""
    found = digits.confusions(images, (0, 1), n_train=200, n_test=100)
    assert list(found) == list(digits.classifiers(0))
    for counts in found.values():
        assert counts.shape == (2, 10, 10)
        for seed in (0, 1):
            truth = np.bincount(draw(300, seed, images).y[200:], minlength=10)
            np.testing.assert_array_equal(counts[seed].sum(axis=1), truth)
            assert 60 < np.trace(counts[seed]) < 100


def test_jitter_moves_each_image_by_one_of_the_four_steps(images):
    """Every image is one of its four shifts, and all directions occur."""
    stack = images.X[:60].reshape(-1, SIDE, SIDE)
    moved = digits.jitter(stack, np.random.default_rng(0))
    shifts = np.stack([translate(stack, *step) for step in AROUND])
    is_it = (moved == shifts).all(axis=(2, 3))
    np.testing.assert_array_equal(is_it.sum(axis=0), 1)
    assert is_it.any(axis=1).all()


@pytest.mark.nightly
def test_shifts_beat_copies_on_moved_images(images):
    """Arms, tests and seeds are in their order; copies turn three neighbours into one."""
    found = digits.shift_scores(images, (0, 1, 2), 150, 200)
    assert {name: scores.shape for name, scores in found.items()} == {
        "logistic": (3, 2, 3),
        "neighbours": (3, 2, 3),
    }
    for nothing, copies, shifts in found.values():
        assert (shifts[1] > np.maximum(nothing[1], copies[1])).all()
        assert (nothing[0] > nothing[1]).all()
    drawn = draw(350, 1, images)
    one = digits.KNeighborsClassifier(1).fit(drawn.X[:150], drawn.y[:150])
    assert found["neighbours"][1, 0, 1] == one.score(drawn.X[150:], drawn.y[150:])


def test_accuracy_by_group():
    """Each group has the share of its own right calls."""
    truth, called = np.array([1, 1, 2, 2, 3]), np.array([1, 0, 2, 2, 0])
    np.testing.assert_array_equal(
        digits.by_group(truth, called, np.array([0, 0, 2, 1, 1])), [0.5, 0.5, 1]
    )
    with pytest.raises(ValueError, match="group 1 has no sample"):
        digits.by_group(truth, called, np.array([0, 0, 2, 2, 2]))


def test_mail_is_cut_into_three_parts():
    """Nothing is lost or used twice, and labels stay with their texts."""
    drawn, whole = mail.draw(2), spam.make(7000, 2)
    parts = (drawn.train, drawn.held, drawn.final)
    assert [len(part.texts) for part in parts] == [5000, 1000, 1000]
    assert sum((part.texts for part in parts), ()) == whole.texts
    np.testing.assert_array_equal(np.concatenate([part.spam for part in parts]), whole.spam)
    np.testing.assert_array_equal(np.concatenate([part.kinds for part in parts]), whole.kinds)
    assert mail.part(whole, 3, 5).texts == whole.texts[3:5]


def test_each_filter_is_what_its_name_says():
    """Model, labels and counting differ; a filter of kinds adds up the kinds of spam."""
    small = mail.part(spam.make(400, 0), 0, 300)
    test = spam.make(50, 1).texts
    fits = {name: mail.train(name, small) for name in mail.FILTERS}
    models = [type(fit[-1]).__name__ for fit in fits.values()]
    assert models == ["MultinomialNB", "LogisticRegression", "MultinomialNB", "MultinomialNB"]
    assert [len(fit.classes_) for fit in fits.values()] == [2, 2, 6, 6]
    assert [fit[0].binary for fit in fits.values()] == [False, False, False, True]
    for name in mail.FILTERS[:2]:
        chance = mail.chance_of_spam(name, fits[name], test)
        np.testing.assert_array_equal(chance, fits[name].predict_proba(test)[:, 1])
    kinds = fits["told kinds"]
    counts = kinds[0].transform(test)
    by_hand = MultinomialNB().fit(kinds[0].transform(small.texts), small.kinds)
    np.testing.assert_allclose(
        mail.chance_of_spam("told kinds", kinds, test),
        1 - by_hand.predict_proba(counts)[:, :3].sum(axis=1),
        atol=1e-12,
    )
    with pytest.raises(ValueError, match=r"no filter 'forest'; there are naive Bayes, .*once"):
        mail.train("forest", small)


@pytest.mark.nightly
def test_run_keeps_sizes_seeds_and_parts_in_order():
    """Scores are those of a filter trained on the beginning of a seed's messages."""
    found = mail.run((5,))
    drawn = mail.draw(5)
    np.testing.assert_array_equal(found.y[0], [drawn.held.spam, drawn.final.spam])
    np.testing.assert_array_equal(found.kinds[0], drawn.final.kinds)
    truth = spam.log_odds(drawn.final.texts)
    np.testing.assert_allclose(np.log(found.best[0] / (1 - found.best[0])), truth, atol=1e-6)
    assert set(found.chance) == set(mail.FILTERS)
    assert found.chance["logistic"].shape == (4, 1, 2, 1000)
    fitted = mail.train("logistic", mail.part(drawn.train, 0, 200))
    for place, part in enumerate((drawn.held, drawn.final)):
        expected = mail.chance_of_spam("logistic", fitted, part.texts)
        np.testing.assert_array_equal(found.chance["logistic"][1, 0, place], expected)
    for once in mail.FILTERS[2:]:
        fitted = mail.train(once, mail.part(drawn.train, 0, 50))
        expected = mail.chance_of_spam(once, fitted, drawn.final.texts)
        np.testing.assert_allclose(found.chance[once][0, 0, 1], expected, atol=1e-12)
    with pytest.raises(ValueError, match="need at least one seed"):
        mail.run(())


@pytest.mark.nightly
def test_filters_choose_inside_their_training_messages():
    """As many tries; the best mean average precision on three folds, by hand, at both sizes."""
    assert [arm.tries for arm in mail.ARMS.values()] == [4, 4]
    found, drawn = mail.run((5,)), mail.draw(5)
    assert found.tuned["naive Bayes"].shape == (2, 1, 1000) and mail.TUNED == (50, 5000)
    few = mail.part(drawn.train, 0, 50)
    counter = CountVectorizer()
    X, new = counter.fit_transform(few.texts), counter.transform(drawn.final.texts)
    means = [
        cross_val_score(MultinomialNB(alpha=a), X, few.spam, cv=3, scoring="average_precision")
        for a in (1.0, 0.1, 0.01, 10.0)
    ]
    best = (1.0, 0.1, 0.01, 10.0)[int(np.argmax(np.mean(means, axis=1)))]
    expected = MultinomialNB(alpha=best).fit(X, few.spam).predict_proba(new)[:, 1]
    np.testing.assert_allclose(found.tuned["naive Bayes"][0, 0], expected, atol=1e-12)


def test_cost_counts_both_errors():
    """One false alarm at 10 and two misses at 1 among five messages cost 2,400 a thousand."""
    y = np.array([0, 0, 1, 1, 1])
    called = np.array([True, False, True, False, False])
    assert mail.cost(y, called, 10, 1) == pytest.approx(2400)
    assert mail.cost(y, y == 1, 10, 1) == 0


@pytest.mark.parametrize(("y", "called"), [([0, 1], [True]), ([], [])])
def test_cost_needs_a_call_for_each_message(y, called):
    """Shapes must agree, and there must be a message."""
    with pytest.raises(ValueError, match="need a call for each message"):
        mail.cost(np.array(y), np.array(called, dtype=bool), 10, 1)
