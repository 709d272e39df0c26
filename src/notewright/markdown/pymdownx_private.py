"""Private parts of pymdownx that are used: how its superfences and its highlighting work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown

from notewright.libraries import private_parts

with private_parts("pymdown-extensions", "site"):
    from pymdownx.arithmatex import ArithmatexExtension
    from pymdownx.superfences import highlight_validator


def arithmatex_of(md: Markdown) -> Mapping[str, Any] | None:
    """The options of the arithmatex that a site has named; None if it has not."""
    known = (each for each in md.registeredExtensions if isinstance(each, ArithmatexExtension))
    found = next(known, None)
    return None if found is None else found.getConfigs()


def _fences_of(md: Markdown) -> Any:
    name = "fenced_code_block"
    return md.preprocessors[name] if name in md.preprocessors else None  # noqa: SIM401 -- no `get`


class Superfences:
    """The fences of one Markdown instance, which `pymdownx.superfences` shows."""

    def __init__(self, md: Markdown) -> None:
        self._md = md
        self._fences: Any = _fences_of(md)
        self._run: Callable[[list[str]], list[str]] = self._fences.run

    @classmethod
    def of(cls, md: Markdown) -> Superfences:
        """The superfences of a Markdown instance, or default ones."""
        if type(_fences_of(md)).__module__ == "pymdownx.superfences":
            return cls(md)
        return cls(Markdown(extensions=["pymdownx.superfences"]))

    def wait(self) -> None:
        """Leave the fences of a page alone, until one is given to `show`."""
        # It looks itself up by name, so it stays.
        self._fences.run = lambda lines: lines

    def show(self, lines: list[str]) -> str | None:
        """Show one fence; returns its placeholder, or None if it is no fence to superfences."""
        placeholders = [line for line in self._run(lines) if line.strip()]
        if len(placeholders) == 1 and placeholders[0].startswith("\x02"):
            return str(placeholders[0])
        return None

    def options(self, attributes: Mapping[str, str]) -> dict[str, str]:
        """Those of a fence's attributes that highlighting knows, and whose values are right."""
        known: dict[str, str] = {}
        self._fences.get_hl_settings()
        highlight_validator("python", dict(attributes), known, {}, self._md)
        return known

    def highlight(
        self,
        code: str,
        language: str,
        options: Mapping[str, str],
        classes: Sequence[str] = (),
        *,
        lines: int,
    ) -> str:
        """Highlight code that stands in a number of lines."""
        fences = self._fences
        fences.get_hl_settings()
        fences.line_count = lines  # else that of another fence, and no line is marked
        html = fences.highlight(
            src=code,
            language=language,
            options=options,
            md=self._md,
            classes=list(classes),
            id_value="",
            attrs={},
        )
        return str(html)


def keep_tails(md: Markdown) -> bool:
    """Keep the text behind indented code, which pymdownx.highlight would drop with it.

    Returns:
        Whether that extension is in use. Call it once where it is.
    """
    if "indent-highlight" not in md.treeprocessors:
        return False
    highlight: Any = md.treeprocessors["indent-highlight"]
    run = highlight.run

    def run_and_keep(root: Element) -> Element | None:
        tails = [(code, code.tail) for code in root.iter("pre") if code.tail]
        changed: Element | None = run(root)
        for code, tail in tails:
            code.tail = tail
        return changed

    highlight.run = run_and_keep
    return True
