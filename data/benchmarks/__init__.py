"""Times of builds, sessions and clusters that the benchmarks measured last;
`docs/data/benchmarks-data.md` describes them.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd


def load(name: str = "builds") -> pd.DataFrame:
    """Read a table.

    Args:
        name: `builds`, one row for each size of vault, tool and scenario;
            `sessions`, one for each session; or `cluster`, one for each part.
    """
    return pd.read_csv(Path(__file__).with_name(f"{name}.csv"))
