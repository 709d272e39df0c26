"""Fonts of a site: subsets of those that installed packages bring, made while it is built.

Nothing is asked of third parties by a page, and no font stands in a repository. The packages are
data under the SIL Open Font License (DejaVu: its own, as free), whose text is published beside
the subsets. fontTools is what cuts them, the same bytes each time.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from importlib.metadata import version
from pathlib import Path
from typing import Any

from notewright.errors import EngineError
from notewright.files import Store
from notewright.libraries import needs
from notewright.render.cell_html import ASSETS

FONTS = f"{ASSETS}/fonts"
STYLES = f"{ASSETS}/fonts.css"
FORMAT = 5
"""Counts the ways in which fonts were cut: what was kept of another is cut again."""
LIMIT = 16 << 20
"""Bytes above which the subsets that were longest out of use are removed."""

_RANGES = (range(0x20, 0x7F), range(0xA0, 0x100), range(0x2010, 0x2028), range(0x2190, 0x2194))
_MORE = "ŁłŒœŠšŽžŸ\u2030\u2032\u2033\u2039\u203a\u20ac\u2122\u2212\u2248\u2260\u2264\u2265"
_TEXT = frozenset(each for part in _RANGES for each in part).union(map(ord, _MORE))
"""What text and code can show: Latin-1, punctuation, arrows and signs. The rest falls back."""


@dataclass(frozen=True)
class Face:
    """One font file of an installed package.

    Attributes:
        kind: `text`, `code` or `math`: the names of the option.
        family: What style sheets call it.
        package: The module that brings it.
        file: Its path in the module.
        licence: That of its licence; empty where the font itself tells it.
        weight: Its weight.
        style: `normal` or `italic`.
        features: Features of its layout that are kept.
    """

    kind: str
    family: str
    package: str
    file: str
    licence: str = ""
    weight: int = 400
    style: str = "normal"
    features: tuple[str, ...] = ("kern", "liga", "lnum", "tnum", "ccmp", "mark")

    @property
    def display(self) -> str:
        """What a page does until it is there.

        Words that change their width while they are read move the page: a face that comes late is
        for the next page. A formula is not readable without its own.
        """
        return "swap" if self.kind == "math" else "optional"

    @property
    def name(self) -> str:
        """The name of its file in the site."""
        return Path(self.file).stem + ".woff2"


_SERIF, _SANS = "font_source_serif_pro", "font_source_sans_pro"
_OFL = "files/LICENSE.txt"
_DEJAVU = "mpl-data/fonts/ttf"
FACES = (
    Face("text", "nw-serif", _SERIF, "files/SourceSerifPro-Regular.ttf", _OFL),
    Face("text", "nw-serif", _SERIF, "files/SourceSerifPro-Semibold.ttf", _OFL, 600),
    Face("text", "nw-serif", _SERIF, "files/SourceSerifPro-It.ttf", _OFL, 400, "italic"),
    Face("text", "nw-sans", _SANS, "files/SourceSansPro-Regular.ttf", _OFL),
    Face("text", "nw-sans", _SANS, "files/SourceSansPro-Semibold.ttf", _OFL, 600),
    Face(
        *("code", "nw-mono", "matplotlib", f"{_DEJAVU}/DejaVuSansMono.ttf"),
        licence=f"{_DEJAVU}/LICENSE_DEJAVU",
        features=(),
    ),
    Face(
        *("math", "nw-math", "ziamath", "fonts/STIXTwoMath-Regular.ttf"),
        features=("ssty", "dtls", "flac"),
    ),
)

_IN_SCRIPTS = (
    "math :is(msub, msup, munder, mover):not([accent], [accentunder]) > :nth-child(2), "
    "math :is(msubsup, munderover) > :nth-child(n+2)"
)
"""Where signs have their forms for scripts: Chromium takes them only where a style says so."""

_FALLBACKS = {
    "nw-serif": ("Georgia", "Liberation Serif", "Noto Serif", "DejaVu Serif"),
    "nw-sans": ("Segoe UI", "Helvetica Neue", "Liberation Sans", "Noto Sans", "DejaVu Sans"),
}


def styles(kinds: Sequence[str]) -> str:
    """The style sheet that names the faces of some kinds; pages load those that they use."""
    parts = ["/* Subsets of free fonts; their licences are next to them. */"]
    for face in _of(kinds):
        parts.append(
            f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight}; '
            f"font-style: {face.style}; font-display: {face.display}; "
            f'src: url("fonts/{face.name}") format("woff2"); }}'
        )
    families = {face.family for face in _of(kinds)}
    named = {"--nw-serif": "nw-serif", "--nw-sans": "nw-sans", "--nw-mono": "nw-mono"}
    generic = {"nw-serif": "serif", "nw-sans": "system-ui, sans-serif", "nw-mono": "monospace"}
    rules = [
        f'{name}: "{family}", {_fallback(family)}{generic[family]};'
        for name, family in named.items()
        if family in families
    ]
    if rules:
        parts.append(f":root {{ {' '.join(rules)} }}")
    if "nw-math" in families:
        parts.append('math { font-family: "nw-math", math; }')
        parts.append(f'{_IN_SCRIPTS} {{ font-feature-settings: "ssty"; }}')
    return "\n".join(parts) + "\n"


def _fallback(family: str) -> str:
    return "".join(f'"{name}", ' for name in _FALLBACKS.get(family, ("ui-monospace",)))


def store_of(state_dir: Path) -> Store:
    """Where the subsets of a project are kept."""
    return Store(state_dir / "fonts", ".woff2", LIMIT)


def files(
    kinds: Sequence[str], formulas: Iterable[str], store: Store
) -> Iterator[tuple[str, bytes]]:
    """Yield the font files of a site, and their licences, by their paths in it.

    Args:
        kinds: The kinds of fonts that the site asks for.
        formulas: The characters of its formulas.
        store: Where subsets are kept: to cut one takes some tenths of a second.

    Raises:
        EngineError: If a package is missing.
    """
    math = _of_formulas(formulas)
    for face in _of(kinds):
        characters = math if face.kind == "math" else _TEXT
        if characters:
            content, licence = _subset(face, characters, store)
            yield f"{FONTS}/{face.name}", content
            yield f"{FONTS}/{Path(face.file).stem.partition('-')[0]}-licence.txt", licence


def _of(kinds: Sequence[str]) -> Iterator[Face]:
    return (face for face in FACES if face.kind in kinds)


def content_of(name: str) -> bytes:
    """A whole font as its package brings it, by the stem of its file.

    Raises:
        EngineError: If the package is missing.
    """
    face = next(each for each in FACES if Path(each.file).stem == name)
    return (_package(face) / face.file).read_bytes()


def _subset(face: Face, characters: Iterable[int], store: Store) -> tuple[bytes, bytes]:
    path = _package(face) / face.file
    with needs("site", "the option `fonts`"):
        import brotli  # noqa: F401, fontTools asks for it once all is cut
        import fontTools
    source = path.read_bytes()
    told = [FORMAT, sorted(characters), face.features, fontTools.version, version("brotli")]
    key = hashlib.sha256(source + json.dumps(told).encode()).hexdigest()[:32]
    content = store.load(key)
    if content is None:
        content = _cut(path, characters, face.features)
        store.keep(key, content)
    licence = path.parents[len(Path(face.file).parts) - 1] / face.licence if face.licence else None
    return content, licence.read_bytes() if licence else _told_licence(path)


def _package(face: Face) -> Path:
    """Where a package stands. It is not imported: its fonts are all that is wanted of it."""
    found = importlib.util.find_spec(face.package)
    if found is None or not found.submodule_search_locations:
        with needs("site", f"the option `fonts` ({face.kind})"):
            raise ModuleNotFoundError(name=face.package)
    assert found is not None and found.submodule_search_locations
    place = Path(next(iter(found.submodule_search_locations)))
    if not (place / face.file).is_file():
        raise EngineError(f"{face.package} has no {face.file}. Install another version")
    return place


def _cut(path: Path, characters: Iterable[int], features: Sequence[str]) -> bytes:
    from fontTools import subset

    options: Any = subset.Options()
    options.flavor = "woff2"
    options.hinting = False
    options.layout_features = list(features)
    options.name_IDs = [0, 1, 2, 5, 13, 14]
    options.recalc_timestamp = False
    options.drop_tables += ["FFTM"]
    font: Any = subset.load_font(str(path), options)
    _keep_few_alternates(font)
    _keep_widths(font)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(characters))
    cutter.subset(font)
    _offer_forms(font)
    written = io.BytesIO()
    subset.save_font(font, written, options)
    return written.getvalue()


def _keep_few_alternates(font: Any) -> None:
    """Of the forms of signs for scripts, keep the first, and only of what scripts mostly hold.

    Forms for scripts of scripts are as large again, and hardly differ at the sizes of a page; an
    operator or a bold letter in a script is its own form, made smaller.
    """
    signs: dict[str, int] = {}
    for sign, glyph in font.getBestCmap().items():
        signs.setdefault(glyph, sign)
    lookups = font["GSUB"].table.LookupList.Lookup if "GSUB" in font else ()
    for table in (each for lookup in lookups for each in lookup.SubTable):
        table = getattr(table, "ExtSubTable", table)
        alternates = getattr(table, "alternates", {})
        for glyph in list(alternates):
            del alternates[glyph][1:]
            if not _is_in_scripts(signs.get(glyph, 0)):
                del alternates[glyph]


def _offer_forms(font: Any) -> None:
    """Let signs have their forms for scripts whatever they are written in.

    Fonts offer them for formulas alone, which is no writing system to Chromium: it takes a prime
    for common to all, and a letter for Latin or Greek.
    """
    if "GSUB" not in font:
        return
    systems = {each.ScriptTag: each.Script for each in font["GSUB"].table.ScriptList.ScriptRecord}
    if "math" in systems:
        for system in systems.values():
            system.DefaultLangSys = systems["math"].DefaultLangSys


def _keep_widths(font: Any) -> None:
    """Let a sign that is made of others have the width that its font says.

    Source Serif says of a part of some, such as the bar of `%`, that its width is that of the whole
    sign. Where widths are whole pixels, browsers believe that: what follows lies over the sign.
    """
    own = 0x0200  # USE_MY_METRICS, in OpenType's specification of `glyf`
    widths: Mapping[str, tuple[int, int]] = font["hmtx"].metrics
    for name in font.getGlyphOrder() if "glyf" in font else ():
        for part in getattr(font["glyf"][name], "components", ()):
            if part.flags & own and widths[part.glyphName][0] != widths[name][0]:
                part.flags &= ~own


def _is_in_scripts(sign: int) -> bool:
    """Whether scripts of formulas mostly hold a sign: a letter, a figure, a prime, a sum."""
    is_italic = unicodedata.name(chr(sign), "").startswith("MATHEMATICAL ITALIC")
    return is_italic or (sign < 0x80 and chr(sign).isalnum()) or chr(sign) in "ℎ′,+−="


def _told_licence(path: Path) -> bytes:
    """What a font says of its own licence, where its package has no file of it."""
    from fontTools import ttLib

    names: Any = ttLib.TTFont(str(path))["name"]
    said = [names.getDebugName(number) for number in (0, 13, 14)]
    return ("\n\n".join(filter(None, said)) + "\n").encode()


def characters(html: str) -> set[str]:
    """The characters of the formulas of a page."""
    found: set[str] = set()
    for formula in re.findall(r"<math\b.*?</math>", html, re.S):
        found.update(unescape(re.sub(r"<[^>]*>", "", formula)))
        if re.search(r"<m(sqrt|root)\b", formula):
            found.add("√")  # drawn by the element: no text holds it
    return found


def _of_formulas(signs: Iterable[str]) -> set[int]:
    """The characters that formulas show: a letter alone is shown in italics, another character."""
    found = {ord(each) for each in signs if each.strip()}
    return found | {_ITALICS[each] for each in found if each in _ITALICS}


def _italics() -> Iterator[tuple[int, int]]:
    yield from ((ord("A") + number, 0x1D434 + number) for number in range(26))
    yield from ((ord("a") + number, 0x1D44E + number) for number in range(26) if number != 7)
    yield ord("h"), 0x210E
    yield from ((0x391 + number, 0x1D6E2 + number) for number in range(25))
    yield from ((0x3B1 + number, 0x1D6FC + number) for number in range(25))
    others = (0x2207, 0x1D6FB), (0x2202, 0x1D715), (0x3F5, 0x1D716), (0x3D1, 0x1D717)
    yield from (*others, (0x3F0, 0x1D718), (0x3D5, 0x1D719), (0x3F1, 0x1D71A), (0x3D6, 0x1D71B))
    yield from ((0x131, 0x1D6A4), (0x237, 0x1D6A5))


_ITALICS = dict(_italics())
"""The italic form of a letter, as MathML's standard maps it."""
