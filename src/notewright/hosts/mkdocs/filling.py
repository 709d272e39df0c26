"""Filling in: a server that has started makes the pages that it left for later, one by one.

Each is whole and written before the next one begins, so that an edit waits for one page at most,
and whoever reads for none, however many notes the vault has. What all of them bear on is written
periodically, and once the last one is there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path

from mkdocs.structure.pages import Page

from notewright.hosts.mkdocs import garbage
from notewright.hosts.mkdocs.patch import Site
from notewright.hosts.mkdocs.site_files import write_texts

BETWEEN = 30
"""How many times longer than the search index takes passes until it is written again."""


def fill_in(site: Site, kept_out: Callable[[], AbstractContextManager[None]]) -> int:
    """Make pages that were left, first those that somebody waits for, as all was read last.

    Args:
        site: The site.
        kept_out: Has who asks wait while files change.

    Returns:
        How many pages were made.
    """
    build, postponed, count = site.build, site.postponed, 0
    build.postponed, build.is_fill = None, True
    files = len(build.assets)
    for page in site.make_postponed():
        new = dict(islice(build.assets.items(), files, None))
        files += len(new)
        _finish(site, page, new, kept_out)
        count += 1
    is_awaited = postponed.is_edited or postponed.is_awaited
    with kept_out():
        if not postponed:
            build.end_pages(())
            site.write_index()
            build.write_files()
            site.remove_unused()
            site.check_anchors()  # before, there are pages of which nobody knows the headings
        elif not is_awaited:
            _write_common(site)
    return count


def _finish(
    site: Site,
    page: Page,
    assets: Mapping[str, str],
    kept_out: Callable[[], AbstractContextManager[None]],
) -> None:
    """Write a page that is converted, with the files that it refers to."""
    build, path = site.build, page.file.src_uri
    build.finish([path])
    build.settle_properties(site.env, [path])
    with kept_out():
        site.copy_offers([path])
        write_texts(assets, Path(site.config.site_dir))
    site.put([page], build)  # who asks for this very page waits until that is told
    site.postponed.tell()


def _write_common(site: Site) -> None:
    """Write what no page waits for, and what was not written for long."""
    started = time.monotonic()
    if started >= site.index_due:
        site.write_index()
        ended = time.monotonic()
        site.index_due = ended + BETWEEN * (ended - started)
    if not site.build.fonts.are_written:
        site.build.write_files()
    garbage.age()
