"""Answers to bases: each is worked out once, and again only where it may have changed."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from notewright.bases import query
from notewright.settings import Settings
from notewright.vault import base_answers
from notewright.vault.base_answers import Answers
from notewright.vault.base_checks import check_bases
from notewright.vault.names import Names
from notewright.vault.published import published
from notewright.vault.vault import Vault

PLAIN = "filters: year > 1900\nviews: [{order: [file.name, year]}]\n"
NOTE = "---\nyear: 1965\n---\n# Dune\n\nText, [[emma]].\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A vault of two notes, one with a base in it."""
    found = Settings.from_options(tmp_path, tmp_path / "docs", {})
    write(found, "dune.md", NOTE)
    write(found, "emma.md", f"---\nyear: 1815\n---\n# Emma\n\n```base\n{PLAIN}```\n")
    return found


def write(settings: Settings, path: str, text: str) -> None:
    """Write a note."""
    file = settings.docs_dir / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("base", "text", "is_other"),
    [
        (PLAIN, NOTE.replace("Text", "Other text"), False),
        (PLAIN, NOTE.replace("[[emma]]", "#tag"), False),
        (PLAIN, NOTE.replace("1965", "1966"), True),
        (PLAIN, NOTE.replace("year:", "aliases: [D]\nyear:"), True),
        ("filters: file.hasTag('x')", NOTE.replace("Text", "#tag"), True),
        ("filters: file.hasTag('x')", NOTE.replace("Text", "Words"), False),
        (r"""filters: "file.has\x54ag('x')" """, NOTE.replace("Text", "#tag"), True),
        ("views: [{order: [file.links]}]", NOTE.replace("emma", "index"), True),
        ("filters: link('a').linksTo(this)", NOTE.replace("emma", "index"), True),
        ("filters: file.hasLink(this)", NOTE.replace("emma", "index"), True),
        ("filters: file.embeds.length > 0", NOTE.replace("[[", "![["), True),
        ("filters: file.size > 10", NOTE.replace("Text", "Texts"), True),
        ("filters: file['si' + 'ze'] > 10", NOTE.replace("Text", "Texts"), True),
        ("filters: note['size'] > 10 || [1, 2][0] > 1", NOTE.replace("Text", "#tag"), False),
        ("formulas: {n: \"'si' + 'ze'\", x: file[formula.n]}", NOTE + "\n", True),
    ],
)
def test_a_key_is_of_what_the_base_can_see(
    settings: Settings, base: str, text: str, is_other: bool
) -> None:
    """Of properties and names always, of the rest if it asks."""
    before = Answers.of(Vault.scan(settings)).key(base)
    write(settings, "dune.md", text)
    assert (Answers.of(Vault.scan(settings)).key(base) != before) == is_other


