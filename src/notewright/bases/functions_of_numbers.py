"""Functions of numbers: rounding, and a fixed number of digits."""

from __future__ import annotations

import math
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

from notewright.bases.functions import Table, whole
from notewright.bases.mistakes import ExpressionError
from notewright.bases.scope import Scope
from notewright.bases.values import Value
from notewright.bases.written import number_text

METHODS = Table()

_EXACT = Context(prec=500)
"""Enough for each digit that a number can have, and those behind its point."""


@METHODS.add("abs")
def _abs(scope: Scope, number: float) -> Value:
    return abs(number)


@METHODS.add("ceil")
def _ceil(scope: Scope, number: float) -> Value:
    return float(math.ceil(number)) if math.isfinite(number) else number


@METHODS.add("floor")
def _floor(scope: Scope, number: float) -> Value:
    return float(math.floor(number)) if math.isfinite(number) else number


@METHODS.add("round", "number?")
def _round(scope: Scope, number: float, digits: float = 0) -> Value:
    return rounded(number, whole(digits))


def rounded(number: float, digits: int = 0) -> float:
    """A number as written, rounded to some digits behind its point; halves go up."""
    if not math.isfinite(number) or digits > 300:
        return number
    if digits < -300:
        return 0.0
    shifted = Decimal(repr(number)).scaleb(digits, _EXACT)
    up = _EXACT.add(shifted, Decimal("0.5")).to_integral_value(ROUND_FLOOR)
    return float(up.scaleb(-digits, _EXACT))


@METHODS.add("toFixed", "number?")
def _to_fixed(scope: Scope, number: float, digits: float = 0) -> Value:
    count = whole(digits)
    if not 0 <= count <= 100:
        raise ExpressionError("`toFixed` needs a number of digits from 0 to 100")
    if not math.isfinite(number) or abs(number) >= 1e21:
        return number_text(number)
    fixed = Decimal(number).quantize(Decimal(1).scaleb(-count), ROUND_HALF_UP, _EXACT)
    return f"{fixed:f}"
