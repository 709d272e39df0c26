"""A project of MkDocs with notewright in its plugins: each page is what it was, and more is told.

The project has a page for each way in which pages were once lost. It is built with and without
the line that `notewright init` prints.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from projects import ProjectDir

pytestmark = pytest.mark.gate

CONFIG = """\
site_name: Theirs
theme:
  name: material
  features: [navigation.indexes, navigation.tabs]
plugins:
  - search
  - tags
  - blog
{plugin}
hooks: [hook.py]
markdown_extensions:
  - abbr
  - admonition
  - attr_list
  - def_list
  - footnotes
  - md_in_html
  - pymdownx.arithmatex: {{generic: true}}
  - pymdownx.critic
  - pymdownx.details
  - pymdownx.smartsymbols
  - pymdownx.snippets: {{base_path: parts, auto_append: [links.md]}}
  - pymdownx.superfences
  - pymdownx.tabbed: {{alternate_style: true}}
  - toc: {{permalink: true}}
"""
LINE = "  - notewright: {dialect: mkdocs, execute: asked}"
FOLDERS = "  - notewright: {dialect: mkdocs, execute: asked, generated_pages: [folders]}"
PAGES = {
    "index.md": "# Home\n\nA paragraph that is\nwrapped by hand, with a [link](guide.md#part).\n",
    "guide.md": "# Guide\n\n## Part\n\n(c) --> {++added++} {~~old~>new~~}\n\n- (tm)\n",
    "guide/deep.md": "A line first.\n\n# Heading below\n\nText[^1]\n\n[^1]: Foot\n",
    "code.md": '# Code\n\n```python\nprint(1)\n```\n\n--8<-- "part.md"\n',
    "raw.md": (
        '# Raw\n\n<iframe src="https://example.org/v"></iframe>\n\n<script>f()</script>\n\n'
        '<form><button onclick="f()">Press</button></form>\n\n<style>.a{color:red}</style>\n\n'
        '<figure markdown>\n![a](a.svg){ width="20" }\n</figure>\n\nText\n{: data-x="1" }\n'
    ),
    "signs.md": (
        "# Signs\n\nUp by 50%% now.\n\nMore, #fff and ^abc\n\n#No space\n\n"
        "[[tool.x]] `{python} 1`\n"
    ),
    "boxes.md": (
        '# Boxes\n\n!!! note "Title"\n    Text\n\n    ```python\n    print(1)\n    ```\n\n'
        '??? tip\n    - a\n\n=== "One"\n\n    ```python\n    1\n    ```\n\n=== "Two"\n\n    b\n'
    ),
    "math.md": (
        "# Mathematics\n\nIt costs $5 and $6.\n\n$$\nx^2\n$$\n\n"
        "| a | b |\n|---|---|\n| `x|y` | z |\n"
    ),
    "sections/index.md": "---\ntags: [one, Two words]\n---\n\n# Section\n\nText\n",
    "sections/tables.md": "# Tables\n\n| a |\n|---|\n| 1 |\n\nTerm\n:   Meaning\n",
    "tags.md": "# Tags\n\n<!-- material/tags -->\n",
    "blog/index.md": "# Blog\n",
    "blog/posts/first.md": (
        "---\ndate: 2024-01-01\n---\n\n# First\n\nShort\n\n<!-- more -->\n\nLong\n"
    ),
    "a.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>\n',
}
HOOK = """\
def on_page_content(html, page, **_):
    return html + f"<p>hook of {page.title}</p>"
