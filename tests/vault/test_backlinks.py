"""Backlinks: each link from another note, with the sentence that it stands in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from counted import calls

from notewright.settings import Settings
from notewright.vault.backlinks import Web
from notewright.vault.link_reading import read_links
from notewright.vault.mentions import unlinked_mentions
from notewright.vault.vault import Vault

Scan = Callable[[Mapping[str, str]], Vault]
Project = Callable[[Mapping[str, str]], Path]


def references(vault: Scan, text: str, **more: str) -> list[tuple[str, str]]:
    """Links of one note, each as its target and its sentence with the link in brackets."""
    notes = {"a.md": text, "b.md": "# Bee\n", "sub/c d.md": "# Sea\n", **more}
    web = Web.of(vault(notes))
    return [
        (each.target, f"{each.before}[{each.shown}]{each.after}")
        for each in web.references
        if each.source == "a.md"
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One. Two [[b]] three. Four.", "Two [Bee] three."),
        ("See, e.g. [[b|this]], for more. Next.", "See, e.g. [this], for more."),
        ("Is it? Yes, [[b#Bee]]! So.", "Yes, [Bee > Bee]!"),
        ("A *very* `x = 1` $y$ [bee](b.md \"t\") <b>bold</b>.", "A very x = 1 y [bee] bold."),
        ("> [!note] In a [[b]] title\n> text", "In a [Bee] title text"),
        ("> [!tip]- T\n> One. A [[b]].", "A [Bee]."),
        ("- [ ] task [[b]] done ^id", "task [Bee] done"),
        ("| a | b |\n|---|---|\n| [[b\\|cell]] text | x |", "[cell] text"),
        ("==marked [[b]]== and a == b.", "marked [Bee] and a == b."),
        ("a line\nof [[b]]\ntext", "a line of [Bee] text"),
        ("seen %%[[b]] SECRET%% [[b]] shown", "seen [Bee] shown"),
        ("text.[^1]\n\n[^1]: A note on [[b]].", "A note on [Bee]."),
        ("Aside^[where [[b]] stands]. More.", "where [Bee] stands"),
        ("这是[[b]]的句子。第二句。", "这是[Bee]的句子。"),
        ("![[b]]", "[b]"),
        ("![[b#^id|300]] and more.", "[b] and more."),
        ("See [[b#^id]] ^own", "See [b]"),
        ("[bee][x] here\n\n[x]: b.md", "[bee] here"),
        (f"{'word ' * 60}[[b]]{' word' * 60}", None),
    ],
)  # fmt: skip
def test_a_backlink_has_its_sentence(vault: Scan, text: str, sentence: str | None) -> None:
    """The sentence around a link, as its reader sees it; one that is too long is cut at a word."""
    (found,) = references(vault, text)
    assert found[0] == "b.md"
    assert sentence is None or found[1] == sentence
    assert len(found[1]) < 320


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[go](b.md){ .md-button } with ++ctrl+c++[^1].", "[go] with ctrl+c."),
        ("Icon :material-rocket: and [b](b.md){: #id}.", "Icon and [b]."),
        ("{++new++} {--old--} {==c==}{>>why<<} [b](b.md).", "new c [b]."),
        ("Of {x}, {1: 2} and a:b:c in [b](b.md).", "Of {x}, {1: 2} and a:b:c in [b]."),
    ],
)
def test_marks_of_a_projects_extensions_are_not_shown(
    tmp_path: Path, text: str, sentence: str
) -> None:
    """And no content tab or admonition is what a page is about."""
    docs = tmp_path / "docs"
    docs.mkdir()
    lead = '=== "pip"\n\n!!! note "N"\n\n::: module\n\n'
    (docs / "a.md").write_text(f"# A\n\n{lead}{text}\n", "utf-8")
    (docs / "b.md").write_text("# Bee\n", "utf-8")
    settings = Settings.from_options(tmp_path, docs, {"dialect": "mkdocs"})
    web = Web.of(Vault.scan(settings))
    (found,) = web.references
    assert f"{found.before}[{found.shown}]{found.after}" == sentence
    assert web.leads["a.md"] == sentence.replace("[", "").replace("]", "")


@pytest.mark.parametrize(
    "text",
    [
        "`[[b]]` and ```[[b]]```",
        "```text\n[[b]]\n```",
        "    [[b]]",
        "%%[[b]]%%",
        "%%\n[[b]]\n\n[b](b.md)\n%%",
        "<!-- [[b]] -->",
        "[[a]] [[#here]] [self](a.md)",
        "[[nowhere]] [x](nowhere.md) [web](https://b.md) [[1, 2]]",
        "$[[b]]$",
    ],
)
def test_what_is_no_link_to_another_note_is_no_backlink(vault: Scan, text: str) -> None:
    """Code, comments, formulas, links to oneself and links that lead nowhere or away."""
    assert references(vault, text) == []


def test_all_ways_to_link_count(vault: Scan) -> None:
    """Wikilinks, aliases, Markdown links with `%20` and `<>`, properties, embedded figures."""
    text = (
        "---\nup: '[[b]]'\n---\n[x](sub/c%20d.md#y) [x](<sub/c d.md>) [[Alias]] ![[fig-x.svg|f]]\n"
    )
    notes = {"a.md": text, "b.md": "---\naliases: Alias\n---\n", "sub/c d.md": ""}
    web = Web.of(vault(notes), {"fig-x": "b.md"})
    assert [each.target for each in web.references] == ["b.md", *["sub/c d.md"] * 2, *["b.md"] * 2]
    assert [each.line for each in web.references] == [1, 4, 4, 4, 4]
    assert [each.source for each in web.backlinks("b.md")] == ["a.md"] * 3
    assert web.outgoing("a.md") == ["b.md", "sub/c d.md"]
    assert web.edges == [("a.md", "b.md"), ("a.md", "sub/c d.md")]


def test_many_links_of_a_paragraph_are_read_in_one_pass(vault: Scan) -> None:
    """Each had looked for its sentence from the beginning: 12,000 links took 40 seconds."""

    def work(links: int) -> int:
        found = vault({"a.md": "Word [b](b.md). " * links, "b.md": "# Bee\n"})
        return calls(lambda: Web.of(found).references)

    work(1)  # what is made once
    assert work(400) < 12 * work(50)


def test_titles_are_what_readers_see(vault: Scan) -> None:
    """The property `title`, else the heading that it begins with as text, else the file's name."""
    heading = "# *H* `x` [[a|y]] ==m== <b>h</b> $z$ ^id"
    parts = {"d.md": "---\n# Part\n", "e.md": "Text.\n\n# Part\n"}
    found = vault({"a.md": "---\ntitle: T\n---\n# H", "b.md": heading, "c.md": "", **parts})
    titles = {"a.md": "T", "b.md": "H x y m h z", "c.md": "c", "d.md": "d", "e.md": "e"}
    assert dict(Web.of(found).titles) == titles
    assert {path: note.title for path, note in found.notes.items()} == titles


