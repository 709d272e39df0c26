"""`mkdocs serve` answers before its cells ran and its pages are made, and says what is wrong."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest
from hanging import LIMIT
from kept_pages import kept_pages
from projects import ProjectDir, texts
from served import Served

from notewright.note.sessions import group
from notewright.run.engine import Engine
from notewright.settings import Settings
from notewright.vault.vault import Vault

pytestmark = pytest.mark.gate

SLOW = (
    "# Note {0}\n\nProse {0}. [[index]]\n\n"
    "```python\nimport time\ntime.sleep(0.3)\nprint('ran {0}')\n```\n"
)
NOTES = {f"docs/n{number:02}.md": SLOW.format(number) for number in range(30)}
WAITS = "from pathlib import Path\nwhile not Path('go').exists(): time.sleep(0.05)"
LAST = {"docs/last.md": SLOW.replace("time.sleep(0.3)", WAITS).format("last")}
"""A note whose cell ends once there is a file, and not before on any machine."""
HOME = {"docs/index.md": "# Home\n\n[[n00]], [[nowhere]]\n"}

Start = Callable[..., Served]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Write a project and serve it; the server answers when this is done."""
    running: list[Served] = []

    def begin(files: dict[str, str], **config: object) -> Served:
        project = ProjectDir(tmp_path)
        theme = {"name": "material", "font": False}
        plugins = ["search", "tags", {"notewright": {}}]
        project.configure(**{"theme": theme, "plugins": plugins} | config)
        project.write(files)
        running.append(Served(project))
        running[-1].wait(lambda: "Serving on" in running[-1].output)
        return running[-1]

    yield begin
    for served in running:
        served.end()


def asked(served: Served, page: str, *sessions: str) -> dict[str, object]:
    """What a live page is told of its cells."""
    query = urlencode([("page", page), *(("session", each) for each in sessions)])
    address = f"http://{served.address}/livereload/waiting?{query}"
    with urllib.request.urlopen(address, timeout=LIMIT) as answer:
        found: dict[str, object] = json.loads(answer.read())
    return found


@pytest.mark.nightly
def test_the_prose_of_each_page_is_there_at_once(start: Start) -> None:
    """Whoever asks gets his page, never one that is to be made; its cell says that it waits."""
    served = start(NOTES | HOME | LAST)
    assert " 0 run" not in served.output  # nobody waited for the cells
    for number in (29, 3, 17):
        page = served.page(f"n{number:02}")
        assert f"Prose {number}." in page and "being built" not in page
        assert "nw-waiting" in page or f"ran {number}" in page
    session = "docs/last.md:5"
    assert "nw-waiting" in served.page("last")
    told = asked(served, "/last/", session, "docs/none.md:1")
    assert set(told) == {"places", "total", "error"} and not told["error"]
    assert set(told["places"]) == {session}  # type: ignore[call-overload]
    (served.project.root / "go").touch()
    for number in range(30):
        served.wait(lambda n=number: texts(served.page(f"n{n:02}"), "stdout") == f"ran {n}")  # type: ignore[misc]
    served.wait_for("last", "ran last")
    assert asked(served, "/n00/", session) == {"places": {}, "total": 0, "error": ""}


def test_what_is_wrong_is_told_once_and_nothing_of_filling_in(start: Start) -> None:
    """The summary comes when all has run."""
    broken = {"docs/n05.md": SLOW.format(5).replace("print(", "1 / 0; print(")}
    served = start(NOTES | HOME | broken)
    served.wait(lambda: "sessions: " in served.output)
    served.settle()
    output = served.output
    assert output.count("docs/n05.md:8: ZeroDivisionError") == 1
    assert len([line for line in output.split("\n") if "docs/index.md:3:" in line]) == 1, output
    assert "30 sessions: 30 run, 0 fresh; 2 problems" in output
    assert "Detected file changes" not in output and "Reloading browsers" not in output


