"""What `nox -s quick` chooses of the tests that a change reaches."""

from __future__ import annotations

from quick import fitting

COSTS = {"near": 30.0, "dear": 500.0, "far": 60.0, "farther": 20.0}


def test_the_nearest_files_are_taken_as_long_as_they_fit() -> None:
    """One that is too dear does not keep the cheap ones behind it out."""
    assert fitting(COSTS, COSTS, 100.0) == ["near", "far"]
    assert fitting(COSTS, COSTS, 120.0) == ["near", "far", "farther"]


def test_the_nearest_file_is_tested_whatever_it_costs() -> None:
    """And files that nobody has measured are taken as free."""
    assert fitting(["dear", "near", "new"], COSTS, 10.0) == ["dear", "new"]
