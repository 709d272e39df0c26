"""Queries of Dataview, told with the base that asks the same, where that is simple.

Only the plugin of that name reads them, and Obsidian's own Bases have taken their place. What is
translated is told by `check`, never shown on the site: whether it is the same, a writer decides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from notewright.errors import Problem
from notewright.note.note import Note
from notewright.vault.vault import Vault

LANGUAGES = ("dataview", "dataviewjs")

_CLAUSES = ("from", "where", "sort", "limit")
_OTHERS = ("flatten", "group")
_TOKEN = re.compile(
    r"""\s+|(?P<text>"(?:[^"\\]|\\.)*")|(?P<link>\[\[[^\[\]]*\]\])|(?P<tag>\#[\w/-]+)
    |(?P<number>\d+(?:\.\d+)?)|(?P<name>[^\W\d][\w-]*(?:\.[^\W\d][\w-]*)*)
    |(?P<sign>!=|<=|>=|&&|\|\||[=<>+\-*/%!(),&|])""",
    re.X,
)
_SIGNS = {"=": "==", "&": "&&", "|": "||"}
_LEVELS = (("||", "or"), ("&&", "and"), ("==", "!=", "<", "<=", ">", ">="), ("+", "-"), "*/%")
_WORDS = {"or": "||", "and": "&&"}
_TAKEN = ("file", "formula", "note", "this")
"""Names that mean something else in a base."""
_FIELDS = {
    "file.name": "file.basename",
    "file.link": "file.name",
    "file.inlinks": "file.backlinks",
    "file.outlinks": "file.links",
    **{f"file.{name}": f"file.{name}" for name in ("path", "folder", "size", "tags", "ext")},
    **{f"file.{name}": f"file.{name}" for name in ("ctime", "mtime")},
}
_CALLS: Mapping[tuple[str, int], str] = {
    ("contains", 2): "{}.contains({})",
    ("startswith", 2): "{}.startsWith({})",
    ("endswith", 2): "{}.endsWith({})",
    ("length", 1): "{}.length",
    ("lower", 1): "{}.lower()",
    ("default", 2): "if({0}.isEmpty(), {1}, {0})",
}


class _HardError(ValueError):
    """The query asks what no simple base asks."""


def dataview_notices(vault: Vault) -> Iterator[Problem]:
    """Yield the queries of Dataview that the site shows as their text."""
    for note in vault.notes.values():
        if "dataview" in note.text:
            yield from _notices(note)


def dataview_summary(vault: Vault) -> Iterator[str]:
    """Yield how many there are, if there are any, in one line."""
    found = list(dataview_notices(vault))
    if found:
        are = "Dataview query is" if len(found) == 1 else "Dataview queries are"
        told = "Run `notewright check` to list each one, with an equivalent base"
        yield f"{len(found)} {are} shown as text, for example {found[0].where}. {told}"


def _notices(note: Note) -> Iterator[Problem]:
    for token in note.parse.blocks:
        language = token.info.strip().split(maxsplit=1)[:1] if token.type == "fence" else []
        if token.map is None or language not in ([each] for each in LANGUAGES):
            continue
        base = base_of(token.content) if language == ["dataview"] else None
        message = f"a `{language[0]}` query is shown as text: only the Dataview plugin can run it"
        remedy = "This query cannot be converted to a base"
        if base is not None:
            remedy = "Use this equivalent base, which works in Obsidian and on the site:"
        detail = f"```base\n{base}```" if base is not None else ""
        yield Problem(note.file, token.map[0] + 1, message, remedy, detail)


def base_of(query: str) -> str | None:
    """The YAML of the base that asks the same as a query; None if that is not simple.

    Args:
        query: In Dataview's own language.
    """
    try:
        found = _Query(list(_tokens(query))).base()
    except (ValueError, IndexError, RecursionError):
        return None
    return str(yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=1000))


def _tokens(query: str) -> Iterator[tuple[str, str]]:
    """Yield the words of a query, each with its kind."""
    at = 0
    while at < len(query):
        match = _TOKEN.match(query, at)
        if match is None:
            raise _HardError(query[at:])
        if match.lastgroup is not None:
            yield match.lastgroup, match[0]
        at = match.end()


class _Query:
    """Reads a query from its first word to its last."""

    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self._tokens = [*tokens, ("end", "")]
        self._at = 0
        self._formulas: dict[str, str] = {}
        self._names: dict[str, Mapping[str, str]] = {}

    def base(self) -> Mapping[str, Any]:
        """The base, as plain values."""
        kind = self._next()[1].lower()
        if kind not in ("table", "list"):
            raise _HardError(kind)
        order = self._columns(kind)
        filters: list[Any] = ['file.ext == "md"']
        view: dict[str, Any] = {"type": kind, "order": order}
        while self._tokens[self._at][0] != "end":
            clause = self._next()[1].lower()
            if clause == "from":
                filters.append(self._level(0, self._source))
            elif clause == "where":
                filters.append(self._expression())
            elif clause == "sort":
                view["sort"] = list(self._sort())
            elif clause == "limit":
                view["limit"] = int(self._next()[1])
            else:
                raise _HardError(clause)
        more = {"formulas": self._formulas, "properties": self._names}
        shown = {name: each for name, each in more.items() if each}
        return {"filters": {"and": filters}, **shown, "views": [view]}

    def _next(self) -> tuple[str, str]:
        self._at += 1
        return self._tokens[self._at - 1]

    def _is_next(self, *words: str) -> bool:
        kind, text = self._tokens[self._at]
        return kind in ("name", "sign") and text.lower() in words

    def _take(self, *words: str) -> bool:
        found = self._is_next(*words)
        self._at += found
        return found

    def _ends(self) -> bool:
        is_clause = self._is_next(*_CLAUSES, *_OTHERS)
        return is_clause or self._tokens[self._at][0] == "end"

    def _columns(self, kind: str) -> list[str]:
        order = ["file.name"]
        if kind == "table" and self._take("without"):
            order = [] if self._take("id") else order
        while not self._ends():
            order.append(self._column())
            if not self._take(","):
                break
        if not self._ends():
            raise _HardError
        return order

    def _column(self) -> str:
        """A property, or a formula that is made for an expression; with the name above it."""
        start = self._at
        found = self._expression()
        text = "".join(each for _, each in self._tokens[start : self._at])
        head = json.loads(self._next()[1]) if self._take("as") else ""
        is_name = self._at - start - (2 if head else 0) == 1 and self._tokens[start][0] == "name"
        if is_name:
            name = _FIELDS.get(text, text)
            self._names.update({name: {"displayName": head}} if head else {})
            return name
        name = head or text
        self._formulas[name] = found
        return f"formula.{name}"

    def _sort(self) -> Iterator[Mapping[str, str]]:
        while True:
            name = self._column()
            up = not self._take("desc", "descending")
            self._take("asc", "ascending")
            yield {"property": name, "direction": "ASC" if up else "DESC"}
            if not self._take(","):
                return

    def _expression(self) -> str:
        return self._level(0, self._value)

    def _level(self, level: int, inner: Callable[[], str]) -> str:
        """Operands of one strength with the signs between them."""
        if level == len(_LEVELS):
            return inner()
        found = self._level(level + 1, inner)
        while True:
            text = self._tokens[self._at][1].lower()
            sign = _WORDS.get(text, _SIGNS.get(text, text))
            if self._tokens[self._at][0] not in ("name", "sign") or sign not in _LEVELS[level]:
                return found
            self._at += 1
            found = f"{found} {sign} {self._level(level + 1, inner)}"

    def _value(self) -> str:
        kind, text = self._next()
        if kind in ("text", "number"):
            return text
        if kind == "link":
            return f"link({json.dumps(_target(text), ensure_ascii=False)})"
        if kind == "name" and self._take("("):
            return self._call(text.lower())
        if kind == "name":
            return _name(text)
        return self._with_sign(text, self._value)

    def _with_sign(self, sign: str, inner: Callable[[], str]) -> str:
        """What stands in brackets, or behind `!` or `-`."""
        if sign == "(":
            found = self._level(0, inner)
            if not self._take(")"):
                raise _HardError
            return f"({found})"
        if sign not in "!-" or not sign:
            raise _HardError(sign)
        return f"{sign}{inner()}"

    def _call(self, name: str) -> str:
        given = []
        while not self._take(")"):
            given.append(self._expression())
            self._take(",")
        if name == "date":
            return "today()" if given == ["today"] else f"date({', '.join(given)})"
        if (name, len(given)) not in _CALLS:
            raise _HardError(name)
        return _CALLS[name, len(given)].format(*given)

    def _source(self) -> str:
        """A part of `FROM`: a folder, a tag, or what links to a note."""
        kind, text = self._next()
        if kind == "text":
            return f"file.inFolder({text})" if text != '""' else "true"
        if kind == "tag":
            return f"file.hasTag({json.dumps(text[1:], ensure_ascii=False)})"
        if kind == "link":
            target = _target(text)
            here = json.dumps(target, ensure_ascii=False) if target else "this.file"
            return f"file.hasLink({here})"
        return self._with_sign({"-": "!"}.get(text, text), self._source)


def _target(link: str) -> str:
    """The note that a link names; empty for the note in which it stands."""
    return re.split(r"[|#]", link[2:-2])[0].strip()


def _name(text: str) -> str:
    if text.lower() in ("true", "false", "null"):
        return text.lower()
    if text in _FIELDS:
        return _FIELDS[text]
    if "." in text or text.lower() in (*_CLAUSES, *_OTHERS, *_WORDS, "as"):
        raise _HardError(text)
    is_plain = re.fullmatch(r"\w+", text) and text not in _TAKEN
    return text if is_plain else f"note[{json.dumps(text, ensure_ascii=False)}]"
