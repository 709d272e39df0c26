"""Builds with a cluster, event by event: equal to what can be said without events."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.cluster_times import Costs, build

SECONDS = st.floats(0, 100)
COSTS = st.builds(Costs, *[st.floats(0, 1)] * 5)


@given(st.lists(SECONDS, max_size=30), COSTS)
def test_one_worker_does_one_after_the_other(durations, costs):
    """With one session out at a time, all costs add up."""
    done = build(durations, 1, costs, ahead=1)
    each = costs.send + costs.scheduler + costs.way + costs.judge + costs.store
    assert done.wall == pytest.approx(sum(durations) + len(durations) * each)


@given(st.lists(SECONDS, min_size=1, max_size=30))
def test_with_a_worker_for_each_the_longest_is_all(durations):
    """If nothing costs anything beside."""
    done = build(durations, len(durations), Costs())
    assert done.wall == pytest.approx(max(durations))
    assert done.bounds["longest session"] == pytest.approx(done.wall)


@given(st.lists(SECONDS, min_size=1, max_size=40), st.integers(1, 8), COSTS)
def test_it_lies_between_its_bounds(durations, count, costs):
    """No part is faster than its own work; together they are not slower than in turn."""
    done = build(durations, count, costs)
    assert done.wall >= max(done.bounds.values()) * (1 - 1e-9)
    in_turn = done.client + done.scheduler + done.workers
    assert done.wall <= in_turn * (1 + 1e-9) + 1e-9


@given(st.integers(1, 60), st.integers(1, 6), st.integers(1, 3))
def test_equal_sessions_come_in_rounds(count, workers, ahead):
    """Graham's bound is met where all are equal: as many rounds as there are."""
    rounds = -(-count // workers)
    assert build([2.0] * count, workers, Costs(), ahead).wall == 2.0 * rounds


@given(st.lists(SECONDS, min_size=1, max_size=6), st.integers(1, 3))
def test_longest_first_is_at_most_a_third_above_the_best(durations, workers):
    """Graham (1969): 4/3 − 1/(3w) of the best of all ways to share them out."""
    done = build(sorted(durations, reverse=True), workers, Costs())
    ways = itertools.product(range(workers), repeat=len(durations))
    best = min(max(_loads(durations, way, workers)) for way in ways)
    assert done.wall <= best * (4 / 3 - 1 / (3 * workers)) * (1 + 1e-9)


def _loads(durations, way, workers):
    return [
        sum(each for each, place in zip(durations, way, strict=True) if place == one)
        for one in range(workers)
    ]


def test_a_slow_machine_that_builds_is_the_limit():
    """However many workers there are, it hands out no faster."""
    costs = Costs(send=0.01, judge=0.02)
    few, many = (build([1.0] * 2000, count, costs) for count in (10, 1000))
    assert few.limit == "workers" and many.limit == "builder"
    assert many.wall == pytest.approx(2000 * 0.03, rel=0.05)


def test_nobody_builds_without_workers():
    """It would never end."""
    with pytest.raises(ValueError, match="got 0 and 2"):
        build([1.0], 0, Costs())
