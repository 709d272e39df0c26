"""Zensical builds a vault from its records: what it shows, and what it does not."""

from __future__ import annotations

import base64
import os
import pkgutil
import re
import time
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser
from importlib import metadata
from pathlib import Path
from urllib.parse import urljoin

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from projects import ProjectDir, Result

from notewright.hosts.zensical import from_file, pattern_of
from notewright.vault.exclusions import Exclusions

pytestmark = pytest.mark.gate

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

NOTES = {
    "index.md": """\
        ---
        tags: [listed]
        ---
        %%
        # secret heading
        %%

        # Home %%secret words%%

        See [[models/k means|the model]], [[models/k means#The second part]] and [its
        file](assets/a.csv). %%a secret
        over lines%% Marked ==text==, $x^2$ and #texttag.

        > [!note] A callout
        > with a **list**:
        > - one

        ```python
        #| label: fig-line
        #| fig-alt: A line that rises
        #| fig-cap: It rises
        import matplotlib.pyplot as plt

        plt.plot([1, 2]);
        x = 3
        print("printed", x)
        ```

        The value is 3<!--= x -->, twice it `{python} x * 2`.

        ```python continuation
        x + 40
        ```

        ![[pic.png|A picture]]

        | a | b |
        |---|---|
        | [[index]] | `[[code]]` |
        """,
    "models/k means.md": """\
        # The model

        ![[index#^fig-line]]

        ![[folder-less]]

        ## The second part

        A part %%secret%% of it.[^1]

        [^1]: A note.
        """,
    "folder-less.md": "Embedded text, with no heading, of [[index|home]].\n",
}
HIDDEN = {
    "hidden.md": """\
        ---
        publish: false
        tags: [secrettag]
        ---
        # The secret note

        secret words

        ![[secret picture.png|seen]] links to [[index]].
        """
}
WATCH = ["docs"]


def zensical(project: ProjectDir, *arguments: str) -> Result:
    return project.command("-m", "zensical", "build", *arguments)


def write(
    tmp_path: Path, notes: Mapping[str, str] = NOTES, *, hides: bool = True, **config: object
) -> ProjectDir:
    project = ProjectDir(tmp_path)
    drafts = "/hidden.md\n/secret\\ picture.png\n" if hides else ""
    default = {
        "theme": {"name": "material", "font": False},
        "plugins": ["search", "notewright"],
        "markdown_extensions": ["attr_list", "footnotes", "notewright"],
        "watch": WATCH,
        "draft_docs": drafts,
    }
    project.configure(**(default | config))
    project.write({f"docs/{path}": text for path, text in notes.items()})
    (tmp_path / "docs/assets").mkdir(exist_ok=True)
    (tmp_path / "docs/assets/a.csv").write_text("x,y\n1,2\n")
    (tmp_path / "docs/pic.png").write_bytes(PIXEL)
    return project


def site_texts(project: ProjectDir) -> Iterator[tuple[str, str]]:
    """The name and content of each file of the site that is not the theme's."""
    site = project.root / "site"
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        theme = re.match(r"assets/(images|javascripts|stylesheets)/", name)
        if path.is_file() and not theme:
            yield name, f"{name}\n{path.read_bytes().decode('utf-8', 'replace')}"


def holding(project: ProjectDir, word: str) -> list[str]:
    return [name for name, text in site_texts(project) if word in text]


class _Content(HTMLParser):
    """What the main part of a page shows: its words, its links and its pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[str] = []

    VOID = frozenset({"img", "br", "input", "hr", "meta", "link"})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag not in self.VOID:
            is_out = tag in ("style", "script", "aside") or self._is_offer(said)
            self._open.append("-" if is_out else tag)
        if "-" in self._open:
            return
        for name in ("href", "src", "alt", "aria-label"):
            if name in said and "headerlink" not in str(said.get("class")):
                address = "" if said[name] == "./" else said[name]  # the page itself
                self.found.append(f"{tag} {name}={address}")

    @staticmethod
    def _is_offer(said: Mapping[str, str | None]) -> bool:
        """Whether it offers what only MkDocs writes: files for download, and the tags' list."""
        is_file = "download" in said
        return is_file or any(name in str(said.get("class")) for name in ("nw-download", "md-tags"))

    def handle_endtag(self, tag: str) -> None:
        if self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if "-" not in self._open:
            self.found += data.split()


