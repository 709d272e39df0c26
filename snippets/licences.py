"""Which family of licences a package belongs to, from the metadata that it is
installed with.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from email.message import Message
from importlib.metadata import PackageNotFoundError, distributions
from typing import cast

FAMILIES = {
    "GPL": ("GPL", "LGPL", "AGPL", "GENERAL PUBLIC"),
    "MPL": ("MPL", "MOZILLA"),
    "Apache": ("APACHE",),
    "PSF": ("PSF", "PYTHON SOFTWARE FOUNDATION"),
    "BSD": ("BSD",),
    "MIT": ("MIT",),
    "OFL": ("OFL", "OPEN FONT"),
    "CC0": ("CC0",),
}
"""Words by which a family is known, in the order in which we ask: what binds
most goes first.
"""

UNKNOWN = "not said"


# --8<-- [start:family]
def family(
    expression: str, classifiers: Iterable[str] = (), text: str = ""
) -> str:
    """Name the family of a licence.

    Args:
        expression: What the package says in short, such as "BSD-3-Clause"; may
            be empty.
        classifiers: Its classifiers; they are asked if the expression says
            nothing.
        text: Its licence in words; only the first line is asked, and last.

    Returns:
        One of `FAMILIES`, the one that binds most if there are several, or
        `UNKNOWN`.
    """
    marked = " ".join(
        name for name in classifiers if name.startswith("License ::")
    )
    for said in (expression, marked, text.strip().split("\n")[0]):
        for name, words in FAMILIES.items():
            if any(
                re.search(rf"(?<![A-Z]){word}", said.upper()) for word in words
            ):
                return name
    return UNKNOWN
    # --8<-- [end:family]


def requirement_name(requirement: str) -> str:
    """Name of the package in a requirement such as "numpy>=2.1".

    Raises:
        ValueError: If it does not start with a name.
    """
    found = re.match(r"[A-Za-z0-9][\w.-]*", requirement)
    if found is None:
        raise ValueError(f"no package is named in {requirement!r}")
    return found.group()


def family_of(package: str) -> str:
    """Family of the licence of an installed package.

    Raises:
        importlib.metadata.PackageNotFoundError: If it is not installed.
    """
    # Only where packages are installed: to search the whole path would list the
    # project's root.
    places = [each for each in sys.path if each.endswith("-packages")]
    installed = next(iter(distributions(name=package, path=places)), None)
    if installed is None:
        raise PackageNotFoundError(package)
    found = cast(Message, installed.metadata)
    expression, text = (
        str(found.get("License-Expression") or ""),
        str(found.get("License") or ""),
    )
    return family(expression, map(str, found.get_all("Classifier") or ()), text)
