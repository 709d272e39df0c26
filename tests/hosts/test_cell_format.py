"""`notewright format`: cells are as ruff writes them, and all else is as it was, to the byte."""

from __future__ import annotations

import ast
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from projects import ProjectDir

from notewright.hosts import cell_format
from notewright.settings import Settings
from notewright.vault.vault import Vault

NOTE = """\
---
title:   A   # kept
---

#  A

Text with `x=1`  and trailing blanks.\x20\x20

```python
#| label:   fig-a
#| fig-alt:  "A   line"

x=1;y = [1,2 ]
--8<--   "part.py:one"
def f( a ):
    --8<-- "part.py:one"
    return a
x;
```

```python notest
not python (
```

```pycon
>>> 1+1
2
```

```js
let  x=1
```

> [!note]
>
> ```python
> z = {'a':1}
>
> z
> ```

- item

    ```python
    w=(1,
       2)
    ```

%%
```python
hidden=1
```
%%
"""

CHANGES = {
    '\n\nx=1;y = [1,2 ]\n--8<--   "part.py:one"\ndef f( a ):': (
        '\nx = 1\ny = [1, 2]\n\n\n--8<--   "part.py:one"\ndef f(a):'
    ),
    "    return a\nx;": "    return a\n\n\nx;",
    "{'a':1}": '{"a": 1}',
    "w=(1,\n       2)": "w = (1, 2)",
}


def formatted(text: str) -> str:
    """The note as it is to be."""
    for old, new in CHANGES.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """A note with cells wherever one can stand, and a notebook."""
    made = ProjectDir(tmp_path)
    made.configure()
    made.write({"snippets/part.py": "# --8<-- [start:one]\n1\n# --8<-- [end:one]\n"})
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.md").write_bytes(NOTE.encode())
    (tmp_path / "docs/b.py").write_bytes(b"# %% [markdown]\n# # B\n\n# %%\nx=1\nx+1;\n")
    return made


@pytest.mark.nightly
def test_cells_are_formatted_and_nothing_else(project: ProjectDir) -> None:
    """Options, includes, other languages, doctests, comments, quotations and lists stay."""
    docs = project.root / "docs"
    before = (docs / "a.md").read_bytes()
    checked = project.notewright("format", "--check")
    assert checked.status == 1, checked.output
    assert checked.lines("docs/a.md: not formatted") and checked.lines("2 of 2 notes would change")
    assert (docs / "a.md").read_bytes() == before
    done = project.notewright("format")
    assert done.status == 0 and done.lines("2 of 2 notes changed"), done.output
    assert (docs / "a.md").read_bytes().decode() == formatted(before.decode())
    assert (docs / "b.py").read_bytes() == b"# %% [markdown]\n# # B\n\n# %%\nx = 1\nx + 1;\n"
    assert project.notewright("format", "--check", "a").status == 0
    assert project.notewright("format").lines("0 of 2 notes changed")


@pytest.mark.gate
def test_the_settings_of_the_project_count(project: ProjectDir) -> None:
    """Those that ruff finds, or those that are named; what it refuses is told."""
    project.write({"ruff.toml": '[format]\nquote-style = "single"\n'})
    project.notewright("format")
    assert "{'a': 1}" in (project.root / "docs/a.md").read_text("utf-8")
    project.write({"other.toml": '[format]\nquote-style = "double"\n', "bad.toml": "x = 1\n"})
    project.notewright("format", "--config", "other.toml")
    assert '{"a": 1}' in (project.root / "docs/a.md").read_text("utf-8")
    refused = project.notewright("format", "--config", "bad.toml")
    assert refused.status == 1 and refused.lines("ruff failed")


