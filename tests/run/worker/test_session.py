"""End to end: what cells do and show, in one real build of many notes.

Each test has its note beside it; the build runs once, before the first of them.
"""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from projects import Notes, ProjectDir, figures, shown, texts

note = Notes()

HELPER = '''
def double(x):
    """Twice x."""
    return 2 * x
'''


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """All notes of this module, built once."""
    place = tmp_path_factory.mktemp("running")
    project = ProjectDir(place / "project")
    project.configure({"timeout": 60, "writable": ["data", "../told"]})
    project.write({**note.paths(), "docs/index.md": "# Home\n", "helper.py": HELPER})
    project.write({"data/numbers.txt": "1 2 3\n"})
    built = project.build(RUNS=str(place / "told/runs"))
    assert built.status == 0, built.output
    return project


@pytest.fixture
def page(site: ProjectDir, request: pytest.FixtureRequest) -> str:
    """The page of the test's own note."""
    return site.page(note.name(request.node.name))


@note("""
    ```python
    import asyncio

    async def twice(x):
        await asyncio.sleep(0)
        return 2 * x

    lock = asyncio.Lock()
    async with lock:
        four = await twice(2)
    await twice(four)
    ```

    ```python continuation
    print("again", [await twice(each) for each in (1, 2)])
    asyncio.run(twice(1))
    ```

    It is 4<!--= four -->.
    """)
def test_cells_await_as_in_a_notebook(page: str) -> None:
    """All cells of a session have one event loop; `asyncio.run` works beside it."""
    assert ">8</pre>" in page and ">again [2, 4]" in page and ">2</pre>" in page


@note("""
    ```python
    import os
    import subprocess
    import sys

    print("one")
    print("two", file=sys.stderr)
    os.write(1, b"three\\n")
    subprocess.run(["echo", "four"], check=True)
    os.write(2, b"five\\n")
    display("six")
    sys.stdout.write("seven\\n")
    sys.stdout.buffer.write(b"eight\\n")
    "nine"
    ```
    """)
def test_everything_printed_is_shown_in_order(page: str) -> None:
    """Whoever prints, and however: it is shown, in order with what is displayed."""
    assert shown(page) == [
        ("stdout", "one"),
        ("stderr", "two"),
        ("stdout", "three\nfour\nfive"),
        ("result", "'six'"),
        ("stdout", "seven\neight"),
        ("result", "'nine'"),
    ]


@note("""
    ```python
    import ctypes

    libc = ctypes.CDLL(None)
    print("from Python")
    libc.puts(b"from C");
    ```

    ```python continuation
    print("next cell")
    ```
    """)
def test_prints_of_c_code_are_shown(page: str) -> None:
    """A C library keeps what it prints in a buffer of its own: it is shown all the same."""
    cells = page.split('<div class="nw-cell"')[1:]
    assert [shown(cell) for cell in cells] == [
        [("stdout", "from Python\nfrom C")],
        [("stdout", "next cell")],
    ]


@note("""
    ```python
    import logging

    logging.warning("the log speaks")
    print("ünïcode ∑ 漢字 🙂")
    print("a lone surrogate: \\udc80")
    print("<b>not bold</b> & so on")
    ```
    """)
def test_text_arrives_as_printed(page: str) -> None:
    """Logs, every script, text that is no Unicode and text that looks like HTML."""
    assert shown(page) == [
        ("stderr", "WARNING:root:the log speaks"),
        (
            "stdout",
            "ünïcode ∑ 漢字 🙂\na lone surrogate: \\udc80\n<b>not bold</b> & so on",
        ),
    ]


@note("""
    ```python
    first = 1
    first
    first + 1
    ```

    ```python continuation
    first + 2;
    ```

    ```python continuation
    first + 3;  # hidden
    # and a comment below
    ```

    ```python continuation
    first + 4  # a comment that ends in ;
    ```

    ```python continuation
    (
        first
        + 5
    )  # over lines
    ```

    ```python continuation
    "six;"
    ```

    ```python continuation
    None
    ```

    ```python continuation
    first = 7
    ```

    ```python continuation
    if True:
        "eight"
    ```
    """)
