"""Posts of Material's blog: those that it leaves out, and the excerpts that it shows of others."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page


def _blogs(config: MkDocsConfig) -> Iterator[Any]:
    """The plugin, which may be there several times."""
    for name, plugin in config.plugins.items():
        # Its second instance is called `material/blog #2`.
        if name.partition(" ")[0] in ("blog", "material/blog") and plugin.config.get("enabled"):
            yield plugin


def has_blog(config: MkDocsConfig) -> bool:
    """Whether some notes are posts. The plugin looks for them late, and moves their pages."""
    return next(_blogs(config), None) is not None


def post_folders(config: MkDocsConfig) -> tuple[str, ...]:
    """The folder of the posts of each blog, with a slash behind it."""
    options = [blog.config for blog in _blogs(config)]
    blogs = [each["post_dir"].format(blog=normpath(each["blog_dir"])) for each in options]
    return tuple(f"{normpath(folder)}/" for folder in blogs)


def draft_posts(config: MkDocsConfig, files: Files) -> set[str]:
    """Paths of the posts that a blog leaves out, once it has looked for them."""
    found: set[str] = set()
    for blog, folder in zip(_blogs(config), post_folders(config), strict=True):
        shown = {post.file.src_uri for post in blog.blog.posts}
        # All of them: the plugin takes its posts out of what is listed for a while.
        posts = {file.src_uri for file in files if file.is_documentation_page()}
        found |= {path for path in posts - shown if path.startswith(folder)}
    return found


def is_post(config: MkDocsConfig, page: Page) -> bool:
    """Whether a page is a post, of which other pages show an excerpt."""
    return any(page in blog.blog.posts for blog in _blogs(config))
