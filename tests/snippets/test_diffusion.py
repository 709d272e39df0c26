"""Diffusion against Bayes' rule, closed forms and the definition of a derivative; runs as told."""

from __future__ import annotations

import inspect
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from snippets import diffusion_curve
from snippets.diffusion import (
    Spots,
    add_noise,
    best_noise,
    clean_guess,
    cosine_schedule,
    ddim,
    ddpm,
    fit,
    fit_path,
    loss_and_slope,
    posterior,
    way_back,
)
from snippets.diffusion_curve import UPDATES, by_length, curve, trained, write
from snippets.diffusion_runs import (
    N_SEEDS,
    RIVALS,
    SIGNAL,
    diffusion_arm,
    draw,
    energy_distance,
    exactly,
    log_density,
    mean_loss,
    moons,
    off_shape,
    ring,
    sampled,
    scores,
    split,
    to_nearest,
    walked,
)
from snippets.evidence import mean_interval, paired_difference
from snippets.neural_network import flatten, he_start, unflatten


def test_a_schedule_turns_samples_into_noise() -> None:
    """It begins with all of the signal, falls at each step, and ends where it is told."""
    signal = cosine_schedule(50, last=0.02)
    assert signal.shape == (51,) and signal[0] == 1 and signal[-1] == pytest.approx(0.02)
    assert (np.diff(signal) < 0).all()
    np.testing.assert_allclose(np.diff(np.arccos(np.sqrt(signal)), n=2), 0, atol=1e-7)
    for wrong in ((0, 0.1), (5, 0.0), (5, 1.0)):
        with pytest.raises(ValueError, match="need a step"):
            cosine_schedule(*wrong)


def test_a_jump_is_as_many_small_steps() -> None:
    """Step by step, mean and variance come out as by the jump."""
    signal = cosine_schedule(30)
    mean, variance = 1.0, 0.0
    for before, after in pairwise(signal):
        kept = after / before
        mean, variance = np.sqrt(kept) * mean, kept * variance + 1 - kept
        assert (mean, variance) == pytest.approx((np.sqrt(after), 1 - after), abs=1e-12)
    x, noise = np.ones((1, 1)), np.ones((1, 1))
    assert add_noise(x, 0 * noise, signal[-1])[0, 0] == pytest.approx(mean, abs=1e-12)
    assert add_noise(0 * x, noise, signal[-1])[0, 0] ** 2 == pytest.approx(variance, abs=1e-12)


def test_the_posterior_is_that_of_bayes() -> None:
    """A Gaussian of both steps, conditioned on the later one."""
    rng = np.random.default_rng(0)
    for share, before in ((0.3, 0.7), (0.001, 0.2), (0.9, 0.99)):
        clean, seen = rng.normal(size=(2, 5, 1))
        kept = share / before
        middle = np.sqrt(before) * clean
        gain = np.sqrt(kept) * (1 - before) / (1 - share)
        mean, variance = posterior(seen, clean, share, before)
        expected = middle + gain * (seen - np.sqrt(share) * clean)
        np.testing.assert_allclose(mean, expected, rtol=0, atol=1e-12)
        left = (1 - before) - gain * np.sqrt(kept) * (1 - before)
        assert variance == pytest.approx(left, abs=1e-12)
    mean, variance = posterior(seen, clean, 0.9, 1.0)
    np.testing.assert_allclose(mean, clean, atol=1e-12)
    assert variance == 0


def test_the_best_guess_is_the_slope_of_the_log_density() -> None:
    """Against SciPy's density of the mixture with noise."""
    spots, share = Spots(np.random.default_rng(0).normal(size=(5, 2)), 0.3), 0.4
    x = np.random.default_rng(1).normal(size=(40, 2))
    wide = share * spots.sd**2 + 1 - share

    def level(x: np.ndarray) -> np.ndarray:
        each = [multivariate_normal(np.sqrt(share) * m, wide).pdf(x) for m in spots.means]
        return np.asarray(np.log(np.mean(each, axis=0)))

    slope = [(level(x + move) - level(x - move)) / 2e-5 for move in 1e-5 * np.eye(2)]
    score = -best_noise(spots, x, share) / np.sqrt(1 - share)
    np.testing.assert_allclose(score, np.transpose(slope), atol=1e-8)
    both = [
        log_density(spots, x),
        np.log(sum(multivariate_normal(m, 0.09).pdf(x) for m in spots.means)),
    ]
    assert np.ptp(both[0] - both[1]) < 1e-9


