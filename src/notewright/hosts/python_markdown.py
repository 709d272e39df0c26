"""Python-Markdown as a host: `markdown_extensions: [notewright]`, and nothing that calls us else.

It is what the name `notewright` stands for among Python-Markdown's extensions. Zensical tells
which page it makes; from others there is the text alone, which is that of one note.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

from notewright.configuration import find_root
from notewright.errors import EngineError, PageError, Problem, VaultError, did_you_mean
from notewright.hosts.from_records import Keeper, Prepared
from notewright.hosts.texts import body, changed_text, has_text
from notewright.hosts.zensical import TRIED, Zensical, context_of
from notewright.markdown.deferred import DeferredExtension, Host, Told
from notewright.markdown.page import Page
from notewright.note.note import Note
from notewright.settings import Settings
from notewright.vault.published import is_hidden
from notewright.vault.vault import Vault

OPTIONS = ("note", "project")


def extension(**options: Any) -> DeferredExtension:
    """The extension, for whichever host asks for it by its name.

    Args:
        options: `note`, the path of the note in the vault, for a host that tells none; without
            it, the note is known by its text. `project`, the folder of `mkdocs.yml`; without
            it, the next one from the working directory up.

    Raises:
        VaultError: If an option is unknown or no text.
    """
    for name, value in options.items():
        if name not in OPTIONS or not isinstance(value, str | Path):
            is_known = name in OPTIONS
            message = f"extension option `{name}` is {'not a path' if is_known else 'unknown'}"
            remedy = "Use a path" if is_known else did_you_mean(name, OPTIONS)
            raise VaultError(Problem("markdown_extensions", 1, message, remedy))
    return _made(options.get("project"), str(options.get("note") or ""))


@cache  # Zensical asks again for each page; what was read for one serves all
def _made(project: str | Path | None, note: str) -> DeferredExtension:
    zensical, anyone = Zensical(), AnyHost(project, note)

    def find_host(md: Any) -> Host:
        if context_of(md) is not None:
            return zensical
        _refuse_known_hosts(md)
        return anyone

    return DeferredExtension(find_host)


def _refuse_known_hosts(md: Any) -> None:
    """Refuse a host that copies files beside its pages and does not tell which page it makes.

    Raises:
        EngineError: If it is one.
    """
    if "relpath" in md.treeprocessors:
        raise EngineError(
            "without the plugin, MkDocs would publish private notes. Add `notewright` to `plugins`"
        )
    if "zensical.markdown.render" in sys.modules:
        raise EngineError(
            f"this version of Zensical is not supported. Run `pip install zensical=={TRIED}`"
        )


class AnyHost:
    """A program that converts texts with Python-Markdown, and tells nothing of them."""

    def __init__(self, project: str | Path | None, path: str) -> None:
        self._project = project
        self._path = path
        self._keepers: dict[Path, Keeper] = {}
        self._made: Prepared | None = None  # what the page is made of that is converted now

    def _prepared(self) -> Prepared:
        root = Path(self._project) if self._project is not None else find_root(Path.cwd())
        root = root.resolve()
        keeper = self._keepers.setdefault(root, Keeper(lambda: Prepared.of(Settings.load(root))))
        return keeper.prepared()

    def begin(self, md: Any, text: str) -> Told | str:
        """Find the note that the text is."""
        prepared = self._made = self._prepared()
        note = self._named(prepared) if self._path else _with_text(prepared.whole, text)
        if is_hidden(prepared.whole, note):
            message = "the note is private: it has `publish: false`, or is a draft"
            raise PageError([Problem(note.file, 1, message, "Do not convert it")])
        if prepared.judged.errors:
            raise PageError(prepared.judged.errors)
        if not (note.is_notebook or note.is_base) and not has_text(note, text):
            raise PageError([changed_text(note)])
        return Told(prepared.page(note), body(note))

    def end(self, page: Page, html: str) -> str:
        """Complete the page, or refuse it."""
        assert self._made is not None, "`begin` must be called before `end`"
        return self._made.complete(page, html)

    def _named(self, prepared: Prepared) -> Note:
        note = prepared.whole.notes.get(self._path)
        if note is None:
            message = f"`{self._path}` is not a note in the vault, or it is excluded"
            remedy = did_you_mean(self._path, prepared.whole.notes)
            raise PageError([Problem(self._path, 1, message, remedy)])
        return note


def _with_text(vault: Vault, text: str) -> Note:
    """The one note that has a text."""
    found = [note for note in vault.notes.values() if has_text(note, text)]
    if len(found) == 1:
        return found[0]
    place = vault.settings.relative(vault.settings.docs_dir)
    if not found:
        message = "the text to convert is not a note in the vault"
        remedy = "Pass the whole note, or its body, exactly as it is in the file"
    else:
        message = f"several notes contain this text: {', '.join(note.path for note in found)}"
        remedy = "Specify one: `extension_configs={'notewright': {'note': …}}`"
    raise PageError([Problem(place, 1, message, remedy)])
