"""Renaming: every link leads where it led, and nothing else changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from projects import ProjectDir

from notewright.errors import EngineError
from notewright.note.note import Note
from notewright.settings import Settings
from notewright.vault import moved_files
from notewright.vault import rename as renaming
from notewright.vault.links import find_address
from notewright.vault.occurrences import Reference, find_references
from notewright.vault.rename import plan_rename, rename
from notewright.vault.vault import Vault

Scan = Callable[[Mapping[str, str | bytes]], Vault]


def renamed(vault: Vault, old: str, new: str) -> dict[str, str]:
    """Rename, and return the notes of the vault as they are then."""
    rename(vault, plan_rename(vault, old, new))
    return {path: note.text for path, note in Vault.scan(vault.settings).notes.items()}


REDIRECT = "---\nredirect_from: [a]\n---\n\n"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("[[a]]", "[[x y]]"),
        ("[[A.md]]", "[[x y.md]]"),
        ("see [[ a |the a]] `[[a]]`", "see [[ x y |the a]] `[[a]]`"),
        ("[[a#Part|t]] ![[a#^id]]", "[[x y#Part|t]] ![[x y#^id]]"),
        (
            "| [[a\\|t]] | [[a]] |\n|---|---|\n| `x \\| y` [[a\\|t]] | a |",
            "| [[x y\\|t]] | [[x y]] |\n|---|---|\n| `x \\| y` [[x y\\|t]] | a |",
        ),
        ("[t](a.md) ![t](a.md#p \"a.md\")", "[t](x%20y.md) ![t](x%20y.md#p \"a.md\")"),
        ("[t](<a.md>) [t](a%2Emd)", "[t](<x y.md>) [t](x%20y.md)"),
        ("[t][r] [r]\n\n[r]: a.md 'T'", "[t][r] [r]\n\n[r]: x%20y.md 'T'"),
        ("```\n[[a]]\n```\n\n    [[a]]\n\n%% [[a]] %%", None),
        ("[[other]] [a](https://example.org/a.md)", None),
        ("---\nup: \"[[a]]\"\nl: ['[[a|t]]', \"[[b]]\"]\n---\n\n[[a]]",
         "---\nup: \"[[x y]]\"\nl: ['[[x y|t]]', \"[[b]]\"]\n---\n\n[[x y]]"),
        ("> [!note]\n> - [[a]] %% c %% [[a]]", "> [!note]\n> - [[x y]] %% c %% [[x y]]"),
    ],
)  # fmt: skip
def test_just_the_name_changes_in_each_link(vault: Scan, text: str, after: str | None) -> None:
    """In tables, properties, addresses and definitions; never in code and comments."""
    scanned = vault({"a.md": "", "b.md": text, "other.md": ""})
    notes = renamed(scanned, "a.md", "x y")
    assert notes == {"b.md": after or text, "other.md": "", "x y.md": REDIRECT}


def test_a_move_leaves_links_by_name_alone(vault: Scan) -> None:
    """A name that still finds the note needs no change; a path does, and so do its own links."""
    scanned = vault(
        {
            "a.md": "[[b]] [b](b.md) [b](./b.md) ![[i.png]]",
            "b.md": "[[a]] [[/a]] [a](a.md) [[a|A]]",
            "i.png": b"1",
        }
    )
    notes = renamed(scanned, "a.md", "sub/a")
    assert notes["b.md"] == "[[a]] [[/sub/a]] [a](sub/a.md) [[a|A]]"
    assert notes["sub/a.md"] == REDIRECT + "[[b]] [b](../b.md) [b](../b.md) ![[i.png]]"


def test_no_other_link_changes_its_meaning(vault: Scan) -> None:
    """A new name that shadows another note's makes the links to that one more exact."""
    scanned = vault({"a.md": "", "sub/deep/n.md": "", "b.md": "[[n]] [[a]]"})
    notes = renamed(scanned, "a.md", "n")
    assert notes["b.md"] == "[[sub/deep/n]] [[n]]"


def test_an_attachment_is_renamed_too(vault: Scan) -> None:
    """Its ending stays, its bytes stay, and it gets no redirect."""
    scanned = vault({"b.md": "![[i.png|30]] ![x](img/i.png)", "img/i.png": b"\x89\0"})
    assert renamed(scanned, "img/i.png", "curve") == {
        "b.md": "![[curve.png|30]] ![x](img/curve.png)"
    }
    assert (scanned.settings.docs_dir / "img/curve.png").read_bytes() == b"\x89\0"


