"""Options of a cell: the `#| key: value` lines at its top, read and checked."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from keyword import iskeyword
from typing import Any

import yaml

from notewright.errors import Problem, VaultError, did_you_mean
from notewright.note.held_properties import as_mapping
from notewright.note.safe_yaml import load_yaml
from notewright.note.variations import (
    UnfitError,
    Variation,
    quoted_ranges,
    template,
    variation,
)

OPTION = re.compile(r"^#\|[ \t]?(?P<yaml>.*)$")


MOST_PRINTED = 6
"""Frames that are printed side by side."""

RENAMED = {"holds": "properties", "print": "print-frames", "vary-says": "vary-caption"}
"""Options by their names before 1.0; these work until 2.0."""


@dataclass(frozen=True, slots=True)
class Options:
    """The `#| key: value` lines at the top of a cell.

    Attributes:
        label: Name of the cell, for links and embeds.
        code_fold: Whether the code is shown folded; None leaves it to the note.
        fig_cap: A caption for each figure.
        fig_alt: What is seen in each figure, for those who don't see it.
        echo: Whether the code is shown.
        include: Whether anything is shown.
        error: The exception that the cell must raise, as `Type` or `Type: part of the message`.
        timeout: Time limit in seconds; None stands for the setting.
        cost: Why it is worth its processor time, for its writers; no page shows it.
        needs: Top-level modules that it cannot do without; where one is not installed, it rests.
        deps: Files that it reads where nobody can follow, as paths or globs from the root.
        vary: The values with which it runs, once each.
        vary_default: Which of them the page shows first, as it is written.
        vary_caption: One line on what each frame shows, with `{expressions}` in it.
        steps: Whether it yields its states, each with a line of text.
        play: Whether the page can play its frames.
        print_frames: Which of its frames are printed: `first`, or `all` as small multiples.
        properties: Python that computes properties of the note by their names; may be empty.
        old_names: Options that the cell gives by their old names.
    """

    label: str = ""
    code_fold: bool | None = None
    fig_cap: tuple[str, ...] = ()
    fig_alt: tuple[str, ...] = ()
    echo: bool = True
    include: bool = True
    error: str = ""
    timeout: float | None = None
    cost: str = ""
    needs: tuple[str, ...] = ()
    deps: tuple[str, ...] = ()
    vary: Variation | None = None
    vary_default: Any = None
    vary_caption: str = ""
    steps: bool = False
    play: bool = False
    print_frames: str = "first"
    properties: str = ""
    old_names: tuple[str, ...] = ()

    @property
    def has_frames(self) -> bool:
        """Whether the cell shows several frames."""
        return self.vary is not None or self.steps

    @property
    def templates(self) -> Mapping[str, tuple[str, ...]]:
        """What is said of each frame, by option, with expressions that each frame evaluates."""
        captions = (self.vary_caption,) if self.vary_caption else ()
        return {"vary-caption": captions, "fig-alt": self.fig_alt, "fig-cap": self.fig_cap}


def parse_options(lines: list[str], file: str, line: int) -> Options:
    """Read the `#|` lines of a cell.

    Args:
        lines: The lines, without `#|`.
        file: The note's path from the project's root.
        line: The note's line of the first of them.

    Raises:
        VaultError: If they are not YAML, or a key or a value is unknown.
    """
    try:
        values = (load_yaml("\n".join(map(_quoted, lines))) if lines else None) or {}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = line + (mark.line if mark else 0)
        remedy = "Write `#| key: value`, and put quotes around text that contains `: ` or `#`"
        raise _error(file, at, f"the option is not valid YAML: {error.problem}", remedy) from None
    except (yaml.YAMLError, ValueError) as error:  # control characters, or an impossible date
        reason = str(error).partition("\n")[0]
        raise _error(
            file, line, f"the option is not valid YAML: {reason}", "Put quotes around the value"
        ) from None
    if not isinstance(values, dict):
        raise _error(
            file, line, "an option is not in the form `key: value`", "Write `#| key: value`"
        )
    read: dict[str, Any] = {}
    places: dict[str, int] = {}
    old_names = [key for key in values if isinstance(key, str) and key in RENAMED]
    for written, value in values.items():
        at = _line_of(str(written), lines, line)
        key = RENAMED.get(written, written) if isinstance(written, str) else written
        if key != written and key in values:
            message = f"`{written}` is the old name of `{key}`, and both are set"
            raise _error(file, at, message, f"Remove `{written}`")
        places[str(key)] = at
        if key not in _OPTIONS:
            remedy = _OF_QUARTO.get(str(key)) or did_you_mean(str(key), _OPTIONS)
            raise _error(file, at, f"unknown option `{key}`", remedy)
        reader, wanted = _OPTIONS[key]
        try:
            if key == "vary":
                reader = partial(variation, default=values.get("vary-default"))
            read[key.replace("-", "_")] = reader(value)
        except UnfitError as error:
            named = key if "vary-default" not in str(error) else "vary-default"
            at = places.get(named) or _line_of(named, lines, line)
            raise _error(file, at, str(error), error.remedy) from None
        except ValueError:
            message = f"invalid value for option `{written}`: {value!r}"
            raise _error(file, at, message, f"Use {wanted}") from None
    options = Options(**read, old_names=tuple(old_names))
    for key, message, remedy in _clashes(options, read):
        raise _error(file, places[key], message, remedy)
    return options


def _line_of(key: str, lines: Sequence[str], line: int) -> int:
    return line + next((n for n, text in enumerate(lines) if text.startswith(f"{key}:")), 0)


def _clashes(options: Options, read: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield each option that does not go with the others, by its key; why, and what to do."""
    for name in ("vary_default", "vary_caption"):
        key = name.replace("_", "-")
        if name in read and options.vary is None:
            yield key, f"option `{key}` has no effect without `vary`", "Add `vary`, or remove it"
    if "print_frames" in read and options.vary is None:
        yield "print-frames", "option `print-frames` has no effect without `vary`", "Remove it"
    if "play" in read and not options.has_frames:
        yield "play", "option `play` has no effect without `vary` or `steps`", "Remove it"
    if options.vary is not None and not options.vary_caption:
        remedy = (
            f"Add `#| vary-caption:` with one line of text, for example `{_example(options.vary)}`"
        )
        yield "vary", "`vary` needs a caption", remedy
    if options.vary is not None and options.steps:
        yield "steps", "a cell cannot have both `vary` and `steps`", "Remove one of them"
    if options.play and options.vary is not None and len(options.vary.names) > 1:
        yield (
            "play",
            "`play` needs a single varied name, not a grid",
            "Remove `play`",
        )
    if options.print_frames == "all" and options.vary and len(options.vary.frames) > MOST_PRINTED:
        message = f"too many frames to print side by side: {len(options.vary.frames)}"
        yield (
            "print-frames",
            message,
            f"Use at most {MOST_PRINTED} values, or remove the option",
        )
    if options.has_frames and options.error:
        yield "error", "a cell with frames cannot have `error`", "Catch the exception and print it"
    if options.has_frames and not options.include:
        yield "include", "a cell with frames cannot be hidden", "Remove `include`"
    for key, texts in options.templates.items() if options.has_frames else ():
        for text in texts:
            try:
                compile(template(text), "", "eval")
            except (SyntaxError, ValueError) as error:
                reason = getattr(error, "msg", None) or str(error)
                remedy = "Text in braces is Python code. Write `{{` for a literal brace"
                yield key, f"cannot read `{key}`: {reason}", remedy


