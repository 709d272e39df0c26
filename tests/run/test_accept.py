"""`notewright accept`: afterwards the note says what its run gave, and nothing else changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from projects import ProjectDir

from notewright.errors import EngineError, Problem
from notewright.note.includes import Includes
from notewright.note.note import Note
from notewright.run.accept import accept
from notewright.run.records import CellRecord
from notewright.run.review import review
from notewright.run.verdicts import CellResult
from notewright.run.worker import outputs
from notewright.settings import Settings
from notewright.vault.vault import read_note

NOTE = """\
# Title

```python
print(acc)
```

```output
old
```

About 0.94<!--= acc --> of all, **k=3**<!--= k -->.

> ```pycon
> >>> 1 + 1
> 3
> >>> x = 1
> >>> print("a")
> b
> c
> ```
"""

RECORDS = [
    CellRecord([outputs.stream("stdout", "new\nlines\n")], values=["0.91", "4"]),
    CellRecord([], answers=["2\n", "", "a\n"]),
]

ACCEPTED = """\
# Title

```python
print(acc)
```

```output
new
lines
```

About 0.91<!--= acc --> of all, **k=4**<!--= k -->.

> ```pycon
> >>> 1 + 1
> 2
> >>> x = 1
> >>> print("a")
> a
> ```
"""


class Written:
    """A note on disk, accepted as its records say."""

    def __init__(self, root: Path, content: bytes) -> None:
        self.path = root / "docs" / "a.md"
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_bytes(content)
        self._settings = Settings(root=root, docs_dir=root / "docs")

    @property
    def content(self) -> bytes:
        return self.path.read_bytes()

    def note(self) -> Note:
        return read_note(self.path, self._settings)

    def results(self, records: Sequence[CellRecord]) -> list[CellResult]:
        root = self._settings.root
        cells = list(
            Note("docs/a.md", "docs/a.md", self.note().text, includes=Includes(root, root)).cells
        )
        return [CellResult(*pair) for pair in zip(cells, records, strict=True)]

    def accept(self, records: Sequence[CellRecord]) -> int:
        return accept(self.note(), self.results(records), self.path)

    def problems(self, records: Sequence[CellRecord]) -> list[str]:
        return [
            str(problem)
            for result in self.results(records)
            if result.record is not None
            for problem in review(result.cell, result.record)
        ]


def test_the_note_says_what_the_run_gave(tmp_path: Path) -> None:
    """Output, values and doctests are rewritten, and not a character besides."""
    written = Written(tmp_path, NOTE.encode())
    assert written.problems(RECORDS)
    assert written.accept(RECORDS) == 5
    assert written.content.decode() == ACCEPTED
    assert written.problems(RECORDS) == []


def test_a_sentence_that_is_false_is_left_to_its_author(tmp_path: Path) -> None:
    """No value can be written for a claim."""
    text = "```python\nx\n```\n\nIt is ahead.<!--! gain > 0 --> By 2<!--= gain -->.\n"
    written = Written(tmp_path, text.encode())
    records = [CellRecord([], values=["False", "-1"])]
    assert written.accept(records) == 1
    assert written.content.decode() == text.replace("By 2<", "By -1<")
    assert written.problems(records) == [
        "docs/a.md:5: the claim `gain > 0` is false. Correct the sentence, or the code"
    ]


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    """Accepting is done once."""
    written = Written(tmp_path, ACCEPTED.encode())
    before = written.path.stat().st_mtime_ns
    assert written.accept(RECORDS) == 0
    assert written.path.stat().st_mtime_ns == before


def test_line_ends_and_the_byte_order_mark_stay(tmp_path: Path) -> None:
    """A note of Windows stays one: its history shows the accepted lines only."""
    written = Written(tmp_path, b"\xef\xbb\xbf" + NOTE.replace("\n", "\r\n").encode())
    written.accept(RECORDS)
    assert written.content == b"\xef\xbb\xbf" + ACCEPTED.replace("\n", "\r\n").encode()


def test_a_note_saved_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    """The writer's newest words win."""
    written = Written(tmp_path, NOTE.encode())
    note, results = written.note(), written.results(RECORDS)
    written.path.write_text("newer")
    with pytest.raises(EngineError, match="changed while its cells ran"):
        accept(note, results, written.path)
    assert written.content == b"newer"


