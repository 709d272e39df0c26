"""End to end: every mistake becomes one clear line with note and line, and nothing else is lost.

All broken notes stand in one vault. A build, a test run and the command line each meet all
of them at once.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from projects import ProjectDir, Result, clean_environment, line_of, shown

pytestmark = pytest.mark.gate

HERE = "# HERE"
"""Marks the line of a note that the message must name."""


@dataclass(frozen=True)
class Case:
    """One broken note, and what must be said of it.

    Attributes:
        note: The note.
        message: A part of the message; with the line that `# HERE` marks, or `line`.
        line: The line, where no mark can stand.
        detail: A line that must follow among the details.
    """

    note: str
    message: str
    line: int = 0
    detail: str = ""

    def where(self, name: str) -> str:
        """The place that the message must begin with."""
        return f"docs/{name}.md:{self.line or line_of(self.note, HERE)}: "


SNIPPET = """
# --8<-- [start:define]
def inverse(x):
    return 1 / x


# --8<-- [end:define]
# --8<-- [start:fail]
zero = 1 - 1
inverse(zero)
# --8<-- [end:fail]


def deep(x):
    return deep(x + 1)
"""

CASES = {
    "syntax-error": Case("```python\nx = 1\nx = = 2  # HERE\n```\n", "SyntaxError: invalid syntax"),
    "indentation": Case("- ```python\n  if True:\n  x = 1  # HERE\n  ```\n", "IndentationError: "),
    "open-bracket": Case("```python\nx = (1,  # HERE\n```\n", "SyntaxError: '(' was never closed"),
    "exception": Case(
        "Text.\n\n```python\nx = 1\n\nprint(x + y)  # HERE\n```\n",
        "NameError: name 'y' is not defined",
        detail=">    6 | print(x + y)  # HERE",
    ),
    "in-a-function": Case(
        "```python\ndef f():\n    raise ValueError('no')  # HERE\n```\n"
        "```python continuation\nf()\n```\n",
        "ValueError: no",
    ),
    "long-message": Case(
        "```python\nraise ValueError('first\\nsecond\\nthird')  # HERE\n```\n", "ValueError: first"
    ),
    "in-shown-snippet": Case(
        '```python\n--8<-- "broken.py:define"\n\n--8<-- "broken.py:fail"\n```\n',
        "ZeroDivisionError: division by zero",
        4,
        "snippets/broken.py:4, inverse: return 1 / x",
    ),
    "in-imported-snippet": Case(
        "```python\nfrom snippets.broken import inverse  # HERE\n```\n",
        "ZeroDivisionError: division by zero",
        detail="snippets/broken.py:10, <module>: inverse(zero)",
    ),
    "snippet-is-no-python": Case(
        "```python\nimport snippets.no_python  # HERE\n```\n", "SyntaxError: "
    ),
    "shown-snippet-is-no-python": Case(
        '```python\nx = 1\n--8<-- "no_python.py"\n```\n',
        "SyntaxError: invalid syntax",
        3,
        "snippets/no_python.py:2",
    ),
    "endless-loop": Case(
        "```python\n#| timeout: 0.5\nx = 1\nwhile x: x += 1  # HERE\n```\n",
        "was stopped after 0.5 s of processor time",
    ),
    "endless-c": Case(
        "```python\n#| timeout: 0.5\nimport re\n\n"
        're.match(r"(a+)+$", "a" * 60 + "b")  # HERE\n```\n',
        "was stopped after 0.5 s of processor time",
    ),
    "endless-thread": Case(
        "```python\n#| timeout: 0.5\nimport threading\n"
        "threading.Thread(target=threading.Event().wait).start()\n```\n",
        "a thread was still running 1.5 s after the last cell",
        1,
    ),
    "endless-print": Case(
        "```python\n#| timeout: 0.5\nwhile True: print('again ' * 100)  # HERE\n```\n",
        "was stopped after 0.5 s of processor time",
    ),
    "stubborn": Case(
        "```python\n#| timeout: 0.5\nimport signal, time\n\n"
        "for each in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):\n"
        "    signal.signal(each, signal.SIG_IGN)\n"
        "while True:\n    try:\n        time.sleep(60)  # HERE\n"
        "    except BaseException:\n        pass\n```\n",
        "was stopped after it waited for 1.5 s",
    ),
    "sys-exit": Case(
        "```python\nimport sys\nsys.exit(0)  # HERE\n```\n",
        "SystemExit: 0. Remove the call, or add",
    ),
    "await": Case(
        "```python\n#| steps: true\nimport asyncio\nawait asyncio.sleep(0)  # HERE\nyield 1\n```\n",
        "'await' outside async function. Wrap it in `asyncio.run(…)`",
    ),
    "interrupt": Case("```python\nraise KeyboardInterrupt  # HERE\n```\n", "KeyboardInterrupt"),
    "os-exit": Case(
        "```python\nimport os\n```\n```python continuation\nos._exit(0)\n```\n",
        "the cell exited its process (exit status 0)",
        4,
    ),
    "abort": Case("```python\nimport os\n\nos.abort()\n```\n", "process was killed (signal 6)", 1),
    "segfault": Case(
        "```python\nimport ctypes\n\nctypes.string_at(0)\n```\n",
        "crashed in compiled code (signal 11)",
        1,
    ),
    "kill-itself": Case(
        "```python\nimport os\n\nos.kill(os.getpid(), 9)\n```\n", "process was killed (signal 9)", 1
    ),
    "kill-parent": Case(
        "```python\nimport os, time\n\nos.kill(os.getppid(), 9)\ntime.sleep(9)\n```\n",
        "the cell killed the process that runs notes",
        1,
    ),
    "memory": Case("```python\nx = bytearray(1 << 31)  # HERE\n```\n", "MemoryError"),
    "recursion": Case(
        "```python\nfrom snippets.recursive import deep\n\ndeep(1)  # HERE\n```\n",
        "RecursionError: ",
    ),
    "missing-snippet": Case(
        '```python\nx = 1\n--8<-- "brokne.py"\n```\n',
        "no snippet called `brokne.py`. Did you mean `broken.py`?",
        3,
    ),
    "missing-section": Case(
        '```python\nx = 1\n--8<-- "broken.py:defne"\n```\n',
        "`broken.py` has no section `defne`. Did you mean `define`?",
        3,
    ),
    "unknown-option": Case(
        "```python\n#| echo: true\n#| fig_alt: x\nx = 1\n```\n",
        "unknown option `fig_alt`. Did you mean `fig-alt`?",
        3,
    ),
    "option-is-no-yaml": Case("```python\n#| fig-alt: a: b\nx = 1\n```\n", "not valid YAML", 2),
    "option-of-wrong-type": Case(
        "```python\n#| echo: 3\nx = 1\n```\n", "invalid value for option `echo`: 3", 2
    ),
    "misspelled-continuation": Case(
        "```python\nx = 1\n```\n\n```python continuaton\nx\n```\n",
        "unknown keyword `continuaton` after `python`. Did you mean `continuation`?",
        5,
    ),
    "nothing-to-continue": Case(
        "Text.\n\n```python continuation\nx = 1\n```\n", "there is no cell above to continue", 3
    ),
    "unclosed-fence": Case(
        "Text.\n\n```python\nx = 1\n\nText.\n", "the code fence is never closed", 3
    ),
    "no-alt-text": Case(
        "```python\nimport matplotlib.pyplot as plt\n\nplt.plot([1, 2])\nplt.xlabel('x')\n"
        "plt.ylabel('y')\n```\n",
        (
            "the figure has no alt text. Describe it in the cell, for example "
            "`#| fig-alt: lines of y against x`"
        ),
        1,
    ),
    "error-not-raised": Case(
        "```python\n#| error: ValueError\nx = 1\n```\n",
        "the cell should raise ValueError, but raised no error",
        3,
    ),
    "other-error-raised": Case(
        "```python\n#| error: ValueError\nx = 1\nx.y  # HERE\n```\n",
        "the cell should raise ValueError, but raised AttributeError: 'int' object",
    ),
    "unsayable-error": Case(
        "```python\nclass Silent(Exception):\n    def __str__(self):\n"
        "        raise RuntimeError\n\n\nraise Silent  # HERE\n```\n",
        "Silent",
    ),
    "unshowable-value": Case(
        "```python\nclass Shy:\n    def __repr__(self):\n"
        "        raise RuntimeError('no')  # HERE\n\n\nShy()\n```\n",
        "RuntimeError: no",
    ),
    "closed-stdout": Case(
        "```python\nimport sys\n\nsys.stdout.close()\nprint('x')  # HERE\n```\n",
        "ValueError: I/O operation on closed file",
    ),
    "forked-child-fails": Case(
        "```python\nimport os\n\nif pid := os.fork():\n    os.waitpid(pid, 0)\nelse:\n"
        "    raise ValueError('in the child')\n```\n\n"
        "```python continuation\nraise ValueError('in the parent')  # HERE\n```\n",
        "ValueError: in the parent",
    ),
}

GOOD = {
    "docs/good.md": "```python\nprint('good')\n```\n",
    "docs/index.md": "# Home\n",
}


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """A vault with every mistake there is."""
    project = ProjectDir(tmp_path_factory.mktemp("failures"))
    project.configure({"timeout": 20, "memory": 1024, "output_limit": 16, "workers": 4})
    project.write({f"docs/{name}.md": case.note for name, case in CASES.items()})
    project.write({**GOOD, "snippets/broken.py": SNIPPET, "snippets/no_python.py": "x = 1\nx y\n"})
    project.write({"snippets/recursive.py": "def deep(x):\n    return deep(x + 1)\n"})
    return project


def _run(vault: ProjectDir) -> Result:
    return vault.notewright("run")


def _build(vault: ProjectDir) -> Result:
    return vault.build()


def _pytest(vault: ProjectDir) -> Result:
    return vault.pytest("-q", "-rN")


@pytest.fixture(scope="module", params=[_run, _build, _pytest])
def said(vault: ProjectDir, request: pytest.FixtureRequest) -> Result:
    """What one of the three readers of the vault says."""
    reader: Callable[[ProjectDir], Result] = request.param
    return reader(vault)


@pytest.mark.parametrize("name", CASES)
def test_one_clear_line(name: str, said: Result) -> None:
    """Each mistake is told once, at its note and line, among all others."""
    case = CASES[name]
    found = said.lines(case.where(name), case.message)
    assert len(found) == 1, "\n".join(said.lines(f"docs/{name}.md")) or "nothing is said of it"
    assert case.detail in said.output


def test_status_and_tone(said: Result) -> None:
    """The exit status is 1, and nothing is said of the engine's own code."""
    assert said.status == 1
    for word in ("Traceback", "notewright/", "session.py", "zygote"):
        assert not said.lines(word), "\n".join(said.lines(word))


