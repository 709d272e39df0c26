"""Lesson L34: can one normalisation stand in for another?

Scalers learn two numbers a feature (column) from training samples; norms divide
each sample (row) by its own length and learn nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier

from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration
from snippets.scaling import fit_scale, scale

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L34",
    "The five normalisations can stand in for each other",
    "S3-D4",
    "wine, and generated word counts; nearest neighbours",
    Registration(
        origin="folklore",
        quantifier="always",
        primary=0,
        family="neighbours",
        made="both",
        advice="Normalise by column for measurements, by row for counts.",
        conditions=(
            Condition(
                "L2 by row, on measurements", margin=0.03, split=(107, 71, 178)
            ),
            Condition(
                "L1 by row, on measurements", margin=0.03, split=(107, 71, 178)
            ),
            Condition(
                "min-max, on measurements", margin=0.03, split=(107, 71, 178)
            ),
            Condition(
                "max, on measurements", margin=0.03, split=(107, 71, 178)
            ),
            Condition("L2 by row, on word counts", margin=0.03),
            Condition("L1 by row, on word counts", margin=0.03),
        ),
        held=(
            Held(
                "classifier on the normalised features", "5 nearest neighbours"
            ),
            Held("lengths of the texts", "20 to 2,000 words"),
            Held("data set of measurements", "wine"),
        ),
        reason="Three in a hundred: two splits of wine differ by as much.",
    ),
)

MARGIN = 0.03
"""How much accuracy a normalisation may cost and still stand in for the
z-score.
"""


# --8<-- [start:columns]
def _not_zero(size: FloatArray) -> FloatArray:
    """Divide by 1 where there is nothing to divide by, as scikit-learn does."""
    return np.where(size > 0, size, 1.0)


def fit_min_max(X: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Learn the least value and the range of each feature, shape (n_features,)
    each.
    """
    low = X.min(axis=0)
    return low, _not_zero(X.max(axis=0) - low)


