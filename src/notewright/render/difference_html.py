"""Makes one HTML page of a difference between two manifests: old and new side by side.

It asks nobody, runs nothing, and is read in light and in dark, with a keyboard and without sight.
"""

from __future__ import annotations

import base64
import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from notewright.render.cell_html import without_controls
from notewright.render.figure_html import on_paper
from notewright.run.comparison import CellChange, Comparison, NoteChange, PartChange
from notewright.run.manifest import Part

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

_STYLE = """
:root { color-scheme: light dark; --text: #1b1b1f; --quiet: #55555f; --ground: #fff;
  --edge: #b9b9c2; --old: #fbe4e0; --new: #dff3e4; --link: #1a4f9c; }
@media (prefers-color-scheme: dark) { :root { --text: #e8e8ee; --quiet: #b4b4c0;
  --ground: #17171c; --edge: #55555f; --old: #4a2420; --new: #1d3d28; --link: #9cc2ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 90rem; padding: 1rem; background: var(--ground);
  color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
a { color: var(--link); }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin-bottom: .25rem; }
section { border-top: 1px solid var(--edge); margin-top: 1.5rem; }
.quiet { color: var(--quiet); margin: .25rem 0; }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; margin: .5rem 0 1rem; }
.side { min-width: 0; border: 1px solid var(--edge); border-radius: .3rem; padding: .5rem; }
.side h4 { font-size: .85rem; margin: 0 0 .25rem; color: var(--quiet); }
pre { margin: 0; overflow-x: auto; font: .85rem/1.4 ui-monospace, monospace; }
del { background: var(--old); color: inherit; } ins { background: var(--new); color: inherit; }
ins { text-decoration: underline; }
img { max-width: 100%; height: auto; background: #fff; display: block; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
@media (max-width: 45rem) { .sides { grid-template-columns: 1fr; } }
"""

_WORD = re.compile(r"\s+|[^\s]+")


def page(found: Comparison, names: tuple[str, str]) -> str:
    """The page of a comparison.

    Args:
        found: The comparison.
        names: What the old state and the new one are called.
    """
    old, new = map(_text, names)
    total = len(found.notes) + found.same
    told = f"{len(found.notes)} of {total} notes differ, in {found.cells} cells."
    body = "".join(_note(note, names, number) for number, note in enumerate(found.notes))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Differences between {old} and {new}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n<h1>Differences between {old} and {new}</h1>\n"
        f"<p>{told if found.notes else f'All {total} notes are identical.'}</p>\n"
        f"{''.join(_machines(names, found.machines))}{_contents(found.notes)}{body}"
        "</main>\n</body>\n</html>\n"
    )


def _machines(names: tuple[str, str], machines: Iterable[Sequence[str]]) -> Iterator[str]:
    for name, each in zip(names, machines, strict=True):
        if each:
            yield f'<p class="quiet">{_text(name)}: made on {_text(" and on ".join(each))}</p>\n'


def _contents(notes: Sequence[NoteChange]) -> str:
    if not notes:
        return ""
    items = "".join(
        f'<li><a href="#note-{number}">{_text(note.note)}</a>: {_text(_words(note))}</li>\n'
        for number, note in enumerate(notes)
    )
    return f'<nav aria-label="Notes that differ">\n<ul>\n{items}</ul>\n</nav>\n'


def _words(note: NoteChange) -> str:
    if note.words:
        return f"the note is {note.words}"
    return f"{len(note.cells)} of {note.total} cells, {note.kind}"


def _note(note: NoteChange, names: tuple[str, str], number: int) -> str:
    title = f'<h2 id="note-{number}">{_text(note.note)}</h2>'
    cells = "".join(_cell(cell, names) for cell in note.cells)
    return (
        f'<section aria-labelledby="note-{number}">\n{title}\n'
        f'<p class="quiet">{_text(_words(note))}</p>\n{cells}</section>\n'
    )


def _cell(cell: CellChange, names: tuple[str, str]) -> str:
    shown = cell.new or cell.old
    assert shown is not None
    label = f" ({shown.label})" if shown.label else ""
    words = f": {cell.words}" if cell.words else ""
    parts = "".join(_part(part, names) for part in cell.parts)
    return f"<h3>Line {shown.line}{_text(label + words)}</h3>\n{parts}"


def _part(part: PartChange, names: tuple[str, str]) -> str:
    shown = part.new or part.old
    assert shown is not None
    name = f"<code>{_text(shown.name)}</code>: " if shown.name else ""
    sides = _figures(part) if shown.kind == "figure" else _texts(part)
    boxes = "".join(
        f'<div class="side"><h4>{_text(which)}</h4>{side}</div>'
        for which, side in zip(names, sides, strict=True)
    )
    words = _text(f"{shown.kind}: ") + name + _text(part.amount.words)
    return f'<p class="quiet">{words}</p>\n<div class="sides">{boxes}</div>\n'


def _texts(part: PartChange) -> tuple[str, str]:
    """Both texts, in which the words that differ are marked."""
    old = _WORD.findall(part.old.text if part.old else "")
    new = _WORD.findall(part.new.text if part.new else "")
    sides: tuple[list[str], list[str]] = ([], [])
    for kind, start, end, first, last in _matched(old, new):
        for side, words, tag in (
            (sides[0], old[start:end], "del"),
            (sides[1], new[first:last], "ins"),
        ):
            said = _text("".join(words))
            side.append(said if kind == "equal" or not said else f"<{tag}>{said}</{tag}>")
    shown = [_pre("".join(side)) if side else "<p>nothing</p>" for side in sides]
    return shown[0], shown[1]


_MOST = 4000
"""Words above which two texts are shown without marks: to find them takes too long."""


def _matched(old: Sequence[str], new: Sequence[str]) -> Iterable[tuple[str, int, int, int, int]]:
    if len(old) == len(new):  # the usual case: the same words, but for some numbers
        for at, (first, second) in enumerate(zip(old, new, strict=True)):
            yield "equal" if first == second else "replace", at, at + 1, at, at + 1
    elif max(len(old), len(new)) > _MOST:
        yield "equal", 0, len(old), 0, len(new)
    else:
        yield from difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _pre(html: str) -> str:
    return f'<pre tabindex="0">{html}</pre>'


def _figures(part: PartChange) -> tuple[str, str]:
    return _figure(part.old), _figure(part.new)


def _figure(part: Part | None) -> str:
    """A figure as an image: in it no script runs, whoever wrote the manifest."""
    if part is None:
        return "<p>nothing</p>"
    if not part.is_drawn:
        return "<p>The manifest has no figures.</p>"
    words = " ".join(part.text.split()) or "none"
    return f'<img src="{_address(part.figure)}" alt="Figure; its text: {_text(words)}">'


def _address(figure: str) -> str:
    if figure.startswith("data:image/"):
        return escape(figure, quote=True)
    drawn = base64.b64encode(on_paper(figure).encode("utf-8", "replace")).decode()
    return f"data:image/svg+xml;base64,{drawn}"


def _text(text: str) -> str:
    return escape(without_controls(text), quote=True)
