"""Queries of notes: what fences `results` and `questions` ask for, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import yaml

from notewright.errors import Problem, did_you_mean
from notewright.note.safe_yaml import load_yaml

if TYPE_CHECKING:
    from notewright.note.note import Note

RESULTS, QUESTIONS = "results", "questions"
"""The languages of these fences."""

REFUSED = {
    RESULTS: "cannot show the table of results",
    QUESTIONS: "cannot list the questions",
}
"""How it is said that a fence asks for nothing, by its language."""

_KEYS = ("from", "where", "columns", "details", "sort", "totals", "filter", "guess")
RENAMED = {"more": "details"}
"""Keys of `results` by their names before 1.0; these work until 2.0."""

_NAMED = ("from",)
_GUESSES = ("claim", "verdict", "words")
_GUESSING = "Write `guess: {claim: claim, verdict: verdict, words: {confirmed: True}}`"


class QueryError(ValueError):
    """A fence that asks for no table; the message says what is wrong, `remedy` what to do."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True)
class Guess:
    """What is guessed.

    Attributes:
        claim: The name of what a reader is shown.
        verdict: The name of what he guesses.
        words: What a button says, by the verdict that it stands for.
    """

    claim: str
    verdict: str
    words: Mapping[str, str]


@dataclass(frozen=True)
class Query:
    """What a fence asks for.

    Attributes:
        source: Pattern of the paths of notes in the vault, such as `lessons/*`.
        columns: Heading of each column by the name of what it shows.
        where: Values that a result must have.
        sort: The name by whose value the rows are sorted; otherwise they stand in the order
            of notes and cells.
        totals: The name whose values are counted above the table.
        guess: What a reader may guess before he reads the table; None if nothing.
        filters: Names of columns by whose values a reader may pick rows.
        details: Names of columns whose values each row opens in place.
        old_names: Keys that the fence gives by their old names.
    """

    source: str
    columns: Mapping[str, str]
    where: Mapping[str, Any]
    sort: str = ""
    totals: str = ""
    guess: Guess | None = None
    filters: Sequence[str] = ()
    details: Sequence[str] = ()
    old_names: Sequence[str] = ()

    @property
    def shown(self) -> Sequence[str]:
        """The names of the columns, without those that a row opens."""
        return [name for name in self.columns if name not in self.details]


def check_queries(note: Note) -> Iterator[Problem]:
    """Yield what is wrong with the fences of a note, whatever the vault holds."""
    readers: dict[str, Callable[[str], object]] = {RESULTS: read_query, QUESTIONS: read_patterns}
    for language, line, text in fences(note):
        try:
            readers[language](text)
        except QueryError as error:
            yield Problem(note.file, line, f"{REFUSED[language]}: {error}", error.remedy)


def fences(note: Note) -> Iterator[tuple[str, int, str]]:
    """Yield the language, the first line that is not blank, and the text of each such fence."""
    for token in note.parse.blocks:
        language = language_of(token.info) if token.type == "fence" else ""
        if language in REFUSED and token.map is not None:
            blank = len(token.content) - len(token.content.lstrip())
            yield language, token.map[0] + 2 + token.content.count("\n", 0, blank), token.content


def language_of(info: str) -> str:
    """The language of a fence, by the words behind its backticks."""
    return next(iter(info.split(maxsplit=1)), "")


def read_query(text: str) -> Query:
    """Read the YAML of a fence.

    Raises:
        QueryError: If it is no query.
    """
    try:
        found = load_yaml(text)
    except (yaml.YAMLError, ValueError) as error:
        raise QueryError(f"not valid YAML: {' '.join(str(error).split())[:200]}") from None
    if not isinstance(found, dict):
        raise QueryError(
            "expected `key: value` lines", "Write `from: folder/*` and `columns: {name: Heading}`"
        )
    old_names = [key for key in found if key in RENAMED]
    for key in old_names:
        if RENAMED[key] in found:
            message = f"`{key}` is the old name of `{RENAMED[key]}`, and both are set"
            raise QueryError(message, f"Remove `{key}`")
        found[RENAMED[key]] = found.pop(key)
    for key in found:
        if key not in _KEYS:
            raise QueryError(f"unknown key `{key}`", did_you_mean(str(key), _KEYS))
    columns, where = found.get("columns"), found.get("where", {})
    source = found.get("from")
    if not isinstance(source, str):
        wrong = "is missing" if source is None else "must be text"
        raise QueryError(
            f"`from` {wrong}", "Select notes with one pattern, such as `from: lessons/*`"
        )
    if not isinstance(columns, dict) or not columns:
        raise QueryError("`columns` is missing", "Write `columns: {name: Heading}`")
    if not isinstance(where, dict):
        raise QueryError("`where` must be a mapping", "Write `where: {name: value}`")
    named = {str(name): str(heading) for name, heading in columns.items()}
    sort, totals = str(found.get("sort", "")), str(found.get("totals", ""))
    filters, details = (_columns(found, key, named) for key in ("filter", "details"))
    query = Query(source, named, where, sort, totals, None, filters, details, old_names)
    if not query.shown:
        raise QueryError("`details` lists all columns", "Keep at least one column in the table")
    return replace(query, guess=_read_guess(found.get("guess"), query.shown))


def _columns(found: Mapping[str, Any], key: str, columns: Mapping[str, str]) -> Sequence[str]:
    """The columns that a key names.

    Raises:
        QueryError: If there is no such column.
    """
    names = found.get(key, [])
    if not isinstance(names, list):
        raise QueryError(f"`{key}` must be a list", f"Write `{key}: [name]`")
    for name in map(str, names):
        if name not in columns:
            raise QueryError(
                f"`{key}` refers to `{name}`, which is not a column", did_you_mean(name, columns)
            )
    return [str(name) for name in names]


def _read_guess(found: Any, columns: Sequence[str]) -> Guess | None:
    """Read what a fence says under `guess`; None if it says nothing.

    Args:
        found: The value of the key.
        columns: The names whose values the table shows.

    Raises:
        QueryError: If it is not what it should be.
    """
    if found is None:
        return None
    if not isinstance(found, dict) or set(found) != set(_GUESSES):
        raise QueryError(f"`guess` needs exactly the keys {', '.join(_GUESSES)}", _GUESSING)
    words = found["words"]
    if not isinstance(words, dict) or len(words) < 2:
        raise QueryError("`words` in `guess` needs at least two entries", _GUESSING)
    for name in ("claim", "verdict"):
        if found[name] not in columns:
            remedy = f"Use one of {', '.join(columns)}"
            raise QueryError(f"`guess` refers to `{found[name]}`, which is not a column", remedy)
    said = {str(verdict): str(word) for verdict, word in words.items()}
    return Guess(found["claim"], found["verdict"], said)


def read_patterns(text: str) -> Sequence[str]:
    """Read which notes a fence names.

    Raises:
        QueryError: If it names none.
    """
    example = "Write `from: folder/*`, or a list of such patterns"
    try:
        found = load_yaml(text)
    except (yaml.YAMLError, ValueError) as error:
        raise QueryError(f"not valid YAML: {' '.join(str(error).split())[:200]}") from None
    if not isinstance(found, dict) or "from" not in found:
        raise QueryError("`from` is missing", example)
    for key in found:
        if key not in _NAMED:
            raise QueryError(f"unknown key `{key}`", did_you_mean(str(key), _NAMED))
    patterns = found["from"] if isinstance(found["from"], list) else [found["from"]]
    if not patterns or not all(isinstance(each, str) for each in patterns):
        raise QueryError("`from` must be a pattern or a list of patterns", example)
    return patterns
