"""A choice that other seeds score lies inside its list, or the lesson says that it does not."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lesson_runs import ran

from snippets.lessons import choice

FOLDER = Path(choice.__file__).parent
MODULES = [
    path.stem
    for path in sorted(FOLDER.glob("l[0-9]*.py"))
    if "import chosen_elsewhere" in path.read_text("utf-8")
]
EXCEPT = {
    "L09": "four hyperparameters, which have no order",
    "L33": "digits, which have no order",
    "L62": "whether the last stage is best is what the lesson asks",
}
MOST = 1 / 3


def test_an_end_is_counted() -> None:
    """First and last choice, by what is best on the other seeds."""
    inside = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 0.0]])
    assert choice.at_end(inside) == 0
    assert choice.at_end(inside[1:]) == choice.at_end(inside[:2]) == 1


@pytest.mark.nightly
@pytest.mark.parametrize("name", MODULES)
def test_a_choice_lies_inside_its_list(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the arm was perhaps not at its best: `held` names the end, "which is chosen"."""
    module: Any = importlib.import_module(f"snippets.lessons.{name}")
    lesson = module.LESSON
    told = any(held.value.endswith("which is chosen") for held in lesson.registered.held)
    if lesson.id in EXCEPT or told:
        return
    ends = []

    def spied(scores: Any) -> Any:
        if len(scores) > 2:
            ends.append(choice.at_end(np.asarray(scores)))
        return choice.chosen_elsewhere(scores)

    monkeypatch.setattr(module, "chosen_elsewhere", spied)
    module.judge(ran(module))
    assert max(ends, default=0) <= MOST
