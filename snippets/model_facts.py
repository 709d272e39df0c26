"""Facts on the models, as properties of their notes: `docs/models.base` lists
them, and a run checks them.

They are measured once: `python -m snippets.model_facts` measures all models
and writes `data/model_facts.json`, and names of models, such as `Ward`,
measure these alone. Tests compare the file with the models.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from snippets import comparison
from snippets.comparison_advice import ADVICE
from snippets.model_origins import year_introduced

FILE = Path(__file__).parents[1] / "data" / "model_facts.json"

CHANGES = tuple(comparison.SENSITIVE)
"""Changes of the input, after which the answers are compared."""

Row = dict[str, Any]

_WORDS = {"yes": True, "no": False, comparison.ABSENT: None}
"""What the words of the comparison are as a property: a box, or nothing."""

_BOXES = {
    "needs k": "needs k",
    "probabilities": "probabilities",
    "transform": "transform",
    "sparse X": "sparse",
    "missing values": "missing values",
    "sample weights": "sample weights",
    "streaming": "streaming",
    "random": "random",
}
"""Columns of the comparison that answer with yes or no, by property."""


@cache
def rows() -> dict[str, Row]:
    """Read what was measured of each model and variant, by its name."""
    read: dict[str, Row] = json.loads(FILE.read_text(encoding="utf-8"))
    return read


# --8<-- [start:facts]
def facts(note: str) -> dict[str, str | bool | float | None]:
    """Read what the model of a note is and needs, by property.

    Args:
        note: Name of the note in `docs/models`.

    Returns:
        Words, boxes and numbers; None for what cannot be asked of the model.

    Raises:
        ValueError: If no model has a note of this name.
    """
    found = [one for one in comparison.MODELS if one.note == note]
    if not found:
        raise ValueError(f"no model has the note {note!r}")
    model = found[0]
    read = rows()[model.name]
    kinds = {"inductive": True, "transductive": False}
    return {
        "task type": _known(read["task type"]),
        "inductive": kinds.get(read["kind"]),
        **{name: _WORDS[read[column]] for column, name in _BOXES.items()},
        **{
            column: _known(read[column])
            for column in comparison.SENSITIVE.values()
        },
        "fit grows like": _known(model.growth),
        "keeps": _known(read["keeps"]),
        "use when": ADVICE[model.name].use,
        "not when": ADVICE[model.name].leave,
        "library class": read["library class"],
        "year": year_introduced(note),
        "score": read["score"],
        "score spread": read["score spread"],
        "scored on": read["scored on"],
    }


# --8<-- [end:facts]


def _known(word: str) -> str | None:
    return None if word == comparison.ABSENT else word


def comparison_table() -> pd.DataFrame:
    """Lay out the columns of the comparison, one row a model or variant."""
    table = pd.DataFrame.from_dict(rows(), orient="index")
    table.index.name = "model"
    return table[comparison.GROUPED].fillna(comparison.ABSENT)


def sensitivity_table() -> pd.DataFrame:
    """Lay out which of the tried models depend on a feature's scale or on
    the order of the rows.
    """
    table = pd.DataFrame.from_dict(rows(), orient="index")
    table.index.name = "model"
    columns = [
        name
        for change, column in comparison.SENSITIVE.items()
        for name in (
            column,
            *(f"same after {trial}" for trial in comparison.TRIALS[change]),
        )
    ]
    return table[columns].dropna()


if __name__ == "__main__":
    import sys

    from snippets.model_facts_runs import main

    raise SystemExit(main(sys.argv[1:]))
