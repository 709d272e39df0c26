"""Links: how a wikilink or a path in an expression or a property finds its file."""

from __future__ import annotations

import re

from notewright.bases.files import File
from notewright.bases.scope import Scope
from notewright.bases.values import FileValue, Link, Value

_WIKILINK = re.compile(r"!?\[\[([^\[\]\n]+)\]\]")
_ADDRESS = re.compile(r"(?i)(?:(?:https?|ftp)://|mailto:|tel:)\S+")


def wikilink_in(text: str) -> str | None:
    """What stands between `[[` and `]]`, if the text is one wikilink and nothing else."""
    match = _WIKILINK.fullmatch(text.strip()) if "[[" in text else None
    return match[1] if match else None


def is_address(text: str) -> bool:
    """Whether a text is an address that a page may link to; `javascript:` is none."""
    return bool(_ADDRESS.fullmatch(text))


def read_link(inner: str, scope: Scope, source: str | None = None) -> Link:
    """The link that `[[inner]]` is, led to its file.

    Args:
        inner: What stands between the brackets: `Note#Heading|text`.
        scope: Of the evaluation.
        source: Path of the file in which it stands; that of the row by default.
    """
    target, _, text = inner.partition("|")
    target = target.strip().removesuffix("\\")  # `\|` is how a table holds a link
    return Link(target, text.strip(), find_file(target, scope, source))


def find_file(target: str, scope: Scope, source: str | None = None) -> File | None:
    """The file to which a path or the inner of a wikilink leads, or None."""
    scope.budget.spend(2)
    source = scope.source if source is None else source
    path = target.partition("|")[0].partition("#")[0].strip()
    if is_address(path):
        return None
    return scope.world.files.find(path or source, source) if path or "#" in target else None


def file_meant(value: Value, scope: Scope) -> tuple[File | None, str]:
    """The file that an argument means, and the text by which it is known if there is none."""
    if isinstance(value, FileValue):
        return value.file, value.file.path
    if isinstance(value, Link):
        return value.file, value.target
    text = str(value)
    inner = wikilink_in(text)
    target = inner if inner is not None else text
    return find_file(target, scope), target.partition("|")[0].strip()


def links_to(file: File, value: Value, scope: Scope) -> bool:
    """Whether a file links to what a value means; what leads nowhere is known by its text."""
    wanted, text = file_meant(value, scope)
    for inner in file.links:
        link = read_link(inner, scope, file.path)
        if link.file is not None and wanted is not None and link.file.path == wanted.path:
            return True
        if link.target == text and (link.file is None or wanted is None):
            return True  # both lead nowhere, or one is written as if it stood in that file
    return False
