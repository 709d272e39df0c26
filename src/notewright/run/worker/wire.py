"""The wire between the build and the warm parent: length-prefixed JSON over a socket."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Mapping
from typing import Any

_ENCODER = json.JSONEncoder(separators=(", ", ": "))
"""Made before anything is imported that may change the class."""


def send(connection: socket.socket, message: Mapping[str, Any]) -> None:
    """Send one message."""
    connection.sendall(encoded(message))


def encoded(message: Mapping[str, Any]) -> bytes:
    """A message as it is sent."""
    content = _ENCODER.encode(message).encode()
    return struct.pack("!Q", len(content)) + content


def receive(connection: socket.socket) -> Any:
    """Receive one message; None when the other side is gone."""
    header = _exactly(connection, 8)
    content = _exactly(connection, struct.unpack("!Q", header)[0]) if header else None
    return None if content is None else json.loads(content)


def _exactly(connection: socket.socket, length: int) -> bytes | None:
    parts = []
    while length:
        try:
            part = connection.recv(min(length, 1 << 20))
        except ConnectionError:
            return None
        if not part:
            return None
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
