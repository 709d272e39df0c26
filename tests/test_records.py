"""Records: fresh while all that was read is unchanged by content, and never a crash."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock, Timeout
from hypothesis import given
from hypothesis import strategies as st

from notewright import outputs
from notewright.cells import find_cells
from notewright.errors import EngineError
from notewright.records import (
    CellRecord,
    Record,
    Records,
    changes,
    environment,
    line_table,
    packages_of,
    versions,
)
from notewright.sessions import Session, group
from notewright.tracing import ABSENT, digest_listing, digest_path

KEY = "0" * 32
NAMES = "the names in data/ changed"


def session(text: str = "```python\nx = 1\n```") -> Session:
    root = Path("/nowhere")
    return group(find_cells(text, "docs/a.md", includes=root, root=root))[0]


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
    record = records.load(KEY)
    assert record is None or reasons(records, record)


def path(records: Records) -> Path:
    (found,) = Path(records._directory).glob("*.json")
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
    path(records).write_text(json.dumps(content))
    record = records.load(KEY)
    assert record is None or reasons(records, record)


def test_a_record_that_is_missing_is_a_miss(records: Records) -> None:
    """The first build has no directory yet."""
    assert records.load(KEY) is None
    assert reasons(records, None) == ["it has not run yet with this code"]


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
    with pytest.raises(EngineError, match="Make room or allow writing"):
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
    with records.lock(KEY):
        (lock,) = Path(records._locks).iterdir()
        with pytest.raises(Timeout):
            FileLock(lock).acquire(timeout=0)
    FileLock(lock).acquire(timeout=0).lock.release()


def test_an_unchanged_session_is_fresh(records: Records) -> None:
    """Nothing runs twice."""
    assert reasons(records, fresh()) == []


def test_another_python_or_engine_makes_stale(records: Records) -> None:
    """Results of one Python are not shown as those of another."""
    assert reasons(records, fresh(environment="other")) == [
        "Python, the platform or notewright changed"
    ]


def test_another_version_of_a_package_makes_stale(records: Records) -> None:
    """An upgrade runs what used the package, and says which."""
    (said,) = reasons(records, fresh(packages={"numpy": "0.0.1"}))
    assert said.startswith("package numpy: 0.0.1 became ")
    (said,) = reasons(records, fresh(packages={"no-such-package": "1.0"}))
    assert said == "package no-such-package: 1.0 became absent"


def test_a_record_of_another_number_of_cells_is_stale(records: Records) -> None:
    """Outputs never appear below a cell that is not theirs."""
    assert reasons(records, fresh(cells=[])) == ["its record is damaged"]


def test_a_record_that_names_lines_is_stale_when_cells_move(records: Records) -> None:
    """A traceback that a page shows points at the right line."""
    here, below = session(), session("\n```python\nx = 1\n```")
    record = fresh(lines=line_table(here))
    assert records.stale_reasons(here, record) == []
    assert records.stale_reasons(below, record) == ["an output names a line, and the cells moved"]


def touch(file: Path) -> None:
    os.utime(file, (0, 0))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: (data / "a.csv").write_text("2"), ["data/a.csv changed"]),
        (lambda data: (data / "a.csv").unlink(), ["data/a.csv is gone", NAMES]),
        (lambda data: (data / "new.csv").write_text("1"), ["data/new.csv appeared", NAMES]),
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
