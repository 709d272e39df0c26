"""The harness of the lessons: a verdict follows from the intervals."""

import importlib
import inspect
import time
from pathlib import Path

import pytest

from snippets.evidence import Interval
from snippets.lessons.harness import RESULT, Finding, Lesson, paired, signed, verdict

UP, DOWN, UNSURE = Interval(0.5, 0.2, 10), Interval(-0.5, 0.2, 10), Interval(0.1, 0.2, 10)
TOUCHING = Interval(0.2, 0.2, 10)
LESSON = Lesson("L99", "Water is <wet>", "S3-M1", "a cup")


def found(effect: Interval, claim="above", margin=0.0) -> Finding:
    """A finding whose words do not matter."""
    return Finding("arm − other", effect, claim, margin)


@pytest.mark.parametrize(
    ("effect", "claim", "margin", "supports", "contradicts"),
    [
        (UP, "above", 0, True, False),
        (DOWN, "above", 0, False, True),
        (UNSURE, "above", 0, False, False),
        (TOUCHING, "above", 0, False, False),
        (UP, "below", 0, False, True),
        (DOWN, "below", 0, True, False),
        (UNSURE, "below", 0, False, False),
        (Interval(-0.2, 0.2, 10), "below", 0, False, False),
        (UNSURE, "none", 0.31, True, False),
        (UNSURE, "none", 0.3, False, False),
        (UP, "none", 0.3, False, True),
        (DOWN, "none", 0.3, False, True),
        (UP, "none", 0.31, False, False),
    ],
)
def test_a_finding_supports_only_with_its_whole_interval(
    effect, claim, margin, supports, contradicts
):
    """An interval that touches the border shows nothing."""
    one = found(effect, claim, margin)
    assert (one.supports, one.contradicts) == (supports, contradicts)


@pytest.mark.parametrize(
    ("effects", "expected"),
    [
        ([UP, UP], "confirmed"),
        ([UP, DOWN], "depends"),
        ([UNSURE, UP], "depends"),
        ([DOWN, UNSURE], "refuted"),
        ([UNSURE, UNSURE], "no difference shown"),
    ],
)
def test_the_verdict_follows_from_the_findings(effects, expected):
    """All, some or none of the findings support the claim."""
    assert verdict(found(effect) for effect in effects) == expected
    assert LESSON.judge(*map(found, effects)).verdict == expected


def test_the_outcome_is_a_row_of_the_ledger_a_table_and_a_text():
    """The first finding is the headline; what is shown is escaped."""
    outcome = LESSON.judge(found(UP), found(DOWN))
    shown = outcome._repr_mimebundle_()
    assert shown[RESULT] == {
        "kind": "lesson",
        "id": "L99",
        "claim": "Water is <wet>",
        "source": "S3-M1",
        "verdict": "depends",
        "measured": "arm − other",
        "effect": "+0.500 ± 0.200",
        "seeds": 10,
        "data": "a cup",
    }
    assert shown["text/plain"].splitlines() == [
        "L99: depends. Water is <wet>",
        "  arm − other: +0.500 ± 0.200 (95 %, 10 seeds); supported",
        "  arm − other: −0.500 ± 0.200 (95 %, 10 seeds); contradicted",
    ]
    assert shown["text/html"].count("<tr>") == 3
    escaped = Lesson("L98", "c", "s", "d").judge(Finding("a < b", UNSURE))
    assert "a &lt; b" in escaped._repr_mimebundle_()["text/html"]
    assert "not shown" in escaped._repr_mimebundle_()["text/html"]


def test_what_the_claim_expects_is_said():
    """None means less than the margin."""
    html = LESSON.judge(found(UNSURE, "none", 0.5), found(DOWN, "below"))._repr_mimebundle_()
    assert "less than 0.5 either way" in html["text/html"]
    assert "<td>below 0</td><td>supported</td>" in html["text/html"]


def test_a_mean_that_rounds_to_zero_has_no_minus():
    """Zero is written in one way."""
    assert signed(Interval(-0.0001, 0.01, 10)) == "+0.000 ± 0.010"


def test_arms_are_paired_by_seed():
    """The spread that both arms share cancels."""
    effect = paired(lambda seed: 100.0 * seed + 1, lambda seed: 100.0 * seed, seeds=range(3))
    assert (effect.mean, effect.half_width, effect.n) == (1, 0, 3)
    assert paired(float, lambda seed: 0.0).n == 10


def test_bad_input_is_refused():
    """A verdict needs a finding, and a margin its claim."""
    with pytest.raises(ValueError, match="at least one finding"):
        LESSON.judge()
    for claim, margin in [("none", 0.0), ("above", 0.1)]:
        with pytest.raises(ValueError, match="margin belongs to the claim 'none'"):
            found(UP, claim, margin)


MODULES = sorted((Path(__file__).parents[2] / "snippets" / "lessons").glob("l[0-9]*.py"))
BUDGET = 3.0
"""Seconds of processor time that all seeds of a lesson may take together."""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_lesson_gives_an_outcome_within_its_budget(path):
    """It carries its own number, judges its own run, and is quick enough to be run often."""
    module = importlib.import_module(f"snippets.lessons.{path.stem}")
    started = time.process_time()
    outcome = module.judge(module.run())
    seconds = time.process_time() - started
    assert outcome.lesson is module.LESSON
    assert outcome.lesson.id.lower() == path.stem.partition("_")[0]
    assert all(finding.effect.n >= 10 for finding in outcome.findings)
    # A shared machine takes up to twice as long for the same work.
    assert seconds < 2 * BUDGET


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_two_seeds_are_enough_and_one_is_not(path):
    """An interval needs two seeds; whoever tries a lesson quickly gives no more."""
    run = importlib.import_module(f"snippets.lessons.{path.stem}").run
    if "seeds" in inspect.signature(run).parameters:
        run(seeds=(0, 1))
        with pytest.raises(ValueError, match="seed"):
            run(seeds=(0,))