def content(page: str) -> list[str]:
    """What the article of a page shows, in order, but for what stands around it."""
    found = re.search(r"<article[^>]*>(.*)</article>", page, re.S)
    assert found is not None
    reader = _Content()
    start = found[1].index("<h1") if "<h1" in found[1] else 0
    reader.feed(found[1][start:])
    return reader.found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """A vault with a hidden note, run by notewright and built by Zensical."""
    project = write(tmp_path_factory.mktemp("zensical"), {**NOTES, **HIDDEN})
    (project.root / "docs/secret picture.png").write_bytes(PIXEL + b"secret")
    ran = project.notewright("run")
    assert ran.status == 0, ran.output
    result = zensical(project, "--strict")
    assert result.status == 0, result.output
    assert "No issues found" in result.output
    return project


def test_nothing_private_is_in_the_site(built: ProjectDir) -> None:
    assert holding(built, "secret") == []
    assert not (built.root / "site/hidden").exists()


def test_pages_hold_what_those_of_mkdocs_hold(built: ProjectDir, tmp_path: Path) -> None:
    """Words, links, figures and outputs are the same in both sites."""
    there = tmp_path / "mkdocs"
    result = built.build("--site-dir", str(there))
    assert result.status == 0, result.output
    for name in ("index.html", "models/k means/index.html", "folder-less/index.html"):
        ours = content((built.root / "site" / name).read_text("utf-8"))
        theirs = content((there / name).read_text("utf-8"))
        own_tag = [
            each for each in theirs if not each.startswith(("a href=tags", "a href=../tags"))
        ]
        assert ours == own_tag, name
    assert "printed" in content((built.root / "site/index.html").read_text("utf-8"))


def test_records_are_shown_and_no_cell_runs(built: ProjectDir) -> None:
    page = built.page("index")
    assert "printed 3" in page and ">43</pre>" in page
    assert "The value is 3, twice it 6." in re.sub("<[^>]+>", "", page)
    assert page.count('aria-label="A line that rises"') == 1
    assert built.page("models/k means").count('aria-label="A line that rises"') == 1


def test_links_lead_to_pages(built: ProjectDir) -> None:
    """Every address in a page is one of the site."""
    site = built.root / "site"
    for name, text in site_texts(built):
        if not name.endswith("index.html"):
            continue
        for address in re.findall(r'(?:href|src)="([^"#:]+)(?:#[^"]*)?"', text):
            path = (site / name).parent / re.sub(r"%20", " ", address)
            assert path.exists(), (name, address)


def test_the_search_finds_what_pages_show(built: ProjectDir) -> None:
    index = (built.root / "site/search.json").read_text("utf-8")
    assert "printed 3" in index and "texttag" in index and "The second part" in index
    assert "nw-cell" not in index and "stroke" not in index


@pytest.mark.parametrize("hidden", [True, False])
def test_a_private_file_ends_the_build(tmp_path: Path, hidden: bool) -> None:
    """A hidden note, or a picture that only it shows, is named with the lines to add."""
    project = write(tmp_path, {"index.md": "# Home\n\nHello.\n", **HIDDEN}, hides=False)
    (tmp_path / "docs/secret picture.png").write_bytes(PIXEL)
    project.configure(
        plugins=["search", "notewright"],
        markdown_extensions=["notewright"],
        watch=WATCH,
        theme={"name": "material"},
        draft_docs="/hidden.md" if hidden else "",
    )
    result = zensical(project)
    assert result.status == 1
    assert "`secret picture.png`: it is used only by private notes" in result.output
    assert ("`hidden.md`: has `publish: false`" in result.output) is not hidden
    assert "draft_docs: |\n" in result.output and "  /secret\\ picture.png\n" in result.output
    assert "Hello" not in "".join(text for _, text in site_texts(project))


