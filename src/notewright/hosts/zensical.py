"""Zensical as a host. It loads no plugin, but tells an extension which page it makes.

It decides by itself which files become pages and which are copied. What it would publish
though the vault does not, ends each page with an error that says what to write.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

from notewright.configuration import CONFIG_FILE
from notewright.errors import LISTED, PageError, Problem
from notewright.hosts.from_records import Keeper, Prepared, failures, project_files
from notewright.hosts.texts import body, changed_text, has_text
from notewright.markdown.deferred import Told
from notewright.markdown.page import Page
from notewright.note.comments import hide_comments
from notewright.note.note import Note
from notewright.settings import STATE_DIR, Settings
from notewright.vault.exclusions import Exclusions
from notewright.vault.found_files import FIGURES, linked_folders, refusal
from notewright.vault.links import relative
from notewright.vault.published import is_hidden, is_published
from notewright.vault.vault import Vault

TRIED = "0.0.73"
"""The version with which the tests pass."""

_CONTEXT = "rendering_context"
"""The preprocessor of Zensical that knows the page."""

PLUGINS = frozenset(
    {
        "autorefs",
        "awesome_nav",
        "glightbox",
        "literate_nav",
        "meta",
        "mike",
        "minify",
        "nav_weight",
        "offline",
        "privacy",
        "redirects",
        "search",
        "tags",
    }
)
"""Plugins of Zensical that publish nothing of a note but what its page shows."""

PRINTED = frozenset({"author", "description", "subtitle", "tags", "title"})
"""Properties that templates of Zensical print into pages."""

_INSERTING = re.compile(
    r"zensical\.extensions\.(?:macros|include_markdown|table_reader|markdownextradata)"
)
"""Extensions that put texts into a page that nobody has read before."""

_ASIDE = "it has `publish: false`, so it is not published and has no page."


def context_of(md: Any) -> Any:
    """What Zensical tells of the page that it converts; None where it is another host."""
    return md.preprocessors[_CONTEXT] if _CONTEXT in md.preprocessors else None  # noqa: SIM401


class Zensical:
    """One build of Zensical, or all of its `serve`."""

    def __init__(self) -> None:
        self._config: Mapping[str, Any] = {}
        self._keeper = Keeper(self._prepare)
        self._checked: tuple[object, list[Problem]] = None, []
        self._made: Prepared | None = None  # what the page is made of that is converted now

    def begin(self, md: Any, text: str) -> Told | str:
        """Find the note of the page, and see that nothing private is published beside it."""
        context = context_of(md)
        if context.config is not self._config:
            self._config = context.config
            self._keeper = Keeper(self._prepare, looks=_is_serving())
        prepared = self._made = self._keeper.prepared()
        problems = self._problems(prepared)
        note = prepared.whole.notes.get(context.page.path)
        problems = problems or list(self._refused(prepared, note, context.page.path))
        if problems:
            return _refuse(problems)
        assert note is not None
        if is_hidden(prepared.whole, note):  # named in `draft_docs`: `serve` asks all the same
            context.page.meta.clear()
            return f"<p>This note has no page: {_ASIDE}</p>"
        _tell(context.page, prepared, note)
        if not has_text(note, text):
            return _refuse([changed_text(note)])
        # Zensical leads what is relative to the note's file, wherever it stands in the HTML.
        to_root = "../" * note.path.count("/")
        extensions, configs = context.config["markdown_extensions"], context.config["mdx_configs"]
        raw_address = partial(from_file, source=note.path, url=context.page.url)
        return Told(prepared.page(note, to_root), body(note), extensions, configs, raw_address)

    def end(self, page: Page, html: str) -> str:
        """Complete the page, or refuse it."""
        assert self._made is not None, "`begin` must be called before `end`"
        return self._made.complete(page, html, shows_problems=_is_serving())

    def _prepare(self) -> Prepared:
        root = Path(self._config["root_dir"])
        settings = Settings.load(root)
        settings = replace(settings, docs_dir=(root / self._config["docs_dir"]).resolve())
        exclusions = Exclusions.of(settings).joined(self._patterns())
        if _is_serving():  # it shows drafts
            shown: dict[str, Any] = {"draft": lambda path: False, "shows_draft": lambda path: True}
            exclusions = replace(exclusions, **shown)
        return Prepared.of(settings, exclusions)

    def _patterns(self) -> Exclusions:
        """What Zensical itself leaves out."""
        names = ("exclude_docs", "draft_docs", "not_in_nav")
        return Exclusions.of_patterns(*(self._config.get(name) or "" for name in names))

    def _problems(self, prepared: Prepared) -> list[Problem]:
        """What keeps the whole site from being made; looked for once."""
        if self._checked[0] is not prepared:
            found = [
                *prepared.judged.errors,
                *linked_folders(prepared.whole.settings, hidden=True),
                *check_plugins(self._config),
                *check_watched(prepared, self._config),
                *check_private(prepared, self._patterns()),
            ]
            if self._config["strict"]:
                found += prepared.judged.warnings
            else:
                for warning in prepared.judged.warnings:
                    print(f"WARNING -  {warning}", file=sys.stderr)
            self._checked = prepared, found
        return self._checked[1]

    def _refused(self, prepared: Prepared, note: Note | None, path: str) -> Iterator[Problem]:
        """Yield why there is no page of one file."""
        if note is None:
            message = "this file is not a note in the vault, but Zensical would publish it"
            yield Problem(path, 1, message, f"Add it to `exclude_docs` in {CONFIG_FILE}")
        elif is_hidden(prepared.whole, note) and not _is_serving():
            remedy = f"Add it to `draft_docs` in {CONFIG_FILE}"
            message = "this note is private, but Zensical would publish it"
            yield Problem(note.file, 1, message, remedy)


def _is_serving() -> bool:
    """Whether nobody but the writer sees the site: an error would end the server."""
    return sys.argv[1:2] == ["serve"]


def _refuse(problems: list[Problem]) -> str:
    if not _is_serving():
        raise PageError(problems)
    return failures(problems[:LISTED])


def _tell(page: Any, prepared: Prepared, note: Note) -> None:
    """Tell Zensical the title and the tags of a note: its own are read from the whole text.

    Its templates print them, and some properties, as if they were HTML.
    """
    if page.title_override is None:
        title = prepared.linked.web.titles.get(note.path, note.name)
        title = title if title != note.name else note.said_name
        page.title = _as_text(title)
        if page.title != title:  # in the title of the window, only a property stays escaped
            page.meta["title"] = title
    tags = prepared.tags.of.get(note.path)
    if tags:
        page.meta["tags"] = list(tags)
    names = PRINTED if prepared.whole.settings.execute else page.meta.keys()
    for name in page.meta.keys() & names:
        page.meta[name] = _as_text(page.meta[name])


def _as_text(value: Any) -> Any:
    if isinstance(value, str):  # what stands in attributes stands in double quotes
        return escape(value, quote=False).replace('"', "&quot;")
    if isinstance(value, list):
        return [_as_text(each) for each in value]
    if isinstance(value, dict):
        return {_as_text(name): _as_text(each) for name, each in value.items()}
    return value


def from_file(address: str, source: str, url: str) -> str:
    """An address relative to a page, as it has to be written relative to its note's file.

    Zensical takes each address in the HTML for one from the file, and makes it one from the
    page. What a cell or a writer of HTML wrote is from the page already, as MkDocs takes it.

    Args:
        address: The address.
        source: Path of the note.
        url: Address of its page in the site.
    """
    path = re.split("[?#]", address, maxsplit=1)[0]
    is_local = path and not path.startswith(("/", "\\")) and ":" not in path
    if not is_local or path.endswith(".md") or dirname(url) == dirname(source):
        return address
    led = normpath(relative(normpath(join(dirname(url), path)), source))
    is_folder = path.rpartition("/")[2] in ("", ".", "..")
    return led + ("/" if is_folder else "") + address[len(path) :]


def check_plugins(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the plugins and extensions that may publish what no page shows."""
    found = [name for name, entry in config["plugins"].items() if _is_active(entry["config"])]
    for name in sorted({*found} - PLUGINS):
        message = f"the plugin `{name}` may publish text that is hidden on pages"
        yield Problem(CONFIG_FILE, 1, message, "Remove it from the Zensical configuration")
    for extension in config["markdown_extensions"]:
        if isinstance(extension, str) and _INSERTING.fullmatch(extension):
            message = f"`{extension}` inserts text that notewright has not checked"
            yield Problem(CONFIG_FILE, 1, message, "Remove it from the Zensical configuration")


