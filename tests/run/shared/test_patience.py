"""Patience: what is elsewhere is waited for so long, and its answers come as they are."""

from __future__ import annotations

import threading

import pytest

from notewright.run.shared import patience
from notewright.run.shared.patience import GoneError, Patience


def test_all_are_answered_and_few_wait() -> None:
    """No more are asked than are taken, but for those that are asked at the same time."""
    asked: list[int] = []

    def question(number: int) -> int:
        asked.append(number)
        return -number

    answers = Patience().ask_all(question, range(100))
    first = next(answers)
    assert len(asked) <= patience.THREADS
    assert dict([first, *answers]) == {number: -number for number in range(100)}
    assert list(Patience().ask_all(question, [])) == []


def test_what_a_question_raises_is_raised() -> None:
    """Whatever it is."""
    with pytest.raises(ZeroDivisionError):
        Patience().ask(lambda: 1 / 0)


def test_who_does_not_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the seconds of one answer, or those of a whole pass; a new pass has them again."""
    release = threading.Event()
    try:
        monkeypatch.setattr(patience, "EACH", 0.1)
        with pytest.raises(GoneError, match=r"within 0\.1 s"):
            Patience().ask(release.wait)
        monkeypatch.setattr(patience, "EACH", 60.0)
        monkeypatch.setattr(patience, "TOTAL", 0.1)
        waited = Patience()
        for _ in range(2):
            with pytest.raises(GoneError, match=r"within the 0\.1 s that a build waits"):
                waited.ask(release.wait)
        monkeypatch.setattr(patience, "TOTAL", 600.0)
        waited.restore()
        assert waited.ask(lambda: "here") == "here"
    finally:
        release.set()
