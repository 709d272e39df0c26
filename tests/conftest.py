"""Fixtures for all tests: small projects, written where nothing else is.

`project(files, options)` writes a project to disk; `pure` tests read their values from it,
end-to-end tests build it.
"""

from __future__ import annotations

import gc
import os
import random
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import forecast
import processor_times
import pytest
import tiers
import verdict
import yaml
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis.internal.conjecture import providers
from projects import as_in_obsidian
from pytest_markdown_docs.plugin import MarkdownDocstringCodeModule as DocstringModule

from notewright.settings import Settings
from notewright.vault.vault import Vault

# Before NumPy is imported: one thread, as the notes run. More threads than processors wait for
# each other, which makes some fits a hundred times slower where tests run side by side.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

# A shell starts what runs in the background with interrupts ignored, and so is all that it starts:
# servers that a test interrupts would never end. `nohup` ignores the end of a terminal.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

Project = Callable[..., Path]

# The same examples at home and in the gate, and none that an earlier run left in a file: a verdict
# is of the code, and random search has a command of its own (`nox -s fuzz`). Each night takes many
# more of the same. No deadline: a busy machine must not fail a test. `tmp_path` is written anew by
# each example.
hypothesis_settings.register_profile(
    "notewright",
    max_examples=25,
    parent=hypothesis_settings.get_profile("default"),
    database=None,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
hypothesis_settings.register_profile(
    "many",
    parent=hypothesis_settings.get_profile("notewright"),
    max_examples=1000,
)
hypothesis_settings.register_profile(
    "search",
    parent=hypothesis_settings.get_profile("notewright"),
    max_examples=100,
    derandomize=False,
    print_blob=True,
)
EXAMPLES = os.environ.get("NOTEWRIGHT_EXAMPLES", "notewright")
hypothesis_settings.load_profile(EXAMPLES)
if EXAMPLES != "search" and hasattr(providers, "_get_local_constants"):
    # Hypothesis draws constants of the project's modules too, of those that are imported by then:
    # its examples would hang on which tests the same process ran before.
    providers._get_local_constants = lambda: providers._local_constants


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path) -> Iterator[None]:
    """Keep what lies below `tests/` from being run as notes.

    Markdown there is vaults and golden cases; docstrings of tests hold no examples, and to look
    for some took half of the collection.
    """
    collectors = yield
    own = file_path.suffix == ".py"
    return [each for each in collectors if own and not isinstance(each, DocstringModule)]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not import files of which this run takes no test."""
    return True if tiers.is_left_out(collection_path, config) else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Collect without the garbage collector: ten thousand tests stay until the end.

    It would go through all of them again and again, in a fifth of the time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Select by tier, and skip what a clock judges; `NOTEWRIGHT_ORDER=7` shuffles the tests."""
    tiers.deselect(config, items)
    if "NOTEWRIGHT_CLOCKS" not in os.environ:
        for item in items:
            if item.get_closest_marker("clock"):
                item.add_marker(pytest.mark.skip(reason="a clock judges it: `nox -s clocks`"))
    if seed := os.environ.get("NOTEWRIGHT_ORDER"):
        draw = random.Random(seed)
        places = {item.path: draw.random() for item in items}
        items.sort(key=lambda item: (places[item.path], draw.random()))


def pytest_configure(config: pytest.Config) -> None:
    """Measure what each test costs, if `NOTEWRIGHT_TIMES` names a file."""
    processor_times.register(config)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say first how many tests there are, and how long they take."""
    return forecast.line(config)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """End with why tests failed or were skipped; with `-n`, of all processes."""
    if not hasattr(terminalreporter.config, "workerinput"):
        verdict.tell(terminalreporter)


@pytest.fixture(autouse=True)
def _the_same_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test sees does not depend on whether a CI service runs it."""
    monkeypatch.delenv("CI", raising=False)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Write a project: `project({"docs/a.md": …}, {"timeout": 5}, theme={…}) -> its root`.

    The environment of the person who runs the tests does not switch execution off. Called
    again, it writes further files into the same project.
    """
    monkeypatch.delenv("NOTEWRIGHT_EXECUTE", raising=False)

    def write(
        files: Mapping[str, str | bytes],
        options: Mapping[str, Any] | None = None,
        **config: Any,
    ) -> Path:
        written = {"site_name": "Tests", "theme": {"name": "mkdocs"}} | config
        written.setdefault("plugins", [{"notewright": dict(options or {})}])
        written["plugins"] = as_in_obsidian(written["plugins"])
        (tmp_path / "docs").mkdir(exist_ok=True)
        (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump(written), "utf-8")
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return tmp_path

    return write


@pytest.fixture
def vault(project: Project) -> Callable[[Mapping[str, str | bytes]], Vault]:
    """Write notes, named by their paths in `docs/`, and scan them."""

    def scan(notes: Mapping[str, str | bytes]) -> Vault:
        root = project({f"docs/{path}": text for path, text in notes.items()})
        return Vault.scan(Settings.load(root))

    return scan
