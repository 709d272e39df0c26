"""Tries notewright on a project of MkDocs: what would readers lose? `notewright init --check`.

The project is built twice into temporary folders, by MkDocs alone and with notewright as the last
plugin, and the two sites are compared page by page. Only fences run that ask for it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from notewright.configuration import CONFIG_FILE
from notewright.errors import EngineError, counted, shortened
from notewright.hosts.site_comparison import KINDS, Comparison, Loss, compare, without
from notewright.settings import STATE_DIR, Settings
from notewright.vault.published import is_hidden, is_published
from notewright.vault.vault import Vault

SHOWN = 3
"""Losses of a kind that are printed; `--json` has all."""
LONGEST = 72
"""Characters of a loss that are printed."""
_MESSAGE = re.compile(r"^(?:WARNING|ERROR)\b.*", re.MULTILINE)


class Lines:
    """Finds words in the files of pages, each of which is read once."""

    def __init__(self, docs: Path) -> None:
        self._docs = docs
        self._read: dict[str, list[str]] = {}

    def find(self, file: str, text: str) -> int:
        """The first line of a file with the first words of a text; 0 if there is none."""
        words = re.findall(r"\w+", text)[:6]
        if not words:
            return 0
        if file not in self._read:
            try:
                whole = (self._docs / file).read_text("utf-8", errors="replace")
            except OSError:
                whole = ""
            self._read[file] = whole.splitlines()
        pattern = re.compile(r"\W+".join(map(re.escape, words)))
        lines = enumerate(self._read[file], 1)
        return next((number for number, line in lines if pattern.search(line)), 0)


@dataclass(frozen=True, slots=True)
class Trial:
    """What two builds of a project gave.

    Attributes:
        files: The file of each page, by the page's path in the site.
        lines: Finds the lines of these files.
        comparison: What the second site lacks.
        failed: Why the build with notewright failed; empty if it did not.
        messages: Warnings and errors that only the build with notewright reports.
        hidden: Files without a page because of a property, and that property.
    """

    files: Mapping[str, str]
    lines: Lines
    comparison: Comparison
    failed: str
    messages: tuple[str, ...]
    hidden: Mapping[str, str]

    @property
    def is_clean(self) -> bool:
        """Whether nothing is lost."""
        return not (self.comparison.losses or self.failed)


def try_out(root: Path) -> Trial:
    """Build a project both ways, and compare.

    Args:
        root: The folder of its `mkdocs.yml`.

    Raises:
        EngineError: If there is no project, or MkDocs alone cannot build it.
        VaultError: If its `mkdocs.yml` cannot be read.
    """
    root = root.resolve()
    config = root / CONFIG_FILE
    if not config.is_file():
        raise EngineError(f"no {CONFIG_FILE} in {root}. `--check` needs an existing MkDocs project")
    settings = replace(Settings.load(root), execute=False)
    hidden = _hidden(Vault.scan(settings))
    state = root / STATE_DIR
    had_state = state.exists()
    with tempfile.TemporaryDirectory(prefix="notewright-check-") as scratch:
        before, after = Path(scratch, "before"), Path(scratch, "after")
        alone = _build(config, before, Path(scratch, "before.json"))
        if alone.returncode:
            why = _last_line(alone)
            raise EngineError(f"MkDocs cannot build this project even without notewright: {why}")
        both = _build(config, after, Path(scratch, "after.json"), "--with")
        files: dict[str, str] = json.loads(Path(scratch, "before.json").read_text("utf-8"))
        found = without(compare(before, after, files), files, hidden)
    if not had_state:
        shutil.rmtree(state, ignore_errors=True)  # what the build stored, and nobody asked for
    known = Counter(_MESSAGE.findall(alone.stderr))
    new = Counter(_MESSAGE.findall(both.stderr)) - known
    failed = _last_line(both) if both.returncode else ""
    lines, messages = Lines(settings.docs_dir), tuple(new.elements())
    return Trial(files, lines, found, failed, messages, hidden)


def _hidden(vault: Vault) -> dict[str, str]:
    """The notes that have no page, by their paths, and the property that says so."""
    return {
        path: "publish: false" if not is_published(note) else "draft: true"
        for path, note in vault.notes.items()
        if is_hidden(vault, note)
    }


def _build(config: Path, site: Path, pages: Path, *more: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "notewright.hosts.mkdocs.plain_build"]
    return subprocess.run(
        [*program, str(config), str(site), str(pages), *more],
        cwd=config.parent,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def _last_line(ended: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in ended.stderr.splitlines() if line.strip()]
    lines = [line for line in lines if "Aborted with" not in line]  # the reason is above it
    last = lines[-1] if lines else f"exit status {ended.returncode}"
    return re.sub(r"^[A-Z]+\s+-\s+", "", last)


def told(trial: Trial) -> Iterator[str]:
    """Yield the report, a line each."""
    found = trial.comparison
    yield f"{counted(found.pages, 'page')} compared, {found.identical} without losses"
    for kind in KINDS:
        losses = found.of(kind)
        if not losses:
            continue
        number = sum(loss.count for loss in losses)
        pages = len({loss.page for loss in losses})
        yield f"{kind}: {number} in {counted(pages, 'page')}"
        for loss in losses[:SHOWN]:
            yield f"  {_place(trial, loss)}: {_short(loss.value)}"
        if len(losses) > SHOWN:
            yield f"  and {len(losses) - SHOWN} more"
    for file, why in trial.hidden.items():
        yield f"hidden by `{why}`: {file}"
    if trial.messages:
        yield f"new messages: {len(trial.messages)}"
        for message in trial.messages[:SHOWN]:
            yield f"  {_short(message)}"
    if trial.failed:
        yield f"the build with notewright fails: {trial.failed}"


def as_json(trial: Trial) -> dict[str, Any]:
    """The whole report, for programs."""
    return {
        "pages": trial.comparison.pages,
        "identical": trial.comparison.identical,
        "failed": trial.failed,
        "messages": list(trial.messages),
        "hidden": dict(trial.hidden),
        "losses": [
            {
                "kind": loss.kind,
                "page": loss.page,
                "file": trial.files.get(loss.page, ""),
                "line": _line(trial, loss),
                "value": loss.value,
                "count": loss.count,
            }
            for loss in trial.comparison.losses
        ],
    }


def _short(text: str) -> str:
    return shortened(" ".join(text.split()), LONGEST)


def _place(trial: Trial, loss: Loss) -> str:
    file = trial.files.get(loss.page, loss.page)
    line = _line(trial, loss)
    return f"{file}:{line}" if line else file


def _written(loss: Loss) -> str:
    """What of a loss stands in the file of its page."""
    value = loss.value.partition(" → ")[0]
    if loss.kind in ("headings", "admonitions"):
        return value.partition(": ")[2]
    if loss.kind in ("embedded content", "attributes"):
        return value.partition(" ")[2]
    return "" if loss.kind in ("tables", "lists", "formulas", "line breaks added") else value


def _line(trial: Trial, loss: Loss) -> int:
    """The line on which something that is lost was written; 0 if it is not found."""
    file = trial.files.get(loss.page)
    return trial.lines.find(file, _written(loss)) if file is not None else 0