def test_what_agrees_keeps_its_own_words(tmp_path: Path) -> None:
    """A rounded number and `...` are not replaced by what one run gave."""
    text = "```python\nx\n```\n\n```output\n0.94 ...\n```\n"
    written = Written(tmp_path, text.encode())
    assert written.accept([CellRecord([outputs.stream("stdout", "0.9378 s\n")])]) == 0
    assert written.content.decode() == text


@pytest.mark.parametrize("printed", ["```\n", "a\n````\nb\n", "~~~\n"])
def test_output_that_looks_like_a_fence_does_not_end_it(tmp_path: Path, printed: str) -> None:
    """A cell that prints Markdown can be accepted too."""
    text = "```python\nx\n```\n\n```output\nold\n```\n\n1<!--= x -->\n"
    written = Written(tmp_path, text.encode())
    records = [CellRecord([outputs.stream("stdout", printed)], values=["1"])]
    written.accept(records)
    assert written.problems(records) == []
    assert written.accept(records) == 0


PREFIXES = st.sampled_from(["", "> ", "- a\n\n  ", "> > "])
LINES = st.lists(st.text(st.sampled_from("ab01.-_*[]|<>#\\é "), max_size=6), max_size=3)
WORDS = st.from_regex(r"[a-z0-9.]{1,4}( [a-z0-9.]{1,4})?", fullmatch=True)


@pytest.mark.gate
@given(PREFIXES, LINES, LINES, WORDS, WORDS)
@example("", [], [], "..0", "0")
def test_after_accepting_every_note_agrees_with_its_run(
    tmp_path: Path, place: str, old: list[str], new: list[str], said: str, result: str
) -> None:
    """Wherever a cell stands and whatever it printed: no disagreement is left."""
    lines = ["```python", "x", "```", "", "```output", *old, "```", "", f"so {said}<!--= x -->"]
    rest = place.rpartition("\n")[2]
    text = place + "\n".join(line if not n else f"{rest}{line}" for n, line in enumerate(lines))
    written = Written(tmp_path, text.encode())
    printed = "".join(f"{line}\n" for line in new)
    records = [CellRecord([outputs.stream("stdout", printed)], values=[result])]
    written.accept(records)
    assert written.problems(records) == []
    assert written.accept(records) == 0


HEAD = "\ufeff---\na: 1\n---\n\n%%\nhidden\n%%\n\n# é\n\n"
TAIL = "\n\nEnd with 0.94, `code` and  two spaces  \nand no newline at the end"
PRINTED = st.text(st.sampled_from("ab `~%$\t\r\n\0>-.|<!é"), max_size=16)


@pytest.mark.gate
@given(PREFIXES, PRINTED, PRINTED, st.booleans())
def test_no_other_byte_is_touched(
    tmp_path: Path, place: str, old: str, new: str, windows: bool
) -> None:
    """Line ends, the byte order mark, hidden text and odd spaces stay, whatever was printed."""
    rest = place.rpartition("\n")[2]
    fence = "`" * 20  # longer than any that could be printed

    def note(printed: str) -> str:
        lines = [f"{fence}python", "x", fence, "", f"{fence}output", *printed.split("\n"), fence]
        quoted = [f"{rest}{line}" if n else line for n, line in enumerate(lines)]
        return HEAD + place + "\n".join(quoted) + TAIL

    def on_disk(text: str) -> bytes:
        return (text.replace("\n", "\r\n") if windows else text).encode()

    written = Written(tmp_path, on_disk(note(old.replace("\r", "").replace("\0", ""))))
    before = written.content
    records = [CellRecord([outputs.stream("stdout", new)])]
    count = written.accept(records)
    assert written.problems(records) == []
    first, last = on_disk(HEAD + place + f"{fence}python"), on_disk(f"{fence}{TAIL}")
    assert written.content.startswith(first)
    assert written.content.endswith(last)
    assert count == 1 or written.content == before
    after = written.content
    assert written.accept(records) == 0
    assert written.content == after


