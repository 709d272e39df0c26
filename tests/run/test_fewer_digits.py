"""`notewright accept --digits` has numbers written with the digits that other seeds support."""

from __future__ import annotations

import pytest
from projects import ProjectDir

CELL = """\
# Note

```python
import numpy as np
x = 20 + np.random.default_rng(0).normal() / 3
small = np.random.default_rng(0).normal() / 100
same = 2 / 3
```

"""
LINES = {
    "a format": ('It is 0.00<!--= f"{x:.2f}" -->.', 'It is 20<!--= f"{x:.0f}" -->.'),
    "round": ("It is 0.00<!--= round(x, 2) -->.", "It is 20<!--= round(x) -->."),
    "round, some left": (
        "It is 0.00<!--= round(x / 10, 3) -->.",
        "It is 2.0<!--= round(x / 10, 1) -->.",
    ),
    "a percentage": (
        'It is 0.00<!--= f"{x / 100:.2%}" -->.',
        'It is 20%<!--= f"{x / 100:.0%}" -->.',
    ),
    "words around it": (
        'Some 0.00 litres<!--= f"{x:.2f} litres" -->.',
        'Some 20 litres<!--= f"{x:.0f} litres" -->.',
    ),
    "what no seed changes": (
        'It is 0.67<!--= f"{same:.2f}" -->.',
        'It is 0.67<!--= f"{same:.2f}" -->.',
    ),
}
BY_HAND = {
    "two numbers": 'From 0.00 to 0.00<!--= f"{x:.2f} to {x:.2f}" -->.',
    "no digits named": "It is 0.00<!--= str(x)[:5] -->.",
    "farther off": 'It is 0.00<!--= f"{0.14 + (x - 20) / 20:.2f}" -->.',
    "no digit left": 'It is 0.00<!--= f"{small:.4f}" -->.',
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """A note for each number, as its run gives it."""
    project = ProjectDir(tmp_path_factory.mktemp("fewer"))
    project.configure()
    lines = [line for line, _ in LINES.values()] + list(BY_HAND.values())
    project.write({"docs/index.md": "# Home\n"})
    for number, line in enumerate(lines):
        (project.root / f"docs/{number:02}.md").write_text(f"{CELL}{line}\n", "utf-8")
    assert project.notewright("accept").status == 0
    return project


def line_of(project: ProjectDir, number: int) -> str:
    """The prose of a note."""
    return (project.root / f"docs/{number:02}.md").read_text("utf-8").splitlines()[-1]


@pytest.mark.gate
def test_numbers_are_written_as_far_as_they_are_supported(project: ProjectDir) -> None:
    """Their expressions, and so what the run gives; the rest is told, and stays as it is."""
    by_hand = {
        number: line_of(project, number) for number in range(len(LINES), len(LINES) + len(BY_HAND))
    }
    result = project.notewright("accept", "--digits", "4")
    assert result.status == 1
    for number, (_, wanted) in enumerate(LINES.values()):
        assert line_of(project, number) == wanted
    for number, line in by_hand.items():
        assert line_of(project, number) == line
        told = result.lines(
            (f"docs/{number:02}.md:10: the note says"), "supported: the value varies by"
        )
        assert len(told) == 1 and "Write fewer digits" in told[0]
    again = project.notewright("check", "--digits", "4")
    listed = {line.partition(":")[0] for line in again.lines("supported: the value varies by")}
    assert listed == {f"docs/{number:02}.md" for number in by_hand}
