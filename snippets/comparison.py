"""Compare the models of the notes: every cell is read from an estimator or
comes from runs.
"""

from __future__ import annotations

import importlib
import inspect
import math
import pickle
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.gaussian_process.kernels import RBF
from sklearn.utils import get_tags

from snippets.tasks import yes_no

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

ABSENT = "–"
"""What a cell says of a question that cannot be asked of its model."""


# --8<-- [start:registry]
@dataclass(frozen=True, slots=True)
class Model:
    """One model that has a note."""

    name: str
    note: str  # name of the note in docs/models
    path: str | None  # where scikit-learn keeps the class; None if it has none
    # how the work of a fit grows with n; a test holds a clock to it
    growth: str = ABSENT
    arm: str | None = None  # its settings in task A
    # for runs, to keep them short
    settings: Mapping[str, Any] = field(default_factory=dict)
    # where there is no class: our functions that fit and use it
    own: tuple[str, ...] = ()


# --8<-- [end:registry]

_LINEAR, _SQUARE, _CUBE = "n", "n²", "n³"

MODELS = (
    Model(
        "Linear regression",
        "linear-regression",
        "sklearn.linear_model.LinearRegression",
        _LINEAR,
    ),
    Model(
        "Ridge and lasso",
        "ridge-lasso",
        "sklearn.linear_model.Ridge",
        _LINEAR,
        settings={"alpha": 100.0},
    ),
    Model(
        "Logistic regression",
        "logistic-regression",
        "sklearn.linear_model.LogisticRegression",
        _LINEAR,
        settings={"solver": "newton-cholesky"},
    ),
    Model(
        "Softmax regression",
        "softmax-regression",
        "sklearn.linear_model.LogisticRegression",
        _LINEAR,
        settings={"solver": "newton-cholesky"},
    ),
    Model(
        "Generalised linear models",
        "generalised-linear-models",
        "sklearn.linear_model.PoissonRegressor",
        _LINEAR,
        settings={"solver": "newton-cholesky"},
    ),
    Model(
        "Naive Bayes", "naive-bayes", "sklearn.naive_bayes.GaussianNB", _LINEAR
    ),
    Model(
        "Linear discriminant analysis",
        "discriminant-analysis",
        "sklearn.discriminant_analysis.LinearDiscriminantAnalysis",
        _LINEAR,
    ),
    Model(
        "Gaussian process",
        "gaussian-process",
        "sklearn.gaussian_process.GaussianProcessRegressor",
        _CUBE,
        settings={
            "kernel": RBF(5.0),
            "alpha": 0.5,
            "optimizer": None,
            "normalize_y": True,
        },
    ),
    Model(
        "Decision tree",
        "decision-tree",
        "sklearn.tree.DecisionTreeClassifier",
        _LINEAR,
    ),
    Model(
        "Random forest",
        "random-forest",
        "sklearn.ensemble.RandomForestClassifier",
        _LINEAR,
        settings={"n_estimators": 10},
    ),
    Model(
        "Gradient boosting",
        "gradient-boosting",
        "sklearn.ensemble.GradientBoostingClassifier",
        _LINEAR,
        settings={"n_estimators": 5},
    ),
    Model(
        "Histogram boosting",
        "histogram-boosting",
        "sklearn.ensemble.HistGradientBoostingClassifier",
        _LINEAR,
        settings={"max_iter": 5},
    ),
    Model(
        "K-nearest neighbours",
        "k-nearest-neighbours",
        "sklearn.neighbors.KNeighborsClassifier",
        _LINEAR,
    ),
    Model(
        "Support vector machine",
        "support-vector-machine",
        "sklearn.svm.SVC",
        _SQUARE,
    ),
    Model("Linear SVC", "linear-svc", "sklearn.svm.LinearSVC", _LINEAR),
    Model("NuSVC", "nu-svc", "sklearn.svm.NuSVC", _SQUARE),
    Model(
        "K-Means",
        "k-means",
        "sklearn.cluster.KMeans",
        _LINEAR,
        arm="K-Means",
    ),
    Model(
        "Ward",
        "agglomerative-ward",
        "sklearn.cluster.AgglomerativeClustering",
        _SQUARE,
        arm="Ward",
    ),
    Model(
        "Spectral",
        "spectral-clustering",
        "sklearn.cluster.SpectralClustering",
        _SQUARE,
        arm="Spectral, 10-NN",
    ),
    Model(
        "Gaussian mixture",
        "gaussian-mixture",
        "sklearn.mixture.GaussianMixture",
        _LINEAR,
        arm="GMM, k-means start",
    ),
    Model("BIRCH", "birch", "sklearn.cluster.Birch", _LINEAR, arm="BIRCH"),
    Model(
        "DBSCAN",
        "dbscan",
        "sklearn.cluster.DBSCAN",
        _SQUARE,
        arm="DBSCAN",
    ),
    Model("PCA", "pca", "sklearn.decomposition.PCA", _LINEAR),
    Model(
        "Non-negative matrix factorisation",
        "matrix-factorisation",
        "sklearn.decomposition.NMF",
        _LINEAR,
        settings={"n_components": 3, "max_iter": 2000},
    ),
    Model(
        "t-SNE",
        "t-sne",
        "sklearn.manifold.TSNE",
        _LINEAR,
        settings={"perplexity": 10, "max_iter": 300},
    ),
    Model(
        "Autoencoder",
        "autoencoder",
        None,
        own=(
            "snippets.autoencoder.fit",
            "snippets.autoencoder.Autoencoder.encode",
        ),
    ),
    Model(
        "Neural network",
        "neural-network",
        "sklearn.neural_network.MLPClassifier",
        _LINEAR,
        settings={
            "hidden_layer_sizes": (8,),
            "solver": "lbfgs",
            "max_iter": 500,
        },
    ),
    Model(
        "Hidden Markov model",
        "hidden-markov",
        None,
        own=("snippets.hidden_markov.fit", "snippets.hidden_markov.viterbi"),
    ),
    Model(
        "CNN",
        "cnn",
        None,
        own=("snippets.cnn.fit", "snippets.cnn.ConvolutionalNetwork.predict"),
    ),
    Model(
        "RNN", "rnn", None, own=("snippets.rnn.start", "snippets.rnn.predict")
    ),
    Model(
        "LSTM and GRU",
        "lstm-gru",
        None,
        own=("snippets.gated.start", "snippets.gated.predict"),
    ),
    Model(
        "Transformer",
        "transformer",
        None,
        own=(
            "snippets.transformer_net.start",
            "snippets.transformer_net.predict",
        ),
    ),
    Model(
        "Diffusion model", "diffusion", None, own=("snippets.diffusion.fit",)
    ),
    Model("Q-learning", "q-learning", None, own=("snippets.q_learning.learn",)),
    Model(
        "Policy gradient",
        "policy-gradient",
        None,
        own=("snippets.policy_gradient.climb",),
    ),
    Model(
        "Label propagation",
        "label-propagation",
        "sklearn.semi_supervised.LabelPropagation",
        _SQUARE,
        settings={"gamma": 0.1},
    ),
    Model(
        "Outlier detection",
        "outlier-detection",
        "sklearn.ensemble.IsolationForest",
        _LINEAR,
        settings={"n_estimators": 10},
    ),
)

