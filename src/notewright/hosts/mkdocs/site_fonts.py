"""Fonts of a site that MkDocs builds: which its settings ask for, and which signs they need."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files

from notewright.hosts.mkdocs.generated_files import GeneratedFile
from notewright.render import fonts
from notewright.settings import Settings


class SiteFonts:
    """The fonts of one site, which grow with the formulas of its pages.

    Attributes:
        are_written: Whether they were written, for the pages that there were.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.are_written = not settings.fonts
        self._formulas: dict[str, set[str]] = {}  # the characters of those of each page

    @classmethod
    def after(cls, last: SiteFonts | None, settings: Settings) -> SiteFonts:
        """Those of the next build, which need not look at pages that it does not make."""
        return last if last is not None and last._settings == settings else cls(settings)

    def add_to(self, files: Files, config: MkDocsConfig) -> None:
        """Add the style sheet that names them to the files of the site."""
        if self._settings.fonts:
            content = fonts.styles(self._settings.fonts)
            files.append(GeneratedFile.generated(config, fonts.STYLES, content=content))

    def look_at(self, path: str, html: str) -> None:
        """Note which characters the formulas of a page need."""
        if "math" in self._settings.fonts:
            self._formulas[path] = fonts.characters(html)

    def write(self, site_dir: Path, paths: Iterable[str]) -> None:
        """Write them.

        Args:
            site_dir: The folder of the site.
            paths: Those of its pages; others are gone.

        Raises:
            EngineError: If a package that brings them is missing.
        """
        settings, store = self._settings, fonts.store_of(self._settings.state_dir)
        self.are_written = True
        signs = {sign for path in paths for sign in self._formulas.get(path, ())}
        for name, content in fonts.files(settings.fonts, signs, store):
            (site_dir / name).parent.mkdir(parents=True, exist_ok=True)
            (site_dir / name).write_bytes(content)
        if settings.execute:  # else it may be a stranger's directory
            store.prune()
