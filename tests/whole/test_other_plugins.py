"""Plugins that MkDocs projects use most, each beside notewright, before it and after it.

    pytest -m nightly tests/whole/test_other_plugins.py

A small project is built without notewright, with it as the last plugin and as the first. Nothing
may be lost, and nothing new be told. A plugin that is not installed is skipped.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from projects import ProjectDir

from notewright.hosts.site_comparison import compare

pytestmark = pytest.mark.nightly

NOTEWRIGHT = {"notewright": {"dialect": "mkdocs", "execute": "asked"}}
PAGES = {
    "docs/index.md": "# Home\n\nA paragraph that is\nwrapped, and a [link](guide/a.md).\n",
    "docs/guide/index.md": "# Guide\n\nText with ![a](../a.svg)\n",
    "docs/guide/a.md": "# A\n\n```python\nprint(1)\n```\n\n## Part\n\nText\n",
    "docs/guide/b.md": "---\ntags: [x]\n---\n\n# B\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    "docs/a.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>\n',
}


@dataclass(frozen=True)
class Case:
    """A project that uses a plugin.

    Attributes:
        package: The package that brings the plugin.
        plugins: The plugins of the project, as MkDocs lists them.
        files: Files beside the usual ones.
        config: Settings beside the usual ones.
        is_in_git: Whether the project is a repository with a commit.
        known: By the place of notewright, the warnings of the plugin that are new.
    """

    package: str
    plugins: tuple[Any, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    is_in_git: bool = False
    known: Mapping[str, Sequence[str]] = field(default_factory=dict)


MODULE = '''"""A module."""


def add(a: int, b: int) -> int:
    """Add two numbers.

    ```python
    add(1, 2)
    ```
    """
    return a + b
'''
API = "# API\n\n::: mymod\n    options:\n      show_root_heading: true\n\n[B](guide/b.md)\n"
NAV = "* [Home](index.md)\n* [Guide](guide/index.md)\n    * [A](guide/a.md)\n"
GEN = """\
import mkdocs_gen_files

with mkdocs_gen_files.open("made.md", "w") as f:
    f.write("# Made")
