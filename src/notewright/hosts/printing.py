"""Printing: a browser of the Chromium family makes a PDF of one file of HTML."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from notewright.errors import EngineError
from notewright.render.books import plain

PROGRAMS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    *("chrome", "msedge", "microsoft-edge", "brave-browser"),
    *("chromium-headless-shell", "chrome-headless-shell"),
)
"""What it is called, by system and maker."""
_PLACES = {
    "darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    )
}
LIMIT = 600.0
"""Seconds that a browser may take: a book of thousands of pages takes a minute."""

_ALONE = (
    *("--no-first-run", "--disable-extensions", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND"),
)
"""The browser asks nobody, neither for the document nor for itself."""
_DATE = re.compile(rb"(?<=Date \(D:)\d{14}[^)]*(?=\))")
_NODE = re.compile(rb"(?<=\(node)\d{8}(?=\))")
_HEADING = re.compile(r"<h([1-6])\b[^<>]*>(.*?)</h\1>", re.S)
_TITLE = re.compile(
    rb"(?P<before>/Title (?:\(|<(?:FEFF|feff)))(?P<said>(?:[^()\\<>]|\\.)+)(?P<after>[)>])"
)
_FIXED = b"20000101000000+00'00'"


def printed(html: bytes, browser: Path | None = None) -> bytes:
    """Make a PDF of a document that needs nothing beside it.

    It has an outline and tags, and no date: the same document gives the same bytes.

    Args:
        html: The document.
        browser: The program that prints; None for one that is found.

    Raises:
        EngineError: If there is none, or it fails.
    """
    program = str(browser) if browser else _found()
    with tempfile.TemporaryDirectory(prefix="notewright-") as scratch:
        source, target = Path(scratch, "book.html"), Path(scratch, "book.pdf")
        source.write_bytes(html)
        words = [program, *_ALONE, "--headless", "--disable-gpu"]
        words += ["--no-pdf-header-footer", "--generate-pdf-document-outline"]
        words += [f"--user-data-dir={scratch}/profile", f"--print-to-pdf={target}"]
        words += ["--no-sandbox"] if _needs_no_sandbox() else []
        try:
            done = subprocess.run(
                [*words, source.as_uri()],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=LIMIT,
                check=False,
            )
        except OSError as error:
            raise EngineError(f"cannot start {program}: {error.strerror}") from None
        except subprocess.TimeoutExpired:
            raise EngineError(
                f"{program} did not finish printing within {LIMIT:.0f} seconds"
            ) from None
        if not target.is_file():
            said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
            raise EngineError(f"{program} printed nothing: {said or done.returncode}")
        return said_once(the_same(target.read_bytes()), html.decode("utf-8", "replace"))


def the_same(pdf: bytes) -> bytes:
    """A PDF without what differs from one print to the next, so that no offset moves.

    Dates are one fixed date of the same length. Parts of the document are named by numbers in
    which Chromium also counts what no reader sees: here they are numbered in that order.

    Args:
        pdf: As it was printed.
    """
    undated = _DATE.sub(lambda match: _FIXED[: len(match[0])].ljust(len(match[0])), pdf)
    numbers = sorted(set(_NODE.findall(undated)))
    ranks = {number: b"%08d" % rank for rank, number in enumerate(numbers, start=1)}
    return _NODE.sub(lambda match: ranks[match[0]], undated)


def said_once(pdf: bytes, html: str) -> bytes:
    """A PDF whose outline says each heading once.

    Chromium says a heading twice, "IdeaIdea", where it is the first thing on a page (seen in 156).
    No offset moves: what is cut off is made up with blanks behind the title.

    Args:
        pdf: The PDF.
        html: The document that was printed.
    """
    headings = {" ".join(plain(found[2]).split()) for found in _HEADING.finditer(html)}

    def once(match: re.Match[bytes]) -> bytes:
        said = match["said"]
        half = len(said) // 2
        if said[:half] != said[half:] or _text(match) in headings:
            return match[0]
        kept = match["before"] + said[:half] + match["after"]
        return kept.ljust(len(match[0]))

    return _TITLE.sub(once, pdf)


def _text(title: re.Match[bytes]) -> str:
    """A title of an outline as text: it stands in brackets, or as digits of UTF-16."""
    said = title["said"]
    if title["after"] == b">":
        return bytes.fromhex(said.decode()).decode("utf-16-be", "replace")
    return re.sub(rb"\\(.)", rb"\1", said).decode("latin-1")


def _found() -> str:
    named = (shutil.which(name) for name in PROGRAMS)
    placed = (path for path in _PLACES.get(sys.platform, ()) if Path(path).is_file())
    program = next((each for each in (*named, *placed) if each), None)
    if program is None:
        raise EngineError(
            "exporting a PDF needs Chromium, Chrome or Edge, and none was found. "
            "Specify the browser with `--browser`, or export `.html` and print it"
        )
    return program


def _needs_no_sandbox() -> bool:
    """Whether the browser would refuse to start: as root it has no sandbox.

    What it opens is our own file, which may load nothing and runs no script but ours.
    """
    return hasattr(os, "geteuid") and os.geteuid() == 0