@pytest.mark.gate
@given(
    st.lists(st.sampled_from(["%%c%%", "0.94", "%%0.94%%", " of ", "**", "k="]), max_size=5),
    st.sampled_from(["0.91", "-0.94", "0.91 s", "(3, 4)", "12%"]),
)
def test_hidden_text_beside_a_value_is_not_written_into(
    tmp_path: Path, words: list[str], result: str
) -> None:
    """A comment right before the value stays hidden, and stays as it was."""
    text = "```python\nx\n```\n\nso " + "".join(words) + " 0.9<!--= x --> on.\n"
    written = Written(tmp_path, text.encode())
    records = [CellRecord([], values=[result])]
    written.accept(records)
    assert written.problems(records) == []
    assert written.accept(records) == 0
    hidden = [word for word in words if word.startswith("%")]
    assert re.findall("%%[^%]*%%", written.content.decode()) == hidden


def test_a_value_is_found_behind_hidden_text(tmp_path: Path) -> None:
    """What readers see directly before the comment is the value."""
    text = "```python\nx\n```\n\nso 0.94%%was 0.94%%<!--= x --> on.\n"
    written = Written(tmp_path, text.encode())
    records = [CellRecord([], values=["0.91"])]
    assert written.accept(records) == 1
    assert written.content.decode() == text.replace("so 0.94", "so 0.91")


def test_what_a_failed_cell_printed_is_not_accepted(tmp_path: Path) -> None:
    """Half of an output is no output: the note keeps what it says until the cell is mended."""
    written = Written(tmp_path, NOTE.encode())
    results = written.results(RECORDS)
    fault = Problem("docs/a.md", 4, "NameError: name 'acc' is not defined")
    failing = [CellResult(results[0].cell, results[0].record, (fault,)), results[1]]
    assert accept(written.note(), failing, written.path) == 2
    assert b"old" in written.content
    assert b"About 0.94" in written.content
    assert b"> 2\n" in written.content


def test_a_cell_that_did_not_run_is_left_alone(tmp_path: Path) -> None:
    """Where there is no record, there is nothing to accept."""
    written = Written(tmp_path, NOTE.encode())
    results = [CellResult(result.cell) for result in written.results(RECORDS)]
    assert accept(written.note(), results, written.path) == 0
    assert written.content == NOTE.encode()


def test_mode_and_link_of_the_file_stay(tmp_path: Path) -> None:
    """A note that is a link, or that others may not read, is still so afterwards."""
    written = Written(tmp_path, b"")
    target = tmp_path / "elsewhere.md"
    target.write_text(NOTE)
    target.chmod(0o640)
    written.path.unlink()
    written.path.symlink_to(target)
    written.accept(RECORDS)
    assert written.path.is_symlink()
    assert target.read_text() == ACCEPTED
    assert target.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.rglob("*.tmp")] == []


def test_an_answer_with_an_empty_line_stays_one_answer(tmp_path: Path) -> None:
    """An empty line would end the answer; doctest has a word for it."""
    text = "- ```pycon\n  >>> f()\n  old\n  >>> g()\n  2\n  ```\n"
    written = Written(tmp_path, text.encode())
    records = [CellRecord([], answers=["a\n\nb\n", "2\n"])]
    assert written.accept(records) == 1
    assert written.content.decode() == text.replace("old", "a\n  <BLANKLINE>\n  b")
    assert written.problems(records) == []


