"""The page of an edited note is shown before its vault is looked through, where that can be."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from edited import LONGEST, Edited, clean, contents, served

from notewright.hosts.mkdocs.listening import listening
from notewright.hosts.mkdocs.live import Live
from notewright.hosts.mkdocs.patch import Site
from tests.hosts.mkdocs.test_patch import SEQUENCES, cut, prose

pytestmark = pytest.mark.gate

Shown = list[dict[str, bytes]]


@pytest.fixture(autouse=True)
def told(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """As on the command line, enough is told to keep pages."""
    caplog.set_level(logging.INFO, logger="mkdocs")
    return caplog


@pytest.fixture
def vault(tmp_path: Path) -> Edited:
    """A small vault."""
    return Edited(tmp_path / "project")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Where its site is."""
    return tmp_path / "site"


@pytest.fixture
def again(vault: Edited, site: Path) -> Iterator[Callable[..., None]]:
    """The vault is served, and this brings it up to date."""
    with served(vault.root, site) as again:
        yield again


@pytest.fixture
def shown(site: Path, monkeypatch: pytest.MonkeyPatch) -> Shown:
    """What the site held whenever a patch began."""
    found: Shown = []
    patch = Site.patch

    def noted(self: Site, *given: Any) -> int | None:
        found.append(contents(site))
        return patch(self, *given)

    monkeypatch.setattr(Site, "patch", noted)
    return found


def test_the_page_of_an_edit_comes_before_all_else(
    vault: Edited, site: Path, again: Callable[..., None], shown: Shown, tmp_path: Path
) -> None:
    """It is what it stays; what follows are those that show it, downloads and the search."""
    vault.write("docs/b.md", vault.read("b.md").replace("Words of", "Some more words of"))
    before = contents(site)
    again()
    first, last = shown[0], contents(site)
    assert {path for path in first if first[path] != before[path]} == {"b/index.html"}
    assert b"Some more words of" in first["b/index.html"]
    assert first["b/index.html"] == last["b/index.html"]
    assert b"Some more words of" in last["a/index.html"]
    assert b"Some more words of" in last["search/search_index.json"]
    assert last == clean(vault, tmp_path / "clean")


