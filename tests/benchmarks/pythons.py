"""Does it work with another Python? The engine's tests, twenty notes and a first site with each.

    python tests/benchmarks/pythons.py 3.13 3.14
    python tests/benchmarks/pythons.py 3.14 --newest

An interpreter that is not on this machine is taken from Debian's unstable release, which has
several: as root, by `debootstrap`, into a folder under `--folder`. Prints a line for each.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
MIRROR = "http://deb.debian.org/debian"
PACKAGES = ("git", "ca-certificates", "libgomp1", "libstdc++6")
"""What tests and libraries need beside an interpreter."""

ENGINE = (
    '-m "not gate and not nightly" tests --ignore=tests/snippets --ignore=tests/content'
    ' --ignore-glob="*browser*"'
)

STEPS = """\
set -e
cd {place}/clone
{python} -m venv {place}/venv
. {place}/venv/bin/activate
pip install --quiet --upgrade pip
pip install --quiet {constraints} --editable '.[cite,cluster,lsp,practice,site,test]' --group tests
{python} --version
export CI=true OMP_NUM_THREADS=1
set +e
echo "== engine"
pytest --quiet -p no:cacheprovider -n 2 {engine}
echo "== notes"
pytest --quiet -p no:cacheprovider -n 2 {notes}
echo "== site"
set -e
deactivate
{python} -m venv {place}/first
. {place}/first/bin/activate
pip install --quiet --find-links {place}/dist {constraints} 'notewright[site,test]' matplotlib
mkdir {place}/vault
cd {place}/vault
notewright init >init.txt
mkdocs build --strict --quiet
pytest --quiet
grep --quiet '<figure' site/first-run/index.html
echo "== done"
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """Where an interpreter runs: this machine, or a folder that is the root of another Debian.

    Attributes:
        root: That folder; None for this machine.
    """

    root: Path | None

    def run(self, script: str) -> str:
        """Run a script of the shell; returns what it printed."""
        words = ["bash", "-c", script]
        if self.root is not None:
            clean = ["env", "-i", "HOME=/root", "LANG=C.UTF-8", "PATH=/usr/bin:/bin"]
            words = ["chroot", str(self.root), *clean, *words]
        done = subprocess.run(
            words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        return done.stdout


def machine(version: str, folder: Path) -> Machine | None:
    """Where a version of Python is, and None if it cannot be had."""
    if shutil.which(f"python{version}"):
        return Machine(None)
    if not shutil.which("debootstrap"):
        return None
    root = folder / "debian"
    if not (root / "usr/bin/git").exists():
        wanted = ",".join(PACKAGES)
        words = [
            "debootstrap",
            "--variant=minbase",
            f"--include={wanted}",
            "sid",
            str(root),
            MIRROR,
        ]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        shutil.copy("/etc/ssl/certs/ca-certificates.crt", root / "etc/ssl/certs")
        shutil.copy("/etc/resolv.conf", root / "etc")
        if Path("/etc/pip.conf").exists():
            shutil.copy("/etc/pip.conf", root / "etc")
        for name in ("proc", "dev"):
            subprocess.run(["mount", "--bind", f"/{name}", str(root / name)], check=True)
    found = Machine(root)
    asked = f"apt-get -qq install --yes python{version} python{version}-venv"
    found.run(f"export DEBIAN_FRONTEND=noninteractive; {asked}")
    return found if (root / f"usr/bin/python{version}").exists() else None


def some_notes(count: int) -> list[str]:
    """Notes with cells, evenly among all."""
    notes = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "docs").rglob("*.md"))
        if re.search(r"(?m)^```python", path.read_text("utf-8"))
    ]
    return notes[:: max(1, len(notes) // count)][:count]


def tried(version: str, folder: Path, options: argparse.Namespace) -> str:
    """Run all steps with a version; returns a line of the table."""
    found = machine(version, folder)
    if found is None:
        return f"{version}: not on this machine, and not in Debian's unstable release"
    scratch = Path(tempfile.mkdtemp(dir=found.root / "tmp" if found.root else None))
    place = Path("/", scratch.relative_to(found.root)) if found.root else scratch
    try:
        subprocess.run(["git", "clone", "--quiet", ROOT, scratch / "clone"], check=True)
        words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", scratch / "dist"]
        subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
        script = STEPS.format(
            place=place,
            python=f"python{version}",
            constraints="" if options.newest else f"--constraint {place}/clone/.ci/constraints.txt",
            engine=ENGINE,
            notes=" ".join(some_notes(20)),
        )
        said = found.run(script)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if options.verbose:
        print(said)
    return f"{version}: {row(said)}"


def row(said: str) -> str:
    """What came of the steps, by what they printed."""
    start, *parts = re.split(r"(?m)^== (?=engine|notes|site|done)", said)
    if not parts:
        return "not installed:\n" + start[-2000:]
    cells = re.findall(r"(?m)^Python \S+", start)
    for part in parts:
        name = part.partition("\n")[0]
        counts = re.findall(r"(?m)^(?:=+ )?(\d+ \w+(?:, \d+ \w+)*) in ", part)
        if name in ("engine", "notes"):
            cells.append(f"{name} {counts[-1] if counts else 'not run'}")
    cells.append("first site built" if "done" in [each.strip() for each in parts] else "no site")
    return "; ".join(cells)


def main() -> int:
    """Try each version."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("versions", nargs="+", help="such as 3.14")
    parser.add_argument("--newest", action="store_true", help="libraries without constraints")
    parser.add_argument("--verbose", action="store_true", help="print all that was said")
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir(), "pythons"), help="for Debian"
    )
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for version in options.versions:
        print(tried(version, options.folder, options), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
