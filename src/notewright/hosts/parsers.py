"""Parsers of the command line: help with examples, and the nearest word for one that is unknown."""

from __future__ import annotations

import argparse
import re
import shlex
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
        self._words: list[str] = []
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

    def parse_known(self, words: Sequence[str]) -> argparse.Namespace | None:
        """Read the words of a command line; None if one of them is unknown."""
        options, rest = self.parse_known_args(words)
        return None if rest else options

    def parse(self, words: Sequence[str]) -> argparse.Namespace:
        """Read the words of a command line; what is unknown ends the process with status 2."""
        self._words = list(words)
        options, rest = self.parse_known_args(self._words)
        if rest:
            unknown = next((word for word in rest if word.startswith("-")), rest[0])
            command: Parser = options.parser
            self._refuse_place(unknown, command)
            command.refuse(unknown.partition("=")[0], [*command.names, *self.names])
        return options

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and end the process with status 2."""
        wrong = re.search(r"argument COMMAND: invalid choice: '(.*?)'", message)
        if wrong and self.commands is not None:
            self._refuse_value(wrong[1], self.commands.choices)
            self.refuse(wrong[1], self.commands.choices)
        super().error(message)

    def refuse(self, word: str, known: Sequence[str] | dict[str, Parser]) -> NoReturn:
        """Say that a word is unknown, and which one may be meant."""
        kind = "option" if word.startswith("-") else "command" if self.commands else "argument"
        near = did_you_mean(word, known) if kind != "argument" else ""
        super().error(f"there is no {kind} `{word}`. {near or f'See `{self.prog} --help`'}")

    def _has(self, word: str) -> str:
        """The option that a word gives, with its value or without; empty if there is none."""
        name = word.partition("=")[0]
        name = name if name.startswith("--") else name[:2]
        return name if name in self._option_string_actions else ""

    def _refuse_place(self, word: str, command: Parser) -> None:
        """Refuse an option that stands on the wrong side of the command, or is of another one."""
        for holder, side in ((self, "before"), (command, "behind")):
            if holder._has(word):
                line = self._moved(word, holder, command)
                told = f"put the option `{holder._has(word)}` {side} the command"
                super(Parser, holder).error(f"{told}: `{line}`" if line else told)
        others = self.commands.choices.items() if self.commands else ()
        owners = [f"`{name}`" for name, each in others if word.startswith("-") and each._has(word)]
        if owners:
            own, name = command.prog.rpartition(" ")[2], word.partition("=")[0]
            has = f"{' and '.join(owners)} {'has' if len(owners) == 1 else 'have'}"
            told = f"`{own}` has no option `{name}`, but {has}. See `{command.prog} --help`"
            super(Parser, command).error(told)

    def _moved(self, word: str, holder: Parser, command: Parser) -> str:
        """The line that was meant; empty if that cannot be said."""
        title = command.prog.rpartition(" ")[2]
        if word not in self._words:  # one of several in a word
            return ""
        at = self._words.index(word)
        is_apart = word == holder._has(word) and holder._option_string_actions[word].nargs != 0
        end = at + 1 + (is_apart and not "".join(self._words[at + 1 : at + 2]).startswith("-"))
        option, others = self._words[at:end], self._words[:at] + self._words[end:]
        if title not in others:
            return ""
        place = others.index(title) if holder is self else len(others)
        return shlex.join([self.prog, *others[:place], *option, *others[place:]])

    def _refuse_value(self, word: str, commands: dict[str, Parser]) -> None:
        """Refuse what was taken for a command, and is the value of a command's option."""
        at = self._words.index(word) if word in self._words else 0
        if at == 0:  # no option stands before it, or it is a command of a command
            return
        before, behind = self._words[at - 1], self._words[at + 1 :]
        found = next((commands[name] for name in behind if name in commands), None)
        if found is not None and before.startswith("-") and not self._has(before):
            self._refuse_place(before, found)
