"""Makes a note from a template of the vault: the same that Obsidian offers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from notewright.errors import EngineError, did_you_mean
from notewright.files import replace_file
from notewright.note.percent import SUFFIX
from notewright.note.properties import PROPERTIES
from notewright.vault.exclusions import template_folder
from notewright.vault.redirects import address_of, find_redirects
from notewright.vault.rename import FORBIDDEN
from notewright.vault.vault import Vault

TEMPLATES = "templates"

PLAIN = "note"
"""The kind that needs no template."""

_PLAIN = '---\ntitle: "{{title}}"\n---\n\n# {{title}}\n\nThe answer, in one paragraph.\n'
_STEPS = re.compile(r"^%% Steps\b[^\n]*\n(?P<steps>.*?)^%%[ \t]*\n(?:[ \t]*\n)?", re.M | re.S)
"""A comment of a template that says what is to be done: it is told, and not in the note."""

_PLACEHOLDER = re.compile(r"\{\{\s*(?P<name>title|date|time)(?::(?P<format>[^{}]*))?\s*\}\}")
_TOKEN = re.compile(r"\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|DD|D|dddd|ddd|HH|H|mm|ss")
_FORMATS: Mapping[str, str] = {
    "YYYY": "%Y",
    "YY": "%y",
    "MMMM": "%B",
    "MMM": "%b",
    "MM": "%m",
    "DD": "%d",
    "dddd": "%A",
    "ddd": "%a",
    "HH": "%H",
    "mm": "%M",
    "ss": "%S",
}


@dataclass(frozen=True)
class New:
    """A note that is to be made.

    Attributes:
        path: Its path in the vault.
        title: Its title.
        text: What stands in its file.
        template: Path of the template from the project's root; empty if there is none.
        steps: What is to be done with it, as the template says.
    """

    path: str
    title: str
    text: str
    template: str = ""
    steps: str = ""


def plan(vault: Vault, name: str, template: str = "", folder: str | None = None) -> New:
    """Say what a new note will be.

    Args:
        vault: The vault.
        name: Its title, or the name of its file; a path names its folder too.
        template: Name of a template, such as `model`; without one, it has only a title.
        folder: Where it goes: otherwise `models/` for the template `model`, if that exists.

    Raises:
        EngineError: If there is no such template, or the name is impossible or taken.
    """
    source = _template(vault, template) if template else None
    suffix = source.suffix if source else ".md"
    head, _, last = name.strip().rpartition("/")
    title, file = _names(re.sub(r"\.(?:md|py)$", "", last))
    parts = [head] if folder is None else [folder, head]
    if folder is None and not head and template and template != PLAIN:
        parts = [_folder(vault, template)]
    path = PurePosixPath(*filter(None, (part.strip("/") for part in parts)), f"{file}{suffix}")
    _check(vault, path, name)
    text = source.read_text("utf-8") if source else _PLAIN
    written = vault.settings.relative(source) if source else ""
    now = datetime.now()
    steps = _STEPS.search(text)
    text = filled(_STEPS.sub("", text), title, now)
    told = _named(steps["steps"], vault, path) if steps else ""
    return New(path.as_posix(), title, text, written, filled(told, title, now).rstrip())


def write(vault: Vault, new: New) -> Path:
    """Write a new note; returns its file.

    Raises:
        EngineError: If it cannot be written.
    """
    path = vault.settings.docs_dir / new.path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, new.text.encode(), is_safe=True)
    except OSError as error:
        raise EngineError(f"cannot write {new.path}: {error.strerror}.") from None
    return path


def filled(text: str, title: str, now: datetime) -> str:
    """Fill in a template: `{{title}}`, `{{date}}`, `{{time}}` and `{{date:FORMAT}}`."""
    match = PROPERTIES.match(re.sub(r"^# ?", "", text, flags=re.M))
    lines = match[0].count("\n") if match else 0
    properties = sum(len(line) + 1 for line in text.split("\n")[:lines])

    def value(found: re.Match[str]) -> str:
        if found["name"] != "title":
            default = "YYYY-MM-DD" if found["name"] == "date" else "HH:mm"
            return _formatted(now, found["format"] or default)
        quoted = title.replace("\\", "\\\\").replace('"', '\\"')
        return quoted if found.start() < properties else title

    return _PLACEHOLDER.sub(value, text)


def _named(steps: str, vault: Vault, path: PurePosixPath) -> str:
    """Steps with the names of a note in the place of `{{file}}`, `{{name}}` and `{{module}}`."""
    file = vault.settings.relative(vault.settings.docs_dir / path)
    module = re.sub(r"\W", "_", path.stem)
    named = {"file": file, "name": path.stem, "module": module}
    return re.sub(r"\{\{(file|name|module)\}\}", lambda found: named[found[1]], steps)


def _formatted(now: datetime, wanted: str) -> str:
    def part(match: re.Match[str]) -> str:
        if match[1] is not None:
            return match[1]
        plain = {"M": now.month, "D": now.day, "H": now.hour}
        return str(plain[match[0]]) if match[0] in plain else now.strftime(_FORMATS[match[0]])

    return _TOKEN.sub(part, wanted)


def _template(vault: Vault, name: str) -> Path | None:
    directories = [*_directories(vault.settings.docs_dir)]
    found = {
        path.stem: path
        for directory in reversed(directories)
        for path in sorted(directory.glob("*"))
        if path.suffix in (".md", SUFFIX)
    }
    if name in found:
        return found[name]
    if name == PLAIN:
        return None
    remedy = did_you_mean(name, found) if found else f"Create `{name}.md` there."
    where = " or ".join(f"`{vault.settings.relative(each)}/`" for each in directories)
    raise EngineError(f"no template called `{name}` in {where}. {remedy}")


def _directories(docs_dir: Path) -> Iterator[Path]:
    """The folders of templates: that of Obsidian's settings, and our own."""
    own = template_folder(docs_dir)
    # The settings may be a stranger's: no file outside the vault becomes a note.
    if own and own != TEMPLATES and (docs_dir / own).resolve().is_relative_to(docs_dir):
        yield docs_dir / own
    yield docs_dir / TEMPLATES


