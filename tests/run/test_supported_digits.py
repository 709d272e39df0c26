"""`notewright check --digits` lists numbers whose last digit another seed would not write."""

from __future__ import annotations

import re

import pytest
from projects import ProjectDir

CASES = {
    "generator": ("from numpy.random import default_rng\nx = default_rng(0).normal()", True),
    "a seed of two": ("import numpy as np\nx = np.random.default_rng([1, 0]).normal()", True),
    "state": ("import numpy as np\nx = np.random.RandomState(3).normal()", True),
    "sequence": (
        "import numpy as np\nx = np.random.default_rng(np.random.SeedSequence(3)).normal()",
        True,
    ),
    "by its name": (
        "import numpy as np\nx = np.random.RandomState(seed=3).normal()\n"
        "x += np.random.default_rng(seed=3).normal()",
        True,
    ),
    "shared state": ("import numpy as np\nx = np.random.normal()", True),
    "shared state, seeded": ("import numpy as np\nnp.random.seed(4)\nx = np.random.normal()", True),
    "random": ("import random\nx = random.gauss(0, 1)", True),
    "random.Random": ("import random\nx = random.Random(5).gauss(0, 1)", True),
    "scikit-learn": (
        "from sklearn.utils import check_random_state\n"
        "x = check_random_state(check_random_state(0)).normal()",
        True,
    ),
    "an assert": (
        "import numpy as np\nx = np.random.default_rng(0).normal()\nassert round(x, 2) == 0.13",
        True,
    ),
    "many samples": (
        "import numpy as np\nx = np.random.default_rng(0).normal(size=10**6).mean()",
        False,
    ),
    "no seed": ("x = 2 / 3", False),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """A note for each case, whose numbers are written as the runs give them."""
    project = ProjectDir(tmp_path_factory.mktemp("digits"))
    project.configure()
    held = 'It is 0.00<!--= f"{x:.2f}" -->'
    notes = {
        f"docs/{number:02}.md": f"# Note\n\n```python\n{code}\n```\n\n{held}.\n"
        for number, (code, _) in enumerate(CASES.values())
    }
    cell = "# S\n\n```python\nimport random\nx = random.random()\n```\n\n"
    notes |= {
        "docs/index.md": "# Home\n",
        "docs/spread.md": f'{cell}{held} ± 0.30<!--= f"{{0.3:.2f}}" -->.\n',
        "docs/one.md": f'{cell}It is 0.00 ± 0.30<!--= f"{{x:.2f}} ± 0.30" -->.\n',
    }
    project.write(notes)
    result = project.notewright("accept")
    assert result.status == 0, result.output
    return project


@pytest.fixture(scope="module")
def told(project: ProjectDir) -> str:
    """What is told of them, under four other seeds."""
    result = project.notewright("check", "--digits", "4")
    assert result.status == 0, result.output
    return result.output


@pytest.mark.parametrize("name", CASES)
def test_digits_that_hang_on_a_seed_are_listed(told: str, name: str) -> None:
    """However the seed is named, and whatever an `assert` says of it."""
    number = list(CASES).index(name)
    lines = [line for line in told.splitlines() if line.startswith(f"docs/{number:02}.md:")]
    assert len(lines) == CASES[name][1], lines
    for line in lines:
        assert re.search(r"is written, and the run supports -?\d+: it scatters by \d", line)


def test_who_tells_the_spread_is_not_told(told: str) -> None:
    """The number says itself how much of it counts."""
    assert "spread.md" not in told and "one.md" not in told


def test_nothing_of_it_is_recorded(project: ProjectDir, told: str) -> None:
    """Records are those of the notes' own seeds, and all of them are fresh."""
    assert "is written" in told
    again = project.notewright("check")
    assert again.status == 0 and "0 run" in again.output, again.output
    assert project.notewright("check", "--digits", "4").output == told


def test_one_seed_tells_no_spread(project: ProjectDir) -> None:
    """Nor does none."""
    result = project.notewright("check", "--digits", "1")
    assert result.status == 2 and "give 2 seeds or more" in result.output
