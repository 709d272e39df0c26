"""Write the posterior of a Gaussian process, its marginal likelihood with
gradient, draws, inducing points and Laplace's method.

Judge it with `pytest snippets/exercises/test_gaussian_process.py`.
`python -m snippets.exercises.skeletons gaussian_process` begins anew.
Given, to be called: `Process`, `check_samples`.
"""

from __future__ import annotations

import numpy as np

from snippets.gaussian_process import FloatArray, Process, check_samples
from snippets.gaussian_process_kernels import Kernel

__all__ = [
    "Process",
    "check_samples",
    "condition",
    "draw",
    "inducing",
    "laplace",
    "log_marginal",
    "predict",
]


def condition(
    kernel: Kernel, theta: FloatArray, X: FloatArray, y: FloatArray
) -> Process:
    """See samples: what all later answers need.

    Args:
        kernel: Covariance of the function.
        theta: Logarithms of its parameters and of the noise, (n_params + 1,).
        X: Samples, shape (n, p).
        y: Targets around a prior mean of 0, shape (n,).
    """
    raise NotImplementedError(
        "kernel plus noise on the diagonal; `cholesky`, `cho_solve`; the "
        "determinant is twice the sum of the root's logarithms"
    )


def predict(process: Process, new: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of the function, without noise.

    Args:
        process: What `condition` gave.
        new: Places, shape (n_new, p).

    Returns:
        Two arrays of shape (n_new,), in the unit of the targets.
    """
    raise NotImplementedError(
        "kernel between samples and places, times the weights; "
        "`solve_triangular` of it, squared and summed, comes off the variance"
    )


def log_marginal(
    kernel: Kernel, theta: FloatArray, X: FloatArray, y: FloatArray
) -> tuple[float, FloatArray]:
    """Logarithm of the marginal likelihood and its gradient by theta.

    Returns:
        A number, and an array of shape (n_params + 1,).
    """
    raise NotImplementedError(
        "`condition`; the outer product of the weights less the inverse; half "
        "the sum of its product with each slope"
    )


def draw(
    mean: FloatArray,
    covariance: FloatArray,
    n_draws: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Draw functions at some places.

    Args:
        mean: Shape (n_places,).
        covariance: Shape (n_places, n_places).
        n_draws: How many functions.
        rng: Source of the draws.

    Returns:
        Shape (n_draws, n_places).
    """
    raise NotImplementedError(
        "a little on the diagonal, `np.linalg.cholesky`, standard normal "
        "numbers times its transpose"
    )


def inducing(
    kernel: Kernel,
    theta: FloatArray,
    samples: tuple[FloatArray, FloatArray],
    chosen: FloatArray,
    new: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Mean and deviation if all samples speak through m inducing points.

    Args:
        kernel: Covariance of the function.
        theta: Logarithms of its parameters and of the noise, (n_params + 1,).
        samples: Places (n, p) and targets (n,).
        chosen: Inducing points, shape (m, p).
        new: Places to predict, shape (n_new, p).
    """
    raise NotImplementedError(
        "root of the kernel among the chosen; solve for samples and for "
        "places; a root of m by m does the rest"
    )


def laplace(
    covariance: FloatArray, y: FloatArray, steps: int = 20
) -> tuple[FloatArray, float]:
    """The most likely function behind two classes, by Newton's method.

    Args:
        covariance: Of the function at the samples, shape (n, n).
        y: Classes 0 and 1, shape (n,).
        steps: Of Newton's method.

    Returns:
        Log-odds at the samples, shape (n,), and Laplace's approximation of the
        logarithm of the marginal likelihood.
    """
    raise NotImplementedError(
        "share and its bend from the log-odds; root of I + bend K bend; new "
        "weights, new log-odds"
    )
