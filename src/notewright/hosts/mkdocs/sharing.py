"""Sharing a site that MkDocs builds: heads of pages, cards, reading copies, and their list."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from markupsafe import escape
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from notewright.hosts.counts import verdicts
from notewright.hosts.mkdocs import mkdocs_private
from notewright.hosts.mkdocs.files import FORMULAS
from notewright.hosts.mkdocs.pages import Keeper, Offer
from notewright.hosts.mkdocs.site_files import FEED
from notewright.note.note import Note
from notewright.render import downloads, figure_cards, reading_copies, sharing
from notewright.render.addresses import joined
from notewright.render.cell_html import ASSETS
from notewright.render.feed import Entry, changed, feed, written
from notewright.render.made_pages import dated_entries
from notewright.render.page_foot import Linked
from notewright.render.plain_markdown import Source
from notewright.render.reading_copies import Listed
from notewright.run.engine import Run
from notewright.run.given_results import first_figure
from notewright.vault.names import Names
from notewright.vault.vault import Vault

CARDS = f"{ASSETS}/cards"
_COPY = "alternate convertedfrom"
"""By a second word, Material takes it for no translation, whose site map it would ask for."""
_DESCRIBED = '<meta name="description"'


class Sharing:
    """What a site tells of itself to those who link to it.

    Args:
        vault: The notes.
        linked: Their links, titles and first sentences.
        run: What their cells showed.
        config: MkDocs' configuration.
        files: The files of the site.
        is_served: Whether it is seen on this machine alone: then nobody is shown a card.

    Attributes:
        site_files: The files of the site.
    """

    def __init__(
        self,
        vault: Vault,
        linked: Linked,
        run: Run,
        config: MkDocsConfig,
        files: Files,
        *,
        is_served: bool,
    ) -> None:
        self._vault, self._run, self._config, self.site_files = vault, run, config, files
        self._linked, self._web = linked, linked.web
        self._has_cards = vault.settings.execute and not is_served and is_public(config.site_url)
        self._home = home(config) if is_served else config.site_url or ""
        self._store = figure_cards.store_of(vault.settings.state_dir)

    def with_edit(self, vault: Vault, linked: Linked, run: Run) -> Sharing:
        """What the same site tells, where notes say something else."""
        made = copy.copy(self)
        made._vault, made._linked, made._web, made._run = vault, linked, linked.web, run
        return made

    def card_of(self, note: Note) -> str:
        """Where the card of a note lies in the site; empty if it has none."""
        if not self._has_cards or first_figure(self._run.cells[note.path]) is None:
            return ""
        return f"{CARDS}/{note.path.rpartition('.')[0]}.png"

    def card(self, path: str) -> bytes:
        """The card of the note at a path, which has one."""
        found = first_figure(self._run.cells[path])
        assert found is not None, "call `card_of` first"
        name = self._config.site_name or ""
        return figure_cards.card(found[0], self._web.titles[path], name, self._store)

    def offer(self, path: str) -> Offer:
        """What the note at a path offers to download."""
        note, title = self._vault.notes[path], self._web.titles[path]
        results = self._run.cells[path]

        def make(names: Names) -> Mapping[str, str]:
            source = Source(names, note, results, title, self._published, self._linked.sources)
            return downloads.make(source, self._pages, has_cells=bool(results))

        return Offer((f"{self._home} {self._config.use_directory_urls}", title), make)

    def with_page(self, path: str) -> Offer | None:
        """The same of a note without cells: it is made with its page, and kept with that."""
        return None if self._run.cells[path] else self.offer(path)

    def known(self, keeper: Keeper, path: str) -> Mapping[str, str] | None:
        """What the note at a path offers, if it was made with its page."""
        offer = self.with_page(path)
        return keeper.offered(self._vault.notes[path], offer) if offer is not None else None

    def offered(self, keeper: Keeper, known: Names, path: str) -> Iterator[Mapping[str, str]]:
        """Yield what the note at a path offers to download."""
        note, offer, names = self._vault.notes[path], self.offer(path), known.fresh()
        with note.reading():
            if not self._run.cells[path]:  # a text alone is made sooner than it is kept
                yield offer.make(names)
                return
            yield keeper.made(names, note, offer.about, partial(offer.make, names))

    @cached_property
    def _published(self) -> Mapping[str, str]:
        """Where pages can be seen by everybody; none if nobody says where the site is."""
        return self._addresses(self._home)

    def _addresses(self, site: str) -> Mapping[str, str]:
        pages = self.site_files.documentation_pages()
        return {file.src_uri: joined(site, file.url) for file in pages} if site else {}

    @cached_property
    def _pages(self) -> Mapping[str, str]:
        """Files of the pages of notes. Asked for once all of them are made."""
        notes, pages = self._vault.notes, self.site_files.documentation_pages()
        return {each.src_uri: each.dest_uri for each in pages if each.src_uri in notes}

    def prune(self) -> None:
        """Remove cards that were longest out of use, where there are too many."""
        if self._has_cards:
            self._store.prune()

    def describe(self, page: Page) -> None:
        """Say what a page is about, where its properties do not: themes print it."""
        note = self._vault.notes.get(page.file.src_uri)
        if note is not None and not page.meta.get("description"):
            page.meta["description"] = escape(self._web.description(note))
        if note is not None and note.is_base:
            page.meta["hide"] = ["toc"]  # it has none, and its tables are wide

    def in_head(self, html: str, page: Page) -> str:
        """A page with what its head tells; the page as it is if it shows no note."""
        note = self._vault.notes.get(page.file.src_uri)
        if note is None:
            return html
        parts = [
            self._link(_COPY, "text/markdown", page.file.dest_uri + reading_copies.SUFFIX, page)
        ]
        if "<mtable" in html:
            parts.append(self._link("stylesheet", "text/css", FORMULAS, page))
        said = page.meta.get("description")
        if said and _DESCRIBED not in html.partition("</head>")[0]:
            parts.append(f'{_DESCRIBED} content="{escape(said)}">')
        if self._config.site_url:
            parts.append(self._link("alternate", "application/rss+xml", FEED, page))
            parts.append(sharing.head(self._shared(note, page)))
        return html.replace("</head>", f"{''.join(parts)}</head>", 1)

    def _link(self, rel: str, kind: str, target: str, page: Page) -> str:
        href = quote(get_relative_url(target, unquote(page.url)))
        return f'<link rel="{rel}" type="{kind}" href="{escape(href)}">'

    def _shared(self, note: Note, page: Page) -> sharing.Shared:
        config = self._config
        site_url = config.site_url or ""
        language = str(config.theme.get("language") or config.theme.get("locale") or "en")
        place = sharing.Place(
            config.site_name or "", site_url, config.site_description or "", language
        )
        way = [
            (_plain(each.title), urljoin(site_url, first.url))
            for each in [*page.ancestors][::-1]
            if (first := _first_page(each)) is not None
        ]
        return sharing.Shared(
            place,
            urljoin(site_url, page.url),
            self._web.titles[note.path] if not page.is_homepage else place.name,
            self._web.description(note),
            is_home=page.is_homepage,
            tags=[str(tag) for tag in note.tags],
            way=way,
            written=written(note),
            changed=changed(note),
            card=self._card_shown(note),
        )

    def _card_shown(self, note: Note) -> sharing.Card | None:
        """The card of a note, or that of the home page."""
        return self._own_card(note) or self.home_card

    @cached_property
    def home_card(self) -> sharing.Card | None:
        """The card of the home page, which pages show that have none of their own."""
        home = next((self._vault.notes.get(name) for name in ("index.md", "README.md")), None)
        return self._own_card(home) if home is not None else None

    def _own_card(self, note: Note) -> sharing.Card | None:
        path = self.card_of(note)
        if not path or not self.site_files.get_file_from_path(path):
            return None
        found = first_figure(self._run.cells[note.path])
        url = urljoin(self._config.site_url or "", path)
        return sharing.Card(url, found[1] if found else "", figure_cards.SIZE)

    def texts(self) -> Mapping[str, str]:
        """The feed and the list of reading copies, by their paths in the site."""
        config = self._config
        listed = [
            Listed(path, title, self._pages[path], self._web.description(self._vault.notes[path]))
            for path, title in self._web.titles.items()
            if path in self._pages and not self._vault.exclusions.unlisted(path)
        ]
        name, about = config.site_name or "", config.site_description or ""
        found = {
            reading_copies.INDEX: reading_copies.index(name, about, config.site_url or "", listed)
        }
        if config.site_url:
            own = urljoin(config.site_url, FEED)
            site = {"name": name, "url": config.site_url, "description": about, "feed": own}
            addresses = self._addresses(config.site_url)
            dated = dated_entries(self._vault, self._web, addresses)
            found[FEED] = feed(site, [*dated, *self._verdicts(addresses)])
        return found

    def _verdicts(self, addresses: Mapping[str, str]) -> Iterator[Entry]:
        """Yield the results that have a verdict, for the feed: one that changes is news."""
        for path in self._vault.notes:
            for result, given in verdicts(self._run.cells[path]):
                url = f"{addresses.get(path, '')}#{quote(result.cell.label)}".rstrip("#")
                names = (str(given[name]) for name in ("claim", "name", "id") if given.get(name))
                claim, verdict = next(names, self._web.titles[path]), given["verdict"]
                said = (str(given[name]) for name in ("measured", "effect") if given.get(name))
                mark = f"{given.get('id', '')} {verdict}".strip()
                yield Entry(None, f"{claim}: {verdict}", url, ": ".join(said), mark)


def home(config: MkDocsConfig) -> str:
    """Where a site is published, as its writer says: a server puts its own address in the place."""
    said = mkdocs_private.as_written(config, "site_url")
    return f"{str(said).rstrip('/')}/" if said else ""


def is_public(site_url: str | None) -> bool:
    """Whether a site can be seen from another machine, by its address."""
    host = urlsplit(site_url or "").hostname or ""
    if host in ("", "localhost"):
        return False
    try:
        address = ip_address(host)
    except ValueError:
        return True
    return not (address.is_loopback or address.is_unspecified)


def _first_page(section: Any) -> Page | None:
    """The page to which the name of a folder leads."""
    for each in section.children or ():
        if isinstance(each, Page):
            return each
    return None


def _plain(title: Any) -> str:
    """A title of the navigation as text."""
    return str(escape(title).striptags())
