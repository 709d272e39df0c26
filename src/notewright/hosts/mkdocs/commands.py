"""Commands of MkDocs, run in this process as if they had been typed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mkdocs.__main__ import cli


def run(command: str, file: Path, words: Sequence[str]) -> int:
    """Run one; returns its exit status.

    Args:
        command: Its name.
        file: The configuration of the project.
        words: What else would be typed.
    """
    try:
        cli.main([command, "--config-file", str(file), *words], "mkdocs")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    return 0
