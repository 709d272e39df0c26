"""Results that cells give: flat mappings of names to texts and numbers, for others to show.

A cell whose value has a representation of the type `MIME` gives a result, or a list of them.
Fences `results` show them as rows; bases ask for them by the label of the cell.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from functools import cached_property
from hashlib import sha256
from typing import Any

from notewright.run.engine import Run
from notewright.run.verdicts import CellResult

MIME = "application/vnd.notewright.result+json"


def given(output: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The results that an output of a cell gives."""
    found = output.get("data", {}).get(MIME)
    several = found if isinstance(found, list) else [found]
    return [values for values in several if isinstance(values, Mapping)]


def first_figure(results: Sequence[CellResult]) -> tuple[str, str] | None:
    """The first figure that a note shows, as SVG, and what is seen in it; None without one."""
    for result in results:
        options = result.cell.options
        for output in result.outputs if options.include else ():
            svg = output.get("data", {}).get("image/svg+xml")
            if isinstance(svg, str):
                return svg, next(iter((*result.said("fig-alt"), *result.said("fig-cap"))), "")
    return None


class GivenResults:
    """The results of one run, by the path of the note and the label of the cell.

    Args:
        run: What the cells of the vault showed.
    """

    def __init__(self, run: Run) -> None:
        self._run = run

    def of(self, path: str) -> Mapping[str, Any]:
        """What the cells of a note gave, by label: a result, or a list if there are several."""
        return self._found.get(path, {})

    def first_figure(self, path: str) -> str:
        """The first figure that a note shows, as SVG; empty without one."""
        found = first_figure(self._run.cells.get(path, ()))
        return found[0] if found is not None else ""

    @cached_property
    def digest(self) -> str:
        """Digest of all of them, and of what they wait for."""
        written = json.dumps([self._found, self._awaited], sort_keys=True)
        return sha256(written.encode("utf-8", "surrogatepass")).hexdigest()

    def awaited(self, paths: Set[str]) -> str:
        """The place of the first session of these notes that is going to run; empty if all have."""
        return next((place for path, place in self._awaited.items() if path in paths), "")

    @cached_property
    def _awaited(self) -> Mapping[str, str]:
        """By the path of each note that waits, the place of its first session that is to run."""
        places = {
            path: next((each.waits_for for each in results if each.waits_for), "")
            for path, results in self._run.cells.items()
        }
        return {path: place for path, place in places.items() if place}

    @cached_property
    def _found(self) -> Mapping[str, Mapping[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for path, results in self._run.cells.items():
            for result in results:
                own: Sequence[Any] = [one for output in result.outputs for one in given(output)]
                if result.cell.label and own:
                    by_label = found.setdefault(path, {})
                    by_label[result.cell.label] = own[0] if len(own) == 1 else own
        return found