def test_a_file_or_another_moment_is_another_key(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A note that comes may be a row; the moment counts for a base that asks for it."""
    dated = "filters: when < today()"
    before = [Answers.of(Vault.scan(settings)).key(base) for base in (PLAIN, dated)]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    later = [Answers.of(Vault.scan(settings)).key(base) for base in (PLAIN, dated)]
    assert before[0] == later[0] and before[1] != later[1]
    write(settings, "new.md", "# New\n")
    assert Answers.of(Vault.scan(settings)).key(PLAIN) != before[0]


def test_a_view_is_worked_out_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the check and for the page; and not again after an edit that no base can see."""
    ran: list[str] = []
    run_views = query.run_views

    def counted(*given: object) -> object:
        ran.append("ran")
        return run_views(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(query, "run_views", counted)
    vault = published(Vault.scan(settings))
    names = Names(vault)
    assert list(check_bases(vault)) == []
    names.base(PLAIN, vault.notes["emma.md"])
    assert len(ran) == 1

    write(settings, "dune.md", NOTE.replace("Text", "Other text"))
    vault = published(Vault.scan(settings, known=vault))
    assert list(check_bases(vault)) == [] and replace(names, vault=vault).are_same(names.asked)
    assert len(ran) == 1

    write(settings, "dune.md", NOTE.replace("year: 1965", "year: 1965\npages: 412"))
    for _ in range(2):  # the same answer, for a new key, which is remembered
        vault = published(Vault.scan(settings, known=vault))
        assert replace(names, vault=vault).are_same(names.asked)
        assert len(ran) == 2

    write(settings, "dune.md", NOTE.replace("1965", "1966"))
    vault = published(Vault.scan(settings, known=vault))
    assert not replace(names, vault=vault).are_same(names.asked)


def test_names_that_are_the_same_are_not_asked_for_again(settings: Settings) -> None:
    """A page with a base leads to all notes; after a save only the base is asked again."""
    places: list[str] = []

    def place(path: str) -> str:
        places.append(path)
        return f"/{path}"

    names = Names(published(Vault.scan(settings)), place=place)
    names.file("dune.md")
    names.base(PLAIN, names.vault.notes["emma.md"])
    write(settings, "dune.md", NOTE.replace("Text", "Other text"))
    saved = replace(names, vault=published(Vault.scan(settings, known=names.vault)))
    assert saved.are_same(names.asked, names_are_same=True) and places == ["dune.md"]
    assert saved.are_same(names.asked) and places == ["dune.md", "dune.md"]
    write(settings, "dune.md", NOTE.replace("1965", "1966"))
    saved = replace(names, vault=published(Vault.scan(settings, known=names.vault)))
    assert not saved.are_same(names.asked, names_are_same=True)


def test_all_views_of_a_base_have_one_budget(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many there are; what is beyond it is an error in its cells."""
    monkeypatch.setattr(base_answers, "STEPS", 4000)
    hard = "formulas: {x: 'list(1).map([1, 2, 3, 4].map(value + 1)).length'}\nviews:\n"
    _, few = Answers.of(Vault.scan(settings)).ask(hard + "- order: [formula.x]\n" * 2, "dune.md")
    _, many = Answers.of(Vault.scan(settings)).ask(hard + "- order: [formula.x]\n" * 999, "dune.md")
    assert "takes more than" not in repr(few)
    assert "takes more than" not in repr(many[0]) and "takes more than" in repr(many[-1])


def test_what_readers_see_is_one_vault(settings: Settings) -> None:
    """As long as the same notes are hidden, it is asked as one."""
    write(settings, "my.md", "---\npublish: false\n---\n# My\n")
    whole = Vault.scan(settings)
    assert published(whole) is published(whole)
    assert sorted(published(whole).notes) == ["dune.md", "emma.md"]


@dataclass
class Given:
    """Results of one note."""

    score: float
    waits: str = ""

    @property
    def digest(self) -> str:
        return f"{self.score} {self.waits}"

    def awaited(self, paths: Set[str]) -> str:
        return f"docs/{self.waits}:3" if self.waits in paths else ""

    def of(self, path: str) -> Mapping[str, Any]:
        return {"fit": {"score": self.score}} if path == "dune.md" else {}


def test_results_count_for_a_base_that_asks_for_them(settings: Settings) -> None:
    """What cells gave is another answer there, and what they will give is waited for."""
    vault = Vault.scan(settings)
    of_results = "views: [{order: [file.name, result.fit.score]}]"
    for base, counts in ((PLAIN, False), (of_results, True)):
        first, later = Names(vault, results=Given(1)), Names(vault, results=Given(2))
        first.base(base, vault.notes["emma.md"])
        assert first.are_same(dict(first.asked)) and later.are_same(dict(first.asked)) != counts
        waits = Names(vault, results=Given(1, "dune.md"))
        asks = base, vault.notes["emma.md"]
        assert waits.awaited(*asks) == ("docs/dune.md:3" if counts else "")
        assert waits.are_same(dict(first.asked)) != counts
        for own in ("file.name == 'dune'", "file.name == 'emma'"):
            asks = f"filters: {own}\n{base}", vault.notes["emma.md"]
            assert bool(waits.awaited(*asks)) == (counts and "dune" in own)
    _, [shown] = Answers.of(vault).ask(of_results, "emma.md", "", Given(2))
    assert [row.values for row in shown.groups[0].rows] == [("dune", 2.0), ("emma", None)]
