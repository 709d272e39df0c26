"""Records: fresh while all that was read is unchanged by content, and never a crash."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock, Timeout
from hypothesis import given
from hypothesis import strategies as st
from projects import ProjectDir

import notewright
from notewright.errors import EngineError
from notewright.note.includes import Includes
from notewright.note.note import Note
from notewright.note.sessions import Session, group
from notewright.render.cell_html import Renderer
from notewright.run.records import (
    CellRecord,
    Record,
    Records,
    changes,
    environment,
    line_table,
    packages_of,
    versions,
)
from notewright.run.seals import seal
from notewright.run.verdicts import CellResult
from notewright.run.worker import outputs
from notewright.run.worker.digests import ABSENT, digest_listing, digest_path
from notewright.run.worker.environment import STYLE_FILE

KEY = "0" * 32
NAMES = "the list of files in data/ changed"


def session(text: str = "```python\nx = 1\n```") -> Session:
    root = Path("/nowhere")
    return group(list(Note("docs/a.md", "docs/a.md", text, includes=Includes(root, root)).cells))[0]


def fresh(**changed: Any) -> Record:
    """A record that is fresh for a session of one cell that reads nothing."""
    record = Record([CellRecord([outputs.stream("stdout", "1\n")], 0.5)], environment=environment())
    return replace(record, **changed)


@pytest.fixture
def records(tmp_path: Path) -> Records:
    return Records(tmp_path / ".notewright", tmp_path)


def reasons(records: Records, record: Record | None) -> list[str]:
    records.forget_digests()
    return records.stale_reasons(session(), record)


def test_what_is_saved_is_what_is_loaded(records: Records) -> None:
    """A page from a record is the page of the run."""
    record = fresh(
        inputs={"file:data/é.csv": "1", "listing:data": "2"},
        packages={"numpy": "2.1"},
        opaque=["ran the program `ls`"],
        lines=[["docs/a.md", 1]],
    )
    records.save(KEY, record)
    assert records.load(KEY) == record
    assert record.seconds == 0.5


TEXT = st.text(st.characters(codec="utf-8"), max_size=20)


@pytest.mark.gate
@given(
    st.lists(
        st.builds(
            CellRecord,
            st.lists(TEXT.map(lambda text: outputs.stream("stdout", text))),
            st.floats(0, 1e6),
        )
    )
)
def test_any_output_survives_its_record(records: Records, cells: list[CellRecord]) -> None:
    """Whatever a cell prints comes back character for character."""
    records.save(KEY, fresh(cells=cells))
    assert records.load(KEY) == fresh(cells=cells)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["cells", "inputs", "packages", "lines", "opaque", "outputs", "seconds"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(st.binary(max_size=30) | JSON.map(lambda value: json.dumps(value).encode()))
def test_a_damaged_record_is_a_miss(records: Records, content: bytes) -> None:
    """After a crash or a bad copy the session runs again, and nothing else happens."""
    records.save(KEY, fresh())
    path(records).write_bytes(content)
    assert records.load(KEY) is None


@given(st.integers(0, 1 << 30), st.integers(0, 7))
def test_a_flipped_bit_makes_a_record_none(records: Records, place: int, bit: int) -> None:
    """Wherever it is: a changed digit of a printed number would be published as a run."""
    records.save(KEY, fresh())
    content = bytearray(path(records).read_bytes())
    content[place % len(content)] ^= 1 << bit
    path(records).write_bytes(content)
    assert records.load(KEY) is None


def test_a_record_of_another_session_is_none(records: Records) -> None:
    """Copied under another name, it would be shown as what that one gave."""
    records.save(KEY, fresh())
    path(records).rename(path(records).with_name(f"{'1' * 32}.json"))
    assert records.load("1" * 32) is None


def plain() -> dict[str, Any]:
    """A record with an output of each kind, as values of JSON."""
    shown = [
        outputs.stream("stdout", "x"),
        dict(outputs.error("E", "x")),
        dict(outputs.display({"text/plain": "x"}, {"notewright": {"axes": "x"}}, is_result=True)),
        dict(outputs.display({"application/json": {"a": [1]}}, {}, is_result=False)),
    ]
    cell = CellRecord(shown, 0.5, ["1", None], ["2"])
    record = fresh(
        cells=[cell], inputs={"file:a": "1"}, packages={"a": "1"}, opaque=["x"], lines=[["a", 1]]
    )
    return asdict(record)


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value in a value."""
    yield at
    if isinstance(value, dict):
        for name in value:
            yield from places(value[name], (*at, name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from places(each, (*at, number))


ODD = [None, True, -1, 1.5, "text", "", [], {}, [1], {"a": 1}, [[]], float("nan"), float("inf")]
ODD += [1 << 70, [None], {"output_type": []}, "a\0b"]


@pytest.mark.parametrize("way", list(places(plain())), ids=str)
def test_a_record_with_something_odd_is_none_or_can_be_shown(
    records: Records, way: tuple[Any, ...]
) -> None:
    """Each value of a record in turn becomes anything: what is loaded can be shown and judged."""
    for odd in (*ODD, KeyError):
        content: Any = plain()
        if not way:
            content = odd if isinstance(odd, dict) else {}
        else:
            inner = content
            for step in way[:-1]:
                inner = inner[step]
            if odd is KeyError:
                del inner[way[-1]]
            else:
                inner[way[-1]] = odd
        records._store.save(KEY, seal(KEY, content))
        record = records.load(KEY)
        if record is None:
            continue
        records.stale_reasons(session(), record)
        for cell in record.cells:
            outputs.plain_text(cell.outputs)
            result = CellResult(session().cells[0], cell, ())
            Renderer(trusted=False).outputs(result)
            Renderer().outputs(result)


@pytest.mark.parametrize(
    "name", ["glob:/**", "glob:../**", "file:a\0b", "file", "glob:a/../../b", "glob:~/x"]
)
def test_an_input_that_no_run_has_makes_a_record_none(records: Records, name: str) -> None:
    """To look at it could read the whole disk, or end the build."""
    records.save(KEY, fresh(inputs={name: "1"}))
    assert records.load(KEY) is None


def test_what_is_nested_too_deep_is_none(records: Records) -> None:
    """However it got there."""
    for text in ("[" * 200_000, '{"a":' * 100_000):
        rest = text.encode()
        start = b'{"digest": "' + hashlib.sha256(rest).hexdigest().encode() + b'", '
        records._store.save(KEY, start + rest)
        assert records.load(KEY) is None


def test_a_pipe_or_a_device_is_not_read_for_its_digest(tmp_path: Path) -> None:
    """It may have no end."""
    os.mkfifo(tmp_path / "pipe")
    assert digest_path(str(tmp_path / "pipe")) == digest_path("/dev/zero") != ABSENT
    assert digest_path("a\0b") == ABSENT


def path(records: Records) -> Path:
    (found,) = records._store._directory.glob("*.json")
    return found


@pytest.mark.parametrize(
    "damaged",
    [
        {"inputs": "abc"},
        {"packages": ["numpy"]},
        {"cells": [{"outputs": None, "seconds": 0.5}]},
        {"cells": [{"outputs": [], "seconds": "long"}]},
        {"cells": [{"outputs": ["text"], "seconds": 0.5}]},
        {"lines": 3},
    ],
    ids=str,
)
def test_a_record_of_the_wrong_shape_is_a_miss(records: Records, damaged: dict[str, Any]) -> None:
    """A record that another tool wrote into does not end the build."""
    records.save(KEY, fresh())
    content = json.loads(path(records).read_text()) | damaged
    del content["digest"]
    path(records).write_bytes(seal(content.pop("key"), content))
    assert records.load(KEY) is None


def test_a_record_that_is_missing_is_a_miss(records: Records) -> None:
    """The first build has no directory yet."""
    assert records.load(KEY) is None
    assert reasons(records, None) == ["it has not run since its code changed, or it failed"]


def test_saving_leaves_nothing_but_the_record(records: Records) -> None:
    """No half-written file is ever found by another build."""
    records.save(KEY, fresh())
    records.save(KEY, fresh(opaque=["again"]))
    assert [each.name for each in path(records).parent.iterdir()] == [f"{KEY}.json"]


def test_readers_only_ever_see_whole_records(records: Records) -> None:
    """A build that reads while another writes gets the old record or the new one."""
    both = [fresh(opaque=[letter * 100_000]) for letter in "ab"]
    records.save(KEY, both[0])
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            for record in both:
                records.save(KEY, record)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        seen = [records.load(KEY) for _ in range(100)]
    finally:
        stop.set()
        writer.join()
    assert all(record in both for record in seen)


def test_a_directory_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    """A full disk or a read-only one is told in words, without a traceback."""
    (tmp_path / "state").write_text("a file where the directory should be")
    with pytest.raises(EngineError, match="Free some space or grant write access"):
        Records(tmp_path / "state", tmp_path).save(KEY, fresh())


def test_a_failed_write_keeps_the_old_record(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What had finished before the disk was full is still there."""
    records.save(KEY, fresh())

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(EngineError, match="No space left on device"):
            records.save(KEY, fresh(opaque=["new"]))
    assert records.load(KEY) == fresh()
    assert len(list(path(records).parent.iterdir())) == 1


def test_a_session_is_locked_by_one_process_at_a_time(records: Records) -> None:
    """Two builds at once run a session once."""
    held = records.lock(KEY)
    held.acquire()
    with pytest.raises(Timeout):
        FileLock(held.lock_file).acquire(timeout=0)
    records.release(held)
    FileLock(held.lock_file).acquire(timeout=0).lock.release()


def test_an_unchanged_session_is_fresh(records: Records) -> None:
    """Nothing runs twice."""
    assert reasons(records, fresh()) == []


def test_another_python_or_engine_makes_stale(records: Records) -> None:
    """Results of one Python are not shown as those of another."""
    assert reasons(records, fresh(environment="other")) == [
        "Python, the platform or notewright has changed"
    ]


def test_another_version_of_a_package_makes_stale(records: Records) -> None:
    """An upgrade runs what used the package, and says which."""
    (said,) = reasons(records, fresh(packages={"numpy": "0.0.1"}))
    assert said.startswith("package numpy: 0.0.1 changed to ")
    (said,) = reasons(records, fresh(packages={"no-such-package": "1.0"}))
    assert said == "package no-such-package: 1.0 changed to missing"


def test_a_record_of_another_number_of_cells_is_stale(records: Records) -> None:
    """Outputs never appear below a cell that is not theirs."""
    assert reasons(records, fresh(cells=[])) == ["its record is damaged"]


def test_a_record_that_names_lines_is_stale_when_cells_move(records: Records) -> None:
    """A traceback that a page shows points at the right line."""
    here, below = session(), session("\n```python\nx = 1\n```")
    record = fresh(lines=line_table(here))
    assert records.stale_reasons(here, record) == []
    assert records.stale_reasons(below, record) == [
        "the cells have moved, and an output may contain a line number"
    ]


def touch(file: Path) -> None:
    os.utime(file, (0, 0))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: (data / "a.csv").write_text("2"), ["data/a.csv changed"]),
        (lambda data: (data / "a.csv").unlink(), ["data/a.csv was removed", NAMES]),
        (lambda data: (data / "new.csv").write_text("1"), ["data/new.csv was added", NAMES]),
        (lambda data: (data / "other.csv").write_text("1"), [NAMES]),
        (lambda data: touch(data / "a.csv"), []),
        (lambda data: (data / "a.csv").write_text("1"), []),
        (lambda data: (data / "sub" / "b.csv").write_text("1"), []),
    ],
    ids=["changed", "gone", "appeared", "listed", "touched", "rewritten", "elsewhere"],
)
def test_inputs_count_by_content(
    project: Callable[..., Path], change: Callable[[Path], Any], said: list[str]
) -> None:
    """A changed, deleted or new file runs what looked at it; a touched one runs nothing."""
    root = project({"data/a.csv": "1", "data/sub/keep": ""})
    records = Records(root / ".notewright", root)
    data = root / "data"
    inputs = {
        "file:data/a.csv": digest_path(str(data / "a.csv")),
        "file:data/new.csv": ABSENT,
        "file:data": digest_path(str(data)),
        "listing:data": digest_listing(str(data)),
    }
    assert reasons(records, fresh(inputs=inputs)) == []
    change(data)
    assert sorted(reasons(records, fresh(inputs=inputs))) == sorted(said)


def test_a_digest_is_taken_once_in_a_build(project: Callable[..., Path]) -> None:
    """A large file that many notes read is read once; the next build looks again."""
    root = project({"data.csv": "1"})
    records = Records(root / ".notewright", root)
    record = fresh(inputs={"file:data.csv": digest_path(str(root / "data.csv"))})
    assert records.stale_reasons(session(), record) == []
    (root / "data.csv").write_text("2")
    assert records.stale_reasons(session(), record) == []
    records.forget_digests()
    assert records.stale_reasons(session(), record) == ["data.csv changed"]


DIGESTS = st.dictionaries(
    st.builds("{}:{}".format, st.sampled_from(["file", "listing"]), st.sampled_from("abc")),
    st.sampled_from([ABSENT, "1", "2"]),
)


@given(DIGESTS, st.data())
def test_every_change_is_told_and_nothing_else(old: dict[str, str], data: st.DataObject) -> None:
    """One reason for each input that differs."""
    new = {name: data.draw(st.sampled_from([ABSENT, "1", "2"])) for name in old}
    said = changes("", old, new)
    assert len(said) == len(set(said)) == sum(old[name] != new[name] for name in old)


def test_packages_are_named_as_they_are_installed() -> None:
    """`sklearn` is scikit-learn, whose version counts; our own code counts by content."""
    found = packages_of(["sklearn", "numpy", "json", "notewright", "no_such_module"])
    assert set(found) == {"scikit-learn", "numpy"}
    assert found == versions(["scikit-learn", "numpy"])


@pytest.mark.parametrize(
    "part", sorted(path.name for path in STYLE_FILE.parent.iterdir() if path.is_file())
)
def test_each_file_of_the_worker_counts(tmp_path: Path, part: str) -> None:
    """Whatever sets a session up, a change of it makes every record stale."""
    worker = tmp_path / "worker"
    shutil.copytree(STYLE_FILE.parent, worker, ignore=shutil.ignore_patterns("__pycache__"))
    assert environment(worker) == environment()
    with (worker / part).open("a", encoding="utf-8") as file:
        file.write("#")
    environment.cache_clear()
    assert environment(worker) != environment()


def test_the_release_of_the_kernel_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store of records is good on another machine of the same kind."""
    before = environment()
    monkeypatch.setattr(platform, "release", lambda: "another")
    monkeypatch.setattr(platform, "platform", lambda: "another")
    environment.cache_clear()
    assert environment() == before


@pytest.mark.gate
def test_another_width_of_the_workers_terminal_makes_stale(tmp_path: Path) -> None:
    """A cell that prints its variables is never shown as it was under others."""
    package = tmp_path / "engine" / "notewright"
    shutil.copytree(Path(notewright.__file__).parent, package)
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text("plugins: [notewright]\n")
    note = '```python\nimport os\nprint(os.environ["COLUMNS"])\n```\n'
    (tmp_path / "docs/a.md").write_text(note)

    def command(*arguments: str) -> str:
        environment = {**os.environ, "PYTHONPATH": str(package.parent)}
        done = subprocess.run(
            [sys.executable, "-m", "notewright", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    command("run")
    assert "fresh" in command("why", "a")
    variables = package / "run/worker/environment.py"
    variables.write_text(variables.read_text().replace('"COLUMNS": "80"', '"COLUMNS": "120"'))
    assert "stale" in command("why", "a")


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12))
def test_going_back_finds_the_record_of_that_state(
    tmp_path_factory: pytest.TempPathFactory, values: list[int]
) -> None:
    """Whatever the order of states: what ran once with them is fresh, and shows what it gave."""
    root = tmp_path_factory.mktemp("back")
    ran: set[int] = set()
    for value in values:
        (root / "data").write_text(str(value), "utf-8")
        records = Records(root / ".notewright", root)
        record, why = records.find(session())
        assert bool(why) == (value not in ran)
        if why:
            shown = [CellRecord([outputs.stream("stdout", f"{value}\n")])]
            inputs = {"file:data": records.digest("file:data")}
            records.save(KEY_OF_SESSION, fresh(cells=shown, inputs=inputs))
            ran.add(value)
        else:
            assert record is not None
            assert record.cells[0].outputs[0]["text"] == f"{value}\n"


KEY_OF_SESSION = session().key


@pytest.mark.nightly
def test_switching_branches_and_a_shared_directory_run_nothing_again(tmp_path: Path) -> None:
    """In the commands themselves: back and forth, and in another clone with the same records."""
    cell = "# Home\n\n```python\nfrom pathlib import Path\nPath('data').read_text()\n```\n"
    for name in ("one", "other"):
        project = ProjectDir(tmp_path / name)
        project.configure({"memory": 8192})
        project.write({"docs/index.md": cell, "data": "1"})
    one, other = ProjectDir(tmp_path / "one"), ProjectDir(tmp_path / "other")
    assert one.notewright("run").counts == (1, 0, 0)
    one.write({"data": "2"})
    assert one.notewright("run").counts == (1, 0, 0)
    for value in "12121":
        one.write({"data": value})
        assert one.notewright("run").counts == (0, 1, 0)
    shutil.copytree(one.root / ".notewright", other.root / ".notewright")
    assert other.notewright("run").counts == (0, 1, 0)
