"""Environment variables that a session's own code reads: inputs, as files are."""

from __future__ import annotations

import os
from collections.abc import ItemsView, Iterator, KeysView
from typing import Any

from notewright.run.worker.digests import digest_variable
from notewright.run.worker.own_code import OwnCode
from notewright.run.worker.scratch import VARIABLES

_THROUGH = frozenset(("<frozen os>", os.__file__, "<frozen _collections_abc>"))
"""Where Python itself reads a variable for others: `os.getenv`, `os.environ.get`."""


class Variables:
    """What one session reads of its environment.

    Attributes:
        read: Digests by name, as the variables were.
    """

    def __init__(self, own: OwnCode) -> None:
        self.read: dict[str, str] = {}
        self._own = own
        self._set: set[str] = set(VARIABLES)  # by the session, or for it alone
        self._copied: Iterator[Any] = iter(())

    def install(self) -> None:
        """Follow who reads the environment from now on."""
        variables, plain = self, type(os.environ)

        class Followed(plain):  # type: ignore[valid-type, misc]
            """The environment, which tells what is read of it."""

            def __getitem__(self, key: Any) -> Any:
                try:
                    value = plain.__getitem__(self, key)
                except KeyError:
                    variables._note(key, None)
                    raise
                variables._note(key, value)
                return value

            def __setitem__(self, key: Any, value: Any) -> None:
                plain.__setitem__(self, key, value)
                variables._set.add(_text(key))

            def __delitem__(self, key: Any) -> None:
                plain.__delitem__(self, key)
                variables._set.add(_text(key))

            def keys(self) -> KeysView[Any]:
                """The names: who makes a copy of all, for a child say, asks for them first."""
                variables._copied = iter(list(self))
                return plain.keys(self)

            def items(self) -> ItemsView[Any, Any]:
                """Names and values, for a copy as well."""
                return {name: plain.__getitem__(self, name) for name in self}.items()

        for environment in (os.environ, getattr(os, "environb", None)):
            if environment is not None:
                environment.__class__ = Followed

    def _note(self, key: Any, value: Any) -> None:
        if next(self._copied, None) == key:
            return
        self._copied = iter(())
        name = _text(key)
        is_name = "=" not in name and "\0" not in name
        if (
            is_name
            and name not in self._set
            and name not in self.read
            and self._own.calls(_THROUGH, 3)
        ):
            self.read[name] = digest_variable(name, None if value is None else _text(value))


def _text(word: Any) -> str:
    return os.fsdecode(word) if isinstance(word, bytes) else str(word)
