"""End to end: frames of cells begin in the same state, cannot see each other, and fail by name."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from projects import Notes, ProjectDir, shown
from served import Served

from notewright.render.frame_files import build

note = Notes()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """All notes of this module, built once."""
    project = ProjectDir(tmp_path_factory.mktemp("frames") / "project")
    project.configure({"timeout": 60}, theme={"name": "material", "font": False})
    project.write(
        {**note.paths(), "docs/index.md": "# Home\n", "data/a.txt": "1", "data/b.txt": "2"}
    )
    built = project.build()
    assert built.status == 0, built.output
    return project


@pytest.fixture
def page(site: ProjectDir, request: pytest.FixtureRequest) -> str:
    """The page of the test's own note."""
    return site.page(note.name(request.node.name))


@pytest.fixture
def file(site: ProjectDir, page: str) -> dict[str, Any]:
    """The file of the frames of the note's first cell that has some."""
    return frames_of(site, page)


def frames_of(site: ProjectDir, page: str) -> dict[str, Any]:
    """The first file of frames that a page names."""
    found = re.search(r'data-nw-frames="(?:\.\./)*([^"]+)"', page)
    assert found is not None
    told: dict[str, Any] = json.loads((site.root / "site" / found[1]).read_text("utf-8"))
    return told


def printed(file: dict[str, Any]) -> list[str]:
    """What each frame printed."""
    htmls = [build(file["base"], parts) for parts in file["frames"]]
    return ["\n".join(text for _, text in shown(f"{each}</div>")) for each in htmls]


@note("""
    ```python
    import random

    import numpy as np

    rng = np.random.default_rng(3)
    seen = []
    ```

    ```python continuation
    #| label: drawn
    #| vary: {k: [2, 3, 4]}
    #| vary-default: {k: 3}
    #| vary-caption: "{k} groups"
    seen.append(k)
    print(random.random(), np.random.random(), rng.random(), seen)
    ```

    Shown are 3<!--~ k --> groups, as in 3<!--= k -->.

    ```python continuation
    print(random.random(), seen, k)
    ```
    """)
def test_frames_begin_alike_and_leave_nothing(page: str, file: dict[str, Any]) -> None:
    """All draw what a plain cell would; the session goes on with the default."""
    numbers = [text.split(" [")[0] for text in printed(file)]
    assert len(set(numbers)) == 1
    assert [text.split(" [")[1] for text in printed(file)] == ["2]", "3]", "4]"]
    assert file["says"] == ["2 groups", "3 groups", "4 groups"]
    assert file["follows"] == [["2"], ["3"], ["4"]]
    assert printed(file)[1] in html.unescape(page)
    (last,) = re.findall(r">([\d.]+) \[3\] 3</pre>", page)
    assert last != numbers[0].split()[0]
    assert re.search(r'data-nw-follows="drawn" data-nw-value="0"[^>]*>3</span> groups', page)


DRAWS = """
import random

import numpy as np

print(k, random.random(), np.random.rand(k), {hash(str(k)) for _ in range(k)}, dir())
assert k < 9
"""
PLAIN = "```python\n{set}\n{code}```\n"