def refused(project: ProjectDir, *parts: str) -> None:
    result = zensical(project)
    assert result.status == 1, result.output
    for part in parts:
        assert part in result.output, result.output


def save_later(project: ProjectDir, path: str, text: str) -> None:
    """Save a file some seconds after the last build: Zensical tells times by whole seconds."""
    project.write({path: text})
    file = project.root / path
    later = file.stat().st_mtime + 2
    os.utime(file, (later, later))


@pytest.mark.nightly
def test_a_cell_without_a_fresh_record_is_an_error_at_its_line(tmp_path: Path) -> None:
    cell = "# Home\n\n```python\nprint(open('data.txt').read())\n```\n"
    project = write(tmp_path, {"index.md": cell}, hides=False, watch=["docs", "data.txt"])
    project.write({"data.txt": "one"})
    refused(
        project,
        ("docs/index.md:3: no current result for this cell"),
        "Run `notewright run docs/index.md`",
    )
    assert project.notewright("run").status == 0
    assert zensical(project).status == 0
    assert "one" in project.page("index")
    save_later(project, "data.txt", "another")
    refused(project, "docs/index.md:3: no current result for this cell", "data.txt")


@pytest.mark.nightly
def test_a_page_of_an_earlier_build_is_never_stale(tmp_path: Path) -> None:
    """Zensical keeps pages: what they are made of has to be watched, and is named."""
    notes = {"index.md": "# Home\n\n![[other]]\n", "other.md": "# Other\n\nfirst words\n"}
    project = write(tmp_path, notes, hides=False, watch=[])
    refused(project, "mkdocs.yml:1: Zensical would show an outdated page", "[docs]")
    project = write(tmp_path, notes, hides=False)
    assert zensical(project).status == 0
    assert "first words" in project.page("index")
    save_later(project, "docs/other.md", "# Other\n\nsecond words, that are more\n")
    assert zensical(project).status == 0
    assert "second words" in project.page("index")


def test_a_picture_that_becomes_private_ends_a_later_build(tmp_path: Path) -> None:
    """Though every page of Zensical's could be one of an earlier build."""
    project = write(tmp_path, {"index.md": "# Home\n", **HIDDEN}, draft_docs="/hidden.md\n")
    text = (tmp_path / "docs/hidden.md").read_text().replace("![[secret picture.png|seen]]", "It")
    project.write({"docs/hidden.md": text})
    assert zensical(project).status == 0
    save_later(project, "docs/hidden.md", text + "\n![[new.png|seen]]\n")
    (tmp_path / "docs/new.png").write_bytes(PIXEL)
    refused(project, "`new.png`: it is used only by private notes")


def test_what_zensical_makes_and_the_vault_does_not_is_an_error(tmp_path: Path) -> None:
    """Templates of Obsidian, links that lead out of the vault, and figures written for it."""
    project = write(
        tmp_path, {"index.md": "# Home\n", "forms/new.md": "# {{title}}\n"}, hides=False
    )
    project.write(
        {
            "docs/.obsidian/templates.json": '{"folder": "forms"}',
            "docs/assets/figures/fig.svg": "<svg/>",
            "outside.txt": "secret",
        }
    )
    (tmp_path / "docs/out.txt").symlink_to(tmp_path / "outside.txt")
    refused(project, "`forms/new.md`", "`assets/figures/fig.svg`", "`out.txt`", "outside the vault")


def test_a_notebook_with_a_comment_is_not_copied(tmp_path: Path) -> None:
    """Without one, links lead to the file itself: Zensical makes pages of Markdown alone."""
    notes = {"index.md": "# Home\n\n[[work]]\n", "work.py": "# %% [markdown]\n# # Work\n# said\n"}
    project = write(tmp_path, notes, hides=False)
    assert zensical(project).status == 0
    assert 'href="work.py"' in project.page("index")
    save_later(project, "docs/work.py", notes["work.py"] + "# %%secret%%\n")
    refused(project, "`work.py`: a notebook is copied unchanged, and this one contains comments")


