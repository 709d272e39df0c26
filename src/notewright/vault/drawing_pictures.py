"""Pictures of drawings: what Excalidraw exports beside the note in which it keeps a drawing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from notewright.errors import Problem
from notewright.note.drawings import SUFFIX
from notewright.vault.vault import Vault

_KINDS = ".svg", ".png"
_REMEDY = (
    "Export it next to its note: turn on `Auto-export SVG` in the Excalidraw settings, "
    "then save the drawing"
)


def pictures(vault: Vault, path: str) -> Sequence[str]:
    """The paths of a drawing's picture; of two, the second is for dark pages.

    Args:
        vault: The vault.
        path: The path of a note.

    Returns:
        None if the note is no drawing, or was not exported.
    """
    note, files = vault.notes.get(path), vault.attachments
    if note is None or not note.is_drawing:
        return ()
    whole = path.removesuffix(".md")
    for stem in dict.fromkeys([whole, whole.removesuffix(SUFFIX)]):
        for kind in _KINDS:
            both = f"{stem}.light{kind}", f"{stem}.dark{kind}"
            if files.issuperset(both):
                return both
            for each in (f"{stem}{kind}", *both):
                if each in files:
                    return (each,)
    return ()


def drawing_notices(vault: Vault) -> Iterator[Problem]:
    """Yield what to say of drawings without a picture: once for all of them."""
    drawings = [note for path, note in vault.notes.items() if note.is_drawing]
    left = sorted(note.file for note in drawings if not pictures(vault, note.path))
    if left:
        more = f" (the first of {len(left)})" if len(left) > 1 else ""
        message = f"this drawing has no exported image, so only its text is shown{more}"
        yield Problem(left[0], 1, message, _REMEDY)
