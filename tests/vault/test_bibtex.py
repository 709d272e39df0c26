"""BibTeX as CSL's terms: what programs and people write in `.bib` files."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.vault.bibtex import as_csl, read_bibtex

ENTRIES = r"""
@string{jmlr = "Journal of Machine Learning Research"}
@Article{demsar2006,
  Author  = {Dem{\v s}ar, Janez},
  Title   = {Statistical Comparisons of {Classifiers} over Multiple Data Sets},
  Journal = jmlr, Volume = 7, Pages = {1--30}, Year = {2006}, Month = jan
}
@inproceedings{part, author={von Neumann, John and {Acme \& Sons} and others}, crossref={whole}}
@proceedings{whole, title={Proceedings of Things}, year=1999, publisher={Press}, editor={Doe, Jo}}
@online{page, title={Q & A: 50\% of it}, url={https://example.org/a_b?c=1&d=%7E}, date={2024-05-17},
  urldate={2025-01-02}}
@phdthesis{thesis, author={Ada Lovelace}, title={Notes}, school={London}, year={1843}}
@techreport{report, title={R}, institution={I}, number={TR-5}, year={n.d.}}
@misc{preprint, author={Le{\c{c}}on, {\'E}ric Jr}, title={The $k$-means}, eprint={1706.03762},
  archivePrefix={arXiv}, subtitle={Again}}
"""


def csl(key: str) -> dict[str, Any]:
    entries, faults = read_bibtex(ENTRIES)
    assert not faults
    entry = entries[key][1]
    parent = entries.get(entry.get("crossref", ""))
    return as_csl(entry, parent[1] if parent else None)


@pytest.mark.parametrize(
    ("key", "told"),
    [
        (
            "demsar2006",
            {
                "type": "article-journal",
                "author": [{"family": "Demšar", "given": "Janez"}],
                "title": "Statistical Comparisons of Classifiers over Multiple Data Sets",
                "container-title": "Journal of Machine Learning Research",
                "volume": "7",
                "page": "1–30",
                "issued": {"date-parts": [[2006, 1]]},
            },
        ),
        (
            "part",
            {
                "type": "paper-conference",
                "author": [
                    {"family": "Neumann", "given": "John", "non-dropping-particle": "von"},
                    {"literal": "Acme & Sons"},
                    {"literal": "others"},
                ],
                "container-title": "Proceedings of Things",
                "publisher": "Press",
                "editor": [{"family": "Doe", "given": "Jo"}],
                "issued": {"date-parts": [[1999]]},
            },
        ),
        (
            "page",
            {
                "type": "webpage",
                "title": "Q & A: 50% of it",
                "URL": "https://example.org/a_b?c=1&d=%7E",
                "issued": {"date-parts": [[2024, 5, 17]]},
                "accessed": {"date-parts": [[2025, 1, 2]]},
            },
        ),
        ("thesis", {"type": "thesis", "publisher": "London"}),
        ("report", {"type": "report", "number": "TR-5", "publisher": "I"}),
        (
            "preprint",
            {"title": "The $k$-means: Again", "URL": "https://arxiv.org/abs/1706.03762"},
        ),
    ],
)
def test_what_an_entry_says(key: str, told: dict[str, Any]) -> None:
    """LaTeX is text, names of no people stay whole, and a part takes from its whole."""
    found = csl(key)
    assert {name: found.get(name) for name in told} == told


def test_a_date_that_is_none_is_left_out() -> None:
    assert "issued" not in csl("report")


def test_a_file_with_faults_has_its_other_entries() -> None:
    """Each fault is told with its line."""
    text = "\n@book{a, title={A}}\n@article{b, title={No end\n@book{a, title={Again}}\n@book{c}\n"
    entries, faults = read_bibtex(
        f"{text}@book{{d, title={{x}}, title={{y}}, author={{Doe, Jo}}}}\n"
    )
    assert {key: line for key, (line, _) in entries.items()} == {"a": 2, "c": 5, "d": 6}
    assert entries["a"][1]["title"] == "A" and as_csl(entries["d"][1])["title"] == "x"
    assert as_csl(entries["d"][1])["author"] == [{"family": "Doe", "given": "Jo"}]
    told = dict(faults)
    assert sorted(told) == [3, 4, 6]
    assert (
        "closing" in told[3]
        and "duplicate key `a`" in told[4]
        and ("duplicate fields in an entry: `title`") in told[6]
    )


@given(st.text(st.sampled_from('@{}"=,\\ article\n$%&~-_^é'), max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    """What is no entry is told, or is nothing."""
    entries, faults = read_bibtex(text)
    for _, entry in entries.values():
        assert as_csl(entry)["type"]
    assert all(line >= 1 and message for line, message in faults)
