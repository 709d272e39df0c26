"""End to end: `check`, `build`, `serve` and `pytest` give the same verdict on the same vault.

One vault holds a note for each kind of problem; each command has to tell each of them, at its
line and in the same words. In a second vault nothing is wrong.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
from dataclasses import dataclass
from typing import IO

import pytest
from projects import ProjectDir, Result

pytestmark = pytest.mark.gate


@dataclass(frozen=True)
class Problem:
    """A note with one problem.

    Attributes:
        text: The note.
        line: Where it is; with a column, as messages write it.
        said: How the message begins.
    """

    text: str
    line: str
    said: str


PROBLEMS = {
    "diagram": Problem(
        "# A\n\n```mermaid\nflowchart LR\n  A[First -->\n```\n", "4", "cannot draw the diagram"
    ),
    "base": Problem(
        "# A\n\n```base\nviews:\n  - filters: file.nme\n```\n",
        "5",
        "cannot show the base: views.filters",
    ),
    "base-yaml": Problem("# A\n\n- ```base\n  filters: a: b\n  ```\n", "4", "cannot show the base"),
    "results": Problem(
        "# A\n\n```results\nfrom: lessons/*\ncolumn: {a: A}\n```\n",
        "4",
        "cannot show the table of results: unknown key `column`. Did you mean `columns`?",
    ),
    "questions": Problem(
        "# A\n\n- ```questions\n\n  about: x\n  ```\n",
        "5",
        "cannot list the questions: `from` is missing",
    ),
    "prediction": Problem(
        "# A\n\n> [!predict] What?\n\nText.\n", "3", "`[!predict]` must be directly above the cell"
    ),
    "markdown-link": Problem("# A\n\nSee [it](gone.md).\n", "3:5", "no file called `gone.md`"),
    "markdown-image": Problem("# A\n\n![x](gone.png)\n", "3:1", "no file called `gone.png`"),
    "markdown-alt": Problem(
        "# A\n\n![](picture.png)\n", "3:1", "the image `picture.png` has no alt text"
    ),
    "wikilink-alt": Problem(
        "# A\n\n![[picture.png]]\n", "3:1", "the image `picture.png` has no alt text"
    ),
    "wikilink": Problem("# A\n\nSee [[gone]].\n", "3:5", "no note or file called `gone`"),
    "heading": Problem("# A\n\n[[index#Gone]]\n", "3:1", "`index` has no heading `Gone`"),
    "formula": Problem(
        "# A\n\n$$\n\\frac{1}{2\n$$\n", "4", "cannot show the formula `\\frac{1}{2`: unmatched `{`"
    ),
    "formula-command": Problem(
        "# A\n\nis $\\foo{x}$\n", "3", "cannot show the formula `\\foo{x}`: unknown command `\\foo`"
    ),
    "formula-in-table": Problem(
        "# A\n\n| a |\n|---|\n| $a & b$ |\n", "5", "cannot show the formula `a & b`: `&`"
    ),
    "formula-in-brackets": Problem(
        "# A\n\n`\\(\\no\\)` and\nis \\(\\foo{x}\\)\n",
        "4",
        "cannot show the formula `\\foo{x}`: unknown command `\\foo`",
    ),
    "formula-in-square-brackets": Problem(
        "# A\n\n> \\[\n> \\foo{y}\n> \\]\n", "4", "cannot show the formula `\\foo{y}`"
    ),
    "formula-environment": Problem(
        ("# A\n\n\\begin{align}\na & b\n\\foo{z}\n\\end{align}\n"),
        "3",
        "cannot show the formula `\\begin{align}",
    ),
    "cell": Problem("# A\n\n```python\n1 / 0\n```\n", "4", "ZeroDivisionError"),
    "value": Problem(
        ("# A\n\n```python\nx = 1\n```\n\nis 2<!--= x -->\n"),
        "7",
        "the note says 2, but the cell computes 1",
    ),
    "properties": Problem("---\na: [\n---\n\n# A\n", "3", "the properties are not valid YAML"),
    "option": Problem("# A\n\n```python\n#| ehco: true\n1\n```\n", "4", "unknown option `ehco`"),
    "latex-output": Problem(
        "# A\n\n```python\nfrom IPython.display import Math\n\nMath('{')\n```\n",
        "3",
        "cannot show the formula `$\\displaystyle {$`: unmatched `{`",
    ),
    "markdown-output": Problem(
        "# A\n\n```python\nfrom IPython.display import Markdown\n\nMarkdown(r'$\\foo$')\n```\n",
        "3",
        "cannot show the formula `\\foo`",
    ),
    "third-party": Problem(
        "# A\n\n```python\nfrom IPython.display import HTML\n\nhost = '//x' + '.org'\n"
        "HTML(f'<script src=\"https:{host}/a.js\"></script>')\n```\n",
        "3",
        "the HTML output of the cell would load `https://x.org/a.js` from a third party",
    ),
    "altair": Problem(
        "# A\n\n```python\nfrom IPython.display import HTML\n\nhost = '//x' + '.org'\n"
        "HTML(f'<script src=\"https:{host}/v.js\"></script><script>vegaEmbed()</script>')\n```\n",
        "3",
        "the HTML output of the cell would load `https://x.org/v.js` from a third party. "
        "Show the chart as SVG: `alt.renderers.enable('svg')`",
    ),
    "animation": Problem(
        "# A\n\n```python\nfrom IPython.display import HTML\n\nhost = '//x' + '.org'\n"
        "HTML(f'<link rel=\"stylesheet\" href=\"https:{host}/f.css\">' + 'new Animation()')\n```\n",
        "3",
        "the HTML output of the cell would load `https://x.org/f.css` from a third party. "
        "Use `#| steps: true` for a slider",
    ),
    "attachment": Problem(
        "# A\n\nText ![p](attachment:p.png)\n",
        "3:6",
        "readers cannot open `attachment:p.png`. Save the notebook's attachment as a file",
    ),
    "figure": Problem(
        "# A\n\n![[fig-none.svg|x]]\n\n```python\n#| label: fig-none\n1\n```\n",
        "3",
        "the cell `fig-none` does not draw a figure",
    ),
}

SOUND = """\
    # Sound

    [it](index.md), ![description](picture.png), ![[picture.png|what is seen]], [[index#Home]],
    $\\frac{1}{2}$ and [elsewhere](https://example.org/gone.md).

    ```mermaid
    flowchart LR
      A --> B
    ```

    ```python
    from IPython.display import HTML, Math

    display(HTML('<img alt="" src="https://example.org/a.png">'))
    Math("x")
    ```
    """
HOME = {"docs/index.md": "# Home\n", "docs/picture.png": "not really"}
COMMANDS = ("check", "build", "serve", "pytest")


def said_by(command: str, project: ProjectDir) -> Result:
    """What a command says of a project."""
    if command == "check":
        return project.notewright("check")
    if command == "build":
        return project.build()
    if command == "pytest":
        return project.pytest("-rN")
    return served(project)


def served(project: ProjectDir) -> Result:
    """What `serve` says until it serves."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    process = project.start("-m", "mkdocs", "serve", "--no-livereload", "-a", address)
    assert process.stdout is not None
    lines: list[str] = []
    reader = threading.Thread(target=_read, args=(process.stdout, lines), daemon=True)
    reader.start()
    reader.join(90)
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
    assert "Serving on" in "".join(lines), lines
    return Result(0, "".join(lines))


def _read(stream: IO[bytes], lines: list[str]) -> None:
    for line in stream:
        lines.append(line.decode("utf-8", "replace"))
        if b"Serving on" in line:
            return


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """What each command says of the vault of problems."""
    project = ProjectDir(tmp_path_factory.mktemp("verdicts") / "project")
    project.configure(markdown_extensions=["pymdownx.arithmatex"])
    notes = {f"docs/{name}.md": problem.text for name, problem in PROBLEMS.items()}
    project.write({**HOME, **notes})
    return {command: said_by(command, project) for command in COMMANDS}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", PROBLEMS)
def test_every_command_tells_every_problem(
    name: str, command: str, verdicts: dict[str, Result]
) -> None:
    """Once, at the same line, in the same words."""
    problem = PROBLEMS[name]
    place = f"docs/{name}.md:{problem.line}: {problem.said}"
    found = verdicts[command].lines(place)
    assert len(found) == 1, verdicts[command].output
    others = [line for line in verdicts[command].lines(f"docs/{name}.md:") if line not in found]
    assert not [line for line in others if "docs/" in line.split(": ")[0]], others


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_fails(command: str, verdicts: dict[str, Result]) -> None:
    """But `serve`, which goes on; and the host's own words, without a line, are no warning."""
    said = verdicts[command]
    assert said.status == (0 if command == "serve" else 1)
    assert "Traceback" not in said.output
    assert not said.lines("WARNING", "Doc file")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """A vault in which nothing is wrong."""
    project = ProjectDir(tmp_path_factory.mktemp("sound") / "project")
    project.configure()
    project.write({**HOME, "docs/sound.md": SOUND})
    return project


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_passes_what_is_right(command: str, sound: ProjectDir) -> None:
    """What a writer names in a cell is meant, also an address of elsewhere."""
    said = said_by(command, sound)
    assert said.status == 0, said.output
    assert not said.lines("docs/sound.md:"), said.output


WARNED = """\
    # A

    [it](gone.md#part), [again](sub/gone.md "title"), ![x](<a gone.png>) and [ref].

    [ref]: other-gone.md
    """


def test_a_dead_markdown_link_is_told_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """MkDocs' own words about it are left out; about what we do not tell, they stay."""
    project = ProjectDir(tmp_path_factory.mktemp("links") / "project")
    project.configure()
    project.write({**HOME, "docs/a.md": WARNED, "docs/b.md": '<a href="gone.md">x</a>\n'})
    said = project.build()
    assert said.status == 1
    assert len(said.lines("docs/a.md:3:", "no file called")) == 4
    assert not said.lines("Doc file 'a.md'"), said.output