def test_the_last_value_is_shown(page: str) -> None:
    """The value of the last expression, and no other; none after `;`; None is no value."""
    assert shown(page) == [
        ("result", "2"),
        ("result", "5"),
        ("result", "6"),
        ("result", "'six;'"),
    ]


@note("""
    ```python
    #| fig-alt: [lines, bars, points, two panels, a figure]
    import matplotlib.pyplot as plt

    plt.plot([1, 2])
    ```

    ```python continuation
    #| fig-alt: bars
    plt.figure()
    plt.hist([1, 1, 2])
    ```

    ```python continuation
    #| fig-alt: a title
    fig, ax = plt.subplots()
    [ax.set_title("t"), ax.set_xlabel("x")]
    ```

    ```python continuation
    #| fig-alt: panels
    fig, axes = plt.subplots(1, 2)
    axes
    ```

    ```python continuation
    #| fig-alt: the figure itself
    fig, ax = plt.subplots()
    fig
    ```

    ```python continuation
    #| fig-alt: boxes
    plt.figure()
    plt.boxplot([1, 2, 3])
    ```

    ```python continuation
    #| fig-alt: a pie
    plt.figure()
    plt.pie([1, 2, 3])
    ```
    """)
def test_artists_are_not_echoed(page: str) -> None:
    """Each open figure is shown once, and a value that only echoes it is not."""
    assert [kind for kind, _ in shown(page)] == ["figure"] * 7


@note("""
    ```python
    import matplotlib.pyplot

    [[], []]
    ```

    ```python continuation
    {"nothing": []}
    ```
    """)
def test_empty_lists_are_no_figures(page: str) -> None:
    """What holds nothing repeats nothing: it is a value like any other."""
    assert shown(page) == [("result", "[[], []]"), ("result", "{'nothing': []}")]


@note("""
    ```python
    import matplotlib.pyplot

    holds = []
    holds.append(holds)
    holds
    ```
    """)
def test_a_list_that_holds_itself_is_shown(page: str) -> None:
    """To look for figures in a value comes to an end."""
    assert shown(page) == [("result", "[[...]]")]


@note("""
    ```python
    #| fig-alt: a line
    #| fig-cap: The line *rises*.
    import matplotlib.pyplot as plt

    print("before")
    fig, ax = plt.subplots()
    ax.plot([1, 2])
    display(fig)
    print("after")
    ```
    """)
def test_a_displayed_figure_stands_where_it_was_displayed(page: str) -> None:
    """`display(fig)` shows it in order with the prints, and it is not shown again."""
    assert [kind for kind, _ in shown(page)] == ["stdout", "figure", "stdout"]
    assert "<figcaption>The line <em>rises</em>.</figcaption>" in page
    assert 'aria-label="a line"' in page


@note("""
    ```python
    import pandas as pd
    from sklearn.cluster import KMeans

    print("table:")
    display(pd.DataFrame({"height_m": [1.5, 2.5]}))
    KMeans(n_clusters=7)
    ```

    ```python continuation
    class Formatted:
        def _repr_markdown_(self):
            return "**strong**"


    class Picture:
        def _repr_png_(self):
            return b"png"


    Formatted()
    ```
    """)
def test_rich_values_are_shown_as_html(page: str) -> None:
    """A table, an estimator, Markdown: by the richest form that the value offers."""
    kinds = [kind for kind, _ in shown(page)]
    assert kinds == ["stdout", "html", "html", "html"]
    table, estimator, markdown = (text for kind, text in shown(page) if kind == "html")
    assert "<th>height_m</th>" in table
    assert "n_clusters" in estimator and "sk-estimator" in estimator
    assert "<strong>strong</strong>" in markdown


@note("""
    ```python
    import warnings

    warnings.warn("careful", stacklevel=1)
    print("done")
    ```
    """)
