"""Lessons about data and features: the sign of each interval, and the functions behind them."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from lesson_runs import ran, same
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import (
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    OneHotEncoder,
    RobustScaler,
    StandardScaler,
)

from data.mnist import draw, load
from snippets.augmentation import translate
from snippets.lessons import l01_normalising as l01
from snippets.lessons import l01b_clusters as l01b
from snippets.lessons import l06_more_data as l06
from snippets.lessons import l17_shifts as l17
from snippets.lessons import l30_categories as l30
from snippets.lessons import l34_normalisations as l34
from snippets.lessons import l35_imputation as l35

MODULES = [l01, l01b, l06, l17, l30, l34, l35]


@pytest.fixture(scope="module")
def results():
    return {module: ran(module) for module in MODULES}


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("module", "standing"),
    [
        (l01, "not settled"),
        (l01b, "as claimed"),
        (l06, "as claimed"),
        (l17, "as claimed"),
        (l30, "as claimed"),
        (l34, "against"),
        (l35, "as claimed"),
    ],
)
def test_primary_findings(results, module, standing):
    """What the primary finding of each lesson says, its id, and its number of seeds."""
    outcome = module.judge(results[module])
    assert outcome.primary.standing == standing
    assert outcome.lesson.id.lower() == module.__name__.split(".")[-1].split("_")[0]
    assert {finding.effect.n for finding in outcome.findings} == {10}


@pytest.mark.parametrize("module", MODULES)
def test_one_seed_is_refused(module):
    """An interval needs two seeds."""
    with pytest.raises(ValueError, match=r"got \[0\]"):
        module.run((0,))


@pytest.mark.nightly
def test_l01_network_gains_more_than_linear_models(results):
    """With few passes far more, with many still more; least squares gains nothing."""
    first, second, logistic, squares = l01.judge(results[l01]).findings
    assert second.contradicts and not first.supports and not logistic.contradicts
    assert results[l01].network_lead(10).low > results[l01].network_lead(100).high > 0
    assert squares.effect.mean == squares.effect.half_width == 0
    assert same([first], [results[l01].network_lead(100)])
    assert same([second], [results[l01].network_lead(10)])


@pytest.mark.nightly
def test_l01_gains_are_scaled_minus_raw(results):
    """What needs scaling gains, what does not stays; the network is judged at its last pass."""
    result = results[l01]
    gains = result.gains()
    assert gains["nearest neighbours"].low > 0.1 and gains["support vectors"].low > 0.1
    assert abs(gains["naive Bayes"].mean) < 0.01 and abs(gains["decision tree"].mean) < 0.02
    raw, scaled = result.network[:, -1].mean(axis=1)
    assert gains["neural network"].mean == pytest.approx(scaled - raw)
    lead = gains["neural network"].mean - gains["logistic"].mean
    assert result.network_lead(100).mean == pytest.approx(lead)
    assert result.network.shape == (2, 5, 10)
    assert np.diff(result.network.mean(axis=2)[1]).min() > 0


@pytest.mark.nightly
def test_l01_bad_input_is_refused(results):
    """The error names the value."""
    with pytest.raises(ValueError, match="got 7"):
        results[l01].network_lead(7)
    with pytest.raises(ValueError, match=r"got \[1, 2\]"):
        l01.run((1, 2))


@pytest.mark.nightly
def test_l01b_unit_decides_and_z_scores_are_one_choice(results):
    """Harm in the same unit, help in a small one; z-scores do not see the unit."""
    result = results[l01b]
    assert result.gain(l01b.SAME_UNIT).high < -0.4
    assert result.gain(l01b.SMALL_UNIT).low > 0.2
    assert (l01b.FACTORS[l01b.SAME_UNIT], l01b.FACTORS[l01b.SMALL_UNIT]) == (1.0, 30.0)
    assert result.raw.shape == (len(l01b.FACTORS), 10)
    assert result.raw[l01b.SAME_UNIT].min() > 0.9 and result.ward[0].min() > 0.9
    X, truth = l01b.draw(3, 60)
    assert X.shape == (60, 2) and np.bincount(truth).tolist() == [20, 20, 20]
    assert np.abs(X[truth == 2].mean(axis=0) - [12, 0]).max() < 1.5


@pytest.mark.nightly
def test_l06_better_model_beats_eight_times_the_images(results):
    """But only of naive Bayes: neighbours with as many pass it, and more images help all."""
    result = results[l06]
    simple, near = result.simple, result.near
    assert result.lead(400, 3200, simple).high < 0 and result.lead(100, 400, simple).low > 0
    assert result.lead(400, 400, near).high < 0 < result.lead(400, 3200, near).low
    assert abs(result.lead(200, 3200, simple).mean) < 0.02
    assert simple.shape == near.shape == (6, 10) and result.better.shape == (5, 10)
    first, second, third, fourth = l06.judge(result).findings
    assert same([first, fourth], [result.lead(400, 3200, each) for each in (simple, near)])
    simple, better = result.simple.mean(axis=1), result.better.mean(axis=1)
    assert second.effect.mean == pytest.approx(simple[5] - simple[2])
    assert third.effect.mean == pytest.approx(better[4] - better[2])


@pytest.mark.nightly
def test_l06_curves_rise_with_images():
    """Scores of all models for every size, from one order of the images."""
    images = load()
    curves = l06.learning_curves(draw(5000, 0, images))
    assert [len(scores) for scores in curves] == [6, 6, 5]
    assert all(scores[-1] > scores[0] + 0.1 for scores in curves)


def test_l06_a_setting_is_chosen_on_images_that_it_did_not_see():
    """The setting that tells the last quarter, not the one that knows the first by heart."""
    X = np.repeat(np.arange(20.0), 20)[:, None] + np.random.default_rng(0).normal(0, 0.01, (400, 1))
    y = (np.arange(400) % 20 < 14).astype(int)  # noise: the majority is the best guess
    order = np.random.default_rng(1).permutation(400)
    settings = (KNeighborsClassifier(1), KNeighborsClassifier(299))
    assert l06.tuned(settings, X[order], y[order]).n_neighbors == 299


@pytest.mark.nightly
def test_l17_shifts_beat_copies_and_real_images_beat_shifts(results):
    """With both models; so do the copies beat nothing with the neighbours."""
    result = results[l17]
    for model in l17.MODELS:
        assert result.gain(model, "shifts", "copies").low > 0
        assert result.gain(model, "real images", "shifts").low > 0
    assert result.gain("neighbours", "copies", "nothing").low > 0


@pytest.mark.nightly
def test_l17_ways_to_augment(results):
    """Shear and shifts beat copies, what turns digits too far harms."""
    result = results[l17]
    assert result.over_copies("shear").low > 0
    assert result.over_copies("turned too far").high < 0
    np.testing.assert_allclose(
        result.over_copies("translation").mean, result.gain("neighbours", "shifts", "copies").mean
    )


@pytest.mark.parametrize("kind", ["copies", *l17.KINDS])
def test_l17_augmented_images_stand_behind_the_originals(kind):
    """Five times as many, in the range of ink, the first ones unchanged."""
    images = draw(6, 0).X.reshape(-1, 28, 28)
    five = l17.augment(images, kind, np.random.default_rng(0))
    assert five.shape == (30, 28, 28)
    np.testing.assert_array_equal(five[:6], images)
    assert five.min() >= 0 and five.max() <= 1 + 1e-12
    versions = {five[i * 6 : i * 6 + 6].tobytes() for i in range(5)}
    assert len(versions) == (1 if kind == "copies" else 5)


def test_l17_shifts_are_by_one_pixel():
    """Up, down, left and right, in this order."""
    images = draw(3, 1).X.reshape(-1, 28, 28)
    five = l17.augment(images, "translation", np.random.default_rng(0))
    expected = [images, *(translate(images, *s) for s in ((-1, 0), (1, 0), (0, -1), (0, 1)))]
    np.testing.assert_array_equal(five, np.concatenate(expected))


def test_l17_unknown_kind_is_refused():
    """The error names it and lists the others."""
    with pytest.raises(ValueError, match="no augmentation 'mirror'; there are copies, noise"):
        l17.augment(np.zeros((1, 4, 4)), "mirror", np.random.default_rng(0))


@pytest.mark.nightly
def test_l30_encoding_matters_for_the_linear_model_alone(results):
    """Dummies beat numbers there; boosting does not care; order would have saved most."""
    result = results[l30]
    linear, tree, boosting = (result.gain(model) for model in l30.MODELS)
    assert linear.low > 0.3 and tree.low < 0.05
    assert boosting.low > -0.02 and boosting.high < 0.02
    ordered = result.gain("linear", "number in order of effect")
    assert ordered.low > 0 and ordered.high < linear.low
    assert result.bin_gain("curved").low > 0.4
    assert result.bin_gain("straight").low > -0.1 and result.bin_gain("straight").high < 0


def test_l30_dummies_equal_scikit_learn():
    """On integers in any order; an unknown category is a row of zeros."""
    rng = np.random.default_rng(0)
    for n_categories in (1, 2, 12):
        known = rng.integers(n_categories, size=50)
        encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
        encoder.fit(known[:, None])
        new = rng.integers(n_categories + 2, size=30)
        ours = l30.dummies(new, encoder.categories_[0])
        np.testing.assert_array_equal(ours, encoder.transform(new[:, None]))
        assert ours.dtype == np.float64


def test_l30_bins_equal_scikit_learn():
    """Edges belong to the bin above; numbers beyond the ends to the outer bins."""
    rng = np.random.default_rng(0)
    for x in (rng.normal(size=60), rng.integers(20, size=60).astype(float)):
        library = KBinsDiscretizer(
            4, encode="ordinal", strategy="uniform", quantile_method="averaged_inverted_cdf"
        ).fit(x[:, None])
        edges = library.bin_edges_[0][1:-1]
        new = np.concatenate([x * 2, edges])
        expected = library.transform(new[:, None])[:, 0]
        np.testing.assert_array_equal(l30.bins(new, edges), expected)
    assert l30.bins(np.array([1.0, 2.0]), np.array([])).tolist() == [0, 0]


def test_l30_targets_are_effects_with_noise():
    """Twelve effects, and noise of standard deviation 0.5 around them."""
    values, effects, y = l30.draw(0)
    assert (values.shape, effects.shape, y.shape) == ((600,), (12,), (600,))
    assert set(values) == set(range(12))
    assert abs(np.std(y - effects[values]) - 0.5) < 0.05


def test_l30_bad_input_is_refused():
    """Categories are named once, edges rise."""
    with pytest.raises(ValueError, match=r"once, got \[1, 1\]"):
        l30.dummies(np.array([1]), np.array([1, 1]))
    with pytest.raises(ValueError, match=r"rise, got \[1\.0, 1\.0\]"):
        l30.bins(np.array([1.0]), np.array([1.0, 1.0]))


LIBRARY = {
    "min-max": MinMaxScaler(),
    "max": MaxAbsScaler(),
    "z-score": StandardScaler(),
    "robust": RobustScaler(),
    "L1 by row": Normalizer("l1"),
    "L2 by row": Normalizer("l2"),
}


@pytest.mark.parametrize("name", LIBRARY)
@pytest.mark.parametrize("load_set", [load_wine, load_breast_cancer, load_diabetes])
def test_l34_normalisations_equal_scikit_learn(name, load_set):
    """On samples that taught the scaler and on new ones; diabetes has both signs."""
    X = load_set().data
    train, new = X[::2], X[1::2]
    ours = l34.normalise(name, train, new)
    library = LIBRARY[name].fit(train)
    for found, samples in zip(ours, (train, new), strict=True):
        np.testing.assert_allclose(found, library.transform(samples), rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", LIBRARY)
@pytest.mark.parametrize(
    "X", [np.array([[0.0, 3.0], [0.0, 5.0], [0.0, -9.0]]), np.array([[0.0, 0.0]])]
)
def test_l34_constant_features_and_empty_samples_equal_scikit_learn(name, X):
    """Nothing is divided by zero: a constant 0 stays 0, one sample too."""
    found, _ = l34.normalise(name, X, X)
    np.testing.assert_allclose(found, LIBRARY[name].fit_transform(X), atol=1e-12)


def test_l34_norms_take_absolute_values():
    """The example of B14: signs must not cancel."""
    row = np.array([[1.0, -1.0, 0.5]])
    np.testing.assert_allclose(l34.l1_rows(row), [[0.4, -0.4, 0.2]])
    np.testing.assert_allclose(l34.l2_rows(row), row / 1.5)
    shift, size = l34.fit_max(np.array([[-4.0], [2.0]]))
    assert (shift.tolist(), size.tolist()) == ([0.0], [4.0])


def test_l34_raw_stays_and_bad_input_is_refused():
    """The error names what is wrong."""
    X = np.ones((2, 2))
    assert l34.normalise("raw", X, X)[0] is X
    with pytest.raises(ValueError, match="no normalisation 'l3'; there are raw, min-max"):
        l34.normalise("l3", X, X)
    for pair in ((X * np.nan, X), (X, X * np.inf)):
        with pytest.raises(ValueError, match="finite values"):
            l34.normalise("max", *pair)


@pytest.mark.nightly
def test_l34_rows_serve_texts_and_columns_serve_measurements(results):
    """Each kind wins on its own data, and only the robust scaler shrugs off outliers."""
    result = results[l34]
    for name in ("L1 by row", "L2 by row"):
        assert result.over_z(name).high < -0.05
        assert result.over_z(name, "texts").low > 0.03
    for name in ("min-max", "max"):
        assert result.over_z(name).low > -0.03 and result.over_z(name).high < 0.03
    assert result.over_z("robust", "outlier").low > 0
    assert result.over_z("robust").high < 0.02


def test_l34_word_counts_are_counts_of_texts():
    """Whole numbers, 20 to 2,000 words a text, two subjects."""
    counts, subject = l34.word_counts(0, 100, 15)
    assert counts.shape == (100, 15) and set(subject) == {0, 1}
    np.testing.assert_array_equal(counts, counts.round())
    lengths = counts.sum(axis=1)
    assert 19 <= lengths.min() < 40 and 1200 < lengths.max() <= 2000
    assert GaussianNB().fit(l34.l1_rows(counts), subject).score(l34.l1_rows(counts), subject) > 0.9


@pytest.mark.nightly
def test_l35_prediction_saves_error_if_features_are_related(results):
    """There both save; on independent features both cost; the classifier hardly cares."""
    result = results[l35]
    assert result.saved("related", "ridge").low > result.saved("related", "neighbours").high > 0.2
    assert result.saved("independent", "neighbours").high < 0
    assert result.saved("independent", "ridge").high < 0.02
    gain = result.accuracy_gain()
    assert gain.low > -0.03 and gain.high < 0.04
    assert abs(result.errors[:, 0].mean() - 1) < 0.05  # a mean errs by one standard deviation


@pytest.mark.parametrize("data", l35.SETS)
@pytest.mark.parametrize(("rounds", "penalty"), [(1, 1.0), (4, 0.1)])
def test_l35_imputation_equals_scikit_learn(data, rounds, penalty):
    """`IterativeImputer` with ridge, features in their order, the same number of rounds."""
    X = l35.punch(l35.draw(data, 5)[0], 0.2, np.random.default_rng(0))
    library = IterativeImputer(
        Ridge(penalty), max_iter=rounds, tol=0.0, imputation_order="roman", random_state=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it was told not to converge
        expected = library.fit_transform(X)
    np.testing.assert_allclose(l35.impute(X, rounds, penalty), expected, atol=1e-10)


def test_l35_no_rounds_fill_with_means():
    """As `SimpleImputer` does; values that are there stay, whole samples too."""
    X = l35.punch(l35.draw("related", 0)[0], 0.3, np.random.default_rng(1))
    np.testing.assert_allclose(
        l35.impute(X, rounds=0), SimpleImputer().fit_transform(X), atol=1e-12
    )
    there = ~np.isnan(X)
    np.testing.assert_array_equal(l35.impute(X)[there], X[there])
    whole = l35.draw("independent", 0)[0]
    np.testing.assert_array_equal(l35.impute(whole), whole)


@pytest.mark.parametrize("fill", range(len(l35.FILLS)))
def test_l35_rows_that_test_teach_nothing(fill):
    """What stands in them changes no other row; each is filled as if it came alone."""
    X = l35.punch(l35.draw("related", 0)[0], 0.2, np.random.default_rng(1))
    half = len(X) // 2
    filled, spoilt = l35._fills(X, half)[fill], X.copy()
    spoilt[half + 1 :] *= 100
    others = l35._fills(spoilt, half)[fill]
    np.testing.assert_array_equal(others[: half + 1], filled[: half + 1])
    assert not np.isnan(filled).any()


def test_l35_samples_are_standardised_and_losses_have_their_share():
    """300 samples of 8 features; a fifth gets lost, and the rest stays."""
    for data in l35.SETS:
        X, y = l35.draw(data, 2)
        assert X.shape == (300, 8) and y.shape == (300,)
        np.testing.assert_allclose(X.mean(axis=0), 0, atol=1e-12)
        np.testing.assert_allclose(X.std(axis=0), 1, atol=1e-12)
    correlation = np.corrcoef(l35.draw("related", 2)[0].T)
    assert correlation[0, 2] > 0.9  # radius and perimeter
    holed = l35.punch(X, 0.2, np.random.default_rng(0))
    assert abs(np.isnan(holed).mean() - 0.2) < 0.03
    np.testing.assert_array_equal(l35.punch(X, 0.0, np.random.default_rng(0)), X)


def test_l35_bad_input_is_refused():
    """The error names what is wrong."""
    with pytest.raises(ValueError, match="without any value"):
        l35.impute(np.array([[1.0, np.nan], [2.0, np.nan]]))
    with pytest.raises(ValueError, match="no set 'iris'"):
        l35.draw("iris", 0)
    for share in (-0.1, 1.0):
        with pytest.raises(ValueError, match=f"got {share}"):
            l35.punch(np.ones((2, 2)), share, np.random.default_rng(0))
