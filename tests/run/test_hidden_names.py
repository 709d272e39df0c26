"""What a cell shows of files without a page is told by note and line, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from projects import ProjectDir

LIST = "from pathlib import Path\nfound = sorted(Path('docs/plans').iterdir())\n"
TOLD = {
    "a name": f"{LIST}print([path.stem for path in found])",
    "a file": f"{LIST}print(*(path.name for path in found), sep='\\n')",
    "an address": (
        f"from IPython.display import HTML\n{LIST}name = found[-1].stem.replace(' ', '%20')\n"
        "HTML(f'<a href=\"../plans/{name}/\">x</a>')"
    ),
    "a title": f"{LIST}found[-1].read_text().splitlines()[-1]",
    "an alias": f"{LIST}print(found[-1].read_text().count('x'), 'project BLUEBIRD')",
    "a drawing": (
        f"#| fig-alt: words\nfrom IPython.display import SVG\n{LIST}"
        'SVG(\'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>\''
        " + found[-1].stem + '</text></svg>')"
    ),
    "a set-aside file": "import os\nprint(os.listdir('docs/aside'))",
    "by a glob": "import glob\nprint(glob.glob('docs/*/*.md'))",
    "an error": f"#| error: KeyError\n{LIST}raise KeyError(found[-1].stem)",
    "each frame": (
        "#| vary: {n: [0, 1]}\n#| vary-caption: '{n} of two'\n" + LIST + "print(found[n].stem)"
    ),
    "a program": "import subprocess\nprint(subprocess.getoutput('ls docs/plans'))",
}
UNTOLD = {
    "a word of one's own": "print('secret plan', 'Bluebird')",
    "other folders": "import os\nprint(os.listdir('data'), 'secret plan')",
    "what is published": f"{LIST}print([path.stem for path in found if path.stem == 'open plan'])",
    "a longer word": f"{LIST}print(len(found), 'secret plans')",
    "what nobody sees": f"#| include: false\n{LIST}print(found)",
    "a template": "import os\nprint(os.listdir('docs/templates'))",
    "a shared name": f"{LIST}print(len(found), 'Shared')",
}


def vault(place: Path, **options: object) -> ProjectDir:
    """A vault with two hidden notes, one that is set aside, and a note for each code."""
    project = ProjectDir(place)
    project.configure(options, exclude_docs="/aside/")
    private = "---\npublish: false\naliases: [Project Bluebird, Shared]\n---\n"
    project.write(
        {
            "docs/index.md": "# Home\n",
            "docs/plans/secret plan.md": f"{private}# What nobody knows\n",
            "docs/plans/open plan.md": "# Shared\n",
            "docs/aside/left out.md": "# Left out\n",
            "docs/templates/new.md": "# A template\n",
            "data/x.txt": "x",
        }
    )
    for name, code in {**TOLD, **UNTOLD}.items():
        project.write({f"docs/{name}.md": f"# N\n\nWords.\n\n```python\n{code}\n```\n"})
    return project


def told(said: str) -> set[str]:
    """The notes and lines at which a hidden name is told."""
    return set(
        re.findall(
            r"docs/([^:\n]+:\d+): the output contains `[^`]+`, a name from the unpublished file",
            said,
        )
    )


@pytest.mark.gate
def test_a_hidden_name_is_told_where_a_cell_shows_it(tmp_path: Path) -> None:
    """By each command alike, when cells run and when their records are fresh."""
    project = vault(tmp_path)
    expected = {f"{name}.md:5" for name in TOLD}
    for _ in range(2):
        checked = project.notewright("check")
        assert (told(checked.output), checked.status) == (expected, 1)
    built = project.build("--strict")
    assert (told(built.output), built.status) == (expected, 1)
    assert told(project.pytest().output) == expected


@pytest.mark.gate
def test_it_has_the_level_that_is_asked_for(tmp_path: Path) -> None:
    """A vault whose cells may name all files says so, or fails each build."""
    project = vault(tmp_path, rules={"hidden-name": "off"})
    assert (told((checked := project.notewright("check")).output), checked.status) == (set(), 0)
    project.configure({"rules": {"hidden-name": "error"}}, exclude_docs="/aside/")
    assert len(told((built := project.build()).output)) == len(TOLD) and built.status == 1
