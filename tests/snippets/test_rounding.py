"""What is rounding is told by a bound, and what is more by its size."""

from __future__ import annotations

import math

import pytest

from snippets.rounding import below


@pytest.mark.parametrize("gap", [0.0, 4e-16, 9.99e-10])
def test_rounding_has_no_digits(gap: float) -> None:
    """Another processor gives another gap, and the same words."""
    assert below(gap) == "below 1e-9"


def test_a_difference_that_is_real_is_told() -> None:
    """The bound itself is not below it; what is no number is never rounding."""
    assert below(1e-9) == "1e-09"
    assert below(3.14e-4) == "3e-04"
    assert below(5e-8, 1e-7) == "below 1e-7"
    assert below(math.nan) == "nan"