def test_warnings_are_shown_without_a_path(page: str) -> None:
    """A warning says its kind and its text, and nothing of this machine."""
    assert shown(page) == [("stderr", "UserWarning: careful"), ("stdout", "done")]


@note("""
    ```python
    print(object(), lambda: 0)
    display(object())
    {"key": object()}
    ```
    """)
def test_addresses_are_stripped(page: str) -> None:
    """A memory address differs from run to run: none is published."""
    assert shown(page) == [
        ("stdout", "<object object> <function <lambda>>"),
        ("result", "<object>"),
        ("result", "{'key': <object>}"),
    ]


@note("""
    ```python
    print("the register at 0x1F holds 3; jump at 0x400000 and a -> b at 0x400000")
    f"error at {hex(0xABCDEF0)}"
    ```
    """)
def test_numbers_are_no_addresses(page: str) -> None:
    """Only what an object says of itself holds an address."""
    assert shown(page) == [
        ("stdout", "the register at 0x1F holds 3; jump at 0x400000 and a -> b at 0x400000"),
        ("result", "'error at 0xabcdef0'"),
    ]


@note(r"""
    ```python
    for done in range(0, 101, 20):
        print(f"\r{done} %", end="")
    print("\nfirst\r\nlong line\rshort", end="\n")
    print("\x1b[31mred\x1b[0m")
    ```
    """)
def test_text_is_as_a_terminal_would_leave_it(page: str) -> None:
    """Of a progress bar, the last state stays; colours of a terminal are no text."""
    assert shown(page) == [("stdout", "100 %\nfirst\nshortline\nred")]


@note("""
    ```python
    import atexit

    atexit.register(print, "first registered")
    atexit.register(print, "not called")
    atexit.unregister(print)
    atexit.register(print, "said at the end")
    kept = open("data/kept.txt", "w")
    kept.write("written at the end");
    ```
    """)
def test_a_session_ends_as_python_does(page: str, site: ProjectDir) -> None:
    """What was registered is called, and what was not closed is written."""
    assert shown(page) == [("stdout", "said at the end")]
    assert (site.root / "data/kept.txt").read_text() == "written at the end"


@note("""
    ```python
    #| error: EOFError
    input("your name? ")
    ```
    """)
def test_input_meets_the_end_of_file(page: str) -> None:
    """A cell that asks never waits: there is nobody to answer."""
    assert shown(page)[0] == ("stdout", "your name? ")
    assert shown(page)[1][0] == "expected"
    assert "EOFError" in shown(page)[1][1]


@note("""
    - in a list:

        ```python
        import inspect


        def area(width_m, height_m):
            # both in metres
            return width_m * height_m


        print(inspect.getsource(area), end="")
        ```
    """)
def test_source_of_what_a_cell_defines_is_known(page: str) -> None:
    """`inspect.getsource` of a function made in a cell gives what is written."""
    assert texts(page, "stdout").split("\n") == [
        "def area(width_m, height_m):",
        "    # both in metres",
        "    return width_m * height_m",
    ]


@note("""
    - In a list:

        ```python
        import inspect
        from dataclasses import dataclass


        @dataclass
        class Field:
            # of a farm
            width_m: float

            class Crop:
                name = "rye"


        print(inspect.getsource(Field.Crop), end="")
        print(inspect.getsource(Field), end="")
        ```
    """)
def test_source_of_a_class_that_a_cell_defines_is_known(page: str) -> None:
    """`inspect.getsource` of a class, even one without methods or in another, works too."""
    assert texts(page, "stdout").split("\n") == [
        "    class Crop:",
        '        name = "rye"',
        "@dataclass",
        "class Field:",
        "    # of a farm",
        "    width_m: float",
        "",
        "    class Crop:",
        '        name = "rye"',
    ]


@note("""
    ```python
    from IPython.display import clear_output, update_display

    handle = display("first", display_id=True)
    display("second", display_id="by name")
    print("between")
    handle.update("anew")
    ```

    ```python continuation
    update_display("from another cell", display_id="by name")
    display("not shown", display_id="nothing", update=True)
    print("done")
    ```
    """)
