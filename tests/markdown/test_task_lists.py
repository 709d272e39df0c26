"""Tasks: items with a state, wherever items stand."""

from __future__ import annotations

import pytest
from converted import convert, read

from notewright.markdown.task_lists import STATES


@pytest.mark.parametrize("state", [" ", "x", "X", "/", "-", ">", "<", "!", "?", "*", '"', "i", "é"])
@pytest.mark.parametrize("mark", ["- ", "* ", "1. ", "2) "])
def test_tasks_have_states(mark: str, state: str) -> None:
    """Any sign in the box is a state: all but the blank are ticked, each has its name."""
    html = convert(f"{mark}[{state}] **do** it").html
    (item,) = read(html).all("li", "task-list-item")
    assert item.attributes["data-task"] == state
    assert item.text.strip() == "do it"
    (box,) = item.all("input")
    assert box.attributes["type"] == "checkbox"
    assert "disabled" in box.attributes
    assert ("checked" in box.attributes) is (state != " ")
    assert box.attributes["aria-label"] == STATES.get(state, f"state {state}")


@pytest.mark.parametrize(
    "text",
    ["- []  a", "- [ab] a", "- [x]a", "- [ ](u) a", "- \\[x] a", "[x] a", "- [x]", "- `[x]` a"],
)
def test_what_only_looks_like_a_task_is_none(text: str) -> None:
    """A box holds one sign and stands apart from its text."""
    assert "<input" not in convert(text).html


def test_tasks_nest_and_stand_beside_other_items() -> None:
    """Only tasks have boxes; loose lists have them too."""
    page = read(convert("- [ ] a\n  - [x] b\n  - c\n\n- [-] d\n\n  more").html)
    items = page.all("li")
    assert [item.attributes.get("data-task") for item in items] == [" ", "x", None, "-"]
    assert len(page.all("input")) == 3
