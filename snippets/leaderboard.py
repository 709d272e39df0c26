"""A contest with two leaderboards: one that everybody sees, and one that
decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """Accuracy of each submission, shape (n_submissions,), in the order of
    submission.

    Attributes:
        public: On the samples of the board that is shown.
        private: On the samples of the board that decides.
    """

    public: FloatArray
    private: FloatArray

    def best_so_far(self) -> tuple[FloatArray, FloatArray]:
        """Follow whoever leads the public board: public and private score after
        each submission.

        A later submission leads only if it is better.
        """
        leaders, leader = [], 0
        for place, score in enumerate(self.public):
            if score > self.public[leader]:
                leader = place
            leaders.append(leader)
        return self.public[leaders], self.private[leaders]

    def private_rank(self) -> float:
        """Rank on the private board of who leads the public one: 1 is best,
        ties share.
        """
        return float(rankdata(-self.private)[int(self.public.argmax())])


# --8<-- [start:contest]
def contest(
    skills: FloatArray, n_public: int, n_private: int, rng: np.random.Generator
) -> Board:
    """Score submissions on both boards.

    Args:
        skills: Chance of each submission to answer a sample right, shape
            (n_submissions,).
        n_public: Samples of the public board.
        n_private: Samples of the private board.
        rng: Source of the answers.

    Raises:
        ValueError: If a board has no sample.
    """
    if n_public < 1 or n_private < 1:
        raise ValueError(
            f"each board needs a sample, got {n_public} and {n_private}"
        )
    public = rng.binomial(n_public, skills) / n_public
    private = rng.binomial(n_private, skills) / n_private
    return Board(public, private)
    # --8<-- [end:contest]
