"""Ids in headings: small labels behind the words, while addresses stay as they were."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import ProjectDir, elements

NOTE = (
    "# R2 D2\n\n## L10 Overfit *a few*\n\n## S3-A1, S3-A2 Pipeline\n\n### L01b Harm\n\n"
    "## K-means\n\n## 2D and 3D\n\n## A plain one\n\n"
    "## B01 R2 and R3 agree\n\n[[#L10 Overfit a few|it]]\n"
)


@pytest.mark.parametrize("asked", [True, False])
def test_ids_stand_behind_the_words(tmp_path: Path, asked: bool) -> None:
    """In headings and in the table of contents, of a note that asks for it."""
    project = ProjectDir(tmp_path / "project")
    project.configure()
    project.write({"docs/index.md": f"---\nheading-labels: {str(asked).lower()}\n---\n{NOTE}"})
    built = project.build()
    assert built.status == 0, built.output
    page = project.page("index")
    labels = page.count('<small class="nw-heading-label">')
    assert labels == (4 if asked else 0)
    ids = [each.attributes.get("id") for tag in ("h2", "h3") for each in elements(page, tag)]
    assert {"l10-overfit-a-few", "s3-a1-s3-a2-pipeline", "b01-r2-and-r3-agree"} <= set(ids)
    listed = 'href="#l10-overfit-a-few" class="nav-link">' in page or "#l10-overfit-a-few" in page
    assert listed
    assert ("R2 and R3 agree <small" in page) == asked
    assert ("Overfit <em>a few</em> <small" in page) == asked
    assert (">B01 R2 and R3 agree</a>" in page) == (not asked)
    assert (">R2 and R3 agree</a>" in page) == asked
