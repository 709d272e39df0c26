"""Restaging: after each save, a stage is brought up to date, while another program serves it."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler

from notewright.errors import EngineError
from notewright.hosts.mkdocs.articles import Project
from notewright.hosts.mkdocs.mkdocs_private import DELAY
from notewright.hosts.mkdocs.observer import Observer
from notewright.hosts.mkdocs.problems import log
from notewright.hosts.shells.stage import write_stage

_LOOK = 0.2
"""Seconds after which it is looked at again whether the other program still runs."""


class _Saved(FileSystemEventHandler):
    """Knows whether anything was saved."""

    def __init__(self) -> None:
        self.event = threading.Event()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Something was."""
        self.event.set()


def restage(project: Project, folder: Path, program: subprocess.Popen[bytes]) -> None:
    """Bring a stage up to date after each save, until the program that serves it ends.

    Args:
        project: The project, of which the stage was written once.
        folder: The stage.
        program: What serves it.
    """
    saved, observer = _Saved(), Observer()
    for path in _watched(project):
        observer.schedule(saved, str(path), recursive=path.is_dir())
    observer.start()
    try:
        while program.poll() is None:
            if saved.event.wait(_LOOK):
                time.sleep(DELAY)  # editors write in several steps
                saved.event.clear()
                _bring_up_to_date(project, folder)
    finally:
        observer.stop()
        observer.join()


def _bring_up_to_date(project: Project, folder: Path) -> None:
    started = time.perf_counter()
    try:
        change = write_stage(folder, project.given())
    except EngineError as error:
        log.error(f"{error}. The staging folder is unchanged")
        return
    if change.made or change.gone:
        count, seconds = len(change.made) + len(change.gone), time.perf_counter() - started
        log.info(f"stage: updated {count} files in {seconds:.2f} seconds")


def _watched(project: Project) -> Iterator[Path]:
    """Yield what the articles are made of."""
    config = project.config
    found = [config.docs_dir, config.config_file_path, config.theme.custom_dir, *config.watch]
    for path in dict.fromkeys(Path(each) for each in found if each):
        if path.exists():
            yield path
