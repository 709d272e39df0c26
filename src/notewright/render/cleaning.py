"""Cleaning: takes out of HTML and figures what could run, for vaults that are not trusted."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from html import unescape
from typing import Any
from xml.etree import ElementTree

from notewright.libraries import needs

_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\ufeff]+")
_UNSAFE = re.compile(r"(?:javascript|vbscript|livescript|data(?!:image/(?!svg))):", re.I)
_ELSEWHERE = re.compile(r"(?:^|,|:)\s*[/\\]{2}|^\s*[a-z][a-z0-9+.-]*:(?!image/)", re.I)
_SVG = "{http://www.w3.org/2000/svg}"
_DRAWS = re.compile(
    r"svg|g|defs|clipPath|path|rect|circle|ellipse|line|polyline|polygon|use|image|symbol|marker"
    r"|pattern|mask|linearGradient|radialGradient|stop|text|tspan|title|desc"
)
_INERT = re.compile(r"#|data:image/(?:png|jpeg);")
_XHTML = "{http://www.w3.org/1999/xhtml}"
_LABELS = re.compile(r"style|filter|fe[A-Z]\w+|foreignObject|div|span|p|br|b|i|em|strong|code")
"""What drawings of diagrams have beside that: their styles, shadows, and labels in HTML."""

_MATHML = """
    math menclose mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup
    msup mtable mtd mtext mtr munder munderover semantics
"""
_OF_MATHML = """
    accent accentunder columnalign columnlines columnspacing depth display displaystyle fence form
    height largeop linebreak linethickness lspace mathbackground mathcolor mathvariant maxsize
    minsize movablelimits notation rowlines rowspacing rspace scriptlevel separator stretchy
    symmetric voffset width xmlns
"""
_DRAWN = "svg g path rect circle ellipse line polyline polygon text tspan"
_OF_DRAWN = """
    viewBox width height fill stroke stroke-width d points x y x1 x2 y1 y2 cx cy r rx ry transform
    text-anchor xmlns preserveAspectRatio
"""
_EVERYWHERE = """
    class id title lang dir role tabindex hidden style data-callout data-task data-search-exclude
    data-nw-note data-nw-part data-nw-lines data-tabs data-linenos data-kind data-folder data-note
"""
_OF_TAGS = {
    "a": "href hreflang name download target rel",
    "audio": "src controls preload",
    "details": "open",
    "img": "src alt width height align loading",
    "input": "checked disabled name",
    "label": "for",
    "li": "value",
    "ol": "start type reversed",
    "video": "src controls preload width height",
}
_STYLES = """
    background-color border color font-style font-weight height margin max-height max-width
    min-height min-width padding text-align text-decoration vertical-align white-space width
    --nw-width
"""
_OWN_ID = re.compile(r"__(?:tabbed|codelineno|span)[-_]\w[\w-]*")
"""Ids of tabs and of lines of code. The others with `__` are those of Material's own elements."""

_DEEPEST = 512
"""Elements that may hold one another: browsers go no deeper."""
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][^\s/<>]*)[^<>]*>")
_VOID = "area base br col embed hr img input link meta source track wbr"

_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:|[/\\]", re.I)


def is_unsafe(address: str) -> bool:
    """Whether a browser would run an address."""
    plain = _INVISIBLE.sub("", unescape(unescape(address)))
    return _UNSAFE.match(plain) is not None


def clean_output(html: str) -> str:
    """HTML that a cell showed, without what could run or ask others."""
    with needs("site", "a page of an untrusted vault"):
        import nh3

    return nh3.clean(html, attribute_filter=_local)


def _local(tag: str, name: str, value: str) -> str | None:
    """An attribute, unless the browser would load what it names from elsewhere."""
    is_loaded = name in ("src", "srcset", "poster", "background", "cite") and tag != "a"
    return None if is_loaded and _ELSEWHERE.search(value) else value


def clean_page(html: str) -> str:
    """What was made of a note, without what could run or change the page around it.

    Raw HTML, attributes, outputs, formulas and all that stands beside them go through here
    together, so that nothing has to be thought of twice.
    """
    with needs("site", "a page of an untrusted vault"):
        import nh3

    html = _flattened(html)
    return nh3.clean(html, link_rel=None, strip_comments=False, **_page_options())


