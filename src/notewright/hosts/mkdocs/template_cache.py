"""Template cache: compiled templates stay where Python keeps compiled modules, beside this one.

To compile Material's templates takes a third of a second. No folder of a project is used: what
is loaded runs, and a project may be a stranger's. What all templates of an environment share is
gone through once for each of them that a page includes, and each page asks for dozens of words of
its language, so that is made fast, too.
"""

from __future__ import annotations

import contextlib
import sys
from collections import ChainMap
from collections.abc import Iterator, MutableMapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, Template
from jinja2.bccache import Bucket
from jinja2.environment import TemplateModule
from jinja2.runtime import Macro

_WORDS = "partials/languages/"
"""Where Material has a template for each language, whose macro `t` gives a word by its name."""


class _Cache(FileSystemBytecodeCache):
    """A cache that may stand where nobody can write."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template, if it can be kept, and Python is to keep what it compiles."""
        if not sys.dont_write_bytecode:
            with contextlib.suppress(OSError):
                super().dump_bytecode(bucket)


def keep_templates(env: Environment) -> None:
    """Have an environment keep what it compiles, and read what was kept."""
    folder = Path(__file__).with_name("__pycache__")
    if folder.is_dir() and env.bytecode_cache is None:
        env.bytecode_cache = _Cache(str(folder), "template-%s.cache")


class _Globals(ChainMap[str, Any]):
    """What a template knows of its own, and what all of them share."""

    def __iter__(self) -> Iterator[str]:
        own, shared = self.maps
        return super().__iter__() if own else iter(shared)


class _Template(Template):
    """A template that gives each word of a language once: Material makes a table for each."""

    def make_module(self, *given: Any, **named: Any) -> TemplateModule:
        """What the template defines, for one that imports it."""
        module = super().make_module(*given, **named)
        macro = getattr(module, "t", None)
        if (self.name or "").startswith(_WORDS) and isinstance(macro, Macro):
            vars(module)["t"] = cache(macro)
        return module


def remember_words(env: Environment) -> None:
    """Have the words of a language looked up once for all pages, not dozens of times for each."""
    if env.template_class is Template:
        env.template_class = _Template


def share_globals(env: Environment) -> None:
    """Have what all templates share gone through as it is: Jinja would copy it each time."""

    def make_globals(own: MutableMapping[str, Any] | None) -> _Globals:
        return _Globals({} if own is None else own, env.globals)

    env.make_globals = make_globals  # type: ignore[assignment, method-assign]
