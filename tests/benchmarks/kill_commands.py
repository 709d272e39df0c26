"""Kills commands at any moment, and looks at what they leave: nothing lost, nothing half.

    python tests/benchmarks/kill_commands.py --count 500 --seed 0

Each round kills one command (build, serve, pytest, accept, rename, verify) by force, with all that
it started, at a moment drawn at random from the time that it takes. Then each note holds what it
held or what the command writes, the same command typed again ends well, and the site and the
records are those of a project in which nothing was killed.
"""

from __future__ import annotations

import argparse
import collections
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

CONFIG = "site_name: Killed\ntheme: {name: mkdocs}\nplugins: [notewright]\n"
SUM = "# Sum\n\n```python\nprint(1 + 1)\n```\n\n```output\n3\n```\n\nSee [[other]].\n"
OTHER = "# Other\n\n```python\nimport json\nprint(json.dumps([1]))\n```\n\nIn [[sum]], [[last]].\n"
LAST = "# Last\n\n```python\nprint('x' * 3)\n```\n\n[[other|this]] ![[sum]]\n"
NOTES = {"sum.md": SUM, "other.md": OTHER, "last.md": LAST}
SERVE = ["-m", "mkdocs", "serve", "--quiet", "--dev-addr"]

COMMANDS: Mapping[str, list[str]] = {
    "build": ["-m", "mkdocs", "build", "--quiet"],
    "serve": [*SERVE, "127.0.0.1:0"],
    "pytest": ["-m", "pytest", "-q", "-p", "no:cacheprovider", "docs"],
    "accept": ["-m", "notewright", "accept"],
    "rename": ["-m", "notewright", "rename", "other", "moved"],
    "verify": ["-m", "notewright", "verify", "m.json"],
}
ENDS_WELL = {"build": (1, 0), "pytest": (1, 0), "accept": (0,), "rename": (0,), "verify": (0, 1)}
"""Statuses with which a command ends: the output of a cell is wrong until it is accepted."""


class Project:
    """A project in a directory."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "docs").mkdir(parents=True)
        (root / "mkdocs.yml").write_text(CONFIG, "utf-8")
        for name, text in NOTES.items():
            (root / "docs" / name).write_text(text, "utf-8")

    def start(self, command: str) -> subprocess.Popen[bytes]:
        """Start a command in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, *COMMANDS[command]],
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run Python with some arguments, to its end."""
        return subprocess.run(
            [sys.executable, *words],
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def notes(self) -> dict[str, str]:
        """The text of each note."""
        docs = self.root / "docs"
        return {path.name: path.read_text("utf-8") for path in sorted(docs.glob("*.md"))}

    def site(self) -> dict[str, bytes]:
        """The files of the site after a build."""
        self.run(*COMMANDS["build"])
        files = [path for path in (self.root / "site").rglob("*") if path.is_file()]
        return {
            path.relative_to(self.root / "site").as_posix(): path.read_bytes() for path in files
        }

    def leftovers(self) -> list[str]:
        """Unfinished files beside the notes."""
        names = [path.name for path in (self.root / "docs").rglob("*")]
        return [name for name in names if name.startswith(".notewright")]


class Round:
    """What a command makes of the project when nobody kills it.

    Args:
        command: The command.
        place: A directory for the project.
    """

    def __init__(self, command: str, place: Path) -> None:
        self.command = command
        self.whole = Project(place / f"whole-{command}")
        if command == "verify":
            self.whole.run("-m", "notewright", "manifest", "m.json")
        self.before = self.whole.notes()
        started = time.monotonic()
        if command == "serve":
            self.seconds = 4.0
        else:
            done = self.whole.run(*COMMANDS[command])
            assert done.returncode in ENDS_WELL[command], done.stdout + done.stderr
            self.seconds = time.monotonic() - started
        self.after = self.whole.notes()
        self.right = self.whole.site()

    def kill(self, place: Path, rng: random.Random) -> list[str]:
        """Kill the command once; returns what is wrong with what it left."""
        project = Project(place)
        if self.command == "verify" or rng.random() < 0.5:  # half of them find records
            project.run("-m", "notewright", "manifest", "m.json")
        started = project.start(self.command)
        time.sleep(rng.uniform(0, 1.1 * self.seconds))
        try:
            os.killpg(started.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        started.wait()
        return list(self.faults(project))

    def faults(self, project: Project) -> list[str]:
        """What is wrong with a project in which the command was killed."""
        found: list[str] = []
        for name, text in project.notes().items():
            if text not in (self.before.get(name), self.after.get(name)):
                found.append(f"{name} is neither what it was nor what it becomes")
        lost = self.before.keys() - project.notes().keys()
        if lost and not self.after.keys() & project.notes().keys() >= self.after.keys() - {
            *self.before
        }:
            found.append(f"{', '.join(lost)} is lost")
        if self.command != "serve":
            done = project.run(*COMMANDS[self.command])
            is_renamed = self.command == "rename" and project.notes() == self.after
            if done.returncode not in ENDS_WELL[self.command] and not is_renamed:
                found.append(
                    f"again: status {done.returncode}: {(done.stdout + done.stderr)[-300:]}"
                )
        if project.notes() != self.after:
            found.append("the notes are not what the command makes of them")
        if project.site() != self.right:
            found.append("the site is another one")
        if project.leftovers():
            found.append(f"left behind: {project.leftovers()}")
        return found


def main() -> int:
    """Kill commands in turn; tell each fault."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    kills: collections.Counter[str] = collections.Counter()
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        rounds = [Round(command, place) for command in COMMANDS]
        for number in range(options.count):
            one = rounds[number % len(rounds)]
            faults = one.kill(place / "killed", rng)
            kills[one.command] += 1
            shutil.rmtree(place / "killed")
            for fault in faults:
                wrong += 1
                print(f"{number} {one.command}: {fault}", flush=True)
            if not (number + 1) % 50:
                print(f"{number + 1} kills, {wrong} faults", flush=True)
    told = ", ".join(f"{count} {command}" for command, count in kills.items())
    print(f"{sum(kills.values())} kills ({told}): {wrong} faults")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
