"""Settings of a project, read from `mkdocs.yml` by every reader of the vault.

The site, the tests and the command line must agree on where the vault is and how its
cells run, so there is one place for it: the options of the `notewright` plugin.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, Self, TypeVar

from notewright.configuration import (
    CONFIG_FILE,
    KINDS,
    PLUGIN,
    bracketed_formulas,
    fits,
    own_options,
    read_config,
    wrong,
)
from notewright.errors import did_you_mean, shown_value
from notewright.files import folder_of

STATE_DIR = ".notewright"

PATTERNS = ("exclude_docs", "draft_docs", "not_in_nav")  # MkDocs' settings that name files by these

GENERATED_PAGES = ("graph", "code", "tags", "folders", "source")
"""Pages that the build adds; `source`, which publishes the modules of cells, is off by default."""

GENERATED_IN_PROJECTS = ["graph", "code"]
"""The default in an MkDocs project, whose navigation and plugins already list folders and tags."""

FONTS = ("text", "code", "math")  # that a site can bring; see `render/fonts.py`

RULES = (
    *("dead-link", "alt-text", "redirect", "publish", "hidden-link", "hidden-name", "private"),
    *("file-name", "figure"),
    *("nondeterministic", "citation"),
)
"""Checks between notes; `docs/engine/note-format.md` describes each of them."""

OF_VAULTS = ("alt-text", "file-name", "private", "publish")
"""Rules that are off by default in an MkDocs project, whose strict build passed without them."""

LEVELS = ("off", "warn", "error")
"""How a rule is reported: not at all, as a warning (a strict build fails on it), as an error."""

RENAMED = {
    "made_pages": "generated_pages",
    "output": "output_limit",
    "run_links": "launch_links",
    "spreads": "seed_ranges",
    "strict_pages": "strict_csp",
}
"""Options by their names before 1.0; these work until 2.0."""

RENAMED_RULES = {"unrepeatable": "nondeterministic"}
"""Rules by their names before 1.0; these work until 2.0."""

MKDOCS, OBSIDIAN = DIALECTS = ("mkdocs", "obsidian")
"""How Markdown is read: as MkDocs with the project's extensions does, or as Obsidian does."""

EXECUTE = "`true`, `false` or `asked`"
ASKED = "asked"
"""The value of `execute` that runs only fences marked `run`."""

CITATION_STYLE = "harvard-cite-them-right"
"""Author and year; citeproc-py brings it."""

_OF_MKDOCS: dict[str, bool] = {"is_option": False}  # what stands outside of the plugin's options