def test_a_doctest_of_a_snippet_is_not_written_into_the_note(tmp_path: Path) -> None:
    """What an included file says is told, and not ours to rewrite."""
    (tmp_path / "shown.txt").write_text(">>> 1\n2\n>>> 3\n4\n")
    text = '```pycon\n--8<-- "shown.txt"\n>>> 5\n6\n```\n'
    written = Written(tmp_path, text.encode())
    records = [CellRecord([], answers=["1\n", "3\n", "5\n"])]
    assert len(written.problems(records)) == 3
    assert written.accept(records) == 1
    assert written.content.decode() == text.replace("6", "5")


DISAGREEING = {
    "docs/plain.md": """\
        ```python
        #| label: first
        print("new")
        x = 0.9371
        ```

        ```output
        ```

        ^first

        About 0.95<!--= f"{x:.2f}" -->, and 0.94<!--= f"{x:.2f}" -->.

        | shape | error |
        |:--|--:|
        | (2, 2)<!--= (2, 3) --> | **7%**<!--= f"{1 - x:.0%}" --> |

        ```pycon continuation
        >>> x
        0.94
        >>> [x,
        ...  1]
        []
        >>> 1 / 0
        1
        >>> print("a\\n\\nb")
        ```
        """,
    "docs/places.md": """\
        ---
        title: places
        ---

        %% 1<!--= 2 --> %%

        - item

          > [!note] In a callout
          > ```python
          > for number in range(3):
          >     print(" " * number, number / 3)
          > ```
          >
          > ~~~output
          >  0.0
          > ~~~
          >
          > So k=3<!--= number -->.

        1. ```pycon
           >>> {"a": 1}
           {}
           ```

        ```python
        #| error: ValueError
        print("before")
        int("x")
        ```

        ````output
        ````
        """,
    "docs/agreeing.md": """\
        ```python
        1 / 3
        ```

        ```output
        0.33...
        ```

        So 1<!--= 1 -->.
        """,
}
CORRECTED = {
    "docs/plain.md": [
        ("```output\n```", "```output\nnew\n```"),
        ("About 0.95", "About 0.94"),
        ("(2, 2)<", "(2, 3)<"),
        ("**7%**", "**6%**"),
        ("[]\n", "[0.9371, 1]\n"),
        (
            ">>> 1 / 0\n1\n",
            ">>> 1 / 0\nTraceback (most recent call last):\n    ...\n"
            "ZeroDivisionError: division by zero\n",
        ),
        ('b")\n', 'b")\na\n<BLANKLINE>\nb\n'),
    ],
    "docs/places.md": [
        (
            "  >  0.0\n",
            "  >  0.0\n  >   0.3333333333333333\n  >    0.6666666666666666\n",
        ),
        ("k=3", "k=2"),
        ("{}\n", "{'a': 1}\n"),
        (
            "````output\n",
            "````output\nbefore\nValueError: invalid literal for int() with base 10: 'x'\n",
        ),
    ],
    "docs/agreeing.md": [],
}


