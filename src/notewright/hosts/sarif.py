"""SARIF 2.1.0: problems in the form in which code hosts take the results of checks.

It is written by `json` alone: of the standard's many parts a list of places with words needs few.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from notewright import __version__
from notewright.errors import Problem

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
RULE = "notewright/check"
"""The one rule: a problem says in its own words what is wrong and what to do."""


def as_sarif(problems: Sequence[Problem], notices: Sequence[str] = ()) -> str:
    """Problems as one run of SARIF, the same text each time.

    Args:
        problems: What is wrong.
        notices: What was said beside it; they fail nothing.
    """
    driver = {
        "name": "notewright",
        "semanticVersion": __version__,
        "rules": [
            {
                "id": RULE,
                "shortDescription": {"text": "A note has a problem"},
                "fullDescription": {
                    "text": "A cell fails, a number or an output differs from the computed result, "
                    "or a link is dead"
                },
                "defaultConfiguration": {"level": "error"},
            }
        ],
    }
    told = [{"level": "note", "message": {"text": notice}} for notice in notices]
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": told}],
        "columnKind": "utf16CodeUnits",
        "results": list(_results(problems)),
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2)  # in ASCII: a file's name may hold what is no text


def _results(problems: Sequence[Problem]) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for problem in problems:
        text = f"{problem.advice}\n{problem.detail}" if problem.detail else problem.advice
        same = json.dumps([problem.file, problem.message])
        seen[same] += 1
        artifact = {"uri": quote(problem.file, errors="surrogatepass"), "uriBaseId": "%SRCROOT%"}
        region = {"startLine": max(problem.line, 1)}
        if problem.column:
            region["startColumn"] = problem.column
        yield {
            "ruleId": RULE,
            "ruleIndex": 0,
            "level": "error",
            "message": {"text": text},
            "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
            # Without the line: a problem that moved is the same one.
            "partialFingerprints": {"notewright/v1": _digest(f"{same}{seen[same]}")},
        }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]
