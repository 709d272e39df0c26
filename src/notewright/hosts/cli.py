"""The command line (CLI) of notewright."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from notewright import __version__
from notewright.errors import NotewrightError
from notewright.hosts import kept_in, shell_commands
from notewright.hosts.interrupts import Interrupt, take_signals
from notewright.hosts.parsers import EXIT_STATUS, Parser, with_new_flags
from notewright.hosts.standard_output import open_streams, status_of
from notewright.settings import SCHEDULER, STATE_DIR

PURPOSE = "Run the Python code in your Markdown notes, and build and test a site from it."

GROUPS = {
    "Get started": ("init", "doctor", "new"),
    "Write": ("run", "show", "why", "accept", "list", "format", "lint", "rename"),
    "Check": ("check", "diff", "manifest", "verify"),
    "Publish": ("serve", "build", "export", "stage"),
    "Maintain": ("records", "clean", "index", "lsp", "completion"),
}
"""The commands in the order of the help."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 for success, 1 if a note has a problem."""
    give_back = take_signals()
    open_streams()
    try:
        try:
            return _command(_parsed(sys.argv[1:] if arguments is None else arguments))
        finally:
            sys.stdout.flush()
    except OSError as error:
        ended = status_of(error)
        if ended is None:
            raise
        return ended
    finally:
        give_back()


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    """Read the command line. `build`, `serve` and `stage` import only what they need."""
    words = with_new_flags(words)
    if words and words[0] in shell_commands.NAMES:
        parser = _parser()
        shell_commands.add_commands(parser)
        options = parser.parse_known(words)
        if options is not None:
            return options
    from notewright.hosts.all_commands import add_all

    parser = _parser()
    add_all(parser)
    return parser.parse(words)


def _command(options: argparse.Namespace) -> int:
    if options.scheduler is not None:  # every reader of a configuration sees it
        os.environ[SCHEDULER] = options.scheduler
    try:
        if options.standalone:  # it needs no project
            if not options.takes_state_dir:
                kept_in.refuse(options)
            told: int = options.standalone(options)
            return told
        from notewright.hosts.all_commands import run_in_project

        return run_in_project(options)
    except NotewrightError as error:
        print(error, file=sys.stderr)
        return int(options.cannot)
    except KeyboardInterrupt as stopped:
        print("notewright: stopped. Finished sessions are saved", file=sys.stderr)
        return 128 + (stopped.number if isinstance(stopped, Interrupt) else signal.SIGINT)


def _parser() -> Parser:
    parser = Parser(
        prog="notewright",
        usage="notewright [-C DIR] [--state-dir DIR] [--scheduler ADDRESS] COMMAND ...",
        description=PURPOSE,
        epilog=f"Run `notewright COMMAND --help` for options and examples.\n{EXIT_STATUS}",
        groups=GROUPS,
    )
    project = "project folder (default: nearest one with a mkdocs.yml)"
    parser.add_argument("-C", "--project", type=Path, metavar="DIR", help=project)
    state = f"store records in DIR (default: {STATE_DIR})"
    parser.add_argument("--state-dir", type=Path, metavar="DIR", help=state)
    scheduler = "run sessions on a Dask cluster; `off` runs them locally"
    parser.add_argument("--scheduler", metavar="ADDRESS", help=scheduler)
    version = f"notewright {__version__}"
    parser.add_argument("--version", action="version", version=version, help="print the version")
    parser.set_defaults(needs_notes=True, needs_project=False, cannot=1)
    parser.set_defaults(standalone=None, takes_state_dir=False)
    return parser
