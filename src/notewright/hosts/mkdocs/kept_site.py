"""A site kept between two builds: what a patch needs of the last one, in one file.

Pages and files of MkDocs hold one another, thousands deep, so each is written on its own. What
each process has again is left out: the configuration, the plugins, the templates. Only classes of
packages that take part in builds are read back.
"""

from __future__ import annotations

import copyreg
import io
import pickle
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from notewright.files import read_own, replace_file
from notewright.hosts.mkdocs import garbage, navigation_drawing
from notewright.hosts.mkdocs.build import Build
from notewright.hosts.mkdocs.offers import Download
from notewright.hosts.mkdocs.pages import Remembered
from notewright.hosts.mkdocs.patch import Site
from notewright.hosts.mkdocs.problems import Teller
from notewright.hosts.mkdocs.same_pages import Noted
from notewright.hosts.mkdocs.tag_lists import found_tags
from notewright.note.note import Note
from notewright.render.converters import converters, take_over
from notewright.render.made_pages import WebPage
from notewright.render.own_modules import OwnModule
from notewright.run.worker.digests import digest_bytes
from notewright.vault.exclusions import Exclusions
from notewright.vault.kept_notes import reduced
from notewright.vault.pickles import WRONG, OwnUnpickler

NAME = "site.pickle"

_MODULES = {
    *("datetime", "decimal", "markupsafe", "material", "mkdocs", "mkdocs_jupyter", "notewright"),
    *("collections", "pathlib", "yaml"),
}

_OF_PAGES: Mapping[str, Any] = {"content": None, "markdown": None, "toc": ()}
"""What a page is given when it is rebuilt; nothing else reads it."""
_OF_FILES = ("abs_dest_path", "dest_dir")
"""Where a file is written is another place in each build."""
_OF_BUILDS = (
    *("whole", "vault", "run", "tags", "linked", "made", "used"),
    *("_host", "fonts", "_offers", "spoken"),
)
"""With what of the last build the next one compares itself."""


class _Pickler(pickle.Pickler):
    """Writes a site without following from one page to the next."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self.nodes: list[Any] = []
        self._numbers: dict[int, int] = {}
        kinds = {*_kinds(File), *_kinds(StructureItem)}
        # A table, which only its own kinds ask: the others are tens of thousands.
        self.dispatch_table = (
            copyreg.dispatch_table | dict(_KINDS) | dict.fromkeys(kinds, self._node)
        )

    def _node(self, obj: File | StructureItem) -> Any:
        number = self._numbers.setdefault(id(obj), len(self.nodes))
        if number == len(self.nodes):
            self.nodes.append(obj)
        return node, (number, type(obj))


def _kinds(kind: type) -> Iterator[type]:
    """Yield a class and all that inherit from it."""
    yield kind
    for each in list[type](kind.__subclasses__()):
        yield from _kinds(each)


def _web_page(page: WebPage) -> Any:
    more = page.is_listed, page.text, page.is_wide, page.said, page.given
    return WebPage, (page.path, page.title, tuple, *more)


_KINDS: Mapping[type, Callable[[Any], Any]] = {
    Note: reduced,
    WebPage: _web_page,
    OwnModule: lambda module: (OwnModule, (module.name, module.text)),  # without its syntax tree
    Exclusions: lambda _: (Exclusions, ()),
}
"""How objects are written that are written in another way here."""


def node(number: int, kind: type) -> Any:
    """Stands for a page or a file; see `_Unpickler`."""
    raise pickle.UnpicklingError(f"{kind} {number} can only be read as part of a site")


class _Unpickler(OwnUnpickler):
    """Reads a site."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, _MODULES)
        self._nodes: dict[int, Any] = {}

    def find_class(self, module: str, name: str) -> Any:
        """A class by its name, or what stands for a page or a file."""
        if (module, name) == (__name__, node.__name__):
            return self._node
        return super().find_class(module, name)

    def _node(self, number: int, kind: type) -> Any:
        if number not in self._nodes:
            self._nodes[number] = object.__new__(kind)
        return self._nodes[number]

    def fill(self, site_dir: str) -> None:
        """Read what all pages and files hold; from now on, files are written to a folder."""
        while states := self.load():
            for number, state in states:
                vars(self._nodes[number]).update(state)
        for each in self._nodes.values():
            if isinstance(each, File):
                each.dest_dir = site_dir


