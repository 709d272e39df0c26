"""Packs hold what was kept last under each key, whoever kept it, and whatever happened to them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.render.packs import MANY, SUFFIX, WASTE, Packs

KEYS = [letter * 32 for letter in "abcdef01"]
STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["keep", "load", "prune", "anew"]))
    | st.tuples(st.integers(0, 2), st.sampled_from(KEYS), st.binary(max_size=40)),
    max_size=30,
)
LARGE = 1 << 40


def files(directory: Path) -> list[Path]:
    """The packs of a directory."""
    return sorted(directory.glob(f"*{SUFFIX}"))


def kept(directory: Path) -> dict[str, bytes | None]:
    """All that another process finds there."""
    packs = Packs(directory, LARGE)
    return {key: packs.load(key) for key in packs.known()}


@given(STEPS)
def test_each_finds_what_was_kept_last(tmp_path_factory, steps: list[tuple[object, ...]]) -> None:
    """Of several that write by turns, and join what they wrote."""
    directory = tmp_path_factory.mktemp("state") / "packs"
    several = [Packs(directory, LARGE) for _ in range(3)]
    wanted: dict[str, bytes] = {}
    for who, what, *content in steps:
        assert isinstance(who, int)
        if content:
            several[who].keep(str(what), content[0])  # type: ignore[arg-type]
            wanted[str(what)] = content[0]  # type: ignore[assignment]
        elif what == "prune":
            several[who].prune()
        elif what == "anew":
            several[who] = Packs(directory, LARGE)
        assert set(several[who].known()) == wanted.keys()
        found = {key: several[who].load(key) for key in wanted}
        assert found == wanted


@given(
    st.dictionaries(st.sampled_from(KEYS), st.binary(max_size=200)),
    st.sets(st.sampled_from(KEYS)),
    st.integers(0, 800),
)
def test_what_is_used_is_kept_and_the_rest_fits(
    tmp_path_factory, content: dict[str, bytes], loaded: set[str], most: int
) -> None:
    """Whatever is stored and used: nothing that was used goes, nothing else exceeds the limit."""
    directory = tmp_path_factory.mktemp("state") / "packs"
    first = Packs(directory, LARGE)
    for key, each in content.items():
        first.keep(key, each)
    packs = Packs(directory, most)
    used = {key for key in loaded if packs.load(key) is not None}
    assert used == loaded & content.keys()
    packs.prune()
    left = kept(directory)
    assert used <= left.keys() and left == {key: content[key] for key in left}
    assert left.keys() == used or sum(len(each) for each in left.values() if each) <= most
    gone = [key for key in content if key not in left]
    assert gone == [key for key in content if key not in used][: len(gone)]  # the oldest


@given(st.data())
def test_damage_costs_what_is_damaged_and_no_more(tmp_path_factory, data: st.DataObject) -> None:
    """A killed process leaves a part, a broken disk anything: what is wrong is not read."""
    directory = tmp_path_factory.mktemp("state") / "packs"
    packs = Packs(directory, LARGE)
    content = {key: key.encode() * number for number, key in enumerate(KEYS)}
    for key, each in content.items():
        packs.keep(key, each)
    [file] = files(directory)
    whole = file.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        file.write_bytes(whole[:at])
    else:
        file.write_bytes(
            whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :]
        )
    found = {key: each for key, each in kept(directory).items() if each is not None}
    assert found.items() <= content.items()
    packs.keep(KEYS[1], b"new")
    assert packs.load(KEYS[1]) == b"new"
    Packs(directory, LARGE).keep(KEYS[0], b"new")
    found = {key: each for key, each in kept(directory).items() if each is not None}
    assert found.items() <= {*content.items(), (KEYS[0], b"new"), (KEYS[1], b"new")}
    assert found[KEYS[0]] == b"new"


def test_a_copy_of_a_process_writes_beside_it(tmp_path: Path) -> None:
    """Neither writes over the other, and each finds all."""
    packs = Packs(tmp_path / "packs", LARGE)
    packs.keep(KEYS[0], b"before")
    process = os.fork()
    if not process:
        for number in range(200):
            packs.keep(f"{number:032x}", b"copy" * number)
        os._exit(0)
    for number in range(200, 400):
        packs.keep(f"{number:032x}", b"own" * number)
    assert os.waitpid(process, 0)[1] == 0
    wanted = {f"{number:032x}": b"copy" * number for number in range(200)}
    wanted |= {f"{number:032x}": b"own" * number for number in range(200, 400)}
    assert {key: packs.load(key) for key in packs.known()} == wanted | {KEYS[0]: b"before"}


def test_many_packs_become_few(tmp_path: Path) -> None:
    """Each build begins one: the small ones are joined, and the largest stays as it is."""
    Packs(tmp_path, LARGE).keep(KEYS[0], bytes(10_000))
    [largest] = files(tmp_path)
    wanted: dict[str, bytes] = {KEYS[0]: bytes(10_000)}
    for number in range(3 * MANY):
        packs = Packs(tmp_path, LARGE)
        wanted[f"{number:032x}"] = content = str(number).encode()
        packs.keep(f"{number:032x}", content)
        packs.prune()
        assert len(files(tmp_path)) <= MANY + 1
    assert largest in files(tmp_path)
    assert kept(tmp_path) == wanted


def test_what_is_out_of_use_makes_room(tmp_path: Path) -> None:
    """A server keeps a page again with each save."""
    packs = Packs(tmp_path, LARGE)
    for _ in range(9):
        packs.keep(KEYS[0], bytes(WASTE // 4))
        packs.prune()
        assert sum(file.stat().st_size for file in files(tmp_path)) < 2 * WASTE
    assert kept(tmp_path) == {KEYS[0]: bytes(WASTE // 4)}


def no_room(tmp_path: Path) -> None:
    """What stands in the place of the directory is a file."""
    (tmp_path / "packs").write_bytes(b"")


def a_link(tmp_path: Path) -> None:
    """It leads to somebody else's directory."""
    (tmp_path / "other").mkdir()
    (tmp_path / "packs").symlink_to(tmp_path / "other")


