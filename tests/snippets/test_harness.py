"""The harness of the lessons: a verdict follows from what was registered and from the intervals."""

import importlib
import inspect
import json
import re
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

import note_records
import numpy as np
import pytest
from lesson_runs import cost
from matplotlib.figure import Figure
from scipy.stats import t as student_t

from snippets.evidence import Interval
from snippets.lessons import ledger
from snippets.lessons.counts import VERDICTS, all_counts
from snippets.lessons.findings import between, directed
from snippets.lessons.harness import RESULT, Finding, Lesson, paired, signed
from snippets.lessons.registry import (
    MARGINS,
    TWO_LOOKS,
    Change,
    Condition,
    Held,
    Part,
    Registration,
)
from snippets.lessons.splits import widened

UP, DOWN, UNSURE = Interval(0.5, 0.2, 10), Interval(-0.5, 0.2, 10), Interval(0.1, 0.2, 10)
TOUCHING, SMALL = Interval(0.2, 0.2, 10), Interval(0.004, 0.002, 10)


def lesson(*conditions: Condition, primary: int = 0, reason: str = "", **others) -> Lesson:
    """A lesson whose words do not matter."""
    made = conditions or (Condition("it rains"), Condition("it snows"))
    held = (Held("hours", "3"),)
    registered = Registration(
        "source", "usually", primary, "any", "real", "Stay in.", made, held, reason, **others
    )
    return Lesson("L99", "Water is <wet>", "S3-M1", "a cup", registered)


def found(effect: Interval, claim="above", margin=0.0) -> Finding:
    """A finding whose words do not matter."""
    return Finding("arm − other, accuracy", effect, claim, margin)


@pytest.mark.parametrize(
    ("effect", "claim", "margin", "standing"),
    [
        (UP, "above", 0, "as claimed"),
        (DOWN, "above", 0, "against"),
        (UNSURE, "above", 0, "not settled"),
        (TOUCHING, "above", 0, "not settled"),
        (UP, "below", 0, "against"),
        (DOWN, "below", 0, "as claimed"),
        (UNSURE, "below", 0, "not settled"),
        (Interval(-0.2, 0.2, 10), "below", 0, "not settled"),
        (SMALL, "above", 0.01, "against"),
        (SMALL, "above", 0.006, "as claimed"),
        (SMALL, "below", 0.01, "against"),
        (Interval(-0.004, 0.002, 10), "below", 0.01, "against"),
        (UP, "above", 0.7, "as claimed"),
        (UNSURE, "above", 0.31, "against"),
        (UNSURE, "above", 0.29, "not settled"),
        (UNSURE, "none", 0.31, "as claimed"),
        (UNSURE, "none", 0.3, "not settled"),
        (UP, "none", 0.3, "against"),
        (DOWN, "none", 0.3, "against"),
        (UP, "none", 0.31, "not settled"),
    ],
)
def test_a_finding_says_only_what_its_whole_interval_says(effect, claim, margin, standing):
    """An interval that touches the border leaves it open; one short of the margin is no effect."""
    one = found(effect, claim, margin)
    assert one.standing == standing
    assert (one.supports, one.contradicts) == (standing == "as claimed", standing == "against")


@pytest.mark.parametrize("claim", ["above", "below", "none"])
@pytest.mark.parametrize("mean", [-0.4, -0.02, 0.0, 0.005, 0.02, 0.4])
def test_more_samples_always_settle_a_claim(claim, mean):
    """Wherever the effect lies, save on the border itself, narrow intervals decide."""
    assert found(Interval(mean, 1e-6, 10), claim, 0.01).standing != "not settled"


@pytest.mark.parametrize("mean", [-0.4, 0.004, 0.02, 0.4])
@pytest.mark.parametrize("claim", ["above", "none"])
def test_what_would_decide_it_does(mean, claim):
    """An interval a little narrower than the width that is told decides."""
    wide = found(Interval(mean, 5.0, 10), claim, 0.01)
    assert wide.standing == "not settled"
    narrow = found(Interval(mean, wide.decided_by * 0.99, 10), claim, 0.01)
    assert narrow.standing != "not settled"


