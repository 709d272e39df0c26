"""Write the counts and the optimiser.

Judge it with `pytest snippets/exercises/test_nu_svc.py`.
`python -m snippets.exercises.skeletons nu_svc` begins anew.
"""

from __future__ import annotations

from snippets.nu_svc import FloatArray, NuFit


def shares(
    scores: FloatArray, y: FloatArray, beta: FloatArray
) -> tuple[float, float, float]:
    """Count what nu bounds, and what it does not.

    Args:
        scores: Decision values of the training samples, shape (n_samples,), no
            unit.
        y: Class of each sample, -1 or +1, shape (n_samples,).
        beta: Multiplier of each sample, shape (n_samples,).

    Returns:
        Shares of margin errors, of support vectors and of misclassified
        samples.
    """
    raise NotImplementedError(
        "count y * score below 1, beta other than 0, y * score below 0"
    )


def nu_smo(
    gram: FloatArray,
    y: FloatArray,
    nu: float,
    tol: float = 1e-6,
    max_steps: int = 100_000,
) -> NuFit:
    """Solve the dual of nu-SVC, two samples of one class at a time (Chang & Lin
    2001).

    Args:
        gram: Kernel of each pair of training samples, shape (n_samples,
            n_samples).
        y: Class of each sample, -1 or +1, shape (n_samples,).
        nu: Half the total weight of each class, as a share of the samples, no
            unit.
        tol: Violation of the optimality conditions at which to stop, in units
            of the kernel.
        max_steps: Most pairs to move.

    Raises:
        ValueError: If shapes do not fit, or nu does not fit the classes (see
            `feasible_start`).
    """
    raise NotImplementedError(
        "from feasible_start, move the worst pair within a class"
    )
