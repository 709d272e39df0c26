"""End to end: what stands in the built site, and that it is the same whoever builds it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from projects import Notes, ProjectDir, elements, figures, shown

pytestmark = pytest.mark.gate

note = Notes()

EXTENSIONS = [
    "admonition",
    "attr_list",
    "footnotes",
    "pymdownx.details",
    "pymdownx.highlight",
    {"pymdownx.quotes": {"callouts": True}},
    "pymdownx.superfences",
    "tables",
    {"toc": {"permalink": True}},
]
FILES = {
    "docs/index.md": "---\ntitle: Home\n---\n\n# Home\n\n![[deep/picture.png|A red dot]]\n",
    "docs/another.md": """\
        ---
        aliases: [Other name]
        secret_property: unpublished
        ---

        # Another

        ## A heading: with *style*

        ```python
        #| label: a-label
        1
        ```
        """,
    "docs/deep/er/Ünï note.md": "# Ünï\n\n## Part\n\n[[another]] and [[#Part]]\n",
    "docs/deep/file.txt": "attached\n",
    "docs/deep/picture.png": "not really a picture\n",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """All notes of this module, built with the theme Material."""
    project = ProjectDir(tmp_path_factory.mktemp("site") / "project")
    project.configure(
        theme={"name": "material", "font": False, "features": ["content.code.copy"]},
        plugins=["search", "tags", "notewright"],
        markdown_extensions=EXTENSIONS,
    )
    project.write({**FILES, **note.paths()})
    built = project.build(PYTHONHASHSEED="1")
    assert built.status == 0, built.output
    return project


@pytest.fixture
def page(site: ProjectDir, request: pytest.FixtureRequest) -> str:
    """The page of the test's own note."""
    return site.page(note.name(request.node.originalname))


def _pages(site: ProjectDir) -> Iterator[tuple[Path, str]]:
    for path in sorted((site.root / "site").rglob("*.html")):
        yield path, path.read_text("utf-8")


def _resolve(site: ProjectDir, page: Path, address: str) -> Path:
    """The file of the site that an address in a page leads to."""
    base = "https://host/" + page.relative_to(site.root / "site").as_posix()
    target = site.root / "site" / unquote(urlsplit(urljoin(base, address)).path).lstrip("/")
    return target / "index.html" if target.is_dir() else target


@note("""
    ```python
    #| fig-alt: [two lines, many points]
    #| fig-cap: [Crossing, A cloud]
    import matplotlib.pyplot as plt
    import numpy as np

    plt.plot([1, 2], label="up")
    plt.plot([2, 1], label="down")
    plt.grid()
    plt.legend()
    rng = np.random.default_rng(0)
    plt.figure()
    plt.scatter(rng.random(3000), rng.random(3000), s=rng.random(3000) * 9)
    ```

    ```python continuation
    #| fig-alt: the same two lines
    plt.plot([1, 2], label="up")
    ```

    ```python continuation
    #| fig-alt: very many points
    plt.scatter(rng.random(20_000), rng.random(20_000));
    ```
    """)
def test_figures_take_the_colours_of_the_page(site: ProjectDir, page: str) -> None:
    """A small figure is a part of the page and draws in its text colour; ids never clash."""
    lines, _, again, dense = figures(page)
    assert "<svg " in lines and "currentColor" in lines
    assert 'role="img" aria-label="two lines"' in lines
    for banned in ("<style", "<metadata", "<?xml", "<!DOCTYPE", "#010203", "#0a0b0c", "#fdfcfb"):
        assert banned not in page.replace("<!doctype html>", ""), banned
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', lines + again))
    assert used <= set(ids)
    assert "<image " in dense and len(dense) < 500_000


def test_a_large_figure_is_one_file_for_both_schemes(site: ProjectDir) -> None:
    """Above 24 KiB the page shows a file, light or dark by the end of its address."""
    name = note.name("test_figures_take_the_colours_of_the_page")
    path = site.root / "site" / name / "index.html"
    _, cloud, _, _ = figures(site.page(name))
    assert "<svg" not in cloud and "<figcaption>A cloud</figcaption>" in cloud
    images = elements(cloud, "img")
    sources = [each.attributes["src"] for each in images]
    assert [each.attributes["alt"] for each in images] == ["many points"] * 2
    assert [source.partition("#")[2] for source in sources] == ["only-light", "only-dark"]
    files = {_resolve(site, path, source) for source in sources}
    assert len(files) == 1
    svg = files.pop().read_text("utf-8")
    assert svg.startswith("<svg ") and ElementTree.fromstring(svg) is not None
    for each in images:  # so that the page does not move while they load
        room = f'width="{each.attributes["width"]}" height="{each.attributes["height"]}"'
        assert room in svg
    assert "#010203" not in svg and "currentColor" not in svg


