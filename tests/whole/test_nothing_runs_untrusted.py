"""End to end: a vault that is not trusted is shown from its records, and nothing of it runs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from projects import ProjectDir, Result, elements, shown

from notewright.render.cleaning import clean_svg
from notewright.run.seals import seal
from notewright.settings import Settings

pytestmark = pytest.mark.gate

ROOT = Path(__file__).parents[2]
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
    "docs/part/note.md": "# Part\n",
    "docs/part/conftest.py": MARK.format("conftest"),
    "docs/part/__init__.py": MARK.format("package"),
    "docs/part/test_evil.py": MARK.format("module"),
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
    return project.pytest("-q", **environment)


def _manifest(project: ProjectDir, **environment: str) -> Result:
    return project.notewright("manifest", "../m.json", **environment)


def _verify(project: ProjectDir, **environment: str) -> Result:
    return project.notewright("verify", "../m.json", **environment)


def _diff(project: ProjectDir, **environment: str) -> Result:
    return project.notewright("diff", ".", "../m.json", **environment)


READERS = [_build, _run, _check, _accept, _why, _manifest, _verify, _diff, _pytest]


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """A vault that leaves a trace wherever something of it runs."""
    project = ProjectDir(tmp_path / "project", warm=False)
    project.configure({"sandbox": False})  # which would keep what runs from leaving one
    project.write(FILES)
    return project


def ran(project: ProjectDir) -> list[str]:
    file = project.root.parent / "ran"
    return sorted(set(file.read_text().split())) if file.exists() else []


def test_the_traces_work(project: ProjectDir) -> None:
    """Where execution is on, each part of the vault runs and leaves its trace."""
    assert project.pytest("-q").status == 0
    names = "cell conftest doctest fixture module package shown snippet value"
    assert ran(project) == names.split()


def test_nothing_of_the_vault_runs(project: ProjectDir) -> None:
    """Neither cells nor snippets nor values: every reader ends well, and leaves no trace."""
    for reader in READERS:
        said = reader(project, **OFF)
        assert said.status == 0, said.output
        assert ran(project) == [], reader
    project.configure({"execute": False, "sandbox": False})
    for reader in (_build, _pytest):
        said = reader(project)
        assert said.status == 0, said.output
        assert ran(project) == [], reader
    assert not list((project.root / ".notewright").glob("records/*"))


def test_pytest_says_that_no_conftest_is_loaded(project: ProjectDir) -> None:
    """Also where the folder of the vault is named, and where pytest begins in it."""
    for arguments in (("docs",), ("docs/part",), ("docs/part/note.md",)):
        said = project.command("-m", "pytest", *arguments, **OFF)
        assert said.status == 0, said.output
        assert said.lines("execution is off, so no conftest.py is loaded: docs/")
        assert ran(project) == []
    said = project.command("-m", "pytest", "--noconftest", "docs", **OFF)
    assert not said.lines("no conftest.py is loaded")


@pytest.mark.nightly
def test_an_unknown_word_of_the_switch_ends_every_reader(project: ProjectDir) -> None:
    """A switch for safety fails closed."""
    for reader in READERS:
        said = reader(project, NOTEWRIGHT_EXECUTE="fasle")
        assert said.status != 0
        assert said.lines("NOTEWRIGHT_EXECUTE: 'fasle'. Use 0, false, no or off")
        assert "Traceback" not in said.output
        assert ran(project) == [], reader


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
    assert "So 42 and 42." in re.sub("<[^>]+>", "", project.page("index"))
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
    assert said.lines("docs/index.md:9: the note says 41, but the cell computes 42")


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
    {
        "output_type": "execute_result",
        "execution_count": None,
        "metadata": {},
        "data": {"text/plain": EVIL},
    },
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
    project = ProjectDir(tmp_path, warm=False)
    project.configure()
    project.write({"docs/index.md": CELL})
    assert project.notewright("run").status == 0
    (record,) = (project.root / ".notewright/records").glob("*.json")
    content = json.loads(record.read_text())
    content["cells"][0].update(outputs=HOSTILE, values=[EVIL, "5"])
    del content["digest"]
    record.write_bytes(seal(content.pop("key"), content))  # whoever forges one can seal it

    plain = project.root / "plain"
    said = project.build("--site-dir", str(plain), **OFF)
    assert said.status == 0, said.output
    page = (plain / "index.html").read_text("utf-8")
    assert page.count("kept") == 2, "what is harmless is shown"
    assert "&lt;script&gt;alert('evil')" in page
    assert dangers(page) == []
    files = [path.read_text() for path in (plain / "assets/notewright").glob("*.svg")]
    assert len(files) == 2, "a file for each figure, of both schemes"
    assert any("M 1 1" in svg and "#kept" in svg for svg in files)
    assert not [svg for svg in files if re.search("evil|script|foreignObject", svg)]


def test_a_trusted_vault_shows_html_as_its_cell_made_it(tmp_path: Path) -> None:
    """Where cells run anyway, a widget with its script is shown as it is."""
    project = ProjectDir(tmp_path, warm=False)
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
    figures = pytest.importorskip("notewright.run.worker.figures")
    figure = matplotlib.Figure()
    axes = figure.subplots()
    axes.plot([1, 2], label="a")
    axes.imshow([[1, 2], [3, 4]])
    axes.legend()
    svg, _ = figures.draw(figure)
    clean = clean_svg(svg)
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


RAW = {
    "a script": "<script>evil()</script>",
    "a handler": "<img src=x onerror=evil()> <b onclick='evil()'>b</b>",
    "a block": "<div onload=evil()>\n<script>evil()</script>\n\n"
    "<style>@import 'evil'</style>\n</div>",
    "frames": "<iframe src='evil.html'></iframe><iframe srcdoc='evil'></iframe>"
    "<object data='evil'></object><embed src='evil'>",
    "a frame of a page": "<iframe src='evil.html#x.pdf'></iframe><video src='//evil/x'></video>",
    "what leads on": "<meta http-equiv=refresh content='0;url=evil'><base href='//evil'>",
    "an address": "<a href='javascript:evil()'>x</a> <a href='data:text/html,evil'>y</a>",
    "a picture": "<svg onload=evil()><script>evil()</script><a xlink:href='javascript:evil()'>"
    "<text>x</text></a><use href='data:image/svg+xml,evil'/></svg>",
    "a form": "<form action='//evil'><input name=evil><button formaction='evil'>go</button></form>",
    "attributes": "text\n{: onclick='evil()' }\n\n"
    "**b**{: onmouseover=evil() style='background:url(//evil)' }",
    "an attribute of a heading": "## Part "
    "{: onclick='evil()' data-toc-label='<img src=x onerror=evil()>' }",
    "in Markdown": "<div markdown onclick='evil()'>\n\n**x** <i onclick=evil()>i</i>\n\n</div>",
    "an embed": "![[other]]",
    "a formula": "$\\style{background:url(//evil)}{x}$ $\\class{md-overlay}{x}$",
    "the theme's own": '<div id=\'__config\'>{"base": "evil"}</div>\n'
    "<p class='md-search__form evil'>x</p>",
    "an own heading": '## {"base": "evil"} {: #__config }',
    "a figure's place": "<!--nw-figure-0-->\n"
    "<math><mtext></p><img src=x onerror=evil()></mtext></math>",
    "a definition": "Term {: onclick=evil() }\n: text <b onclick=evil()>x</b>",
    "a footnote": "x[^1]\n\n[^1]: <img src=x onerror=evil()>",
    "a callout": "> [!note] <b onclick=evil()>T</b>\n> <script>evil()</script>",
    "a cell of a table": "| a |\n|---|\n| <img src=x onerror=evil()> |",
}


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """A vault whose notes hold HTML of a stranger, built without execution."""
    project = ProjectDir(tmp_path_factory.mktemp("raw"))
    extensions = ["attr_list", "md_in_html", "footnotes", "def_list", "admonition", "tables"]
    project.configure(
        {"execute": False},
        theme={"name": "material"},
        plugins=["search", {"notewright": {"execute": False}}],
        markdown_extensions=extensions,
    )
    notes = {f"docs/{name.replace(' ', '-')}.md": f"# N\n\n{text}\n" for name, text in RAW.items()}
    project.write(
        notes | {"docs/index.md": "# Home\n", "docs/other.md": "<b onclick=evil()>x</b>\n"}
    )
    said = project.build()
    assert said.status == 0, said.output
    return project


@pytest.mark.parametrize("name", RAW)
def test_html_of_a_stranger_runs_nothing(raw: ProjectDir, name: str) -> None:
    """However it comes into the page: its words stay, its scripts, handlers and requests do not."""
    page = raw.page(name.replace(" ", "-"))
    assert dangers(page) == []
    article = page[page.index("<article") : page.index("</article>")]
    assert not re.search(
        r"<(?:script|style|object|embed|base|meta|form|button|template)\b", article
    )
    for each in elements(article):
        assert not [key for key in each.attributes if key.startswith("on")]
        assert "evil" not in each.attributes.get("style", "")
        assert not each.attributes.get("id", "").startswith("__")
        assert not re.search(r"\bmd-(?:search|overlay)", each.attributes.get("class", ""))
    assert page.count('id="__config"') == 1


RICH = """\
---
tags: [one]
---

