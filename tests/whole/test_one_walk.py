"""One walk through everything that a writer does, in the order in which she does it.

Each step runs the real command on one small vault. What a step promises in detail is tested
elsewhere, most of it in later tiers; this is what the quick tier knows of real builds, servers
and test runs, so it has a budget of its own.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import ProjectDir, figures, texts
from served import Served

VAULT = {
    ".obsidian/app.json": "{}",
    "Start.md": "# Start\n\nSee [[Growth]] and ![[Growth#^fig-growth]].\n",
    "Growth.md": (
        "# Growth\n\n"
        "```python\n"
        "#| label: fig-growth\n"
        "#| fig-alt: two points on a rising line\n"
        "import matplotlib.pyplot as plt\n\n"
        "rate = 2\n"
        "plt.plot([0, 1], [0, rate])\n"
        'plt.xlabel("time (s)")\n'
        'plt.ylabel("height (m)")\n'
        "```\n\n"
        "```python continuation\n"
        'print("rate", rate)\n'
        "```\n\n"
        "It grows by 2<!--= rate --> m a second.\n"
    ),
}
BROKEN = "# Broken\n\nText.\n\n```python\nx = 1\n1 / 0\n```\n"
MESSAGE = "docs/Broken.md:7: ZeroDivisionError: division by zero"


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """A vault of Obsidian that `init` has made a project of."""
    project = ProjectDir(tmp_path)
    project.write({f"docs/{name}": text for name, text in VAULT.items()})
    begun = project.notewright("init")
    assert begun.status == 0, begun.output
    return project


def test_a_vault_is_begun_built_edited_served_and_tested(project: ProjectDir) -> None:
    """And a broken cell is reported by each command, at its line, until it is corrected."""
    growth = (project.root / "docs/Growth.md").read_text("utf-8")

    # Build: the cells run, those of the first note that `init` wrote as well, and the page has
    # their figure and their text.
    built = project.build()
    assert built.status == 0 and built.counts == (2, 0, 0), built.output
    page = project.page("Growth")
    assert len(figures(page)) == 1 and "rate 2" in texts(page, "stdout")
    assert len(figures(project.page("Start"))) == 1

    # The tests judge the same run: nothing runs again.
    tested = project.pytest("-q")
    assert tested.status == 0 and "passed" in tested.output, tested.output
    assert project.notewright("check").counts == (0, 2, 0)

    # An edit makes the session stale, and the number in the prose is wrong until it is corrected.
    project.write({"docs/Growth.md": growth.replace("rate = 2", "rate = 3")})
    wrong = "docs/Growth.md:18: the note says 2, but the cell computes 3"
    checked = project.notewright("check")
    assert checked.status == 1 and wrong in checked.output, checked.output
    assert wrong in project.pytest("-q").output
    assert project.notewright("accept", "Growth").status == 0
    rebuilt = project.build()
    assert rebuilt.status == 0 and rebuilt.counts == (0, 2, 0), rebuilt.output
    assert "rate 3" in project.page("Growth") and "rate 2" not in project.page("Growth")

    # Serve: the page is there, and a save shows its new output.
    served = Served(project)
    try:
        served.wait_for("Growth", "rate 3")
        growth = (project.root / "docs/Growth.md").read_text("utf-8")
        project.write({"docs/Growth.md": growth.replace('"rate"', '"speed"')})
        served.wait_for("Growth", "speed 3")
        project.write({"docs/Broken.md": BROKEN})
        served.wait(lambda: MESSAGE in served.output)
    finally:
        served.end()

    # Each command reports the broken cell in the same words.
    for result in (project.build(), project.notewright("check"), project.pytest("-q")):
        assert result.status == 1 and MESSAGE in result.output, result.output
    project.write({"docs/Broken.md": BROKEN.replace("1 / 0", "print(x)")})
    assert project.build().status == 0
    assert project.notewright("check").status == 0
    assert project.pytest("-q").status == 0
