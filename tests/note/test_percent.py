"""Percent notebooks: read as notes, with the lines of their files, and run as notes are."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from projects import ProjectDir, figures, line_of, texts

from notewright.errors import EngineError
from notewright.note.includes import Includes
from notewright.note.note import Note
from notewright.note.percent import read
from notewright.run.accept import accept
from notewright.run.engine import Engine
from notewright.settings import Settings
from notewright.vault.edits import Edit, edited
from notewright.vault.link_fixes import plan_fixes
from notewright.vault.links import check_links
from notewright.vault.obsidian_index import write_index
from notewright.vault.rename import plan_rename, rename, write_edits
from notewright.vault.vault import Vault

Scan = Callable[[Mapping[str, str | bytes]], Vault]

NOTEBOOK = """\
# ---
# title: Digits
# tags: [project]
# aliases: [numbers]
# ---

# %% [markdown]
# # Digits
#
# Which digit is hard? See [[index]].

# %% Load the data
from snippets.helper import twice

print("twice:", twice(2))

# %% [markdown]
# ```output
# twice: 4
# ```
#
# The value is 4<!--= twice(2) -->.
# %%
#| label: curve
#| fig-cap: A line that rises.
#| fig-alt: A line from 1 to 2.
import matplotlib.pyplot as plt

fig, ax = plt.subplots()
ax.plot([1, 2])
ax.set(xlabel="x", ylabel="y");

# %%
--8<-- "helper.py:k"
K + 1

# %% notest
never()
"""

HELPER = """\
# --8<-- [start:k]
K = 3
# --8<-- [end:k]


def twice(x):
    return 2 * x
"""

FILES = {
    "docs/projects/digits.py": NOTEBOOK,
    "docs/projects/plain.py": "x = 1\n",
    "docs/other.md": "# Other\n\n```python\nfrom snippets.more import one\n\none\n```\n",
    "docs/index.md": """\
        # Home

        See [[digits]] and [[digits#^curve|its curve]], or [the file](projects/digits.py).

        ![[curve.svg|A line.]]
        """,
    "snippets/helper.py": HELPER,
    "snippets/more.py": "one = 1\n",
}

JUPYTER = {"mkdocs-jupyter": {"include": ["projects/*.py"], "execute": False, "cache": False}}


def markdown(source: str) -> str:
    return read(textwrap.dedent(source), "docs/a.py").text


def test_a_notebook_becomes_markdown_line_by_line() -> None:
    """Each line keeps its number: messages about the Markdown name the file's own lines."""
    text = markdown(NOTEBOOK)
    assert text.count("\n") == NOTEBOOK.count("\n")
    lines = text.split("\n")
    assert lines[:5] == [
        "---",
        "title: Digits",
        "tags: [project]",
        "aliases: [numbers]",
        "---",
    ]
    assert lines[7] == "# Digits"
    assert lines[line_of(NOTEBOOK, "# %% Load") - 1] == '```python title="Load the data"'
    assert lines[line_of(NOTEBOOK, "import matplotlib") - 1] == "import matplotlib.pyplot as plt"


CODE = st.text(st.characters(exclude_characters="\r\x00", codec="utf-8"), max_size=60)


@given(st.lists(st.tuples(st.booleans(), CODE), min_size=1, max_size=5))
def test_code_is_not_changed_by_a_character(parts: list[tuple[bool, str]]) -> None:
    """Whatever stands in a cell of code is run as it stands, at its own line."""
    source, codes = "", []
    for is_text, body in parts:
        if is_text:
            source += "# %% [markdown]\n# Words.\n\n"
            continue
        body = re.sub(r"(?m)^(# ?%%|[ \t]*-*8<|[ \t]*;-|#\|)", "x", body).strip()
        body = re.sub(r"[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", "x", body)
        source += f"# %%\n{body}\n\n"
        codes += [(source.count("\n", 0, source.rindex("# %%")) + 1, body)] if body else []
    notebook = read(source, "a.py")
    found = list(
        Note("a.py", "a.py", notebook.text, includes=Includes(Path("/none"), Path("/none"))).cells
    )
    assert not notebook.problems
    assert [(cell.line, cell.code.rstrip("\n")) for cell in found] == [
        (line, code.rstrip("\n")) for line, code in codes
    ]
    assert [cell.continues for cell in found] == [number > 0 for number in range(len(found))]


def test_a_fence_in_a_string_does_not_end_the_cell() -> None:
    """A cell that holds backticks gets a longer fence."""
    text = markdown('# %%\ntext = """\n```python\n````\n"""\n\n# %%\n1\n')
    assert text.split("\n")[0] == "`````python"
    cells = list(Note("a.py", "a.py", text, includes=Includes()).cells)
    assert len(cells) == 2 and "````\n" in cells[0].code


def test_a_notebook_needs_no_line_break_at_its_end() -> None:
    """The last cell is closed behind the last line."""
    cells = list(Note("a.py", "a.py", markdown("# %%\n1 + 1"), includes=Includes()).cells)
    assert [cell.code for cell in cells] == ["1 + 1\n"] and cells[0].problem is None


def test_the_words_of_notes_stand_behind_the_mark() -> None:
    """`notest` and `fixture:` mean what they mean in notes; jupytext's metadata means nothing."""
    text = markdown(
        """\
        # %% notest
        a

        # %% tags=["x"] {"name": 1}
        b

        # %% [code] fixture:tmp_path hl_lines="1"
        c

        #%%
        d
        """
    )
    assert [line for line in text.split("\n") if line.startswith("```p")] == [
        "```python notest",
        "```python",
        '```python continuation fixture:tmp_path hl_lines="1"',
        "```python continuation",
    ]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("x = 1\n\n# %%\n1\n", ["1: this line is outside any cell and would be ignored"]),
        (
            "# %% [markdown]\n# Text\nx = 1\n",
            ["3: every line of a Markdown cell must be a comment"],
        ),
        ("# %%\n1\n# %%\n2\n", ["3: a blank line is missing above this cell"]),
        ("# ---\n# title: A\n\nx = 1\n# %%\n", ["1: the properties are never closed"]),
        (
            "# %% [raw]\n# x\n",
            ["1: unknown cell type `raw`"],
        ),
        (
            "# %% [markdown]\n# ```text\n# open\n\n# %%\n1\n",
            ["5: this cell is ignored: a fence, comment or HTML tag above it is not closed"],
        ),
        (
            "# %% [markdown]\n# Text %%hidden\n\n# %%\n1\n",
            ["4: this cell is ignored: a fence, comment or HTML tag above it is not closed"],
        ),
        (
            "# %% [markdown]\n# ```python\n# 1\n# ```\n",
            ["2: this fence in a Markdown cell would start a separate session"],
        ),
        ("# A licence.\n\n# %% [markdown]\n# ```python notest\n# 1\n# ```\n", []),
    ],
)
def test_what_cannot_be_read_is_told(source: str, found: list[str]) -> None:
    """A line that would be shown or run otherwise than its writer thinks has a problem."""
    notebook = read(source, "docs/a.py")
    assert [f"{each.line}: {each.message}" for each in notebook.problems] == found
    assert all(each.remedy for each in notebook.problems)


