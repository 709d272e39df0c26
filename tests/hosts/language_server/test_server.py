"""The language server, driven by its protocol over standard input and output, on three vaults."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

import pytest
from projects import ProjectDir, clean_environment

pytestmark = pytest.mark.gate

LIMIT = 200.0
"""Seconds after which an answer does not come."""

REQUEST_FAILED = -32803
"""The protocol's code of an answer that says why a request was refused."""

NOTE = """\
---
aliases: [first]
---

# Über alles

Prose with 🎲 [[b#Teil zwei]] and ![[fig-x.svg]].

```python
#| label: sum
from snippets.part import double

x = double(20)
print(x)
```

Here 40<!--= x -->.

```python continuation
--8<-- "part.py:mark"
y = x
```
"""
OTHER = """\
# B

The first lines of B.

## Teil zwei

Back to [[a|A]] and [a](a.md).

A block. ^block
"""
PART = "def double(n):\n    return 2 * n\n# --8<-- [start:mark]\nz = 1\n# --8<-- [end:mark]\n"


class Editor:
    """An editor as the server sees it: it asks, and hears what is said."""

    def __init__(
        self,
        project: ProjectDir,
        stderr: IO[bytes] | None = None,
        capabilities: Mapping[str, Any] = MappingProxyType({}),
        options: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self.root = project.root.resolve()
        self.process = subprocess.Popen(
            [str(Path(sys.executable).with_name("notewright")), "lsp", "--stdio"],
            cwd=self.root.parent,
            env=clean_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr or subprocess.DEVNULL,
            start_new_session=True,
        )
        self._numbers = count(1)
        self._versions = count(1)
        self._answers: dict[int, queue.Queue[dict[str, Any]]] = {}
        self._heard = threading.Condition()
        self.said: list[dict[str, Any]] = []
        threading.Thread(target=self._listen, daemon=True).start()
        self.abilities = self.ask(
            "initialize",
            processId=None,
            rootUri=self.root.as_uri(),
            capabilities=dict(capabilities),
            initializationOptions=dict(options),
        )["capabilities"]
        self.tell("initialized")

    def _listen(self) -> None:
        assert self.process.stdout is not None
        while line := self.process.stdout.readline():
            length = int(line.removeprefix(b"Content-Length:"))
            while self.process.stdout.readline().strip():
                pass
            message = json.loads(self.process.stdout.read(length))
            if "method" not in message:
                self._answers[message["id"]].put(message)
                continue
            if "id" in message:  # a question, such as for a progress bar
                self._send(id=message["id"], result=None)
            with self._heard:
                self.said.append(message)
                self._heard.notify_all()

    def _send(self, **message: Any) -> None:
        assert self.process.stdin is not None
        text = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(text), text))
        self.process.stdin.flush()

    def tell(self, method: str, **params: Any) -> None:
        """Say something that has no answer."""
        self._send(method=method, params=params)

    def answer(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask; returns the whole answer, which may be an error."""
        number = next(self._numbers)
        self._answers[number] = queue.Queue()
        self._send(id=number, method=method, **({"params": params} if params else {}))
        return self._answers[number].get(timeout=LIMIT)

    def ask(self, method: str, **params: Any) -> Any:
        """Ask; returns the result."""
        answer = self.answer(method, **params)
        assert "error" not in answer, answer
        return answer["result"]

    def at(self, note: str, words: str, shift: int = 0) -> dict[str, Any]:
        """The place of some words in a note, as the protocol counts it."""
        text = self.texts[note]
        before = text[: text.index(words) + shift]
        line = before.rpartition("\n")[2]
        units = len(line.encode("utf-16-le")) // 2
        position = {"line": before.count("\n"), "character": units}
        return {"textDocument": {"uri": self.uri(note)}, "position": position}

    texts: dict[str, str]

    def uri(self, note: str) -> str:
        """The address of a file of the vault."""
        return (self.root / self.docs / note).as_uri()

    docs = "docs"

    def open(self, note: str, text: str) -> None:
        """Open a note, with a text that may not be saved."""
        self.texts = {**getattr(self, "texts", {}), note: text}
        document = {"uri": self.uri(note), "languageId": "markdown", "version": 0, "text": text}
        self.tell("textDocument/didOpen", textDocument=document)

    def type(self, note: str, text: str) -> None:
        """Give an open note another text."""
        self.texts[note] = text
        document = {"uri": self.uri(note), "version": next(self._versions)}
        self.tell("textDocument/didChange", textDocument=document, contentChanges=[{"text": text}])

    def hears(self, test: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """What is said that passes a test: already, or as soon as it comes."""

        def found() -> dict[str, Any] | None:
            return next((each for each in self.said if test(each)), None)

        with self._heard:
            assert self._heard.wait_for(found, LIMIT), self.said[-3:]
            said = found()
            assert said is not None
            return said

    def problems(self, note: str, test: Callable[[list[str]], bool]) -> list[dict[str, Any]]:
        """What is wrong with a note, once its messages pass a test."""

        def fits(said: dict[str, Any]) -> bool:
            params = said.get("params", {})
            if said["method"] != "textDocument/publishDiagnostics":
                return False
            return params["uri"] == self.uri(note) and test(
                [each["message"] for each in params["diagnostics"]]
            )

        found: list[dict[str, Any]] = self.hears(fits)["params"]["diagnostics"]
        return found

    def close(self) -> int:
        """End the server as editors do; returns its exit status."""
        self.ask("shutdown")
        self.tell("exit")
        return self.process.wait(LIMIT)


@contextmanager
def ended(editor: Editor) -> Iterator[Editor]:
    """Have a server end well, and in any case."""
    try:
        yield editor
        assert editor.close() == 0
    finally:
        if editor.process.poll() is None:
            os.killpg(editor.process.pid, signal.SIGKILL)
        editor.process.communicate()


@pytest.fixture(params=["docs", "an Obsidian vault", "another folder"])
def editor(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Editor]:
    """An editor with one of three vaults: one in `docs`, one that holds its project, one in Ä ö."""
    project = ProjectDir(tmp_path / "p")
    docs = {"docs": "docs", "an Obsidian vault": ".", "another folder": "Ä ö"}[request.param]
    project.configure(docs_dir=docs, site_dir=".site")
    files = {"a.md": NOTE, "b.md": OTHER, "c.md": "# C\n\n```python\n#| label: fig-x\n1\n```\n"}
    files["one two.md"] = "# One\n"
    project.write({f"{docs}/{name}": text for name, text in files.items()})
    project.write({"snippets/part.py": PART})
    made = Editor(project)
    made.docs = docs
    try:
        yield made
        assert made.close() == 0
    finally:
        if made.process.poll() is None:
            os.killpg(made.process.pid, signal.SIGKILL)
        made.process.communicate()


def test_an_editor_is_told_and_answered(editor: Editor) -> None:
    """One life with a note: opened, asked about, edited, run, accepted, renamed."""
    editor.open("a.md", NOTE)
    told = editor.problems("a.md", lambda found: any("Stale" in each for each in found))
    (stale,) = told
    assert stale["severity"] == 3 and stale["range"]["start"]["line"] == 8
    assert "it has not run since its code changed" in stale["message"]

    questions(editor)
    edits(editor)
    fixes(editor)
    runs(editor)
    renames(editor)


def questions(editor: Editor) -> None:
    """Hover, definition, completion."""
    over = editor.ask("textDocument/hover", **editor.at("a.md", "Teil zwei"))
    assert "## Teil zwei" in over["contents"]["value"] and "# B" not in over["contents"]["value"]
    over = editor.ask("textDocument/hover", **editor.at("a.md", "print"))
    assert "Stale" in over["contents"]["value"]
    assert editor.ask("textDocument/hover", **editor.at("a.md", "Prose")) is None

    def place(words: str, shift: int = 0) -> tuple[str, int]:
        found = editor.ask("textDocument/definition", **editor.at("a.md", words, shift))
        return found["uri"].rpartition("/")[2], found["range"]["start"]["line"]

    assert place("[[b#") == ("b.md", 4)
    assert place("double(20)") == ("part.py", 0)
    assert place("part.py:mark") == ("part.py", 3)
    assert place("y = x", len("y = ")) == ("a.md", 12)
    nothing = editor.ask("textDocument/definition", **editor.at("a.md", "print"))
    assert nothing is None


def edits(editor: Editor) -> None:
    """What is typed and not saved is completed and judged; some signs count two."""

    def offered(line: str) -> dict[str, dict[str, Any]]:
        editor.type("a.md", NOTE.replace("Prose with", line + "\n\nProse with"))
        items = editor.ask("textDocument/completion", **editor.at("a.md", line, len(line)))
        return {each["label"]: each for each in items}

    links = offered("🎲 [[")
    assert {"a", "b", "c"} <= set(links) and "fig-x.svg" not in links
    assert links["b"]["textEdit"]["range"]["start"]["character"] == 5
    assert links["b"]["detail"] == "B"
    assert links["b"]["textEdit"]["newText"] == "b"
    assert "fig-x.svg" in offered("![[fi")
    editor.type("a.md", NOTE.replace("Prose with", "See [[]] here\n\nProse with"))
    items = editor.ask("textDocument/completion", **editor.at("a.md", "See [[", len("See [[")))
    (edit,) = (each["textEdit"] for each in items if each["label"] == "b")
    assert edit["newText"] == "b]]"  # the editor has closed the link: the cursor goes behind it
    assert edit["range"]["end"]["character"] == len("See [[]]")
    assert set(offered("[[b#")) == {"B", "Teil zwei"}
    assert "^block" in offered("[[b#^")
    editor.type("a.md", NOTE.replace("#| label: sum\n", "#| fig\n"))
    items = editor.ask("textDocument/completion", **editor.at("a.md", "#| fig", len("#| fig")))
    assert {"fig-cap", "fig-alt", "vary"} <= {each["label"] for each in items}

    wrong = NOTE.replace("[[b#Teil zwei]]", "[[bb]]").replace("#| label", "#| lable")
    editor.type("a.md", wrong)
    told = editor.problems("a.md", lambda found: any("`bb`" in each for each in found))
    by_line = {each["range"]["start"]["line"]: each for each in told}
    link = by_line[6]
    assert link["range"] == {
        "start": {"line": 6, "character": len("Prose with 🎲 ") + 1},
        "end": {"line": 6, "character": len("Prose with 🎲 [[bb]]") + 1},
    }
    assert link["severity"] == 2 and "`label`" in by_line[9]["message"]
    assert by_line[9]["severity"] == 1
    editor.said.clear()
    editor.type("a.md", NOTE)
    editor.problems("a.md", lambda found: len(found) == 1 and "Stale" in found[0])


def fixes(editor: Editor) -> None:
    """What is wrong can be mended by a key, where it is clear what was meant; nothing else can."""
    wrong = NOTE.replace("#Teil zwei", "#Teil zwie").replace("#| label", "#| lable")
    wrong = wrong.replace("Here", "Here [[nowhere at all]] [x](one%20tw.md)")
    editor.type("a.md", wrong)

    def offered(words: str) -> dict[str, tuple[str, str]]:
        place = editor.at("a.md", words)
        given = {"range": {"start": place["position"], "end": place["position"]}}
        given |= {"textDocument": place["textDocument"], "context": {"diagnostics": []}}
        actions = editor.ask("textDocument/codeAction", **given)
        return {each["title"]: (each["kind"], applied(wrong, each["edit"])) for each in actions}

    quick = "quickfix"
    assert offered("Prose") == {
        "Write `Teil zwei`": (quick, wrong.replace("Teil zwie", "Teil zwei"))
    }
    assert offered("#| lable") == {"Write `label`": (quick, wrong.replace("lable", "label"))}
    named = wrong.replace("one%20tw", "one%20two")
    assert offered("Here") == {"Write `one%20two.md`": (quick, named)}
    shown = wrong.replace("python continuation", "python notest continuation")
    title = "Mark this cell `notest` (shown, never run)"
    assert offered("```python continuation") == {title: ("refactor.rewrite", shown)}
    assert offered("y = x") == {}
    editor.said.clear()
    editor.type("a.md", NOTE)
    editor.problems("a.md", lambda found: len(found) == 1 and "Stale" in found[0])


def applied(text: str, edit: Mapping[str, Any]) -> str:
    """A text with the one change of an edit."""
    ((change,),) = [each["edits"] for each in edit["documentChanges"]]
    lines = text.split("\n")
    start, end = change["range"]["start"], change["range"]["end"]
    assert start["line"] == end["line"]
    units = lines[start["line"]].encode("utf-16-le")
    before, after = units[: 2 * start["character"]], units[2 * end["character"] :]
    new = before + change["newText"].encode("utf-16-le") + after
    lines[start["line"]] = new.decode("utf-16-le")
    return "\n".join(lines)


def runs(editor: Editor) -> None:
    """The lens runs what is saved; what the record says then is shown, judged and accepted."""
    assert not list(editor.root.glob("**/.notewright/records/*"))  # nothing ran until now
    note = {"textDocument": {"uri": editor.uri("a.md")}}
    (lens,) = editor.ask("textDocument/codeLens", **note)
    assert lens["command"]["command"] == "notewright.run"
    editor.type("a.md", NOTE + "\nMore.\n")
    call = {key: lens["command"][key] for key in ("command", "arguments")}
    refused = editor.answer("workspace/executeCommand", **call)
    assert refused["error"] == {
        "code": REQUEST_FAILED,
        "message": "Save the note first: notewright runs the file on disk",
    }
    editor.type("a.md", NOTE)
    done = editor.ask("workspace/executeCommand", **call)
    assert done["status"] == 0 and "1 run" in done["said"], done
    editor.problems("a.md", lambda found: found == [])
    assert editor.ask("textDocument/codeLens", **note) == []
    over = editor.ask("textDocument/hover", **editor.at("a.md", "print"))
    assert "Fresh" in over["contents"]["value"] and "\n40\n" in over["contents"]["value"]

    wrong = NOTE.replace("40<!--", "41<!--")
    (editor.root / editor.docs / "a.md").write_text(wrong, "utf-8")
    editor.type("a.md", wrong)
    (told,) = editor.problems("a.md", lambda found: any("the cell computes 40" in m for m in found))
    assert told["severity"] == 1
    (lens,) = editor.ask("textDocument/codeLens", **note)
    assert lens["command"]["command"] == "notewright.accept"
    call = {key: lens["command"][key] for key in ("command", "arguments")}
    assert editor.ask("workspace/executeCommand", **call)["status"] == 0
    assert (editor.root / editor.docs / "a.md").read_text("utf-8") == NOTE
    editor.type("a.md", NOTE)


def renames(editor: Editor) -> None:
    """The note behind a link, and every link to it, also in what is not saved."""
    editor.open("b.md", OTHER.replace("Back to [[a|A]]", "🎲 [[a|A]] [[gone]]"))
    editor.problems("b.md", lambda found: any("`gone`" in each for each in found))
    place = editor.at("b.md", "[[a|A]]", 3)
    prepared = editor.ask("textDocument/prepareRename", **place)
    assert prepared["placeholder"] == "a"
    plan = editor.ask("textDocument/rename", **place, newName="z")
    *edited, moved = plan["documentChanges"]
    assert (moved["kind"], moved["oldUri"]) == ("rename", editor.uri("a.md"))
    assert moved["newUri"] == editor.uri("z.md")
    changed = {each["textDocument"]["uri"]: each["edits"] for each in edited}
    first, second = changed[editor.uri("b.md")]
    assert first["newText"] == "z" and second["newText"] == "z.md"
    line = OTHER.split("\n").index("Back to [[a|A]] and [a](a.md).")
    assert first["range"]["start"] == {"line": line, "character": 5}
    assert any("redirect_from" in each["newText"] for each in changed[editor.uri("a.md")])
    taken = editor.answer("textDocument/rename", **place, newName="c")
    assert taken["error"]["code"] == REQUEST_FAILED
    assert taken["error"]["message"].startswith("a file called `c.md` already exists")


FAILS = "# F\n\n```python\nx = 1\n```\n\n```python continuation\nx / 0\n```\n"
BARS = {"window": {"workDoneProgress": True}}


def test_the_error_of_a_failed_cell_is_shown_where_it_is(tmp_path: Path) -> None:
    """At its line while its code is the same, also after other lines moved it."""
    project = ProjectDir(tmp_path / "p")
    project.configure()
    project.write({"docs/f.md": FAILS})
    with ended(Editor(project, capabilities=BARS)) as editor:
        editor.open("f.md", FAILS)
        editor.problems("f.md", lambda found: any("Stale" in each for each in found))
        call = {"command": "notewright.run", "arguments": [editor.uri("f.md")]}
        done = editor.ask("workspace/executeCommand", **call)
        assert done["status"] == 1
        (told,) = editor.problems("f.md", lambda found: any("ZeroDivision" in m for m in found))
        assert told["severity"] == 1 and told["range"]["start"]["line"] == 7
        assert "> " in told["message"] and "x / 0" in told["message"]
        message = "docs/f.md:8: ZeroDivisionError: division by zero"
        said = [each["params"] for each in editor.said if each["method"] == "window/showMessage"]
        assert {"type": 1, "message": message} in said
        (log,) = (each for each in editor.said if each["method"] == "window/logMessage")
        assert message in log["params"]["message"] and "1 session" in log["params"]["message"]
        bars = [each["params"]["value"] for each in editor.said if each["method"] == "$/progress"]
        assert bars[0] == {"kind": "begin", "title": "notewright run f.md", "cancellable": True}
        assert bars[-1] == {"kind": "end"}
        over = editor.ask("textDocument/hover", **editor.at("f.md", "x / 0"))
        assert "It failed when it last ran" in over["contents"]["value"]
        over = editor.ask("textDocument/hover", **editor.at("f.md", "x = 1"))
        assert over["contents"]["value"] == "Its session failed at line 8"
        lower = FAILS.replace("# F\n", "# F\n\nMore.\n")
        editor.type("f.md", lower)
        editor.problems("f.md", lambda found: any("10 | x / 0" in each for each in found))
        editor.type("f.md", FAILS.replace("x / 0", "x / 1"))
        (told,) = editor.problems("f.md", lambda found: any("code changed" in m for m in found))
        assert told["severity"] == 3


OUTPUTS = """\
# Outputs

```python
print("one")
print("two")
```

```python
#| fig-alt: A line.
import matplotlib.pyplot as plt

plt.plot([1, 2]);
```

```python
1 / 0
```"""


def test_outputs_are_shown_below_their_cells(tmp_path: Path) -> None:
    """Where the editor says that it has a place for them: as text, as a picture, as an error."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/a.md": OUTPUTS})
    refreshes = {"workspace": {"codeLens": {"refreshSupport": True}}}
    with ended(Editor(project, capabilities=refreshes, options={"outputs": True})) as editor:
        editor.open("a.md", OUTPUTS)
        words = {"command": "notewright.run", "arguments": [editor.uri("a.md")]}
        assert editor.ask("workspace/executeCommand", **words)["status"] == 1
        editor.problems("a.md", lambda found: any("ZeroDivision" in each for each in found))
        editor.hears(lambda said: said["method"] == "workspace/codeLens/refresh")
        document = {"uri": editor.uri("a.md")}
        lenses = editor.ask("textDocument/codeLens", textDocument=document)
        shown = {
            each["range"]["start"]["line"]: each["command"]
            for each in lenses
            if each["command"]["command"] == "notewright.showOutput"
        }
        assert [each["title"] for each in shown.values()] == [
            "→ one … and 1 more line",
            "→ Figure",
            "→ ZeroDivisionError: division by zero … and 1 more line",
        ]
        assert [*shown] == [6, 13, 16]  # below the fence, and on it at the end of a note
        assert shown[6]["arguments"] == [editor.uri("a.md"), 5]
        words = {"command": "notewright.outputs", "arguments": [editor.uri("a.md")]}
        first, figure, error = editor.ask("workspace/executeCommand", **words)
        assert first == {
            "line": 5,
            "isError": False,
            "parts": [{"text": "one\ntwo", "image": ""}],
        }
        assert figure["parts"][0]["image"].startswith("data:image/svg+xml;base64,")
        assert error["isError"] and "> " in error["parts"][0]["text"]
        hover = editor.ask("textDocument/hover", **editor.at("a.md", "plt.plot"))
        assert "![figure](data:image/svg+xml;base64," in hover["contents"]["value"]
        editor.type("a.md", OUTPUTS.replace("one", "three"))
        lenses = editor.ask("textDocument/codeLens", textDocument=document)
        assert not any("one" in each["command"]["title"] for each in lenses)