@pytest.mark.parametrize(
    ("config", "part"),
    [
        ({"plugins": ["notewright", "llmstxt"], "site_url": "https://e.org/"}, "`llmstxt`"),
        ({"plugins": ["notewright", "macros"]}, "the plugin `macros`"),
        ({"plugins": ["notewright", "blog"]}, "the plugin `blogs`"),
        ({"plugins": ["notewright", "exclude"]}, "the plugin `exclude`"),
        ({"plugins": ["notewright", {"include-markdown": {}}]}, "include-markdown"),
    ],
)
def test_a_plugin_that_may_publish_more_than_the_page_is_refused(
    tmp_path: Path, config: Mapping[str, object], part: str
) -> None:
    project = write(tmp_path, {"index.md": "# Home\n"}, hides=False, **config)
    refused(project, part)


def test_what_is_broken_is_told_as_loud_as_asked(tmp_path: Path) -> None:
    """A dead link is a warning; with `strict`, it ends the build, as with MkDocs."""
    notes = {"index.md": "# Home\n\nSee [[nowhere]].\n"}
    result = zensical(write(tmp_path, notes, hides=False))
    assert result.status == 0 and "WARNING -  docs/index.md:3" in result.output
    refused(write(tmp_path, notes, hides=False, strict=True), "docs/index.md:3", "nowhere")


def test_a_formula_that_cannot_be_shown_ends_the_build(tmp_path: Path) -> None:
    project = write(tmp_path, {"index.md": "# Home\n\n$\\frac{1}{2$\n"}, hides=False)
    refused(project, "docs/index.md:3")


@pytest.mark.nightly
def test_a_figure_that_is_large_is_in_its_page(tmp_path: Path) -> None:
    """No file is written beside a page that Zensical may keep."""
    cell = (
        "# Home\n\n```python\n#| fig-alt: Points\nimport matplotlib.pyplot as plt\n"
        "for i in range(900):\n    plt.plot([i, i + 1, i], [i, i * i % 7, 3])\n```\n"
    )
    project = write(tmp_path, {"index.md": cell}, hides=False)
    assert project.notewright("run").status == 0
    assert zensical(project).status == 0
    page = project.page("index")
    assert 'aria-label="Points"' in page and len(page) > 150_000
    assert not list((tmp_path / "site").rglob("*-light.svg"))


COMMENT = st.sampled_from(
    [
        "%%secret%%",
        "%% [[secret]] %%",
        "%%\n# secret\n%%",
        "%%secret\n\n- secret\n%%",
        "%%```secret%%",
    ]
)
LINE = st.sampled_from(["%%secret%%", "%% ![[secret.png]] %%", "%%[^s] #secret%%", "%%`secret`%%"])
BLOCK = st.one_of(
    COMMENT,
    st.builds("# public {}".format, LINE),
    st.builds("## {} public".format, LINE),
    st.builds("- public {}\n  - {} public".format, LINE, LINE),
    st.builds("> [!note] public {}\n> public {}".format, LINE, LINE),
    st.builds("| public | {} |\n|---|---|\n| {} | public |".format, LINE, LINE),
    st.builds("public[^1] {}\n\n[^1]: public {}".format, LINE, LINE),
    st.builds("public [[index]] {} and [[index|public {}]]".format, LINE, LINE),
    st.builds("![[index]] {}".format, LINE),
    st.builds("!!! note\n    public {}".format, LINE),
    st.builds("<div>public {}</div>".format, LINE),
    st.builds("public {}\n: public {}".format, LINE, LINE),
    st.builds("1. public\n\n   {}\n\n   public".format, COMMENT),
)


