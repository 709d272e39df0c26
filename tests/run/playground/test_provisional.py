"""An edited session runs from the edit on, at once; what is recorded is the whole of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from filelock import FileLock
from hanging import LIMIT
from projects import ProjectDir

from notewright.note.sessions import group
from notewright.run.backlog import Backlog
from notewright.run.engine import Engine
from notewright.run.playground import provisional
from notewright.run.playground.provisional import Provisional
from notewright.run.verdicts import CellResult
from notewright.settings import Settings
from notewright.vault.vault import Vault

pytestmark = pytest.mark.gate

SLOW = "import time\ntime.sleep(0.25)\nopen('out/ran', 'a').write('x')\nx = [1]"


class Served:
    """A note whose sessions are left to a backlog, as `serve` does, and edits of it."""

    def __init__(self, root: Path) -> None:
        self.project = ProjectDir(root)
        self.project.configure({"workers": 1, "writable": ["out"]})
        self.engine = Engine(Settings.load(root))
        settings = self.engine.settings
        self.backlog = self.engine.backlog = Backlog(settings, lambda _: None)
        self.edits = self.backlog.edits = Provisional(settings, lambda _: None)
        self.backlog.release()

    def write(self, *codes: str) -> None:
        """Write the note, of one session."""
        words = ["", *["continuation"] * (len(codes) - 1)]
        cells = [f"```python {word}\n{code}\n```" for word, code in zip(words, codes, strict=True)]
        self.project.write({"docs/a.md": "\n\n".join(["# A", *cells, ""])})

    def look(self) -> Sequence[CellResult]:
        """Look at the note, as a build does."""
        self.backlog.begin_build()
        return self.engine.run(Vault.scan(self.engine.settings)).cells["a.md"]

    def wait(self, holds: Callable[[Sequence[CellResult]], bool]) -> Sequence[CellResult]:
        """Look until something holds."""
        end = time.monotonic() + LIMIT
        while not holds(found := self.look()):
            assert time.monotonic() < end, found
            time.sleep(0.05)
        return found

    def settle(self) -> Sequence[CellResult]:
        """Wait until all of it has run."""
        return self.wait(lambda found: not any(each.waits_for for each in found))

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let the whole session wait: another process seems to run it."""
        vault = Vault.scan(self.engine.settings)
        with ExitStack() as stack:
            for session in group(vault.notes["a.md"].cells):
                lock: FileLock = stack.enter_context(self.engine.records.lock(session.key))
                assert lock.is_locked
            yield

    @property
    def ran(self) -> int:
        """How often the slow cell ran."""
        return len((self.project.root / "out/ran").read_text("utf-8"))


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A note that is served."""
    monkeypatch.delenv("NOTEWRIGHT_EXECUTE", raising=False)
    (tmp_path / "out").mkdir()
    found = Served(tmp_path)
    yield found
    found.backlog.close()
    found.engine.close()


def texts(found: Sequence[CellResult]) -> str:
    """What cells printed."""
    return "".join(str(output.get("text", "")) for each in found for output in each.outputs)


def test_an_edit_finds_what_the_cells_above_left(served: Served) -> None:
    """It runs in a copy of their state; they run again for the record alone."""
    served.write(SLOW, "print('first', x)", "print('end')")
    assert texts(served.settle()) == "first [1]\nend\n"
    ran = served.ran
    for number, word in enumerate(("second", "third", "fourth")):
        served.write(SLOW, f"print('{word}', x)", "x.append(2)\nprint('end', x)")
        with served.held():
            found = served.wait(lambda found: "end" in texts(found))
            assert texts(found) == f"{word} [1]\nend [1, 2]\n"
            assert [bool(each.waits_for) for each in found] == [False, True, True]
            assert served.ran == ran + 1 + number  # its state is made once; below, the whole runs
        found = served.settle()
        assert texts(found) == f"{word} [1]\nend [1, 2]\n"
        assert not any(each.was_otherwise for each in found)


def test_what_the_whole_shows_otherwise_is_told(served: Served) -> None:
    """The page has what the whole session gave, and says that it is another."""
    served.write(SLOW, "print('one')")
    served.settle()
    served.write(SLOW, "import os\nprint('process', os.getpid())")
    with served.held():
        before = served.wait(lambda found: "process" in texts(found))
    after = served.settle()
    assert texts(before) != texts(after)
    assert [each.was_otherwise for each in after] == [False, True]
    served.write(SLOW, "print('two')")
    assert not any(each.was_otherwise for each in served.settle())


@pytest.mark.parametrize(
    ("above", "edited"),
    [
        ("x = [1]", ("x = [1]", "print('now')")),  # that takes no time
        (SLOW, (f"{SLOW}\ny = 1", "print('now')")),  # the first cell is another
    ],
)
def test_who_gains_nothing_waits(
    served: Served, above: str, edited: Sequence[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the whole session, as ever."""
    monkeypatch.setattr(provisional, "WORTH", 0.2 if above == SLOW else LIMIT)  # whatever the load
    served.write(above, "print('before')")
    served.settle()
    served.write(*edited)
    with served.held():
        for _ in range(10):
            assert texts(served.look()) == ""
            time.sleep(0.05)
    assert texts(served.settle()) == "now\n"


def test_what_the_cells_above_read_is_as_they_read_it(served: Served) -> None:
    """Where it changed, what they showed is old, and so is the state that they left."""
    served.project.write({"data.txt": "one"})
    above = f"{SLOW}\nfrom pathlib import Path\nword = Path('data.txt').read_text()"
    served.write(above, "print(word, 1)")
    served.settle()
    served.write(above, "print(word, 2)")
    with served.held():
        served.wait(lambda found: "one 2" in texts(found))
    served.settle()
    served.project.write({"data.txt": "two"})
    served.edits.begin_anew()  # as `serve` does when it hears of it
    served.write(above, "print(word, 3)")
    with served.held():
        for _ in range(10):
            assert "one" not in texts(served.look())
            time.sleep(0.05)
    assert texts(served.settle()) == "two 3\n"


def test_a_cell_that_fails_is_left_to_the_whole(served: Served) -> None:
    """What is wrong is told once, of what is recorded; the cells above it are shown."""
    served.write(SLOW, "print('before')")
    served.settle()
    served.write(SLOW, "print('before')", "1 / 0")
    with served.held():
        found = served.wait(lambda found: "before" in texts(found))
        assert found[-1].record is None and not any(each.problems for each in found)
    found = served.settle()
    assert "ZeroDivisionError" in str(found[-1].problems)
