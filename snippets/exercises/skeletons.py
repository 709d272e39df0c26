"""Skeletons of the exercises, made from what the notes show: signature,
docstring, and a hint.

`python -m snippets.exercises.skeletons k_means` makes
`snippets/exercises/k_means.py` anew from `snippets/k_means.py`, and `--all`
makes every skeleton; code that was filled in is lost. What is open in each
exercise, and the hints, stand in `hints.toml` beside this file.
"""

from __future__ import annotations

import argparse
import ast
import json
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent
WIDTH = 80


@dataclass(frozen=True)
class Exercise:
    """What a reader writes of one module.

    Attributes:
        task: What is to be written, the first line of the skeleton.
        hints: Hint for each open function, `name` or `Class.method`, in the
            order of the tests.
        given: Functions of the reference to call; the tests may look for them
            too.
    """

    task: str
    hints: Mapping[str, str]
    given: list[str] = field(default_factory=list)


def exercises() -> dict[str, Exercise]:
    """All exercises by the module that they are taken from."""
    text = FOLDER.joinpath("hints.toml").read_text("utf-8")
    return {
        topic: Exercise(**content)
        for topic, content in tomllib.loads(text).items()
    }


def skeleton(topic: str, exercise: Exercise) -> str:
    """The file that a reader fills in.

    Raises:
        KeyError: If the reference does not have what is to be written.
    """
    text = FOLDER.with_name(f"{topic}.py").read_text("utf-8")
    tree = ast.parse(text)
    top = {
        node.name: node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    names = list(
        dict.fromkeys(name.partition(".")[0] for name in exercise.hints)
    )
    given = ", ".join(f"`{name}`" for name in exercise.given)
    parts = [
        f"{_wrapped(exercise.task)}\n\n"
        f"Judge it with `pytest snippets/exercises/test_{topic}.py`.\n"
        f"`python -m snippets.exercises.skeletons {topic}` begins anew.\n"
        + (f"Given, to be called: {given}.\n" if given else "")
        + '"""\n',
        "from __future__ import annotations\n",
        *_imports(
            topic, tree, _used([top[name] for name in names]), exercise.given
        ),
    ]
    if exercise.given:
        parts.append(
            _fitted(
                "__all__ = [",
                _sorted([*names, *exercise.given], quoted=True),
                "]",
            )
        )
    lines = text.splitlines()
    bodies = [
        "".join(_open(lines, top[name], exercise.hints)) for name in names
    ]
    return "\n".join(parts) + "\n\n" + "\n\n".join(bodies)


def _open(
    lines: list[str],
    node: ast.FunctionDef | ast.ClassDef,
    hints: Mapping[str, str],
    owner: str = "",
) -> Iterator[str]:
    """A function of the reference with a hint in place of its body, or a class
    of such.
    """
    first, *others = node.body
    assert isinstance(first, ast.Expr), f"{node.name} has no docstring"
    yield "\n".join(lines[node.lineno - 1 : first.end_lineno]) + "\n"
    if isinstance(node, ast.ClassDef):
        for each in others:
            assert isinstance(each, ast.FunctionDef), (
                f"{node.name} holds more than methods"
            )
            yield "\n"
            yield from _open(lines, each, hints, f"{node.name}.")
    else:
        yield _fitted(
            f"{' ' * first.col_offset}raise NotImplementedError(",
            _pieces(hints[owner + node.name], first.col_offset + 4),
            ")",
            comma=False,
        )


def _wrapped(task: str) -> str:
    """The beginning of a docstring."""
    return textwrap.fill(f'"""{task}', WIDTH, break_long_words=False)


def _pieces(hint: str, indent: int) -> list[str]:
    """A text as literals that fit on a line each, and that Python joins."""
    whole = json.dumps(hint, ensure_ascii=False)
    if indent + len(whole) <= WIDTH:
        return [whole]
    cut = hint.rfind(" ", 0, WIDTH - indent - 2) + 1
    first = json.dumps(hint[:cut], ensure_ascii=False)
    return [first, *_pieces(hint[cut:], indent)]


def _used(nodes: list[ast.FunctionDef | ast.ClassDef]) -> set[str]:
    """Names in the signatures of functions, or of the methods of classes."""
    functions = [
        each
        for node in nodes
        for each in ast.walk(node)
        if isinstance(each, ast.FunctionDef)
    ]
    signatures = [
        part for each in functions for part in (each.args, each.returns) if part
    ]
    return {
        each.id
        for signature in signatures
        for each in ast.walk(signature)
        if isinstance(each, ast.Name)
    }


def _imports(
    topic: str, tree: ast.Module, used: set[str], given: list[str]
) -> Iterator[str]:
    """Imports of what signatures name: as the reference imports it, or from the
    reference.
    """
    wanted: dict[str, set[str]] = {f"snippets.{topic}": set(given)}
    plain = []
    for node in tree.body:
        if isinstance(node, ast.Import):
            plain += [
                f"import {each.name} as {each.asname}\n"
                for each in node.names
                if each.asname in used
            ]
        elif isinstance(node, ast.ImportFrom):
            taken = {each.name for each in node.names} & used
            wanted.setdefault(str(node.module), set()).update(taken)
            used = used - taken
        else:
            made = used & {
                each.id if isinstance(each, ast.Name) else each.name
                for each in ast.walk(node)
                if isinstance(each, ast.ClassDef)
                or (
                    isinstance(each, ast.Name)
                    and isinstance(each.ctx, ast.Store)
                )
            }
            wanted[f"snippets.{topic}"] |= made
    groups: dict[str, list[str]] = {
        "collections.abc": [],
        "": plain,
        "snippets": [],
    }
    for module, names in sorted(wanted.items()):
        if names:
            head = (
                module
                if module == "collections.abc"
                else module.partition(".")[0]
            )
            one = f"from {module} import {', '.join(_sorted(names))}\n"
            groups[head].append(
                one
                if len(one) <= WIDTH + 1
                else _fitted(f"from {module} import (", _sorted(names), ")")
            )
    yield from ("".join(group) for group in groups.values() if group)


def _sorted(names: list[str] | set[str], quoted: bool = False) -> list[str]:
    """Constants, then classes, then functions, each by name."""
    order = sorted(
        set(names),
        key=lambda name: (
            not (name.isupper() and len(name) > 1),
            name[0].islower(),
            name,
        ),
    )
    return [f'"{name}"' for name in order] if quoted else order


def _fitted(start: str, items: list[str], end: str, comma: bool = True) -> str:
    """A statement on one line, or with its items on lines of their own."""
    one = f"{start}{', '.join(items)}{end}\n"
    if len(one) <= WIDTH + 1:
        return one
    indent = " " * (len(start) - len(start.lstrip()))
    inner = "".join(
        f"{indent}    {item}{',' if comma else ''}\n" for item in items
    )
    return f"{start}\n{inner}{indent}{end}\n"


def main() -> None:
    """Write the skeletons that are asked for."""
    parser = argparse.ArgumentParser(description="Begin exercises anew.")
    parser.add_argument(
        "topics",
        nargs="*",
        metavar="TOPIC",
        help="the name of a model's module",
    )
    parser.add_argument("--all", action="store_true", help="each of them")
    options = parser.parse_args()
    known = exercises()
    for topic in known if options.all else options.topics:
        if topic not in known:
            parser.error(
                f"there is no exercise {topic}; there are {', '.join(known)}"
            )
        FOLDER.joinpath(f"{topic}.py").write_text(
            skeleton(topic, known[topic]), "utf-8"
        )


if __name__ == "__main__":
    main()
