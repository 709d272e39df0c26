"""End to end: a vault that is not trusted is shown from its records, and nothing of it runs."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from projects import ProjectDir, Result, elements, shown

from notewright.rendering import _clean_svg
from notewright.settings import Settings

OFF = {"NOTEWRIGHT_EXECUTE": "0"}
MARK = "open('../ran', 'a').write('{}\\n')"

FILES = {
    "docs/index.md": f"""\
        # Home

        ```python
        {MARK.format("cell")}
        from snippets.helper import answer
        print("printed", answer, open("data/x.txt").read())
        ```

        So 42<!--= {MARK.format("value")} and answer --> and `{{python}} answer`.

        ```pycon
        >>> {MARK.format("doctest")}
        8
        ```

        ```python fixture:tmp_path
        {MARK.format("fixture")}
        ```

        ```python
        --8<-- "shown.py"
        ```
        """,
    "docs/conftest.py": MARK.format("conftest"),
    "snippets/helper.py": f"{MARK.format('snippet')}\nanswer = 42\n",
    "snippets/shown.py": f"{MARK.format('shown')};\n",
    "data/x.txt": "data 1",
}


def _build(project: ProjectDir, **environment: str) -> Result:
    return project.build(**environment)


def _run(project: ProjectDir, **environment: str) -> Result:
    return project.notewright("run", **environment)


def _check(project: ProjectDir, **environment: str) -> Result:
    return project.notewright("check", **environment)


def _accept(project: ProjectDir, **environment: str) -> Result:
    return project.notewright("accept", **environment)


def _why(project: ProjectDir, **environment: str) -> Result:
    return project.notewright("why", "index", **environment)


def _pytest(project: ProjectDir, **environment: str) -> Result:
    return project.pytest("-q", "--noconftest", **environment)


READERS = [_build, _run, _check, _accept, _why, _pytest]


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """A vault that leaves a trace wherever something of it runs."""
    project = ProjectDir(tmp_path / "project")
    project.configure()
    project.write(FILES)
    return project


def ran(project: ProjectDir) -> list[str]:
    file = project.root.parent / "ran"
    return sorted(set(file.read_text().split())) if file.exists() else []


def test_the_traces_work(project: ProjectDir) -> None:
    """Where execution is on, each part of the vault runs and leaves its trace."""
    assert project.pytest("-q").status == 0
    assert ran(project) == ["cell", "conftest", "doctest", "fixture", "shown", "snippet", "value"]


def test_nothing_of_the_vault_runs(project: ProjectDir) -> None:
    """Neither cells nor snippets nor values: every reader ends well, and leaves no trace."""
    for reader in READERS:
        said = reader(project, **OFF)
        assert said.status == 0, said.output
        assert ran(project) == [], reader
    project.configure({"execute": False})
    for reader in (_build, _pytest):
        said = reader(project)
        assert said.status == 0, said.output
        assert ran(project) == [], reader
    assert not list((project.root / ".notewright").glob("records/*"))


def test_code_without_a_record_is_shown_without_output(project: ProjectDir) -> None:
    """The page has the code and the words of the note, and says nothing that no run gave."""
    assert project.build(**OFF).status == 0
    page = project.page("index")
    assert "answer" in page and "So 42 and" in page
    assert shown(page) == []
    assert "nw-failure" not in page


def test_records_are_shown_though_nothing_runs(project: ProjectDir) -> None:
    """What ran where the vault is trusted is shown where it isn't."""
    assert project.notewright("run").status == 0
    (project.root.parent / "ran").unlink()
    said = project.build(**OFF)
    assert said.status == 0
    assert said.counts == (0, 3, 0)
    assert shown(project.page("index"))[0] == ("stdout", "printed 42 data 1")
    assert "So 42 and 42." in project.page("index")
    assert ran(project) == []


@pytest.mark.parametrize("path", ["data/x.txt", "snippets/helper.py"])
def test_a_record_of_other_inputs_is_not_shown(project: ProjectDir, path: str) -> None:
    """An output that its data or its helper would not give any more is no output."""
    assert project.notewright("run").status == 0
    (project.root / path).write_text("answer = 43\n")
    assert project.build(**OFF).status == 0
    assert shown(project.page("index")) == []
    assert "printed 42" not in project.page("index")
    (project.root / path).write_text(FILES[path])
    assert project.build(**OFF).status == 0
    assert shown(project.page("index"))[0] == ("stdout", "printed 42 data 1")


def test_a_wrong_number_of_a_record_is_told(project: ProjectDir) -> None:
    """What the note says is held against the record, whoever made it."""
    assert project.notewright("run").status == 0
    note = project.root / "docs/index.md"
    note.write_text(note.read_text().replace("So 42", "So 41"))
    said = project.notewright("check", **OFF)
    assert said.status == 1
    assert said.lines("docs/index.md:9: the note says 41, the run says 42")