def test_a_link_finds_a_notebook(vault: Scan) -> None:
    """`[[digits]]` means `projects/digits.py`, unless a note has the name."""
    found = vault(
        {
            "projects/digits.py": NOTEBOOK,
            "projects/plain.py": "x = 1\n",
            "projects/twin.py": "# %%\n1\n",
            "twin.md": "A note.",
            "index.md": "[[digits]] [[projects/digits]] [[digits.py]] [[numbers]] [[plain.py]]",
        }
    )
    index = found.notes["index.md"]
    for words in ("digits", "Digits", "projects/digits", "/projects/digits", "digits.py"):
        assert found.resolve(words, index) == "projects/digits.py"
    assert found.resolve("numbers", index) == "projects/digits.py"
    assert found.resolve("twin", index) == "twin.md"
    assert found.resolve("plain", index) is None
    assert found.attachments == {"projects/plain.py"}
    assert not list(check_links(found, ()))
    note = found.notes["projects/digits.py"]
    assert note.properties["title"] == "Digits" and note.headings == ["Digits"]


def test_a_broken_link_is_told_at_its_place(vault: Scan) -> None:
    """Line and column are those of the `.py`."""
    found = vault({"a.py": "# %% [markdown]\n# See [[nowhere]].\n", "b.md": ""})
    assert [(each.where, each.column) for each in check_links(found, ())] == [("docs/a.py:2", 7)]


def test_a_note_and_a_notebook_of_one_name_clash(vault: Scan) -> None:
    """Both would have one page: it is told."""
    found = vault({"a.py": "# %%\n1\n", "A.md": "Text."})
    assert [problem.message for problem in found.problems] == [
        "`a.md` has the same name, so both would have the same page"
    ]


def test_the_index_is_obsidians(vault: Scan) -> None:
    """Obsidian reads no notebook, so `notewright index` has none; links to one resolve."""
    written: list[str] = []
    write_index(vault({"a.py": "# %%\n1\n", "b.md": "[[a]]"}), written.append)
    assert '"a.py": {' not in "".join(written)
    assert '"a.py": 1' in "".join(written)