@pytest.mark.gate
def test_a_cell_that_is_no_python_is_told(project: ProjectDir) -> None:
    """It stays as it is; one that is to fail so, or that is only read, is none of these."""
    text = (
        "# C\n\n```python\nx=1\ny = (\n```\n\n"
        "```python\n#| error: SyntaxError\nx = = 1\n```\n\n```python notest\n!ls\n```\n"
    )
    project.write({"docs/c.md": text})
    for command in ("format", "lint"):
        done = project.notewright(command, "c")
        assert done.status == 1
        assert done.lines("docs/c.md:5: the cell is not formatted: invalid Python code"), (
            done.output
        )
        assert done.output.count("invalid Python code") == 1
    assert (project.root / "docs/c.md").read_text("utf-8") == text


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_ends_of_lines_and_marks_stay(tmp_path: Path, ending: str, start: str) -> None:
    """Those of other systems, a mark of the encoding, and a file that ends without an end."""
    project = ProjectDir(tmp_path)
    project.configure()
    (tmp_path / "docs").mkdir()
    text = f"{start}# A\n\n```python\nx=1\n\n\n```\n\n```python\ny=2\n```".replace("\n", ending)
    note = tmp_path / "docs/a.md"
    note.write_bytes(text.encode())
    assert project.notewright("format").status == 0
    wanted = text.replace("x=1", "x = 1").replace("y=2", "y = 2")
    assert note.read_bytes().decode() == wanted


CODE = st.sampled_from(
    [
        "x=1",
        "f( 1,2 )",
        "if x :\n  y=1",
        "s='''a\n\n  b '''",
        "(",
        "# c\n",
        "\n\n",
        "x;",
        "\tz",
        "ä='é'",
    ]
)
PROSE = st.sampled_from(
    [
        "text",
        "> q\n",
        "- a\n",
        "    code=1",
        "%%",
        "<div>",
        "~~~",
        "````",
        "| a | b |\n|--|--|",
        "\r\n",
    ]
)
FENCE = st.builds(
    lambda mark, words, codes, before, end: (
        "\n".join(
            [before + line for line in [f"{mark}{words}", *"\n".join(codes).split("\n"), mark]]
        )
        + end
    ),
    st.sampled_from(["```", "~~~", "````"]),
    st.sampled_from(["python", "py notest", "pycon", "python continuation", "", "{.python}"]),
    st.lists(CODE, max_size=4),
    st.sampled_from(["", "> ", "  ", "    ", "\t"]),
    st.sampled_from(["\n", "\r\n", "", "\n\n"]),
)
TEXT = st.lists(st.one_of(PROSE, FENCE, FENCE), max_size=6).map("\n\n".join)


