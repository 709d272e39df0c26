"""Write `smo`.

Judge it with `pytest snippets/exercises/test_support_vector_machine.py`.
`python -m snippets.exercises.skeletons support_vector_machine` begins anew.
"""

from __future__ import annotations

from snippets.support_vector_machine import FloatArray, SvmFit


def smo(
    gram: FloatArray,
    y: FloatArray,
    C: float = 1.0,
    tol: float = 1e-6,
    max_steps: int = 100_000,
) -> SvmFit:
    """Solve the soft-margin dual, two samples at a time (Platt 1998).

    Args:
        gram: Kernel of each pair of training samples, shape (n_samples,
            n_samples).
        y: Class of each sample, -1 or +1, shape (n_samples,).
        C: Upper bound of a multiplier, no unit.
        tol: Violation of the optimality conditions at which to stop, no unit.
        max_steps: Most pairs to move.

    Raises:
        ValueError: If the problem cannot be set up (see `check_problem`).
    """
    raise NotImplementedError(
        "move the worst pair of multipliers until no pair gains"
    )