@dataclass(frozen=True, slots=True)
class Settings:
    """How the vault of one project is run.

    Attributes:
        root: The project's root: the directory of `mkdocs.yml`, where cells run.
        docs_dir: The vault.
        dialect: How Markdown is read; see `DIALECTS`.
        names_dialect: Whether the project says which it is.
        execute: Whether cells may run. Without it, only existing records are shown.
        only_asked: Whether only fences marked `run` are cells, by `execute: asked`.
        run_docs: Patterns of notes in which all fences are cells nevertheless.
        timeout: Time limit of a cell in seconds, unless its `timeout` option says otherwise.
        memory: Memory limit of a session in MiB, beyond what the warm parent holds.
        output_limit: Most text that a session may print, in KiB.
        snippets: Directory, from the root, in which `--8<--` finds its files.
        sandbox: Whether cells are kept from writing, where the kernel can.
        writable: Folders from the root that they may write all the same.
        workers: Sessions that run at the same time; 0 stands for one a processor.
        scheduler: Address of a scheduler of Dask, on whose workers they run; empty for here.
        shared_records: Folder or address of the records that are shared; empty for none.
        shared_records_write: Whether what runs here is written there, too.
        generated_pages: Which pages the build adds; see `GENERATED_PAGES`.
        fonts: Which fonts the site brings; see `FONTS`.
        offline: Whether the site is to open from a disk, and comes as an archive, too.
        strict_csp: Whether inline scripts and styles move into files, for a strict content
            security policy.
        bibliography: Files of the works that notes may cite, BibTeX or CSL's JSON, from the root.
        citation_style: How they are cited: a file of CSL from the root, or a style's name.
        preamble: File of LaTeX from the root whose macros hold in all formulas; empty for
            `preamble.sty` of the vault, if it has one.
        seed_ranges: File from the root with the ranges of numbers across seeds; empty for none.
        playground: Whether cells can be edited and run in the pages of `mkdocs serve`.
        launch_links: Addresses at which a notebook of the site runs, by the text of the link.
        rules: The levels of rules that are not `warn`; see `RULES` and `LEVELS`.
        exclude_docs: MkDocs' patterns of files that are set aside.
        draft_docs: MkDocs' patterns of drafts.
        not_in_nav: MkDocs' patterns of pages that no list of pages names.
        bracketed: Which formulas in brackets there are; see `note/bracketed.py`.
        other_seeds: By how much all seeds of cells are moved, to see which results change.
        old_names: Options and rules that the project gives by their old names.
    """

    root: Path = field(metadata=_OF_MKDOCS)
    docs_dir: Path = field(metadata=_OF_MKDOCS)
    dialect: str = OBSIDIAN
    names_dialect: bool = field(default=True, metadata=_OF_MKDOCS)
    execute: bool = True
    only_asked: bool = field(default=False, metadata=_OF_MKDOCS)
    run_docs: str = ""
    timeout: float = 30.0
    memory: int = 4096
    output_limit: int = 1024
    snippets: str = "snippets"
    sandbox: bool = True
    writable: Sequence[str] = ()
    workers: int = 0
    scheduler: str = ""
    shared_records: str = ""
    shared_records_write: bool = True
    generated_pages: Sequence[str] = GENERATED_PAGES[:4]
    fonts: Sequence[str] = ()
    offline: bool = False
    strict_csp: bool = False
    bibliography: Sequence[str] = ()
    citation_style: str = CITATION_STYLE
    preamble: str = ""
    seed_ranges: str = ""
    playground: bool = False
    launch_links: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    exclude_docs: str = field(default="", metadata=_OF_MKDOCS)
    draft_docs: str = field(default="", metadata=_OF_MKDOCS)
    not_in_nav: str = field(default="", metadata=_OF_MKDOCS)
    bracketed: Sequence[str] = field(default=(), metadata=_OF_MKDOCS)
    other_seeds: int = field(default=0, metadata=_OF_MKDOCS)
    old_names: Sequence[str] = field(default=(), metadata=_OF_MKDOCS)

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """The options of the plugin with their defaults."""
        options = [each for each in fields(cls) if each.metadata.get("is_option", True)]
        found = {each.name: {} if each.default is MISSING else each.default for each in options}
        lists: dict[str, Any] = {name: [] for name in ("bibliography", "fonts", "writable")}
        return found | {"generated_pages": list(GENERATED_PAGES[:4])} | lists

    @classmethod
    def from_options(
        cls,
        root: Path,
        docs_dir: Path,
        options: Mapping[str, Any],
        *,
        is_project: bool | None = None,
    ) -> Self:
        """Check the plugin's options and make settings of them.

        Args:
            root: The project's root.
            docs_dir: The vault.
            options: The options that are given.
            is_project: Whether it is a project of MkDocs; None for whether it has a `mkdocs.yml`.

        Raises:
            VaultError: If an option is unknown or of the wrong type.
        """
        try:
            settings = cls(root=root.resolve(), docs_dir=docs_dir.resolve())
        except (OSError, ValueError) as error:  # no name that a file can have
            message = f"`docs_dir` is not a valid folder name: {error}"
            raise wrong(root, ["docs_dir"], message, "Set it to the name of a folder") from None
        known = cls.defaults()
        options, old_names = _with_new_names(root, options)
        if only_asked := options.get("execute") == ASKED:
            options["execute"] = True
        for name, value in options.items():
            if name not in known:
                said = name if isinstance(name, str) else shown_value(name)
                message = f"unknown notewright option `{said}`"
                raise wrong(root, _keys(name), message, did_you_mean(said, known))
            if not fits(value, known[name]):
                message = f"invalid value for notewright option `{name}`: {shown_value(value)}"
                kind = EXECUTE if name == "execute" else KINDS[type(known[name])]
                raise wrong(root, _keys(name), message, f"Use {kind}")
        if is_project is None:
            is_project = (root / CONFIG_FILE).is_file()
        names_dialect = "dialect" in options
        options.setdefault("dialect", found_dialect(root, docs_dir, is_project=is_project))
        _check_names(root, "dialect", [options["dialect"]], DIALECTS)
        if options["dialect"] == MKDOCS:
            options.setdefault("generated_pages", GENERATED_IN_PROJECTS)
        for option, names in (("generated_pages", GENERATED_PAGES), ("fonts", FONTS)):
            _check_names(root, option, options.get(option, ()), names)
        _check_links(root, options.get("launch_links", {}))
        named, old_rules = _with_new_names(root, options.get("rules", {}), ["rules"], RENAMED_RULES)
        changed = {
            "rules": _levels(root, named),
            "old_names": (*old_names, *old_rules),
            "names_dialect": names_dialect,
            "only_asked": only_asked,
        }
        settings = replace(settings, **{**options, **changed})
        is_off = _is_switched_off(root, SWITCH, "execute", "to turn execution off")
        execute, scheduler = settings.execute and not is_off, _named(SCHEDULER, settings.scheduler)
        settings = replace(settings, execute=execute, scheduler=scheduler)
        settings = _with_shared_records(settings)
        _check_writable(settings, settings.writable)
        _check_files(settings)
        return settings

    @classmethod
    def load(cls, root: Path) -> Self:
        """Read the settings from `mkdocs.yml` in `root`; without the file, the defaults hold.

        Raises:
            VaultError: If the file is not YAML or an option is wrong.
        """
        config = read_config(root)
        docs_dir = config.get("docs_dir")
        if docs_dir is None:
            docs_dir = "docs"
        if not isinstance(docs_dir, str) or not fits(docs_dir, "docs"):
            message = f"invalid value for `docs_dir`: {shown_value(docs_dir)}"
            raise wrong(root, ["docs_dir"], message, "Set it to the name of a folder")
        settings = cls.from_options(root, root / docs_dir, own_options(root, config))
        patterns = {name: _patterns(root, config, name) for name in PATTERNS}
        return replace(settings, bracketed=bracketed_formulas(config), **patterns)

    @property
    def state_dir(self) -> Path:
        """Where records are kept."""
        return self.root / STATE_DIR

    @property
    def writable_paths(self) -> list[Path]:
        """The folders that cells may write; `~` is the reader's own."""
        return [self.root / os.path.expanduser(name) for name in self.writable]  # noqa: PTH111

    @property
    def shared_folder(self) -> Path | None:
        """The folder of the shared records; None if there are none, or at an address."""
        return folder_of(self.shared_records, self.root)

    @property
    def reads_as_mkdocs(self) -> bool:
        """Whether notes are read as MkDocs reads them."""
        return self.dialect == MKDOCS

    def must_ask(self, path: str) -> bool:
        """Whether only marked fences of a note run, by its path in the vault."""
        return self.only_asked and not _matcher(self.run_docs)(path)

    def level(self, rule: str) -> str:
        """How a rule is told: one of `LEVELS`."""
        is_asked = not (self.reads_as_mkdocs and rule in OF_VAULTS)
        return self.rules.get(rule, "warn" if is_asked else "off")

    @property
    def parallel(self) -> int:
        """How many sessions run at the same time."""
        if hasattr(os, "sched_getaffinity"):
            return self.workers or len(os.sched_getaffinity(0))
        return self.workers or os.cpu_count() or 1

    def relative(self, path: Path) -> str:
        """Name a file from the project's root, as messages do."""
        return (path.relative_to(self.root) if path.is_relative_to(self.root) else path).as_posix()


