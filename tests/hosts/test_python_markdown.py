"""The extension by its name, in programs that know Python-Markdown and nothing of notewright."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import markdown
import pytest
from projects import ProjectDir, clean_environment

from notewright.errors import EngineError, PageError, VaultError

pytestmark = pytest.mark.gate

NOTES = {
    "index.md": (
        "---\ntitle: Home\n---\n# Home %%secret%%\n\nSee [[other|it]] and ==this==.\n\n"
        "```python\nx = 40 + 2\nprint('printed', x)\n```\n\nIt is 42<!--= x -->.\n"
    ),
    "other.md": "# Other\n\n![[index]]\n\nBack to [[index]]. %%secret%%\n",
    "bare.md": "Some text.\n",
}


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProjectDir:
    """A vault that has run, in the working directory."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({f"docs/{path}": text for path, text in NOTES.items()})
    assert project.notewright("run").status == 0
    monkeypatch.chdir(tmp_path)
    return project


def convert(text: str, **options: object) -> str:
    configs: dict[str, dict[str, object]] = {"notewright": dict(options)}
    return markdown.markdown(text, extensions=["notewright"], extension_configs=configs)


def body(text: str) -> str:
    return re.sub(r"\A---.*?---\n", "", text, flags=re.S)


@pytest.mark.parametrize("of", [str, body, lambda text: body(text).replace("\n", "\r\n")])
def test_a_note_is_known_by_its_text(vault: ProjectDir, of: object) -> None:
    """With its properties or without, and with any line ends."""
    assert callable(of)
    page = convert(of(NOTES["index.md"]))
    assert (
        "printed 42" in page
        and re.search(r'It is <span class="nw-value" title="[^"]*line \d+">42</span>\.', page)
        and "<mark>this</mark>" in page
    )
    assert 'href="other.md"' in page and "secret" not in page and "Linked from" in page


def test_embeds_show_other_notes(vault: ProjectDir) -> None:
    page = convert(NOTES["other.md"])
    assert "printed 42" in page and "secret" not in page


def test_one_instance_makes_many_pages(vault: ProjectDir) -> None:
    """As programs do that reset an instance of Markdown between texts."""
    md = markdown.Markdown(extensions=["notewright"])
    for name in (*NOTES, *reversed(NOTES)):
        assert md.reset().convert(NOTES[name]) == convert(NOTES[name])
    assert md.reset().convert(NOTES["bare.md"]).startswith("<p>Some text.</p>\n<style>")


def test_the_command_of_python_markdown_works(vault: ProjectDir) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "markdown", "-x", "notewright", "docs/index.md"],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "printed 42" in done.stdout


def test_a_note_is_named_where_texts_are_the_same(vault: ProjectDir) -> None:
    vault.write({"docs/twin.md": NOTES["bare.md"]})
    with pytest.raises(PageError, match=r"several notes contain this text: bare\.md, twin\.md"):
        convert(NOTES["bare.md"])
    assert "Some text" in convert(NOTES["bare.md"], note="twin.md")
    with pytest.raises(PageError, match="differs from the note"):
        convert("Another text.", note="twin.md")
    with pytest.raises(PageError, match=r"`twins\.md` is not a note .*Did you mean `twin\.md`"):
        convert(NOTES["bare.md"], note="twins.md")


