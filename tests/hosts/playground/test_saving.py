"""What is saved of an edited cell: its own lines of code, and not a character more."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.errors import EngineError
from notewright.hosts.playground.saving import change, save
from notewright.note.note import Note
from notewright.settings import Settings
from notewright.vault.vault import Vault

NOTES = {
    "plain.md": "---\ntitle: A\n---\n\n# A\n\n```python\n#| label: one\nx = 1\ny = 2\n```\n\nIt is "
    "`{python} x`.\n\n%% hidden %%\n\n```python continuation\nprint(x)\n```\n\n```output\n1\n```\n",
    "list.md": "# B\n\n1. First\n\n   ```python\n   if True:\n\n       x = 1\n   ```\n\n2. Two\n",
    "callout.md": "# C\n\n> [!note] Why\n> ```python\n> x = 1\n>\n> y = 2\n> ```\n> More.\n\nEnd",
    "tilde.md": "# D\n\n~~~~python\nx = '''\n```\n'''\n~~~~\n\n~~~\nno cell\n~~~\n",
    "book.py": "# %% [markdown]\n# # E\n\n# %%\nx = 1\ny = 2\n\n# %% [markdown]\n# Text.\n\n"
    "# %%\nprint(x)\n",
}
FORMS = {
    "as it is": lambda text: text.encode(),
    "lines of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "with a byte order mark": lambda text: ("\ufeff" + text).encode(),
}


def vault(root: Path, notes: dict[str, bytes]) -> Vault:
    """The vault of some notes."""
    (root / "docs").mkdir(exist_ok=True)
    for name, content in notes.items():
        (root / "docs" / name).write_bytes(content)
    return Vault.scan(Settings.from_options(root, root / "docs", {"execute": True}))


def cells_of(note: Note) -> list[tuple[str, object]]:
    """All that the cells of a note say, without their lines."""
    return [(cell.code, (cell.options, cell.info, cell.block_id)) for cell in note.cells]


LINES = st.one_of(
    st.sampled_from(
        re.findall(
            r"\S.*",
            """
            x = 1
            ```
            ~~~~
            ````
            #| label: two
            # %%
            # %% [markdown]
            %% a %%
            > x
            --8<-- "a.py"
            ;--8<-- 'a'
            <!-- x -->
            $$
            `{python} x`
            ^id
            ---
            '''
            :::
            {{ x }}
            [[plain]]
            \\
            é = 'ö'
            """,
        )
    ),
    st.sampled_from(["", "    y = 2", "\tz", "  ", "   ```", "     # %%"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=12),
)
CODES = st.lists(LINES, max_size=6).map("\n".join)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NOTES)
@given(code=CODES, which=st.integers(0, 1))
def test_nothing_else_of_the_note_changes(name: str, form: str, code: str, which: int) -> None:
    """Whatever is saved: the bytes around the code stay, and the note is read as it was."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        before = FORMS[form](NOTES[name])
        note = vault(root, {name: before}).notes[name]
        cell = note.cells[which % len(note.cells)]
        path = root / "docs" / name
        try:
            made = change(note, cell, code, path)
        except EngineError:
            assert path.read_bytes() == before
            return
        assert path.read_bytes() == before  # to look at a change makes none
        save(made, made.digest, path, note.file)
        after = path.read_bytes()
        ends = b"\r\n" if "Windows" in form else b"\n"
        old, new = before.split(ends), after.split(ends)
        first, last = cell.source[0].origin.line - 1, cell.source[-1].origin.line
        assert new[:first] == old[:first]
        assert new[len(new) - (len(old) - last) :] == old[last:]
        read = vault(root, {}).notes[name]
        wanted = [each.rstrip(" \t") if not each.strip() else each for each in written(code)]
        expected = cells_of(note)
        place = list(note.cells).index(cell)
        expected[place] = ("".join(f"{each}\n" for each in wanted), expected[place][1])
        assert cells_of(read) == expected
        assert [each.text for each in read.outline] == [each.text for each in note.outline]
        again = change(read, read.cells[place], code, path)
        assert again.content == after and not again.difference


def written(code: str) -> list[str]:
    """The lines of code, without those that are empty at its end."""
    return code.rstrip("\n").split("\n")


@pytest.fixture
def note(tmp_path: Path) -> Callable[[str], tuple[Note, Path]]:
    """Write a note."""

    def write(text: str) -> tuple[Note, Path]:
        return vault(tmp_path, {"a.md": text.encode()}).notes["a.md"], tmp_path / "docs" / "a.md"

    return write


def test_the_difference_is_what_changes(note: Callable[[str], tuple[Note, Path]]) -> None:
    """With two lines around it, and nothing of the names of files."""
    read, path = note(NOTES["plain.md"])
    shown = change(read, read.cells[0], "x = 5\ny = 2", path).difference.split("\n")
    assert shown[0].startswith("@@") and "-x = 1" in shown and "+x = 5" in shown
    assert [line for line in shown if line[0] in "+-"] == ["-x = 1", "+x = 5"]


def test_a_file_that_changed_since_is_not_written(
    note: Callable[[str], tuple[Note, Path]],
) -> None:
    """Before the difference was shown, or after."""
    read, path = note(NOTES["plain.md"])
    made = change(read, read.cells[0], "x = 5", path)
    path.write_text(path.read_text("utf-8") + "More.\n", "utf-8")
    with pytest.raises(EngineError, match="has changed"):
        change(read, read.cells[0], "x = 5", path)
    read = vault(path.parents[1], {}).notes["a.md"]
    with pytest.raises(EngineError, match="has changed since the diff was shown"):
        save(change(read, read.cells[0], "x = 5", path), made.digest, path, "a.md")
    with pytest.raises(EngineError, match="has changed since the diff was shown"):
        other = change(read, read.cells[0], "x = 6", path)
        save(change(read, read.cells[0], "x = 5", path), other.digest, path, "a.md")
    assert "x = 1" in path.read_text("utf-8") and "More." in path.read_text("utf-8")


def test_code_that_stands_elsewhere_is_not_saved(tmp_path: Path) -> None:
    """Nor is what the note would read as something else; each says why."""
    (tmp_path / "snippets").mkdir()
    (tmp_path / "snippets" / "s.py").write_text("x = 1\n", "utf-8")
    text = '# A\n\n```python\n--8<-- "s.py"\nprint(x)\n```\n\n```python\nx = 1\n```\n'
    read = vault(tmp_path, {"a.md": text.encode()}).notes["a.md"]
    path = tmp_path / "docs" / "a.md"
    with pytest.raises(EngineError, match=r"is in snippets/s\.py"):
        change(read, read.cells[0], "x = 2\nprint(x)", path)
    refused = {
        "```\n# Heading": "cannot be written into the note: one of its lines ends the cell",
        '--8<-- "s.py"': "cannot be written into the note: one of its lines is an include",
        "#| label: x\nx = 2": "cannot be written into the note: one of its lines is a cell option",
        "#| nonsense: x\nx = 2": "cannot be written into the note: unknown option",
        "x = '\u2028'": "which a note cannot contain",
    }
    for code, why in refused.items():
        with pytest.raises(EngineError, match=why):
            change(read, read.cells[1], code, path)
    assert path.read_text("utf-8") == text
