"""Says in which records of the same sessions other outputs stand, or other inputs.

    python .ci/records.py ONE OTHER

What a session has read decides what its page offers, too: so where two builds differ and no
output does, this is where to look.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

MOST = 10
"""Inputs of a session that are named."""


def shown(cell: dict[str, Any]) -> list[Any]:
    """What a cell gave, whatever time it took."""
    return [cell.get("outputs"), cell.get("values")]


def main(one: Path, other: Path) -> None:
    """Print a line for each difference."""
    for path in sorted(one.glob("*.json")):
        if not (other / path.name).exists():
            continue
        first, second = (json.loads((each / path.name).read_text()) for each in (one, other))
        if [shown(each) for each in first["cells"]] != [shown(each) for each in second["cells"]]:
            print(f"{path.name}: the cells gave something else")
        before, now = set(first["inputs"]), set(second["inputs"])
        for sign, names in (("-", before - now), ("+", now - before)):
            for name in sorted(names)[:MOST]:
                print(f"{path.name}: {sign} {name[:200]}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
