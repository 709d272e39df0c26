"""Counts the characters that a cold build parses, against those that the vault has.

    python tests/benchmarks/bench_parse.py

Blocks and inline text count each time they are parsed, for the vault or for a page. Nothing
runs: records are not needed, and pages are made anew in a directory of their own.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from markdown_it.parser_block import ParserBlock
from markdown_it.parser_inline import ParserInline
from mkdocs.commands.build import build
from mkdocs.config import load_config

from notewright.settings import Settings
from notewright.vault.vault import Vault

ROOT = Path(__file__).parents[2]
MOST = 2.2
"""Characters parsed for each one of the vault."""


def counted(counts: Counter[str], parser: type) -> None:
    """Have a parser of markdown-it-py count the characters that it is given."""
    parse = parser.parse

    def count(self: Any, text: str, *args: Any, **options: Any) -> Any:
        counts[parser.__name__] += len(text)
        return parse(self, text, *args, **options)

    parser.parse = count  # type: ignore[attr-defined]


def main() -> int:
    """Build a copy of the vault, and print what was parsed; 1 if that is too much."""
    os.environ["NOTEWRIGHT_EXECUTE"] = "0"
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory, "project")
        here = (".git", ".venv", ".notewright", ".*cache", "site", "tests")
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*here))
        os.chdir(copy)
        vault = Vault.scan(Settings.load(copy))
        size = sum(len(note.text) for note in vault.notes.values())
        counts: Counter[str] = Counter()
        counted(counts, ParserBlock)
        counted(counts, ParserInline)
        config = load_config("mkdocs.yml", site_dir=str(copy / "site"))
        # As `serve`, it goes on where a note has a problem: nothing ran.
        config.plugins.on_startup(command="serve", dirty=False)
        build(config)
    for name, count in sorted(counts.items()):
        print(f"{name}: {count:,} characters, {count / size:.2f} of the vault's {size:,}")
    total = counts.total() / size
    print(f"in all: {total:.2f} (at most {MOST})")
    return int(total > MOST)


if __name__ == "__main__":
    sys.exit(main())
