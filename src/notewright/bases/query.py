"""The query of a view: files become rows, through filters, sort, limit, groups and summaries."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from notewright.bases.comparing import key_of, sort_key
from notewright.bases.document import Base, Fault, Filter, Formula, Sort, View
from notewright.bases.evaluate import Evaluator
from notewright.bases.files import File
from notewright.bases.mistakes import BudgetError, ExpressionError, Mistake
from notewright.bases.scope import Budget, World
from notewright.bases.summaries import SUMMARIES
from notewright.bases.tree import Index, Literal, Member, Name, Node
from notewright.bases.values import Items, Value, is_empty, is_truthy
from notewright.errors import did_you_mean

MOST_STEPS = 5_000_000
"""Steps of all evaluations of a view together: some seconds."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the result.

    Attributes:
        name: The property, such as `price`, `file.name` or `formula.total`.
        head: What stands above it.
        summary: The name of what stands below it; may be empty.
    """

    name: str
    head: str
    summary: str


@dataclass(frozen=True, slots=True)
class Row:
    """A file with its values.

    Attributes:
        file: The file.
        values: One for each column, or what is wrong with it.
        image: The image of a card, or null.
    """

    file: File
    values: tuple[Value | Mistake, ...]
    image: Value | Mistake


@dataclass(frozen=True, slots=True)
class Group:
    """Rows with one value of the property by which they are grouped.

    Attributes:
        heading: The value; null for the rows without one, and where nothing is grouped.
        rows: In the order of the view.
        summaries: One for each column; null where none is asked for.
    """

    heading: Value
    rows: tuple[Row, ...]
    summaries: tuple[Value | Mistake, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What a view shows.

    Attributes:
        view: The view.
        columns: From left to right.
        grouped_by: What heads the property by which rows are grouped; None if they are not.
        groups: In order; one where nothing is grouped, none where there are no rows.
        summaries: Over all rows, one for each column.
        faults: What went wrong in filters, sort and groups, each once. What could not even be read
            is told by the base.
    """

    view: View
    columns: tuple[Column, ...]
    grouped_by: str | None
    groups: tuple[Group, ...]
    summaries: tuple[Value | Mistake, ...]
    faults: tuple[Fault, ...]

    @property
    def is_grouped(self) -> bool:
        """Whether groups have headings."""
        return self.grouped_by is not None


def run_view(base: Base, view: View, world: World, budget: Budget | None = None) -> Result:
    """Ask the vault what a view shows; see `run_views`."""
    return run_views(base, [view], world, budget)[0]


def run_views(
    base: Base, views: Sequence[View], world: World, budget: Budget | None = None
) -> list[Result]:
    """Ask the vault what views of a base show.

    What is computed of a file for one view is there for the others.

    Args:
        base: The base.
        views: Some of its views.
        world: The vault, the file that shows the base, and the moment.
        budget: Steps for all evaluations together; what is beyond becomes errors.
    """
    budget = budget or Budget(MOST_STEPS)
    candidates = _candidates(base, world, budget)
    return [_Query(base, view, world, budget, candidates).result() for view in views]


@dataclass(frozen=True, slots=True)
class _Unsure:
    """It cannot be said whether a filter holds, since part of it failed or cannot be read."""

    mistake: Mistake | None
    line: int
    key: str


