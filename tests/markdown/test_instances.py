"""Instances of Python-Markdown that one page uses after the other."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import pytest
from converted import CONFIG, EXTENSIONS, convert, page_of
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown
from markdown.extensions import Extension

from notewright.hosts.mkdocs.unforeseen import known_extensions
from notewright.markdown.as_new import AsNew
from notewright.markdown.extension import NotewrightExtension

BLOCKS = [
    *("# A\n\n## A\n\n### B *c* {#own}", "A[^1] b^[in line] c[^1] d[^2]", "[^1]: one\n\n    two"),
    *("[^2]: `x` $a$[^1]", "*[HTML]: words\n\nHTML *[HTML]* HTML", "[a][b] ![b]\n\n[b]: c.md"),
    *("Term\n: means *this*", '=== "a"\n\n    x\n\n=== "b"\n\n    y', '!!! note "N"\n\n    a [b]'),
    *("??? tip\n\n    - a\n    - b", "/// details | D\nx\n///", "/// note\n- x\n///"),
    *("> [!tip]- T\n> a", "```python\n1 + 1\n```", "    indented\n\ttabs", "text ^block"),
    *("$$\n\\newcommand{\\R}{r} \\R\n$$ ^eq-a", "$\\R$ and $x$ and $\\frac{$", "![[b]]"),
    *("```py\nx = 1  # (1)!\n```\n\n1. note", "*[A]: a\n\n*[A]: b\n\nA", "a | b\n--|--\n`|` | c"),
    *("<div markdown>\n*a*\n</div>", "<a id=x>&copy;</a> <b>", "{: .cls }", "***"),
    *("==a== ~~b~~ #tag/x %%no%%", "[[a#A|x]] ![[a]] [[gone]]", "- [ ] a\n- [x] b\n  1. c"),
    *("**a**{: #i } [x](javascript:1)", "https://a.b www.c.d a@b.c <x:y>", "![[b#^block]]"),
    *("{python}`1`", "2<!--= 1 + 1 -->", "\x02wzxhzdk:0\x03"),
]
OTHER = {"b.md": "# B\n\ntext[^1] ^block\n\n[^1]: $x$ ==m==\n"}


def lender(extensions: Iterable[str]) -> tuple[NotewrightExtension, list[Any]]:
    """Our extension, with a list of a host's in which it stands last."""
    found: list[Any] = list(extensions)
    own = NotewrightExtension(extensions=found, configs=CONFIG)
    found.append(own)
    return own, found


def one_after_the_other(texts: Sequence[str], extensions: Sequence[str] = EXTENSIONS) -> list[str]:
    """Notes converted by one instance."""
    own, found = lender(extensions)
    pages = []
    for text in texts:
        own.page = page_of(text, others=OTHER)
        with own.lent(found, CONFIG) as md:
            assert md is not None
            pages.append(md.convert(text))
    return pages


def each_by_its_own(texts: Iterable[str], extensions: Sequence[str] = EXTENSIONS) -> list[str]:
    """Notes converted as a host does it that knows of no lending."""
    pages = []
    for text in texts:
        own, found = lender(extensions)
        own.page = page_of(text, others=OTHER)
        pages.append(Markdown(extensions=found, extension_configs=CONFIG).convert(text))
    return pages


@pytest.mark.gate
@given(st.lists(st.lists(st.sampled_from(BLOCKS), max_size=4).map("\n\n".join), max_size=4))
def test_a_page_is_the_same_whichever_came_before(texts: list[str]) -> None:
    assert one_after_the_other(texts) == each_by_its_own(texts)


@pytest.mark.parametrize("extension", known_extensions())
def test_every_known_extension_finds_all_as_new(extension: str) -> None:
    others = ["pymdownx.highlight", "pymdownx.superfences", "tables", "toc", "footnotes"]
    extensions = [*others, extension] if extension not in others else others
    texts = ["\n\n".join(BLOCKS), *BLOCKS[:2], "\n\n".join(reversed(BLOCKS))]
    assert one_after_the_other(texts, extensions) == each_by_its_own(texts, extensions)


def test_the_instance_is_made_once_and_lent_to_one_page_at_a_time() -> None:
    own, found = lender(EXTENSIONS)
    own.page = page_of("a")
    with own.lent(found, CONFIG) as first, own.lent(found, CONFIG) as meanwhile:
        assert meanwhile is None
    seen: list[object] = []

    def ask() -> None:
        with own.lent(found, CONFIG) as md:
            seen.append(md)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert seen == [first]


def test_a_page_that_fails_leaves_nothing_behind() -> None:
    own, found = lender(EXTENSIONS)
    own.page = page_of("a")
    with pytest.raises(ZeroDivisionError), own.lent(found, CONFIG) as md:
        assert md is not None
        md.convert("# A\n\na[^1]\n\n[^1]: b")
        md.preprocessors.deregister("fenced_code_block")
        raise ZeroDivisionError
    with own.lent(found, CONFIG) as md:
        assert md is not None
        assert md.convert("# A") == convert("# A").html


def test_footnotes_have_ids_as_on_the_first_page() -> None:
    own, found = lender(["footnotes"])
    configs = {"footnotes": {"UNIQUE_IDS": True}}
    own.page, text = page_of("a"), "a[^1]\n\n[^1]: b"
    ways = [Markdown(extensions=found, extension_configs=configs).convert(text)]
    for _ in range(2):
        with own.lent(found, configs) as md:
            assert md is not None
            ways.append(md.convert(text))
    assert ways[0] == ways[1] == ways[2]


def test_other_settings_make_another_instance() -> None:
    own, found = lender(EXTENSIONS)
    configs: dict[str, Any] = {"toc": {"permalink": False}}
    own.page = page_of("# A")
    with own.lent(found, configs) as md:
        assert md is not None
        assert "headerlink" not in md.convert("# A")
    configs["toc"]["permalink"] = True  # as a plugin may do between two pages
    with own.lent(found, configs) as md:
        assert md is not None
        assert "headerlink" in md.convert("# A")


def test_a_host_that_registers_more_after_ours_makes_its_own() -> None:
    own, found = lender(EXTENSIONS)
    own.page = page_of("a")
    with own.lent([*found, "nl2br"], CONFIG) as md:
        assert md is None


class Counting(Extension):
    """Numbers the pages, in a way that nobody can put back."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers = itertools.count()

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Be there."""
        md.registerExtension(self)


def test_what_cannot_be_put_back_is_not_lent() -> None:
    counting = Counting()
    own, found = lender([])
    found.insert(0, counting)
    own.page = page_of("a")
    with own.lent(found, CONFIG) as md:
        assert md is None


class Holder:
    """Holds things of all kinds."""

    def __init__(self) -> None:
        self.row = [1, [2]]
        self.names = {"a": {"b"}}
        self.counted = 0

        def count() -> int:
            self.counted += 1
            self.row.append(self.counted)
            return self.counted

        self.count = partial(count)


def test_all_that_is_held_is_put_back() -> None:
    held = Holder()
    as_new = AsNew(held, [__name__.partition(".")[0]])
    held.count()
    inner: Any = held.row[1]
    inner.append(3)
    held.names["a"].add("c")
    held.names["d"] = set()
    vars(held)["other"] = 1
    del held.counted
    as_new.put_back()
    assert (held.row, held.names, held.counted) == ([1, [2]], {"a": {"b"}}, 0)
    assert not hasattr(held, "other")


def test_an_object_of_another_package_may_hold_what_nobody_sees() -> None:
    with pytest.raises(TypeError, match="Holder` cannot be restored"):
        AsNew([Holder()], ["markdown"])
