"""`notewright check --unchecked-numbers` lists numbers in prose that no run holds."""

from __future__ import annotations

import pytest
from projects import ProjectDir

CELL = "```python\nx, low = 0.94, (0.9, 0.98)\n```\n\n"
CASES = {
    "nothing holds it": ("The score is 0.94.", ["0.94"]),
    "a value holds it": ("The score is 0.94<!--= x -->.", []),
    "emphasis": ("The score is **0.94**<!--= x -->, not *0.91*.", ["0.91"]),
    "another before it": ("It was 0.91 and is 0.94<!--= x -->.", ["0.91"]),
    "another behind it": ("It is 0.94<!--= x --> and was 0.91.", ["0.91"]),
    "a value of two": (
        '0.91: it lies in 0.90 to 0.98<!--= f"{low[0]:.2f} to {low[1]:.2f}" -->.',
        ["0.91"],
    ),
    "two values": ("Now 0.94<!--= x -->, once 0.9<!--= low[0] -->.", []),
    "percent": ("It is 94 % and 6%.", ["94 %", "6%"]),
    "a sign": ("It moved by −0.02 and +0.1.", ["−0.02", "+0.1"]),
    "whole numbers": ("In 1957 it had 3 parts, of 12 samples each.", []),
    "versions and dates": ("With 1.6.1, v2.0, file.9.1 and 2026.11.23.", []),
    "code and formulas": ("`0.94`, $0.94 x$ and [a link of 0.94](https://example.org/0.94).", []),
    "a comment": ("Text <!-- 0.94 --> and no more.", []),
    "a heading": ("## Version 0.2\n\nText.", []),
    "computed": ("The score is `{python} x`.", []),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is told of a note for each case."""
    project = ProjectDir(tmp_path_factory.mktemp("unbacked"))
    project.configure()
    notes = {
        f"docs/{number:02}.md": f"# Note\n\n{CELL}{text}\n"
        for number, (text, _) in enumerate(CASES.values())
    }
    table = "| a | b |\n|---|---|\n| 0.5 | 0.94<!--= x --> |\n"
    project.write({"docs/index.md": "# Home\n", "docs/table.md": f"# T\n\n{CELL}{table}", **notes})
    result = project.notewright("check", "--unchecked-numbers")
    assert result.status == 0, result.output
    assert "no run holds" not in project.notewright("check").output
    return result.output


@pytest.mark.parametrize("name", CASES)
def test_numbers_that_no_run_holds_are_listed(told: str, name: str) -> None:
    """With their note and line, and no others."""
    number = list(CASES).index(name)
    lines = [line for line in told.splitlines() if line.startswith(f"docs/{number:02}.md")]
    _, wanted = CASES[name]
    listed = f"docs/{number:02}.md:7: no cell checks {', '.join(wanted)}"
    assert lines == ([listed] if wanted else [])


def test_cells_of_tables_are_looked_at(told: str) -> None:
    """Each for itself."""
    assert "docs/table.md:9: no cell checks 0.5" in told.splitlines()
