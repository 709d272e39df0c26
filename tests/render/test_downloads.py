"""Downloads: each note as a notebook that runs in plain Jupyter, and as Markdown."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from doctest import DocTestParser
from pathlib import Path
from typing import Any

import nbformat
import note_records
import pytest
from jupyter_client.manager import KernelManager, start_new_kernel
from nbclient import NotebookClient
from projects import ProjectDir, elements

from notewright.note.note import Note
from notewright.note.sessions import group
from notewright.render.downloads import markdown, notebook
from notewright.render.plain_markdown import Source
from notewright.run.engine import Engine, Run
from notewright.run.verdicts import CellResult
from notewright.settings import Settings
from notewright.vault.names import Names
from notewright.vault.vault import Vault

ROOT = Path(__file__).parents[2]

NOTE = """\
---
title: Means
tags: [model]
secret: mine
---

The mean, as [[other]] and [[other#Part|that part]] say. %%Nobody sees this.%%

> [!note]- See [[other]]
> A callout.

> [!tip]
> Without a title. ^block

```python
#| label: data
--8<-- "helper.py:k"
import random

numbers = [random.random() for _ in range(K)]
print("kept")
sum(numbers) / K
```

```output
kept
0.67
```

The mean is 0.67<!--= f"{sum(numbers) / K:.2f}" -->, of `{python} K` numbers.

- In a list:

  ```python continuation
  #| error: ZeroDivisionError
  1 / 0
  ```

```python
"numbers" in globals()
```

```python continuation
#| label: fig
#| fig-alt: A line that rises.
import matplotlib.pyplot as plt
import numpy as np

fig, ax = plt.subplots()
ax.plot(np.random.rand(3))
ax.set(xlabel="x", ylabel="y")
print(np.random.rand());
```

```pycon
>>> x = 1
>>> x + 1
2
>>> {}["key"]
Traceback (most recent call last):
    ...
KeyError: 'key'
```

```python notest
--8<-- "helper.py:k"
```

```python
import pandas as pd

print(len('''
>>> 1
'''))


class Result:
    def _repr_mimebundle_(self, **_):
        return {"application/vnd.notewright.result+json": {"n": 1}, "text/plain": "n"}


display(Result())
pd.DataFrame({f"a column with a long name {n}": [n] for n in range(9)})
```

![[fig.svg|A line]] and $a_1$.

```results
from: folder/*
columns: {n: N}
```
"""

NOTEBOOK = """\
# %% [markdown]
# # Twice
# See [[means]].
# %%
from snippets.helper import twice

twice(21)
"""

FILES = {
    "docs/index.md": "# Home\n\nNo cell.\n",
    "docs/folder/means.md": NOTE,
    "docs/twice.py": NOTEBOOK,
    "docs/other.md": "# Other\n\n## Part\n\nText.\n",
    "snippets/helper.py": (
        "# --8<-- [start:k]\nK = 3\n# --8<-- [end:k]\n\n\ndef twice(x):\n    return 2 * x\n"
    ),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    here = ProjectDir(tmp_path_factory.mktemp("downloads"))
    here.configure(site_url="https://example.org/notes/")
    for name, text in FILES.items():
        path = here.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    result = here.build()
    assert result.status == 0, result.output
    return here


def download(built: ProjectDir, name: str) -> Any:
    return json.loads((built.root / "site" / name).read_text("utf-8"))


def texts(outputs: Sequence[Any]) -> str:
    """What a reader of the text alone sees: streams, results and errors, and no figure."""
    found = []
    for output in outputs:
        if output["output_type"] == "stream" and output["name"] == "stdout":
            found.append(output["text"])
        elif output["output_type"] == "error":
            found.append(f"{output['ename']}: {output['evalue']}\n")
        elif "data" in output and not any(kind.startswith("image/") for kind in output["data"]):
            found.append(output["data"].get("text/plain", "") + "\n")
    return re.sub(r" at 0x[0-9a-f]+", "", "".join(found)).rstrip()


FORGET = """
import sys
if hasattr(sys, "_first_path"):
    sys.path[:] = sys._first_path
sys._first_path = list(sys.path)
if "pandas" in sys.modules:
    sys.modules["pandas"].reset_option("^display.")
if "matplotlib" in sys.modules:
    sys.modules["matplotlib"].rcdefaults()
del sys
"""


def run_plainly(
    content: str, directory: Path, kernel: KernelManager | None = None
) -> Iterator[tuple[Any, Any]]:
    """Run a notebook in Jupyter as it is; yield each cell with code as it was and as it is.

    It runs in a kernel of its own, or in one that runs and has forgotten what it knew.
    """
    before = nbformat.reads(content, 4)
    nbformat.validate(before)
    after = nbformat.reads(content, 4)
    for cell in after.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    if kernel is not None:
        begin = f"%reset -f\n%cd -q {directory}\n" + FORGET
        after.cells.insert(0, nbformat.v4.new_code_cell(begin))
    resources = {"metadata": {"path": str(directory)}}
    client = NotebookClient(
        after, km=kernel, timeout=300, kernel_name="python3", resources=resources
    )
    client.execute()
    if kernel is not None:
        client.kc.stop_channels()
        assert texts(after.cells.pop(0).outputs) == ""
    for old, new in zip(before.cells, after.cells, strict=True):
        if old.cell_type == "code":
            yield old, new


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["folder/means/means", "twice/twice"])
def test_a_download_runs_in_plain_jupyter(built: ProjectDir, name: str) -> None:
    """From anywhere in a checkout, it gives the text that the page shows, figures aside.

    Sessions stay apart, random states begin as on the page, errors that are meant do not end it.
    """
    content = (built.root / "site" / f"{name}.ipynb").read_text("utf-8")
    cells = list(run_plainly(content, built.root / "docs"))
    assert [texts(new.outputs) for _, new in cells] == [texts(old.outputs) for old, _ in cells]
    said = " ".join(texts(new.outputs) for _, new in cells)
    assert "42" in said if name.startswith("twice") else "False" in said and "KeyError" in said


VARIED = """# Varied

```python
base = [10]
```

```python continuation
#| vary: {k: [1, 2, 3], word: [a, "b c"]}
#| vary-default: {k: 2}
#| vary-caption: "{k} and {word}"
base.append(k)
print("printed", k, word, base[0])
base[-1] * 2
```

```python continuation
print("after", k, word)
```
"""
SLIDERS = """import itertools

class SelectionSlider:
    def __init__(self, options, value, continuous_update):
        self.options, self.value = options, value

def interact(shown, **sliders):
    assert [each.value for each in sliders.values()] == [2, "a"]
    for given in itertools.product(*(each.options for each in sliders.values())):
        shown(**dict(zip(sliders, given)))
"""


@pytest.mark.nightly
@pytest.mark.parametrize("has_sliders", [False, True])
def test_a_notebook_runs_other_values_where_there_are_sliders(
    tmp_path: Path, has_sliders: bool
) -> None:
    """All of them, each without a trace in the cells below; else the first alone."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/varied.md": VARIED})
    assert project.build().status == 0
    absent = 'raise ImportError("absent")\n'
    project.write({"ipywidgets.py": SLIDERS if has_sliders else absent})
    content = (project.root / "site" / "varied" / "varied.ipynb").read_text("utf-8")
    cells = list(run_plainly(content, project.root / "docs"))
    tails = [(old, new) for old, new in cells if "_vary(_i" in new.source]
    assert len(tails) == 1
    for old, new in cells:
        if (old, new) not in tails:
            assert texts(new.outputs) == texts(old.outputs)
    said = texts(tails[0][1].outputs)
    if not has_sliders:
        assert said == ""
        return
    for k in (1, 2, 3):
        for word in ("a", "b c"):
            assert f"printed {k} {word} 10" in said
        assert said.count(str(2 * k)) >= 2


