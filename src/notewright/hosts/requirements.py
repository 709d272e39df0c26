"""What a project installs for its site: notewright, and the packages of its theme and plugins."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from importlib import metadata

OWN = "notewright"
_EXTRAS = "notewright[site,test]"
_INCLUDED = ("mkdocs", "mkdocs-material", OWN)
"""Packages that come with notewright's extra `site`."""


def own() -> str:
    """The requirement for notewright, with the address of the web that it was installed from."""
    try:
        found = json.loads(metadata.distribution(OWN).read_text("direct_url.json") or "{}")
    except (metadata.PackageNotFoundError, ValueError):
        found = {}
    address, version = found.get("url", ""), found.get("vcs_info")
    if not address.startswith(("https:", "http:")) or "@" in address:  # "@": it may hold a password
        return _EXTRAS
    if version is None:
        return f"{_EXTRAS} @ {address}"
    return f"{_EXTRAS} @ {version['vcs']}+{address}@{version['commit_id']}"


def packages(theme: str, plugins: Iterable[str]) -> tuple[list[str], list[str]]:
    """The packages of a theme and of plugins, and the plugins that are not installed here.

    Args:
        theme: The theme's name.
        plugins: Names of plugins, as `mkdocs.yml` has them.
    """
    of_plugins = {each.name: each for each in metadata.entry_points(group="mkdocs.plugins")}
    of_themes = {each.name: each for each in metadata.entry_points(group="mkdocs.themes")}
    found, unknown = set[str](), []
    for name in plugins:
        if name in of_plugins:
            found.add(_package(of_plugins[name]))
        elif f"{theme}/{name}" in of_plugins:  # as a theme may name its own
            found.add(_package(of_plugins[f"{theme}/{name}"]))
        else:
            unknown.append(name)
    if theme in of_themes:
        found.add(_package(of_themes[theme]))
    return sorted(found.difference(_INCLUDED)), unknown


def missing(there: str, wanted: Iterable[str]) -> Iterator[str]:
    """Yield the requirements whose package a file of requirements does not name.

    Args:
        there: The text of the file.
        wanted: Requirements, a line each.
    """
    names = {_name(line) for line in there.splitlines()}
    return (line for line in wanted if _name(line) not in names)


def _package(entry: metadata.EntryPoint) -> str:
    return _normal(entry.dist.name) if entry.dist is not None else OWN


def _name(requirement: str) -> str:
    """The name of a package in a requirement; for an address, the name that its fragment gives."""
    egg = re.search(r"#(?:.*&)?egg=([\w.-]+)", requirement)
    return _normal(egg[1] if egg else re.split(r"[^\w.-]", requirement.strip(), maxsplit=1)[0])


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
