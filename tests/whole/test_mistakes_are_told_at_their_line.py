"""End to end: mistakes of each kind, planted where notes are deepest, each found at its line.

One project a kind. Every note stands below properties, hidden text and other cells, so that
a line that is counted from anywhere but the top of the file is a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from projects import ProjectDir

pytestmark = pytest.mark.gate

HEAD = """\
---
title: a
aliases:
  - b%%c
---

%% hidden
```python
never run
```
%%

# Title %% aside %%

"""
TAIL = "\n\nSome %%hidden\ntext%% at the end.\n"
SOUND = "```python\nsound = 1\n```\n\n"

HERE = "@"
"""Marks the line of a fault; taken away before the note is written."""


def plain(lines: Sequence[str]) -> list[str]:
    """At the margin."""
    return list(lines)


def in_list(lines: Sequence[str]) -> list[str]:
    """In an item of an item, by a tab's width."""
    inside = [f"      {line}".rstrip() for line in lines]
    return ["1. item", "", "   - item", "", *inside]


def in_callout(lines: Sequence[str]) -> list[str]:
    """In a callout."""
    return ["> [!note] Title", *(f"> {line}".rstrip() for line in lines)]


def in_nested_callout(lines: Sequence[str]) -> list[str]:
    """In a callout in a callout in a list."""
    inside = [f"  > > {line}".rstrip() for line in lines]
    return ["- item", "", "  > [!tip]", "  > Text.", "  >", "  > > [!note]-", *inside]


def after_sound_cells(lines: Sequence[str]) -> list[str]:
    """Below other sessions, a comment and an include."""
    return [*SOUND.split("\n"), "<!-- ", "```python", "x", "```", "-->", "", *SHOWN, "", *lines]


SHOWN = ["```python", '--8<-- "long.py"', "```"]
PLACES = [plain, in_list, in_callout, in_nested_callout, after_sound_cells]


@dataclass(frozen=True)
class Fault:
    """One kind of mistake.

    Attributes:
        lines: The part of a note that holds it, with `@` behind its line.
        message: What must be said of it; `{n}` is the number of the place.
    """

    lines: str
    message: str


FAULTS = {
    "syntax-error": Fault(
        "```python\n#| label: cell-{n}\nx = 1\nif x@\n    pass\n```\n", "SyntaxError: expected ':'"
    ),
    "exception": Fault(
        '```python title="a" hl_lines="1"\n#| label: cell-{n}\nx = 1\n\nx.wrong{n}@\n```\n',
        "AttributeError: 'int' object has no attribute 'wrong{n}'",
    ),
    "exception-in-a-session": Fault(
        "```python\n#| label: cell-{n}\ndef f(x):\n    return 1 / x@\n```\n\nText.\n\n"
        "```python continuation\nf({n})\nf(0)\n```\n",
        "ZeroDivisionError: division by zero",
    ),
    "wrong-value": Fault(
        "```python\n#| label: cell-{n}\nx = {n}\n```\n\nText %%with\nhidden%% lines and\n"
        "`{{python}} x`, **k=7**<!--= x --> of {n}<!--= x -->@\n",
        "the note says 7, but the cell computes {n}",
    ),
    "wrong-expression": Fault(
        "```python\n#| label: cell-{n}\nx = {n}\n```\n\n| a | b |\n|---|---|\n"
        "| {n}<!--= x --> | 1 |\n| 2 | 7<!--= y{n} --> |@\n",
        "cannot compute the value `y{n}`: NameError: name 'y{n}' is not defined",
    ),
    "wrong-output": Fault(
        "```python\n#| label: cell-{n}\n#| echo: false\nprint({n})\n```\n\n```output@\n7\n```\n",
        "the note says 7, but the cell computes {n}",
    ),
    "wrong-doctest": Fault(
        "```pycon\n#| label: cell-{n}\n>>> x = {n}\n>>> for y in [x]:\n...     print(y)\n{n}\n"
        ">>> x + 1@\n7\n>>> x\n{n}\n```\n",
        "the note says 7, but the cell computes {m}",
    ),
    "unexpected-error-in-a-doctest": Fault(
        "```pycon\n>>> x = {n}\n>>> x.wrong@\n7\n>>> x\n{n}\n```\n\n^cell-{n}\n",
        "the output in the note differs from the output of the cell",
    ),
    "unknown-option": Fault(
        "~~~~python\n#| label: cell-{n}\n#| echo: true\n#| fig-atl: x@\nx = 1\n~~~~\n",
        "unknown option `fig-atl`. Did you mean `fig-alt`?",
    ),
    "wrong-option": Fault(
        "```python\n#| fig-cap: [a,\n#|   b]\n#| timeout: soon@\nx = 1\n```\n\n^cell-{n}\n",
        "invalid value for option `timeout`: 'soon'. Use a number of seconds above 0",
    ),
    "missing-snippet": Fault(
        '```python\n#| label: cell-{n}\nx = 1\n--8<-- "lnog.py"@\n```\n',
        "no snippet called `lnog.py`. Did you mean `long.py`?",
    ),
    "missing-section": Fault(
        '```python\n#| label: cell-{n}\n--8<-- "long.py:one"\n--8<-- "long.py:too"@\n```\n',
        "`long.py` has no section `too`. Did you mean `two`?",
    ),
    "broken-link": Fault(
        "```python\n#| label: cell-{n}\nx = [[1], [2]]\n```\n\nText\n[[Title]] and [[Tilte{n}]]@\n",
        "no note or file called `Tilte{n}`. Did you mean `title{n}`?",
    ),
    "broken-embed": Fault(
        "```python\n#| label: cell-{n}\nx = 1\n```\n\n![[#^cell-{n}]] and ![[#^cel-{n}]]@\n",
        "`note{n}` has no block or label `^cel-{n}`. Did you mean `cell-{n}`?",
    ),
    "missing-alt-text": Fault(
        "```python@\n#| label: cell-{n}\nimport matplotlib.pyplot as plt\nplt.plot([{n}])\n```\n",
        "the figure has no alt text",
    ),
    "error-that-does-not-come": Fault(
        "```python\n#| label: cell-{n}\n#| error: ValueError\nx = 1\nx = {n}@\n```\n",
        "the cell should raise ValueError, but raised no error",
    ),
}

