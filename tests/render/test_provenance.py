"""The line below a result says what is known of how it was made, and what each build says alike."""

from __future__ import annotations

import pytest

from notewright.note.cells import Cell
from notewright.note.note import Note
from notewright.render import provenance
from notewright.render.cell_html import Renderer
from notewright.run.records import CellRecord
from notewright.run.verdicts import CellResult
from notewright.run.worker import outputs

SVG = '<svg width="10pt" height="5pt" viewBox="0 0 10 5"><path id="p" d="M0 0"/></svg>'
PACKAGES = {"scikit-learn": "1.9.1", "numpy": "2.4.6", "matplotlib": "3.11", "pandas": "3.1"}


def cells(*codes: str) -> list[Cell]:
    """Cells of one session."""
    fences = [
        f"```python{' continuation' if n else ''}\n{code}\n```" for n, code in enumerate(codes)
    ]
    return list(Note("a.md", "docs/a.md", "# A\n\n" + "\n\n".join(fences) + "\n").cells)


def result(*codes: str, seconds: float = 0.0, data: str = "") -> CellResult:
    """What the last of some cells showed: a figure."""
    found = cells(*codes)
    figure = outputs.display(
        {"image/svg+xml": SVG}, {"notewright": {"data": data}} if data else {}, is_result=False
    )
    record = CellRecord([dict(figure)], seconds=seconds)
    return CellResult(found[-1], record, packages=PACKAGES, earlier=found[:-1][::-1])


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        (["x = 1"], ["line 3"]),
        (["import numpy as np\nrng = np.random.default_rng(3)"], ["seed 3", "numpy 2.4.6"]),
        (
            ["from sklearn.svm import SVC\nSVC(random_state=1)", "import matplotlib.pyplot as plt"],
            ["seed 1", "scikit-learn 1.9.1"],
        ),
        (["f(seed=1)", "f(seed=2)"], ["seed 2"]),
        (["import numpy, pandas, sklearn, scipy"], ["numpy 2.4.6", "pandas 3.1"]),
        (["import json\nfrom . import own"], []),
    ],
)
def test_what_is_known_is_said(codes: list[str], told: list[str]) -> None:
    """Seeds of the cell, else of those before it; packages that its session loaded."""
    found = list(provenance.facts(result(*codes)))
    assert found[0].startswith("line ")
    assert set(told) <= set(found)
    assert not any("matplotlib" in fact or "scipy" in fact for fact in found)
    assert len(found) <= 2 + 3


def test_a_run_that_takes_longer_gives_the_same_bytes() -> None:
    """No time of a run is printed: two builds of one commit are the same."""
    pages = [Renderer().cell(result("x", seconds=each), lambda _: "") for each in (0.1, 9.0)]
    assert pages[0] == pages[1]


def test_numbers_are_a_file_unless_they_are_a_strangers() -> None:
    """Nor where nobody writes files for the page."""
    own = Renderer("../")
    page = own.cell(result("x", data="x,y\n1,2\n"), lambda _: "")
    (path,) = own.assets
    assert own.assets[path] == "x,y\n1,2\n" and f'href="../{path}" download="line-3.csv"' in page
    for other in (Renderer(trusted=False), Renderer(is_alone=True)):
        assert ".csv" not in other.cell(result("x", data="x,y\n"), lambda _: "")


def test_versions_of_a_strangers_record_are_text() -> None:
    """Whatever a record says of its packages runs nothing in a page."""
    bad = result("import numpy")
    object.__setattr__(bad, "packages", {"numpy": "<script>1</script>"})
    assert "<script" not in Renderer(trusted=False).cell(bad, lambda _: "")
