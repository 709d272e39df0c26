"""Starting a project: `notewright init` looks at a folder, and says which files are to be made.

The files are made of those in `starter/`; what is there already is never overwritten.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from string import Template

from notewright.configuration import (
    CONFIG_FILE,
    extensions_of,
    names_notewright,
    plugins_of,
    read_config,
    theme_of,
)
from notewright.errors import LISTED, EngineError, counted
from notewright.files import replace_file
from notewright.hosts import first_site, other_tools, requirements
from notewright.hosts.first_site import LeftOut
from notewright.hosts.other_tools import HERE, OtherTool
from notewright.hosts.public_files import SUFFIX
from notewright.settings import ASKED, Settings, found_dialect
from notewright.vault.found_files import FIGURES
from notewright.vault.vault import Vault

_NO_NOTES = ("readme", "changelog", "contributing", "license", "code_of_conduct", "security")
"""Texts about a repository, by their names in lower case: they make no vault of its folder."""

_REPOSITORY = (
    *("pyproject.toml", "setup.py", "setup.cfg", "package.json", "Cargo.toml", "go.mod"),
    *("CMakeLists.txt", "pom.xml", "build.gradle", "DESCRIPTION", "Gemfile", "composer.json"),
)
"""Files of repositories of code, whose notes go to a folder of their own."""

_STARTS = ("home", "homepage", "start", "start here")
"""Names of notes with which vaults begin, in lower case; MkDocs takes none of them for the home."""

_PROJECT_FILES = {
    ".gitignore": "gitignore",
    ".github/workflows/site.yml": "workflow.yml",
    ".pre-commit-config.yaml": "pre-commit-config.yaml",
    ".vscode/tasks.json": "tasks.json",
}
"""Files beside `mkdocs.yml`, and what they are made of."""

PROJECT = "project files"
NOTEBOOKS = "a folder of notebooks"
MARKDOWN_EXEC, JUPYTER = "markdown-exec", "mkdocs-jupyter"

_REQUIREMENTS = (
    "requirements.txt",
    "docs/requirements.txt",
    "requirements/docs.txt",
    "requirements-docs.txt",
    "docs-requirements.txt",
)
"""Where projects list what their site needs; the first one is written where there is none."""

_COMMANDS = {
    "uv.lock": "uv add --group docs",
    "poetry.lock": "poetry add --group docs",
    "pyproject.toml": "pip install",
}
"""Other files that list dependencies, each with the command that adds one."""


@dataclass(frozen=True)
class Place:
    """What was found in a folder.

    Attributes:
        root: The folder.
        docs: The folder of the notes, as `docs_dir` names it; `HERE` for the root itself.
        found: What it is, in words.
        is_project: Whether there is a `mkdocs.yml`.
        has_notes: Whether there are notes or notebooks.
        has_notebooks: Whether there are notebooks of Jupyter.
        is_repository: Whether it is a repository of code.
        tool: The other tool that builds a site from them, or None.
        left_out: Files of a vault that are not published.
    """

    root: Path
    docs: str
    found: str
    is_project: bool = False
    has_notes: bool = False
    has_notebooks: bool = False
    is_repository: bool = False
    tool: OtherTool | None = None
    left_out: tuple[LeftOut, ...] = ()

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
    def requirements(self) -> str:
        """The file of requirements; empty if the project lists them elsewhere."""
        named = {*self.files, *self.lines, *self.left}
        return next((each for each in _REQUIREMENTS if each in named), "")

    @property
    def command(self) -> str:
        """The command that adds notewright; empty if a file of requirements does."""
        if self.requirements:
            return ""
        root = self.place.root
        command = next((each for name, each in _COMMANDS.items() if (root / name).exists()), "")
        return f"{command} {shlex.quote(requirements.own())}" if command else ""


def look(root: Path) -> Place:
    """Say what a folder is: an MkDocs project, a vault, notebooks, a repository, or new.

    Raises:
        EngineError: If it is no folder.
        VaultError: If its `mkdocs.yml` cannot be read.
    """
    if not root.is_dir():
        raise EngineError(f"no folder called {root}. Create it first")
    root = root.resolve()
    place = _project(root) or _vault(root)
    if place.is_project or not place.has_notes:
        return place
    left_out = [*_own_files(place), *first_site.left_out(place.vault)]
    if place.found == NOTEBOOKS:
        left_out += first_site.beside_notebooks(place.vault)
    return replace(place, left_out=tuple(left_out))


def _project(root: Path) -> Place | None:
    if not (root / CONFIG_FILE).is_file():
        return None
    docs = Settings.load(root).docs_dir
    name = docs.relative_to(root).as_posix() if docs.is_relative_to(root) else str(docs)
    return Place(root, name, "an MkDocs project", is_project=True, has_notes=_has_notes(docs))


def _vault(root: Path) -> Place:
    """The place of notes that have no site yet, or one by another tool."""
    tool, content = other_tools.find(root) or (None, "docs")
    is_repository = any((root / name).is_file() for name in _REPOSITORY)
    below = sorted(path.parent.name for path in root.glob("*/.obsidian") if path.is_dir())
    if (root / ".obsidian").is_dir():
        docs, found = HERE, "an Obsidian vault"
    elif len(below) == 1:
        docs, found = below[0], f"an Obsidian vault in {below[0]}/"
    elif below:
        names = ", ".join(f"{name}/" for name in below)
        raise EngineError(
            f"several vaults found: {names}. Run `notewright init` inside one of them"
        )
    elif tool is not None:  # before docs/: Quartz and Quarto have one of their own
        docs, found = content, f"a {tool.name} project"
    elif (root / "docs").is_dir():
        docs, found = "docs", "a docs/ folder"
    elif is_repository:  # its folders hold code, and some texts about it
        docs, found = "docs", "a repository without a docs/ folder"
    elif _has_notes(root):
        docs, found = HERE, "a folder of notes"
    elif _has_notebooks(root):
        docs, found = HERE, NOTEBOOKS
    else:
        is_empty = not any(root.iterdir())
        docs, found = "docs", "an empty folder" if is_empty else "a folder without notes"
    has_notebooks = _has_notebooks(root / docs)
    return Place(
        root,
        docs,
        found,
        has_notes=_has_notes(root / docs) or has_notebooks,
        has_notebooks=has_notebooks,
        is_repository=is_repository and docs == "docs",
        tool=tool,
    )


def _own_files(place: Place) -> Iterator[LeftOut]:
    """Yield files of the project itself that lie among the notes."""
    if place.docs == HERE:
        for name in (CONFIG_FILE, "requirements.txt"):
            yield LeftOut(f"/{name}", PROJECT)
    for pattern in place.tool.own if place.tool is not None else ():
        yield LeftOut(pattern, PROJECT)


def plan(place: Place, *, everything: bool = False) -> Plan:
    """Plan which files to write. Existing files are never changed.

    Args:
        place: The folder.
        everything: Whether a project that exists also gets a workflow, hooks and tasks, and an
            MkDocs project a first note.
    """
    wanted: dict[str, str] = {}
    if not place.is_project:
        wanted |= {CONFIG_FILE: _made("mkdocs.yml", place)}
    if everything or not place.is_project:
        wanted |= dict(_notes(place))
    if everything or not (place.is_project or place.is_repository):
        wanted |= {file: _made(source, place) for file, source in _PROJECT_FILES.items()}
    else:
        wanted |= {".gitignore": _made(_PROJECT_FILES[".gitignore"], place)}
    if file := _requirements_file(place, everything=everything):
        wanted[file] = "".join(
            f"{line}\n" for line in _required(place, file, everything=everything)
        )
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


def _requirements_file(place: Place, *, everything: bool) -> str:
    """The file that lists what the site needs; empty if a project lists it elsewhere."""
    there = [each for each in _REQUIREMENTS if (place.root / each).exists()]
    if there:
        return there[0]
    is_elsewhere = any((place.root / name).exists() for name in _COMMANDS)
    return "" if place.is_project and is_elsewhere and not everything else _REQUIREMENTS[0]


def _required(place: Place, file: str, *, everything: bool) -> Iterator[str]:
    """Yield what the site needs; a file that is there lists a project's own packages already."""
    yield requirements.own()
    if everything or not place.is_project:
        yield "matplotlib"  # for the first note
    if place.has_notebooks and not place.is_project:
        yield JUPYTER
    if place.is_project and not (place.root / file).exists():
        yield from _packages(place)[0]