def test_details_are_short(said: Result) -> None:
    """A thousand equal frames, or a megabyte of prints, are not repeated for the writer."""
    assert len(said.lines("recursive.py")) <= 10
    assert len(said.lines("again again")) <= 300  # pytest-markdown-docs


@pytest.mark.nightly
def test_records_that_cannot_be_written(tmp_path: Path) -> None:
    """A disk that refuses is one clear line, not a traceback."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": "```python\n1\n```\n", ".notewright": "a file in the way"})
    for result in (project.build(), project.notewright("run"), project.pytest("-rN")):
        assert result.status == 1
        assert len(result.lines("cannot write to")) == 1
        assert "Traceback" not in result.output


@pytest.mark.nightly
def test_what_follows_a_failed_cell_is_not_run(vault: ProjectDir) -> None:
    """Cells after a failed one say so; the cells of other sessions are not concerned."""
    vault.write(
        {
            "docs/three.md": """\
                ```python
                x = 1
                ```

                ```python continuation
                1 / 0
                ```

                ```python continuation
                print(x)
                ```

                ```python
                print("another session")
                ```
                """
        }
    )
    ran = vault.notewright("run", "docs/three.md")
    assert ran.lines("docs/three.md:6: ZeroDivisionError")
    assert ran.lines("docs/three.md:9: not run, because the cell at line 6 failed")
    assert not ran.lines("docs/three.md:1:") and not ran.lines("docs/three.md:13:")
    tested = vault.pytest("-v", "-rN", "-k", "three")
    assert len(tested.lines("three.md::[CodeFence", "FAILED")) == 2
    assert len(tested.lines("three.md::[CodeFence", "PASSED")) == 2
    (vault.root / "docs/three.md").unlink()


def test_nothing_good_is_lost(vault: ProjectDir, said: Result) -> None:
    """What ran well is recorded, whatever its neighbours did to their processes."""
    why = vault.notewright("why", "good")
    assert "docs/good.md:1: fresh" in why.output


def test_notes_that_cannot_be_read(tmp_path: Path) -> None:
    """Properties that are no YAML, and a file that is no UTF-8: the note, with the line."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": "# Home\n", "docs/list.md": "---\n- a\n---\n\nText.\n"})
    project.write({"docs/yaml.md": "---\ntitle: a\ntags: [a: b: c\n---\n\nText.\n"})
    tested = project.pytest("-rN")
    (project.root / "docs/latin.md").write_bytes(b"Text.\n\nm\xfcde\n")
    built, ran = project.build(), project.notewright("run")
    for result in (built, ran):
        assert len(result.lines("docs/latin.md:3: not valid UTF-8")) == 1
    for result in (built, ran, tested):
        assert result.status == 1
        assert "Traceback" not in result.output
        assert len(result.lines("docs/yaml.md:3: the properties are not valid YAML")) == 1
        assert (
            len(result.lines("docs/list.md:2: the properties are not written as `name: value`"))
            == 1
        )