class _Candidate:
    """A file whose values are computed when they are needed, and once for all views.

    A view pays as many steps for what another one has computed as that one did: so what it shows
    hangs on its place among them alone, and a thousand views come to an end.
    """

    def __init__(self, file: File, evaluator: Evaluator, budget: Budget) -> None:
        self.file = file
        self._evaluator = evaluator
        self._budget = budget
        self._known: dict[str | int, tuple[Value | Mistake, int]] = {}

    def holds(self, node: Node | Mistake) -> bool | Mistake:
        """Whether an expression of the base is true for the file."""
        key = id(node)  # the base keeps its expressions: no id is taken twice
        value = self._once(key, lambda: self._evaluator.value(node))
        return value if isinstance(value, Mistake) else is_truthy(value)

    def value(self, name: str) -> Value | Mistake:
        """The value of a property, by the name of a column."""
        kind, _, rest = name.partition(".")
        if kind == "formula" and rest:
            return self._once(name, lambda: self._evaluator.formula(rest))
        return self._once(name, lambda: self._evaluator.value(_node_of(name)))

    def _once(self, key: str | int, compute: Callable[[], Value | Mistake]) -> Value | Mistake:
        if key not in self._known:
            left = self._budget.left
            value = compute()
            self._known[key] = value, left - self._budget.left
            return value
        value, steps = self._known[key]
        try:
            self._budget.spend(steps)
        except BudgetError as error:
            return error.mistake
        return value


@lru_cache(maxsize=1024)
def _node_of(name: str) -> Node:
    """The expression of a column that is no formula: behind `file.` a field, else a property."""
    if name == "file":
        return Name("file")
    if name.startswith("file."):
        return Member(Name("file"), name.removeprefix("file."))
    return Index(Name("note"), Literal(name))


def _formulas_of(base: Base) -> dict[str, Node | Mistake]:
    return {name: formula.tree for name, formula in base.formulas.items()}


def _candidates(base: Base, world: World, budget: Budget) -> list[_Candidate]:
    """All files by name, and by path where names are the same: the order without a sort."""
    formulas = _formulas_of(base)
    files = sorted(world.files.all(), key=lambda file: (sort_key(file.name), file.path))
    return [_Candidate(file, Evaluator(world, file, formulas, budget), budget) for file in files]


