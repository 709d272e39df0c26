"""How MkDocs makes a page."""

from __future__ import annotations

from pathlib import Path

from markdown import Markdown
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from notewright.hosts.mkdocs import mkdocs_private


def test_a_page_is_converted_by_the_instance_that_is_lent_for_it(tmp_path: Path) -> None:
    """Only by that; each further page gets one of its own, as MkDocs has it."""
    (tmp_path / "docs").mkdir()
    config = MkDocsConfig()
    config.load_dict({"site_name": "A", "docs_dir": str(tmp_path / "docs"), "plugins": []})
    config.validate()
    (tmp_path / "docs" / "a.md").write_text("# A\n\ntext ==marked==\n", "utf-8")
    file = File("a.md", config.docs_dir, config.site_dir, use_directory_urls=True)
    page = Page(None, file, config)
    page.read_source(config)
    lent = Markdown(extensions=["toc", "pymdownx.mark"])
    mkdocs_private.lend_markdown()
    mkdocs_private.lend_markdown()
    mkdocs_private.render(page, config, Files([file]), lent)
    assert page.content == '<h1 id="a">A</h1>\n<p>text <mark>marked</mark></p>'
    assert page.title == "A" and [each.id for each in page.toc] == ["a"]
    mkdocs_private.render(page, config, Files([file]), None)
    assert page.content is not None and "==marked==" in page.content
    page.render(config, Files([file]))
    assert "==marked==" in page.content
