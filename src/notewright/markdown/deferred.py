"""Deferred extension: learns from its host which note it converts when the text comes.

A site generator that knows no plugin names an extension and nothing more. So this one asks,
for each text, and where it gets no page it raises: a page without its note would be wrong, and
might hold what no reader is to see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import RLock
from typing import Any, Protocol
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from notewright.markdown.extension import NotewrightExtension
from notewright.markdown.page import Page
from notewright.markdown.python_markdown_private import change_stash
from notewright.render.unique_ids import with_addresses

_RAW = "notewright-raw-addresses"

_CONDITIONAL = ("notewright-foot", "notewright-downloads", _RAW)
"""Tree processors that not every page has."""

SIBLINGS = ("attr_list", "footnotes", "md_in_html", "pymdownx.details")
"""Extensions with which embedded notes are converted, where a host names none."""


@dataclass(frozen=True)
class Told:
    """What a host tells of a text.

    Attributes:
        page: The note that it is, with its vault.
        text: The body of that note.
        extensions: All extensions of the host: embedded notes are converted with the same.
        configs: Their configuration.
        raw_address: What has to be written for an address in raw HTML, for a host that changes
            these too; None where they are left as they are.
    """

    page: Page
    text: str
    extensions: Sequence[Any] = SIBLINGS
    configs: Mapping[str, Any] = field(default_factory=dict)
    raw_address: Callable[[str], str] | None = None


class Host(Protocol):
    """Knows the vault, and which of its notes a text is."""

    def begin(self, md: Markdown, text: str) -> Told | str:
        """Tell of the page that is to be made, or give its whole HTML.

        Raises:
            NotewrightError: If there is none to be made.
        """

    def end(self, page: Page, html: str) -> str:
        """Complete the HTML of a page.

        Raises:
            NotewrightError: If it may not be published.
        """


class RawAddresses(Treeprocessor):
    """Changes the addresses in raw HTML: of the writer's own, and of what cells showed."""

    def __init__(self, md: Markdown, change: Callable[[str], str]) -> None:
        super().__init__(md)
        self._change = change

    def run(self, root: Element) -> None:
        """Change what is kept apart from the elements."""
        change_stash(self.md, lambda html: with_addresses(html, self._change))


class DeferredExtension(Extension):
    """Converts each text as the note that its host says it is."""

    def __init__(self, find_host: Callable[[Markdown], Host]) -> None:
        super().__init__()
        self._find_host = find_host
        self._notes = NotewrightExtension()  # keeps other notes between pages
        self._one_at_a_time = RLock()

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Take the place of the conversion of one Markdown instance."""
        convert = md.convert

        def ask_and_convert(source: str) -> str:
            md.convert = convert  # type: ignore[method-assign]
            try:
                return self._convert(md, source)
            finally:
                md.convert = ask_and_convert  # type: ignore[method-assign]

        md.convert = ask_and_convert  # type: ignore[method-assign]

    def _convert(self, md: Markdown, text: str) -> str:
        with self._one_at_a_time:
            host = self._find_host(md)
            told = host.begin(md, text)
            return told if isinstance(told, str) else self._convert_note(md, host, told)

    def _convert_note(self, md: Markdown, host: Host, told: Told) -> str:
        notes = self._notes
        notes.page, notes.configs = told.page, _without_own(told.configs)
        notes.extensions = [each for each in told.extensions if not self._is_own(each)]
        for name in _CONDITIONAL:
            md.treeprocessors.deregister(name, strict=False)
        notes.extendMarkdown(md)
        if told.raw_address is not None:
            # Below what embeds notes (5): it brings the raw HTML of other notes.
            md.treeprocessors.register(RawAddresses(md, told.raw_address), _RAW, 2)
        return host.end(told.page, md.convert(told.text))

    def _is_own(self, extension: Any) -> bool:
        return extension == NAME or isinstance(extension, DeferredExtension)


NAME = "notewright"
"""By which a configuration names this extension."""


def leave_out(extensions: list[Any], configs: dict[str, Any]) -> None:
    """Take out what Zensical needs in the same file, for a host that gives each page its own.

    Args:
        extensions: The extensions of a host.
        configs: Their configuration.
    """
    extensions[:] = [each for each in extensions if each != NAME]
    configs.pop(NAME, None)


def _without_own(configs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: options for name, options in configs.items() if name != NAME}