@cache
def _matcher(patterns: str) -> Callable[[str], bool]:
    from pathspec import GitIgnoreSpec

    matches: Callable[[str], bool] = GitIgnoreSpec.from_lines(patterns.splitlines()).match_file
    return matches


def found_dialect(root: Path, docs_dir: Path, *, is_project: bool) -> str:
    """The default dialect: Obsidian's, except for a project without an `.obsidian` folder."""
    if not is_project:
        return OBSIDIAN
    root, docs_dir = root.resolve(), docs_dir.resolve()
    folders = [docs_dir, *(each for each in docs_dir.parents if each.is_relative_to(root))]
    # `Path.is_dir` raises if the folder cannot be read, which is reported later.
    is_vault = any(os.path.isdir(each / ".obsidian") for each in folders)  # noqa: PTH112
    return OBSIDIAN if is_vault else MKDOCS


def _with_new_names(
    root: Path,
    options: Mapping[Any, Any],
    above: Sequence[str] = (),
    renamed: Mapping[str, str] = RENAMED,
) -> tuple[dict[Any, Any], Sequence[str]]:
    """Options by their new names, and the old names that were used.

    Args:
        root: The project's root.
        options: Values by name.
        above: The options of notewright in whose value they are.
        renamed: New names by old ones.

    Raises:
        VaultError: If an option has both its names.
    """
    found = dict(options)
    old_names = [name for name in options if isinstance(name, str) and name in renamed]
    for old in old_names:
        if renamed[old] in options:
            message = f"`{old}` is the old name of `{renamed[old]}`, and both are set"
            remedy = f"Remove `{old}`"
            raise wrong(root, ["plugins", PLUGIN, *above, old], message, remedy)
        found[renamed[old]] = found.pop(old)
    return found, old_names


