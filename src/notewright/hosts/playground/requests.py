"""Requests of pages to the playground, and the answers: all are JSON, and say what went wrong."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from html import escape
from importlib import resources
from typing import Any

from notewright.errors import EngineError
from notewright.hosts.playground import exercise_requests, guard, saving
from notewright.hosts.playground.dependents import dependents
from notewright.hosts.playground.exercises import exercises_of, session_of
from notewright.note.cells import Cell
from notewright.note.note import Note
from notewright.note.sessions import Session, group
from notewright.note.variations import Variation, plain
from notewright.render.cell_html import Renderer
from notewright.render.own_modules import OwnModules
from notewright.render.standalone import helpers_of
from notewright.run.playground.playground import Playground
from notewright.run.playground.programs import ProgramClosedError
from notewright.run.unmet_needs import able
from notewright.run.verdicts import CellResult
from notewright.settings import Settings

MOUNT = "/livereload/playground/"
"""Below this address the playground answers."""

FILES = {
    "drafts.js": "text/javascript",
    "exercises.js": "text/javascript",
    "playground.js": "text/javascript",
    "playground.css": "text/css",
}
"""Files that pages load from there."""

App = Callable[[dict[str, Any], Any], Iterable[bytes]]
Find = Callable[[str], Note | None]


class Requests:
    """Answers the pages of one server.

    Args:
        settings: How cells run.
        find: The note that the page at an address shows.
    """

    def __init__(self, settings: Settings, find: Find) -> None:
        self.playground = Playground(settings)
        self.token = guard.new_token()
        self._settings = settings
        self._find = find
        self._runs = 0
        self._readers: set[tuple[str, str]] = set()
        self._kinds: Mapping[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
            "open": self._open,
            "run": self._run,
            "stop": self._stop,
            "names": self._ask,
            "help": self._ask,
            "standalone": self._standalone,
            "difference": self._difference,
            "save": self._save,
            "alive": self._alive,
            "end": self._end,
        }
        self._known = self._kinds.keys() | exercise_requests.KINDS.keys()

    def configure(self, settings: Settings) -> None:
        """Run cells by other settings from now on; none, if these switch execution off."""
        old, self._settings, self.playground = self.playground, settings, Playground(settings)
        old.close()

    def begin_anew(self) -> None:
        """Something changed that cells have read: states that they left are old."""
        self.playground.end()

    def app(self, app: App) -> App:
        """A server's application that answers the playground's requests, too."""

        def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            path = str(environ.get("PATH_INFO", ""))
            if not path.startswith(MOUNT):
                return app(environ, _unframed(start_response))
            name = path.removeprefix(MOUNT)
            if environ.get("REQUEST_METHOD") == "GET" and name in FILES:
                file = resources.files("notewright.hosts.playground").joinpath(name)
                return _send(start_response, "200 OK", FILES[name], file.read_bytes())
            status, told = self._answer(name, environ)
            content = json.dumps(told).encode("utf-8", "backslashreplace")
            return _send(start_response, status, "application/json", content)

        return answer

    def _answer(self, name: str, environ: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
        why = guard.refusal(environ, self.token)
        if why:
            return "403 Forbidden", {"error": why}
        if environ.get("REQUEST_METHOD") != "POST" or name not in self._known:
            return "404 Not Found", {"error": "unknown request"}
        size = guard.length(environ)
        if size < 0:
            return "413 Content Too Large", {"error": "the request is too large"}
        try:
            asked = json.loads(environ["wsgi.input"].read(size))
            if not isinstance(asked, dict):
                raise TypeError
            return "200 OK", self._told_anew({**asked, "wants": name})
        except EngineError as error:
            return "200 OK", {"error": str(error)}
        except (ValueError, TypeError, LookupError, RecursionError):
            return "400 Bad Request", {"error": "invalid request"}

    def _told_anew(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """What is said to a request; it is done again if its program was ended, but not by it."""
        reader = (_text(asked, "page"), str(asked.get("reader", "")))
        if asked["wants"] == "end":
            self._readers.discard(reader)
        elif asked["wants"] != "open":
            self._readers.add(reader)
        while True:
            try:
                return self._told(asked)
            except ProgramClosedError:
                if self.playground.is_closed or reader not in self._readers:
                    raise

    def _told(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """What is said to a request, by its kind: of an exercise, or of a cell."""
        kind = asked["wants"]
        if "exercise" not in asked:
            return self._kinds[kind](asked)
        found = exercise_requests.find(self._note(asked), self._settings.root, asked["exercise"])
        return exercise_requests.KINDS[kind](self.playground, self._settings.root, found, asked)

    def injected(self, content: bytes) -> bytes:
        """A page with the playground's script, which knows the token."""
        tag = (
            f'<link rel="stylesheet" href="{MOUNT}playground.css">'
            f'<script src="{MOUNT}drafts.js"></script>'
            f'<script src="{MOUNT}exercises.js"></script>'
            f'<script src="{MOUNT}playground.js" data-token="{escape(self.token)}"></script>'
        )
        before, end, after = content.rpartition(b"</body>")
        return before + tag.encode() + end + after if end else content + tag.encode()

    def _note(self, asked: Mapping[str, Any]) -> Note:
        note = self._find(_text(asked, "page"))
        if note is None:
            raise EngineError("this page is not a note")
        if not (self._settings.playground and self._settings.execute):
            raise EngineError("the playground is off")
        return note

    def _place(self, asked: Mapping[str, Any]) -> tuple[Note, Cell, Session, int]:
        """The cell that a request means, its session, and its place there."""
        note, number = self._note(asked), asked["cell"]
        if not isinstance(number, int) or not 0 < number <= len(note.cells):
            raise EngineError("this cell is no longer in the note. Reload the page")
        cell = note.cells[number - 1]
        for session in self._able(note):
            for place, each in enumerate(session.cells):
                if each.line == cell.line:
                    return note, cell, session, place
        raise EngineError("this cell does not run")

    def _able(self, note: Note) -> Sequence[Session]:
        """Of the sessions of a note what can run here."""
        return [able(each, self._settings.root) for each in group(note.cells)]

    def _codes(self, asked: Mapping[str, Any], note: Note, session: Session) -> dict[int, str]:
        """Code that was edited, by the places of cells in their session."""
        codes = asked["codes"]
        if not isinstance(codes, dict) or not all(isinstance(each, str) for each in codes.values()):
            raise TypeError
        return _by_place(codes, note, session)

    def _chosen(
        self, asked: Mapping[str, Any], note: Note, session: Session
    ) -> dict[int, Sequence[int]]:
        """The values that were chosen for cells with `vary`, by the places of cells."""
        found = _by_place(asked.get("values", {}), note, session)
        if not all(isinstance(at, int) for row in found.values() for at in row):
            raise TypeError
        return found

    def _open(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """The cells of a page that can be run, with their code; and its exercises."""
        note = self._note(asked)
        lines = {cell.line for each in self._able(note) for cell in each.cells}
        cells = [
            _told(cell, number) for number, cell in enumerate(note.cells, 1) if cell.line in lines
        ]
        root = self._settings.root
        vault = hashlib.sha256(bytes(root)).hexdigest()  # other vaults are served at this address
        return {"cells": cells, "exercises": exercise_requests.told(note, root), "vault": vault}

    def _run(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        note, cell, session, place = self._place(asked)
        codes = self._codes(asked, note, session)
        chosen = self._chosen(asked, note, session)
        every = cell.options.vary is not None and bool(asked.get("every"))
        shown = self.playground.run(session, place, codes, chosen, every=every)
        now = [codes.get(at, each.code) for at, each in enumerate(session.cells)]
        numbers = {each.line: number for number, each in enumerate(note.cells, 1)}
        stale = dependents(now, place, cell.code)
        return {
            "html": self._html(replace(shown.result, earlier=session.cells[:place][::-1]), note),
            "failed": bool(shown.result.problems),
            "above": numbers.get(shown.result.cell.line, 0) if shown.is_above else 0,
            "line": shown.line,
            "stopped": shown.is_stopped,
            "said": shown.said,
            "dependents": [numbers[session.cells[at].line] for at in stale],
        }

    def _html(self, result: CellResult, note: Note) -> str:
        self._runs += 1
        prefix = f"nwp{self._runs}-"
        record = result.record
        if record is not None and len(record.frames) > 1:
            frames = _FramesRenderer(note=note.path, is_interactive=True)
            return frames.outputs(result, anchor=f"{prefix}frames")
        html = Renderer(is_alone=True, note=note.path, prefix=prefix).outputs(result)
        if record is not None and record.answers:
            answers = escape("".join(record.answers))
            html = f'<div class="nw-outputs"><pre class="nw-stdout">{answers}</pre>{html}</div>'
        return html or '<div class="nw-outputs"></div>'

    def _stop(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        self.playground.stop(self._place(asked)[2])
        return {}

    def _ask(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        note, _, session, place = self._place(asked)
        line, column = asked["line"], asked["column"]
        if not isinstance(line, int) or not isinstance(column, int):
            raise TypeError
        told = self.playground.ask(
            session,
            place,
            self._codes(asked, note, session),
            {
                "code": _text(asked, "code"),
                "line": line,
                "column": column,
                "wants": _text(asked, "wants"),
            },
            self._chosen(asked, note, session),
        )
        try:
            found = json.loads(told)
            return found if isinstance(found, dict) else {}
        except ValueError:  # the cells above fail, or it took too long
            return {}

    def _standalone(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """The code of a cell with all that it needs, as it was edited."""
        note, _, session, place = self._place(asked)
        codes, chosen = self._codes(asked, note, session), self._chosen(asked, note, session)
        cells = [
            plain(codes.get(at, each.code), _varied(each, chosen.get(at)), steps=each.options.steps)
            for at, each in enumerate(session.cells[: place + 1])
        ]
        made = helpers_of(cells, OwnModules(self._settings.root))
        if made is None:
            raise EngineError("this code needs files from the project")
        return {"code": _joined([made[0], *made[1]])}

    def _change(self, asked: Mapping[str, Any]) -> saving.Change:
        note, cell, _, _ = self._place(asked)
        return saving.change(note, cell, _text(asked, "code"), self._settings.root / note.file)

    def _difference(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        change = self._change(asked)
        file = self._note(asked).file
        return {"file": file, "difference": change.difference, "digest": change.digest}

    def _save(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        note = self._note(asked)
        path = self._settings.root / note.file
        saving.save(self._change(asked), _text(asked, "digest"), path, note.file)
        return {"file": note.file}

    def _alive(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        for where in self._sessions(self._note(asked)):
            self.playground.touch(where)
        return {}

    def _end(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """Somebody leaves a page, whose programs end unless others look at it."""
        if any(page == asked["page"] for page, _ in [*self._readers]):
            return {}
        for where in self._sessions(self._note(asked)):
            self.playground.end(where)
        return {}

    def _sessions(self, note: Note) -> list[str]:
        """Where the sessions of a page are, those of its exercises as well."""
        root = self._settings.root
        sessions = [session_of(each, "", root) for each in exercises_of(note, root)]
        return [session.where for session in (*group(note.cells), *sessions)]


class _FramesRenderer(Renderer):
    """Makes HTML of a cell with frames, whose file is in the page: nobody else has it."""

    def address(self, path: str, text: str) -> str:
        """The text itself, as an address."""
        return f"data:application/json;base64,{b64encode(text.encode()).decode()}"


def _varied(cell: Cell, at: Sequence[int] | None) -> Variation | None:
    """What a cell varies, first with the values that were chosen for it."""
    vary = cell.options.vary
    return vary if vary is None or at is None else vary.starting(at)


def _told(cell: Cell, number: int) -> Mapping[str, Any]:
    """What a page is told of a cell."""
    vary, options = cell.options.vary, cell.options
    rows = zip(vary.names, vary.values, vary.default, strict=True) if vary else ()
    varied = [
        {"name": name, "values": list(map(str, values)), "at": at} for name, values, at in rows
    ]
    is_hidden = not (options.echo and options.include)
    return {"cell": number, "code": cell.code, "hidden": is_hidden, "varied": varied}


def _by_place(given: Mapping[str, Any], note: Note, session: Session) -> dict[int, Any]:
    """What was given by the numbers of cells, by their places in a session."""
    numbers = {str(number): cell.line for number, cell in enumerate(note.cells, 1)}
    lines = {numbers[number]: each for number, each in given.items()}
    places = enumerate(session.cells)
    return {place: lines[cell.line] for place, cell in places if cell.line in lines}


def _text(asked: Mapping[str, Any], name: str) -> str:
    found = asked[name]
    if not isinstance(found, str):
        raise TypeError
    return found


def _joined(parts: Sequence[str]) -> str:
    return "\n\n\n".join(part.rstrip() for part in parts if part.strip()) + "\n"


def _send(start_response: Any, status: str, kind: str, content: bytes) -> Iterable[bytes]:
    headers = [
        ("Content-Type", f"{kind}; charset=utf-8"),
        ("Content-Length", str(len(content))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ]
    start_response(status, headers)
    return [content]


def _unframed(start_response: Any) -> Any:
    """Have pages refuse to be shown in a frame of another page, which could lead clicks here."""

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        kept = ("Content-Security-Policy", "frame-ancestors 'self'")
        return start_response(status, [*headers, kept, ("X-Frame-Options", "SAMEORIGIN")], *rest)

    return start
