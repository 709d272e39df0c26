"""A site takes the place of the old one when it is whole, and only then."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from hanging import LIMIT, output_of
from projects import ProjectDir

pytestmark = pytest.mark.gate

GOOD = "# Home\n\nFirst.\n"
BROKEN = "# Home\n\nSecond.\n\n```python\n1 / 0\n```\n"
SLOW = """\
# Home

Third.

```python
import time
from pathlib import Path

Path("told/begun").touch()
time.sleep(60)
```
"""


@pytest.fixture
def site(tmp_path: Path) -> ProjectDir:
    """A project that was built once."""
    project = ProjectDir(tmp_path / "project")
    project.configure({"writable": ["told"]})
    (project.root / "told").mkdir()
    project.write({"docs/index.md": GOOD, "docs/other.md": "# Other\n"})
    assert project.build().status == 0
    return project


def content(folder: Path) -> dict[str, bytes]:
    """All files of a folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def left_over(project: ProjectDir) -> list[str]:
    """What stands beside the site that a build should have removed."""
    return [path.name for path in project.root.iterdir() if path.name.startswith(".notewright-")]


def loosely(project: ProjectDir) -> Any:
    """Build it without `--strict`."""
    return project.command("-m", "mkdocs", "build")


def test_a_bad_note_does_not_cost_the_site(site: ProjectDir) -> None:
    """All pages are there, with the error in the place of what failed; the command fails."""
    site.write({"docs/index.md": BROKEN, "docs/other.md": "# Other\n\nNew words.\n"})
    built = loosely(site)
    assert built.status == 1
    assert built.lines("notewright: 1 problem in the notes", "They are also shown on the site")
    assert "Second." in site.page("index")
    assert "ZeroDivisionError" in site.page("index")
    assert "New words." in site.page("other")
    assert left_over(site) == []


def test_equal_mistakes_of_a_note_are_told_each_at_its_line(site: ProjectDir) -> None:
    """Of two cells that end the same way only the last was told, and one problem counted."""
    cell = "```python\nundefined\n```\n\n"
    site.write({"docs/index.md": f"# Home\n\n{cell * 2}$\\nocommand$ and\n\n$\\nocommand$\n"})
    built = loosely(site)
    told = [line for line in built.lines("docs/index.md:") if "ERROR" in line]
    assert len(told) == 4, built.output
    for line in (4, 8, 11, 13):
        assert built.lines(f"docs/index.md:{line}")
    assert built.lines("notewright: 4 problems in the notes")


def test_a_date_that_is_none_costs_no_other_property(site: ProjectDir) -> None:
    """It was called invalid YAML, at the first line; title and tags were gone."""
    given = "title: Another\ntags: [kept]\ncreated: 2024-02-30\n"
    site.write({"docs/other.md": f"---\n{given}---\n# Other\n"})
    built = loosely(site)
    assert built.lines("docs/other.md:4: invalid date in the properties: 2024-02-30")
    assert built.lines("notewright: 1 problem in the notes")
    assert "Another" in site.page("other")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BROKEN, "ZeroDivisionError"),
        ("# Home\n\n[[gone]]\n", "`gone`"),
        ("# Home\n\n[x](gone.md)\n", "`gone.md`"),
        ("---\n- a\n---\n# Home\n", "properties"),
        ("# Home\n\n$\\frac{1$\n", "formula"),
    ],
)
def test_a_strict_build_that_fails_leaves_the_site_as_it_was(
    site: ProjectDir, text: str, said: str
) -> None:
    """To the byte, whether it fails with an error or with a warning."""
    before = content(site.root / "site")
    site.write({"docs/index.md": text})
    built = site.build()
    assert built.status == 1 and said in built.output
    assert content(site.root / "site") == before
    assert left_over(site) == []


def test_all_problems_are_told_in_one_round(site: ProjectDir) -> None:
    """Those of cells, of properties, of links, of pages and of bytes."""
    site.write(
        {
            "docs/a.md": BROKEN,
            "docs/b.md": "---\na: [\n---\n# B\n",
            "docs/c.md": "# C\n\n[[gone]]\n",
            "docs/d.md": "# D\n\n[x](javascript:alert)\n",
            "docs/f.md": "# F\n\n$\\frac{1$\n",
        }
    )
    (site.root / "docs/e.md").write_bytes(b"# E\n\n\xff\n")
    built = loosely(site)
    assert built.status == 1
    for place in ("a.md:6:", "b.md:3:", "c.md:3:", "d.md:3:", "e.md:3:", "f.md:3:"):
        assert len(built.lines(f"docs/{place}")) == 1, built.output
    assert built.lines("notewright: 5 problems in the notes")  # and a warning


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"---\ntitle: [\n---\n# A\n\nWords.\n", "docs/a.md:3: the properties are not valid YAML"),
        (b"---\n- a\n---\n# A\n\nWords.\n", "docs/a.md:2: the properties are not"),
        (b"# A\n\n\xff\n", "docs/a.md:3: not valid UTF-8"),
        (b"# A\n\n\0\n", "docs/a.md:3: the file contains a null byte"),
    ],
)
def test_what_is_wrong_with_a_whole_note_is_shown_on_its_page(
    site: ProjectDir, text: bytes, said: str
) -> None:
    """Above its text, as what is wrong with a cell is shown below the cell."""
    (site.root / "docs/a.md").write_bytes(text)
    assert loosely(site).status == 1
    page = site.page("a")
    assert "nw-failure" in page and said in page
    if b"Words" in text:
        body = page.partition("<body")[2]  # its head says what it is about
        assert body.index(said) < body.index("Words.")


