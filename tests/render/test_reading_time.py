"""The reading time of a page: words and code count, what is looked at does not."""

from __future__ import annotations

import pytest

from notewright.render.reading_time import LINES, WORDS, minutes


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>few words</p>", 1),
        (f"<p>{'word ' * 3 * WORDS}</p>", 3),
        ("<pre><code>" + "x = 1\n" * 2 * LINES + "</code></pre>", 2),
        (f"<table>{'<td>1</td>' * 2000}</table><svg><text>{'a ' * 900}</text></svg>", 1),
        (f"<p>{'word ' * WORDS}</p><pre>{'y' * 10}</pre><math>{'x ' * 999}</math>", 1),
        (f'<section class="nw-test" id="a"><p>{"word " * 9 * WORDS}</p></section>', 1),
    ],
)
def test_minutes(html: str, expected: int) -> None:
    """Whole minutes, at least one."""
    assert minutes(html) == expected