def test_what_has_a_name_can_be_shown_anew(page: str) -> None:
    """A handle's `update`, and `update_display`, change what stands there, in any cell."""
    assert shown(page) == [
        ("result", "'anew'"),
        ("result", "'from another cell'"),
        ("stdout", "between"),
        ("stdout", "done"),
    ]


@note("""
    ```python
    print("kept: it is of another cell")
    ```

    ```python continuation
    from IPython.display import clear_output

    for step in range(3):
        print(f"step {step}")
        clear_output(wait=True)
    print("last")
    display("value")
    ```

    ```python continuation
    print("away")
    display("away")
    clear_output()
    ```

    ```python continuation
    print("stays, because nothing follows")
    clear_output(wait=True)
    ```
    """)
def test_cleared_outputs_are_gone(page: str) -> None:
    """`clear_output` clears what its cell has shown; with `wait`, once there is something else."""
    assert shown(page) == [
        ("stdout", "kept: it is of another cell"),
        ("stdout", "last"),
        ("result", "'value'"),
        ("stdout", "stays, because nothing follows"),
    ]


@note("""
    ```python
    import pickle
    from dataclasses import dataclass


    @dataclass
    class Point:
        x: int


    pickle.loads(pickle.dumps(Point(3)))
    ```
    """)
def test_a_class_made_in_a_cell_can_be_pickled(page: str) -> None:
    """A cell is `__main__`: its classes are found again by name."""
    assert shown(page) == [("result", "Point(x=3)")]


@note("""
    ```python
    import multiprocessing

    from joblib import Parallel, delayed

    from helper import double


    def square(x):
        return x * x


    print(Parallel(n_jobs=2)(delayed(square)(x) for x in range(4)))
    with multiprocessing.get_context("fork").Pool(2) as pool:
        print(pool.map(square, range(4)))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.map(double, range(4)))
    ```
    """)
def test_processes_can_work_for_a_cell(page: str) -> None:
    """joblib's workers and those of multiprocessing call functions made in a cell."""
    assert texts(page, "stdout").split("\n") == ["[0, 1, 4, 9]", "[0, 1, 4, 9]", "[0, 2, 4, 6]"]


@note("""
    ```python
    from matplotlib_inline import backend_inline as library

    print("first")
    library.display({"text/html": "<b>shown</b>"}, raw=True)
    ```
    """)
def test_a_library_shows_values_by_the_function_it_imported(page: str) -> None:
    """`from IPython.display import display` in a library that the warm parent has loaded."""
    assert texts(page, "stdout") == "first"
    assert "<b>shown</b>" in page


@note("""
    ```python
    import functools
    import math
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from dataclasses import dataclass

    import numpy as np

    scale = np.arange(2.0)
    offset = 1


    @dataclass
    class Point:
        x: int


    @functools.cache
    def root(x, offset=offset):
        return math.isqrt(x) + offset


    def moved(point):
        return Point(root(point.x) + int(scale.sum()) + start)


    def begin(value):
        global start
        start = value


    start = offset = 0
    ```

    ```python continuation
    for method in ("spawn", "forkserver"):
        context = multiprocessing.get_context(method)
        with context.Pool(1, begin, [10]) as pool:
            (found,) = pool.map(moved, [Point(9)])
            print(found, isinstance(found, Point))
    ```

    ```python continuation
    scale = scale + 1


    def raised(x):
        return 10 ** offset * moved(Point(x)).x


    offset = 2
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("forkserver")) as pool:
        print(list(pool.map(raised, range(1, 3))))
    queue = multiprocessing.get_context("spawn").Queue()
    child = multiprocessing.get_context("spawn").Process(target=queue.put, args=(Point(4),))
    child.start()
    print(queue.get())
    child.join()
    ```
    """)
def test_new_processes_find_the_functions_of_cells(page: str) -> None:
    """With their classes, imports and values, as they are when the process starts."""
    assert texts(page, "stdout").split("\n") == [
        "Point(x=15) True",
        "Point(x=15) True",
        "[500, 500]",
        "Point(x=4)",
    ]


