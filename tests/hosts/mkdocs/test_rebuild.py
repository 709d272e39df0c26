"""`mkdocs build` again and again, each a process: as fast as little changed, and always right."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from edited import CONFIG, WORKS, Edited, clean, contents, of_notes
from projects import ProjectDir

from notewright.hosts.mkdocs import same_pages
from tests.hosts.mkdocs.test_patch import EDITS, KINDS, SEQUENCES

pytestmark = pytest.mark.gate

SETTLED = 0.15
"""Seconds after which a file's time tells it from one that is written later: what changed just
now is looked at once more in the next build, and there is no receipt of this one."""
COMMAND = (sys.executable, "-m", "mkdocs", "build")


def settle(vault: Edited) -> None:
    """Let a configuration be old, as one is whose project was not written a moment ago."""
    long_ago = time.time() - 60
    os.utime(vault.root / "mkdocs.yml", (long_ago, long_ago))


def built(vault: Edited, *options: str, warm: bool = True, **variables: str) -> str:
    """Build the site; returns what is said, with how the process ended."""
    time.sleep(SETTLED)
    project = ProjectDir(vault.root, warm)
    done = project.command("-m", "mkdocs", "build", *options, **variables)
    return f"{done.output}ended with {done.status}"


@pytest.fixture
def vault(tmp_path: Path) -> Edited:
    """A small vault that was never built."""
    found = Edited(tmp_path / "project")
    settle(found)
    return found


def assert_right(vault: Edited, place: Path, done: object = (), told: str | None = None) -> None:
    """The site is that of a clean build, and so is what was told of its notes."""
    said: list[str] | None = [] if told is not None else None
    ours, right = contents(vault.root / "site"), clean(vault, place, said)
    wrong = sorted(path for path in ours | right if ours.get(path) != right.get(path))
    assert not wrong, (done, wrong)
    assert told is None or of_notes(told.splitlines()) == of_notes(said or ()), done


@pytest.mark.parametrize("seed", SEQUENCES)
def test_any_edits_give_the_site_of_a_clean_build(seed: int, tmp_path: Path, vault: Edited) -> None:
    """Byte for byte, after each of them, be there many or none between two builds."""
    rng = random.Random(seed)
    done: list[str] = []
    for _ in range(EDITS):
        for edit in rng.sample(KINDS, rng.choice([0, 1, 1, 2])):
            edit(vault, rng)
            done.append(edit.__name__)
        settle(vault)
        is_quiet = rng.choice([False, True])
        told = built(vault, *(["--quiet"] if is_quiet else []))
        done.append(told)
        assert_right(vault, tmp_path / "clean", done, None if is_quiet else told)


@pytest.mark.nightly
def test_where_nothing_changed_nothing_is_made(vault: Edited) -> None:
    """Not even the site is written again; with `--quiet`, as well."""
    built(vault)
    before = {path: path.stat().st_mtime_ns for path in (vault.root / "site").rglob("*")}
    assert "nothing changed: 0 pages built" in built(vault)
    assert built(vault, "--quiet").endswith("ended with 0")
    after = {path: path.stat().st_mtime_ns for path in (vault.root / "site").rglob("*")}
    assert before == after


@pytest.mark.nightly
def test_an_edit_of_prose_makes_one_page(vault: Edited, tmp_path: Path) -> None:
    """And says so; what was made in one build is no reason for more in the next."""
    built(vault, "--quiet")
    for number in range(3):
        vault.write("docs/e.md", vault.read("e.md") + f"\nMore {number}.\n")
        assert "1 page built, " in built(vault)
    assert_right(vault, tmp_path / "clean")


@pytest.mark.nightly
def test_a_helper_that_is_imported_and_not_named_counts(vault: Edited, tmp_path: Path) -> None:
    """A notebook has its source, whatever it does there."""
    vault.write("docs/e.md", "# E\n\n```python\nimport snippets.help\n\nprint(1)\n```\n")
    settle(vault)
    built(vault)
    vault.write("snippets/help.py", "K = 3\n")
    built(vault)
    assert "K = 3" in (vault.root / "site" / "e" / "e.ipynb").read_text("utf-8")
    assert_right(vault, tmp_path / "clean")


@pytest.mark.nightly
def test_an_edit_that_no_base_sees_makes_one_page(vault: Edited, tmp_path: Path) -> None:
    """Whatever kinds of values a base shows: it is kept with the rest, and not asked again."""
    order = "[file.name, file.tags, file.links, file.backlinks, file.folder]"
    vault.write("docs/all.base", f"views: [{{order: {order}}}]\n")
    settle(vault)
    built(vault)
    vault.write("docs/e.md", vault.read("e.md") + "\nMore.\n")
    assert "1 page built, " in built(vault)
    vault.write("docs/e.md", vault.read("e.md") + "\nTo [[a]].\n")
    built(vault)
    assert_right(vault, tmp_path / "clean")


@pytest.mark.nightly
def test_a_note_that_comes_leaves_the_pages_that_do_not_name_it(
    vault: Edited, tmp_path: Path
) -> None:
    """And makes those anew whose names lead to it now, before it goes again."""
    vault.write("docs/b.md", "# B\n\n## Part\n\nWords.\n")
    vault.write("docs/folder/d.md", "# D\n\n![[b#Part]]\n\nSee [[a]].\n\nAnd [[late]].\n")
    settle(vault)
    built(vault)
    vault.write("docs/folder/late.md", "# Late\n")
    vault.write("docs/other.md", "# Other\n")
    settle(vault)
    # The new ones, the one that names one of them, the list of a folder's questions, and its base.
    assert f"{len(vault.notes) - 5} reused" in built(vault)
    assert_right(vault, tmp_path / "clean")
    assert b"nw-broken" not in (vault.root / "site" / "folder" / "d" / "index.html").read_bytes()
    (vault.root / "docs" / "folder" / "late.md").unlink()
    settle(vault)
    built(vault)
    assert_right(vault, tmp_path / "clean")


@pytest.mark.nightly
def test_a_title_that_an_embedded_part_shows_is_looked_at(vault: Edited, tmp_path: Path) -> None:
    """The page neither links to the note of that title, nor takes anything from it."""
    vault.write("docs/b.md", "# B\n\n## Part\n\nSee [[c]].\n")
    vault.write("docs/folder/d.md", "# D\n\n![[b#Part]]\n")
    settle(vault)
    built(vault)
    vault.write("docs/folder/c.md", "# Another title\n")
    settle(vault)
    built(vault)
    assert_right(vault, tmp_path / "clean")
    assert b"Another title" in (vault.root / "site" / "folder" / "d" / "index.html").read_bytes()


def test_a_work_that_changes_makes_the_pages_that_cite_it(vault: Edited, tmp_path: Path) -> None:
    """And no others; nothing is made where nothing changed."""
    built(vault)
    vault.write("data/refs.bib", WORKS.format("B.", 2001))
    assert "1 page built, " in built(vault)
    assert_right(vault, tmp_path / "clean")
    assert "Doe, B." in (vault.root / "site/cites/index.html").read_text("utf-8")
    assert "nothing changed: 0 pages built" in built(vault)


def test_a_macro_that_changes_makes_the_pages_anew(vault: Edited, tmp_path: Path) -> None:
    """Whether its file is there from the start or comes; nothing is made where nothing changed."""
    built(vault)
    for body, shown in ((r"\beta", "\u03b2"), (r"\gamma", "\u03b3")):
        vault.write("docs/preamble.sty", rf"\newcommand{{\ours}}{{{body}}}")
        settle(vault)
        built(vault)
        assert_right(vault, tmp_path / "clean")
        assert shown in (vault.root / "site/formulas/index.html").read_text("utf-8")
    assert "nothing changed: 0 pages built" in built(vault)


def test_an_edit_that_is_taken_back_is_taken_back(vault: Edited, tmp_path: Path) -> None:
    """Though the vault is what it was when the site was kept."""
    built(vault)
    text = vault.read("a.md")
    vault.write("docs/a.md", text + "\nNot for long, with a link to [[folder/d]].\n")
    built(vault)
    vault.write("docs/a.md", text)
    built(vault)
    assert_right(vault, tmp_path / "clean")


def test_what_is_taken_from_a_site_comes_back(vault: Edited, tmp_path: Path) -> None:
    """And what was written into it is not kept."""
    built(vault)
    (vault.root / "site" / "a" / "index.html").unlink()
    built(vault)
    assert_right(vault, tmp_path / "clean")
    (vault.root / "site" / "b" / "index.html").write_text("mine", "utf-8")
    vault.write("docs/index.md", vault.read("index.md") + "\nMore.\n")
    built(vault)
    assert_right(vault, tmp_path / "clean")


@pytest.mark.parametrize(
    ("name", "text"),
    [("data/x.txt", "2"), ("snippets/help.py", "K = 2\n"), ("docs/.obsidian/app.json", "{}")],
)
def test_whatever_a_build_reads_is_looked_at(name: str, text: str, vault: Edited) -> None:
    """Data of cells, what they include, settings of Obsidian."""
    built(vault)
    vault.write(name, text)
    assert "nothing changed" not in built(vault)
    assert "nothing changed" in built(vault)


@pytest.mark.nightly
def test_a_variable_that_the_configuration_names_is_looked_at(vault: Edited) -> None:
    """So is what the command line says."""
    vault.write("mkdocs.yml", CONFIG.replace("Patched", '!ENV [NAMED, "none"]'))
    settle(vault)
    built(vault, NAMED="one")
    assert "nothing changed" in built(vault, NAMED="one")
    assert "nothing changed" not in built(vault, NAMED="two")
    assert "two" in (vault.root / "site" / "index.html").read_text("utf-8")
    assert "nothing changed" not in built(vault, "--no-directory-urls", NAMED="two")
    assert (vault.root / "site" / "a.html").exists()


@pytest.mark.nightly
@pytest.mark.parametrize(
    "more",
    [
        "hooks: [hook.py]\n",
        "theme: {name: mkdocs}\n",
        "markdown_extensions: [pymdownx.snippets]\n",
    ],
)
def test_what_nobody_knows_takes_no_short_cut(more: str, vault: Edited) -> None:
    """A hook, another theme, an extension that reads files: each build makes all pages."""
    lines = [each for each in CONFIG.splitlines() if each.split(":")[0] != more.split(":")[0]]
    vault.write("mkdocs.yml", "\n".join(lines) + f"\n{more}")
    vault.write("hook.py", "def on_page_content(html, **_):\n    return html + 'x'\n")
    settle(vault)
    built(vault)
    assert "nothing changed" not in built(vault)


@pytest.mark.nightly
def test_warnings_are_repeated(vault: Edited) -> None:
    """When nothing changed, and when another page did; a strict build fails as before."""
    vault.write("docs/a.md", vault.read("a.md") + "\n[dead](nowhere.md) [[nobody]]\n")
    said = [line for line in built(vault).splitlines() if line.startswith("WARNING")]
    assert said
    again = built(vault)
    assert "nothing changed" in again
    assert [line for line in again.splitlines() if line.startswith("WARNING")] == said
    vault.write("docs/folder/c.md", vault.read("folder/c.md") + "\nMore.\n")
    again = built(vault)
    assert "built, " in again
    assert [line for line in again.splitlines() if line.startswith("WARNING")] == said
    before = contents(vault.root / "site")
    vault.write("docs/folder/c.md", vault.read("folder/c.md") + "\nStill more.\n")
    assert built(vault, "--strict").endswith("ended with 1")
    assert contents(vault.root / "site") == before
    assert "strict" in built(vault, "--strict")


@pytest.mark.nightly
@pytest.mark.parametrize("is_hidden", [False, True])
def test_links_are_looked_at_where_an_edit_bears_on_them(is_hidden: bool, vault: Edited) -> None:
    """A note that nobody edited is told of while what it links to is gone, and no longer."""
    if is_hidden:
        vault.write("docs/hidden.md", "---\npublish: false\n---\n\n# Hidden\n\n[[e#Part]]\n")
    vault.write("docs/f.md", "# F\n\n[Part](e.md#part), [[e#Part]] and [[f]].\n")
    text = vault.read("e.md")
    for part, is_whole in (("## Part\n", True), ("## Other\n", False), ("## Part\n", True)):
        vault.write("docs/e.md", f"{text}\n{part}")
        said = built(vault)
        assert ("`e` has no heading `Part`" in said) is not is_whole
        assert said.count("  docs/f.md:3:") == (0 if is_whole else 2), said
        assert ("  docs/hidden.md:7:" in said) is (is_hidden and not is_whole)


@pytest.mark.nightly
def test_a_note_with_a_mistake_fails_each_build(vault: Edited, tmp_path: Path) -> None:
    """Until it is mended; what is not wrong stays meanwhile."""
    built(vault)
    text = vault.read("b.md")
    vault.write("docs/b.md", text.replace("1 + 1", "1 / 0"))
    for number in range(3):
        said = built(vault)
        assert said.endswith("ended with 1") and "ZeroDivisionError" in said
        assert "nothing changed" not in said and (number == 0 or " reused" in said)
        vault.write("docs/a.md", vault.read("a.md") + "\nMore.\n")
    assert_right(vault, tmp_path / "failing", told=built(vault))
    vault.write("docs/b.md", text)
    assert built(vault).endswith("ended with 0")
    assert_right(vault, tmp_path / "clean")


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("---\ntemplate: nowhere.html\n---\n\n# E\n", "template"),
        ("# E\n\n$\\nosuch{x}$\n", "nosuch"),
        ("---\ntags: [one\n---\n\n# E\n", "docs/e.md"),
        ("# E\n\n{: .x }\n\n`{python} 1 +`\n", "docs/e.md"),
    ],
    ids=["template", "formula", "properties", "value"],
)
def test_each_mistake_is_told_by_each_build(
    wrong: str, told: str, vault: Edited, tmp_path: Path
) -> None:
    """Whatever kind it is of, and whatever else is edited; pages of other notes are kept."""
    vault.write("docs/e.md", wrong)
    for number in range(2):
        said = built(vault)
        lines = [line for line in said.splitlines() if line.startswith("ERROR") and told in line]
        assert lines and said.endswith("ended with 1"), said
        assert number == 0 or " reused" in said
        vault.write("docs/a.md", vault.read("a.md") + "\nMore.\n")
    vault.write("docs/e.md", "# E\n\nMended.\n")
    assert built(vault).endswith("ended with 0")
    assert_right(vault, tmp_path / "clean")


@pytest.mark.nightly
@pytest.mark.parametrize("wait", [0.3, 0.6, 0.9, 1.2])
def test_a_killed_build_is_followed_by_a_right_one(
    wait: float, vault: Edited, tmp_path: Path
) -> None:
    """Wherever it was."""
    built(vault)
    vault.write("docs/a.md", vault.read("a.md") + "\nMore, and [[folder/c]].\n")
    process = subprocess.Popen(
        COMMAND, cwd=vault.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(wait)
    process.send_signal(signal.SIGKILL)
    process.wait()
    built(vault)
    assert_right(vault, tmp_path / "clean")


def write_many(vault: Edited) -> None:
    """Write so many notes that copies of the process make some of their pages."""
    rng = random.Random(7)
    for number in range(150):
        links = " ".join(f"[[n{rng.randrange(150)}]]" for _ in range(3))
        strange = "[[nobody]] [dead](nowhere.md) [x](n1.md#none)" if number % 40 == 5 else "é"
        vault.write(f"docs/many/n{number}.md", f"# N {number}\n\n## Part\n\n{links} {strange}\n")


SEVERAL = set(os.sched_getaffinity(0))


def built_on(cores: set[int], vault: Edited) -> tuple[list[str], dict[str, bytes]]:
    """Build the site on some cores; returns what is told and the site."""
    os.sched_setaffinity(0, cores)
    try:
        lines = built(vault, warm=False).splitlines()
    finally:
        os.sched_setaffinity(0, SEVERAL)
    told = [line for line in lines if line.startswith(("WARNING", "ERROR")) or "anchor" in line]
    return told, contents(vault.root / "site")


@pytest.mark.nightly
def test_pages_that_would_be_written_the_same_are_not_written(
    vault: Edited, tmp_path: Path
) -> None:
    """A note that comes or goes leaves the pages that neither list it nor stand beside it."""
    write_many(vault)
    settle(vault)
    built(vault)
    place = vault.root / "site" / "many"

    def stamps() -> dict[str, int]:
        return {path.parent.name: path.stat().st_mtime_ns for path in place.rglob("*.html")}

    before = stamps()
    vault.write("docs/folder/late.md", "# Late\n\nTo [[n7]].\n")
    settle(vault)
    built(vault)
    assert_right(vault, tmp_path / "clean")
    changed = {name for name, stamp in stamps().items() if stamp != before[name]}
    assert changed == {"n7", "many"}  # it links there; the list of the next folder
    (vault.root / "docs" / "folder" / "late.md").unlink()
    vault.write("docs/many/n9.md", vault.read("many/n9.md").replace("# N 9", "# N 9 anew"))
    settle(vault)
    built(vault)
    assert_right(vault, tmp_path / "clean")


def test_where_no_file_can_stand_twice_it_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On some file systems, with its time: whoever uploads a site sees that it is the same."""
    (tmp_path / "a").write_text("page", "utf-8")
    os.utime(tmp_path / "a", (1, 1))

    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "not here")

    monkeypatch.setattr(os, "link", refuse)
    same_pages._link(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_text("utf-8") == "page"
    assert (tmp_path / "b").stat().st_mtime == 1


@pytest.mark.nightly
def test_a_cold_build_on_many_cores_gives_the_same(vault: Edited) -> None:
    """The same site and the same words as on one core."""
    write_many(vault)
    found = []
    for cores in (SEVERAL, {min(SEVERAL)}):
        for name in ("pages", "downloads"):
            shutil.rmtree(vault.root / ".notewright" / name, ignore_errors=True)
        for name in ("receipt.json", "notes.pickle"):
            (vault.root / ".notewright" / name).unlink(missing_ok=True)
        found.append(built_on(cores, vault))
    assert found[0] == found[1] and len(found[0][0]) >= 12
    assert "nothing changed" in built(vault)


@pytest.mark.nightly
def test_another_option_makes_all_pages_anew_on_many_cores(vault: Edited) -> None:
    """All that was kept is of no use: the site is the same as on one core."""
    write_many(vault)
    file = vault.root / "mkdocs.yml"
    text, found = file.read_text("utf-8"), []
    for cores in (SEVERAL, {min(SEVERAL)}):
        for mark in ("#", "§"):
            option = f'markdown_extensions: [{{toc: {{permalink: "{mark}"}}}}]'
            file.write_text(f"{text}{option}\n", "utf-8")
            settle(vault)
            done = built_on(cores, vault)
        found.append(done)
    assert found[0] == found[1]
    assert "§</a>" in found[0][1]["many/n1/index.html"].decode()


def test_a_damaged_site_that_was_kept_is_not_used(vault: Edited, tmp_path: Path) -> None:
    """Nor is one of which somebody made something else."""
    built(vault)
    kept = vault.root / ".notewright" / "site.pickle"
    kept.write_bytes(kept.read_bytes()[:-10])
    vault.write("docs/index.md", vault.read("index.md") + "\nMore.\n")
    built(vault)
    assert_right(vault, tmp_path / "clean")
    shutil.rmtree(vault.root / ".notewright")
    built(vault)
    assert_right(vault, tmp_path / "clean")