def test_who_asks_for_another_page_waits_before_the_first_is_there(
    vault: Edited, again: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody sees the edit on one page, and then what was before on one that shows it, too."""
    order = []
    hold, write = Live.hold, Site.write_ahead
    monkeypatch.setattr(Live, "hold", lambda *given: (order.append("hold"), hold(*given)))
    monkeypatch.setattr(Site, "write_ahead", lambda *given: (order.append("write"), write(*given)))
    vault.write("docs/b.md", vault.read("b.md").replace("Words of", "Some more words of"))
    again()
    assert order == ["hold", "write"]


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("note", "old", "new"),
    [
        ("b.md", "# B\n", "# Bee\n"),
        ("a.md", "tags: [one]", "tags: [two]"),
        ("e.md", "# E\n", "# E\n\n#fresh\n"),
        ("e.md", "print(K)", "print(K + 1)"),
        ("e.md", "print(K)\n```\n", "print(K)\n```\n\nIt is `{python} K + 2`.\n"),
        ("e.md", "```python\n", "```python\n#| label: new\n"),
        ("e.md", "# E\n", "---\ntitle: [odd\n---\n"),
    ],
)
def test_what_bears_on_others_waits_for_them(
    note: str,
    old: str,
    new: str,
    vault: Edited,
    site: Path,
    again: Callable[..., None],
    shown: Shown,
    tmp_path: Path,
) -> None:
    """Titles, properties, tags and cells; and properties that are none."""
    assert old in vault.read(note)
    vault.write(f"docs/{note}", vault.read(note).replace(old, new))
    before = contents(site)
    again()
    assert all(each == before for each in shown[:1])
    assert contents(site) == clean(vault, tmp_path / "clean")


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[[b]]", "[[folder/c]]"),
        ("[[b]]", "none"),
        ("[[b]]", "[[b]] and [[e]], see [[nowhere]]"),
        ("![[b#Part]]", "![[folder/d#^ten]]"),
    ],
)
def test_a_page_with_other_links_comes_ahead_as_it_stays(
    old: str,
    new: str,
    vault: Edited,
    site: Path,
    again: Callable[..., None],
    shown: Shown,
    tmp_path: Path,
) -> None:
    """With its foot, its graph and what it embeds; pages that it names follow."""
    vault.write("docs/a.md", vault.read("a.md").replace(old, new))
    again()
    assert shown[0]["a/index.html"] == contents(site)["a/index.html"]
    assert contents(site) == clean(vault, tmp_path / "clean")


def test_what_nobody_told_of_is_shown_with_the_rest(
    vault: Edited,
    site: Path,
    again: Callable[..., None],
    shown: Shown,
    tmp_path: Path,
) -> None:
    """A page ahead that shows part of a note which changed meanwhile is made anew at once."""
    vault.write("docs/a.md", vault.read("a.md").replace("Text.", "More text."))
    vault.write("docs/b.md", vault.read("b.md").replace("Words of", "Other words of"))
    again(paths=[str(vault.root / "docs/a.md")])
    first, last = (each["a/index.html"].decode() for each in (shown[0], contents(site)))
    assert ("More text." in first, "Other words of" in first) == (True, False)
    assert ("More text." in last, "Other words of" in last) == (True, True)
    assert contents(site) == clean(vault, tmp_path / "clean")


def test_an_edit_that_is_taken_back_is_none(
    vault: Edited, site: Path, again: Callable[..., None], tmp_path: Path
) -> None:
    """Its page is what it was, wherever else it is shown."""
    before, text = contents(site), vault.read("b.md")
    for words in ("Words of", "Other words of"):
        vault.write("docs/b.md", text.replace("Words of", words))
        again()
    vault.write("docs/b.md", text)
    again(is_last=False)
    vault.write("docs/b.md", text.replace("Words of", "Last words of"))
    again(is_last=False)
    vault.write("docs/b.md", text)
    again()
    assert contents(site) == before == clean(vault, tmp_path / "clean")


def test_a_warning_of_a_page_is_told_once(
    vault: Edited, again: Callable[..., None], told: pytest.LogCaptureFixture
) -> None:
    """Not by the look ahead and by the patch."""
    vault.write("docs/e.md", vault.read("e.md") + "\n[Gone](gone.md) <a href='lost.md'>x</a>\n")
    told.clear()
    again()
    assert [text.count("gone.md") for text in told.messages if "gone.md" in text] == [1]


def test_what_other_threads_say_is_said_of_no_page() -> None:
    """A server tells of each browser that comes, while pages are made."""
    with listening() as said:
        log = logging.getLogger("mkdocs.livereload")
        browser = threading.Thread(target=log.info, args=("Browser connected",))
        browser.start()
        browser.join()
        log.info("of the page")
    assert said == ["of the page"]


def test_files_that_an_editor_puts_there_for_a_moment_are_no_edit(
    vault: Edited, site: Path, again: Callable[..., None], shown: Shown
) -> None:
    """Vim tries whether it may write a folder, and keeps the note until the new one is written."""
    vault.write("docs/4913", "")
    vault.write("docs/e.md~", vault.read("e.md"))
    vault.write("docs/e.md", vault.read("e.md") + "\nMore words.\n")
    paths = [str(vault.root / "docs" / name) for name in ("4913", "e.md~", "e.md")]
    for name in ("4913", "e.md~"):
        (vault.root / "docs" / name).unlink()
    again(paths=paths)
    assert b"More words." in shown[0]["e/index.html"]


def words(vault: Edited, rng: random.Random) -> None:
    """Write other words somewhere in a note, or take back what was written."""
    note = rng.choice(vault.notes)
    kept = [text for text in vault.read(note).split("\n\n") if not text.startswith("Once")]
    new = rng.choice(
        ["", "more", "naïve", "$x^2$ and `code`", "## Part", "a footnote[^1]\n\n[^1]: It."]
    )
    kept[1:1] = [f"Once {new}"] if new else []
    vault.write(f"docs/{note}", "\n\n".join(kept))


@pytest.mark.nightly
@pytest.mark.parametrize("seed", SEQUENCES)
def test_edits_in_a_row_give_the_site_of_a_clean_build(
    seed: int, vault: Edited, site: Path, again: Callable[..., None], tmp_path: Path
) -> None:
    """Those that come before the rest has followed, too, whichever of them goes ahead."""
    rng = random.Random(seed)
    for _ in range(4):
        for _ in range(rng.randint(1, 4)):
            rng.choice([words, words, words, prose, cut])(vault, rng)
            again(is_last=False)
        again()
        assert contents(site) == clean(vault, tmp_path / "clean")


def test_a_server_that_has_ended_watches_nothing(vault: Edited, site: Path) -> None:
    """The kernel lets 128 watchers be; each server left two threads and one of these."""
    before = set(threading.enumerate())
    with served(vault.root, site):
        during = set(threading.enumerate()) - before
    assert during
    for thread in during:
        thread.join(LONGEST)
        assert not thread.is_alive(), thread
