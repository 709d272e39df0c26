"""Measure the facts on the models, and write them to the file that
`snippets.model_facts` reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from threadpoolctl import threadpool_limits

from snippets import comparison, model_facts
from snippets.comparison import ROWS, Model, model
from snippets.comparison_runs import TRIED, sensitivity_table
from snippets.model_facts import Row
from snippets.model_scores import score


# --8<-- [start:measured]
def measured(one: Model) -> Row:
    """Measure a model or a variant: its row of the comparison, how far its
    answer stays the same, and its score.

    Returns:
        The columns of the file; a variant has no score, and a model that was
        not tried has no columns of sensitivity.
    """
    row: Row = comparison.read_row(one)
    if one in TRIED:
        (tried,) = sensitivity_table(models=[one]).to_dict("records")
        row |= {str(column): said for column, said in tried.items()}
    if one in comparison.MODELS:
        scored = score(one.name)
        row |= {
            "score": round(scored.mean, 2) if scored else None,
            "score spread": round(scored.spread, 2) if scored else None,
            "scored on": scored.on if scored else None,
        }
    return row


# --8<-- [end:measured]


def lines(found: dict[str, Row]) -> Iterator[str]:
    """Write a row as a line, so that a change shows the model."""
    for name, row in found.items():
        yield f"{json.dumps(name)}: {json.dumps(row, ensure_ascii=False)}"


def main(names: Sequence[str]) -> int:
    """Measure models, and write the file.

    Args:
        names: The models and variants; all if none is named.
    """
    kept = model_facts.rows() if names else {}
    for one in [model(name) for name in names] or ROWS:
        print(one.name, flush=True)
        with threadpool_limits(1):  # as in a note
            kept[one.name] = measured(one)
    found = {one.name: kept[one.name] for one in ROWS}
    text = "{\n" + ",\n".join(lines(found)) + "\n}\n"
    model_facts.FILE.write_text(text, encoding="utf-8")
    return 0
