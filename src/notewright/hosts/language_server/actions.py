"""Actions of code, as the protocol calls what an editor offers at a line: our fixes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from notewright.hosts.language_server.fixes import Fix, fixes
from notewright.hosts.language_server.refusals import refusing
from notewright.hosts.language_server.renaming import Change
from notewright.hosts.language_server.text_edits import text_edits

if TYPE_CHECKING:
    from notewright.hosts.language_server.project import Project
    from notewright.hosts.language_server.server import Server


def add_actions(server: Server) -> None:
    """Have a server offer fixes."""
    kinds = [types.CodeActionKind.QuickFix, types.CodeActionKind.RefactorRewrite]

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(kinds))
    @refusing
    async def offer(params: types.CodeActionParams) -> list[types.CodeAction]:
        found = server.place(params.text_document.uri)
        if found is None:
            return []
        lines = params.range.start.line, params.range.end.line
        return [_action(server, found[0], each) for each in fixes(*found, *lines)]


def _action(server: Server, project: Project, fix: Fix) -> types.CodeAction:
    """A fix as the protocol has it."""
    span, kinds = fix.span, types.CodeActionKind
    change = Change((span.line, span.start), (span.line, span.end), fix.text)
    done: list[Any] = text_edits({span.file: [change]}, partial(server.position, project))
    return types.CodeAction(
        fix.title,
        kind=kinds.QuickFix if fix.problem else kinds.RefactorRewrite,
        diagnostics=[server.told(project, fix.problem)] if fix.problem else None,
        is_preferred=fix.problem is not None,
        edit=types.WorkspaceEdit(document_changes=done),
    )
