"""Every reader of notes, one after the other, for tests that change notes at random.

Nothing runs and nothing is written. What notewright would tell as a fault of its own is
raised, so that a test fails with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from converted import CONFIG, EXTENSIONS
from markdown import Markdown

from notewright.errors import EngineError
from notewright.markdown.extension import NotewrightExtension, Page
from notewright.note.checks import check_note
from notewright.note.includes import Includes
from notewright.note.note import Note
from notewright.note.properties import PROPERTIES, read_properties
from notewright.render import downloads
from notewright.render.cell_html import Renderer
from notewright.render.code_backlinks import CodeIndex
from notewright.render.figure_files import check_figures
from notewright.render.made_pages import web_pages
from notewright.render.page_foot import Linked
from notewright.render.plain_markdown import Source
from notewright.run.engine import Engine, Run
from notewright.settings import Settings
from notewright.vault.backlinks import Web
from notewright.vault.file_names import check_names, name_notices
from notewright.vault.link_fixes import plan_fixes
from notewright.vault.links import check_links, check_markdown_links, link_notices
from notewright.vault.mentions import mention_notices
from notewright.vault.names import Names
from notewright.vault.obsidian_index import write_index
from notewright.vault.published import check_published
from notewright.vault.redirects import find_redirects
from notewright.vault.rename import plan_rename
from notewright.vault.tags import Tags
from notewright.vault.vault import Vault

NOWHERE = Path("/nowhere-that-notewright-tests")


class FaultError(AssertionError):
    """A reader stumbled over a note."""


@dataclass(frozen=True)
class Readings:
    """What the readers made of one note.

    Attributes:
        html: Its page.
        downloads: What the page offers.
        index: The vault as data.
        problems: What is wrong with it.
    """

    html: str
    downloads: Mapping[str, str]
    index: Mapping[str, object]
    problems: list[str]


def vault_of(texts: Mapping[str, str], root: Path = NOWHERE) -> Vault:
    """A vault in memory, of texts as they are read from files: with plain line ends."""
    settings = Settings(root=root, docs_dir=root / "docs", execute=False)
    notes = {}
    for path, written in texts.items():
        text = written.replace("\r\n", "\n").replace("\r", "\n")
        file = f"docs/{path}"
        properties, problems = read_properties(text, file)
        includes = Includes(root / "snippets", root)
        notes[path] = Note(path, file, text, properties, tuple(problems), includes)
    return Vault(settings, notes, frozenset({"i.png"}))


def read_by_all(vault: Vault, path: str) -> Readings:
    """Give a vault to each reader, and one of its notes to those that read single notes.

    Raises:
        FaultError: If a note of the vault is told as a fault of ours.
        Exception: Whatever else a reader raises.
    """
    note = vault.notes[path]
    with Engine(vault.settings) as engine:
        run = engine.run(vault)
    problems = [*map(str, run.problems), *_told(vault, run)]
    written: list[str] = []
    write_index(vault, written.append)
    _plan_rename(vault, path)
    _plan_rename(vault, next(each for each in vault.notes if each != path))
    plan_fixes(vault)
    web = Web.of(vault, run.makers)
    linked = Linked(web, CodeIndex.of(run, vault.notes))
    tags = Tags.read(vault, None)
    for made_page in web_pages(vault, linked, tags, {}).values():
        made_page.elements()
    names = Names(vault, tags, run.makers)
    page = Page(names, note, run, Renderer("../", False), linked=linked)
    html = convert(page)
    source = Source(names, note, run.cells[path], web.titles[path])
    made = downloads.make(source)
    json.loads(made["notebook"])
    if vault.faults:
        raise FaultError("\n".join(map(str, vault.faults)))
    problems += map(str, page.problems)
    return Readings(html, made, json.loads("".join(written)), problems)


def convert(page: Page) -> str:
    """The HTML of a page."""
    extension = NotewrightExtension(page, EXTENSIONS, CONFIG)
    md = Markdown(extensions=[*EXTENSIONS, extension], extension_configs=dict(CONFIG))
    return md.convert(PROPERTIES.sub("", page.note.text))


def _told(vault: Vault, run: Run) -> Iterator[str]:
    yield from map(str, check_links(vault, run.labels))
    yield from map(str, check_figures(vault, run))
    yield from map(str, check_markdown_links(vault))
    yield from map(str, check_published(vault))
    yield from map(str, find_redirects(vault)[1])
    yield from map(str, check_names(vault))
    yield from map(str, [*link_notices(vault), *name_notices(vault)])
    yield from mention_notices(vault, Web.of(vault, run.makers), listed=True)
    for note in vault.notes.values():
        yield from map(str, check_note(note))


def _plan_rename(vault: Vault, path: str) -> None:
    try:
        plan_rename(vault, path, "renamed")
    except EngineError:
        return  # such as properties that are no YAML: a message, and no fault
