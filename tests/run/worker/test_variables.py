"""Environment variables that cells read are inputs; what libraries read, or a copy, is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from projects import ProjectDir

READS = {
    "item": "import os\nos.environ['GIVEN']",
    "get": "import os\nos.environ.get('GIVEN')",
    "getenv": "from os import getenv\ngetenv('GIVEN', 'none')",
    "asks": "import os\n'GIVEN' in os.environ",
    "bytes": "import os\nos.environb.get(b'GIVEN')",
    "module": "import reads\nreads.value()",
    "early": "from reads import VALUE\nVALUE",
    "prose": "import os\n```\n\n`{python} os.getenv('GIVEN')`\n\n```python continuation\n1",
}
"""Cells that depend on the variable GIVEN."""
OTHERS = {
    "none": "print(1)",
    "copy": "import os\nlen({**os.environ}) and len(dict(os.environ)) and None",
    "items": "import os\nlen(list(os.environ.items())) and None",
    "child": "import os, subprocess as s\ns.run(['true'], env={**os.environ, 'A': '1'}).returncode",
    "sets": "import os\nos.environ['GIVEN'] = '7'\nos.environ['GIVEN']",
    "own": "import os, tempfile\nos.environ['TMPDIR'] == tempfile.gettempdir()",
    "library": "import os\nos.path.expandvars('$GIVEN') and None",
}
"""Cells that do not."""
MODULE = (
    "import os\n\nVALUE = os.getenv('GIVEN')\n\n\ndef value():\n    return os.getenv('GIVEN')\n"
)


def vault(place: Path, codes: dict[str, str]) -> ProjectDir:
    """A vault with a note for each code."""
    project = ProjectDir(place / "vault")
    project.configure({"memory": 8192})
    project.write({"docs/index.md": "# Home\n", "reads.py": MODULE})
    for name, code in codes.items():
        project.write({f"docs/{name}.md": f"# N\n\n```python\n{code}\n```\n"})
    return project


@pytest.mark.gate
def test_a_changed_variable_runs_those_that_read_it_and_no_others(tmp_path: Path) -> None:
    """Whether it changes, goes or comes back."""
    project = vault(tmp_path, READS | OTHERS)
    number = len(READS)
    assert project.notewright("run", GIVEN="one").counts == (number + len(OTHERS), 0, 0)
    assert project.notewright("run", GIVEN="one", OTHER="x").counts[0] == 0
    why = project.notewright("why", "item", GIVEN="two").output
    assert "the environment variable GIVEN changed" in why
    assert "the environment variable GIVEN was removed" in project.notewright("why", "get").output
    for name in OTHERS:
        assert "stale" not in project.notewright("why", name, GIVEN="two").output, name
    assert project.notewright("run", GIVEN="two").counts == (number, len(OTHERS), 0)
    assert project.notewright("run", GIVEN="one").counts[0] == 0, "its records are kept"
    without = project.notewright("run")
    assert without.counts == (number, len(OTHERS), 1), "`os.environ['GIVEN']` fails without it"


def test_no_value_of_a_variable_is_kept(tmp_path: Path) -> None:
    """It may be a password: the record holds its digest alone."""
    project = vault(tmp_path, {"a": "import os\nlen(os.environ['GIVEN'])"})
    assert project.notewright("run", GIVEN="a-secret-word").counts == (1, 0, 0)
    kept = [each.read_text() for each in (project.root / ".notewright/records").iterdir()]
    assert "variable:GIVEN" in kept[0]
    assert "a-secret-word" not in "".join(kept)


@pytest.mark.nightly
@settings(max_examples=2)
@given(
    st.sets(st.sampled_from(sorted(READS)), min_size=1), st.sets(st.sampled_from(sorted(OTHERS)))
)
def test_which_notes_read_it_does_not_depend_on_company(
    tmp_path_factory: pytest.TempPathFactory, reads: set[str], others: set[str]
) -> None:
    """Forked or spawned alike."""
    codes = {name: (READS | OTHERS)[name] for name in reads | others}
    project = vault(tmp_path_factory.mktemp("variables"), codes)
    for spawn, before, after in (("0", "1", "2"), ("1", "3", "4")):
        project.notewright("run", GIVEN=before, NOTEWRIGHT_SPAWN=spawn)
        said = project.notewright("run", GIVEN=after, NOTEWRIGHT_SPAWN=spawn)
        assert said.counts == (len(reads), len(others), 0), said.output