def _keys(*names: str) -> Sequence[str | tuple[str, ...]]:
    """Where an option is in `mkdocs.yml`; one with two names may be there by either."""
    both = RENAMED | RENAMED_RULES
    old_names = {new: old for old, new in both.items()}
    found = [(name, old_names[name]) if name in old_names else name for name in names]
    return ["plugins", PLUGIN, *found]


def _check_names(root: Path, option: str, names: Iterable[Any], known: Sequence[str]) -> None:
    """Refuse a name in an option that is none of those that are known."""
    for name in names:
        if name not in known:
            message = f"unknown name in notewright option `{option}`: {shown_value(name)}"
            raise wrong(root, _keys(option), message, did_you_mean(str(name), known))


def _check_writable(settings: Settings, names: Iterable[Any]) -> None:
    """Refuse what is no folder's name, or would let cells write the records."""
    kept = [settings.state_dir, *([settings.shared_folder] if settings.shared_folder else [])]
    for name in names:
        paths = replace(settings, writable=[name]).writable_paths if fits(name, "") else []
        if not paths or any(each.resolve().is_relative_to(paths[0].resolve()) for each in kept):
            message = f"invalid folder in notewright option `writable`: {shown_value(name)}"
            remedy = (
                "Use folders that do not contain `.notewright`, "
                "or set `sandbox: false` to make every folder writable"
            )
            if paths and not settings.state_dir.is_relative_to(paths[0].resolve()):
                remedy = "Use folders that do not contain the shared records"
            raise wrong(settings.root, _keys("writable"), message, remedy)


def _check_files(settings: Settings) -> None:
    """Refuse what is no file of the project: a build elsewhere would not have it."""
    style = settings.citation_style
    styles = [style] if style.endswith(".csl") else []
    for option, names, kinds in (
        ("bibliography", settings.bibliography, (".bib", ".json")),
        ("citation_style", styles, (".csl",)),
        ("preamble", [settings.preamble] if settings.preamble else [], (".sty", ".tex")),
        ("seed_ranges", [settings.seed_ranges] if settings.seed_ranges else [], (".json",)),
    ):
        for name in names:
            path = PurePosixPath(name) if fits(name, "") and "\\" not in name else None
            if path is None or path.is_absolute() or ".." in path.parts or path.suffix not in kinds:
                message = f"invalid file in notewright option `{option}`: {shown_value(name)}"
                remedy = f"Use a file inside the project that ends in {' or '.join(kinds)}"
                raise wrong(settings.root, _keys(option), message, remedy)


