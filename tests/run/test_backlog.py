"""Stale sessions run behind a server: in its order, each once, and none for ever."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hanging import LIMIT
from projects import ProjectDir

from notewright.run import backlog as backlog_module
from notewright.run.backlog import Backlog
from notewright.run.engine import Engine, Run
from notewright.settings import Settings
from notewright.vault.vault import Vault


class Served:
    """A project whose stale sessions are left to a backlog, as `serve` does."""

    def __init__(self, root: Path, notes: dict[str, str], **options: object) -> None:
        self.project = ProjectDir(root)
        self.project.configure({"workers": 1, "writable": ["out"], **options})
        self.project.write({f"docs/{name}.md": text for name, text in notes.items()})
        self.told: list[str] = []
        self.passed = 0.0  # seconds for which the test waited: a slow machine is no pause
        self.engine = Engine(Settings.load(root))
        settings = self.engine.settings
        self.backlog = self.engine.backlog = Backlog(settings, self.told.append, self.clock)

    def clock(self) -> float:
        """Stands still while sessions run, however slow the machine is."""
        return self.passed

    def look(self, *, edited: bool = True) -> Run:
        """Look at the vault, as a build does; what is stale is left to the backlog."""
        if edited:
            self.backlog.begin_build()
        return self.engine.run(Vault.scan(self.engine.settings))

    def settle(self, most: int = 40) -> Run:
        """Look again as long as something runs; at most so often."""
        run = self.look(edited=False)
        for _ in range(most):
            if not run.waiting:
                return run
            assert self.backlog.wait(LIMIT)
            run = self.look(edited=False)
        return run


Serve = Callable[..., Served]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Serve notes, from the moment at which the test releases the backlog."""
    running: list[Served] = []

    def start(notes: dict[str, str], **options: object) -> Served:
        running.append(Served(tmp_path, notes, **options))
        return running[-1]

    yield start
    for each in running:
        each.backlog.close()


def cell(code: str) -> str:
    """A note with one cell."""
    return f"# Note\n\n```python\n{code}\n```\n"


def texts(run: Run, note: str) -> str:
    """What the cells of a note printed."""
    results = run.cells[f"{note}.md"]
    return "".join(output["text"] for each in results for output in each.outputs)


def counted(root: Path) -> int:
    """How often a cell that says so in a file ran."""
    file = root / "out/ran"
    return len(file.read_text()) if file.exists() else 0


COUNT = "open('out/ran', 'a').write('x')"


def test_a_build_goes_on_and_what_ran_is_there_later(serve: Serve) -> None:
    """Nothing runs before the server is ready; then each runs once, and says so."""
    served = serve({"a": cell("print(1)"), "b": cell("print(2)")})
    run = served.look()
    assert run.waiting == 2 and not run.ran and not run.problems
    assert [each.waits_for for each in run.cells["a.md"]] == ["docs/a.md:3"]
    assert served.backlog.places() == {"docs/a.md:3": 1, "docs/b.md:3": 2}
    assert "2 still to run" in run.summary(0)
    served.backlog.release()
    run = served.settle()
    assert (texts(run, "a"), texts(run, "b")) == ("1\n", "2\n")
    assert sorted(served.told) == ["docs/a.md", "docs/b.md"] and not served.backlog.places()


def test_what_is_looked_at_runs_first(serve: Serve) -> None:
    """Also what was put first while others ran."""
    notes = {f"n{number}": cell(f"print({number})\n{COUNT}") for number in range(7)}
    served = serve(notes)
    (served.project.root / "out").mkdir()
    served.backlog.put_first(["docs/n5.md", "docs/n3.md"])
    served.look()
    assert served.backlog.places()["docs/n5.md:3"] == 1
    served.backlog.release()
    served.settle()
    assert served.told[:2] == ["docs/n5.md", "docs/n3.md"] and len(served.told) == 7


def test_what_comes_while_others_run_does_not_wait_for_their_end(serve: Serve) -> None:
    """There is a free worker for it."""
    wait = "import time, pathlib\nwhile not pathlib.Path('out/go').exists(): time.sleep(0.02)"
    served = serve({"slow": cell(wait), "b": "# B\n"}, workers=2)
    (served.project.root / "out").mkdir()
    served.backlog.release()
    served.look()
    while 0 not in served.backlog.places().values():
        time.sleep(0.02)
    served.project.write({"docs/b.md": cell("print('quick')")})
    served.look()
    end = time.monotonic() + LIMIT
    while "docs/b.md" not in served.told:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert "docs/slow.md" not in served.told
    (served.project.root / "out/go").touch()
    assert texts(served.settle(), "b") == "quick\n"


@pytest.mark.parametrize("code", ["1 / 0", "import os; os._exit(3)", "assert open('x.txt').read()"])
def test_a_failing_session_does_not_run_again_until_something_is_edited(
    serve: Serve, code: str
) -> None:
    """Its failure is told at its line; after an edit of what it read, it may end well."""
    served = serve({"a": cell(f"{COUNT}\n{code}")})
    (served.project.root / "out").mkdir()
    served.project.write({"x.txt": ""})
    served.backlog.release()
    served.look()
    run = served.settle()
    for _ in range(3):
        run = served.settle()
    assert counted(served.project.root) == 1
    assert [problem.file for problem in run.problems] == ["docs/a.md"]
    served.project.write({"x.txt": "text", "docs/a.md": cell(f"{COUNT}\nprint('well')")})
    served.look()
    assert texts(served.settle(), "a") == "well\n"