@pytest.mark.nightly
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_notes_of_a_project_are_accepted(tmp_path: Path, end: str) -> None:
    """Real cells, in lists, callouts and tables: what they gave is written, and nothing else."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write(DISAGREEING)
    wanted = {}
    for name, edits in CORRECTED.items():
        path = project.root / name
        text = path.read_text("utf-8")
        path.write_bytes(text.replace("\n", end).encode())
        for old, new in edits:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        wanted[name] = text.replace("\n", end).encode()

    accepted = project.notewright("accept")
    assert accepted.status == 0, accepted.output
    assert {name: (project.root / name).read_bytes() for name in wanted} == wanted
    assert accepted.lines("docs/plain.md: updated 7 places")
    assert accepted.lines("docs/places.md: updated 4 places")
    assert not accepted.lines("agreeing.md")
    assert accepted.counts[2] == 0

    again = project.notewright("accept")
    assert (again.status, again.lines("rewritten")) == (0, [])
    assert {name: (project.root / name).read_bytes() for name in wanted} == wanted
    assert project.notewright("check").counts == (0, 5, 0)


@pytest.mark.gate
def test_the_markup_around_a_value_stays(tmp_path: Path) -> None:
    """An address, a code span and a formula are there as before; a bar ends no cell of a table."""
    project = ProjectDir(tmp_path)
    project.configure()
    cell = "```python\nn, bar = 4, 'x|y'\n```\n\n"
    said = "[3](index.md)<!--= n -->, `3`<!--= n -->, $3$<!--= n -->, __3__<!--= n -->\n\n"
    table = "| a | b |\n|---|---|\n| 3<!--= bar --> | z |\n"
    project.write({"docs/index.md": cell + said + table})
    assert project.notewright("accept").lines("docs/index.md: updated 5 places")
    written = cell + said.replace("3", "4") + table.replace("3", r"x\|y")
    assert (project.root / "docs/index.md").read_text() == written
    assert project.notewright("check").status == 0
    assert project.build().status == 0
    page = project.page("index")
    assert '<a href="./">4</a>' in page and "<code>4</code>" in page
    assert "<td>z</td>" in page and "x|y" in page and r"x\|y" not in page


def test_one_note_is_accepted_and_others_are_not(tmp_path: Path) -> None:
    """`accept NOTE` writes into that note only; what fails in it is told."""
    project = ProjectDir(tmp_path)
    project.configure()
    wrong = "```python\nx = 1\n```\n\n3<!--= x -->\n"
    failing = "\n```python\nprint(1)\ny\n```\n\n```output\n2\n```\n\n3<!--= 4 -->\n"
    project.write({"docs/a.md": wrong + failing, "docs/b.md": wrong})
    accepted = project.notewright("accept", "docs/a.md")
    assert accepted.status == 1
    assert accepted.lines("docs/a.md:9: NameError: name 'y' is not defined")
    assert (project.root / "docs/a.md").read_text() == wrong.replace("3<", "1<") + failing
    assert (project.root / "docs/b.md").read_text() == wrong


@pytest.mark.gate
def test_a_value_that_fails_does_not_keep_the_rest_from_being_written(tmp_path: Path) -> None:
    """What is known is written; what fails is told, and is all that is told."""
    project = ProjectDir(tmp_path)
    project.configure()
    text = """\
        ```python
        a = 1
        print(a)
        ```

        ```output
        ```

        Value 5<!--= a -->, other 7<!--= missing -->, third 8<!--= a + 1 -->.

        ```python continuation
        print("half")
        1 / 0
        ```

        ```output
        ```

        Value 6<!--= a -->.
        """
    project.write({"docs/acc.md": text})
    accepted = project.notewright("accept", "acc")
    assert accepted.lines("docs/acc.md: updated 3 places")
    assert accepted.status == 1
    assert accepted.lines("docs/acc.md:10: ", "missing")
    assert not accepted.lines("notewright accept")
    note = (project.root / "docs/acc.md").read_text("utf-8")
    assert "```output\n1\n```" in note
    assert "Value 1<!--= a -->, other 7<!--= missing -->, third 2<!--= a + 1 -->." in note
    assert "```output\n```\n\nValue 6<!--= a -->." in note


def test_a_cell_that_fails_beside_a_value_is_left_alone(tmp_path: Path) -> None:
    """It must raise, and does not: that is no value's fault."""
    project = ProjectDir(tmp_path)
    project.configure()
    cell = "```python\n#| error: ValueError\nprint(1)\n```\n\n```output\n```\n"
    project.write({"docs/acc.md": f"{cell}\nValue 5<!--= 4 -->, and 7<!--= missing -->.\n"})
    accepted = project.notewright("accept", "acc")
    assert accepted.status == 1
    assert not accepted.lines("rewritten")