VARIANTS = (
    Model(
        "Lasso",
        "ridge-lasso",
        "sklearn.linear_model.Lasso",
        _LINEAR,
        settings={"alpha": 10.0},
    ),
    Model(
        "Bayesian ridge",
        "gaussian-process",
        "sklearn.linear_model.BayesianRidge",
        _LINEAR,
    ),
    Model(
        "Multinomial naive Bayes",
        "naive-bayes",
        "sklearn.naive_bayes.MultinomialNB",
        _LINEAR,
    ),
    Model(
        "Quadratic discriminant analysis",
        "discriminant-analysis",
        "sklearn.discriminant_analysis.QuadraticDiscriminantAnalysis",
        _LINEAR,
        # its default calls a class flat below an absolute variance
        settings={"tol": 1e-12},
    ),
    Model(
        "Truncated SVD",
        "matrix-factorisation",
        "sklearn.decomposition.TruncatedSVD",
        _LINEAR,
        settings={"algorithm": "arpack"},
    ),
    Model(
        "Latent Dirichlet allocation",
        "matrix-factorisation",
        "sklearn.decomposition.LatentDirichletAllocation",
        _LINEAR,
        settings={"max_iter": 2},
    ),
    Model(
        "Mini-batch K-Means",
        "k-means",
        "sklearn.cluster.MiniBatchKMeans",
        _LINEAR,
    ),
    Model(
        "HDBSCAN",
        "dbscan",
        "sklearn.cluster.HDBSCAN",
        _SQUARE,
        settings={"copy": True},
    ),
    Model(
        "Local outlier factor",
        "outlier-detection",
        "sklearn.neighbors.LocalOutlierFactor",
        _SQUARE,
        settings={"novelty": True},
    ),
    Model(
        "Dummy",
        "../concepts/validation",
        "sklearn.dummy.DummyClassifier",
        _LINEAR,
    ),
)
"""Relatives of the models that share a note with one of them, and the guess
that looks at no feature.
"""

