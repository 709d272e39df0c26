"""`notewright stage`: what other programs make the site of, and nothing else."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest
import yaml
from projects import ProjectDir
from served import Served
from staged_sites import articles, dead_links, differing, page_of

from notewright.errors import EngineError
from notewright.hosts.shells import stage
from notewright.hosts.shells.stage import Given, write_stage
from notewright.render.articles import Article, Heading
from notewright.render.unique_ids import with_addresses

pytestmark = pytest.mark.gate

REPO = Path(__file__).resolve().parents[3]

NOTES = {
    "index.md": """\
        ---
        tags: [first tag]
        status: new
        secret-property: sesame
        ---
        # Home & \\<away>

        See [[models/k means|the model]], [[models/k means#The second part]], #second and
        [its file](assets/a.csv). %%a sesame in a comment%%

        ```python
        #| label: fig-line
        #| fig-alt: A line that rises
        import matplotlib.pyplot as plt

        plt.plot([1, 2]);
        x = 3
        ```

        The value is 3<!--= x -->.
        """,
    "models/k means.md": """\
        ---
        redirect_from: [old]
        ---
        # The model

        ![[index#^fig-line]] [Up](../index.md), <a href="../../assets/a.csv">raw</a>, <a
        href='k means.ipynb'>its own notebook</a>, ![a picture](../assets/p.svg), <a
        href="./">here</a>, <a href="../">up</a>, <a href="../#part">part</a>, <a
        href="#the-second-part">below</a>.

        ## The second part

        `<a href="../no/">` is text.

        ```python
        print("shown")
        ```
        """,
    "models/index.md": "# Models\n\n## Part\n",
    "models/flat.md": "# Flat\n\n[[k means]], [[other/leaf]]\n",
    "other/leaf.md": "# Leaf\n\n[Back](../models/k%20means.md#the-second-part)\n",
}
HIDDEN = {
    "hidden.md": """\
        ---
        publish: false
        aliases: [sesame alias]
        tags: [sesame-tag]
        ---
        # Sesame

        ![[sesame.csv]] [[index]]
        """
}


def write(root: Path, **config: object) -> ProjectDir:
    project = ProjectDir(root / "project")
    default: dict[str, object] = {
        "theme": {"name": "material", "font": False},
        "plugins": [
            "search",
            "tags",
            {"notewright": {"generated_pages": ["graph", "tags", "folders"]}},
        ],
        "markdown_extensions": ["attr_list", "tables", {"toc": {"permalink": True}}],
    }
    project.configure(**(default | config))
    project.write({f"docs/{path}": text for path, text in {**NOTES, **HIDDEN}.items()})
    project.write({"docs/assets/a.csv": "x,y\n1,2\n", "docs/sesame.csv": "x\n1\n"})
    project.write({"docs/assets/p.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>'})
    return project


def files_of(folder: Path) -> dict[str, bytes]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProjectDir]:
    """A project, its own site in `site/`, its stage in `stage/`."""
    project = write(tmp_path_factory.mktemp("staged"))
    assert (built := project.build()).status == 0, built.output
    told = project.notewright("stage", "stage")
    assert told.status == 0, told.output
    assert "pages staged" in told.output
    yield project


def site(staged: ProjectDir, program: str) -> Path:
    """The site that a program makes of the stage."""
    folder = staged.root / "stage"
    target = folder / "site" if program == "zensical" else folder / f"site-{program}"
    if not target.exists():
        place = ["-f", "zensical.yml"] if program == "zensical" else ["-d", str(target), "--strict"]
        made = ProjectDir(folder).command("-m", program, "build", *place)
        assert made.status == 0, made.output
        assert "WARNING" not in made.output, made.output
    return target


@pytest.mark.parametrize("program", ["mkdocs", "zensical"])
def test_another_program_shows_each_article_as_it_stands(staged: ProjectDir, program: str) -> None:
    """Byte for byte, those of pages that nobody writes as well; each link leads on."""
    made = site(staged, program)
    assert len(articles(staged.root / "stage")) == 8  # five notes, the graph, tags, a folder
    assert differing(staged.root / "stage", made) == []
    assert list(dead_links(made)) == []


def test_an_article_is_the_page_of_the_site(staged: ProjectDir) -> None:
    """What the plugin's own site shows stands in it, but for tags, which the theme shows there."""
    for path, html in articles(staged.root / "stage").items():
        if path == "tags.md":
            continue  # there, the theme's plugin makes the list
        page = (staged.root / "site" / page_of(path)).read_text("utf-8")
        own = re.sub(r'<nav class="md-tags".*?</nav>\n', "", html, flags=re.S)
        base = f"http://site/{page_of(path).removesuffix('index.html')}"

        def resolved(address: str, base: str = base) -> str:
            where, _, anchor = urljoin(base, unquote(address)).removesuffix(".txt").partition("#")
            return where if where.endswith("/tags/") else f"{where}#{anchor}"

        assert with_addresses(own, resolved) in with_addresses(page, resolved), path


def test_nothing_private_is_on_the_stage(staged: ProjectDir) -> None:
    """Neither a hidden note, nor its alias, tag or file, nor a comment or an unknown property."""
    for path, content in files_of(staged.root / "stage").items():
        assert b"sesame" not in content.lower() + path.lower().encode(), path


@pytest.mark.parametrize("program", ["mkdocs", "zensical"])
def test_titles_tags_contents_and_redirects_come_along(staged: ProjectDir, program: str) -> None:
    made = site(staged, program)
    home = (made / "index.html").read_text("utf-8")
    assert re.search(r"<title>Home &amp; &lt;away(&gt;|>) - Tests</title>", home)
    tags = re.findall(r'<a class="md-tag" href="([^"]*)">([^<]*)</a>', home)
    assert tags == [("tags/#tag:first.20tag", "first tag"), ("tags/#tag:second", "second")]
    page = (made / "models/k means/index.html").read_text("utf-8")
    assert '<a href="#the-second-part"' in page
    assert "../models/k%20means/" in (made / "old/index.html").read_text("utf-8")


def test_a_stage_is_the_same_each_time(staged: ProjectDir, tmp_path: Path) -> None:
    """And a second one of nothing new writes nothing."""
    before = files_of(staged.root / "stage")
    told = staged.notewright("stage", "stage")
    assert "files: 0 written, 0 removed" in told.output, told.output
    other = tmp_path / "other"
    assert staged.notewright("stage", str(other)).status == 0
    after = files_of(other)
    assert after == {path: before[path] for path in after}
    assert str(staged.root).encode() not in b"".join(after.values())


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    project = write(tmp_path, plugins=[{"notewright": {"generated_pages": []}}])
    assert project.notewright("stage", "out").status == 0
    project.write({"docs/models/flat.md": "# Flat\n\nanother word\n"})
    (project.root / "docs/other/leaf.md").unlink()
    told = project.notewright("stage", "out")
    assert told.status == 0, told.output
    paths = set(files_of(project.root / "out"))
    assert "docs/other/leaf.md" not in paths
    assert not (project.root / "out/docs/other").exists()
    named = {
        html
        for path in paths
        if path.startswith("docs/") and path.endswith(".md")
        for html in re.findall(r"notewright: (\w+)", (project.root / "out" / path).read_text())
    }
    assert {Path(path).stem for path in paths if path.startswith("articles/")} == named


def test_a_note_with_a_problem_leaves_the_stage_as_it_was(tmp_path: Path) -> None:
    project = write(tmp_path)
    assert project.notewright("stage", "out").status == 0
    before = files_of(project.root / "out")
    project.write({"docs/models/flat.md": "# Flat\n\n```python\n1 / 0\n```\n"})
    told = project.notewright("stage", "out")
    assert told.status == 1
    assert told.lines("docs/models/flat.md:4", "ZeroDivisionError")
    assert "Traceback (most" not in told.output
    assert files_of(project.root / "out") == before


@pytest.mark.parametrize("place", [".", "docs", "docs/inner"])
def test_a_stage_that_holds_the_vault_or_lies_in_it_is_refused(tmp_path: Path, place: str) -> None:
    project = write(tmp_path)
    before = files_of(project.root)
    told = project.notewright("stage", place)
    assert told.status == 1
    assert "must not contain the vault or be inside it" in told.output
    assert files_of(project.root) == before


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    project = write(tmp_path)
    project.write({"mine/thesis.txt": "years of work"})
    told = project.notewright("stage", "mine")
    assert told.status == 1
    assert "contains other files" in told.output
    assert files_of(project.root / "mine") == {"thesis.txt": b"years of work"}
    assert not (project.root / ".notewright").exists(), "it was looked at before anything ran"


@pytest.mark.nightly
@pytest.mark.parametrize("program", ["mkdocs", "zensical"])
def test_a_page_of_no_stage_ends_the_build(
    staged: ProjectDir, tmp_path: Path, program: str
) -> None:
    """A note that somebody put there is not published as it is, nor one whose article is gone."""
    for gone in (True, False):
        folder = tmp_path / f"{gone}"
        assert staged.notewright("stage", str(folder)).status == 0
        if gone:
            for path in (folder / "articles").iterdir():
                path.unlink()
        else:
            (folder / "docs/extra.md").write_text("# Planted\n\nsesame\n")
        place = ["-f", "zensical.yml"] if program == "zensical" else []
        made = ProjectDir(folder, warm=False).command("-m", program, "build", *place)
        assert made.status == 1
        assert "this page is not staged. Run `notewright stage` again" in made.output
        found = files_of(folder / "site") if (folder / "site").exists() else {}
        assert not any(b"sesame" in content for content in found.values())


def test_what_is_not_carried_over_is_said(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project/hook.py").write_text("")
    project = write(tmp_path, hooks=["hook.py"], plugins=["offline", "notewright"])
    told = project.notewright("stage", "out")
    assert told.status == 0, told.output
    assert told.lines("changes that these plugins make to themed pages are lost: `offline`")
    assert told.lines("`hooks` run while articles are built")


@pytest.mark.nightly
def test_what_changes_the_theme_comes_along(tmp_path: Path) -> None:
    project = write(tmp_path, theme={"name": "material", "font": False, "custom_dir": "theme"})
    project.write(
        {"theme/main.html": '{% extends "base.html" %}{% block announce %}ours{% endblock %}'}
    )
    assert project.notewright("stage", "out").status == 0
    made = ProjectDir(project.root / "out").command("-m", "mkdocs", "build", "-q")
    assert made.status == 0, made.output
    assert "ours" in (project.root / "out/site/index.html").read_text("utf-8")


@pytest.mark.nightly
@pytest.mark.parametrize("program", ["mkdocs", "zensical"])
def test_another_program_shows_what_is_saved(tmp_path: Path, program: str) -> None:
    """A broken note leaves the pages as they were; the end of one is the end of both."""
    project = write(tmp_path, plugins=["search", {"notewright": {"generated_pages": []}}])
    command = "notewright", "serve", "--generator", program
    served = Served(project, program=command)
    try:
        served.wait_for("models/flat", "The model")
        project.write({"docs/models/flat.md": "# Flat\n\n```python\nprint(6 * 7)\n```\n"})
        served.wait_for("models/flat", "42")
        project.write({"docs/models/flat.md": "# Flat\n\n```python\n1 / 0\n```\n"})
        served.wait(lambda: "The staging folder is unchanged" in served.output)
        assert "docs/models/flat.md:4" in served.output
        assert "42" in served.page("models/flat")
        config = (project.root / "mkdocs.yml").read_text("utf-8")
        project.write({"mkdocs.yml": "a: [b"})
        served.wait(lambda: served.output.count("The staging folder is unchanged") > 1)
        project.write({"mkdocs.yml": config})
        project.write({"docs/models/flat.md": "# Flat\n\nmended\n", "docs/new.md": "# New one\n"})
        served.wait_for("models/flat", "mended")
        served.wait_for("new", "New one")
    finally:
        served.end()
    assert "Traceback" not in served.output
    with pytest.raises(OSError):
        served.page("models/flat")


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    project = write(tmp_path)
    told = project.notewright("serve", "--generator", "properdocs")
    if find_spec("properdocs") is None:
        assert told.status == 1
        assert "Run `pip install properdocs mkdocs-materialx`" in told.output
    assert project.notewright("serve", "--generator", "hugo").status == 2


def given(words: str = "word", *more: str) -> Given:
    pages = [
        Article(
            f"{name}.md", f"{name}/", name, f"<p>{words} {name}</p>", (), (Heading(2, "a", "A"),)
        )
        for name in ("one", "two", *more)
    ]
    theme = {"theme": {"name": "mkdocs"}, "site_name": "Tests"}
    return Given(pages, {"a.csv": b"1"}, ["one.md"], theme, {})


@pytest.mark.parametrize("moment", range(14))
def test_at_each_moment_a_stub_has_its_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    """Whoever looks, or is left with it after a kill, has a whole stage; the next run mends it."""
    folder = tmp_path / "stage"
    write_stage(folder, given())
    left = iter(range(moment))

    def once(act):  # type: ignore[no-untyped-def]
        def acting(*words, **named):  # type: ignore[no-untyped-def]
            if next(left, None) is None:
                raise KeyboardInterrupt
            return act(*words, **named)

        return acting

    with monkeypatch.context() as killed:
        killed.setattr(stage, "replace_file", once(stage.replace_file))
        killed.setattr(stage, "_remove", once(stage._remove))
        try:
            write_stage(folder, given("other", "three"))
        except KeyboardInterrupt:
            pass
        else:
            assert moment > 8, "the last steps are reached"
    assert len(articles(folder)) in (2, 3)
    listed = set(json.loads((folder / stage._LIST).read_bytes()))
    assert files_of(folder).keys() <= {*listed, stage._LIST}
    write_stage(folder, given("other", "three"))
    write_stage(tmp_path / "clean", given("other", "three"))
    assert files_of(folder) == files_of(tmp_path / "clean")


DIES = """
import os, signal, sys
from pathlib import Path
from tests.hosts.shells.test_stage import given, write_stage

replace, left = Path.replace, iter(range(int(sys.argv[2])))

def die(path, target):
    if next(left, None) is None:
        os.kill(os.getpid(), signal.SIGKILL)
    return replace(path, target)

Path.replace = die
write_stage(Path(sys.argv[1]), given())
"""


@pytest.mark.parametrize("moment", [0, 1, 4, 8])
def test_what_a_killed_one_left_in_a_stage_is_removed(tmp_path: Path, moment: int) -> None:
    """Also in a folder that had no list yet: it is ours, and no other program shows it."""
    folder = tmp_path / "stage"
    tests = ":".join([str(REPO), str(REPO / "tests")])
    words = [sys.executable, "-c", DIES, str(folder), str(moment)]
    killed = subprocess.run(words, env=os.environ | {"PYTHONPATH": tests}, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert list(folder.rglob("*.tmp"))

    write_stage(folder, given())
    write_stage(tmp_path / "clean", given())
    assert files_of(folder) == files_of(tmp_path / "clean")


def test_a_file_may_take_the_place_of_a_folder_and_back(tmp_path: Path) -> None:
    folder = tmp_path / "stage"
    one = given()
    inner = Given(one.articles, {"a.csv/b": b"2"}, [], one.options, {})
    for each in (one, inner, one):
        write_stage(folder, each)
        write_stage(tmp_path / "clean", each)
        assert files_of(folder) == files_of(tmp_path / "clean")


@pytest.mark.parametrize("text", ["{}", "[1]", "no JSON", '["../thesis.txt", "/etc/passwd"]'])
def test_a_list_that_is_none_of_ours_removes_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    folder = tmp_path / "stage"
    folder.mkdir()
    (folder / stage._LIST).write_text(text)
    try:
        write_stage(folder, given())
    except EngineError as error:
        assert "was not written by notewright" in str(error)
    assert (tmp_path / "thesis.txt").exists()


def test_a_stub_says_of_a_note_what_templates_show() -> None:
    article = Article("a.md", "a/", "A: <b>", "<p>", properties={"tags": ["x: y"], "hide": ["toc"]})
    front = stage._stub(article).decode().split("---\n")[1]
    assert yaml.safe_load(front) == {"title": "A: <b>", "tags": ["x: y"], "hide": ["toc"]}


@pytest.mark.parametrize("executes", [True, False])
@pytest.mark.parametrize("program", ["mkdocs", "zensical"])
def test_what_a_note_says_of_itself_is_text(tmp_path: Path, program: str, executes: bool) -> None:
    """Titles, headings, names of folders, tags and properties, whatever a theme does with them."""
    planted = "</title><script>alert(1)</script>"
    project = write(tmp_path, plugins=["search", {"notewright": {"execute": executes}}])
    property_ = f"title: '{planted}'\ndescription: '\"><script>alert(1)</script>'\n"
    tags = f"tags: ['\">{planted}']\n"
    project.write(
        {
            "docs/a.md": f"---\n{property_}{tags}---\n\nA.\n",
            "docs/b.md": "# B &lt;/title>&lt;script>alert(1)&lt;/script>\n",
            "docs/<script>alert(1)<&#47;script>/c.md": "# C\n\n[[a]] [[b]]\n",
        }
    )
    told = project.notewright("stage", "out")
    assert told.status == 0, told.output
    place = ["-f", "zensical.yml"] if program == "zensical" else []
    made = ProjectDir(project.root / "out").command("-m", program, "build", *place)
    assert made.status == 0, made.output
    pages = [path.read_text("utf-8") for path in (project.root / "out/site").rglob("*.html")]
    assert len(pages) > 4
    for page in pages:
        assert "<script>alert(1)" not in page
