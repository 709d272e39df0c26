"""End to end: a cell runs again when what it depends on changed, and never otherwise.

Every cell here appends its name to a file outside the project, which counts its runs.
"""

from __future__ import annotations

import json
import os
import py_compile
import re
import shutil
import sqlite3
import textwrap
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from projects import ProjectDir, Result, texts

import notewright
from notewright.run.seals import seal

pytestmark = pytest.mark.gate


class Counted:
    """A project whose cells count their runs."""

    def __init__(self, place: Path) -> None:
        self.project = ProjectDir(place / "project")
        self.root = self.project.root
        self.runs = place / "told/runs"
        self._seen = 0
        self.configure({})
        self.project.write({"docs/index.md": "# Home\n"})

    def configure(self, options: Mapping[str, Any]) -> None:
        """Set options beside those that let cells count, and write what some of them do."""
        writable = ["../told", "changing", "compiled", "data", "declared", "listed", "made"]
        self.project.configure({"memory": 8192, "writable": writable, **options})

    def note(self, path: str, *codes: str, prose: str = "") -> None:
        """Write a note with one session, whose first cell counts under the note's name."""
        name = Path(path).stem
        count = f'open("{self.runs}", "a").write("{name}\\n")\n'
        cells = [textwrap.dedent(code).strip("\n") for code in codes]
        options = re.match(r"(?:#\|.*\n)*", cells[0])[0]
        cells[0] = options + count + cells[0].removeprefix(options)
        fences = [
            f"```python{' continuation' if number else ''}\n{code}\n```\n"
            for number, code in enumerate(cells)
        ]
        self.project.write({f"docs/{path}.md": prose + "\n".join(fences)})

    def ran(self, reader: Callable[..., Result] | None = None, *words: str) -> Counter[str]:
        """Bring the records up to date; the names of the notes whose cells ran for it."""
        result = (reader or self.project.notewright)(*(words or ("run",)))
        assert result.status == 0, result.output
        return self.fresh_runs()

    def fresh_runs(self) -> Counter[str]:
        """Names of the notes whose cells ran since the last look."""
        names = self.runs.read_text().split() if self.runs.exists() else []
        new, self._seen = names[self._seen :], len(names)
        return Counter(new)

    def build(self) -> Counter[str]:
        """Build the site."""
        return self.ran(self.project.build, "--quiet")

    def pytest(self) -> Counter[str]:
        """Run the tests."""
        return self.ran(self.project.pytest, "-q")

    def why(self, note: str) -> str:
        """What `notewright why` says of a note."""
        result = self.project.notewright("why", note)
        assert result.status == 0, result.output
        return result.output

    def records(self) -> list[Path]:
        """Files of all records."""
        return sorted((self.root / ".notewright/records").glob("*.json"))

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace text in a file."""
        file = self.root / path
        text = file.read_text("utf-8")
        assert text.count(old) == 1
        file.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def counted(tmp_path: Path) -> Counted:
    """An empty project whose notes count their runs."""
    return Counted(tmp_path)


@pytest.mark.nightly
def test_site_and_tests_share_their_runs(counted: Counted) -> None:
    """After a build the tests run no cell, and the other way round; nor does anything else."""
    counted.note("a", "1 + 1", "2 + 2")
    counted.note("deep/er/b", "print('b')")
    assert counted.build() == {"a": 1, "b": 1}
    assert counted.pytest() == {}
    assert counted.build() == {}
    assert counted.ran() == {}
    for record in counted.records():
        record.unlink()
    assert counted.pytest() == {"a": 1, "b": 1}
    assert counted.build() == {}
    assert counted.ran(counted.project.notewright, "check") == {}
    assert "fresh" in counted.why("a") and "stale" not in counted.why("a")


@pytest.mark.parametrize(
    "code",
    [
        "import sys\nprint(sys._getframe().f_lineno)",
        "import inspect\nprint(inspect.stack()[0][2])",
        "import inspect\ndef f(): pass\nprint(inspect.getsourcelines(f)[1])",
        "import logging, sys\nlogging.basicConfig(format='%(lineno)d', stream=sys.stdout)\n"
        "logging.warning('')",
        "import sys\nname = 'f_line' + 'no'\nprint(f'a.md:{getattr(sys._getframe(), name)}')",
    ],
)
def test_a_line_that_a_cell_prints_follows_it(counted: Counted, code: str) -> None:
    """Whether lines come above it or options into it; a cell that asks for none does not run."""
    counted.note("a", code)
    counted.note("b", "class np:\n    stack = list\nprint(np.stack([1]))")
    assert counted.ran() == {"a": 1, "b": 1}
    for name in "ab":
        counted.edit(f"docs/{name}.md", "```python\n", "Prose.\n\n```python\n")
    assert "the cells have moved, and an output may contain a line number" in counted.why("a")
    assert counted.ran() == {"a": 1}
    counted.edit("docs/a.md", "```python\n", "```python\n#| echo: false\n")
    assert counted.ran() == {"a": 1}


def test_only_an_edited_session_runs(counted: Counted) -> None:
    """Prose, place and looks of a cell do not matter; its code does, for its session alone."""
    counted.note("a", "x = 1", "print(x)")
    counted.note("b", "print('b')")
    assert counted.ran() == {"a": 1, "b": 1}

    counted.edit("docs/a.md", "```python\n", "# A heading\n\nProse.\n\n```python\n")
    counted.edit("docs/a.md", "```python continuation", "More.\n\n```python continuation")
    counted.edit("docs/b.md", "```python\n", "---\ntags: [x]\n---\n\n- item\n\n```python\n")
    assert counted.ran() == {}, "prose was added above, and the cells moved down"

    counted.edit("docs/b.md", "```python\n", '```python title="x"\n#| fig-alt: y\n#| echo: false\n')
    assert counted.ran() == {}, "what is shown changed, not what runs"

    counted.note("c", "pass")
    counted.edit("docs/a.md", "print(x)", "print(x + 1)")
    assert counted.ran() == {"a": 1, "c": 1}
    (counted.root / "docs/b.md").rename(counted.root / "docs/renamed.md")
    assert counted.ran() == {}, "a note was renamed"
    assert "it has not run since its code changed" not in counted.why("renamed")


class Shared:
    """Notes of many tests in one project; edits of all tests are made, then it is built again."""

    def __init__(self) -> None:
        self.cases: dict[str, Case] = {}

    def __call__(
        self,
        notes: Mapping[str, str | tuple[str, ...]],
        *edits: Edit,
        begin: Edit | None = None,
        why: Mapping[str, int] | None = None,
    ) -> Callable[[Test], Test]:
        """Give a test its notes, what is done before the first build, and before later ones.

        `why` asks why notes are stale, each after one of the edits, which count from 1.
        """

        def keep(test: Test) -> Test:
            taken = {name for case in self.cases.values() for name in case.notes}
            assert not taken & notes.keys(), "each note belongs to one test"
            self.cases[test.__name__] = Case(notes, edits, begin, why or {})
            return test

        return keep

    def run(self, counted: Counted) -> None:
        """Build once, once more, and after each round of edits."""
        for case in self.cases.values():
            for name, codes in case.notes.items():
                counted.note(name, *((codes,) if isinstance(codes, str) else codes))
            if case.begin:
                case.begin(counted)
        self._build(counted)
        self._build(counted)
        for number in range(max(len(case.edits) for case in self.cases.values())):
            for case in self.cases.values():
                for edit in case.edits[number : number + 1]:
                    edit(counted)
            for case in self.cases.values():
                for name in [name for name, edit in case.why.items() if edit == number + 1]:
                    case.said[name] = counted.why(name)
            self._build(counted)

    def _build(self, counted: Counted) -> None:
        ran = counted.build()
        for case in self.cases.values():
            case.ran.append({name: ran[name] for name in case.notes if ran[name]})


Edit = Callable[[Counted], object]
Test = TypeVar("Test", bound=Callable[..., Any])


@dataclass
class Case:
    """What a test has in the shared project, and what came of it.

    Attributes:
        notes: Code of its notes by name, of one cell or of several.
        edits: What is done before each further build.
        begin: What is done before the first build.
        why: Notes that are asked for the reasons to run, each after which edit.
        ran: How often its notes ran: in the first build, in the second, and after each edit;
            what comes after its last edit has to be nothing.
        said: The reasons.
    """

    notes: Mapping[str, str | tuple[str, ...]]
    edits: tuple[Edit, ...]
    begin: Edit | None
    why: Mapping[str, int]
    ran: list[dict[str, int]] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)


shared = Shared()


def once(*names: str) -> dict[str, int]:
    """Each of these notes ran once."""
    return dict.fromkeys(names, 1)


def writes(files: Mapping[str, str]) -> Edit:
    """An edit that writes files."""
    return lambda counted: counted.project.write(files)


def removes(path: str) -> Edit:
    """An edit that removes a file."""
    return lambda counted: (counted.root / path).unlink()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """The project of all that only edit, build and ask who ran; its builds are over."""
    counted = Counted(tmp_path_factory.mktemp("shared"))
    shared.run(counted)
    return counted.project


@pytest.fixture
def case(request: pytest.FixtureRequest, project: ProjectDir) -> Case:
    """What a test had in the shared project."""
    return shared.cases[request.node.name]


def test_nothing_runs_that_no_edit_reached(project: ProjectDir) -> None:
    """After its last edit no note runs, whatever is edited beside it."""
    late = {
        name: case.ran[2 + len(case.edits) :]
        for name, case in shared.cases.items()
        if any(case.ran[2 + len(case.edits) :]) and name not in UNSTEADY
    }
    assert late == {}


BACKPORT = """
    try:
        import importlib_metadata as m
    except ImportError:
        import importlib.metadata as m
    """


@shared(
    {
        "installed": ("import importlib.metadata as m", "len(m.entry_points()) > 0"),
        "installed-backport": (BACKPORT, "len(m.entry_points()) > 0"),
    },
    writes({"another.txt": ""}),
)
def test_what_is_installed_counts_by_its_versions(case: Case) -> None:
    """Libraries look for plugins in each directory of the path: what stands there is no input."""
    names = once("installed", "installed-backport")
    assert case.ran[:3] == [names, {}, {}], "before the site is there, and after"


@shared({"twin": "print('same')"}, begin=lambda counted: copied(counted))
def test_same_code_in_two_notes_runs_once(case: Case, project: ProjectDir) -> None:
    """Two notes with the same session share its run."""
    assert case.ran[0] == once("twin")
    for note in ("twin", "copy"):
        assert texts(project.page(note), "stdout") == "same"


def copied(counted: Counted) -> None:
    """The same session in another note, further below."""
    text = (counted.root / "docs/twin.md").read_text()
    counted.project.write({"docs/copy.md": "# Copy\n\n" + text})


def move_down(counted: Counted) -> None:
    """Move the second cell of a note, and keep its page as it was."""
    STACK["before"] = texts(counted.project.page("stack"), "stderr")
    counted.edit("docs/stack.md", "```python continuation", "\n\n```python continuation")


STACK: dict[str, str] = {}


@shared({"stack": ("import traceback", "traceback.print_stack(limit=1)")}, move_down)
def test_an_output_that_names_a_line_follows_it(case: Case, project: ProjectDir) -> None:
    """A published traceback never names a line at which its cell no longer stands."""
    assert case.ran[:3] == [once("stack"), {}, once("stack")]
    line = int(re.findall(r'docs/stack\.md", line (\d+)', STACK["before"])[-1])
    after = texts(project.page("stack"), "stderr")
    assert re.findall(r'docs/stack\.md", line (\d+)', after)[-1] == str(line + 2)


MODULES = {
    "helper.py": "VALUE = 1\n",
    "other.py": "VALUE = 1\n",
    "lib/__init__.py": "",
    "lib/middle.py": "from .deep import VALUE\n",
    "lib/deep.py": "VALUE = 1\n",
    "script.py": "VALUE = 1\n",
    "snippets/shown.py": "# --8<-- [start:part]\nVALUE = 1\n# --8<-- [end:part]\n",
}
USERS = {
    "helper": "from helper import VALUE\nprint(VALUE)",
    "deep": "from lib.middle import VALUE\nprint(VALUE)",
    "lazy": "def f():\n    import lib.deep\n    return lib.deep.VALUE\n\nprint(f())",
    "dynamic": "import importlib\nprint(importlib.import_module('helper').VALUE)",
    "script": "import runpy\nprint(runpy.run_path('script.py')['VALUE'])",
    "executed": "exec(open('script.py').read())\nprint(VALUE)",
    "shown": '--8<-- "shown.py:part"\nprint(VALUE)',
    "imports-shown": "from snippets.shown import VALUE\nprint(VALUE)",
    "other": "from other import VALUE\nprint(VALUE)",
    "none": "print(1)",
}


def compiled(counted: Counted) -> None:
    """Modules as they are after a first import."""
    counted.project.write(MODULES)
    for path in MODULES:
        py_compile.compile(str(counted.root / path))


def same_time(path: str) -> Edit:
    """An edit after which a file has its size and its time."""

    def edit(counted: Counted) -> None:
        before = (counted.root / path).stat()
        counted.edit(path, "VALUE = 1\n", "VALUE = 2\n")
        os.utime(counted.root / path, ns=(before.st_atime_ns, before.st_mtime_ns))

    return edit


def saved(counted: Counted) -> None:
    """Save a module without a change."""
    os.utime(counted.root / "other.py")
    (counted.root / "other.py").write_text(MODULES["other.py"])


@shared(
    USERS,
    same_time("helper.py"),
    same_time("lib/deep.py"),
    same_time("script.py"),
    same_time("snippets/shown.py"),
    saved,
    begin=compiled,
)
def test_an_edited_module_runs_exactly_its_users(case: Case, project: ProjectDir) -> None:
    """Also of the same size and time, behind a stale `.pyc`, and imported at any depth."""
    pairs = [("helper", "dynamic"), ("deep", "lazy"), ("script", "executed")]
    pairs.append(("shown", "imports-shown"))
    assert case.ran[:7] == [once(*USERS), {}, *(once(*pair) for pair in pairs), {}]
    for pair in pairs:
        for user in pair:
            assert texts(project.page(user), "stdout") == "2", user


@shared(
    {
        "optional": "try:\n    import extra\nexcept ImportError:\n    print('none')",
        "shadowed": "import shaded\nprint(shaded.VALUE)",
        "library": "import colorsys\nprint(colorsys.__file__ is None)",
        "control": "import json\nprint(json.dumps(1))",
    },
    writes({"extra.py": "print('found')\n"}),
    writes({"shaded/__init__.py": "VALUE = 2\n"}),
    writes({"colorsys.py": ""}),
    removes("extra.py"),
    begin=writes({"shaded.py": "VALUE = 1\n"}),
)
def test_a_module_that_appears_is_noticed(case: Case) -> None:
    """One that was missing, or that now stands before another of the same name.

    When it is gone again, all is as it was, and what was shown then is shown.
    """
    assert case.ran[:2] == [once("optional", "shadowed", "library", "control"), {}]
    assert case.ran[2:6] == [*(once(each) for each in ("optional", "shadowed", "library")), {}]


@shared(
    {"asks": "import pkgutil\nprint(pkgutil.get_data('pack', 'words.txt'))"},
    writes({"pack/words.txt": "new"}),
    begin=writes({"pack/__init__.py": "", "pack/words.txt": "old"}),
    why={"asks": 1},
)
def test_files_beside_a_module_are_noticed(case: Case) -> None:
    """`pkgutil.get_data` asks the loader of the package."""
    assert case.ran[:3] == [once("asks"), {}, once("asks")]
    assert "pack/words.txt changed" in case.said["asks"]


PROBES = {
    "glob": "import glob\nprint(sorted(glob.glob('probed/*.csv')))",
    "rglob": "from pathlib import Path\nprint(sorted(Path('probed').rglob('*.csv')))",
    "listdir": "import os\nprint(sorted(os.listdir('probed')))",
    "walk": "import os\nprint([sorted(names) for _, _, names in os.walk('probed')])",
    "fwalk": "import os\nprint([sorted(names) for _, _, names, _ in os.fwalk('probed')])",
    "listdir-fd": "import os\nprint(sorted(os.listdir(os.open('probed', os.O_RDONLY))))",
    "missing": "try:\n    open('probed/new.csv')\nexcept FileNotFoundError:\n    print('none')",
    "exists": "import os\nprint(os.path.exists('probed/new.csv'))",
    "is-file": "from pathlib import Path\nprint(Path('probed/new.csv').is_file())",
    "stat": "import os\ntry:\n    os.stat('probed/new.csv')\nexcept OSError:\n    print('none')",
    "access": "import os\nprint(os.access('probed/new.csv', os.R_OK))",
    "other-listing": "import os\nprint(os.listdir('more'))",
    "other-missing": "import os\nprint(os.path.exists('probed/never.csv'))",
}


USERS_OF_NAMES = [name for name in PROBES if not name.startswith("other")]


@shared(
    PROBES,
    writes({"probed/a.csv": "2\n"}),
    writes({"probed/new.csv": "2\n"}),
    removes("probed/new.csv"),
    begin=writes({"probed/a.csv": "1\n", "more/b.csv": "1\n"}),
    why={"glob": 2, "missing": 2, "exists": 3},
)
def test_files_that_appear_are_noticed(case: Case) -> None:
    """A listing that grew, and a file that was probed for in vain."""
    assert case.ran[:2] == [once(*PROBES), {}]
    assert case.ran[2] == {}, "the names are what a listing reads"
    assert case.ran[3:5] == [once(*USERS_OF_NAMES), {}], "in the end, all is as it was"
    assert "the list of files in probed/ changed" in case.said["glob"]
    assert "probed/new.csv was added" in case.said["missing"]
    assert "fresh" in case.said["exists"], "there is a record of this state"


NAMES = {
    "names-listed": "import os\nprint(os.listdir('compiled'))",
    "names-scanned": "import os\nprint([each.name for each in os.scandir('compiled')])",
    "names-walked": "import os\nprint([names for _, _, names in os.walk('compiled')])",
    "names-globbed": "from pathlib import Path\nprint(*Path('compiled').rglob('*'))",
    "names-declared": "#| deps: compiled/**\n1",
    "names-imported": "import compiled.a\nimport os\nprint(os.listdir('compiled'))",
}
BYTECODE = """
    import subprocess
    made = 'mkdir -p compiled/__pycache__; touch compiled/__pycache__/$$'
    subprocess.run(['sh', '-c', made], check=True);
    """


@shared(
    NAMES | {"names-meanwhile": (NAMES["names-listed"], BYTECODE)},
    writes({"compiled/__pycache__/a.pyc": "1"}),
    writes({"compiled/__pycache__/b.pyc": "2"}),
    writes({"compiled/b.py": "V = 2\n"}),
    begin=writes({"compiled/a.py": "V = 1\n"}),
)
def test_bytecode_that_appears_is_no_change(case: Case) -> None:
    """Whoever first imports a module leaves a folder beside it; names that are none of it count."""
    names = once(*NAMES, "names-meanwhile")
    assert case.ran[:5] == [names, {}, {}, {}, names]


CHANGES = """
    import subprocess
    subprocess.run(['sh', '-c', 'date +%N >> changing/a']);
    """
APPEAR = """
    import subprocess
    subprocess.run('echo 2 > {directory}/b$$', shell=True);
    """
UNSTEADY = (
    "test_a_file_that_changes_meanwhile_is_not_recorded",
    "test_names_that_appear_meanwhile_are_not_recorded",
)
"""What these tests are about runs each time."""


@shared(
    {"changes": ("print(open('changing/a').read())", CHANGES)},
    begin=writes({"changing/a": "1\n"}),
)
def test_a_file_that_changes_meanwhile_is_not_recorded(case: Case) -> None:
    """What a cell read is gone when it ends: the run counts, but is done again next time."""
    assert case.ran[:2] == [once("changes")] * 2


@shared(
    {
        "lists": (
            "import os\nprint(sorted(os.listdir('listed')))",
            APPEAR.format(directory="listed"),
        ),
        "declares": ("#| deps: declared/*\n1", APPEAR.format(directory="declared")),
    },
    begin=writes({"listed/a": "1\n", "declared/a": "1\n"}),
)
def test_names_that_appear_meanwhile_are_not_recorded(case: Case) -> None:
    """What was shown is older than what a record would say of it."""
    assert case.ran[:2] == [once("lists", "declares")] * 2


MAKES = """
    import os
    from pathlib import Path
    Path('made').mkdir(exist_ok=True)
    print(os.listdir('made'))
    Path('made/new').mkdir()
    Path('made/new').rmdir()
    Path('made/a').write_text('1')
    os.rename('made/a', 'made/b')
    os.remove('made/b')
    Path('made/c').write_text('1')
    """


@shared({"makes": MAKES}, *[lambda counted: None] * 2)
def test_what_a_session_makes_itself_is_no_change(case: Case) -> None:
    """It lists, writes, renames, removes, and lists again: recorded all the same."""
    assert case.ran[0] == once("makes")
    assert sum(ran.get("makes", 0) for ran in case.ran[1:4]) <= 1  # `c` is there from now on


READERS = {
    "open": "print(open('data/open').read())",
    "pathlib": "from pathlib import Path\nprint(Path('data', 'pathlib').read_text())",
    "os-open": "import os\nprint(os.read(os.open('data/os-open', os.O_RDONLY), 9))",
    "dir-fd": """
        import os
        data = os.open('data', os.O_RDONLY)
        print(os.read(os.open('dir-fd', os.O_RDONLY, dir_fd=data), 9))
        """,
    "append": """
        with open('data/append', 'a') as file:
            file.write('')
        print(open('data/append').read())
        """,
    "read-write": "print(open('data/read-write', 'r+').read())",
    "absolute": "import os\nprint(open(os.path.abspath('data/absolute')).read())",
    "directory": "import os\nos.chdir('data')\nprint(open('directory').read())",
    "mmap": """
        import mmap
        with open('data/mmap', 'rb') as file:
            print(bytes(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)))
        """,
    "sqlite": """
        import sqlite3
        print(sqlite3.connect('data/sqlite').execute('select x from t').fetchall())
        """,
    "sqlite-uri": """
        import sqlite3
        base = sqlite3.connect('file:data/sqlite-uri?mode=ro', uri=True)
        print(base.execute('select x from t').fetchall())
        """,
    "load": "import numpy as np\nprint(np.load('data/load.npy'))",
    "memmap": "import numpy as np\nprint(np.memmap('data/memmap', 'u1', 'r').sum())",
    "loadtxt": "import numpy as np\nprint(np.loadtxt('data/loadtxt'))",
    "fromfile": "import numpy as np\nprint(np.fromfile('data/fromfile', 'u1'))",
    "read-csv": "import pandas as pd\nprint(pd.read_csv('data/read-csv'))",
    "joblib": "import joblib\nprint(joblib.load('data/joblib'))",
    "zip": "import zipfile\nprint(zipfile.is_zipfile('data/zip'))",
    "subprocess": "import subprocess\nprint(subprocess.check_output(['cat', 'data/subprocess']))",
    "image": "import matplotlib.image as image\nprint(image.imread('data/image.png').mean())",
    "shown-late": """
        class Late:
            def __repr__(self):
                return open('data/shown-late').read()
        Late()
        """,
    "thread": """
        import threading
        def read():
            print(open('data/thread').read())
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
        """,
}
CONTROLS = {
    "control": "print(open('data/control').read())",
    "control-numpy": "import numpy as np\nprint(np.loadtxt('data/control'))",
    "written": """
        from pathlib import Path
        Path('data/out').write_text('made here')
        print(Path('data/out').read_text())
        """,
}


def _write_data(root: Path, value: int) -> None:
    import joblib
    import matplotlib.image
    import numpy as np

    data = root / "data"
    data.mkdir(exist_ok=True)
    for name in READERS:
        data.joinpath(name).write_text(f"{value}\n")
    np.save(data / "load.npy", np.array([value]))
    joblib.dump(value, data / "joblib")
    matplotlib.image.imsave(data / "image.png", np.full((2, 2), value / 9), vmin=0, vmax=1)
    for name in ("sqlite", "sqlite-uri"):
        (data / name).unlink()
        with sqlite3.connect(data / name) as base:
            base.execute("create table t (x)")
            base.execute(f"insert into t values ({value})")
    (data / "control").write_text("5\n")


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Counted:
    """Notes that read data in many ways, run once; then all data is changed."""
    counted = Counted(tmp_path_factory.mktemp("readers"))
    for name, code in {**READERS, **CONTROLS}.items():
        counted.note(name, code)
    _write_data(counted.root, 1)
    assert counted.ran() == dict.fromkeys([*READERS, *CONTROLS], 1)
    assert counted.ran() == {}, "nothing changed, and what a cell wrote itself is no input"
    _write_data(counted.root, 2)
    return counted


@pytest.mark.parametrize("name", READERS)
def test_changed_data_is_noticed_and_named(readers: Counted, name: str) -> None:
    """However a cell reads a file, `why` names it once it has changed."""
    assert re.search(rf"data/{name}(\.npy|\.png)? changed", readers.why(name))


def test_changed_data_runs_exactly_its_readers(readers: Counted) -> None:
    """And those whose data did not change do not run."""
    assert readers.ran() == dict.fromkeys(READERS, 1)
    assert readers.ran() == {}
    _write_data(readers.root, 3)  # changed again, as the tests that may come after it ask for


def test_many_threads_miss_no_file(counted: Counted) -> None:
    """Files opened at the same moment are all followed."""
    names = [f"data/{number}" for number in range(400)]
    counted.project.write(dict.fromkeys(names, "1\n"))
    counted.note(
        "threads",
        """
        import os, sys
        from concurrent.futures import ThreadPoolExecutor

        sys.setswitchinterval(1e-6)
        with ThreadPoolExecutor(16) as pool:
            texts = list(pool.map(lambda n: open(f'data/{n}').read(), range(400)))
        print(len(texts))
        """,
    )
    assert counted.ran() == {"threads": 1}
    inputs = json.loads(counted.records()[0].read_text())["inputs"]
    assert {f"file:{name}" for name in names} <= inputs.keys()


@pytest.mark.nightly
def test_what_cannot_be_followed_is_said(counted: Counted) -> None:
    """A session that reads behind our back gets a notice, whatever way it takes."""
    counted.project.write({"data/a": "1\n"})
    read = "def read(_):\n    return open('data/a').read()\n\n"
    counted.note("plain", read + "print(read(0))")
    counted.note("shell", "import os\nos.system('cat data/a')")
    counted.note("fork", read + "import multiprocessing as m\nprint(m.Pool(1).map(read, [0]))")
    counted.note(
        "loky",
        read + "import joblib\nprint(joblib.Parallel(2)(joblib.delayed(read)(n) for n in (0, 1)))",
    )
    counted.note("program", "import subprocess\nsubprocess.run('cat data/a', shell=True)")
    said = counted.project.notewright("run")
    assert said.status == 0, said.output
    for name in ("shell", "fork", "loky", "program"):
        assert said.lines(
            f"docs/{name}.md:1: ", "changes to the files that it reads are not detected"
        ), f"{name}: {said.output}"
    assert not said.lines("docs/plain.md")


def test_a_package_of_the_project_below_src_is_noticed(counted: Counted) -> None:
    """As it is after `pip install -e .`: on the path, but the project's own code."""
    run = partial(counted.project.notewright, PYTHONPATH=str(counted.root / "src"))
    counted.project.write({"src/own_package/__init__.py": "VALUE = 1\n"})
    counted.note("uses", "import own_package\nprint(own_package.VALUE)")
    assert counted.ran(run) == {"uses": 1}
    assert counted.ran(run) == {}
    counted.project.write({"src/own_package/__init__.py": "VALUE = 2\n"})
    assert "src/own_package/__init__.py changed" in run("why", "uses").output
    assert counted.ran(run) == {"uses": 1}


