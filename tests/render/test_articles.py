"""Articles: links that lead the same way for each program, and what is kept of a page."""

from __future__ import annotations

import json
import re
from html import escape
from urllib.parse import urljoin

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notewright.render.articles import NO_NOTE, Article, Heading, other_names, through_folder
from notewright.render.unique_ids import with_addresses

SITE = "http://site/"


def addresses(html: str) -> list[str]:
    found: list[str] = []
    with_addresses(html, lambda address: found.append(address) or address)  # type: ignore[func-returns-value]
    return found


def zensical(html: str, cuts: list[int]) -> str:
    """What Zensical makes of a page that is no folder's own: `../` before each relative link."""
    for cut in reversed(cuts):
        assert html[cut : cut + 3] == "../"
        html = html[:cut] + html[cut + 3 :]

    def lead(address: str) -> str:
        is_relative = address and not re.match(r"[a-z]+:|[/#?]", address)
        return f"../{address}" if is_relative else address

    return with_addresses(html, lead)


parts = st.sampled_from(["..", ".", "a", "b c", "d.html", "é", ""])
relative = st.builds(
    lambda names, end, rest: "/".join(names) + end + rest,
    st.lists(parts, max_size=4),
    st.sampled_from(["", "/"]),
    st.sampled_from(["", "#x", "?q=1", "?q=1#x"]),
)
whole = st.sampled_from(
    ["http://e.org/a", "mailto:a@e.org", "/root", "#x", "?q", "data:,a", "//e.org/"]
)


@given(st.sampled_from(["x.md", "a/x.md", "a/b c/x.md"]), st.lists(relative | whole, max_size=4))
@example("a/x.md", ["../"])
@example("a/x.md", ["../#x"])
@example("a/x.md", [".."])
@example("a/x.md", ["x.ipynb"])
@example("a/x.md", ["./"])
@example("a/x.md", ["a:b"])
def test_each_link_leads_where_it_led(path: str, links: list[str]) -> None:
    """In MkDocs, which leaves links alone, and in Zensical, which moves them."""
    url = path.removesuffix(".md").replace(" ", "%20") + "/"
    links = [each for each in links if each.strip() == each]
    html = "".join(f'<p><a href="{escape(each)}">a</a></p>' for each in links)
    ours, cuts = through_folder(html, path, url, {})
    there = zensical(ours, cuts)
    meant = [urljoin(SITE + url, each) for each in links if each]
    assert [urljoin(SITE + url, each) for each in addresses(ours)] == meant
    assert [urljoin(SITE + url, each) for each in addresses(there)] == meant
    for each in addresses(there):  # else it would lead to the page itself
        assert each not in ("", "../") or "../" not in links


@pytest.mark.parametrize("quoted", ['"{}"', "'{}'", "{}"])
@pytest.mark.parametrize("name", ["href", "HREF", "src", "srcset"])
def test_each_way_to_write_a_link_is_known(name: str, quoted: str) -> None:
    html, cuts = through_folder(f"<a {name}={quoted.format('b.csv')}>", "a/x.md", "a/x/", {})
    assert html == f"<a {name}={quoted.format('../x/b.csv')}>"
    assert html[cuts[0] :].startswith("../x/")


def test_a_link_that_is_no_link_stays() -> None:
    """In code, in a comment, in a script, and where another attribute holds it."""
    html = (
        "<code>&lt;a href=\"../y/\"&gt;</code><!-- <a href='b'> -->"
        "<script>'<a href=\"b\">'</script>"
        "<object data='b'></object><video poster='b'></video>"
    )
    assert through_folder(html, "a/x.md", "a/x/", {}) == (html, [])


@pytest.mark.parametrize(
    ("path", "url"),
    [("a/index.md", "a/"), ("index.md", ""), ("index.md", "./"), ("x.md", "x.html")],
)
def test_a_page_in_its_own_folder_needs_nothing(path: str, url: str) -> None:
    html = '<a href="b.csv">b</a><a href="../">up</a>'
    assert through_folder(html, path, url, {}) == (html, [])


def test_a_download_that_would_become_a_page_has_another_name() -> None:
    files = other_names(["a/b c/b c.md", "a/b.csv", "n.MD"])
    assert files == {"a/b c/b c.md": f"a/b c/b c.md{NO_NOTE}", "n.MD": f"n.MD{NO_NOTE}"}
    html = '<a download="b c.md" href="b%20c.md">it</a> <a href="other.md">a writer\'s own</a>'
    ours, cuts = through_folder(html, "a/b c.md", "a/b%20c/", files)
    assert ours == html.replace('"b%20c.md"', '"../b%20c/b%20c.md.txt"')
    assert len(cuts) == 1
    top, cuts = through_folder('<a href="../n.MD">', "a/index.md", "a/", files)
    assert (top, cuts) == ('<a href="../n.MD.txt">', [])


def test_an_article_is_kept_as_a_line_and_its_html() -> None:
    contents = [Heading(1, "a", "A &amp; B", [Heading(2, "b", "B")])]
    article = Article("a.md", "a/", "A", "<p>é\r\n</p>", [4], contents)
    head, _, html = article.stored.decode().partition("\n")
    assert html == "<p>é\r\n</p>"
    told = json.loads(head)
    assert told["cuts"] == [4]
    assert told["toc"][0]["children"][0]["id"] == "b"
    assert article.digest != Article("a.md", "a/", "A", "<p>e\r\n</p>", [4], contents).digest
