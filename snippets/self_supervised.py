"""Self-supervised learning from scratch: labels that are made from the data.

`contrast` and `vicreg` judge two views of each sample, `fill_in` asks for what
was hidden, and `masked_map` answers it best among linear maps.

Sources: van den Oord and others 2018 (InfoNCE), Chen and others 2020 (SimCLR),
Bardes and others 2022 (VICReg), Vincent and others 2008 (denoising), Chen and
others 2012 (all masks at once), Wang and Isola 2020 (alignment, uniformity).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import entr, softmax

from snippets.autoencoder import through
from snippets.descent import Adam
from snippets.neural_network import (
    Layer,
    backward,
    flatten,
    he_start,
    unflatten,
)

FloatArray = NDArray[np.float64]
Views = Callable[[FloatArray, np.random.Generator], FloatArray]
"""Draws a view of each sample."""
Loss = Callable[[FloatArray], tuple[float, FloatArray]]
"""Judges outputs: loss, and its gradient."""
Pretext = Callable[[FloatArray, np.random.Generator], tuple[FloatArray, Loss]]
"""Makes of a batch what a network is shown, and who judges its outputs."""


# --8<-- [start:contrast]
def contrast(H: FloatArray, tau: float = 0.5) -> tuple[float, FloatArray]:
    """Ask of each view which of all others is its partner (InfoNCE).

    Args:
        H: Outputs of both views, shape (2 n, k); partner of row i is i + n.
        tau: Temperature, above 0.

    Returns:
        Mean cross-entropy in nats, and its gradient by H.
    """
    length = np.linalg.norm(H, axis=1, keepdims=True)
    Z = H / length
    logits = Z @ Z.T / tau
    np.fill_diagonal(logits, -np.inf)  # nobody is asked about itself
    P = softmax(logits, axis=1)
    rows = np.arange(len(H))
    partner = np.roll(rows, len(H) // 2)
    loss = -np.log(P[rows, partner]).mean()
    P[rows, partner] -= 1
    slope = (P + P.T) @ Z / (len(H) * tau)  # by the directions Z
    slope -= (slope * Z).sum(axis=1, keepdims=True) * Z  # lengths do not count
    return float(loss), slope / length
    # --8<-- [end:contrast]


# --8<-- [start:vicreg]
def vicreg(
    H: FloatArray, spread: float = 1.0, apart: float = 0.04
) -> tuple[float, FloatArray]:
    """Want views to agree, each output to vary, no two outputs to be alike.

    Args:
        H: Outputs of both views, shape (2 n, k); partner of row i is i + n.
        spread: Weight of the variance term; 0 leaves it out.
        apart: Weight of the covariance term; 0 leaves it out.

    Returns:
        Loss, and its gradient by H.
    """
    n, k = len(H) // 2, H.shape[1]
    gap = H[:n] - H[n:]
    loss = (gap**2).sum() / (n * k)
    slope = 2 * np.concatenate([gap, -gap]) / (n * k)
    for view in (slice(n), slice(n, None)):
        D = H[view] - H[view].mean(axis=0)
        C = D.T @ D / (n - 1)
        sd = np.sqrt(np.diag(C) + 1e-4)
        loss += spread * np.maximum(1 - sd, 0).sum() / k
        slope[view] -= spread * (sd < 1) * D / (sd * k * (n - 1))
        C -= np.diag(np.diag(C))
        loss += apart * (C**2).sum() / k
        slope[view] += 4 * apart * D @ C / (k * (n - 1))
    return float(loss), slope
    # --8<-- [end:vicreg]


# --8<-- [start:masked]
def masked_map(X: FloatArray, hidden: float) -> FloatArray:
    """Best linear map from samples with features set to 0 to whole samples.

    Args:
        X: Samples, each feature with mean 0, shape (n, p).
        hidden: Chance that a feature is hidden, from 0 to below 1.

    Returns:
        W of the least mean error of `masked @ W` over all masks, (p, p).
    """
    S = X.T @ X / len(X)
    seen = 1 - hidden
    both = seen**2 * S  # mean product of two features that may be hidden
    np.fill_diagonal(both, seen * np.diag(S))
    return np.asarray(np.linalg.solve(both, seen * S))


def denoising_map(X: FloatArray, sd: float) -> FloatArray:
    """Best linear map from samples with normal noise to the clean samples.

    Args:
        X: Samples, each feature with mean 0, shape (n, p).
        sd: Standard deviation of the noise, in the unit of X.
    """
    S = X.T @ X / len(X)
    return np.asarray(np.linalg.solve(S + sd**2 * np.eye(len(S)), S))
    # --8<-- [end:masked]


# --8<-- [start:pretext]
def two_views(views: Views, loss: Loss = contrast) -> Pretext:
    """Task: know the other view of the same sample among all others."""

    def task(
        batch: FloatArray, rng: np.random.Generator
    ) -> tuple[FloatArray, Loss]:
        return np.concatenate([views(batch, rng), views(batch, rng)]), loss

    return task


def fill_in(views: Views, hidden: float = 0.5) -> Pretext:
    """Task: say what the features are that were set to 0."""

    def task(
        batch: FloatArray, rng: np.random.Generator
    ) -> tuple[FloatArray, Loss]:
        whole = views(batch, rng)
        gone = rng.random(whole.shape) < hidden

        def loss(outputs: FloatArray) -> tuple[float, FloatArray]:
            off = (outputs - whole) * gone / len(whole)
            return float((off * (outputs - whole)).sum() / 2), off

        return whole * ~gone, loss

    return task
    # --8<-- [end:pretext]


# --8<-- [start:pretrain]
def pretrain(
    X: FloatArray,
    task: Pretext,
    sizes: Sequence[int],
    rng: np.random.Generator,
    n_steps: int = 300,
    learning_rate: float = 0.01,
) -> list[Layer]:
    """Train a network on a pretext task, without a label.

    Args:
        X: Samples, shape (n, ...).
        task: Makes inputs and their judge of a batch.
        sizes: Units of the layers, from inputs to outputs.
        rng: Source of weights, batches and tasks.
        n_steps: Steps of Adam, 64 samples each.
        learning_rate: Length of the first step; it falls to 0.
    """
    start = he_start(sizes, rng)
    theta = flatten(start)
    layers = unflatten(theta, start)  # a step changes both
    optimiser = Adam(learning_rate)
    for step in range(n_steps):
        optimiser.learning_rate = learning_rate * (1 - step / n_steps)
        inputs, loss = task(X[rng.integers(0, len(X), 64)], rng)
        outputs = through(layers, inputs)
        slopes, _ = backward(layers, outputs, loss(outputs[-1])[1])
        optimiser.step(theta, flatten(slopes))
    return layers
    # --8<-- [end:pretrain]


# --8<-- [start:measures]
def represent(layers: Sequence[Layer], X: FloatArray) -> FloatArray:
    """What the layer before the last says of samples: the features to keep."""
    return through(layers, X)[-2]


def alignment(H: FloatArray) -> float:
    """Mean squared distance of partners on the sphere; 0 if views agree."""
    Z = H / np.linalg.norm(H, axis=1, keepdims=True)
    a, b = np.split(Z, 2)
    return float(((a - b) ** 2).sum(axis=1).mean())


def uniformity(H: FloatArray) -> float:
    """Log of the mean of exp(-2 d²) over pairs; 0 if all are in one place."""
    Z = H / np.linalg.norm(H, axis=1, keepdims=True)
    i, j = np.triu_indices(len(Z), 1)
    return float(np.log(np.exp(-2 * ((Z[i] - Z[j]) ** 2).sum(axis=1)).mean()))


def effective_rank(H: FloatArray) -> float:
    """Exponential of the entropy of squared singular values, as shares: how
    many directions the outputs fill; 1 if all lie on one line through 0.
    """
    share = np.linalg.svd(H, compute_uv=False) ** 2
    return float(np.exp(entr(share / share.sum()).sum()))
    # --8<-- [end:measures]
