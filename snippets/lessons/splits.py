"""Intervals for figures: as wide as those of the findings, if samples are
splits of one file.
"""

from __future__ import annotations

from snippets.evidence import Interval
from snippets.lessons.harness import Lesson, judged_interval


# --8<-- [start:widened]
def widened(effect: Interval, lesson: Lesson, place: int = 0) -> Interval:
    """An interval as the findings of a lesson have it.

    Args:
        effect: The interval over seeds.
        lesson: Says whether a seed is a draw or a split.
        place: Which of its conditions the samples are those of.

    Returns:
        The interval of the findings: wider if seeds are splits, or if samples
        were added after a first look.
    """
    return judged_interval(effect, lesson.registered, place)
    # --8<-- [end:widened]
