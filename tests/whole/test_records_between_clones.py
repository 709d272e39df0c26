"""End to end: clones that share records; what one ran the next shows, and nothing runs twice."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hanging import output_of
from projects import ProjectDir, clean_environment
from small_disks import fill, small_disk

from notewright.note.sessions import group
from notewright.run.engine import Engine
from notewright.run.progress import Silent
from notewright.run.records import Record
from notewright.settings import Settings
from notewright.vault.vault import Vault

pytestmark = pytest.mark.gate

NOTES = {
    "docs/a.md": "# A\n\n```python\nprint(open('data.txt').read())\n```\n",
    "docs/b.md": (
        "# B\n\n```python\n#| fig-alt: A line\nimport matplotlib.pyplot as plt\n\n"
        "fig, ax = plt.subplots()\nax.plot([1, 2])\nax.set(xlabel='x', ylabel='y');\n```\n"
    ),
    "docs/same.md": "# Same\n\n```python\nprint(open('data.txt').read())\n```\n",
    "docs/hidden.md": "---\ndraft: true\n---\n# Hidden\n\n```python\nprint('private words')\n```\n",
    "docs/index.md": "# Home\n",
    "data.txt": "1",
}


def clone(root: Path, **options: object) -> ProjectDir:
    """A clone of the project."""
    made = ProjectDir(root)
    made.configure({"shared_records": "../store", **options})
    made.write(NOTES)
    return made


def site(project: ProjectDir) -> dict[str, bytes]:
    """Every page of a site."""
    folder = project.root / "site"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.html")}


def test_what_one_clone_ran_runs_in_no_other(tmp_path: Path) -> None:
    """Sites, commands and tests agree; what differs here runs, and is shared in its turn."""
    one, two, three = (clone(tmp_path / name) for name in ("one", "two", "three"))
    assert one.notewright("run").counts == (4, 0, 0)
    ran = two.notewright("run")
    assert ran.counts == (0, 4, 0), ran.output
    assert ran.lines("4 sessions: 0 run, 4 fresh; no problems", "; 4 came from the shared records")
    again = two.notewright("run")
    assert again.counts == (0, 4, 0) and not again.lines("came from")
    kept = [sorted((each.root / ".notewright/records").iterdir()) for each in (one, two)]
    assert [p.name for p in kept[0]] == [p.name for p in kept[1]]
    assert [p.read_bytes() for p in kept[0]] == [p.read_bytes() for p in kept[1]]
    built = three.build(SOURCE_DATE_EPOCH="1")
    assert built.status == 0 and built.lines("0 run", "came from the shared records")
    assert one.build(SOURCE_DATE_EPOCH="1").status == 0
    assert site(three) == site(one)
    assert not any(b"private words" in page for page in site(three).values())
    three.write({"data.txt": "2"})
    assert three.notewright("run").counts == (2, 2, 0)
    assert two.notewright("run").counts == (0, 4, 0)
    two.write({"data.txt": "2"})
    tested = two.pytest("-q")
    assert tested.status == 0, tested.output
    assert two.notewright("run", NOTEWRIGHT_SHARED_RECORDS="off").counts == (0, 4, 0)


@pytest.mark.nightly
@pytest.mark.parametrize("workers", ["0", "2"])
def test_tests_tell_what_went_wrong_with_the_place(tmp_path: Path, workers: str) -> None:
    """Once, however many workers meet it; they pass without the shared records."""
    project = clone(tmp_path / "one", shared_records="../no/such/store")
    tested = project.pytest("-q", "-n", workers)
    assert tested.status == 0, tested.output
    (told,) = tested.lines("notewright: shared records at ../no/such/store")
    assert "no longer read" in told


@pytest.mark.nightly
@pytest.mark.parametrize("address", ["file://{}/store", "dir::file://{}/store"])
def test_an_address_is_as_good_as_a_folder(tmp_path: Path, address: str) -> None:
    """With fsspec and without; the environment names another than the option."""
    if address.startswith("dir"):
        pytest.importorskip("fsspec", reason="needs the extra `store`")
    named = {"NOTEWRIGHT_SHARED_RECORDS": address.format(tmp_path)}
    one, two = clone(tmp_path / "one"), clone(tmp_path / "two")
    assert one.notewright("run", **named).counts == (4, 0, 0)
    ran = two.notewright("run", **named)
    assert ran.counts == (0, 4, 0) and ran.lines("4 came from"), ran.output
    assert two.notewright("records", "prune", "--older-than", "0", address.format(tmp_path)).lines(
        "3 records", "deleted"
    )
    three = clone(tmp_path / "three")
    assert three.notewright("run", **named).counts == (4, 0, 0)


@pytest.mark.nightly
def test_who_runs_nothing_takes_and_gives_nothing(tmp_path: Path) -> None:
    """A stranger's configuration names no address that is asked, and no record that is shown."""
    one, two = clone(tmp_path / "one"), clone(tmp_path / "two")
    assert one.notewright("run", NOTEWRIGHT_SHARED_RECORDS_WRITE="0").counts == (4, 0, 0)
    assert not (tmp_path / "store").exists()
    (one.root / ".notewright").rename(tmp_path / "kept")
    assert one.notewright("run").counts == (4, 0, 0)
    two.build(NOTEWRIGHT_EXECUTE="0")
    assert not list(two.root.glob(".notewright/records/*"))
    alone = one.notewright("check", "--isolated")
    assert alone.status == 0, alone.output
    wrong = two.notewright("run", NOTEWRIGHT_SHARED_RECORDS_WRITE="readonly")
    assert wrong.status == 1 and wrong.lines("NOTEWRIGHT_SHARED_RECORDS_WRITE: 'readonly'")


