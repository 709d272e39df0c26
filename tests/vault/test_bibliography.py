"""The bibliography of a vault: which works it has, and what is wrong with it and its citations."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from notewright.errors import VaultError
from notewright.settings import Settings
from notewright.vault.bibliography import Bibliography, check_citations, citation_notices
from notewright.vault.vault import Vault

BIB = "@book{one, title={One}, year=2001}\n@book{two, title={Two}, crossref={one}}\n"
ITEMS = [{"id": "three", "type": "book", "title": "Three"}, {"id": "one", "type": "book"}]


@pytest.fixture
def scan(project: Callable[..., Path]) -> Callable[..., Vault]:
    """Makes a vault of notes, with a bibliography of BibTeX and one of CSL's JSON."""

    def make(notes: dict[str, str], bib: str = BIB, items: Any = ITEMS, **options: Any) -> Vault:
        files = {"refs.bib": bib, "more.json": json.dumps(items, indent=1), **notes}
        given = {"bibliography": ["refs.bib", "more.json"], **options}
        return Vault.scan(Settings.load(project(files, given)))

    return make


def test_works_come_from_both_kinds_of_files(scan: Callable[..., Vault]) -> None:
    """Each with its place; of two with one key the first counts, and the other is told."""
    found = Bibliography.of(scan({}))
    places = {key: f"{work.file}:{work.line}" for key, work in found.works.items()}
    assert places == {"one": "refs.bib:1", "two": "refs.bib:2", "three": "more.json:3"}
    assert found.works["three"].csl["title"] == "Three"
    assert found.works["two"].csl["issued"] == found.works["one"].csl["issued"]
    (problem,) = found.problems
    assert problem.where == "more.json:8" and "refs.bib is used" in problem.message


def test_a_citation_that_names_no_work_is_told(scan: Callable[..., Vault]) -> None:
    """With the nearest key; the name of somebody within a sentence is none."""
    notes = {"docs/a.md": "# A\n\nSee [@one; @thre, p. 3], and ask @thee.\n"}
    problems = [str(each) for each in check_citations(scan(notes, items=[ITEMS[0]]))]
    assert problems == [
        "docs/a.md:3:5: no work called `@thre` in refs.bib, more.json. Did you mean `three`?"
    ]


@pytest.mark.parametrize(
    ("bib", "items", "where", "words"),
    [
        ("@book{a, title={A\n", [], "refs.bib:1", "cannot read an entry"),
        ("", {"id": "a"}, "more.json:1", "not a list of works"),
        ("", [{"id": "a"}], "more.json:3", "without `id` or `type`"),
        ("", [7], "more.json:1", "without `id` or `type`"),
        ("@misc{a, title=" + "{" * 20_000 + "}" * 20_000 + "}", [], "", ""),
        ("", "[" * 20_000, "more.json:1", ""),
    ],
)
def test_what_cannot_be_read_is_told(
    scan: Callable[..., Vault], bib: str, items: Any, where: str, words: str
) -> None:
    vault = scan({}, bib, items)
    problems = list(check_citations(vault))
    if where:
        (problem,) = problems
        assert problem.where == where and words in problem.message


def test_a_file_that_is_not_there_is_told_at_its_option(scan: Callable[..., Vault]) -> None:
    vault = scan({"docs/a.md": "[@one]\n"}, bibliography=["gone.bib"])
    missing, unknown = check_citations(vault)
    assert missing.file == "mkdocs.yml" and missing.line > 1 and "`gone.bib`" in missing.message
    assert unknown.where == "docs/a.md:1"


@pytest.mark.parametrize("name", ["../refs.bib", "/etc/passwd", "refs.txt", 7, "a\\..\\b.bib"])
def test_only_files_of_the_project_are_read(scan: Callable[..., Vault], name: object) -> None:
    with pytest.raises(VaultError, match=r"Use a file inside the project that ends in \.bib or"):
        scan({}, bibliography=[name])


def test_citations_without_a_bibliography_are_a_notice(scan: Callable[..., Vault]) -> None:
    """Once for all of them; nothing is wrong."""
    vault = scan({"docs/a.md": "# A\n\n[@one] [@two]\n"}, bibliography=[])
    assert list(check_citations(vault)) == []
    (notice,) = citation_notices(vault)
    assert notice.startswith("docs/a.md:3: a citation needs a bibliography")
    assert "(2 citations; this is the first)" in notice and "bibliography: [" in notice
    assert not list(citation_notices(scan({"docs/a.md": "[@one]\n"})))


@pytest.mark.parametrize("text", ["See @fig-fit and @fig-two.", "See [@fig-fit]."])
@pytest.mark.parametrize("bibliography", [[], ["refs.bib"]])
def test_a_reference_of_quarto_is_answered_by_the_link_to_write(
    scan: Callable[..., Vault], text: str, bibliography: list[str]
) -> None:
    """It is no citation, whether there is a bibliography or not."""
    vault = scan({"docs/a.md": f"# A\n\n{text}\n"}, bibliography=bibliography)
    (notice,) = citation_notices(vault)
    assert notice.startswith("docs/a.md:3: `@fig-fit` ") and "`[[#^fig-fit]]`" in notice
    assert not list(check_citations(vault))


def test_a_work_that_changes_has_another_digest(scan: Callable[..., Vault]) -> None:
    """And so has what takes from it; others have not."""
    before, after = (Bibliography.of(scan({}, bib)) for bib in (BIB, BIB.replace("2001", "2002")))
    changed = [key for key in before.works if before.told(key) != after.told(key)]
    assert changed == ["one", "two"] and before.digest != after.digest
    assert before.told("none") == ""