def test_what_is_wrong_is_told_though_nothing_is_to_run(start: Start) -> None:
    """Once all pages are there, and before anybody edits a note."""
    served = start({"docs/index.md": "# Home\n\n![](a.svg)\n", "docs/a.svg": "<svg/>"})
    served.wait(lambda: "the image `a.svg` has no alt text" in served.output)


@pytest.mark.nightly
def test_a_dead_link_is_told_with_its_line_alone(start: Start) -> None:
    """At the start, and again with that of a note that comes: not by MkDocs as well."""
    served = start({"docs/index.md": "# Home\n\n![One](one.png)\n"} | NOTES)
    served.page("")  # it is made before anything is told
    served.settle()
    served.project.write({"docs/new.md": "# New\n\n![Two](two.png)\n"})
    served.wait_for("new", "New")
    served.wait(lambda: "docs/new.md:3:" in served.output)
    served.settle()
    told = [line for line in served.output.split("\n") if "one.png" in line or "two.png" in line]
    places = [re.findall(r"docs/\w+\.md:3:", line) for line in told]
    assert places == [["docs/index.md:3:"], ["docs/index.md:3:"], ["docs/new.md:3:"]], told


def test_of_many_warnings_an_edit_tells_those_that_it_brings(start: Start) -> None:
    """Else nobody finds them among the others; how many these are is told, and each at the start.

    One that moved with its line is none that came; nor is one that says what a new one says.
    """
    dead = "".join(f"[[none {number}]] of these.\n\n" for number in range(20))
    served = start({"docs/index.md": "# Home\n", "docs/dead.md": f"# Dead\n\n{dead}"})
    served.wait(lambda: served.output.count("no note or file called") == 20)
    served.settle()
    before = len(served.output)
    served.project.write({"docs/dead.md": f"# Dead\n\nFirst [[nowhere]].\n\n{dead}[[none 3]]\n"})
    served.wait_for("dead", "First")
    served.settle()
    told = re.findall(
        r"docs/dead.md:(\d+):\d+: no note or file called `(.*?)`", served.output[before:]
    )
    assert told == [("3", "nowhere"), ("11", "none 3"), ("45", "none 3")]
    assert (
        served.output.count("19 warnings are the same as in the last build. Run `notewright check`")
        == 1
    )


def test_an_edit_while_cells_run_is_shown_at_once(start: Start) -> None:
    """The others go on running."""
    served = start(NOTES | HOME | LAST)
    served.page("n29")
    served.project.write({"docs/n29.md": SLOW.format(29).replace("Prose", "Other prose")})
    served.wait_for("n29", "Other prose 29.")
    assert "nw-waiting" in served.page("last")
    (served.project.root / "go").touch()
    served.wait(lambda: texts(served.page("n29"), "stdout") == "ran 29")


def test_a_title_that_only_its_page_tells_reaches_the_others(start: Start) -> None:
    """A heading that MkDocs does not take for a title: all pages show what it takes."""
    late = {"docs/late.md": "Text first.\n\n# Heading later\n\nMore.\n"}
    served = start({"docs/index.md": "# Home\n"} | late)
    served.page("late")
    served.settle()
    site = served.page("late") + served.page("")
    assert served.project.build().status == 0
    built = (served.project.root / "site/late/index.html").read_text()
    for text in ("<title>Late - Tests</title>", "Heading later"):
        assert (text in built) == (text in site)


def test_a_clean_server_waits_for_its_cells(tmp_path: Path) -> None:
    """`mkdocs serve --clean` shows what `mkdocs build` gives."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write(HOME | {"docs/n00.md": SLOW.format(0)})
    served = Served(project, "--clean")
    try:
        served.wait(lambda: "Serving on" in served.output)
        assert texts(served.page("n00"), "stdout") == "ran 0"
        served.project.write({"docs/n00.md": SLOW.format(7)})
        served.wait_for("n00", "ran 7")
    finally:
        served.end()


def test_a_quiet_server_keeps_pages_too(tmp_path: Path) -> None:
    """`mkdocs serve -q` says no word, and does not make each page anew for a note that comes."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": "# Home\n\n[[n00]]\n", "docs/n00.md": "# Note\n\nProse.\n"})
    served = Served(project, "--quiet")
    try:
        served.wait_for("n00", "Prose.")
        served.wait(lambda: len(kept_pages(tmp_path)) == 3)  # and that of the graph
    finally:
        served.end()
    assert served.output == ""


