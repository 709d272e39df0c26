"""The texts of the program and its documentation avoid phrases that readers found hard to follow.

A failure names the file and line, the phrase, and how to write it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from notewright.hosts import cli
from notewright.hosts.all_commands import add_all
from notewright.hosts.parsers import Parser

ROOT = Path(__file__).parents[1]
ENGINE = ROOT / "src" / "notewright"

DOCSTRINGS = {
    r"anew": "again, from scratch, rebuild",
    r"mend(?:s|ed|ing)?": "fix, correct",
    r"as ever|as else|now and then|in no time": "as usual, periodically, immediately",
    r"for machines": "as JSON",
    r"shall": "must, will",
}
"""Phrases that no text has, docstrings and comments included, with a better way to write them."""

MESSAGES = DOCSTRINGS | {
    r"nobody|somebody|whoever": "the passive, or name the person: the author, anyone who",
    r"(?:is|are|was) told|tells (?:of|what|that|errors)": "is reported, reports",
    r"stands (?:in|on|at|for itself|beside|below|above)": "is in, is at",
    r"beside": "next to, along with",
    r"what (?:it|a cell|the run|a run|they|cells) (?:gave|gives|showed|shows)": "the output",
    r"of (?:ours|theirs|yours)": "our own, your own",
    r"(?:a|the) run holds|held against": "checked by a run, compared with",
    r"one after the other": "in turn, one at a time",
    r"(?:is|are) to be": "must be, will be",
    r"(?<!there\s)(?:is|are) (?-i:none)": "does not exist",
    r"meanwhile": "in the meantime, while",
}
"""Phrases that messages, help and documentation avoid besides."""

HISTORY = "## 0.1.2"
"""Older sections of the changelog stay as they were published."""


def prose(text: str) -> str:
    """Markdown without code, formulas and comments; line breaks stay."""

    def blank(match: re.Match[str]) -> str:
        return "\n" * match[0].count("\n")

    text = re.sub(r"\A---\n.*?\n---(?=\n)", blank, text, flags=re.S)
    text = re.sub(r"^( *)(`{3,}|~{3,}).*?^\1\2[`~]*$", blank, text, flags=re.S | re.M)
    text = re.sub(r"<!--.*?-->|%%.*?%%|\$\$.*?\$\$", blank, text, flags=re.S)
    return re.sub(r"``.*?``|`[^`\n]*`|\[\[[^\]\n]*\]\]|\]\([^)\n]*\)", "", text)


def documents() -> Iterator[tuple[str, int, str]]:
    """Yield the paths, first lines and texts of the documentation."""
    names = ("README.md", "CONTRIBUTING.md", "SECURITY.md")
    for path in (*(ROOT / name for name in names), *(ROOT / "docs/engine").glob("*.md")):
        text = path.read_text("utf-8")
        if path.name == "changelog.md":
            text = text.partition(HISTORY)[0]
        yield path.relative_to(ROOT).as_posix(), 1, prose(text)


def strings(path: Path) -> Iterator[tuple[int, str, bool]]:
    """Yield the line and the text of each string with a space, and whether it is a docstring."""
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            if len(node.value) > 400 and "." not in node.value:
                continue  # a list of words
            text = re.sub(r"``.*?``|`[^`\n]*`", "", node.value)
            yield node.lineno, text, id(node) in docstrings


def helps(parser: Parser) -> Iterator[str]:
    """Yield the help of each command."""
    yield parser.format_help()
    for each in (parser.commands.choices if parser.commands else {}).values():
        yield from helps(each)


def uses(text: str, phrases: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Yield the line of each phrase in a text, with how to write it."""
    for phrase, better in phrases.items():
        pattern = rf"\b(?:{phrase})\b".replace(" ", r"\s+")
        for match in re.finditer(pattern, text, re.I):
            line = text.count("\n", 0, match.start())
            yield line, f"“{match[0]}”: write {better}"


def test_documents() -> None:
    """README and the pages about the engine."""
    found = [
        f"{name}:{first + line}: {said}"
        for name, first, text in documents()
        for line, said in uses(text, MESSAGES)
    ]
    assert found == [], "\n".join(found)


@pytest.mark.gate
def test_messages_and_docstrings() -> None:
    """Everything that the program can print, and the documentation of its code."""
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{first + line}: {said}"
        for path in sorted(ENGINE.rglob("*.py"))
        for first, text, is_docstring in strings(path)
        for line, said in uses(text, DOCSTRINGS if is_docstring else MESSAGES)
    ]
    assert found == [], "\n".join(found)


def test_help() -> None:
    """The help of every command, which begins with a verb and fits its line in the list."""
    parser = cli._parser()
    add_all(parser)
    assert [said for text in helps(parser) for _, said in uses(text, MESSAGES)] == []
    listed = parser.format_help().split("\n")
    assert max(map(len, listed)) <= 80
    purposes = [line[14:] for line in listed if re.match(r"  [a-z]+ +[a-z]", line)]
    assert len(purposes) == sum(map(len, cli.GROUPS.values()))
    assert all(each[0].islower() and not each.endswith(".") for each in purposes)


@pytest.mark.parametrize(("text", "count"), [("It is told anew.", 2), ("a `beside` told you", 0)])
def test_the_search_itself(text: str, count: int) -> None:
    """It finds phrases in prose, and none in code."""
    assert len(list(uses(prose(text), MESSAGES))) == count