@pytest.mark.parametrize(
    ("head", "after"),
    [
        ("---\ntitle: T\n---\n", "---\ntitle: T\nredirect_from: [a]\n---\n"),
        ("---\nredirect_from: z\n---\n", "---\nredirect_from: [z, a]\n---\n"),
        ("---\nredirect_from:\ntitle: T\n---\n", "---\nredirect_from: [a]\ntitle: T\n---\n"),
        ("---\nredirect_from: [y, z]\n---\n", "---\nredirect_from: [y, z, a]\n---\n"),
        ("---\nredirect_from: []\n---\n", "---\nredirect_from: [a]\n---\n"),
        (
            "---\nredirect_from:\n  - y\n  - z\n---\n",
            "---\nredirect_from:\n  - y\n  - z\n  - a\n---\n",
        ),
        ("---\nredirect_from: [a]\n---\n", "---\nredirect_from: [a]\n---\n"),
    ],
)
def test_the_old_address_leads_on(vault: Scan, head: str, after: str) -> None:
    """Whatever the properties hold already, the old path joins `redirect_from`, once."""
    scanned = vault({"a.md": head + "\nText\n"})
    assert renamed(scanned, "a.md", "b") == {"b.md": after + "\nText\n"}


def test_line_ends_and_byte_order_mark_stay(vault: Scan) -> None:
    """A file of another system stays one."""
    scanned = vault({"a.md": "", "b.md": b"\xef\xbb\xbfx\r\n\r\n[[a]] y\r\n"})
    renamed(scanned, "a.md", "new")
    content = (scanned.settings.docs_dir / "b.md").read_bytes()
    assert content == b"\xef\xbb\xbfx\r\n\r\n[[new]] y\r\n"


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("../x", "not a path inside the vault"),
        ("/../x", "not a path inside the vault"),
        ("x/../../y", "not a path inside the vault"),
        ("/etc//x", "not a path inside the vault"),
        ("b", "a file called `b.md` already exists"),
        ("B", "a file called `b.md` already exists"),
        ("x#y", "contains `#`"),
        ("x|y", "contains `|`"),
        (".hidden/x", "in a folder that notewright does not read"),
        ("templates/x", "in a folder that notewright does not read"),
        ("a", "already has this name"),
        ("out/x", "is outside the vault"),
    ],
)
def test_an_impossible_name_is_refused(
    vault: Scan, tmp_path_factory: pytest.TempPathFactory, new: str, said: str
) -> None:
    """Nothing is overwritten, nothing leaves the vault, and nothing has changed."""
    scanned = vault({"a.md": "1", "b.md": "[[a]]"})
    (scanned.settings.docs_dir / "out").symlink_to(tmp_path_factory.mktemp("outside"))
    with pytest.raises(EngineError, match="`") as error:
        plan_rename(scanned, "a.md", new)
    assert said in str(error.value)
    assert (scanned.settings.docs_dir / "a.md").read_text() == "1"


def test_a_note_that_changed_in_the_meantime_is_not_written(vault: Scan) -> None:
    """What the writer typed after the scan is not lost."""
    scanned = vault({"a.md": "", "b.md": "[[a]]"})
    plan = plan_rename(scanned, "a.md", "new")
    (scanned.settings.docs_dir / "b.md").write_text("[[a]] and more")
    with pytest.raises(EngineError, match=r"b\.md has changed in the meantime"):
        rename(scanned, plan)
    assert (scanned.settings.docs_dir / "a.md").exists()
    assert not (scanned.settings.docs_dir / "new.md").exists()