def _folder(vault: Vault, template: str) -> str:
    """The folder of a kind of notes: `models` for `model`; a project's is made with the first."""
    folder = f"{template}s"
    known = {part for path in vault.notes for part in PurePosixPath(path).parts[:1]}
    return folder if folder in known or template == "project" else ""


def _names(written: str) -> tuple[str, str]:
    """Title and file name: `k-medoids` is the file of "K medoids", "K-medoids" that of itself."""
    written = " ".join(written.split())
    is_title = " " in written or written != written.lower()
    title = written if is_title else written.replace("-", " ").replace("_", " ")
    file = re.sub(r"[\"'`?!*<>,;]", "", written.lower())
    return title[:1].upper() + title[1:], re.sub(r"\s+", "-", file)


def _check(vault: Vault, path: PurePosixPath, name: str) -> None:
    sign = FORBIDDEN.search(path.as_posix())
    if sign is not None:
        raise EngineError(
            f"`{name}` contains `{sign[0]!s}`, which links cannot contain. Remove it."
        )
    parts = path.parts
    is_hidden = any(part.startswith(".") for part in PurePosixPath(name).parts)
    if not is_hidden and any(part.startswith(".") for part in parts[:-1]):
        raise EngineError(
            f"`{path.parent}` cannot be used as a notes folder. Choose another folder."
        )
    if path.stem in ("", ".") or ".." in parts or any(part.startswith(".") for part in parts):
        raise EngineError(
            f"`{name}` is not a valid name for a note. Use a name such as `k-medoids`."
        )
    root = vault.settings.docs_dir
    if any((root / path).is_relative_to(each) for each in _directories(root)):
        raise EngineError(
            f"`{path}` is in a folder that notewright does not read. Choose another folder."
        )
    if not (root / path).parent.resolve().is_relative_to(root.resolve()):
        raise EngineError(f"`{path}` is outside the vault. Choose another folder.")
    taken = {each.lower(): each for each in (*vault.notes, *vault.attachments)}
    for suffix in (path.suffix, ".md", SUFFIX):
        other = path.with_suffix(suffix)
        known = taken.get(other.as_posix().lower())
        if known is not None or (root / other).exists():
            raise EngineError(f"`{known or other}` already exists. Choose another name.")
    address = address_of(path.as_posix())
    for each in find_redirects(vault)[0]:
        if each.address.lower() == address.lower():
            file, name = vault.notes[each.note].file, each.written[0]
            raise EngineError(
                f"`{path}` would have the address that `{name}` in {file} redirects. "
                "Choose another name, or remove the redirect."
            )
