"""The document of a base: its YAML, read into filters, formulas, properties and views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from notewright.bases import tree
from notewright.bases.mistakes import ExpressionError, Mistake
from notewright.bases.parser import parse
from notewright.bases.yaml_nodes import Node, read_yaml
from notewright.errors import did_you_mean

JUNCTIONS = ("and", "or", "not")


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression of a base, as written and as read.

    Attributes:
        text: As written.
        line: Its line in the YAML, counted from 1.
        tree: The syntax tree, or what is wrong with it.
    """

    text: str
    line: int
    tree: tree.Node | Mistake


@dataclass(frozen=True, slots=True)
class Junction:
    """Several filters joined.

    Attributes:
        kind: `and`, `or`, or `not`: none of them holds.
        parts: The filters.
    """

    kind: str
    parts: tuple[Filter, ...]


Filter: TypeAlias = Formula | Junction
"""What cannot be read is a formula with a mistake, so that it never lets all files through."""


@dataclass(frozen=True, slots=True)
class Sort:
    """A property to sort or to group by.

    Attributes:
        name: The property, as a column is named.
        is_descending: Whether the largest comes first.
        line: Its line.
    """

    name: str
    is_descending: bool
    line: int


@dataclass(frozen=True, slots=True)
class View:
    """A view of a base.

    Attributes:
        type: `table`, `cards`, `list`, or one of a plugin.
        name: What `#View name` means.
        line: Its line.
        filters: For this view only.
        order: The columns; None if the view names none.
        sort: What counts first comes first.
        group_by: One property, or None.
        limit: Most rows, or None.
        summaries: The name of a summary by property.
        image: The property with the image of a card; may be empty.
        options: All other keys, as plain values.
        is_broken: Whether it cannot be read, so that nothing is shown.
    """

    type: str
    name: str
    line: int
    filters: Filter | None = None
    order: tuple[str, ...] | None = None
    sort: tuple[Sort, ...] = ()
    group_by: Sort | None = None
    limit: int | None = None
    summaries: Mapping[str, str] = field(default_factory=dict)
    image: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    is_broken: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a base, and where.

    Attributes:
        message: What is wrong, with what to do.
        line: The line in the YAML, counted from 1.
        key: Where in the base, as in `formulas.total`.
        is_of_data: Whether it lies in the value of one file, which others may have right.
    """

    message: str
    line: int
    key: str
    is_of_data: bool = False

    def __str__(self) -> str:
        return f"line {self.line}, {self.key}: {self.message}"


@dataclass(frozen=True, slots=True)
class Base:
    """A base, read.

    Attributes:
        filters: For all views.
        formulas: By name.
        display_names: What heads a column, by property.
        summaries: Expressions over `values`, by name.
        views: At least one; the first is shown by default.
        faults: What could not be read.
    """

    filters: Filter | None
    formulas: Mapping[str, Formula]
    display_names: Mapping[str, str]
    summaries: Mapping[str, Formula]
    views: tuple[View, ...]
    faults: tuple[Fault, ...]

    def view(self, name: str | None = None) -> View:
        """The view of a name, or the first one.

        Raises:
            LookupError: If there is none of this name; it says which there are.
        """
        for view in self.views:
            if name is None or view.name == name:
                return view
        known = did_you_mean(name or "", [view.name for view in self.views])
        raise LookupError(f"no view called `{name}`. {known}".strip())


def read_base(text: str) -> Base:
    """Read the YAML of a base.

    Raises:
        BaseError: If it is no YAML, or too much of it.
    """
    return _Reader().base(read_yaml(text))


class _Reader:
    """Reads the nodes of a base, and collects what is wrong."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def base(self, root: Node) -> Base:
        """The whole base."""
        keys = self._mapping(root, "the base")
        listed = self._sequence(keys.get("views"), "views")
        is_broken = bool(self._faults)  # all files would be shown, and a filter may be meant
        filters = self._filters(keys.get("filters"), "filters")
        formulas = self._formulas(keys, "formulas")
        summaries = self._formulas(keys, "summaries")
        names = {}
        for name, settings in self._mapping(keys.get("properties"), "properties").items():
            shown = self._mapping(settings, f"properties.{name}").get("displayName")
            if shown is not None and shown.text:
                names[bare_name(name)] = shown.text
        views = [self._view(each, f"views[{place}]") for place, each in enumerate(listed)]
        views = views or [View("table", "", root.line)]
        every = tuple(replace(each, is_broken=is_broken or each.is_broken) for each in views)
        return Base(filters, formulas, names, summaries, every, tuple(self._faults))

    def _wrong(self, node: Node, key: str, message: str) -> None:
        self._faults.append(Fault(message, node.line, key))

    def _mapping(self, node: Node | None, key: str) -> dict[str, Node]:
        if node is None or node.value is None:
            return {}
        if isinstance(node.value, dict):
            return node.value
        self._wrong(node, key, "expected a mapping of keys to values")
        return {}

    def _sequence(self, node: Node | None, key: str) -> tuple[Node, ...]:
        if node is None or node.value is None:
            return ()
        if isinstance(node.value, tuple):
            return node.value
        self._wrong(node, key, "expected a list, with `-` before each entry")
        return ()

    def _formulas(self, keys: Mapping[str, Node], key: str) -> dict[str, Formula]:
        return {
            name: self._formula(node, f"{key}.{name}")
            for name, node in self._mapping(keys.get(key), key).items()
        }

    def _formula(self, node: Node, key: str) -> Formula:
        text = node.text
        if text is None:
            return self._broken(node, key, "expected an expression, written as text")
        try:
            return Formula(text, node.line, parse(text))
        except ExpressionError as error:
            self._wrong(node, key, str(error))
            return Formula(text, node.line, error.mistake)

    def _broken(self, node: Node, key: str, message: str) -> Formula:
        self._wrong(node, key, message)
        return Formula("", node.line, Mistake(message))

    def _filters(self, node: Node | None, key: str) -> Filter | None:
        return None if node is None or node.value is None else self._filter(node, key)

    def _filter(self, node: Node, key: str) -> Filter:
        if not isinstance(node.value, dict):
            if isinstance(node.value, tuple):
                return self._broken(node, key, "a list of filters needs `and:`, `or:` or `not:`")
            if not isinstance(node.value, str):
                return self._broken(node, key, "expected an expression, written as text")
            return self._formula(node, key)
        kinds = [kind for kind in node.value if kind in JUNCTIONS]
        if len(node.value) != 1 or not kinds:
            told = "expected exactly one of the keys `and`, `or`, `not`"
            return self._broken(node, key, told)
        (kind, inner), *_ = node.value.items()
        inside = f"{key}.{kind}"
        if not isinstance(inner.value, tuple):
            if inner.value is None:
                return Junction(kind, ())
            return self._broken(inner, inside, "expected a list of filters")
        parts = (self._filter(each, f"{inside}[{place}]") for place, each in enumerate(inner.value))
        return Junction(kind, tuple(parts))

    def _view(self, node: Node, key: str) -> View:
        known = len(self._faults)
        keys = self._mapping(node, key)
        is_broken = len(self._faults) > known
        order = keys.get("order")
        columns = [
            bare_name(each.text)
            for each in self._sequence(order, f"{key}.order")
            if each.text is not None
        ]
        sort = [
            self._sort(each, f"{key}.sort[{place}]")
            for place, each in enumerate(self._sequence(keys.get("sort"), f"{key}.sort"))
        ]
        group = keys.get("groupBy")
        summaries = self._mapping(keys.get("summaries"), f"{key}.summaries")
        return View(
            type=_text(keys, "type") or "table",
            name=_text(keys, "name"),
            line=node.line,
            filters=self._filters(keys.get("filters"), f"{key}.filters"),
            order=tuple(dict.fromkeys(columns)) if order is not None and columns else None,
            sort=tuple(each for each in sort if each is not None),
            group_by=self._sort(group, f"{key}.groupBy") if group and group.value else None,
            limit=self._limit(keys.get("limit"), f"{key}.limit"),
            summaries={bare_name(name): each.text or "" for name, each in summaries.items()},
            image=bare_name(_text(keys, "image")),
            options={name: _plain(each) for name, each in keys.items() if name not in _KEYS},
            is_broken=is_broken,
        )

    def _sort(self, node: Node, key: str) -> Sort | None:
        """A property with its direction; the property may stand alone."""
        if node.text:
            return Sort(bare_name(node.text), False, node.line)
        keys = self._mapping(node, key)
        name = _text(keys, "property") or _text(keys, "column")  # as it was called at first
        direction = _text(keys, "direction").upper()
        if not name:
            self._wrong(node, key, "the key `property` is missing")
            return None
        if direction not in ("", "ASC", "DESC"):
            self._wrong(keys["direction"], key, "`direction` must be `ASC` or `DESC`")
        return Sort(bare_name(name), direction == "DESC", node.line)

    def _limit(self, node: Node | None, key: str) -> int | None:
        if node is None or node.value is None:
            return None
        number = node.value
        if isinstance(number, int | float) and not isinstance(number, bool) and number >= 0:
            return int(min(number, 10**9))
        self._wrong(node, key, "`limit` must be a non-negative number")
        return None


_KEYS = {"type", "name", "filters", "order", "sort", "groupBy", "limit", "summaries", "image"}


def bare_name(name: str) -> str:
    """The name of a property without the prefix `note.`, which may be left out."""
    return name.removeprefix("note.")


def _text(keys: Mapping[str, Node], key: str) -> str:
    return (keys[key].text or "") if key in keys else ""


def _plain(node: Node) -> Any:
    """A node as plain values."""
    if isinstance(node.value, dict):
        return {name: _plain(each) for name, each in node.value.items()}
    if isinstance(node.value, tuple):
        return [_plain(each) for each in node.value]
    return node.value
