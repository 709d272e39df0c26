"""A fitted pipeline as a text, and back: numbers and names, never code."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import numpy as np

from snippets.feature_pipelines import (
    Columns,
    Fill,
    OneHot,
    Pipeline,
    Ridge,
    Scale,
    Step,
    TargetMean,
)

# --8<-- [start:store]
KINDS: dict[str, type[Step]] = {
    each.__name__: each
    for each in (Scale, Fill, OneHot, TargetMean, Columns, Ridge)
}


def stored(pipeline: Pipeline) -> str:
    """A fitted pipeline as JSON: names of steps, settings, what was learned."""

    def plain(step: Step) -> dict[str, Any]:
        told: dict[str, Any] = {"step": type(step).__name__}
        if isinstance(step, Columns):
            parts = step.parts
            return told | {
                "parts": [[list(map(plain, s)), n] for s, n in parts]
            }
        names = [each.name for each in fields(step) if each.init]
        told["settings"] = {name: getattr(step, name) for name in names}
        told["learned"] = {
            name: value.tolist() if isinstance(value, np.ndarray) else value
            for name, value in step.learned.items()
        }
        return told

    return json.dumps([plain(step) for step in pipeline.steps])


def loaded(text: str) -> Pipeline:
    """The pipeline that `stored` wrote. Nothing in the text is run.

    Raises:
        KeyError: If a step is none of `KINDS`.
    """

    def step(told: dict[str, Any]) -> Step:
        kind = KINDS[told["step"]]
        if "parts" in told:
            return Columns([(list(map(step, s)), n) for s, n in told["parts"]])
        made = kind(**told["settings"])
        made.learned = {
            name: np.array(value) if isinstance(value, list) else value
            for name, value in told["learned"].items()
        }
        return made

    return Pipeline([step(each) for each in json.loads(text)])
    # --8<-- [end:store]
