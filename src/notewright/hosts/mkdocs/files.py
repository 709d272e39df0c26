"""Files of MkDocs that a vault adds or changes: notebooks and bases as pages, and downloads."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Set
from functools import cache
from importlib import resources
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel

from notewright.hosts.mkdocs.blog import post_folders
from notewright.hosts.mkdocs.generated_files import GeneratedFile
from notewright.hosts.mkdocs.problems import log
from notewright.note.note import BASE, Note
from notewright.render.cell_html import ASSETS
from notewright.vault.exclusions import Exclusions, template_folder
from notewright.vault.found_files import FIGURES, refusal
from notewright.vault.vault import Vault

_OWN = ("notewright", "cells", "vary", "web", "papers", "practice")
STYLES = tuple(f"{ASSETS}/{name}.css" for name in _OWN)
SCRIPTS = tuple(f"{ASSETS}/{name}.js" for name in ("web", "cells", "practice"))
FORMULAS = f"{ASSETS}/formulas.css"
WHERE_USED = (
    FORMULAS,
    *(f"{ASSETS}/{name}.js" for name in ("graph", "guesses", "tables", "vary")),
)
"""Styles and scripts that load where a page uses them; `STYLES` and `SCRIPTS` are on each."""

_COMMENT = re.compile(r"[ \t]*/\*.*?\*/", re.S)
"""A comment of a style sheet; none of ours says so in a string."""
_SPACE = re.compile(
    r"""
    (?P<text>"(?:\\.|[^"\\\n])*")
    | ;?\s*(?P<end>\})\s*?(?P<line>\n?)\s*
    | \s*(?P<begin>\{)\s*
    | (?P<sign>[:;,])[ \t]+
    | \n\s*
    """,
    re.X,
)
"""A string in a style sheet, or blanks of it that mean nothing, with what stands around them."""
_SCRIPT = re.compile(
    r"""
    (?P<text>
        "(?:\\.|[^"\\\n])*"  # strings and templates, where nothing is a comment
        | '(?:\\.|[^'\\\n])*'
        | `(?:\\.|[^`\\])*`
        | (?<=[(,=:!&|?\[{};\n])\ */(?![/*])(?:\\.|\[(?:\\.|[^]\\\n])*]|[^/\\\[\n])+/  # patterns
    )
    | (?<![^\n])\ *(?://[^\n]*|/\*.*?\*/)\n?  # at the beginning of a line: the line goes
    | \ *(?://[^\n]*|/\*.*?\*/)
    | (?<=\n)\ +  # what a line is indented by
    """,
    re.S | re.X,
)
"""What a script of ours says, or a comment or a blank of it that means nothing."""


def exclusions(
    files: Files, config: MkDocsConfig, *, drafts: bool, posts: Collection[str] = ()
) -> Exclusions:
    """What MkDocs, and the plugins before ours, set aside of the vault.

    Args:
        files: The files of the site.
        config: MkDocs' configuration.
        drafts: Whether drafts are shown, as `mkdocs serve` does.
        posts: Paths of the posts that a blog leaves out; it may tell them later.
    """
    levels = {file.src_uri: file.inclusion for file in files if file.src_dir == config.docs_dir}
    templates = template_folder(Path(config.docs_dir))
    blogs = post_folders(config)

    def excluded(path: str) -> bool:
        if is_template(path) and not path.endswith(BASE):
            return True
        if path in levels:
            return levels[path] == InclusionLevel.EXCLUDED
        if os.path.isfile(Path(config.docs_dir, path)):  # noqa: PTH113 -- none is one it cannot see
            return True  # taken out by MkDocs, or by a plugin
        # A folder, or what MkDocs passes over: its patterns alone can say.
        return config.exclude_docs is not None and config.exclude_docs.match_file(path)

    def is_template(path: str) -> bool:
        return bool(templates) and path.startswith(f"{templates}/")

    def draft(path: str) -> bool:
        return path in posts or (not drafts and levels.get(path) == InclusionLevel.DRAFT)

    def unlisted(path: str) -> bool:
        return levels.get(path) == InclusionLevel.NOT_IN_NAV or is_template(path)

    def shows_draft(path: str) -> bool:
        return drafts or path.startswith(blogs)  # which of its posts are drafts, a blog decides

    return Exclusions(excluded, draft, unlisted, shows_draft)


def leave_out_refused(files: Files, config: MkDocsConfig, vault: Vault) -> None:
    """Take out of the site what the vault does not read; its problems tell why."""
    docs_dir = vault.settings.docs_dir
    for file in list(files):
        is_known = file.src_dir != config.docs_dir or file.src_uri in vault.stamps
        if not is_known and refusal(docs_dir / file.src_uri, docs_dir):
            files.remove(file)


def leave_out(files: Files, hidden: Set[str]) -> None:
    """Take hidden files out of the site, and the figures that are written for Obsidian."""
    for file in list(files):
        if file.src_uri in hidden or file.src_uri.startswith(f"{FIGURES}/"):
            files.remove(file)


def source(file: File, note: Note | None, docs_dir: str) -> str | None:
    """The Markdown of a page whose cells ran: in the meantime its note may have been saved."""
    if note is None or not note.path.endswith(".md"):
        return note.text if note is not None else None
    if file.src_dir != docs_dir or file.abs_src_path is None:
        return None  # another plugin's
    written, _ = note.memory.get("file", (note.text, None))
    if note.text and _text_now(file) != written:
        log.info(f"{note.file}: saved during the build. The next build includes the change")
    return note.text


def _text_now(file: File) -> str | None:
    """The text of a file as it is now; None if it cannot be read any more."""
    try:
        return file.content_string
    except (OSError, ValueError):
        return None


class NotebookFile(File):
    """A notebook or a base, of which MkDocs makes a page; otherwise it would copy the file."""

    def is_documentation_page(self) -> bool:
        """It is one."""
        return True


def as_pages(
    files: Files,
    notes: Collection[str],
    others: Collection[str],
    unlisted: Callable[[str], bool],
) -> None:
    """Make pages of notebooks and bases, unless another plugin has done so already.

    Args:
        files: The files of the site.
        notes: Paths of percent notebooks, of which mkdocs-jupyter may make pages, and of bases.
        others: Paths of attachments; Python that is no notebook is copied as it is.
        unlisted: Whether no list of pages is to name the page at a path.
    """
    for file in list(files):
        is_page = file.is_documentation_page()
        if file.src_uri in notes and not is_page:
            kind: type[File] = NotebookFile
        elif file.src_uri in others and file.src_uri.endswith(".py") and is_page:
            kind = File
        else:
            continue
        files.remove(file)
        where = (file.src_uri, file.src_dir, file.dest_dir, file.use_directory_urls)
        place = _base_page(file) if file.src_uri.endswith(BASE) else None
        level = file.inclusion
        if unlisted(file.src_uri) and level.value > InclusionLevel.NOT_IN_NAV.value:
            level = InclusionLevel.NOT_IN_NAV
        files.append(kind(*where, dest_uri=place, inclusion=level))


def _base_page(file: File) -> str:
    """The file of a base's page: a note or a folder beside it often has the same name without."""
    return f"{file.src_uri}/index.html" if file.use_directory_urls else f"{file.src_uri}.html"


def add_assets(files: Files, paths: Iterable[str], config: MkDocsConfig) -> None:
    """Add styles and scripts that the package holds; their comments are for their writers."""
    for path in paths:
        files.append(Asset.generated(config, path, content=""))


class Asset(GeneratedFile):
    """A style or script that the package holds; it is read once it is to be written."""

    @property
    def _content(self) -> str | bytes | None:
        return self._given or _asset(Path(self.src_uri).name)

    @_content.setter
    def _content(self, content: str | bytes | None) -> None:
        """Another plugin may change what it says."""
        self._given = content


@cache  # they are those of the process
def _asset(name: str) -> str:
    text = resources.files("notewright.render").joinpath("assets", name).read_text("utf-8")
    return without_blanks(text) if name.endswith(".css") else without_comments(text)


def without_blanks(style: str) -> str:
    """A style sheet without its comments, and without blanks that mean nothing.

    Args:
        style: One of ours: its strings have double quotes.
    """
    found = _SPACE.sub(
        lambda each: "".join(part or "" for part in each.groups()) or "\n",
        _COMMENT.sub("", style),
    )
    return found.lstrip()


def without_comments(script: str) -> str:
    """A script without its comments, the lines that held nothing else, and without indentation.

    Args:
        script: One of ours: no template stands in another one, and no pattern behind a word.
    """
    return _SCRIPT.sub(lambda found: found["text"] or "", script)
