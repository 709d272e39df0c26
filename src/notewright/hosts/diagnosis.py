"""Diagnosis of a project: what was found, what is missing, and what to do about it."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from notewright import __version__
from notewright.configuration import (
    CONFIG_FILE,
    extensions_of,
    names_notewright,
    place_of,
    plugins_of,
    read_config,
    theme_of,
)
from notewright.errors import EngineError, VaultError, counted, did_you_mean
from notewright.hosts import public_files
from notewright.hosts.finding import unread
from notewright.hosts.first_site import still_public
from notewright.note.sessions import group
from notewright.run import sandbox
from notewright.run.engine import Engine
from notewright.run.preload_plan import Plan
from notewright.run.shared.places import shown
from notewright.run.worker.confinement import Places, of_libraries
from notewright.settings import STATE_DIR, Settings
from notewright.vault.private_looks import private_looks
from notewright.vault.vault import Vault

_EXTRAS = {"site": "packages for the site", "test": "packages for pytest"}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: What was found, or is missing.
        remedy: What to do; empty if all is well.
        is_missing: Whether something does not work without it.
    """

    what: str
    remedy: str = ""
    is_missing: bool = False

    def __str__(self) -> str:
        mark = "lacks" if self.is_missing else "note " if self.remedy else "ok   "
        return f"{mark}  {self.what}" + (f". {self.remedy}" if self.remedy else "")


def diagnose(root: Path) -> Iterator[Finding]:
    """Look at an installation and a project; yield what is there and what is not, in order.

    Args:
        root: The project's root.
    """
    yield Finding(f"notewright {__version__}, Python {platform.python_version()}, {sys.platform}")
    for extra, purpose in _EXTRAS.items():
        yield _extra(extra, purpose)
    config = root / CONFIG_FILE
    if not config.is_file():
        remedy = (
            f"Run `notewright init` to create one, or use `-C` to choose a folder other than {root}"
        )
        yield Finding(
            f"no {CONFIG_FILE} in this folder or any folder above it", remedy, is_missing=True
        )
        return
    try:
        settings = Settings.load(root)
        is_named = names_notewright(root)
    except VaultError as error:
        where, _, remedy = error.problem.headline.partition(". ")
        yield Finding(where, remedy or "Correct it", is_missing=True)
        return
    if is_named:
        yield Finding(f"{config}: the notewright plugin is enabled")
    else:
        remedy = "Add `- notewright` below `plugins:`, next to `- search`"
        yield Finding(f"{config}: the notewright plugin is not enabled", remedy, is_missing=True)
    yield from _uninstalled(root)
    yield from _of_vault(settings)
    yield from _state(settings)
    yield from _shared_records(settings)
    yield _confinement(settings)


def _extra(extra: str, purpose: str) -> Finding:
    """Whether the libraries of an extra are installed."""
    found, missing = [], []
    for line in metadata.requires("notewright") or ():
        name = re.match(r"[\w.-]+", line)
        if name is None or not re.search(rf"""extra == ['"]{extra}['"]""", line):
            continue
        try:
            found.append(f"{name[0]} {metadata.version(name[0])}")
        except metadata.PackageNotFoundError:
            missing.append(name[0])
    if not missing:
        return Finding(f"{purpose}: {', '.join(found)}")
    remedy = f"Run `pip install 'notewright[{extra}]'`"
    return Finding(f"{purpose}: {', '.join(missing)} not installed", remedy, is_missing=True)


def _uninstalled(root: Path) -> Iterator[Finding]:
    """Yield what is named and not installed, without which MkDocs would not begin.

    It is the theme, a plugin, or an extension of Python-Markdown.
    """
    config = read_config(root)
    theme = theme_of(config)
    themes = metadata.entry_points(group="mkdocs.themes").names
    if not themes:
        return  # MkDocs itself is missing, which is told above
    if theme and theme not in themes:
        yield _lacks(root, ["theme"], f"the theme `{theme}`", theme, themes)
    plugins = metadata.entry_points(group="mkdocs.plugins").names
    for name in plugins_of(config):
        if not {name, f"{theme}/{name}"} & plugins:
            yield _lacks(root, ["plugins", name], f"the plugin `{name}`", name, plugins)
    extensions = metadata.entry_points(group="markdown.extensions").names
    for name in extensions_of(config):
        if name not in extensions and not _is_module(name.partition(":")[0]):
            keys, what = ["markdown_extensions", name], f"the Markdown extension `{name}`"
            yield _lacks(root, keys, what, name, extensions)


def _is_module(name: str) -> bool:
    """Whether a name can be imported: an extension may be named by its module."""
    try:
        return util.find_spec(name) is not None
    except (ImportError, ValueError):  # a package above it is missing, or it is no name
        return False


def _lacks(root: Path, keys: list[str], what: str, name: str, known: Iterable[str]) -> Finding:
    file, line = place_of(root, keys)
    remedy = did_you_mean(name, known) or (
        f"Install the package that provides `{name}`, or remove it from {file}"
    )
    return Finding(f"{file}:{line}: {what} is not installed", remedy, is_missing=True)


