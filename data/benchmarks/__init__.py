"""Times of builds that the benchmarks measured last; the card beside this file
describes them.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd


def load() -> pd.DataFrame:
    """The table, one row for each size of vault, tool and scenario."""
    return pd.read_csv(Path(__file__).with_name("builds.csv"))
