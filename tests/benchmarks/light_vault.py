"""Vaults of many light notes, the same at each call: for how a site's work grows with its notes.

A note has some 300 words, three headings, two tags and five links to other notes; one in ten has
a cell. Folders lie in folders, 40 notes each. All of it is plain Markdown, so that each tool can
read the same files.

    python tests/benchmarks/light_vault.py FOLDER --notes 1000
"""

from __future__ import annotations

import argparse
import os
import random
from collections.abc import Iterable
from pathlib import Path

import yaml

IN_A_FOLDER = 40
"""Notes of one folder."""
FOLDERS = 5
"""Folders within one folder."""
CELLS = 10
"""One note in so many has a cell."""
LINKS = 5
WORDS = 300

_WORDS = [
    *("bias", "boundary", "centre", "change", "class", "cluster", "code", "column", "cost"),
    *("data", "depth", "distance", "edge", "error", "estimate", "example", "feature", "figure"),
    *("fold", "forest", "function", "gain", "gradient", "group", "kernel", "label", "layer"),
    *("leaf", "learning", "line", "loss", "margin", "matrix", "mean", "measure", "method"),
    *("model", "nearest", "noise", "norm", "number", "order", "outlier", "path", "point"),
    *("prior", "rate", "result", "risk", "root", "row", "rule", "sample", "scale"),
    *("score", "seed", "set", "shape", "sign", "split", "step", "sum", "task"),
    *("test", "tree", "trial", "unit", "value", "variance", "vector", "weight", "width"),
]
_SMALL = [
    *("a", "the", "of", "to", "in", "is", "and", "or", "for"),
    *("with", "by", "on", "as", "from", "at", "that", "each", "more"),
    *("less", "than"),
]
_TAGS = [f"subject/{word}" for word in _WORDS[:12]] + _WORDS[12:30]


def path_of(number: int) -> str:
    """Where a note stands in the vault."""
    folder = number // IN_A_FOLDER
    return f"area-{folder // FOLDERS:02}/topic-{folder:03}/note-{number:04}.md"


def note(number: int, notes: int, edits: int = 0) -> str:
    """The text of a note.

    Args:
        number: Which of the notes it is.
        notes: How many there are: its links lead to some of them.
        edits: How often a word of its prose was edited.
    """
    chance = random.Random(f"{number} of {notes}")
    title = f"{_sentence(chance, 3).rstrip('.')} {number}"
    tags = ", ".join(sorted(chance.sample(_TAGS, 2)))
    here = Path(path_of(number)).parent
    others = [chance.randrange(notes) for _ in range(LINKS)]
    links = [
        f"[note {each}]({Path(os.path.relpath(path_of(each), here)).as_posix()})" for each in others
    ]
    parts = [f"---\ntags: [{tags}]\n---\n\n# {title}\n\nThis note was edited {edits} times.\n"]
    for section in range(3):
        words = WORDS // 3
        text = " ".join(_sentence(chance, 10) for _ in range(words // 10))
        shown = " ".join(f"See {link}." for link in links[2 * section : 2 * section + 2])
        parts.append(f"## {_sentence(chance, 2).rstrip('.')}\n\n{text} {shown}\n")
    if number % CELLS == 0:
        parts.append(f"```python\nprint(sum(range({number + 2})))\n```\n")
    return "\n".join(parts)


def _sentence(chance: random.Random, words: int) -> str:
    chosen = [chance.choice(_WORDS if n % 2 == 0 else _SMALL) for n in range(words)]
    return " ".join(chosen).capitalize() + "."


def write(root: Path, notes: int, plugins: Iterable[object]) -> None:
    """Write a project: its configuration and its vault.

    Args:
        root: The folder of the project; not there yet.
        notes: How many notes its vault has.
        plugins: Plugins of its site, beside search and tags.
    """
    config = {
        "site_name": f"{notes} notes",
        "theme": {
            "name": "material",
            "font": False,
            "features": ["navigation.sections", "navigation.indexes", "navigation.footer"],
        },
        "plugins": ["search", "tags", *plugins],
        "markdown_extensions": [
            *("attr_list", "footnotes", "pymdownx.highlight", "pymdownx.superfences", "tables"),
            {"toc": {"permalink": True}},
        ],
    }
    home = "# All notes\n\nOpen one in the navigation.\n"
    _write(root / "mkdocs.yml", yaml.safe_dump(config, sort_keys=False))
    _write(root / "docs" / "index.md", home)
    for number in range(notes):
        _write(root / "docs" / path_of(number), note(number, notes))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def main() -> None:
    """Write one vault, for a look or a profile."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--notes", type=int, default=1000)
    options = parser.parse_args()
    write(options.folder, options.notes, [{"notewright": {"workers": 2}}])


if __name__ == "__main__":
    main()
