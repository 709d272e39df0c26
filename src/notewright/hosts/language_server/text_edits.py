"""Text edits: changes of files as the protocol says them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from lsprotocol import types
from pygls.uris import from_fs_path

from notewright.hosts.language_server.renaming import Change


def text_edits(
    changes: Mapping[Path, Sequence[Change]], position: Callable[[Path, int, int], types.Position]
) -> list[types.TextDocumentEdit]:
    """The edits of each file.

    Args:
        changes: What changes in which file.
        position: A place in a file as the client counts it.
    """
    found = []
    for file, each in changes.items():
        edits = [
            types.TextEdit(
                types.Range(position(file, *one.first), position(file, *one.last)), one.text
            )
            for one in each
        ]
        named = types.OptionalVersionedTextDocumentIdentifier(str(from_fs_path(str(file))))
        found.append(types.TextDocumentEdit(named, edits))
    return found
