"""Libraries that may be missing, or of a version that was never tried, and what to do then."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from notewright.errors import EngineError

TESTED = {
    "Markdown": ">=3.10.3,<3.12",
    "pymdown-extensions": ">=13.0,<14",
    "pytest-markdown-docs": ">=0.9,<0.10",
}
"""Libraries whose private parts are used, and the versions that the tests pass with.

`pyproject.toml` has the same bounds. To raise one, run the tests with the new version.
"""


@contextmanager
def needs(extra: str, purpose: str) -> Iterator[None]:
    """Say how to install what the import in a `with` does not find.

    Args:
        extra: The extra of notewright that brings the library.
        purpose: What needs it, as the subject of a sentence.

    Raises:
        EngineError: If a module is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        library = (error.name or "a library").partition(".")[0]
        raise EngineError(
            f"{purpose} needs {library}, which is not installed. {_remedy(extra)}"
        ) from None


@contextmanager
def private_parts(library: str, extra: str) -> Iterator[None]:
    """Say what to do where a library does not have what the imports in a `with` ask of it.

    Args:
        library: The library, by its name in `TESTED`.
        extra: The extra of notewright that brings it.

    Raises:
        EngineError: If the library is missing, or is of another version than those tried.
    """
    try:
        yield
    except ImportError as error:
        try:
            installed = version(library)
        except PackageNotFoundError:
            raise EngineError(f"{library} is not installed. {_remedy(extra)}") from None
        bounds = TESTED[library]
        raise EngineError(
            f"{library} {installed} is not compatible with this version of notewright ({error}). "
            f"Run `pip install '{library}{bounds}'` to install a tested version"
        ) from None


@cache
def quiet_at_exit() -> None:
    """Drop what libraries print once the interpreter has begun to end.

    A library made with nanobind, as novasvg is, lists all objects that are left. To free them
    first, Python would look through millions of objects: seconds after a Ctrl+C.
    """
    atexit.register(_drop_errors)


def _drop_errors() -> None:
    with suppress(OSError, ValueError, AttributeError):  # closed, or there is none
        sys.stderr.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _remedy(extra: str) -> str:
    return f"Run `pip install 'notewright[{extra}]'`"
