"""Files that are added to a site: the pages that nobody writes, our styles and our scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files, InclusionLevel

from notewright.hosts.mkdocs import navigation, offline, search
from notewright.hosts.mkdocs.files import SCRIPTS, STYLES, WHERE_USED, add_assets
from notewright.hosts.mkdocs.generated_files import GeneratedFile
from notewright.render.made_pages import WebPage
from notewright.vault.vault import Vault


class Addresses:
    """The addresses of a site's files, which generated pages must not use.

    Attributes:
        refused: Paths of pages that are not generated, each with the file that has its address.
    """

    def __init__(self, files: Files, config: MkDocsConfig) -> None:
        self._config = config
        self._held = {
            file.dest_uri: file.src_uri
            for file in files
            if file.inclusion != InclusionLevel.EXCLUDED
        }
        self.refused: dict[str, str] = {}

    def holder(self, path: str) -> str:
        """The file that already has the address of a page; empty if the address is free."""
        place = GeneratedFile.generated(self._config, path, content="").dest_uri
        found = self._held.get(place, "")
        if found:
            self.refused[path] = found
        return found

    def notices(self) -> Iterator[str]:
        """Yield a line for each page that is not generated."""
        for path, other in sorted(self.refused.items()):
            yield f"the page `{path}` is not generated: `{other}` already uses its address"


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
    lists_pages = not vault.settings.reads_as_mkdocs  # else each page keeps its neighbours
    for path, page in made.items():
        is_listed = page.is_listed and lists_pages
        level = InclusionLevel.UNDEFINED if is_listed else InclusionLevel.NOT_IN_NAV
        files.append(GeneratedFile.generated(config, path, content=page.markdown, inclusion=level))
    known = config.extra_javascript
    scripts = [*WHERE_USED, *(each for each in (*SCRIPTS, navigation.SCRIPT) if each in known)]
    scripts += search.scripts(len(vault.notes), config)
    scripts += [offline.SCRIPT] if vault.settings.offline else []
    add_assets(files, (*STYLES, *scripts), config)