def test_unlinked_mentions(vault: Scan) -> None:
    """A note's name in the text of a note that never links to it: once, with its line."""
    notes = {
        "a.md": "# Random forest\n\nA tree is no random\nforest, a Random  Forest or Forests.\n\n"
        "`random forest` [random forest](x) $forest$ support-vector machine",
        "b.md": "---\naliases: [Random forest]\n---\n",
        "c.md": "---\naliases: [Support Vector Machine, SVM, vector]\n---\nrandom forest [[b]] a",
    }
    found = [
        (each.line, each.text, each.target) for each in unlinked_mentions(*_both(vault(notes)))
    ]
    assert [each for each in found if each[2] == "c.md"] == [(6, "support-vector machine", "c.md")]
    assert [(line, target) for line, _, target in found if target == "b.md"] == []


def _both(vault: Vault) -> tuple[Vault, Web]:
    return vault, Web.of(vault)


def test_links_are_read_again_where_a_name_stands_for_something_else(project: Project) -> None:
    """After each edit they are those that a first look finds; notes without such a name stay."""
    alias = "---\naliases: [Beta]\n---\n\n"
    root = project(
        {
            "docs/a.md": "# A\n\nOn [[b]], [[Beta]] and [it](sub/c.md).\n\n![[fig-x.svg]]\n",
            "docs/b.md": f"{alias}# Bee\n\nText.\n",
            "docs/sub/c.md": "# Sea\n\nOn [[e]].\n",
            "docs/e.md": "# E\n\nOn [[sub/c]].\n",
        }
    )
    last: Vault | None = None
    for path, text, stays in (
        ("docs/new.md", "# New\n", {"a.md", "b.md", "sub/c.md", "e.md"}),
        ("docs/b.md", f"{alias}# Bee of two\n", {"sub/c.md", "e.md", "new.md"}),
        ("docs/b.md", "# Bee of two\n", {"sub/c.md", "e.md", "new.md"}),
        ("docs/sub/b.md", "# Other\n", {"a.md", "b.md", "sub/c.md", "e.md", "new.md"}),
        ("docs/e.md", None, {"a.md", "b.md", "sub/b.md", "new.md"}),
        ("docs/sub/c.md", None, {"b.md", "sub/b.md", "new.md"}),
    ):
        last = last or Vault.scan(Settings.load(root))
        Web.of(last, {"fig-x": "b.md"})
        read = {name: note.memory["links"][1] for name, note in last.notes.items()}
        if text is None:
            (root / path).unlink()
        else:
            project({path: text})
        now = Vault.scan(Settings.load(root), known=last)
        found = Web.of(now, {"fig-x": "b.md"})
        first = Web.of(Vault.scan(Settings.load(root)), {"fig-x": "b.md"})
        assert (found.titles, found.references) == (first.titles, first.references)
        memories = {name: note.memory["links"][1] for name, note in now.notes.items()}
        same = {name for name, links in memories.items() if links is read.get(name)}
        assert same - {path.removeprefix("docs/")} == stays
        last = now
    assert last is not None
    before = Web.of(last, {"fig-x": "b.md"}).references
    assert Web.of(last, {"fig-x": "new.md"}).references != before  # another note draws the figure


LINKING = ["Text.", "To [[a]].", "To [[c]], then [[a]].", "Again to [[a]], and more."]


@pytest.mark.parametrize("before", LINKING)
@pytest.mark.parametrize("after", LINKING)
def test_an_edit_leaves_the_links_of_the_vault_as_if_all_were_read(
    vault: Scan, before: str, after: str
) -> None:
    """In the same order, wherever the note stands; what was worked out of edges is right, too."""
    others = {"a.md": "# A\n\n[[b]]\n", "c.md": "# C\n\n[[a]] and [[b]]\n"}
    was = Web.of(vault({**others, "b.md": f"# B\n\n{before}\n"}))
    assert was.edges and was.neighbours("a.md") and was.top_folders
    now = vault({**others, "b.md": f"# B\n\n{after}\n"})
    right = Web.of(now)
    found = was.with_edit("b.md", read_links(now, now.notes["b.md"], {}))
    assert found == right
    assert found.edges == right.edges and found.top_folders == right.top_folders
    for path in now.notes:
        assert found.outgoing(path) == right.outgoing(path)
        assert found.neighbours(path) == right.neighbours(path)
