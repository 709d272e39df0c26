"""The first site of a vault: which folders become public, and the files that `init` leaves out.

Daily notes, templates and what Obsidian's settings exclude are seldom meant for readers, so `init`
writes a pattern for each below `exclude_docs`, and says so before it writes anything.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from mimetypes import guess_type
from pathlib import Path, PurePosixPath
from typing import Any

from notewright.errors import EngineError, Problem, counted
from notewright.hosts import public_files
from notewright.settings import OBSIDIAN, Settings
from notewright.vault.exclusions import Exclusions, template_folder
from notewright.vault.file_names import unused_attachments
from notewright.vault.found_files import find_files
from notewright.vault.private_looks import NAMES, private_looks
from notewright.vault.published import files_of, published
from notewright.vault.vault import Vault

DAILY, UNIQUE, TEMPLATES = "daily notes", "unique notes", "templates"
HIDDEN = "listed under Excluded files in Obsidian"
DRAWINGS = "drawings that are not used in any note"
FILES = "files used only by excluded notes"
LOOKS = "notes that look private"
PRIVATE = "folders that look private"
BESIDE = "code and data used by notebooks"

_NAMED = 5
"""Unused files that are named; of more, how many there are."""
_FEWEST = 3
"""A folder with fewer notes that are named by a date is not one of daily notes."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{4}-W\d{2}|\d{8}")
_ANY_DATE = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9].md"
DATES = "YYYY-MM-DD"
"""How Obsidian names daily notes by default."""
_DIGITS = {"YYYY": 4, "MM": 2, "DD": 2, "WW": 2, "ww": 2, "GGGG": 4, "gggg": 4}
"""Parts of a date of Moment, as Obsidian writes it, that are always so many digits."""
_MOMENT = re.compile(r"\[([^\]]*)\]|([A-Za-z])\2*o?|.", re.S)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A pattern of `exclude_docs`.

    Attributes:
        pattern: The pattern, as `.gitignore` has it.
        why: The kind of these files, in words.
    """

    pattern: str
    why: str


def left_out(docs: Path) -> list[LeftOut]:
    """List the files of a vault that its first site should leave out.

    Args:
        docs: The folder of the notes.
    """
    settings = _settings(docs)
    files = [*find_files(settings, Exclusions())[0]]
    found = [*_hidden(docs), *_templates(docs), *_daily(docs, files), *_unique(docs)]
    found += _private_folders(files)
    everything = Vault.scan(settings)
    found += _drawings(everything)
    with suppress(EngineError):  # `init` names it with the list
        found += [LeftOut(_pattern(each.file), LOOKS) for each in suspects(docs, found)]
    kept = Vault.scan(_settings(docs, found), known=everything)
    gone = [note for path, note in everything.notes.items() if path not in kept.notes]
    only = (files_of(kept, gone) - files_of(kept, kept.notes.values())) & kept.attachments
    found += [LeftOut(_pattern(path), FILES) for path in sorted(only)]
    once: dict[str, LeftOut] = {}
    for each in found:
        once.setdefault(each.pattern, each)
    return [*once.values()]


def still_public(vault: Vault) -> Iterator[tuple[LeftOut, int]]:
    """Yield the patterns that a new site would have and this one lacks, with how much is public.

    Args:
        vault: All notes of a site whose `exclude_docs` was written before, or by hand.
    """
    kinds = (DAILY, UNIQUE, TEMPLATES, HIDDEN, PRIVATE)
    seen = published(vault)
    files = [*seen.notes, *seen.attachments]
    for each in left_out(vault.settings.docs_dir):
        number = len(_matched(files, [each.pattern])) if each.why in kinds else 0
        if number:
            yield each, number


def suspects(docs: Path, leaves_out: Iterable[LeftOut]) -> list[Problem]:
    """List what looks private in the notes that are not left out for another reason.

    Args:
        docs: The folder of the notes.
        leaves_out: The patterns of the others.

    Raises:
        EngineError: If the library with the patterns of keys is not installed.
    """
    patterns = [each.pattern for each in leaves_out if each.why != LOOKS]
    return [*private_looks(public(docs, patterns))]


def beside_notebooks(docs: Path) -> Iterator[LeftOut]:
    """Yield patterns of the files in a folder of notebooks that are neither text nor pictures.

    Args:
        docs: The folder of the notebooks.
    """
    files = map(PurePosixPath, find_files(_settings(docs), Exclusions())[0])
    others = [path for path in files if path.suffix not in (".md", public_files.SUFFIX)]
    code = [path for path in others if not (guess_type(path)[0] or "").startswith("image/")]
    patterns = {
        f"*{_escaped(path.suffix)}" if path.suffix else _pattern(str(path)) for path in code
    }
    yield from (LeftOut(each, BESIDE) for each in sorted(patterns))


def public(docs: Path, patterns: Iterable[str]) -> Vault:
    """The vault that readers would see.

    Args:
        docs: The folder of the notes.
        patterns: Patterns of `exclude_docs`.
    """
    return published(Vault.scan(_settings(docs, [LeftOut(each, "") for each in patterns])))


def told(vault: Vault, leaves_out: Sequence[LeftOut]) -> Iterator[str]:
    """Yield what becomes public, by folder, and what is left out, a line each.

    Args:
        vault: What readers would see.
        leaves_out: What of the vault they would not.
    """
    yield "would be public:"
    yield from (f"  {line}" for line in public_files.by_folder(vault))
    if unused := unused_attachments(vault):
        named = ", ".join(unused[:_NAMED]) + (" …" if len(unused) > _NAMED else "")
        yield f"  files that no note uses: {named}"
    files = [*find_files(vault.settings, Exclusions())[0]]
    patterns: dict[str, list[str]] = {}
    for each in leaves_out:
        patterns.setdefault(each.why, []).append(each.pattern)
    numbers = {why: len(_matched(files, group)) for why, group in patterns.items()}
    if any(numbers.values()):
        yield "excluded by `exclude_docs` in mkdocs.yml:"
    for why, group in patterns.items():
        if numbers[why]:
            shown = ", ".join(group[:3]) + (" …" if len(group) > 3 else "")
            yield f"  {shown}  {counted(numbers[why], 'file')}: {why}"


def _settings(docs: Path, leaves_out: Iterable[LeftOut] = ()) -> Settings:
    patterns = "\n".join(each.pattern for each in leaves_out)
    return replace(
        Settings.from_options(docs, docs, {"dialect": OBSIDIAN}, is_project=False),
        exclude_docs=patterns,
    )


def _matched(files: Iterable[str], patterns: Iterable[str]) -> list[str]:
    is_left_out = Exclusions.of_patterns("\n".join(patterns), "").excluded
    return [path for path in files if is_left_out(path)]


def _pattern(path: str) -> str:
    """A pattern that matches a path of the vault, and nothing else."""
    return "/" + _escaped(path.strip("/"))


def _escaped(text: str) -> str:
    return re.sub(r"([\\*?\[\]]|\s$)", r"\\\1", text)


def _folder(path: str) -> str:
    return f"{_pattern(path)}/"


def _read(docs: Path, name: str) -> dict[str, Any]:
    """A file of Obsidian's settings; empty if there is none."""
    try:
        found = json.loads((docs / ".obsidian" / name).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _name(given: object) -> str:
    """The path that a setting names, from the root of the vault; empty without a path."""
    if not isinstance(given, str) or not given.isprintable() or ".." in given.split("/"):
        return ""
    return given.strip("/") if given.strip(" ./") else ""


def _hidden(docs: Path) -> Iterator[LeftOut]:
    """Yield what Obsidian's settings leave out of its lists: to publish them would surprise."""
    filters = _read(docs, "app.json").get("userIgnoreFilters")
    for each in filters if isinstance(filters, list) else ():
        name = _name(each)
        if name and not each.startswith("/"):  # with a slash, it is a regular expression
            is_folder = each.endswith("/") or (docs / name).is_dir()
            yield LeftOut(_folder(name) if is_folder else _pattern(name), HIDDEN)


def unread_filters(docs: Path) -> list[str]:
    """The regular expressions under Excluded files, for which there is no pattern."""
    filters = _read(docs, "app.json").get("userIgnoreFilters")
    listed = filters if isinstance(filters, list) else []
    return [each for each in listed if isinstance(each, str) and each.startswith("/")]


def _templates(docs: Path) -> Iterator[LeftOut]:
    """Yield the templates of Obsidian and of Templater: notes, and no bases."""
    templater = _read(docs, "plugins/templater-obsidian/data.json").get("templates_folder")
    for name in dict.fromkeys([_name(template_folder(docs)), _name(templater)]):
        if name:
            yield LeftOut(f"{_pattern(name)}/**/*.md", TEMPLATES)
    periods = _read(docs, "plugins/periodic-notes/data.json").values()
    makers = _read(docs, "daily-notes.json"), _read(docs, "zk-prefixer.json")
    for each in (*makers, *periods):
        name = _name(each.get("template")) if isinstance(each, dict) else ""
        if name:
            yield LeftOut(_pattern(name.removesuffix(".md") + ".md"), TEMPLATES)


def _daily(docs: Path, files: Sequence[str]) -> Iterator[LeftOut]:
    """Yield the daily notes: where the settings say they are, and where names are dates."""
    periods = _read(docs, "plugins/periodic-notes/data.json").values()
    used = [each for each in periods if isinstance(each, dict) and each.get("enabled")]
    folders: list[str] = []
    for each in (_read(docs, "daily-notes.json"), *used):
        folder, form = _name(each.get("folder")), each.get("format")
        if folder:
            folders.append(folder)
        elif each and (pattern := _of_format(form if isinstance(form, str) and form else DATES)):
            yield LeftOut(pattern, DAILY)
    notes = [PurePosixPath(path) for path in files if path.endswith(".md")]
    dated, total = Counter[str](), Counter[str]()
    for path in notes:
        for parent in map(str, path.parents):
            total[parent] += 1
            dated[parent] += _DATE.fullmatch(path.stem) is not None
    for parent in sorted(dated, key=lambda name: name.count("/")):
        is_within = any(f"{parent}/".startswith(f"{each}/") for each in folders)
        is_daily = dated[parent] >= _FEWEST and 2 * dated[parent] >= total[parent]
        if parent != "." and not is_within and is_daily:
            folders.append(parent)
    yield from (LeftOut(_folder(each), DAILY) for each in folders)
    rest = [path for path in notes if _DATE.fullmatch(path.stem)]
    inside = tuple(f"{each}/" for each in folders)
    mixed = Counter(str(path.parent) for path in rest if not str(path).startswith(inside))
    for parent, number in sorted(mixed.items()):
        if number >= _FEWEST:
            where = "" if parent == "." else _pattern(parent)
            yield LeftOut(f"{where}/{_ANY_DATE}", DAILY)


def _unique(docs: Path) -> Iterator[LeftOut]:
    """Yield the folder in which Obsidian's unique note creator makes notes, if it is not all."""
    if folder := _name(_read(docs, "zk-prefixer.json").get("folder")):
        yield LeftOut(_folder(folder), UNIQUE)


def _private_folders(files: Iterable[str]) -> Iterator[LeftOut]:
    """Yield the folders that are called `Private` or the like, unless a folder above them is."""
    found = set()
    for path in files:
        parts = PurePosixPath(path).parts[:-1]
        names = (at for at, part in enumerate(parts, 1) if part.lower() in NAMES)
        found |= {"/".join(parts[:at]) for at in [*names][:1]}
    yield from (LeftOut(_folder(each), PRIVATE) for each in sorted(found))


def _of_format(form: str) -> str:
    """The pattern of names in the root that have a format of Moment; empty if they have no year."""
    parts = [
        "[0-9]" * _DIGITS.get(found[0], 0) or "*"
        if found[2]
        else _escaped(found[0] if found[1] is None else found[1])
        for found in _MOMENT.finditer(form)
    ]
    pattern = f"/{''.join(parts)}.md"
    return pattern if "[0-9]" * 4 in pattern and form.isprintable() else ""


def _drawings(vault: Vault) -> Iterator[LeftOut]:
    """Yield the drawings of Excalidraw that no other note shows or links to."""
    drawings = {path: note for path, note in vault.notes.items() if note.is_drawing}
    if not drawings:
        return
    shown = files_of(vault, (note for path, note in vault.notes.items() if path not in drawings))
    for path in sorted(drawings.keys() - shown):
        yield LeftOut(_pattern(path), DRAWINGS)