@pytest.mark.parametrize("after", [1, 2, 3])
def test_an_interrupted_rename_goes_on(
    vault: Scan, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """At each moment all links lead somewhere; asked again, the rest is done."""
    scanned = vault({"a.md": "A", "b.md": "[[a]]", "c.md": "[[a]]"})
    count = 0
    write = renaming.replace_file

    def fails(path: Path, content: bytes, **options: bool) -> None:
        nonlocal count
        count += 1
        if count > after - 1:
            raise OSError(28, "No space left on device", str(path))
        write(path, content, **options)

    for module in (renaming, moved_files):
        monkeypatch.setattr(module, "replace_file", fails)
    with pytest.raises(EngineError, match="No space left on device"):
        rename(scanned, plan_rename(scanned, "a.md", "new"))
    monkeypatch.undo()
    half = Vault.scan(scanned.settings)
    for note in half.notes.values():
        for reference in find_references(note):
            assert half.resolve(reference.path, note) in half.notes
    assert renamed(half, "a.md", "new") == {
        "b.md": "[[new]]",
        "c.md": "[[new]]",
        "new.md": REDIRECT + "A",
    }


def test_another_case_of_the_same_name(vault: Scan) -> None:
    """`K-Means` can become `k-means`, also on a disk that ignores case."""
    scanned = vault({"A.md": "", "b.md": "[[A]] [x](A.md)"})
    notes = renamed(scanned, "A.md", "a")
    assert notes["b.md"] == "[[A]] [x](a.md)"
    assert "a.md" in notes


NAMES = ["a.md", "b.md", "s/a.md", "s/c.md", "t/u/b.md", "i.png"]
FOLDERS = ["s", "t", "t/u"]
LINKS = ["[[a]]", "[[b|x]]", "[[s/a]]", "[[c]]", "![[i.png]]", "[q](a.md)", "[q](../a.md)",
         "[q](/s/c.md)", "[[u/b]]", "[[/a]]", "[[./a]]", "[q](./b.md)"]  # fmt: skip
NEW = st.sampled_from(["z", "a", "b", "s/z", "t/a", "/c", "t/u/c", "s/b"])


@given(
    st.lists(st.lists(st.sampled_from(LINKS), max_size=5), min_size=5, max_size=5),
    st.sampled_from(NAMES + FOLDERS),
    NEW,
)
def test_every_link_means_what_it_meant(texts: list[list[str]], old: str, new: str) -> None:
    """In any vault, for any move: the same files, by links that differ in their paths only."""
    settings = Settings(root=Path("/project"), docs_dir=Path("/project/docs"))
    notes = {
        path: Note(path, f"docs/{path}", " ".join(links))
        for path, links in zip([name for name in NAMES if name.endswith(".md")], texts, strict=True)
    }
    before = Vault(settings, notes, frozenset({"i.png"}))
    try:
        plan = plan_rename(before, old, new)
    except EngineError:
        return
    after = renaming._moved(before, plan.moves)
    assert old in plan.moves or all(path.startswith(f"{old}/") for path in plan.moves)
    for path, note in notes.items():
        moved = after.notes[plan.moves.get(path, path)]
        text = note.text
        for edit in sorted(plan.edits.get(path, []), reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
        written = Note(moved.path, moved.file, text)
        meant = [_meant(before, note, each) for each in find_references(note)]
        expected = [plan.moves.get(target, target) if target else None for target in meant]
        means = [_meant(after, written, each) for each in find_references(written)]
        assert [target for target, wanted in zip(means, expected, strict=True) if wanted] == [
            wanted for wanted in expected if wanted
        ]


def _meant(vault: Vault, note: Note, reference: Reference) -> str | None:
    if reference.is_wikilink:
        return vault.resolve(reference.path, note)
    found = find_address(vault, reference.path, note)
    return found.path if found else None


@pytest.mark.gate
def test_the_command_renames_and_says_what_it_did(tmp_path: Path) -> None:
    """By a note's name or its path; `--dry-run` changes nothing; the vault is whole afterwards."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/a.md": "# A\n", "docs/b.md": "x\n\n[[a]] [t](a.md)\n"})
    asked = project.notewright("rename", "--dry-run", "a", "new name")
    assert asked.lines("docs/b.md:3: new name")
    assert (tmp_path / "docs/b.md").read_text() == "x\n\n[[a]] [t](a.md)\n"
    done = project.notewright("rename", "docs/a.md", "new name")
    assert done.status == 0
    assert "a.md is now new name.md; 2 links in 1 other note" in done.output
    assert (tmp_path / "docs/b.md").read_text() == "x\n\n[[new name]] [t](new%20name.md)\n"
    assert project.notewright("check").status == 0
    refused = project.notewright("rename", "b", "../out")
    assert refused.status == 1
    assert "`../out` is not a path inside the vault" in refused.output
    assert "Traceback" not in refused.output


@pytest.mark.gate
def test_a_folder_is_renamed_with_all_that_is_in_it(tmp_path: Path) -> None:
    """Links to its notes, between them, and from them; what is no part of the vault goes along."""
    project = ProjectDir(tmp_path)
    project.configure()
    notes = {
        "docs/index.md": "# Home\n\n[[sub/alpha]] [[beta]] [a](sub/alpha.md) ![](sub/i.png)\n",
        "docs/sub/alpha.md": "# Alpha\n\n[[sub/beta|b]] [b](beta.md) [c](../x/c.md) ![](i.png)\n",
        "docs/sub/in/beta.md": "# Not beta\n",
        "docs/sub/beta.md": "# Beta\n",
        "docs/x/c.md": "# C\n\n[[sub/beta]]\n",
        "docs/sub/.nav.yml": "nav: [alpha.md]\n",
    }
    project.write(notes)
    (tmp_path / "docs/sub/i.png").write_bytes(b"x")
    project.write({"docs/b.canvas": '{"nodes":[{"type":"file","file":"sub/beta.md"}]}'})
    asked = project.notewright("rename", "--dry-run", "docs/sub", "docs/deep/other")
    assert asked.status == 0 and asked.lines("sub would become deep/other, with 4 files; 7 links")
    assert (tmp_path / "docs/sub/alpha.md").read_text() == notes["docs/sub/alpha.md"]
    done = project.notewright("rename", "docs/sub", "docs/deep/other")
    assert done.status == 0, done.output
    assert done.lines("sub is now deep/other, with 4 files; 7 links in 3 other notes"), done.output
    docs = tmp_path / "docs"
    assert not (docs / "sub").exists()
    assert {path.name for path in (docs / "deep/other").iterdir()} == {
        *("alpha.md", "beta.md", "i.png", ".nav.yml", "in"),
    }
    home = (docs / "index.md").read_text()
    assert "[[deep/other/alpha]] [[beta]] [a](deep/other/alpha.md) ![](deep/other/i.png)" in home
    alpha = (docs / "deep/other/alpha.md").read_text()
    assert "[[deep/other/beta|b]] [b](beta.md) [c](../../x/c.md) ![](i.png)" in alpha
    assert "redirect_from: [sub/alpha]" in alpha
    assert "deep/other/beta.md" in (docs / "b.canvas").read_text()
    assert "leads nowhere" not in project.notewright("check").output


def test_a_folder_that_was_moved_in_part_is_moved_to_the_end(
    vault: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rename that was killed at any file leaves a whole vault, and goes on."""
    files = {"s/a.md": "[[s/b]]", "s/b.md": "[[s/a]]", "s/.x": "x", "c.md": "[[s/a]] [[s/b]]"}
    wanted = {
        "c.md": "[[t/a]] [[t/b]]",
        "t/.x": "x",
        "t/a.md": "---\nredirect_from: [s/a]\n---\n\n[[t/b]]",
        "t/b.md": "---\nredirect_from: [s/b]\n---\n\n[[t/a]]",
    }
    steps = [(moved_files, "copy", 0), (moved_files, "copy", 1), (renaming, "replace_file", 0)]
    steps += [(moved_files, "leave_folder", 0), (shutil, "rmtree", 0)]
    for module, name, most in steps:
        scanned = vault(files)
        root = scanned.settings.docs_dir
        with monkeypatch.context() as patched:
            whole, done = getattr(module, name), []

            def until(
                *given: object, do: Any = whole, reached: Any = done, end: int = most, **more: Any
            ) -> None:
                reached.append(given)
                if len(reached) > end:
                    raise KeyboardInterrupt
                do(*given, **more)

            patched.setattr(module, name, until)
            with pytest.raises(KeyboardInterrupt):
                rename(scanned, plan_rename(scanned, "s", "t"))
        half = Vault.scan(scanned.settings)
        for note in half.notes.values():
            is_copy = name == "copy" and note.path.startswith("t/")  # others follow
            leads = [half.resolve(each.path, note) for each in find_references(note)]
            assert is_copy or all(leads), (name, note.path)
        if (root / "s").exists():
            rename(half, plan_rename(half, "s", "t"))
        paths = [path for path in root.rglob("*") if path.is_file()]
        found = {path.relative_to(root).as_posix(): path.read_text() for path in paths}
        left = {name: text for name, text in found.items() if not name.startswith(".notewright")}
        assert left == wanted, name
        shutil.rmtree(root)


@pytest.mark.parametrize("new", ["s/t", "c", "/d/../e", "x"])
def test_a_folder_gets_no_impossible_name(vault: Scan, new: str) -> None:
    """Within itself, that of a file, outside of the vault, and where files of those names are."""
    files = {"s/a.md": "", "c": b"", "x/a.md": "other"}
    with pytest.raises(EngineError, match=r"` is inside `|already exists|not a path inside"):
        plan_rename(vault(files), "s", new)


def test_a_note_whose_properties_are_no_yaml_is_not_renamed(vault: Scan) -> None:
    """Also if they are all that there is of it."""
    for text in ("---\ni:\n.\n---", "---\ni:\n.\n---\ntext", "---\n\u2028\u2028:\n---"):
        with pytest.raises(EngineError, match=r"docs/a.md:\d: the properties are not valid YAML"):
            plan_rename(vault({"a.md": text}), "a.md", "b")


CANVAS = """\
{
\t"nodes":[
\t\t{"id":"1","x":0,"type":"file","file":"a.md","subpath":"#Part"},
\t\t{"id":"2","type":"text","text":"See [[a|the \\"first\\"]]\\nand \\"file\\":\\"a.md\\" \u00fc"},
\t\t{"id":"3","type":"file","file":"s/a.md"}
\t],
\t"edges":[{"id":"4","fromNode":"1","label":"a.md"}]
}"""


def test_a_canvas_shows_the_renamed_note(vault: Scan) -> None:
    """As in Obsidian, which writes nothing else anew either; no canvas is no obstacle."""
    files = {"a.md": "", "s/a.md": "", "b.canvas": CANVAS, "s/new.canvas": "", "i.png": b""}
    scanned = vault(files)
    plan = plan_rename(scanned, "a.md", "x y")
    rename(scanned, plan)
    root = scanned.settings.docs_dir
    wanted = CANVAS.replace('"file":"a.md","sub', '"file":"x y.md","sub').replace("[[a|", "[[x y|")
    assert (root / "b.canvas").read_text("utf-8") == wanted
    assert plan.links == 2 and (root / "s/new.canvas").read_bytes() == b""
    again = Vault.scan(scanned.settings)
    rename(again, plan_rename(again, "b.canvas", "board.canvas"))
    assert (root / "board.canvas").read_text("utf-8") == wanted


def test_nothing_is_renamed_while_links_may_be_hidden(vault: Scan) -> None:
    """In a note that nobody can read, or a canvas: its links would be dead without a word."""
    broken = {"b.md": "[[a]]".encode("utf-16"), "b.canvas": b"{"}
    for name, content in broken.items():
        scanned = vault({"a.md": "", name: content})
        with pytest.raises(EngineError, match=rf"docs/{name}"):
            plan_rename(scanned, "a.md", "new")
        (scanned.settings.docs_dir / name).unlink()


def test_a_symbolic_link_stays_one(vault: Scan) -> None:
    """What it leads to is another note, which is left as it is."""
    scanned = vault({"a.md": "A [[b]]", "b.md": "[[link]]"})
    root = scanned.settings.docs_dir
    (root / "link.md").symlink_to("a.md")
    scanned = Vault.scan(scanned.settings)
    notes = renamed(scanned, "link.md", "s/new")
    assert (root / "s/new.md").is_symlink() and (root / "s/new.md").resolve() == root / "a.md"
    assert not (root / "link.md").is_symlink()
    assert notes == {"a.md": "A [[b]]", "b.md": "[[new]]", "s/new.md": "A [[b]]"}


@pytest.mark.parametrize("name", ["index.md", "README.md"])
def test_a_home_page_leaves_no_address_behind(vault: Scan, name: str) -> None:
    """The site's own address is that of the next one."""
    assert renamed(vault({name: "A"}), name, "start") == {"start.md": "A"}


@pytest.mark.parametrize(("new", "is_well"), [("y ", True), ("s /y", False), ("y .md", False)])
def test_blanks_at_the_end_of_a_name(vault: Scan, new: str, is_well: bool) -> None:
    """No link could end with one, and Windows knows no such name."""
    scanned = vault({"a.md": "", "b.md": "[[a]]"})
    if is_well:
        assert renamed(scanned, "a.md", new)["b.md"] == "[[y]]"
    else:
        with pytest.raises(EngineError, match="starts or ends with a space or a dot"):
            plan_rename(scanned, "a.md", new)


def test_both_names_are_read_alike(tmp_path: Path) -> None:
    """The shell completes the old one from here; so a new one may begin in the same way."""
    project = ProjectDir(tmp_path)
    project.configure()
    project.write({"docs/a.md": "# A\n", "docs/b.md": "# B\n"})
    assert project.notewright("rename", "docs/a.md", "docs/s/e.md").lines("a.md is now s/e.md")
    assert project.notewright("rename", "b", "docs/b").lines("b.md is now docs/b.md")
