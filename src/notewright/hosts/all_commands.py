"""All commands: what each needs is loaded here, and what runs in a project is run."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from notewright.configuration import CONFIG_FILE, find_root
from notewright.errors import EngineError
from notewright.hosts import (
    cell_format,
    cell_lint,
    checking,
    comparing,
    completion,
    exporting,
    kept_in,
    note_commands,
    project_commands,
    record_commands,
    running,
    shell_commands,
    showing,
)
from notewright.hosts.parsers import Parser
from notewright.run.engine import Engine
from notewright.settings import Settings
from notewright.vault.old_names import setting_notices
from notewright.vault.vault import Vault


def add_all(parser: Parser) -> None:
    """Add the commands to the command line, in the order in which its help lists them."""
    project_commands.add_commands(parser)
    running.add_command(parser)
    showing.add_command(parser)
    checking.add_command(parser)
    note_commands.add_saying(parser)
    note_commands.add_writing(parser)
    cell_format.add_command(parser)
    cell_lint.add_command(parser)
    comparing.add_commands(parser)
    record_commands.add_command(parser)
    shell_commands.add_commands(parser)
    exporting.add_command(parser)
    completion.add_command(parser)


def run_in_project(options: argparse.Namespace) -> int:
    """Run a command with the engine and the notes of its project; returns the exit status.

    Raises:
        NotewrightError: If it cannot do its work.
    """
    settings = Settings.load(find_root(options.project or Path.cwd()))
    for notice in setting_notices(settings):
        print(notice, file=sys.stderr)
    vault = Vault.scan(settings)
    if options.needs_notes or options.needs_project:
        _require_project(settings)
    if options.needs_notes:
        vault.require_notes()
    with Engine(settings, kept_in=kept_in.folder(options, settings)) as engine:
        status: int = options.command(engine, vault, options)
        return status


def _require_project(settings: Settings) -> None:
    """Refuse a folder that has neither notes nor a configuration: somebody is in a wrong place."""
    config = settings.root / CONFIG_FILE
    if not settings.docs_dir.is_dir() and not config.is_file():
        raise EngineError(
            f"no {config} found. Change to the project folder, or run `notewright init`"
        )
