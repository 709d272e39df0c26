"""A transformer on the characters of a small text, by the length of its
training, and tables that count.

`python -m snippets.transformer_text` trains all networks, in about half a
minute of one processor, and writes `data/transformer_text.json`. Tests compare
the file with runs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snippets.transformer_net import Net, cross_entropy, forward
from snippets.transformer_runs import (
    LETTERS,
    coded,
    meetings,
    on_text,
    one_hot,
    windows,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
FILE = Path(__file__).parents[1] / "data" / "transformer_text.json"

STEPS, SEEDS = (50, 150, 500, 1500, 3000), (0, 1, 2)
TEMPERATURES = (0.5, 1.0, 2.0)
SPOKEN = 1500
"""Steps of the network whose text is stored."""
LENGTH = 16


def texts() -> tuple[IntArray, IntArray]:
    """Characters to train on, and new ones, each of 400 sentences."""
    old, new = (meetings(400, np.random.default_rng(seed)) for seed in (1, 2))
    return coded(old), coded(new)


AT: IntArray = np.arange(1000, 10_000, 15)
"""Places of the last characters that are seen."""


def table_bits(old: IntArray, new: IntArray, longest: int) -> list[float]:
    """Bits per new character of tables that count what follows a run.

    A table of runs of k characters shares out half a count as the table of
    k - 1 says, as `table` does; runs that were never seen take all from there.

    Args:
        old: Characters to count, shape (n,).
        new: Characters to predict after each of `AT`, shape (n,).
        longest: Longest run.

    Returns:
        Bits of the tables for runs of 0, 1, ... `longest` characters.
    """
    n = len(LETTERS)
    counts = np.bincount(old, minlength=n)
    chances = np.tile((counts + 1) / (counts.sum() + n), (len(AT), 1))
    bits = [_bits(chances, new)]
    for k in range(1, longest + 1):
        followed: dict[bytes, FloatArray] = {}
        for end in range(k, len(old)):
            run = old[end - k : end].tobytes()
            followed.setdefault(run, np.zeros(n))[old[end]] += 1
        for row, at in enumerate(AT):
            seen = followed.get(new[at - k + 1 : at + 1].tobytes())
            if seen is not None:
                mixed = seen + 0.5 * chances[row]
                chances[row] = mixed / (seen.sum() + 0.5)
        bits.append(_bits(chances, new))
    return bits


def _bits(chances: FloatArray, new: IntArray) -> float:
    said = chances[np.arange(len(AT)), new[AT + 1]]
    return float(-np.log2(said).mean())


def net_bits(net: Net, new: IntArray) -> float:
    """Bits per new character of a network that sees 16."""
    X, y = windows(new, AT - LENGTH + 1, LENGTH)
    y[:, :-1] = -1  # ask at the last place only
    return float(cross_entropy(forward(net, X).scores, y)[0] / np.log(2))


def spoken(net: Net, temperature: float, n: int = 78, seed: int = 0) -> str:
    """Let a network go on, character by character.

    Args:
        net: A network of `on_text`.
        temperature: What scores are divided by before they become chances.
        n: Characters to draw.
        seed: Of the draws.
    """
    rng, text = np.random.default_rng(seed), texts()[1][:LENGTH].tolist()
    for _ in range(n):
        X = one_hot(np.array([text[-LENGTH:]]), len(LETTERS))
        scores = forward(net, X).scores[0, -1] / temperature
        chances = np.exp(scores - scores.max())
        text.append(int(rng.choice(len(LETTERS), p=chances / chances.sum())))
    return "".join(LETTERS[each] for each in text[LENGTH:])


def run() -> dict[str, Any]:
    """Train all networks."""
    old, new = texts()
    bits = {
        str(n): [
            round(net_bits(on_text(old, seed, n), new), 4) for seed in SEEDS
        ]
        for n in STEPS
    }
    net = on_text(old, SEEDS[0], SPOKEN)
    said = {str(each): spoken(net, each) for each in TEMPERATURES}
    return {"bits": bits, "spoken": said}


def stored_bits() -> dict[int, list[float]]:
    """Bits per new character by steps, one for each of `SEEDS`."""
    return {int(n): each for n, each in _stored()["bits"].items()}


def stored_text() -> dict[float, str]:
    """Text of a network of `SPOKEN` steps, by temperature."""
    return {float(each): said for each, said in _stored()["spoken"].items()}


def _stored() -> Any:
    return json.loads(FILE.read_text(encoding="utf-8"))


def write(found: Mapping[str, Any]) -> None:
    """Write what `run` returned."""
    text = json.dumps(found, indent=1) + "\n"
    FILE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(run())
