"""Machines: on what a record was made, and how that is said.

It is no part of a record's key, and never decides whether one is fresh: processors and libraries
differ in the last digits of what they compute, and a store of records is carried between machines.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache

PARTS = {"system": "", "python": "Python ", "numpy": "NumPy ", "blas": ""}
"""What is known of a machine, and what stands before it in a sentence."""

LONGEST = 200
"""No part has more characters."""


@cache
def this_machine() -> Mapping[str, str]:
    """What sessions run on here, as far as it is the same for all: system and Python."""
    library = " ".join(platform.libc_ver()).strip()
    system = f"{platform.system()} {platform.machine()}".strip()
    return {
        "system": ", ".join(filter(None, [system, library])),
        "python": platform.python_version(),
    }


def in_words(machine: Mapping[str, str]) -> str:
    """A machine in one line, without a full stop."""
    said = [f"{before}{machine[name]}" for name, before in PARTS.items() if machine.get(name)]
    return "; ".join(said) or "an unknown machine"


def is_elsewhere(machine: Mapping[str, str]) -> bool:
    """Whether a record was certainly not made on this machine, or by another Python."""
    return any(machine.get(name) != said for name, said in this_machine().items())
