"""Lessons about hyperparameters: the sign of each claim, and the parts they rest on."""

from __future__ import annotations

import numpy as np
import pytest
from lesson_runs import ran
from sklearn.datasets import load_digits, load_iris, load_wine
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from snippets.lessons import l08_random_search as l08
from snippets.lessons import l09_learning_rate as l09
from snippets.lessons import l37_tuning_gain as l37
from snippets.validation import folds


@pytest.fixture(scope="module")
def searches():
    return l08.run(range(5))


@pytest.fixture(scope="module")
def rates():
    return ran(l09)


@pytest.fixture(scope="module")
def tuning():
    return ran(l37)


def table_of(scores: np.ndarray) -> l08.Table:
    """A table in which the choosing samples and the new ones agree."""
    return l08.Table(scores, scores)


def test_l08_random_wins_with_dead_knobs_and_loses_without(searches):
    """Half of the knobs dead: random search is ahead. All alive: the grid is."""
    assert searches.lead(4).low > 0
    assert searches.lead(2).high < 0
    assert l08.judge(searches).primary.standing == "as claimed"


def test_l08_random_search_is_the_mean_over_all_draws():
    """The exact expectation equals the mean over every sequence of tries."""
    rng = np.random.default_rng(0)
    table = l08.Table(rng.random((2, 2)), rng.random((2, 2)))
    chosen, new = table.validation.ravel(), table.new.ravel()
    for n_tries in (1, 2, 3):
        tries = np.stack(np.meshgrid(*[range(4)] * n_tries), axis=-1).reshape(-1, n_tries)
        best = tries[np.arange(len(tries)), chosen[tries].argmax(axis=1)]
        assert l08.random_search(table, n_tries) == pytest.approx(new[best].mean(), abs=1e-12)


def test_l08_the_grid_takes_the_ladders_it_names():
    """Three values are 0, 4, 8 and their shifts; two are 1, 7 and theirs."""
    rows, columns = np.indices((11, 11))
    assert l08.grid_search(table_of(rows.astype(float)), 3) == (8 + 9 + 10) / 3
    assert l08.grid_search(table_of(-columns.astype(float)), 3) == -1
    assert l08.grid_search(table_of(columns.astype(float)), 2) == 8
    assert l08.grid_search(table_of(-rows.astype(float)), 2) == -2


def test_l08_the_choice_is_made_on_validation_samples():
    """The new samples score the choice and have no part in it."""
    validation = np.zeros((11, 11))
    validation[4, 5] = validation[7, 8] = 1.0
    new = np.where(validation > 0, 0.25, 0.75)
    table = l08.Table(validation, new)
    assert l08.random_search(table, 10_000) == pytest.approx(0.25)
    # Of nine ladders of 3 only that through row 4 and column 5 holds a marked setting.
    assert l08.grid_search(table, 3) == pytest.approx((0.25 + 8 * 0.75) / 9)
    assert l08.Result([table, table]).best().mean == 0.25


def test_l08_the_table_holds_scores_of_the_library():
    """A setting scores as the library's kernel does with the same C and gamma."""
    X, y = load_digits(return_X_y=True)
    X, found = X / 16, l08.score_all(3, X / 16, y)
    order = np.random.default_rng(3).permutation(len(y))
    known, validation, new = order[:80], order[80:380], order[380:680]
    for row, column in [(5, 2), (9, 6), (8, 4)]:
        model = SVC(C=l08.COSTS[row], gamma=l08.GAMMAS[column]).fit(X[known], y[known])
        assert found.validation[row, column] == model.score(X[validation], y[validation])
        assert found.new[row, column] == model.score(X[new], y[new])
    assert (l08.COSTS[0], l08.COSTS[-1], l08.GAMMAS[0], l08.GAMMAS[-1]) == (0.01, 1e3, 1e-3, 10)


def test_l08_bad_input_is_refused(searches):
    """The error names the value."""
    with pytest.raises(ValueError, match="got 3"):
        searches.lead(3)
    with pytest.raises(ValueError, match="two seeds"):
        l08.run((0,))


@pytest.mark.nightly
def test_l09_the_rate_leads_in_a_wide_range_only(rates):
    """It explains far more than any other; near the best rate that is not shown."""
    assert rates.wide.lead().low > 0.2
    assert rates.narrow.lead().low < 0
    assert l09.judge(rates).primary.standing == "as claimed"
    wide = rates.wide.table()
    assert max(wide, key=lambda knob: wide[knob].mean) == "learning rate"
    rate, *others = wide.values()
    assert rates.wide.lead().mean >= rate.mean - max(one.mean for one in others)


def test_l09_a_main_effect_is_the_adjusted_share():
    """1 if the bins decide, and the textbook formula in between."""
    values = np.array([3.0, 1.0, 2.0, 4.0, 6.0, 5.0])
    assert l09.main_effect(values, (values > 3).astype(float), 2) == 1
    scores = np.array([1.0, 0.0, 2.0, 3.0, 5.0, 3.0])
    groups = scores[[1, 2, 0]], scores[[3, 5, 4]]
    between = sum(3 * (g.mean() - scores.mean()) ** 2 for g in groups)
    total = ((scores - scores.mean()) ** 2).sum()
    expected = (between - (total - between) / 4) / total
    assert l09.main_effect(values, scores, 2) == pytest.approx(expected, abs=1e-12)


