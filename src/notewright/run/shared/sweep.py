"""A sweep over shared records: those that nobody used for long are removed.

The last use is the time of a file, which is noted once a day where builds may write. A record
that clones hold is not asked for: to remove it costs the next new clone one run.
"""

from __future__ import annotations

from dataclasses import dataclass

from notewright.run.shared.places import KEY, NAME, Place


@dataclass(slots=True)
class Swept:
    """What came of a sweep.

    Attributes:
        removed: How many records were removed, or would be.
        size: Their bytes.
        kept: How many stay.
    """

    removed: int = 0
    size: int = 0
    kept: int = 0


def sweep(place: Place, before: float, *, is_real: bool = True) -> Swept:
    """Remove the records that were last used before some time.

    Files that are not named as records are somebody else's. A build that reads at the same time
    finds a record or none; one that writes makes its folder again.

    Args:
        place: Where they are.
        before: The time, in seconds since 1970.
        is_real: Whether they are removed; else they are counted.
    """
    swept = Swept()
    for folder in place.folders():
        if not KEY.fullmatch(folder):
            continue
        for entry in place.entries(folder):
            if not entry.is_plain or not NAME.fullmatch(entry.name):
                continue
            if entry.used >= before:
                swept.kept += 1
                continue
            if is_real:
                place.remove(folder, entry.name)
            swept.removed += 1
            swept.size += entry.size
        if is_real:
            place.tidy(folder)
    return swept