def test_two_builds_give_the_same_bytes(site: ProjectDir, tmp_path: Path) -> None:
    """Another directory, another hash seed, no records: byte for byte the same site."""
    ignored = shutil.ignore_patterns("site", ".notewright")
    shutil.copytree(site.root, tmp_path / "copy", ignore=ignored)
    copy = ProjectDir(tmp_path / "copy")
    built = copy.build(PYTHONHASHSEED="2")
    assert built.status == 0, built.output
    first, second = (
        {
            path.relative_to(project.root).as_posix(): path.read_bytes()
            for path in (project.root / "site").rglob("*")
            if path.is_file()
        }
        for project in (site, copy)
    )
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    assert not [name for name in first if str(site.root).encode() in first[name]]


def test_the_site_asks_nobody_else(site: ProjectDir) -> None:
    """No page makes its reader's browser ask a third party for anything."""
    asked = ("link", "script", "img", "iframe", "source", "object", "image", "use")
    for path, page in _pages(site):
        for element in elements(page):
            for name in ("src", "href", "data", "xlink:href", "srcset"):
                address = element.attributes.get(name, "")
                if element.name in asked and not address.startswith("data:"):
                    assert not urlsplit(address).netloc, f"{path}: {address}"
        for host in ("googleapis", "gstatic", "unpkg", "cdnjs", "jsdelivr", "polyfill"):
            assert host not in page, f"{path}: {host}"
    for path in (site.root / "site").rglob("*.css"):
        assert not re.search(r"(url\(|@import\s*)['\"]?(https?:)?//", path.read_text("utf-8")), path


@note(r"""
    # Links to [[another]]

    Plain [[another]], [[Another|named]], [[another.md]], [[deep/er/Ünï note]], [[ünï note]],
    [[Other name]], **[[another|bold]]** and [[file.txt]].

    Headings [[another#A heading: with style]], [[#Here]] and [[Ünï note#Part|part]];
    a cell [[another#^a-label]].

    | table | link |
    |---|---|
    | [[another\|in a table]] | `[[not one]]` |

    > [!note] Callout with [[another|title link]]
    > And [[another|in a callout]].
    >
    > - [[another|in its list]]

    Not links: \[[another]], `[[another]]`, [[1, 2], [3, 4]].[^1]

    ## Here

    [^1]: A footnote with [[another|a link]].
    """)
def test_wikilinks_lead_to_their_targets(site: ProjectDir, page: str) -> None:
    """In text, headings, tables, callouts and footnotes; every address exists in the site."""
    path = site.root / "site" / note.name("test_wikilinks_lead_to_their_targets") / "index.html"
    links = [each for each in elements(page, "a", "nw-wikilink") if "nav" not in each.path]
    by_text = {each.text: each for each in links}
    for text in ("named", "bold", "in a table", "title link", "in a callout", "in its list"):
        assert _resolve(site, path, by_text[text].attributes["href"]).parent.name == "another"
    assert "a link" in by_text
    assert "td." in by_text["in a table"].path
    assert "admonition note" in by_text["in a callout"].path
    assert len(links) == 18
    for link in links:
        address = link.attributes["href"]
        target = _resolve(site, path, address)
        assert target.is_file(), address
        fragment = unquote(urlsplit(address).fragment)
        if fragment:
            assert f'id="{fragment}"' in target.read_text("utf-8"), address
    for text in ("Not links: [[another]]", "[[1, 2], [3, 4]]"):
        assert text in re.sub(r"<[^>]+>", "", page)


def test_embedded_images_exist(site: ProjectDir) -> None:
    """`![[image|alt]]` is an image of the site, with its alt text."""
    path = site.root / "site/index.html"
    (image,) = (
        each
        for each in elements(path.read_text("utf-8"), "img")
        if "picture" in each.attributes["src"]
    )
    assert image.attributes["alt"] == "A red dot"
    assert _resolve(site, path, image.attributes["src"]).is_file()


CODE = """\
import numpy as np

matrix = np.array([[1, 2], [3, 4]])  # [[another]] %%not a comment%% ==x== #tag ^id
price = "$5 and $6"; text = '''
    %%timeit
\tindented by a tab, <b>, &amp;, \\[[x]], --8 and    four spaces

trailing: \x20\x20
'''
print(matrix, price, "[[another]] %%x%% $x$ *x* <b> &amp;")
"""


