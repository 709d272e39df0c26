"""Renames a note, an attachment or a folder, and rewrites every link that would miss it.

At each moment of a rename the vault is whole: the new files come first, then the links, and
the old files go last; copies of a folder's notes alone may name files that follow. A rename that
was interrupted goes on when it is asked for again.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from posixpath import basename, dirname, join, normpath, relpath

import yaml

from notewright.errors import EngineError
from notewright.files import replace_file
from notewright.note.note import Note
from notewright.note.properties import PROPERTIES
from notewright.vault import canvases, moved_files
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
        old: Path of the file or folder in the vault.
        new: Its path afterwards.
        moves: The new paths of the files, by their old ones: of all in the folder, if it is one.
        edits: What changes in which note or canvas, by its path before.
        canvases: The canvases of the vault.
    """

    old: str
    new: str
    moves: Mapping[str, str]
    edits: Mapping[str, list[Edit]]
    canvases: Mapping[str, Note] = field(default_factory=dict)

    def text_of(self, vault: Vault, path: str) -> Note:
        """What is edited: a note or a canvas."""
        return self.canvases[path] if path in self.canvases else vault.notes[path]

    @property
    def links(self) -> int:
        """How many links are rewritten."""
        moved = [each for path in self.moves for each in self.edits.get(path, ())]
        own = sum(edit.start == edit.end for edit in moved)
        return sum(map(len, self.edits.values())) - own


def plan_rename(vault: Vault, old: str, new: str) -> Plan:
    """Say what changes when a file or a folder gets another name.

    Args:
        vault: The vault.
        old: Path of a note or an attachment in it, or of a folder that holds some.
        new: Its new path; without a `/` it stays in its folder, `/` in front is the root.

    Raises:
        EngineError: If the new name is impossible, or taken, or links may be where nobody sees.
    """
    new, moves = _moves(vault, old, new)
    return plan_moves(vault, moves, (old.rstrip("/"), new))


def plan_moves(vault: Vault, moves: Mapping[str, str], names: tuple[str, str] = ("", "")) -> Plan:
    """Say what changes when files get other names.

    Args:
        vault: The vault.
        moves: Their new paths by their old ones.
        names: What it is called as a whole, before and afterwards.

    Raises:
        EngineError: If a name is taken, or links may be where nobody sees.
    """
    _refuse_taken(vault, moves)
    _refuse_unread(vault)
    there = [path for path in moves.values() if path in vault.notes or path in vault.attachments]
    before = _without(vault, there) if there else vault
    after = _moved(before, moves)
    edits: dict[str, list[Edit]] = {}
    for path, note in before.notes.items():
        if path in moves and (vault.settings.docs_dir / path).is_symlink():
            continue  # its text is another note's
        moved = after.notes[moves.get(path, path)]
        found: list[Edit] = []
        with note.reading():
            found += _rewritten(before, after, note, moved, moves)
            if path in moves and not note.is_base:  # which has no place for it
                found += _redirect(note, path)
        if found:
            edits[path] = found
    cards = canvases.read_canvases(before)
    for path, canvas in cards.items():
        links = partial(_rewritten_card, before, after, moves)
        if edited_cards := list(canvases.rewritten(canvas, moves, links)):
            edits[path] = edited_cards
    plan = Plan(*names, moves, edits, cards)
    for path in there:
        if not _is_unfinished(vault, plan, path):
            raise EngineError(f"a file called `{path}` already exists. Choose another name.")
    return plan


def _moves(vault: Vault, old: str, new: str) -> tuple[str, Mapping[str, str]]:
    """The new path of a file or a folder, and those of all files that it stands for."""
    old, is_file = old.rstrip("/"), old in vault.notes or old in vault.attachments
    paths = sorted([*vault.notes, *vault.attachments])
    inside = [] if is_file else [path for path in paths if path.startswith(f"{old}/")]
    new = _new_path(vault, old, new.rstrip("/") if inside else new, is_folder=bool(inside))
    if new == old:
        raise EngineError(f"`{old}` already has this name.")
    if inside and f"{new}/".startswith(f"{old}/"):
        raise EngineError(f"`{new}` is inside `{old}`. Choose another folder.")
    place = vault.settings.docs_dir / new
    if inside and os.path.lexists(place) and not place.is_dir():
        raise EngineError(f"a file called `{new}` already exists. Choose another name.")
    moves = {path: new + path.removeprefix(old) for path in inside or [old]}
    return new, moves


def rename(vault: Vault, plan: Plan) -> None:
    """Do what a plan says.

    Raises:
        EngineError: If a file changed in the meantime or cannot be written. What was written
            so far is right, and the same rename can be asked for again.
    """
    root = vault.settings.docs_dir
    contents = {
        path: edited(root / path, plan.text_of(vault, path), edits)
        for path, edits in plan.edits.items()
    }
    own = {path: contents.pop(path, None) for path in plan.moves}
    try:
        for old, new in plan.moves.items():
            moved_files.copy(root / old, root / new, own[old])
        for path, content in contents.items():
            replace_file(root / path, content, is_safe=True)
        _leave(root, plan, own)
    except OSError as error:
        name = os.path.relpath(error.filename, root) if error.filename else plan.new
        raise EngineError(f"cannot write {name}: {error.strerror}. Rename it again.") from None