@pytest.mark.gate
def test_a_frame_is_what_a_plain_cell_would_be(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever it draws, and whichever names there are, with the value set above it."""
    project = ProjectDir(tmp_path_factory.mktemp("alike") / "project")
    values = [1, 2, 5, 8]
    varied = "#| label: a\n#| vary: {k: [1, 2, 5, 8]}\n#| vary-caption: '{k}'"
    notes = {"varied": PLAIN.format(set=varied, code=DRAWS)}
    notes |= {f"plain-{k}": PLAIN.format(set=f"k = {k}", code=DRAWS) for k in values}
    project.configure({"timeout": 60}, theme={"name": "material", "font": False})
    project.write({"docs/index.md": "# Home\n"} | {f"docs/{n}.md": t for n, t in notes.items()})
    built = project.build()
    assert built.status == 0, built.output
    alone = [shown(project.page(f"plain-{k}"))[-1][1] for k in values]
    assert printed(frames_of(project, project.page("varied"))) == alone


@pytest.mark.gate
@note("""
    ```python
    from IPython.display import display

    handle = display("first", display_id=True)
    ```

    ```python continuation
    #| vary: {name: [a, b]}
    #| vary-caption: "{name}"
    with open(f"data/{name}.txt") as file:
        print(file.read())
    ```
    """)
def test_what_any_frame_reads_makes_the_record_stale(
    site: ProjectDir, file: dict[str, Any]
) -> None:
    """Not only what the first one reads; and a file that nobody read does not count."""
    assert printed(file) == ["1", "2"]
    path = "what-any-frame-reads-makes-the-record-stale"
    assert "fresh" in site.notewright("why", path).output
    (site.root / "data/b.txt").write_text("3", "utf-8")
    assert "data/b.txt changed" in site.notewright("why", path).output
    (site.root / "data/b.txt").write_text("2", "utf-8")
    assert "fresh" in site.notewright("why", path).output


@note("""
    ```python
    #| label: sums
    #| steps: true
    #| fig-alt: "a line to {total}"
    import matplotlib.pyplot as plt

    total = 0
    for i in range(4):
        total += i
        plt.plot([0, total])
        yield f"Added {i}"
    ```

    The sum is 0<!--~ total -->.

    ```python continuation
    print(total, i)
    ```
    """)
def test_steps_are_frames_of_one_run(page: str, file: dict[str, Any]) -> None:
    """Each with its figure and its line; names are the session's, as after any cell."""
    assert file["says"] == [f"Added {number}" for number in range(4)]
    assert file["follows"] == [["0"], ["1"], ["3"], ["6"]]
    htmls = [build(file["base"], parts) for parts in file["frames"]]
    assert [re.findall('aria-label="([^"]*)"', each) for each in htmls] == [
        [f"a line to {total}"] for total in (0, 1, 3, 6)
    ]
    assert ("stdout", "6 3") in shown(page)


@note("""
    ```python
    #| vary: {a: [1, 2], b: [x, y, z]}
    #| vary-caption: "{a}{b}"
    print(b * a)
    ```
    """)
def test_two_names_make_a_grid(page: str, file: dict[str, Any]) -> None:
    """Of sliders and of frames, the last name first."""
    assert printed(file) == ["x", "y", "z", "xx", "yy", "zz"]
    assert page.count('type="range"') == 2


@note("""
    ```python
    #| vary: {k: [1, 2]}
    #| vary-caption: "{k} times"
    #| print-frames: all
    print("x" * k)
    ```
    """)
def test_all_frames_are_in_the_page_where_they_are_printed(page: str) -> None:
    """Beside each other, for paper and pages without scripts."""
    (part,) = re.findall(r'<div class="nw-multiples".*?</div></div>', page, re.S)
    assert re.findall(r">(x+|\d times)<", part) == ["x", "1 times", "xx", "2 times"]


WRONG = {
    "index": "# Home\n",
    "fails": """
```python
#| label: cell
#| vary: {k: [1, 0, 2]}
#| vary-caption: "{k} is {1 / k:.1f}"
#| timeout: 3
assert k != 2, "two"
```

```python continuation
print("went on")
```
""",
    "ends": """
```python
#| vary: {k: [0, 1, 2]}
#| vary-caption: "{k}"
import os

if k == 1:
    os._exit(3)
if k == 2:
    os.kill(os.getpid(), 9)
```
""",
    "hangs": """
```python
#| timeout: 1
#| vary: {k: [0, 1]}
#| vary-caption: "{k}"
while k: pass
```
""",
    "threads": """
```python
import threading

gate = threading.Event()
threading.Thread(target=gate.wait, daemon=True).start()
```

```python continuation
#| vary: {k: [0, 1]}
#| vary-caption: "{k}"
print(k)
```
""",
    "opened": """
```python
held = open("data/a.txt")
```

```python continuation
#| vary: {k: [0, 1]}
#| vary-caption: "{k}"
print(held.read())
```
""",
    "writes": """
```python
#| vary: {k: [0, 1]}
#| vary-caption: "{k}"
with open("out/told.txt", "w") as file:
    file.write(str(k))
```
""",
    "twins": """
```python
#| vary: {k: [0, 1]}
#| vary-caption: "the same"
print(k)
```
""",
    "sets": """
```python
#| vary: {k: [0, 1]}
#| vary-caption: "{k}"
print(k)
k = 3
```
""",
    "yields": """
```python
#| steps: true
x = 1
yield 3
```
""",
    "follows": """
```python
k = 1
```

It is 1<!--~ k -->.
""",
}


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """A project in which each note has a mistake."""
    project = ProjectDir(tmp_path_factory.mktemp("wrong") / "project")
    project.configure({"timeout": 60, "writable": ["out"]})
    project.write({f"docs/{name}.md": text.lstrip() for name, text in WRONG.items()})
    project.write({"data/a.txt": "1", "out/kept.txt": ""})
    return project


@pytest.fixture(scope="module")
def said(wrong: ProjectDir) -> str:
    """What the command line says of it."""
    return wrong.notewright("run").output


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (
            "fails.md:",
            "k = 0: cannot compute the value `vary-caption`: ZeroDivisionError: division by zero",
        ),
        ("fails.md:6", "k = 2: AssertionError: two"),
        ("ends.md:", "k = 1: the process that ran this frame stopped (exit status 3)"),
        ("ends.md:", "k = 2: the process that ran this frame stopped (signal 9)"),
        ("hangs.md:5", "k = 1: the cell was stopped after 1 s of processor time"),
        ("threads.md:", "the cells above started threads"),
        ("opened.md:", "a cell above left a.txt open"),
        ("writes.md:", "k = 1: the frame writes out/told.txt"),
        (
            "twins.md:1",
            "k = 1: its output differs from k = 0, but its caption and alt text are the same",
        ),
        ("sets.md:5", "the cell assigns `k`, but `vary` already sets it"),
        ("yields.md:", "a step must yield a line of text, but this one yields 3"),
        ("follows.md:5", "the value `k` needs a cell with frames above it"),
    ],
)
def test_a_mistake_names_its_place_and_its_value(said: str, place: str, words: str) -> None:
    """As the tests and the site say it."""
    assert [line for line in said.split("\n") if place in line and words in line], said


