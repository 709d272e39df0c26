"""The command line (CLI): `notewright run | check | why`, and what else a writer does."""

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
from notewright.hosts.parsers import EXIT_STATUS, Parser
from notewright.hosts.standard_output import open_streams, status_of
from notewright.settings import SCHEDULER, STATE_DIR


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 if all is well, 1 if a note has a problem."""
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
    """Read the command line. What makes sites loads nothing that only other commands need."""
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
    if options.scheduler is not None:  # for whatever reads a configuration, that of a commit too
        os.environ[SCHEDULER] = options.scheduler
    try:
        if options.standalone:  # it needs no project
            if not options.takes_kept_in:
                kept_in.refuse(options)
            told: int = options.standalone(options)
            return told
        from notewright.hosts.all_commands import run_in_project

        return run_in_project(options)
    except NotewrightError as error:
        print(error, file=sys.stderr)
        return int(options.cannot)
    except KeyboardInterrupt as stopped:
        print("notewright: stopped; what had finished is recorded", file=sys.stderr)
        return 128 + (stopped.number if isinstance(stopped, Interrupt) else signal.SIGINT)


def _parser() -> Parser:
    parser = Parser(
        prog="notewright",
        description="Runs the Python in a vault of notes.",
        epilog=f"begin with:\n  notewright init\n  notewright COMMAND --help\n\n{EXIT_STATUS}",
    )
    parser.add_argument("--version", action="version", version=f"notewright {__version__}")
    parser.add_argument(
        "-C", "--project", type=Path, help="directory of mkdocs.yml (default: found upwards)"
    )
    parser.add_argument(
        "--kept-in", type=Path, metavar="DIR", help=f"keep records there, not in {STATE_DIR}/"
    )
    said = "a scheduler of Dask, on whose workers sessions run; `off` for here"
    parser.add_argument("--scheduler", metavar="ADDRESS", help=said)
    parser.set_defaults(needs_notes=True, needs_project=False, cannot=1)
    parser.set_defaults(standalone=None, takes_kept_in=False)
    return parser
