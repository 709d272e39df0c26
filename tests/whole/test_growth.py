"""Growth: eight times the text takes about eight times the work, whatever is repeated in it.

`python tests/benchmarks/growth.py` asks the same of a megabyte.
"""

from __future__ import annotations

import time
import tracemalloc
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from benchmarks.growth import BLOCK, INLINE, PATTERNS, text_of
from converted import convert
from markdown.extensions.abbr import AbbrBlockprocessor
from markdown_it.token import Token
from readers import read_by_all, vault_of

from notewright.note import comments
from notewright.note.comments import hide_comments
from notewright.note.grammar import formula_parser, parse_blocks, parse_inline
from notewright.render.cleaning import clean_page

pytestmark = pytest.mark.nightly

SMALL, LARGE = 1_000, 8_000


def seconds(pattern: str, size: int) -> float:
    """Processor time of all readers, whatever else the machine does."""
    vault = vault_of({"a.md": text_of(pattern, size), "b.md": "# B\n"})
    started = time.process_time()
    read_by_all(vault, "a.md")
    return time.process_time() - started


def test_there_are_enough_patterns() -> None:
    """At least the 75 with which the engine was attacked."""
    assert len(set(PATTERNS)) == len(INLINE) + len(BLOCK) >= 75


@pytest.mark.parametrize("pattern", PATTERNS, ids=repr)
def test_work_grows_with_the_text(pattern: str) -> None:
    """Linear work takes eight times as long; quadratic work would take 64 times."""
    small = large = 1e9
    for _ in range(4):  # the least of both, for caches are shared with others
        small, large = min(small, seconds(pattern, SMALL)), min(large, seconds(pattern, LARGE))
        if large < 32 * max(small, 0.01):
            return
    pytest.fail(f"{small:.3f} s became {large:.3f} s")


@pytest.mark.parametrize("pattern", ["_a", "*a ", "**a ", "~~a", "[a"])
def test_memory_grows_with_the_text(pattern: str) -> None:
    """Marks that mark nothing are joined once: each was copied with all before it."""

    def peak(size: int) -> int:
        tracemalloc.start()
        parse_inline(pattern * (size // len(pattern)), {})
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(SMALL)  # what is made once
    assert peak(16 * SMALL) < 40 * peak(SMALL)


class Copied(str):
    """A text that counts the characters that are copied out of it, and joined with others."""

    count = 0

    def __getitem__(self, key: Any) -> Copied:
        part = Copied(super().__getitem__(key))
        Copied.count += len(part)
        return part

    def __radd__(self, other: str) -> Copied:
        Copied.count += len(other) + len(self)
        return Copied(str(other) + str(self))


@pytest.mark.parametrize("pattern", ["==a ", "&", "&#", "&amp;", "<a>", "a@b.c ", "<http:", "a<?"])
def test_no_mark_copies_the_text_behind_or_before_it(pattern: str) -> None:
    """A megabyte of them would be copied a thousand times over."""
    size = 60_000
    parser = formula_parser()
    found: list[Token] = []
    Copied.count = 0
    parser.inline.parse(Copied(pattern * (size // len(pattern))), parser, {}, found)
    assert Copied.count < 3_000 * size


def test_comments_that_hide_all_are_found_from_little_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each left its line breaks in what was parsed for the next one."""
    parsed: list[int] = []

    def counted(text: str, env: Any) -> list[Token]:
        parsed.append(len(text))
        return parse_blocks(text, env)

    monkeypatch.setattr(comments, "parse_blocks", counted)
    for above in ("", "Text\n\n", "- a\n\n", "> a\n\n"):
        parsed.clear()
        whole = above + "%%\na\n%%\n\n" * 500
        assert not hide_comments(whole).removeprefix(above).strip()
        assert sum(parsed) < 20 * len(whole)


def test_an_abbreviation_is_looked_for_in_its_own_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extension looks through all that it is given, once for each."""
    given: list[int] = []
    real = AbbrBlockprocessor.run

    def counted(self: AbbrBlockprocessor, parent: Element, blocks: list[str]) -> bool:
        given.append(len(blocks[0]))
        return real(self, parent, blocks)

    monkeypatch.setattr(AbbrBlockprocessor, "run", counted)
    note = "".join(f"*[A{n}]: b{n}\n" for n in range(300)) + "\nA1 and A299\n"
    read_by_all(vault_of({"a.md": note, "b.md": "# B\n"}), "a.md")
    assert len(given) >= 300
    assert sum(given) < 10 * len(note)


def test_tabs_without_end_are_sets_of_some() -> None:
    """For each tab, the extension looks at all others of its set."""
    note = "".join(f'=== "Tab {n}"\n\n    text {n}\n\n' for n in range(450))
    html = convert(note).html
    assert html.count("<label") == html.count('class="tabbed-block"') == 450
    assert [html.count(f"text {n}<") for n in range(450)] == [1] * 450
    assert html.count('class="tabbed-set') == 3


def test_what_is_nested_without_end_is_cleaned_in_time_of_its_length() -> None:
    """To clean takes as long as the depth squared; what browsers show is the same."""
    deep = "<div>" * 3000 + "text"
    assert clean_page(deep).count("<div") == 512
    for html in (deep, deep + "</p>" * 9000, "<b><p>" * 2000 + "text", "<div><br>" * 2000 + "text"):
        assert clean_page(html).count("text") == 1
    flat = "<div><p>a<br>b</div>" * 2000
    assert clean_page(flat) == "<div><p>a<br>b</p></div>" * 2000