def test_the_workers_own_files_are_no_inputs(counted: Counted) -> None:
    """All records hang on them anyway; and a session reads them only where no other had before.

    So where this package is developed, two builds would tell other inputs, and other pages.
    """
    own = counted.root / "src/notewright"
    shutil.copytree(Path(notewright.__file__).parent, own, ignore=shutil.ignore_patterns("*.pyc"))
    run = partial(counted.project.notewright, PYTHONPATH=str(counted.root / "src"))
    loading = "import importlib\nimportlib.import_module('matplotlib.pyplot')"
    counted.note("drawing", f"{loading}; 1")  # so that no warm parent has loaded it
    assert counted.ran(run) == {"drawing": 1}
    inputs = json.loads(counted.records()[0].read_text())["inputs"]
    assert "file:matplotlibrc" in inputs  # a style of the project would count
    assert not [name for name in inputs if name.startswith("file:src/notewright/run/worker/")]


def test_a_changed_package_runs_its_users(counted: Counted) -> None:
    """The versions of the packages that a session loaded are a part of it."""
    counted.note("numpy", "import numpy as np\nprint(np.ones(1))")
    counted.note("plain", "print(1)")
    assert counted.ran(None, "run", "docs/plain.md") == {"plain": 1}
    assert counted.ran() == {"numpy": 1}
    for path in counted.records():
        packages = json.loads(path.read_text())["packages"]
        old = {name: "0.1" if name == "numpy" else packages[name] for name in packages}
        made_elsewhere(path, packages=old)
    assert "package numpy: 0.1 changed to" in counted.why("numpy")
    assert counted.ran() == {"numpy": 1}


