"""A note's result does not depend on which other notes ran in the same build.

Packages are invented that change something global when they are imported; a note that does not
import one gives the same records alone as beside a note that does.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from projects import ProjectDir

pytestmark = [
    pytest.mark.gate,
    pytest.mark.skipif(sys.platform != "linux", reason="forks on Linux only"),
]

EFFECTS = {
    "print options": ("import numpy\nnumpy.set_printoptions(precision=2)", "np.array([1 / 3])"),
    "errors of numpy": ("import numpy\nnumpy.seterr(all='ignore')", "np.geterr()"),
    "random numpy": ("import numpy\nnumpy.random.seed(7)", "np.random.rand()"),
    "an attribute": ("import numpy\nnumpy.extra = 1", "hasattr(np, 'extra')"),
    "a function": ("import numpy\nnumpy.mean = len", "np.mean([1, 2, 6])"),
    "a class": ("import json\njson.JSONEncoder.item_separator = ';'", "json.dumps([1, 2])"),
    "a new method": (
        "import fractions\nfractions.Fraction.x = 1",
        "hasattr(fractions.Fraction, 'x')",
    ),
    "a container": (
        "import mimetypes\nmimetypes.init()\nmimetypes.types_map['.q'] = 'a/b'",
        "mimetypes.guess_type('x.q')",
    ),
    "filters": ("import warnings\nwarnings.filterwarnings('ignore')", "warnings.warn('w')"),
    "odd filters": (
        "import warnings\nwarnings.simplefilter('ignore', append=True)\ndel warnings.filters[0]",
        "len(warnings.filters)",
    ),
    "the way of warnings": (
        "import warnings\nwarnings.formatwarning = print",
        "warnings.formatwarning is print",
    ),
    "environ": ("import os\nos.environ['QQ'] = '1'", "os.environ.get('QQ')"),
    "the path": ("import sys\nsys.path.append('/qq')", "'/qq' in sys.path"),
    "recursion": ("import sys\nsys.setrecursionlimit(4321)", "sys.getrecursionlimit()"),
    "a hook": ("import sys\nsys.excepthook = print", "sys.excepthook is print"),
    "codecs": (
        "import codecs\ncodecs.register_error('qq', codecs.strict_errors)",
        "codecs.lookup_error('qq')",
    ),
    "logging": ("import logging\nlogging.basicConfig(level=10)", "logging.getLogger().level"),
    "a logger": (
        "import logging\nlogging.getLogger('mine').setLevel(10)",
        "logging.getLogger('mine').level",
    ),
    "the locale": ("import locale\nlocale.setlocale(locale.LC_ALL, 'C')", "locale.setlocale(0)"),
    "random": ("import random\nrandom.seed(5)", "random.random()"),
    "builtins": ("import builtins\nbuiltins.qq = 1", "qq"),
    "decimal": (
        "import decimal\ndecimal.getcontext().prec = 5",
        "decimal.Decimal(1) / decimal.Decimal(3)",
    ),
    "the directory": ("import os\nos.chdir('/')", "os.getcwd() == '/'"),
    "signals": (
        "import signal\nsignal.signal(signal.SIGUSR1, print)",
        "signal.getsignal(signal.SIGUSR1)",
    ),
    "gc": ("import gc\ngc.set_threshold(5)", "gc.get_threshold()"),
    "a submodule": ("import xml.dom.minidom", "__import__('xml').dom"),
    "what is loaded": ("import colorsys", "'colorsys' in sys.modules"),
    "a thread": (
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
        "threading.active_count()",
    ),
    "colour maps": (
        "import matplotlib\nmatplotlib.colormaps.register("
        "matplotlib.colormaps['viridis'].copy(), name='qq')",
        "'qq' in matplotlib.colormaps",
    ),
    "rcParams": (
        "import matplotlib\nmatplotlib.rcParams['lines.linewidth'] = 9",
        "matplotlib.rcParams['lines.linewidth']",
    ),
    "pandas options": (
        "import pandas\npandas.set_option('display.precision', 1)",
        "pandas.Series([1 / 3])",
    ),
    "an accessor": (
        "import pandas\n@pandas.api.extensions.register_series_accessor('qq')\n"
        "class A:\n    def __init__(self, x): pass",
        "hasattr(pandas.Series, 'qq')",
    ),
}
"""By what they change: the code of a package, and an expression that shows the change."""

HEADER = (
    "import codecs, decimal, fractions, gc, json, locale, logging, mimetypes, os, random, signal\n"
    "import sys, threading, warnings\n"
)


def vault(root: Path, effects: list[str], importers: list[bool]) -> ProjectDir:
    """A vault with a note for each effect that it shows, beside one that imports its package."""
    project = ProjectDir(root / "vault")
    project.configure({"memory": 8192, "workers": 2})
    for number, (name, imports) in enumerate(zip(effects, importers, strict=True)):
        code, shows = EFFECTS[name]
        site = root / "site-packages"
        (site / f"aa{number}").mkdir(parents=True)
        (site / f"aa{number}/__init__.py").write_text(f"{code}\n", "utf-8")
        project.write(
            {
                f"docs/a{number}.md": f"# A\n\n```python\nimport aa{number}\nprint(1)\n```\n",
                f"docs/b{number}.md": _note(shows, f"import aa{number}\n" if imports else ""),
            }
        )
    project.write({"docs/index.md": "# Home\n"})
    return project


def _note(shows: str, imports: str) -> str:
    heavy = {"np": "numpy as np", "matplotlib": "matplotlib", "pandas": "pandas"}
    found = [f"import {each}" for word, each in heavy.items() if re.search(rf"\b{word}\b", shows)]
    lines = "\n".join(found)
    return f"# B\n\n```python\n{imports}{HEADER}{lines}\n{shows}\n```\n"


def compared(project: ProjectDir) -> str:
    """What `notewright check --isolated` says of notes that show something else alone."""
    site = str(project.root.parent / "site-packages")
    result = project.notewright("check", "--isolated", PYTHONPATH=site)
    assert "sessions:" in result.output, result.output
    return "\n".join(result.lines("output is different"))


@pytest.mark.nightly
@pytest.mark.parametrize("start", range(0, len(EFFECTS), 8))
def test_what_another_note_imports_changes_nothing(tmp_path: Path, start: int) -> None:
    """Colour maps, print options, filters and what else a package leaves behind stay with it."""
    names = list(EFFECTS)[start : start + 8]
    assert compared(vault(tmp_path, names, [False] * len(names))) == ""


@pytest.mark.nightly
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(sorted(EFFECTS)), st.booleans()), min_size=2, max_size=5))
def test_notes_alone_and_in_company_give_equal_records(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[str, bool]]
) -> None:
    """Whatever packages change together, and whether a note imports them itself or not."""
    names, importers = [name for name, _ in drawn], [imports for _, imports in drawn]
    assert compared(vault(tmp_path_factory.mktemp("company"), names, importers)) == ""


def test_the_comparison_names_what_differs(tmp_path: Path) -> None:
    """A difference that is planted, by a file that the cells of a run share, is told by line."""
    project = ProjectDir(tmp_path / "vault")
    project.configure({"memory": 8192, "workers": 1, "writable": ["../told"]})
    count = f"from pathlib import Path\np = Path({str(tmp_path / 'told/count')!r})\n"
    count += (
        "p.write_text((p.read_text() if p.exists() else '') + 'x')\nprint(len(p.read_text()))\n"
    )
    project.write({"docs/index.md": f"# Home\n\n```python\n{count}```\n"})
    result = project.notewright("check", "--isolated")
    assert result.status == 1
    assert result.lines(
        "docs/index.md:3: the cell's output is different when its note runs on its own"
    )


LONER = (
    "import sys\n"
    "print('numpy' in sys.modules, 'pandas' in sys.modules, 'matplotlib' in sys.modules)\n"
    "import importlib, random\n"
    "m = importlib.import_module('matplotlib')\n"
    "print(hasattr(m, 'pyplot'), importlib.import_module('numpy').random.rand())\n"
)


@pytest.mark.nightly
def test_a_note_sees_the_modules_that_it_imports_and_no_others(tmp_path: Path) -> None:
    """What others import is loaded, but hidden until this note asks for it, also by name."""
    project = ProjectDir(tmp_path / "vault")
    project.configure({"memory": 8192})
    busy = "import pandas, numpy, matplotlib.pyplot, sklearn.svm"
    project.write(
        {
            "docs/index.md": f"# Home\n\n```python\n{busy}\n```\n",
            "docs/b.md": f"# B\n\n```python\n{LONER}```\n",
        }
    )
    result = project.notewright("check", "--isolated")
    assert result.status == 0, result.output
    records = [path.read_text("utf-8") for path in (project.root / ".notewright/records").iterdir()]
    assert any("False False False\\nFalse 0.5488135" in text for text in records)


@pytest.mark.nightly
def test_a_package_that_is_not_imported_is_no_package_of_the_record(tmp_path: Path) -> None:
    """One upgraded package runs the sessions again that use it, and no others."""
    project = ProjectDir(tmp_path / "vault")
    project.configure({"memory": 8192})
    project.write(
        {
            "docs/index.md": "# Home\n\n```python\nimport pandas, sklearn\n```\n",
            "docs/b.md": "# B\n\n```python\nimport numpy\nprint('b')\n```\n",
        }
    )
    assert project.notewright("run").status == 0
    records = [path.read_text("utf-8") for path in (project.root / ".notewright/records").iterdir()]
    packages = {"b\\n" in text: set(json.loads(text)["packages"]) for text in records}
    assert {"numpy", "ipython"} <= packages[True] and "pandas" not in packages[True]
    assert {"numpy", "pandas", "scikit-learn"} <= packages[False]


THREADS = (
    "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()"
)


@pytest.mark.nightly
def test_a_package_that_starts_threads_slows_its_own_sessions_only(tmp_path: Path) -> None:
    """The others are forked as ever, and the build says which package it is, once."""
    site = tmp_path / "site-packages"
    (site / "threaded").mkdir(parents=True)
    (site / "threaded/__init__.py").write_text(THREADS, "utf-8")
    project = ProjectDir(tmp_path / "vault")
    project.configure({"memory": 8192})
    forked = "import os\nprint(open(f'/proc/{os.getppid()}/cmdline').read().count('--session'))\n"
    forked += "print(open('/proc/self/cmdline').read().count('--session'))\n"
    project.write(
        {
            "docs/index.md": "# Home\n\n```python\nimport threaded\n```\n",
            "docs/b.md": f"# B\n\n```python\nimport numpy\n{forked}```\n",
            "docs/c.md": "# C\n\n```python\nimport threaded\nprint(3)\n```\n",
        }
    )
    result = project.notewright("run", PYTHONPATH=str(site))
    assert result.status == 0, result.output
    assert len(result.lines("needs threaded", "starts threads")) == 1
    records = [path.read_text("utf-8") for path in (project.root / ".notewright/records").iterdir()]
    assert any('"0\\n0\\n"' in text for text in records)
    again = project.notewright("run", PYTHONPATH=str(site))
    assert again.lines("starts threads") == [], "nothing ran"


@pytest.mark.nightly
@pytest.mark.parametrize(("users", "preloaded"), [(3, True), (1, False)])
def test_a_package_that_most_import_is_loaded_once_whatever_it_changes(
    tmp_path: Path, users: int, preloaded: bool
) -> None:
    """Two sessions would see what it changes, and do not: they get processes of their own."""
    site = tmp_path / "site-packages"
    codes = {"plain": "", "loud": "import os, plain\nplain.loud = True\nPID = os.getpid()"}
    for name, code in codes.items():
        (site / name).mkdir(parents=True)
        (site / name / "__init__.py").write_text(code, "utf-8")
    project = ProjectDir(tmp_path / "vault")
    project.configure({"memory": 8192})
    text = "# N\n\n```python\nimport {0}\n{1}\n```\n"
    is_own = "import os, {0}\nprint('own', loud.PID == os.getpid())"
    quiet = "import {0}\nprint('quiet', not hasattr(plain, 'loud'))"
    # other modules of Python make other sessions
    others = ("json", "csv", "ast", "sys")
    names = [f"docs/{number}.md" for number in range(users + 2)]
    notes = [text.format("loud", is_own.format(other)) for other in others[:users]]
    notes += [text.format("plain", quiet.format(other)) for other in others[:2]]
    project.write(dict(zip(names, notes, strict=True)) | {"docs/index.md": "# Home\n"})
    for _ in range(2):  # the second time by what was kept of the first
        result = project.notewright("run", PYTHONPATH=str(site))
        assert result.status == 0, result.output
        records = list((project.root / ".notewright/records").iterdir())
        shown = "".join(path.read_text("utf-8") for path in records)
        assert shown.count("quiet True") == 2
        assert shown.count(f"own {not preloaded}") == users
        for path in records:
            path.unlink()


@pytest.mark.nightly
def test_a_package_that_ends_the_process_that_preloads_is_told(tmp_path: Path) -> None:
    """Once; the notes run all the same, also the one that imports it where it does no harm."""
    site = tmp_path / "site-packages"
    (site / "fatal").mkdir(parents=True)
    code = "import os, sys\nif len(sys.argv) > 1:\n    os._exit(7)"  # as in no session
    (site / "fatal" / "__init__.py").write_text(code, "utf-8")
    project = ProjectDir(tmp_path / "vault")
    project.configure({"memory": 8192})
    cell = "# N\n\n```python\nimport fatal, {}\n```\n"
    project.write({"docs/index.md": cell.format("json"), "docs/b.md": cell.format("csv")})
    result = project.notewright("run", PYTHONPATH=str(site))
    assert result.status == 0, result.output
    assert len(result.lines("imports its packages again", "exited with status 7")) == 1


@pytest.mark.nightly
def test_a_build_that_spawns_says_so_and_why(tmp_path: Path) -> None:
    """Once, not for each session."""
    project = ProjectDir(tmp_path / "vault")
    project.configure({"memory": 8192})
    cell = "# N\n\n```python\nprint({})\n```\n"
    project.write({"docs/index.md": cell.format(1), "docs/b.md": cell.format(2)})
    result = project.notewright("run", NOTEWRIGHT_SPAWN="1")
    assert len(result.lines("each session starts a new interpreter", "NOTEWRIGHT_SPAWN")) == 1
