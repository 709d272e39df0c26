"""`notewright check --digits` lists numbers whose last digit another seed would not write."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from projects import ProjectDir

from notewright.run.supported_digits import Scatter, Written

pytestmark = pytest.mark.nightly

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
    "fails": ("import random\nx = {0.8444218515250481: 1.0}[random.Random(0).random()]", False),
}


WRITTEN = Written("a.md", 3, 0, 7, "0.50")


@pytest.mark.parametrize(
    ("others", "is_luck", "is_open"),
    [
        ((), False, True),  # its cell fails under another seed
        ((0.5,), False, False),
        ((0.6,), False, True),  # how much it scatters, one other seed does not tell
        ((0.5, 0.5), False, False),
        ((0.51, 0.5), False, True),
        ((0.51, 0.49), False, True),  # it scatters by its unit
        ((0.52, 0.5), True, True),
        ((0.53, 0.5), True, False),
        ((0.6, 0.4), True, False),
        ((0.51, 0.5, 0.5, 0.5), False, False),
    ],
)
def test_a_number_is_tried_until_it_is_decided(
    others: tuple[float, ...], is_luck: bool, is_open: bool
) -> None:
    """Far from its unit two other seeds are enough; near it, more are tried."""
    found = Scatter(WRITTEN, [0.5, *others])
    assert (found.is_luck, found.is_open) == (is_luck, is_open)


def test_early_decisions_are_right_nine_times_in_ten() -> None:
    """The interval of a spread is that of chi-squared."""
    from scipy.stats import chi2

    from notewright.run.supported_digits import _factors

    for freedom in range(2, 9):
        least, most = (each**2 * freedom for each in _factors(freedom))
        assert chi2.cdf(least, freedom) == pytest.approx(0.1, abs=0.01)
        assert chi2.sf(most, freedom) == pytest.approx(0.1, abs=0.01)


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
        supports = (
            r"but (?:only )?(-?\d+|none of its digits) (?:is|are) supported: the value varies by \d"
        )
        assert re.search(supports, line)


def test_who_tells_the_spread_is_not_told(told: str) -> None:
    """The number says itself how much of it counts."""
    assert "spread.md" not in told and "one.md" not in told


def test_nothing_of_it_is_recorded(project: ProjectDir, told: str) -> None:
    """Records are those of the notes' own seeds, and all of them are fresh."""
    assert "supported: the value varies by" in told
    again = project.notewright("check")
    assert again.status == 0 and "0 run" in again.output, again.output
    once_more = project.notewright("check", "--digits", "4").output
    # The last line says how long it took.
    assert once_more.splitlines()[:-1] == told.splitlines()[:-1]


def test_one_seed_tells_no_spread(project: ProjectDir) -> None:
    """Nor does none."""
    result = project.notewright("check", "--digits", "1")
    assert result.status == 2 and "use at least 2 seeds" in result.output


def test_a_note_is_no_number_of_seeds(project: ProjectDir) -> None:
    """The message says where its name stands, and that works."""
    result = project.notewright("check", "--digits", "index")
    assert result.status == 2
    assert (
        "`index` is not a valid number of seeds. Put note names before the option: `index --digits`"
    ) in result.output


COUNTING = """\
import os, random
def count(name):
    with open(os.environ["RUNS"], "a") as file:
        file.write(name + " ")
count("{name}")
x = {value}
"""
HELD = 'It is 0.00<!--= f"{x:.2f}" -->.\n'


def test_no_cell_runs_whose_number_is_decided(tmp_path: Path) -> None:
    """Nor one below the numbers of its session, another frame, or a figure that nobody sees."""
    project = ProjectDir(tmp_path / "project")
    told = tmp_path / "told"
    told.mkdir()
    project.configure({"writable": ["../told"]})

    def note(name: str, value: str, options: str = "", more: str = "") -> str:
        code = COUNTING.format(name=name, value=value)
        return f"# Note\n\n```python\n{options}{code}```\n\n{HELD}{more}"

    below = "\n```python continuation\ncount('below')\n```\n"
    varied = '#| vary: {n: [1, 2, 3]}\n#| vary-caption: "{n}"\n'
    draws = (
        "\nimport matplotlib.pyplot as plt\n"
        "ax = plt.gca()\n"
        "draw = ax.draw\n"
        "ax.draw = lambda *args: (count('drawn'), draw(*args))\n"
    )
    notes = {
        "docs/index.md": "# Home\n",
        "docs/same.md": note("same", "2 / 3", more=below),
        "docs/other.md": note("other", "random.random()"),
        "docs/frames.md": note("frames", "n * random.random()", varied),
        "docs/figure.md": note("figure", f"1 / 3{draws}", "#| fig-alt: nothing\n"),
    }
    project.write(notes)
    environment = {"RUNS": str(told / "runs")}
    accepted = project.notewright("accept", **environment)
    assert accepted.status == 0, accepted.output
    assert "drawn" in (told / "runs").read_text()
    (told / "runs").write_text("")
    result = project.notewright("check", "--digits", "8", **environment)
    assert result.status == 0, result.output
    ran = Counter((told / "runs").read_text().split())
    assert ran["same"] == ran["figure"] == 1
    assert ran["below"] == ran["drawn"] == 0
    assert 2 <= ran["other"] <= 8 and 2 <= ran["frames"] <= 8
