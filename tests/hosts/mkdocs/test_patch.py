"""A site that was patched edit by edit holds what a clean build of the same vault gives."""

from __future__ import annotations

import logging
import os
import random
from pathlib import Path

import pytest
from edited import CONFIG, TEMPLATE, THEMED, WORKS, Edited, clean, contents, served
from jinja2 import TemplateNotFound

from notewright.hosts.mkdocs import pace as pace_module
from notewright.hosts.mkdocs import serving as serving_module

pytestmark = pytest.mark.gate

SEQUENCES = [
    0,
    *(
        pytest.param(seed, marks=pytest.mark.nightly)
        for seed in range(1, int(os.environ.get("NOTEWRIGHT_SEQUENCES", "4")))
    ),
]
"""Sequences of edits: a change of patches asks for more, as of 300."""

EDITS = 6


@pytest.fixture(autouse=True)
def pace(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """What ran is filled in at once; and as on the command line, enough is told to keep pages."""
    monkeypatch.setattr(pace_module, "PACE", 0.0)
    caplog.set_level(logging.INFO, logger="mkdocs")


def prose(vault: Edited, rng: random.Random) -> None:
    """Write a paragraph, with a link or an accent or without."""
    note = rng.choice(vault.notes)
    links = ["", "[[a]]", "[[folder/c|see]]", "[[nowhere]]", "![[b#Part]]", "#fresh", "naïve"]
    links += ["[@one; @three]"]
    vault.write(f"docs/{note}", f"{vault.read(note)}\nWord {rng.random()} {rng.choice(links)}.\n")


def cut(vault: Edited, rng: random.Random) -> None:
    """Take the last lines of a note away."""
    note = rng.choice(vault.notes)
    lines = vault.read(note).splitlines(keepends=True)
    vault.write(f"docs/{note}", "".join(lines[: max(3, len(lines) - rng.randint(1, 6))]))


def heading(vault: Edited, rng: random.Random) -> None:
    """Rename a section, or the note."""
    old = rng.choice(["# A", "## Part", "# C"])
    for note in vault.notes:
        new = old + rng.choice(["", " again", " é"])
        vault.write(f"docs/{note}", vault.read(note).replace(f"{old}\n", f"{new}\n"))


def cell(vault: Edited, rng: random.Random) -> None:
    """Change what a cell computes, or break it."""
    text = vault.read("b.md")
    vault.write("docs/b.md", text.replace("1 + 1", rng.choice(["1 + 2", "1 +", "2 * 3", "1 / 0"])))


def question(vault: Edited, rng: random.Random) -> None:
    """Ask something in a note, which a list of questions shows too."""
    note = rng.choice(vault.notes)
    asked = rng.choice(["What?", "Why, [[a]]?", "Which of `{python} 1 + 1`?"])
    vault.write(f"docs/{note}", f"{vault.read(note)}\n> [!question]- {asked}\n> Because.\n")


def data(vault: Edited, rng: random.Random) -> None:
    """Change what a cell reads."""
    vault.write("data/x.txt", str(rng.randint(1, 3)))


def helper(vault: Edited, rng: random.Random) -> None:
    """Change what a cell includes."""
    vault.write("snippets/help.py", f"K = {rng.randint(1, 3)}\n")


def properties(vault: Edited, rng: random.Random) -> None:
    """Change the properties of a note."""
    said = rng.choice(["tags: [one, two]", "title: Other", "aliases: [Ay]", "publish: false"])
    body = vault.read("a.md").split("---\n")[-1]
    vault.write("docs/a.md", f"---\n{said}\n---\n{body}")


def add(vault: Edited, rng: random.Random) -> None:
    """Add a note, or a folder with one."""
    folder = rng.choice(["folder", "folder", "more", "."])
    text = rng.choice(["# New\n\n[[a]], [[index]]\n", "---\naliases: [Newer]\n---\nWords.\n"])
    vault.write(f"docs/{folder}/new {rng.randint(1, 3)}.md", text)


def remove(vault: Edited, rng: random.Random) -> None:
    """Remove notes that were added."""
    for path in (vault.root / "docs").rglob("new*.md"):
        if rng.random() < 0.7:
            path.unlink()


def move(vault: Edited, rng: random.Random) -> None:
    """Give a note that was added another name."""
    for path in sorted((vault.root / "docs").rglob("new*.md"))[:1]:
        path.rename(path.with_name(f"new {rng.randint(4, 6)}.md"))


def work(vault: Edited, rng: random.Random) -> None:
    """Change a work that notes cite, take one away, or add one."""
    works = WORKS.format(rng.choice("AB"), rng.randint(2001, 2002))
    more = rng.choice(["", "@book{three, title={Three}}\n"])
    kept = works if rng.random() < 0.7 else works.partition("@book{two")[0]
    vault.write("data/refs.bib", kept + more)


def macro(vault: Edited, rng: random.Random) -> None:
    """Write other macros, or take their file away."""
    found = vault.root / "docs" / "preamble.sty"
    if found.is_file() and rng.random() < 0.3:
        found.unlink()
    else:
        vault.write("docs/preamble.sty", f"\\newcommand{{\\ours}}{{{rng.choice('xyz')}}}\n")


def attach(vault: Edited, rng: random.Random) -> None:
    """Change a file that a note may show."""
    vault.write("docs/notes.txt", str(rng.random()))


def configure(vault: Edited, rng: random.Random) -> None:
    """Change the configuration."""
    vault.write("mkdocs.yml", vault.config.replace("Patched", f"Patched {rng.randint(1, 2)}"))


KINDS = (prose, prose, prose, cut, heading, cell, data, helper, properties, add, remove, attach)
KINDS += (configure, add, move, question, work, work, macro)


@pytest.mark.parametrize("seed", SEQUENCES)
def test_any_edits_give_the_site_of_a_clean_build(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Byte for byte, after each that is not soon followed by another."""
    monkeypatch.setattr(serving_module, "is_live", lambda: seed % 4 > 1)
    rng = random.Random(seed)
    config = THEMED if seed % 2 else CONFIG
    vault, site = Edited(tmp_path / "project", config), tmp_path / "site"
    done: list[str] = []
    with served(vault.root, site) as again:
        for _ in range(EDITS):
            edit = rng.choice(KINDS)
            edit(vault, rng)
            done.append(edit.__name__)
            is_last = rng.random() < 0.7
            again(is_last=is_last)
            if not is_last:
                continue
            ours, right = contents(site), clean(vault, tmp_path / "clean")
            wrong = sorted(path for path in ours | right if ours.get(path) != right.get(path))
            assert not wrong, (done, wrong)


@pytest.mark.nightly
def test_a_note_that_comes_is_written_where_it_is_shown(tmp_path: Path) -> None:
    """Into the pages around it; a page that shows nothing of it stays, and is still found."""
    vault, site = Edited(tmp_path / "project", THEMED), tmp_path / "site"
    vault.write("docs/far/z.md", "# Far\n\nWords of a far note.\n")
    vault.write("docs/far/y.md", "# Near it\n\nMore words.\n")
    with served(vault.root, site) as again:
        vault.write("docs/folder/f.md", "# First one more\n\n[[a]]\n")
        again()  # the first build may leave pages for later, and notes nothing of them
        far = site / "far/z/index.html"
        before = far.stat().st_ino
        vault.write("docs/folder/g.md", "# Second one more\n\n[[a]]\n")
        again()
        assert "Second one more" in (site / "folder/c/index.html").read_text("utf-8")
        assert far.stat().st_ino == before
        assert "Words of a far note" in (site / "search/search_index.json").read_text("utf-8")
        assert contents(site) == clean(vault, tmp_path / "clean")


def test_a_note_that_comes_is_made_before_the_pages_that_list_it(tmp_path: Path) -> None:
    """They stand as they were until then, and so does what the search finds in them."""
    vault, site = Edited(tmp_path / "project", THEMED), tmp_path / "site"
    with served(vault.root, site) as again:
        listing = site / "a/index.html"
        before = listing.read_bytes()
        vault.write("docs/folder/g.md", "# One more\n\nTo [[a]].\n")
        again(is_last=False)
        assert "One more" in (site / "folder/g/index.html").read_text("utf-8")
        assert listing.read_bytes() == before
        assert "Words of the part" in (site / "search/search_index.json").read_text("utf-8")
        again()
        assert "One more" in listing.read_text("utf-8")
        assert contents(site) == clean(vault, tmp_path / "clean")


def test_a_template_that_lists_all_pages_is_given_them(tmp_path: Path) -> None:
    """The owner's own may ask for whatever MkDocs has: then all pages are written."""
    vault, site = Edited(tmp_path / "project", THEMED), tmp_path / "site"
    listing = "{% for each in pages %}{{ each.page.title }}{% endfor %}"
    vault.write("theme/main.html", TEMPLATE.replace("{{ super() }}", "{{ super() }}" + listing))
    with served(vault.root, site) as again:
        for name in ("f", "g"):
            vault.write(f"docs/folder/{name}.md", f"# Another {name}\n")
            again()
            assert f"Another {name}" in (site / "e/index.html").read_text("utf-8")


def test_a_build_that_fails_leaves_the_site_as_it_was(tmp_path: Path) -> None:
    """Its pages can still be read, and the next build fixes it."""
    vault, site = Edited(tmp_path / "project", THEMED), tmp_path / "site"
    with served(vault.root, site) as again:
        vault.write("theme/main.html", "{% extends 'nothing.html' %}")
        vault.write("docs/folder/f.md", "# One more\n")
        with pytest.raises(TemplateNotFound):
            again()
        assert "Words of the part" in (site / "b/index.html").read_text("utf-8")
        vault.write("theme/main.html", TEMPLATE)
        vault.write("docs/folder/g.md", "# Two more\n")
        again()
        assert contents(site) == clean(vault, tmp_path / "clean")


def test_an_edit_of_prose_makes_one_page_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its own; the others are not even written."""
    caplog.set_level(logging.INFO)
    vault, site = Edited(tmp_path / "project"), tmp_path / "site"
    with served(vault.root, site) as again:
        before = {path: path.stat().st_mtime_ns for path in site.rglob("*.html")}
        vault.write("docs/e.md", vault.read("e.md") + "\nMore words.\n")
        again()
        assert "rebuilt 1 page" in caplog.text
        after = {path: path.stat().st_mtime_ns for path in site.rglob("*.html")}
        changed = {
            path.relative_to(site).as_posix() for path in after if after[path] != before.get(path)
        }
        assert changed == {"e/index.html"}
        again()
        assert "rebuilt 0 pages" in caplog.text