LINKS = {
    "docs/index.md": """\
        # Home

        See [[Anothr]] and
        [[another#Nothing]], and ![[picture.png]], and [[another#^none]].

        ```python
        x = [[1, 2], [3, 4]]
        1 / 0
        ```
        """,
    "docs/another.md": "# Another\n\nThe formula $\\frac{1}{$ is broken.\n",
    "docs/third.md": "# Third\n\nAnd $\\frac{2}{$ too.\n",
    "docs/picture.png": "not really",
}


@pytest.mark.nightly
def test_links_and_cells_are_judged_in_one_go(tmp_path: Path) -> None:
    """A broken link, a missing heading, an image without alt text, beside a failing cell."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write(LINKS)
    for result in (project.build(), project.notewright("check"), project.pytest("-rN")):
        assert result.status == 1
        assert "Traceback" not in result.output
        assert len(result.lines("docs/index.md:3:5: no note or file called `Anothr`")) == 1, (
            result.output
        )
        assert result.lines("docs/index.md:3:", "Did you mean `another`?")
        assert len(result.lines("docs/index.md:4:1: `another` has no heading `Nothing`")) == 1
        assert len(result.lines("docs/index.md:4:26: the image `picture.png` has no alt text")) == 1
        assert len(result.lines("docs/index.md:4:48: `another` has no block or label `^none`")) == 1
        assert len(result.lines("docs/index.md:8: ZeroDivisionError")) == 1


@pytest.mark.parametrize(
    ("note", "line"),
    [
        ("Text.\n\n- ```python\n  1\n  ```\n", 3),
        ("- item\n\n  ```python\n  1\n  ```\n", 3),
        ("!!! note\n\n    Text.\n\n<div markdown>\n```python\n1\n```\n</div>\n", 6),
    ],
)
def test_site_and_tests_see_the_same_cells(tmp_path: Path, note: str, line: int) -> None:
    """A fence that only one of the two readers takes for a cell is an error, never a loss."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": note})
    built = project.build()
    if built.status == 0:
        page = project.page("index")
        tested = project.pytest("--collect-only", "-q").lines("CodeFence")
        assert page.count('class="nw-cell"') == len(shown(page)) == len(tested)
    else:
        assert built.status == 1 and "Traceback" not in built.output
        assert len(built.lines(f"docs/index.md:{line}: ", "cell")) == 1, built.output


