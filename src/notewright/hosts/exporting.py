"""Exporting notes: `notewright export` makes a book or slides of them, as HTML or PDF."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from notewright.errors import EngineError
from notewright.files import write_named
from notewright.hosts.finding import find_notes
from notewright.hosts.parsers import NOTES, Parser
from notewright.hosts.shell_commands import configuration, tell
from notewright.libraries import needs
from notewright.settings import Settings
from notewright.vault.published import published
from notewright.vault.vault import Vault

if TYPE_CHECKING:
    from notewright.hosts.shells.stage import Given
    from notewright.render.books import Chapter, Source

KINDS = (".html", ".pdf")


def add_command(parser: Parser) -> None:
    """Add `export` to the command line."""
    exporting = parser.add_command(
        "export",
        "export notes as a book, PDF or slides",
        "notewright export -o book.pdf",
        "notewright export k-means pca -o two.html",
        "notewright export --slides k-means -o talk.html",
    )
    exporting.add_argument("notes", nargs="*", metavar="NOTE", help=NOTES)
    exporting.add_argument(
        *("-o", "--output"),
        type=_target,
        required=True,
        metavar="FILE",
        help="file to write, .html or .pdf",
    )
    said = "export one note as slides: a new slide at each heading and horizontal rule"
    exporting.add_argument("--slides", action="store_true", help=said)
    exporting.add_argument("--title", default="", help="title of the book")
    said = "style sheet to add; can be repeated"
    exporting.add_argument(
        "--css", type=Path, action="append", default=[], metavar="FILE", help=said
    )
    said = "Chromium, Chrome or Edge to print with (default: search the PATH)"
    exporting.add_argument("--browser", type=Path, metavar="PROGRAM", help=said)
    exporting.set_defaults(standalone=_export)


def _target(text: str) -> Path:
    path = Path(text)
    if path.suffix not in KINDS:
        raise argparse.ArgumentTypeError(f"`{text}` does not end in .html or .pdf")
    return path


def _export(options: argparse.Namespace) -> int:
    """Make one file of notes."""
    file = configuration(options.project)
    vault = published(Vault.scan(Settings.load(file.parent)))
    paths = [note.path for note in find_notes(vault, options.notes)] or list(vault.notes)
    if options.slides and len(paths) != 1:
        raise EngineError("slides can be built from only one note. Specify which note to use")
    with needs("site", "an export"):
        from notewright.hosts.mkdocs.articles import project
        from notewright.render.books import book
        from notewright.render.slides import slides
    tell(logging.WARNING)
    with project(file) as found:
        given = found.given({vault.notes[path].file for path in paths})
    chapters, source = _chapters(given, paths, is_ordered=bool(options.notes)), _source(given)
    title = options.title or _title(given, chapters)
    kind = "slides.css" if options.slides else "book.css"
    style = "\n".join([*_styles("document.css", "formulas.css", kind), *map(_read, options.css)])
    if options.slides:
        (chapter,) = chapters
        text = slides(title, chapter, source, style)
    else:
        text = book(title, chapters, source, style)
    content = text.encode("utf-8", "replace")
    if options.output.suffix == ".pdf":
        from notewright.hosts.printing import printed

        content = printed(content, options.browser)
    write_named(options.output, content)
    count = sum(each.article is not None for chapter in chapters for each in chapter.all())
    notes = f"{count} note{'s' if count != 1 else ''}"
    print(f"{options.output}: {notes}, {len(content) / 1e6:.1f} MB")
    return 0


def _styles(*names: str) -> Iterator[str]:
    for name in names:
        yield files("notewright.render").joinpath(f"assets/{name}").read_text("utf-8")


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8").replace("</", "<\\/")
    except (OSError, ValueError) as error:
        raise EngineError(f"cannot read the style sheet {path}: {error}") from None


def _source(given: Given) -> Source:
    from notewright.render.books import Source

    theme = given.options.get("theme") or {}
    styles = [path for path in given.options.get("extra_css") or () if _is_ours(str(path))]
    language = str(theme.get("language") or theme.get("locale") or "en")
    return Source(given.files, styles, str(given.options.get("site_url") or ""), language)


def _is_ours(path: str) -> bool:
    """Whether a style is ours, and of what a page shows rather than of what is around it."""
    folder, _, name = path.rpartition("/")
    return folder == "assets/notewright" and name != "web.css"


def _title(given: Given, chapters: Sequence[Chapter]) -> str:
    name = str(given.options.get("site_name") or "Notes")
    return chapters[0].title if len(chapters) == 1 else name


def _chapters(given: Given, paths: Sequence[str], *, is_ordered: bool) -> list[Chapter]:
    """The notes as chapters: in the order of their names, or of the site's navigation."""
    from notewright.render.books import Chapter, plain

    wanted = {_as_page(path): path for path in paths}
    found = {
        each.path: Chapter(plain(_title_of(each)), each)
        for each in given.articles
        if each.path in wanted
    }
    if is_ordered:
        return [found[path] for path in wanted if path in found]
    listed = list(_parts(given.navigation, found))
    rest = [found[path] for path in sorted(found)]  # what the navigation does not list
    return [*listed, *rest]


def _title_of(article: Any) -> str:
    first = next((each.name for each in article.contents if each.level == 1), "")
    return first or article.title or Path(article.path).stem


def _as_page(path: str) -> str:
    """Where a note would stand for the page of a note, a notebook or a base."""
    return f"{path}.md" if path.endswith(".base") else Path(path).with_suffix(".md").as_posix()


def _parts(items: Sequence[Any], found: dict[str, Chapter]) -> Iterator[Chapter]:
    """Yield what a navigation lists of some notes; each is taken out of `found`."""
    from notewright.render.books import Chapter, plain

    for item in items:
        title, inner = next(iter(item.items())) if isinstance(item, Mapping) else ("", item)
        if isinstance(inner, list):
            held = list(_parts(inner, found))
            if held:
                yield Chapter(plain(str(title)), None, held)
        elif str(inner) in found:
            yield found.pop(str(inner))
