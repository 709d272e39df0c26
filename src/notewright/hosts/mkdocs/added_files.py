"""Files that are added to a site: the pages that nobody writes, our styles and our scripts."""

from __future__ import annotations

from collections.abc import Mapping

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel

from notewright.hosts.mkdocs import navigation, offline, search
from notewright.hosts.mkdocs.files import SCRIPTS, STYLES, WHERE_USED, add_assets
from notewright.render.made_pages import WebPage
from notewright.vault.vault import Vault


def add_files(
    files: Files, config: MkDocsConfig, vault: Vault, made: Mapping[str, WebPage]
) -> None:
    """Add them.

    Args:
        files: The files of the site; changed.
        config: MkDocs' configuration.
        vault: The notes.
        made: The pages, by their paths.
    """
    for path, page in made.items():
        level = InclusionLevel.UNDEFINED if page.is_listed else InclusionLevel.NOT_IN_NAV
        files.append(File.generated(config, path, content=page.markdown, inclusion=level))
    known = config.extra_javascript
    scripts = [*WHERE_USED, *(each for each in (*SCRIPTS, navigation.SCRIPT) if each in known)]
    scripts += search.scripts(len(vault.notes), config)
    scripts += [offline.SCRIPT] if vault.settings.offline else []
    add_assets(files, (*STYLES, *scripts), config)