def _check_links(root: Path, links: Mapping[Any, Any]) -> None:
    """Refuse an address that is none, or that would be the same for all notebooks."""
    for name, address in links.items():
        if not re.fullmatch(r"https?://\S*\{path\}\S*", str(address)) or not isinstance(name, str):
            message = f"invalid address for `{name}`: {shown_value(address)}"
            remedy = "Use an `https://` URL that contains `{path}` for the notebook's path"
            raise wrong(root, _keys("launch_links", name), message, remedy)


def _levels(root: Path, rules: Mapping[Any, Any]) -> dict[str, str]:
    """The levels of rules as an option gives them; `off` without quotes is false in YAML."""
    _check_names(root, "rules", rules, RULES)
    levels = {rule: "off" if level is False else level for rule, level in rules.items()}
    for rule, level in levels.items():
        if level not in LEVELS:
            message = f"invalid level for rule `{rule}`: {shown_value(level)}"
            where = _keys("rules", rule)
            raise wrong(root, where, message, "Use `off`, `warn` or `error`")
    return levels


def _patterns(root: Path, config: Mapping[str, Any], name: str) -> Any:
    """Patterns of files, a line each; empty if the configuration has none."""
    value = config.get(name)
    if value is not None and not isinstance(value, str):
        message = f"invalid value for `{name}`: {shown_value(value)}"
        raise wrong(root, [name], message, "Use file patterns, one per line")
    return value or ""


SWITCH = "NOTEWRIGHT_EXECUTE"
"""The environment variable that switches execution off, whatever a project says."""

SCHEDULER = "NOTEWRIGHT_SCHEDULER"
"""The environment variable that names the scheduler, or has all sessions run here."""

SHARED = "NOTEWRIGHT_SHARED_RECORDS"
"""The environment variable that names the shared records, or switches them off."""

SHARED_WRITE = "NOTEWRIGHT_SHARED_RECORDS_WRITE"
"""The environment variable that keeps the shared records from being written."""

_Settings = TypeVar("_Settings", bound=Settings)
_OFF, _ON = ("0", "false", "no", "off"), ("1", "true", "yes", "on", "")


def _is_switched_off(root: Path, variable: str, option: str, purpose: str) -> bool:
    """Whether the environment switches something off. What nobody knows may mean that it should."""
    word = os.environ.get(variable, "").strip().lower()
    if word not in (*_OFF, *_ON):
        message = f"invalid value for the environment variable {variable}: {shown_value(word)}"
        remedy = f"Use 0, false, no or off {purpose}, or unset the variable to use the option"
        raise wrong(root, _keys(option), message, remedy)
    return word in _OFF


def _named(variable: str, option: str) -> str:
    """What the environment names in the place of an option; empty if it switches it off."""
    told = os.environ.get(variable, "").strip()
    return "" if told.lower() in _OFF else told or option


def _with_shared_records(settings: _Settings) -> _Settings:
    """Settings with the shared records that the environment or the option names, if they may be."""
    address = _named(SHARED, settings.shared_records)
    is_off = _is_switched_off(
        settings.root, SHARED_WRITE, "shared_records_write", "to stop writing shared records"
    )
    may_write = settings.shared_records_write and not is_off
    settings = replace(settings, shared_records=address, shared_records_write=may_write)
    folder = settings.shared_folder
    if (folder and _is_ours(folder.resolve(), settings)) or not fits(address, ""):
        message = f"invalid address for the shared records: {shown_value(address)}"
        remedy = f"Use a URL, or a folder outside the notes and outside `{STATE_DIR}`"
        raise wrong(settings.root, _keys("shared_records"), message, remedy)
    return settings


def _is_ours(folder: Path, settings: Settings) -> bool:
    """Whether a folder is one of records here, or published: notes without a page leave records."""
    if not folder.is_relative_to(settings.docs_dir):
        return folder.is_relative_to(settings.state_dir)
    parts = folder.relative_to(settings.docs_dir).parts
    return STATE_DIR in parts or not any(part.startswith(".") for part in parts)
