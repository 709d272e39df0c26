"""What each way to a site makes of this vault: the same articles, no dead link, nothing private.

    python tests/benchmarks/shells.py --properdocs other/bin/python --write

A copy of the project gets three private notes, and is staged. notewright makes the site of the
copy, each other program that of the stage: once with the vault's own changes to the theme, which
move parts of an article, and once without, where each article is compared byte for byte. ProperDocs
needs an environment of its own, with notewright and nothing that it depends on: its theme takes the
name of another.

It fails when an article differs, a link leads nowhere, a word of a private note is found or a cell
runs; with `--write`, the table of the documentation is written.
"""

from __future__ import annotations

import argparse
import csv
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from staged_sites import articles, dead_links, differing, differing_from_ours  # noqa: E402 - it is beside the tests

TABLE = ROOT / "data/benchmarks/shells.csv"
COLUMNS = ("program", "version", "theme", "articles", "differ", "dead", "private", "ran")
PROGRAMS = {
    "notewright": ("notewright", "mkdocs-material"),
    "mkdocs": ("mkdocs", "mkdocs-material"),
    "properdocs": ("properdocs", "mkdocs-materialx"),
    "zensical": ("zensical", ""),
}
"""Programs, with the packages that they and their themes come from."""

SECRET = "sesamkuchen"
HIDDEN = "---\npublish: false\n"
PRIVATE = {
    "docs/private.md": f"{HIDDEN}aliases: [{SECRET} alias]\n---\n# {SECRET}\n\n[[index]]\n",
    "docs/about/diary.md": f"{HIDDEN}tags: [{SECRET}]\n---\n# Diary\n\n{SECRET}\n",
    "docs/concepts/draft.md": f"{HIDDEN}---\n```python\nprint('{SECRET}')\n```\n",
}


def main() -> int:
    """Stage, build and compare; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help=f"write {TABLE.relative_to(ROOT)}")
    parser.add_argument(
        "--properdocs", required=True, metavar="PYTHON", help="where it is installed"
    )
    options = parser.parse_args()
    pythons = dict.fromkeys(PROGRAMS, sys.executable) | {"properdocs": options.properdocs}
    with tempfile.TemporaryDirectory() as scratch:
        project, stage = Path(scratch, "project"), Path(scratch, "stage")
        run(ROOT, "git", "clone", "--quiet", str(ROOT), str(project))
        records = ROOT / ".notewright/records"
        if records.is_dir():
            run(ROOT, "cp", "-r", "--parents", ".notewright/records", str(project))
        for name, text in PRIVATE.items():
            (project / name).write_text(text, "utf-8")
        run(project, sys.executable, "-m", "notewright", "stage", str(stage))
        rows = [look(stage, project, name, python) for name, python in pythons.items()]
    for row in rows:
        print(", ".join(f"{name} {value}" for name, value in zip(COLUMNS, row, strict=True)))
    failed = any(value for row in rows for value in row[4:])
    if options.write and not failed:
        with TABLE.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
    return int(failed)


def look(stage: Path, project: Path, program: str, python: str) -> tuple[str | int, ...]:
    """Have a program make its sites; returns its row of the table."""
    packages = [each for each in PROGRAMS[program] if each]
    ask = "import sys; from importlib.metadata import version; print(*map(version, sys.argv[1:]))"
    versions = run(stage, python, "-c", ask, *packages).split()
    is_ours = program == "notewright"
    place, config = (project, "mkdocs.yml") if is_ours else (stage, f"{program}.yml")
    build = (python, "-m", "mkdocs" if is_ours else program, "build", "-f")
    started = time.perf_counter()
    said = run(place, *build, config)
    print(f"{program}: {time.perf_counter() - started:.1f} s")
    dead = [*dead_links(place / "site")]
    said += run(place, *build, plain(place, config))
    differ = (differing_from_ours if is_ours else differing)(stage, place / "site")
    secret = [path for path in public(place) if tells(path)]
    for each in [*differ, *dead, *secret]:
        print(f"{program}: {each}")
    ran = len(re.findall(r"sessions?: [1-9]\d* run", said))
    name, theme = program, PROGRAMS[program][1] or "its own"
    numbers = len(articles(stage)), len(differ), len(dead), len(secret), ran
    return name, " and ".join(versions), theme, *numbers


def plain(place: Path, config: str) -> str:
    """Write a configuration whose theme is as it comes, but for the page that names a template."""
    (place / "plain").mkdir(exist_ok=True)
    (place / "plain/home.html").write_text('{% extends "main.html" %}', "utf-8")
    theme = {"theme": {"custom_dir": "plain"}}
    (place / "plain.yml").write_text(yaml.safe_dump({"INHERIT": config, **theme}), "utf-8")
    return "plain.yml"


def public(place: Path) -> list[Path]:
    """The files of a site, and of its stage if it has one."""
    folder = place if (place / "articles").is_dir() else place / "site"
    return [path for path in folder.rglob("*") if path.is_file()]


def tells(path: Path) -> bool:
    """Whether a file tells something of a private note, in its name or its text."""
    return SECRET in path.name or SECRET.encode() in path.read_bytes().lower()


def run(folder: Path, *words: str) -> str:
    """Run a command to its end; returns what it said."""
    ended = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    said = ended.stdout + ended.stderr
    if ended.returncode:
        sys.exit(f"{' '.join(words)}: {said[-2000:]}")
    return said


if __name__ == "__main__":
    sys.exit(main())