@settings(max_examples=4)
@given(st.lists(st.lists(BLOCK, min_size=1, max_size=6), min_size=15, max_size=25))
def test_no_comment_is_published_wherever_it_stands(
    tmp_path_factory: pytest.TempPathFactory, notes: list[list[str]]
) -> None:
    """Not in a page, in the search, in a title, in a backlink's sentence or in an embed."""
    texts = {f"n{number}.md": "\n\n".join(blocks) for number, blocks in enumerate(notes)}
    texts["index.md"] = "public %%secret%% [[n0]]\n\n![[n1]]\n"
    extensions = ["admonition", "def_list", "footnotes", "md_in_html", "notewright"]
    root = tmp_path_factory.mktemp("comments")
    project = write(root, texts, hides=False, markdown_extensions=extensions)
    result = zensical(project)
    assert result.status == 0, result.output
    assert holding(project, "secret") == []
    assert len(list((root / "site").rglob("index.html"))) == len(texts)


def test_a_tag_of_a_hidden_note_is_in_no_list(tmp_path: Path) -> None:
    notes = {"index.md": "# Home\n\n#shown\n", "tags.md": "# Tags\n\n<!-- material/tags -->\n"}
    text = "---\npublish: false\ntags: [secrettag]\n---\n\n# secret\n"
    project = write(
        tmp_path, {**notes, "hidden.md": text}, plugins=["search", "tags", "notewright"]
    )
    assert zensical(project).status == 0
    assert holding(project, "secret") == []
    assert ">shown<" in re.sub(r"\s", "", project.page("tags")), "the list is filled"


RAW = """\
# Raw

```python
class Rich:
    def _repr_html_(self):
        return '<a href="../../index/">one</a> <img src="../pic.png" alt="x"> <a href="#y">y</a>'

Rich()
```

<div><a href="../other/?q#there">two</a> <a href='./'>here</a> <a href=../x>x</a>
<a href="https://e.org/a">out</a> <a href="/abs/">abs</a> <a href="sub/y.txt">y</a></div>

Inline <a href="../../a">a</a>, ![[paper.pdf]] and ![[sound.mp3]], [[index]].

![[raw embedded]]
"""


@pytest.mark.nightly
@pytest.mark.parametrize("name", ["sub/raw", "sub/index", "raw"])
def test_addresses_lead_where_they_lead_with_mkdocs(tmp_path: Path, name: str) -> None:
    """Zensical leads raw HTML anew, too; of cells and writers, MkDocs leaves it as it is."""
    notes = {
        "index.md": "# Home\n",
        f"{name}.md": RAW,
        "deep/raw embedded.md": 'Embedded <a href="../z/">z</a> with [[index]].\n',
    }
    project = write(tmp_path, notes, hides=False)
    for medium in ("paper.pdf", "sub/sound.mp3"):
        (tmp_path / "docs/sub").mkdir(exist_ok=True)
        (tmp_path / "docs" / medium).write_bytes(b"x")
    assert project.notewright("run").status == 0
    assert zensical(project).status == 0
    result = project.command("-m", "mkdocs", "build", "--site-dir", "there")
    assert result.status == 0, result.output
    page = name.removesuffix("index") + ("/index.html" if "index" not in name else "index.html")
    ours, theirs = (
        content((tmp_path / site / page).read_text("utf-8")) for site in ("site", "there")
    )
    assert [resolved(each, page) for each in ours] == [resolved(each, page) for each in theirs]
    assert len([each for each in ours if "=" in each]) > 14


def resolved(shown: str, page: str) -> str:
    """An address as a browser resolves it."""
    name, sign, address = shown.partition("=")
    led = urljoin(f"https://site/{page}", address).removesuffix("index.html")
    return f"{name}={led}" if sign else shown


PART = st.sampled_from(["..", ".", "a", "b c", "%20", "é", "x.png", "y.html"])


@given(
    st.lists(PART, max_size=4),
    st.sampled_from(["", "/"]),
    st.sampled_from(["", "#f", "?q=a/../b", "?q#/../x"]),
    st.sampled_from(["", "s/", "s/t/"]),
)
@example([".."] * 4, "", "", "")  # where the project lies two folders deep
def test_an_address_is_written_so_that_zensical_leads_it_back(
    parts: list[str], end: str, more: str, folder: str
) -> None:
    """Zensical puts `../` before what is relative to a file that is not an index."""
    address = "/".join(parts) + (end if parts else "") + more
    source, url = f"{folder}page.md", f"{folder}page/"
    written = from_file(address, source, url)
    is_led = written and written[0] not in "#?"
    led = f"../{written}" if is_led else written
    base = f"https://e.org/u/v/w/x/{url}"
    assert urljoin(base, led).rstrip("/") == urljoin(base, address).rstrip("/")
    assert from_file(address, f"{folder}index.md", folder) == address


