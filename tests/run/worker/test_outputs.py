"""Outputs: what a cell showed, in the order in which it showed it, as nbformat writes it."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.run.assembly import assemble
from notewright.run.worker import outputs
from notewright.run.worker.outputs import Marks

MARKS = Marks("c0ffee")
OUT, ERR = MARKS.channel("stdout"), MARKS.channel("stderr")


def show(number: int, text: str) -> dict[str, Any]:
    return {"kind": "show", "number": number, "output": value(text)}


def end(number: int) -> dict[str, Any]:
    return {"kind": "end", "number": number}


def value(text: str) -> outputs.Output:
    return outputs.display({"text/plain": text}, {}, is_result=True)


def test_values_stand_between_the_prints_that_surround_them() -> None:
    """`print`, `display`, `print` shows in that order."""
    raw = b"before\n" + MARKS.event(1) + b"after\n" + MARKS.event(2)
    cells = assemble(raw, [show(1, "value"), end(2)], MARKS)
    expected = [outputs.stream("stdout", "before\n"), value("value")]
    assert cells == [[*expected, outputs.stream("stdout", "after\n")], []]


def test_text_on_both_channels_keeps_its_order() -> None:
    """A warning stands where it was given."""
    raw = b"a" + ERR + b"b" + OUT + ERR + b"c" + OUT + b"d"
    (shown,) = assemble(raw, [], MARKS)
    assert [(output["name"], output["text"]) for output in shown] == [
        ("stdout", "a"),
        ("stderr", "bc"),
        ("stdout", "d"),
    ]


def test_each_cell_gets_what_was_printed_before_its_end() -> None:
    """No output slips into the next cell."""
    raw = b"one" + MARKS.event(3) + b"two" + MARKS.event(6)
    cells = assemble(raw, [{"kind": "begin", "number": 1}, end(3), end(6)], MARKS)
    assert [[output["text"] for output in cell] for cell in cells] == [["one"], ["two"], []]


def test_values_behind_the_output_limit_are_kept() -> None:
    """A cell that prints too much still shows its figure, and the next cell its own."""
    cells = assemble(b"cut of", [show(1, "a"), end(2), show(3, "b"), end(4)], MARKS)
    assert [len(cell) for cell in cells] == [2, 1, 0]


def test_a_mark_that_a_cell_prints_itself_is_text() -> None:
    """No cell can fake another's output, whatever it prints."""
    raw = b"\x1e1234:1;" + b"\x1e:1;" + MARKS.event(1)
    ((first, second),) = assemble(raw, [show(1, "value")], MARKS)
    assert first["text"] == "\x1e1234:1;\x1e:1;"
    assert second == value("value")


def test_bytes_that_are_no_text_are_replaced() -> None:
    """A C library that prints Latin-1 breaks nothing."""
    ((shown,),) = assemble(b"caf\xe9", [], MARKS)
    assert shown["text"] == "caf\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<function f at 0x7f3c12ab34cd>", "<function f>"),
        ("<a.B object at 0x7F3C> <c at 0x0>", "<a.B object> <c>"),
        ("look at 0xzz", "look at 0xzz"),
        ("arrived at 10", "arrived at 10"),
    ],
)
def test_memory_addresses_are_left_out(text: str, kept: str) -> None:
    """Two runs of one note show the same."""
    ((shown,),) = assemble(text.encode(), [], MARKS)
    assert shown["text"] == kept


def test_an_address_is_left_out_behind_other_text_too() -> None:
    """It doesn't matter how many times a cell prints."""
    raw = b"first\n" + OUT + b"<f at 0x7f00>\n"
    ((shown,),) = assemble(raw, [], MARKS)
    assert shown["text"] == "first\n<f>\n"


@pytest.mark.parametrize(
    "output",
    [
        outputs.stream("stderr", "text"),
        outputs.error("ValueError", "too small"),
        outputs.display({"text/plain": "1"}, {}, is_result=True),
        outputs.display({"image/svg+xml": "<svg/>"}, {"a": {"b": 1}}, is_result=False),
    ],
)
def test_outputs_are_those_of_notebooks(output: outputs.Output) -> None:
    """A notebook with these outputs is valid: Jupyter opens it."""
    cell = nbformat.v4.new_code_cell("x", outputs=[nbformat.from_dict(output)])
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))
    assert json.loads(json.dumps(output)) == output


PIECES = st.lists(
    st.tuples(
        st.sampled_from(["stdout", "stderr", "show", "end"]), st.text("ab\n;:\x1e", max_size=5)
    ),
    max_size=12,
)


@given(PIECES)
def test_nothing_is_lost_and_nothing_changes_places(pieces: list[tuple[str, str]]) -> None:
    """Whatever order a session shows things in, the page shows them in that order."""
    raw, events = b"", []
    expected: list[list[tuple[str, str]]] = [[]]
    for number, (kind, text) in enumerate(pieces):
        if kind in ("stdout", "stderr"):
            raw += text.encode() if kind == "stdout" else ERR + text.encode() + OUT
            expected[-1] += [(kind, character) for character in text]
            continue
        events.append(show(number, text) if kind == "show" else end(number))
        raw += MARKS.event(number)
        if kind == "show":
            expected[-1].append(("show", text))
        else:
            expected.append([])
    assert [_flat(cell) for cell in assemble(raw, events, MARKS)] == expected


def _flat(cell: list[outputs.Output]) -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for output in cell:
        if output["output_type"] == "stream":
            flat += [(output["name"], character) for character in output["text"]]
        else:
            flat.append(("show", output["data"]["text/plain"]))
    return flat
