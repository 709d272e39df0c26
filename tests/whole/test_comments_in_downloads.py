"""Comments that a page hides are hidden in what it offers to download, too."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from readers import read_by_all, vault_of

CELL = "```python\n1 + 1\n```\n"
OTHER = {"b.md": "# B\n\n## Part\n"}
HIDDEN = {
    "in an admonition": "!!! note\n    x %%PRIVATE%%\n",
    "in an admonition, below a blank line": "!!! note\n\n    x %%PRIVATE%%\n",
    "in an admonition in a quote": "> !!! note\n>     x %%PRIVATE%%\n",
    "in an admonition in a list": "- !!! note\n\n      x %%PRIVATE%%\n",
    "in an admonition in an admonition": "!!! a\n    !!! b\n        x %%PRIVATE%%\n",
    "over several lines of an admonition": "!!! note\n    x %%a\n    PRIVATE\n\n    b%% y\n",
    "in details": "??? note\n    x %%PRIVATE%%\n",
    "in a tab": '=== "One"\n    x %%PRIVATE%%\n',
    "in a definition": "Term\n:   first\n\n    second %%PRIVATE%%\n",
    "in a footnote": "See[^1]\n\n[^1]: first\n\n    second %%PRIVATE%%\n",
    "behind a block id of a cell": f"{CELL}^id %%a\nPRIVATE%%\n\nx\n",
    "in an admonition with tabs": "!!! note\n\tx %%PRIVATE%%\n",
    "below what looks like properties": "!!! note\n    ---\n    %%PRIVATE%%\n    ---\n",
    "in a callout": "> [!note] T %%a\n> PRIVATE%%\n> x\n",
}


@pytest.mark.parametrize("name", HIDDEN)
def test_a_comment_that_the_page_hides_is_in_no_download(name: str) -> None:
    """Neither in the notebook nor in the Markdown."""
    found = read_by_all(vault_of({"a.md": f"{HIDDEN[name]}\n{CELL}", **OTHER}), "a.md")
    assert "PRIVATE" not in found.html
    assert [kind for kind, text in found.downloads.items() if "PRIVATE" in text] == []


def test_percents_in_a_download_stay_where_the_page_shows_them() -> None:
    """In code, also in indented code, they are no comment."""
    text = f"x\n\n    %%time\n    y %%z%%\n\n!!! note\n    `%%kept%%`\n\n{CELL}"
    found = read_by_all(vault_of({"a.md": text, **OTHER}), "a.md")
    for shown in ("%%time", "y %%z%%", "%%kept%%"):
        assert shown in found.html
        assert shown in found.downloads["Markdown"]


LEADS = ["", "> ", "- ", "    ", "> - ", "!!! note\n    ", "?? x\n\n    ", "Term\n: d\n\n    "]
LEADS += [
    "[^{0}]: f\n\n    ",
    '=== "t"\n    ',
    "| a |\n|---|\n| ",
    "# ",
    "> [!tip] ",
    "<div>\n",
    "1. ",
]
LEADS += ["!!! a\n    !!! b\n        ", "> !!! a\n>     ", "/// note\n", "^id ", "```\n"]
COMMENTS = ["%%{0}%%", "%% {0} %%", "%%a\n{0}\nb%%", "%%a\n\n    {0}%%", "`x` %%{0}%%", "%%{0}"]
COMMENTS += ["[[b|t %%{0}%%]]", "%%{0}%% [[b]]", "%%[[b]] {0}", "x %%{0}%% ^id", "%%`{0}%%"]
COMMENTS += ["[^1] %%{0}%%", "{0}", "`%%{0}%%`", "%%\n```python\n{0}\n```\n%%", "%%{0}\n^id"]


@st.composite
def commented(draw: st.DrawFn) -> str:
    """A note of some blocks that hold comments, each with a word of its own, and of cells."""
    blocks = []
    for number in range(draw(st.integers(1, 5))):
        comment = draw(st.sampled_from(COMMENTS)).format(f"WORD{number}")
        lead = draw(st.sampled_from(LEADS)).replace("{0}", str(number))  # no footnote twice
        gap = draw(st.sampled_from(["\n\n", "\n", f"\n\n{CELL}", f"\n\n{CELL}\n"]))
        blocks.append(f"{lead}{comment}{gap}")
    return "".join([*blocks, "\n", CELL])


@pytest.mark.gate
@given(commented())
@example("```python\n1\n```\n^id %%a\nWORD0%%\n")
def test_no_word_of_a_comment_is_in_a_download(text: str) -> None:
    """A word that the page does not show is in no download."""
    found = read_by_all(vault_of({"a.md": text, **OTHER}), "a.md")
    shown = set(re.findall(r"WORD\d", found.html))
    for made in found.downloads.values():
        assert set(re.findall(r"WORD\d", made)) <= shown
