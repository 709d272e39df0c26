"""What no run repeats is told by note and line, when it runs and when it is fresh, by its level."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from projects import ProjectDir

PLANTED = {
    "default_rng": "import numpy as np\nnp.random.default_rng().random()",
    "RandomState": "from numpy.random import RandomState as R\nR().rand()",
    "numpy seed": "import numpy as np\nnp.random.seed()",
    "Random": "import random\nrandom.Random().random()",
    "seed": "from random import seed\nseed()",
    "SystemRandom": "import random\nrandom.SystemRandom().random()",
    "uuid": "import uuid\nstr(uuid.uuid4())",
    "bits": "import secrets\nsecrets.randbits(64)",
    "secrets": "import secrets\nsecrets.token_hex(16)",
    "urandom": "import os\nos.urandom(8)",
    "a module": "import drawn\ndrawn.draw()",
    "the day": "from datetime import date\nprint(date.today())",
}
"""Each differs in each run, and its last line says so."""
STEADY = {
    "default_rng": "import numpy as np\nnp.random.default_rng(0).random()",
    "global": "import numpy as np\nnp.random.rand()",
    "RandomState": "from numpy.random import RandomState as R\nR(0).rand() + R(seed=1).rand()",
    "a copy": "import copy, numpy as np\ncopy.deepcopy(np.random.default_rng(0)).random()",
    "Random": "import random\nrandom.Random(1).random()",
    "seed": "import random\nrandom.seed(1)\nrandom.random()",
    "uuid": "import uuid\nuuid.UUID(int=1)",
    "a temporary folder": "import tempfile\ntempfile.mkdtemp();",
    "time": "import time\nt = time.time()\nprint(time.time() - t < 900)",
    "sklearn": (
        "from sklearn.cluster import KMeans\n"
        "KMeans(2, n_init=1, random_state=0).fit([[0], [1], [5]]).inertia_"
    ),
    "a pool": "from concurrent.futures import ThreadPoolExecutor as T\n"
    "with T(1) as t:\n    print(t.submit(abs, -1).result())",
}
MODULE = "import numpy as np\n\n\ndef draw():\n    return np.random.default_rng().random()\n"


def vault(place: Path, codes: dict[str, str], **options: object) -> ProjectDir:
    """A vault with a note for each code, at whose third line its cell begins."""
    project = ProjectDir(place / "vault")
    project.configure({"memory": 8192, **options})
    project.write({"docs/index.md": "# Home\n", "drawn.py": MODULE})
    for name, code in codes.items():
        project.write({f"docs/{name}.md": f"# N\n\n```python\n{code}\n```\n"})
    return project


@pytest.mark.gate
@settings(max_examples=2)
@given(st.sets(st.sampled_from(sorted(PLANTED))), st.sets(st.sampled_from(sorted(STEADY))))
def test_what_is_planted_is_told_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, planted: set[str], steady: set[str]
) -> None:
    """When it runs, when it is fresh, and by the tests, at the line that draws."""
    names = {f"p-{name.replace(' ', '-')}": PLANTED[name] for name in planted}
    others = {f"s-{name.replace(' ', '-')}": STEADY[name] for name in steady}
    project = vault(tmp_path_factory.mktemp("drawn"), names | others)
    expected = {f"docs/{name}.md:{4 + code.count(chr(10))}" for name, code in names.items()}
    for words in (("check",), ("check",)):
        said = project.notewright(*words)
        told = {line.partition(": ")[0] for line in said.lines("changes with every run")}
        assert told == expected, said.output
        assert said.status == bool(expected)


@pytest.mark.nightly
def test_all_that_is_planted_is_told(tmp_path: Path) -> None:
    """By the build and by the tests as well; `--repeat` names the same cells."""
    codes = {name.replace(" ", "-"): code for name, code in PLANTED.items()}
    steady = {f"s-{name.replace(' ', '-')}": code for name, code in STEADY.items()}
    project = vault(tmp_path, codes | steady)
    expected = sorted(f"docs/{name}.md:{4 + code.count(chr(10))}" for name, code in codes.items())
    for said in (project.notewright("check", "--repeat"), project.build(), project.pytest("-q")):
        found = (
            re.search(r"docs/\S+\.md:\d+", each) for each in said.lines("changes with every run")
        )
        assert sorted({each[0] for each in found if each}) == expected, said.output
    again = project.notewright("check", "--repeat")
    assert not again.lines("something else")


@pytest.mark.nightly
def test_its_level_is_that_of_the_rule(tmp_path: Path) -> None:
    """Off, a warning or an error; a change of the level runs nothing."""
    project = vault(tmp_path, {"a": PLANTED["uuid"]}, rules={"nondeterministic": "off"})
    assert project.notewright("check").counts == (1, 0, 0)
    assert project.build().status == 0 == project.pytest("-q").status
    project.configure({"memory": 8192, "rules": {"nondeterministic": "error"}})
    said = project.command("-m", "mkdocs", "build")
    assert said.status == 1 and said.counts == (0, 1, 0), said.output
