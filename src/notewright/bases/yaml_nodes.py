"""YAML of a base as nodes that know their lines, by the rules of YAML 1.2."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from notewright.errors import NotewrightError

LONGEST = 64 << 10
"""Characters of a base; those in use have some hundred."""

MOST_NODES = 10_000
"""Values of a base, those that aliases stand for each time they are named."""

DEEPEST = 60


class BaseError(NotewrightError):
    """A base cannot be read at all.

    Attributes:
        message: What is wrong, without a full stop.
        line: The line, counted from 1.
    """

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message, line)
        self.message = message
        self.line = line

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Node:
    """A value of YAML, and the line where it starts.

    Attributes:
        value: Text, a number, a truth value or None; a tuple of nodes; or nodes by their keys.
        line: The line, counted from 1.
        written: A single value as it is written.
    """

    value: Any
    line: int
    written: str = ""

    @property
    def text(self) -> str | None:
        """The value as text, if it is a single one: a formula `1` is an expression, too."""
        return self.written if isinstance(self.value, str | int | float) else None


def read_yaml(text: str) -> Node:
    """Read YAML in bounded time and memory.

    Raises:
        BaseError: If it is none, or is too much.
    """
    if len(text) > LONGEST:
        raise BaseError(f"the YAML is longer than {LONGEST >> 10} KiB", 1)
    loader = None
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        return _Reader().read(root, 0) if root is not None else Node(None, 1)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BaseError(f"not valid YAML: {error.problem}", mark.line + 1 if mark else 1) from None
    except yaml.YAMLError as error:
        raise BaseError(f"not valid YAML: {str(error).partition(chr(10))[0]}", 1) from None
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        raise BaseError("not valid YAML", 1) from None  # PyYAML's own, of `"\\UFFFFFFFF"`, say
    except RecursionError:
        raise BaseError("the YAML is nested too deeply", 1) from None
    finally:
        if loader is not None:
            loader.dispose()


class _Reader:
    """Turns nodes of PyYAML into ours, and counts them."""

    def __init__(self) -> None:
        self._left = MOST_NODES

    def read(self, node: yaml.Node, depth: int) -> Node:
        """One node with all below it."""
        line = node.start_mark.line + 1
        self._left -= 1
        if self._left < 0:
            raise BaseError(f"the YAML contains more than {MOST_NODES} values", line)
        if depth > DEEPEST:
            raise BaseError("the YAML is nested too deeply, or contains itself", line)
        if isinstance(node, yaml.SequenceNode):
            return Node(tuple(self.read(each, depth + 1) for each in node.value), line)
        if isinstance(node, yaml.MappingNode):
            return Node(self._mapping(node, depth), line)
        assert isinstance(node, yaml.ScalarNode)
        return Node(_scalar(node), line, node.value)

    def _mapping(self, node: yaml.MappingNode, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise BaseError("a key is not text", line)
            if key.value in found:
                raise BaseError(f"duplicate key `{key.value[:60]}`", line)
            found[key.value] = self.read(value, depth + 1)
        return found


_INTEGER = re.compile(r"[-+]?\d{1,300}")
_FLOAT = re.compile(r"[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?")


def _scalar(node: yaml.ScalarNode) -> str | int | float | bool | None:
    """A single value by the core schema of YAML 1.2: `yes`, `on` and `12:30` are text."""
    text: str = node.value
    if node.style is not None or node.tag == "!":  # in quotes, or a block of text
        return text
    if text in ("", "~", "null", "Null", "NULL"):
        return None
    if text in ("true", "True", "TRUE", "false", "False", "FALSE"):
        return text.lower() == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if len(text) < 300 and _FLOAT.fullmatch(text) else text
