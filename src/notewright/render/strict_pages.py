"""Strict pages: no script and no style stands in a page, but in a file that the page names.

So a server can send a content security policy without exceptions, and what somebody managed to
write into a page does nothing. A file is named by what it holds: the same on all pages, it is
asked for once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from html import unescape

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
"""What a server can send with each page, as `Content-Security-Policy`."""

Write = Callable[[str, str], str]
"""Keeps a text in a file, by its name, and gives the address by which the page finds it."""

_PIECE = re.compile(
    r"<!--.*?(?:-->|$)"
    r"|<(?P<raw>script|style|textarea|title)\b(?P<own>(?:\"[^\"]*\"|'[^']*'|[^'\">])*)>"
    r"(?P<body>.*?)</(?P=raw)\s*>"
    r"|<(?P<name>[a-z][\w:.-]*)(?P<attributes>(?:\s(?:\"[^\"]*\"|'[^']*'|[^'\">])*)?)>",
    re.I | re.S,
)
_STYLE = re.compile(r"\sstyle\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')", re.I)
_CLASS = re.compile(r"(?P<before>\sclass\s*=\s*[\"'])", re.I)
_TYPE = re.compile(r"\btype\s*=\s*[\"']?(?P<type>[^\s\"'>]+)", re.I)
_SOURCE = re.compile(r"(?:^|\s)src\s*=", re.I)
_RUNS = {"", "module", "text/javascript", "application/javascript"}


def strict(html: str, write: Write) -> str:
    """A page without inline scripts and styles.

    Args:
        html: The whole page.
        write: Keeps what was taken out of it.
    """
    rules: dict[str, None] = {}

    def piece(found: re.Match[str]) -> str:
        raw = (found["raw"] or "").lower()
        if raw == "script":
            return _script(found, write)
        if raw == "style":
            rules[found["body"].strip()] = None
            return ""
        return _element(found, rules) if found["name"] else found[0]

    html = _PIECE.sub(piece, html)
    if not rules:
        return html
    sheet = "\n".join(rules) + "\n"
    href = write(f"{_digest(sheet)}.css", sheet)
    return html.replace("</head>", f'<link rel="stylesheet" href="{href}"></head>', 1)


def _script(found: re.Match[str], write: Write) -> str:
    own, body = found["own"], found["body"]
    kind = _TYPE.search(own)
    if _SOURCE.search(own) or not body.strip() or (kind and kind["type"].lower() not in _RUNS):
        return found[0]  # in a file already, or no program but data
    return f'<script{own} src="{write(f"{_digest(body)}.js", body)}"></script>'


def _element(found: re.Match[str], rules: dict[str, None]) -> str:
    """An element whose style is a class that the style sheet of the page knows."""
    style = _STYLE.search(found["attributes"])
    if style is None:
        return found[0]
    said = unescape(style["double"] if style["double"] is not None else style["single"]).strip()
    rest = found["attributes"][: style.start()] + found["attributes"][style.end() :]
    if not said:
        return f"<{found['name']}{rest}>"
    name = f"nw-{_digest(said)[:8]}"
    # As an attribute would, it counts more than what style sheets say of elements and classes.
    rules[f"{f'.{name}' * 4}{{{said}}}"] = None
    if _CLASS.search(rest):
        rest = _CLASS.sub(rf"\g<before>{name} ", rest, count=1)
    else:
        rest = f' class="{name}"{rest}'
    return f"<{found['name']}{rest}>"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