def test_the_best_guess_is_a_mean() -> None:
    """Of two points, one noisy place: by hand; and no network has a lower loss."""
    two = Spots(np.array([[-1.0], [1.0]]), 0.0)
    noise = best_noise(two, np.array([[1.0]]), 0.36)
    chance = 1 / (1 + np.exp(-1.875))
    assert noise[0, 0] == pytest.approx(chance * 0.5 + (1 - chance) * 2, abs=1e-12)
    assert clean_guess(np.array([[1.0]]), noise, 0.36)[0, 0] == pytest.approx(np.tanh(0.9375))


@pytest.mark.parametrize("n_visits", [1, 2, 7, 40])
def test_both_samplers_have_the_moments_of_the_closed_form(n_visits: int) -> None:
    """One Gaussian: each step multiplies and adds; draws to what chance allows."""
    sd, middle, signal = 0.5, 2.0, cosine_schedule(40)
    one, times = Spots(np.array([[middle]]), sd), way_back(40, n_visits)

    def guess(x: np.ndarray, t: int) -> np.ndarray:
        return best_noise(one, x, float(signal[t]))

    x = np.linspace(-3, 3, 7)[:, None]
    far, factor, variance = x - np.sqrt(signal[-1]) * middle, 1.0, 1.0
    off = -np.sqrt(signal[-1]) * middle
    for t, s in pairwise(times):
        a, b = signal[t], signal[s]
        wide = a * sd**2 + 1 - a
        far = far * (np.sqrt(a * b) * sd**2 + np.sqrt((1 - a) * (1 - b))) / wide
        pull = np.sqrt(b) * (1 - a / b) / (1 - a) * sd**2 * np.sqrt(a) / wide
        factor = pull + np.sqrt(a / b) * (1 - b) / (1 - a)
        variance = factor**2 * variance + (1 - a / b) * (1 - b) / (1 - a)
        off *= factor
    end = list(ddim(guess, x, signal, times))[-1]
    np.testing.assert_allclose(end - middle, far, rtol=0, atol=1e-12)
    n, rng = 20_000, np.random.default_rng(n_visits)
    end = list(ddpm(guess, rng.normal(size=(n, 1)), signal, times, rng))[-1]
    assert len(list(ddpm(guess, x, signal, times, rng))) == n_visits
    assert abs(end.mean() - middle - off) < 5 * np.sqrt(variance / n)
    assert abs(end.var() / variance - 1) < 5 * np.sqrt(2 / n)
    assert variance < sd**2 + 1e-12


def test_more_steps_bring_the_right_width() -> None:
    """From below, with a perfect guess; and the mean but for what the start lacks."""
    one, x = Spots(np.array([[2.0]]), 0.5), np.array([[-1.0], [1.0]])
    found = []
    for n_steps in (5, 50, 500):
        signal = cosine_schedule(n_steps, last=1e-6)
        end = walked(exactly(one, signal), x, n_steps, signal)
        found.append((np.ptp(end) / 2, end.mean()))
    widths, means = np.transpose(found)
    assert widths[0] < widths[1] < widths[2] < 0.5 and widths[2] > 0.498
    assert means[2] == pytest.approx(2, abs=0.01)


def test_a_way_back_visits_what_it_is_told() -> None:
    """From T to 0, no step twice."""
    assert way_back(100, 4) == [100, 75, 50, 25, 0]
    assert way_back(7, 7) == [*range(7, -1, -1)]
    with pytest.raises(ValueError, match="1 to 7"):
        way_back(7, 8)


def test_a_gradient_is_the_slope_of_the_loss() -> None:
    """Along a line through any weights."""
    rng = np.random.default_rng(0)
    start, signal = he_start((3 + 6, 7, 7, 3), rng), cosine_schedule(10)
    theta = flatten(start) + 0.1 * rng.normal(size=len(flatten(start)))
    way, (x, noise) = rng.normal(size=len(theta)), rng.normal(size=(2, 40, 3))
    t = rng.integers(1, 11, size=40)

    def loss(move: float) -> float:
        return loss_and_slope(unflatten(theta + move * way, start), x, t, noise, signal)[0]

    _, slopes = loss_and_slope(unflatten(theta, start), x, t, noise, signal)
    assert flatten(slopes) @ way == pytest.approx((loss(1e-6) - loss(-1e-6)) / 2e-6, rel=1e-5)


def test_training_yields_what_it_is_told() -> None:
    """So many networks, each of its own; the last is that of `fit`; the loss falls."""
    rows = draw(ring(), 200, np.random.default_rng(0))
    path = list(fit_path(rows, SIGNAL, rng=np.random.default_rng(1), n_updates=303, n_kept=4))
    assert len(path) == 4
    end = fit(rows, SIGNAL, rng=np.random.default_rng(1), n_updates=303)
    np.testing.assert_array_equal(flatten(path[-1].layers), flatten(end.layers))
    assert not np.array_equal(flatten(path[0].layers), flatten(path[1].layers))
    losses = [mean_loss(each, rows, np.random.default_rng(2)) for each in path]
    assert losses[-1] < 0.6 < 1
    assert mean_loss(exactly(ring()), rows, np.random.default_rng(2)) < losses[-1]


