"""Seals of records: what is loaded under a key is what was saved under it, whole and in shape.

A seal keeps accidents out, such as a flipped bit or a copy under another name. It is no signature:
whoever may write into the directory may seal what he likes. So the shape is checked as well, and
what pages do with the content is safe whatever it holds.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from notewright.run.machines import LONGEST, PARTS

_START = b'{"digest": "'
_LENGTH = 64  # of SHA-256, in hexadecimal digits
_MIDDLE = b'", '

Check = Callable[[Any], bool]

MOST = 1 << 53
"""No count of a record is larger, nor could it be told exactly."""


def seal(key: str, content: Mapping[str, Any]) -> bytes:
    """The bytes of a record: JSON that begins with the digest of all behind it."""
    told = json.dumps({"key": key, **content}, ensure_ascii=False, sort_keys=True)
    rest = told[1:].encode("utf-8", "backslashreplace")
    digest = hashlib.sha256(rest).hexdigest()
    return b"".join([_START, digest.encode(), _MIDDLE, rest])


def named_digest(stored: bytes) -> bytes:
    """The digest that a stored record gives of its key and content; empty if it gives none."""
    start, end = len(_START), len(_START) + _LENGTH
    return stored[start:end] if stored.startswith(_START) else b""


def unseal(
    key: str, stored: bytes, shape: Mapping[str, Check] | None = None
) -> dict[str, Any] | None:
    """The content that was saved under a key; None if it is another one, or has another shape.

    Args:
        key: The key.
        stored: The bytes that were found under the key.
        shape: How each part of it must be; None for the parts of a record.
    """
    start, end = len(_START), len(_START) + _LENGTH
    rest = stored[end + len(_MIDDLE) :]
    is_whole = hashlib.sha256(rest).hexdigest().encode() == stored[start:end]
    if not (is_whole and stored.startswith(_START) and stored[end:].startswith(_MIDDLE)):
        return None
    try:
        content = json.loads(stored)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or content.pop("key", None) != key:
        return None
    del content["digest"]
    return content if _fits(content, shape or _RECORD) else None


def _fits(value: Any, shape: Mapping[str, Check]) -> bool:
    """Whether a value is a mapping of just these names, each as it should be."""
    return (
        isinstance(value, dict)
        and value.keys() == shape.keys()
        and all(is_right(value[name]) for name, is_right in shape.items())
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_path(value: Any) -> bool:
    return isinstance(value, str) and "\0" not in value


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST


def _is_number(value: Any) -> bool:
    return _is_count(value) or (isinstance(value, float) and math.isfinite(value))


def _or_none(is_right: Check) -> Check:
    return lambda value: value is None or is_right(value)


def _list_of(is_right: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(is_right, value))


def _texts_by_name(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_text, value.values()))


def _inputs(value: Any) -> bool:
    """Names of files, of which none holds a null byte; patterns stay below the project's root."""
    return _texts_by_name(value) and all(
        ":" in name
        and "\0" not in name
        and not (name.startswith(("glob:/", "glob:~")) or (name[:5] == "glob:" and ".." in name))
        for name in value
    )


def _is_place(value: Any) -> bool:
    return isinstance(value, list) and list(map(type, value)) == [str, int]


def _data(value: Any) -> bool:
    """A value in its forms; pages take text and pictures as text, anything else as JSON."""
    return isinstance(value, dict) and all(
        isinstance(content, str) or not mime.startswith(("text/", "image/"))
        for mime, content in value.items()
    )


def _metadata(value: Any) -> bool:
    return isinstance(value, dict) and _texts_by_name(value.get("notewright", {}))


def _machine(value: Any) -> bool:
    """A few words, which a terminal shows as they are."""
    return _texts_by_name(value) and all(
        name in PARTS and len(words) <= LONGEST and words.isprintable()
        for name, words in value.items()
    )


def _output(value: Any) -> bool:
    kind = value.get("output_type") if isinstance(value, dict) else None
    shape = _OUTPUTS.get(kind) if isinstance(kind, str) else None
    return shape is not None and _fits(value, shape)


_RICH: Mapping[str, Check] = {"output_type": _is_text, "data": _data, "metadata": _metadata}
_OUTPUTS: Mapping[str, Mapping[str, Check]] = {
    "stream": {"output_type": _is_text, "name": _is_text, "text": _is_text},
    "error": {
        "output_type": _is_text,
        "ename": _is_text,
        "evalue": _is_text,
        "traceback": _list_of(_is_text),
    },
    "display_data": _RICH,
    "execute_result": {**_RICH, "execution_count": _or_none(_is_count)},
}
_FRAME: Mapping[str, Check] = {
    "at": _list_of(_is_count),
    "outputs": _list_of(_output),
    "seconds": _is_number,
    "processor": _is_number,
    "texts": lambda value: isinstance(value, dict) and all(map(_list_of(_is_text), value.values())),
    "values": _list_of(_is_text),
}
_CELL: Mapping[str, Check] = {
    "outputs": _list_of(_output),
    "seconds": _is_number,
    "processor": _is_number,
    "values": _list_of(_or_none(_is_text)),
    "answers": _list_of(_is_text),
    "unseeded": _list_of(_is_count),
    "frames": _list_of(lambda value: _fits(value, _FRAME)),
    "first": _is_count,
}
_RECORD: Mapping[str, Check] = {
    "cells": _list_of(lambda value: _fits(value, _CELL)),
    "inputs": _inputs,
    "packages": _texts_by_name,
    "environment": _is_text,
    "opaque": _list_of(_is_text),
    "lines": _list_of(_is_place),
    "written": _list_of(_is_path),
    "refused": _list_of(_is_path),
    "printed": _is_count,
    "limit": _or_none(_is_count),
    "machine": _machine,
}

_CALL: Mapping[str, Check] = {
    "file": _is_text,
    "line": _or_none(_is_count),
    "name": _is_text,
    "text": _is_text,
}

_FAULT: Mapping[str, Check] = {
    "cell": _is_count,
    "message": _is_text,
    "line": _is_count,
    "frames": _list_of(lambda value: _fits(value, _CALL)),
    "remedy": _is_text,
    "is_fatal": lambda value: isinstance(value, bool),
    "frame": lambda value: value == -1 or _is_count(value),
}

FAILURE: Mapping[str, Check] = {
    "file": _is_text,
    "places": _list_of(_is_count),
    "faults": _list_of(lambda value: _fits(value, _FAULT)),
    "inputs": _inputs,
}
"""The parts of a failed run."""
