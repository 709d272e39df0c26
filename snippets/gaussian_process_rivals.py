"""Rivals of the Gaussian process: the library's kernels, and ridge and boosting
with equal budgets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_diabetes, make_friedman1
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import (
    RBF,
    ConstantKernel,
    DotProduct,
    ExpSineSquared,
    Matern,
)
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from snippets.equal_budget import Arm, tuned
from snippets.gaussian_process import fit, predict
from snippets.gaussian_process_kernels import (
    PROFILES,
    Kernel,
    linear,
    periodic,
    rbf,
    stationary,
)
from snippets.gaussian_process_runs import TOL

FloatArray = NDArray[np.float64]


def each_kernel() -> dict[str, tuple[Kernel, FloatArray, Any]]:
    """Six kernels, parameters with the noise, and the same of the library."""
    theta, scale = np.array([0.3, -0.5, -1.5]), ConstantKernel(np.exp(0.6))
    length, smooth = np.exp(-0.5), {"1/2": 0.5, "3/2": 1.5, "5/2": 2.5}
    cases: dict[str, tuple[Kernel, FloatArray, Any]] = {
        "RBF": (stationary(rbf), theta, scale * RBF(length))
    }
    for name, nu in smooth.items():
        ours = stationary(PROFILES[f"Matérn {name}"])
        cases[f"Matérn {name}"] = ours, theta, scale * Matern(length, nu=nu)
    cases["periodic"] = (
        periodic(),
        np.array([0.3, -0.2, 0.4, -1.5]),
        scale * ExpSineSquared(np.exp(-0.2), np.exp(0.4)),
    )
    cases["linear"] = (
        linear(),
        np.array([0.3, 0.2, -1.5]),
        ConstantKernel(np.exp(0.4)) * DotProduct(np.exp(0.1)),
    )
    return cases


def _scaled(model: Any) -> Any:
    return make_pipeline(StandardScaler(), model)


ARMS: Mapping[str, Arm] = {
    "ridge": Arm(_scaled(Ridge()), {"ridge__alpha": [1.0, 10.0, 30.0, 100.0]}),
    "boosting": Arm(
        HistGradientBoostingRegressor(
            max_iter=100, min_samples_leaf=5, random_state=0
        ),
        {"learning_rate": [0.15, 0.3], "max_leaf_nodes": [2, 4]},
    ),
    "GP, one length": Arm(
        _scaled(GaussianProcessRegressor(optimizer=None, normalize_y=True)),
        {
            "gaussianprocessregressor__kernel": [RBF(3.0), RBF(10.0)],
            "gaussianprocessregressor__alpha": [0.1, 0.5],
        },
    ),
}
"""Models of `rivals`, each with four settings to choose from."""


def by_evidence(
    X: FloatArray, y: FloatArray, new: FloatArray, n_lengths: int
) -> tuple[FloatArray, FloatArray]:
    """Mean and deviation of new targets, all parameters from one climb of the
    marginal likelihood.

    Args:
        X: Samples, shape (n, p).
        y: Targets, shape (n,).
        new: Places, shape (n_new, p).
        n_lengths: 1, or p for a length scale for each feature.
    """
    centre, spread = X.mean(axis=0), X.std(axis=0)
    level, unit = y.mean(), y.std()
    start = np.log([1.0, *[3.0] * n_lengths, 0.5])
    samples = (X - centre) / spread, (y - level) / unit
    process = fit(stationary(rbf, n_lengths), *samples, [start], TOL)[0]
    mean, sd = predict(process, (new - centre) / spread)
    return level + unit * mean, unit * np.hypot(sd, np.exp(process.theta[-1]))


TABLES: Mapping[str, tuple[str, ...]] = {
    "diabetes": ("ridge", "boosting", "GP, one length"),
    "Friedman": ("boosting",),
}
"""Arms of each table that choose on held-out rows."""

LENGTHS: Mapping[str, tuple[int, ...]] = {"diabetes": (1,), "Friedman": (1, 10)}
"""Length scales that the marginal likelihood chooses on each table."""
N_TRAIN = 60


# --8<-- [start:rivals]
def rivals(
    name: str,
    seeds: Sequence[int],
    tune: bool = True,
    n_features: int | None = None,
) -> dict[str, FloatArray]:
    """R² of each arm after `N_TRAIN` rows, and how often 95 % intervals hold.

    Args:
        name: "diabetes", one file split anew, or "Friedman", new draws.
        seeds: One a split or draw.
        tune: Whether the arms that choose on held-out rows take part.
        n_features: Give all arms only the first so many features, with one
            length scale.

    Returns:
        By arm, shape (n_seeds,); what ends with "held" is the share of new
        targets inside the interval.
    """
    found: dict[str, list[float]] = {}
    patients, progress = load_diabetes(return_X_y=True)
    for seed in seeds:
        if name == "diabetes":
            rows = np.random.default_rng(seed).permutation(len(patients))
            X, y = patients[rows], progress[rows]
        else:
            X, y = make_friedman1(N_TRAIN + 300, noise=1.0, random_state=seed)
        X = X[:, :n_features]
        train, test = slice(N_TRAIN), slice(N_TRAIN, None)
        for arm in TABLES[name] if tune else ():
            model = tuned(ARMS[arm], seed).fit(X[train], y[train])
            found.setdefault(arm, []).append(model.score(X[test], y[test]))
        for k in LENGTHS[name] if n_features is None else (1,):
            arm = f"GP, evidence, {k} length{'s' * (k > 1)}"
            mean, sd = by_evidence(X[train], y[train], X[test], k)
            held = np.abs(y[test] - mean) < 1.96 * sd
            found.setdefault(arm, []).append(r2_score(y[test], mean))
            found.setdefault(f"{arm}: held", []).append(float(held.mean()))
    return {arm: np.array(scores) for arm, scores in found.items()}
    # --8<-- [end:rivals]
