"""Owners of modules: the installed packages that bring them, as their own lists of files say.

`importlib.metadata.packages_distributions` tells the same, and makes an object of each of some
ten thousand files: that takes half a second of each build that runs a cell.
"""

from __future__ import annotations

import importlib.metadata
import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache

_NAME = re.compile(r"^Name:[ \t]*(\S+)", re.M | re.I)


@cache
def owners() -> Mapping[str, list[str]]:
    """Names of the packages that bring a top-level module, by its name."""
    found: dict[str, list[str]] = {}
    for package in importlib.metadata.distributions():
        told = _NAME.search(package.read_text("METADATA") or "")
        name = told[1] if told else package.metadata["Name"]
        for module in dict.fromkeys(_modules(package)):
            found.setdefault(module, []).append(name)
    return found


def _modules(package: importlib.metadata.Distribution) -> Iterator[str]:
    """Names of its top-level modules, some of them twice; folders of anything else do no harm."""
    declared = (package.read_text("top_level.txt") or "").split()
    if declared:
        yield from declared
        return
    record = package.read_text("RECORD")
    if record is None:  # as older tools leave it
        record = "\n".join(f"{path.as_posix()}," for path in package.files or ())
    # Of a file in a folder, its first folder; of any other, the whole line, with its digest.
    for first in sorted({line.partition("/")[0] for line in record.splitlines()}):
        file, comma, _ = first.strip('"').partition(",")
        name = inspect.getmodulename(file.strip('"')) if comma else file
        if name and name.isidentifier():
            yield name
