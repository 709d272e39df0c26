"""Small projects on disk, and the real commands run on them as processes of their own."""

from __future__ import annotations

import atexit
import functools
import html
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, TypeVar

import yaml
from hanging import Watch, output_of

Test = TypeVar("Test", bound=Callable[..., Any])
SEED = "PYTHONHASHSEED"
SEEDED = ({SEED: "0"}, {SEED: "1"})
"""What may steer Python in a warm process: few seeds, each of which takes one for all commands."""


@dataclass(frozen=True)
class Result:
    """What a command said, and its exit status."""

    status: int
    output: str

    def lines(self, *parts: str) -> list[str]:
        """Lines of the output that hold all of some texts."""
        return [line for line in self.output.split("\n") if all(part in line for part in parts)]

    @property
    def counts(self) -> tuple[int, int, int]:
        """Sessions that ran and that were fresh, and problems, by the summary line."""
        counts = r"(\d+) run, (\d+) fresh(?:, \d+ not run)?; (\d+|no) problem"
        found = re.search(counts, self.output)
        assert found is not None, self.output
        run, fresh, problems = found.groups()
        return int(run), int(fresh), int(problems.replace("no", "0"))


def as_in_obsidian(plugins: Any) -> Any:
    """Plugins of a configuration, with the dialect of Obsidian where notewright names none."""
    if isinstance(plugins, list):
        return [as_in_obsidian(each) for each in plugins]
    if plugins == "notewright":
        plugins = {"notewright": {}}
    if not isinstance(plugins, dict) or "notewright" not in plugins:
        return plugins
    options = plugins["notewright"] or {}
    if not isinstance(options, dict):
        return plugins
    return plugins | {"notewright": {"dialect": "obsidian", **options}}


@dataclass(frozen=True)
class ProjectDir:
    """One project, with the commands that a reader would type in it.

    Attributes:
        root: Its directory.
        warm: Whether commands may be forked from a process that has imported what they import;
            no, where it matters what a command imports and from where, or how it starts.
    """

    root: Path
    warm: bool = True

    def write(self, files: Mapping[str, str]) -> None:
        """Write files by their path; their text may be indented as a whole."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), "utf-8")

    def configure(self, options: Mapping[str, Any] | None = None, **config: Any) -> None:
        """Write `mkdocs.yml`: options of notewright, and settings of MkDocs.

        Notes are read as Obsidian reads them, unless an option says otherwise.
        """
        default = {
            "site_name": "Tests",
            "theme": {"name": "mkdocs"},
            "plugins": [{"notewright": dict(options or {})}],
        }
        config = default | config
        config["plugins"] = as_in_obsidian(config["plugins"])
        self.write({"mkdocs.yml": yaml.safe_dump(config)})

    def build(self, *arguments: str, **environment: str) -> Result:
        """Build the site, strictly."""
        return self.command("-m", "mkdocs", "build", "--strict", *arguments, **environment)

    def pytest(self, *arguments: str, **environment: str) -> Result:
        """Run the notes as tests."""
        words = ("-m", "pytest", "-p", "no:cacheprovider", "--markdown-docs", "docs")
        return self.command(*words, *arguments, **environment)

    def notewright(self, *arguments: str, **environment: str) -> Result:
        """Run the command line."""
        program = str(Path(sys.executable).with_name("notewright"))
        if self._is_warm(environment):
            parent = _warm_parent(environment.get(SEED, ""))
            return parent.run([program, *arguments], self.root, environment)
        return self._run(program, *arguments, **environment)

    def command(self, *arguments: str, **environment: str) -> Result:
        """Run Python with some arguments in the project's root."""
        if arguments[:2] == ("-m", "mkdocs") and self._is_warm(environment):
            parent = _warm_parent(environment.get(SEED, ""))
            return parent.run(list(arguments[1:]), self.root, environment)
        return self._run(sys.executable, *arguments, **environment)

    def _is_warm(self, environment: Mapping[str, str]) -> bool:
        """Whether a command may begin with its imports done; what steers Python forbids it."""
        steering = {name: value for name, value in environment.items() if name[:6] == "PYTHON"}
        return self.warm and (not steering or steering in SEEDED)

    def _run(self, *words: str, **environment: str) -> Result:
        process = self._start(words, environment)
        try:
            output = output_of(process)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        return Result(process.returncode, output.decode("utf-8", "replace"))

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start Python with some arguments, in a process group of its own."""
        return self._start([sys.executable, *arguments], environment, is_leader=True)

    def _start(
        self, words: Sequence[str], environment: Mapping[str, str], *, is_leader: bool = False
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            words,
            cwd=self.root,
            env=clean_environment() | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=is_leader,
        )

    def page(self, note: str) -> str:
        """The HTML of a note in the site."""
        name = "index.html" if note == "index" else f"{note}/index.html"
        return (self.root / "site" / name).read_text("utf-8")


class WarmParent:
    """Runs commands as `subprocess.run` does, from a process that has done their imports.

    Args:
        seed: The seed of its hashes, and so of those of all commands; empty for a random one.
    """

    def __init__(self, seed: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("warm.py"))],
            env=clean_environment() | ({SEED: seed} if seed else {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._one_at_a_time = threading.Lock()

    def run(self, words: list[str], root: Path, environment: Mapping[str, str]) -> Result:
        """Run one command to its end."""
        asking, answering = self._process.stdin, self._process.stdout
        assert asking and answering
        with self._one_at_a_time, tempfile.NamedTemporaryFile() as output:
            job = {
                "words": words,
                "directory": str(root),
                "environment": clean_environment() | environment,
                "output": output.name,
            }
            asking.write(json.dumps(job).encode() + b"\n")
            asking.flush()
            has_ended = threading.Event()
            pid = int(answering.readline())
            threading.Thread(target=_kill_if_it_hangs, args=(pid, has_ended), daemon=True).start()
            status = int(answering.readline())
            has_ended.set()
            return Result(status, output.read().decode("utf-8", "replace"))

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def _kill_if_it_hangs(pid: int, has_ended: threading.Event) -> None:
    watch = Watch(pid)
    while not has_ended.wait(1.0):
        if watch.hangs:
            os.kill(pid, signal.SIGKILL)


@functools.cache
def _warm_parent(seed: str) -> WarmParent:
    """The one of this test run for a seed of hashes, which ends with it."""
    started = WarmParent(seed)
    atexit.register(started.close)
    return started


def clean_environment() -> dict[str, str]:
    """The environment, without what steers the test run that we are part of.

    `CI` goes too: it adds an annotation to each failure that is told.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name != "CI" and not name.startswith(("NOTEWRIGHT_", "PYTEST_", "PYTHON", "COV_"))
    }
    return kept | {"NO_COLOR": "1", "NO_MKDOCS_2_WARNING": "1", "COLUMNS": "200"}


