"""Doctests: what the interpreter answers to a session of a note, held against what it shows."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.note import doctests
from notewright.run.review import agrees
from notewright.run.worker import doctest_run

FAILED = "Traceback (most recent call last):\n    ...\n"


def answer(code: str, names: dict[str, Any] | None = None) -> list[str]:
    lines = list(range(1, code.count("\n") + 2))
    return list(doctest_run.answers(code, "docs/a.md", lines, {} if names is None else names))


def judged(code: str) -> list[bool]:
    """Whether the interpreter agrees with each example of a session."""
    return list(map(agrees, doctests.examples(code), answer(code)))


@pytest.mark.parametrize(
    "code",
    [
        ">>> 1 + 1\n2\n",
        ">>> x = 3\n>>> x\n3\n",
        ">>> for x in range(2):\n...     print(x)\n0\n1\n",
        ">>> def f():\n...     return 1\n...\n>>> f()\n1\n",
        ">>> 'a'\n'a'\n",
        ">>> print('a\\n\\nb')\na\n<BLANKLINE>\nb\n",
        ">>> print('a   b')\na b\n",
        ">>> 0.1 + 0.2\n0.3\n",
        ">>> 1 / 3\n0.333\n",
        ">>> object()\n<object object at ...>\n",
        ">>> print('a', 'b', 'c', sep='\\n')\na\n...\nc\n",
        f">>> 1 / 0\n{FAILED}ZeroDivisionError: division by zero\n",
        f">>> 1 / 0\n{FAILED}ZeroDivisionError: ...\n",
        ">>> 1 / 0\nTraceback (most recent call last):\nZeroDivisionError: division by zero\n",
        ">>> None\n",
        ">>> 1\n1\n\n>>> 2\n2\n",
        "  >>> 1\n  1\n",
    ],
)
def test_what_the_interpreter_says_agrees(code: str) -> None:
    """A session as it would be pasted from a terminal is right as it stands."""
    assert judged(code)
    assert all(judged(code))


@pytest.mark.parametrize(
    "code",
    [
        ">>> 1 + 1\n3\n",
        ">>> 1 + 1\n",
        ">>> None\nNone\n",
        ">>> x = 1\n1\n",
        ">>> print('a\\nb')\na\n",
        ">>> print('a\\n\\nb')\na\nb\n",
        ">>> 1 / 3\n0.334\n",
        ">>> 1 / 0\n0\n",
        f">>> 1\n{FAILED}ZeroDivisionError: division by zero\n",
        f">>> 1 / 0\n{FAILED}ValueError: division by zero\n",
        f">>> 1 / 0\n{FAILED}ZeroDivisionError: other\n",
        ">>> 'a'\na\n",
        ">>> undefined\n1\n",
        ">>> 1 +\n1\n",
    ],
)
def test_what_the_interpreter_does_not_say_is_told(code: str) -> None:
    """A wrong, a missing and an additional answer are told, and so is an unexpected error."""
    assert judged(code) == [False]


def test_examples_share_their_names_and_go_on_after_an_error() -> None:
    """A session is one conversation, in the names of the notewright session."""
    names: dict[str, Any] = {"y": 2}
    code = ">>> x = y\n>>> 1 / 0\n>>> x\n2\n>>> z = x\n"
    assert answer(code, names)[2:] == ["2\n", ""]
    assert names["z"] == 2


def test_printing_is_given_back() -> None:
    """What is printed while a session runs is its answer; afterwards printing is as before."""
    before = sys.stdout
    assert answer(">>> print('a')\na\n>>> import sys; _ = sys.stdout.write('b')\nb") == ["a\n", "b"]
    assert sys.stdout is before


def test_an_error_names_the_line_of_the_note() -> None:
    """A function of a session knows where in the note it stands."""
    code = ">>> def f():\n...     return 1\n>>> f.__code__.co_firstlineno, f.__code__.co_filename\n"
    found = list(doctest_run.answers(code, "docs/a.md", [41, 42, 43], {}))
    assert found[1] == "(41, 'docs/a.md')\n"


def test_an_exit_is_not_an_answer() -> None:
    """A session that ends its process fails, as any other cell would."""
    with pytest.raises(SystemExit):
        answer(">>> raise SystemExit\n")


@pytest.mark.parametrize("code", [">>>1\n1\n", ">>> if x:\n  ... y\n"])
def test_what_is_no_session_is_refused(code: str) -> None:
    """Prompts without their space, or out of line, are mistakes that doctest names."""
    with pytest.raises(ValueError, match=r"line [12]"):
        doctests.examples(code)


# An answer that looks like a prompt cannot be written down, in any doctest.
TEXT = st.text(st.sampled_from("ab1.\n >é\t"), max_size=20).filter(
    lambda text: not re.search(r">>>|^\s*\.\.\.", text)
)


@given(TEXT)
def test_what_accept_writes_is_right_ever_after(printed: str) -> None:
    """Whatever a session printed, with empty lines too: written into the note, it agrees."""
    asked = f">>> print({printed!r}, end='')\n"
    (said,) = answer(asked)
    written = doctests.as_note(said) if said.strip() else ""
    (example,) = doctests.examples(f"{asked}{written}")
    assert agrees(example, said)
