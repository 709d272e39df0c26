"""The playground of `mkdocs serve`: joins it to the server and its pages, if it may be there."""

from __future__ import annotations

from collections.abc import Callable

from notewright.errors import EngineError
from notewright.hosts.mkdocs.host_names import App
from notewright.hosts.mkdocs.problems import log
from notewright.hosts.playground import guard
from notewright.hosts.playground.requests import Requests
from notewright.note.note import Note
from notewright.settings import Settings
from notewright.vault.vault import Vault


class PlaygroundPages:
    """Where the pages of one server reach the playground.

    Args:
        shown: The path of the note that the page at an address shows; empty for none.
    """

    def __init__(self, shown: Callable[[str], str]) -> None:
        self._shown = shown
        self._vault: Vault | None = None
        self._requests: Requests | None = None

    def join(self, app: App, settings: Settings, host: str) -> App:
        """A server's application with the playground, if it is on and the server is local.

        Args:
            app: The application.
            settings: The settings.
            host: The address at which the server listens.
        """
        if not settings.playground:
            return app
        if not settings.execute:
            log.warning("notewright: the playground is off, because execution is off")
            return app
        if not guard.is_local(host):
            names = ", ".join(guard.LOCAL)
            log.warning(
                f"notewright: the playground is off, because the server listens on {host}, where "
                f"others could run code. Serve on one of {names}"
            )
            return app
        self._requests = Requests(settings, self._find)
        return self._requests.app(app)

    def injected(self, content: bytes) -> bytes:
        """A page with the playground's script, if there is one."""
        return content if self._requests is None else self._requests.injected(content)

    def show(self, vault: Vault) -> None:
        """Pages of a vault were built."""
        self._vault = vault

    def configure(self, settings: Settings) -> None:
        """Run cells by other settings from now on."""
        if self._requests is not None:
            self._requests.configure(settings)

    def begin_anew(self) -> None:
        """Something changed that cells have read: states that they left are old."""
        if self._requests is not None:
            self._requests.begin_anew()

    def close(self) -> None:
        """End all that runs."""
        if self._requests is not None:
            self._requests.playground.close()

    def _find(self, address: str) -> Note | None:
        if self._vault is None:
            raise EngineError("the site is not built yet")
        return self._vault.notes.get(self._shown(address))
