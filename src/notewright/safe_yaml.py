"""Reads YAML that a stranger may have written: properties of notes and options of cells.

And configurations of MkDocs: lays one over another, finds lines, says whether values fit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from yaml_env_tag import construct_env_tag

LONGEST = 256 << 10
"""Characters of YAML that are read; the properties of a note are some hundred."""

MOST_VALUES = 50_000
"""Values that aliases may stand for: a few lines of them can stand for billions."""

LONGEST_NUMBER = 1_000


def load_yaml(text: str) -> Any:
    """Read plain values, as `yaml.safe_load` does, in bounded time and memory.

    Raises:
        yaml.YAMLError: If it is not YAML.
        ValueError: If it is too long, too deep, or too much, or holds an impossible value.
    """
    if len(text) > LONGEST:
        raise ValueError(f"longer than {LONGEST >> 10} KiB")
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _count(node, {})
        return loader.construct_document(node)
    except RecursionError:
        raise ValueError("nested too deep") from None
    except (AttributeError, LookupError, TypeError):  # PyYAML's, of `!!int ""` and its like
        raise ValueError("a value is not of the type that its `!!` says") from None
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
            raise ValueError("an alias stands in what it names")
        return known[id(node)]
    known[id(node)] = 0
    total = 1
    for each in node.value:
        for part in each if isinstance(each, tuple) else (each,):
            total += _count(part, known)
        if total > MOST_VALUES:
            raise ValueError(f"aliases stand for more than {MOST_VALUES} values")
    known[id(node)] = total
    return total


def laid_over(lower: Mapping[Any, Any], upper: Mapping[Any, Any]) -> dict[Any, Any]:
    """One configuration over another: mappings are joined, and of all else the upper one counts."""
    both = dict(lower)
    for name, value in upper.items():
        below = lower.get(name)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            value = laid_over(below, value)
        both[name] = value
    return both


class PlainLoader(yaml.SafeLoader):
    """YAML with `!ENV`, as MkDocs reads it; other tags, such as `!!python/name`, read as None."""


PlainLoader.add_constructor("!ENV", construct_env_tag)
PlainLoader.add_multi_constructor("", lambda loader, suffix, node: None)

NOT_YAML = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What PyYAML lets through beside its own errors: no text, impossible dates, `!!bool x`."""


def line_of(path: Path, keys: Sequence[Any]) -> int:
    """The line of a configuration at which a key stands; 0 if it is not in this file."""
    line, value = 0, yaml.compose(path.read_text("utf-8"), PlainLoader)
    for key in keys:
        items = value.value if isinstance(value, yaml.SequenceNode) else [value]
        maps = (item for item in items if isinstance(item, yaml.MappingNode))
        pairs = [pair for each in maps for pair in each.value]
        names = (pair for pair in pairs if pair[0].value == str(key))
        found = next(names, None)
        if found is None:
            return 0
        line, value = found[0].start_mark.line + 1, found[1]
    return line


_MOST = 10**9  # numbers above this are a slip, and more than the system takes

_LONGEST = 1e300
"""Seconds that stand for no limit, and that can still be added to a time."""

KINDS = {
    bool: "`true` or `false`",
    int: "a whole number, 0 or above",
    float: "a number above 0",
    str: "text",
    list: "a list of names",
    dict: "`name: value` lines",
}
"""What a value has to be, in words, by the type of its default."""


def fits(value: Any, default: Any) -> bool:
    """Whether the value of an option is of the kind of its default, and can be used."""
    if isinstance(default, (bool, list, dict)):
        return isinstance(value, type(default))
    if isinstance(value, bool):
        return False
    if isinstance(default, int):
        return isinstance(value, int) and 0 <= value <= _MOST
    if isinstance(default, float):
        return isinstance(value, (int, float)) and 0 < value <= _LONGEST
    # Each text names a folder or an address, and half of a surrogate pair is in no name.
    many = "+" if default else "*"
    return isinstance(value, str) and bool(re.fullmatch(rf"[^\0\ud800-\udfff]{many}", value))
