"""Addresses are joined as the standard library joins them, and sooner."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.render import addresses
from notewright.render.addresses import joined

PARTS = st.lists(
    st.sampled_from(
        ["/", "//", ".", "..", "a", "b-1", "%C3%A4", "~c", ":", ";", "?", "#", "é", " "]
    )
).map("".join)
SITES = st.sampled_from(
    ["", "https://example.org", "HTTP://Example.org/", "http://h:80/", "x://h/"]
)


@given(SITES, PARTS, PARTS)
def test_addresses_are_joined_as_the_standard_library_does(
    site: str, folder: str, address: str
) -> None:
    """Whatever is in them."""
    assert joined(site + folder, address) == urljoin(site + folder, address)


def test_usual_addresses_are_not_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is what takes long."""
    monkeypatch.setattr(addresses, "urljoin", None)
    site = "https://example.org/notes/"
    assert joined(site, "area-00/a_b/M%C3%A4rz/") == f"{site}area-00/a_b/M%C3%A4rz/"
    assert joined(site, "index.md") == f"{site}index.md"
