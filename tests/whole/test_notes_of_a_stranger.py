"""A vault that a stranger wrote: clear messages, bounded time, nothing read outside of it.

All hostile notes stand in one vault, on which each command runs once.
"""

from __future__ import annotations

import gc
import os
import resource
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from counted import calls, loops
from projects import ProjectDir, Result

from notewright.errors import Problem
from notewright.note.comments import Visible
from notewright.note.note import Note
from notewright.note.percent import LARGEST
from notewright.note.safe_yaml import load_yaml
from notewright.render.cleaning import is_unsafe
from notewright.settings import Settings
from notewright.vault.links import check_links
from notewright.vault.obsidian_index import index_note, write_index
from notewright.vault.vault import Vault

pytestmark = pytest.mark.gate

Scan = Callable[[Mapping[str, str | bytes]], Vault]
SECRET = "TheSecretOutsideOfTheVault"
SECONDS = 20.0
"""Most work of one command over all hostile notes, on a busy machine; it takes about three."""

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)

NOTES: dict[str, str | bytes] = {
    "index.md": "# Home\n",
    "outside.md": "[[../../etc/passwd]]\n\n![[/etc/passwd]]\n\n![[../secret.md]]\n\n"
    "[x](../../etc/passwd) ![x](../secret.md)\n",
    "include.md": '```python\n--8<-- "../secret.md"\n```\n\n```python\n--8<-- "/etc/passwd"\n```\n',
    "included-link.md": '```python\n--8<-- "leak.py"\n```\n',
    "script.md": "[a](javascript:alert(1)) [b](<java\tscript:alert(2)>) [[javascript:alert(3)]]\n\n"
    "[c](JAVA&#115;CRIPT&colon;alert(4)) ![d](vbscript:x) [e][r]\n\n[r]: javascript:alert(5)\n",
    "latin.md": b"# Ok\n\nvoil\xe0\n",
    "null.md": b"# Ok\n\na\0b\n",
    "huge-line.md": b"word " * (10 << 18),
    "quotes.md": ">" * 10_000 + " x",
    "quotes-spaced.md": "> " * 10_000 + "x",
    "brackets.md": "\n\n" + "[" * 10_000 + "x" + "]" * 10_000,
    "open-brackets.md": "![" * 10_000,
    "open-links.md": "[a](" * 10_000,
    "wiki-brackets.md": "[[" * 10_000,
    "tags.md": "<a " * 10_000,
    "lists.md": "- " * 10_000 + "x",
    "deep-lists.md": "\n".join("  " * level + "- x" for level in range(1_000)),
    "percents.md": "%%" * 10_001,
    "comments.md": "a\n\n%%\nb\n%%\n\n" * 300,
    "bomb.md": f"---\n{BOMB}---\n# Ok\n",
    "circle.md": "---\na: &a [*a]\n---\n",
    "deep.md": f"---\na: {'[' * 5_000}{']' * 5_000}\n---\n",
    "long.md": f"---\na: {'x' * 300_000}\n---\n",
    "number.md": f"---\na: 0x{'f' * 5_000}\n---\n",
    "option-bomb.md": "```python\n"
    + "".join(f"#| {line}\n" for line in BOMB.splitlines())
    + "1\n```\n",
    "K-Means.md": "",
    "k-means.md": "",
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> ProjectDir:
    """The vault, beside a secret that links of all kinds lead to."""
    root = tmp_path_factory.mktemp("hostile")
    project = ProjectDir(root / "project", warm=False)
    project.root.mkdir()
    project.configure()
    outside = root / "outside"
    outside.mkdir()
    for path in (outside / "secret.md", outside / "leak.py", project.root / "secret.md"):
        path.write_text(f'print("{SECRET}")\n\n```python\nprint("{SECRET}")\n```\n')
    docs = project.root / "docs"
    docs.mkdir()
    for name, content in NOTES.items():
        (docs / name).write_bytes(content.encode() if isinstance(content, str) else content)
    (docs / "stolen.md").symlink_to(outside / "secret.md")
    (docs / "stolen.txt").symlink_to(outside / "secret.md")
    (docs / "nowhere.md").symlink_to("missing.md")
    (docs / "folder.md").mkdir()
    os.mkfifo(docs / "pipe.md")
    os.mkfifo(docs / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(docs)  # the path of a socket may be a hundred characters long
        try:
            made.bind("socket.md")
        finally:
            os.chdir(here)
    (project.root / "snippets").mkdir()
    (project.root / "snippets" / "leak.py").symlink_to(outside / "leak.py")
    return project


def processor_time() -> float:
    """Seconds that this process and those that it waited for have worked, on a busy machine too."""
    return sum(os.times()[:4])


def timed(run: Callable[[], Result]) -> Result:
    """What a command said, if it said it in time and without a traceback."""
    started = processor_time()
    result = run()
    assert processor_time() - started < SECONDS
    assert "Traceback" not in result.output
    assert SECRET not in result.output
    return result


@pytest.fixture(scope="module")
def checked(hostile: ProjectDir) -> Result:
    """What `notewright check` says of the vault."""
    return timed(lambda: hostile.notewright("check"))


SAID = [
    ("outside.md:1:1", "no note or file called `../../etc/passwd`"),
    ("outside.md:3:1", "no note or file called `/etc/passwd`"),
    ("outside.md:5:1", "no note or file called `../secret.md`"),
    ("outside.md:7:1", "no file called `../../etc/passwd` in the vault"),
    ("outside.md:7:23", "no file called `../secret.md` in the vault"),
    ("include.md:2", "`../secret.md` is outside `snippets/`"),
    ("include.md:6", "`/etc/passwd` is outside `snippets/`"),
    ("included-link.md:2", "`leak.py` is outside `snippets/`"),
    ("latin.md:3", "not valid UTF-8"),
    ("null.md:3", "the file contains a null byte"),
    ("huge-line.md:1", "the note is 12.5 MiB, more than the limit of 4 MiB"),
    ("brackets.md:3", "too many Markdown special characters"),
    ("open-brackets.md:1", "too many Markdown special characters"),
    ("open-links.md:1", "too many Markdown special characters"),
    ("wiki-brackets.md:1", "too many Markdown special characters"),
    ("tags.md:1", "too many Markdown special characters"),
    ("bomb.md:1", "aliases expand to more than 50000 values"),
    ("circle.md:1", "an alias refers to a value that contains it"),
    ("deep.md:1", "nested too deep"),
    ("long.md:1", "longer than 256 KiB"),
    ("number.md:1", "too long to be a number"),
    ("option-bomb.md:2", "aliases expand to more than 50000 values"),
    ("k-means.md:1", "`k-means.md` and `K-Means.md` are the same file"),
    ("stolen.md:1", "a symbolic link to a file outside the vault"),
    ("stolen.txt:1", "a symbolic link to a file outside the vault"),
    ("nowhere.md:1", "a broken symbolic link"),
    ("folder.md:1", "a folder with a note's name"),
    ("pipe.md:1", "neither a file nor a folder"),
    ("pipe.txt:1", "neither a file nor a folder"),
    ("socket.md:1", "neither a file nor a folder"),
]


@pytest.mark.parametrize(("place", "said"), SAID)
def test_each_is_told_with_note_and_line(checked: Result, place: str, said: str) -> None:
    """A clear message in one line, and exit status 1."""
    assert checked.status == 1
    (line,) = [line for line in checked.lines(said) if line.startswith(f"docs/{place}: ")]
    assert len(line) < 500


@pytest.mark.nightly
def test_a_build_ends_with_the_same_messages(hostile: ProjectDir, checked: Result) -> None:
    """No page is written; what stands outside the vault is nowhere in the project."""
    result = timed(hostile.build)
    assert result.status == 1
    for place, said in SAID:
        if "same file" not in said and "no file called" not in said:  # `check` tells more
            assert result.lines(f"docs/{place}: ", said), place
    assert not (hostile.root / "site").exists()


@pytest.mark.nightly
def test_the_index_holds_what_is_readable(hostile: ProjectDir) -> None:
    """As data, too, the vault ends at its directory."""
    result = timed(lambda: hostile.notewright("index", "--json"))
    assert result.status == 0
    assert '"deep-lists.md"' in result.output
    assert "stolen" not in result.output


@pytest.mark.nightly
def test_pytest_collects_and_fails_note_by_note(hostile: ProjectDir) -> None:
    """A note that is no text fails; all others are collected and tested all the same."""
    arguments = ("-q", "--co")
    collected = timed(lambda: hostile.pytest(*arguments))
    assert "error" not in collected.output.split("\n")[-2].lower()
    assert collected.lines("index.md", "[note]")
    result = timed(lambda: hostile.pytest("-q", "--tb=short", "-k", "latin or stolen or index"))
    assert result.status == 1
    assert "docs/latin.md:3: not valid UTF-8" in result.output
    assert "docs/stolen.md:1: a symbolic link to a file outside the vault" in result.output
    assert "docs/stolen.txt:1: a symbolic link to a file outside the vault" in result.output
    assert "3 failed, 1 passed" in result.output


HARMLESS = {"index.md": "# Home\n\n[[other]]\n", "other.md": "# Other\n"}


@pytest.mark.nightly
def test_serving_shows_dense_notes_in_time(tmp_path: Path) -> None:
    """What the build refuses, `serve` goes on with: its pages are made of text, soon."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    project = ProjectDir(tmp_path)
    project.configure()
    names = [name for name in NOTES if "brackets" in name or name in ("tags.md", "open-links.md")]
    project.write({f"docs/{name}": str(NOTES[name]) for name in ["index.md", *names]})
    config = load_config(str(tmp_path / "mkdocs.yml"))
    plugin = config.plugins["notewright"]
    plugin.on_startup(command="serve", dirty=False)
    gc.unfreeze()  # it keeps what is imported for good: here that is the whole of pytest
    started = processor_time()
    build(config)
    assert processor_time() - started < SECONDS
    plugin.on_shutdown()
    assert "[[[[[[[[[[" in project.page("brackets")


def test_what_links_lead_out_to_is_not_published(tmp_path: Path) -> None:
    """Links out of the vault end a build before anything is read; without them it succeeds."""
    project = ProjectDir(tmp_path / "project")
    project.root.mkdir()
    project.configure()
    project.write({f"docs/{name}": text for name, text in HARMLESS.items()})
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text(SECRET)
    link = project.root / "docs" / "more"
    for target in (outside, project.root / "docs", Path("/")):
        link.symlink_to(target)
        result = timed(project.build)
        assert result.status == 1
        assert result.lines("docs/more:1: a symbolic link")
        assert SECRET not in project.pytest("-q").output
        link.unlink()
    assert timed(project.build).status == 0


def test_figures_are_not_written_or_removed_through_a_link(tmp_path: Path) -> None:
    """A vault whose folder of figures is a link cannot make us delete another folder's files."""
    project = ProjectDir(tmp_path / "project")
    project.root.mkdir()
    project.configure()
    project.write({f"docs/{name}": text for name, text in HARMLESS.items()})
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "mine.svg").write_text("<svg/>")
    (project.root / "docs/assets").mkdir()
    (project.root / "docs/assets/figures").symlink_to(pictures)
    result = timed(lambda: project.notewright("check"))
    assert result.status == 1
    assert (pictures / "mine.svg").exists()


def test_scripts_are_no_links_of_a_page(tmp_path: Path) -> None:
    """Each address that would run is told with its line; under `serve` the page has no such link.

    A wikilink names a note, whatever it looks like.
    """
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/index.md": str(NOTES["script.md"])})
    result = project.build()
    assert result.status == 1
    assert len(result.lines("docs/index.md:1:", "would run as a script")) >= 2
    assert len(result.lines("docs/index.md:", "would run as a script")) >= 4
    assert not (tmp_path / "site" / "index.html").exists()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:x",
        "java\u200bscript:x",
        "&#106;avascript:x",
        "&amp;#106;avascript:x",
        "javascript&colon;x",
        "vbscript:x",
        "data:text/html,<script>",
        "data:image/svg+xml,<svg onload=x>",
    ],
)
def test_an_address_that_runs_is_seen(address: str) -> None:
    """However it is written, with blanks or in entities."""
    assert is_unsafe(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/javascript:x",
        "javascript.md",
        "a.md#javascript:x",
        "data:image/png;base64,AAAA",
        "mailto:a@example.org",
        "obsidian://open?vault=x",
        "k-means.md",
    ],
)
def test_other_addresses_stay(address: str) -> None:
    """Also those that only look like it."""
    assert not is_unsafe(address)


