"""`notewright accept`: afterwards the note says what its run gave, and nothing else changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright import outputs
from notewright.accept import accept
from notewright.cells import find_cells
from notewright.errors import EngineError
from notewright.records import CellRecord
from notewright.review import review
from notewright.settings import Settings
from notewright.vault import Note, read_note
from notewright.verdicts import CellResult

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
        cells = find_cells(self.note().text, "docs/a.md", includes=root, root=root)
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


@given(PREFIXES, LINES, LINES, WORDS, WORDS)
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