@pytest.mark.nightly
def test_where_a_frame_fails_no_braces_are_shown(wrong: ProjectDir) -> None:
    """What is written of each frame has its names in them, which nobody filled in."""
    built = wrong.command("-m", "mkdocs", "build")
    assert built.status == 1, built.output
    page = (wrong.root / "site/fails/index.html").read_text("utf-8")
    assert "k = 2: AssertionError: two" in page
    outputs = page.partition('class="nw-outputs')[2]
    assert "{k}" not in outputs and "{1 / k" not in outputs


@pytest.mark.nightly
def test_each_frame_has_a_test(wrong: ProjectDir) -> None:
    """The others of the cell pass, and the cells below run."""
    done = wrong.pytest("docs/fails.md", "-v")
    assert re.search(r"cell\[k=1\] PASSED", done.output), done.output
    assert re.search(r"cell\[k=0\] FAILED", done.output), done.output
    assert re.search(r"cell\[k=2\] FAILED", done.output), done.output
    assert len(done.lines("fails.md", "CodeFence", "PASSED")) == 2, done.output


ACCEPTED = """\
# Accepted

```python
#| label: drawn
#| vary: {k: [4, 5]}
#| vary-default: {k: 5}
#| vary-caption: "{k} of them"
print("shown", k)
```

```output
shown 0
```
"""


@pytest.mark.gate
def test_what_is_elsewhere_is_the_first_frame(tmp_path: Path) -> None:
    """The output that `accept` writes into the note, an embed, the notebook and the script."""
    project = ProjectDir(tmp_path / "project")
    project.configure()
    project.write({"docs/index.md": "# Home\n\n![[a#^drawn]]\n", "docs/a.md": ACCEPTED})
    accepted = project.notewright("accept", "docs/a.md")
    assert accepted.status == 0, accepted.output
    assert "```output\nshown 5\n```" in (project.root / "docs/a.md").read_text("utf-8")
    built = project.build("--strict")
    assert built.status == 0, built.output
    assert [text for _, text in shown(project.page("index"))] == ["shown 5"]
    (notebook,) = (project.root / "site").rglob("*.ipynb")
    assert "k = 5" in notebook.read_text("utf-8")


@pytest.mark.gate
def test_frames_fill_in_while_a_note_is_served(tmp_path: Path) -> None:
    """And follow an edit of their values."""
    project = ProjectDir(tmp_path / "project")
    project.configure(theme={"name": "material", "font": False})
    slow = ACCEPTED.replace("print(", "import time\n\ntime.sleep(1)\nprint(").partition(
        "```output"
    )[0]
    project.write({"docs/index.md": "# Home\n", "docs/a.md": slow})
    served = Served(project)
    try:
        served.wait(lambda: "Serving on" in served.output)
        served.wait(lambda: "data-nw-frames" in served.page("a"))
        project.write({"docs/a.md": slow.replace("[4, 5]", "[5, 6, 7]")})
        served.wait(lambda: "shown 5" in served.page("a") and 'max="2"' in served.page("a"))
    finally:
        served.end()
