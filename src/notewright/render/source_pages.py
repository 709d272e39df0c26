"""Source pages: a page for each of the project's own modules that notes use, with its code.

Each function, class and method has an anchor by its full name, so that a name in a cell can link
to what it stands for. Such pages publish code, so a vault has them only if it asks for `source`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

from pygments.lexers.python import PythonLexer
from pygments.token import STANDARD_TYPES, Token

from notewright.render.kept_modules import KeptModules
from notewright.render.own_modules import OwnModule, OwnModules, first_line
from notewright.run.engine import Run
from notewright.settings import Settings

FOLDER = "code"
"""Folder of the pages of modules and of library symbols."""


class Sources:
    """The own modules that have a page.

    Args:
        root: The project's root.
        names: Full names of the symbols that cells use; those of libraries are of no matter.
        readers: Places of the sessions that read each file.
        kept: What an earlier process read out of modules.
    """

    def __init__(
        self,
        root: Path,
        names: Iterable[str],
        readers: Mapping[str, Iterable[str]],
        kept: KeptModules | None = None,
    ) -> None:
        self.own = OwnModules(root, kept)
        read = (places for path, places in readers.items() if _is_data(root, path))
        self.bound = frozenset(place for places in read for place in places)
        """Places of the sessions that read files of the project: they cannot do without it."""
        found = (self.own.find(name) for name in names)
        used = {module.name for module in found if module is not None}
        self._names = self.own.reached(iter(used))
        self.own.keep()

    @classmethod
    def of(cls, settings: Settings, run: Run, names: Iterable[str]) -> Sources | None:
        """The own modules of a vault; None if it does not publish their source."""
        if "source" not in settings.generated_pages:
            return None
        kept = KeptModules(settings.state_dir) if settings.execute else None
        return cls(settings.root, names, run.shared.readers, kept)

    @cached_property
    def modules(self) -> Mapping[str, OwnModule]:
        """The modules by their full names, sorted."""
        found = {name: self.own.load(name) for name in sorted(self._names)}
        return {name: module for name, module in found.items() if module and module.text.strip()}

    def place(self, name: str) -> tuple[str, str] | None:
        """The page of a symbol, and its anchor there; None if it is of no own module."""
        found = self.own.place(name)
        if found is None or found[0] not in self.modules:
            return None
        module, inner = found
        return page(module), f"{module}.{inner}" if inner else ""

    def digest(self, names: Iterable[str]) -> str:
        """Digest of the source behind some names, which a page shows and offers to copy."""
        found = (self.own.find(name) for name in names)
        return self.own.digest(module.name for module in found if module is not None)


def _is_data(root: Path, path: str) -> bool:
    """Whether a name that a session looked for is a file of the project, and no module."""
    if path.endswith(".py") or Path(path).is_absolute():
        return False
    with suppress(OSError, ValueError):  # what was looked for may be no name of a file
        return (root / path).is_file()
    return False


def page(module: str) -> str:
    """Where a note of the vault would stand for the page of a module."""
    return f"{FOLDER}/{module.replace('.', '/')}.md"


def body(module: OwnModule, users: Callable[[str], Element | None]) -> Iterator[Element]:
    """What the page of a module shows below its title.

    Args:
        module: The module.
        users: Makes the list of the notes that use a symbol; None if none does.
    """
    summary = Element("p")
    summary.text = module.outline.summary
    yield summary
    shown = users(module.name)
    if shown is not None:
        yield shown
    pieces = list(_pieces(module))
    for name, start, end in pieces:
        if name:
            heading = Element("h2", {"id": f"{module.name}.{name}"})
            SubElement(heading, "code").text = name
            yield heading
            shown = users(f"{module.name}.{name}")
            if shown is not None:
                yield shown
        yield _code(module, start, end, name)


def _pieces(module: OwnModule) -> Iterator[tuple[str, int, int]]:
    """Parts of the source: what stands between definitions has no name. Lines from 1, and end."""
    lines = module.text.rstrip("\n").split("\n")
    reached = 1
    for node in module.tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            start, end = first_line(node), (node.end_lineno or node.lineno) + 1
            if any(line.strip() for line in lines[reached - 1 : start - 1]):
                yield "", reached, start
            yield node.name, start, end
            reached = end
    if any(line.strip() for line in lines[reached - 1 :]):
        yield "", reached, len(lines) + 1


def _code(module: OwnModule, start: int, end: int, name: str) -> Element:
    """Lines of the source, highlighted, with an anchor at each line that defines something."""
    lines = module.text.split("\n")[start - 1 : end - 1]
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        lines.pop(0)
        start += 1
    anchors: dict[int, list[str]] = {}  # one line may define several names
    for inner, place in module.outline.places.items():
        if inner != name:
            anchors.setdefault(place, []).append(f"{module.name}.{inner}")
    box = Element("div", {"class": "highlight", "data-search-exclude": ""})
    code = SubElement(SubElement(box, "pre"), "code", {"tabindex": "0"})
    for number, line in enumerate(_highlighted("\n".join(lines)), start=start):
        first, *others = anchors.get(number) or [""]
        row = SubElement(code, "span", {"class": "nw-line"} | ({"id": first} if first else {}))
        for each in others:
            SubElement(row, "span", {"id": each})
        for kind, text in line:
            SubElement(row, "span", {"class": kind} if kind else {}).text = text
        # Within the line, as in pymdownx: Material makes a box of each where one has an id.
        if len(row):
            row[-1].tail = "\n"
        else:
            row.text = "\n"
    return box


def _highlighted(code: str) -> list[list[tuple[str, str]]]:
    """The lines of some code, each as texts with the class that Pygments gives them."""
    rows: list[list[tuple[str, str]]] = [[]]
    for kind, text in PythonLexer(stripnl=False, ensurenl=False).get_tokens(code):
        while kind not in STANDARD_TYPES:
            kind = kind.parent or Token
        for number, part in enumerate(text.split("\n")):
            if number:
                rows.append([])
            if part:
                rows[-1].append((STANDARD_TYPES[kind], part))
    return rows
