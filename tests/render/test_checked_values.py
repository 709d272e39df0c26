"""The list of checked values at the foot of a page."""

from __future__ import annotations

from pathlib import Path

from projects import ProjectDir, elements


def test_each_value_leads_to_its_cell_however_little_that_shows(tmp_path: Path) -> None:
    """Of a hidden cell, of one without outputs, and of one whose code is folded as well."""
    note = """\
        # Values

        ```python
        #| include: false
        hidden = 1
        ```

        ```python continuation
        #| echo: false
        silent = 2
        ```

        ```python continuation
        #| code-fold: true
        folded = 3
        ```

        ```python continuation
        shown = 4
        ```

        ```python continuation
        #| echo: false
        print("said")
        said = 5
        ```

        They are 1<!--= hidden -->, 2<!--= silent -->, 3<!--= folded -->, 4<!--= shown -->
        and 5<!--= said -->.
        """
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": note, "docs/other.md": "# Other\n\n![[index]]\n"})
    built = project.build()
    assert built.status == 0, built.output
    for page in ("index", "other"):
        html = project.page(page)
        ids = [each.attributes["id"] for each in elements(html) if "id" in each.attributes]
        assert len(ids) == len(set(ids))
        links = [
            each.attributes["href"].removeprefix("#")
            for each in elements(html, "a")
            if "nw-values" in each.path
        ]
        assert len(links) == (5 if page == "index" else 0)
        assert set(links) <= set(ids)