SNIPPET = "# --8<-- [start:one]\none = 1\n# --8<-- [end:one]\n# --8<-- [start:two]\ntwo = 2\n"


@pytest.mark.nightly
@pytest.mark.parametrize("kind", FAULTS)
def test_each_fault_is_found_at_its_line(kind: str, tmp_path: Path) -> None:
    """Five notes with one mistake each: five messages with the right lines, and no other."""
    fault = FAULTS[kind]
    project = ProjectDir(tmp_path)
    project.configure()
    wanted = {}
    for number, place in enumerate(PLACES):
        lines = fault.lines.format(n=number, m=number + 1).rstrip("\n").split("\n")
        text = HEAD + "\n".join(place(lines)) + TAIL
        assert text.count(HERE) == 1
        line = text[: text.index(HERE)].count("\n") + 1
        name = f"docs/note{number}.md"
        project.write({name: ""})
        (project.root / name).write_text(text.replace(HERE, ""), "utf-8")
        project.write({f"docs/title{number}.md": ""})
        message = fault.message.format(n=number, m=number + 1)
        wanted[f"{name}:{line}"] = message
    embeds = "".join(f"![[note{n}#^cell-{n}]]\n\n" for n in range(len(PLACES)))
    project.write({"docs/index.md": f"# Title\n\n{embeds}", "docs/title.md": ""})
    project.write({"snippets/long.py": SNIPPET})

    said = project.notewright("check")
    assert said.status == 1
    told = re.findall(r"^(docs/\S+?:\d+)(?::\d+)?: (.*)$", said.output, re.M)
    told = [(where, message) for where, message in told if not message.startswith("not run")]
    assert sorted(where for where, _ in told) == sorted(wanted), said.output
    for where, message in told:
        assert message.startswith(wanted[where]), said.output


def test_the_same_mistake_in_two_notes_is_told_of_each(tmp_path: Path) -> None:
    """The code runs once; each note hears of its own line, with its own lines around it."""
    cell = "```python\ndef f():\n    return 1 / 0\n\n\nf()\n```\n\n```python continuation\nx\n```\n"
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/a.md": cell, "docs/index.md": f"# Title\n\n{cell}\n{cell}"})
    said = project.notewright("check")
    assert said.counts[2] == 6, "each with the cell that did not run because of it"
    for line, name in [(3, "a"), (5, "index"), (17, "index")]:
        (place,) = said.lines(f"docs/{name}.md:{line}: ZeroDivisionError: division by zero")
        detail = said.output.split(f"{place}\n")[1].split("\ndocs/")[0]
        assert f">{line:>5} |     return 1 / 0" in detail
        assert f"docs/{name}.md:{line + 3}, <module>" in detail
        assert "docs/a.md" not in detail or name == "a"
