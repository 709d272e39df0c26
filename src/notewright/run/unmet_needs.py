"""Unmet needs: modules that cells cannot do without and that are not installed here.

`#| needs: optuna` names them. Such a cell does not run, nor does what continues its session;
what stands above it does. Modules are looked for, never imported: who only asks stays light.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.machinery import PathFinder
from pathlib import Path

from notewright.note.sessions import Session
from notewright.run.inputs import digest_input


def missing(names: Iterable[str], root: Path) -> tuple[str, ...]:
    """Those of some top-level modules that no cell could import.

    Args:
        names: The modules.
        root: The project's root, whose own modules cells import too.
    """
    return tuple(name for name in names if not _is_there(name, root))


def _is_there(name: str, root: Path) -> bool:
    importlib.invalidate_caches()  # it may have been installed while the notes are served
    own = PathFinder.find_spec(name, [str(root)])
    if own is not None and own.origin is not None:  # else a folder of data, which is no module
        return True
    finders = (getattr(finder, "find_spec", None) for finder in sys.meta_path)
    return any(find is not None and find(name, None) is not None for find in finders)


def unmet(session: Session, root: Path) -> Mapping[int, str]:
    """Why cells of a session do not run here, by their lines; empty if all of them can.

    A malformed cell above them ends the session as usual, and says so itself.
    """
    found: dict[int, str] = {}
    first = ""
    for cell in session.cells:
        if cell.problem is not None:
            if not found:
                return {}
            continue
        names = missing(cell.options.needs, root)
        if names:
            first = first or in_words(names)
            found[cell.line] = f"Not run here: this cell needs {in_words(names)}"
        elif found:
            found[cell.line] = f"Not run here: this cell continues a cell that needs {first}"
    return found


def able(session: Session, root: Path) -> Session:
    """The session up to its first cell that is malformed, or needs what is not installed."""
    return able_without(session, unmet(session, root))


def able_without(session: Session, why: Collection[int]) -> Session:
    """The session up to its first cell that is malformed, and without some others.

    Args:
        session: The session.
        why: Lines of the cells that do not run here; see `unmet`.
    """
    able = tuple(cell for cell in session.runnable.cells if cell.line not in why)
    return session if able == session.cells else replace(session, cells=able)


def in_words(names: Iterable[str]) -> str:
    """Modules that are missing, in words."""
    told = list(names)
    listed = " and ".join(filter(None, [", ".join(told[:-1]), told[-1]]))
    return f"{listed}, which {'is' if len(told) == 1 else 'are'} not installed"


def need_notices(file: str, sessions: Iterable[Session], root: Path) -> Iterator[str]:
    """Yield what to say of a note of which some cells do not run here: one line."""
    groups = [(session, unmet(session, root)) for session in sessions]
    count = sum(len(why) for _, why in groups)
    cells = [cell for session, why in groups for cell in session.cells if cell.line in why]
    names = dict.fromkeys(name for cell in cells for name in missing(cell.options.needs, root))
    if count:
        said = "cell is skipped: it needs" if count == 1 else "cells are skipped: they need"
        yield f"{file}: {count} {said} {in_words(names)}"


def searched(sessions: Iterable[Session], root: Path) -> Mapping[str, str]:
    """What was looked at to tell whether cells can run: digests of inputs, by name."""
    needs = {name for each in sessions for cell in each.cells for name in cell.options.needs}
    looked = (
        kind
        for name in sorted(needs)
        for kind in (f"module:{name}", f"file:{name}.py", f"file:{name}/__init__.py")
    )
    return {name: digest_input(name, root) for name in looked}
