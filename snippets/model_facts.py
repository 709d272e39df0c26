"""Facts on the models, as properties of their notes: `docs/models.base` lists
them, and a run holds them.
"""

from __future__ import annotations

from snippets import comparison
from snippets.comparison_advice import ADVICE
from snippets.comparison_runs import CHANGES, minds
from snippets.model_origins import year_introduced
from snippets.model_scores import score

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
    read = (
        comparison.properties(model.path, comparison.options(model))
        if model.path
        else comparison.own_properties(model.own)
    )
    scored = score(model.name)
    kinds = {"inductive": True, "transductive": False}
    return {
        "task type": _known(read["task type"]),
        "inductive": kinds.get(read["kind"]),
        **{name: _WORDS[read[column]] for column, name in _BOXES.items()},
        **{f"minds {each}": _known(minds(model, each)) for each in CHANGES},
        "fit grows like": _known(model.growth),
        "keeps": comparison.kept(model) if model.path else None,
        "use when": ADVICE[model.name].use,
        "not when": ADVICE[model.name].leave,
        "library class": comparison.library_class(model),
        "year": year_introduced(note),
        "score": round(scored.mean, 2) if scored else None,
        "score spread": round(scored.spread, 2) if scored else None,
        "scored on": scored.on if scored else None,
    }


# --8<-- [end:facts]


def _known(word: str) -> str | None:
    return None if word == comparison.ABSENT else word
