"""Host names under which `mkdocs serve` answers: its own, so that no page elsewhere reads drafts.

A page that a reader has open can have its own name lead to this machine (DNS rebinding), and then
read what is served here. Its requests still carry its name.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from mkdocs.exceptions import Abort

if TYPE_CHECKING:  # it takes as long to import as all of ours
    from mkdocs.livereload import LiveReloadServer

ALLOWED = "NOTEWRIGHT_HOSTS"
"""The environment variable with further names, with commas: of a proxy, say."""

App = Callable[[dict[str, Any], Any], Iterable[bytes]]


def only_own(app: App, address: str) -> App:
    """A server's application that answers under its own names only.

    Args:
        app: The application.
        address: The name or the address at which the server listens.
    """
    names = {address, "localhost", socket.gethostname(), socket.getfqdn()}
    names |= {name.strip() for name in os.environ.get(ALLOWED, "").split(",")}
    known = {name.lower() for name in names if name}

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        host = str(environ.get("HTTP_HOST", ""))
        if is_own(host, known):
            return app(environ, start_response)
        start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8")])
        told = f"Not served under this name. Add it to the variable {ALLOWED} if it is yours.\n"
        return [told.encode()]

    return answer


def is_own(host: str, known: Iterable[str]) -> bool:
    """Whether a request is meant for this machine; a number is, for nobody else can have it."""
    name = host.lower().rstrip(".")
    if name.startswith("["):
        name = name[1:].partition("]")[0]
    elif name.count(":") == 1:
        name = name.partition(":")[0].rstrip(".")
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name in known or name.endswith(".localhost")
    return True


def tell_if_taken(server: LiveReloadServer) -> LiveReloadServer:
    """Have a server that cannot have its address say so, instead of where in its code."""
    bind = server.server_bind

    def server_bind() -> None:
        host, port = str(server.server_address[0]), int(server.server_address[1])
        try:
            bind()
        except OSError as error:
            said, other = error.strerror, port + 1
        except OverflowError:
            said, other = "the number of a port goes from 0 to 65535", 8000
        else:
            return
        remedy = f"Choose another address: `--dev-addr {host}:{other}`"
        raise Abort(f"notewright: nothing can be served at {host}:{port}: {said}. {remedy}")

    server.server_bind = server_bind  # type: ignore[method-assign]
    return server