@pytest.mark.gate
@given(TEXT, st.sampled_from(["\n", "\r\n"]))
def test_nothing_outside_of_cells_ever_changes(text: str, ending: str) -> None:
    """Whatever a note holds: other lines stay, codes mean the same, and twice is once."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "docs").mkdir()
        (root / "mkdocs.yml").write_text("site_name: A\n", "utf-8")
        path = root / "docs/a.md"
        path.write_bytes(text.replace("\n", ending).encode())
        before = Vault.scan(Settings.load(root))
        found = list(cell_format.rewritten(before, list(before.notes.values())))
        for file, content in found:
            assert file == path and content != path.read_bytes()
            old = cell_format._lines(path.read_bytes().decode())
            new = cell_format._lines(content.decode())
            path.write_bytes(content)
            after = Vault.scan(Settings.load(root))
            pairs = [
                cell_format.codes_of(each.notes["a.md"], lines)
                for each, lines in ((before, old), (after, new))
            ]
            assert _without(old, pairs[0]) == _without(new, pairs[1])
            for mine, theirs in zip(*pairs, strict=True):
                assert ast.dump(ast.parse(mine.text)) == ast.dump(ast.parse(theirs.text))
            assert list(cell_format.rewritten(after, list(after.notes.values()))) == []


def _without(lines: list[str], codes: list[cell_format.Code]) -> list[str]:
    for code in reversed(codes):
        lines = [*lines[: code.start], "CODE", *lines[code.end :]]
    return lines


@pytest.mark.nightly
def test_a_note_that_is_named_twice_is_formatted_once(project: ProjectDir) -> None:
    """By whatever names: the code of one note came into another."""
    project.write({"docs/d.md": "```python\nprint( 1)\n```\n"})
    project.write({"docs/e.md": "```python\nprint( 2)\n```\n"})
    done = project.notewright("format", "d", "docs/d.md", "e", "d")
    assert done.status == 0 and "2 of 2 notes changed" in done.output, done.output
    assert (project.root / "docs/d.md").read_text("utf-8") == "```python\nprint(1)\n```\n"
    assert (project.root / "docs/e.md").read_text("utf-8") == "```python\nprint(2)\n```\n"
    for words in (["run"], ["accept"], ["list"], ["lint"]):
        done = project.notewright(*words, "d", "docs/d.md", "e")
        assert done.status == 0, (words, done.output)


ODD = {
    "docs/option.md": "```python\n#| label: a\n\n#| include: false\nx = ( 1)\n```\n",
    "docs/option.py": "# %% [markdown]\n# # B\n\n# %%\n\n#| include: false\nx = ( 1)\n",
    "docs/mark.py": "# %%\ndef f():\n    return 1\n  # %% step two\nprint( f())\n",
}


@pytest.mark.nightly
@pytest.mark.parametrize("name", ODD)
def test_a_cell_that_would_be_another_is_left_and_told(project: ProjectDir, name: str) -> None:
    """The others of its note are formatted all the same."""
    more = "\n```python\ny = ( 1)\n```\n" if name.endswith(".md") else "\n# %%\ny = ( 1)\n"
    project.write({name: ODD[name] + more})
    before = project.notewright("list", name, "--json").output
    done = project.notewright("format", name)
    assert done.status == 1
    assert any(
        ("formatting would change its meaning") in line for line in done.lines(f"{name}:")
    ), done.output
    text = (project.root / name).read_text("utf-8")
    assert text == ODD[name] + more.replace("( 1)", "1"), text
    assert project.notewright("list", name, "--json").output == before


ODD_SIGNS = "a\u00a0b\u2028c\x85d\x1ce"


@pytest.mark.gate
def test_no_sign_in_a_string_keeps_a_cell_as_it_is(project: ProjectDir) -> None:
    """Not even those that end a line elsewhere."""
    note = "# A\n\n```python\n{}\nb = 1\n```\n"
    project.write({"docs/odd.md": note.format(f"a = ( '{ODD_SIGNS}')\n\f")})
    done = project.notewright("format", "odd")
    assert done.status == 0, done.output
    formatted = note.format(f'a = "{ODD_SIGNS}"\n')
    assert (project.root / "docs/odd.md").read_bytes().decode() == formatted
    assert project.notewright("format", "--check", "odd").status == 0


def test_lines_behind_signs_that_differ_are_told(project: ProjectDir) -> None:
    """Nobody could say what should stand before a new line."""
    quoted = "# A\n\n> ```python\n> a = ( 1)\n>b = 2\n> ```\n"
    project.write({"docs/odd.md": quoted})
    done = project.notewright("format", "odd")
    assert done.status == 1 and (project.root / "docs/odd.md").read_text("utf-8") == quoted
    assert done.lines("docs/odd.md:4: the cell is not formatted", "indented inconsistently")


@pytest.mark.nightly
def test_a_note_that_cannot_be_read_is_no_empty_one(project: ProjectDir) -> None:
    """Who asks about it is told why."""
    (project.root / "docs/latin.md").write_bytes("# Größe\n".encode("latin-1"))
    for words in ("format", "lint", "why", "show", "list"):
        done = project.notewright(words, "latin")
        assert done.status != 0, words
        assert done.lines("docs/latin.md:1: not valid UTF-8"), (words, done.output)
    assert project.notewright("doctor").lines("lacks", "docs/latin.md:1: not valid UTF-8")
