"""How soon an edit of a slow session, or a note that comes, is in the site of `mkdocs serve`.

    python tests/benchmarks/bench_edits.py [NOTE ...]

The cell is edited some times. "Shown" is the time from the save until the page has what the cell
prints now, which runs in the state that the cells above left; "whole" the time until all cells of
the session have run once more. The first edit of a session makes that state. Then notes are added,
each when the server has had the time to make what the last one changed elsewhere. Works on a copy
of this vault.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench_processes import Server

from notewright.note.sessions import Session, group
from notewright.settings import Settings
from notewright.vault.vault import Vault

ROOT = Path(__file__).parents[2]
NOTES = ("lessons/deep-nets.md", "models/gradient-boosting.md", "tasks/b-unknown-k.md")
EDITS = 4
PAUSE = 20
MARK = "Provisional"


def main() -> None:
    """Serve a copy of the vault, and edit each of some notes."""
    notes = sys.argv[1:] or NOTES
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch, "project")
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns("site", ".venv", ".git"))
        with Server(copy) as server:
            for note in notes:
                for line in edited(copy, note, server):
                    print(f"{note}: {line}", flush=True)
            for line in added(copy, server):
                print(line, flush=True)


def edited(root: Path, note: str, server: Server) -> Iterator[str]:
    """Edit the last cell of the longest session of a note; yields what that took."""
    session = longest(root, note)
    file, line = root / session.file, session.cells[-1].source[-1].origin.note_line
    lines = file.read_text("utf-8").split("\n")
    address = f"{note.removesuffix('.md')}/"
    server.wait_for_page(address, ["</html>"])
    for number in range(1, EDITS + 1):
        said = f"said in edit {number}"
        new = [*lines[:line], f'print("{said[:4]}", "{said[5:]}")', *lines[line:]]
        time.sleep(1)
        started = time.perf_counter()
        file.write_text("\n".join(new), "utf-8")
        server.wait_for_page(address, [said])
        shown = time.perf_counter() - started
        server.wait_for_page(address, [said, "</html>"], without=MARK)
        whole = time.perf_counter() - started
        yield f"edit {number}: shown {shown:.2f} s, whole {whole:.2f} s"


def added(root: Path, server: Server) -> Iterator[str]:
    """Add notes; yields how soon each has its page."""
    for number in range(1, EDITS + 1):
        time.sleep(PAUSE)
        started = time.perf_counter()
        text = f"# Added {number}\n\nSee [[k-means]].\n"
        root.joinpath(f"docs/concepts/added-{number}.md").write_text(text, "utf-8")
        server.wait_for_page(f"concepts/added-{number}/", ["</html>"])
        yield f"note {number} added: {time.perf_counter() - started:.2f} s"


def longest(root: Path, note: str) -> Session:
    """The session of a note that has most cells."""
    vault = Vault.scan(Settings.load(root))
    return max(group(vault.notes[note].cells), key=lambda each: len(each.cells))


if __name__ == "__main__":
    main()
