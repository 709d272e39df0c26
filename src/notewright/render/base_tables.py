"""Tables of bases in plain Markdown, for the reading copies of notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from notewright.bases.mistakes import ExpressionError, Mistake
from notewright.bases.query import Result
from notewright.bases.values import Value
from notewright.bases.written import text_of


def tables(results: Sequence[Result], linked: Callable[[str, str], str]) -> str:
    """The views of a base, each as a table.

    Args:
        results: What the views show.
        linked: Makes a link of a text and the path of a file.
    """
    parts: list[str] = []
    for result in results:
        parts += [f"*{result.view.name}*"] if result.view.name and len(results) > 1 else []
        parts.append("\n".join(_lines(result, linked)))
    return "\n\n".join(parts)


def _lines(result: Result, linked: Callable[[str, str], str]) -> Iterator[str]:
    if not result.groups:
        yield "*No matching files.*"
        return
    heads = [column.head for column in result.columns]
    heads = heads if result.grouped_by is None else [result.grouped_by, *heads]
    yield _row(heads)
    yield _row(["---"] * len(heads))
    for group in result.groups:
        first = [_text(group.heading)] if result.is_grouped else []
        for row in group.rows:
            cells = []
            for column, value in zip(result.columns, row.values, strict=True):
                text = _text(value)
                is_name = column.name in ("file.name", "file.basename", "file")
                cells.append(linked(text.removesuffix(".md"), row.file.path) if is_name else text)
            yield _row([*first, *cells])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _text(value: Value | Mistake) -> str:
    """A value in one line, of which nothing ends a cell."""
    try:
        text = str(value) if isinstance(value, Mistake) else text_of(value)
    except ExpressionError as error:  # it is too long to be shown
        text = str(error)
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")
