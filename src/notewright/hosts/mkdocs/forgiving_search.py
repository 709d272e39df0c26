"""The forgiving search of a Material site in English: its dialog, and the entries of its index.

lunr, which Material brings, keeps the index in the reader's browser. Material's own dialog asks for
it on each page, knows no other spelling of a word, and puts lists before notes. So ours takes its
place, unless the owner of the site changed something of Material's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape, unescape
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page

from notewright.hosts.counts import verdicts
from notewright.hosts.mkdocs.build import Build
from notewright.hosts.mkdocs.search import ALIASES, DIALOG, FOLDED, Index
from notewright.hosts.mkdocs.unsearched import Unsearched
from notewright.render import search_entries as entries
from notewright.render.page_foot import CODE
from notewright.render.search_sections import Section, sections

LIST = 0.5
"""What a list counts beside a note."""

_TEMPLATES = Path(__file__).with_name("templates") / "search"
_MATERIAL = {"separator": r"[\s\-]+", "pipeline": ["stopWordFilter"]}
"""How Material finds in English, if nobody says otherwise."""
_BOOSTS = {"title": 1e3, "text": 1.0, "tags": 1e6}


def join(config: MkDocsConfig) -> bool:
    """Take the place of Material's dialog, unless the owner changed it; returns whether it does."""
    plugin: Any = config.plugins.get("material/search")
    if config.theme.name != "material" or plugin is None or not plugin.config["enabled"]:
        return False
    custom = config.theme.custom_dir
    has_own = custom and Path(custom, "partials", "search.html").exists()
    languages = plugin.config["lang"] or [config.theme.get("language") or "en"]
    if has_own or list(languages) != ["en"] or _is_changed(plugin.config):
        return False
    config.theme.dirs.insert(1 if custom else 0, str(_TEMPLATES))
    config.extra_javascript.append(DIALOG)
    return True


def _is_changed(options: Mapping[str, Any]) -> bool:
    """Whether the owner said how Material's search finds."""
    if any(options[name] not in (None, usual) for name, usual in _MATERIAL.items()):
        return True
    ours = ALIASES, FOLDED  # of an earlier build of `serve`: the plugin keeps one mapping
    boosts = {name: each.get("boost") for name, each in options["fields"].items()}
    return any(boost != _BOOSTS.get(name) for name, boost in boosts.items() if name not in ours)


def add_page(page: Page, build: Build, config: MkDocsConfig, unsearched: Unsearched) -> None:
    """Add what the index says of a page, unless it says so already or is not to."""
    search = page.meta.get("search") or {}
    if page.url not in unsearched.known and not search.get("exclude"):
        Index(config).add(_entries(page, build, unsearched))


def _entries(page: Page, build: Build, unsearched: Unsearched) -> Iterator[entries.Entry]:
    path = page.file.src_uri
    if path == build.tags.page:
        return
    if path in build.made:
        if path.startswith(f"{CODE}/") and not entries.is_list(path):  # the others are lists
            yield from map(entries.named, _read(page, sections(unsearched.text)))
        return
    found = sections(unsearched.text)
    headings = {number: each.id for each in found for number in each.asides}
    verdicts = _verdicts(build, path)
    signs = {
        f"{page.url}#{headings[number]}": verdicts[label]
        for number, label in entries.labels(unsearched.cells)
        if label in verdicts and headings.get(number)
    }
    for each in _read(page, found):
        short = entries.shortened(each) | signs.get(each["location"], {})
        if each["location"] != page.url:
            short.pop("tags", None)  # they are the page's
        if entries.is_list(path):
            short.setdefault("boost", LIST)
        yield short
    yield from entries.figures(unsearched.cells, page.url)


def _read(page: Page, found: Sequence[Section]) -> Sequence[entries.Entry]:
    """An entry for each section of a page, with what Material's index says of it."""
    search, tags = page.meta.get("search") or {}, page.meta.get("tags")
    more: entries.Entry = {}
    if isinstance(tags, list):
        more["tags"] = [str(tag) for tag in tags if tag]
    if "boost" in search:
        more["boost"] = search["boost"]
    title = escape(unescape(str(page.meta.get("title", page.title))), quote=False)
    read = []
    for each in found:
        location = f"{page.url}#{each.id}" if each.id else page.url
        heading, above = entries.untagged(each.title), ""
        if heading and not each.id and not entries.are_same(heading, title):
            # It begins with the heading of a part, and is found by its title all the same.
            heading, above = title, f"{heading}. "
        read.append(
            {
                "location": location,
                "title": heading or title,
                "text": f"{above}{each.text}".strip(),
                "apart": f"{above}{each.apart}".strip(),
                **more,
            }
        )
    return entries.joined(read, page.url)


def _verdicts(build: Build, path: str) -> Mapping[str, entries.Entry]:
    """Of each labelled cell of a note that gave a verdict: its kind of result, and the verdict."""
    found: dict[str, entries.Entry] = {}
    for result, given in verdicts(build.run.cells.get(path, ())):
        if result.cell.label and given["verdict"]:
            kind = str(given.get("kind") or "result").capitalize()
            found[result.cell.label] = {"kind": f"{kind}s", "sign": given["verdict"]}
    return found
