"""Parsers of the command line: grouped help with examples, and suggestions for unknown words."""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from notewright.errors import did_you_mean, renamed_notice

EXIT_STATUS = """\
Exit status: 0 success, 1 problems found, 2 wrong usage, 130 interrupted
(`verify` and `diff`: 1 outputs differ, 2 comparison failed).
"""

NOTES = "paths or names of notes (default: all notes)"
"""Help of the argument NOTE of commands that take several."""

RENAMED_FLAGS = {
    "--kept-in": "--state-dir",
    "--shell": "--generator",
    "--unbacked": "--unchecked-numbers",
    "--mentions": "--unlinked-mentions",
    "--alone": "--isolated",
    "--twice": "--repeat",
    "--keep": "--save-ranges",
    "--to": "--output",
}
"""Options by their names before 1.0; these work until 2.0."""


def with_new_flags(words: Sequence[str]) -> list[str]:
    """Replace old names of options in a command line, with a notice for each.

    Args:
        words: The words of the command line.
    """
    given = {word.partition("=")[0] for word in words}
    for old in sorted(given & set(RENAMED_FLAGS)):
        new = RENAMED_FLAGS[old]
        if new in given:
            print(
                (f"`{old}` is the old name of `{new}`, and both are given. Remove `{old}`"),
                file=sys.stderr,
            )
            sys.exit(2)
        print(f"notewright: {renamed_notice(old, new)}", file=sys.stderr)
    parts = [word.partition("=") for word in words]
    return [f"{RENAMED_FLAGS.get(name, name)}{sign}{value}" for name, sign, value in parts]


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help with the names of an option in one column: `-C, --project DIR`."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26)

    def _format_action_invocation(self, action: argparse.Action) -> str:
        if not action.option_strings or action.nargs == 0:
            return super()._format_action_invocation(action)
        value = self._format_args(action, self._get_default_metavar_for_optional(action))
        return f"{', '.join(action.option_strings)} {value}"


class Parser(argparse.ArgumentParser):
    """A parser that suggests the nearest option or command for an unknown one.

    Args:
        groups: Names of commands under the headings of the help; empty for one list of them.
        named: Arguments of `ArgumentParser`.
    """

    def __init__(self, groups: Mapping[str, Sequence[str]] | None = None, **named: Any) -> None:
        self.names: list[str] = []
        self._groups = groups or {}
        self._purposes: dict[str, str] = {}
        self._words: list[str] = []
        self.commands: argparse._SubParsersAction[Parser] | None = None
        super().__init__(formatter_class=_Formatter, **named)
        self._optionals.title = "Options"
        self._positionals.title = "Arguments"
        self.set_defaults(parser=self)

    def add_argument(self, *names: str, **named: Any) -> argparse.Action:
        """Add an argument and remember the names of an option."""
        self.names += [name for name in names if name.startswith("-")]
        return super().add_argument(*names, **named)

    def add_command(self, name: str, purpose: str, *examples: str) -> Parser:
        """Add a command.

        Args:
            name: Its name.
            purpose: What it does, in one line that begins with a verb.
            examples: Command lines.
        """
        if self.commands is None:
            self.commands = self.add_subparsers(
                required=True, metavar="COMMAND", parser_class=Parser, prog=self.prog
            )
        self._purposes[name] = purpose
        lines = "\n".join(f"  {line}" for line in examples)
        described = f"{purpose[:1].upper()}{purpose[1:]}."
        return self.commands.add_parser(
            name, help=purpose, description=described, epilog=f"Examples:\n{lines}"
        )

    def format_help(self) -> str:
        """The help, with the commands under their headings."""
        lines = [self.description or ""]
        for title, names in self._groups.items():
            lines += ["", f"{title}:", *(f"  {name:<12}{self._purposes[name]}" for name in names)]
        if not self._groups or self.commands is None:
            return super().format_help()
        plain, self.description = self.description, "\n".join(lines)
        self.commands.help = argparse.SUPPRESS  # argparse would list them once more
        try:
            return super().format_help()
        finally:
            self.description, self.commands.help = plain, None

    def parse_known(self, words: Sequence[str]) -> argparse.Namespace | None:
        """Read the words of a command line; None if one of them is unknown."""
        options, rest = self.parse_known_args(words)
        return None if rest else options

    def parse(self, words: Sequence[str]) -> argparse.Namespace:
        """Read the words of a command line; an unknown one exits with status 2."""
        self._words = list(words)
        options, rest = self.parse_known_args(self._words)
        if rest:
            unknown = next((word for word in rest if word.startswith("-")), rest[0])
            command: Parser = options.parser
            self._refuse_place(unknown, command)
            is_before = unknown in self._words[: self._words.index(command.prog.split()[1])]
            command.refuse(unknown.partition("=")[0], (self if is_before else command).names)
        return options

    def error(self, message: str) -> NoReturn:
        """Print a usage error and exit with status 2."""
        wrong = re.search(r"argument COMMAND: invalid choice: '(.*?)'", message)
        if wrong and self.commands is not None:
            self._refuse_value(wrong[1], self.commands.choices)
            self.refuse(wrong[1], self.commands.choices)
        super().error(message)

    def refuse(self, word: str, known: Sequence[str] | dict[str, Parser]) -> NoReturn:
        """Report an unknown word, with the nearest known one."""
        kind = "option" if word.startswith("-") else "command" if self.commands else "argument"
        near = did_you_mean(word, known) if kind != "argument" else ""
        super().error(f"unknown {kind} `{word}`. {near or f'See `{self.prog} --help`'}")

    def _has(self, word: str) -> str:
        """The option that a word gives, with its value or without; empty if there is none."""
        name = word.partition("=")[0]
        name = name if name.startswith("--") else name[:2]
        return name if name in self._option_string_actions else ""

    def _refuse_place(self, word: str, command: Parser) -> None:
        """Reject an option on the wrong side of the command, or of another command."""
        for holder, form in (
            (self, "put the option `{}` before the command"),
            (command, "put the option `{}` after the command"),
        ):
            if holder._has(word):
                line = self._moved(word, holder, command)
                told = form.format(holder._has(word))
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
