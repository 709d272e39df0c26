"""Lesson L18: does what a network learned elsewhere save a task that has few
labels?

Feature extraction and fine-tuning, once from other digits (0 to 4, then 5 to 9)
and once from a related task (which digit, then odd or even), against the
pixels, against networks that were never trained, and against features found
without labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression

from data.mnist import SIDE, Images, load
from snippets import cnn, neural_network
from snippets.evidence import Interval, paired_difference
from snippets.lessons.findings import Finding
from snippets.lessons.harness import SEEDS, Lesson, Outcome, check_seeds
from snippets.lessons.registry import Condition, Held, Registration
from snippets.neural_network import Layer, Network, Options, he_start

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LESSON = Lesson(
    "L18",
    "Transfer learning is harder than it looks; do not think that it will "
    "save the task",
    "S3-C2",
    "MNIST sample at 14 × 14, 40 or 50 labels",
    Registration(
        origin="source",
        quantifier="sometimes",
        primary=0,
        family="networks",
        made="real",
        advice=(
            "Compare with the raw inputs and with an untrained network "
            "before you believe in transfer."
        ),
        conditions=(
            Condition(
                "tasks differ and a dense layer is kept", split=(50, 300, 2445)
            ),
            Condition(
                "tasks differ and filters are kept", split=(50, 300, 2445)
            ),
            Condition(
                "tasks differ and the network is fine-tuned",
                split=(50, 300, 2445),
            ),
            Condition("training is set against test accuracy", fixed=True),
            Condition(
                "tasks are related and a dense layer is kept",
                split=(40, 300, 5000),
                rank="limit",
            ),
            Condition(
                "tasks are related and the network is fine-tuned",
                split=(40, 300, 5000),
                rank="limit",
            ),
        ),
        held=(
            Held("images of the source task", "600"),
            Held(
                "labels of the target task",
                "50 for other digits, 40 for odd or even",
            ),
            Held("passes of fine-tuning", "40 at a rate of 0.005"),
        ),
    ),
)

N_SOURCE, N_TEST, N_HIDDEN, N_FILTERS, N_COMPONENTS = 600, 300, 64, 8, 30
N_LABELS = {"other digits": 50, "related task": 40}
PRETRAIN, TUNE = Options(hidden=(N_HIDDEN,), epochs=8), Options(epochs=40)

PIXELS = "pixels"
EXTRACTED = (
    "hidden layer",
    "untrained hidden layer",
    "filters",
    "untrained filters",
    "PCA",
)
"""Features that are extracted and given to a logistic regression, besides the
pixels.
"""
TUNED, SCRATCH, TUNED_TRAIN = (
    "fine-tuned",
    "from scratch",
    "fine-tuned, its own images",
)


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """Test accuracies by target and arm, each of shape (n_seeds,)."""

    scores: Mapping[str, Mapping[str, FloatArray]]

    def gain(self, target: str, first: str, second: str) -> Interval:
        """Accuracy of one arm minus that of another, on one of the targets."""
        arms = self.scores[target]
        return paired_difference(arms[first], arms[second])


def shrink(images: FloatArray) -> FloatArray:
    """Halve the height and width of images: each pixel is the mean of four.

    Args:
        images: Shape (n_images, height, width), both even.

    Raises:
        ValueError: If a side is odd.
    """
    n, height, width = images.shape
    if height % 2 or width % 2:
        raise ValueError(f"sides must be even, got {height} x {width}")
    return np.asarray(
        images.reshape(n, height // 2, 2, width // 2, 2).mean(axis=(2, 4))
    )


# --8<-- [start:transfer]
def extract(layers: Sequence[Layer], X: FloatArray) -> FloatArray:
    """Feature extraction: what the last hidden layer puts out, (n_samples,
    n_hidden).
    """
    return neural_network.forward(layers, X)[-2]


def fine_tune(
    body: Layer,
    X: FloatArray,
    y: IntArray,
    n_classes: int,
    rng: np.random.Generator,
) -> Network:
    """Fine-tuning: put a new last layer on a hidden layer, and train both.

    Args:
        body: Pretrained hidden layer, or a random one to train from scratch;
            not changed.
        X: Images of the target task, shape (n_samples, n_pixels).
        y: Their labels, shape (n_samples,), from 0 to n_classes - 1.
        n_classes: Number of classes of the target task.
        rng: Source of the new layer and of the order.
    """
    head = he_start((len(body.biases), n_classes), rng)[0]
    return neural_network.fit(X, y, TUNE, rng=rng, start=[body, head])
    # --8<-- [end:transfer]


def _logistic(X: FloatArray, y: IntArray, n_train: int) -> float:
    """Train logistic regression on the first rows, score it on the others."""
    model = LogisticRegression(max_iter=300).fit(X[:n_train], y[:n_train])
    return float(model.score(X[n_train:], y[n_train:]))


def _tuned(
    bodies: Mapping[str, Layer],
    X: FloatArray,
    y: IntArray,
    n_train: int,
    seed: int,
) -> dict[str, float]:
    """Train on from each hidden layer, with the same new layer and order."""
    scores = {}
    for name, body in bodies.items():
        rng = np.random.default_rng([seed, 1])
        model = fine_tune(body, X[:n_train], y[:n_train], int(y.max()) + 1, rng)
        scores[name] = model.score(X[n_train:], y[n_train:])
        if name == TUNED:
            scores[TUNED_TRAIN] = model.score(X[:n_train], y[:n_train])
    return scores


def _other_digits(images: Images, seed: int) -> dict[str, float]:
    """Learn 0 to 4 from many labels, then 5 to 9 from few."""
    rng, n = np.random.default_rng(seed), N_LABELS["other digits"]
    order = rng.permutation(len(images.y))
    low = order[images.y[order] < 5][:N_SOURCE]
    high = order[images.y[order] >= 5][: n + N_TEST]
    source, target = images.X[low], images.X[high]
    y = images.y[high] - 5
    flat, pixels = source.reshape(N_SOURCE, -1), target.reshape(len(high), -1)
    net = neural_network.fit(flat, images.y[low], PRETRAIN, rng=rng)
    conv = cnn.fit(
        source,
        images.y[low],
        rng=rng,
        n_filters=N_FILTERS,
        n_classes=5,
        epochs=2,
        batch_size=16,
    )
    untrained = he_start((flat.shape[1], N_HIDDEN, 5), rng)
    shape = (source.shape[1], source.shape[2])
    filters = cnn.start_layers(shape, N_FILTERS, 5, rng)
    patches = cnn.im2col(target)
    maps = [
        cnn.forward(layers, patches).pooled for layers in (conv.layers, filters)
    ]
    found = (
        extract(net.layers, pixels),
        extract(untrained, pixels),
        *(pooled.reshape(len(high), -1) for pooled in maps),
        PCA(N_COMPONENTS, svd_solver="covariance_eigh")
        .fit(flat)
        .transform(pixels),
    )
    arms = {PIXELS: pixels} | dict(zip(EXTRACTED, found, strict=True))
    scores = {
        name: _logistic(features, y, n) for name, features in arms.items()
    }
    bodies = {TUNED: net.layers[0], SCRATCH: untrained[0]}
    return scores | _tuned(bodies, pixels, y, n, seed)


def _related_task(images: Images, seed: int) -> dict[str, float]:
    """Learn which digit it is from many labels, then whether it is odd from
    few.
    """
    rng, n = np.random.default_rng([seed, 2]), N_LABELS["related task"]
    rows = rng.permutation(len(images.y))[: N_SOURCE + n + N_TEST]
    X, y = images.X[rows].reshape(len(rows), -1), images.y[rows]
    net = neural_network.fit(X[:N_SOURCE], y[:N_SOURCE], PRETRAIN, rng=rng)
    untrained = he_start((X.shape[1], N_HIDDEN, 2), rng)
    pixels, odd = X[N_SOURCE:], y[N_SOURCE:] % 2
    arms = {PIXELS: pixels, EXTRACTED[0]: extract(net.layers, pixels)}
    arms[EXTRACTED[1]] = extract(untrained, pixels)
    scores = {
        name: _logistic(features, odd, n) for name, features in arms.items()
    }
    bodies = {TUNED: net.layers[0], SCRATCH: untrained[0]}
    return scores | _tuned(bodies, pixels, odd, n, seed)


def run(seeds: Sequence[int] = SEEDS) -> Result:
    """Transfer to both targets; a seed is a draw of images and the starts of
    all networks.

    Raises:
        ValueError: If there are fewer than two seeds.
    """
    check_seeds(seeds)
    whole = load()
    images = Images(shrink(whole.X.reshape(-1, SIDE, SIDE)), whole.y)
    scores = {}
    for target, task in (
        ("other digits", _other_digits),
        ("related task", _related_task),
    ):
        rows = [task(images, seed) for seed in seeds]
        scores[target] = {
            arm: np.array([row[arm] for row in rows]) for arm in rows[0]
        }
    return Result(scores)


def judge(result: Result) -> Outcome:
    """No kind of transfer should help, and the tuned network should overfit."""
    other, related = N_LABELS
    hidden, filters = EXTRACTED[0], EXTRACTED[2]
    return LESSON.judge(
        Finding(
            "other digits: hidden layer − pixels, accuracy",
            result.gain(other, hidden, PIXELS),
            "below",
        ),
        Finding(
            "other digits: filters − pixels, accuracy",
            result.gain(other, filters, PIXELS),
            "below",
        ),
        Finding(
            "other digits: fine-tuned − from scratch, accuracy",
            result.gain(other, TUNED, SCRATCH),
            "below",
        ),
        Finding(
            "other digits: fine-tuned, training − test accuracy",
            result.gain(other, TUNED_TRAIN, TUNED),
        ),
        Finding(
            "related task: hidden layer − pixels, accuracy",
            result.gain(related, hidden, PIXELS),
            "below",
        ),
        Finding(
            "related task: fine-tuned − from scratch, accuracy",
            result.gain(related, TUNED, SCRATCH),
            "below",
        ),
    )
