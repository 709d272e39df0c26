"""A difference that is nothing but rounding, in words that are the same on
every processor.
"""

from __future__ import annotations


def below(gap: float, bound: float = 1e-9) -> str:
    """Say that a difference is below a bound, or how large it is.

    What two right computations differ by is rounding: its digits depend on the
    processor and on the library of linear algebra, and mean nothing.

    Args:
        gap: The size of the difference, 0 or above.
        bound: What counts as rounding here.

    Returns:
        `below 1e-9`, say; a gap that is not below has its first digit, as in
        `3e-04`.
    """
    if gap < bound:
        mantissa, _, exponent = f"{bound:.0e}".partition("e")
        return f"below {mantissa}e{int(exponent)}"
    return f"{gap:.0e}"