def test_a_notebook_holds_what_the_page_shows(built: ProjectDir) -> None:
    """Markdown without what only the vault knows, cells with includes and options, outputs."""
    cells = download(built, "folder/means/means.ipynb")["cells"]
    texts_ = [cell["source"] for cell in cells if cell["cell_type"] == "markdown"]
    whole = "\n\n".join(texts_)
    assert whole.startswith("# Means\n\nThe mean, as [Other](https://example.org/notes/other/)")
    assert "[that part](https://example.org/notes/other/#part) say." in whole
    assert "> **See [Other](https://example.org/notes/other/)**  \n> A callout." in whole
    assert "> **Tip**  \n> Without a title.\n" in whole
    assert "The mean is 0.67, of 3 numbers." in whole
    assert "*[Figure: A line](https://example.org/notes/folder/means/#fig)* and $a_1$." in whole
    assert "```python notest\nK = 3\n```" in whole
    assert "*A table: see [the page](https://example.org/notes/folder/means/).*" in whole
    for hidden in ("Nobody", "<!--", "[[", "^block", "```output", "secret", "{python}"):
        assert hidden not in whole
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code[1]["source"].startswith("#| label: data\nK = 3\nimport random\n")
    assert code[2]["source"] == "#| error: ZeroDivisionError\n1 / 0"
    assert code[2]["metadata"] == {"tags": ["raises-exception"]}
    assert code[2]["outputs"][0]["ename"] == "ZeroDivisionError"
    assert code[3]["source"].startswith("_new_session()")
    svg = next(out["data"] for out in code[5]["outputs"] if "data" in out)["image/svg+xml"]
    assert "#010203" not in svg  # the page's colours are not for others
    assert [cell["id"] for cell in cells][:3] == ["cell-1", "setup", "cell-3"]