def test_the_exact_minimiser_copies() -> None:
    """What it draws are the rows that it was made of, and its loss on them is the lowest."""
    rng = np.random.default_rng(0)
    rows = draw(ring(), 12, rng)
    copier = exactly(Spots(rows, 0.0))
    assert np.quantile(to_nearest(sampled(copier, 200, rng), rows), 0.9) < 0.01
    own = [mean_loss(g, rows, np.random.default_rng(1)) for g in (copier, exactly(ring()))]
    new = draw(ring(), 500, rng)
    other = [mean_loss(g, new, np.random.default_rng(1)) for g in (copier, exactly(ring()))]
    assert own[0] < own[1] and other[0] > 1.5 * other[1]


def test_measures_see_what_they_are_for() -> None:
    """Alike sets are near 0 and hardly off; a shift is seen by both."""
    rng = np.random.default_rng(0)
    X, Y = draw(ring(), 2000, rng), draw(ring(), 2000, rng)
    assert abs(energy_distance(X, Y)) < 0.02 < energy_distance(X + 0.3, Y)
    assert off_shape(ring(), X) < 0.03 and off_shape(ring(), X + 0.3) > 0.2
    line = np.array([[0.0], [2.0]])
    assert energy_distance(line, line + 1) == pytest.approx(2 * 1.5 - 2 - 2)
    np.testing.assert_allclose(to_nearest(line, line + 0.5), 0.5)
    for shape in (ring(), moons()):
        np.testing.assert_allclose(draw(shape, 40_000, rng).var(axis=0), 1, atol=0.05)


@pytest.mark.nightly
def test_arms_draw_as_many_and_copies_are_copies() -> None:
    """Each arm of a seed; nothing is fitted on rows that choose."""
    rows, held_out = split(0)
    assert (len(rows), len(held_out)) == (240, 60)
    sets = {name: arm(0) for name, arm in RIVALS.items()}
    sets["diffusion"] = diffusion_arm(0)
    assert {X.shape for X in sets.values()} == {(1000, 2)}
    found = {name: scores([X]) for name, X in sets.items()}
    assert found["training rows again"]["nearest"][0] == 0
    assert found["the shape itself"]["off"][0] < 0.03 < found["kernel density"]["off"][0]
    assert max(each["energy"][0] for each in found.values()) < 0.1


def test_the_moons_are_trained_until_the_loss_stops_falling() -> None:
    """Twice as many updates as the arm has lower its loss by less than half a percent; a third
    as many were too few."""
    loss = {n: each["loss"] for n, each in by_length().items()}
    own = inspect.signature(diffusion_arm).parameters["n_updates"].default
    assert 2 * own == max(UPDATES) and {len(each) for each in loss.values()} == {N_SEEDS}
    more = mean_interval(1 - loss[2 * own] / loss[own])
    assert more.low > -0.005 and more.high < 0.005
    assert mean_interval(1 - loss[own] / loss[own // 3]).low > 0.005


def test_what_is_written_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last digit, and as the file is."""
    before, text = curve(), diffusion_curve.FILE.read_text("utf-8")
    monkeypatch.setattr(diffusion_curve, "FILE", tmp_path / "curve.json")
    write(before)
    assert diffusion_curve.FILE.read_text("utf-8") == text and curve() == before


@pytest.mark.nightly
@pytest.mark.parametrize("n_updates", [UPDATES[0], 7500])
def test_a_stored_training_is_that_of_a_run(n_updates: int) -> None:
    """Up to what rounding on another processor changes in a long training."""
    remedy = "the trainings changed: run `python -m snippets.diffusion_curve`"
    stored = next(each for each in curve() if (each.n_updates, each.seed) == (n_updates, 0))
    run = trained(n_updates, 0)
    np.testing.assert_allclose(run.losses, stored.losses, rtol=0.02, err_msg=remedy)
    assert abs(run.off - stored.off) < 0.03 and abs(run.energy - stored.energy) < 0.02, remedy
    assert abs(run.nearest - stored.nearest) < 0.01, remedy


@pytest.mark.nightly
def test_a_long_training_is_near_a_mixture() -> None:
    """Short, diffusion strays more than both rivals; long, less than the kernel density."""
    found = by_length()
    for name in ("mixture", "kernel density"):
        off = scores([RIVALS[name](seed) for seed in range(N_SEEDS)])["off"]
        assert paired_difference(found[2500]["off"], off).low > 0
        long = paired_difference(found[7500]["off"], off)
        assert long.high < 0 if name == "kernel density" else long.low < 0 < long.high
