"""How MkDocs makes a page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from markdown import Markdown
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from notewright.hosts.mkdocs import mkdocs_private


def vault(root: Path, notes: Mapping[str, str]) -> tuple[MkDocsConfig, Files]:
    """The configuration of a site without plugins, and its files with their pages."""
    config = MkDocsConfig()
    config.load_dict({"site_name": "A", "docs_dir": str(root / "docs"), "plugins": []})
    files = Files([])
    for path, text in notes.items():
        (root / "docs" / path).parent.mkdir(parents=True, exist_ok=True)
        (root / "docs" / path).write_text(text, "utf-8")
    config.validate()
    for path in notes:
        file = File(path, config.docs_dir, config.site_dir, use_directory_urls=True)
        file.page = Page(None, file, config)
        files.append(file)
    return config, files


def test_where_a_link_leads_is_found_out_once_for_each_page(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As often as it stands there; one that leads nowhere is told each time, as MkDocs has it."""
    text = " ".join([*["[b](b.md#c)"] * 3, *["[d](d.md)"] * 2])
    config, files = vault(tmp_path, {"x/a.md": text, "x/b.md": ""})
    asked: list[str] = []

    class Asked(Files):
        def get_file_from_path(self, path: str) -> File | None:
            asked.append(path)
            return super().get_file_from_path(path)

    mkdocs_private.remember_links()
    for count in (1, 2):  # what one page knows, no other does
        page = files.src_uris["x/a.md"].page
        assert page is not None
        page.read_source(config)
        page.render(config, Asked(list(files)))
        known, unknown = '<a href="../b/#c">b</a>', '<a href="d.md">d</a>'
        assert page.content == f"<p>{' '.join([known] * 3 + [unknown] * 2)}</p>"
        assert page.links_to_anchors == {files.src_uris["x/b.md"]: {"c": "b.md#c"}}
        assert asked.count("x/b.md") == count
    assert [each.message for each in caplog.records].count(
        "Doc file 'x/a.md' contains a link 'd.md', but the target 'x/d.md' is not found among "
        "documentation files."
    ) == 4


def test_a_page_is_converted_by_the_instance_that_is_lent_for_it(tmp_path: Path) -> None:
    """Only by that; each further page gets one of its own, as MkDocs has it."""
    config, files = vault(tmp_path, {"a.md": "# A\n\ntext ==marked==\n"})
    page = files.src_uris["a.md"].page
    assert page is not None
    page.read_source(config)
    lent = Markdown(extensions=["toc", "pymdownx.mark"])
    mkdocs_private.lend_markdown()
    mkdocs_private.lend_markdown()
    mkdocs_private.render(page, config, files, lent)
    assert page.content == '<h1 id="a">A</h1>\n<p>text <mark>marked</mark></p>'
    assert page.title == "A" and [each.id for each in page.toc] == ["a"]
    mkdocs_private.render(page, config, files, None)
    assert page.content is not None and "==marked==" in page.content
    page.render(config, files)
    assert "==marked==" in page.content
