"""The preamble of a vault: macros that hold in the formulas of all notes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from converted import convert
from projects import ProjectDir

NOTE = r"""# Note

With $\R^n$ and $\bvec{v}$.

> [!note]
> $$
> \abs{\bvec x}
> = 1
> $$

| $\abs{a}$ |
|---|
| b |

$$
\newcommand{\here}{\gamma}
$$

So $\here$, and $a_1$.

```python
print(1)
```
"""
PREAMBLE = r"""\newcommand{\R}{\mathbb{R}}
\newcommand{\bvec}[1]{\mathbf{#1}}
\newcommand{\abs}[1]{|#1|}
"""


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """A vault with a preamble, as Obsidian's plugin Extended MathJax has it."""
    made = ProjectDir(tmp_path)
    made.configure()
    made.write({"docs/index.md": "# Home\n\n![[note]]\n", "docs/note.md": NOTE})
    made.write({"docs/preamble.sty": PREAMBLE})
    return made


@pytest.mark.nightly
def test_macros_of_the_preamble_hold_in_all_notes(project: ProjectDir) -> None:
    """On the page, where a note is embedded, for `check` and for the tests."""
    assert project.build().status == 0
    for page in ("index.html", "note/index.html"):
        html = (project.root / "site" / page).read_text("utf-8")
        assert html.count("<math") == 6 and "\N{DOUBLE-STRUCK CAPITAL R}" in html
        assert "newcommand" not in html.partition("<article")[2]
    assert project.notewright("check").status == 0
    assert project.pytest("docs").status == 0
    (project.root / "docs/preamble.sty").unlink()
    told = project.build()
    assert told.status == 1 and r"docs/note.md:3: cannot show the formula `\R^n`" in told.output
    assert project.pytest("docs").status == 1


def test_copies_and_notebooks_know_no_macros(project: ProjectDir) -> None:
    """Other readers have no preamble: they are given what macros stand for."""
    assert project.build().status == 0
    folder = project.root / "site/note"
    cells = json.loads((folder / "note.ipynb").read_text("utf-8"))["cells"]
    book = "\n".join("".join(each["source"]) for each in cells)
    for text in ((folder / "index.html.md").read_text("utf-8"), book):
        assert r"With $\mathbb{R}^n$ and $\mathbf{v}$." in text
        assert "> $$\n> |\\mathbf{x}|\n> = 1\n> $$" in text
        assert r"| $\|a\|$ |" in text
        assert "\n\nSo $\\gamma$, and $a_1$." in text and "newcommand" not in text


@pytest.mark.nightly
def test_an_option_names_another_file(project: ProjectDir) -> None:
    """Which has to be there, and a file of LaTeX of the project."""
    (project.root / "docs/preamble.sty").rename(project.root / "macros.tex")
    project.configure({"preamble": "macros.tex"})
    assert project.build().status == 0
    project.configure({"preamble": "gone.tex"})
    told = project.build()
    assert told.status == 1 and "cannot read the preamble `gone.tex`: No such file" in told.output
    assert "mkdocs.yml:" in told.output
    for name in ("../macros.tex", "macros.md"):
        project.configure({"preamble": name})
        told = project.notewright("check")
        assert told.status != 0 and "ends in .sty or .tex" in told.output


@pytest.mark.gate
def test_faults_of_the_preamble_are_told_at_their_lines(project: ProjectDir) -> None:
    """Packages and comments are none."""
    more = "% \\newcommand{R}{x}\n\\usepackage{amsmath}\n\\newcommand{N}{x}\n"
    project.write({"docs/preamble.sty": PREAMBLE + more})
    for told in (project.build(), project.notewright("check")):
        assert told.status == 1
        assert "docs/preamble.sty:6: `\\newcommand` needs a name such as `\\R`" in told.output


def test_what_a_note_defines_holds_from_there_on() -> None:
    """In the text and on lines of their own; a formula that only defines shows nothing."""
    text = "Before $\\R$.\n\n$\\def\\R{\\mathbb{R}}$\n\n$$\n\\R\n$$\n\nSo $\\R$.\n"
    shown = convert(text)
    assert shown.html.count("<math") == 2
    assert [problem.message for problem in shown.problems] == [
        r"cannot show the formula `\R`: unknown command `\R`. Did you mean `\Re`?"
    ]