def test_an_editor_without_a_place_for_outputs_gets_no_lens(tmp_path: Path) -> None:
    """It would not know the command; a picture in a hover would be a page of digits."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/a.md": OUTPUTS})
    assert project.notewright("run").status == 1
    with ended(Editor(project)) as editor:
        editor.open("a.md", OUTPUTS)
        lenses = editor.ask("textDocument/codeLens", textDocument={"uri": editor.uri("a.md")})
        assert {each["command"]["command"] for each in lenses} == {"notewright.run"}
        hover = editor.ask("textDocument/hover", **editor.at("a.md", "plt.plot"))
        assert "(a figure, shown on the site)" in hover["contents"]["value"]


def test_a_run_is_cancelled_from_its_progress_bar(tmp_path: Path) -> None:
    """Nothing goes on running, and the editor is told."""
    project = ProjectDir(tmp_path / "p")
    project.configure()
    text = "# S\n\n```python\nimport time\n\ntime.sleep(1000)\n```\n"
    project.write({"docs/s.md": text})
    with ended(Editor(project, capabilities=BARS)) as editor:
        editor.open("s.md", text)
        answer: list[Any] = []
        call = {"command": "notewright.run", "arguments": [editor.uri("s.md")]}
        asking = threading.Thread(
            target=lambda: answer.append(editor.ask("workspace/executeCommand", **call))
        )
        asking.start()
        bar = editor.hears(lambda said: said["method"] == "$/progress")["params"]
        editor.tell("window/workDoneProgress/cancel", token=bar["token"])
        asking.join(LIMIT)
        assert answer[0]["status"] != 0
        editor.hears(
            lambda said: (
                said["method"] == "window/showMessage"
                and said["params"]["message"].startswith("Cancelled")
            )
        )


TARGET = """\
# T