def test_hidden_files_of_the_site_stay(site: ProjectDir) -> None:
    """MkDocs leaves them alone too: a repository may be in there."""
    site.write({"site/.git/HEAD": "ref", "site/.nojekyll": "", "site/gone.html": "old"})
    site.write({"docs/index.md": "# Home\n\nNew.\n"})
    assert site.build().status == 0
    assert (site.root / "site/.git/HEAD").read_text() == "ref"
    assert (site.root / "site/.nojekyll").exists()
    assert not (site.root / "site/gone.html").exists()
    assert "New." in site.page("index")


def started(project: ProjectDir, *arguments: str) -> subprocess.Popen[bytes]:
    """A build that takes long, whose cell has begun."""
    project.write({"docs/index.md": SLOW})
    process = project.start("-m", "mkdocs", "build", *arguments)
    end = time.monotonic() + LIMIT
    while not (project.root / "told" / "begun").exists() and time.monotonic() < end:
        time.sleep(0.05)
    return process


def killed_while_building(project: ProjectDir, kind: signal.Signals) -> None:
    """Start a build that takes long, and end it while its site is half made."""
    process = started(project, "--strict")
    assert "First." in project.page("index"), "the old site stands while the new one is built"
    os.killpg(process.pid, kind)
    output_of(process)


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_killed_build_leaves_the_site(site: ProjectDir, kind: signal.Signals) -> None:
    """The next one removes what is left of it."""
    before = content(site.root / "site")
    killed_while_building(site, kind)
    assert content(site.root / "site") == before
    assert left_over(site) == [] or kind == signal.SIGKILL
    site.write({"docs/index.md": GOOD})
    assert site.build().status == 0
    assert left_over(site) == []
    assert content(site.root / "site").keys() == before.keys()


def test_a_build_in_the_middle_of_the_exchange_is_mended(site: ProjectDir) -> None:
    """The old site was moved aside, the new one is not in its place yet: the old one comes back."""
    before = content(site.root / "site")
    folder = site.root / ".notewright-site-killed"
    site.write({f"{folder.name}/lock": "", f"{folder.name}/new/index.html": "half"})
    (folder / "old").mkdir()
    (site.root / "site").rename(folder / "old/site")
    site.write({"docs/index.md": BROKEN})
    assert site.build().status == 1
    assert content(site.root / "site") == before
    assert left_over(site) == []


def test_hidden_files_survive_the_end_of_an_exchange(site: ProjectDir) -> None:
    """The new site is in its place, but the hidden files of the old one were not moved yet."""
    site.write({".notewright-site-killed/lock": "", ".notewright-site-killed/old/site/.git/a": "b"})
    assert site.build().status == 0
    assert (site.root / "site/.git/a").read_text() == "b"
    assert left_over(site) == []


def test_the_folder_of_another_build_is_left_alone(site: ProjectDir) -> None:
    """Two builds of one project may run at the same time."""
    slow = started(site, "--site-dir", "slow")
    other = left_over(site)
    assert other
    site.write({"docs/index.md": GOOD})
    assert site.build().status == 0
    assert left_over(site) == other
    os.killpg(slow.pid, signal.SIGKILL)
    output_of(slow)


def test_a_site_behind_a_link_is_built_where_it_is(site: ProjectDir) -> None:
    """The link stays one."""
    (site.root / "site").rename(site.root / "elsewhere")
    (site.root / "site").symlink_to("elsewhere")
    site.write({"docs/index.md": "# Home\n\nNew.\n"})
    assert site.build().status == 0
    assert (site.root / "site").is_symlink()
    assert "New." in site.page("index")


def test_a_build_says_the_folder_of_the_site(site: ProjectDir) -> None:
    """Not that in which it is made."""
    said = site.build().output
    assert f"Building documentation to directory: {site.root / 'site'}\n" in said
    assert ".notewright-site" not in said


def test_the_rights_of_the_site_stay(site: ProjectDir) -> None:
    """Whoever serves it may read it after the build, too."""
    (site.root / "site").chmod(0o711)
    assert site.build().status == 0
    assert (site.root / "site").stat().st_mode & 0o777 == 0o711


def test_a_new_site_may_be_read_by_all(tmp_path: Path) -> None:
    """As a folder that MkDocs makes."""
    project = ProjectDir(tmp_path / "project")
    project.configure()
    project.write({"docs/index.md": GOOD})
    assert project.build("--site-dir", "public/deep/site").status == 0
    place = project.root / "public/deep/site"
    umask = os.umask(0)
    os.umask(umask)
    assert place.stat().st_mode & 0o777 == 0o777 & ~umask
    assert (place / "index.html").exists()
