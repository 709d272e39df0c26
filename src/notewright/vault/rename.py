"""Renames a note or an attachment, and rewrites every link that would miss it.

At each moment of a rename the vault is whole: the new file comes first, then the links, and
the old file goes last. A rename that was interrupted goes on when it is asked for again.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from posixpath import basename, dirname, join, normpath, relpath

import yaml

from notewright.errors import EngineError
from notewright.files import replace_file
from notewright.note.note import Note
from notewright.note.properties import PROPERTIES
from notewright.vault import canvases
from notewright.vault.edits import Edit, edited, write_note
from notewright.vault.found_files import FIGURES
from notewright.vault.links import find_address
from notewright.vault.occurrences import Reference, find_references
from notewright.vault.redirects import address_of
from notewright.vault.vault import Vault

FORBIDDEN = re.compile(r"[#^\[\]|\\:\x00-\x1f]")
"""What Obsidian cannot link to in a name, or allows in none."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rename will do.

    Attributes:
        old: Path of the file in the vault.
        new: Its path afterwards.
        edits: What changes in which note or canvas, by its path before.
        canvases: The canvases of the vault.
    """

    old: str
    new: str
    edits: Mapping[str, list[Edit]]
    canvases: Mapping[str, Note] = field(default_factory=dict)

    def text_of(self, vault: Vault, path: str) -> Note:
        """What is edited: a note or a canvas."""
        return self.canvases[path] if path in self.canvases else vault.notes[path]

    @property
    def links(self) -> int:
        """How many links are rewritten."""
        own = sum(edit.start == edit.end for edit in self.edits.get(self.old, []))
        return sum(map(len, self.edits.values())) - own


def plan_rename(vault: Vault, old: str, new: str) -> Plan:
    """Say what changes when a file gets another name.

    Args:
        vault: The vault.
        old: Path of a note or an attachment in it.
        new: Its new path; without a `/` it stays in its folder, `/` in front is the root.

    Raises:
        EngineError: If the new name is impossible, or taken, or links may be where nobody sees.
    """
    new = _new_path(vault, old, new)
    if new == old:
        raise EngineError(f"`{old}` has that name already.")
    _refuse_unread(vault)
    before = _without(vault, new) if new in vault.notes or new in vault.attachments else vault
    after = _moved(before, old, new)
    edits: dict[str, list[Edit]] = {}
    is_link = (vault.settings.docs_dir / old).is_symlink()  # its text is another note's
    for path, note in before.notes.items():
        if path == old and is_link:
            continue
        moved = after.notes[new if path == old else path]
        found: list[Edit] = []
        with note.reading():
            found += _rewritten(before, after, note, moved, (old, new))
            if path == old and not note.is_base:  # which has no place for it
                found += _redirect(note, old)
        if found:
            edits[path] = found
    cards = {path: _canvas(vault, path) for path in _canvases(before)}
    for path, canvas in cards.items():
        links = partial(_rewritten_card, before, after, (old, new))
        if edited_cards := list(canvases.rewritten(canvas, old, new, links)):
            edits[path] = edited_cards
    plan = Plan(old, new, edits, cards)
    if before is not vault and not _is_unfinished(vault, plan):
        raise EngineError(f"there is a file `{new}` already. Choose another name.")
    return plan


def rename(vault: Vault, plan: Plan) -> None:
    """Do what a plan says.

    Raises:
        EngineError: If a file changed in the meantime or cannot be written. What was written
            so far is right, and the same rename can be asked for again.
    """
    root = vault.settings.docs_dir
    source, target = root / plan.old, root / plan.new
    contents = {
        path: edited(root / path, plan.text_of(vault, path), edits)
        for path, edits in plan.edits.items()
    }
    own = contents.pop(plan.old, None)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        is_same = _is_same(source, target)
        if source.is_symlink() and not is_same:
            _copy_link(source, target)
        elif not is_same:
            replace_file(target, source.read_bytes() if own is None else own, is_safe=True)
        for path, content in contents.items():
            replace_file(root / path, content, is_safe=True)
        if is_same:
            if own is not None:
                replace_file(source, own, is_safe=True)
            source.rename(target)
        else:
            source.unlink()
    except OSError as error:
        name = os.path.relpath(error.filename, root) if error.filename else plan.new
        raise EngineError(f"cannot write {name}: {error.strerror}. Rename it again.") from None


def _is_same(source: Path, target: Path) -> bool:
    """Whether two paths are one file, as those of another case are on some disks."""
    return os.path.lexists(target) and os.path.samestat(target.lstat(), source.lstat())


def _copy_link(source: Path, target: Path) -> None:
    """Make a symbolic link that leads to where another one does."""
    leads_to = source.readlink()
    if not leads_to.is_absolute():
        leads_to = Path(os.path.relpath(source.parent / leads_to, target.parent))
    with contextlib.suppress(FileExistsError):  # a rename that was interrupted made it
        target.symlink_to(leads_to)


def _refuse_unread(vault: Vault) -> None:
    """Refuse a rename while there are notes that nobody can read: links in them would be dead.

    Raises:
        EngineError: If there are some.
    """
    unread = [each for note in vault.notes.values() if not note.text for each in note.problems]
    if unread:
        raise EngineError(f"{unread[0].headline}. Nothing is renamed: there may be links in it.")


def _canvases(vault: Vault) -> list[str]:
    return sorted(path for path in vault.attachments if path.endswith(canvases.SUFFIX))


def _canvas(vault: Vault, path: str) -> Note:
    place = vault.settings.docs_dir / path
    return canvases.read(place, path, vault.settings.relative(place))


def _rewritten_card(before: Vault, after: Vault, names: tuple[str, str], card: Note) -> list[Edit]:
    """The edits of the links in the text of a card."""
    return list(_rewritten(before, after, card, card, names))


def _new_path(vault: Vault, old: str, new: str) -> str:
    """The new path in the vault, checked."""
    root = vault.settings.docs_dir
    written, new = new, new.strip()
    if Path(new).is_absolute() and Path(new).is_relative_to(root):
        new = f"/{Path(new).relative_to(root).as_posix()}"
    wanted = new.lstrip("/") if "/" in new else join(dirname(old), new)
    suffix = os.path.splitext(old)[1]  # noqa: PTH122
    if suffix and not wanted.lower().endswith(suffix.lower()):
        wanted += suffix
    parts = wanted.split("/")
    if normpath(wanted) != wanted or ".." in parts:
        raise EngineError(f"`{written}` is no path inside the vault. Write one such as `a/b`.")
    if FORBIDDEN.search(wanted):
        sign = FORBIDDEN.search(wanted)[0]  # type: ignore[index]
        raise EngineError(f"`{written}` holds `{sign!s}`, which links cannot. Leave it out.")
    if any(part != part.strip() or part.endswith(".") for part in _stems(wanted)):
        raise EngineError(f"`{written}` has a blank or a dot at an end, as no name may on Windows.")
    hidden = any(part.startswith(".") for part in parts) or parts[0] == "templates"
    if hidden or wanted.startswith(f"{FIGURES}/"):
        raise EngineError(f"`{written}` is where no notes are. Choose another folder.")
    if not (root / wanted).parent.resolve().is_relative_to(root.resolve()):
        raise EngineError(f"`{written}` leaves the vault. Choose another folder.")
    taken = {path.lower(): path for path in (*vault.notes, *vault.attachments) if path != old}
    other = taken.get(wanted.lower())
    if other is not None and other != wanted:
        raise EngineError(f"there is a file `{other}` already. Choose another name.")
    if other is None and wanted.lower() != old.lower() and os.path.lexists(root / wanted):
        raise EngineError(f"there is a file `{wanted}` already. Choose another name.")
    return wanted


def _stems(path: str) -> list[str]:
    """The names of the folders of a path, and that of its file without the suffix."""
    return os.path.splitext(path)[0].split("/")  # noqa: PTH122


def _without(vault: Vault, path: str) -> Vault:
    notes = {key: note for key, note in vault.notes.items() if key != path}
    return replace(vault, notes=notes, attachments=vault.attachments - {path})


def _moved(vault: Vault, old: str, new: str) -> Vault:
    if old not in vault.notes:
        return replace(vault, attachments=vault.attachments - {old} | {new})
    file = vault.settings.relative(vault.settings.docs_dir / new)
    notes = {
        new if path == old else path: replace(note, path=new, file=file) if path == old else note
        for path, note in vault.notes.items()
    }
    return replace(vault, notes=notes)


def _is_unfinished(vault: Vault, plan: Plan) -> bool:
    """Whether the new file is there because this same rename was interrupted."""
    root = vault.settings.docs_dir
    try:
        if plan.old in vault.notes or plan.old in plan.canvases:
            edits = plan.edits.get(plan.old, [])
            content = edited(root / plan.old, plan.text_of(vault, plan.old), edits)
        else:
            content = (root / plan.old).read_bytes()
        return (root / plan.new).read_bytes() == content
    except OSError:
        return False


def _rewritten(
    before: Vault, after: Vault, note: Note, moved: Note, names: tuple[str, str]
) -> Iterator[Edit]:
    """Yield an edit for each link that would lead elsewhere after the move."""
    old, new = names
    for reference in find_references(note):
        meant = _target(before, reference.path, reference, note)
        if meant is None:
            continue
        wanted = new if meant == old else meant
        leads = partial(_target, after, reference=reference, note=moved)
        was_plain = _is_plain(reference.path, meant, reference, note)
        if leads(reference.path) == wanted and (
            not was_plain or _is_plain(reference.path, wanted, reference, moved)
        ):
            continue
        for path in path_forms(reference, wanted, moved):
            if leads(path) == wanted:
                yield Edit(reference.start, reference.end, reference.write(path))
                break


def _is_plain(path: str, target: str, reference: Reference, note: Note) -> bool:
    """Whether an address is the way from the note's folder to a file, as all readers see it."""
    return not reference.is_wikilink and normpath(join(dirname(note.path), path)) == target


