"""In a real browser: cells of a served page are edited, run, reset and saved, by keys as well."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsers import becomes, violations
from browsers import browser as browser
from projects import ProjectDir
from served import Served

from tests.whole.test_pages_fill_in_in_a_browser import POLL
from tests.whole.test_pages_fill_in_in_a_browser import page as page

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

NOTE = """# Note

```python
import matplotlib.pyplot as plt

heights = [1, 2, 3]
print("sum", sum(heights))
```

Prose between the cells.

```python continuation
print("largest", max(heights))
```

```python continuation
#| code-fold: false
#| fig-alt: A line
plt.plot(heights)
```
"""

KINDS = """# Kinds

```python
#| echo: false
base = 10
print("base", base)
```

```python continuation
#| include: false
step = 5
```

```python continuation
#| label: powers
#| vary: {k: [1, 2, 3]}
#| vary-caption: "{k} steps reach {base + k * step}"
#| print-frames: all
print("reached", base + k * step)
```

```python continuation
print("after", k)
```

```python
#| code-fold: true
#| steps: true
for n in range(3):
    print("state", n)
    yield f"state {n} of 3"
```
"""


SUMS = """# Sums

> [!example] Yours
> Write `total` and `mean` in `exercises/sums.py`; `pytest exercises/test_sums.py` judges them.
"""

TO_FILL_IN = '''"""Write `total` and `mean`."""


def total(numbers: list[float]) -> float:
    """The sum."""
    raise NotImplementedError("go through them, and add each")


def mean(numbers: list[float]) -> float:
    """The mean."""
    raise NotImplementedError("divide the total")
'''

TESTS = '''"""Tests for your sums."""

from exercises import sums


def test_the_total_is_the_sum():
    """One, two and three are six."""
    assert sums.total([1, 2, 3]) == 6


def test_the_mean():
    """Of two numbers it is the middle."""
    assert sums.mean([1, 2]) == 1.5
'''


def configure(project: ProjectDir, **more: object) -> None:
    """Configure a vault with a playground, in both schemes."""
    palette = [
        {"media": f"(prefers-color-scheme: {name})", "scheme": scheme}
        for name, scheme in (("light", "default"), ("dark", "slate"))
    ]
    theme = {"name": "material", "font": False, "palette": palette}
    plugins = ["search", {"notewright": {"generated_pages": [], "playground": True}}]
    project.configure(theme=theme, plugins=plugins, **more)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A note with three cells, one of which draws, and one with cells of all kinds."""
    project = ProjectDir(tmp_path)
    configure(project)
    pages = {"docs/note.md": NOTE, "docs/kinds.md": KINDS, "docs/sums.md": SUMS}
    files = {"exercises/sums.py": TO_FILL_IN, "exercises/test_sums.py": TESTS}
    project.write({"docs/index.md": "# Home\n\n[[note]]\n", **pages, **files})
    assert project.notewright("run").status == 0
    server = Served(project)
    server.wait(lambda: "Serving on" in server.output)
    yield server
    if server.is_alive:
        server.end()
    print(server.output)  # of a test that failed, it is shown


def go(page: Page, served: Served) -> None:
    """Look at the note, until its cells can be edited and changes of it are heard."""
    with page.expect_request(POLL):
        page.goto(f"http://{served.address}/note/")
    page.wait_for_selector("html[data-nw-playground='3']")


def focused(page: Page) -> str:
    """What has the focus: its name, as a screen reader says it."""
    label = "document.activeElement.ariaLabel ?? document.activeElement.textContent"
    return str(page.evaluate(label))


def cell(page: Page, number: int) -> Locator:
    """The cell of that number."""
    return page.locator(".nw-cell").nth(number - 1)


def edit(page: Page, number: int, code: str) -> None:
    """Write code in the editor of a cell, and run it by a key."""
    box = cell(page, number)
    if not box.locator("textarea").count():
        page.get_by_role("button", name=f"Edit and run cell {number}", exact=True).click()
    box.locator("textarea").fill(code)
    run(page, number)


def run(page: Page, number: int) -> None:
    """Run a cell, and wait for what it shows."""
    box = cell(page, number)
    before = int(box.get_attribute("data-nw-ran") or 0)
    box.locator("textarea").press("Shift+Enter")

    def became() -> str:
        """How the run ended; what the cell says, if it did not."""
        has_run = int(box.get_attribute("data-nw-ran") or 0) > before
        return "ran" if has_run else box.get_by_role("status").inner_text()

    becomes(became, "ran")


