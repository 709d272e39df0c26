"""The same notes for each tool: its own way to write three cells, and nothing else differs.

Each note has a cell that makes data, one that fits an estimator and prints a number, and
one that draws a figure. Number and figure depend on a constant in the note and on one in
`snippets/helper.py`; the number that must be shown is written in no source.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ESTIMATORS = (
    ("sklearn.linear_model", "LogisticRegression()"),
    ("sklearn.tree", "DecisionTreeClassifier(random_state=0)"),
    ("sklearn.neighbors", "KNeighborsClassifier()"),
    ("sklearn.svm", "SVC()"),
    ("sklearn.ensemble", "RandomForestClassifier(n_estimators=10, random_state=0)"),
)
EXTENSIONS = ("pymdownx.highlight", "pymdownx.superfences", "tables")

HELPER = '''\
"""What all notes share."""

import os

FACTOR = {factor}


def tick():
    """Count, outside of the project, that a cell runs: each process in a file of its own."""
    counts = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + ".cells"
    with open(os.path.join(counts, str(os.getpid())), "a") as file:
        file.write(".")
'''

DATA = """\
from sklearn.datasets import make_blobs

from snippets import helper

helper.tick()
X, y = make_blobs(n_samples=150, centers=3, cluster_std=2.0, random_state={number})
"""

FIT = """\
from {module} import {name}

helper.tick()
edit = {edit}
model = {estimator}
model.fit(X, y)
assert helper.FACTOR > 0
print(f"note {number} gives {{edit * helper.FACTOR}}: {{model.score(X, y):.3f}}")
"""

FIGURE = """\
import matplotlib.pyplot as plt

helper.tick()
fig, ax = plt.subplots(figsize=(5, 3.2))
shear = edit * helper.FACTOR / 1e6
ax.scatter(X[:, 0] + shear * X[:, 1], X[:, 1], c=y, s=12)
ax.set(xlabel="first feature", ylabel="second feature", title="The groups")
"""

AS_SVG = """
from io import StringIO

buffer = StringIO()
fig.savefig(buffer, format="svg")
plt.close(fig)
print(buffer.getvalue())
"""

PROSE = """\
# Note {number}

An estimator is fitted to three groups of points. {changed} The groups
overlap, so that *no* estimator is right about each point; how often it is right is
the **accuracy**, the share of points for which the prediction equals the group.

- The data are drawn with a seed, and are the same at each build.
- The estimator is fitted once.
- The figure shows what it was fitted to.

