"""Notebooks of Jupyter, of which mkdocs-jupyter makes pages: what is wrong with one is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableSequence
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc

from notewright.errors import Problem
from notewright.markdown.raw_html_ids import find_ids
from notewright.vault.vault import Vault

SUFFIX = ".ipynb"


def settle_render(page: Page, vault: Vault, problems: MutableSequence[Problem]) -> None:
    """Convert a note as a note, and have a notebook that cannot be shown end no build.

    A link to a heading that a notebook does not have is told as MkDocs tells it of a page.

    Args:
        page: A page, as mkdocs-jupyter has left it: it may have a way of its own to be converted.
        vault: The vault.
        problems: Where it is told if a notebook cannot be shown.
    """
    if page.file.src_uri in vault.notes:
        vars(page).pop("render", None)  # it asks third parties for scripts
        return
    render: Any = vars(page).get("render")
    if render is None or not page.file.src_uri.endswith(SUFFIX):
        return

    def render_or_tell(*given: Any) -> None:
        try:
            render(*given)
            page.present_anchor_ids = set(find_ids(page.content or ""))
        except Exception as error:
            first = next(iter(str(error).splitlines()), "")
            message = f"mkdocs-jupyter cannot show this notebook: {type(error).__name__}: {first}"
            problem = Problem(_name(page.file, vault), 1, message.removesuffix(": "), _REMEDY)
            problems.append(problem)
            page.content = f'<p class="nw-broken">{escape(problem.message)}</p>'
            page.toc = get_toc([])

    vars(page)["render"] = render_or_tell


_REMEDY = "Fix it in Jupyter, or add it to `exclude_docs`"


def clashes(files: Iterable[File], vault: Vault) -> Iterator[Problem]:
    """Yield notebooks beside which a note has the same name: both would be written as one page.

    Args:
        files: The pages of the site.
        vault: The vault.
    """
    files = list(files)
    notes = {file.dest_uri: file.src_uri for file in files if file.src_uri in vault.notes}
    for file in files:
        other = notes.get(file.dest_uri)
        if file.src_uri.endswith(SUFFIX) and other is not None:
            message = f"`{other}` has the same name, so both would be written to the same page"
            yield Problem(_name(file, vault), 1, message, "Rename one with `notewright rename`")


def hidden_pages(files: Files, vault: Vault) -> Iterator[Problem]:
    """Yield notes whose page would need a folder where the file of another page is.

    Args:
        files: The files of the site; such notes are removed.
        vault: The vault.
    """
    pages = {file.dest_uri: file for file in files.documentation_pages()}
    for place, file in pages.items():
        above = next((pages[str(each)] for each in _above(place) if str(each) in pages), None)
        if above is not None:
            files.remove(file)
            message = (
                f"its page needs a folder, but the page of `{above.src_uri}` has the same path"
            )
            yield Problem(_name(file, vault), 1, message, "Rename it with `notewright rename`")


def _above(place: str) -> Iterable[PurePosixPath]:
    return PurePosixPath(place).parents


def _name(file: File, vault: Vault) -> str:
    path = Path(file.abs_src_path or vault.settings.docs_dir / file.src_uri)
    return vault.settings.relative(path)
