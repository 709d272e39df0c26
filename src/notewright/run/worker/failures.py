"""Failures of cells: what an exception says, and the writer's own frames, without our paths."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from typing import Any

from notewright.run.worker.protocol import Failure, Frame

_ENGINE = os.path.abspath(f"{__file__}/../../..") + os.sep


def said(exception: BaseException) -> str:
    """Name and message of an exception, even of one that cannot say its message."""
    try:
        # What Python adds to a syntax error names a line, and lines move.
        message = exception.msg if isinstance(exception, SyntaxError) else str(exception)
    except Exception:
        message = ""
    name = type(exception).__name__
    return f"{name}: {message}" if message else name


def without_root(text: str, root: str) -> str:
    """A text without the path of the project."""
    return text.replace(root + os.sep, "")


def failure(message: str, line: int, file: str, frames: list[Frame] | None = None) -> Failure:
    """Say why a cell failed.

    Args:
        message: What went wrong.
        line: The note's line of the statement.
        file: The note: its innermost frame tells the line better.
        frames: The writer's own frames.
    """
    found = frames or []
    lines = [frame["line"] for frame in found if frame["file"] == file]
    there = (lines[-1] if lines else line) or 0
    return {"message": message, "line": there, "frames": found, "refused": ""}


def frames_of(exception: BaseException, root: str) -> list[Frame]:
    """The writer's own frames: cells and modules of the project."""
    inside = root + os.sep
    frames: list[Frame] = []
    for frame in traceback.extract_tb(exception.__traceback__):
        file = os.path.join(root, frame.filename)
        if (
            file.startswith(inside)
            and not file.startswith(_ENGINE)
            and not frame.filename.startswith("<frozen ")
            and ("site-packages" not in file)
        ):
            frames.append(
                {
                    "file": file.removeprefix(inside).replace(os.sep, "/"),
                    "line": frame.lineno,
                    "name": frame.name,
                    "text": (frame.line or "").strip(),
                }
            )
    return frames


def show_thread_error(args: threading.ExceptHookArgs) -> None:
    """Say what ended a thread, without the paths of this machine."""
    name = args.thread.name if args.thread else "a thread"
    if args.exc_value is not None:
        print(f"Exception in {name}: {said(args.exc_value)}", file=sys.stderr)


def show_warning(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
    """Say a warning, without the line of the library that gives it."""
    print(f"{category.__name__}: {message}", file=sys.stderr)
