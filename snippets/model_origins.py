"""The work in which the method of each note was introduced, and its year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

WORKS = Path(__file__).parents[1] / "docs" / "references.bib"
"""What the notes cite."""

ORIGINS: Mapping[str, str] = {
    "agglomerative-ward": "ward1963",
    "birch": "zhang1996",
    "cnn": "lecun1989",
    "dbscan": "ester1996",
    "decision-tree": "breiman1984",
    "diffusion": "sohldickstein2015",
    "discriminant-analysis": "fisher1936",
    "gaussian-mixture": "pearson1894",
    "generalised-linear-models": "nelder1972",
    "gradient-boosting": "friedman2001",
    "hidden-markov": "baum1966",
    "k-means": "macqueen1967",
    "k-nearest-neighbours": "fix1951",
    "label-propagation": "zhu2002",
    "linear-regression": "legendre1805",
    "linear-svc": "cortes1995",
    "logistic-regression": "cox1958",
    "lstm-gru": "hochreiter1997",
    "naive-bayes": "maron1961",
    "nu-svc": "scholkopf2000",
    "outlier-detection": "liu2008",
    "pca": "pearson1901",
    "policy-gradient": "williams1992",
    "q-learning": "watkins1989",
    "random-forest": "breiman2001",
    "ridge-lasso": "hoerl1970",
    "support-vector-machine": "boser1992",
    "t-sne": "vandermaaten2008",
    "transformer": "vaswani2017",
}
"""The key of a work by the name of a note, which cites it.

A method that several works may claim has none.
"""


# --8<-- [start:year]
def year_of(key: str, works: Path = WORKS) -> int:
    """Read the year of a work from a bibliography.

    Args:
        key: Its key.
        works: A file of BibTeX, each entry behind an empty line.

    Raises:
        ValueError: If no work has the key, or the work has no year.
    """
    for entry in re.split(r"\n\s*\n", works.read_text("utf-8")):
        if re.match(rf"\s*@\w+\{{{re.escape(key)},", entry):
            found = re.search(r"^\s*year\s*=\s*\{(\d{4})\}", entry, re.M)
            if found is None:
                raise ValueError(f"the work {key!r} has no year")
            return int(found[1])
    raise ValueError(f"no work has the key {key!r}")


# --8<-- [end:year]


def year_introduced(note: str) -> int | None:
    """Say when the method of a note was introduced; None if that is open."""
    return year_of(ORIGINS[note]) if note in ORIGINS else None