def _is_active(options: Any) -> bool:
    return bool(options.get("enabled", True) if isinstance(options, Mapping) else options)


def check_watched(prepared: Prepared, config: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what Zensical does not look at before it takes a page of an earlier build.

    It asks no extension then: neither a stale figure nor a file that became private would be
    noticed.
    """
    settings = prepared.whole.settings
    root = settings.root
    watched = [(root / each).resolve() for each in config["watch"]]
    inputs = project_files(prepared)
    needed = [settings.docs_dir, *inputs]
    missing = [path for path in needed if not any(map(path.is_relative_to, watched))]
    if missing:
        folders = {settings.docs_dir.relative_to(root).as_posix(): None}
        tops = (path.relative_to(root).parts[0] for path in inputs)
        folders |= dict.fromkeys(top for top in tops if top != STATE_DIR)
        listed = ", ".join(dict.fromkeys([*config["watch"], *folders]))
        first = settings.relative(missing[0])
        message = f"Zensical would show an outdated page after `{first}` changes"
        yield Problem(CONFIG_FILE, 1, message, f"Add `watch: [{listed}]`")


def check_private(prepared: Prepared, patterns: Exclusions) -> Iterator[Problem]:
    """Yield what Zensical would publish and the vault does not, with the lines that prevent it."""
    settings = prepared.whole.settings
    found: dict[str, str] = {}
    for path in sorted(_copied(settings.docs_dir)):
        if patterns.excluded(path) or patterns.draft(path):
            continue
        reason = _reason(prepared, path)
        if reason:
            found[path] = reason
    if found:
        told = "; ".join(f"`{path}`: {reason}" for path, reason in list(found.items())[:LISTED])
        count = f"{len(found)} file{'s' if len(found) > 1 else ''}"
        message = f"Zensical would publish {count} that readers must not see: {told}"
        lines = "\n".join(["draft_docs: |", *(f"  {pattern_of(path)}" for path in found)])
        yield Problem(CONFIG_FILE, 1, message, f"Add to `{CONFIG_FILE}`:", lines)


def _copied(docs_dir: Path) -> Iterator[str]:
    """Files that Zensical makes pages of or copies: it leaves hidden ones out."""
    for directory, folders, names in os.walk(docs_dir):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith("."):
                yield Path(directory, name).relative_to(docs_dir).as_posix()


def _reason(prepared: Prepared, path: str) -> str:
    """Why readers are not to see a file; empty if they may."""
    vault: Vault = prepared.vault
    settings = vault.settings
    note = prepared.whole.notes.get(path)
    if note is not None and is_hidden(prepared.whole, note):
        return "a draft" if is_published(note) else "has `publish: false`"
    if note is not None and note.is_notebook and hide_comments(note.text) != note.text:
        return "a notebook is copied unchanged, and this one contains comments"
    if path in vault.notes or path in vault.attachments:
        return ""
    if path in prepared.whole.attachments:
        return "it is used only by private notes"
    if path.startswith(f"{FIGURES}/"):
        return "it was written for Obsidian, and may belong to a private note"
    return refusal(settings.docs_dir / path, settings.docs_dir) or "it is excluded"


def pattern_of(path: str) -> str:
    """The pattern that names one file and no other."""
    escaped = re.sub(r"([\\*?\[\]!# ])", r"\\\1", path)
    return f"/{escaped}"
