"""Evaluates an expression for one file; what cannot be computed is a value that says why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from notewright.bases import operators
from notewright.bases.comparing import a_type
from notewright.bases.files import File
from notewright.bases.functions import Function, Nothing, checked, whole
from notewright.bases.library import FIELDS, field_of, global_function, method_of
from notewright.bases.mistakes import BudgetError, ExpressionError, FormulaError, Mistake
from notewright.bases.properties import properties_of, property_of
from notewright.bases.scope import Budget, Expression, Scope, World
from notewright.bases.tree import (
    Call,
    Chain,
    Index,
    ListOf,
    Literal,
    Member,
    Name,
    Node,
    ObjectOf,
    Pattern,
    Unary,
)
from notewright.bases.values import Fields, FileValue, Items, Regexp, Value, is_truthy
from notewright.bases.written import text_of
from notewright.errors import did_you_mean

DEEPEST = 150
"""Levels that evaluations may stand in each other, those of formulas that need others included."""

NO_NAMES: Mapping[str, Value] = {}


class Evaluator:
    """Computes expressions for one file; each formula once."""

    def __init__(
        self,
        world: World,
        file: File | None,
        formulas: Mapping[str, Node | Mistake] | None = None,
        budget: Budget | None = None,
    ) -> None:
        """Prepare to evaluate.

        Args:
            world: What all evaluations of a shown base share.
            file: The file of the row; None in a summary.
            formulas: The formulas of the base, by name.
            budget: Steps for all evaluations together.
        """
        self._formulas = formulas or {}
        self._whole = budget
        self._scope = Scope(world, file)
        self._known: dict[str, Value | ExpressionError] = {}
        self._path: list[str] = []
        self._depth = 0

    def value(self, node: Node | Mistake, names: Mapping[str, Value] = NO_NAMES) -> Value | Mistake:
        """The value of an expression, or what is wrong with it.

        Args:
            node: The expression, or the mistake for which it could not be read.
            names: Names that are known inside, such as `values`.
        """
        if isinstance(node, Mistake):
            return node
        self._scope.budget = Budget(whole=self._whole)
        try:
            return self._value(node, names)
        except ExpressionError as error:
            return error.mistake
        except RecursionError:
            return Mistake("the expression is nested too deeply", "Split it into formulas")
        finally:
            self._depth = 0
            self._path.clear()

    def formula(self, name: str) -> Value | Mistake:
        """The value of a formula of the base, or what is wrong with it."""
        found = self.value(Member(Name("formula"), name))
        own = self._known.get(name)
        return own.mistake if isinstance(own, ExpressionError) else found

    def _value(self, node: Node, names: Mapping[str, Value]) -> Value:
        self._depth += 1
        if self._depth > DEEPEST:
            raise BudgetError(f"more than {DEEPEST} nested expressions")
        self._scope.budget.spend()
        try:
            return _METHODS[type(node)](self, node, names)
        except ExpressionError as error:
            if error.mistake.column:
                raise
            raise error.at(node.column) from None
        finally:
            self._depth -= 1

    def _literal(self, node: Literal, names: Mapping[str, Value]) -> Value:
        return node.value

    def _pattern(self, node: Pattern, names: Mapping[str, Value]) -> Value:
        return Regexp(node.pattern, node.flags)

    def _list(self, node: ListOf, names: Mapping[str, Value]) -> Value:
        return Items([self._value(each, names) for each in node.elements])

    def _object(self, node: ObjectOf, names: Mapping[str, Value]) -> Value:
        return Fields({name: self._value(each, names) for name, each in node.entries})

    def _name(self, node: Name, names: Mapping[str, Value]) -> Value:
        """Inner names hide outer ones, and those of the language hide properties."""
        file = self._scope.file
        if node.name in names:
            return names[node.name]
        if node.name == "this":
            this = self._scope.world.this
            return FileValue(this) if this is not None else None
        if node.name == "formula":
            raise ExpressionError("`formula` needs a name after it", "Write `formula.name`")
        if file is None:
            return None
        if node.name == "file":
            return FileValue(file)
        if node.name == "note":
            return properties_of(file, self._scope)
        return property_of(file, node.name, self._scope)

    def _unary(self, node: Unary, names: Mapping[str, Value]) -> Value:
        value = self._value(node.of, names)
        return not is_truthy(value) if node.operator == "!" else operators.negative(value)

    def _chain(self, node: Chain, names: Mapping[str, Value]) -> Value:
        """From left to right; `&&` and `||` stop where the rest decides nothing."""
        value = self._value(node.first, names)
        for step in node.steps:
            if step.operator in ("&&", "||"):
                if is_truthy(value) == (step.operator == "||"):
                    return value
                value = self._value(step.value, names)
                continue
            self._scope.budget.spend()
            right = self._value(step.value, names)
            self._scope.budget.pay_for(value)
            self._scope.budget.pay_for(right)
            try:
                value = operators.binary(step.operator, value, right)
            except ExpressionError as error:
                raise error.at(step.column) from None
        return value

    def _member(self, node: Member, names: Mapping[str, Value]) -> Value:
        if (of := self._outer(node.of, names)) is not None:
            return self._of_outer(of, node.name)
        value = self._value(node.of, names)
        if isinstance(value, Fields) and node.name in value:
            return value[node.name]
        if value is None or isinstance(value, Fields):
            return None
        found: Value = field_of(value, node.name).run(self._scope, value)
        return found

    def _index(self, node: Index, names: Mapping[str, Value]) -> Value:
        of = self._outer(node.of, names)
        value = self._value(node.of, names) if of is None else None
        key = self._value(node.key, names)
        if of is not None:
            return self._of_outer(of, text_of(key))
        if value is None or key is None:
            return None
        if isinstance(value, Fields):
            return value.get(text_of(key))
        if isinstance(key, str) and (isinstance(value, FileValue) or key == "length"):
            found: Value = field_of(value, key).run(self._scope, value)
            return found
        if not isinstance(value, Items | str):
            raise ExpressionError(f"{a_type(value)} has no elements")
        if not isinstance(key, float):
            raise ExpressionError(f"an index must be a number, not {a_type(key)}")
        place = whole(key)
        return value[place] if place == key and 0 <= place < len(value) else None

    def _outer(self, node: Node, names: Mapping[str, Value]) -> str | None:
        """`note`, `formula` or `this`, if a node is one of them and no inner name hides it."""
        if isinstance(node, Name) and node.name in ("note", "formula", "this"):
            return node.name if node.name not in names else None
        return None

    def _of_outer(self, of: str, name: str) -> Value:
        """A property of the row, a formula, or what `this` has."""
        if of == "formula":
            return self._formula(name)
        this = self._scope.world.this
        file = self._scope.file if of == "note" else this
        if file is None:
            return None
        own = FIELDS["file"]
        if of == "this" and name in own and (name == "file" or name not in file.properties):
            found: Value = own[name].run(self._scope, FileValue(file))
            return found
        return property_of(file, name, self._scope)

    def _formula(self, name: str) -> Value:
        """The value of a formula, computed once for each file."""
        if name not in self._formulas:
            known = did_you_mean(name, self._formulas)
            raise ExpressionError(f"no formula called `{name}`", known)
        if name in self._path:
            circle = self._path[self._path.index(name) :]
            first = circle.index(min(circle))  # so it is told in the same way from everywhere
            told = " → ".join([*circle[first:], *circle[:first], circle[first]])
            raise FormulaError(f"the formula depends on itself: {told}")
        if name not in self._known:
            try:
                self._known[name] = self._computed(name)
            except BudgetError:
                raise  # not remembered: alone it may be less than for whom it was needed
            except ExpressionError as error:
                self._known[name] = error
        found = self._known[name]
        if isinstance(found, FormulaError):
            raise FormulaError(found.mistake.message, found.mistake.remedy)
        if isinstance(found, ExpressionError):
            raise FormulaError(f"formula `{name}`: {found.mistake.message}", found.mistake.remedy)
        return found

    def _computed(self, name: str) -> Value:
        """What a formula gives, with a budget of its own: so it is the same whoever needs it."""
        node = self._formulas[name]
        if isinstance(node, Mistake):
            raise ExpressionError(node.message, node.remedy, node.column)
        outer, self._scope.budget = self._scope.budget, Budget(whole=self._whole)
        self._path.append(name)
        try:
            return self._value(node, NO_NAMES)
        finally:
            self._path.pop()
            self._scope.budget = outer

    def _call(self, node: Call, names: Mapping[str, Value]) -> Value:
        subject: tuple[Value, ...] = ()
        if node.of is None:
            function = global_function(node.name)
        else:
            method = method_of(self._value(node.of, names), node.name)
            if method is None:  # of null: nothing comes of nothing
                return None
            function, subject = method[0], method[1:]
        function.check_count(len(node.arguments), node.name)
        try:
            given = self._arguments(function, node, names)
        except Nothing:
            return None
        for each in subject:
            self._scope.budget.pay_for(each)
        found: Value = function.run(self._scope, *subject, *given)
        self._scope.budget.pay_for(found)
        return found

    def _arguments(
        self, function: Function, node: Call, names: Mapping[str, Value]
    ) -> Sequence[Any]:
        """The arguments of a call: values, and expressions that the function evaluates itself."""
        if function.kinds and function.kinds[0] == "expression":
            return [
                self._expression(each, names)
                if function.kind(place) == "expression"
                else self._value(each, names)
                for place, each in enumerate(node.arguments)
            ]
        values = [self._value(each, names) for each in node.arguments]
        for each in values:
            self._scope.budget.pay_for(each)
        return list(checked(function, node.name, values))

    def _expression(self, node: Node, outer: Mapping[str, Value]) -> Expression:
        def evaluate(names: Mapping[str, Value] = NO_NAMES) -> Value:
            return self._value(node, {**outer, **names} if names else outer)

        return evaluate


_METHODS: dict[type, Callable[..., Value]] = {
    Literal: Evaluator._literal,
    Pattern: Evaluator._pattern,
    ListOf: Evaluator._list,
    ObjectOf: Evaluator._object,
    Name: Evaluator._name,
    Unary: Evaluator._unary,
    Chain: Evaluator._chain,
    Member: Evaluator._member,
    Index: Evaluator._index,
    Call: Evaluator._call,
}
"""What computes each kind of node."""