[[#Two]]

## One

Text. ^here

### Deep

```python
#| label: tab-x
1
```

## Two
"""
LINKS = "Ünï [[t]], [[t#Two|two]] and [t](t.md#one), ![[t#^here]].\n"


def test_backlinks_and_the_outline_are_answered(tmp_path: Path) -> None:
    """To a note, a heading and a block, from wikilinks, embeds and Markdown links."""
    project = ProjectDir(tmp_path / "p")
    project.configure()
    project.write({"docs/t.md": TARGET, "docs/l.md": LINKS})
    with ended(Editor(project)) as editor:
        editor.open("t.md", TARGET)
        editor.open("l.md", LINKS)

        def links(note: str, words: str) -> list[tuple[str, str]]:
            found = editor.ask(
                "textDocument/references",
                **editor.at(note, words),
                context={"includeDeclaration": False},
            )
            places = []
            for each in found:
                name = each["uri"].rpartition("/")[2]
                start, end = each["range"]["start"], each["range"]["end"]
                line = editor.texts[name].split("\n")[start["line"]]
                places.append((name, line[start["character"] : end["character"]]))
            return sorted(places)

        whole = ["[[t]]", "[[t#Two|two]]", "[t](t.md#one)", "[[t#^here]]"]
        assert {text.lstrip("!") for _, text in links("t.md", "# T")} >= {*whole, "[[#Two]]"}
        two = [("l.md", "[[t#Two|two]]"), ("t.md", "[[#Two]]")]
        assert links("t.md", "## Two") == two
        assert links("l.md", "t#Two") == two and links("t.md", "#Two]]") == two
        assert links("t.md", "## One") == [("l.md", "[t](t.md#one)")]
        assert [text.lstrip("!") for _, text in links("t.md", "Text.")] == ["[[t#^here]]"]

        (top,) = editor.ask("textDocument/documentSymbol", textDocument={"uri": editor.uri("t.md")})
        assert top["name"] == "T" and [each["name"] for each in top["children"]] == ["One", "Two"]
        one = top["children"][0]
        assert one["range"]["start"]["line"] == 4 and one["range"]["end"]["line"] == 14
        (deep,) = one["children"]
        assert [each["name"] for each in deep["children"]] == ["tab-x"]


@pytest.mark.nightly
def test_links_follow_what_the_editor_moves(tmp_path: Path) -> None:
    """A file or a folder, in its list of files; not twice, if it was the server that said so."""
    project = ProjectDir(tmp_path / "p")
    project.configure()
    notes = {"docs/a.md": "# A\n\n[[s/b]] [c](s/c.md)\n", "docs/s/b.md": "# B\n\n[[s/c]] [[a]]\n"}
    project.write({**notes, "docs/s/c.md": "# C\n"})
    (tmp_path / "p/docs/s/i.png").write_bytes(b"x")
    abilities = {"workspace": {"fileOperations": {"willRename": True}}}
    with ended(Editor(project, capabilities=abilities)) as editor:
        files = editor.abilities["workspace"]["fileOperations"]["willRename"]["filters"]
        assert files[0]["pattern"]["glob"] == "**/*"

        def moved(*names: tuple[str, str]) -> dict[str, list[str]]:
            pairs = [{"oldUri": editor.uri(old), "newUri": editor.uri(new)} for old, new in names]
            said = editor.ask("workspace/willRenameFiles", files=pairs)
            edits = said["documentChanges"] if said else []
            return {
                each["textDocument"]["uri"].rpartition("docs/")[2]: [
                    edit["newText"] for edit in each["edits"]
                ]
                for each in edits
            }

        folder = moved(("s", "t"))
        assert folder["a.md"] == ["t/b", "t/c.md"] and folder["s/b.md"][0] == "t/c"
        both = moved(("a.md", "s/a.md"), ("s/b.md", "b.md"))
        assert both["a.md"][:2] == ["b", "c.md"], both
        assert moved(("s/i.png", "s/j.png")) == {} == moved(("none.md", "x.md"))
        editor.open("a.md", notes["docs/a.md"])
        place = editor.at("a.md", "[[s/b]]", 3)
        plan = editor.ask("textDocument/rename", **place, newName="z")
        assert plan["documentChanges"][-1]["kind"] == "rename"
        assert moved(("s/b.md", "s/z.md")) == {}
        assert moved(("s/b.md", "s/z.md"))["a.md"] == ["s/z"]


@pytest.mark.nightly
def test_a_refusal_is_an_answer_and_no_fault(tmp_path: Path) -> None:
    """Its message is the reason alone; the log and the editor are told of no error of ours."""
    project = ProjectDir(tmp_path / "p")
    project.configure()
    project.write({"docs/a.md": NOTE, "docs/b.md": OTHER, "snippets/part.py": PART})
    with (tmp_path / "log").open("wb") as log, ended(Editor(project, log)) as editor:
        editor.open("b.md", OTHER)
        place = editor.at("b.md", "The first")
        refused = editor.answer("textDocument/rename", **place, newName="a#b")["error"]
        assert refused["code"] == REQUEST_FAILED and set(refused) == {"code", "message"}
        assert "`a#b`" in refused["message"] and "Error" not in refused["message"]
        editor.type("b.md", OTHER + "\nMore.\n")
        for name in ("run", "accept"):
            call = {"command": f"notewright.{name}", "arguments": [editor.uri("b.md")]}
            refused = editor.answer("workspace/executeCommand", **call)["error"]
            assert refused["message"].startswith("Save the note first"), refused
            assert refused["code"] == REQUEST_FAILED and set(refused) == {"code", "message"}
    assert not [each for each in editor.said if each["method"] == "window/showMessage"]
    assert (tmp_path / "log").read_text("utf-8") == ""


NEEDING = """\
# A

```python
x = 3
```

Value 4<!--= x -->.

```python continuation
#| needs: no_such_module_anywhere
import no_such_module_anywhere
```
"""


@pytest.mark.nightly
def test_what_stands_above_an_unmet_need_is_judged(tmp_path: Path) -> None:
    """As `check` does, at its line and in its words; the rest of the session did not run."""
    project = ProjectDir(tmp_path / "p")
    project.configure()
    project.write({"docs/a.md": NEEDING})
    checked = project.notewright("check")
    (line,) = checked.lines("docs/a.md:7", "the note says 4, but the cell computes 3")
    with ended(Editor(project)) as editor:
        editor.open("a.md", NEEDING)
        told = editor.problems("a.md", bool)
        found = {each["range"]["start"]["line"]: each for each in told}
        assert set(found) == {6, 8}, told
        assert line.endswith(found[6]["message"]) and found[6]["severity"] == 1
        assert found[8]["message"].startswith(
            "Not run here: this cell needs no_such_module_anywhere"
        )
        note = {"textDocument": {"uri": editor.uri("a.md")}}
        titles = [each["command"]["title"] for each in editor.ask("textDocument/codeLens", **note)]
        assert "Write outputs into the note" in titles


@pytest.mark.nightly
def test_works_are_shown_found_and_completed(tmp_path: Path) -> None:
    """Those of the bibliography, by their keys; a key that none has is told."""
    project = ProjectDir(tmp_path / "p")
    project.configure({"bibliography": ["refs.bib"]})
    text = "# A\n\nBy [@breiman, p. 3], not by @nobody.\n"
    bib = "\n@book{breiman, title={Random & more}, author={Breiman, L.}, year=2001}\n"
    project.write({"docs/a.md": text, "refs.bib": bib})
    editor = Editor(project)
    try:
        editor.open("a.md", text)
        place = editor.at("a.md", "@breiman", 3)
        over = editor.ask("textDocument/hover", **place)["contents"]["value"]
        assert over == "Breiman, L. (2001) *Random &amp; more*.\n\n`refs.bib:2`"
        found = editor.ask("textDocument/definition", **place)
        assert found["uri"].endswith("/refs.bib") and found["range"]["start"]["line"] == 1
        assert editor.ask("textDocument/hover", **editor.at("a.md", "@nobody", 3)) is None
        editor.type("a.md", "# A\n\nBy [see @br")
        typed = editor.at("a.md", "[see @br", len("[see @br"))
        (offer,) = editor.ask("textDocument/completion", **typed)
        assert offer["label"] == "breiman" and offer["detail"] == "Random & more"
        assert offer["textEdit"]["range"]["start"]["character"] == len("By [see @")
        editor.type("a.md", text.replace("[@breiman", "[@breimann"))
        told = editor.problems("a.md", lambda said: any("`@breimann`" in each for each in said))
        (wrong,) = (each for each in told if "`@breimann`" in each["message"])
        assert wrong["range"]["start"] == {"line": 2, "character": len("By ")}
        assert wrong["range"]["end"] == {"line": 2, "character": len("By [@breimann, p. 3]")}
        assert editor.close() == 0
    finally:
        if editor.process.poll() is None:
            os.killpg(editor.process.pid, signal.SIGKILL)
        editor.process.communicate()


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """A vault with one note, to which others may be added."""
    project = ProjectDir(tmp_path / "p")
    project.configure()
    project.write({"docs/b.md": OTHER})
    return project


def editing(project: ProjectDir, **capabilities: Any) -> AbstractContextManager[Editor]:
    """An editor that can some things, and ends with the test."""
    return ended(Editor(project, capabilities=capabilities))


@pytest.mark.nightly
def test_columns_are_counted_as_the_editor_wants(project: ProjectDir) -> None:
    """Neovim and Helix would have bytes; a rename of what is not open counts so, too."""
    text = "# A\n\nü [[nope]] [[b]]\n"
    project.write({"docs/a.md": text, "docs/u.md": "Größe: [[b]]\n"})
    with editing(project, general={"positionEncodings": ["utf-8", "utf-16"]}) as editor:
        assert editor.abilities["positionEncoding"] == "utf-8"
        editor.open("a.md", text)
        (wrong,) = editor.problems("a.md", lambda found: any("`nope`" in each for each in found))
        assert wrong["range"]["start"] == {"line": 2, "character": 3}
        assert wrong["range"]["end"] == {"line": 2, "character": 11}
        place = {"line": 2, "character": 14}
        asked = {"textDocument": {"uri": editor.uri("a.md")}, "position": place}
        told = editor.ask("textDocument/rename", newName="bb", **asked)
        edits = {
            each["textDocument"]["uri"].rpartition("/")[2]: each["edits"][0]["range"]
            for each in told["documentChanges"]
            if "edits" in each
        }
        assert edits["u.md"]["start"]["character"] == len("Größe: [[".encode())


@pytest.mark.nightly
def test_each_change_is_a_whole_text(project: ProjectDir) -> None:
    """What ends a line there and not here (U+2028, a form feed) put changes into other lines."""
    with editing(project) as editor:
        assert editor.abilities["textDocumentSync"]["change"] == 1
        editor.open("a.md", "# A\u2028b\n\nfine\n")
        editor.type("a.md", "# A\u2028b\n\n[[nope]]\n")
        (wrong,) = editor.problems("a.md", lambda found: any("`nope`" in each for each in found))
        assert wrong["range"]["start"]["line"] == 2


@pytest.mark.nightly
def test_a_notebook_is_edited_where_its_file_has_it(project: ProjectDir) -> None:
    """Its Markdown stands behind marks of comments."""
    text = "# %% [markdown]\n# # A\n#\n# 😀 [[b]] and [[b\n\n# %%\nx = 1\n"
    project.write({"docs/nb.py": text})
    with editing(project) as editor:
        editor.open("nb.py", text)
        words = "and [[b"
        items = editor.ask("textDocument/completion", **editor.at("nb.py", words, len(words)))
        (offer,) = (each for each in items if each["label"] == "b")
        assert offer["textEdit"]["range"]["start"]["character"] == len("# 😀  [[b]] and [[")
        found = editor.ask("textDocument/prepareRename", **editor.at("nb.py", "b]] and"))
        columns = [found["range"][end]["character"] for end in ("start", "end")]
        assert columns == [len("# 😀  "), len("# 😀  [[b]]")]
        assert (
            "# B"
            in editor.ask("textDocument/hover", **editor.at("nb.py", "b]] and"))["contents"][
                "value"
            ]
        )


def test_notices_of_check_are_warnings(tmp_path: Path) -> None:
    """A link that an MkDocs project shows as typed, an alias, a Dataview query."""
    project = ProjectDir(tmp_path / "project")
    project.write({"mkdocs.yml": "site_name: N\nplugins: [notewright: {dialect: mkdocs}]\n"})
    text = "# A\n\n[[Gradent descent]] and [[GD]]\n\n```dataview\nLIST\n```\n"
    other = "---\naliases: [GD]\n---\n\n# Gradient descent\n"
    project.write({"docs/a.md": text, "docs/Gradient descent.md": other})
    checked = project.notewright("check").output
    with editing(project) as editor:
        editor.open("a.md", text)
        told = editor.problems("a.md", lambda said: len(said) >= 3)
    assert [each["range"]["start"]["line"] for each in told] == [2, 2, 4]
    assert {each["severity"] for each in told} == {2}
    assert all(each["message"].split(". ")[0] in checked for each in told), (told, checked)


@pytest.mark.nightly
def test_two_brackets_in_python_are_no_link(project: ProjectDir) -> None:
    """So begins what pandas is asked for."""
    text = "# A\n\n```python\ndf = {}\ndf[[\n```\n\nAnd [[\n"
    with editing(project) as editor:
        editor.open("a.md", text)
        assert editor.ask("textDocument/completion", **editor.at("a.md", "df[[", 4)) == []
        assert editor.ask("textDocument/completion", **editor.at("a.md", "And [[", 6))


@pytest.mark.nightly
def test_code_in_a_line_is_no_link(project: ProjectDir) -> None:
    """Nothing is offered in it; behind it all is again."""
    lines = ["In `a[[ and", "In ``a ` b[[ or", "In `a` b[[ so", r"Not \` c[["]
    text = "# A\n\n" + "\n\n".join(lines) + "\n"
    with editing(project) as editor:
        editor.open("a.md", text)
        for place, is_code in (("a[[", 1), ("b[[ or", 1), ("b[[ so", 0), ("c[[", 0)):
            asked = editor.at("a.md", place, 3)
            assert bool(editor.ask("textDocument/completion", **asked)) != is_code, place


@pytest.mark.nightly
def test_words_are_offered_behind_a_space(project: ProjectDir) -> None:
    """Markdown lets one stand between a fence and its language."""
    with editing(project) as editor:
        editor.open("a.md", "# A\n\n``` python no\n1\n```\n")
        offers = editor.ask(
            "textDocument/completion", **editor.at("a.md", "``` python no", len("``` python no"))
        )
        assert "notest" in {each["label"] for each in offers}


@pytest.mark.nightly
def test_a_null_byte_is_told_before_a_note_is_saved(project: ProjectDir) -> None:
    """With its line."""
    with editing(project) as editor:
        editor.open("new.md", "# A\n\nB\0\n")
        told = editor.problems("new.md", lambda said: any("null byte" in each for each in said))
        assert [each["range"]["start"]["line"] for each in told] == [2]


@pytest.mark.nightly
def test_the_configuration_is_read_again(project: ProjectDir) -> None:
    """What cannot be read is told once, and what it was counts until it can."""
    project.write({"docs/a.md": NOTE, "snippets/part.py": PART})
    with editing(project) as editor:
        editor.open("a.md", NOTE)
        place = {"textDocument": {"uri": editor.uri("a.md")}}
        lenses = editor.ask("textDocument/codeLens", **place)
        assert [each["command"]["title"] for each in lenses] == ["Run"]
        project.write({"mkdocs.yml": "site_name: [\n"})
        for text in (NOTE, NOTE + "\n", NOTE):
            editor.tell("workspace/didChangeWatchedFiles", changes=[])
            editor.type("a.md", text)
        assert editor.ask("textDocument/codeLens", **place) == lenses
        project.configure({"execute": False})
        editor.tell("workspace/didChangeWatchedFiles", changes=[])
        assert editor.ask("textDocument/codeLens", **place) == []
        shown = [each for each in editor.said if each["method"] == "window/showMessage"]
        assert len(shown) == 1, shown


@pytest.mark.nightly
def test_nothing_an_editor_sends_ends_the_server(tmp_path: Path) -> None:
    """Files of no project, a broken configuration, odd texts and places, many edits at once."""
    project = ProjectDir(tmp_path / "p")
    project.configure()
    project.write({"docs/a.md": NOTE, "elsewhere.md": "# E\n", "snippets/part.py": PART})
    editor = Editor(project)
    try:
        for uri in ("untitled:x", (project.root / "elsewhere.md").as_uri(), "file:///none/x.md"):
            document = {"uri": uri, "languageId": "markdown", "version": 0, "text": "[[x"}
            editor.tell("textDocument/didOpen", textDocument=document)
            position = {"line": 9, "character": 9}
            where = {"textDocument": {"uri": uri}, "position": position}
            assert editor.ask("textDocument/hover", **where) is None
        editor.open("a.md", NOTE)
        odd = [
            "",
            "\x00",
            "---\n- [",
            "```python\n",
            "[[" * 99,
            "\ud83c",
            "a\r\nb\rc",
            "%%",
            "$" * 50,
        ]
        for text in [*odd, *(NOTE[:end] for end in range(0, len(NOTE), 9))]:
            editor.type("a.md", text)
        far = {
            "textDocument": {"uri": editor.uri("a.md")},
            "position": {"line": 999, "character": 9},
        }
        for method in ("hover", "definition", "completion", "prepareRename"):
            editor.answer(f"textDocument/{method}", **far)
        project.write({"mkdocs.yml": "site_name: [\n"})
        editor.type("a.md", NOTE + "\n[[nirgends]]\n")
        editor.problems("a.md", lambda found: any("`nirgends`" in each for each in found))
        assert editor.close() == 0
    finally:
        if editor.process.poll() is None:
            os.killpg(editor.process.pid, signal.SIGKILL)
        editor.process.communicate()