def _example(vary: Variation) -> str:
    return f"{{{vary.names[0]}}} groups, error {{error:.2f}}"


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value.strip()


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(_text, value)) if isinstance(value, list) else (_text(value),)


def _label(value: Any) -> str:
    if not re.fullmatch(r"[A-Za-z][\w-]*", _text(value)):
        raise ValueError
    return _text(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _paths(value: Any) -> tuple[str, ...]:
    paths = _texts(value)
    if any(path.startswith("/") or ".." in path.split("/") for path in paths):
        raise ValueError
    return paths


def _modules(value: Any) -> tuple[str, ...]:
    names = _texts(value)
    if not names or any(not name.isidentifier() or iskeyword(name) for name in names):
        raise ValueError
    return tuple(dict.fromkeys(names))


def _quoted(line: str) -> str:
    """Quote `error: ValueError: text`, a mapping in a mapping to YAML, and `range(2, 9)`."""
    line = quoted_ranges(line)
    match = re.fullmatch(r"error:\s+(?P<value>[^\s\"'].*:\s.*)", line)
    return f"error: {json.dumps(match['value'].strip())}" if match else line


def _given(value: Any) -> Any:
    return value


def _printed(value: Any) -> str:
    if value not in ("first", "all"):
        raise ValueError
    return str(value)


def _computed(value: Any) -> str:
    if isinstance(value, dict) and value:
        # YAML takes Python such as `3` or `true` for a value.
        given = {_text(name): each for name, each in value.items()}
        pythons = {
            name: each if isinstance(each, str) else repr(each) for name, each in given.items()
        }
        return as_mapping({name: _text(each) for name, each in pythons.items()})
    return _text(value)


def _exception(value: Any) -> str:
    if not re.match(r"[A-Za-z_][\w.]*(?::|$)", _text(value)):
        raise ValueError
    return _text(value)


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError
    if not 0 < value < math.inf:
        raise ValueError
    return float(value)


_OPTIONS: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "label": (_label, "a name of letters, digits, `-` and `_`, such as `fig-roc`"),
    "fig-cap": (_texts, "text, or a list with one text per figure"),
    "fig-alt": (_texts, "text, or a list with one text per figure"),
    "echo": (_truth, "`true` or `false`"),
    "code-fold": (_truth, "`true` or `false`"),
    "deps": (_paths, "paths or globs inside the project, such as `data/*.h5`"),
    "needs": (_modules, "module names as in `import`, such as `optuna` or `[fastapi, httpx]`"),
    "include": (_truth, "`true` or `false`"),
    "error": (_exception, "the exception's name, such as `ValueError`"),
    "timeout": (_seconds, "a number of seconds above 0"),
    "cost": (_text, "a sentence that says why the cell takes so long"),
    "vary": (variation, "names with lists of values, such as `{k: [2, 3, 4]}`"),
    "vary-default": (_given, "one value for each name, such as `{k: 3}`"),
    "vary-caption": (_text, "one line of text, such as `{k} groups`"),
    "steps": (_truth, "`true` or `false`"),
    "play": (_truth, "`true` or `false`"),
    "print-frames": (_printed, "`first` or `all`"),
    "properties": (
        _computed,
        "property names with Python expressions, such as `score: 'x.mean()'`",
    ),
}


_FIGSIZE = "Set the size in Matplotlib, for example `plt.figure(figsize=(6, 4))`"
_FRESH = "Remove it: notewright only runs cells again after a change"
_WARNINGS = 'Suppress it in the code, for example with `warnings.simplefilter("ignore")`'
_OF_QUARTO: Mapping[str, str] = {
    "cache": _FRESH,
    "eval": "Write `python notest` on the fence to show the code without running it",
    "fig-height": _FIGSIZE,
    "fig-width": _FIGSIZE,
    "freeze": _FRESH,
    "message": _WARNINGS,
    "output": (
        "Hide a value with `;` after the expression, or hide the cell with `#| include: false`"
    ),
    "warning": _WARNINGS,
}
"""Options of Quarto that are none here, with what to do instead."""


def option_names() -> Mapping[str, str]:
    """The options that there are, each with what it takes."""
    return {name: wanted for name, (_, wanted) in _OPTIONS.items()}


def _error(file: str, line: int, message: str, remedy: str) -> VaultError:
    return VaultError(Problem(file, line, message, remedy))