@pytest.mark.nightly
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_server_that_is_asked_to_end_leaves_no_file(
    tmp_path: Path, number: signal.Signals
) -> None:
    """By Ctrl-C, a supervisor or a closing terminal; the next one need not read the notes again."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write(HOME | LAST)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    served = Served(project, TMPDIR=str(scratch))
    served.wait(lambda: "Serving on" in served.output)
    assert list(scratch.iterdir())  # the site, while it is shown
    assert served.ask_to_end(number) == 0
    assert served.output.endswith("Shutting down...\n")
    until = time.monotonic() + LIMIT  # what runs cells removes its own, and ends
    while list(scratch.iterdir()) and time.monotonic() < until:
        time.sleep(0.01)
    assert list(scratch.iterdir()) == []
    assert (tmp_path / ".notewright/notes.pickle").exists()


def test_a_served_download_is_the_published_one(tmp_path: Path) -> None:
    """Its links lead to the site and not to this server; so a build need not make it again."""
    project = ProjectDir(tmp_path)
    project.configure(site_url="https://example.org/notes")
    cell = "```python\nprint(1)\n```\n"
    project.write({"docs/index.md": "# Home\n", "docs/n.md": f"# Note\n\n[[index]]\n\n{cell}"})
    assert project.build().status == 0
    built = (tmp_path / "site/n/n.ipynb").read_text("utf-8")
    assert "(https://example.org/notes/)" in built
    served = Served(project)
    try:
        served.wait(lambda: "Serving on" in served.output)
        served.wait_for("notes/n", "Note")
        with urllib.request.urlopen(f"http://{served.address}/notes/n/n.ipynb", timeout=LIMIT) as n:
            assert n.read().decode() == built
    finally:
        served.end()


def test_no_download_is_empty(start: Start) -> None:
    """It is there with its page, and not before."""
    served = start(NOTES | HOME)
    names = [f"n{number:02}" for number in (29, 28, 27, 3)]
    for name in names:
        address = f"http://{served.address}/{name}/{name}.ipynb"
        with contextlib.suppress(HTTPError), urllib.request.urlopen(address, timeout=LIMIT) as got:
            assert json.loads(got.read())["cells"]
    served.settle()
    for name in names:
        with urllib.request.urlopen(f"http://{served.address}/{name}/{name}.ipynb") as got:
            assert json.loads(got.read())["cells"]


def test_with_a_plugin_that_nobody_knows_all_pages_are_made_first(start: Start) -> None:
    """It may do in each page what nobody can foresee; cells fill in all the same."""
    hook = "def on_page_content(html, page, **_):\n    return html + f'<p>hooked {page.url}</p>'\n"
    files = {f"docs/n{n:02}.md": SLOW.format(n) for n in range(3)} | HOME | {"hook.py": hook}
    served = start(files, hooks=["hook.py"])
    assert "hooked n01/" in served.page("n01")
    served.wait(lambda: texts(served.page("n01"), "stdout") == "ran 1")
    assert "hooked n01/" in served.page("n01")


def test_an_edit_is_shown_before_the_cells_above_have_run(start: Start, tmp_path: Path) -> None:
    """As provisional; the mark goes once the whole session has run, and the result stays."""

    def note(word: str) -> str:
        above = "```python\nimport time\ntime.sleep(0.3)\nx = 20\n```"
        return f"# A\n\n{above}\n\n```python continuation\nprint('{word}', x)\n```\n"

    served = start({"docs/a.md": note("first")})
    served.wait_for("a", "first 20")
    served.settle()
    (tmp_path / "other").mkdir()
    (tmp_path / "other/a.md").write_text(note("second"), "utf-8")
    scanned = Vault.scan(Settings.from_options(tmp_path, tmp_path / "other", {}))
    (session,) = group(scanned.notes["a.md"].cells)
    with Engine(Settings.load(tmp_path)).records.lock(session.key):  # somebody else runs it
        served.project.write({"docs/a.md": note("second")})
        served.wait_for("a", "second 20")
        assert "Provisional" in served.page("a")
    served.wait(lambda: "Provisional" not in served.page("a"))
    assert "second 20" in served.page("a")


def test_after_an_edit_nobody_is_given_what_a_page_showed_before(start: Start) -> None:
    """The edited page comes first; who asks for one that shows a part of it waits for it."""
    shows = {f"docs/s{n:02}.md": f"# Shows {n}\n\n![[part#Shown]]\n" for n in range(12)}
    part = "# Part\n\n## Shown\n\nWords {0}.\n"
    served = start({"docs/index.md": "# Home\n", "docs/part.md": part.format("first")} | shows)
    served.wait_for("s00", "Words first.")
    served.settle()
    for word in ("second", "third"):
        served.project.write({"docs/part.md": part.format(word)})
        served.wait_for("part", f"Words {word}.")
        for number in range(12):
            assert f"Words {word}." in served.page(f"s{number:02}")
    assert "rebuilt 1 page in" in served.output and ", 12 more to follow" in served.output


@pytest.mark.nightly
def test_the_first_page_has_its_fonts(start: Start) -> None:
    """They are there once it is, though most pages are not made yet."""
    notes = {f"docs/n{number:03}.md": f"# Note {number}\n\n[[index]]\n" for number in range(300)}
    options = [{"notewright": {"fonts": ["text"]}}]
    served = start({"docs/index.md": "# Home\n"} | notes, plugins=options)
    assert "Home" in served.page("")
    font = f"http://{served.address}/assets/notewright/fonts/SourceSansPro-Regular.woff2"
    with urllib.request.urlopen(font, timeout=LIMIT) as answer:
        assert answer.read(4) == b"wOF2"


def test_an_edit_that_makes_a_whole_build_lets_nobody_wait(start: Start) -> None:
    """Pages that were left for later are made by it."""
    shows = {f"docs/s{n:02}.md": f"# Shows {n}\n\n![[part#Shown]]\n" for n in range(12)}
    part = "# Part\n\n## Shown\n\nWords {0}.\n"
    served = start({"docs/index.md": "# Home\n", "docs/part.md": part.format("first")} | shows)
    served.wait_for("s00", "Words first.")
    served.settle()
    served.project.write({"docs/part.md": part.format("second")})
    served.wait_for("part", "Words second.")
    served.project.write({"docs/new.md": "# New\n"})
    for number in range(12):
        assert "Words second." in served.page(f"s{number:02}")
    served.wait_for("new", "New")


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("site_name: [A\n", "error parsing the configuration file"),
        ("site_name: A\ntheme: none-such\nplugins: [notewright]\n", "none-such"),
        ("site_name: A\nplugins: [notewright: {workers: few}]\n", "workers"),
    ],
)
def test_a_configuration_that_is_none_costs_no_page(start: Start, wrong: str, said: str) -> None:
    """An editor saves it half-written: who asked for a page waited until it was mended."""
    served = start({"docs/index.md": "# Home\n\nFirst.\n"}, plugins=["notewright"])
    served.settle()
    place = served.project.root / "mkdocs.yml"
    good = place.read_text("utf-8")
    place.write_text(wrong, "utf-8")
    served.wait(lambda: "pages are not updated until" in served.output)
    assert said in served.output and "Traceback" not in served.output, served.output
    assert "First." in served.page("")
    served.project.write({"docs/index.md": "# Home\n\nSecond.\n"})
    place.write_text(good, "utf-8")
    served.wait_for("", "Second.")
