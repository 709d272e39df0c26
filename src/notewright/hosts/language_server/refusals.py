"""Refusals: what a writer asks for and cannot have is answered with the reason, and no traceback.

To pygls each exception of a handler is a fault of the server: it answers with the exception's
class, logs where it was raised, and shows an error.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from notewright.errors import NotewrightError

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class Refusal(JsonRpcException):
    """The answer to a request that is refused; the editor shows its message."""

    CODE = types.LSPErrorCodes.RequestFailed.value


def refusing(handler: Callable[Given, Awaitable[Answer]]) -> Callable[Given, Awaitable[Answer]]:
    """Have a handler of requests answer with the reason if one is refused."""

    @functools.wraps(handler)
    async def answer(*given: Given.args, **named: Given.kwargs) -> Answer:
        try:
            return await handler(*given, **named)
        except NotewrightError as error:
            raise Refusal(str(error)) from None

    return answer


def keep_out_of_log() -> None:
    """Have pygls log no refusal: who asked is told."""
    logging.getLogger("pygls.protocol.json_rpc").addFilter(_is_fault)


def _is_fault(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], Refusal))