# Rich text

[[other]] and ![[other]] #two `code` ==mark== ~~gone~~ ^[note] text[^1] <kbd>K</kbd> <br>

[^1]: A note with $x$.

- [ ] open
- [x] done

> [!tip]- Folded
> $$
> \\sum_{i=1}^n \\frac{x_i}{\\sqrt{2}} \\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}
> $$

| left | right |
|:-----|------:|
| a    | b     |

=== "One"

    first

=== "Two"

    second

??? note "More"

    inside

!!! warning

    text

Term
: definition

3. third
4. fourth

![what is seen|30](i.png) ![[sound.mp3]] ![[film.mp4|320x200]]

``` { .python .notest title="x.py" linenums="1" hl_lines="1" }
x = 1
```

*[HTML]: Hypertext

HTML <https://example.org> [there](https://example.org/x "title")

<details open><summary>S</summary>text</details>

<div class="mine" id="here" style="text-align: center">centre</div>

## Part of it {: #own .own }

Text ^block
"""


def test_what_is_harmless_stays(tmp_path: Path) -> None:
    """All that Markdown, its extensions and the foot of the page make is in both pages."""
    project = ProjectDir(tmp_path)
    names = "abbr attr_list md_in_html footnotes def_list admonition tables toc pymdownx.details"
    extensions: list[Any] = [*names.split(), "pymdownx.superfences", "pymdownx.highlight"]
    project.configure(
        theme={"name": "material"},
        plugins=["search", "tags", "notewright"],
        markdown_extensions=[*extensions, {"pymdownx.tabbed": {"alternate_style": True}}],
    )
    files = dict.fromkeys(("i.png", "sound.mp3", "film.mp4"), "")
    project.write({"docs/rich.md": RICH, "docs/other.md": "# Other\n\n[[rich]]\n"})
    project.write({"docs/index.md": "# Home\n"} | {f"docs/{name}": "" for name in files})
    trusted, clean = tmp_path / "trusted", tmp_path / "clean"
    assert project.build("--site-dir", str(trusted)).status == 0
    assert project.build("--site-dir", str(clean), **OFF).status == 0

    def content(site: Path, note: str) -> list[tuple[str, list[tuple[str, str]], str]]:
        page = (site / note / "index.html").read_text("utf-8")
        article = page[page.index("<article") : page.index("</article>")]
        found = [each for each in elements(article) if each.name != "tbody"]  # which HTML implies
        return [(each.name, plain(each.attributes), each.text) for each in found]

    def plain(attributes: Mapping[str, str]) -> list[tuple[str, str]]:
        texts = {name: " ".join(text.split()) for name, text in attributes.items()}
        if "style" in texts:
            texts["style"] = re.sub(r"[\s;]", "", texts["style"])
        return sorted(texts.items())

    for note in ("rich", "other", "graph"):
        assert content(clean, note) == content(trusted, note)


@pytest.mark.nightly
def test_a_diagram_kept_by_a_stranger_is_not_read(tmp_path: Path) -> None:
    """It is drawn anew, as an image: what was kept under its name is nowhere."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": "# Home\n\n```mermaid\nflowchart LR\n  A[First] --> B\n```\n"})
    assert project.build().status == 0
    (kept,) = (tmp_path / ".notewright/diagrams").glob("*.svg")
    evil = "<svg xmlns='http://www.w3.org/2000/svg'><script>evil()</script></svg>"
    kept.write_text(evil)
    assert project.build(**OFF).status == 0
    page = project.page("index")
    (image,) = [
        each for each in elements(page, "img") if "assets/notewright" in str(each.attributes)
    ]
    drawing = (tmp_path / "site" / image.attributes["src"]).read_text("utf-8")
    assert "First" in drawing
    assert "evil" not in page + drawing
    assert kept.read_text() == evil, "and nothing is written there"