"""
_FOOT = re.compile(
    r'<p class="nw-downloads".*?</p>|<aside [^>]*class="nw-web".*?</aside>', re.DOTALL
)


def project(place: Path, plugin: str, more: Mapping[str, str] | None = None) -> ProjectDir:
    """The project, with a line for the plugin or without."""
    made = ProjectDir(place)
    made.write(
        {
            "mkdocs.yml": CONFIG.format(plugin=plugin),
            "hook.py": HOOK,
            "parts/links.md": "\n*[HTML]: Hyper Text\n",
            "parts/part.md": "A part of *HTML*.\n",
            **{f"docs/{name}": text for name, text in (PAGES | (more or {})).items()},
        }
    )
    return made


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[ProjectDir, ProjectDir]:
    """Built without notewright and with it."""
    before = project(tmp_path_factory.mktemp("before"), "")
    after = project(tmp_path_factory.mktemp("after"), LINE)
    for each in (before, after):
        built = each.build()
        assert built.status == 0, built.output
    return before, after


def article(site: Path, page: str) -> str:
    """The text of a page, without what notewright adds below it."""
    html = (site / page).read_text("utf-8")
    found = html[html.index("<article") : html.index("</article>")]
    return _without_gaps(_FOOT.sub("", found))


def _without_gaps(html: str) -> str:
    """HTML without blanks between elements, which stand around what was added."""
    return re.sub(r">\s+<", "><", re.sub(r"\s+", " ", html))


def pages(site: Path) -> list[str]:
    return sorted(each.relative_to(site).as_posix() for each in site.rglob("*.html"))


def test_the_text_of_each_page_is_the_same(both: tuple[ProjectDir, ProjectDir]) -> None:
    """Letter by letter, with what other plugins and hooks made of it."""
    before, after = (each.root / "site" for each in both)
    assert len(pages(before)) > 14
    for page in pages(before):
        assert article(after, page) == article(before, page), page


def test_titles_and_navigation_are_the_themes_own(both: tuple[ProjectDir, ProjectDir]) -> None:
    """Pages that notewright adds are listed as well; none that was listed is gone."""
    before, after = (each.root / "site" for each in both)
    for page in pages(before):
        old, new = ((site / page).read_text("utf-8") for site in (before, after))
        title = re.compile(r"<title>.*?</title>", re.DOTALL)
        assert title.findall(new)[:1] == title.findall(old)[:1]
        names = re.compile(r'<a href="([^"]*)" class="md-nav__link', re.DOTALL)
        assert set(names.findall(old)) <= set(names.findall(new)), page


def test_all_that_the_search_found_is_found(both: tuple[ProjectDir, ProjectDir]) -> None:
    """Code, too: the index has each entry that it had."""
    old, new = (
        json.loads((each.root / "site/search/search_index.json").read_text("utf-8"))["docs"]
        for each in both
    )
    known = {entry["location"]: entry for entry in new}
    for entry in old:
        now = known[entry["location"]]
        assert now.keys() == entry.keys() and now["title"] == entry["title"]
        assert _without_gaps(now["text"]) == _without_gaps(entry["text"])


def test_no_page_of_the_project_loses_its_address(tmp_path: Path) -> None:
    """`guide.md` has that of a list of the folder `guide`; the build says so once."""
    theirs = project(tmp_path, FOLDERS)
    built = theirs.build()
    assert ">added</ins>" in article(theirs.root / "site", "guide/index.html")
    assert built.lines(
        "the page `guide/index.md` is not generated: `guide.md` already uses its address"
    )


def test_what_does_not_run_is_counted_by_each_command(
    both: tuple[ProjectDir, ProjectDir],
) -> None:
    """Nothing asks to run here."""
    for said in (both[1].build(), both[1].notewright("check"), both[1].pytest()):
        assert "3 Python fences in 2 notes did not run" in said.output, said.output
        assert "[[tool.x]]" in said.output or said.lines("passed")


def test_check_finds_nothing_lost(tmp_path: Path) -> None:
    """The same comparison that a stranger makes of his own project."""
    theirs = project(tmp_path, "")
    said = theirs.command("-m", "notewright", "init", "--check")
    assert said.status == 0, said.output
    assert "notewright: no losses found" in said.output and "new messages" not in said.output


def test_pages_that_properties_hide_are_named(tmp_path: Path) -> None:
    """They are hidden by design, in each dialect, and whoever tries notewright is told so."""
    secret = "---\ndraft: true\n---\n\n# Draft\n"
    theirs = project(
        tmp_path, "", {"later.md": secret, "no.md": "---\npublish: false\n---\n\n# No\n"}
    )
    said = theirs.command("-m", "notewright", "init", "--check")
    assert "hidden by `draft: true`: later.md" in said.output
    assert "hidden by `publish: false`: no.md" in said.output
    assert said.status == 0, said.output


def test_a_fence_that_asks_runs_in_a_box_too(tmp_path: Path) -> None:
    """A number that no longer holds fails the build, at its line."""
    more = {
        "runs.md": (
            "# Runs\n\n!!! note\n\n    ```python run\n    k = 40 + 2\n    print(k)\n    ```\n\n"
            "It is 42<!--= k -->, not `{python} k - 1`.\n"
        )
    }
    theirs = project(tmp_path, LINE, more)
    assert theirs.build().status == 0
    shown = theirs.page("runs")
    assert 'nw-stdout" tabindex="0">42</pre>' in shown and ">41</span>" in shown
    theirs.write({"docs/runs.md": more["runs.md"].replace("It is 42", "It is 43")})
    wrong = theirs.build()
    assert wrong.status == 1 and wrong.lines("docs/runs.md:10")