@pytest.mark.parametrize(
    "address", ["", "#x", "?q", "/x", "//e.org/x", "https://e.org", "mailto:a@b", "data:,x", "o.md"]
)
def test_other_addresses_are_left_alone(address: str) -> None:
    assert from_file(address, "a/b.md", "a/b/") == address


def test_titles_and_tags_are_text(tmp_path: Path) -> None:
    """Templates of Zensical print them as if they were HTML."""
    evil = "</title></a><script>evil()</script>"
    properties = f'---\ntitle: "It\'s {evil}"\ntags: ["{evil}"]\ndescription: \'"{evil}\'\n---\n'
    notes = {
        "index.md": "# Home\n\n[[one]] and [[two]]\n",
        "one.md": f"{properties}Text of [[two]].\n",
        "two.md": f"# Two `{evil}`\n\nText of [[one]].\n",
        "tags.md": "# Tags\n\n<!-- material/tags -->\n",
    }
    project = write(tmp_path, notes, hides=False, plugins=["search", "tags", "notewright"])
    assert zensical(project).status == 0
    pages = {name: text for name, text in site_texts(project) if name.endswith(".html")}
    assert len(pages) > 4
    assert [name for name, text in pages.items() if "<script>evil" in text] == []
    assert "It's &lt;/title&gt;" in pages["one/index.html"]


@pytest.mark.nightly
def test_a_vault_that_is_not_trusted_runs_nothing(tmp_path: Path) -> None:
    """What cannot run is shown all the same: figures too, which are images then."""
    project = write(tmp_path, hides=False)
    assert project.notewright("run").status == 0
    text = (tmp_path / "docs/index.md").read_text("utf-8")
    project.write({"docs/index.md": f"{text}\n<img src=x onerror=evil()>\n"})
    result = project.command("-m", "zensical", "build", NOTEWRIGHT_EXECUTE="0")
    assert result.status == 0, result.output
    page = project.page("index")
    assert "evil" not in page and "printed 3" in page
    (light, dark) = re.findall(r'<img[^>]*src="data:image/svg\+xml;base64,[^"]*"', page)
    assert "#only-light" in light and "#only-dark" in dark
    assert "secret" not in page


ODD = {
    "bom.md": "\ufeff# Shown words\n",
    "crlf.md": "---\r\ntags: [a]\r\n---\r\n\r\n# Title\r\n\r\nShown words\r\n",
    "cr.md": "# Title\r\rShown words\r",
    "rule.md": "---\n\nShown words\n\n---\n\nmore\n",
    "dots.md": "---\ntitle: T\n...\n\nShown words\n",
    "blank.md": "\n\n---\ntitle: T\n---\n\nShown words\n",
    "blanks.md": "---  \ntitle: T\n---  \nShown words\n",
    "open.md": "---\ntitle: T\n\nShown words\n",
    "none.md": "---\n---\nShown words\n",
    "tabs.md": "Shown words\n\n\tcode\t%\n",
    "empty.md": "",
    "only.md": "---\ntitle: Only\n---\n",
    "comment.md": "%%\n# secret\n%%\n",
    "list.md": "---\n- a\n- b\n---\nShown words\n",
    "nul.md": "Shown words \u2028 and \u0085 more\n",
}


