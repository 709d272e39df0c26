"""Advice of the comparison: when to use a model, when not, and the settings to
begin with.

The sentences say what the notes found; a test fits each model at both ends of
its grid, so that no setting is misspelt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from snippets.comparison import ABSENT, ROWS


@dataclass(frozen=True, slots=True)
class Advice:
    """What the notes found of one model.

    Attributes:
        use: When to choose it.
        leave: When to leave it.
        grid: The settings that matter, with values to begin with.
    """

    use: str
    leave: str
    grid: Mapping[str, Sequence[Any]] = field(default_factory=dict)


FEW_ROWS = 40
"""Below it histogram boosting at its defaults, 20 rows a leaf, cannot split."""

_STRENGTH = [0.01, 0.1, 1.0, 10.0, 100.0]

ADVICE: Mapping[str, Advice] = {
    "Linear regression": Advice(
        "a first answer, slopes to be read", "curves, gross outliers"
    ),
    "Ridge and lasso": Advice(
        "many or related features", "units differ and are not scaled",
        {"alpha": _STRENGTH},
    ),
    "Logistic regression": Advice(
        "two classes, probabilities to be read", "the border is curved",
        {"C": _STRENGTH},
    ),
    "Softmax regression": Advice(
        "several classes, straight borders", "one class surrounds another",
        {"C": _STRENGTH},
    ),
    "Generalised linear models": Advice(
        "counts, rates, positive amounts", "effects depend on each other",
        {"alpha": [1e-4, 1e-2, 1.0]},
    ),
    "Naive Bayes": Advice(
        "few samples, many features, streams",
        "features repeat each other and shares must be right",
        {"var_smoothing": [1e-6, 1e-4, 1e-2]},
    ),
    "Linear discriminant analysis": Advice(
        "several Gaussian classes, few samples",
        "samples lie far out, or classes differ in spread alone",
        {"solver": ["lsqr"], "shrinkage": [None, "auto", 0.1, 0.5]},
    ),
    "Gaussian process": Advice(
        "few rows, smooth effects, the uncertainty is used",
        "many rows or features, steps",
        {"alpha": [0.01, 0.1, 1.0], "normalize_y": [True]},
    ),
    "Decision tree": Advice(
        "rules that people must read", "the last percent matters",
        {"max_depth": [2, 4, 8, None], "min_samples_leaf": [1, 5, 20]},
    ),
    "Random forest": Advice(
        "a table, little time to tune", "the answer lies beyond the samples",
        {"max_features": ["sqrt", 0.3, 1.0], "min_samples_leaf": [1, 5]},
    ),
    "Gradient boosting": Advice(
        "features interact, up to some thousand rows",
        "labels are wrong and nobody stops it",
        {"learning_rate": [0.03, 0.1, 0.3], "max_depth": [1, 2, 3],
         "subsample": [0.5, 1.0]},
    ),
    "Histogram boosting": Advice(
        "a large table, values missing, categories",
        f"fewer than {FEW_ROWS} rows, or few rows a category",
        {"learning_rate": [0.03, 0.1, 0.3], "max_leaf_nodes": [7, 15, 31],
         "min_samples_leaf": [5, 20, 50]},
    ),
    "K-nearest neighbours": Advice(
        "like cases have like answers", "features that carry nothing",
        {"n_neighbors": [1, 3, 5, 10, 30], "weights": ["uniform", "distance"]},
    ),
    "Support vector machine": Advice(
        "a smooth, curved border, up to some thousand rows",
        "many rows, or probabilities are wanted",
        {"C": [0.1, 1.0, 10.0, 100.0], "gamma": ["scale", 0.01, 0.1]},
    ),
    "Linear SVC": Advice(
        "wide and sparse features", "the border is curved", {"C": _STRENGTH}
    ),
    "NuSVC": Advice(
        "a bound on the share of margin errors", "classes of unequal size",
        {"nu": [0.05, 0.1, 0.3, 0.5]},
    ),
    "K-Means": Advice(
        "round groups, k known", "groups are long or of unequal width",
        {"n_clusters": [2, 4, 8], "n_init": [1, 10]},
    ),
    "Ward": Advice(
        "groups of groups, a drawing of them", "new samples, or many of them",
        {"n_clusters": [2, 4, 8]},
    ),
    "Spectral": Advice(
        "rings and chains", "many samples, or groups that touch",
        {"affinity": ["nearest_neighbors", "rbf"], "n_neighbors": [10, 20]},
    ),
    "Gaussian mixture": Advice(
        "long groups of unequal width, soft shares", "rings, or few samples",
        {"n_components": [1, 2, 4, 8], "covariance_type": ["full", "diag"]},
    ),
    "BIRCH": Advice(
        "round groups in a stream", "the order of rows must not matter",
        {"threshold": [0.1, 0.3, 0.5]},
    ),
    "DBSCAN": Advice(
        "odd shapes of one density, noise", "densities differ, groups touch",
        {"eps": [0.1, 0.3, 1.0], "min_samples": [5, 10]},
    ),
    "PCA": Advice(
        "features vary together", "the surface is curved",
        {"n_components": [2, 3, 5]},
    ),
    "Non-negative matrix factorisation": Advice(
        "nothing is below 0 and parts add up",
        "one start is to be the truth, or fields are missing",
        {"n_components": [2, 3, 5], "init": ["random"]},
    ),
    "t-SNE": Advice(
        "a look at who is beside whom", "sizes, distances or new samples count",
        {"perplexity": [5, 30], "init": ["pca"]},
    ),
    "Autoencoder": Advice("a curved surface, many samples", "PCA will do"),
    "Neural network": Advice(
        "dense numbers, smooth curves, many samples",
        "a mixed table: try boosting first",
        {"hidden_layer_sizes": [(32,), (128,)], "alpha": [1e-4, 1e-2]},
    ),
    "Hidden Markov model": Advice(
        "regimes that last and are not seen",
        "stays have a usual length, or the memory is long",
    ),
    "CNN": Advice("images", "few of them and no pretrained network"),
    "RNN": Advice("short sequences, in order", "long memory; try lags first"),
    "LSTM and GRU": Advice(
        "one thing among many to keep", "lags do, or the past should fade"
    ),
    "Transformer": Advice(
        "sequences where content says where to look", "few or short sequences"
    ),
    "Diffusion model": Advice(
        "new samples, of very many features and rows",
        "a mixture will do, or a density is wanted",
    ),
    "Q-learning": Advice("few states, a simulator", "each try costs"),
    "Policy gradient": Advice(
        "a simulator, and too many states to list", "a table does"
    ),
    "Label propagation": Advice(
        "few labels and clear groups",
        "classes overlap, or a plain model on the few does as well",
        {"kernel": ["knn", "rbf"], "n_neighbors": [5, 10]},
    ),
    "Outlier detection": Advice(
        "odd rows in a table, no labels", "labels of odd rows exist",
        {"n_estimators": [100, 300], "max_samples": ["auto", 0.5]},
    ),
    "Lasso": Advice(
        "few of many features matter", "related features, all of use",
        {"alpha": _STRENGTH},
    ),
    "Bayesian ridge": Advice(
        "a line with a band, and no rows to hold out",
        "effects bend",
        {"max_iter": [300]},
    ),
    "Multinomial naive Bayes": Advice(
        "counts of words, few messages", "features below 0",
        {"alpha": [0.01, 0.1, 1.0]},
    ),
    "Quadratic discriminant analysis": Advice(
        "classes differ in spread, with many samples each",
        "a class is small, or features are skewed",
        {"reg_param": [0.0, 0.01, 0.1, 0.5]},
    ),
    "Truncated SVD": Advice(
        "sparse counts, the nearest table of low rank", "fields are missing",
        {"n_components": [2, 3]},
    ),
    "Latent Dirichlet allocation": Advice(
        "topics of texts, as counts of words", "word order matters",
        {"n_components": [5, 10], "doc_topic_prior": [0.1, 1.0]},
    ),
    "Mini-batch K-Means": Advice(
        "round groups, very many rows", "K-Means is quick enough",
        {"n_clusters": [2, 4, 8], "batch_size": [256, 1024]},
    ),
    "HDBSCAN": Advice(
        "odd shapes of unequal density", "every sample must get a group",
        {"min_cluster_size": [5, 15, 50]},
    ),
    "Local outlier factor": Advice(
        "odd rows beside dense groups", "units differ and are not scaled",
        {"n_neighbors": [10, 20, 50]},
    ),
    "Dummy": Advice(
        "always, as what every other must beat", "never alone",
        {"strategy": ["prior", "stratified"]},
    ),
}  # fmt: skip


def starting_grid(grid: Mapping[str, Sequence[Any]]) -> str:
    """Write a grid as a line that can be read."""
    found = [
        f"{name}: {', '.join(str(value) for value in values)}"
        for name, values in grid.items()
    ]
    return "; ".join(found) or ABSENT


def advice_table() -> pd.DataFrame:
    """Lay out the advice, one row a model."""
    rows = [
        {
            "model": one.name,
            "use when": ADVICE[one.name].use,
            "not when": ADVICE[one.name].leave,
            "settings that matter, and where to start": starting_grid(
                ADVICE[one.name].grid
            ),
        }
        for one in ROWS
    ]
    return pd.DataFrame(rows).set_index("model")
