"""Host names under which `mkdocs serve` answers: its own, so that no page elsewhere reads drafts.

A page that a reader has open can have its own name lead to this machine (DNS rebinding), and then
read what is served here. Its requests still carry its name.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import socket
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from mkdocs.exceptions import Abort

from notewright.errors import renamed_notice

if TYPE_CHECKING:  # it takes as long to import as all of ours
    from mkdocs.livereload import LiveReloadServer

ALLOWED = "NOTEWRIGHT_ALLOWED_HOSTS"
"""Environment variable with further host names, separated by commas, for example of a proxy."""

_OLD = "NOTEWRIGHT_HOSTS"  # its name before 1.0; works until 2.0

App = Callable[[dict[str, Any], Any], Iterable[bytes]]


def only_own(app: App, address: str) -> App:
    """A server's application that answers under its own names only.

    Args:
        app: The application.
        address: The name or the address at which the server listens.
    """
    names = {address, "localhost", socket.gethostname(), socket.getfqdn()}
    names |= {name.strip() for name in _allowed().split(",")}
    known = {name.lower() for name in names if name}

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        host = str(environ.get("HTTP_HOST", ""))
        if is_own(host, known):
            return app(environ, start_response)
        start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8")])
        message = f"This host name is not allowed. If it is yours, add it to {ALLOWED}.\n"
        return [message.encode()]

    return answer


def _allowed() -> str:
    """The value of the environment variable, by its new name or its old one."""
    new, old = os.environ.get(ALLOWED), os.environ.get(_OLD)
    if new is not None and old is not None:
        raise Abort(
            f"notewright: {_OLD} is the old name of {ALLOWED}, and both are set. Unset {_OLD}"
        )
    if old is not None:
        logging.getLogger("mkdocs.plugins.notewright").info(renamed_notice(_OLD, ALLOWED))
    return new or old or ""


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


def refuse_taken(host: str, port: int) -> None:
    """Stop before the first build if nothing can be served at an address.

    Raises:
        Abort: If another program has it, or it is none of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        _bind(partial(tried.bind, (host, port)), host, port)


def tell_if_taken(server: LiveReloadServer) -> LiveReloadServer:
    """Have a server that cannot have its address say so, instead of where in its code."""
    host, port = str(server.server_address[0]), int(server.server_address[1])
    bind = partial(_bind, server.server_bind, host, port)
    server.server_bind = bind  # type: ignore[method-assign]
    return server


def _bind(bind: Callable[[], None], host: str, port: int) -> None:
    try:
        bind()
    except OSError as error:
        said, other = error.strerror, port + 1
    except OverflowError:
        said, other = "port numbers range from 0 to 65535", 8000
    else:
        return
    remedy = f"Choose another port: `--dev-addr {host}:{other}`"
    raise Abort(f"notewright: cannot listen on {host}:{port}: {said}. {remedy}")