@pytest.mark.nightly
@pytest.mark.parametrize("name", ODD)
def test_a_text_is_read_as_zensical_reads_it(tmp_path: Path, name: str) -> None:
    """Or the build ends and names the note, as for properties that Zensical cannot read."""
    project = write(tmp_path, {"index.md": "# Home\n"}, hides=False)
    (tmp_path / "docs" / name).write_bytes(ODD[name].encode())
    result = zensical(project)
    assert holding(project, "secret") == []
    if result.status == 0:
        page = project.page(name.removesuffix(".md"))
        assert ("Shown words" in page) is ("Shown words" in ODD[name])
    else:
        assert name in result.output, result.output


def test_plugins_that_show_pages_alone_are_let_pass(tmp_path: Path) -> None:
    notes = {"index.md": "# Home %%secret%%\n\nHello, [[other]].\n", "other.md": "# Other\n"}
    minified = {"minify": {"minify_html": True, "htmlmin_opts": {"remove_comments": True}}}
    moved = {"redirects": {"redirect_maps": {"old.md": "other.md"}}}
    plugins = ["search", "tags", "awesome-nav", "offline", "notewright", minified, moved]
    project = write(tmp_path, {**notes, **HIDDEN}, plugins=plugins)
    (tmp_path / "docs/secret picture.png").write_bytes(PIXEL)
    assert zensical(project).status == 0
    assert holding(project, "secret") == [] and len(holding(project, "Hello")) > 1
    assert "<style>" in (tmp_path / "site/index.html").read_text("utf-8")


def test_serve_shows_what_is_wrong_and_goes_on(tmp_path: Path) -> None:
    """An error would end the server; nobody but the writer sees what it serves."""
    notes = {"index.md": "# Home\n\nWords\n", "draft.md": "# Draft\n\nUnfinished\n", **HIDDEN}
    aside = "/hidden.md\n/secret\\ picture.png\n/draft.md\n"
    project = write(tmp_path, notes, draft_docs=aside)
    (tmp_path / "docs/secret picture.png").write_bytes(PIXEL)
    process = project.start("-m", "zensical", "serve", "-a", "127.0.0.1:0")
    page = tmp_path / "site/index.html"
    try:
        wait_for(lambda: page.exists() and "Words" in page.read_text("utf-8"))
        wait_for((tmp_path / "site/hidden/index.html").exists)
        assert "secret words" not in project.page("hidden")
        assert "it is not published and has no page" in project.page("hidden")
        wait_for((tmp_path / "site/draft/index.html").exists)
        assert "Unfinished" in project.page("draft")
        project.write({"docs/index.md": "# Home\n\n```python\n1 + 1\n```\n"})
        wait_for(
            lambda: page.exists() and ("no current result for this cell") in page.read_text("utf-8")
        )
        project.write({"docs/index.md": "# Home\n\nMended\n"})
        wait_for(lambda: page.exists() and "Mended" in page.read_text("utf-8"))
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()


