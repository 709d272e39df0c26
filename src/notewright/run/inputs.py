"""Inputs of sessions by their names, such as `file:data/x.csv`: their digests as they are now."""

from __future__ import annotations

from pathlib import Path

from notewright.run.worker.digests import (
    OF_PATHS,
    digest_glob,
    digest_module,
    digest_path,
    digest_variable,
)
from notewright.run.worker.environment import variables


def digest_input(name: str, root: Path) -> str:
    """The digest of an input as it is now.

    Args:
        name: Its kind and its path, or what else it is called by.
        root: The project's root.
    """
    kind, _, path = name.partition(":")
    if kind == "glob":
        return digest_glob(str(root), path)
    if kind == "module":
        return digest_module(path)
    if kind == "variable":
        return digest_variable(path, variables().get(path))
    return OF_PATHS.get(kind, digest_path)(str(root / path))
