"""The server: requests of an editor, answered from what the project's notes and records say.

All is done in one thread, one request after the other: no answer mixes two states of a text.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from notewright import __version__
from notewright.configuration import find_root
from notewright.errors import EngineError, NotewrightError
from notewright.hosts.language_server import completion, definition, hover, renaming
from notewright.hosts.language_server.actions import add_actions
from notewright.hosts.language_server.diagnostics import Diagnostic, diagnose
from notewright.hosts.language_server.lenses import ACCEPT, RUN, add_lenses
from notewright.hosts.language_server.project import Project, Span, characters
from notewright.hosts.language_server.references import Symbol, outline, references
from notewright.hosts.language_server.refusals import Refusal, keep_out_of_log, refusing
from notewright.hosts.language_server.text_edits import text_edits

PAUSE = 0.2
"""Seconds without a change after which a text is looked at."""

_LONGEST = 16 << 20
"""Bytes of the longest line that a command may print."""

_ENCODINGS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
"""How a client may count columns, and how many bytes one of its units has."""


class Server(LanguageServer):
    """The projects of one editor, and what is said to it.

    Attributes:
        planned: The old and the new place of what the editor was told to rename last.
        shows_outputs: Whether the editor has a place for outputs, and shows pictures.
    """

    def __init__(self) -> None:
        # Whole texts: what ends a line of a change is not what ends one of a note.
        whole = types.TextDocumentSyncKind.Full
        super().__init__("notewright", __version__, text_document_sync_kind=whole)
        self._wrong = ""
        self._projects: dict[Path, Project] = {}
        self._task: asyncio.Task[None] | None = None
        self._running: set[asyncio.subprocess.Process] = set()
        self.planned: tuple[Path, Path] | None = None
        self.shows_outputs = False

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Say what went wrong here; a refusal is said by its answer."""
        if not isinstance(error, Refusal):
            super().report_server_error(error, source)

    def place(self, uri: str) -> tuple[Project, str] | None:
        """The project and the path of a note; None for what is none."""
        name = to_fs_path(uri)
        if not name or "\0" in name:
            return None
        file = Path(name).resolve()
        project = self.project(file)
        path = project.path(file)
        return (project, path) if path else None

    def project(self, file: Path) -> Project:
        """The project of a file."""
        root = find_root(file.parent)
        if root not in self._projects:
            self._projects[root] = Project(root)
        return self._projects[root]

    def take(self, uri: str) -> None:
        """Take the text of a document as it is now, and look at it soon."""
        found = self.place(uri)
        if found is not None:
            project, path = found
            project.edit(path, self.workspace.get_text_document(uri).source)
            self.look_soon()

    def leave(self, uri: str) -> None:
        """Take the text of a document from its file again."""
        found = self.place(uri)
        if found is not None:
            found[0].edit(found[1], None)
            self.publish(*found, [])
            self.look_soon()

    def look_soon(self) -> None:
        """Say what is wrong with all open notes once nothing changes for a moment."""
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.ensure_future(self._look())

    async def _look(self) -> None:
        await asyncio.sleep(PAUSE)
        for project in self._projects.values():
            for path in project.texts:
                try:
                    found = diagnose(project, path)
                except Exception as error:  # the next text may be one that can be read
                    self.say(f"{path}: {error}", types.MessageType.Error)
                else:
                    self.publish(project, path, found)
        workspace = self.client_capabilities.workspace
        lenses = workspace.code_lens if workspace else None
        if lenses is not None and lenses.refresh_support:
            self.workspace_code_lens_refresh(None, callback=lambda _: None)

    def publish(self, project: Project, path: str, found: list[Diagnostic]) -> None:
        """Send what is wrong with a note."""
        told = [self.told(project, each) for each in found]
        uri = str(from_fs_path(str(project.file(path))))
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, told))

    def told(self, project: Project, wrong: Diagnostic) -> types.Diagnostic:
        """What is wrong as the protocol says it."""
        return types.Diagnostic(
            range=self.range(project, wrong.span),
            message=wrong.message,
            severity=types.DiagnosticSeverity(wrong.severity),
            source="notewright",
        )

    def refresh(self) -> None:
        """Look at the files of all projects again."""
        for project in self._projects.values():
            project.refresh()
        self._wrong = ""
        self.look_soon()

    def say(self, text: str, kind: types.MessageType = types.MessageType.Info) -> None:
        """Show a line to the writer."""
        self.window_show_message(types.ShowMessageParams(kind, text))

    def asked(self, params: Any) -> tuple[Project, str, int, int] | None:
        """The place that a request is about, with its column in characters."""
        found = self.place(params.text_document.uri)
        if found is None or found[0].note(found[1]) is None:
            return None
        line, units = params.position.line, params.position.character
        text = _line(found[0], found[0].file(found[1]), line)
        return (*found, line, characters(text, units, *_ENCODINGS[self._encoding]))

    def position(self, project: Project, file: Path, line: int, column: int) -> types.Position:
        """A place as the client counts it."""
        codec, size = _ENCODINGS[self._encoding]
        before = _line(project, file, line)[:column]
        return types.Position(line, len(before.encode(codec, "surrogatepass")) // size)

    def range(self, project: Project, span: Span) -> types.Range:
        """A part of a file as the client counts it."""
        return types.Range(
            self.position(project, span.file, span.line, span.start),
            self.position(project, span.file, span.line, max(span.start, span.end)),
        )

    def symbol(self, project: Project, path: str, symbol: Symbol) -> types.DocumentSymbol:
        """A part of a note as the protocol has it."""
        file = project.file(path)
        first = _line(project, file, symbol.first)
        start = self.position(project, file, symbol.first, 0)
        end = self.position(project, file, symbol.last, len(_line(project, file, symbol.last)))
        return types.DocumentSymbol(
            name=symbol.name,
            kind=types.SymbolKind.Function if symbol.is_cell else types.SymbolKind.String,
            range=types.Range(start, end),
            selection_range=self.range(project, Span(file, symbol.first, 0, len(first))),
            children=[self.symbol(project, path, each) for each in symbol.children],
        )

    async def call(self, command: str, uri: str) -> dict[str, Any]:
        """Run a command of notewright on one saved note; returns its status and what it said.

        Raises:
            EngineError: If the note is not saved.
        """
        found = self.place(uri)
        if found is None:
            raise EngineError("this file is not a note")
        project, path = found
        project.refresh()
        if not project.is_saved(path):
            raise EngineError("Save the note first: notewright runs the file on disk")
        words = ["-P", "-m", "notewright", "-C", str(project.settings.root)]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *words, command, str(project.file(path))),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=_LONGEST,
        )
        self._running.add(process)
        try:
            said = await self._followed(process, f"notewright {command} {path}")
        finally:
            self._running.discard(process)
        lines = said.split("\n")
        self.window_log_message(types.LogMessageParams(types.MessageType.Log, said))
        if process.returncode is not None and process.returncode < 0:
            self.say("Cancelled. Results of finished cells are kept")
        elif process.returncode:
            file = f"{project.settings.relative(project.file(path))}:"
            error = next((line for line in lines if line.startswith(file)), lines[-1])
            self.say(error, types.MessageType.Error)
        else:
            self.say(lines[-1])
        project.refresh()
        self.look_soon()
        return {"status": process.returncode, "said": said}

    async def _followed(self, process: asyncio.subprocess.Process, title: str) -> str:
        """Return the output of a process. The editor shows its latest line, and can cancel it."""
        assert process.stdout is not None
        window, told = self.client_capabilities.window, list[str]()
        token = f"notewright-{process.pid}" if window and window.work_done_progress else ""
        progress = self.work_done_progress
        if token:
            await progress.create_async(token)
            progress.begin(token, types.WorkDoneProgressBegin(title, cancellable=True))
            progress.tokens[token].add_done_callback(lambda _: _end(process))
        async for line in process.stdout:
            told.append(line.decode("utf-8", "replace"))
            if token:
                progress.report(token, types.WorkDoneProgressReport(message=told[-1].strip()))
        await process.wait()
        if token:
            progress.end(token, types.WorkDoneProgressEnd())
            progress.tokens.pop(token)
        return "".join(told).strip()

    def end(self) -> None:
        """End what still runs."""
        for process in list(self._running):
            _end(process)

    def guard(self, act: Callable[[], None]) -> None:
        """Do something; what stands in the way of it is said once, as long as it does."""
        try:
            act()
        except NotewrightError as error:  # such as a `mkdocs.yml` that cannot be read
            if str(error) != self._wrong:
                self.say(str(error), types.MessageType.Error)
            self._wrong = str(error)

    @property
    def _encoding(self) -> str:
        found = self.workspace.position_encoding  # a word where a client asked for it
        return str(getattr(found, "value", found) or "utf-16")