def test_l09_chance_explains_nothing_on_average():
    """The share that bins explain by luck is taken off."""
    rng = np.random.default_rng(0)
    shares = [l09.main_effect(rng.random(32), rng.random(32)) for _ in range(500)]
    assert abs(np.mean(shares)) < 0.02


def test_l09_settings_lie_in_their_ranges():
    """Drawn as powers of ten, used as numbers."""
    rng = np.random.default_rng(0)
    drawn = l09.draw_settings((-2.0, -1.0), rng, 2000)
    low, high = drawn.min(axis=0), drawn.max(axis=0)
    np.testing.assert_allclose(low, [-2, np.log10(8), np.log10(8), -6, 0], atol=0.02)
    np.testing.assert_allclose(high, [-1, np.log10(128), np.log10(128), -1, 0.95], atol=0.02)
    made = l09.options(np.array([-1.0, 1.0, 2.0, -3.0, 0.5]))
    assert (made.learning_rate, made.hidden, made.batch_size) == (0.1, (10,), 100)
    assert (made.l2, made.momentum, made.optimiser) == (0.001, 0.5, "sgd")
    assert made.epochs == l09.EPOCHS


@pytest.mark.nightly
def test_l09_both_ranges_are_searched(rates):
    """A row a seed, a column a setting, and the rates of the range named."""
    for draws, (low, high) in [(rates.wide, (-4, 1)), (rates.narrow, (-1.5, -0.5))]:
        assert draws.scores.shape == (10, l09.N_SETTINGS)
        assert low <= draws.knobs[..., 0].min() < draws.knobs[..., 0].max() <= high


def test_l09_bad_input_is_refused():
    """The error says what does not fit."""
    with pytest.raises(ValueError, match="need 2 to 3 bins, got 4"):
        l09.main_effect(np.arange(4.0), np.arange(4.0), 4)
    with pytest.raises(ValueError, match="got 1"):
        l09.main_effect(np.arange(4.0), np.arange(4.0), 1)
    with pytest.raises(ValueError, match="nothing to explain"):
        l09.main_effect(np.arange(8.0), np.ones(8), 2)
    with pytest.raises(ValueError, match="two seeds"):
        l09.run((0,))


@pytest.mark.nightly
def test_l37_tuning_helps_on_some_sets_only(tuning):
    """A gain on digits, scaled or not, none shown on wine and breast cancer."""
    assert tuning["digits"].gain().low > 0 and tuning[l37.RAW].gain().low > 0
    assert (tuning[l37.RAW].default - tuning["digits"].default).mean() > 0.02
    for name in ("breast cancer", "wine"):
        assert tuning[name].gain().low <= 0
    assert l37.judge(tuning).primary.standing == "as claimed"


@pytest.mark.nightly
def test_l37_a_bad_setting_costs_far_more_than_tuning_gives(tuning):
    """On every set the worst of the grid is far below the tuned one."""
    assert all(s.spread().low > 0.1 > s.gain().high for s in tuning.values())
    assert all(0.8 < s.level().mean < 1 for s in tuning.values())


@pytest.mark.parametrize("load", [load_iris, load_wine])
def test_l37_the_loop_is_grid_search(load):
    """Every pair of settings scores as in GridSearchCV."""
    X, y = load(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    parts = folds(len(y), 3, np.random.default_rng(0))
    usual = 1 / (X.shape[1] * X.var())
    settings = {"C": l37.COSTS, "gamma": [factor * usual for factor in l37.FACTORS]}
    search = GridSearchCV(SVC(), settings, cv=parts).fit(X, y)
    wanted = search.cv_results_["mean_test_score"].reshape(4, 4)
    np.testing.assert_allclose(l37.tune(X, y, parts), wanted, atol=1e-12)


@pytest.mark.nightly
def test_l37_the_default_is_the_library_s():
    """The default arm scores as SVC() does."""
    found = l37.run((0, 1))
    result = found["wine"]
    pixels, digit = load_digits(return_X_y=True)
    order = np.random.default_rng(1).permutation(len(digit))
    known, new = order[:100], order[100:400]
    model = SVC().fit(pixels[known], digit[known])
    assert found[l37.RAW].default[1] == model.score(pixels[new], digit[new])
    X, y = load_wine(return_X_y=True)
    for seed in (0, 1):
        order = np.random.default_rng(seed).permutation(len(y))
        known, new = order[:100], order[100:400]
        scaler = StandardScaler().fit(X[known])
        model = SVC().fit(scaler.transform(X[known]), y[known])
        assert result.default[seed] == model.score(scaler.transform(X[new]), y[new])


def test_l37_bad_input_is_refused():
    """One seed gives no interval."""
    with pytest.raises(ValueError, match="two seeds"):
        l37.run((0,))