def test_another_python_runs_all(counted: Counted) -> None:
    """A record of another Python, platform or engine is stale."""
    counted.note("a", "print(1)")
    assert counted.ran() == {"a": 1}
    (path,) = counted.records()
    made_elsewhere(path, environment="another")
    assert "Python, the platform or notewright has changed" in counted.why("a")
    assert counted.ran() == {"a": 1}


def made_elsewhere(path: Path, **content: object) -> None:
    """Write a whole record as another machine, with other content, would have."""
    record = json.loads(path.read_text()) | content
    del record["digest"]
    path.write_bytes(seal(record.pop("key"), record))


def _with(**content: object) -> Callable[[str], str]:
    """Damage that puts something else into a record."""
    return lambda text: json.dumps(json.loads(text) | content)


DAMAGE: dict[str, Callable[[str], str]] = {
    "empty": lambda text: "",
    "half": lambda text: text[: len(text) // 2],
    "truncated": lambda text: text[:-1],
    "zeros": lambda text: "\0" * len(text),
    "list": lambda text: "[]",
    "null": lambda text: "null",
    "nothing-in-it": lambda text: "{}",
    "cells-number": _with(cells=3),
    "cells-none": _with(cells=[]),
    "cells-wrong": _with(cells=[{"outputs": 3, "seconds": "x"}]),
    "outputs-wrong": _with(cells=[{"outputs": [3], "seconds": 1}]),
    "inputs-list": _with(inputs=["data/a"]),
    "inputs-wrong": _with(inputs={"data/a": 3}),
    "packages-number": _with(packages=3),
    "lines-number": _with(lines=3),
    "unknown": _with(unknown=3),
}


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Counted, Counter[str]]:
    """A project built again after each of its records was damaged, and what ran for it."""
    counted = Counted(tmp_path_factory.mktemp("damaged"))
    for name in [*DAMAGE, "sound"]:
        counted.note(name, f"print('shown by {name}')")
    assert counted.ran() == dict.fromkeys([*DAMAGE, "sound"], 1)
    for path in counted.records():
        good = path.read_text()
        name = good.partition("shown by ")[2].partition("\\n")[0]
        if name in DAMAGE:
            path.write_text(DAMAGE[name](good))
    ran = counted.build()
    assert counted.ran() == {}, "the records are whole again"
    return counted, ran


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_record_is_a_miss(damaged: tuple[Counted, Counter[str]], name: str) -> None:
    """Whatever stands in a record's file: the session runs again, and the page is right."""
    counted, ran = damaged
    assert ran[name] == 1
    assert ran["sound"] == 0
    assert texts(counted.project.page(name), "stdout") == f"shown by {name}"