@pytest.mark.gate
def test_accept_writes_comments(project: Any) -> None:
    """What a run gave is written into the `.py`, behind `# `, and nothing else changes."""
    source = NOTEBOOK.replace("# twice: 4", "# old").replace("is 4<", "is 5<")
    source = source.replace('print("twice:", twice(2))', 'print("a\\n\\nb")').replace("\n", "\r\n")
    root = project({**FILES, "docs/projects/digits.py": source.encode()})
    settings = Settings.load(root)
    vault = Vault.scan(settings)
    note = vault.notes["projects/digits.py"]
    path = settings.docs_dir / note.path
    with Engine(settings) as engine:
        results = engine.run(vault, [note]).cells[note.path]
        assert accept(note, results, path) == 2
        wanted = source.replace("# old\r\n", "# a\r\n#\r\n# b\r\n").replace("is 5<", "is 4<")
        assert path.read_bytes().decode() == wanted
        vault = Vault.scan(settings)
        note = vault.notes[note.path]
        assert accept(note, engine.run(vault, [note]).cells[note.path], path) == 0


def test_rename_rewrites_links_of_notebooks_and_to_them(vault: Scan) -> None:
    """A notebook keeps `.py`, links name it without, and its old address leads on."""
    found = vault(
        {
            "projects/digits.py": NOTEBOOK,
            "more.py": "# %% [markdown]\n# See [[digits]].\n",
            "index.md": "[[digits]] [x](projects/digits.py) [[projects/digits.py|y]]",
        }
    )
    rename(found, plan_rename(found, "projects/digits.py", "mnist"))
    docs = found.settings.docs_dir
    assert (docs / "index.md").read_text() == (
        "[[mnist]] [x](projects/mnist.py) [[projects/mnist.py|y]]"
    )
    assert (docs / "more.py").read_text() == "# %% [markdown]\n# See [[mnist]].\n"
    added = "# aliases: [numbers]\n# redirect_from: [projects/digits]\n# ---"
    assert (docs / "projects/mnist.py").read_text() == NOTEBOOK.replace(
        "# aliases: [numbers]\n# ---", added
    )
    found = Vault.scan(found.settings)
    rename(found, plan_rename(found, "more.py", "less"))
    assert (docs / "less.py").read_text() == (
        "# ---\n# redirect_from: [more]\n# ---\n\n# %% [markdown]\n# See [[mnist]].\n"
    )
    rename(found := Vault.scan(found.settings), plan_rename(found, "index.md", "start"))
    assert Vault.scan(found.settings).notes["less.py"].problems == ()


def test_fixes_are_written_into_comments(vault: Scan) -> None:
    """`check --fix` rewrites a link to an alias, and nothing else."""
    source = "# %% [markdown]\n# See [[numbers]].\n\n# %%\n1\n"
    found = vault({"a.py": source, "digits.py": NOTEBOOK, "index.md": "Text."})
    write_edits(found, plan_fixes(found))
    assert (found.settings.docs_dir / "a.py").read_text() == source.replace(
        "[[numbers]]", "[[digits|numbers]]"
    )


def test_code_is_never_rewritten(vault: Scan) -> None:
    """An edit that would change code, or a mark, ends with the line."""
    found = vault({"a.py": "# %% [markdown]\n# A\n\n# %%\n1\n"})
    note = found.notes["a.py"]
    at = note.text.index("1")
    with pytest.raises(EngineError, match=r"docs/a\.py:5 is not Markdown text"):
        edited(found.settings.docs_dir / "a.py", note, [Edit(at, at + 1, "2")])


def test_a_line_that_moves_up_to_a_blank_one_stays_a_comment() -> None:
    """Without its mark it would be code."""
    source = "# %% [markdown]\n# one\n\n# three\n"
    notebook = read(source, "a.py")
    at = notebook.text.index("three") - 1
    first, until, text = notebook.edit(at, at + 1, "")
    assert source[:first] + text + source[until:] == "# %% [markdown]\n# one\n# three\n"


@pytest.mark.nightly
@given(st.data())
def test_an_edit_of_the_markdown_is_one_of_the_file(data: st.DataObject) -> None:
    """Text that is put into a Markdown cell stands in its Markdown afterwards."""
    source = "# %% [markdown]\n# one two\n#\n\n# three\n\n# %%\n1\n"
    notebook = read(source, "a.py")
    last = notebook.text.index("```") - 1
    start = data.draw(st.integers(notebook.text.index("one"), last - 1))
    end = data.draw(st.integers(start, last - 1))
    new = data.draw(st.text("ab\n", max_size=6))
    first, until, text = notebook.edit(start, end, new)
    again = read(source[:first] + text + source[until:], "a.py")
    wanted = notebook.text[:start] + new + notebook.text[end:]
    assert again.text == wanted and not again.problems


