"""Starting a project: `notewright init` looks at a folder, and says which files are to be made.

The files are made of those in `starter/`; what is there already is never overwritten.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from string import Template

from notewright.configuration import CONFIG_FILE, names_notewright, read_config
from notewright.errors import EngineError, counted
from notewright.files import replace_file
from notewright.settings import ASKED, Settings, found_dialect
from notewright.vault.exclusions import template_folder
from notewright.vault.found_files import FIGURES
from notewright.vault.vault import Vault

HERE = "."
"""The `docs_dir` of a vault that holds its own project."""

_NO_NOTES = ("readme", "changelog", "contributing", "license", "code_of_conduct", "security")
"""Texts about a repository, by their names in lower case: they make no vault of its folder."""

_STARTS = ("home", "homepage", "start", "start here")
"""Names of notes with which vaults begin, in lower case; MkDocs takes none of them for the home."""

_PROJECT_FILES = {
    ".gitignore": "gitignore",
    "requirements.txt": "requirements.txt",
    ".github/workflows/site.yml": "workflow.yml",
    ".pre-commit-config.yaml": "pre-commit-config.yaml",
    ".vscode/tasks.json": "tasks.json",
}
"""Files beside `mkdocs.yml`, and what they are made of."""


_DEPENDENCIES = {
    "uv.lock": "uv add --group docs 'notewright[site,test]'",
    "poetry.lock": "poetry add --group docs 'notewright[site,test]'",
    "pyproject.toml": "pip install 'notewright[site,test]'",
}
"""Files that list dependencies, each with the command that adds one."""


@dataclass(frozen=True)
class Place:
    """What was found in a folder.

    Attributes:
        root: The folder.
        docs: The folder of the notes, as `docs_dir` names it; `HERE` for the root itself.
        found: What it is, in words.
        is_project: Whether there is a `mkdocs.yml`.
        has_notes: Whether somebody has written notes there.
        ignored: Folders that Obsidian leaves out of its lists, from the vault's root.
    """

    root: Path
    docs: str
    found: str
    is_project: bool = False
    has_notes: bool = False
    ignored: tuple[str, ...] = ()

    @property
    def vault(self) -> Path:
        """The folder of the notes."""
        return self.root / self.docs

    @property
    def site_dir(self) -> str:
        """Where the site goes: a hidden folder, where it lies in the vault."""
        return ".site" if self.docs == HERE else "site"


@dataclass(frozen=True)
class Plan:
    """What is to be written, and what is left.

    Attributes:
        place: What was found.
        files: Texts of the files that are made, by their path from the root.
        lines: Lines to add by hand to files that are there, by their path.
        left: Files that are there and need nothing.
    """

    place: Place
    files: Mapping[str, str]
    lines: Mapping[str, str]
    left: tuple[str, ...]

    @property
    def command(self) -> str:
        """The command that adds the dependency; empty if a `requirements.txt` is written."""
        if "requirements.txt" in {*self.files, *self.lines, *self.left}:
            return ""
        known = (each for name, each in _DEPENDENCIES.items() if (self.place.root / name).exists())
        return next(known, "")


def look(root: Path) -> Place:
    """Say what a folder is: a project of MkDocs, a vault, a folder with a vault in it, or new.

    Raises:
        EngineError: If it is no folder.
        VaultError: If its `mkdocs.yml` cannot be read.
    """
    if not root.is_dir():
        raise EngineError(f"no folder called {root}. Create it first")
    root = root.resolve()
    if (root / CONFIG_FILE).is_file():
        docs = Settings.load(root).docs_dir
        name = docs.relative_to(root).as_posix() if docs.is_relative_to(root) else str(docs)
        return Place(root, name, "an MkDocs project", True, _has_notes(docs), _ignored(docs))
    if (root / ".obsidian").is_dir():
        return Place(root, HERE, "an Obsidian vault", False, _has_notes(root), _ignored(root))
    below = sorted(path.parent for path in root.glob("*/.obsidian") if path.is_dir())
    if len(below) == 1:
        (docs,) = below
        found = f"an Obsidian vault in {docs.name}/"
        return Place(root, docs.name, found, False, _has_notes(docs), _ignored(docs))
    if below:
        names = ", ".join(f"{path.name}/" for path in below)
        raise EngineError(
            f"several vaults found: {names}. Run `notewright init` inside one of them"
        )
    content = root / "content"
    if [*root.glob("quartz.config.*")] and content.is_dir():  # its docs/ are those of Quartz itself
        return Place(root, "content", "a Quartz site", False, _has_notes(content))
    if (root / "docs").is_dir():
        return Place(root, "docs", "a docs/ folder", False, _has_notes(root / "docs"))
    if _has_notes(root):
        return Place(root, HERE, "a folder of notes", False, True)
    is_empty = not any(root.iterdir())
    return Place(root, "docs", "an empty folder" if is_empty else "a folder without notes")


def plan(place: Place, *, everything: bool = False) -> Plan:
    """Plan which files to write. Existing files are never changed.

    Args:
        place: The folder.
        everything: Whether an MkDocs project also gets a first note, a workflow, hooks and tasks.
    """
    wanted: dict[str, str] = {}
    if not place.is_project:
        wanted |= {CONFIG_FILE: _made("mkdocs.yml", place)}
    if everything or not place.is_project:
        wanted |= dict(_notes(place))
        wanted |= {file: _made(source, place) for file, source in _PROJECT_FILES.items()}
    else:
        wanted |= {file: _made(_PROJECT_FILES[file], place) for file in _needed(place)}
    files: dict[str, str] = {}
    lines: dict[str, str] = {}
    left: list[str] = []
    if place.is_project:
        if names_notewright(place.root):
            left.append(CONFIG_FILE)
        else:
            lines[CONFIG_FILE] = _plugin_lines(place)
    for file, text in wanted.items():
        path = place.root / file
        if not (path.exists() or path.is_symlink()):
            files[file] = text
        elif missing := _missing(path, text):
            lines[file] = missing
        else:
            left.append(file)
    return Plan(place, files, lines, tuple(left))


def _needed(place: Place) -> Iterator[str]:
    """Yield the files that an MkDocs project needs; its dependencies may be in another file."""
    yield ".gitignore"
    if not any((place.root / name).exists() for name in _DEPENDENCIES):
        yield "requirements.txt"


def _plugin_lines(place: Place) -> str:
    """The lines to add to a `mkdocs.yml`: pages stay as they are, and only marked fences run."""
    given = read_config(place.root).get("plugins")
    dialect = found_dialect(place.root, place.vault, is_project=True)
    options = f"notewright: {{dialect: {dialect}, execute: {ASKED}}}\n"
    if isinstance(given, dict):
        return f"plugins:\n  {options}"
    own = "" if given else "  - search\n"  # MkDocs drops its default once plugins are listed
    return f"plugins:\n{own}  - {options}"


def write(made: Plan) -> None:
    """Write the files of a plan.

    Raises:
        EngineError: If one of them cannot be written.
    """
    for file, text in made.files.items():
        path = made.place.root / file
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, text.encode(), is_safe=True)
        except OSError as error:
            raise EngineError(f"cannot write {file}: {error.strerror}.") from None


def told(made: Plan) -> Iterator[str]:
    """Yield what is to be written and what is left, a line each."""
    place = made.place
    yield f"{place.root}: {place.found}{_counted(place)}"
    for file in made.files:
        yield f"  write  {file}"
    for file in made.left:
        yield f"  keep   {file}: already exists"
    for file, lines in made.lines.items():
        yield f"  keep   {file}: already exists. Add to it:"
        yield from (f"           {line}" for line in lines.splitlines())
    command = made.command
    if command:
        yield f"  run    {command}"


def _counted(place: Place) -> str:
    """How many notes and cells there are, where somebody has written some."""
    if not place.has_notes:
        return ""
    settings = Settings.load(place.root)
    if not place.is_project:
        excluded = "\n".join(_excluded(place))
        settings = replace(settings, docs_dir=place.vault, exclude_docs=excluded)
    elif not names_notewright(place.root):
        settings = replace(settings, only_asked=True)
    vault = Vault.scan(settings)
    cells = [len(note.cells) for note in vault.notes.values() if note.cells]
    said = f" with {counted(len(vault.notes), 'note')}"
    if settings.only_asked and not cells:
        unasked = [note.unasked for note in vault.notes.values() if note.unasked]
        fences, where = counted(sum(unasked), "Python fence"), counted(len(unasked), "note")
        said += f"; {fences} in {where} will be shown, and none will run"
        return said + ". To run one, write `python run` after its backticks"
    if cells:
        where = counted(len(cells), "note")
        said += f"; {counted(sum(cells), 'Python cell')} in {where} will run."
        said += " To show a cell without running it, write `python notest` on its fence."
        said += " To mark all cells that fail, run `notewright accept --notest`"
    return said


def _notes(place: Place) -> Iterator[tuple[str, str]]:
    """Yield a home page, if there is none, and a first note that runs, with their paths.

    The home of a vault that is there leads to its notes.
    """
    if Path(place.docs).is_absolute():  # beside the project
        return
    prefix = "" if place.docs == HERE else f"{place.docs}/"
    homes = {"index.md", "README.md"}  # as MkDocs spells them: `Readme.md` is a page beside them
    names = [path.name for path in place.vault.iterdir()] if place.vault.is_dir() else []
    if homes.isdisjoint(names) and not place.is_project:
        home = "home-of-vault.md" if place.has_notes else "home.md"
        yield f"{prefix}index.md", _made(home, place)
    yield f"{prefix}first-run.md", _made("first-run.md", place)


def _made(source: str, place: Place) -> str:
    """A file of `starter/` with what was found filled in."""
    text = resources.files("notewright.hosts").joinpath("starter", source).read_text("utf-8")
    name = place.root.name or "Notes"
    excluded = "".join(f"  {pattern}\n" for pattern in _excluded(place))
    values = {
        "TITLE": name,
        "SITE_NAME": json.dumps(name, ensure_ascii=False),
        "START": _start(place),
        "DOCS_DIR": json.dumps(place.docs, ensure_ascii=False),
        "SITE_DIR": place.site_dir,
        "EXCLUDED": f"exclude_docs: | # not published\n{excluded}" if excluded else "",
        "FIGURES": f"{'' if place.docs == HERE else f'{place.docs}/'}{FIGURES}/",
        # What others have written may hold dead links: these are told, and end no build.
        "STRICT": "" if place.has_notes else " --strict",
    }
    return Template(text).safe_substitute(values)


def _start(place: Place) -> str:
    """A line that leads to the note with which the vault begins, if its name says so."""
    names = sorted(path.stem for path in place.vault.glob("*.md")) if place.has_notes else []
    found = next((name for name in names if name.lower() in _STARTS), None)
    return f"Start with [[{found}]].\n\n" if found is not None else ""


def _excluded(place: Place) -> list[str]:
    """Patterns of what is no part of the site: the project's own files, what Obsidian hides."""
    own = [f"/{CONFIG_FILE}", "/requirements.txt"] if place.docs == HERE else []
    return [*own, *(f"/{folder}/" for folder in place.ignored)]