def test_an_interrupted_write_is_a_miss(counted: Counted) -> None:
    """What a killed build left behind is in nobody's way."""
    counted.note("a", "print('shown')")
    counted.project.write({".notewright/records/half.json": "{", ".notewright/records/x.tmp": "{"})
    assert counted.ran() == {"a": 1}
    (path,) = (path for path in counted.records() if path.name != "half.json")
    path.unlink()
    path.mkdir()
    assert "it has not run since its code changed" in counted.why("a")


@pytest.mark.nightly
def test_nothing_runs_when_execution_is_off(counted: Counted) -> None:
    """A vault that is not trusted is built from its records, and nothing of it is imported."""
    counted.project.write({"helper.py": f"open('{counted.runs}', 'a').write('h ')"})
    counted.note("a", "print('from the record')")
    assert counted.ran() == {"a": 1}
    counted.note("b", "import helper\nprint('never run')")
    counted.project.write({"sitecustomize.py": "1 / 0", "numpy.py": "1 / 0", "IPython.py": "1 / 0"})
    for result in (
        counted.project.build(NOTEWRIGHT_EXECUTE="0"),
        counted.project.notewright("run", NOTEWRIGHT_EXECUTE="0"),
        counted.project.pytest("-v", NOTEWRIGHT_EXECUTE="0", PYTHONSAFEPATH="1"),
    ):
        assert result.status == 0, result.output
    assert result.lines("a.md::[CodeFence", "PASSED")
    assert result.lines("b.md::[CodeFence", "SKIPPED")
    assert counted.fresh_runs() == {}
    assert texts(counted.project.page("a"), "stdout") == "from the record"
    assert "never run" in counted.project.page("b")
    assert texts(counted.project.page("b"), "stdout") == ""


