"""Code lenses: commands above the cells of a note, and their outputs below them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from notewright.hosts.language_server.diagnostics import diagnose, stale
from notewright.hosts.language_server.outputs import outputs
from notewright.hosts.language_server.project import Span
from notewright.hosts.language_server.refusals import refusing

if TYPE_CHECKING:
    from notewright.hosts.language_server.server import Server

ACCEPT = "notewright.accept"
RUN = "notewright.run"
OUTPUTS = "notewright.outputs"
SHOW = "notewright.showOutput"
"""A command of the editor, for which the server has the outputs."""


def add_lenses(server: Server) -> None:
    """Have a server offer lenses, and the outputs that some of them show.

    Args:
        server: The server.
    """

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    @refusing
    async def lenses(params: types.CodeLensParams) -> list[types.CodeLens]:
        found = server.place(params.text_document.uri)
        note = found[0].note(found[1]) if found else None
        if found is None or note is None:
            return []
        uri = params.text_document.uri
        places = []
        if found[0].settings.execute:
            places = [(each.line - 1, "Run", RUN) for each, _ in stale(found[0], note)]
        for each in diagnose(*found):
            if "`notewright accept " in each.message:
                places.append((each.span.line, "Write outputs into the note", ACCEPT))
        offered: list[tuple[int, str, str, list[Any]]]
        offered = [(line, title, command, [uri]) for line, title, command in set(places)]
        if server.shows_outputs:
            last = note.text.count("\n")
            for shown in outputs(found[0], note):
                below = min(shown.line + 1, last)
                offered.append((below, f"→ {shown.headline}", SHOW, [uri, shown.line]))
        return [
            types.CodeLens(
                server.range(found[0], Span(found[0].file(found[1]), line)),
                types.Command(title=title, command=command, arguments=arguments),
            )
            for line, title, command, arguments in sorted(offered)
        ]

    @server.command(OUTPUTS)
    @refusing
    async def outputs_of(uri: str) -> list[dict[str, Any]]:
        found = server.place(uri)
        note = found[0].note(found[1]) if found else None
        if found is None or note is None:
            return []
        return [
            {
                "line": each.line,
                "isError": each.is_error,
                "parts": [{"text": part.text, "image": part.image} for part in each.parts],
            }
            for each in outputs(found[0], note)
        ]