PLACES = (Condition("it rains"), Condition("it snows"), Condition("it is dry", rank="limit"))


@pytest.mark.parametrize(
    ("effects", "said"),
    [
        ([UP, UP, UP], "holds, 3 of 3 as claimed"),
        ([UP, UP, UNSURE], "holds, 2 of 3 as claimed"),
        (
            [UP, UP, DOWN],
            "holds in part, 2 of 3 as claimed: "
            "holds where it rains or where it snows; fails where it is dry",
        ),
        (
            [UP, UNSURE, UP],
            "holds in part, 2 of 3 as claimed: "
            "holds where it rains or where it is dry; is not settled where it snows",
        ),
        (
            [UP, DOWN, UP],
            "depends, 2 of 3 as claimed: "
            "holds where it rains or where it is dry; fails where it snows",
        ),
        (
            [DOWN, UP, DOWN],
            "depends, 1 of 3 as claimed: "
            "holds where it snows; fails where it rains or where it is dry",
        ),
        ([DOWN, DOWN, UP], "does not hold, 1 of 3 as claimed"),
        ([DOWN, UNSURE, UNSURE], "does not hold, 0 of 3 as claimed"),
        (
            [UNSURE, UP, UP],
            "not settled, 2 of 3 as claimed: holds where it snows or where it is dry",
        ),
    ],
)
def test_the_word_counts_all_cases_of_the_claim(effects, said):
    """Two cases that disagree make it depend; a limit only keeps it from holding."""
    outcome = lesson(*PLACES).judge(*map(found, effects))
    assert outcome.said == said and said.startswith(f"{outcome.verdict}, ")
    turned = lesson(*PLACES[::-1], primary=2).judge(*map(found, effects[::-1]))
    assert turned.verdict == outcome.verdict


@pytest.mark.parametrize("rank", ["rival", "control"])
def test_rivals_and_controls_are_counted_and_do_not_change_the_word(rank):
    """They are among the findings as claimed, and that is all."""
    places = (Condition("it rains"), Condition("it snows", rank=rank))
    for other in (UP, DOWN, UNSURE):
        outcome = lesson(*places).judge(found(UP), found(other))
        assert outcome.said == f"holds, {1 + (other is UP)} of 2 as claimed"


def test_each_part_of_a_claim_has_a_word_of_its_own():
    """Its row has its number and its claim; the whole has no word."""
    places = (Condition("it rains", part="a"), Condition("it snows", part="b"))
    parts = {"a": Part("Rain is wet", 0), "b": Part("Snow is wet", 1)}
    outcome = lesson(*places, parts=parts).judge(found(UP), found(DOWN))
    assert outcome.said == "L99a: holds, 1 of 1 as claimed. L99b: does not hold, 0 of 1 as claimed"
    rows = outcome._repr_mimebundle_()[RESULT]
    told = [(row["id"], row["claim"], row["verdict"]) for row in rows if row["kind"] == "lesson"]
    assert told == [("L99a", "Rain is wet", "holds"), ("L99b", "Snow is wet", "does not hold")]
    with pytest.raises(ValueError, match="L99 has parts"):
        _ = outcome.verdict
    with pytest.raises(ValueError, match="the parts of the claim are not"):
        lesson(*places)
    with pytest.raises(ValueError, match="finding 0 is not of part 'b'"):
        lesson(*places, parts=parts | {"b": Part("Snow is wet", 0)})


