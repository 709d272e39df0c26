"""Copies of the process: which pages they make, in which order."""

from __future__ import annotations

import pytest

from notewright.hosts.mkdocs.parallel import Order, from_the_end, in_between


@pytest.mark.parametrize("order", [from_the_end, in_between])
@pytest.mark.parametrize("copies", [1, 2, 7])
@pytest.mark.parametrize("pages", [0, 1, 60, 101])
def test_copies_make_each_page_once(order: Order, pages: int, copies: int) -> None:
    """If the process itself makes none."""
    found = [number for copy in range(copies) for number in order(pages, copy, copies)]
    assert sorted(found) == list(range(pages))


def test_a_copy_goes_before_the_process_and_then_meets_it() -> None:
    """So that what it made is taken over meanwhile, and none waits for the other at the end."""
    assert [*in_between(9, 0, 1)] == [1, 3, 5, 7, 8, 6, 4, 2, 0]
    assert [[*in_between(9, copy, 2)] for copy in range(2)] == [[1, 4, 7, 6, 0], [2, 5, 8, 3]]