def test_a_file_that_is_mended_lets_the_session_run_again(serve: Serve) -> None:
    """Though its code is the same."""
    served = serve({"a": cell("print(int(open('x.txt').read()))")})
    served.project.write({"x.txt": "no number"})
    served.backlog.release()
    served.look()
    assert len(served.settle().problems) == 1
    served.project.write({"x.txt": "7"})
    served.look()
    assert texts(served.settle(), "a") == "7\n"


def test_a_session_that_changes_what_it_reads_pauses(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It runs a few times, is shown as it ended last, and is looked at again later."""
    monkeypatch.setattr(backlog_module, "PAUSE", 0.2)
    code = "import pathlib\nfile = pathlib.Path('out/n')\nn = int(file.read_text()) + 1\n"
    served = serve({"a": cell(f"{code}file.write_text(str(n))\nprint(n)")})
    served.project.write({"out/n": "0"})
    served.backlog.release()
    served.look()
    run = served.settle()
    assert not run.waiting and texts(run, "a") == f"{backlog_module.IN_A_ROW}\n"
    end = time.monotonic() + LIMIT
    while "" not in served.told:  # it is time to look again
        assert time.monotonic() < end
        time.sleep(0.05)
    assert not served.look(edited=False).waiting
    served.passed += 0.3
    assert served.look(edited=False).waiting == 1


def test_what_cannot_be_recorded_is_said_and_tried_after_the_next_edit(serve: Serve) -> None:
    """Nothing runs in vain meanwhile."""
    served = serve({"a": cell("print(1)")})
    served.look()
    state = served.engine.settings.state_dir
    for name in ("records", "locks"):
        (state / name).mkdir(parents=True, exist_ok=True)
    (state / "locks").rmdir()
    (state / "locks").write_text("in the way")
    served.backlog.release()
    assert served.backlog.wait(LIMIT)
    assert "cannot write to" in served.backlog.error
    assert served.look(edited=False).waiting == 1
    (state / "locks").unlink()
    served.look()
    assert texts(served.settle(), "a") == "1\n" and not served.backlog.error


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_what_nobody_foresaw_is_told_and_nothing_waits_for_it(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next edit begins anew."""
    served = serve({"a": cell("print(1)")})
    served.look()
    with monkeypatch.context() as broken:
        broken.setattr(served.backlog._engine, "catch_up", lambda *_: {}["gone"])
        served.backlog.release()
        assert served.backlog.wait(LIMIT)
    assert "internal error (KeyError('gone')): cells no longer run" in served.backlog.error
    assert served.backlog.is_idle
    end = time.monotonic() + LIMIT
    while "" not in served.told:  # it is time to look again
        assert time.monotonic() < end
        time.sleep(0.05)
    served.look()
    assert texts(served.settle(), "a") == "1\n" and not served.backlog.error


def test_two_servers_of_one_vault_run_each_session_once(serve: Serve, tmp_path: Path) -> None:
    """The second reads what the first recorded."""
    notes = {f"n{number}": cell(f"{COUNT}\nprint({number})") for number in range(4)}
    first = serve(notes)
    (tmp_path / "out").mkdir()
    second = Served(tmp_path, notes)
    for each in (first, second):
        each.look()
        each.backlog.release()
    runs = [each.settle() for each in (first, second)]
    second.backlog.close()
    assert counted(tmp_path) == 4
    assert [texts(run, "n3") for run in runs] == ["3\n", "3\n"]


def test_a_closed_backlog_ends(serve: Serve) -> None:
    """Also if it is asked for more, and if another server has its session in hand."""
    served = serve({"a": cell("import time; time.sleep(0.3)"), "b": cell("print(2)")})
    before = threading.active_count()
    served.backlog.release()
    served.look()
    time.sleep(0.1)
    served.backlog.close()
    served.look()
    end = time.monotonic() + LIMIT
    while threading.active_count() > before:
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.gate
def test_order_and_edits_drawn_at_random(serve: Serve) -> None:
    """Whatever is edited while it runs, what is shown in the end is what the notes say."""
    rng = random.Random(0)
    served = serve({f"n{number}": cell(f"print('{number}')") for number in range(5)}, workers=2)
    served.backlog.release()
    said = {number: f"print('{number}')" for number in range(5)}
    for turn in range(25):
        number = rng.randrange(5)
        slow = rng.choice(["", "import time; time.sleep(0.1)\n", "1 / 0\n"])
        said[number] = f"{slow}print('{turn}')"
        served.project.write({f"docs/n{number}.md": cell(said[number])})
        served.look(edited=rng.random() < 0.8)
        served.backlog.put_first([f"docs/n{rng.randrange(5)}.md"])
        time.sleep(rng.choice([0, 0.05, 0.2]))
    run = served.settle()
    for number, code in said.items():
        fails = "1 / 0" in code
        assert texts(run, f"n{number}") == ("" if fails else code.split("'")[1] + "\n")
        assert any(problem.file == f"docs/n{number}.md" for problem in run.problems) == fails
