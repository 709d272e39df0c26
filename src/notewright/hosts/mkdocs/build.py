"""A build of the site: the vault, its run, and all that its pages need, rebuilt each time."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import escape
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.utils import get_relative_url

from notewright.errors import Problem
from notewright.hosts import public_files
from notewright.hosts.counts import Counts, count
from notewright.hosts.judgement import judge
from notewright.hosts.mkdocs import (
    link_messages,
    navigation_drawing,
    notebooks,
    problems,
    search,
    titles,
)
from notewright.hosts.mkdocs.added_files import Addresses, add_files
from notewright.hosts.mkdocs.blog import draft_posts
from notewright.hosts.mkdocs.files import as_pages, exclusions, leave_out, leave_out_refused, source
from notewright.hosts.mkdocs.linking import linking
from notewright.hosts.mkdocs.links_ahead import links_ahead
from notewright.hosts.mkdocs.offers import Offers
from notewright.hosts.mkdocs.pages import Keeper, Remembered, kept_notes, place, places, state
from notewright.hosts.mkdocs.plugin_pages import plugin_page_notices
from notewright.hosts.mkdocs.postponed import Postponed
from notewright.hosts.mkdocs.sharing import Sharing
from notewright.hosts.mkdocs.site_files import write_redirects, write_texts
from notewright.hosts.mkdocs.site_fonts import SiteFonts
from notewright.hosts.mkdocs.tag_lists import prepare, tag_anchor
from notewright.hosts.mkdocs.theme_files import settle_properties
from notewright.hosts.progress import Bar
from notewright.markdown.extension import NotewrightExtension
from notewright.markdown.page import Page, names_of
from notewright.markdown.project_notes import reads
from notewright.note.note import Note
from notewright.render import diagrams, plotly_html, preamble, references, shown_frames
from notewright.render.cell_html import Renderer, problems_html
from notewright.render.code_backlinks import CodeIndex
from notewright.render.downloads import LISTED
from notewright.render.feed import changed
from notewright.render.figure_files import write_figures
from notewright.render.made_pages import UNDATED, WebPage, web_pages
from notewright.render.page_digests import Fingerprints
from notewright.render.page_foot import Linked, map_of
from notewright.render.source_pages import Sources
from notewright.run.backlog import run_with_patience
from notewright.run.engine import Engine, Run
from notewright.run.given_results import GivenResults
from notewright.vault.backlinks import Web
from notewright.vault.links import link_notices
from notewright.vault.names import Names
from notewright.vault.published import published, with_classes
from notewright.vault.tags import Tags
from notewright.vault.vault import Vault


class Build:
    """One build, from the files of MkDocs to what is written beside its pages.

    Attributes:
        vault: The notes that are published.
        whole: All notes, hidden ones too.
        assets: Files that pages refer to, by their paths in the site.
        fonts: The fonts of the site.
        made: Pages that nobody writes, by their paths; those of the last build, if they are like
            them.
        run: What the cells showed, of hidden notes too.
        failures: How many problems were told as errors. The site shows them in their places, and
            the command that builds it fails.
        is_told: Whether it was told what is wrong.
        spoken: The files of which something was told; None if nobody looked at all.
        is_done: Whether all of it was made.
        teller: Tells what is wrong.
        is_fill: Whether nobody edited anything: sessions ran that the last build left.
        postponed: Where pages are put that can be made later; None if all are made now.
        used: The files that belong to pages alone, such as large figures, by the pages' paths.
        edited: Paths of the notes that came or were edited since the last build that was done.
    """

    def __init__(
        self,
        engine: Engine,
        config: MkDocsConfig,
        files: Files,
        extension: NotewrightExtension,
        *,
        drafts: bool,
        last: Build | None = None,
        is_fill: bool = False,
        postponed: Postponed | None = None,
    ) -> None:
        """Read the vault, and take out of the site what it does not publish.

        Args:
            engine: Runs what is stale.
            config: MkDocs' configuration.
            files: The files of the site; changed.
            extension: The Markdown extension, which is told of each page.
            drafts: Whether drafts are shown, as `serve` does.
            last: The build before this one, whose work counts as far as nothing changed.
            is_fill: Whether nobody edited anything: sessions ran that the last build left.
            postponed: Where pages are put that can be made later; None if all are made now.
        """
        self.is_fill, self.postponed, self._drafts = is_fill, postponed, drafts
        goes_on = last is not None and (is_fill or not last.is_done)
        told = last.teller if last and (drafts or goes_on) else None
        self.teller: problems.Teller = told if told and goes_on else problems.Teller(told)
        self.is_done: bool = False
        self.is_told, self.failures = False, 0
        self.spoken: frozenset[str] | None = None
        self._engine = engine
        self._config, self._files, self._extension = config, files, extension
        self.assets: dict[str, str] = {}
        self.made: Mapping[str, WebPage] = last.made if last else {}
        self._remembered: Remembered = last._remembered if last else Remembered()
        self._problems: list[Problem] = []
        self.fonts: SiteFonts = SiteFonts.after(last.fonts if last else None, engine.settings)
        self._drawings = diagrams.store_of(engine.settings.state_dir)
        self._pictures = plotly_html.store_of(engine.settings.state_dir)
        self._posts: set[str] = set()
        self.used: dict[str, frozenset[str]] = {}
        aside = exclusions(files, config, drafts=drafts, posts=self._posts)
        self._kept = kept_notes(engine.settings) if last is None else None
        self._is_first = self._kept is not None and not self._kept.is_there
        self.whole: Vault = Vault.scan(engine.settings, aside, last.whole if last else self._kept)
        leave_out_refused(files, config, self.whole)
        self.edited: set[str] = self.whole.edited_since(last.whole) if last else set()
        self.edited |= last.edited if last and not last.is_done else set()
        self._publish()

    def _publish(self) -> None:
        """Take hidden files out of the site."""
        whole = self.whole
        self.vault = published(whole)
        leave_out(self._files, whole.notes.keys() - self.vault.notes.keys())
        leave_out(self._files, whole.attachments - self.vault.attachments | whole.excluded)

    def execute(self, last: Build | None = None) -> None:
        """Run the vault, and bring the files of the site in line with it; `last` was before.

        Raises:
            EngineError: If no cell can be run at all, or no record be written.
        """
        config, files, whole = self._config, self._files, self.whole
        self._posts |= draft_posts(config, files)
        self._publish()
        with links_ahead(self.vault):
            self.run: Run = run_with_patience(self._engine, whole, Bar(), again=last is not None)
        self.run.inputs.update(references.inputs_of(whole) | preamble.inputs_of(whole))
        write_figures(whole, self.run)
        others = {path for path in self.vault.notes if not path.endswith(".md")}
        # In a project, a Python file that another plugin makes a page of stays one.
        copied = () if whole.settings.reads_as_mkdocs else self.vault.attachments
        as_pages(files, others, copied, self.vault.exclusions.unlisted)
        if not whole.settings.reads_as_mkdocs:
            prepare(config)
        self.tags = Tags.read(self.vault, tag_anchor(config))
        has_code = "code" in self.vault.settings.generated_pages
        code = CodeIndex.of(self.run, self.vault.notes if has_code else {})
        sources = Sources.of(self.vault.settings, self.run, code.uses)
        web = Web.of(self.vault, self.run.makers, last.linked.web if last is not None else None)
        self.linked: Linked = Linked(web, code, sources, map_of(self.vault))
        self._unmade = list(plugin_page_notices(files, whole))
        addresses = Addresses(files, config)
        around = self.vault, self.linked, self.tags
        self.made = web_pages(*around, self.made, addresses.holder)
        self._unmade += addresses.notices()
        add_files(files, config, self.vault, self.made)
        self.fonts.add_to(files, config)
        self._others = frozenset(files.src_uris)
        link_messages.hush(self.whole, self._others, self.teller)
        self._problems += notebooks.hidden_pages(files, self.vault)
        self._problems += notebooks.clashes(files.documentation_pages(), self.vault)
        known = self.vault, self.linked, self.run, config, files
        self.sharing = Sharing(*known, is_served=self._drafts)
        notes = ((note, bool(self.run.cells[path])) for path, note in self.vault.notes.items())
        given = files, notes, self.sharing.card_of, config
        self._offers: Offers = Offers(*given, last._offers if last is not None else None)

    def settle_files(self, files: Files) -> None:
        """Take over which files the site has. Called once no plugin adds or removes one."""
        if self.linked.map and files.get_file_from_path(self.linked.map) is None:
            self.linked = replace(self.linked, map="")  # a plugin has left the graph out

    def with_edit(self, vault: Vault, run: Run, web: Web) -> Build:
        """This build as if a note had said something else that bears on its own page alone."""
        made, linked = copy.copy(self), replace(self.linked, web=web)
        made.vault, made.run, made.linked = vault, run, linked
        made.sharing = self.sharing.with_edit(vault, linked, run)
        made.assets, made._problems, made.used = {}, [], {}
        vars(made).pop("keeper", None)
        vars(made)["_names"] = self._names.with_edit(vault, GivenResults(run))
        made.fingerprints = self.fingerprints.with_edit(made._names, run, linked)
        return made

    def tell(self, last: Build | None = None) -> None:
        """Tell what is wrong with the vault since the last build of its files, and how it ran."""
        self.is_told = True
        among = linking(last, self) if last is not None else None
        judged = judge(self.whole, self.run, self._others, among)
        noticed = list(link_notices(self.whole, among))
        self.spoken = frozenset(each.file for each in (*judged.problems, *noticed))
        if not self.teller.has_warned:
            others = *self._unmade, *problems.notices(self.whole)
            self.teller.notice([*self.run.notices, *noticed, *others])
            self.teller.warn(self.whole, judged.warnings, self._others, self._config, among)
        if self._is_first and not self.whole.settings.reads_as_mkdocs:
            for line in public_files.summary(self.whole):
                problems.log.info(f"notewright: {line}")
        self.failures += self.teller.tell(judged.errors)
        if not (self.is_fill and self.run.waiting):
            problems.log.info(self.run.summary(len(judged.problems)))

    @cached_property
    def _host(self) -> str | None:
        """What bears on the conversion of pages beside the notes; None if not all is known."""
        return state(self._config, self._extension)

    @cached_property
    def fingerprints(self) -> Fingerprints:
        """Digests of what pages are made of. Asked for once no plugin adds files any more."""
        site = places(self._files)
        return Fingerprints(self._names, self.run, self.linked, self._host or "", site)

    @cached_property
    def _names(self) -> Names:
        """What names stand for. Asked for once no plugin adds files any more."""
        return names_of(self.vault, self.run, self.tags, partial(place, self._files))

    @cached_property
    def frame(self) -> Any:
        """All by which pages show one another: where it is the same, so is most of the site."""
        return (
            self.fingerprints.common,
            (self.linked.web.titles, self.fingerprints.kinds),
            {path: note.properties for path, note in self.vault.notes.items()},
            self.tags.of,
            {path: (page.title, page.is_listed) for path, page in self.made.items()},
            (self.counts.versions, self.sharing.home_card, self._offers.places),
        )

    def follow(self, last: Build, files: Files) -> None:
        """Go on with the files of the last build, which other objects of MkDocs hold."""
        vars(self)["_host"] = last._host
        self.fonts = last.fonts
        for path in self.made:
            old, new = files.get_file_from_path(path), self._files.get_file_from_path(path)
            if old is not None and new is not None and old.generated_by:
                old.content_string = new.content_string
        self._files = self.sharing.site_files = files

    def downloads_of(self, path: str) -> Iterable[File]:
        """The files that a note offers."""
        return self._offers.of(path).values()

    @cached_property
    def keeper(self) -> Keeper:
        """What keeps pages. Asked for once no plugin adds files or extensions any more."""
        found = self.fingerprints if self.is_known else None
        return Keeper(found, self.vault.settings, self.assets, self._remembered, self._extension)

    @property
    def is_known(self) -> bool:
        """Whether all is known that bears on the conversion of a page, and may be kept."""
        return self._host is not None and self.vault.settings.execute

    @cached_property
    def _urls(self) -> Mapping[str, str]:
        """Addresses of the pages. Asked for once all of them are made."""
        return {file.src_uri: file.url for file in self._files.documentation_pages()}

    def source(self, file: File) -> str | None:
        """The Markdown of a page whose cells ran."""
        return source(file, self.vault.notes.get(file.src_uri), self._config.docs_dir)

    def join_tags(self, page: MkDocsPage) -> None:
        """Put the tags of a note's text beside those of its properties; make text of its title."""
        path = page.file.src_uri
        note = self.vault.notes.get(path)
        if self._is_left(note):
            return
        if note is not None or path in self.made:
            titles.settle_meta(page, note)
        if path in self.tags.of:
            page.meta["tags"] = [escape(tag) for tag in self.tags.of[path]]

    def _is_left(self, note: Note | None) -> bool:
        """Whether the theme prints the properties and the title of a page unchanged.

        The properties of an untrusted page could run a script.
        """
        return note is not None and reads(note) and self.vault.settings.execute

    def begin_excerpt(self, page: MkDocsPage) -> None:
        """Tell the extension of which post other pages will show a part, by a copy of it."""
        note = self.vault.notes.get(page.file.src_uri)
        self._extension.made = self._extension.page = None
        if note is not None:
            self._extension.page = self._page(note, page).excerpt()
            self._extension.page.renderer.is_alone = True  # in several folders: other addresses

    def begin_page(self, page: MkDocsPage, markdown: str) -> None:
        """Tell the extension which page is converted next."""
        path = page.file.src_uri
        note, made = self.vault.notes.get(path), self.made.get(path)
        self._extension.made, self._extension.page = made, None
        when = changed(note) if note is not None else None
        page.update_date = when.date().isoformat() if when else UNDATED  # not today
        heading = made.title if made else note.first_heading if note else ""
        can_wait = path not in {self.tags.page, *self.edited} and bool(made or note)
        if self.postponed is not None and can_wait and self.postponed.take(page, heading):
            return
        notebooks.settle_render(page, self.vault, self._problems)
        if note is not None:
            self._extension.page = self._page(note, page)
            self.keeper.watch(page, self._extension.page, markdown, self.sharing.with_page(path))
        elif made is not None and not made.text:
            self.keeper.watch_made(page, made, self._names.fresh())

    def _page(self, note: Note, page: MkDocsPage) -> Page:
        to_root = get_relative_url(".", page.url).rstrip("/") + "/"
        offered = self._offers.of(note.path)
        return Page(
            self._names.fresh(),
            note,
            self.run,
            Renderer(
                to_root,
                self.vault.settings.execute,
                self.assets,
                note=note.path,
                pictures=self._pictures,
                has_directories=self._config.use_directory_urls,
                is_interactive=True,
            ),
            linked=self.linked,
            downloads={name: offered[name].dest_uri for name in LISTED if name in offered},
            drawings=self._drawings,
            fingerprints=self.keeper.fingerprints,
        )

    def end_page(self, page: MkDocsPage, html: str) -> str:
        """Keep what was found wrong while a page was converted; returns its HTML."""
        if page.file.src_uri == self.tags.page:  # its list may be made later
            anchors = {*self.tags.anchors.values(), *(page.present_anchor_ids or ())}
            page.present_anchor_ids = anchors
        if self.postponed is None or page.file.src_uri not in self.postponed:
            self.fonts.look_at(page.file.src_uri, html)
        note = self.vault.notes.get(page.file.src_uri)
        is_left = self._is_left(note)
        if not is_left and (page.file.src_uri in self.made or note is not None):
            titles.settle_title(page, note)
        if (made := self._extension.page) is None:
            return html
        self._problems += made.problems
        self.used[made.note.path] = frozenset(made.renderer.used)
        # Cells are HTML before MkDocs looks for anchors that links may name.
        labels = {result.cell.label for result in made.results}
        page.present_anchor_ids = (page.present_anchor_ids or set()) | labels | made.anchors
        if not is_left:
            html = titles.with_title(page, made.note, html)
        return with_classes(problems_html(made.note.problems) + html, made.note)

    def settle_properties(self, env: Environment, paths: Iterable[str]) -> None:
        """Before templates use and print what notes say of themselves: of a stranger's, all."""
        self.failures += settle_properties(env, self.vault, self._files, paths, self.keeper.shown)

    @cached_property
    def counts(self) -> Counts:
        """What the site holds, for a template that shows it."""
        return count(self.vault, self.run, self.linked.code)

    def draw_navigation(self, nav: Navigation, env: Environment) -> None:
        """Draw the navigation once all titles are known; each page then takes its part."""
        self.assets |= navigation_drawing.join(nav, self._config, env)

    def end_pages(self, made: Collection[str]) -> None:
        """Tell what is wrong, before pages are written, and fill the downloads.

        Args:
            made: Paths of the notes whose pages were made in this build.
        """
        self.finish(made)
        self.failures += self.teller.tell(self.vault.faults)
        self.keeper.prune()
        if self.vault.settings.execute:  # else it may be a stranger's directory
            frames = shown_frames.store_of(self.vault.settings.state_dir)
            for kept in (self._drawings, self._pictures, self.sharing, frames):
                kept.prune()

    def finish(self, made: Collection[str]) -> None:
        """Do the same for some pages while others follow, and nothing that all bear on."""
        self.failures += self.teller.tell(self._problems)
        self._problems.clear()
        shares, keeper = self.sharing, self.keeper
        make = partial(shares.offered, keeper, self._names)
        self._offers.fill(made, partial(shares.known, keeper), make, shares.card)

    def keep_notes(self) -> None:
        """Keep what was read out of the notes for the next process, once nobody waits."""
        if self._kept is not None:
            self._kept.keep(self.whole.notes)

    def complete_search(self) -> None:
        """Make the aliases of notes findable, before the search index is written."""
        if self.vault.settings.reads_as_mkdocs:
            return
        search.Index(self._config).complete(self.vault, self.linked.web, self._urls)

    def write_files(self, *, with_fonts: bool = True) -> None:
        """Write the redirects, figures too large for their pages, and what no page waits for.

        Args:
            with_fonts: Whether the fonts are written, the feed and the list of reading copies.
        """
        site = Path(self._config.site_dir)
        write_texts({**self.assets, **(self.sharing.texts() if with_fonts else {})}, site)
        if with_fonts:
            self.fonts.write(site, self._urls)
        self.failures += problems.tell(write_redirects(self.vault, self._urls, self._config))
        self.is_done = True
