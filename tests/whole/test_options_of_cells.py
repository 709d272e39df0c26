"""End to end: options of a cell that hide, fold and follow: `include`, `code-fold`, `deps`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from projects import Notes, ProjectDir, elements, figures, shown

pytestmark = pytest.mark.gate

note = Notes()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """One site with all notes of this file."""
    project = ProjectDir(tmp_path_factory.mktemp("options"))
    project.configure()
    project.write({"docs/index.md": "# Home\n", **note.paths()})
    built = project.build()
    assert built.status == 0, built.output
    return project


@pytest.fixture
def page(site: ProjectDir, request: pytest.FixtureRequest) -> str:
    """The page of the test's own note."""
    return site.page(note.name(request.node.originalname))


@note(
    """
    ```python
    #| include: false
    import matplotlib.pyplot as plt
    hidden = 6
    print("printed in secret")
    plt.plot([1, 2])
    ```

    ```python continuation
    print(hidden * 7)
    ```

    So 6<!--= hidden -->.
    """
)
def test_a_cell_that_is_not_included_runs_and_is_not_seen(page: str) -> None:
    """Neither code nor output nor figure of it is in the page; what follows can use it."""
    assert shown(page) == [("stdout", "42")]
    assert "secret" not in page and "hidden = 6" not in page
    assert figures(page) == []
    assert len(elements(page, kind="nw-cell")) == 1


@note(
    """
    ```python
    #| code-fold: true
    #| label: folded
    print("always seen")
    ```

    ```python
    #| code-fold: false
    print("open")
    ```

    > [!note]
    > ```python
    > #| code-fold: true
    > #| echo: false
    > print("no code at all")
    > ```
    """
)
def test_folded_code_opens_at_a_click(page: str) -> None:
    """The code is folded, and its output is not; without code there is nothing to unfold."""
    (fold,) = elements(page, "details", "nw-fold")
    assert "always seen" in fold.text
    assert "open" not in fold.attributes
    assert [text for _, text in shown(page)] == ["always seen", "open", "no code at all"]
    assert all("details" not in each.path for each in elements(page, "pre", "nw-stdout"))
    assert page.count('id="folded"') == 1


@note(
    """
    ```python notest
    print("by hand")
    ```

    ```output
    what it <printed> somewhere else
    ```
    """
)
def test_output_below_a_cell_that_never_runs_is_shown(page: str) -> None:
    """What the writer put there is not lost, though no run gives it."""
    assert shown(page) == [("stdout", "what it <printed> somewhere else")]


@note(
    """
    ```python
    print("a\\n  b")
    ```

    ```output
    a
      ...
    ```

    ^labelled

    Text.
    """
)
def test_accepted_output_is_shown_once(page: str) -> None:
    """The page shows what the run gave, and neither the fence nor its label besides."""
    assert shown(page) == [("stdout", "a\n  b")]
    assert "..." not in page.partition("nw-cell")[2].partition("Text.")[0]
    assert "^labelled" not in page
    assert 'id="labelled"' in page


def reads(path: str, *options: str) -> str:
    """A note whose cell reads a file in C, where only the system sees it; it says that it ran."""
    lines = "".join(f"#| {option}\n" for option in options)
    return (
        f"```python\n{lines}import ctypes\n"
        "libc = ctypes.CDLL(None)\nbuffer = ctypes.create_string_buffer(64)\n"
        f'fd = libc.open(b"{path}", 0)\nlibc.read(fd, buffer, 64)\n'
        'print("read", buffer.value.decode())\n```\n'
    )


FILES = {
    "docs/one.md": reads("data/one.bin", "deps: data/one.bin"),
    "docs/glob.md": reads("data/one.bin", "deps: [data/*.bin, other.txt]"),
    "docs/blind.md": reads("data/one.bin"),
    "data/one.bin": "1",
    "other.txt": "x",
}

FILES_READ = ("one", "glob", "blind")


@pytest.fixture
def reading(tmp_path: Path) -> ProjectDir:
    """A project whose cells read past all that can be followed, built."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write(FILES)
    built = project.build()
    assert built.status == 0, built.output
    assert shown(project.page("one")) == [("stdout", "read 1")]
    return project


STEPS = [
    (
        "data/one.bin",
        "2",
        {
            "one": "data/one.bin changed",
            "glob": "the content of data/*.bin changed",
            **({"blind": "data/one.bin changed"} if sys.platform == "linux" else {}),
        },
    ),
    ("data/two.bin", "2", {"glob": "the content of data/*.bin changed"}),
    ("other.txt", "y", {"glob": "other.txt changed"}),
    ("other.txt", None, {"glob": "other.txt was removed"}),
    ("other.txt", "z", {"glob": "other.txt was added"}),
    ("data/one.txt", "2", {}),
]


@pytest.mark.nightly
def test_a_declared_input_is_followed(reading: ProjectDir) -> None:
    """A change of what `deps` names runs just the cells that name or read it; `why` says so."""
    for path, content, stale in STEPS:
        assert reading.notewright("run").counts == (0, 3, 0)
        if content is None:
            (reading.root / path).unlink()
        else:
            reading.write({path: content})
        for name in stale or FILES_READ:
            why = reading.notewright("why", name).output
            assert stale.get(name, "fresh") in why, (path, why)
        assert reading.notewright("run").counts == (len(stale), 3 - len(stale), 0), path
    assert reading.build().status == 0
    assert shown(reading.page("one")) == [("stdout", "read 2")]


def test_a_dependency_outside_of_the_project_is_refused(tmp_path: Path) -> None:
    """What lies elsewhere differs from machine to machine."""
    project = ProjectDir(tmp_path)
    project.configure()
    wrong = ["/etc/passwd", "../x", "data/../../x", "", 3, ["a", 3]]
    cells = "".join(f"```python\n#| deps: {path!r}\nx = 1\n```\n" for path in wrong)
    project.write({"docs/index.md": cells})
    said = project.notewright("check")
    assert said.status == 1
    for number in range(len(wrong)):
        place = f"docs/index.md:{4 * number + 2}: invalid value for option `deps`:"
        assert len(said.lines(place, "inside the project")) == 1
