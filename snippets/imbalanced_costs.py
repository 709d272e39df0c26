"""What errors cost on digits with boosting and a forest, whose classes are made
even or not.

`python -m snippets.imbalanced_costs` fits them, in about a minute of one
processor, and writes `data/imbalanced_costs.json`. A test compares the file
with runs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from snippets.imbalanced_classes import SLOW_SETTINGS, FloatArray, table_costs

FILE = Path(__file__).parents[1] / "data" / "imbalanced_costs.json"

SEEDS = range(10)


def stored_costs() -> dict[str, FloatArray]:
    """Costs of each model, in the shape that `table_costs` returns."""
    rows = json.loads(FILE.read_text(encoding="utf-8"))
    return {name: np.array(rows[name]) for name in SLOW_SETTINGS}


def write(found: Mapping[str, FloatArray]) -> None:
    """Write the costs, a line for each split of a model."""
    parts = []
    for name, costs in found.items():
        lines = ",\n".join(json.dumps(each.tolist()) for each in costs.round(3))
        parts.append(f"{json.dumps(name)}: [\n{lines}\n]")
    text = "{\n" + ",\n".join(parts) + "\n}\n"
    FILE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write({name: table_costs(name, SEEDS) for name in SLOW_SETTINGS})