def test_a_server_asks_before_it_runs(tmp_path: Path) -> None:
    """What is left to a backlog is taken, too: no session runs."""
    assert clone(tmp_path / "one").notewright("run").counts == (4, 0, 0)
    settings = Settings.load(clone(tmp_path / "two").root)
    vault = Vault.scan(settings)
    sessions = [each for note in vault.notes.values() for each in group(note.cells)]
    with Engine(settings) as engine:
        ((_, found),) = engine.catch_up(iter([sessions[0]]), sessions[:1], Silent())
        assert isinstance(found, Record)
        assert engine.run(vault).fresh == 4
    with Engine(replace(settings, shared_records="")) as engine:
        assert engine.run(vault).fresh == 4


WORK = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_shared_records import Clone, made, session

root, number = Path(sys.argv[1]), int(sys.argv[3])
for turn in range(10):
    clone = Clone(root / f"clone-{number}-{turn}")
    for key in range(4):
        clone.shared.offer(session(key), made(str(key) * 50_000, seconds=number))
        own = made("own", inputs={f"file:{number}": "1"})
        clone.shared.offer(session(key), own)
        clone.shared.send()
    got = clone.take(*map(session, range(4)))
    said = clone.shared.notices()
    assert not said, said
    assert len(got) == 4, len(got)
"""


@pytest.mark.nightly
def test_ten_processes_write_and_read_the_same(tmp_path: Path) -> None:
    """All that they read is whole, and no notice is told."""
    tests = Path(__file__).parents[1] / "run" / "shared"
    words = [sys.executable, "-c", WORK, str(tmp_path), str(tests)]
    workers = [
        subprocess.Popen(
            [*words, str(number)],
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for number in range(10)
    ]
    for worker in workers:
        told = output_of(worker)
        assert worker.returncode == 0, told.decode()
    folders = list((tmp_path / "store").iterdir())
    assert len(folders) == 4
    for folder in folders:
        names = [path.name for path in folder.iterdir()]
        assert not [name for name in names if name.startswith(".")]
        # Of one kind for all; two that began at the same time may stand beside each other.
        assert 11 <= len(names) <= 20


@pytest.mark.nightly
@pytest.mark.skipif(sys.platform != "linux", reason="mounts a disk")
def test_a_store_that_is_full_or_read_only_costs_a_notice(tmp_path: Path) -> None:
    """Builds go on, and what is there is read."""
    one, two, three = (
        clone(tmp_path / name, shared_records="../disk/store") for name in ("one", "two", "three")
    )
    disk = tmp_path / "disk"
    with small_disk(disk, "size=256k") as change:
        assert one.notewright("run").counts == (4, 0, 0)
        there = sorted(disk.rglob("*.json"))
        filler = fill(disk)
        two.write({"docs/c.md": "# C\n\n```python\nprint('c' * 5000)\n```\n"})
        ran = two.build("--quiet")
        assert ran.status == 0, ran.output
        ran = two.notewright("run")
        assert ran.counts == (0, 5, 0)
        two.write({"docs/c.md": "# C\n\n```python\nprint('d' * 5000)\n```\n"})
        ran = two.notewright("run")
        assert ran.status == 0 and ran.counts == (1, 4, 0)
        (told,) = ran.lines("shared records at ../disk/store")
        assert os.strerror(errno.ENOSPC) in told and "no longer written" in told
        filler.unlink()
        change("ro")
        three.write({"docs/c.md": "# C\n\n```python\nprint('e')\n```\n"})
        ran = three.notewright("run")
        assert ran.status == 0 and ran.counts == (1, 4, 0)
        (told,) = ran.lines("shared records at ../disk/store")
        assert os.strerror(errno.EROFS) in told
        assert sorted(disk.rglob("*.json")) == there
        change("rw")
    three.write({"docs/c.md": "# C\n\n```python\nprint('f')\n```\n"})
    disk.rmdir()
    ran = three.notewright("run")
    assert ran.status == 0 and ran.counts == (1, 4, 0)
    assert len(ran.lines("shared records at ../disk/store: No such file or directory")) == 1
