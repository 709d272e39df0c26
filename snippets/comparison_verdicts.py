"""What the sources say of each model, in our words, beside what a run says of
it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.cluster import KMeans, SpectralClustering
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    load_wine,
    make_blobs,
    make_moons,
    make_swiss_roll,
)
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    GradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.semi_supervised import LabelPropagation
from sklearn.svm import SVC, NuSVC
from sklearn.tree import DecisionTreeClassifier

from data.clusters import make
from snippets import equal_budget
from snippets.comparison import ABSENT, load, model
from snippets.equal_budget import COMPARISONS, splits
from snippets.evidence import (
    Interval,
    adjusted_rand,
    mean_interval,
    paired_difference,
)
from snippets.gridworld import Grid, q_learning, value_iteration
from snippets.lessons import l02_correlated_features as l02
from snippets.linear_regression import xor_blocks
from snippets.tasks import known_k_scores, yes_no

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Seeds = Sequence[int]

SEEDS = tuple(range(10))


# --8<-- [start:verdict]
def judge(difference: Interval, claim: str) -> str:
    """Judge a claim that a model scores "higher" or "not higher" or "lower"
    than another.

    Raises:
        ValueError: If the claim is none of the three.
    """
    if claim not in ("higher", "not higher", "lower"):
        raise ValueError(
            f"a claim is 'higher', 'not higher' or 'lower', got {claim!r}"
        )
    if difference.low <= 0 <= difference.high:
        return "no difference shown"
    return (
        "holds"
        if (difference.low > 0) == (claim == "higher")
        else "does not hold"
    )


# --8<-- [end:verdict]

Answer = tuple[str, str]
"""A verdict, and the evidence that it rests on."""


def wins(interval: Interval, level: float = 0.0) -> bool:
    """Whether a whole interval lies above a level."""
    return interval.low > level


def loses(interval: Interval) -> bool:
    """Whether a whole interval lies below 0."""
    return interval.high < 0.0


def both(first: bool, second: bool) -> str:
    """Verdict on a claim that was tried in two places: it may hold in one of
    them only.
    """
    return (
        "holds"
        if first and second
        else "depends"
        if first or second
        else "does not hold"
    )


def split(
    X: FloatArray, y: FloatArray | IntArray, n: int, seed: int
) -> tuple[FloatArray, Any, FloatArray, Any]:
    """Draw n rows to fit; the others are to predict.

    Returns:
        Features and targets to fit, then features and targets to predict.
    """
    rows = np.random.default_rng(seed).permutation(len(X))
    return X[rows[:n]], y[rows[:n]], X[rows[n:]], y[rows[n:]]


def held_out(
    estimator: Any, X: FloatArray, y: FloatArray | IntArray, n: int, seed: int
) -> float:
    """Fit on n rows and score on the others: accuracy, or R² of a regressor."""
    fit_X, fit_y, new_X, new_y = split(X, y, n, seed)
    return float(estimator.fit(fit_X, fit_y).score(new_X, new_y))


def lead(
    arms: tuple[Any, Any],
    X: FloatArray,
    y: FloatArray | IntArray,
    n: int,
    seeds: Seeds,
) -> Interval:
    """Score of the first estimator minus that of the second, on the same
    splits.
    """
    scores = [[held_out(arm, X, y, n, seed) for seed in seeds] for arm in arms]
    return paired_difference(*scores)


def predicts(name: str, claimed: bool) -> Answer:
    """Judge whether a model places new samples."""
    path = model(name).path
    found = path is not None and hasattr(load(path)(), "predict")
    verdict = "holds" if found is claimed else "does not hold"
    return verdict, f"has predict: {yes_no(found)}"


def against_k_means(arm: str, name: str, claim: str, seeds: Seeds) -> Answer:
    """Judge a claim about an arm of task A against K-Means on one point set."""
    difference = paired_difference(
        known_k_scores(arm, name, seeds), known_k_scores("K-Means", name, seeds)
    )
    return judge(difference, claim), f"{name}: {difference} against K-Means"


def linear_regression(seeds: Seeds) -> Answer:
    """Count the slopes of a fit on two features."""
    X, y = load_diabetes(return_X_y=True)
    slopes = LinearRegression().fit(X[:, :2], y).coef_.size
    verdict = "holds" if slopes == 1 else "only for one feature"
    return verdict, f"2 features: {slopes} slopes, a plane"


def ridge(seeds: Seeds) -> Answer:
    """Ask lesson L02: ten features of which any two correlate by 0.99."""
    outcome = l02.judge(l02.run(seeds))
    saved = outcome.findings[0].effect
    return (
        outcome.verdict,
        f"test MSE of least squares less that of ridge: {saved}",
    )


def logistic(seeds: Seeds) -> Answer:
    """Count the probabilities that it gives on iris."""
    X, y = load_iris(return_X_y=True)
    columns = (
        LogisticRegression(solver="newton-cholesky")
        .fit(X, y)
        .predict_proba(X)
        .shape[1]
    )
    return (
        "holds" if columns == 2 else "does not hold",
        f"iris: {columns} probabilities a flower",
    )


def naive_bayes(seeds: Seeds) -> Answer:
    """Ask whether it can be fitted in batches."""
    one = model("Naive Bayes")
    found = one.path is not None and hasattr(load(one.path)(), "partial_fit")
    verdict = "holds" if found and one.growth == "n" else "does not hold"
    return (
        verdict,
        f"fits in batches: {yes_no(found)}; fit grows like {one.growth}",
    )


def tree(seeds: Seeds) -> Answer:
    """Count the leaves of full trees on two data sets."""
    leaves = []
    for source in (load_iris, load_digits):
        X, y = source(return_X_y=True)
        leaves.append(
            int(DecisionTreeClassifier(random_state=0).fit(X, y).get_n_leaves())
        )
    verdict = both(leaves[0] < 20, leaves[1] < 20)
    return (
        verdict,
        f"leaves of a full tree: iris {leaves[0]}, digits {leaves[1]}",
    )


def forest(seeds: Seeds) -> Answer:
    """Compare a small forest with one tree on 300 digits."""
    X, y = load_digits(return_X_y=True)
    arms = (
        RandomForestClassifier(20, random_state=0),
        DecisionTreeClassifier(random_state=0),
    )
    parts = 300, len(X) - 300, len(X)
    difference = lead(arms, X, y, 300, seeds).over_splits(*parts)
    return judge(
        difference, "higher"
    ), f"digits: accuracy {difference} against one tree"


def boosting(seeds: Seeds) -> Answer:
    """Compare boosting with the simplest classifier on wine and on a
    checkerboard.
    """
    pair = COMPARISONS["boosting or logistic, wine"]
    X, y = load_wine(return_X_y=True)
    draws = splits(X, y, len(seeds))
    found = [equal_budget.scores(arm, draws, 107) for arm in pair]
    wine = equal_budget.lead(found[0], found[1], (107, 71, 178))
    linear = make_pipeline(StandardScaler(), LogisticRegression())
    arms = GradientBoostingClassifier(n_estimators=25, random_state=0), linear
    X, height = xor_blocks(300, 0.3, np.random.default_rng(0))
    blocks = lead(arms, X, (height > 0.5).astype(np.int64), 200, seeds)
    evidence = f"wine: accuracy {wine}, blocks {blocks} against logistic"
    return both(wins(wine), wins(blocks)), evidence


def neighbours(seeds: Seeds) -> Answer:
    """Add 98 features to two that matter: noise of the same scale, or a
    rotation.
    """
    plain: list[float] = []
    noisy: list[float] = []
    rotated: list[float] = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        X = rng.standard_normal((400, 2))
        y = (X.sum(axis=1) > 0).astype(np.int64)
        # orthonormal columns
        basis = np.linalg.qr(rng.standard_normal((100, 2)))[0]
        wide = np.column_stack([X, rng.standard_normal((400, 98))])
        for found, features in (
            (plain, X),
            (noisy, wide),
            (rotated, X @ basis.T),
        ):
            found.append(
                held_out(KNeighborsClassifier(), features, y, 200, seed)
            )
    loss, turned = (
        paired_difference(noisy, plain),
        paired_difference(rotated, plain),
    )
    evidence = f"98 noise features {loss}, 2 features turned into 100: {turned}"
    return both(loses(loss), loses(turned)), evidence


def support_vectors(seeds: Seeds) -> Answer:
    """Ask for its accuracy with 20 tumours, and for its lead over logistic
    regression.
    """
    X, y = load_breast_cancer(return_X_y=True)
    arms = (
        make_pipeline(StandardScaler(), SVC()),
        make_pipeline(StandardScaler(), LogisticRegression()),
    )
    scores = [[held_out(arm, X, y, 20, seed) for seed in seeds] for arm in arms]
    parts = 20, len(X) - 20, len(X)
    accuracy = mean_interval(scores[0])
    gap = paired_difference(*scores).over_splits(*parts)
    evidence = f"20 tumours: accuracy {accuracy}, {gap} against logistic"
    return both(wins(accuracy, 0.8), wins(gap)), evidence


def linear_svc(seeds: Seeds) -> Answer:
    """Compare the growth of its work with that of the kernel machine."""
    ours, kernel = (
        model("Linear SVC").growth,
        model("Support vector machine").growth,
    )
    return "does not hold" if len(ours) < len(
        kernel
    ) else "holds", f"grows like {ours}; SVC: {kernel}"


def nu_svc(seeds: Seeds) -> Answer:
    """Ask for nu = 0.4 on two groups 4 standard deviations apart."""
    wrong = []
    for seed in seeds:
        X, y = make_blobs(
            400, centers=[[0.0, 0.0], [4.0, 0.0]], random_state=seed
        )
        wrong.append(
            1.0 - held_out(NuSVC(nu=0.4, kernel="linear"), X, y, 200, seed)
        )
    error = mean_interval(wrong)
    verdict = "holds" if error.low <= 0.4 <= error.high else "does not hold"
    return verdict, f"nu 0.40: misclassified {error}"


def circles(seeds: Seeds) -> Answer:
    """Judge spectral clustering on nested circles: 10 neighbours, then its
    defaults.
    """
    neighbours = mean_interval(
        known_k_scores("Spectral, 10-NN", "circles", seeds)
    )
    scores = []
    for seed in seeds:
        points = make("circles", seed)
        estimator = SpectralClustering(points.k, random_state=seed)
        scores.append(
            adjusted_rand(points.truth, estimator.fit_predict(points.X))
        )
    default = mean_interval(scores)
    verdict = both(wins(neighbours, 0.9), wins(default, 0.9))
    return verdict, f"10-NN {neighbours}, default {default}"


def components(seeds: Seeds) -> Answer:
    """Ask how much variance as many components keep as the data have degrees of
    freedom.
    """
    shares = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        flat = rng.standard_normal((300, 3)) @ rng.standard_normal((3, 50))
        flat += 0.1 * rng.standard_normal((300, 50))
        roll = make_swiss_roll(300, random_state=seed)[0]
        kept = [
            PCA(d).fit(X).explained_variance_ratio_.sum()
            for X, d in ((flat, 3), (roll, 2))
        ]
        shares.append(kept)
    plane, rolled = (mean_interval(column) for column in np.transpose(shares))
    evidence = f"variance kept: flat {plane}, rolled {rolled}"
    return both(wins(plane, 0.95), wins(rolled, 0.95)), evidence


def autoencoder(seeds: Seeds) -> Answer:
    """Let a linear network with two hidden units reproduce iris, and compare
    with PCA.
    """
    X = StandardScaler().fit_transform(load_iris().data)
    code = MLPRegressor(
        hidden_layer_sizes=(2,),
        activation="identity",
        solver="lbfgs",
        alpha=0.0,
        random_state=0,
    )
    found = float(code.fit(X, X).score(X, X))
    best = PCA(2).fit(X).explained_variance_ratio_.sum()
    verdict = "holds" if abs(found - best) < 0.01 else "does not hold"
    return (
        verdict,
        f"iris through 2 units: R² {found:.2f}, two components {best:.2f}",
    )


def network(seeds: Seeds) -> Answer:
    """Gain of standardising wine: a small network's minus logistic
    regression's.
    """
    X, y = load_wine(return_X_y=True)
    net = MLPClassifier(
        (32,), learning_rate_init=0.01, max_iter=60, random_state=0
    )
    gains = []
    for estimator in (net, LogisticRegression(solver="newton-cholesky")):
        scaled = make_pipeline(StandardScaler(), estimator)
        raw = [held_out(estimator, X, y, 107, seed) for seed in seeds]
        gains.append(
            [
                held_out(scaled, X, y, 107, seed) - raw[i]
                for i, seed in enumerate(seeds)
            ]
        )
    parts = 107, len(X) - 107, len(X)
    difference = paired_difference(*gains).over_splits(*parts)
    return judge(
        difference, "lower"
    ), f"wine: gain {difference} above logistic's"


def walking(seeds: Seeds) -> Answer:
    """Compare what random walks taught with what planning computes."""
    grid = Grid(3, 3, (0, 2))
    gaps = []
    for seed in seeds:
        learned = q_learning(grid, 0.9, 300, 0.5, np.random.default_rng(seed))
        gaps.append(float(np.abs(learned - value_iteration(grid, 0.9)).max()))
    gap = mean_interval(gaps)
    return (
        "holds" if gap.high < 0.01 else "does not hold",
        f"off the planned values by {gap}",
    )


def unlabelled(seeds: Seeds) -> Answer:
    """Give four labels, and the others' places: two moons, then a square
    without a gap.
    """
    gains = []
    for shape in ("moons", "square"):
        scores: list[list[float]] = [[], []]
        for seed in seeds:
            rng = np.random.default_rng(seed)
            if shape == "moons":
                X, y = make_moons(200, noise=0.06, random_state=seed)
            else:
                X = rng.uniform(-1.0, 1.0, (200, 2))
                y = (X[:, 0] > 0).astype(np.int64)
            shown = np.concatenate(
                [rng.choice(np.flatnonzero(y == c), 2, False) for c in (0, 1)]
            )
            hidden = np.setdiff1d(np.arange(200), shown)
            partial = np.full(200, -1)
            partial[shown] = y[shown]
            spread = (
                LabelPropagation(kernel="knn", n_neighbors=10, max_iter=5000)
                .fit(X, partial)
                .transduction_
            )
            alone = KNeighborsClassifier(1).fit(X[shown], y[shown]).predict(X)
            for found, labels in zip(scores, (spread, alone), strict=True):
                found.append(float(np.mean(labels[hidden] == y[hidden])))
        gains.append(paired_difference(*scores))
    evidence = f"moons {gains[0]}, no gap {gains[1]} against 1 neighbour"
    return both(wins(gains[0]), wins(gains[1])), evidence


def outliers(seeds: Seeds) -> Answer:
    """Score tumours by the distance to centroids, fitted on benign ones, and by
    a forest.
    """
    X, y = load_breast_cancer(return_X_y=True)
    areas: list[list[float]] = [[], []]
    for seed in seeds:
        benign = np.random.default_rng(seed).permutation(
            np.flatnonzero(y == 1)
        )[:200]
        new = np.setdiff1d(np.arange(len(X)), benign)
        scaler = StandardScaler().fit(X[benign])
        fit, rest = scaler.transform(X[benign]), scaler.transform(X[new])
        distance = (
            KMeans(5, n_init=1, random_state=seed)
            .fit(fit)
            .transform(rest)
            .min(axis=1)
        )
        isolated = (
            -IsolationForest(n_estimators=20, random_state=seed)
            .fit(fit)
            .score_samples(rest)
        )
        for found, score in zip(areas, (distance, isolated), strict=True):
            found.append(float(roc_auc_score(y[new] == 0, score)))
    parts = 200, len(X) - 200, len(X)
    area = mean_interval(areas[0]).over_splits(*parts)
    gap = paired_difference(*areas).over_splits(*parts)
    verdict = "holds" if wins(area, 0.5) else "does not hold"
    return verdict, f"AUC of centroids {area}, {gap} against isolation"


Judge = Callable[[Seeds], Answer]

COMMENTS: tuple[tuple[str, str, str, Judge | None], ...] = (
    ("Linear regression", "S1-11", "fits a straight line", linear_regression),
    ("Ridge and lasso", "S3-M5", "the cure for correlated features", ridge),
    ("Logistic regression", "S1-12", "for two classes", logistic),
    ("Softmax regression", ABSENT, ABSENT, None),
    ("Generalised linear models", ABSENT, ABSENT, None),
    ("Naive Bayes", "S1-13", "efficient with large data sets", naive_bayes),
    ("Linear discriminant analysis", ABSENT, ABSENT, None),
    ("Gaussian process", ABSENT, ABSENT, None),
    ("Decision tree", "S1-14", "easy to understand", tree),
    ("Random forest", "S1-15", "overfits less than one tree", forest),
    ("Gradient boosting", "S3-M2", "one of the best for most tasks", boosting),
    ("Histogram boosting", ABSENT, ABSENT, None),
    ("K-nearest neighbours", "S3-M6", "poor in high dimensions", neighbours),
    (
        "Support vector machine",
        "S1-17",
        "good with little data",
        support_vectors,
    ),
    ("Linear SVC", "S1-18", "only for small data sets", linear_svc),
    ("NuSVC", "S1-19", "nu is the share misclassified", nu_svc),
    (
        "K-Means",
        "S0-07",
        "inductive: places new samples",
        lambda _: predicts("K-Means", True),
    ),
    (
        "Ward",
        "S0-08",
        "transductive: no new samples",
        lambda _: predicts("Ward", False),
    ),
    ("Spectral", "S0-09", "very good on nested circles", circles),
    (
        "Gaussian mixture",
        "S0-10",
        "hard to see where it beats K-Means",
        lambda seeds: against_k_means(
            "GMM, 10 random starts", "varied", "not higher", seeds
        ),
    ),
    (
        "BIRCH",
        "S0-11",
        "odd results on two fused clusters",
        lambda seeds: against_k_means("BIRCH", "close", "lower", seeds),
    ),
    (
        "DBSCAN",
        "S0-12",
        "struggles when clusters are close",
        lambda seeds: against_k_means("DBSCAN", "close", "lower", seeds),
    ),
    ("PCA", "S3-O3", "data have few degrees of variability", components),
    ("Non-negative matrix factorisation", ABSENT, ABSENT, None),
    ("t-SNE", ABSENT, ABSENT, None),
    (
        "Autoencoder",
        "S3-O6",
        "reproduces its input through a code",
        autoencoder,
    ),
    ("Neural network", "S3-D1", "normalising helps it less", network),
    ("Hidden Markov model", ABSENT, ABSENT, None),
    ("CNN", "S3-C1", "for any image task", None),
    ("RNN", "S3-M8", "for time series and language", None),
    ("LSTM and GRU", ABSENT, ABSENT, None),
    ("Transformer", ABSENT, ABSENT, None),
    ("Diffusion model", ABSENT, ABSENT, None),
    ("Q-learning", "S1-09", "learns by trial and error", walking),
    ("Policy gradient", ABSENT, ABSENT, None),
    (
        "Label propagation",
        "S1-08",
        "unlabelled data complete the model",
        unlabelled,
    ),
    ("Outlier detection", "S1-20", "clustering detects anomalies", outliers),
)
"""Model, id of the source's item, its comment in our words, and what judges it
here.
"""


def verdict_table(seeds: Seeds = SEEDS) -> pd.DataFrame:
    """Set each comment of a source, in our words, beside what a run says
    of it.
    """
    rows = []
    for name, source, comment, judged in COMMENTS:
        unjudged = ABSENT if comment == ABSENT else "see its note"
        with warnings.catch_warnings():
            # Raw units keep a network from settling: that is one of the
            # answers.
            warnings.simplefilter("ignore", ConvergenceWarning)
            verdict, evidence = judged(seeds) if judged else (unjudged, ABSENT)
        row = {"model": model(name).name, "source": source, "comment": comment}
        rows.append(row | {"verdict": verdict, "evidence": evidence})
    return pd.DataFrame(rows).set_index("model")
