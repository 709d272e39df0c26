"""The guard of the playground: lets only the pages of this server ask, on this machine.

Who may ask can run code. A page elsewhere can send requests here, and can have its own name lead
here; it cannot read our pages, and so not know the token, nor set a header or a type of content
without being asked whether it may, which is never answered.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

HEADER = "X-Notewright-Token"
"""The header that brings the token: no cookie, which a browser would send along by itself."""

MOST = 1 << 20
"""Bytes of a request."""

LOCAL = ("127.0.0.1", "localhost", "::1")
"""The names under which the playground answers: none of a proxy or a network."""


def new_token() -> str:
    """A token that nobody can guess, for as long as a server runs."""
    return secrets.token_urlsafe(32)


def is_local(address: str) -> bool:
    """Whether a server that listens at an address is reached from this machine alone."""
    return address.lower() in LOCAL


def refusal(environ: Mapping[str, Any], token: str) -> str:
    """Why a request is not answered; empty if it may be.

    Args:
        environ: The request, as WSGI tells it.
        token: The server's token.
    """
    host = str(environ.get("HTTP_HOST", ""))
    if not _is_loopback(str(environ.get("REMOTE_ADDR", ""))):
        return "the request comes from another machine"
    if _name(host) not in LOCAL:
        return "the server does not accept this host name"
    if str(environ.get("HTTP_ORIGIN", "")) != f"http://{host}":
        return "the request comes from another page"
    if environ.get("HTTP_SEC_FETCH_SITE", "same-origin") != "same-origin":
        return "the request comes from another page"
    given = str(environ.get("HTTP_X_NOTEWRIGHT_TOKEN", ""))
    if not hmac.compare_digest(given.encode("utf-8", "replace"), token.encode()):
        return "wrong token. Reload the page"
    kind = str(environ.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()
    if kind != "application/json":
        return "the request is not JSON"
    return ""


def length(environ: Mapping[str, Any]) -> int:
    """How many bytes a request has; -1 if it does not say so, or has too many."""
    told = str(environ.get("CONTENT_LENGTH", ""))
    if not told.isascii() or not told.isdecimal() or len(told) > 9:
        return -1
    return int(told) if int(told) <= MOST else -1


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.removeprefix("::ffff:")).is_loopback
    except ValueError:
        return False


def _name(host: str) -> str:
    """The name in the header `Host`, without its port."""
    try:
        found = urlsplit(f"//{host}")
        port = found.port
    except ValueError:
        return ""
    is_whole = found.netloc == host and "@" not in host and (port is None or port > 0)
    return (found.hostname or "") if is_whole else ""