def _leave(root: Path, plan: Plan, own: Mapping[str, bytes | None]) -> None:
    """Take the files away from their old places, once all links lead to the new ones."""
    source, target = root / plan.old, root / plan.new
    if plan.old in plan.moves or moved_files.is_same(source, target):
        for old, new in plan.moves.items():
            moved_files.leave(root / old, root / new, own[old])
        if plan.old not in plan.moves:  # another case of its name, on a disk that ignores case
            source.rename(target)
        return
    copied = {old.removeprefix(f"{plan.old}/") for old in plan.moves}
    moved_files.leave_folder(source, target, copied)


def _refuse_unread(vault: Vault) -> None:
    """Refuse a rename while there are notes that nobody can read: links in them would be dead.

    Raises:
        EngineError: If there are some.
    """
    unread = [each for note in vault.notes.values() if not note.text for each in note.problems]
    if unread:
        raise EngineError(
            f"{unread[0].headline}. Nothing was renamed, because this note may contain links."
        )


def _rewritten_card(
    before: Vault, after: Vault, moves: Mapping[str, str], card: Note
) -> list[Edit]:
    """The edits of the links in the text of a card."""
    moved = replace(card, path=moves.get(card.path, card.path))
    return list(_rewritten(before, after, card, moved, moves))


def _new_path(vault: Vault, old: str, new: str, *, is_folder: bool) -> str:
    """The new path in the vault, checked."""
    root = vault.settings.docs_dir
    written, new = new, new.strip()
    if Path(new).is_absolute() and Path(new).is_relative_to(root):
        new = f"/{Path(new).relative_to(root).as_posix()}"
    wanted = new.lstrip("/") if "/" in new else join(dirname(old), new)
    suffix = "" if is_folder else os.path.splitext(old)[1]  # noqa: PTH122
    if suffix and not wanted.lower().endswith(suffix.lower()):
        wanted += suffix
    parts = wanted.split("/")
    if normpath(wanted) != wanted or ".." in parts:
        raise EngineError(f"`{written}` is not a path inside the vault. Use a path such as `a/b`.")
    if FORBIDDEN.search(wanted):
        sign = FORBIDDEN.search(wanted)[0]  # type: ignore[index]
        raise EngineError(
            f"`{written}` contains `{sign!s}`, which links cannot contain. Remove it."
        )
    if any(part != part.strip() or part.endswith(".") for part in _stems(wanted)):
        raise EngineError(
            f"`{written}` starts or ends with a space or a dot, which Windows does not allow."
        )
    hidden = any(part.startswith(".") for part in parts) or parts[0] == "templates"
    if hidden or wanted.startswith(f"{FIGURES}/"):
        raise EngineError(
            f"`{written}` is in a folder that notewright does not read. Choose another folder."
        )
    if not (root / wanted).parent.resolve().is_relative_to(root.resolve()):
        raise EngineError(f"`{written}` is outside the vault. Choose another folder.")
    return wanted


def _refuse_taken(vault: Vault, moves: Mapping[str, str]) -> None:
    """Refuse new paths at which other files are."""
    taken = {path.lower(): path for path in (*vault.notes, *vault.attachments) if path not in moves}
    taken |= {path.lower(): path for path in moves}
    for old, new in moves.items():
        other = taken.get(new.lower())
        is_there = os.path.lexists(vault.settings.docs_dir / new)
        if other is None and new.lower() != old.lower() and is_there:
            other = new
        elif other in (old, new):
            other = None  # another case of its name; or a rename that was interrupted goes on
        if other is not None:
            raise EngineError(f"a file called `{other}` already exists. Choose another name.")


def _stems(path: str) -> list[str]:
    """The names of the folders of a path, and that of its file without the suffix."""
    return os.path.splitext(path)[0].split("/")  # noqa: PTH122


def _without(vault: Vault, paths: Collection[str]) -> Vault:
    notes = {key: note for key, note in vault.notes.items() if key not in paths}
    return replace(vault, notes=notes, attachments=vault.attachments - {*paths})


def _moved(vault: Vault, moves: Mapping[str, str]) -> Vault:
    settings = vault.settings
    notes: dict[str, Note] = {}
    for path, note in vault.notes.items():
        new = moves.get(path, path)
        file = settings.relative(settings.docs_dir / new) if new != path else note.file
        notes[new] = replace(note, path=new, file=file) if new != path else note
    attachments = frozenset(moves.get(path, path) for path in vault.attachments)
    return replace(vault, notes=notes, attachments=attachments)


def _is_unfinished(vault: Vault, plan: Plan, new: str) -> bool:
    """Whether a new file is there because this same rename was interrupted."""
    root = vault.settings.docs_dir
    old = next(path for path, moved in plan.moves.items() if moved == new)
    try:
        if old in vault.notes or old in plan.canvases:
            edits = plan.edits.get(old, [])
            content = edited(root / old, plan.text_of(vault, old), edits)
        else:
            content = (root / old).read_bytes()
        return (root / new).read_bytes() == content
    except OSError:
        return False


def _rewritten(
    before: Vault, after: Vault, note: Note, moved: Note, moves: Mapping[str, str]
) -> Iterator[Edit]:
    """Yield an edit for each link that would lead elsewhere after the move."""
    for reference in find_references(note):
        meant = _target(before, reference.path, reference, note)
        if meant is None:
            continue
        wanted = moves.get(meant, meant)
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
        why = note.problems[0].headline if note.problems else f"{note.file}: invalid properties"
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