def test_a_broken_link_alone_fails_the_build(tmp_path: Path) -> None:
    """A strict build ends with status 1 for a link that leads nowhere, and names it."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": "# Home\n\n| a |\n|---|\n| [[nowhere\\|there]] |\n"})
    result = project.build()
    assert result.status == 1
    assert len(result.lines("docs/index.md:5:3: no note or file called `nowhere`")) == 1


def test_broken_formulas_are_reported_at_once(tmp_path: Path) -> None:
    """All formulas of the vault that cannot be shown, each at its line."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": "# Home\n", **{n: LINKS[n] for n in list(LINKS)[1:3]}})
    result = project.build()
    assert result.status == 1
    assert "Traceback" not in result.output
    assert result.lines("docs/another.md:3: cannot show the formula")
    assert result.lines("docs/third.md:3: cannot show the formula")


@pytest.mark.parametrize("before", ["> > ", ">>", "  ", "- > "])
def test_a_formula_of_several_lines_is_told_once(tmp_path: Path, before: str) -> None:
    """In a quote or an item it was told again, at the first line of its note."""
    project = ProjectDir(tmp_path)
    project.configure()
    first, *others = ["$$", r"\begin{split}", r"\foo", r"& \\", "b", r"\end{split}", "$$"]
    after = before.replace("-", " ")
    formula = "\n".join([f"{before}{first}", *(f"{after}{each}" for each in others)])
    project.write({"docs/index.md": f"# Home\n\n> Words.\n\n{formula}\n"})
    result = project.build()
    assert result.status == 1
    told = result.lines("the formula")
    assert len(told) == 1 and "docs/index.md:6: " in told[0], result.output


