"""Questions about code that somebody writes: which names can follow, and what stands there.

Jedi, which IPython brings, answers them by the names of a live state. It may look at properties,
which run code: it is asked in a copy that ends with its answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from notewright.run.playground.messages import Question

MOST = 60
"""Names that are told."""

LONGEST = 4000
"""Characters of help that are told."""


def answer(question: Question, names: Mapping[str, Any]) -> bytes:
    """What Jedi says to a question, as JSON.

    Args:
        question: The question.
        names: The names of the state, and what they stand for.
    """
    import jedi

    script = jedi.Interpreter(question["code"], [dict(names)])
    at = question["line"], question["column"]
    try:
        if question["wants"] == "names":
            found = script.complete(*at)
            told: Any = {"names": [_completion(each) for each in found[:MOST]]}
        else:
            told = {"help": _help(script, question)}
    except Exception:  # of whatever it looked at: who writes on is not stopped by it
        told = {}
    return json.dumps(told).encode("utf-8", "backslashreplace")


def _completion(found: Any) -> dict[str, str]:
    return {"name": found.name, "rest": found.complete or "", "kind": found.type}


def _help(script: Any, question: Question) -> str:
    """What a name or a call is, with its documentation."""
    at = question["line"], question["column"]
    line = question["code"].split("\n")[at[0] - 1]
    around = line[max(0, at[1] - 1) : at[1] + 1]
    called = script.get_signatures(*at)
    is_name = any(each.isalnum() or each == "_" for each in around)
    found = (script.help(*at) if is_name else []) or called
    texts = [each.docstring() for each in found]
    text: str = next(filter(None, texts), "")
    if not text and called:
        text = str(called[0].to_string())
    return text[:LONGEST]