def _state(obj: Any) -> dict[str, Any]:
    state = dict(vars(obj))
    if isinstance(obj, Page):
        state.pop("render", None)
        state |= {name: value for name, value in _OF_PAGES.items() if name in state}
    if isinstance(obj, File):
        for name in _OF_FILES:
            state.pop(name, None)
    if isinstance(obj, Download):
        state["_content"] = ""  # it is filled with its page
    return state


def dumped(site: Site) -> bytes | None:
    """A site as bytes; None if it holds what cannot be written."""
    build, tags = site.build, found_tags(site.config)
    root = {
        "found": site.found,
        "files": site.files,
        "nav": site.nav,
        "entries": site.entries,
        "same": vars(site.same.noted),
        "build": {name: vars(build)[name] for name in _OF_BUILDS},
        "frame": build.frame,
        "shown": build.keeper.shown,
        "names": build.keeper.names,
        "converters": converters(),
        "tags": [(each.mappings.data, each.listings.data) for each in tags],
    }
    file = io.BytesIO()
    pickler = _Pickler(file)
    try:
        pickler.dump(root)
        written = 0
        while written < len(pickler.nodes):
            states = [
                (number, _state(pickler.nodes[number]))
                for number in range(written, len(pickler.nodes))
            ]
            written = len(pickler.nodes)
            pickler.dump(states)
        pickler.dump([])
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError):
        return None
    return file.getvalue()


def keep(site: Site, place: Path) -> str:
    """Keep a site; returns the digest by which it is known, "" if it cannot be kept."""
    content = dumped(site)
    if content is None:
        return ""
    try:
        replace_file(place / NAME, content, follows=False)
    except OSError:
        return ""
    return digest_bytes(content)


def load(place: Path, digest: str, config: MkDocsConfig, again: Collection[str]) -> Site | None:
    """Read a kept site back.

    Args:
        place: Where it is.
        digest: By which it is known.
        config: MkDocs' configuration, when all plugins have changed it.
        again: Paths of the pages and files that were made since: they are made once more.
    """
    content = read_own(place / NAME) or b""
    if digest_bytes(content) != digest:
        return None
    reader = _Unpickler(io.BytesIO(content))
    try:
        with garbage.none():
            root = reader.load()
            reader.fill(config.site_dir)
    except WRONG:
        return None
    take_over(root["converters"])  # what is installed is as it was, or no site is read back
    for plugin, (mappings, listings) in zip(found_tags(config), root["tags"], strict=True):
        plugin.mappings.data, plugin.listings.data = mappings, listings
    build = _build(root)
    env, nav = config.theme.get_env(), root["nav"]
    navigation_drawing.join(nav, config, env)
    made = root["found"], root["files"], nav, env, build, root["entries"]
    site = Site(config, *made, is_served=False, again=frozenset(again))
    site.same.recall(Noted(**root["same"]).without(_addresses(root["files"], again)))
    env.globals["nw_counts"] = lambda: site.build.counts
    return site


def _addresses(files: Files, paths: Iterable[str]) -> Iterator[str]:
    """Yield the addresses of the pages among some files, by their paths."""
    for path in paths:
        file = files.src_uris.get(path)
        if file is not None and file.page is not None:
            yield file.page.url


def _build(root: Mapping[str, Any]) -> Build:
    """What is known of the last build."""
    build = Build.__new__(Build)
    vars(build).update(root["build"], is_done=True, _remembered=Remembered(), teller=Teller())
    vars(build)["frame"] = root["frame"]
    vars(build)["keeper"] = SimpleNamespace(shown=root["shown"], names=root["names"])
    return build