def test_what_algebra_fixes_judges_nothing():
    """It is shown as a check, whatever it gives."""
    conditions = (Condition("it rains"), Condition("it is a sum", fixed=True))
    outcome = lesson(*conditions).judge(found(UP), found(DOWN))
    assert outcome.said == "holds, 1 of 1 as claimed"
    assert outcome.finding_rows()[1]["standing"] == "fixed by algebra"
    with pytest.raises(ValueError, match="algebra fixes the primary"):
        lesson(*conditions, primary=1)
    with pytest.raises(ValueError, match="the primary finding has the rank 'limit'"):
        lesson(*PLACES, primary=2)


def test_many_places_are_two_and_a_number():
    """A sentence stays one that can be read."""
    places = [Condition(f"it is {name}") for name in ("wet", "dry", "hot", "cold", "dry")]
    outcome = lesson(*places).judge(found(UP), *4 * [found(DOWN)])
    shown = "holds where it is wet; fails where it is dry or where it is hot"
    assert outcome.said == f"depends, 1 of 5 as claimed: {shown}, and in 1 more"


def test_a_lesson_that_was_changed_after_a_look_is_judged_at_two_looks():
    """Its intervals are wider; bars in figures and p-values follow."""
    one = lesson(changes=(Change("more draws", "an open interval"),))
    effect = one.judge(found(UP), found(UP)).findings[0].effect
    assert effect.level == TWO_LOOKS
    assert effect.half_width == pytest.approx(0.2 * 2.685 / 2.262, rel=1e-3)  # t of 9
    assert widened(UP, one) == effect
    plain = lesson().judge(found(UP), found(UP)).findings[0]
    wide = one.judge(found(UP), found(UP)).findings[0]
    assert ledger.doubt(wide) == pytest.approx(ledger.doubt(plain))
    assert "effect, 97.5 %" in one.judge(found(UP), found(UP))._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    ("effect", "claim", "margin", "told"),
    [
        (UP, "above", 0.01, "0.500 ± 0.200 higher, as claimed"),
        (DOWN, "below", 0.01, "0.500 ± 0.200 lower, as claimed"),
        (DOWN, "above", 0.01, "0.500 ± 0.200 lower, not as claimed"),
        (UP, "below", 0.01, "0.500 ± 0.200 higher, not as claimed"),
        (SMALL, "above", 0.01, "0.004 ± 0.002 higher, too little to count"),
        (UP, "none", 0.1, "0.500 ± 0.200 higher, too large for none"),
        (UNSURE, "none", 0.5, "0.100 ± 0.200 higher, as claimed"),
        (UNSURE, "above", 0.01, "0.100 ± 0.200 higher, not settled"),
        (Interval(-0.0001, 0.01, 10), "none", 0.1, "0.000 ± 0.010, as claimed"),
    ],
)
def test_an_effect_is_written_in_its_direction(effect, claim, margin, told):
    """The printed number never has a sign that the plot denies."""
    assert directed(found(effect, claim, margin)) == told


def test_the_doubt_is_that_of_what_is_said():
    """As claimed, against and none are three hypotheses; the p-value is doubled."""
    said = {
        (UP, "above", 0.01): (0.5, 0.2),
        (DOWN, "above", 0.01): (0.51, 0.2),
        (Interval(0.02, 0.03, 10), "none", 0.1): (0.08, 0.03),
        (UP, "none", 0.1): (0.4, 0.2),
    }
    for (effect, claim, margin), (distance, half) in said.items():
        t = distance / (half / 2.2622)
        expected = 2 * student_t.sf(t, 9)
        assert ledger.doubt(found(effect, claim, margin)) == pytest.approx(expected, rel=1e-3)
    assert ledger.doubt(found(UNSURE, "above", 0.01)) > 0.05


def test_splits_of_one_file_widen_the_interval():
    """It says that they are splits; draws stay as they are."""
    split = (90, 60, 150)
    outcome = lesson(Condition("it rains", split=split), Condition("it snows")).judge(
        found(UP), found(UP)
    )
    first, second = outcome.finding_rows()
    assert (first["samples"], second["samples"]) == ("splits", "draws")
    assert first["high"] - first["low"] == pytest.approx(0.4 * (1 + 10 * 60 / 90) ** 0.5, rel=1e-3)
    assert second["high"] - second["low"] == pytest.approx(0.4)