ROWS = MODELS + VARIANTS


def model(name: str) -> Model:
    """Look a model or a variant up by its name.

    Raises:
        ValueError: If no model has that name.
    """
    for one in ROWS:
        if one.name == name:
            return one
    known = ", ".join(one.name for one in ROWS)
    raise ValueError(f"no model is named {name!r}; there are {known}")


def load(path: str) -> Any:
    """Import a class, or a function or method of ours, by its dotted path.

    Raises:
        ValueError: If the path leads to nothing.
    """
    module = path
    names: list[str] = []
    while module:
        module, _, name = module.rpartition(".")
        names.insert(0, name)
        try:
            found: Any = importlib.import_module(module)
            for each in names:
                found = getattr(found, each)
            return found
        except (ImportError, AttributeError, ValueError):
            continue
    raise ValueError(f"nothing can be imported from {path!r}")


def make_estimator(one: Model, seed: int) -> Any:
    """Make an estimator with the settings of the runs.

    Args:
        one: A model with a class in the library.
        seed: Random state, for models that draw anything at random.

    Raises:
        ValueError: If the library has no class for the model.
    """
    if one.path is None:
        raise ValueError(f"scikit-learn has no class for {one.name}")
    made = load(one.path)(**one.settings)
    return (
        made.set_params(random_state=seed)
        if "random_state" in made.get_params()
        else made
    )


def penalised() -> list[str]:
    """Name the linear models, machines and networks that charge for the size
    of their weights: those with a penalty `alpha` or `C`.
    """
    found = []
    for one in ROWS:
        home = (one.path or "").split(".")
        if not {"linear_model", "svm", "neural_network"}.isdisjoint(home):
            params = load(str(one.path))().get_params()
            if not {"alpha", "C"}.isdisjoint(params) or "nu" in params:
                found.append(one.name)
    return found


# --8<-- [start:properties]
def properties(
    path: str, options: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, str]:
    """Read what a model is and accepts from an estimator with default
    arguments.

    Args:
        path: Where the library keeps the class.
        options: Arguments without which the class would be another model.
    """
    estimator = load(path)(**dict(options))
    tags, params = get_tags(estimator), estimator.get_params()
    inductive = hasattr(estimator, "predict") or hasattr(estimator, "transform")
    weighted = "sample_weight" in inspect.signature(estimator.fit).parameters
    # the components of a classifier are those of its transform, no groups
    counted = {"n_clusters"}
    if tags.estimator_type != "classifier":
        counted.add("n_components")
    return {
        "task type": str(tags.estimator_type or "transformer").replace(
            "_", " "
        ),
        "twin": twin(path),
        "kind": "inductive" if inductive else "transductive",
        "needs k": yes_no(not counted.isdisjoint(params)),
        "probabilities": yes_no(hasattr(estimator, "predict_proba")),
        "transform": yes_no(hasattr(estimator, "transform")),
        "streaming": yes_no(hasattr(estimator, "partial_fit")),
        "random": yes_no(draws(path, options)),
        "sparse X": yes_no(tags.input_tags.sparse),
        "missing values": yes_no(tags.input_tags.allow_nan),
        "sample weights": yes_no(weighted),
    }


# --8<-- [end:properties]


