"""Completion in a shell: `notewright completion bash` prints what the shell is to read.

shtab makes it of the parser, once: a Tab then starts no Python.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import partial
from typing import Any

from notewright.hosts.parsers import Parser
from notewright.libraries import needs

SHELLS = ("bash", "zsh", "fish", "tcsh", "powershell")


def add_command(parser: Parser) -> None:
    """Add `completion` to the command line, after all that it completes."""
    printing = parser.add_command(
        "completion",
        "print the shell completion script",
        'eval "$(notewright completion bash)"',
        "notewright completion zsh > ~/.zfunc/_notewright",
    )
    printing.add_argument("shell", choices=SHELLS, metavar="SHELL", help=", ".join(SHELLS))
    printing.set_defaults(standalone=partial(_print, parser))


def _print(parser: Parser, options: argparse.Namespace) -> int:
    """Print the script for a shell."""
    with needs("lsp", "completion"):
        import shtab

    for action in _names(parser):
        action.complete = shtab.FILE
    print(shtab.complete(parser, options.shell))
    return 0


def _names(parser: Parser) -> Iterator[Any]:
    """Yield the arguments of commands that are names of notes or files."""
    for each in (parser.commands.choices if parser.commands else {}).values():
        yield from _names(each)
        for action in each._get_positional_actions():
            if action.choices is None:
                yield action