def _flattened(html: str) -> str:
    """HTML without the tags that are nested deeper than any browser goes.

    To clean what is nested takes as long as its depth squared. Depth is counted as a parser of
    HTML does: an end tag that ends nothing counts for nothing.
    """
    if html.count("<") < _DEEPEST:
        return html
    kept: list[str] = []
    is_kept: list[tuple[str, bool]] = []
    opened: Counter[str] = Counter()
    reached = 0
    for tag in _TAG.finditer(html):
        name = tag["name"].lower()
        stays = True
        if not tag["end"]:
            if name not in _VOID.split():
                stays = len(is_kept) < _DEEPEST
                is_kept.append((name, stays))
                opened[name] += 1
        elif opened[name]:
            last = ""
            while last != name:
                last, stays = is_kept.pop()
                opened[last] -= 1
        if not stays:
            kept.append(html[reached : tag.start()])
            reached = tag.end()
    return "".join([*kept, html[reached:]])


@cache
def _page_options() -> dict[str, Any]:
    """What a page may hold: what Markdown, the extensions and notewright make."""
    import nh3

    attributes = {tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
    names = {**_OF_TAGS, **dict.fromkeys(_MATHML.split(), _OF_MATHML)}
    names |= dict.fromkeys(_DRAWN.split(), _OF_DRAWN)
    for tag, more in {**names, "*": _EVERYWHERE}.items():
        attributes.setdefault(tag, set()).update(more.split())
    more_tags = {"audio", "input", "label", "section", "tfoot", "title", "video"}
    return {
        "tags": {*nh3.ALLOWED_TAGS, *more_tags, *_MATHML.split(), *_DRAWN.split()},
        "attributes": attributes,
        "generic_attribute_prefixes": {"aria-"},
        "tag_attribute_values": {"input": {"type": {"checkbox", "radio"}}},
        "clean_content_tags": {
            "iframe",
            "noembed",
            "noframes",
            "noscript",
            "script",
            "style",
            "xmp",
        },
        "attribute_filter": _of_page,
        "filter_style_properties": set(_STYLES.split()),
        "url_schemes": {*nh3.ALLOWED_URL_SCHEMES, "data", "obsidian"},
    }


def _of_page(tag: str, name: str, value: str) -> str | None:
    """An attribute of a page, unless it runs something or takes the place of the theme's own."""
    if name in ("id", "name", "for") and value.startswith("__") and not _OWN_ID.fullmatch(value):
        return None
    if name == "class":
        return " ".join(each for each in value.split() if not each.startswith("md-")) or None
    if name == "href" and is_unsafe(value):
        return None
    if name == "src" and tag != "img" and _ABSOLUTE.match(value.strip()):
        return None  # a sound or a film of somebody else
    # In an image nothing runs, whatever it is of.
    is_image = value.startswith("data:image/svg+xml;base64,")
    return None if name == "src" and is_unsafe(value) and not is_image else value


def clean_svg(svg: str, *, is_drawing: bool = False) -> str:
    """A figure without what could run, were its file opened by itself; else an empty one.

    Args:
        svg: The figure.
        is_drawing: Whether it was drawn just now, from a text: its styles and labels stay.
    """
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError:
        root = ElementTree.Element(f"{_SVG}svg")
    for parent in list(root.iter()):
        for child in list(parent):
            name = child.tag.removeprefix(_SVG) if isinstance(child.tag, str) else ""
            is_label = is_drawing and _LABELS.fullmatch(name.removeprefix(_XHTML))
            if not _DRAWS.fullmatch(name) and not is_label:
                parent.remove(child)
        for name, value in list(parent.items()):
            link = name.rpartition("}")[2] == "href" and not _INERT.match(value)
            if link or name.lower().startswith("on"):
                del parent.attrib[name]
    return ElementTree.tostring(root, "unicode").replace("ns0:", "").replace(":ns0=", "=")
