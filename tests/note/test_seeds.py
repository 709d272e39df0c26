"""Seeds that stand in code are found, and said in a few words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.note.seeds import in_words, seeds_of


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("make('close', seed=0)", "seed 0"),
        ("KMeans(3, random_state=1)\nrng = np.random.default_rng(2)", "seeds 1, 2"),
        ("for seed in range(10):\n    fit(seed)", "seeds 0–9"),
        ("scores = [run(seed) for seed in range(3, 6)]", "seeds 3–5"),
        ("run(seeds=[0, 5])", "seeds 0, 5"),
        ("SEEDS = range(0, 6, 2)", "seeds 0, 2, 4"),
        ("np.random.seed(7)", "seed 7"),
        ("KMeans(random_state=None); f(seed=n); range(10)", ""),
        ("not python", ""),
        ("f(seed=range(1, 2, 0))", ""),
        ("f(seed=True)", ""),
    ],
)
def test_seeds_are_those_that_are_written_out(code: str, words: str) -> None:
    """What code computes is not known, so it is not said."""
    assert in_words(seeds_of(code)) == words


@given(st.frozensets(st.integers(0, 30)))
def test_words_name_each_seed_once(seeds: frozenset[int]) -> None:
    """Whoever reads them back has the same seeds."""
    words = in_words(seeds).removeprefix("seeds ").removeprefix("seed ")
    found: list[int] = []
    for part in filter(None, words.split(", ")):
        first, _, last = part.partition("–")
        found += range(int(first), int(last or first) + 1)
    assert found == sorted(seeds)
