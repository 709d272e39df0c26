"""Diffusion on the moons by the length of its training.

`python -m snippets.diffusion_curve` trains all networks, in about two minutes
of one processor, and writes `data/diffusion_curve.json`. Tests compare the
file with runs.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from snippets.diffusion import FloatArray
from snippets.diffusion_runs import N_SEEDS, diffusion_tries, score

FILE = Path(__file__).parents[1] / "data" / "diffusion_curve.json"

UPDATES = (1250, 2500, 5000, 7500, 15_000)


@dataclass(frozen=True, slots=True)
class Training:
    """What one training came to.

    Attributes:
        n_updates: Its length.
        seed: Of rows, start and samples.
        losses: On the rows to choose by, at its five stops.
        energy: Energy distance of the samples to new points.
        off: Share of the samples off the moons.
        nearest: Median distance of the samples to the nearest row that was
            fitted on.
    """

    n_updates: int
    seed: int
    losses: tuple[float, ...]
    energy: float
    off: float
    nearest: float


def trained(n_updates: int, seed: int) -> Training:
    """Train, choose the best of five stops, draw and judge the samples."""
    losses, samples = diffusion_tries(seed, n_updates)
    found = {k: round(v, 6) for k, v in score(seed, samples).items()}
    rounded = tuple(round(loss, 6) for loss in losses)
    return Training(n_updates, seed, rounded, **found)


def curve() -> list[Training]:
    """Read all trainings, by length and then by seed."""
    rows = json.loads(FILE.read_text(encoding="utf-8"))
    return [Training(**{**row, "losses": tuple(row["losses"])}) for row in rows]


def by_length() -> dict[int, dict[str, FloatArray]]:
    """Scores of the stored trainings, seed by seed.

    Returns:
        By number of updates: energy distance, share off the moons, distance
        to the nearest row, and the lowest loss of the five stops, each of
        shape (n_seeds,).
    """
    trainings, found = curve(), dict[int, dict[str, FloatArray]]()
    for n in UPDATES:
        each = [one for one in trainings if one.n_updates == n]
        found[n] = {
            "energy": np.array([one.energy for one in each]),
            "off": np.array([one.off for one in each]),
            "nearest": np.array([one.nearest for one in each]),
            "loss": np.array([min(one.losses) for one in each]),
        }
    return found


def write(found: Sequence[Training]) -> None:
    """Write trainings, one a line."""
    lines = [json.dumps(asdict(each)) for each in found]
    text = "[\n" + ",\n".join(lines) + "\n]\n"
    FILE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write([trained(n, seed) for n in UPDATES for seed in range(N_SEEDS)])