"""
MACROS = "# M\n\n{{ who }}\n\n```python\nprint('{{ who }}')\n```\n"
EXEC = "# E\n\n```python exec=\"on\"\nprint('**ran**')\n```\n"
I18N = {
    "i18n": {
        "docs_structure": "suffix",
        "languages": [
            {"locale": "en", "default": True, "name": "English", "build": True},
            {"locale": "de", "name": "Deutsch", "build": True},
        ],
    }
}
HANDLERS = {"mkdocstrings": {"handlers": {"python": {"paths": ["."]}}}}

LAST = (
    "[mkdocs-print-site] 'print-site' should be defined as the *last* plugin, to ensure the print "
    "page has any changes other plugins make. Please update the 'plugins:' section in your "
    "mkdocs.yml"
)
LEFT_OUT = "mkdocs_static_i18n: Unhandled file case - graph.md"
UNCOMMITTED = "[git-authors-plugin] graph.md has not been committed yet. Lines are not counted"

CASES = {
    "mkdocstrings": Case(
        "mkdocstrings-python",
        ("search", HANDLERS),
        {"mymod.py": MODULE, "docs/api.md": API},
    ),
    "autorefs": Case(
        "mkdocs-autorefs",
        ("search", "autorefs"),
        {"docs/refs.md": "# Refs\n\n[Part][part] and [a thing][b]\n"},
    ),
    "macros": Case(
        "mkdocs-macros-plugin",
        ("search", "macros"),
        {"docs/m.md": MACROS},
        {"extra": {"who": "me"}},
    ),
    "git-revision-date-localized": Case(
        "mkdocs-git-revision-date-localized-plugin",
        ("search", {"git-revision-date-localized": {"type": "iso_date"}}),
        is_in_git=True,
    ),
    "redirects": Case(
        "mkdocs-redirects",
        ("search", {"redirects": {"redirect_maps": {"old.md": "guide/a.md"}}}),
    ),
    "literate-nav": Case(
        "mkdocs-literate-nav", ("search", "literate-nav"), {"docs/SUMMARY.md": NAV}
    ),
    "glightbox": Case("mkdocs-glightbox", ("search", "glightbox")),
    "monorepo": Case(
        "mkdocs-monorepo-plugin",
        ("search", "monorepo"),
        {
            "part/mkdocs.yml": "site_name: part\nnav: [{P: index.md}]\n",
            "part/docs/index.md": "# Part\n\nOf it\n",
        },
        {"nav": [{"Home": "index.md"}, {"Part": "!include ./part/mkdocs.yml"}]},
    ),
    "gen-files": Case(
        "mkdocs-gen-files", ("search", {"gen-files": {"scripts": ["gen.py"]}}), {"gen.py": GEN}
    ),
    "mike": Case("mike", ("search", "mike"), is_in_git=True),
    "section-index": Case(
        "mkdocs-section-index",
        ("search", "section-index"),
        config={"nav": [{"Guide": ["guide/index.md", "guide/a.md"]}, "index.md"]},
    ),
    "minify": Case("mkdocs-minify-plugin", ("search", {"minify": {"minify_html": True}})),
    "markdown-exec": Case("markdown-exec", ("search", "markdown-exec"), {"docs/e.md": EXEC}),
    "awesome-pages": Case(
        "mkdocs-awesome-pages-plugin",
        ("search", "awesome-pages"),
        {"docs/guide/.pages": "title: The guide\n"},
    ),
    "mermaid2": Case(
        "mkdocs-mermaid2-plugin",
        ("search", "mermaid2"),
        {"docs/d.md": "# D\n\n```mermaid\ngraph TD\n  A --> B\n```\n"},
    ),
    "include-markdown": Case(
        "mkdocs-include-markdown-plugin",
        ("search", "include-markdown"),
        {
            "docs/i.md": '# I\n\n{% include-markdown "../part.md" %}\n',
            "part.md": "A part\n\n```python\n1\n```\n",
        },
    ),
    "panzoom": Case("mkdocs-panzoom-plugin", ("search", "panzoom")),
    "mkdocs-jupyter": Case(
        "mkdocs-jupyter",
        ("search", "mkdocs-jupyter"),
        {"docs/n.py": "# %% [markdown]\n# # N\n\n# %%\nx = 1\n"},
    ),
    "meta-manager": Case("mkdocs-meta-manager", ("search", "meta-manager")),
    "link-marker": Case("mkdocs-link-marker", ("search", "link-marker")),
    "i18n": Case(
        "mkdocs-static-i18n",
        ("search", I18N),
        {"docs/index.de.md": "# Start\n\nText\n"},
        known={"last": (LEFT_OUT,), "first": (LEFT_OUT,)},
    ),
    "git-authors": Case(
        "mkdocs-git-authors-plugin",
        ("search", "git-authors"),
        is_in_git=True,
        known={"last": (UNCOMMITTED,), "first": (UNCOMMITTED,)},
    ),
    "llmstxt": Case(
        "mkdocs-llmstxt",
        ("search", {"llmstxt": {"sections": {"Guide": ["guide/*.md"]}}}),
        config={"site_url": "https://example.org/"},
    ),
    "awesome-nav": Case(
        "mkdocs-awesome-nav",
        ("search", "awesome-nav"),
        {"docs/guide/.nav.yml": "title: The guide\n"},
    ),
    "table-reader": Case(
        "mkdocs-table-reader-plugin",
        ("search", "table-reader"),
        {"docs/t.md": "# T\n\n{{ read_csv('docs/t.csv') }}\n", "docs/t.csv": "a,b\n1,2\n"},
    ),
    "swagger-ui-tag": Case(
        "mkdocs-swagger-ui-tag",
        ("search", "swagger-ui-tag"),
        {"docs/s.md": '# S\n\n<swagger-ui src="s.yml"/>\n', "docs/s.yml": "openapi: 3.0.0\n"},
    ),
    "rss": Case(
        "mkdocs-rss-plugin",
        ("search", {"rss": {"use_git": False}}),
        config={"site_url": "https://example.org/"},
    ),
    "exclude": Case("mkdocs-exclude", ("search", {"exclude": {"glob": ["guide/b.md"]}})),
    "autolinks": Case(
        "mkdocs-autolinks-plugin", ("search", "autolinks"), {"docs/l.md": "# L\n\n[A](b.md)\n"}
    ),
    "open-in-new-tab": Case("mkdocs-open-in-new-tab", ("search", "open-in-new-tab")),
    "print-site": Case(
        "mkdocs-print-site-plugin", ("search", "print-site"), known={"last": (LAST,)}
    ),
    "callouts": Case(
        "mkdocs-callouts", ("search", "callouts"), {"docs/c.md": "# C\n\n> [!note] T\n> x\n"}
    ),
    "blog": Case(
        "mkdocs-material",
        ("search", "blog"),
        {"docs/blog/posts/p.md": "---\ndate: 2024-01-01\n---\n\n# P\n\nA\n\n<!-- more -->\n\nB\n"},
    ),
    "meta": Case("mkdocs-material", ("search", "meta"), {"docs/guide/.meta.yml": "author: me\n"}),
    "tags": Case(
        "mkdocs-material",
        ("search", "tags"),
        {"docs/tags.md": "# Tags\n\n<!-- material/tags -->\n"},
    ),
    "offline": Case("mkdocs-material", ("search", "offline")),
}

_UNSAID = re.compile(r"^\w+\s+-\s+(\[[\d:]+\] )?|\S*notewright-generated-\w+/")
"""Of a warning, its level, the time, and the path of a temporary folder."""

WRITER = {
    f"GIT_{role}_{what}": said
    for role in ("AUTHOR", "COMMITTER")
    for what, said in (("NAME", "T"), ("EMAIL", "t@t"), ("DATE", "2024-01-01T12:00:00Z"))
}


def built(case: Case, place: Path, plugins: list[Any]) -> tuple[Path, set[str]]:
    """The site of a project, and what its build warned of."""
    project = ProjectDir(place, warm=False)
    config = {
        "site_name": "Theirs",
        "theme": {"name": "material"},
        "markdown_extensions": ["attr_list", "md_in_html", "pymdownx.superfences"],
        "plugins": plugins,
    }
    project.write({"mkdocs.yml": yaml.safe_dump(config | dict(case.config)), **PAGES, **case.files})
    if case.is_in_git:
        for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
            subprocess.run(["git", *words], cwd=place, check=True, env=os.environ | WRITER)
    done = project.command("-m", "mkdocs", "build", NO_MKDOCS_2_WARNING="1")
    assert done.status == 0, done.output
    said = (line for line in done.output.splitlines() if line.startswith(("WARN", "ERROR")))
    return place / "site", {_UNSAID.sub("", line) for line in said}


def faults(case: Case, order: str, place: Path) -> list[str]:
    """What pages lose by notewright, and what is newly warned of, a line each.

    Args:
        case: The project.
        order: Whether notewright is the `last` of its plugins or the `first`.
        place: An empty folder.
    """
    plugins = list(case.plugins)
    both = [*plugins, NOTEWRIGHT] if order == "last" else [NOTEWRIGHT, *plugins]
    before, known = built(case, place / "before", plugins)
    after, told = built(case, place / "after", both)
    pages = {path.relative_to(before).as_posix(): "" for path in before.rglob("*.html")}
    losses = compare(before, after, pages).losses
    lost = [f"{each.page}: {each.kind} {each.value}" for each in losses if each.kind != "files"]
    lost = [each for each in lost if "ids cell-id=" not in each]  # others in each build
    return [*lost, *sorted(told - known)]


@pytest.mark.parametrize("order", ["last", "first"])
@pytest.mark.parametrize("name", CASES)
def test_a_plugin_works_beside_notewright(name: str, order: str, tmp_path: Path) -> None:
    """In either place of the list: each page has what it had, and nothing more is warned of."""
    case = CASES[name]
    try:
        importlib.metadata.version(case.package)
    except importlib.metadata.PackageNotFoundError:
        pytest.skip(f"needs {case.package}: `pip install {case.package}`")
    assert faults(case, order, tmp_path) == list(case.known.get(order, ()))