EVIL = "<script>alert('evil')</script>"
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'width="10pt" height="10pt" onload="evil()"><script>evil()</script>'
    '<a href="javascript:evil()"><path d="M 0 0"/></a><g id="kept" onclick="evil()">'
    '<path d="M 1 1"/><use xlink:href="#kept"/><use xlink:href="http://evil/x#y"/></g>'
    '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="evil()"/></foreignObject>'
    "</svg>"
)
HOSTILE: list[dict[str, Any]] = [
    {"output_type": "stream", "name": f'stdout">{EVIL}', "text": EVIL},
    {"output_type": "stream", "name": "stdout", "text": EVIL},
    {"output_type": "error", "ename": EVIL, "evalue": EVIL, "traceback": [EVIL]},
    {
        "output_type": "display_data",
        "metadata": {},
        "data": {
            "text/html": f"<b>kept</b>{EVIL}<img src=x onerror=evil()>"
            '<a href="javascript:evil()">x</a><iframe src="//evil"></iframe>'
            "<style>@import '//evil'</style><svg onload=evil()></svg>"
        },
    },
    {
        "output_type": "display_data",
        "metadata": {},
        "data": {"text/markdown": f"*kept* {EVIL} [x](javascript:evil())"},
    },
    {"output_type": "execute_result", "metadata": {}, "data": {"text/plain": EVIL}},
    {"output_type": "display_data", "metadata": {}, "data": {"image/svg+xml": PICTURE}},
    {"output_type": "display_data", "metadata": {}, "data": {"image/svg+xml": "<svg><not xml"}},
    {
        "output_type": "display_data",
        "metadata": {"notewright": {"axes": EVIL}},
        "data": {f'image/png"{EVIL}': "AA=="},
    },
    {
        "output_type": "display_data",
        "metadata": {},
        "data": {"image/png": f'AA=="onerror="evil()">{EVIL}'},
    },
]

CELL = "```python\n#| fig-alt: [a, b, c, d]\nprint(1)\n```\n\n`{python} 2` of 5<!--= 5 -->\n"


def dangers(page: str) -> list[str]:
    """What in a page would run or ask for what a hostile record says."""
    return [
        f"{each.name} {name}={value}"
        for each in elements(page)
        for name, value in [*each.attributes.items(), ("text", each.text)]
        if "evil" in value
        and (
            each.name in ("script", "style", "iframe", "foreignobject")
            or name.startswith("on")
            or (name in ("href", "src") and not value.startswith("data:image/"))
        )
    ]


def test_the_dangers_are_seen() -> None:
    """The search below would find each of them."""
    assert len(dangers("".join(str(value) for output in HOSTILE for value in output.values()))) > 3
    page = f"<p>{EVIL}</p><b onclick='evil()'></b><a href='javascript:evil()'></a>"
    assert len(dangers(page)) == 3


def test_a_hostile_record_runs_nothing_in_the_page(tmp_path: Path) -> None:
    """Whatever stands in a record that came with the vault: no script, no handler, no request."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": CELL})
    assert project.notewright("run").status == 0
    (record,) = (project.root / ".notewright/records").glob("*.json")
    content = json.loads(record.read_text())
    content["cells"][0].update(outputs=HOSTILE, values=[EVIL, "5"])
    record.write_text(json.dumps(content))

    plain = project.root / "plain"
    said = project.build("--site-dir", str(plain), **OFF)
    assert said.status == 0, said.output
    page = (plain / "index.html").read_text("utf-8")
    assert page.count("kept") == 2, "what is harmless is shown"
    assert "&lt;script&gt;alert('evil')" in page
    assert dangers(page) == []
    files = [path.read_text() for path in (plain / "assets/notewright").glob("*.svg")]
    assert len(files) == 4
    assert any("M 1 1" in svg and "#kept" in svg for svg in files)
    assert not [svg for svg in files if re.search("evil|script|foreignObject", svg)]


def test_a_trusted_vault_shows_html_as_its_cell_made_it(tmp_path: Path) -> None:
    """Where cells run anyway, a widget with its script is shown as it is."""
    project = ProjectDir(tmp_path)
    project.configure()
    cell = f"""\
        ```python
        from IPython.display import HTML
        HTML("<b onclick='x()'>b</b>{EVIL}")
        ```
        """
    project.write({"docs/index.md": cell})
    assert project.build().status == 0
    assert f"<b onclick='x()'>b</b>{EVIL}" in project.page("index")
    assert project.build(**OFF).status == 0
    assert "<b>b</b>" in project.page("index")
    assert dangers(project.page("index")) == []


def test_a_cleaned_figure_still_shows_what_was_drawn() -> None:
    """A figure of Matplotlib loses no line: only what could run is taken out of it."""
    matplotlib = pytest.importorskip("matplotlib.figure")
    figures = pytest.importorskip("notewright.figures")
    figure = matplotlib.Figure()
    axes = figure.subplots()
    axes.plot([1, 2], label="a")
    axes.imshow([[1, 2], [3, 4]])
    axes.legend()
    svg, _ = figures.draw(figure)
    clean = _clean_svg(svg)
    for name in ("path", "use", "image", "clipPath", "g"):
        assert len(re.findall(rf"<{name}\b", clean)) == len(re.findall(rf"<{name}\b", svg)), name
    assert len(re.findall(r'href="#', clean)) == len(re.findall(r'href="#', svg))
    assert clean.startswith("<svg ")


def test_the_environment_can_only_switch_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No variable makes an untrusted vault run."""
    for value, option, wanted in [
        ("0", True, False),
        ("1", True, True),
        ("1", False, False),
        ("", False, False),
        ("0", False, False),
    ]:
        monkeypatch.setenv("NOTEWRIGHT_EXECUTE", value)
        settings = Settings.from_options(tmp_path, tmp_path / "docs", {"execute": option})
        assert settings.execute is wanted
