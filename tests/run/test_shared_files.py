"""Sessions of one build that share a file are told, whoever wrote and whoever read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from projects import ProjectDir

from notewright.run.shared_files import SharedFiles

FILES = st.sets(st.sampled_from("pqr"))


@given(st.lists(st.tuples(FILES, FILES), max_size=4))
def test_a_file_is_told_if_and_only_if_it_is_shared(drawn: list[tuple[set[str], set[str]]]) -> None:
    """Written by two, or written by one and read by another; once."""
    shared = SharedFiles()
    for number, (read, written) in enumerate(drawn):
        shared.add(f"n{number}.md:1", [f"file:{name}" for name in read], written)
    said = list(shared.notices())
    for name in "pqr":
        writers = {number for number, (_, written) in enumerate(drawn) if name in written}
        users = {number for number, (read, written) in enumerate(drawn) if name in read | written}
        told = [each for each in said if f" {name} is " in each or f" {name}, " in each]
        assert len(told) == (bool(writers) and len(users) > 1)


@pytest.mark.gate
def test_sessions_that_write_or_read_the_same_file_are_told(tmp_path: Path) -> None:
    """The build names both, and the file."""
    project = ProjectDir(tmp_path)
    project.configure({"memory": 8192, "workers": 1, "writable": ["out"]})
    write = "# N\n\n```python\nopen('out/{0}', 'w').write('{1}')\nprint({1})\n```\n"
    read = "# R\n\n```python\nfrom pathlib import Path\nPath('out/made').exists()\n```\n"
    project.write(
        {
            "docs/index.md": write.format("same", 1),
            "docs/b.md": write.format("same", 2),
            "docs/c.md": write.format("made", 3),
            "docs/d.md": read,
        }
    )
    result = project.notewright("run")
    assert result.lines("docs/b.md:3: out/same is also written by docs/index.md:3")
    assert result.lines("docs/c.md:3: this session writes out/made, and docs/d.md:3 may read")


PLANTED = {
    "clock": "import time\ntime.time_ns()",
    "generator": "import numpy as np\nnp.random.default_rng().random()",
    "uuid": "import uuid\nstr(uuid.uuid4())",
    "secrets": "import secrets\nsecrets.token_hex()",
    "urandom": "import os\nos.urandom(8)",
}


@pytest.mark.nightly
@settings(max_examples=2)
@given(st.lists(st.tuples(st.sampled_from(sorted(PLANTED)), st.booleans()), min_size=1, max_size=4))
def test_twice_names_planted_randomness(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[str, bool]]
) -> None:
    """By note and line, and nothing else; what is fresh does not run again."""
    project = ProjectDir(tmp_path_factory.mktemp("twice"))
    project.configure({"memory": 8192})
    project.write({"docs/index.md": "# Home\n\n```python\nimport random\nrandom.random()\n```\n"})
    for number, (name, is_planted) in enumerate(drawn):
        code = PLANTED[name] if is_planted else f"print({number})"
        project.write({f"docs/n{number}.md": f"# N\n\n```python\n# {number}\n{code}\n```\n"})
    result = project.notewright("check", "--repeat")
    told = {
        line.partition(":")[0] for line in result.lines("output is different when it runs again")
    }
    assert told == {f"docs/n{n}.md" for n, (_, is_planted) in enumerate(drawn) if is_planted}
    assert project.notewright("check", "--repeat").lines("is different") == []