@note(
    f"```python\n{CODE}```\n\n"
    "```text\n%%timeit\n[[another]] %%kept%% $x$\n#| not: an option\n```\n\n"
    "Inline `[[another]] %%kept%% $x$`.\n\nAfter.\n"
)
def test_code_is_never_touched(page: str) -> None:
    """Brackets, percent and dollar signs, white space: byte for byte, also in what is printed."""
    blocks = [each.text for each in elements(page, "code")]
    # The theme's own tabs apply to no cell.
    assert CODE.rstrip("\n") in [text.rstrip("\n") for text in blocks]
    assert "%%timeit\n[[another]] %%kept%% $x$\n#| not: an option" in [
        text.rstrip("\n") for text in blocks
    ]
    assert "[[another]] %%kept%% $x$" in blocks
    assert shown(page) == [
        ("stdout", "[[1 2]\n [3 4]] $5 and $6 [[another]] %%x%% $x$ *x* <b> &amp;")
    ]
    assert "After." in page


@note(r"""
    Inline $\frac{a_1}{b}$, and in **bold $x^2$**; it costs $5 and $6.

    $$
    \sum_{i=1}^{n} x_i
    $$

    | table |
    |---|
    | $\sqrt{2}$ |

    > [!note]
    > In a callout $\alpha < \beta$.

    - In a list $y_1$

    `$\code$` and

    ```text
    $\fence$
    ```
    """)
def test_formulas_are_mathml(page: str) -> None:
    """Every formula is MathML of the page; money and code are none."""
    formulas = elements(page, "math")
    assert [each.attributes["display"] for each in formulas].count("block") == 1
    assert len(formulas) == 6
    assert "it costs $5 and $6." in page
    assert "\\frac" not in page and "\\sum" not in page and "\\sqrt" not in page
    assert "$\\code$" in page and "$\\fence$" in page
    assert any("td." in each.path for each in formulas)


@note("""
    1. First

        ```python
        print("in a list")
        ```

        A second paragraph.

        - Inner

            ~~~python continuation
            print("in an inner list")
            ~~~

    2. Second

    > [!note] Title
    > ```python
    > print("in a callout")
    > ```
    > After the cell.
    >
    > > [!tip]
    > > ```python continuation
    > > print("in a nested callout")
    > > ```

    > A quote.
    >
    > ~~~~python
    > print("in a quote")
    > ~~~~

    ````python
    text = '''
    ```
    inner
    ```
    '''
    print("with four backticks")
    ````

    ~~~python title="A title" hl_lines="1"
    print("with tildes")
    ~~~

    <!--
    ```python
    print("in an HTML comment")
    ```
    -->

    ````text
    ```python
    print("in another fence")
    ```
    ````
    """)
@pytest.mark.parametrize(
    ("printed", "inside"),
    [
        ("in a list", r"ol\. li\. div\.nw-cell"),
        ("in an inner list", r"ol\. li\. ul\. li\. div\.nw-cell"),
        ("in a callout", r"div\.admonition note div\.nw-cell"),
        ("in a nested callout", r"div\.admonition note div\.admonition tip div\.nw-cell"),
        ("in a quote", r"blockquote\. div\.nw-cell"),
        ("with four backticks", r"article\S* \S* div\.nw-cell"),
        ("with tildes", r"article\S* \S* div\.nw-cell"),
    ],
)
def test_outputs_stand_in_place(page: str, printed: str, inside: str) -> None:
    """A cell in a list, a callout or a quote shows its output there, below its code."""
    (output,) = (each for each in elements(page, "pre", "nw-stdout") if each.text == printed)
    assert re.search(inside + r" div\.nw-outputs$", output.path), output.path
    assert page.index("nw-outputs") > page.index("highlight")


def test_hidden_cells_do_not_run(site: ProjectDir) -> None:
    """What stands in an HTML comment or in another fence is no cell."""
    page = site.page(note.name("test_outputs_stand_in_place"))
    printed = [text for kind, text in shown(page) if kind == "stdout"]
    assert len(printed) == 7
    assert not {"in an HTML comment", "in another fence"} & set(printed)
    assert "A title" in page and '<span class="hll">' in page


@note("""
    # Comments

    Shown %%SECRET inline%% and shown.

    %%
    SECRET block [[nowhere]]

    ```python
    print("SECRET cell")
    1 / 0
    ```
    %%

    > [!note]
    > Shown %%SECRET in a callout%%.

    | table |
    |---|
    | shown %%SECRET in a table%% |

    - shown %%SECRET in a list%%

    ```python
    print("not a comment: %%", 5 %3)
    ```

    Last words.
    """)
def test_comments_are_not_published(site: ProjectDir, page: str) -> None:
    """`%%…%%` is neither in a page, nor in the search index, nor run, nor checked."""
    for path in (site.root / "site").rglob("*"):
        if path.suffix in (".html", ".json", ".xml", ".txt"):
            assert "SECRET" not in path.read_text("utf-8"), path
            assert "unpublished" not in path.read_text("utf-8"), path
    assert shown(page) == [("stdout", "not a comment: %% 2")]
    assert page.count("Last words.") == 1
    index = json.loads((site.root / "site/search/search_index.json").read_text("utf-8"))
    assert any("Last words." in entry["text"] for entry in index["docs"])
