"""Byte-pair encoding: cut text into tokens that are frequent sequences of
bytes.

Gage 1994 for compression, Sennrich, Haddow and Birch 2016 for language models.
A token below 256 is a byte; each merge makes the next number the name of a pair
of tokens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

Pair = tuple[int, int]
BYTES = 256
"""Number of tokens before the first merge: one for each byte."""


# --8<-- [start:train]
def merge(tokens: Sequence[int], pair: Pair, name: int) -> list[int]:
    """Replace each occurrence of the pair, from the left, by the token
    `name`.
    """
    merged: list[int] = []
    for token in tokens:
        if merged and (merged[-1], token) == pair:
            merged[-1] = name
        else:
            merged.append(token)
    return merged


def train(text: str, n_merges: int) -> list[Pair]:
    """Find the most frequent pair and merge it, again and again.

    Args:
        text: What to learn from.
        n_merges: How many merges at most; they end when no pair occurs twice.

    Returns:
        The merged pairs in their order: the first is token 256. Of pairs that
            are equally
        frequent, the one with the smaller tokens goes first.

    Raises:
        ValueError: If the number of merges is negative.
    """
    if n_merges < 0:
        raise ValueError(
            f"the number of merges must not be negative, got {n_merges}"
        )
    tokens, merges = list(text.encode()), list[Pair]()
    while len(merges) < n_merges:
        counts = Counter(pairwise(tokens))
        pair = min(counts, key=lambda pair: (-counts[pair], pair), default=None)
        if pair is None or counts[pair] < 2:
            break
        tokens = merge(tokens, pair, BYTES + len(merges))
        merges.append(pair)
    return merges
    # --8<-- [end:train]


# --8<-- [start:code]
def encode(text: str, merges: Sequence[Pair]) -> list[int]:
    """Cut text into tokens: its bytes, merged in the order that was learned."""
    tokens = list(text.encode())
    for name, pair in enumerate(merges, start=BYTES):
        tokens = merge(tokens, pair, name)
    return tokens


def spell(merges: Sequence[Pair]) -> list[bytes]:
    """Bytes that each token stands for; its place in the list is the token."""
    words = [bytes([byte]) for byte in range(BYTES)]
    for left, right in merges:
        words.append(words[left] + words[right])
    return words


def decode(tokens: Sequence[int], merges: Sequence[Pair]) -> str:
    """Put tokens together to the text that they came from.

    Raises:
        ValueError: If a token has no meaning, or the bytes are no text.
    """
    words = spell(merges)
    unknown = [token for token in tokens if not 0 <= token < len(words)]
    if unknown:
        raise ValueError(
            f"tokens go from 0 to {len(words) - 1}, got {unknown[0]}"
        )
    return b"".join(words[token] for token in tokens).decode()
    # --8<-- [end:code]
