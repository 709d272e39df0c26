"""Write the worth and the gradient of a softmax policy, and a walker's
estimates.

Judge it with `pytest snippets/exercises/test_policy_gradient.py`.
`python -m snippets.exercises.skeletons policy_gradient` begins anew.
Given, to be called: `Walks`, `Weight`, `World`, `moves`, `softmax`.
"""

from __future__ import annotations

from snippets.policy_gradient import (
    FloatArray,
    Walks,
    Weight,
    World,
    moves,
    softmax,
)

__all__ = [
    "Walks",
    "Weight",
    "World",
    "exact_gradient",
    "moves",
    "softmax",
    "to_go",
    "walk_gradients",
    "weights",
    "worth",
]


def worth(world: World, policy: FloatArray, discount: float) -> FloatArray:
    """Worth of each action if the policy goes on: one linear system.

    Args:
        world: Where we walk.
        policy: Chance of each action, shape (..., n_states, n_actions).
        discount: Worth of a reward one step later; 1 only if every walk ends.

    Returns:
        Shape (..., n_states, n_actions), 0 at the end.
    """
    raise NotImplementedError(
        "solve (I - discount * moves) v = mean reward of each state; then "
        "reward + discount * v[after]"
    )


def exact_gradient(
    world: World, logits: FloatArray, discount: float
) -> FloatArray:
    """The policy-gradient theorem, with no walk at all.

    Args:
        world: Where we walk.
        logits: Parameters, shape (n_states, n_actions).
        discount: Worth of a reward one step later.

    Returns:
        Derivative of the worth of the start, the shape of `logits`.
    """
    raise NotImplementedError(
        "visits solve the transposed system for the start; times chance, times "
        "q minus its mean"
    )


def to_go(rewards: FloatArray, discount: float) -> FloatArray:
    """Discounted sum of the rewards from each step on, time first."""
    raise NotImplementedError(
        "from the last step back: reward + discount * what comes after"
    )


def weights(
    walks: Walks, value: FloatArray, discount: float, kind: Weight
) -> FloatArray:
    """What the score of each action is multiplied by.

    Args:
        walks: What was walked.
        value: Guessed worth of each state, shape (n_runs, n_states), 0 at the
            end.
        discount: Worth of a reward one step later.
        kind: "all" takes the return of the whole walk, "to go" what came after
            the action, "above baseline" that minus the guessed worth, "one
            step" the temporal-difference error.

    Returns:
        Shape (T, n_runs, n); 0 after the end.
    """
    raise NotImplementedError(
        "discount**t times: the return, the return minus the guess, or the "
        "temporal-difference error"
    )


def walk_gradients(
    policy: FloatArray, walks: Walks, weight: FloatArray
) -> FloatArray:
    """Sum weight times score, the derivative of the logarithm of the chance.

    Args:
        policy: Chance of each action, shape (n_runs, n_states, n_actions).
        walks: What was walked.
        weight: One for each action that was taken, shape (T, n_runs, n).

    Returns:
        An estimate by each walk, shape (n_runs, n, n_states, n_actions).
    """
    raise NotImplementedError(
        "sum the weights by walk, state and action; take off the chance times "
        "the state's sum"
    )
