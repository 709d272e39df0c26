"""Material's blog: its posts are notes, with cells, links and drafts."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import ProjectDir, elements, texts

POST = """\
---
date: 2024-01-0{day}
categories: [News]
---
# Post {day}

A first word of {name}, with [[index|home]].

```python
print("shown by {name}", 6 * 7)
```

<!-- more -->

Only in {name}.

```python
print("further down in {name}")
```
"""
DRAFT = "---\ndate: 2024-02-01\ndraft: true\n---\n# Draft\n\nA SECRETword, [[first]].\n"
HIDDEN = "---\ndate: 2024-02-01\npublish: false\n---\n# Hidden\n\nA HIDDENword, [[first]].\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """A vault with a blog, built."""
    project = ProjectDir(tmp_path_factory.mktemp("blog") / "project")
    plugins = ["search", "blog", "tags", "notewright"]
    project.configure(theme={"name": "material"}, plugins=plugins)
    project.write(
        {
            "docs/index.md": "# Home\n\n[[first]] and [[notes/a]].\n",
            "docs/notes/a.md": "# A\n\n[[second]]\n",
            "docs/blog/index.md": "# Blog\n",
            "docs/blog/posts/first.md": POST.format(day=1, name="first"),
            "docs/blog/posts/second.md": POST.format(day=2, name="second"),
            "docs/blog/posts/draft.md": DRAFT,
            "docs/blog/posts/hidden.md": HIDDEN,
        }
    )
    built = project.build()
    assert built.status == 0, built.output
    return project


def test_posts_are_notes(site: ProjectDir) -> None:
    """They show what their cells gave, and links lead to their addresses."""
    page = site.page("blog/2024/01/01/post-1")
    assert texts(page, "stdout") == "shown by first 42\nfurther down in first"
    home = {link.attributes.get("href") for link in elements(site.page("index"), "a")}
    assert "blog/2024/01/01/post-1/" in home


@pytest.mark.parametrize("view", ["blog", "blog/archive/2024", "blog/category/news"])
def test_an_excerpt_shows_the_cells_of_its_own_post(site: ProjectDir, view: str) -> None:
    """Down to its end, in each of the pages that show it, and no foot of a note."""
    page = site.page(view)
    assert texts(page, "stdout") == "shown by second 42\nshown by first 42"
    assert "Only in" not in page
    assert "nw-foot" not in page


def test_drafts_and_hidden_posts_are_nowhere(site: ProjectDir) -> None:
    """Neither in the blog nor in what is made of all notes."""
    for path in (site.root / "site").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"SECRETword" not in content, path
            assert b"HIDDENword" not in content, path


@pytest.mark.gate
def test_a_blog_that_shows_drafts_shows_them_as_notes(tmp_path: Path) -> None:
    """`draft: true` in its options, which `mkdocs serve` sets by itself."""
    project = ProjectDir(tmp_path / "project")
    blog = {"blog": {"draft": True}}
    project.configure(theme={"name": "material"}, plugins=[blog, "notewright"])
    project.write(
        {
            "docs/index.md": "# Home\n",
            "docs/blog/index.md": "# Blog\n",
            "docs/blog/posts/first.md": POST.format(day=1, name="first"),
            "docs/blog/posts/draft.md": DRAFT,
        }
    )
    built = project.build()
    assert built.status == 0, built.output
    assert "SECRETword" in project.page("blog/2024/02/01/draft")
