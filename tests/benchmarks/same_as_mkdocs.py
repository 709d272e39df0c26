"""Whether the site is the one that MkDocs makes in its own way: one page after the other.

    python tests/benchmarks/same_as_mkdocs.py [FOLDER ...]

`mkdocs build` makes pages in copies of its process, and takes navigation, search entries and kept
pages from us. `mkdocs build --dirty` into an empty folder does none of that but draw our
navigation. Each project is built in both ways, with nothing kept but its records, and the sites
are compared byte for byte. Without a folder, the projects are this vault and 1,000 light notes.
"""

from __future__ import annotations

import filecmp
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import light_vault
from bench_processes import run

ROOT = Path(__file__).parents[2]
NOTES = 1_000


def main() -> int:
    """Build each project twice; returns how many differ."""
    with tempfile.TemporaryDirectory() as scratch:
        found = [Path(each) for each in sys.argv[1:]] or list(usual(Path(scratch)))
        return sum([differs(each, Path(scratch, str(n))) for n, each in enumerate(found)])


def usual(scratch: Path) -> Iterator[Path]:
    """Yield this vault and light notes."""
    yield ROOT
    light_vault.write(scratch / "light", NOTES, ["notewright"])
    yield scratch / "light"


def differs(project: Path, scratch: Path) -> bool:
    """Build a copy of a project in both ways; returns whether the sites differ."""
    copy = scratch / "project"
    shutil.copytree(project, copy, ignore=shutil.ignore_patterns("site", ".venv", ".git"))
    sites, seconds = [], []
    for name, options in (("ours", ()), ("theirs", ("--dirty",))):
        forget(copy)
        words = ("-m", "mkdocs", "build", "--quiet", *options, "--site-dir", str(scratch / name))
        seconds.append(run(copy, words, check=False).seconds)  # a stranger's note may be wrong
        sites.append(scratch / name)
    wrong = list(different(*sites))
    pages = len(list(sites[0].rglob("*.html")))
    told = f"{pages} pages, {len(wrong)} files differ; {seconds[0]:.1f} s and {seconds[1]:.1f} s"
    print(f"{project.name}: {told}", *wrong[:10], sep="\n  ", flush=True)
    return bool(wrong) or not pages


def forget(project: Path) -> None:
    """Remove all that builds keep, but for the records."""
    for each in project.joinpath(".notewright").glob("*"):
        if each.name not in ("records", "preload.json"):
            shutil.rmtree(each) if each.is_dir() else each.unlink()


def different(ours: Path, theirs: Path) -> Iterator[str]:
    """Yield the files that differ."""
    names = {
        path.relative_to(site).as_posix()
        for site in (ours, theirs)
        for path in site.rglob("*")
        if path.is_file()
    }
    for name in sorted(names):
        both = ours / name, theirs / name
        if not all(map(Path.is_file, both)) or not filecmp.cmp(*both, shallow=False):
            yield name


if __name__ == "__main__":
    sys.exit(main())
