"""Parsers of the command line: help with examples, and the nearest word for one that is unknown."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from notewright.errors import did_you_mean

EXIT_STATUS = """\
exit status:
  0    all is well
  1    a note has a problem, or the command cannot do its work: the message says what to do
  2    the command line is wrong
  130  stopped with Ctrl+C
`verify` and `diff` end with 1 if something differs, and with 2 if that cannot be said.
"""


class Parser(argparse.ArgumentParser):
    """A parser that knows the names of its options and commands, and suggests the nearest."""

    def __init__(self, **named: Any) -> None:
        self.names: list[str] = []
        self.commands: argparse._SubParsersAction[Parser] | None = None
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, **named)
        self.set_defaults(parser=self)

    def add_argument(self, *names: str, **named: Any) -> argparse.Action:
        """Add an argument, as ever."""
        self.names += [name for name in names if name.startswith("-")]
        return super().add_argument(*names, **named)

    def add_command(self, name: str, purpose: str, *examples: str) -> Parser:
        """Add a command.

        Args:
            name: Its name.
            purpose: What it does, as the list of commands says it.
            examples: Lines that can be typed.
        """
        if self.commands is None:
            self.commands = self.add_subparsers(
                required=True, metavar="COMMAND", parser_class=Parser
            )
        lines = "\n".join(f"  {line}" for line in examples)
        described = f"{purpose[:1].upper()}{purpose[1:]}."
        return self.commands.add_parser(
            name, help=purpose, description=described, epilog=f"examples:\n{lines}"
        )

    def parse(self, words: Sequence[str] | None) -> argparse.Namespace:
        """Read the words of a command line; what is unknown ends the process with status 2."""
        options, rest = self.parse_known_args(words)
        if rest:
            unknown = next((word for word in rest if word.startswith("-")), rest[0])
            known = [*options.parser.names, *self.names]  # it may stand before the command
            options.parser.refuse(unknown.partition("=")[0], known)
        return options

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and end the process with status 2."""
        wrong = re.search(r"argument COMMAND: invalid choice: '(.*?)'", message)
        if wrong and self.commands is not None:
            self.refuse(wrong[1], self.commands.choices)
        super().error(message)

    def refuse(self, word: str, known: Sequence[str] | dict[str, Parser]) -> NoReturn:
        """Say that a word is unknown, and which one may be meant."""
        kind = "option" if word.startswith("-") else "command" if self.commands else "argument"
        near = did_you_mean(word, known) if kind != "argument" else ""
        super().error(f"there is no {kind} `{word}`. {near or f'See `{self.prog} --help`'}")