def test_markdown_is_the_note_with_its_includes(built: ProjectDir) -> None:
    """It can be put into another vault: wikilinks stay, comments and private properties go."""
    text = (built.root / "site/folder/means/means.md").read_text("utf-8")
    assert text.startswith("---\ntitle: Means\ntags:\n- model\n---\n\nThe mean, as [[other]]")
    assert "#| label: data\nK = 3\nimport random\n" in text and "```python notest\nK = 3" in text
    assert "--8<--" not in text and "Nobody" not in text and "secret" not in text
    twice = (built.root / "site/twice/twice.md").read_text("utf-8")
    assert twice == (
        "# Twice\nSee [[means]].\n\n"
        "```python\nfrom snippets.helper import twice\n\ntwice(21)\n```\n"
    )


def test_the_page_offers_them(built: ProjectDir) -> None:
    """Two links beside the note; none where nothing runs. They are no pages and not searched."""
    page = built.page("folder/means")
    links = [each for each in elements(page, "a") if "nw-downloads" in each.path]
    assert [(each.text, each.attributes["href"]) for each in links] == [
        ("notebook", "means.ipynb"),
        ("Markdown", "means.md"),
    ]
    assert "nw-downloads" not in built.page("other")
    assert not (built.root / "site/other/other.ipynb").exists()
    addresses = (built.root / "site/sitemap.xml").read_text("utf-8")
    assert "means/means" not in addresses


@pytest.mark.nightly
def test_a_site_can_say_where_its_notebooks_run(tmp_path: Path) -> None:
    """By links alone, which nobody follows before a click; another address makes other pages."""
    project = ProjectDir(tmp_path)
    note = "# A B\n\n```python\n1 + 1\n```\n"
    project.write({"docs/index.md": "# Home\n", "docs/folder/a b.md": note})
    at = "https://run.example/?from={path}"
    for links, addresses in (
        ({"Binder": "http://b.example/{path}", "Colab": at}, ["http://b.example/", "?from="]),
        ({"JupyterLite": at}, ["?from="]),
        ({}, []),
    ):
        project.configure({"launch_links": links})
        result = project.build()
        assert result.status == 0, result.output
        page = project.page("folder/a b")
        offered = [each for each in elements(page, "a") if "nw-downloads" in each.path]
        names = ["notebook", *links, "Markdown"]
        assert [each.text for each in offered] == names
        for each, address in zip(offered[1:], addresses, strict=False):
            assert f"{address}folder/a%20b/a%20b.ipynb" in each.attributes["href"]
        assert not re.search(r"(?:src|rel)=\S*(?:run|b)\.example", page)
    assert "Run this note: <a" in page and ". Download: <a" in page


