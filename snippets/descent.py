"""Two ways for a network to walk down a gradient: steps with momentum, and
Adam.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class Optimiser(Protocol):
    """What changes the parameters of a model, one step at a time."""

    def step(self, parameters: FloatArray, gradient: FloatArray) -> None:
        """Change the parameters in place, against the gradient."""


def _check_rate(learning_rate: float) -> None:
    if not (np.isfinite(learning_rate) and learning_rate > 0):
        raise ValueError(f"learning_rate must be positive, got {learning_rate}")


@dataclass(slots=True)
class Sgd:
    """Gradient descent with momentum (Polyak 1964); a momentum of 0 is the
    plain step.

    Attributes:
        learning_rate: Length of a step for a gradient of length 1.
        momentum: Share of the last step that is repeated, from 0 to below 1.
    """

    learning_rate: float
    momentum: float = 0.0
    _velocity: FloatArray | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        _check_rate(self.learning_rate)
        if not 0 <= self.momentum < 1:
            raise ValueError(
                f"momentum must be from 0 to below 1, got {self.momentum}"
            )

    def step(self, parameters: FloatArray, gradient: FloatArray) -> None:
        """Change the parameters in place.

        Args:
            parameters: Shape (n_parameters,).
            gradient: Of the loss with respect to them, shape (n_parameters,).
        """
        if self._velocity is None:
            self._velocity = np.zeros_like(parameters)
        self._velocity *= self.momentum
        self._velocity -= self.learning_rate * gradient
        parameters += self._velocity


@dataclass(slots=True)
class Adam:
    """Steps of about equal length in every parameter (Kingma & Ba 2015).

    The small constant stands as in scikit-learn: added to the root before the
    correction for the start, which the paper names as an equivalent order.

    Attributes:
        learning_rate: About the largest change of a parameter in one step.
        decay: Share of the running mean of the gradient that is kept.
        decay_squared: The same for the running mean of its square.
        tiny: Keeps the division from 0.
    """

    learning_rate: float
    decay: float = 0.9
    decay_squared: float = 0.999
    tiny: float = 1e-8
    _moments: tuple[FloatArray, FloatArray] | None = field(
        default=None, init=False, repr=False
    )
    _steps: int = field(default=0, init=False, repr=False)

    def __post_init__(self) -> None:
        _check_rate(self.learning_rate)
        for name in ("decay", "decay_squared"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(
                    f"{name} must be from 0 to below 1, got "
                    f"{getattr(self, name)}"
                )

    def step(self, parameters: FloatArray, gradient: FloatArray) -> None:
        """Change the parameters in place.

        Args:
            parameters: Shape (n_parameters,).
            gradient: Of the loss with respect to them, shape (n_parameters,).
        """
        if self._moments is None:
            self._moments = np.zeros_like(parameters), np.zeros_like(parameters)
        mean, square = self._moments
        self._steps += 1
        mean *= self.decay
        mean += (1 - self.decay) * gradient
        square *= self.decay_squared
        square += (1 - self.decay_squared) * gradient * gradient
        start = np.sqrt(1 - self.decay_squared**self._steps) / (
            1 - self.decay**self._steps
        )
        parameters -= (
            self.learning_rate * start * mean / (np.sqrt(square) + self.tiny)
        )