def test_draws_of_one_file_widen_the_interval_by_what_they_share():
    """Bars of figures are as wide as the finding."""
    one = lesson(Condition("it rains", drawn=(50, 100)), Condition("it snows"))
    first, second = one.judge(found(UP), found(UP)).findings
    assert (first.effect.kind, second.effect.kind) == ("splits", "draws")
    assert first.effect.half_width == pytest.approx(UP.half_width * (1 + UP.n) ** 0.5)
    assert widened(UP, one) == first.effect and widened(UP, one, 1) == UP


def test_the_outcome_is_rows_of_the_ledger_a_table_and_a_text():
    """One row tells of the lesson, and one of each finding; what is shown is escaped."""
    outcome = lesson().judge(found(UP), found(UNSURE))
    shown = outcome._repr_mimebundle_()
    first, *findings = shown[RESULT]
    assert first == {
        "kind": "lesson",
        "id": "L99",
        "claim": "Water is <wet>",
        "origin": "source",
        "source": "S3-M1",
        "quantifier": "usually",
        "verdict": "holds in part",
        "counted": "1 of 2 as claimed",
        "holds": "Holds in part, 1 of 2 as claimed: holds where it rains; "
        "is not settled where it snows.",
        "advice": "Stay in.",
        "measured": "arm − other, accuracy",
        "effect": "0.500 ± 0.200 higher, as claimed",
        "unit": "accuracy",
        "margin": 0.01,
        "seeds": 10,
        "samples": "draws",
        "data": "a cup",
        "made": "real",
        "models": "any",
        "findings": "+0.5 ± 0.2 within 0.01 supported; +0.1 ± 0.2 within 0.01 not shown",
        "opened": "2 findings\n"
        "it rains: 0.500 ± 0.200 higher, as claimed (primary)\n"
        "it snows: 0.100 ± 0.200 higher, not settled",
        "held": "hours (3)",
    }
    assert [row["kind"] for row in findings] == ["finding", "finding"]
    assert findings[1]["where"] == "it snows" and findings[1]["standing"] == "not settled"
    assert (findings[1]["low"], findings[1]["high"]) == (-0.1, 0.3)
    assert shown["text/plain"].splitlines() == [
        "L99: holds in part, 1 of 2 as claimed: holds where it rains; "
        "is not settled where it snows. Water is <wet>",
        "  arm − other, accuracy: +0.500 ± 0.200 (95 %, 10 draws); as claimed (primary)",
        "  arm − other, accuracy: +0.100 ± 0.200 (95 %, 10 draws); "
        "not settled: between −0.10 and +0.30",
    ]
    assert shown["text/html"].count("<tr>") == 3
    escaped = lesson(Condition("a < b")).judge(found(UP))._repr_mimebundle_()
    assert "a &lt; b" in escaped["text/html"]


def test_what_the_claim_expects_is_said():
    """None means less than the margin, and an effect reaches it."""
    conditions = (Condition("it rains", 0.5), Condition("it snows"))
    html = (
        lesson(*conditions, reason="So.")
        .judge(found(UNSURE, "none", 0.5), found(DOWN, "below"))
        ._repr_mimebundle_()["text/html"]
    )
    assert "less than 0.5 either way" in html
    assert "<td>below 0, by −0.01 or more</td><td>as claimed</td>" in html


def test_a_finding_that_is_not_settled_is_told_as_its_interval():
    """So is what would decide it."""
    outcome = lesson(Condition("it rains")).judge(found(UNSURE))
    told = (
        "Not settled, 0 of 1 as claimed. Where it rains the effect is between −0.10 and +0.30; "
        "about 30 more draws would settle it."
    )
    assert outcome.row()["holds"] == told
    assert between(found(Interval(0.004, 0.01, 10))) == "between −0.006 and +0.014"


