"""The draws on which discriminant analysis is tried are what they say they are."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from snippets.discriminant_analysis_runs import (
    FAR_SHARE,
    KINDS,
    axis_errors,
    clouds,
    draw,
    efficiency,
    growth_errors,
    rival_errors,
    rule_error,
    skewed_scores,
    unlike,
    wide,
    wide_errors,
)


@pytest.mark.parametrize("kind", KINDS)
def test_the_exact_error_is_that_of_many_draws(kind: str) -> None:
    """For a border that is neither straight across nor in the middle."""
    weights, offset = np.array([1.0, -0.4, 0.2, 0.0, 0.0]), 0.3
    X, y = draw(kind, 200_000, np.random.default_rng(0))
    wrong = ((X @ weights + offset > 0) != (y == 1)).mean()
    # five standard deviations of a share of 200,000
    assert rule_error(kind, weights, offset) == pytest.approx(wrong, abs=0.0045)
    scaled = rule_error(kind, 7 * weights, 7 * offset)
    assert scaled == pytest.approx(rule_error(kind, weights, offset), rel=1e-12)


def test_draws_have_the_means_and_the_share_far_out() -> None:
    """Three standard deviations apart along the first feature alone."""
    rng = np.random.default_rng(0)
    X, y = draw("normal", 40_000, rng)
    apart = X[y == 1].mean(axis=0) - X[y == 0].mean(axis=0)
    np.testing.assert_allclose(apart, [3, 0, 0, 0, 0], atol=0.05)
    X, y = draw("far, yet right", 40_000, rng)
    far = X[:, 0] > 7
    assert far[y == 1].mean() == pytest.approx(FAR_SHARE, abs=0.01) and not far[y == 0].any()


def test_efficiency_is_efrons() -> None:
    """Equal fits when the means meet; the published values; and the integral by quadrature."""
    assert efficiency(0.0) == pytest.approx(1.0)
    assert [round(efficiency(d), 3) for d in (2.0, 3.0, 4.0)] == [0.899, 0.641, 0.343]
    area, _ = quad(lambda x: np.exp(-(x**2) / 2) / np.cosh(1.5 * x), -12, 12)
    level = (1 + 9 / 4) * np.exp(-9 / 8) / np.sqrt(2 * np.pi)
    assert efficiency(3.0) == pytest.approx(level * area, rel=1e-9)


def test_lda_leads_on_gaussians_and_trails_far_out() -> None:
    """On a few draws each, and no rule is better than the best one."""
    best = rule_error("normal", np.eye(5)[0], 0.0)
    normal, far = (rival_errors(kind, (80,), range(6)) for kind in (KINDS[0], KINDS[2]))
    assert normal.shape == (1, 6, 2) and (normal >= best).all()
    assert normal[..., 0].mean() < normal[..., 1].mean()
    assert far[..., 0].mean() > far[..., 1].mean()


def test_classes_that_differ_in_their_covariance() -> None:
    """Neighbouring features go together by 0.8 and by 0.5."""
    X, y = unlike(40_000, np.random.default_rng(0))
    for k, bond in enumerate((0.8, 0.5)):
        found = np.corrcoef(X[y == k].T)
        assert found[0, 1] == pytest.approx(bond, abs=0.02)
        assert found[0, 2] == pytest.approx(bond**2, abs=0.02)


def test_the_right_form_leads_with_many_samples_and_trails_with_few() -> None:
    """Naive Bayes ahead of QDA at first, QDA ahead of all at last."""
    errors = growth_errors((24, 800), range(4), n_new=1000)
    means = {name: found.mean(axis=1) for name, found in errors.items()}
    assert means["naive Bayes"][0] < means["QDA"][0]
    assert means["QDA"][1] == min(found[1] for found in means.values())


def test_wide_draws_and_their_errors() -> None:
    """The covariance is as said; where samples only just suffice, shrinkage helps."""
    X, y = wide(40_000, np.random.default_rng(0), 4)
    shift = np.where(y == 1, 0.25, -0.25)
    centred = X - np.outer(shift, [1, 0, 1, 0])
    np.testing.assert_allclose(centred.mean(axis=0), np.zeros(4), atol=0.03)
    place = np.arange(4)
    truth = 0.7 ** np.abs(place[:, None] - place)
    np.testing.assert_allclose(np.cov(centred.T), truth, atol=0.03)
    errors = wide_errors((38,), range(4))
    assert errors["Ledoit-Wolf"].mean() < errors["as it is"].mean() - 0.1


def test_axes_of_clouds() -> None:
    """Fisher's axis where means differ, that of PCA where the spread does."""
    means, spread = (axis_errors(what, range(4)).mean(axis=0) for what in ("means", "spread"))
    assert means[1] < 0.1 < means[0] and spread[0] < spread[1]
    X, y = clouds("spread", 40_000, np.random.default_rng(0))
    np.testing.assert_allclose(X[y == 1].mean(axis=0), X[y == 0].mean(axis=0), atol=0.15)


def test_skewed_features_spoil_probabilities() -> None:
    """For LDA and more so for QDA, and the Gaussian ones do not."""
    found = {pair: scores.mean(axis=0) for pair, scores in skewed_scores(range(3)).items()}
    assert found["skewed", "QDA"][0] > found["skewed", "LDA"][0] > found["Gaussian", "LDA"][0]