def twin(path: str) -> str:
    """Name the class beside a class that does the same for the other kind of
    target.

    It is looked up by the library's way of naming: Classifier and Regressor,
    SVC and SVR, or the name with Classifier behind it.
    """
    module, _, name = path.rpartition(".")
    swaps = (
        ("Classifier", "Regressor"),
        ("Regressor", "Classifier"),
        ("SVC", "SVR"),
    )
    names = [name.replace(*swap) for swap in swaps] + [f"{name}Classifier"]
    home = importlib.import_module(module)
    return next(
        (each for each in names if each != name and hasattr(home, each)), ABSENT
    )


def own_properties(paths: Sequence[str]) -> dict[str, str]:
    """Read what can be read of functions of ours, for a model without a class.

    Args:
        paths: Dotted paths of a function that fits, and of one that answers for
            new samples, if there is one.
    """
    fits = inspect.signature(load(paths[0])).parameters
    known = {"random": yes_no("rng" in fits)}
    if len(paths) > 1 and callable(load(paths[1])):
        known["kind"] = "inductive"
    return dict.fromkeys(COLUMNS, ABSENT) | known


COLUMNS = (
    "task type",
    "twin",
    "kind",
    "needs k",
    "probabilities",
    "transform",
    "streaming",
    "random",
    "sparse X",
    "missing values",
    "sample weights",
)


def library_class(one: Model) -> str:
    """Where the class says it lives, or that there is none."""
    if one.path is None:
        return f"none; ours is {one.own[0].rpartition('.')[0]}"
    found = load(one.path)
    package = ".".join(found.__module__.split(".")[:2])
    return f"{package}.{found.__qualname__}"


def growing_sample(n: int) -> tuple[FloatArray, IntArray]:
    """Draw n samples whose classes overlap, so that every model has work to do.

    Returns:
        Features, shape (n, 5), standard normal, and two classes, shape (n,).
    """
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, 5))
    return X, (X[:, 0] + rng.standard_normal(n) > 0).astype(np.int64)


def suited(estimator: Any, X: FloatArray) -> FloatArray:
    """Features that an estimator takes: counts of words are never below 0."""
    return np.abs(X) if get_tags(estimator).input_tags.positive_only else X


# --8<-- [start:draws]
def answer_of(fitted: Any, X: FloatArray) -> FloatArray:
    """What a fitted model answers for samples; the clusters or the map of its
    own, if it knows no others. Clusters are numbered as they come.
    """
    for name in ("predict_proba", "decision_function", "predict", "transform"):
        if hasattr(fitted, name):
            found = np.asarray(getattr(fitted, name)(X), dtype=np.float64)
            break
    else:
        own = "labels_" if hasattr(fitted, "labels_") else "embedding_"
        found = np.asarray(getattr(fitted, own), dtype=np.float64)
    if get_tags(fitted).estimator_type != "clusterer":
        return found
    labels = found if found.ndim == 1 else found.argmin(axis=1)
    first = list(dict.fromkeys(labels.tolist()))
    return np.array([float(first.index(each)) for each in labels.tolist()])


def draws(path: str, options: Mapping[str, Any], seeds: int = 3) -> bool:
    """Whether another seed gives another answer, to the last bit.

    The samples are rounded, so that some splits and distances tie.
    """
    estimator = load(path)(**dict(options))
    if "random_state" not in estimator.get_params():
        return False
    if "n_components" in estimator.get_params() and hasattr(
        estimator, "predict"
    ):  # one Gaussian leaves nothing to draw
        estimator.set_params(n_components=3)
    X, y = growing_sample(200)
    X = suited(estimator, np.round(X, 1))
    fit, new = X[:100], X[100:]
    found = []
    with warnings.catch_warnings():
        # a network that has not settled still answers
        warnings.simplefilter("ignore", ConvergenceWarning)
        for seed in range(seeds):
            drawn = clone(estimator).set_params(random_state=seed)
            found.append(answer_of(drawn.fit(fit, y[:100]), new))
    return any(not np.array_equal(found[0], each) for each in found[1:])


# --8<-- [end:draws]