def test_an_effect_too_small_to_count_is_said_to_be():
    """It is no effect on the other side."""
    small, other = (
        lesson(Condition("it rains")).judge(found(effect))._repr_mimebundle_()["text/html"]
        for effect in (SMALL, DOWN)
    )
    assert "too little to count (primary)" in small and "not as claimed (primary)" in other


def test_a_mean_that_rounds_to_zero_has_no_minus():
    """Zero is written in one way."""
    assert signed(Interval(-0.0001, 0.01, 10)) == "+0.000 ± 0.010"


def test_arms_are_paired_by_seed():
    """The spread that both arms share cancels."""
    effect = paired(lambda seed: 100.0 * seed + 1, lambda seed: 100.0 * seed, seeds=range(3))
    assert (effect.mean, effect.half_width, effect.n) == (1, 0, 3)
    assert paired(float, lambda seed: 0.0).n == 10


def test_bad_input_is_refused():
    """A finding must be the registered one, and a margin has a reason."""
    with pytest.raises(ValueError, match="registers 2 findings, got 1"):
        lesson().judge(found(UP))
    with pytest.raises(ValueError, match=r"0\.3 is not the registered 0\.01"):
        lesson(Condition("it rains")).judge(found(UP, "none", 0.3))
    with pytest.raises(ValueError, match="no margin is registered for 'litres'"):
        lesson(Condition("it rains")).judge(Finding("arm − other, litres", UP))
    with pytest.raises(ValueError, match="needs a reason"):
        lesson(Condition("it rains", 0.2))
    with pytest.raises(ValueError, match="name a setting that was not varied"):
        replace(lesson().registered, held=())
    with pytest.raises(ValueError, match="no finding 2"):
        lesson(primary=2)
    for claim, margin in [("none", 0.0), ("above", -0.1)]:
        with pytest.raises(ValueError, match="margin"):
            found(UP, claim, margin)


MODULES = sorted((Path(__file__).parents[2] / "snippets" / "lessons").glob("l[0-9]*.py"))
BUDGET = 35
"""Runs of `lesson_runs.reference` that all seeds of a lesson may cost: three to four seconds."""


def recorded(path):
    """The rows of a lesson and those of its findings, as the run of its note returned them."""
    rows = note_records.rows(path.stem.partition("_")[0])
    claims = [row for row in rows if row["kind"] == "lesson"]
    return claims, [row for row in rows if row["kind"] == "finding"]


@pytest.mark.nightly
@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_lesson_gives_an_outcome(path):
    """Its note shows what it registered, from ten samples or more."""
    one = importlib.import_module(f"snippets.lessons.{path.stem}").LESSON
    claims, findings = recorded(path)
    parts = one.registered.parts
    assert one.id.lower() == path.stem.partition("_")[0]
    assert [row["id"] for row in claims] == [f"{one.id}{letter}" for letter in parts or [""]]
    assert [row["claim"] for row in claims] == [part.claim for part in parts.values()] or [
        row["claim"] for row in claims
    ] == [one.claim]
    assert len(findings) == len(one.registered.conditions)
    assert all(finding["seeds"] >= 10 for finding in findings)


