"""Hidden Markov models: all paths, slopes, a mixture, closed forms, and runs as told."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.mixture import GaussianMixture

from snippets.hidden_markov import (
    HMM,
    Bells,
    Table,
    backward,
    baum_welch,
    bic,
    draw,
    em_step,
    filtered,
    fit,
    forward,
    log,
    log_likelihood,
    log_sum,
    ordered,
    parameter_count,
    random_start,
    rows_of,
    share_out,
    smooth,
    stationary,
    viterbi,
)
from snippets.hidden_markov_runs import (
    COINS,
    DICE,
    REGIMES,
    THREE,
    all_paths,
    answered,
    choices,
    copies,
    keeper,
    member,
    mixture_shares,
    regime_scores,
    regular,
    signs,
    stacked,
    stay_shares,
    two,
)


def any_model(seed: int, symbols: bool) -> tuple[HMM, np.ndarray]:
    """Three states, and two rows of six values for them."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 4, (2, 6)) if symbols else rng.normal(size=(2, 6))
    return random_start(x, 3, rng, 4 if symbols else None), x


@pytest.mark.parametrize("symbols", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_all_that_is_computed_is_what_all_paths_say(seed: int, symbols: bool) -> None:
    """Likelihood, chances of states, of the last one too, moves, and the best path."""
    model, x = any_model(seed, symbols)
    paths, level = viterbi(model, x)
    counts = np.zeros((3, 3))
    for row in range(2):
        every = list(all_paths(model, x[row]))
        total = sum(chance for _, chance in every)
        shares = np.zeros((6, 3))
        for path, chance in every:
            shares[np.arange(6), path] += chance / total
            np.add.at(counts, (path[:-1], path[1:]), chance / total)
        assert log_likelihood(model, x)[row] == pytest.approx(np.log(total))
        np.testing.assert_allclose(smooth(model, x)[row], shares, atol=1e-10)
        np.testing.assert_allclose(filtered(model, x)[row, -1], shares[-1], atol=1e-10)
        best = max(every, key=lambda each: each[1])
        assert tuple(paths[row]) == best[0] and np.exp(level[row]) == pytest.approx(best[1])
    np.testing.assert_allclose(share_out(model, x).moves, counts, atol=1e-10)


def test_both_passes_give_the_likelihood_at_each_step() -> None:
    """Also of a series that is far too long for products, and with chances of 0."""
    _, x = draw(DICE, 2, 3000, np.random.default_rng(0))
    both = log_sum(forward(DICE, x) + backward(DICE, x), axis=-1)
    assert both.max() < -4000
    np.testing.assert_allclose(both, both[:, :1].repeat(3000, axis=1), rtol=1e-10)
    rows = signs(5, 30, np.random.default_rng(0))
    model = keeper(30)
    assert np.isfinite(log_likelihood(model, rows)).all()
    assert np.isneginf(log(np.zeros(2))).all()
    impossible = np.array([[0, 1, 1, 3]])  # it began with 0 and must end with 2
    assert np.isneginf(log_likelihood(model, impossible)).all()


def test_moves_and_pulls_are_slopes_of_the_log_likelihood() -> None:
    """By central differences: expected counts over chances, and weighted gaps over variances."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 15))
    model = random_start(x, 3, rng)
    found = share_out(model, x)
    assert isinstance(model.emission, Bells)
    means, sds = model.emission
    for at in np.ndindex(3, 3):
        ends = []
        for way in (1e-6, -1e-6):
            moves = model.moves.copy()
            moves[at] += way
            ends.append(log_likelihood(model._replace(moves=moves), x).sum())
        slope = (ends[0] - ends[1]) / 2e-6
        assert slope == pytest.approx(found.moves[at] / model.moves[at], abs=1e-4)
    pull = (found.states * (x[..., None] - means)).sum(axis=(0, 1)) / sds**2
    for j, one in enumerate(np.eye(3)):
        ends = [
            log_likelihood(model._replace(emission=Bells(means + way * one, sds)), x).sum()
            for way in (1e-6, -1e-6)
        ]
        assert (ends[0] - ends[1]) / 2e-6 == pytest.approx(pull[j], abs=1e-4)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_equal_rows_make_a_mixture() -> None:
    """Likelihood, shares and the next means and spreads are those of scikit-learn."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 40))
    weights, means, sds = np.array([0.2, 0.5, 0.3]), np.array([-1.0, 0, 2]), np.array([1, 0.5, 2])
    model = HMM(weights, np.tile(weights, (3, 1)), Bells(means, sds))
    options = {"reg_covar": 0, "weights_init": weights, "means_init": means[:, None]}
    mixture = GaussianMixture(
        3, max_iter=1, precisions_init=1 / sds[:, None, None] ** 2, **options
    ).fit(x.reshape(-1, 1))
    after, level = em_step(model, x)
    assert isinstance(after.emission, Bells)
    assert level / x.size == pytest.approx(mixture.lower_bound_)
    np.testing.assert_allclose(after.emission.means, mixture.means_[:, 0], atol=1e-9)
    np.testing.assert_allclose(after.emission.sds**2, mixture.covariances_[:, 0, 0], atol=1e-9)
    mixture.means_, mixture.weights_ = means[:, None], weights
    mixture.precisions_cholesky_ = 1 / sds[:, None, None]
    shares = mixture.predict_proba(x.reshape(-1, 1)).reshape(3, 40, 3)
    np.testing.assert_allclose(smooth(model, x), shares, atol=1e-9)
    np.testing.assert_allclose(filtered(model, x), shares, atol=1e-9)


@pytest.mark.parametrize("symbols", [True, False])
def test_a_step_never_lowers_the_likelihood(symbols: bool) -> None:
    """From ten starts side by side, each as if it were alone."""
    rng = np.random.default_rng(0)
    _, x = draw(DICE if symbols else THREE, 2, 60, rng)
    n_symbols = 6 if symbols else None
    start = random_start(x, 3, rng, n_symbols, stack=(10,))
    end, levels = baum_welch(start, x, max_steps=40)
    assert np.diff(levels, axis=0).min() > -1e-8
    np.testing.assert_allclose(end.moves.sum(axis=-1), 1)
    alone, its = baum_welch(member(start, 4), x, tol=-np.inf, max_steps=len(levels))
    np.testing.assert_allclose(its, levels[:, 4], rtol=1e-9)
    np.testing.assert_allclose(alone.moves, end.moves[4], atol=1e-6)


@pytest.mark.nightly
def test_a_fit_finds_the_dice() -> None:
    """From 6000 rolls, up to the order of the states; it beats the truth on what it saw."""
    _, x = draw(DICE, 20, 300, np.random.default_rng(0))
    model, level = fit(x, 2, np.random.default_rng(1), 6, n_starts=2, max_steps=100)
    assert level > log_likelihood(DICE, x).sum()
    model = ordered(model)  # by the chance of a one, of which the loaded die has less
    assert isinstance(model.emission, Table) and isinstance(DICE.emission, Table)
    np.testing.assert_allclose(model.emission.shares, DICE.emission.shares[::-1], atol=0.06)
    np.testing.assert_allclose(model.moves, DICE.moves[::-1, ::-1], atol=0.06)


def test_a_fit_keeps_the_likeliest_of_its_starts_for_each_of_a_stack() -> None:
    """More starts are never worse, and each member has its own series."""
    _, x = stacked(THREE, 1, 60, 0)
    x = x[:3]
    start = random_start(x, 3, np.random.default_rng(0), stack=(4, 3))
    _, levels = baum_welch(start, x, 1e-4, 30)
    found, level = fit(x, 3, np.random.default_rng(0), n_starts=4, tol=1e-4, max_steps=30)
    np.testing.assert_allclose(level, levels[-1].max(axis=0))
    now = log_likelihood(found, x).sum(axis=-1)  # of the model after that step
    assert (now > level - 1e-8).all() and (now < level + 1).all()


def test_closed_forms_hold() -> None:
    """The eigenvector, and stays: one state's are geometric, copies keep the mean."""
    share = stationary(DICE.moves)
    np.testing.assert_allclose(share, [2 / 3, 1 / 3])
    np.testing.assert_allclose(share @ DICE.moves, share)
    lengths = np.arange(1, 400)
    np.testing.assert_allclose(stay_shares(1, 10, 399), 0.9 ** (lengths - 1) * 0.1)
    for n_copies in (1, 3, 6):
        shares = stay_shares(n_copies, 10, 399)
        assert shares.sum() == pytest.approx(1) and shares @ lengths == pytest.approx(10)
    z, _ = draw(DICE, 200, 200, np.random.default_rng(0))
    assert (z == 1).mean() == pytest.approx(1 / 3, abs=0.03)


def test_one_copy_is_the_model_itself_and_more_differ_in_stays_alone() -> None:
    """Rows are distributions, and the long run is shared as before."""
    bells = two(0.9, REGIMES.emission)
    one, three = copies(bells, 1), copies(bells, 3)
    np.testing.assert_allclose(one.moves, bells.moves)
    np.testing.assert_allclose(three.moves.sum(axis=1), 1)
    np.testing.assert_allclose(stationary(three.moves).reshape(2, 3).sum(axis=1), 0.5)
    with pytest.raises(ValueError, match="11 copies need a mean stay of 11"):
        copies(bells, 11)
    z, x = regular(50, 100, np.random.default_rng(0))
    assert z.shape == x.shape == (50, 100) and 0.4 < z.mean() < 0.6
    for row in z:
        inner = np.diff(np.flatnonzero(np.diff(row)))
        assert inner.min() >= 8 and inner.max() <= 12


def test_the_coins_can_be_followed_by_hand() -> None:
    """The most likely path holds the crooked coin, the most likely last state is fair."""
    heard = np.array([[0, 0, 1]])
    np.testing.assert_allclose(np.exp(forward(COINS, heard))[0, -1], [0.0856, 0.05296])
    path, level = viterbi(COINS, heard)
    assert path[0].tolist() == [1, 1, 1] and np.exp(level[0]) == pytest.approx(0.04096)
    assert smooth(COINS, heard)[0, -1].argmax() == 0


def test_zeros_and_states_without_a_value_stay_as_they_are() -> None:
    """A form of the moves is kept; no row becomes no number."""
    rows = signs(40, 6, np.random.default_rng(0))
    after, _ = em_step(keeper(6), rows)
    assert (after.moves[keeper(6).moves == 0] == 0).all()
    np.testing.assert_allclose(after.moves.sum(axis=1), 1)
    old = np.array([[0.3, 0.7], [0.5, 0.5]])
    np.testing.assert_allclose(
        rows_of(np.array([[0.0, 0], [1, 3]]), old), [[0.3, 0.7], [0.25, 0.75]]
    )


def test_orders_change_no_likelihood() -> None:
    """States are numbered by what they show: symbol 0, or mean."""
    _, x = draw(THREE, 2, 40, np.random.default_rng(0))
    order = [2, 0, 1]
    mixed = HMM(
        THREE.first[order],
        THREE.moves[np.ix_(order, order)],
        Bells(*(part[order] for part in THREE.emission)),
    )
    np.testing.assert_allclose(log_likelihood(mixed, x), log_likelihood(THREE, x))
    np.testing.assert_allclose(ordered(mixed).emission[0], [-2, 0, 2])


def test_criteria_count_what_is_free() -> None:
    """By hand for three states; BIC charges the logarithm of the values for each."""
    assert parameter_count(3) == 2 + 6 + 6 and parameter_count(2, 6) == 1 + 2 + 10
    assert bic(np.array(-100.0), 200, 3) == pytest.approx(200 + 3 * np.log(200))


@pytest.mark.parametrize(
    ("model", "x", "problem"),
    [
        (COINS, np.array([[0, 2]]), "symbols must be from 0 to 1"),
        (COINS, np.array([0, 1]), "shape"),
        (COINS._replace(first=np.array([0.5, 0.6])), np.array([[0]]), "row of first"),
        (COINS._replace(moves=np.array([[2.0, -1], [0, 1]])), np.array([[0]]), "row of moves"),
    ],
)
def test_what_is_no_model_and_no_series_is_refused(model: HMM, x: np.ndarray, problem: str) -> None:
    """With words that say which."""
    with pytest.raises(ValueError, match=problem):
        forward(model, x)


@pytest.mark.nightly
def test_regimes_that_last_are_told_apart_and_others_are_not() -> None:
    """The model is ahead of each number alone, and what comes later helps."""
    lasting = regime_scores(0.95)
    for name in ("mixture", "true spreads", "filter"):
        assert lasting["smoothing"].mean() > lasting[name].mean() + 0.01
    _, x = stacked(REGIMES, 1, 100, 0)
    shares = mixture_shares(x[0], 0)[0]
    assert shares.shape == (100, 2) and shares[np.abs(x[0, 0]).argmax()].argmax() == 1


@pytest.mark.nightly
def test_more_states_than_there_are_cost_on_new_series() -> None:
    """And are liked by what was fitted."""
    found = choices(THREE, range(2, 5))
    assert found[4].seen.mean() > found[3].seen.mean() > found[2].seen.mean()
    assert found[3].new.mean() > max(found[2].new.mean(), found[4].new.mean())


@pytest.mark.nightly
def test_a_sign_is_kept_by_hand_and_not_learnt() -> None:
    """Five signs, with more rows, starts and steps than the note has."""
    for n_steps in (5, 40):
        assert answered(keeper(n_steps), signs(100, n_steps, np.random.default_rng(0))) == 1
    rngs = [np.random.default_rng(seed) for seed in range(10)]
    x, new = (np.stack([signs(n, 5, rng) for rng in rngs]) for n in (200, 300))
    models, _ = fit(x, 6, np.random.default_rng(0), 4, n_starts=3, max_steps=60)
    assert answered(models, new).mean() < 0.65
