"""Live pages of `serve`: which one is looked at, what its cells wait for, and how it is kept so.

MkDocs loads a page again whenever anything was built. Here a page is told what changed in it, and
puts that in where it stands, so that its cells fill in while they run.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from importlib import resources
from typing import Any
from urllib.parse import parse_qs, unquote

from notewright.hosts.mkdocs.host_names import App
from notewright.hosts.mkdocs.postponed import LONGEST
from notewright.render.fonts import FONTS

WAITING = "/livereload/waiting"
"""The address at which a page asks what its cells wait for."""

_LOADED = (".css", ".js", ".woff2", ".png", ".svg", ".webp", ".jpg", ".jpeg", ".gif", ".ico")
"""How the names of files end that a page loads to be seen: nobody waits for these."""

SEEN = 5
"""How many pages count as looked at, beginning with the last."""


class Live:
    """Answers what live pages ask, and knows which are looked at.

    Args:
        looked: Is told which notes are looked at, the last and what is near it first.
        ready: Waits until the page of a note can be seen.

    Attributes:
        mount: The path of the site's root at the server.
        built: Waits until no build writes files.
    """

    def __init__(
        self, looked: Callable[[Sequence[str]], None], ready: Callable[[str], None]
    ) -> None:
        self.mount = "/"
        self.built: Callable[[], None] = lambda: None
        self._looked, self._ready = looked, ready
        self._notes: Mapping[str, str] = {}
        self._near: Callable[[str], Iterable[str]] = lambda _: ()
        self._seen: list[str] = []
        self._places: Callable[[], Mapping[str, int]] = dict
        self._error: Callable[[], str] = str
        self._shown = threading.Condition()
        self._has_fonts = True
        self._ahead: frozenset[str] | None = None
        self._awaited: Callable[[], None] = lambda: None

    @property
    def seen(self) -> str:
        """The path of the note that was looked at last; empty if none was."""
        return self._seen[0] if self._seen else ""

    def show(
        self,
        notes: Mapping[str, str],
        near: Callable[[str], Iterable[str]],
        *,
        has_fonts: bool = True,
    ) -> None:
        """Pages were built.

        Args:
            notes: By the addresses of pages, the paths of the notes that they show.
            near: The notes that are linked with one, or show parts of it, or it of them.
            has_fonts: Whether the site has its fonts.
        """
        self._notes, self._near = notes, near
        with self._shown:
            self._has_fonts = has_fonts
            self._shown.notify_all()

    def listen(self, places: Callable[[], Mapping[str, int]], error: Callable[[], str]) -> None:
        """Connect with what runs the cells.

        Args:
            places: By sessions, how many run before each.
            error: Why none can run.
        """
        self._places, self._error = places, error

    def app(self, app: App) -> App:
        """A server's application that answers live pages, too."""

        def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            path = str(environ.get("PATH_INFO", "")).encode("latin-1").decode("utf-8", "ignore")
            if path != WAITING:
                self._look(path)
                self._wait(path)
                return app(environ, start_response)
            asked = parse_qs(str(environ.get("QUERY_STRING", "")))
            self._look(unquote("".join(asked.get("page", ()))))
            told = json.dumps(self._told(asked.get("session", ()))).encode()
            headers = [("Content-Type", "application/json"), ("Content-Length", str(len(told)))]
            start_response("200 OK", headers)
            return [told]

        return answer

    def hold(self, ahead: Collection[str], awaited: Callable[[], None]) -> None:
        """Let who asks wait, but for the pages of some notes: these are ahead of the others.

        Args:
            ahead: The paths of the notes.
            awaited: Called when somebody waits.
        """
        with self._shown:
            self._ahead, self._awaited = frozenset(ahead), awaited

    @property
    def is_held(self) -> bool:
        """Whether some pages are ahead of the others."""
        return self._ahead is not None

    def follow(self) -> None:
        """The others follow now: who waits need not say so."""
        self._awaited = lambda: None

    def release(self) -> None:
        """Let nobody wait: all pages show what these do."""
        with self._shown:
            self._ahead = None
            self._shown.notify_all()

    def _wait(self, path: str) -> None:
        """Wait until a file shows what the pages ahead do; what these load is there."""
        if path.removeprefix(self.mount).startswith(f"{FONTS}/"):
            with self._shown:  # when a server starts, pages come first
                self._shown.wait_for(lambda: self._has_fonts, LONGEST)
        if path.endswith(_LOADED) or path.startswith("/livereload/"):
            return
        note = self.note(path)
        if not self._may_see(note):
            self._awaited()
            with self._shown:
                self._shown.wait_for(lambda: self._may_see(note))
        self.built()
        if note:
            self._ready(note)  # what ended in the meantime may have left the page for later

    def _may_see(self, note: str) -> bool:
        ahead = self._ahead
        return ahead is None or note in ahead

    def note(self, address: str) -> str:
        """The path of the note that the page at an address shows; empty for none."""
        place = address.removeprefix(self.mount).removesuffix("index.html")
        return self._notes.get(place, "")

    def _told(self, sessions: Iterable[str]) -> Mapping[str, Any]:
        places = self._places()
        asked = {session: places[session] for session in sessions if session in places}
        return {"places": asked, "total": len(places), "error": self._error()}

    def _look(self, path: str) -> None:
        """Somebody looks at a page: what it waits for runs first, then what is near it."""
        note = self.note(path)
        if not note:
            return
        if note != self.seen:
            self._seen = [note, *(each for each in self._seen if each != note)][:SEEN]
            near = [each for seen in self._seen for each in (seen, *sorted(self._near(seen)))]
            self._looked(list(dict.fromkeys(near)))
        self._ready(note)


def injected(content: bytes, epoch: int) -> bytes:
    """A page with the script that keeps it up to date.

    Args:
        content: The page as it was built.
        epoch: The number of the build, by which the script asks for a newer one.
    """
    script = resources.files("notewright.hosts.mkdocs").joinpath("live.js").read_text("utf-8")
    request = round(time.monotonic() * 1000)
    told = {"epoch": epoch, "request": request, "page": sha256(content).hexdigest()}
    names = " ".join(f'data-{name}="{value}"' for name, value in told.items())
    tag = f"<script {names}>{escape_end(script)}</script>"
    before, end, after = content.rpartition(b"</body>")
    return before + tag.encode() + end + after if end else content + tag.encode()


def escape_end(script: str) -> str:
    """A script in which nothing ends the element that holds it."""
    return script.replace("</", "<\\/")
