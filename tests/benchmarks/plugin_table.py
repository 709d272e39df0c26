"""Try the plugins of `tests/whole/test_other_plugins.py`, and write the table of the documentation.

    python tests/benchmarks/plugin_table.py data/benchmarks/plugins.csv

A plugin that is not installed keeps its row of the table.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests/whole")]

from test_other_plugins import CASES, Case, faults  # noqa: E402

FIELDS = ["plugin", "package", "version", "last", "first"]


def result(case: Case, order: str) -> str:
    """What became of a project with notewright in one place of its plugins."""
    with tempfile.TemporaryDirectory() as place:
        found = faults(case, order, Path(place))
    if found == list(case.known.get(order, ())):
        return "works, with a warning" if found else "works"
    return f"loses {len(found)}"


def main(table: Path) -> int:
    """Try them all."""
    rows: dict[str, dict[str, str]] = {}
    if table.exists():
        with table.open(encoding="utf-8", newline="") as file:
            rows = {row["plugin"]: row for row in csv.DictReader(file)}
    for name, case in CASES.items():
        try:
            known = version(case.package)
        except PackageNotFoundError:
            continue
        tried = {order: result(case, order) for order in ("last", "first")}
        rows[name] = {"plugin": name, "package": case.package, "version": known, **tried}
        print(name, *tried.values(), sep="  ")
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows[name] for name in CASES if name in rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