def _packages(place: Place) -> tuple[list[str], list[str]]:
    """The packages of a project's theme and plugins, and plugins that are not installed here."""
    config = read_config(place.root)
    return requirements.packages(theme_of(config), plugins_of(config))


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
    """Yield what was found, what becomes public, and what is written and left, a line each."""
    place = made.place
    vault = _vault_of(place) if place.has_notes else None
    cells = _cells(vault) if vault is not None else ""
    yield f"{place.root}: {place.found}{cells}"
    if place.tool is not None:
        yield f"to move from {place.tool.name}:"
        yield from (f"  {step}" for step in place.tool.steps)
        yield f"  see also “{place.tool.section}” under “Coming from another tool” in the docs"
    if place.has_notebooks and not place.is_project:
        yield "  mkdocs-jupyter shows notebooks with their stored outputs, without running them"
        yield "  `jupytext --to py:percent NAME.ipynb` converts one into a note that runs"
    if place.is_repository:
        yield "  notes go to docs/. `--all` also writes a workflow, hooks and editor tasks"
    if place.is_project:
        yield from _told_of_project(made)
    elif vault is not None:
        yield from first_site.told(vault, place.left_out)
        yield ("  to exclude more notes, add lines to `exclude_docs` or `publish: false` to a note")
        for each in first_site.unread_filters(place.vault):
            yield (
                f"  not excluded: files that match {each}, listed under Excluded files in Obsidian"
            )
        yield from _suspects(place)
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