def fit_max(X: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Learn 0 and the largest absolute value of each feature, shape
    (n_features,) each.
    """
    return np.zeros(X.shape[1]), _not_zero(np.abs(X).max(axis=0))
    # --8<-- [end:columns]


def fit_robust(X: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Learn the median and the interquartile range of each feature."""
    low, middle, high = np.quantile(X, [0.25, 0.5, 0.75], axis=0)
    return middle, _not_zero(high - low)


# --8<-- [start:rows]
def l1_rows(X: FloatArray) -> FloatArray:
    """Divide each sample by the sum of its absolute values; a sample of zeros
    stays.
    """
    return X / _not_zero(np.abs(X).sum(axis=1, keepdims=True))


def l2_rows(X: FloatArray) -> FloatArray:
    """Divide each sample by the root of its sum of squares; a sample of zeros
    stays.
    """
    return X / _not_zero(np.sqrt((X**2).sum(axis=1, keepdims=True)))
    # --8<-- [end:rows]


COLUMNS: Mapping[str, Callable[[FloatArray], tuple[FloatArray, FloatArray]]] = (
    MappingProxyType(
        {
            "min-max": fit_min_max,
            "max": fit_max,
            "z-score": fit_scale,
            "robust": fit_robust,
        }
    )
)
"""Scalers: each learns a shift and a size of every feature."""

ROWS: Mapping[str, Callable[[FloatArray], FloatArray]] = MappingProxyType(
    {"L1 by row": l1_rows, "L2 by row": l2_rows}
)
"""Norms of single samples."""

NAMES = ("raw", *COLUMNS, *ROWS)
"""What to compare; "robust" is not on the source's list."""


def normalise(
    name: str, train: FloatArray, other: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Normalise training samples, and others by what the training samples
    taught.

    Args:
        name: One of `NAMES`.
        train: Training samples, shape (n_train, n_features).
        other: Other samples, shape (n_other, n_features).

    Raises:
        ValueError: If there is no normalisation of that name, or a value is not
            finite.
    """
    if name not in NAMES:
        raise ValueError(
            f"there is no normalisation {name!r}; there are {', '.join(NAMES)}"
        )
    if not (np.isfinite(train).all() and np.isfinite(other).all()):
        raise ValueError(
            "normalise needs finite values: fill in what is missing first"
        )
    if name in COLUMNS:
        learned = COLUMNS[name](train)
        return scale(train, *learned), scale(other, *learned)
    if name in ROWS:
        return ROWS[name](train), ROWS[name](other)
    return train, other


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Test accuracies of nearest neighbours, shape (n_names, n_seeds), in the
    order of `NAMES`.

    Attributes:
        wine: On wine.
        outlier: On wine, where two values in a hundred of the training samples
            are a hundred times too large; mean over three choices of the
            values.
        texts: On word counts of texts of very different length.
    """

    wine: FloatArray
    outlier: FloatArray
    texts: FloatArray

    def over_z(self, name: str, data: str = "wine") -> Interval:
        """Accuracy with a normalisation minus accuracy with z-scores."""
        scores: FloatArray = getattr(self, data)
        return paired_difference(
            scores[NAMES.index(name)], scores[NAMES.index("z-score")]
        )


def word_counts(
    seed: int, n_texts: int = 300, n_words: int = 30
) -> tuple[FloatArray, IntArray]:
    """Draw texts on two subjects, from 20 to 2,000 words long, and count their
    words.

    Args:
        seed: Which draw.
        n_texts: How many texts.
        n_words: Size of the vocabulary.

    Returns:
        Counts, shape (n_texts, n_words), and the subject of each text.
    """
    rng = np.random.default_rng(seed)
    # how often a subject uses a word
    shares = rng.dirichlet(np.full(n_words, 12.0), size=2)
    subject = rng.integers(2, size=n_texts)
    length = np.exp(rng.uniform(np.log(20), np.log(2000), n_texts)).astype(
        np.int64
    )
    counts = np.array(
        [
            rng.multinomial(n, shares[s])
            for n, s in zip(length, subject, strict=True)
        ]
    )
    return counts.astype(float), subject


def _scores(
    train: FloatArray, test: FloatArray, y: IntArray, y_test: IntArray
) -> list[float]:
    """Accuracy of five nearest neighbours with each normalisation."""
    found = []
    for name in NAMES:
        A, B = normalise(name, train, test)
        found.append(KNeighborsClassifier(5).fit(A, y).score(B, y_test))
    return found


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Score nearest neighbours with each normalisation; 40 % of the samples
    test.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    X, y = load_wine(return_X_y=True)
    wine, outlier, texts = [], [], []
    for seed in seeds:
        A, B, a, b = train_test_split(
            X, y, test_size=0.4, stratify=y, random_state=seed
        )
        wine.append(_scores(A, B, a, b))
        wrong = np.random.default_rng(seed).random((3, *A.shape)) < 0.02
        spoilt = [_scores(np.where(w, 100 * A, A), B, a, b) for w in wrong]
        outlier.append(np.mean(spoilt, axis=0))
        C, D, c, d = train_test_split(
            *word_counts(seed), test_size=0.4, random_state=seed
        )
        texts.append(_scores(C, D, c, d))
    return Result(np.array(wine).T, np.array(outlier).T, np.array(texts).T)


def judge(result: Result) -> Outcome:
    """Each normalisation should do what the z-score does, on both sets."""
    pairs = [
        (name, "wine") for name in ("L2 by row", "L1 by row", "min-max", "max")
    ]
    pairs += [(name, "texts") for name in ("L2 by row", "L1 by row")]
    return LESSON.judge(
        *(
            Finding(
                f"{data}: {name} − z-score, accuracy",
                result.over_z(name, data),
                "none",
                MARGIN,
            )
            for name, data in pairs
        )
    )
