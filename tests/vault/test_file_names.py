"""Names of files: what some disk cannot tell apart, and what no link can hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from notewright.vault.file_names import check_names, name_notices, unused_attachments
from notewright.vault.vault import Vault

Scan = Callable[[Mapping[str, str | bytes]], Vault]


def test_names_that_differ_in_case_only(vault: Scan) -> None:
    """They are one file on macOS and Windows: each pair is told, with both names."""
    scanned = vault({"a/K-Means.md": "", "a/k-means.md": "", "b/k-means.md": ""})
    (problem,) = check_names(scanned)
    assert problem.where == "docs/a/k-means.md:1"
    assert "`a/k-means.md` and `a/K-Means.md` are the same file" in problem.headline


@pytest.mark.parametrize("name", ["a#b.md", "a^b.md", "a[b.md", "x]/b.png", "a|b.md"])
def test_names_that_no_link_can_hold(vault: Scan, name: str) -> None:
    """Obsidian refuses them too, but other programs make them."""
    (problem,) = check_names(vault({name: "", "fine – ünï.md": ""}))
    assert "which Obsidian links cannot contain" in problem.message


def test_names_that_windows_refuses(vault: Scan) -> None:
    """A notice, since the vault works here."""
    notices = [each.message for each in name_notices(vault({"why?.md": "", "a.b.md": ""}))]
    assert notices == ["`why?.md` contains `?`, which Windows and some phones do not allow"]


def test_attachments_that_nobody_uses(vault: Scan) -> None:
    """Links, embeds, addresses, properties, HTML, styles and the README all use a file."""
    used = {f"{number}.png": b"" for number in range(8)}
    note = (
        '---\ncover: 0.png\nicon: "[[1.png]]"\n---\n![[2.png]] [x](3.png) [[4.png]]\n\n'
        '<img src="5.png">\n'
    )
    scanned = vault({**used, "a.md": note, "x.css": "a{background:url(6.png)}", "old.pdf": b""})
    assert unused_attachments(scanned) == ["7.png", "old.pdf"]
    (scanned.settings.root / "README.md").write_text("![](docs/7.png)", "utf-8")
    assert unused_attachments(scanned) == ["old.pdf"]