@pytest.mark.parametrize("address", ["", 3, "https://b.example/", "javascript:alert('{path}')"])
def test_an_address_that_runs_no_notebook_is_told(tmp_path: Path, address: object) -> None:
    """At its line, with what to do."""
    project = ProjectDir(tmp_path)
    project.configure({"launch_links": {"Binder": address}})
    project.write({"docs/index.md": "# Home\n"})
    result = project.build()
    assert result.status != 0
    assert "invalid address for `Binder`" in result.output and "`{path}`" in result.output


@pytest.mark.nightly
def test_downloads_are_the_same_bytes_each_time(built: ProjectDir, tmp_path: Path) -> None:
    """Made anew from new records elsewhere, in a narrow terminal, or kept from the last build."""
    copy = ProjectDir(tmp_path / "copy")
    kept = shutil.ignore_patterns("site", ".notewright")
    shutil.copytree(built.root, copy.root, ignore=kept)
    for _ in range(2):
        assert copy.build(COLUMNS="60", PYTHONHASHSEED="7").status == 0
        for name in ("folder/means/means", "twice/twice"):
            for kind in ("ipynb", "md"):
                path = f"site/{name}.{kind}"
                assert (copy.root / path).read_bytes() == (built.root / path).read_bytes()


@pytest.mark.nightly
def test_a_changed_result_changes_the_download(tmp_path: Path) -> None:
    """What is kept is kept only while note and results are the same."""
    here = ProjectDir(tmp_path)
    here.configure()
    here.write({"docs/index.md": "```python\nfrom snippets.a import x\n\nx\n```\n"})
    for value in ("1", "2"):
        here.write({"snippets/a.py": f"x = {value}\n"})
        assert here.build().status == 0
        assert texts(download(here, "index.ipynb")["cells"][-1]["outputs"]) == value


def test_a_download_leads_to_headings_as_they_are(tmp_path: Path) -> None:
    """A heading of another note that goes is named no more, and one that comes back is."""
    here = ProjectDir(tmp_path)
    here.configure()
    here.write({"docs/index.md": "# Home\n\nSee [[b#The part|it]].\n"})
    for heading in ("The part", "Gone", "The part"):
        here.write({"docs/b.md": f"# B\n\n## {heading}\n\nWords.\n"})
        here.command("-m", "mkdocs", "build")  # which tells that there is none
        copy = (tmp_path / "site/index.html.md").read_text("utf-8")
        assert ("(b/index.html.md#the-part)" in copy) == (heading == "The part")


def test_no_download_takes_the_place_of_a_file(tmp_path: Path) -> None:
    """A file of the vault at its address stays."""
    here = ProjectDir(tmp_path)
    here.configure()
    here.write({"docs/a.md": "```python\n1\n```\n", "docs/a/a.ipynb": "own\n"})
    assert here.build().status == 0
    assert (tmp_path / "site/a/a.ipynb").read_text() == "own\n"
    assert "a.md" in here.page("a") and "a.ipynb" not in here.page("a")


@pytest.mark.gate
def test_an_untrusted_vault_offers_no_scripts(tmp_path: Path) -> None:
    """With `execute: false`, only text and pictures of its outputs are passed on."""
    here = ProjectDir(tmp_path)
    here.configure()
    cell = "from IPython.display import HTML\n\nHTML('<script>1</script>')"
    here.write({"docs/index.md": f"```python\n{cell}\n```\n"})
    assert here.build().status == 0
    assert "text/html" in (tmp_path / "site/index.ipynb").read_text()
    here.configure({"execute": False})
    assert here.build().status == 0
    shown = download(here, "index.ipynb")["cells"][-1]["outputs"]
    assert list(shown[0]["data"]) == ["text/plain"]


