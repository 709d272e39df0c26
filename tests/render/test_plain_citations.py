"""Citations in downloads: words in the place of keys, and a list of the works."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from projects import ProjectDir

BIB = """\
@article{one, author={Doe, Jo}, title={A *star* of $5}, journal={J}, volume=4, year=2001,
  doi={10.1/a_b}}
@book{two, author={Roe, Al}, title={Two}, year=2002}
"""
NOTE = """\
# N

See [@one, p. 3; @two], @two and [@gone]. ^[Also [@one].]

```python
print("[@one]")
```
"""


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    made = ProjectDir(tmp_path)
    made.configure({"bibliography": ["refs.bib"]})
    made.write({"refs.bib": BIB, "docs/index.md": "# Home\n", "docs/note.md": NOTE})
    return made


SAID = "See (Doe, 2001, p. 3; Roe, 2002), Roe (2002) and [@gone]. ^[Also [@one].]"
LIST = (
    "**References**\n\n"
    "- Doe, J. (2001) “A \\*star\\* of \\$5”, *J*, 4. Available at: https://doi.org/10.1/a_b.\n"
    "- Roe, A. (2002) *Two*."
)


def test_copies_and_notebooks_say_what_the_page_says(project: ProjectDir) -> None:
    """Code keeps what it says, and so does the Markdown to download, for another vault."""
    built = project.command("-m", "mkdocs", "build")
    assert built.status == 0, built.output
    folder = project.root / "site/note"
    copy = (folder / "index.html.md").read_text("utf-8")
    assert SAID in copy and copy.endswith(f"{LIST}\n") and 'print("[@one]")' in copy
    cells = json.loads((folder / "note.ipynb").read_text("utf-8"))["cells"]
    texts = ["".join(each["source"]) for each in cells]
    assert any(SAID in text for text in texts) and texts[-1] == LIST
    assert "See [@one, p. 3; @two]" in (folder / "note.md").read_text("utf-8")


@pytest.mark.gate
def test_a_copy_follows_its_works(project: ProjectDir) -> None:
    """As the page does."""
    project.command("-m", "mkdocs", "build")
    project.write({"refs.bib": BIB.replace("2002", "2012")})
    project.command("-m", "mkdocs", "build")
    assert "Roe (2012)" in (project.root / "site/note/index.html.md").read_text("utf-8")