@pytest.mark.clock
@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_lesson_stays_within_its_budget(path):
    """It is quick enough to be run often; processors differ in what is quick beside what."""
    module = importlib.import_module(f"snippets.lessons.{path.stem}")
    assert min(cost(module) for _ in range(2)) < BUDGET


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_lesson_registers_all_that_its_verdict_rests_on(path):
    """Claim, origin, quantifier, margins, units and advice are data, before any run."""
    one = importlib.import_module(f"snippets.lessons.{path.stem}").LESSON
    registered = one.registered
    assert not one.claim[0].islower() and not one.claim.endswith(".")
    assert registered.origin in ("source", "sharpened", "folklore")
    assert registered.quantifier in ("always", "usually", "sometimes", "there is a case")
    assert registered.advice.endswith(".") and registered.family and one.source
    places = [condition.where for condition in registered.conditions]
    assert all(place and not place.startswith("where") for place in places)
    own = [condition.margin is not None for condition in registered.conditions]
    assert any(own) == bool(registered.reason)
    assert all(held.what and held.value for held in registered.held)
    assert all(part.claim and not part.claim.endswith(".") for part in registered.parts.values())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_the_ledger_to_download_is_what_the_lessons_give(path):
    """Each finding of the file is that of the run of its note, with its unit and its margin."""
    one = importlib.import_module(f"snippets.lessons.{path.stem}").LESSON
    claims, findings = recorded(path)
    kept = [row for row in ledger.read() if row["lesson"] == one.id]
    words = ("measured", "where", "role", "unit", "samples", "standing", "seeds")
    assert [[row[word] for word in words] for row in kept] == [
        [row[word] for word in words] for row in findings
    ]
    words_of = {row["id"]: row["verdict"] for row in claims}
    assert {row["id"]: row["verdict"] for row in kept} == words_of
    for row, now in zip(kept, findings, strict=True):
        assert row["margin"] == pytest.approx(now["margin"])
        assert row["mean"] == pytest.approx(now["mean"], rel=0.5, abs=0.05)
        if row["role"] != "check":
            assert row["unit"] and now["margin"] >= 0
            assert row["unit"] in MARGINS or one.registered.reason
    again = ledger.outcome_of(one.id)
    assert {part.lesson.id: part.verdict for part in again.parts} == words_of
    standings = [row["standing"] for row in findings]
    assert [row["standing"] for row in again.rows() if row["kind"] == "finding"] == standings


def test_the_results_of_the_cells_count_the_same():
    """The home page, the table of rules, the feed and the search read these; the files agree."""
    labels = {f"l{row['lesson'][1:]}" for row in ledger.read()}
    given = [row for label in sorted(labels) for row in note_records.rows(label)]
    words = Counter(row["verdict"] for row in given if row["kind"] == "lesson")
    assert {"rules": words.total(), **{word: words[word] for word in VERDICTS}} == all_counts()
    file = json.loads((ledger.FOLDER / "ledger.json").read_text("utf-8"))
    assert {row["id"]: row["verdict"] for row in file} == {
        row["id"]: row["verdict"] for row in given if row["kind"] == "lesson"
    }


@pytest.mark.nightly
def test_a_lesson_is_read_as_it_was_printed():
    """The text of the outcome is that of a run; an unknown number is refused."""
    module = importlib.import_module("snippets.lessons.l28_linear_svc")
    assert str(ledger.outcome_of("L28")) == str(module.judge(module.run()))
    with pytest.raises(ValueError, match="the ledger has no lesson 'L999'"):
        ledger.outcome_of("L999")


@pytest.mark.nightly
def test_one_lesson_is_run_again_and_the_rows_of_the_others_stay(tmp_path, monkeypatch, capsys):
    """Its rows are replaced at their place, and what changed between the seeds is told."""
    before = ledger.read()
    monkeypatch.setattr(ledger, "write", partial(ledger.write, folder=tmp_path))
    assert ledger.main(["l28"]) == 0 and "l28_linear_svc: does not hold" in capsys.readouterr().out
    after = ledger.read(folder=tmp_path)
    assert [row["lesson"] for row in after] == [row["lesson"] for row in before]
    assert [row for row in after if row["lesson"] != "L28"] == [
        row for row in before if row["lesson"] != "L28"
    ]