class _Query:
    """One run of a view."""

    def __init__(
        self,
        base: Base,
        view: View,
        world: World,
        budget: Budget,
        candidates: Sequence[_Candidate],
    ) -> None:
        self._base = base
        self._view = view
        self._world = world
        self._budget = budget
        self._candidates = candidates
        self._faults: dict[tuple[str, int, str], Fault] = {}

    def result(self) -> Result:
        """All steps, in the order in which Obsidian takes them."""
        chosen = self._sorted([each for each in self._candidates if self._stays(each)])
        limit = self._view.limit
        chosen = chosen if limit is None else chosen[:limit]
        columns = self._columns()
        groups = [
            (heading, tuple(self._row(each, columns) for each in members))
            for heading, members in self._grouped(chosen)
        ]
        every = [row for _, rows in groups for row in rows]
        group_by = self._view.group_by
        return Result(
            view=self._view,
            columns=columns,
            grouped_by=self._head(group_by.name) if group_by is not None else None,
            groups=tuple(
                Group(heading, rows, self._summaries(columns, rows)) for heading, rows in groups
            ),
            summaries=self._summaries(columns, every),
            faults=tuple(self._faults.values()),
        )

    def _stays(self, candidate: _Candidate) -> bool:
        """Whether a file passes both filters; one over which a filter fails does not."""
        if self._view.is_broken:
            return False
        for part, key in ((self._base.filters, "filters"), (self._view.filters, "views.filters")):
            found = self._passes(candidate, part, key) if part is not None else True
            if isinstance(found, _Unsure):
                if found.mistake is not None:
                    self._fault(found.mistake, found.line, found.key, candidate.file)
                return False
            if not found:
                return False
        return True

    def _passes(self, candidate: _Candidate, part: Filter, key: str) -> bool | _Unsure:
        """Whether a filter lets a file through, or why that cannot be said.

        What cannot be said stays so behind `not`. It does not matter where another part decides.
        """
        if isinstance(part, Formula):
            if isinstance(part.tree, Mistake):
                return _Unsure(None, part.line, key)  # the base has told it
            found = candidate.holds(part.tree)
            return _Unsure(found, part.line, key) if isinstance(found, Mistake) else found
        inner = [self._passes(candidate, each, f"{key}.{part.kind}") for each in part.parts]
        decisive = part.kind != "and"
        if decisive in inner:
            return decisive is not (part.kind == "not")
        unsure = [each for each in inner if isinstance(each, _Unsure)]
        return unsure[0] if unsure else decisive is (part.kind == "not")

    def _fault(self, mistake: Mistake, line: int, key: str, file: File) -> None:
        """Tell a mistake once, with the first file for which it was made."""
        message = f"{mistake} (in `{file.path}`)"
        told = Fault(message, line, key, mistake.is_of_data)
        self._faults.setdefault((key, line, mistake.message), told)

    def _sorted(self, candidates: list[_Candidate]) -> list[_Candidate]:
        """By all keys, the last first: each sort leaves what it finds equal as it is."""
        for sort in reversed(self._view.sort):
            values = [(each, self._ordered(each, sort, "views.sort")) for each in candidates]
            present = [pair for pair in values if not is_empty(pair[1])]
            missing = [each for each, value in values if is_empty(value)]
            present.sort(key=lambda pair: sort_key(pair[1]), reverse=sort.is_descending)
            candidates = [each for each, _ in present] + missing
        return candidates

    def _ordered(self, candidate: _Candidate, sort: Sort, key: str) -> Value:
        """A value to sort or group by; an error is told, and counts as nothing."""
        value = candidate.value(sort.name)
        if isinstance(value, Mistake):
            self._fault(value, sort.line, key, candidate.file)
            return None
        return value

    def _grouped(self, candidates: Sequence[_Candidate]) -> list[tuple[Value, list[_Candidate]]]:
        """Rows by their value, in its order; those without one form the last group."""
        group_by = self._view.group_by
        if group_by is None:
            return [(None, list(candidates))] if candidates else []
        groups: dict[Hashable, tuple[Value, list[_Candidate]]] = {}
        missing = []
        for each in candidates:
            value = self._ordered(each, group_by, "views.groupBy")
            if is_empty(value):
                missing.append(each)
            else:
                groups.setdefault(key_of(value), (value, []))[1].append(each)
        found = sorted(
            groups.values(),
            key=lambda group: sort_key(group[0]),
            reverse=group_by.is_descending,
        )
        return [*found, (None, missing)] if missing else found

    def _columns(self) -> tuple[Column, ...]:
        """The columns of the view; without any, the names of the files."""
        order = self._view.order if self._view.order is not None else ("file.name",)
        return tuple(
            Column(name, self._head(name), self._view.summaries.get(name, "")) for name in order
        )

    def _head(self, name: str) -> str:
        """The display name, or the name without its prefix."""
        kind, _, rest = name.partition(".")
        own = rest if rest and kind in ("file", "formula") else name
        return self._base.display_names.get(name, own)

    def _row(self, candidate: _Candidate, columns: Sequence[Column]) -> Row:
        image = candidate.value(self._view.image) if self._view.image else None
        return Row(candidate.file, tuple(candidate.value(each.name) for each in columns), image)

    def _summaries(
        self, columns: Sequence[Column], rows: Sequence[Row]
    ) -> tuple[Value | Mistake, ...]:
        return tuple(
            self._summary(column.summary, [row.values[place] for row in rows])
            if column.summary
            else None
            for place, column in enumerate(columns)
        )

    def _summary(self, name: str, found: Sequence[Value | Mistake]) -> Value | Mistake:
        """One value for the values of a column; errors are no values."""
        values = [each for each in found if not isinstance(each, Mistake)]
        own = self._base.summaries.get(name)
        try:
            if own is not None:
                evaluator = Evaluator(self._world, None, _formulas_of(self._base), self._budget)
                return evaluator.value(own.tree, {"values": Items(values)})
            if name in SUMMARIES:
                return SUMMARIES[name](values)
        except ExpressionError as error:
            return error.mistake
        known = did_you_mean(name, [*SUMMARIES, *self._base.summaries])
        return Mistake(f"no summary called `{name}`", known)