@note("""
    ```python
    import multiprocessing


    def f(x):
        return missing + x


    lock = multiprocessing.get_context("spawn").Lock()


    def g(x):
        return lock


    with multiprocessing.get_context("spawn").Pool(1) as pool:
        for function in (f, g):
            try:
                pool.apply(function, [1])
            except NameError as error:
                print(error)
    ```
    """)
def test_a_new_process_raises_where_a_value_cannot_be_sent(page: str) -> None:
    """An error that the cell meets: a worker that dies would let it wait for ever."""
    assert texts(page, "stdout").split("\n") == [
        "name 'missing' is not defined",
        "name 'lock' is not defined",
    ]


@note("""
    ```python
    import asyncio


    async def answer():
        await asyncio.sleep(0)
        return 42


    asyncio.run(answer())
    ```
    """)
def test_asyncio_runs(page: str) -> None:
    """No event loop is in the way of `asyncio.run`."""
    assert shown(page) == [("result", "42")]


@note("""
    ```python
    from __future__ import annotations
    ```

    ```python continuation
    def f(x: Undefined): ...


    f.__annotations__
    ```

    ```python
    #| error: NameError
    def f(x: Undefined): ...


    f.__annotations__
    ```
    """)
def test_future_imports_hold_for_their_session(page: str) -> None:
    """`from __future__ import …` holds in the cells that follow, and in no other session."""
    assert shown(page) == [
        ("result", "{'x': 'Undefined'}"),
        ("expected", "NameError: name 'Undefined' is not defined"),
    ]


@note("""
    ```python
    import threading
    import time


    def late():
        time.sleep(0.3)
        print("late, but said")


    threading.Thread(target=late).start()
    print("at once")
    ```
    """)
def test_what_threads_print_late_is_shown(page: str) -> None:
    """A session ends when its threads have ended."""
    assert shown(page) == [("stdout", "at once\nlate, but said")]


@note("""
    ```python
    import os
    import sys

    from helper import double

    print(sorted(os.listdir())[-4:], sys.path[0] == os.getcwd(), __name__)
    print(open("data/numbers.txt").read().split(), double(4), sys.argv)
    ```
    """)
def test_cells_run_at_the_root_of_the_project(page: str) -> None:
    """The working directory is that of mkdocs.yml; its modules can be imported."""
    assert texts(page, "stdout").split("\n") == [
        "['data', 'docs', 'helper.py', 'mkdocs.yml'] True __main__",
        "['1', '2', '3'] 8 ['']",
    ]


STATE = """
    import os, random, sys, warnings
    import matplotlib as mpl
    import numpy as np

    ignored = ("ignore", None, Warning, None, 0) in warnings.filters
    print("name" in globals(), "NAME" in os.environ, "strange" in sys.path, ignored)
    print(os.path.basename(os.getcwd()), mpl.rcParams["font.size"], random.random())
    print(np.random.random(), np.get_printoptions()["precision"], "decimal" in sys.modules)
"""


@note(f"""
    ```python{STATE}
    ```

    ```python
    import decimal, os, random, sys, warnings
    import matplotlib as mpl
    import numpy as np

    name, os.environ["NAME"] = 1, "x"
    sys.path.append("strange")
    warnings.simplefilter("ignore")
    os.chdir("docs")
    mpl.rcParams["font.size"] = 33
    random.seed(5)
    np.random.seed(5)
    np.set_printoptions(precision=2)
    ```

    ```python{STATE}
    ```
    """)
def test_sessions_know_nothing_of_each_other(page: str) -> None:
    """Names, settings, random state, directory, environment: each session starts clean."""
    first, second = (text for kind, text in shown(page) if kind == "stdout")
    assert first == second
    assert first.startswith("False False False False")


@note("""
    ```python
    import os

    open(os.environ["RUNS"], "a").write("first\\n");
    count = 1
    ```

    Prose.

    > ```python continuation
    > count += 1
    > open(os.environ["RUNS"], "a").write("second\\n");
    > ```

    ```python notest
    count = 1 / 0
    ```

    1. An item

        ~~~python continuation
        open(os.environ["RUNS"], "a").write("third\\n");
        count + 1
        ~~~
    """)