def wait_for(happened: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < limit
        time.sleep(0.1)


NAMES = [
    *("a.txt", "b c.txt", "d[1].txt", "e#f.txt", "!g.txt", "#h.txt", "i*.txt", "j?.txt", "é.txt"),
    *("sub/a.txt", "sub/k.txt", "sub/deep/a.txt", "sub/deep/l.dat", "{o}.txt", "p,q.txt"),
    *(" m.txt", "n ", "$o.txt", "(p)+.txt", "~q", "r&s", "^t", "u|v"),
]
"""No `:` and no `\\`: with such a name among its files, this Zensical makes no site at all."""

PATTERN = st.sampled_from(
    [
        *("a.txt", "/a.txt", "sub/", "/sub/", "sub/*.txt", "**/a.txt", "sub/**", "*.dat", "!a.txt"),
        *("deep", "sub/deep/", "/*.txt", "!sub/a.txt", "# a.txt", "", "b c.txt", "b\\ c.txt", "*"),
        *("!/sub/", "!sub/k.txt", "[ab]*.txt", "?.txt", "a.txt ", "sub", "!*.txt", "**/deep/*"),
        *map(pattern_of, NAMES),
    ]
)


@pytest.mark.parametrize("setting", ["exclude_docs", "draft_docs"])
def test_names_that_are_advised_hide_exactly_their_files(tmp_path: Path, setting: str) -> None:
    """The pattern that an error advises is read by Zensical as it is by us, whatever the name."""
    hidden = NAMES[::2]
    project = write(
        tmp_path,
        {"index.md": "# Home\n", **dict.fromkeys(NAMES, "text\n")},
        hides=False,
        markdown_extensions=[],
        **{setting: "\n".join(map(pattern_of, hidden))},
    )
    assert zensical(project).status == 0
    found = {name for name, _ in site_texts(project)}
    assert {name for name in NAMES if name in found} == set(NAMES) - set(hidden)


@pytest.mark.nightly
@settings(max_examples=15)
@given(st.lists(PATTERN, max_size=4), st.lists(PATTERN, max_size=3))
def test_patterns_mean_to_zensical_what_they_mean_to_us(
    tmp_path_factory: pytest.TempPathFactory, exclude: list[str], draft: list[str]
) -> None:
    """Nothing is in its site that we take for set aside."""
    lines = {"exclude_docs": "\n".join(exclude), "draft_docs": "\n".join(draft)}
    project = write(
        tmp_path_factory.mktemp("patterns"),
        {"index.md": "# Home\n", **dict.fromkeys(NAMES, "text\n")},
        hides=False,
        markdown_extensions=[],
        **lines,
    )
    assert zensical(project).status == 0
    ours = Exclusions.of_patterns(lines["exclude_docs"], lines["draft_docs"])
    found = {name for name, _ in site_texts(project)}
    assert found or "*" in exclude or "*" in draft
    leaked = [name for name in NAMES if name in found and (ours.excluded(name) or ours.draft(name))]
    assert leaked == []


OFFERED = """
__main__ collectors collectors.anchors collectors.references collectors.references.cursor
collectors.references.types collectors.snippets compat compat.literate_nav compat.mkdocstrings
compat.privacy config extensions extensions.autorefs extensions.context extensions.emoji
extensions.glightbox extensions.include_markdown extensions.macros extensions.markdownextradata
extensions.media extensions.mkdocstrings extensions.preview extensions.table_reader
extensions.utilities extensions.utilities.filter main markdown markdown.render utilities
utilities.span zensical
"""
"""Modules of Zensical 0.0.73: none of them is an interface for what is not its own."""


def test_zensical_has_gained_no_door_that_nobody_has_looked_at() -> None:
    """A new module, function or entry point may serve better than an extension of Markdown."""
    import zensical

    modules = pkgutil.walk_packages(zensical.__path__, "zensical.")
    found = {module.name.removeprefix("zensical.") for module in modules}
    assert found == set(OFFERED.split())
    assert sorted(zensical.__all__) == ["build", "serve", "version"]
    doors = [(door.group, door.name) for door in metadata.distribution("zensical").entry_points]
    assert doors == [("console_scripts", "zensical")]


@pytest.mark.parametrize(
    "extensions", [["notewright"], ["tables", {"notewright": {}}], {"notewright": {}}, [], None]
)
def test_check_names_a_configuration_that_zensical_would_publish_from(
    tmp_path: Path, extensions: object
) -> None:
    """What the plugin hides, where nothing of ours would be loaded that could say so."""
    more = {"markdown_extensions": extensions} if extensions is not None else {}
    project = ProjectDir(tmp_path)
    project.configure(**more)
    project.write({"docs/index.md": "# Home\n", "docs/a.md": "---\npublish: false\n---\n# A\n"})
    told = project.notewright("check").lines(
        "mkdocs.yml: Zensical ignores plugins, so it would not run cells and would publish 1"
    )
    assert bool(told) is not bool(extensions)
    project.write({"docs/a.md": "# A\n"})
    assert not project.notewright("check").lines("Zensical")


def test_this_vault_names_the_extension() -> None:
    """And so does the configuration of a new project."""
    root = Path(__file__).parents[2]
    for path in ("mkdocs.yml", "src/notewright/hosts/starter/mkdocs.yml"):
        assert "\n  - notewright #" in (root / path).read_text("utf-8").partition("extensions:")[2]