def _end(process: asyncio.subprocess.Process) -> None:
    """Terminate a process that still runs."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()


def _line(project: Project, file: Path, number: int) -> str:
    """A line of a file as it stands in the editor, or on disk."""
    path = project.path(file)
    text = project.texts.get(path) if path else None
    if text is None:
        try:
            text = file.read_text("utf-8-sig")
        except (OSError, ValueError):
            return ""
    lines = text.split("\n")
    return lines[number] if number < len(lines) else ""


def make() -> Server:
    """The server with all that it answers."""
    server = Server()
    keep_out_of_log()
    _add_documents(server)
    _add_questions(server)
    add_lenses(server)
    add_actions(server)
    _add_renaming(server)
    _add_commands(server)
    return server


def _add_documents(server: Server) -> None:
    """Follow what is opened, edited, saved and closed."""

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.guard(lambda: server.take(params.text_document.uri))

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        server.guard(lambda: server.take(params.text_document.uri))

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.guard(lambda: server.leave(params.text_document.uri))

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        server.guard(server.refresh)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def watched(params: types.DidChangeWatchedFilesParams) -> None:
        server.guard(server.refresh)

    @server.feature(types.INITIALIZE)
    async def begun(params: types.InitializeParams) -> None:
        given = params.initialization_options
        wants = given.get("outputs") if isinstance(given, dict) else getattr(given, "outputs", None)
        server.shows_outputs = wants is True

    @server.feature(types.SHUTDOWN)
    async def ended(params: None) -> None:
        server.end()


def _add_questions(server: Server) -> None:
    """Answer what changes nothing."""
    typed = types.CompletionOptions(trigger_characters=["[", "#", "^", "|", "@"])

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, typed)
    @refusing
    async def complete(params: types.CompletionParams) -> list[types.CompletionItem]:
        asked = server.asked(params)
        if asked is None:
            return []
        project, path, line, column = asked
        return [
            types.CompletionItem(
                label=offer.text.removesuffix(": "),
                detail=offer.detail,
                kind=types.CompletionItemKind(offer.kind),
                filter_text=offer.text,
                text_edit=types.TextEdit(
                    server.range(
                        project,
                        Span(project.file(path), line, offer.start, column + len(offer.closing)),
                    ),
                    offer.text + offer.closing,
                ),
            )
            for offer in completion.complete(*asked)
        ]

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    @refusing
    async def shown(params: types.HoverParams) -> types.Hover | None:
        asked = server.asked(params)
        text = hover.hover(*asked, pictures=server.shows_outputs) if asked else ""
        content = types.MarkupContent(types.MarkupKind.Markdown, text)
        return types.Hover(content) if text else None

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    @refusing
    async def define(params: types.DefinitionParams) -> types.Location | None:
        asked = server.asked(params)
        span = definition.define(*asked) if asked else None
        if asked is None or span is None:
            return None
        return types.Location(str(from_fs_path(str(span.file))), server.range(asked[0], span))

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    @refusing
    async def refer(params: types.ReferenceParams) -> list[types.Location]:
        asked = server.asked(params)
        if asked is None:
            return []
        return [
            types.Location(str(from_fs_path(str(span.file))), server.range(asked[0], span))
            for span in references(*asked)
        ]

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    @refusing
    async def symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        found = server.place(params.text_document.uri)
        note = found[0].note(found[1]) if found else None
        if found is None or note is None:
            return []
        return [server.symbol(*found, each) for each in outline(note)]


def _add_renaming(server: Server) -> None:
    """Rename notes; the editor does it, with all that is open in it."""
    prepared = types.RenameOptions(prepare_provider=True)

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    @refusing
    async def prepare(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        asked = server.asked(params)
        if asked is None:
            return None
        path, span = renaming.renamed(*asked)
        name = path.rpartition("/")[2].removesuffix(".md")
        return types.PrepareRenamePlaceholder(server.range(asked[0], span), name)

    @server.feature(types.TEXT_DOCUMENT_RENAME, prepared)
    @refusing
    async def rename(params: types.RenameParams) -> types.WorkspaceEdit | None:
        asked = server.asked(params)
        if asked is None:
            return None
        project = asked[0]
        plan = renaming.rename(project, renaming.renamed(*asked)[0], params.new_name)
        done: list[Any] = text_edits(plan.changes, partial(server.position, project))
        old, new = (str(from_fs_path(str(each))) for each in (plan.old, plan.new))
        server.planned = (plan.old, plan.new)
        return types.WorkspaceEdit(document_changes=[*done, types.RenameFile(old, new)])

    files = types.FileOperationFilter(types.FileOperationPattern("**/*"), scheme="file")

    @server.feature(
        types.WORKSPACE_WILL_RENAME_FILES, types.FileOperationRegistrationOptions([files])
    )
    @refusing
    async def move(params: types.RenameFilesParams) -> types.WorkspaceEdit | None:
        pairs = [(each.old_uri, each.new_uri) for each in params.files]
        files = [(_file(old), _file(new)) for old, new in pairs]
        planned, server.planned = server.planned, None
        if not files or files == [planned]:  # an editor asks before it does what it was told to
            return None
        project = server.project(files[0][0])
        changes = renaming.moved(project, files)
        return types.WorkspaceEdit(
            document_changes=text_edits(changes, partial(server.position, project))
        )


def _file(uri: str) -> Path:
    """The file of an address; that of none is nowhere in a vault."""
    return Path(to_fs_path(uri) or "").resolve()


def _add_commands(server: Server) -> None:
    """Run and accept, by the command line: what it writes is what it writes elsewhere."""

    @server.command(RUN)
    @refusing
    async def run(uri: str) -> dict[str, Any]:
        return await server.call("run", uri)

    @server.command(ACCEPT)
    @refusing
    async def accept(uri: str) -> dict[str, Any]:
        return await server.call("accept", uri)


def serve() -> None:
    """Answer on standard input and output until the editor ends."""
    server = make()
    output, sys.stdout = sys.stdout.buffer, sys.stderr  # what is printed is not for the editor
    server.start_io(stdout=output)