# The vault itself: what each download would run is compared with what its record ran, and one of
# each kind is run in Jupyter; each night all are, with `NOTEWRIGHT_DOWNLOADS=all`.
KINDS = {
    "a doctest": "engine/note-format.md",
    "a note with data, snippets and sessions": "practice/tools.md",
    "a notebook": "projects/ch05-svm.py",
    "frames": "concepts/validation.md",
}


def vault_notes() -> list[str]:
    if os.environ.get("NOTEWRIGHT_DOWNLOADS") != "all":
        return list(KINDS.values())
    vault = note_records.vault()
    return sorted(path for path, note in vault.notes.items() if group(note.cells))


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(Settings.load(ROOT)) as engine:
        yield engine


@pytest.fixture(scope="module")
def kernel() -> Iterator[KernelManager]:
    """One kernel for all notes: to start one, with its imports, costs more than most cells."""
    manager, _ = start_new_kernel(startup_timeout=300, kernel_name="python3")
    yield manager
    manager.shutdown_kernel(now=True)


@pytest.mark.nightly
@pytest.mark.parametrize("path", vault_notes())
def test_the_vaults_downloads_run_in_plain_jupyter(
    path: str, engine: Engine, kernel: KernelManager
) -> None:
    """Each note of this vault gives its text outputs again, in Jupyter and from a checkout."""
    vault = Vault.scan(engine.settings)
    note = vault.notes[path]
    run = engine.run(vault, [note])
    if run.problems:
        pytest.fail(str(run.problems[0]))
    content = notebook(source(vault, note, run))
    directory = (engine.settings.docs_dir / path).parent
    for old, new in run_plainly(content, directory, kernel):
        assert texts(new.outputs) == texts(old.outputs), new.source


def source(vault: Vault, note: Note, run: Run) -> Source:
    return Source(Names(vault, makers=run.makers), note, run.cells[note.path], note.name)


@pytest.mark.nightly
def test_notebooks_of_the_vault_run_what_the_records_ran(engine: Engine) -> None:
    """Each cell of each note, in order, and a new session wherever the note begins one."""
    vault = Vault.scan(engine.settings)
    for note in vault.notes.values():
        sessions = group(note.cells)
        results = Run({note.path: [CellResult(cell) for cell in note.cells]})
        made = nbformat.reads(notebook(source(vault, note, results)), 4)
        codes = [cell for cell in made.cells if cell.cell_type == "code"]
        borders = [cell for cell in codes if cell.source.startswith("_new_session()")]
        assert len(borders) == max(len(sessions) - 1, 0), note.path
        ran = [
            cell.source
            for cell in codes
            if not {"setup", "frames"} & set(cell.metadata.get("tags", ()))
        ]
        assert list(map(plain, ran)) == list(would_run(note)), note.path


def plain(code: str) -> str:
    """Code without the options of its cell."""
    return re.sub(r"\A(?:#\|.*\n?)*", "", code).strip("\n")


def would_run(note: Note) -> Iterator[str]:
    """The codes of a note's cells in order, and each example of a doctest."""
    for cell in note.cells:
        if cell.runs and cell.is_doctest:
            for example in DocTestParser().get_examples(cell.code):
                yield example.source.strip("\n")
        elif cell.runs:
            yield plain(cell.plain_code)


@pytest.mark.nightly
def test_markdown_downloads_of_the_vault_hold_their_cells(engine: Engine) -> None:
    """The Markdown of each note of this vault holds the code that its page shows."""
    vault = Vault.scan(engine.settings)
    run = Run({path: [] for path in vault.notes})
    for path, note in vault.notes.items():
        run.cells[path] = [CellResult(cell) for cell in note.cells]
        text = re.sub(r"(?m)^[ \t>]+", "", markdown(source(vault, note, run)))
        for result in run.cells[path]:
            code = re.sub(r"(?m)^[ \t>]+", "", result.cell.code.strip())
            assert code in text or ";--8<--" in note.text, f"{path}:{result.cell.line}"
