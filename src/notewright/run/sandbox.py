"""The sandbox of cells, as the settings say: where they may write, and which records that voids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from notewright.run.worker.confinement import Places, is_possible
from notewright.settings import Settings

REMEDY = (
    "Write to the cell's own temporary folder (`tempfile.gettempdir()`), or add the folder to the "
    "notewright option `writable`"
)


def is_on(settings: Settings) -> bool:
    """Whether cells are kept from writing, as far as the settings go and the kernel can."""
    return settings.sandbox and is_possible()


def folders(settings: Settings) -> list[str] | None:
    """The folders that cells may write, beside their own; None for anywhere. They are made."""
    if not settings.sandbox:
        return None
    declared = settings.writable_paths
    for path in declared:
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError:  # it is a file, or cannot be made: then writing there says so
            continue
    return [str(path) for path in declared]


def void(settings: Settings, written: Sequence[str], refused: Sequence[str]) -> Iterator[str]:
    """Yield why the record of a session would be another now, by what it may write.

    Args:
        settings: The settings.
        written: Files that it wrote, from the root.
        refused: Files that it was kept from writing.
    """
    if not (written or refused):
        return
    places = Places(map(str, settings.writable_paths) if is_on(settings) else None)
    for name in written:
        if not places.allow(str(settings.root / name)):
            yield f"it wrote {name}, which the sandbox now blocks"
    for name in refused:
        if places.allow(str(settings.root / name)):
            yield f"the sandbox now allows it to write {name}"
