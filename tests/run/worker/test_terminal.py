"""Printed text as a terminal would leave it."""

from __future__ import annotations

import pytest

from notewright.run.worker.terminal import tidy

ESC = "\x1b["


@pytest.mark.parametrize(
    ("printed", "left"),
    [
        ("a\n\x1b[31mred\x1b[0m\n", "a\nred\n"),
        ("10%\r100%\n", "100%\n"),
        (f"one\ntwo\n{ESC}2A1\n{ESC}B3\n", "1ne\ntwo\n3\n"),
        (f"outer\n\rinner{ESC}A\r", "outer\ninner"),
        (f"long text\r{ESC}Kshort\n", "short\n"),
        (f"abc{ESC}2Dx{ESC}1K\n", "\n"),
        (f"abc{ESC}2DX\n", "aXc\n"),
        (f"abc{ESC}GX\n", "Xbc\n"),
        (f"abc{ESC}3Cx\n", "abc   x\n"),
        (f"a\nb\nc{ESC}Hx{ESC}J", "x\n\n"),
        (f"a\nb\n{ESC}2J{ESC}2;3Hx", "\n  x\n"),
        (f"a{ESC}Eb{ESC}Fc", "c\nb"),
        (f"ab\b\bx{ESC}C\n", "xb\n"),
        (f"a{ESC}999999999999Cb{ESC}999999999999A", "a" + " " * 9999 + "b"),
    ],
)
def test_the_cursor_is_followed(printed: str, left: str) -> None:
    """What was written over, or erased, is gone; colours are."""
    assert tidy(printed) == left


def test_a_cursor_far_below_takes_no_memory() -> None:
    """A code can name any row."""
    assert tidy(f"a{ESC}4000000000Bb").count("\n") <= 10_000


def test_nested_progress_bars_leave_what_a_terminal_shows() -> None:
    """As tqdm prints an outer bar, an inner one that goes, and lines between them."""
    text = ""
    for step in range(2):
        text += f"\router {step}\n\rinner 0{ESC}A"
        text += f"\n\rinner 1{ESC}A"
        text += f"\n\r{' ' * 7}\r{ESC}A"
        text += f"\r{' ' * 7}\repoch {step}\n"
    assert tidy(f"{text}\router 2\n").splitlines() == ["epoch 0", "epoch 1", "outer 2"]


@pytest.mark.parametrize(
    ("bar", "left"),
    [
        ("100%|███| 3/3 [00:00<00:00, 12.34it/s]", "100%|███| 3/3"),
        ("a: 3it [00:01,  2.50it/s]", "a: 3it"),
        ("100%|#| 3/3 [1:02:03<00:00, 1.2s/it]", "100%|#| 3/3"),
        ("100%|#| 3/3 [00:00<?, ?it/s]", "100%|#| 3/3"),
        ("50%|#| 1.5M/3M [00:00<00:01, 2.5MB/s, loss=0.25]", "50%|#| 1.5M/3M [loss=0.25]"),
        ("the list [1, 2] of m/s", "the list [1, 2] of m/s"),
        ("at [00:10, 12.5 km/h]", "at [00:10, 12.5 km/h]"),
    ],
)
def test_a_progress_bar_is_the_same_in_each_run(bar: str, left: str) -> None:
    """Its times and its rate differ; what the code shows beside them stays."""
    assert tidy(f"{bar}\n") == f"{left}\n"