@pytest.mark.nightly
def test_the_recipe_for_a_strangers_vault(tmp_path: Path) -> None:
    """The configuration that the page on trust gives, beside a vault that came with traps."""
    theirs, mine = ProjectDir(tmp_path / "theirs", warm=False), ProjectDir(tmp_path / "mine")
    theirs.configure(hooks=["evil.py"])
    theirs.write(FILES | {"evil.py": MARK.format("hook"), "conftest.py": MARK.format("root")})
    theirs.write({"docs/raw.md": f"# Raw\n\n{EVIL} <b onclick='evil()'>x</b>\n"})
    theirs.write({".notewright/records/x.json": "{}", "docs/.notewright/x.py": MARK.format("x")})
    text = (ROOT / "docs/engine/trust.md").read_text("utf-8")
    recipe = text.partition('title="mine/mkdocs.yml"\n')[2].partition("```")[0]
    mine.write({"mkdocs.yml": recipe + "      sandbox: false\n"})  # a trace could be left
    for reader in READERS[:-1]:
        said = reader(mine, **OFF)
        assert said.status == 0, said.output
    said = mine.command("-m", "pytest", "../theirs/docs", "-q", "--rootdir=.", **OFF)
    assert said.status == 0, said.output
    assert ran(theirs) == []
    assert "Home" in mine.page("index")
    assert dangers(mine.page("raw")) == []
    assert not list(theirs.root.rglob("site"))