def test_a_link_inside_the_vault_is_a_file_of_it(vault: Scan) -> None:
    """A symbolic link to a file beside it is read, as Obsidian does."""
    scanned = vault({"a.md": "text"})
    (scanned.settings.docs_dir / "b.md").symlink_to("a.md")
    again = Vault.scan(scanned.settings)
    assert again.notes["b.md"].text == "text"
    assert again.problems == ()


@pytest.mark.parametrize("text", ["a: &x [1, 2]\nb: *x\n", "a: 2024-01-02\n", "", "- &x a\n- *x"])
def test_aliases_of_ordinary_size_work(text: str) -> None:
    """The limits are far from what people write."""
    import yaml

    assert load_yaml(text) == yaml.safe_load(text)


COUNTS = [500, 1_000, 2_000, 4_000]


@pytest.mark.nightly
@pytest.mark.parametrize(
    "block",
    [
        "a %% b %% c\n\n",
        "a\n\n%%\nb\n%%\n\n",
        "- a %% b %%\n",
        "- %% b %%\n",
        "| %% a %% | b |\n",
        "# [[a]] %% b %%\n\n",
        "[[a]] ",
        "- [ ] [[a#b|c]] #t ^id\n",
    ],
)
def test_time_grows_with_the_text(block: str) -> None:
    """Comments, links and items: eight times the text takes about eight times the calls."""

    def work(count: int) -> int:
        text = "| a | b |\n|---|---|\n" * block.startswith("|") + block * count

        def read() -> None:
            Visible(text)
            list(Note("a.md", "docs/a.md", text).tags)
            index_note(Note("a.md", "docs/a.md", text))
            list(Note("a.md", "docs/a.md", text).wikilinks)

        return calls(read)

    work(200)  # what is made once
    assert work(1_600) < 12 * work(200)