def test_execution_is_off_by_option(counted: Counted) -> None:
    """`execute: false` in `mkdocs.yml` does the same; what a changed input gave is not shown."""
    counted.note("a", "print(open('docs/a.txt').read())")
    counted.note("b", "print(open('docs/b.txt').read())")
    counted.project.write({"docs/a.txt": "old a", "docs/b.txt": "old b"})
    assert counted.ran() == {"a": 1, "b": 1}
    for path in counted.records():  # made elsewhere
        made_elsewhere(path, environment="another")
    counted.configure({"execute": False})
    counted.project.write({"docs/a.txt": "new a"})
    assert counted.build() == {}
    assert texts(counted.project.page("a"), "stdout") == ""
    assert texts(counted.project.page("b"), "stdout") == "old b"


def test_a_failure_is_never_a_record(counted: Counted) -> None:
    """A session that failed runs again, until it does well."""
    counted.note("a", "1 / len(open('data.txt').read())")
    counted.project.write({"data.txt": ""})
    assert counted.project.notewright("run").status == 1
    assert counted.project.notewright("run").counts == (1, 0, 1)
    assert counted.fresh_runs() == {"a": 2}
    counted.project.write({"data.txt": "x"})
    assert counted.ran() == {"a": 1}
    assert counted.ran() == {}


@pytest.mark.nightly
def test_random_numbers_repeat_however_numpy_is_imported(counted: Counted) -> None:
    """The random state starts at 0, whether the warm parent has loaded NumPy or not."""
    counted.project.write({"pack/__init__.py": "from .core import draw\n"})
    draw = "def draw():\n    return float(np.random.rand())\n"
    counted.project.write({"pack/core.py": f"import numpy as np\n{draw}"})
    late = "import importlib\nprint(float(importlib.import_module('numpy').random.rand()))"
    counted.note("late", late)
    counted.note("relative", "from pack import draw\nprint(draw())")
    counted.note("plain", "import numpy\nprint(float(numpy.random.rand()))")
    seen = set()
    for name in ("late", "relative", "plain"):
        assert counted.ran(None, "run", f"docs/{name}.md") == {name: 1}
    for path in counted.records():
        cells = json.loads(path.read_text())["cells"]
        seen |= {output["text"] for cell in cells for output in cell["outputs"]}
    assert seen == {"0.5488135039273248\n"}