| term | meaning |
|---|---|
| `X` | the features, one row a point |
| `y` | the group of each point |
"""

BETWEEN = "The next lines fit it, and print how well it does on the same points."
BELOW = "Points of one colour belong together. What lies between them is open."


@dataclass
class Note:
    """One note: what an edit changes in it.

    Attributes:
        number: Which of the notes it is.
        edit: The constant in its second cell.
        prose: How often its prose was edited.
    """

    number: int
    edit: int = 1009
    prose: int = 0

    @property
    def cells(self) -> tuple[str, str, str]:
        """The code of its three cells."""
        module, estimator = ESTIMATORS[self.number % len(ESTIMATORS)]
        name = estimator.partition("(")[0]
        fit = FIT.format(
            module=module, name=name, edit=self.edit, estimator=estimator, number=self.number
        )
        return DATA.format(number=self.number), fit, FIGURE

    @property
    def changed(self) -> str:
        """The sentence of its prose that an edit changes."""
        return f"This note was edited {self.prose} times."

    @property
    def text(self) -> str:
        """The prose above the cells."""
        return PROSE.format(number=self.number, changed=self.changed)


def plain(note: Note) -> str:
    """A note whose cells are only shown."""
    data, fit, figure = (f"```python\n{code}```\n" for code in note.cells)
    return "\n".join((note.text, data, BETWEEN, "", fit, figure, BELOW, ""))


def notewright(note: Note) -> str:
    """A note as notewright and pytest-markdown-docs read it."""
    data, fit, figure = note.cells
    alt = "#| fig-alt: Three groups of points\n"
    return "\n".join(
        (
            note.text,
            f"```python\n{data}```\n",
            BETWEEN,
            "",
            f"```python continuation\n{fit}```\n",
            f"```python continuation\n{alt}{figure}```\n",
            BELOW,
            "",
        )
    )


def markdown_exec(note: Note) -> str:
    """A note as markdown-exec reads it; the figure is printed as SVG, its usual way."""
    data, fit, figure = note.cells
    head = f'```python exec="1" source="above" session="note{note.number}"'
    return "\n".join(
        (
            note.text,
            f"{head}\n{data}```\n",
            BETWEEN,
            "",
            f'{head} result="text"\n{fit}```\n',
            f'{head} html="1"\n{figure}{AS_SVG}```\n',
            BELOW,
            "",
        )
    )


def notebook(note: Note) -> str:
    """A note as a percent-format script, which mkdocs-jupyter reads as a notebook."""

    def prose(text: str) -> str:
        lines = "\n".join(f"# {line}".rstrip() for line in text.strip().split("\n"))
        return f"# %% [markdown]\n{lines}\n"

    data, fit, figure = (f"# %%\n{code}" for code in note.cells)
    parts = (prose(note.text), data, prose(BETWEEN), fit, f"{figure}plt.show()\n", prose(BELOW))
    return "\n".join(parts)


@dataclass
class Project:
    """The notes of one tool on disk, and what an edit of them must give.

    Attributes:
        root: Where it is written.
        write_note: How the tool writes a note.
        plugins: Its plugins, beside MkDocs' own search.
        suffix: Ending of the files of its notes.
        theme: Theme of the site.
        notes: The notes.
        factor: The constant in the helper module.
    """

    root: Path
    write_note: Callable[[Note], str]
    plugins: Sequence[object] = ()
    suffix: str = ".md"
    theme: str = "mkdocs"
    notes: list[Note] = field(default_factory=list)
    factor: int = 101

    @property
    def counts(self) -> Path:
        """The folder in which cells count that they run; ours may write there."""
        return Path(f"{self.root}.cells")

    def write(self, count: int) -> None:
        """Write everything, with so many notes."""
        config = {
            "site_name": "Benchmark",
            "theme": {"name": self.theme},
            "plugins": ["search", *self.plugins],
            "markdown_extensions": list(EXTENSIONS),
        }
        (self.root / "docs").mkdir(parents=True)
        (self.root / "snippets").mkdir()
        self.counts.mkdir()
        (self.root / "mkdocs.yml").write_text(yaml.safe_dump(config), "utf-8")
        (self.root / "pytest.ini").write_text("[pytest]\n", "utf-8")
        (self.root / "docs" / "index.md").write_text("# All notes\n\nOpen one.\n", "utf-8")
        (self.root / "snippets" / "__init__.py").touch()
        self.edit_helper(self.factor)
        self.notes = [Note(number) for number in range(count)]
        for note in self.notes:
            self.save(note)

    def save(self, note: Note) -> None:
        """Write one note."""
        path = self.root / "docs" / f"note-{note.number:02}{self.suffix}"
        path.write_text(self.write_note(note), "utf-8")

    def edit_prose(self, number: int, value: int) -> None:
        """Change a sentence of one note."""
        self.notes[number].prose = value
        self.save(self.notes[number])

    def edit_cell(self, number: int, value: int) -> None:
        """Change the constant in the second cell of one note."""
        self.notes[number].edit = value
        self.save(self.notes[number])

    def edit_helper(self, value: int) -> None:
        """Change the constant in the module that all notes import."""
        self.factor = value
        text = HELPER.format(factor=value)
        (self.root / "snippets" / "helper.py").write_text(text, "utf-8")

    def expected(self, note: Note) -> str:
        """The text that the page of a note must show."""
        return f"note {note.number} gives {note.edit * self.factor}:"

    def page(self, number: int) -> str:
        """The HTML of a note in the site."""
        return (self.root / "site" / f"note-{number:02}" / "index.html").read_text("utf-8")

    def wrong_pages(self, *, executed: bool = True) -> list[int]:
        """Numbers of the notes whose page shows an old number or old prose."""
        wrong = []
        for note in self.notes:
            page = self.page(note.number)
            if note.changed not in page or (executed and self.expected(note) not in page):
                wrong.append(note.number)
        return wrong

    def cells_run(self) -> int:
        """How many cells ran since the last time this was asked."""
        count = 0
        for path in self.counts.iterdir():
            count += path.stat().st_size
            path.unlink()
        return count


def figure_shape(page: str) -> str:
    """What the figures of a page look like, without the random ids that they may have."""
    svg = "".join(re.findall(r"<svg.*?</svg>", page, re.S))
    shape = re.findall(r'\b(?:d|x|y|transform)="([^"]*)"', svg)
    bitmaps = re.findall(r"data:image/png;base64,([^\"']+)", page)
    files = re.findall(r'src="([^"]*\.svg)[^"]*"', page)
    return "\n".join((*shape, *bitmaps, *files))


def with_outputs(page: str, text: str) -> str:
    """Put what a page of notewright shows below the fences of a note, as static HTML.

    Args:
        page: The page that notewright made.
        text: The same note for MkDocs alone.

    Returns:
        The note, whose page is about as large and says the same.
    """
    pattern = r'</code></pre></div>(?:<div class="nw-outputs">(.*?)</div>)?</div>'
    shown = [re.sub(r"\n\s*\n", "\n", output) for output in re.findall(pattern, page, re.S)]
    parts = text.split("```\n")
    fences = iter(shown)
    return "```\n".join(
        f"\n\n<div>{next(fences, '')}</div>\n\n{part}" if number else part
        for number, part in enumerate(parts)
    )
