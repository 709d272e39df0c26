"""End to end: rich values of cells, in pages that are the same in each clean build."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from projects import Notes, ProjectDir, shown

pytestmark = pytest.mark.gate

note = Notes()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """All notes of this module, built once."""
    project = ProjectDir(tmp_path_factory.mktemp("rich") / "project")
    project.configure()
    project.write({**note.paths(), "docs/index.md": "# Home\n"})
    built = project.build()
    assert built.status == 0, built.output
    return project


@pytest.fixture
def page(site: ProjectDir, request: pytest.FixtureRequest) -> str:
    """The page of the test's own note."""
    return site.page(note.name(request.node.name))


@note(r"""
    ```python
    from IPython.display import Latex, Markdown, Math

    display(Math(r"x^2"))
    display(Latex(r"\begin{equation}x^2\end{equation}"))
    display(Markdown("so $x^2$"))


    class Power:
        def _repr_latex_(self):
            return r"$\displaystyle x^{2}$"


    Power()
    ```
    """)
def test_latex_is_shown_as_formulas(page: str) -> None:
    """`Math`, `Latex`, formulas in `Markdown`, and any object that knows its LaTeX."""
    kinds = shown(page)
    assert [kind for kind, _ in kinds] == ["html"] * 4
    assert all("<msup><mi>x</mi>" in html for _, html in kinds)


@note(r"""
    ```python
    print("a\x00b\x01c \x1b d\x9f")
    "\x02"
    ```
    """)
def test_control_characters_are_shown_as_pictures(page: str) -> None:
    """A page may hold none of them."""
    assert shown(page) == [("stdout", "a␀b␁c ␛ d\ufffd"), ("result", "'\\x02'")]
    assert not {chr(code) for code in range(32)} - set("\t\n") & set(page)


@note("""
    ```python
    import pandas as pd

    frame = pd.DataFrame({"a": [1, 2]})
    display(frame.style.highlight_max())
    frame.style.format("{:.1f}")
    ```
    """)
def test_styled_tables_are_the_same_each_time(site: ProjectDir, page: str, tmp_path: Path) -> None:
    """Two clean builds give the same bytes, of pages and of downloads, though pandas draws ids."""
    assert page.count("<style") == 2
    other = ProjectDir(tmp_path / "project")
    shutil.copytree(site.root / "docs", other.root / "docs")
    other.configure()
    assert other.build().status == 0
    names = [each.relative_to(site.root) for each in sorted(site.root.glob("site/*styled*/*"))]
    assert len(names) == 4  # the page, its copy, two downloads
    for name in names:
        assert (site.root / name).read_bytes() == (other.root / name).read_bytes(), name
