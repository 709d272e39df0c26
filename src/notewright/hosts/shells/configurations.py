"""Configurations of a stage: the vault's own, without what is done already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

HANDOVER = "notewright.hosts.shells.handover"
"""The one extension that a stage needs."""

CARRIED = (
    *("site_name", "site_url", "site_description", "site_author", "copyright", "repo_url"),
    *("repo_name", "edit_uri", "use_directory_urls", "extra", "extra_css", "extra_javascript"),
)
"""What a configuration says of the site, beside its theme."""

_THEMES = {"properdocs": {"material": "materialx"}}
"""What themes are called elsewhere."""


def configurations(
    options: Mapping[str, Any], navigation: Sequence[Any], overrides: str
) -> Mapping[str, bytes]:
    """The configurations of a stage, by their names.

    Args:
        options: Those of `CARRIED`, and `theme`, as the vault's own configuration has them.
        navigation: The navigation, as `nav` has it.
        overrides: The folder of what changes the theme; empty if nothing does.
    """
    return {
        f"{program}.yml": _configuration(program, options, navigation, overrides)
        for program in ("mkdocs", "properdocs", "zensical")
    }


def _configuration(
    program: str, options: Mapping[str, Any], navigation: Sequence[Any], overrides: str
) -> bytes:
    theme = dict(options["theme"])
    theme["name"] = _THEMES.get(program, {}).get(theme["name"], theme["name"])
    if overrides:
        theme["custom_dir"] = overrides
    told: dict[str, Any] = {
        name: options[name] for name in CARRIED if options.get(name) is not None
    }
    told |= {"docs_dir": "docs", "site_dir": "site", "theme": theme}
    search = "materialx/search" if theme["name"] == "materialx" else "search"
    told |= {"plugins": [search], "markdown_extensions": [HANDOVER]}
    told |= {"validation": {"nav": {"omitted_files": "ignore"}}} if program != "zensical" else {}
    told |= {"nav": list(navigation)} if navigation else {}
    text = yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=1000)
    return f"# Written by `notewright stage`, anew each time.\n{text}".encode()
