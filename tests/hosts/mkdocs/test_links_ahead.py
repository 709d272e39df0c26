"""The links of notes are read by a copy of the process, and are the same as without it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from notewright.hosts.mkdocs import in_copy
from notewright.hosts.mkdocs.links_ahead import links_ahead
from notewright.note import parse
from notewright.run.engine import Engine
from notewright.vault import backlinks, link_reading
from notewright.vault.backlinks import Web
from notewright.vault.vault import Vault

Scan = Callable[[Mapping[str, str | bytes]], Vault]

# The tests run in workers with threads; a build makes no copy of a process that has some.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")

COUNT = 80
NOTES = {
    f"n{number}.md": f"# N {number}\n\nFirst to [[n{(number * 7) % COUNT}|there]], then "
    f"[on](n{(number + 1) % COUNT}.md), [[nobody]].\n\n![[fig-one.svg]]\n"
    for number in range(COUNT)
}
MAKERS = {"fig-one": "n3.md"}


@pytest.fixture
def found(vault: Scan, monkeypatch: pytest.MonkeyPatch) -> Vault:
    """The vault on a machine with two cores."""
    monkeypatch.setattr(in_copy, "cores", lambda: 2)
    return vault(NOTES)


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note which texts are parsed for their links by this process."""
    parsed: list[str] = []
    reader = link_reading._Reader.references

    def references(self: link_reading._Reader) -> object:
        parsed.append(self._note.path)
        return reader(self)

    monkeypatch.setattr(link_reading._Reader, "references", references)
    return parsed


def is_gone(process: int) -> bool:
    """Whether a child has ended, and nobody waits for it any more."""
    try:
        os.waitpid(process, os.WNOHANG)
    except ChildProcessError:
        return True
    return False


def test_a_copy_reads_the_links(found: Vault, vault: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    """They, titles and first sentences are those that the process would read, and it reads none."""
    with links_ahead(found) as copy:
        process = copy._process
    assert process and is_gone(process)
    parsed = counted(monkeypatch)
    web = Web.of(found)
    assert not parsed
    assert web == Web.of(vault(NOTES)) and len(parsed) == COUNT == len(web.leads)
    assert [str(each) for note in found.notes.values() for each in note.wikilinks] == [
        str(each) for note in vault(NOTES).notes.values() for each in note.wikilinks
    ]


def test_the_process_parses_no_block_twice(found: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cells need and what links need is one parse, and it is still there for the pages."""
    parsed: list[str] = []
    tokens_of = parse.tokens_of

    def counted(text: str) -> object:
        parsed.append(text)
        return tokens_of(text)

    monkeypatch.setattr(parse, "tokens_of", counted)
    with links_ahead(found):
        Engine(found.settings, runs=False).run(found)
    Web.of(found)
    for note in found.notes.values():
        assert note.parse.blocks
    assert len(parsed) == len(set(parsed)) == COUNT


def test_the_process_does_its_part(
    found: Vault, vault: Scan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the last note on, to where its copy is: it would only wait."""
    names, process, go = list(found.notes), os.getpid(), tmp_path / "go"
    reader, read = link_reading._Reader.references, []

    def references(self: link_reading._Reader) -> object:
        path = self._note.path
        if os.getpid() == process:
            read.append(path)
            if path == names[2]:
                go.touch()
        elif path == names[1]:
            while not go.exists():
                time.sleep(0.01)
        return reader(self)

    monkeypatch.setattr(link_reading._Reader, "references", references)
    with links_ahead(found):
        pass
    assert read[: COUNT - 2] == names[:1:-1]
    assert Web.of(found) == Web.of(vault(NOTES))


def test_what_ran_decides_what_an_embed_stands_for(found: Vault, vault: Scan) -> None:
    """The copy did not know which cell makes a figure; the links lead to its note all the same."""
    with links_ahead(found):
        pass
    web = Web.of(found, MAKERS)
    assert web == Web.of(vault(NOTES), MAKERS)
    assert len([each for each in web.references if each.target == "n3.md"]) >= COUNT


def test_a_copy_that_ends_early_leaves_the_links_to_the_process(found: Vault, vault: Scan) -> None:
    """As if somebody killed it: nothing is lost."""
    with links_ahead(found) as copy:
        os.kill(copy._process, signal.SIGKILL)
    assert Web.of(found) == Web.of(vault(NOTES))


def test_a_run_that_fails_ends_the_copy(found: Vault) -> None:
    """It does not go on for nobody."""
    with pytest.raises(KeyboardInterrupt), links_ahead(found) as copy:
        process = copy._process
        raise KeyboardInterrupt
    assert process and is_gone(process)


def test_an_error_of_ours_is_told_as_without_a_copy(
    found: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A note with such an error is read by the process itself, which tells it."""
    lead = link_reading._Reader.lead

    def fails(self: link_reading._Reader) -> str:
        if self._note.path == "n5.md":
            raise ZeroDivisionError("ours")
        return lead(self)

    monkeypatch.setattr(link_reading._Reader, "lead", fails)
    with links_ahead(found):
        pass
    assert not found.notes["n5.md"].faults
    backlinks.Web.of(found)
    (fault,) = found.notes["n5.md"].faults
    assert "ours" in fault.message and not found.notes["n6.md"].faults


def test_there_is_no_copy_where_it_would_be_of_no_use(
    found: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On one core, and where the links are known."""
    Web.of(found)
    with links_ahead(found) as copy:
        assert not copy._process
    for note in found.notes.values():
        note.memory.clear()
    monkeypatch.setattr(in_copy, "cores", lambda: 1)
    with links_ahead(found) as copy:
        assert not copy._process
