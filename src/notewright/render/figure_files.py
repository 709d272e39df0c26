"""Writes the figures that notes embed by name, `![[fig-roc.svg]]`, to where Obsidian finds them.

The site does not read these files: it shows the record. They are not part of the vault.
"""

from __future__ import annotations

from collections.abc import Iterator

from notewright.errors import EngineError, Problem
from notewright.files import remove_unfinished, replace_file
from notewright.note.links import figure_label
from notewright.render import figure_html
from notewright.run.engine import Run
from notewright.run.worker.outputs import is_image
from notewright.vault.found_files import FIGURES
from notewright.vault.vault import Vault


def check_figures(vault: Vault, run: Run) -> Iterator[Problem]:
    """Yield each embed of a figure that no cell makes, or that several could."""
    for note in vault.notes.values():
        for link in note.wikilinks:
            label = figure_label(link) if link.is_embed else ""
            makers = run.labels.get(label, [])
            if len(makers) > 1:
                places = ", ".join(f"{each.cell.file}:{each.cell.line}" for each in makers)
                message = f"several cells have the label `{label}`: {places}"
                yield Problem(note.file, link.line, message, "Give each cell its own label")
            elif makers and makers[0].record and not any(map(is_image, makers[0].outputs)):
                message = f"the cell `{label}` does not draw a figure"
                remedy = f"Embed its output: `![[…#^{label}]]`"
                yield Problem(note.file, link.line, message, remedy)


def write_figures(vault: Vault, run: Run) -> None:
    """Bring the files of embedded figures up to date, and remove those that nobody embeds.

    Raises:
        EngineError: If they cannot be written.
    """
    embedded = {
        figure_label(link)
        for note in vault.notes.values()
        for link in note.wikilinks
        if link.is_embed
    }
    wanted: dict[str, bytes] = {}
    kept: set[str] = set()  # as they were, for those that wait
    for label in sorted(embedded & run.labels.keys()):
        if run.labels[label][0].waits_for:
            kept.add(f"{label}.svg")
        for output in run.labels[label][0].outputs:
            svg = output.get("data", {}).get("image/svg+xml")
            if svg:
                wanted.setdefault(f"{label}.svg", figure_html.on_paper(svg).encode("utf-8"))
    directory = vault.settings.docs_dir / FIGURES
    if not directory.resolve().is_relative_to(vault.settings.docs_dir):
        raise EngineError(f"{FIGURES}/ is a link to a folder outside the vault. Remove it.")
    try:
        for path in directory.glob("*.svg"):
            if path.name not in wanted and path.name not in kept:
                path.unlink(missing_ok=True)  # another build may do so too
        remove_unfinished(directory)
        for name, content in wanted.items():
            directory.mkdir(parents=True, exist_ok=True)
            path = directory / name
            # An unchanged file is left alone: `mkdocs serve` would take it for an edit.
            if not path.exists() or path.read_bytes() != content:
                replace_file(path, content)
    except OSError as error:
        place = vault.settings.relative(directory)
        raise EngineError(
            f"cannot write to {place}/: {error.strerror}. Free some space or grant write access"
        ) from None
