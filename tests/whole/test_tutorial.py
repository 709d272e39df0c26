"""The tutorial does what it says: its commands are typed as they stand, with the wheel alone."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from projects import clean_environment, figures

pytestmark = pytest.mark.gate

ROOT = Path(__file__).parents[2]
INDEX = os.environ.get("NOTEWRIGHT_INDEX", "")
"""Where pip finds the package by its name; else the wheel is built and put in place."""
PAGES = ROOT / "docs" / "engine"
TUTORIAL = (PAGES / "tutorial.md").read_text("utf-8")
SCRIPT = "import sys\nfrom {module} import {name}\nsys.exit({name}())\n"


def commands() -> list[str]:
    """What the tutorial has its reader type, in order."""
    return [
        line
        for block in re.findall(r"(?ms)^```bash\n(.*?)^```", TUTORIAL)
        for line in block.split("\n")
        if line
    ]


def closure(names: list[str]) -> dict[str, metadata.Distribution]:
    """Distributions with all that they need, as pip would find them."""
    found: dict[str, metadata.Distribution] = {}
    waiting = [Requirement(name) for name in names]
    while waiting:
        asked = waiting.pop()
        distribution = metadata.distribution(asked.name)
        found[canonicalize_name(asked.name)] = distribution
        for extra in ("", *asked.extras):
            needed = map(Requirement, distribution.requires or ())
            waiting += [
                each
                for each in needed
                if (each.marker is None or each.marker.evaluate({"extra": extra}))
                and canonicalize_name(each.name) not in found
            ]
    return found


def install(environment: Path, names: list[str]) -> None:
    """What `pip install` does, without a network: the wheel, and links to what it needs."""
    scratch = environment.parent.parent / "wheel"
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(scratch)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    for name, distribution in closure(names).items():
        for file in distribution.files or () if name != "notewright" else ():
            top = file.parts[0]
            if top not in ("..", "__pycache__") and not (packages / top).exists():
                (packages / top).symlink_to(distribution.locate_file(top))
        for script in distribution.entry_points.select(group="console_scripts"):
            module, _, attribute = script.value.partition(":")
            path = environment / "bin" / script.name
            text = SCRIPT.format(module=module, name=attribute)
            path.write_text(f"#!{environment}/bin/python\n{text}", "utf-8")
            path.chmod(0o755)
    (wheel,) = scratch.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)


def free_port() -> int:
    """A port at which nobody answers."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


class Reader:
    """Types the commands of the page, in one folder after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = clean_environment()["PATH"]
        self.said = ""

    def type(self, line: str) -> int:
        """Type one command; returns its exit status."""
        found = {"PIP_EXTRA_INDEX_URL": INDEX} if INDEX else {}
        if line.startswith("mkdir "):
            (self.folder / line.split()[1]).mkdir()
        elif line.startswith("cd "):
            self.folder /= line.split()[1]
        elif line == "python3 -m venv .venv":
            venv.create(self.folder / ".venv", symlinks=True, with_pip=bool(INDEX))
        elif line == ". .venv/bin/activate":
            self.path = f"{self.folder}/.venv/bin:{self.path}"
        elif line.startswith("pip install ") and not INDEX:
            install(self.folder / ".venv", line.replace("'", "").split()[2:])
        elif line == "mkdocs serve":
            self.serve()
        else:
            done = subprocess.run(
                ["bash", "-c", line],
                cwd=self.folder,
                env=clean_environment() | {"PATH": self.path} | found,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=300,
                check=False,
            )
            self.said = done.stdout.decode()
            return done.returncode
        return 0

    def serve(self) -> None:
        """Serve until the first note shows its figure."""
        address = f"127.0.0.1:{free_port()}"
        words = [f"{self.folder}/.venv/bin/python", "-m", "mkdocs", "serve", "-q", "-a", address]
        server = subprocess.Popen(words, cwd=self.folder, env=clean_environment())
        try:
            until = time.monotonic() + 200
            while not figures(self.page(f"http://{address}/first-run/")):
                assert server.poll() is None and time.monotonic() < until, "no figure is served"
                time.sleep(0.2)
        finally:
            server.terminate()
            server.wait(60)

    def page(self, address: str) -> str:
        """A page, or nothing while nobody answers."""
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                text: str = answer.read().decode()
                return text
        except OSError:
            return ""


@pytest.mark.nightly
def test_the_commands_of_the_tutorial_do_what_it_says(tmp_path: Path) -> None:
    """In an empty environment; one fails, with the message that the page shows."""
    reader = Reader(tmp_path)
    failed = []
    for line in commands():
        status = reader.type(line)
        if status:
            failed.append((line, reader.said))
    (message,) = re.findall(r"(?m)^docs/first-run.md:\d+: the note says.*$", TUTORIAL)
    assert [line for line, _ in failed] == ["notewright check"], failed
    assert message in failed[0][1]
    assert len(figures((reader.folder / "site/first-run/index.html").read_text("utf-8"))) == 1
    installed = [path.name for path in reader.folder.glob(".venv/lib/python*/site-packages/*")]
    assert not {"sklearn", "scipy", "pandas", "_pytest_markdown_docs"} & set(installed)


@pytest.mark.parametrize(
    "message",
    re.findall(
        r"(?m)^\| (?!message|---)(.+?) \| ", (PAGES / "troubleshooting.md").read_text("utf-8")
    ),
)
def test_each_message_of_the_page_is_one_of_ours(message: str) -> None:
    """Or one of MkDocs and Python that a newcomer meets: the page does not outlive a message."""
    theirs = ("ModuleNotFoundError", 'The "notewright" plugin', "The 'site_dir' should not be")
    if message.startswith(theirs):
        return
    texts = [path.read_text("utf-8") for path in (ROOT / "src/notewright").rglob("*.py")]
    sources = [re.sub(r'"\s*\n\s*f?"', "", text) for text in texts]
    assert any(message in text for text in sources), message
