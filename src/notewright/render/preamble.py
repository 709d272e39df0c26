r"""The preamble of a vault: a file of LaTeX whose macros hold in the formulas of all notes.

Obsidian's plugin Extended MathJax reads `preamble.sty` of the vault, and so does this.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Self

from notewright.configuration import PLUGIN, place_of
from notewright.errors import Problem
from notewright.render.latex_macros import Macros
from notewright.run.inputs import digest_input
from notewright.settings import Settings
from notewright.vault.vault import Vault

DEFAULT = "preamble.sty"
"""The file in a vault that is read where no option names one."""

_LARGEST = 1 << 20
"""Bytes of the largest file that is read."""


@dataclass(frozen=True)
class Preamble:
    """The macros of a vault.

    Attributes:
        macros: Those that its file defines.
        digest: Digest of the file; empty if there is none.
        problems: What is wrong with it.
    """

    macros: Macros = field(default_factory=Macros)
    digest: str = ""
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, vault: Vault) -> Self:
        """That of a vault, read once."""
        found: Self | None = vars(vault).get("_preamble")
        if found is None:
            found = cls._read(vault.settings)
            vars(vault)["_preamble"] = found
        return found

    @classmethod
    def _read(cls, settings: Settings) -> Self:
        named = settings.root / settings.preamble
        path = named if settings.preamble else settings.docs_dir / DEFAULT
        try:
            if path.stat().st_size > _LARGEST:
                raise ValueError(f"it is larger than {_LARGEST >> 20} MiB")
            content = path.read_text("utf-8-sig")
        except (OSError, ValueError) as error:
            if not settings.preamble and not path.exists():
                return cls()
            place = place_of(settings.root, ["plugins", PLUGIN, "preamble"])
            why = getattr(error, "strerror", None) or error
            message = f"cannot read the preamble `{settings.relative(path)}`: {why}"
            return cls(problems=(Problem(*place, message, "Use a file inside the project"),))
        macros, faults = _macros(content)
        file = settings.relative(path)
        problems = tuple(Problem(file, line, message) for line, message in faults)
        return cls(macros, sha256(content.encode("utf-8")).hexdigest()[:16], problems)


def inputs_of(vault: Vault) -> dict[str, str]:
    """Digest of the file that the option names, as those of what sessions read."""
    names = [f"file:{name}" for name in [vault.settings.preamble] if name]
    return {name: digest_input(name, vault.settings.root) for name in names}


@lru_cache(maxsize=4)  # under `serve` it is asked for after each save
def _macros(content: str) -> tuple[Macros, tuple[tuple[int, str], ...]]:
    macros = Macros()
    return macros, tuple(macros.define(content))