def _of_vault(settings: Settings) -> Iterator[Finding]:
    """Yield what is to be said of notes and cells."""
    place = settings.relative(settings.docs_dir)
    try:
        vault = Vault.scan(settings)
        vault.require_notes()
    except VaultError as error:
        yield Finding(f"{place}: {error.problem.message}", error.problem.remedy, is_missing=True)
        return
    is_obsidians = (settings.docs_dir / ".obsidian").is_dir()
    kind = "an Obsidian vault" if is_obsidians else "a vault"
    cells = sum(len(note.cells) for note in vault.notes.values())
    sessions = sum(len(group(note.cells)) for note in vault.notes.values())
    counts = f"{counted(len(vault.notes), 'note')}, {counted(len(vault.attachments), 'attachment')}"
    within = f"{counted(cells, 'cell')} in {counted(sessions, 'session')}"
    yield Finding(f"{place}/: {kind}; {counts}, {within}")
    yield from map(Finding, public_files.summary(vault))
    unreadable = (each for note in vault.notes.values() for each in unread(note))
    for problem in (*vault.problems, *unreadable):
        yield Finding(f"{problem.where}: {problem.message}", problem.remedy, is_missing=True)
    yield from _imports(vault)
    with suppress(EngineError):  # the missing package is reported above
        for problem in private_looks(vault):
            yield Finding(f"{problem.where}: {problem.message}", problem.remedy)
    yield from _unlike_new_projects(vault)
    ignored = settings.root / ".gitignore"
    if ignored.is_file() and STATE_DIR not in ignored.read_text("utf-8", "replace"):
        yield Finding(f".gitignore: {STATE_DIR}/ is not ignored", f"Add the line `{STATE_DIR}/`")


def _unlike_new_projects(vault: Vault) -> Iterator[Finding]:
    """Yield where `init` would set up a project in another way today."""
    settings = vault.settings
    if not settings.reads_as_mkdocs:
        for each, number in still_public(vault):
            what = f"public: {counted(number, 'file')} of this kind: {each.why}"
            yield Finding(what, f"To exclude them, add `{each.pattern}` to `exclude_docs`")
    elif not settings.names_dialect:
        what = f"{CONFIG_FILE}: Markdown is read as MkDocs does, because there is no `.obsidian`"
        remedy = (
            "Set `dialect: mkdocs` to keep this behaviour, or `dialect: obsidian` to read Markdown "
            "as Obsidian does"
        )
        yield Finding(what, remedy)


def _imports(vault: Vault) -> Iterator[Finding]:
    """Yield the packages that cells import, and that are not installed."""
    plan = Plan(vault.settings.root)
    wanted: dict[str, list[str]] = {}
    for note in vault.notes.values():
        codes = [cell.code for cell in note.cells if cell.runs and not cell.is_doctest]
        for package in {re.split(r"[.:]", entry)[0] for entry in plan.installed(codes)}:
            wanted.setdefault(package, []).append(note.file)
    missing = sorted(name for name in wanted if util.find_spec(name) is None)
    for name in missing:
        notes = wanted[name]
        more = f" and {len(notes) - 1} more" if len(notes) > 1 else ""
        message = f"`{name}` is not installed, but {notes[0]}{more} needs it"
        yield Finding(
            message, (f"Install it, for example with `pip install {name}`"), is_missing=True
        )
    if wanted and not missing:
        yield Finding(f"all packages that cells import are installed: {', '.join(sorted(wanted))}")


def _state(settings: Settings) -> Iterator[Finding]:
    """Yield that records cannot be kept, if they cannot."""
    state = settings.state_dir
    place = state if state.exists() else state.parent
    if not os.access(place, os.W_OK):
        remedy = (
            f"Records are stored in {state}. Grant write access, or choose another `--state-dir`"
        )
        yield Finding(f"{place}: not writable", remedy, is_missing=True)


def _shared_records(settings: Settings) -> Iterator[Finding]:
    """Yield whether the shared records can be asked, if there are any."""
    shared = Engine(settings).shared
    if not settings.shared_records:
        return
    if not shared.where:
        where = f"shared records at {shown(settings.shared_records)}"
        yield Finding(f"{where}: not used, because execution is off")
        return
    reason = shared.reach()
    if reason:
        yield Finding(reason, "Builds continue without them")
        return
    use = "read and written" if settings.shared_records_write else "read only"
    remedy = ""
    if settings.shared_folder is not None and sandbox.is_on(settings):
        open_folders = [*of_libraries(str(settings.root)), *map(str, settings.writable_paths)]
        if Places(open_folders).allow(str(settings.shared_folder)):
            remedy = "Cells can write to this folder. Choose a folder that they cannot write to"
    yield Finding(f"{shared.where}: {use}", remedy)


def _confinement(settings: Settings) -> Finding:
    """Whether cells are kept from writing where they please."""
    if sandbox.is_on(settings):
        return Finding("sandbox: cells can only write to their own folder")
    if not settings.sandbox:
        return Finding("sandbox: cells can write anywhere, because the option `sandbox` is off")
    return Finding(
        "sandbox: cells can write anywhere, because this system does not support Landlock",
        "Only run notes that you trust",
    )