def test_a_session_runs_each_cell_once(site: ProjectDir, page: str) -> None:
    """`continuation` shares names; no cell runs twice, and `notest` never does."""
    assert [each for each in shown(page) if each[0] == "result"] == [("result", "3")]
    runs = Counter((site.root.parent / "told/runs").read_text("utf-8").split())
    assert runs == {"first": 1, "second": 1, "third": 1}


@note("""
    ```python
    #| echo: false
    secret_of_echo = "shown"
    print(secret_of_echo)
    ```

    ```python
    #| include: false
    print("secret of include")
    ```

    ```python
    #| label: a-label
    #| error: ValueError
    int("x")
    ```
    """)
def test_options_steer_what_is_shown(page: str) -> None:
    """`echo` hides code, `include` both, `label` names a cell, `error` shows the exception."""
    assert shown(page) == [
        ("stdout", "shown"),
        ("expected", "ValueError: invalid literal for int() with base 10: 'x'"),
    ]
    assert "secret_of_echo" not in page
    assert "secret of include" not in page
    assert 'id="a-label"' in page
    assert "#|" not in page


@note("""
    ```python
    #| fig-alt: a line
    import matplotlib.pyplot as plt

    plt.plot([1, 2])
    plt.show()
    ```

    ```python continuation
    #| fig-alt: another line
    plt.plot([2, 1])
    plt.show()
    print("after the figure")
    ```
    """)
def test_plt_show_is_quiet(page: str) -> None:
    """`plt.show()`, in half of all examples, neither warns nor loses a figure."""
    assert texts(page, "stderr") == ""
    assert len(figures(page)) == 2


@note("""
    ```python
    #| fig-alt: [first, second, third]
    import matplotlib.pyplot as plt

    plt.plot([1, 2])
    plt.show()
    print("between")
    plt.plot([2, 1])
    plt.show()
    figure, _ = plt.subplots()
    figure.show()
    print("end")
    ```
    """)
def test_show_shows_and_ends_a_figure(page: str) -> None:
    """As in a notebook: what is drawn next is another figure."""
    assert [kind for kind, _ in shown(page)] == ["figure", "stdout", "figure", "figure", "stdout"]
    assert texts(page, "stderr") == ""


@pytest.mark.nightly
def test_fresh_interpreters_give_the_same(site: ProjectDir) -> None:
    """Where a fork is not safe, each session gets a new interpreter, and shows the same."""
    names = [
        "everything-printed-is-shown-in-order",
        "a-displayed-figure-stands-where-it-was-displayed",
        "sessions-know-nothing-of-each-other",
        "input-meets-the-end-of-file",
    ]
    spawned = ProjectDir(site.root.parent / "spawned" / "project")
    spawned.configure({"timeout": 60})
    spawned.write({f"docs/{name}.md": note.files[name] for name in names})
    ran = spawned.notewright("run", NOTEWRIGHT_SPAWN="1")
    assert ran.status == 0, ran.output
    records = list((spawned.root / ".notewright/records").glob("*.json"))
    assert len(records) == 5
    for path in records:
        forked = site.root / ".notewright/records" / path.name
        first, second = (
            [cell["outputs"] for cell in json.loads(each.read_text())["cells"]]
            for each in (forked, path)
        )
        assert first == second


@pytest.mark.gate
def test_the_tests_agree_with_the_site(site: ProjectDir) -> None:
    """Each cell that runs is one passed test, and no cell runs for it again."""
    cells = Counter(
        re.findall(r"^[ >]*(?:```|~~~)python(?! notest)", "\n".join(note.files.values()), re.M)
    ).total()
    tested = site.pytest("-v", RUNS=str(site.root.parent / "told/again"))
    assert tested.status == 0, tested.output
    assert len(tested.lines("CodeFence", "PASSED")) == cells
    assert not (site.root.parent / "again").exists()