def test_the_project_can_be_named(vault: ProjectDir, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    assert "printed 42" in convert(NOTES["index.md"], project=str(vault.root))
    with pytest.raises(VaultError, match="this folder does not exist"):
        convert(NOTES["index.md"])


def test_a_change_is_seen(vault: ProjectDir) -> None:
    """One process may make pages for days."""
    assert "Some text" in convert(NOTES["bare.md"])
    vault.write({"docs/bare.md": "More text.\n"})
    assert "More text" in convert("More text.\n")
    with pytest.raises(PageError, match="not a note in the vault"):
        convert(NOTES["bare.md"])


@pytest.mark.parametrize(
    ("files", "text", "message"),
    [
        ({}, "A text of nobody.\n", "the text to convert is not a note in the vault"),
        ({}, "", "not a note in the vault"),
        (
            {"a.md": ("---\npublish: false\n---\nHidden\n")},
            "Hidden\n",
            r"docs/a\.md:1: the note is private",
        ),
        (
            {"a.md": "```python\nprint(9)\n```\n"},
            "",
            r"docs/a\.md:1: no current result for this cell",
        ),
        (
            {"a.md": "```python\n1\n```\n"},
            "Some text.\n",
            r"docs/a\.md:1: no current result for this cell",
        ),
        ({"a.md": "Gone 2<!--= 3 -->\n"}, "", r"docs/a\.md:1: "),
        ({"a.md": "A $\\frac{1$\n"}, "", r"docs/a\.md:1: "),
        ({"a.md": "x [s](javascript:alert)\n"}, "", r"docs/a\.md:1: .* as a script"),
        ({"templates/t.md": "A form\n"}, "A form\n", "not a note in the vault"),
    ],
)
def test_what_cannot_be_made_is_an_error(
    vault: ProjectDir, files: Mapping[str, str], text: str, message: str
) -> None:
    vault.write({f"docs/{path}": content for path, content in files.items()})
    given = text or next(iter(files.values()), "Nothing like it")
    with pytest.raises(PageError, match=message):
        convert(given)


def test_a_hidden_note_is_hidden_everywhere(vault: ProjectDir) -> None:
    """Not embedded, not linked, not in a backlink."""
    vault.write(
        {
            "docs/hidden.md": "---\npublish: false\n---\nsecret words of [[shown]]\n",
            "docs/shown.md": "![[hidden]] and [[hidden]]\n",
        }
    )
    assert "secret" not in convert("![[hidden]] and [[hidden]]\n")


@pytest.mark.parametrize("options", [{"note": 3}, {"notes": "index.md"}])
def test_a_wrong_option_is_an_error(vault: ProjectDir, options: Mapping[str, object]) -> None:
    with pytest.raises(VaultError, match=r"extension option `notes?` is (not a path|unknown)"):
        convert(NOTES["bare.md"], **options)


def test_mkdocs_has_the_plugin_whatever_extensions_are_named(vault: ProjectDir) -> None:
    """One file serves both: where Zensical needs the extension, MkDocs' pages are the same."""
    for name, extensions in (("one", ["footnotes"]), ("two", ["footnotes", "notewright"])):
        vault.configure(markdown_extensions=extensions)
        result = vault.build("--site-dir", str(vault.root / name))
        assert result.status == 0, result.output
    first, second = (contents(vault.root / name) for name in ("one", "two"))
    assert len(first) > 20 and first == second


def contents(site: Path) -> dict[str, bytes]:
    """The files of a site, without the hour that a theme of MkDocs writes down."""
    return {
        path.relative_to(site).as_posix(): re.sub(rb"Build Date .*", b"", path.read_bytes())
        for path in site.rglob("*")
        if path.is_file() and path.name != "sitemap.xml.gz"
    }


def test_mkdocs_without_the_plugin_is_refused(vault: ProjectDir) -> None:
    """It would copy what only hidden notes show."""
    vault.configure(plugins=[], markdown_extensions=["notewright"])
    result = vault.build()
    assert result.status == 1
    assert "without the plugin, MkDocs would publish private notes" in result.output


def test_a_zensical_that_tells_nothing_is_refused(
    vault: ProjectDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "zensical.markdown.render", sys)
    with pytest.raises(EngineError, match=r"pip install zensical==0\.0\.73"):
        convert(NOTES["bare.md"])


def test_a_drawing_is_shown_without_its_data(vault: ProjectDir) -> None:
    """Though the text of its file is given."""
    drawing = (
        "---\nexcalidraw-plugin: parsed\n---\n==⚠ Switch ⚠==\n\n# Text Elements\nA net ^aB3\n\n"
        '%%\n# Drawing\n```json\n{"type": "excalidraw"}\n```\n%%'
    )
    vault.write({"docs/net.excalidraw.md": drawing, "docs/net.excalidraw.svg": "<svg/>"})
    for text in (drawing, body(drawing)):
        page = convert(text)
        assert "A net" in page and 'src="net.excalidraw.svg"' in page
        assert "Switch" not in page and "type" not in page.partition("<style>")[0]
