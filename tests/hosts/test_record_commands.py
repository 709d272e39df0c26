"""`records export` and `import`: what one machine ran is fresh on another, and nothing runs."""

from __future__ import annotations

from pathlib import Path

from projects import ProjectDir

FILES = {
    "docs/a.md": "# A\n\n```python\nprint(open('data.txt').read())\n```\n",
    "docs/b.md": "# B\n\n```python\nprint('b')\n```\n",
    "data.txt": "1",
}


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
    assert exported.lines("2 of 2 sessions are fresh by them")
    imported = here.notewright("records", "import", out)
    assert imported.status == 0, imported.output
    assert imported.lines("2 records are new, 0 were here")
    assert imported.lines("2 of 2 sessions are fresh")
    assert here.notewright("run").counts == (0, 2, 0)
    here.write({"data.txt": "2"})
    assert here.notewright("run").counts == (1, 1, 0)
    # What ran here stays, and what ran there is found by whoever goes back to its inputs.
    assert here.notewright("records", "import", out).lines("0 records are new, 2 were here")
    assert here.notewright("run").counts == (0, 2, 0)
    here.write({"data.txt": "1"})
    assert here.notewright("run").counts == (0, 2, 0)


def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    """By name, and with what to do; a wrong word of the command line too."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write(FILES)
    refused = project.notewright("records", "import", "data.txt")
    assert refused.status == 1 and refused.lines("data.txt is not kept: File is not a zip file.")
    assert project.notewright("records", "import").lines("cannot read notewright-records.zip")
    assert project.notewright("records", "export", "no/x.zip").lines("Name another file")
    assert not (tmp_path / ".notewright/records").exists()
    wrong = project.notewright("records", "exprt")
    assert wrong.status == 2 and wrong.lines("Did you mean `export`?")
