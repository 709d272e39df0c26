"""What a run of the tests says at its end: why it failed, why tests were skipped, what took long.

A skip takes one line for each reason, however many tests share it. A failure is its test's id and
the first lines of its error; `.ci/run` asks for a file of them, to end with nothing else. What
hypothesis found is told as an `@example` to paste above the test.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest

LONGEST = 30
"""Files that are told with the time they took."""
LINES = 10
"""Lines of an error that are told at the end; the whole of it stands above."""
_FOUND = re.compile(
    r"^(?:Falsifying example|Failing test case): \w+\((.*?)^\)", re.DOTALL | re.MULTILINE
)


def tell(reporter: pytest.TerminalReporter) -> None:
    """Say what was skipped and what took long; write what failed to `NOTEWRIGHT_FAILURES`."""
    reasons = Counter(map(_reason, reporter.stats.get("skipped", ())))
    if reasons:
        reporter.section("skipped, and why")
        for reason, count in sorted(reasons.items()):
            reporter.line(f"{count:5}  {reason}")
    reporter.section("what took longest: seconds of a file's tests")
    for path, seconds in _times(reporter).most_common(LONGEST):
        reporter.line(f"{seconds:7.1f}  {path}")
    if place := os.environ.get("NOTEWRIGHT_FAILURES"):
        failed = [*reporter.stats.get("error", ()), *reporter.stats.get("failed", ())]
        with Path(place).open("a", encoding="utf-8") as file:
            for report in failed:
                print(getattr(report, "nodeid", report), *_error(report), sep="\n    ", file=file)


def _times(reporter: pytest.TerminalReporter) -> Counter[str]:
    """Seconds by file: a class of tests that has grown shows, though no test of it is long."""
    times: Counter[str] = Counter()
    for reports in reporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                times[report.nodeid.split("::")[0]] += report.duration  # type: ignore[assignment]
    return times


def _reason(report: pytest.TestReport) -> str:
    _, _, reason = report.longrepr if isinstance(report.longrepr, tuple) else ("", 0, "no reason")
    return str(reason).removeprefix("Skipped: ")


def _error(report: pytest.TestReport) -> list[str]:
    """The first lines of an error; of one that pytest did not write, the last ones."""
    said = str(getattr(report, "longrepr", "") or "").splitlines()
    marked = [line[1:].strip() for line in said if line.startswith("E  ")]
    found = _FOUND.search("\n".join(marked))
    example = [f"@example({' '.join(found[1].split())})"] if found else []
    return [*(marked[:LINES] or said[-LINES:]), *example]