# --8<-- [start:kept]
def needed(fitted: Any, X: FloatArray) -> Any:
    """Take from a fitted model what it can answer for new samples without.

    A clusterer or a map of no new samples stays as it is.
    """
    if not hasattr(fitted, "predict") and not hasattr(fitted, "transform"):
        return fitted
    expected = answer_of(fitted, X)
    for name in [each for each in vars(fitted) if each.endswith("_")]:
        value = vars(fitted).pop(name)
        try:
            same = np.array_equal(answer_of(fitted, X), expected)
        except (AttributeError, NotFittedError, TypeError):
            same = False
        if not same:
            setattr(fitted, name, value)
    return fitted


def kept(one: Model, sizes: tuple[int, int] = (300, 1200)) -> str:
    """Say how what a fitted model needs for its answers grows with the number
    of samples.

    The bytes of two fits are counted; no clock is asked, so every build says
    the same. Trees that may have no more than so many leaves grow with the
    samples until they are full, so those are asked with four times as many.
    """
    if make_estimator(one, 0).get_params().get("max_leaf_nodes"):
        sizes = 4 * sizes[0], 4 * sizes[1]
    bytes_kept = []
    for n in sizes:
        X, y = growing_sample(n)
        estimator = make_estimator(one, 0)
        X = suited(estimator, X)
        fitted = needed(estimator.fit(X, y), X[:50])
        bytes_kept.append(len(pickle.dumps(fitted)))
    exponent = math.log(bytes_kept[1] / bytes_kept[0]) / math.log(
        sizes[1] / sizes[0]
    )
    return (
        "fixed" if exponent < 0.3 else "with n" if exponent < 1.5 else "with n²"
    )


# --8<-- [end:kept]


def options(one: Model) -> dict[str, Any]:
    """Settings without which a class would be another model: a local outlier
    factor answers for new samples only if it is told to.
    """
    return {k: v for k, v in one.settings.items() if k == "novelty"}


def read_row(one: Model) -> dict[str, str]:
    """Read from a model what needs no run of a task, by the columns of the
    comparison.
    """
    if one.path:
        row = properties(one.path, options(one))
    else:
        row = own_properties(one.own)
    return row | {
        "fit grows like": one.growth,
        "keeps": kept(one) if one.path else ABSENT,
        # the widest column comes last
        "library class": library_class(one),
    }


def read_table() -> pd.DataFrame:
    """Lay out what is read from each model, one row a model."""
    rows = [{"model": one.name} | read_row(one) for one in ROWS]
    return pd.DataFrame(rows).set_index("model")


SENSITIVE = {"scale": "needs scaling", "order": "row order matters"}
"""Columns that say whether a change of the input changes the answer."""

TRIALS = {"scale": ("× 1000", "× 0.001"), "order": ("order",)}
"""The ways in which each change is tried: the answer depends on the change if
one of them changes it.
"""

GROUPED = [
    *("task type", "kind", "needs k", "probabilities", "transform"),
    *("sparse X", "missing values", "sample weights", "streaming"),
    *(*SENSITIVE.values(), "random", "fit grows like", "keeps"),
    *("twin", "library class"),
]
"""The columns of the whole table, those together that answer one question."""


# --8<-- [start:linked]
class LinkedTable:
    """A table of models whose first column leads to the notes.

    Args:
        table: One row a model, named by its index.
        to_models: Address of the folder of model notes, from the page that
            shows the table.
    """

    def __init__(self, table: pd.DataFrame, to_models: str) -> None:
        self.table = table
        self.to_models = to_models

    def __repr__(self) -> str:
        return f"{len(self.table)} models, {self.table.shape[1]} columns"

    def _repr_html_(self) -> str:
        head = "".join(
            f'<th scope="col">{escape(str(name))}</th>' for name in self.table
        )
        rows = "".join(
            self._row(str(name), row) for name, row in self.table.iterrows()
        )
        first = f'<th scope="col">{escape(str(self.table.index.name))}</th>'
        start = '<table class="dataframe"><thead><tr>'
        return f"{start}{first}{head}</tr></thead><tbody>{rows}</tbody></table>"

    def _row(self, name: str, row: pd.Series[Any]) -> str:
        address = f"{self.to_models}{model(name).note}/"
        address = address.replace("models/../", "")  # of a note on no model
        link = f'<a href="{address}">{escape(name)}</a>'
        cells = "".join(f"<td>{escape(str(cell))}</td>" for cell in row)
        return f'<tr><th scope="row">{link}</th>{cells}</tr>'


# --8<-- [end:linked]
