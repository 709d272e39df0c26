"""`mkdocs serve` builds again when something changes that a cell has read, wherever it lies."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hanging import output_of
from projects import ProjectDir, texts
from served import Served

pytestmark = pytest.mark.gate

NOTES = {
    "docs/index.md": "# Home\n",
    "docs/helper.md": "```python\nimport helpers\nprint('helper', helpers.K)\n```\n",
    "docs/root.md": "```python\nprint('root', open('root.csv').read())\n```\n",
    "docs/late.md": "```python\nimport os\nprint('late', os.path.isdir('late'))\n```\n",
    "docs/new.md": "```python\nprint('new', open('pk/deep/new.csv').read())\n```\n",
    "docs/data.md": "```python\nprint('data', open('data/a.csv').read())\n```\n",
    "docs/deps.md": (
        "```python\n#| deps: '*.txt'\nimport glob\nprint('deps', sorted(glob.glob('*.txt')))\n```\n"
    ),
    "helpers.py": "K = 1\n",
    "root.csv": "one",
    "data/a.csv": "one",
}


SESSIONS = sum("```python" in text for text in NOTES.values())
MOST_BUILDS = 1 + SESSIONS
"""The first build, and one for each session that ends after it: on a quiet machine, they do."""


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[dict[str, str]], Served]]:
    """Write a project and serve it, until its first build is done."""
    running: list[Served] = []

    def start(files: dict[str, str], **environment: str) -> Served:
        project = ProjectDir(tmp_path)
        project.configure({"writable": ["made"]})
        project.write(files)
        running.append(Served(project, **environment))
        running[0].wait(lambda: "Serving on" in running[0].output)
        return running[0]

    yield start
    for served in running:
        served.end()


def test_a_site_and_packages_are_not_watched(serve: Callable[[dict[str, str]], Served]) -> None:
    """Else `mkdocs build` in another terminal would make the server build too."""
    made = {"site/sitemap.xml": "", "env/pyvenv.cfg": "", "node_modules/a/b.js": ""}
    served = serve({**NOTES, **made, "data/a.csv": "1"})
    (line,) = (line for line in served.output.splitlines() if "Watching paths" in line)
    assert "'data'" in line and not any(name in line for name in ("'site'", "'env'", "node_mod"))


def test_each_input_is_watched_wherever_it_lies(
    serve: Callable[[dict[str, str]], Served],
) -> None:
    """Files at the root, absent ones, directories made later, and one that goes and comes back."""
    served = serve(NOTES)
    project = served.project
    assert served.settle() <= MOST_BUILDS  # what a build makes and reads does not begin the next

    project.write({"helpers.py": "K = 2\n"})
    served.wait_for("helper", "helper 2")
    (project.root / "root.csv").unlink()
    served.wait_for("root", "FileNotFoundError")
    project.write({"root.csv": "two"})
    served.wait_for("root", "root two")
    (project.root / "late").mkdir()
    served.wait_for("late", "late True")
    project.write({"pk/deep/new.csv": "here"})
    served.wait_for("new", "new here")
    project.write({"pk/deep/new.csv": "there"})
    served.wait_for("new", "new there")
    project.write({"b.txt": ""})
    served.wait_for("deps", "b.txt")
    shutil.rmtree(project.root / "data")
    served.wait_for("data", "FileNotFoundError")
    project.write({"data/a.csv": "two"})
    served.wait_for("data", "data two")


def test_temporary_files_in_the_project_are_no_edits(
    serve: Callable[..., Served], tmp_path: Path
) -> None:
    """The served site is one of them: each build began the next."""
    scratch = tmp_path / "scratch" / "here"
    scratch.mkdir(parents=True)
    served = serve(NOTES, TMPDIR=str(scratch))
    assert served.settle() <= MOST_BUILDS
    assert "scratch" not in served.output
    served.project.write({"data/a.csv": "two"})
    served.wait_for("data", "data two")


def test_what_is_read_only_later_is_watched_too(
    serve: Callable[[dict[str, str]], Served],
) -> None:
    """The inputs are those of the latest build."""
    served = serve({"docs/index.md": "# Home\n", "docs/a.md": "# A\n", "root.csv": "one"})
    served.project.write({"docs/a.md": NOTES["docs/root.md"]})
    served.wait_for("a", "root one")
    served.settle()
    served.project.write({"root.csv": "two"})
    served.wait_for("a", "root two")


def test_cells_that_write_what_others_read_do_not_build_for_ever(
    serve: Callable[[dict[str, str]], Served],
) -> None:
    """A cell that fails runs in each build; what it writes asks for few builds more."""
    writes = "```python\nimport time\nopen('made/a.txt', 'w').write(str(time.time()))\n1 / 0\n```\n"
    reads = "```python\nprint('made', open('made/a.txt').read())\n```\n"
    files = {"docs/index.md": "# Home\n", "docs/a.md": writes, "docs/b.md": reads, "made/a.txt": ""}
    served = serve(files)
    assert served.settle() < 12


SLOW = "# Slow\n\n```python\nimport time\ntime.sleep(3)\nprint('{0}')\n```\n\nText {0}.\n"


def test_a_save_during_a_build_is_no_error(tmp_path: Path) -> None:
    """The page shows what ran, text and output alike; the next build shows what was saved."""
    project = ProjectDir(tmp_path)
    project.configure({"writable": ["told"]})
    slow = SLOW.replace("time.sleep", "open('told/begun', 'w').close()\ntime.sleep")
    project.write({"docs/slow.md": slow.format("old"), "docs/index.md": "# Home\n"})
    (tmp_path / "told").mkdir()
    building = project.start("-m", "mkdocs", "build", "--strict")
    while not (tmp_path / "told" / "begun").exists() and building.poll() is None:
        time.sleep(0.01)
    project.write({"docs/slow.md": slow.format("new")})
    output = output_of(building).decode()
    assert building.returncode == 0, output
    assert "docs/slow.md: saved during the build. The next build includes the change" in output
    page = project.page("slow")
    assert texts(page, "stdout") == "old"
    assert "Text old." in page and "new" not in page
    again = project.build()
    assert again.status == 0 and not again.lines("saved while")
    assert texts(project.page("slow"), "stdout") == "new"
    assert "Text new." in project.page("slow")


def test_a_note_saved_during_a_build_of_serve_is_shown_by_the_next(
    serve: Callable[[dict[str, str]], Served],
) -> None:
    """No error is told, and nobody has to save it again."""
    served = serve({"docs/index.md": "# Home\n", "docs/slow.md": SLOW.format("old")})
    served.project.write({"docs/slow.md": SLOW.format("mid")})
    begun = served.output.count("Detected file changes")
    served.wait(lambda: served.output.count("Detected file changes") > begun)
    time.sleep(1)
    served.project.write({"docs/slow.md": SLOW.format("new")})
    served.wait_for("slow", "Text new.")
    assert texts(served.page("slow"), "stdout") in ("", "new")  # never another text's
    served.wait(lambda: texts(served.page("slow"), "stdout") == "new")
    assert "Another plugin" not in served.output


HOOKS = """
def on_files(files, config):
    files.get_file_from_path("a.md").content_string = "# A\\n\\nText of a file.\\n"


def on_page_read_source(page, config):
    return "# B\\n\\nText of a source.\\n" if page.file.src_uri == "b.md" else None
"""


def test_what_another_plugin_gives_for_a_note_is_shown(tmp_path: Path) -> None:
    """The scanned text stands in for the file on disk, and for nothing else."""
    project = ProjectDir(tmp_path)
    project.configure(hooks=["hooks.py"])
    notes = {f"docs/{name}.md": f"# {name}\n\nText on disk.\n" for name in ("index", "a", "b")}
    project.write({**notes, "hooks.py": HOOKS})
    built = project.build()
    assert built.status == 0, built.output
    assert not built.lines("saved while")
    assert "Text of a file." in project.page("a")
    assert "Text of a source." in project.page("b")
    assert "Text on disk." in project.page("index")