@pytest.mark.nightly
@pytest.mark.parametrize("options", [{"tiemout": 3}, {"timeout": "long"}, {"timeout": -1}])
def test_a_wrong_setting_is_one_line(tmp_path: Path, options: dict[str, object]) -> None:
    """A wrong option in `mkdocs.yml` is named by every reader, without a traceback."""
    project = ProjectDir(tmp_path)
    project.configure(options)
    project.write({"docs/index.md": "```python\n1\n```\n"})
    for result in (project.build(), project.notewright("run"), project.pytest()):
        assert result.status not in (0, 3), result.output
        assert next(iter(options)) in result.output
        assert "Traceback" not in result.output
        assert "INTERNALERROR" not in result.output


def test_a_long_output_is_cut_with_a_notice(tmp_path: Path) -> None:
    """A cell that prints too much still counts; the page says that its output ends there."""
    project = ProjectDir(tmp_path)
    project.configure({"output_limit": 2})
    note = "```python\nfor number in range(5000):\n    print(number)\n```\n"
    project.write({"docs/index.md": note + "\n```python continuation\n'the end'\n```\n"})
    built = project.build()
    assert built.status == 0, built.output
    outputs = shown(project.page("index"))
    assert outputs[0][1].startswith("0\n1\n2\n")
    assert len(outputs[0][1]) <= 2048
    assert ("stderr", "[output truncated: a session can print at most 2 KiB]") in outputs
    assert ("result", "'the end'") in outputs


