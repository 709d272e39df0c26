"""Chapter 6: a tree drawn so that it can be read, and data turned about the
origin.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from snippets.drawing import GREY

FloatArray = NDArray[np.float64]

BOX = 0.28
"""Half the height of a node's box, in levels of the tree, at a height of 1.2
inches a level.
"""


# --8<-- [start:turn]
def turn(X: FloatArray, degrees: float) -> FloatArray:
    """Turn samples about the origin, anticlockwise; no distance changes.

    Args:
        X: Samples, shape (n_samples, 2), both features in one unit.
        degrees: By how much.

    Returns:
        The turned samples, shape (n_samples, 2), in the same unit.
    """
    angle = np.radians(degrees)
    towards = [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]
    return np.asarray(X @ towards)
    # --8<-- [end:turn]


def draw_tree(
    ax: Axes, model: Any, features: Sequence[str], classes: Sequence[str]
) -> None:
    """Draw a small fitted tree: a box a node, and to the left the answer yes.

    Each box holds the question or, in a leaf, the class, then the Gini impurity
    and how many training samples of each class arrived. Leaves have the colour
    of their class.

    Args:
        ax: Axes to draw on; they lose their frame.
        model: A fitted `DecisionTreeClassifier`, fitted without sample weights.
        features: Name of each feature, as the question is to say it.
        classes: Name of each class, in the order of `model.classes_`.

    Raises:
        ValueError: If the names do not fit the tree.
    """
    if len(features) != model.n_features_in_ or len(classes) != len(
        model.classes_
    ):
        raise ValueError(
            f"the tree has {model.n_features_in_} features and "
            f"{len(model.classes_)} classes, "
            f"got {len(features)} and {len(classes)} names"
        )
    tree, leaves = model.tree_, 0

    def place(node: int, depth: int) -> float:
        """Draw what hangs on a node, then the node above its children; return
        its x.
        """
        nonlocal leaves
        counts = np.rint(
            tree.value[node, 0] * tree.n_node_samples[node]
        ).astype(int)
        below = f"Gini {tree.impurity[node]:.3f}\n" + " | ".join(
            map(str, counts)
        )
        children = tree.children_left[node], tree.children_right[node]
        if children[0] == children[1]:  # -1 and -1: a leaf
            x, likeliest = float(leaves), int(counts.argmax())
            leaves += 1
            head, colour = classes[likeliest], f"C{likeliest}"
        else:
            sides = [place(child, depth + 1) for child in children]
            x, colour = sum(sides) / 2, GREY
            for side, answer in zip(sides, ("yes", "no"), strict=True):
                ax.plot(
                    [x, side], [-depth - BOX, BOX - depth - 1], color=GREY, lw=1
                )
                outside = "right" if answer == "yes" else "left"
                ax.text(
                    (x + side) / 2,
                    -depth - 0.5,
                    f"  {answer}  ",
                    ha=outside,
                    va="center",
                )
            head = (
                f"{features[tree.feature[node]]} ≤ {tree.threshold[node]:.2f}?"
            )
        box = {"boxstyle": "round", "fc": "none", "ec": colour, "lw": 2}
        ax.text(
            x, -depth, f"{head}\n{below}", ha="center", va="center", bbox=box
        )
        return x

    place(0, 0)
    ax.set(xlim=(-0.6, leaves - 0.4), ylim=(-model.get_depth() - 0.4, 0.4))
    ax.axis("off")
