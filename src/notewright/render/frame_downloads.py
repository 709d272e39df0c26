"""Frames in downloads: a notebook runs a cell with `vary` for its other values, by sliders.

Without ipywidgets, the notebook has the value that the page shows first, and no more.
"""

from __future__ import annotations

from notewright.note.variations import Variation

SETUP = '''\
def _vary(code, **values):
    """Run a cell for other values: with sliders, if ipywidgets is installed."""
    try:
        from ipywidgets import SelectionSlider, interact
    except ImportError:
        return
    import ast

    lines = [line for line in code.splitlines() if "  # vary: " not in line]
    tree = ast.parse("\\n".join(lines))
    is_shown = tree.body and isinstance(tree.body[-1], ast.Expr) and not code.rstrip().endswith(";")
    last = ast.Expression(tree.body.pop().value) if is_shown else None

    def frame(**given):
        names = {**globals(), **given}  # other cells do not see what this one does
        exec(compile(tree, "<vary>", "exec"), names)
        shown = eval(compile(last, "<vary>", "eval"), names) if last else None
        if shown is not None:
            display(shown)

    sliders = {
        name: SelectionSlider(options=options, value=globals()[name], continuous_update=False)
        for name, options in values.items()
    }
    interact(frame, **sliders)'''
"""What the first cell of a notebook defines, if a cell of it varies."""


def others(vary: Variation) -> str:
    """The code below a cell that runs it for its other values."""
    values = ", ".join(
        f"{name}={list(row)!r}" for name, row in zip(vary.names, vary.values, strict=True)
    )
    return (
        "# Other values for the cell above (sliders if ipywidgets is installed).\n"
        f"_vary(_i, {values})"
    )
