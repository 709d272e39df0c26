"""`records export` and `import`: what one machine ran is fresh on another, and nothing runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from projects import ProjectDir

pytestmark = pytest.mark.gate

FILES = {
    "docs/a.md": "# A\n\n```python\nprint(open('data.txt').read())\n```\n",
    "docs/b.md": "# B\n\n```python\nprint('b')\n```\n",
    "data.txt": "1",
}


@pytest.mark.nightly
def test_records_go_from_one_machine_to_another(tmp_path: Path) -> None:
    """As in a workflow: what main ran is fresh in a clone, and what changed there runs."""
    here, there = ProjectDir(tmp_path / "here"), ProjectDir(tmp_path / "there")
    for project in (here, there):
        project.configure()
        project.write(FILES)
    there.notewright("run")
    out = str(tmp_path / "carried.zip")
    exported = there.notewright("records", "export", out)
    assert exported.status == 0 and exported.lines("carried.zip: 2 records, ")
    assert exported.lines("with these records, 2 of 2 sessions are fresh")
    imported = here.notewright("records", "import", out)
    assert imported.status == 0, imported.output
    assert imported.lines("added 2 records, 0 already existed")
    assert imported.lines("2 of 2 sessions are fresh")
    assert here.notewright("run").counts == (0, 2, 0)
    here.write({"data.txt": "2"})
    assert here.notewright("run").counts == (1, 1, 0)
    # What ran here stays, and what ran there is found by whoever goes back to its inputs.
    assert here.notewright("records", "import", out).lines("added 0 records, 2 already existed")
    assert here.notewright("run").counts == (0, 2, 0)
    here.write({"data.txt": "1"})
    assert here.notewright("run").counts == (0, 2, 0)


def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    """By name, and with what to do; a wrong word of the command line too."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write(FILES)
    refused = project.notewright("records", "import", "data.txt")
    assert refused.status == 1 and refused.lines("cannot import data.txt: File is not a zip file.")
    assert project.notewright("records", "import").lines("cannot read notewright-records.zip")
    assert project.notewright("records", "export", "data.txt/x.zip").lines("Choose another file")
    assert not (tmp_path / ".notewright/records").exists()
    wrong = project.notewright("records", "exprt")
    assert wrong.status == 2 and wrong.lines("Did you mean `export`?")


LONG_AGO = 1_000_000.0


@pytest.fixture
def clones(tmp_path: Path) -> tuple[ProjectDir, ProjectDir]:
    """Two clones that share records; one of them has run."""
    made = ProjectDir(tmp_path / "one"), ProjectDir(tmp_path / "two")
    for project in made:
        project.configure({"shared_records": "../store"})
        project.write(FILES)
    assert made[0].notewright("run").counts == (2, 0, 0)
    return made


@pytest.mark.nightly
def test_prune_removes_shared_records_that_nobody_used(
    clones: tuple[ProjectDir, ProjectDir], tmp_path: Path
) -> None:
    """By days without use; `--dry-run` only tells, and a clone that has them loses nothing."""
    one, two = clones
    old = sorted((tmp_path / "store").rglob("*.json"))[0]
    os.utime(old, (LONG_AGO, LONG_AGO))
    words = ("records", "prune", "--older-than", "90")
    told = one.notewright(*words, "--dry-run")
    assert told.status == 0 and told.lines("../store: would delete 1 records")
    assert told.lines("kept 1 records used within 90 days") and old.exists()
    other = one.notewright(*words, "--dry-run", str(tmp_path / "store"))
    assert other.lines(f"{tmp_path}/store: would delete 1 records")
    refused = one.notewright(*words, NOTEWRIGHT_SHARED_RECORDS_WRITE="0")
    assert (
        refused.status == 1
        and refused.lines("writing to shared records is turned off")
        and old.exists()
    )
    assert one.notewright(*words).lines("deleted 1 records") and not old.exists()
    assert one.notewright("run").counts == (0, 2, 0)
    assert two.notewright("run").counts == (1, 1, 0)
    assert len(list((tmp_path / "store").rglob("*.json"))) == 2


@pytest.mark.nightly
def test_prune_says_what_is_wrong(clones: tuple[ProjectDir, ProjectDir], tmp_path: Path) -> None:
    """Days that are no number, no place, or one that cannot be reached."""
    one, _ = clones
    kept = one.notewright("records", "prune")
    assert kept.status == 0 and kept.lines("kept", "used within 90 days")
    for days in ("x", "-1", "1e400", "nan"):
        wrong = one.notewright("records", "prune", f"--older-than={days}")
        assert wrong.status == 2 and wrong.lines("is not a valid number of days")
    for place in (str(tmp_path / "no/where"), "nosuch://me:secret@there"):
        lost = one.notewright("records", "prune", "--older-than", "0", place)
        assert lost.status == 1 and lost.lines("cannot prune") and "secret" not in lost.output
    none = one.notewright("records", "prune", "--older-than", "0", NOTEWRIGHT_SHARED_RECORDS="off")
    assert none.status == 1 and none.lines("no shared records are configured")


@pytest.mark.nightly
def test_why_and_doctor_name_the_shared_records(
    clones: tuple[ProjectDir, ProjectDir], tmp_path: Path
) -> None:
    """Where they matter: of a session that would run, and of a place that does not answer."""
    one, two = clones
    assert not one.notewright("why", "a").lines("shared records")
    asked = two.notewright("why", "a")
    assert asked.lines(
        "shared records at ../store: a fresh record is available, so it will not run"
    )
    assert not (two.root / ".notewright/records").exists()
    two.write({"data.txt": "2"})
    assert two.notewright("why", "a").lines("shared records at ../store: no fresh record")
    assert two.notewright("doctor").lines("ok", "shared records at ../store: read and written")
    reader = two.notewright("doctor", NOTEWRIGHT_SHARED_RECORDS_WRITE="off")
    assert reader.lines("ok", "../store: read only")
    off = two.notewright("doctor", NOTEWRIGHT_EXECUTE="0")
    assert off.lines("ok", "../store: not used, because execution is off")
    lost = two.notewright("doctor", NOTEWRIGHT_SHARED_RECORDS=str(tmp_path / "no/where"))
    assert lost.status == 0 and lost.lines("note", "No such file or directory", "continue without")
    told = two.notewright("why", "a", NOTEWRIGHT_SHARED_RECORDS=str(tmp_path / "no/where"))
    assert told.status == 0 and told.lines("No such file or directory. They are no longer read")
    (tmp_path / "cache").mkdir()
    cache = two.notewright(
        "doctor",
        NOTEWRIGHT_SHARED_RECORDS=str(tmp_path / "cache/store"),
        XDG_CACHE_HOME=str(tmp_path / "cache"),
    )
    assert cache.lines("cells can only write to their own folder") == [] or cache.lines(
        "note", "Cells can write to this folder"
    )
