"""Builds a project of MkDocs with notewright or without, for a comparison of the two sites.

It is a program of its own: `python -m notewright.hosts.mkdocs.plain_build CONFIG SITE PAGES`, with
`--with` for notewright. PAGES becomes a JSON file: the file of each page, by the page's own path.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from pathlib import Path
from typing import Any

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.plugins import BasePlugin, PluginCollection, event_priority
from mkdocs.structure.files import Files

from notewright.configuration import PLUGIN
from notewright.settings import ASKED, found_dialect


class _Pages(BasePlugin):  # type: ignore[type-arg,no-untyped-call]
    """Writes down which file each page was made of."""

    def __init__(self, place: Path) -> None:
        self._place = place

    @event_priority(-100)
    def on_env(self, env: Any, /, *, config: MkDocsConfig, files: Files) -> None:
        """All pages are known here, those that plugins made too."""
        docs = Path(config.docs_dir)
        found = {
            file.dest_uri: file.src_uri
            for file in files.documentation_pages()
            if (docs / file.src_uri).is_file()
        }
        self._place.write_text(json.dumps(found), "utf-8")


def main(arguments: list[str]) -> int:
    """Build one of the two sites. In the second, only fences run that ask for it.

    Returns:
        1 if MkDocs or a plugin gave up.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("config")
    parser.add_argument("site", type=Path)
    parser.add_argument("pages", type=Path)
    parser.add_argument("--with", action="store_true", dest="adds")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)-8s -  %(message)s")
    try:
        config = load_config(options.config, site_dir=str(options.site), strict=False)
        config.plugins = _plugins(config, options.adds)
        config.plugins["notewright pages"] = _Pages(options.pages)
        config.plugins.on_startup(command="build", dirty=False)
        try:
            build(config)
        finally:
            config.plugins.on_shutdown()
    except MkDocsException as error:
        print(f"ERROR    -  {error}", file=sys.stderr)
        return 1
    return 0


def _plugins(config: MkDocsConfig, adds: bool) -> PluginCollection:
    """The plugins of the project, and notewright behind them or not among them."""
    theirs = {k: v for k, v in config.plugins.items() if k.rpartition("/")[2] != PLUGIN}
    wanted, hooks = PluginCollection(), {}
    for name, plugin in theirs.items():
        if isinstance(plugin, BasePlugin):
            wanted[name] = plugin
        else:
            hooks[name] = plugin
    if adds:
        from notewright.hosts.mkdocs.plugin import NotewrightPlugin

        ours = NotewrightPlugin()
        root = Path(config.config_file_path or ".").parent
        dialect = found_dialect(root, Path(config.docs_dir), is_project=True)
        options = {"dialect": dialect, "execute": ASKED}  # the line that `init` prints
        ours.load_config(options, config_file_path=config.config_file_path)
        wanted[PLUGIN] = ours
    for name, hook in hooks.items():  # MkDocs calls the project's own hooks last
        wanted[name] = hook
    return wanted


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
