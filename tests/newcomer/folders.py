"""Folders of newcomers: what `notewright init` finds in each, and the pages of the first site."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

PRINTED = Path(__file__).with_name("printed")

_NOTEBOOK = json.dumps(
    {
        "cells": [{"cell_type": "markdown", "metadata": {}, "source": ["# Fit"]}],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
)
_DIARY = {f"Diary/2026-11-0{day}.md": "Saw Anna. ![[contract.pdf]]\n" for day in (1, 2, 3)}

_ENDINGS = (".html", ".pdf", ".csv", ".py", ".ini", ".toml")

KINDS: dict[str, dict[str, str]] = {
    "empty folder": {},
    "Obsidian vault": {
        ".obsidian/daily-notes.json": '{"folder": "Diary"}',
        ".obsidian/templates.json": '{"folder": "Templates"}',
        ".obsidian/zk-prefixer.json": '{"folder": "Slips"}',
        **_DIARY,
        "Slips/202611010900.md": "# A thought\n",
        "Templates/new.md": "{{title}}\n",
        "Files/contract.pdf": "%PDF-1.4",
        "Files/plan.pdf": "%PDF-1.4",
        "Home.md": "# Home\n\n[[Plan]]\n",
        "Projects/Plan.md": "# Plan\n\n![[plan.pdf]]\n\n```python\nprint(6 * 7)\n```\n",
        "Projects/Taxes.md": "---\npublish: false\n---\n\n# Taxes\n",
        "API keys.md": "---\ntags: [private]\n---\n\nUse AKIAIOSFODNN7EXAMPLE here.\n",
    },
    "folder of notes": {"a.md": "# A\n\n[[b]]\n", "deep/b.md": "# B\n"},
    "MkDocs project": {
        "mkdocs.yml": "site_name: Tool\ntheme: material\nplugins: [search]\n",
        "docs/index.md": "# Tool\n\n```python\nclient.delete_everything()\n```\n",
        "requirements.txt": "mkdocs\n",
        ".gitignore": "site/\n",
    },
    "Quarto project": {"_quarto.yml": "project:\n  type: website\n", "index.qmd": "# Home\n"},
    "Jupyter Book": {"_config.yml": "title: B\n", "_toc.yml": "root: intro\n", "intro.md": "# I\n"},
    "Quartz site": {"quartz.config.ts": "", "content/index.md": "# Garden\n"},
    "Hugo site": {"hugo.toml": "title = 'H'\n", "content/_index.md": "# Home\n"},
    "folder of notebooks": {"fit.ipynb": _NOTEBOOK, "data.csv": "a\n1\n", "tools.py": "x = 1\n"},
    "repository": {
        "README.md": "# Tool\n",
        "pyproject.toml": "[project]\nname = 'tool'\n",
        "src/tool/README.md": "# Inner parts\n",
        "settings.ini": "key = 1\n",
    },
}


def make(kind: str, folder: Path) -> Path:
    """Make a folder of a kind; returns its path."""
    root = folder / kind.replace(" ", "-").lower()
    root.mkdir()
    for name, text in KINDS[kind].items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def walk(kind: str, root: Path, programs: Path, environment: Mapping[str, str]) -> str:
    """Type `notewright init`, and build the first site.

    Args:
        kind: A name of `KINDS`.
        root: The folder.
        programs: The folder of the programs of an environment.
        environment: Its variables.

    Returns:
        What `init` printed, then the pages of the site and the files that were there before.
    """
    said = _run([str(programs / "notewright"), "init"], root, environment)
    config = root / "mkdocs.yml"
    if kind == "MkDocs project":  # as `init` has just asked for it
        text = config.read_text("utf-8")
        added = "search, {notewright: {dialect: mkdocs, execute: asked}}"
        config.write_text(text.replace("search", added), "utf-8")
    _run([str(programs / "mkdocs"), "build", "--quiet"], root, environment)
    (built,) = (each for each in (root / "site", root / ".site") if each.is_dir())
    files = (path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file())
    shown = [name for name in files if name.endswith(_ENDINGS) and not name.startswith("assets/")]
    return f"{said}\nsite:\n" + "".join(f"  {name}\n" for name in sorted(shown))


def held(root: Path) -> str:
    """The text that a walk is to give. It is written by hand: what changes here is for readers."""
    return (PRINTED / f"{root.name}.txt").read_text("utf-8")


def _run(words: list[str], root: Path, environment: Mapping[str, str]) -> str:
    done = subprocess.run(
        words,
        cwd=root,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout.replace(str(root.resolve()), f"/home/me/{root.name}")


def main() -> int:
    """Walk through all kinds with the programs of this environment; 1 if something differs."""
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        for kind in KINDS:
            root = make(kind, Path(name))
            said = walk(kind, root, Path(sys.executable).parent, os.environ)
            print(f"{root.name}: {'as held' if said == held(root) else said}")
            wrong += said != held(root)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
