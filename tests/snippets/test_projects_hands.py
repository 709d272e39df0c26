"""Draws of digits by hands: what chooses a setting, and intervals over draws of one file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from data.digits import load
from snippets.evidence import mean_interval, paired_difference
from snippets.projects.hands import (
    N_FORMS,
    N_HELD_FORMS,
    N_NEW_FORMS,
    N_ROWS,
    N_TRAIN,
    FloatArray,
    IntArray,
    draw,
    over_draws,
    tuned,
    within_draws,
)


class Spy:
    """A model that notes what it learns from and what it is judged by."""

    def __init__(self, accuracy: float, seen: list[Any]) -> None:
        self.accuracy, self.seen = accuracy, seen

    def fit(self, X: FloatArray, y: IntArray) -> Spy:
        """Keep the images."""
        self.seen.append(("fit", X, y))
        return self

    def score(self, X: FloatArray, y: IntArray) -> float:
        """Keep the images, and say what was said beforehand."""
        self.seen.append(("score", X, y))
        return self.accuracy


def rows_of(images: FloatArray) -> set[bytes]:
    """Images as sets of bytes."""
    return {row.tobytes() for row in images}


def test_the_file() -> None:
    """Its rows and forms are those that the intervals count with."""
    digits = load()
    assert len(digits.y) == N_ROWS and len(np.unique(digits.form)) == N_FORMS
    hands = draw(2, digits=digits)
    forms = {row.tobytes(): form for row, form in zip(digits.X, digits.form, strict=True)}
    assert [forms[row.tobytes()] for row in hands.X] == hands.form.tolist()


@pytest.mark.parametrize("known", [False, True])
def test_a_setting_is_chosen_on_what_is_held_back(known: bool) -> None:
    """Whole forms, or a third of the rows; never the new images; the best is fitted to all."""
    hands, seen = draw(1, known), list[Any]()
    models = [Spy(0.5, []), Spy(0.9, seen), Spy(0.9, [])]
    model, place = tuned([each.fit for each in models], hands, 0, known)
    assert place == 1 and model is models[1]
    (_, X, _), (_, held, truth), (_, every, labels) = seen
    assert [name for name, *_ in seen] == ["fit", "score", "fit"]
    assert rows_of(X) | rows_of(held) == rows_of(hands.X) == rows_of(every)
    assert len(X) + len(held) == N_TRAIN == len(labels) and len(held) == len(truth)
    assert not rows_of(held) & rows_of(hands.new)
    forms = {row.tobytes(): form for row, form in zip(hands.X, hands.form, strict=True)}
    inner, outer = ({forms[row.tobytes()] for row in part} for part in (X, held))
    if known:
        assert len(held) == 333 and inner == outer
    else:
        assert len(outer) == N_HELD_FORMS and not inner & outer


def test_intervals_of_new_images() -> None:
    """Four of fourteen forms test: 513 of 1,797 images on average."""
    scores, others = np.array([0.9, 0.8, 0.85]), np.array([0.7, 0.75, 0.8])
    new = N_ROWS * N_NEW_FORMS // N_FORMS
    assert new == 513
    wide = mean_interval(scores).over_splits(1000, 513, 1797)
    assert over_draws(scores) == wide
    gap = paired_difference(scores, others)
    assert over_draws(scores, others, known=True) == gap.over_splits(1000, 797, 1797)
    assert over_draws(scores, n_train=300) == mean_interval(scores).over_splits(300, 513, 1797)


def test_intervals_within_draws_cover() -> None:
    """Means of 1,000 of 1,797 numbers, drawn ten times from each of 500 files."""
    rng, held, plain = np.random.default_rng(0), 0, 0
    for _ in range(500):
        file = rng.normal(size=N_ROWS)
        means = [rng.choice(file, N_TRAIN, replace=False).mean() for _ in range(10)]
        held += abs(within_draws(means).mean) <= within_draws(means).half_width
        plain += abs(np.mean(means)) <= mean_interval(means).half_width
    assert held / 500 > 0.93 > 0.6 > plain / 500
    one = within_draws([1.0, 2.0], [0.0, 0.5])
    assert one.mean == 1.25 and one.kind == "splits"
    shared = 1000 / 1797
    expected = paired_difference([1.0, 2.0], [0.0, 0.5]).half_width
    assert one.half_width == pytest.approx(expected * np.sqrt(1 + 2 * shared / (1 - shared)))
