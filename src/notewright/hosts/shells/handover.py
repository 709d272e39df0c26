"""Handover: the extension by which another program takes the finished articles of a stage."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor

_NAMED = re.compile(r"<!-- notewright: ([0-9a-f]{64}) -->")


class _Take(Preprocessor):
    article, toc = "", ()

    def run(self, lines: list[str]) -> list[str]:
        named = _NAMED.fullmatch("\n".join(lines).strip())
        root, counts_from_file = _program(self.md)
        article = root / "articles" / f"{named[1]}.html" if named else None
        if article is None or not article.is_file():
            raise RuntimeError("notewright: this page is not staged. Run `notewright stage` again")
        head, _, html = article.read_bytes().decode().partition("\n")
        told = json.loads(head)
        if counts_from_file:  # it writes `../` before each relative link itself
            cuts = [-3, *told["cuts"], len(html)]
            html = "".join(html[cut + 3 : end] for cut, end in pairwise(cuts))
        self.article, self.toc = html, told["toc"]
        return []


class _Give(Postprocessor):
    def run(self, text: str) -> str:  # Zensical asks twice
        take: Any = self.md.preprocessors["notewright-take"]
        vars(self.md)["toc_tokens"] = take.toc
        return str(take.article)


def _program(md: Any) -> tuple[Path, bool]:
    """The folder of the stage, and whether links count from the file of a page."""
    if "rendering_context" in md.preprocessors:
        return Path(md.preprocessors["rendering_context"].config["root_dir"]), True
    return Path(md.treeprocessors["relpath"].config.config_file_path).parent, False


class Handover(Extension):
    """Takes articles from a stage: nothing is converted, and no cell runs."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Come before and after all else."""
        md.preprocessors.register(_Take(md), "notewright-take", 1000)
        md.postprocessors.register(_Give(md), "notewright-give", -1000)


makeExtension = Handover  # noqa: N816