def test_a_vault_full_of_broken_links_is_checked_in_time(vault: Scan) -> None:
    """Each gets its suggestion, from among all names, in time that does not explode."""
    notes: dict[str, str | bytes] = {
        f"note {number}.md": f"[[note {number}x]] [[gone]]" for number in range(600)
    }
    scanned = vault(notes)
    problems: list[Problem] = []
    assert loops(lambda: problems.extend(check_links(scanned, []))) < 300
    assert len(problems) == 1_200
    assert problems[0].remedy == "Did you mean `note 0`?"
    assert max(len(str(problem)) for problem in problems) < 1_000


def test_the_index_is_written_note_by_note(tmp_path: Path) -> None:
    """Its memory does not grow with the vault: what is written is let go."""
    docs = tmp_path / "docs"
    docs.mkdir()
    for number in range(300):
        links = " ".join(f"[[note {(number + step) % 300}]]" for step in range(60))
        (docs / f"note {number}.md").write_text(f"# N {number}\n\n{links}\n")
    scanned = Vault.scan(Settings.load(tmp_path))
    written = 0

    def count(part: str) -> None:
        nonlocal written
        written += len(part)

    write_index(scanned, lambda part: None)  # what is loaded once is loaded
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    write_index(scanned, count)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert written > 3_000_000
    assert grown < 8 << 10


def test_the_limit_of_a_note_is_far_above_any_chapter() -> None:
    """The largest chapters of the corpus that people read are a hundred kilobytes."""
    assert LARGEST >= 4 << 20


def test_settings_of_obsidian_that_are_nested_too_deep_are_none(tmp_path: Path) -> None:
    """They came with the vault."""
    project = ProjectDir(tmp_path)
    project.configure()
    deep = "[" * 200_000
    project.write({"docs/index.md": "# Home\n", "docs/.obsidian/app.json": deep})
    project.write({"docs/.obsidian/templates.json": deep})
    assert timed(project.build).status == 0
