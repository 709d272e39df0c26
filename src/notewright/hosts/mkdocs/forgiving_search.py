"""The forgiving search of a Material site in English: its dialog, and the entries of its index.

lunr, which Material brings, keeps the index in the reader's browser. Material's own dialog asks for
it on each page, knows no other spelling of a word, and puts lists before notes. So ours takes its
place, unless the owner of the site changed something of Material's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


class Entries:
    """What the index says of the page that is being made."""

    def __init__(self) -> None:
        self._count = 0

    def begin(self, config: MkDocsConfig) -> None:
        """Before the search plugin reads a page."""
        self._count = Index(config).count

    def end(self, page: Page, build: Build, config: MkDocsConfig, unsearched: Unsearched) -> None:
        """After it has read the page: say the same in less."""
        index = Index(config)
        read = index.since(self._count)
        if read:  # else it is excluded
            index.replace(self._count, _entries(read, page, build, unsearched))


def _entries(
    read: list[entries.Entry], page: Page, build: Build, unsearched: Unsearched
) -> Iterator[entries.Entry]:
    path = page.file.src_uri
    if path in build.made:
        if path.startswith(f"{CODE}/") and not entries.is_list(path):  # the others are lists
            yield from map(entries.named, entries.joined(read, page.url))
        return
    if path == build.tags.page:
        return
    verdicts = _verdicts(build, path)
    sections = entries.sections_of(unsearched.text)
    signs = {
        f"{page.url}#{sections[number]}": verdicts[label]
        for number, label in entries.labels(unsearched.cells)
        if label in verdicts and sections.get(number)
    }
    for each in entries.joined(read, page.url):
        short = entries.shortened(each) | signs.get(each["location"], {})
        if each["location"] != page.url:
            short.pop("tags", None)  # they are the page's
        if entries.is_list(path):
            short.setdefault("boost", LIST)
        yield short
    yield from entries.figures(unsearched.cells, page.url)


def _verdicts(build: Build, path: str) -> Mapping[str, entries.Entry]:
    """Of each labelled cell of a note that gave a verdict: its kind of result, and the verdict."""
    found: dict[str, entries.Entry] = {}
    for result, given in verdicts(build.run.cells.get(path, ())):
        if result.cell.label and given["verdict"]:
            kind = str(given.get("kind") or "result").capitalize()
            found[result.cell.label] = {"kind": f"{kind}s", "sign": given["verdict"]}
    return found
