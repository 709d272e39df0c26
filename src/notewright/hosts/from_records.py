"""A vault made from records alone, for hosts that know nothing of notewright: no cell runs.

What a plugin would do before the first page is done here at the first question, and again
when something has changed since: to read the vault, judge it, and know what is published.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from xml.etree.ElementTree import Element

from notewright.configuration import CONFIG_FILE
from notewright.errors import PageError, Problem
from notewright.hosts.judgement import Judgement, judge
from notewright.markdown.page import Page, names_of
from notewright.note.note import Note
from notewright.render import plotly_html
from notewright.render.cell_html import Renderer, failure
from notewright.render.diagrams import store_of
from notewright.render.page_foot import Linked
from notewright.run.engine import Engine, Run
from notewright.settings import Settings
from notewright.vault.backlinks import Web
from notewright.vault.exclusions import Exclusions
from notewright.vault.published import published, with_classes
from notewright.vault.tags import Tags
from notewright.vault.vault import Vault


@dataclass
class Prepared:
    """A vault that is ready to be shown.

    Attributes:
        whole: All notes, those too that are hidden.
        vault: What readers see.
        run: What the cells showed when they ran.
        judged: What is wrong with it.
        tags: The tags of its notes, which lead nowhere: no page of them is made.
        linked: The notes around each note.
    """

    whole: Vault
    vault: Vault
    run: Run
    judged: Judgement
    tags: Tags
    linked: Linked
    _assets: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings, exclusions: Exclusions | None = None) -> Prepared:
        """Read a vault and its records.

        Raises:
            VaultError: If there is no vault.
        """
        whole = Vault.scan(settings, exclusions)
        whole.require_notes()
        with Engine(settings, runs=False) as engine:
            run = engine.run(whole)
        shown = published(whole)
        tags = replace(Tags.read(shown, None), page="", anchors={}, is_made=False)
        linked = _Unsearched(Web.of(shown, run.makers))
        return cls(whole, shown, run, judge(whole, run), tags, linked)

    def page(self, note: Note, to_root: str = "") -> Page:
        """What the conversion of a note knows.

        Args:
            note: The note.
            to_root: Relative address from its page to the root of the site.
        """
        state_dir = self.whole.settings.state_dir
        renderer = Renderer(
            to_root,
            self.whole.settings.execute,
            self._assets,
            note=note.path,
            pictures=plotly_html.store_of(state_dir),
            is_alone=True,
        )
        return Page(
            names_of(self.vault, self.run, self.tags),
            note,
            self.run,
            renderer,
            linked=self.linked,
            drawings=store_of(state_dir),
        )

    def complete(self, page: Page, html: str, *, shows_problems: bool = False) -> str:
        """The HTML of a page, with its styles.

        Args:
            page: The page, once it is converted.
            html: What its note was converted to.
            shows_problems: Whether problems are shown in it, since nobody publishes it.

        Raises:
            PageError: If it has problems.
        """
        told = {(each.file, each.message) for each in self.judged.problems}
        found = [each for each in page.problems if (each.file, each.message) not in told]
        problems = [*found, *_unwritten(page)]
        if problems and not shows_problems:
            raise PageError(problems)
        shown = with_classes(self._with_images(page, html), page.note)
        return f"{failures(problems)}{shown}\n<style>{styles()}</style>"

    def _with_images(self, page: Page, html: str) -> str:
        """The HTML of a page that holds its images itself: cleaning is over, which takes such."""
        for path in page.renderer.used - {plotly_html.ASSET}:
            data = base64.b64encode(self._assets[path].encode()).decode()
            address = f'src="{page.renderer.to_root}{path}'
            html = html.replace(address, f'src="data:image/svg+xml;base64,{data}')
        return html


class _Unsearched(Linked):
    """The notes around a note, told so that no search lists them under the note's own title."""

    def foot(self, path: str) -> Element | None:
        """The sections at the foot of a note's page."""
        foot = super().foot(path)
        for heading in foot.iter("h2") if foot is not None else ():
            heading.set("data-search-exclude", "")
        return foot


def failures(problems: Iterable[Problem]) -> str:
    """Problems as the HTML of a page that nobody publishes."""
    return "".join(failure(problem) for problem in problems)


def _unwritten(page: Page) -> Iterator[Problem]:
    """Yield what the page refers to that nobody writes."""
    if plotly_html.ASSET in page.renderer.used:
        message = "this output format cannot contain the script of an interactive figure"
        yield Problem(
            page.note.file, 1, message, ("Install kaleido to export a static image instead")
        )


@cache
def styles() -> str:
    """The styles of a page, for hosts that take no files."""
    assets = resources.files("notewright.render").joinpath("assets")
    return "\n".join(
        assets.joinpath(f"{name}.css").read_text("utf-8")
        for name in ("notewright", "cells", "web", "papers")
    )


class Keeper:
    """Keeps what was prepared until a file changes that it was made of.

    Args:
        prepare: Prepares a vault.
        looks: Whether files are looked at for each page; not in a build, which is of one state.
    """

    def __init__(self, prepare: Callable[[], Prepared], *, looks: bool = True) -> None:
        self._prepare = prepare
        self._looks = looks
        self._seen: object = None
        self._prepared: Prepared | None = None

    def prepared(self) -> Prepared:
        """The vault as it is now.

        Raises:
            NotewrightError: If there is none.
        """
        kept = self._prepared
        if kept is not None and (not self._looks or self._seen == _seen(kept)):
            return kept
        self._prepared = made = self._prepare()
        self._seen = _seen(made) if self._looks else None
        return made


def _seen(prepared: Prepared) -> object:
    """What is seen of all files that a vault was made of, without reading them."""
    settings = prepared.whole.settings
    files = {settings.root / CONFIG_FILE, *project_files(prepared)}
    for folder in (settings.docs_dir, settings.state_dir / "records"):
        for directory, _, names in os.walk(folder):
            files.update(Path(directory, name) for name in names)
    return {path: _stat(path) for path in files}


def _stat(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size


def project_files(prepared: Prepared) -> list[Path]:
    """The files and folders of the project that the cells read, modules among them."""
    settings = prepared.whole.settings
    found: set[Path] = set()
    for name in prepared.run.inputs:
        kind, _, path = name.partition(":")
        place = settings.root / (path.partition("*")[0] if kind == "glob" else path)
        # What was looked for and is not there is an input too; no one can watch it.
        with suppress(OSError, ValueError):  # nor what is no name of a file
            if place.is_dir() if kind in ("listing", "glob") else place.is_file():
                found.add(place)
    return sorted(each for each in found if settings.root in each.parents)