def _missing(path: Path, text: str) -> str:
    """The lines that a file lacks, if its lines have no order."""
    if path.name not in (".gitignore", "requirements.txt"):
        return ""
    try:
        there = {line.strip() for line in path.read_text("utf-8").splitlines()}
    except (OSError, ValueError):
        return ""
    return "".join(f"{line}\n" for line in text.splitlines() if line not in there)


def _has_notes(folder: Path) -> bool:
    """Whether a folder holds a note that is more than a text about its repository."""
    found = (path for path in folder.rglob("*.md") if not _is_hidden(path.relative_to(folder)))
    return any(path.parent != folder or path.stem.lower() not in _NO_NOTES for path in found)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") or part == "node_modules" for part in path.parts)


def _ignored(vault: Path) -> tuple[str, ...]:
    """Folders that Obsidian's settings leave out of its lists: to publish them would surprise."""
    try:
        settings = json.loads((vault / ".obsidian/app.json").read_text("utf-8"))
        filters = settings.get("userIgnoreFilters") or ()
    except (OSError, ValueError, RecursionError, AttributeError):
        return ()
    templates = template_folder(vault)
    names = [name.strip("/") for name in filters if isinstance(name, str) and name[:1] != "/"]
    return tuple(name for name in names if name and name != templates and "\n" not in name)
