"""Downloads: each note as a notebook that runs in plain Jupyter, and as Markdown."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from projects import ProjectDir, elements

from notewright.downloads import Source, markdown, notebook
from notewright.engine import Engine, Run
from notewright.settings import Settings
from notewright.vault import Note, Vault
from notewright.verdicts import CellResult

ROOT = Path(__file__).parents[1]

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


def run_plainly(content: str, directory: Path, timeout: float = 120) -> Iterator[tuple[Any, Any]]:
    """Run a notebook in Jupyter as it is; yield each cell with code as it was and as it is."""
    before = nbformat.reads(content, 4)
    nbformat.validate(before)
    after = nbformat.reads(content, 4)
    for cell in after.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    resources = {"metadata": {"path": str(directory)}}
    NotebookClient(after, timeout=timeout, kernel_name="python3", resources=resources).execute()
    for old, new in zip(before.cells, after.cells, strict=True):
        if old.cell_type == "code":
            yield old, new


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


def test_a_notebook_holds_what_the_page_shows(built: ProjectDir) -> None:
    """Markdown without what only the vault knows, cells with includes and options, outputs."""
    cells = download(built, "folder/means/means.ipynb")["cells"]
    texts_ = [cell["source"] for cell in cells if cell["cell_type"] == "markdown"]
    whole = "\n\n".join(texts_)
    assert whole.startswith("# Means\n\nThe mean, as [other](https://example.org/notes/other/)")
    assert "[that part](https://example.org/notes/other/#part) say." in whole
    assert "> **See [other](https://example.org/notes/other/)**  \n> A callout." in whole
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


def test_downloads_are_the_same_bytes_each_time(built: ProjectDir, tmp_path: Path) -> None:
    """Made anew from new records elsewhere, in a narrow terminal, or kept from the last build."""
    copy = ProjectDir(tmp_path / "copy")
    kept = shutil.ignore_patterns("site", ".notewright")
    shutil.copytree(built.root, copy.root, ignore=kept)
    for _ in range(2):
        assert copy.build(COLUMNS="60").status == 0
        for name in ("folder/means/means", "twice/twice"):
            for kind in ("ipynb", "md"):
                path = f"site/{name}.{kind}"
                assert (copy.root / path).read_bytes() == (built.root / path).read_bytes()


def test_a_changed_result_changes_the_download(tmp_path: Path) -> None:
    """What is kept is kept only while note and results are the same."""
    here = ProjectDir(tmp_path)
    here.configure()
    here.write({"docs/index.md": "```python\nfrom snippets.a import x\n\nx\n```\n"})
    for value in ("1", "2"):
        here.write({"snippets/a.py": f"x = {value}\n"})
        assert here.build().status == 0
        assert texts(download(here, "index.ipynb")["cells"][-1]["outputs"]) == value


def test_no_download_takes_the_place_of_a_file(tmp_path: Path) -> None:
    """A file of the vault at its address stays."""
    here = ProjectDir(tmp_path)
    here.configure()
    here.write({"docs/a.md": "```python\n1\n```\n", "docs/a/a.ipynb": "own\n"})
    assert here.build().status == 0
    assert (tmp_path / "site/a/a.ipynb").read_text() == "own\n"
    assert "a.md" in here.page("a") and "a.ipynb" not in here.page("a")


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


# The vault itself. By default, notes whose cells take a moment: a kernel and its imports cost
# two seconds a note. `NOTEWRIGHT_DOWNLOADS=all` runs all, and `1/4` the first of four shares.
CHEAP = 2.0


def vault_notes() -> list[str]:
    vault = Vault.scan(Settings.load(ROOT))
    found = [path for path, note in vault.notes.items() if "python" in note.text]
    number, _, count = os.environ.get("NOTEWRIGHT_DOWNLOADS", "all").partition("/")
    return sorted(found)[int(number) - 1 :: int(count)] if count else sorted(found)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with Engine(Settings.load(ROOT)) as engine:
        yield engine


@pytest.mark.parametrize("path", vault_notes())
def test_the_vaults_downloads_run_in_plain_jupyter(path: str, engine: Engine) -> None:
    """Each note of this vault gives its text outputs again, in Jupyter and from a checkout."""
    vault = Vault.scan(engine.settings)
    note = vault.notes[path]
    plan = engine.plan(note)
    if not plan.sessions:
        pytest.skip("nothing runs in it")
    records = [engine.records.load(session.key) for session in plan.sessions]
    seconds = sum(record.seconds if record else CHEAP for record in records)
    if seconds > CHEAP and not os.environ.get("NOTEWRIGHT_DOWNLOADS"):
        pytest.skip("its cells take long; NOTEWRIGHT_DOWNLOADS=all runs them")
    run = engine.run(vault, [note])
    if run.problems:
        pytest.fail(str(run.problems[0]))
    content = notebook(source(vault, note, run))
    directory = (engine.settings.docs_dir / path).parent
    for old, new in run_plainly(content, directory, timeout=300):
        assert texts(new.outputs) == texts(old.outputs), new.source


def source(vault: Vault, note: Note, run: Run) -> Source:
    return Source(vault, note, run.cells[note.path], note.name, labels=run.makers)


def test_markdown_downloads_of_the_vault_hold_their_cells(engine: Engine) -> None:
    """The Markdown of each note of this vault holds the code that its page shows."""
    vault = Vault.scan(engine.settings)
    run = Run({path: [] for path in vault.notes})
    for path, note in vault.notes.items():
        run.cells[path] = [CellResult(cell) for cell in engine.plan(note).cells]
        text = re.sub(r"(?m)^[ \t>]+", "", markdown(source(vault, note, run)))
        for result in run.cells[path]:
            code = re.sub(r"(?m)^[ \t>]+", "", result.cell.code.strip())
            assert code in text or ";--8<--" in note.text, f"{path}:{result.cell.line}"
