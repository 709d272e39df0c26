"""Shadow and canary, against the variances of the textbook."""

from __future__ import annotations

import numpy as np
import pytest

from snippets.rollout import answers, canary_gap, detection, shadow_gap


def test_answers_have_the_chances_that_were_asked_for():
    """Of either model, and of both at once."""
    old, new = answers(200_000, 0.9, 0.8, 0.75, np.random.default_rng(0))
    assert old.mean() == pytest.approx(0.9, abs=0.005)
    assert new.mean() == pytest.approx(0.8, abs=0.005)
    assert (old & new).mean() == pytest.approx(0.75, abs=0.005)


@pytest.mark.parametrize("chances", [(0.9, 0.8, 0.85), (0.2, 0.2, -0.1), (0.9, 0.9, 0.7)])
def test_impossible_chances_are_refused(chances):
    """Both right more often than one, less than never, or more than all."""
    with pytest.raises(ValueError, match="no two models"):
        answers(10, *chances, np.random.default_rng(0))


def test_errors_are_those_of_pairs_and_of_groups():
    """The spread of many rollouts is what one of them says of itself."""
    rng = np.random.default_rng(0)
    pairs = [answers(1000, 0.9, 0.88, 0.87, rng) for _ in range(2000)]
    for judged, variance in (
        ([shadow_gap(*each) for each in pairs], (0.04 - 0.02**2) / 1000),
        (
            [canary_gap(*each, 0.25, rng) for each in pairs],
            0.09 / 750 + 0.88 * 0.12 / 250,
        ),
    ):
        gaps, errors = np.array(judged).T
        assert gaps.mean() == pytest.approx(-0.02, abs=0.002)
        assert gaps.std() == pytest.approx(np.sqrt(variance), rel=0.06)
        assert errors.mean() == pytest.approx(np.sqrt(variance), rel=0.03)


def test_a_canary_that_nobody_met_says_nothing():
    """Without an answer of one of the models there is no difference."""
    right = np.ones(5, bool)
    assert canary_gap(right, right, 0.0, np.random.default_rng(0)) == (0.0, np.inf)


def test_a_shadow_finds_more_than_a_canary_and_accuses_as_rarely():
    """With as many requests; a model that is as good is found in one of forty."""
    seeds = range(4)
    assert detection(500, 0, seeds).low > detection(500, 0.5, seeds).high
    for share in (0, 0.5):
        assert detection(500, share, seeds, n_rollouts=200, new=0.9).mean < 0.05
