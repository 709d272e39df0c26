"""The library: which functions, methods and fields a value has, by its type."""

from __future__ import annotations

from notewright.bases import (
    functions_of_dates,
    functions_of_files,
    functions_of_lists,
    functions_of_numbers,
    functions_of_text,
    functions_of_values,
)
from notewright.bases.comparing import a_type
from notewright.bases.functions import Function, Table
from notewright.bases.mistakes import ExpressionError
from notewright.bases.values import Duration, KindOfText, Link, Value, type_name
from notewright.bases.written import text_of
from notewright.errors import did_you_mean

GLOBAL = functions_of_values.GLOBAL
ANY = functions_of_values.METHODS

METHODS: dict[str, tuple[Table, ...]] = {
    "string": (functions_of_text.METHODS,),
    "number": (functions_of_numbers.METHODS,),
    "duration": (functions_of_numbers.METHODS,),
    "date": (functions_of_dates.METHODS,),
    "list": (functions_of_lists.METHODS,),
    "object": (functions_of_lists.OF_OBJECTS,),
    "file": (functions_of_files.METHODS,),
    "link": (functions_of_files.OF_LINKS, functions_of_text.METHODS),
    "regexp": (functions_of_text.OF_PATTERNS,),
}
"""Methods by the type of the value in front of the dot; a link is text, too."""

FIELDS: dict[str, Table] = {
    "string": functions_of_text.FIELDS,
    "date": functions_of_dates.FIELDS,
    "list": functions_of_lists.FIELDS,
    "file": functions_of_files.FIELDS,
}
"""Fields by the type of the value in front of the dot."""

ALL_METHODS = {name for tables in METHODS.values() for table in tables for name in table} | set(ANY)


def _type(value: Value) -> str:
    """The type by which the tables know a value; kinds of text are text."""
    return "string" if isinstance(value, KindOfText) else type_name(value)


def global_function(name: str) -> Function:
    """A function that stands alone.

    Raises:
        ExpressionError: If there is none of this name.
    """
    if name in GLOBAL:
        return GLOBAL[name]
    remedy = did_you_mean(name, GLOBAL)
    if name in ALL_METHODS:
        remedy = f"Call it as a method: `x.{name}(…)`"
    raise ExpressionError(f"no function called `{name}`", remedy)


def method_of(value: Value, name: str) -> tuple[Function, Value] | None:
    """A method of a value, and the value as the method takes it.

    None where the value is null and another type has the method.

    Raises:
        ExpressionError: If the value has none of this name.
    """
    if name in ANY:
        return ANY[name], value
    tables = METHODS.get(_type(value), ())
    for table in tables:
        if name in table:
            return table[name], _as_subject(value, table)
    if value is None and name in ALL_METHODS:
        return None
    known = {each for table in tables for each in table} | set(ANY)
    remedy = did_you_mean(name, known if value is not None else ALL_METHODS)
    if name in FIELDS.get(_type(value), ()):
        remedy = f"Write `.{name}` without brackets"
    elif name in GLOBAL:
        remedy = f"Write `{name}(…)`"
    raise ExpressionError(f"{a_type(value)} has no method `{name}`", remedy)


def _as_subject(value: Value, table: Table) -> Value:
    """A value as the methods of a table take it: a link as text, a duration as milliseconds."""
    if isinstance(value, Link) and table is functions_of_text.METHODS:
        return text_of(value)
    return value.total if isinstance(value, Duration) else value


def field_of(value: Value, name: str) -> Function:
    """A field of a value that is neither null nor an object.

    Raises:
        ExpressionError: If the value has none of this name.
    """
    own = FIELDS.get(_type(value), Table())
    if name in own:
        return own[name]
    remedy = did_you_mean(name, own)
    if any(name in table for table in (*METHODS.get(_type(value), ()), ANY)):
        remedy = f"Write `.{name}(…)`"
    elif _type(value) == "link" and name in FIELDS["file"]:
        remedy = f"Write `.asFile().{name}`"
    raise ExpressionError(f"{a_type(value)} has no field `{name}`", remedy)
