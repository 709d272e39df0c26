"""Includes: `--8<--` in a cell shows what pymdownx.snippets would show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown
from pymdownx.snippets import SnippetPreprocessor

from notewright.errors import VaultError
from notewright.note.includes import Includes, Origin, SourceLine, expand

FILE = '''\
"""A module."""
# --8<-- [start:lloyd]
def lloyd():
    # --8<-- [start:inner]
    return 1
    # --8<-- [end:inner]
# --8<-- [end:lloyd]
after = 2
'''


def include(root: Path, *lines: str) -> list[SourceLine]:
    """Expand the lines of a cell whose first code line is line 10 of the note."""
    written = [
        SourceLine(text, Origin("docs/a.md", number, number))
        for number, text in enumerate(lines, start=10)
    ]
    return expand(written, Includes(root / "snippets", root))


def texts(lines: list[SourceLine]) -> list[str]:
    return [line.text for line in lines]


@pytest.fixture
def root(project: Callable[..., Path]) -> Path:
    return project({"snippets/k_means.py": FILE}).resolve()


def test_a_section_is_what_stands_between_its_marks(root: Path) -> None:
    """Marks, of other sections too, are never shown and never run."""
    assert texts(include(root, '--8<-- "k_means.py:lloyd"')) == ["def lloyd():", "    return 1"]


@pytest.mark.parametrize(
    "line",
    ['-8<- "k_means.py:inner"', "--8<-- 'k_means.py:inner'", '---8<----\t"k_means.py:inner"'],
)
def test_scissors_of_any_length_cut(root: Path, line: str) -> None:
    """All spellings of pymdownx.snippets work."""
    assert texts(include(root, line)) == ["    return 1"]


def test_an_include_keeps_its_indentation(root: Path) -> None:
    """A section can be the body of a function that the note writes."""
    shown = texts(include(root, "def f():", '    --8<-- "k_means.py:8:8"'))
    assert shown == ["def f():", "    after = 2"]


def test_each_line_remembers_both_its_places(root: Path) -> None:
    """A traceback names the snippet's line, and the note's line that included it."""
    lines = include(root, "x = 1", '--8<-- "k_means.py:lloyd"', "y = 2")
    assert [line.origin for line in lines] == [
        Origin("docs/a.md", 10, 10),
        Origin("snippets/k_means.py", 3, 11),
        Origin("snippets/k_means.py", 5, 11),
        Origin("docs/a.md", 12, 12),
    ]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("k_mean.py", r"no snippet called `k_mean.py`. Did you mean `k_means.py`\?"),
        ("k_means.py:loyd", r"`k_means.py` has no section `loyd`. Did you mean `lloyd`\?"),
        ("k_means.py:1:2:3", "`:1:2:3` is neither a section nor a line range"),
        ("k_means.py:-2:", "`:-2:` is neither a section nor a line range"),
        ("k_means.py:1:2,5:6", "`:1:2,5:6` is neither a section nor a line range"),
        ("../mkdocs.yml", "is outside `snippets/`"),
        ("/etc/passwd", "is outside `snippets/`"),
        ("", None),
        (".", "no snippet called"),
    ],
)
def test_a_wrong_include_is_told_at_its_line(root: Path, target: str, said: str | None) -> None:
    """A missing file or section never gives an empty cell; no file is read from elsewhere."""
    line = f'--8<-- "{target}"'
    if said is None:  # not an include for pymdownx either
        assert texts(include(root, line)) == [line]
        return
    with pytest.raises(VaultError, match=said) as caught:
        include(root, "x = 1", line)
    assert caught.value.problem.where == "docs/a.md:11"


def test_a_link_that_leads_out_of_the_snippets_is_not_followed(root: Path) -> None:
    """A symbolic link does not smuggle a file into a page."""
    (root / "secret.py").write_text("token = 1")
    (root / "snippets" / "way_out.py").symlink_to(root / "secret.py")
    with pytest.raises(VaultError, match="is outside"):
        include(root, '--8<-- "way_out.py"')


def test_a_file_that_is_no_text_is_a_problem(root: Path) -> None:
    """A binary file is told as a mistake, not as a crash."""
    (root / "snippets" / "data.py").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(VaultError, match="no snippet called"):
        include(root, '--8<-- "data.py"')


def test_a_file_written_on_windows_has_the_same_lines(root: Path) -> None:
    """Line endings are no part of the code."""
    (root / "snippets" / "crlf.py").write_bytes(FILE.replace("\n", "\r\n").encode())
    expected = texts(include(root, '--8<-- "k_means.py:lloyd"'))
    assert texts(include(root, '--8<-- "crlf.py:lloyd"')) == expected


@pytest.mark.parametrize(
    "line",
    [
        'x = "--8<-- k_means.py"',
        '--8<-- "k_means.py" # not an include',
        "--8<--",
        '--8<--"k_means.py"',
        '# --8<-- "k_means.py"',
    ],
)
def test_what_only_looks_like_an_include_is_code(root: Path, line: str) -> None:
    """Code is never touched."""
    assert texts(include(root, line)) == [line]


@pytest.mark.parametrize(
    "line", [';--8<-- "k_means.py"', "    ;-8<- 'k_means.py:lloyd'", ';;--8<-- "a.py"']
)
def test_an_escaped_include_is_shown_as_it_is_written(root: Path, line: str) -> None:
    """A note on notes can show an include, in the way that pymdownx.snippets has for it."""
    shown = texts(include(root, line))
    assert shown == pymdownx(root, line)
    assert shown == [line.replace(";", "", 1)]


MARKS = st.builds(
    "{}# --8<-- [{}:{}]".format,
    st.sampled_from(["", "    "]),
    st.sampled_from(["start", "end"]),
    st.sampled_from(["one", "two-2"]),
)
CODE = st.sampled_from(["x = 1", "", "    y", "# [start:one]", "\tz = '--8<--'", "é = '\x0c'"])
FILES = st.lists(CODE | MARKS, max_size=12)
NUMBER = st.integers(0, 14).map(str) | st.just("")
PARTS = st.sampled_from(["", ":one", ":two-2"]) | st.builds(":{}:{}".format, NUMBER, NUMBER)


@given(FILES, PARTS, st.sampled_from(["", "    "]), st.booleans())
def test_what_is_shown_is_what_pymdownx_snippets_shows(
    root: Path, lines: list[str], part: str, indent: str, ends: bool
) -> None:
    """One file, one section, one range: the cell holds what the same line outside would show."""
    text = "\n".join(lines) + ("\n" if ends else "")
    (root / "snippets" / "made.py").write_bytes(text.encode())
    line = f'{indent}--8<-- "made.py{part}"'
    expected = pymdownx(root, line)
    try:
        found = texts(include(root, line))
    except VaultError:
        # pymdownx misses no section in a file of no lines.
        assert expected is None or (text == "" and part in (":one", ":two-2"))
    else:
        assert _lines(found) == _lines(expected)


def pymdownx(root: Path, line: str) -> list[str] | None:
    """What pymdownx.snippets makes of a line; None if a section is missing."""
    config = {
        "base_path": [str(root / "snippets")],
        "restrict_base_path": True,
        "encoding": "utf-8",
        "check_paths": True,
        "auto_append": [],
        "url_download": False,
        "url_max_size": 0,
        "url_timeout": 0,
        "url_request_headers": {},
        "dedent_subsections": False,
        "max_retries": 0,
        "backoff_factor": 0,
    }
    try:
        return list(SnippetPreprocessor(config, Markdown()).run([line]))
    except Exception as error:
        assert type(error).__name__ == "SnippetMissingError"
        return None


def _lines(lines: list[str] | None) -> list[str]:
    """Without blanks at the end of lines and empty lines at the end, which no reader sees."""
    assert lines is not None
    return "\n".join(line.rstrip() for line in lines).rstrip("\n").split("\n")


def test_an_included_file_may_include_others(root: Path) -> None:
    """A line of a nested include is told by the file that holds it, and by the note's line."""
    (root / "snippets/outer.py").write_text('a = 1\n--8<-- "inner.py"\n', "utf-8")
    (root / "snippets/inner.py").write_text("b = 2\n", "utf-8")
    lines = include(root, '--8<-- "outer.py"')
    assert texts(lines) == ["a = 1", "b = 2"]
    assert lines[1].origin.file == "snippets/inner.py"


def test_a_circle_of_includes_is_told(root: Path) -> None:
    """It ends, and names the line that closes the circle."""
    (root / "snippets/outer.py").write_text('--8<-- "inner.py"\n', "utf-8")
    (root / "snippets/inner.py").write_text('b = 2\n--8<-- "outer.py"\n', "utf-8")
    with pytest.raises(VaultError, match=r"snippets/inner\.py:2: `outer\.py` includes itself"):
        include(root, '--8<-- "outer.py"')
