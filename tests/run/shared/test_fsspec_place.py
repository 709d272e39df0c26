"""A place behind fsspec does what a folder does: in memory, and in a system of files."""

from __future__ import annotations

import itertools
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fsspec", reason="needs the extra `store`")

from notewright.run.shared.fsspec_place import FsspecPlace
from notewright.run.shared.places import place_of

KEY = "a" * 32
NAME = f"{'b' * 32}-{'c' * 64}.json"
_numbers = itertools.count()


@pytest.fixture(params=["memory://{}/records", "dir::file://{}/records"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> FsspecPlace:
    """An empty place, which nobody else has."""
    root = tmp_path if "file" in request.param else f"bucket{next(_numbers)}"
    found = place_of(request.param.format(root), tmp_path)
    assert isinstance(found, FsspecPlace)
    return found


def test_what_is_written_is_there_once(place: FsspecPlace) -> None:
    """Read up to a limit, refreshed, removed, and tidied."""
    assert list(place.folders()) == place.entries(KEY) == []
    place.write(KEY, NAME, b"content")
    place.write(KEY, NAME, b"content")
    (entry,) = place.entries(KEY)
    assert (entry.name, entry.size, entry.is_plain) == (NAME, 7, True)
    assert place.read(KEY, NAME, 3) == b"con" and place.read(KEY, "none", 3) is None
    assert list(place.folders()) == [KEY]
    place.refresh(KEY, NAME)
    assert place.entries(KEY)[0].used >= entry.used > 0
    assert place.read(KEY, NAME, 9) == b"content"
    place.tidy(KEY)
    assert list(place.folders()) == [KEY]
    for _ in range(2):
        place.remove(KEY, NAME)
    place.refresh(KEY, NAME)
    place.tidy(KEY)
    assert list(place.folders()) == place.entries(KEY) == []


def test_a_link_is_no_file(tmp_path: Path) -> None:
    """Of a system that has links."""
    place = FsspecPlace(f"dir::file://{tmp_path}/records")
    place.write(KEY, NAME, b"1")
    (written,) = tmp_path.rglob(NAME)
    written.with_name("link").symlink_to(written)
    assert {each.name: each.is_plain for each in place.entries(KEY)} == {NAME: True, "link": False}


@pytest.mark.parametrize(
    ("told", "used"),
    [
        ({"mtime": 5.0}, 5.0),
        ({"LastModified": datetime.fromtimestamp(7, UTC)}, 7.0),
        ({"created": datetime(1970, 1, 1, 0, 1)}, 60.0),  # without a zone
        ({"updated": "1970-01-01T00:00:09Z"}, 9.0),
        ({"updated": "some day"}, math.inf),
        ({}, math.inf),
    ],
)
def test_the_time_has_many_names(
    monkeypatch: pytest.MonkeyPatch, told: dict[str, Any], used: float
) -> None:
    """As each system tells it; what does not tell it counts as just used."""
    place = FsspecPlace("memory://times/records")
    entry = {"name": f"/times/records/{KEY}/{NAME}", "type": "file", "size": 1, **told}
    marker = {"name": f"/times/records/{KEY}/", "type": "file", "size": 0}
    monkeypatch.setattr(place, "_list", lambda _: [marker, entry])
    assert [each.used for each in place.entries(KEY)] == [used]
