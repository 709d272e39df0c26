"""Whole addresses of what a site holds."""

from __future__ import annotations

import re
from urllib.parse import urljoin

_SEGMENT = r"[\w%~-][\w%~.-]*"
_SITE = re.compile(rf"https?://[\w.:-]+/(?:{_SEGMENT}/)*", re.ASCII)
_PLAIN = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT})*/?", re.ASCII)
"""Addresses of a site and below it in which no part has a meaning of its own, as two dots have."""


def joined(site: str, address: str) -> str:
    """The whole address of something by that of the site, as `urljoin` gives it.

    That takes a site of ten thousand notes apart ten thousand times, which is felt at each save.

    Args:
        site: The address of the site; may be empty.
        address: The address from there.
    """
    if _SITE.fullmatch(site) and _PLAIN.fullmatch(address):
        return site + address
    return urljoin(site, address)
