"""Answer one request with a fitted model: check the request, then predict. No
server is needed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Field:
    """One input of the service.

    Attributes:
        name: Name of the feature.
        unit: Its unit.
        low: Smallest value that is answered.
        high: Largest value that is answered.
    """

    name: str
    unit: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service sends back.

    Attributes:
        label: The most probable class.
        probability: Its probability.
        build: Id of the build that answered, to find it again.
    """

    label: str
    probability: float
    build: str


def fields(
    names: Sequence[str], units: Sequence[str], X: FloatArray
) -> list[Field]:
    """Take the ranges from the training samples, widened by half on either
    side.

    Args:
        names: Names of the features.
        units: Their units.
        X: Training samples, shape (n_samples, n_features).
    """
    low, high = X.min(axis=0), X.max(axis=0)
    room = (high - low) / 2
    rows = zip(names, units, low - room, high + room, strict=True)
    return [Field(name, unit, float(a), float(b)) for name, unit, a, b in rows]


# --8<-- [start:check]
def problems(
    request: Mapping[str, object], expected: Sequence[Field]
) -> list[str]:
    """Say all that is wrong with a request; an empty list means that it can be
    answered.
    """
    known = {field.name for field in expected}
    found = [
        f"{name}: is not an input" for name in request if name not in known
    ]
    for field in expected:
        value = request.get(field.name)
        if field.name not in request:
            found.append(f"{field.name}: is missing")
        elif isinstance(value, bool) or not isinstance(value, int | float):
            found.append(
                f"{field.name}: must be a number in {field.unit}, got {value!r}"
            )
        elif not math.isfinite(value):
            found.append(f"{field.name}: must be finite, got {value}")
        elif not field.low <= value <= field.high:
            found.append(
                f"{field.name}: {value} {field.unit} is far from all training "
                "samples"
            )
    return found


def answer(
    model: Any,
    labels: Sequence[str],
    expected: Sequence[Field],
    request: Mapping[str, Any],
    build: str,
) -> Answer:
    """Check a request and predict.

    Args:
        model: A fitted classifier with `predict_proba`.
        labels: Names of its classes, in their order.
        expected: The inputs, in the order of the model's features.
        request: Value of each input by its name, as JSON brings it.
        build: Id of the build.

    Raises:
        ValueError: If the request cannot be answered; the message says all that
            is wrong.
    """
    if found := problems(request, expected):
        raise ValueError("; ".join(found))
    row = np.array([[request[field.name] for field in expected]], dtype=float)
    probabilities = model.predict_proba(row)[0]
    best = int(probabilities.argmax())
    return Answer(labels[best], float(probabilities[best]), build)
    # --8<-- [end:check]