def _suspects(place: Place) -> Iterator[str]:
    """Yield what looks private in notes, a line each; these notes are left out."""
    try:
        found = first_site.suspects(place.vault, place.left_out)
    except EngineError as error:
        yield f"  {error}"
        return
    if found:
        yield "excluded because they look private. To publish one, delete its `exclude_docs` line:"
    yield from (f"  {each.where}: {each.message}" for each in found[:LISTED])
    if len(found) > LISTED:
        yield f"  and {len(found) - LISTED} more"


def _told_of_project(made: Plan) -> Iterator[str]:
    """Yield what a project has besides pages, a line each."""
    config = read_config(made.place.root)
    plugins, extensions = plugins_of(config), extensions_of(config)
    if not names_notewright(made.place.root):
        has = f"{counted(len(plugins), 'plugin')}, {counted(len(extensions), 'extension')}"
        yield f"  {has}: `notewright init --check` compares all pages before and after"
    if MARKDOWN_EXEC in plugins:
        yield "  markdown-exec runs the fences with `exec=`; notewright does not run them"
    unknown = _packages(made.place)[1]
    if unknown and _REQUIREMENTS[0] in made.files:
        yield f"  not installed here, so not in requirements.txt: {', '.join(unknown)}"
        yield "  `mkdocs get-deps` lists the packages that your plugins need"


def _vault_of(place: Place) -> Vault:
    """The notes that are there, as the project would have them."""
    if not place.is_project:
        return first_site.public(place.vault, (each.pattern for each in place.left_out))
    settings = Settings.load(place.root)
    if not names_notewright(place.root):
        settings = replace(settings, only_asked=True)
    return Vault.scan(settings)


def _cells(vault: Vault) -> str:
    """How many notes and cells there are."""
    cells = [len(note.cells) for note in vault.notes.values() if note.cells]
    said = f" with {counted(len(vault.notes), 'note')}" if vault.notes else ""
    if vault.settings.only_asked and not cells:
        unasked = [note.unasked for note in vault.notes.values() if note.unasked]
        fences, where = counted(sum(unasked), "Python fence"), counted(len(unasked), "note")
        if unasked:
            said += f"; {fences} in {where} will be shown but not run"
            said += ". To run one, write `python run` after its backticks"
        return said
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
    if place.tool is not None:
        homes |= {"index.qmd", "_index.md"}  # homes once they have their new names
    names = [path.name for path in place.vault.iterdir()] if place.vault.is_dir() else []
    if homes.isdisjoint(names) and not place.is_project:
        home = "home-of-vault.md" if place.has_notes else "home.md"
        yield f"{prefix}index.md", _made(home, place)
    yield f"{prefix}first-run.md", _made("first-run.md", place)


def _made(source: str, place: Place) -> str:
    """A file of `starter/` with what was found filled in."""
    text = resources.files("notewright.hosts").joinpath("starter", source).read_text("utf-8")
    name = place.root.name or "Notes"
    excluded = "".join(f"  {line}\n" for line in _excluded(place))
    values = {
        "TITLE": name,
        "SITE_NAME": json.dumps(name, ensure_ascii=False),
        "START": _start(place),
        "DOCS_DIR": json.dumps(place.docs, ensure_ascii=False),
        "SITE_DIR": place.site_dir,
        "EXCLUDED": f"exclude_docs: | # not published\n{excluded}" if excluded else "",
        "NOTEBOOKS": f"  - {JUPYTER} # shows notebooks without running them\n"
        if place.has_notebooks
        else "",
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


def _excluded(place: Place) -> Iterator[str]:
    """Yield the lines of `exclude_docs`: a comment for each kind of files, and its patterns."""
    why = PROJECT
    for each in place.left_out or _own_files(place):
        if each.why != why:
            why = each.why
            yield f"# {why}"
        yield each.pattern


def _missing(path: Path, text: str) -> str:
    """The lines that a file lacks, if its lines have no order."""
    is_requirements = path.suffix == ".txt"
    if path.name != ".gitignore" and not is_requirements:
        return ""
    try:
        there = path.read_text("utf-8")
    except (OSError, ValueError):
        return ""
    if is_requirements:
        lines = [*requirements.missing(there, text.splitlines())]
    else:
        known = {line.strip() for line in there.splitlines()}
        lines = [line for line in text.splitlines() if line not in known]
    return "".join(f"{line}\n" for line in lines)


def _has_notes(folder: Path) -> bool:
    """Whether a folder holds a note that is more than a text about its repository."""
    found = (path for path in folder.rglob("*.md") if not _is_hidden(path.relative_to(folder)))
    return any(path.parent != folder or path.stem.lower() not in _NO_NOTES for path in found)


def _has_notebooks(folder: Path) -> bool:
    found = (path.relative_to(folder) for path in folder.rglob(f"*{SUFFIX}"))
    return any(not _is_hidden(path) for path in found)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") or part == "node_modules" for part in path.parts)
