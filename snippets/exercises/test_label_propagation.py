"""Tests for the exercise on label propagation, easiest first."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from sklearn.semi_supervised import LabelPropagation

from data.clusters import make
from snippets.label_propagation import (
    UNLABELLED,
    keep_labels,
    neighbour_transitions,
    rbf_transitions,
)

CHAIN = np.array(
    [
        [1, 0, 0, 0, 0],
        [0.5, 0, 0.5, 0, 0],
        [0, 0.5, 0, 0.5, 0],
        [0, 0, 0.5, 0, 0.5],
        [0, 0, 0, 0, 1],
    ]
)
ENDS = np.array([0, UNLABELLED, UNLABELLED, UNLABELLED, 1])


def test_two_steps_along_a_chain(solution: ModuleType) -> None:
    """Unknown rows start at 0; after each step the two ends are set back to
    their labels.
    """
    np.testing.assert_allclose(
        solution.iterate(CHAIN, ENDS, 1)[:, 1], [0, 0, 0, 0.5, 1]
    )
    np.testing.assert_allclose(
        solution.iterate(CHAIN, ENDS, 2)[:, 1], [0, 0, 0.25, 0.5, 1]
    )


def test_on_a_chain_belief_falls_in_equal_steps(solution: ModuleType) -> None:
    """Each belief is the mean of its two neighbours': that is a straight
    line.
    """
    beliefs = solution.propagate(CHAIN, ENDS)
    np.testing.assert_allclose(
        beliefs[:, 1], [0, 0.25, 0.5, 0.75, 1], atol=1e-12
    )
    np.testing.assert_allclose(beliefs[:, 0], 1 - beliefs[:, 1], atol=1e-12)


def test_a_sample_cut_off_from_all_labels_is_refused(
    solution: ModuleType,
) -> None:
    """`check_graph` in `snippets.label_propagation` says so for you."""
    shares = neighbour_transitions(np.array([[0.0], [0.1], [9.0], [9.1]]), 2)
    with pytest.raises(ValueError, match="hears of no label"):
        solution.propagate(shares, np.array([1, 0, UNLABELLED, UNLABELLED]))


@pytest.mark.parametrize("name", ["moons", "blobs"])
def test_equals_scikit_learn(solution: ModuleType, name: str) -> None:
    """The closed form is where the library's iteration goes if it may take long
    enough.
    """
    points = make(name, seed=1)
    y = keep_labels(points.truth, 2, np.random.default_rng(0))
    model = LabelPropagation(gamma=5.0, max_iter=20_000, tol=1e-12).fit(
        points.X, y
    )
    ours = solution.propagate(rbf_transitions(points.X, 5.0), y)
    np.testing.assert_allclose(
        ours, model.label_distributions_, rtol=0, atol=1e-9
    )
