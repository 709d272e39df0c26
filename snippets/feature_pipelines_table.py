"""What each step of a feature pipeline is worth, from a file.

`python -m snippets.feature_pipelines_table` runs the comparison of all steps
but one and writes `data/feature_steps.json`. Tests compare the file with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from snippets.feature_pipelines import FloatArray
from snippets.feature_pipelines_compared import compete

FILE = Path(__file__).parents[1] / "data" / "feature_steps.json"

SEEDS = tuple(range(20))


def steps_left_out() -> FloatArray:
    """Read what `compete` finds for each of `SEEDS`, shape (n_seeds,
    len(LEFT_OUT), len(MODELS)), in minutes.
    """
    return np.array(json.loads(FILE.read_text(encoding="utf-8")))


def write(found: Iterable[FloatArray]) -> None:
    """Write one row of errors a seed, to a millionth of a minute."""
    lines = [json.dumps(each.round(6).tolist()) for each in found]
    text = "[\n" + ",\n".join(lines) + "\n]\n"
    FILE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(compete(seed) for seed in SEEDS)