class Notes:
    """Notes that stand beside the tests that judge them, so that one build serves them all."""

    def __init__(self) -> None:
        self.files: dict[str, str] = {}

    def __call__(self, text: str, **more: str) -> Callable[[Test], Test]:
        """Give a test its note: decorates a test, which finds the note under its own name."""

        def keep(test: Test) -> Test:
            self.files[self.name(test.__name__)] = textwrap.dedent(text).lstrip("\n")
            return test

        return keep

    @staticmethod
    def name(test: str) -> str:
        """The note of a test, without `.md`."""
        return test.removeprefix("test_").replace("_", "-")

    def paths(self) -> dict[str, str]:
        """All notes by their path in the project."""
        return {f"docs/{name}.md": text for name, text in self.files.items()}


_SHOWN = re.compile(
    r'<pre class="nw-text nw-(?P<kind>\w+)"[^>]*>(?P<text>.*?)</pre>'
    r'|<div class="nw-html"[^>]*>(?P<html>.*?)</div>'
    r'(?=<pre class="nw-|<div class="nw-html|<figure class="nw-|</div></div>)'
    r"|(?P<figure><figure.*?</figure>)",
    re.S,
)


def shown(page: str) -> list[tuple[str, str]]:
    """What the cells of a page showed, in order: kind and text, HTML or figure."""
    return [
        ("figure", match["figure"])
        if match["figure"]
        else ("html", match["html"])
        if match["html"]
        else (match["kind"], html.unescape(match["text"]))
        for match in _SHOWN.finditer(page)
    ]


def texts(page: str, kind: str) -> str:
    """All text of one kind that the cells of a page showed."""
    return "\n".join(text for found, text in shown(page) if found == kind)


def figures(page: str) -> list[str]:
    """The figures of a page."""
    return [text for kind, text in shown(page) if kind == "figure"]


def line_of(text: str, part: str) -> int:
    """Line of a note at which some text stands."""
    assert text.count(part) == 1, f"{part!r} stands {text.count(part)} times in the note"
    return text[: text.index(part)].count("\n") + 1


@dataclass(frozen=True)
class Element:
    """One element of a page."""

    name: str
    attributes: Mapping[str, str]
    parents: tuple[Element, ...]
    text: str

    @property
    def path(self) -> str:
        """Names and classes of all elements that hold this one."""
        return " ".join(f"{each.name}.{each.attributes.get('class', '')}" for each in self.parents)


class _Reader(HTMLParser):
    """Reads a page into its elements, with the text that directly or indirectly is theirs."""

    VOID = frozenset(
        {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
    )

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str], list[str]]] = []
        self.found: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append((tag, {name: value or "" for name, value in attrs}, []))
        if tag in self.VOID:
            self._close()

    def handle_endtag(self, tag: str) -> None:
        if any(name == tag for name, _, _ in self.open):
            while self._close() != tag:
                pass

    def handle_data(self, data: str) -> None:
        for _, _, text in self.open:
            text.append(data)

    def _close(self) -> str:
        name, attributes, text = self.open.pop()
        parents = tuple(Element(each[0], each[1], (), "") for each in self.open)
        self.found.append(Element(name, attributes, parents, "".join(text)))
        return name


def elements(page: str, name: str = "", kind: str = "") -> list[Element]:
    """Elements of a page by name and class, each at the place where it ends."""
    reader = _Reader()
    reader.feed(page)
    return [
        each
        for each in reader.found
        if name in ("", each.name) and kind in ("", *each.attributes.get("class", "").split())
    ]
