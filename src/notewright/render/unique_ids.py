"""Makes the ids of rich HTML unique in a page: two diagrams of one library have the same ids.

An id gets a prefix, and with it all that names it in the same HTML: labels, links, `aria-*`,
its own styles, and its own scripts as far as they name it in plain text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_PIECE = re.compile(
    r"<!--.*?(?:-->|$)"
    r"|(?P<open><(?P<raw>script|style)\b(?P<own>(?:\"[^\"]*\"|'[^']*'|[^'\">])*)>)"
    r"(?P<body>.*?)(?=</(?P=raw)\b|$)"
    r"|<[a-z][\w:.-]*(?P<attributes>(?:\"[^\"]*\"|'[^']*'|[^'\">])*)>",
    re.I | re.S,
)
_ATTRIBUTE = re.compile(
    r"(?P<before>(?:^|[\s/\"'])(?P<name>[^\s\"'<>/=]+)\s*=\s*)"
    r"(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+))"
)
_LISTS = frozenset({"id", "for", "headers", "list", "form", "popovertarget", "commandfor"})
_ADDRESSES = frozenset({"href", "xlink:href", "action"})
_URL = re.compile(r"url\((?P<quote>[\"']?)#(?P<id>[^)\"']+)(?P=quote)\)")


def with_unique_ids(html: str, prefix: str, earlier: dict[str, str]) -> str:
    """HTML whose ids begin with a prefix.

    Args:
        html: Rich HTML that a cell showed.
        prefix: What no other id of the page begins with.
        earlier: What became of ids on the page so far: another cell may name them. Changed.
    """
    for name in ids(html):
        earlier[name] = f"{prefix}-{name}"
    return renamed(html, earlier)


def renamed(html: str, names: Mapping[str, str]) -> str:
    """HTML in which ids have other names, and whatever names them follows."""
    if not names:
        return html
    return _PIECE.sub(lambda piece: _piece(piece, names), html)


def ids(html: str) -> list[str]:
    """The ids that HTML holds, in order."""
    found: list[str] = []
    for piece in _PIECE.finditer(html):
        for each in _ATTRIBUTE.finditer(piece["own"] or piece["attributes"] or ""):
            if each["name"].lower() == "id":
                found += (each["double"] or each["single"] or each["bare"] or "").split()[:1]
    return list(dict.fromkeys(found))


def with_addresses(html: str, change: Callable[[str], str]) -> str:
    """HTML in which each `href`, `src` and the first of a `srcset` is what a function makes of it.

    Comments, and what stands in scripts and styles, are left as they are.
    """

    def attribute(match: re.Match[str]) -> str:
        name, value = match["name"].lower(), match["double"] or match["single"] or match["bare"]
        if not value or name not in ("href", "src", "srcset"):
            return match[0]
        first = value.partition(" ")[0] if name == "srcset" else value
        start = len(match["before"])
        return match["before"] + match[0][start:].replace(first, change(first), 1)

    def tag(piece: re.Match[str]) -> str:
        attributes = piece["own"] if piece["raw"] else piece["attributes"]
        changed = _ATTRIBUTE.sub(attribute, attributes or "")
        return piece[0].replace(attributes, changed, 1) if attributes else piece[0]

    return _PIECE.sub(tag, html)


def _piece(piece: re.Match[str], names: Mapping[str, str]) -> str:
    if piece["raw"]:
        opening = _tag(piece["open"], piece["own"], names)
        change = _script if piece["raw"].lower() == "script" else _style
        return opening + change(piece["body"], names)
    if piece["attributes"]:
        return _tag(piece[0], piece["attributes"], names)
    return piece[0]


def _tag(whole: str, attributes: str, names: Mapping[str, str]) -> str:
    changed = _ATTRIBUTE.sub(lambda match: _attribute(match, names), attributes)
    return whole.replace(attributes, changed, 1) if changed != attributes else whole


def _attribute(match: re.Match[str], names: Mapping[str, str]) -> str:
    name = match["name"].lower()
    quote = '"' if match["double"] is not None else "'" if match["single"] is not None else ""
    value = match["double"] or match["single"] or match["bare"] or ""
    if name in _LISTS or name.startswith("aria-"):
        changed = re.sub(r"\S+", lambda each: names.get(each[0], each[0]), value)
    elif name in _ADDRESSES or name.startswith("data-"):
        changed = f"#{names[value[1:]]}" if value[:1] == "#" and value[1:] in names else value
    elif name.startswith("on"):
        changed = _script(value, names)
    else:
        changed = _URL.sub(
            lambda each: f"url({each['quote']}#{names.get(each['id'], each['id'])}{each['quote']})",
            value,
        )
    return f"{match['before']}{quote}{changed}{quote}"


def _style(css: str, names: Mapping[str, str]) -> str:
    return _named(r"#", r"(?![\w-])", names)(css, lambda name: f"#{names[name]}")


def _script(code: str, names: Mapping[str, str]) -> str:
    """A script that finds elements by plain text: `"#id…"`, and `"id"` as an argument."""
    code = _named(r"(?<=[\"'`\s,>])#", r"(?![\w-])", names)(code, lambda name: f"#{names[name]}")
    calls = _named(r"(?P<call>[(,:]\s*(?:&quot;|&#39;|[\"'`]))", r"(?=&quot;|&#39;|[\"'`])", names)
    return calls(code, lambda name: names[name])


def _named(
    before: str, after: str, names: Mapping[str, str]
) -> Callable[[str, Callable[[str], str]], str]:
    """A function that replaces ids where they stand between two patterns."""
    longest = sorted(names, key=len, reverse=True)
    pattern = re.compile(f"{before}(?P<id>{'|'.join(map(re.escape, longest))}){after}")

    def replace(text: str, new: Callable[[str], str]) -> str:
        def one(match: re.Match[str]) -> str:
            return (match.groupdict().get("call") or "") + new(match["id"])

        return pattern.sub(one, text)

    return replace
