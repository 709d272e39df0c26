"""The run of a lesson, done once for all tests that look at what came of it."""

from __future__ import annotations

import functools
import pickle
import time
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

from filelock import FileLock
from sklearn.datasets import make_moons
from sklearn.neural_network import MLPClassifier
from sklearn.tree import DecisionTreeClassifier

shared: Path | None = None
"""Where the processes of one run of the tests share what they ran; None for one process."""


@functools.cache
def ran(lesson: ModuleType) -> Any:
    """What a lesson's `run` gave, for those who only read it; the first who asks runs it."""
    if shared is None:
        return lesson.run()
    kept = shared / f"{lesson.__name__}.pickle"
    with FileLock(kept.with_suffix(".lock")):
        if not kept.exists():
            kept.write_bytes(pickle.dumps(lesson.run()))
        return pickle.loads(kept.read_bytes())


def cost(lesson: ModuleType) -> float:
    """How much work a lesson's `run` is, in runs of `reference`.

    A machine that is shared does the same work in one second or in three, and changes its mind
    between them: only a ratio says what the lesson costs. The reference runs before and after.
    """
    reference()  # what is loaded and warmed once is in no measurement
    before = reference()
    started = time.process_time()
    lesson.run()
    seconds = time.process_time() - started
    return seconds / ((before + reference()) / 2)


def reference() -> float:
    """Seconds of processor time for a fixed piece of work of the kind that lessons do."""
    points, labels = make_moons(500, noise=0.3, random_state=0)
    started = time.process_time()
    sum(number * number for number in range(1_000_000))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is not trained to the end
        MLPClassifier((32,), max_iter=40, random_state=0).fit(points, labels)
    for seed in range(40):
        DecisionTreeClassifier(random_state=seed).fit(points, labels)
    return time.process_time() - started


def told(outcome, pattern: str) -> bool:
    """Whether findings stand as a pattern says: + as claimed, - against, ? whatever they do.

    What is not settled today is a question of how many samples there are, so no test asks for it.
    """
    signs = {"as claimed": "+", "against": "-", "not settled": "0"}
    found = [signs[one.standing] for one in outcome.findings]
    assert len(found) == len(pattern), found
    return all(asked in ("?", sign) for asked, sign in zip(pattern, found, strict=True))


def same(findings, intervals) -> bool:
    """Whether findings have the means of these intervals, and are as wide.

    They are wider for splits, and where samples were added after a first look.
    """
    return all(
        one.effect.mean == each.mean
        and (
            one.effect.half_width == each.half_width
            or (
                one.effect.half_width > each.half_width
                and (one.effect.kind == "splits" or one.effect.level > 0.95)
            )
        )
        for one, each in zip(findings, intervals, strict=True)
    )