@pytest.mark.nightly
@pytest.mark.parametrize("plugins", [[], [JUPYTER]], ids=["alone", "mkdocs-jupyter"])
def test_a_notebook_is_a_page_like_a_note(tmp_path: Path, plugins: list[Any]) -> None:
    """With mkdocs-jupyter and without: same look, tested values, links; a warm build runs nothing.

    After a helper changed, its users run and no other session does.
    """
    here = ProjectDir(tmp_path)
    here.configure(plugins=["search", *plugins, {"notewright": {}}])
    here.write(FILES)
    built = here.build()
    assert built.status == 0, built.output
    assert built.counts == (2, 0, 0)
    page = here.page("projects/digits")
    assert texts(page, "stdout") == "twice: 4\n"[:-1]
    assert texts(page, "result") == "4"
    assert len(figures(page)) == 1 and len(figures(here.page("index"))) == 1
    assert "K = 3" in re.sub("<[^>]+>", "", page) and "# %%" not in page
    asked = [set(re.findall(r'"(https?://[^"]*)', each)) for each in (page, here.page("index"))]
    assert asked[0] == asked[1]  # the theme's own, and none of mkdocs-jupyter's
    assert 'href="projects/digits/#curve"' in here.page("index")
    assert here.page("index").count('href="projects/digits/"') >= 2
    assert (tmp_path / "site/projects/plain.py").read_text() == "x = 1\n"
    assert not (tmp_path / "site/projects/digits.py").exists()
    assert "projects/digits/" in (tmp_path / "site/search/search_index.json").read_text()
    assert here.build().counts == (0, 2, 0)
    assert here.page("projects/digits") == page
    here.write({"snippets/helper.py": HELPER.replace("2 * x", "x + x")})
    assert here.build().counts == (1, 1, 0)


@pytest.mark.nightly
def test_a_failing_notebook_fails_with_its_line(tmp_path: Path) -> None:
    """The build and the tests name `docs/projects/digits.py` and the line of the file."""
    here = ProjectDir(tmp_path)
    here.configure(plugins=["search", JUPYTER, {"notewright": {}}])
    source = NOTEBOOK.replace("K + 1", "K + missing")
    here.write({**FILES, "docs/projects/digits.py": source})
    place = f"docs/projects/digits.py:{line_of(source, 'K + missing')}"
    built = here.build()
    assert built.status != 0
    assert built.lines(place, "NameError")
    assert not (tmp_path / "site").exists()
    tested = here.pytest("docs/projects/digits.py")
    assert tested.status == 1 and tested.lines(place, "NameError")


@pytest.mark.nightly
def test_pytest_tests_each_cell_of_a_notebook(tmp_path: Path) -> None:
    """One test a cell and one for the note; nothing imports it, or a template beside it."""
    here = ProjectDir(tmp_path)
    here.configure({"writable": ["told"]})
    (tmp_path / "told").mkdir()
    here.write(
        {
            **FILES,
            "docs/projects/test_named.py": "# %%\nopen('told/ran', 'a').write('x');\n",
            "docs/templates/project.py": "# %%\nraise SystemExit\n",
        }
    )
    tested = here.pytest("-v")
    assert tested.status == 0, tested.output
    line = line_of(NOTEBOOK, "# %% Load the data")
    assert tested.lines(f"docs/projects/digits.py::[CodeFence#1][line:{line}] PASSED")
    assert tested.lines("docs/projects/digits.py::[note] PASSED")
    assert len(tested.lines("docs/projects/digits.py::")) == 4
    assert len(tested.lines("docs/projects/test_named.py::")) == 2
    assert (tmp_path / "told" / "ran").read_text() == "x"
    shown = here.pytest("-v", "docs/projects", NOTEWRIGHT_EXECUTE="0")
    assert shown.status == 0 and len(shown.lines("digits.py::", "PASSED")) == 4


@pytest.mark.nightly
def test_commands_take_the_path_of_a_notebook(tmp_path: Path) -> None:
    """`run`, `why` and `check` know a notebook by path and by name."""
    here = ProjectDir(tmp_path)
    here.configure()
    here.write(FILES)
    assert here.notewright("run", "docs/projects/digits.py").counts == (1, 0, 0)
    line = line_of(NOTEBOOK, "# %% Load the data")
    why = here.notewright("why", "digits").output
    assert why.startswith(f"docs/projects/digits.py:{line}: fresh\n")
    checked = here.notewright("check")
    assert checked.status == 0, checked.output