@pytest.mark.gate
def test_a_cell_is_edited_run_and_reset(page: Page, served: Served) -> None:
    """Outputs change, what depends on them is stale until it runs, and all can be as before."""
    go(page, served)
    first, second, third = (cell(page, number) for number in (1, 2, 3))
    before = page.locator("article").inner_text()
    edit(page, 1, "import matplotlib.pyplot as plt\n\nheights = [5, 6]\nprint('sum', sum(heights))")
    assert "sum 11" in first.locator(".nw-outputs").inner_text()
    assert "nw-stale" in str(second.get_attribute("class"))
    assert "nw-stale" in str(third.get_attribute("class"))
    assert "largest 3" in second.locator(".nw-outputs").inner_text()
    page.get_by_role("button", name="Run cell 2 again").click()
    second.get_by_text("largest 6").wait_for()
    assert "nw-stale" not in str(second.get_attribute("class"))
    assert focused(page) == "Edit and run cell 2"  # the button that it was is gone

    drawn = third.locator("svg.nw-svg").inner_html()
    edit(page, 3, "plt.plot(heights, 'o')\nplt.title('Edited')")
    assert third.locator("svg.nw-svg").count() == 1
    assert third.locator("svg.nw-svg").inner_html() != drawn
    assert "nw-stale" not in str(third.get_attribute("class"))

    for number in (3, 1):
        cell(page, number).get_by_role("button", name="Reset").click()
    assert "nw-stale" in str(second.get_attribute("class"))
    assert "sum 6" in first.locator(".nw-outputs").inner_text()
    page.get_by_role("button", name="Run cell 2 again").click()
    second.get_by_text("largest 3").wait_for()
    assert "nw-stale" not in str(second.get_attribute("class"))
    told = re.compile(r"Ran in \d+ ms; not saved|Reset to the code of the note")
    after = told.sub("", page.locator("article").inner_text())
    assert re.sub(r"\s+", " ", after).strip() == re.sub(r"\s+", " ", before).strip()
    assert served.project.root.joinpath("docs/note.md").read_text("utf-8") == NOTE


@pytest.mark.nightly
def test_a_run_undoes_no_reset(page: Page, served: Served) -> None:
    """What it gives comes too late: neither the page nor the cells below go by it."""
    go(page, served)
    box = cell(page, 1)
    page.get_by_role("button", name="Edit and run cell 1", exact=True).click()
    box.locator("textarea").fill("import time\n\nheights = [9]\ntime.sleep(600)")
    box.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_selector(".nw-play-running")
    assert focused(page) == "Run"
    box.get_by_role("button", name="Reset").click()
    assert page.locator(".nw-play-running").count() == 0
    edit(page, 2, "print('largest of all', max(heights))")
    assert "largest of all 3" in cell(page, 2).locator(".nw-outputs").inner_text()
    assert "sum 6" in box.locator(".nw-outputs").inner_text()
    assert box.get_by_role("status").inner_text() == "Reset to the code of the note"
    assert "nw-stale" not in str(cell(page, 2).get_attribute("class"))


@pytest.mark.nightly
def test_an_error_is_told_with_its_line(page: Page, served: Served) -> None:
    """By its line in the cell, which is marked; the next run goes on."""
    go(page, served)
    edit(page, 2, "a = 1\n\na / 0")
    box = cell(page, 2)
    says = box.get_by_role("status").inner_text()
    assert "line 3 of the cell" in says and "division by zero" in says
    assert box.locator(".nw-editor .e").inner_text() == "a / 0"
    assert "ZeroDivisionError" in box.locator(".nw-outputs").inner_text()
    edit(page, 2, "a = 1\n\nfor each in heights:\nprint(each)")
    says = box.get_by_role("status").inner_text()
    assert "line 4 of the cell" in says and "statement on line 3" in says
    edit(page, 2, "print(heights)")
    assert "[1, 2, 3]" in box.locator(".nw-outputs").inner_text()
    assert box.locator(".nw-editor .e").count() == 0