def test_a_cell_that_forks_counts_once(tmp_path: Path) -> None:
    """A copy of the process that runs off the end of its cell publishes nothing of its own."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write(
        {
            "docs/index.md": """\
            ```python
            import os

            pid = os.fork()
            if pid:
                os.waitpid(pid, 0)
                print("parent")
            ```

            ```python continuation
            print("next")
            ```
            """
        }
    )
    built = project.build()
    assert built.status == 0, built.output
    assert shown(project.page("index")) == [("stdout", "parent"), ("stdout", "next")]
    assert project.build().counts == (0, 1, 0)


TELLS = {"writable": ["../told"]}
"""Lets cells say which processes they are."""

ORPHAN = """
```python
import os, subprocess

file = open("../told/pids", "a")
print(subprocess.Popen(["sleep", "300"], start_new_session=True).pid, file=file, flush=True)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        print(os.getpid(), file=file, flush=True)
        import time
        time.sleep(300)
    os._exit(0)
while len(open("../told/pids").read().split()) < 2:
    pass
{last}
```
"""


@pytest.mark.nightly
@pytest.mark.parametrize("last", ["", "1 / 0", "os._exit(1)", "while True: pass"])
def test_no_process_outlives_the_run(tmp_path: Path, last: str) -> None:
    """Processes in groups of their own end with the session that started them."""
    project = ProjectDir(tmp_path / "project")
    (tmp_path / "told").mkdir()
    project.configure({**TELLS, "timeout": 1.5})
    project.write({"docs/index.md": ORPHAN.format(last=last)})
    project.notewright("run")
    pids = [int(pid) for pid in (tmp_path / "told" / "pids").read_text().split()]
    assert len(pids) == 2
    assert _survivors(pids) == []


WAITS = """
```python
import os, time

print(os.getpid(), file=open("../told/pids", "a"))
time.sleep(300)
```
"""

KILLS = """
```python
import os, time

while not os.path.exists("../told/pids"):
    time.sleep(0.05)
os.kill(os.getppid(), 9)
```
"""


def test_workers_end_with_a_killed_parent(tmp_path: Path) -> None:
    """A cell that kills the warm parent leaves no neighbour running for ever."""
    project = ProjectDir(tmp_path / "project")
    (tmp_path / "told").mkdir()
    project.configure({**TELLS, "timeout": 1, "workers": 2})
    project.write({"docs/index.md": WAITS, "docs/kills.md": KILLS})
    result = project.notewright("run")
    assert result.lines("docs/kills.md:2: the cell killed the process that runs notes")
    assert result.lines("docs/index.md:6: the cell was stopped after it waited for 3 s")
    pids = [int(pid) for pid in (tmp_path / "told" / "pids").read_text().split()]
    assert _survivors(pids) == []


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)],
)
def test_workers_end_with_a_stopped_build(
    tmp_path: Path, number: signal.Signals, status: int
) -> None:
    """Ctrl-C, or the end of the command by force, ends what it started; no traceback."""
    project = ProjectDir(tmp_path / "project")
    (tmp_path / "told").mkdir()
    project.configure(TELLS)
    project.write({"docs/index.md": WAITS, "docs/more.md": WAITS.replace("300", "200")})
    process = subprocess.Popen(
        [Path(sys.executable).with_name("notewright"), "run"],
        cwd=project.root,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    pids: list[str] = []
    ends = time.monotonic() + 60
    while len(pids) < min(2, len(os.sched_getaffinity(0))) and time.monotonic() < ends:
        time.sleep(0.05)
        if (tmp_path / "told" / "pids").exists():
            pids = (tmp_path / "told" / "pids").read_text().split()
    process.send_signal(number)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == status
    assert not re.search("Traceback|Error", output)
    assert pids and _survivors([int(pid) for pid in pids]) == []


def _survivors(pids: list[int]) -> list[int]:
    """Processes that still live after a moment."""
    ends = time.monotonic() + 30
    while (alive := [pid for pid in pids if _lives(pid)]) and time.monotonic() < ends:
        time.sleep(0.05)
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
    return alive


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_an_error_in_a_function_of_an_earlier_cell_shows_where_it_was_called(
    project: Callable[..., Path],
) -> None:
    """The line that raises is shown with its neighbours, and the call that led to it."""
    half = "```python\ndef half(n):\n    return 1 / n\n```\n"
    note = f"{half}\n```python continuation\nhalf(0)\n```\n"
    ran = ProjectDir(project({"docs/a.md": note})).notewright("run")
    assert ran.lines("docs/a.md:3: ZeroDivisionError: division by zero")
    assert ran.lines(">    3 |     return 1 / n")
    assert ran.lines("  in docs/a.md:7, <module>: half(0)")


def test_a_thread_that_dies_is_told_without_paths(project: Callable[..., Path]) -> None:
    """What a page shows of it names no place on the machine that built it."""
    start = "t = threading.Thread(target=lambda: 1 / 0)\nt.start()\nt.join()"
    note = f"```python\nimport threading\n{start}\n```\n"
    root = project({"docs/a.md": note})
    assert ProjectDir(root).notewright("run").status == 0
    (record,) = (root / ".notewright/records").glob("*.json")
    assert "ZeroDivisionError: division by zero" in record.read_text("utf-8")
    assert "threading.py" not in record.read_text("utf-8")


def test_pytest_tests_the_cells_of_a_note_that_begins_with_a_bom(
    project: Callable[..., Path],
) -> None:
    """Also if a fence is its first line, which the mark of the encoding stands before."""
    root = project({"docs/bom.md": "\ufeff```python\n1 / 0\n```\n"})
    result = ProjectDir(root).command("-m", "pytest", "-q", "docs/bom.md")
    assert result.status == 1
    assert "docs/bom.md:2" in result.output and "ZeroDivisionError" in result.output