def _target(vault: Vault, path: str, reference: Reference, note: Note) -> str | None:
    if reference.is_wikilink:
        return vault.resolve(path, note)
    found = find_address(vault, path, note)
    return found.path if found else None


def path_forms(reference: Reference, target: str, note: Note) -> Iterator[str]:
    """Ways to name a file, the one most like what was written first."""
    if not reference.is_wikilink:
        near = relpath(target, dirname(note.path) or ".")
        lead = "./" if reference.path.startswith("./") and not near.startswith("../") else ""
        if reference.path.startswith("/"):
            yield f"/{target}"
        yield f"{lead}{near}"
        yield f"/{target}"
        return
    whole = reference.path.lower().endswith((".md", ".py"))
    path = target if whole else re.sub(r"\.(?:md|py)$", "", target)
    if reference.path.startswith(("./", "../")):
        near = relpath(path, dirname(note.path) or ".")
        yield near if near.startswith("../") else f"./{near}"
    if reference.path.startswith("/"):
        yield f"/{path}"
    if "/" not in reference.path:
        yield basename(path)
    yield path
    yield f"/{path}"


def write_edits(vault: Vault, edits: Mapping[str, list[Edit]]) -> None:
    """Write edits into the notes, each note in one step.

    Raises:
        EngineError: If a note changed in the meantime or cannot be written.
    """
    for path, found in edits.items():
        write_note(vault.settings.docs_dir / path, vault.notes[path], found)


