"""Safe reading of YAML that a stranger may have written: properties of notes, options of cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import yaml
from yaml.constructor import ConstructorError

LONGEST = 256 << 10
"""Characters of YAML that are read; the properties of a note are some hundred."""

MOST_VALUES = 50_000
"""Values that aliases may stand for: a few lines of them can stand for billions."""

LONGEST_NUMBER = 1_000

_ORDINARY = re.compile(
    r"""[\n "#$'()+,\-./0-9:;<=A-Z[\\\]^_a-z~"""
    r"\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\U00010000-\U0010ffff]*"
)
"""What properties mostly hold. With other signs, libyaml takes texts that PyYAML refuses."""

_MOST_LISTS = 30
"""Lists, which may stand in one another, in a text that libyaml reads: it bounds no depth.

A text of so few, without aliases and shorter than `LONGEST_NUMBER`, is within all bounds.
"""


class _Loader(yaml.SafeLoader):
    """Reads plain values; where it may, a date that is none as the text that it is.

    Attributes:
        odd: Gets the dates that are none; None where one is an error.
    """

    odd: list[yaml.ScalarNode] | None = None

    def construct_yaml_timestamp(self, node: yaml.ScalarNode) -> Any:
        """A date, or a time of one."""
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError as error:
            if self.odd is None:
                told = f"`{node.value}` is not a valid date: {error}"
                raise ConstructorError(None, None, told, node.start_mark) from None
            self.odd.append(node)
            return node.value


_Fast: type[yaml.CSafeLoader] | None = getattr(yaml, "CSafeLoader", None)
"""Reads by libyaml, in a tenth of the time, where PyYAML was built with it."""

_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_yaml_timestamp)


def load_yaml(text: str, odd: list[yaml.ScalarNode] | None = None) -> Any:
    """Read plain values, as `yaml.safe_load` does, in bounded time and memory.

    Args:
        text: The YAML.
        odd: Gets the dates that are none, which stay text; None where one is an error.

    Raises:
        yaml.YAMLError: If it is not YAML.
        ValueError: If it is too long, too deep, or too much, or holds an impossible value.
    """
    if _Fast is not None and _is_ordinary(text):
        with suppress(yaml.YAMLError, ValueError):  # which are told as they are without it
            return _Fast(text).get_single_data()
    return load_pairs(text, odd)[0]


def _is_ordinary(text: str) -> bool:
    """Whether libyaml reads it as PyYAML does, or not at all."""
    is_short = len(text) < LONGEST_NUMBER and text.count("[") + text.count("- ") <= _MOST_LISTS
    return is_short and _ORDINARY.fullmatch(text) is not None


def load_pairs(
    text: str, odd: list[yaml.ScalarNode] | None = None
) -> tuple[Any, Sequence[tuple[yaml.Node, yaml.Node]]]:
    """Read plain values, and where they stand.

    Args:
        text: The YAML.
        odd: As for `load_yaml`.

    Returns:
        What `load_yaml` gives; and if it is a mapping, its keys and values as they are written.

    Raises:
        yaml.YAMLError: If it is not YAML.
        ValueError: As for `load_yaml`.
    """
    if len(text) > LONGEST:
        raise ValueError(f"longer than {LONGEST >> 10} KiB")
    loader = _Loader(text)
    loader.odd = odd
    try:
        node = loader.get_single_node()
        if node is None:
            return None, ()
        _count(node, {})
        pairs = [*node.value] if isinstance(node, yaml.MappingNode) else ()  # before merges join
        return loader.construct_document(node), pairs
    except RecursionError:
        raise ValueError("nested too deep") from None
    except (AttributeError, LookupError, TypeError):  # PyYAML's, of `!!int ""` and its like
        raise ValueError("a value does not match its `!!` tag") from None
    finally:
        loader.dispose()


def _count(node: yaml.Node, known: dict[int, int]) -> int:
    """How many values a node stands for, those of its aliases each time they are named."""
    if isinstance(node, yaml.ScalarNode):
        if len(node.value) > LONGEST_NUMBER and node.tag != "tag:yaml.org,2002:str":
            raise ValueError("a value is too long to be a number or a date")
        return 1
    if id(node) in known:
        if not known[id(node)]:
            raise ValueError("an alias refers to a value that contains it")
        return known[id(node)]
    known[id(node)] = 0
    total = 1
    for each in node.value:
        for part in each if isinstance(each, tuple) else (each,):
            total += _count(part, known)
        if total > MOST_VALUES:
            raise ValueError(f"aliases expand to more than {MOST_VALUES} values")
    known[id(node)] = total
    return total