def test_what_other_seeds_change_is_told_and_drawn():
    """Two words and findings that differ are named; each finding is a dot in half-widths."""
    first = [row for row in ledger.read() if row["lesson"] in ("L06", "L13", "L36")]
    second = [dict(row) for row in first]
    place = next(i for i, row in enumerate(first) if row["role"] == "primary")
    second[place] |= {"verdict": "not settled", "standing": "not settled", "mean": 0.0}
    assert ledger.told(first, first).splitlines() == [
        "words that changed: 0 of 3",
        f"findings that changed: 0 of {len(first)}",
    ]
    said = ledger.told(first, second)
    turned = f"L06: {first[place]['verdict']}, then not settled"
    assert f"words that changed: 1 of 3\n  {turned}\n" in said
    assert f"findings that changed: 1 of {len(first)}" in said
    ax = Figure().subplots()
    ledger.compared(ax, list(ledger.pairs(first, second)))
    same, other, _ = ax.get_lines()
    assert (len(same.get_xdata()), len(other.get_xdata())) == (len(first) - 1, 1)
    x, y = np.array(same.get_data())
    np.testing.assert_array_equal(x, y)
    assert other.get_ydata().tolist() == [0.0] and other.get_xdata()[0] > 1


def test_the_file_of_other_seeds_is_that_of_the_ledger_run_again():
    """The same findings in the same order, but for lessons that take no other seeds."""
    first, second = ledger.read(), ledger.read(ledger.OTHERS)
    without = {row["lesson"] for row in first} - {row["lesson"] for row in second}
    assert without == {"L01", "L32", "L50"}
    words = ("lesson", "measured", "where", "role", "unit", "expects", "margin", "samples")
    assert [[row[word] for word in words] for row in second] == [
        [row[word] for word in words] for row in first if row["lesson"] not in without
    ]
    both = [(a, b) for a, b in ledger.pairs(first, second) if a["role"] == "primary"]
    for a, b in both:  # no rule that holds with some seeds fails with others
        assert not {a["verdict"], b["verdict"]} & {"holds", "holds in part"} or (
            "does not hold" not in (a["verdict"], b["verdict"])
        )
    changed, _ = ledger.changes(first, second)
    assert len(changed) <= len(both) / 6


@pytest.mark.nightly
@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_two_seeds_are_enough_and_one_is_not(path):
    """An interval needs two seeds; whoever tries a lesson quickly gives no more."""
    run = importlib.import_module(f"snippets.lessons.{path.stem}").run
    if "seeds" in inspect.signature(run).parameters:
        run(seeds=(0, 1))
        with pytest.raises(ValueError, match="seed"):
            run(seeds=(0,))


def test_a_figure_is_as_wide_as_the_findings():
    """Splits of one file are widened as the registered condition says, draws are not."""
    one = lesson(Condition("it rains", split=(90, 60, 150)), Condition("it snows"))
    wide = widened(UP, one)
    assert wide == one.judge(found(UP), found(UP)).findings[0].effect
    assert widened(UP, one, 1) == UP


def splitting(text: str) -> bool:
    """Whether a section, by its number, is of a lesson whose samples are splits of one file."""
    number = re.match(r"## (L\w+) ", text)
    paths = [path for path in MODULES if number and path.stem.startswith(f"{number[1].lower()}_")]
    lessons = [importlib.import_module(f"snippets.lessons.{path.stem}").LESSON for path in paths]
    return any(each.split for one in lessons for each in one.registered.conditions)


@pytest.mark.parametrize("note", sorted(ledger.FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_bars_of_a_lesson_over_splits_are_widened(note):
    """Ten splits share their rows: plain bars in a figure would promise what no finding says."""
    for section in re.split(r"(?m)^(?=## )", note.read_text("utf-8")):
        for cell in re.findall(r"(?s)```python.*?```", section):
            drawn = "half_width" in cell and re.search(r"errorbar|fill_between|[xy]err", cell)
            if drawn and (splitting(section) or "lessons.regularisers import" in cell):
                assert "widened(" in cell or ".over_splits(" in cell, cell