@pytest.mark.nightly
def test_all_of_it_works_by_keys(page: Page, served: Served) -> None:
    """Indentation, names of the live state, help, and the way out of the editor."""
    go(page, served)
    page.get_by_role("button", name="Edit and run cell 2", exact=True).focus()
    page.keyboard.press("Enter")
    area = cell(page, 2).locator("textarea")
    assert area.evaluate("each => each === document.activeElement")
    page.keyboard.press("Control+a")
    page.keyboard.type("for each in heights:\nprint(each)")
    assert area.input_value() == "for each in heights:\n    print(each)"
    page.keyboard.press("Shift+Tab")
    assert area.input_value() == "for each in heights:\nprint(each)"
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("heights.co")
    page.keyboard.press("Control+Space")
    names = page.get_by_role("listbox")
    names.wait_for()
    assert names.get_by_role("option").all_inner_texts() == ["copy", "count"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert area.input_value() == "heights.count"
    page.keyboard.press("F1")
    page.get_by_role("region", name="Documentation").wait_for()
    page.keyboard.type("(2)")
    page.keyboard.press("Shift+Enter")
    cell(page, 2).locator(".nw-outputs", has_text="1").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Run"


@pytest.mark.gate
def test_saving_is_a_step_of_its_own(page: Page, served: Served) -> None:
    """The difference is seen first; then the note has the code, and the page shows it."""
    go(page, served)
    note = served.project.root / "docs" / "note.md"
    edit(page, 2, "print('smallest', min(heights))")
    box = cell(page, 2)
    box.get_by_role("button", name="Save to the note").click()
    shown = box.get_by_role("region", name="Difference")
    shown.wait_for()
    assert shown.locator("ins").inner_text().strip() == "+print('smallest', min(heights))"
    assert note.read_text("utf-8") == NOTE
    box.get_by_role("button", name="Do not save").click()
    assert note.read_text("utf-8") == NOTE
    box.get_by_role("button", name="Save to the note").click()
    box.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_function(
        "[...document.querySelectorAll('.nw-cell code')].some("
        "each => each.textContent.includes('smallest'))",
    )
    wanted = NOTE.replace('print("largest", max(heights))', "print('smallest', min(heights))")
    assert note.read_text("utf-8") == wanted
    page.locator(".nw-outputs", has_text="smallest 1").wait_for()
    becomes(lambda: focused(page), "Edit and run cell 2")


@pytest.mark.nightly
def test_what_is_written_stays_when_the_page_fills_in(page: Page, served: Served) -> None:
    """An edit of the note elsewhere brings the page up to date; open editors keep their text."""
    go(page, served)
    page.get_by_role("button", name="Edit and run cell 2", exact=True).click()
    edit(page, 1, "heights = [7]\nprint('now', heights)")
    note = served.project.root / "docs" / "note.md"
    note.write_text(NOTE.replace("Prose between", "Other prose between"), "utf-8")
    page.get_by_text("Other prose between").wait_for()
    page.wait_for_selector(".nw-editor textarea")
    assert cell(page, 1).locator("textarea").input_value().startswith("heights = [7]")
    assert cell(page, 2).locator("textarea").input_value().startswith("print(")
    cell(page, 1).locator(".nw-outputs", has_text="now [7]").wait_for()  # as it ran, it runs again


@pytest.mark.nightly
def test_a_run_goes_on_when_the_page_fills_in(page: Page, served: Served) -> None:
    """It begins anew in the new page, which shows what it gives, for the value that was chosen."""
    kinds(page, served)
    page.get_by_role("button", name="Edit and run cell 3", exact=True).click()
    box = cell(page, 3)
    waits = "import pathlib, time\nwhile not pathlib.Path('go').exists():\n    time.sleep(0.05)\n"
    box.locator("textarea").fill(f"{waits}print('at last', k)")
    box.get_by_label("Value of k").select_option("2")
    page.wait_for_selector(".nw-play-running")
    note = served.project.root / "docs" / "kinds.md"
    note.write_text(KINDS.replace("# Kinds\n", "# Kinds\n\nNew prose.\n"), "utf-8")
    page.get_by_text("New prose.").wait_for()
    page.wait_for_selector(".nw-play-running")
    assert box.get_by_label("Value of k").input_value() == "2"
    served.project.write({"go": ""})
    done(page, 3).locator(".nw-outputs", has_text="at last 2").wait_for()


@pytest.mark.nightly
def test_a_difference_stays_when_the_page_fills_in(page: Page, served: Served) -> None:
    """It is that to the note as it is by now, and saving it keeps what else was written there."""
    go(page, served)
    note = served.project.root / "docs" / "note.md"
    edit(page, 2, "print('smallest', min(heights))")
    box = cell(page, 2)
    box.get_by_role("button", name="Save to the note").click()
    box.get_by_role("region", name="Difference").wait_for()
    other = NOTE.replace("Prose between", "Other prose between")
    note.write_text(other, "utf-8")
    page.get_by_text("Other prose between").wait_for()
    box.get_by_role("button", name="Save", exact=True).click()
    page.locator(".nw-outputs", has_text="smallest 1").wait_for()
    old, new = 'print("largest", max(heights))', "print('smallest', min(heights))"
    becomes(lambda: note.read_text("utf-8"), other.replace(old, new))


def late(route: Route) -> None:
    """Let a request through a second later."""
    time.sleep(1)
    route.continue_()


@pytest.mark.nightly
def test_who_writes_while_the_page_fills_in_writes_on(page: Page, served: Served) -> None:
    """The cursor stays where it was, however long the server takes to tell of the new cells."""
    go(page, served)
    page.route("**/playground/open", late)
    page.get_by_role("button", name="Edit and run cell 2", exact=True).click()
    page.keyboard.press("Control+a")
    page.keyboard.type("print(7)")
    page.keyboard.press("ArrowLeft")
    note = served.project.root / "docs" / "note.md"
    note.write_text(NOTE.replace("Prose between", "Other prose between"), "utf-8")
    page.get_by_text("Other prose between").wait_for()
    page.wait_for_function("document.activeElement.matches('.nw-editor textarea')")
    page.keyboard.type(" + 1")
    assert cell(page, 2).locator("textarea").input_value() == "print(7 + 1)"


@pytest.mark.nightly
def test_a_page_that_has_to_load_anew_goes_on_where_it_was(page: Page, served: Served) -> None:
    """Where more than its article changed: with what ran, the editors, the text and the cursor."""
    go(page, served)
    page.get_by_role("button", name="Edit and run cell 1", exact=True).click()
    edit(page, 2, "print('mine', max(heights))")
    for _ in "', max(heights))":
        page.keyboard.press("ArrowLeft")
    page.evaluate("() => { window.isOld = true }")
    served.project.write({"docs/own.css": "h1 { color: teal }"})
    configure(served.project, extra_css=["own.css"])
    page.wait_for_function("!window.isOld")
    cell(page, 2).locator(".nw-outputs", has_text="mine 3").wait_for()  # it ran again
    assert page.locator("textarea").count() == 2
    page.wait_for_function("document.activeElement.matches('.nw-editor textarea')")
    page.keyboard.type("!")
    assert cell(page, 2).locator("textarea").input_value() == "print('mine!', max(heights))"
    page.reload()
    page.locator(".nw-editor").wait_for()
    assert page.locator("textarea").count() == 1  # whoever loads it himself begins anew


@pytest.mark.gate
def test_what_is_not_saved_is_there_after_leaving(page: Page, served: Served) -> None:
    """After a new load, a link and back, and in another tab; until it is saved or taken back."""
    go(page, served)
    page.get_by_role("button", name="Edit and run cell 1", exact=True).click()
    edit(page, 2, "print('mine', max(heights))")

    def is_there(page: Page) -> None:
        page.locator(".nw-editor").first.wait_for()
        assert page.locator("textarea").count() == 1  # nothing was written in the first
        assert cell(page, 2).locator("textarea").input_value() == "print('mine', max(heights))"
        assert "Unsaved draft" in cell(page, 2).get_by_role("status").inner_text()

    page.reload()
    is_there(page)
    page.goto(f"http://{served.address}/kinds/")
    page.wait_for_selector("html[data-nw-playground='5']")
    assert page.locator("textarea").count() == 0
    page.go_back()
    is_there(page)
    with page.expect_popup() as opened:
        page.evaluate("open(location.href)")
    other = opened.value
    other.wait_for_selector("html[data-nw-playground='3']")
    is_there(other)
    other.close()
    cell(page, 2).get_by_role("button", name="Reset").click()
    page.reload()
    page.wait_for_selector("html[data-nw-playground='3']")
    assert page.locator("textarea").count() == 0


@pytest.mark.gate
def test_what_is_not_saved_outlives_changes_of_the_note(page: Page, served: Served) -> None:
    """It goes with its cell, and where the note's code is another by now, the cell says so."""
    go(page, served)
    edit(page, 2, "print('mine', max(heights))")
    note = served.project.root / "docs" / "note.md"
    moved = NOTE.replace("Prose between", "```python\nprint('new')\n```\n\nProse between")
    note.write_text(moved, "utf-8")
    page.wait_for_selector("html[data-nw-playground='4']")
    page.locator(".nw-editor").wait_for()
    assert cell(page, 3).locator("textarea").input_value() == "print('mine', max(heights))"

    note.write_text(moved.replace('print("largest", max', 'print("smallest", min'), "utf-8")
    said = cell(page, 3).get_by_role("status")
    said.get_by_text("the code of the note has changed since").wait_for()
    assert cell(page, 3).locator("textarea").input_value() == "print('mine', max(heights))"

    def taken_away() -> list[str]:
        """What saving would take out of the note; asked for anew where the page filled in since."""
        found = cell(page, 3).get_by_role("region", name="Difference").locator("del")
        if not found.count():
            cell(page, 3).get_by_role("button", name="Save to the note").click()
        return [each.strip() for each in found.all_inner_texts()]

    becomes(taken_away, ['-print("smallest", min(heights))'])


@pytest.mark.nightly
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_editor_is_accessible(page: Page, served: Served, scheme: str) -> None:
    """No violation of axe's rules with an editor, names, help, a stale cell and a difference."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    go(page, served)
    wanted = "slate" if scheme == "dark" else "default"
    assert page.locator("body").get_attribute("data-md-color-scheme") == wanted
    edit(page, 1, "# Words\nimport math\nheights = [1.5, 2]\nprint(f'sum {sum(heights)}')\n1 / 0")
    edit(page, 1, "# Words\nimport math\nheights = [1.5, 2]\nprint(f'sum {sum(heights)}')\nmath.si")
    cell(page, 1).get_by_role("button", name="Save to the note").click()
    cell(page, 1).get_by_role("region", name="Difference").wait_for()
    area = cell(page, 1).locator("textarea")
    area.focus()
    page.keyboard.press("Control+End")
    page.keyboard.press("Home")
    page.keyboard.press("F1")
    page.get_by_role("region", name="Documentation").wait_for()
    page.keyboard.press("End")
    page.keyboard.press("Control+Space")
    page.get_by_role("listbox").wait_for()
    ours = [".nw-editor", ".nw-play-bar", ".nw-play-names", ".nw-play-diff", ".nw-play-help"]
    assert all(page.locator(each).count() for each in ours)
    assert violations(page, ", ".join(ours)) == []


@pytest.mark.nightly
def test_nothing_is_left_when_the_tab_is_closed(page: Page, served: Served) -> None:
    """The processes of its cells end at once; those of the server stay."""
    go(page, served)
    edit(page, 2, "print('here')")
    assert programs(served)
    page.goto("about:blank")
    served.wait(lambda: not programs(served))


def programs(served: Served) -> list[str]:
    """The processes of playgrounds that belong to a server."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
            where = (path.parent / "cwd").readlink()
        except OSError:
            continue
        if b"notewright.run.playground.program" in words and where == served.project.root:
            found.append(path.parent.name)
    return found


def kinds(page: Page, served: Served) -> None:
    """Look at a note with a cell of each kind, until changes of it are heard."""
    with page.expect_request(POLL):
        page.goto(f"http://{served.address}/kinds/")
    page.wait_for_selector("html[data-nw-playground='5']")
    page.locator(".nw-stage", has_text="reached 15").wait_for()


def done(page: Page, number: int) -> Locator:
    """A cell of the note with all kinds, by its number, once it has said that it ran."""
    box = page.locator(".nw-cell").nth(number - 1)
    box.locator(".nw-play-says", has_text="Ran").wait_for()
    return box


@pytest.mark.nightly
def test_a_cell_runs_for_a_value_that_is_chosen_or_for_all(page: Page, served: Served) -> None:
    """The slider's value comes first; cells below go on with what was chosen; all make frames."""
    kinds(page, served)
    slider = page.get_by_role("slider", name="k")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.locator(".nw-stage", has_text="reached 20").wait_for()
    page.get_by_role("button", name="Edit and run cell 3", exact=True).click()
    box = page.locator(".nw-cell").nth(2)
    select = box.get_by_label("Value of k")
    assert select.input_value() == "2"
    box.locator("textarea").fill("print('got', base + k * step)")
    box.locator("textarea").press("Shift+Enter")
    done(page, 3).get_by_text("got 20").wait_for()
    assert "2 steps reach 20" in box.inner_text()
    assert "for k = 2" in box.locator(".nw-play-says").inner_text()
    page.get_by_role("button", name="Run cell 4 again").click()
    done(page, 4).get_by_text("after 2").wait_for()
    select.select_option("3")
    box.get_by_text("got 25").wait_for()
    page.get_by_role("button", name="Run cell 4 again").click()
    page.locator(".nw-cell").nth(3).get_by_text("after 3").wait_for()

    box.get_by_role("button", name="Run all values").click()
    stage = box.locator(".nw-stage")
    stage.wait_for()
    moved = box.get_by_role("slider", name="k")
    moved.focus()
    page.keyboard.press("End")
    box.locator(".nw-stage", has_text="got 25").wait_for()
    page.keyboard.press("Home")
    box.locator(".nw-stage", has_text="got 15").wait_for()
    box.get_by_role("button", name="Reset").click()
    page.locator(".nw-stage", has_text="reached").wait_for()
    assert "got" not in box.inner_text()


@pytest.mark.nightly
def test_a_value_chosen_during_a_run_is_the_one_that_is_shown(page: Page, served: Served) -> None:
    """The run that goes on is of another; who stops it wants none."""
    kinds(page, served)
    page.get_by_role("button", name="Edit and run cell 3", exact=True).click()
    box = page.locator(".nw-cell").nth(2)
    select = box.get_by_label("Value of k")
    box.locator("textarea").fill("import time\n\ntime.sleep(2 * (k < 3))\nprint('got', k)")
    select.select_option("2")
    page.wait_for_selector(".nw-play-running")
    every = box.get_by_role("button", name="Run all values")
    assert every.get_attribute("aria-disabled") == "true"
    select.select_option("3")
    box.locator(".nw-outputs", has_text="got 3").wait_for()
    assert "for k = 3" in done(page, 3).locator(".nw-play-says").inner_text()
    assert every.get_attribute("aria-disabled") == "false"

    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    box.get_by_role("button", name="Copy with helpers").last.click()
    page.wait_for_function("window.copied")
    assert "k = 3  # vary: 1, 2, 3" in page.evaluate("copied")


@pytest.mark.nightly
def test_paper_shows_a_run_and_no_frames_of_before(page: Page, served: Served) -> None:
    """After a reset it has the frames of the note again."""
    kinds(page, served)
    page.get_by_role("button", name="Edit and run cell 3", exact=True).click()
    box = page.locator(".nw-cell").nth(2)
    box.locator("textarea").fill("print('got', k)")
    box.locator("textarea").press("Shift+Enter")
    done(page, 3).get_by_text("got 1").wait_for()
    frames = box.locator(".nw-multiples")
    page.emulate_media(media="print")
    assert frames.is_hidden() and box.get_by_text("got 1").is_visible()
    page.emulate_media(media="screen")
    box.get_by_role("button", name="Reset").click()
    page.emulate_media(media="print")
    assert frames.is_visible()


@pytest.mark.nightly
def test_a_page_with_a_slider_fills_in_without_a_new_load(page: Page, served: Served) -> None:
    """Its script is there already, and finds the new slider."""
    kinds(page, served)
    page.evaluate("window.isSame = true")
    note = served.project.root / "docs" / "kinds.md"
    note.write_text(KINDS.replace("# Kinds\n", "# Kinds\n\nNew prose.\n"), "utf-8")
    page.get_by_text("New prose.").wait_for()
    slider = page.get_by_role("slider", name="k")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.locator(".nw-stage", has_text="reached 20").wait_for()
    assert page.evaluate("window.isSame")


@pytest.mark.nightly
def test_hidden_and_folded_code_is_opened_and_edited(page: Page, served: Served) -> None:
    """Also that of a cell of which the page shows nothing, and with less motion on the page."""
    page.emulate_media(reduced_motion="reduce")
    kinds(page, served)
    names = ["cell 1, whose code is hidden", "cell 2, whose code is hidden"]
    for name in names:
        page.get_by_role("button", name=f"Edit and run {name}", exact=True).click()
    areas = page.locator("textarea")
    assert areas.nth(0).input_value().startswith("base = 10")
    assert areas.nth(1).input_value() == "step = 5\n"
    areas.nth(1).fill("step = 7\nprint('hidden', step)")
    areas.nth(1).press("Shift+Enter")
    done(page, 2).get_by_text("hidden 7").wait_for()
    page.get_by_role("button", name="Run cell 3 again").click()
    done(page, 3).get_by_text("reached 17").wait_for()

    page.get_by_role("button", name="Edit and run cell 5", exact=True).click()
    box = page.locator(".nw-cell").nth(4)
    box.locator("textarea").fill("for n in range(4):\n    print('now', n)\n    yield f'at {n}'")
    box.locator("textarea").press("Shift+Enter")
    done(page, 5).locator(".nw-stage", has_text="now 0").wait_for()
    box.get_by_role("slider", name="step").focus()
    page.keyboard.press("End")
    box.locator(".nw-stage", has_text="now 3").wait_for()
    assert "at 3" in box.inner_text()


def check(page: Page, code: str) -> Locator:
    """Have the tests of the exercise run on some code; returns where they are told."""
    box = page.locator(".nw-exercise")
    before = int(box.get_attribute("data-nw-ran") or 0)
    box.locator("textarea").fill(code)
    box.get_by_role("button", name="Check").click()
    page.wait_for_function(
        "before => Number(document.querySelector('.nw-exercise').dataset.nwRan ?? 0) > before",
        arg=before,
    )
    return box


@pytest.mark.gate
def test_an_exercise_is_written_and_judged_in_the_page(page: Page, served: Served) -> None:
    """By its own tests, with hints one by one; it is saved when somebody says so."""
    page.goto(f"http://{served.address}/sums/")
    page.get_by_role("button", name="Write the exercise here").click()
    area = page.locator(".nw-exercise textarea")
    begun = area.input_value()
    assert begun == TO_FILL_IN.replace('("go through them, and add each")', "").replace(
        '("divide the total")', ""
    )
    box = check(page, begun)
    assert box.locator(".nw-fails").count() == 2
    assert "0 of 2 tests pass" in box.locator(".nw-play-says").inner_text()
    hints = box.locator(".nw-hints")
    assert hints.inner_text().strip() == "Hint 1 of 2"
    hints.get_by_role("button").click()
    assert "One, two and three are six." in hints.inner_text()
    assert "add each" not in hints.inner_text()
    hints.get_by_role("button").click()
    assert "total: go through them, and add each" in hints.inner_text()
    assert hints.get_by_role("button").count() == 0
    assert violations(page, ".nw-exercise") == []

    right = begun.replace("raise NotImplementedError", "return sum(numbers)", 1)
    wrong = right.replace("return sum(numbers)", "print('seen', numbers)\n    return 7")
    box = check(page, wrong)
    assert box.locator(".nw-hints").get_by_role("button").inner_text() == "Hint 1 of 3"
    assert "seen [1, 2, 3]" in box.inner_text()
    box = check(page, right)
    assert box.locator(".nw-passes").all_inner_texts() == ["Passes: the total is the sum"]
    box = check(page, "def total(:\n")
    assert "SyntaxError" in box.inner_text() and box.locator(".nw-editor .e").count() == 1

    area.fill(right)
    file = served.project.root / "exercises" / "sums.py"
    assert file.read_text("utf-8") == TO_FILL_IN
    box.get_by_role("button", name="Save to the file").click()
    box.get_by_role("button", name="Save", exact=True).click()
    box.get_by_text("Saved in exercises/sums.py").wait_for()
    open_part = 'raise NotImplementedError("go through them, and add each")'
    assert file.read_text("utf-8") == TO_FILL_IN.replace(open_part, "return sum(numbers)")
