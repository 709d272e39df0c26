"""Private parts of pytest-markdown-docs that are used: how it finds and runs tests of a note."""

from __future__ import annotations

from notewright.libraries import private_parts

with private_parts("pytest-markdown-docs", "test"):
    from pytest_markdown_docs._runners import DefaultRunner, register_runner
    from pytest_markdown_docs._runners import _Runner as Runner
    from pytest_markdown_docs.plugin import (
        MarkdownInlinePythonItem,
        MarkdownTextFile,
        extract_fence_tests,
    )

__all__ = [
    "DefaultRunner",
    "MarkdownInlinePythonItem",
    "MarkdownTextFile",
    "Runner",
    "extract_fence_tests",
    "register_runner",
]