def _redirect(note: Note, old: str) -> Iterator[Edit]:
    """Yield the edit that makes the old address lead to the note."""
    if not address_of(old):
        return  # the site's own address: another page comes there
    address = old.removesuffix(".md").removesuffix(".py")
    known = note.properties.get("redirect_from")
    if address in (known if isinstance(known, list) else [known]):
        return
    shown = (
        address
        if re.fullmatch(r"[A-Za-z](?:[\w/ .-]*\w)?", address)
        else json.dumps(address, ensure_ascii=False)
    )
    if shown.lower() in ("true", "false", "yes", "no", "on", "off", "null", "y", "n"):
        shown = json.dumps(address)
    match = PROPERTIES.match(note.text)
    if match is None:
        yield Edit(0, 0, f"---\nredirect_from: [{shown}]\n---\n\n")
        return
    last_line = match[0].rstrip("\n").count("\n") + 1
    if any(problem.line <= last_line for problem in note.problems):
        raise EngineError(f"{note.problems[0].headline}. Then rename it.")
    try:
        node = _property(match["yaml"], "redirect_from")
    except yaml.YAMLError:
        why = note.problems[0].headline if note.problems else f"{note.file}: no valid properties"
        raise EngineError(f"{why}. Then rename it.") from None
    base = match.start("yaml")
    if node is None:
        yield Edit(match.end("yaml"), match.end("yaml"), f"redirect_from: [{shown}]\n")
    elif isinstance(node, yaml.SequenceNode) and node.value:
        last = node.value[-1]
        end = base + last.end_mark.index
        start = note.text.rfind("\n", 0, base + last.start_mark.index) + 1
        indent = note.text[start : base + last.start_mark.index]
        yield Edit(end, end, f", {shown}" if node.flow_style else f"\n{indent}{shown}")
    else:
        start, end = base + node.start_mark.index, base + node.end_mark.index
        written = note.text[start:end].strip()
        first = f"{written}, " if written and isinstance(node, yaml.ScalarNode) else ""
        lead = "" if note.text[start - 1 : start] == " " else " "
        yield Edit(start, start + len(note.text[start:end].rstrip()), f"{lead}[{first}{shown}]")


def _property(text: str, name: str) -> yaml.Node | None:
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)
