"""Instances of Python-Markdown that a host's pages use one after the other, each as if it were new.

A host makes one for each page. Most of what that takes is the same for all of them: to build the
extensions, and to register what they bring.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension

from notewright.markdown.as_new import AsNew

_PACKAGES = ("markdown", "material", "notewright", "pymdownx")
"""What brings extensions whose state is in their attributes."""


class Instances:
    """One instance for all pages of a kind.

    Args:
        own: Our extension, which is registered again for each page.
        prepare: Registers what of it is the same for all of them.
    """

    def __init__(self, own: Extension, prepare: Callable[[Markdown], None]) -> None:
        self._own, self._prepare = own, prepare
        self._given: tuple[list[Any], str] | None = None
        self._made: tuple[Markdown, AsNew] | None = None
        self._is_lent = threading.Lock()

    @contextmanager
    def lent(
        self, extensions: Sequence[Any], configs: Mapping[str, Any]
    ) -> Iterator[Markdown | None]:
        """Lend it for a page, with our extension registered as that is set for the page.

        Args:
            extensions: All extensions of the host, as it would make an instance of them.
            configs: Their configuration.

        Yields:
            The instance; None if the page needs one of its own.
        """
        is_last = bool(extensions) and extensions[-1] is self._own
        if not is_last or not self._is_lent.acquire(blocking=False):
            yield None
            return
        try:
            found = self._instance(extensions, configs)
            if found is None:
                yield None
                return
            md, as_new = found
            try:
                # As an instance does at the end of being made.
                md.registerExtensions([self._own], {})
                yield md.reset()
            finally:
                as_new.put_back()
        finally:
            self._is_lent.release()

    def _instance(
        self, extensions: Sequence[Any], configs: Mapping[str, Any]
    ) -> tuple[Markdown, AsNew] | None:
        """The instance, and how it was when it was made; None if it could not be put back."""
        given = list(extensions), repr(configs)  # a plugin may change them between two pages
        if self._given != given:
            self._given, self._made = given, None
            # It is reset once it has all extensions, and no more than once: that counts, too.
            md = Markdown().registerExtensions(extensions[:-1], configs)
            self._prepare(md)
            with suppress(TypeError):
                self._made = md, AsNew(md, _PACKAGES)
        return self._made
