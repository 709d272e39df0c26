"""Headlines: a number with its interval, as text, HTML and a row."""

import pytest

from snippets.evidence import Interval
from snippets.headline import RESULT, Headline


def test_a_headline_is_a_row_of_the_road_map():
    """Every column has its value, and what is shown is escaped."""
    headline = Headline("3b", "Is it spam?", "precision < 1", Interval(0.9, 0.02, 10), "fig-x")
    shown = headline._repr_mimebundle_()
    assert shown[RESULT] == {
        "kind": "project",
        "chapter": "3b",
        "project": "Is it spam?",
        "number": "precision < 1",
        "measured": "0.900 ± 0.020",
        "over": "10 seeds",
        "figure": "![[fig-x.svg|Is it spam?]]",
    }
    assert shown["text/plain"] == "precision < 1: 0.900 ± 0.020 (95 %, 10 seeds)"
    assert "precision &lt; 1: 0.900 ± 0.020" in shown["text/html"]


def test_a_negative_number_has_its_own_sign():
    """A hyphen is no minus."""
    headline = Headline("4", "p", "n", Interval(-0.5, 0.1, 10), "fig-x")
    assert headline.row()["measured"] == "−0.500 ± 0.100"
    assert str(headline) == "n: −0.500 ± 0.100 (95 %, 10 seeds)"


def test_an_interval_may_be_over_something_else_than_seeds():
    """Both the row and the line say over what."""
    headline = Headline("5", "p", "n", Interval(0.5, 0.1, 61), "fig-x", over="days")
    assert headline.row()["over"] == "61 days"
    assert str(headline) == "n: 0.500 ± 0.100 (95 %, 61 days)"


def test_a_figure_has_the_label_of_one():
    """The road map embeds it by its label."""
    with pytest.raises(ValueError, match="got 'x'"):
        Headline("2", "p", "n", Interval(1.0, 0.1, 10), "x")