@pytest.mark.parametrize("damage", [no_room, a_link])
def test_what_cannot_be_written_is_made_again(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """Nothing is raised, nothing is kept, and nothing of others is touched."""
    damage(tmp_path)
    packs = Packs(tmp_path / "packs", LARGE)
    packs.keep(KEYS[0], b"content")
    packs.prune()
    assert packs.load(KEYS[0]) is None
    assert not list(tmp_path.rglob(f"*{SUFFIX}"))


def test_only_packs_of_ours_are_read_or_removed(tmp_path: Path) -> None:
    """A link that leads to a pack elsewhere, and files of other names."""
    Packs(tmp_path / "other", LARGE).keep(KEYS[0], b"theirs")
    [theirs] = files(tmp_path / "other")
    packs = Packs(tmp_path / "packs", 0)
    packs.keep(KEYS[1], b"ours")
    (tmp_path / "packs" / theirs.name).symlink_to(theirs)
    (tmp_path / "packs" / f"mine{SUFFIX}").write_bytes(theirs.read_bytes())
    (tmp_path / "packs" / "mine.json").write_text("{}", "utf-8")
    (tmp_path / "packs" / f"{KEYS[0]}.json").write_text("{}", "utf-8")  # of an earlier version
    Packs(tmp_path / "packs", 0).prune()
    assert kept(tmp_path / "packs") == {}
    left = {path.name for path in (tmp_path / "packs").iterdir()} - {theirs.name}
    assert {"mine.json", f"mine{SUFFIX}"} <= left and f"{KEYS[0]}.json" not in left
    assert kept(tmp_path / "other") == {KEYS[0]: b"theirs"}
