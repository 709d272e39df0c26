"""The first site of a vault: what `notewright init` says becomes public, and what it leaves out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from notewright.hosts.first_site import left_out
from notewright.hosts.starting import look, plan, told, write
from notewright.settings import Settings
from notewright.vault.published import published
from notewright.vault.vault import Vault

DIARY = {f"Journal/2024-01-0{day}.md": "# Day\n\n![[me.jpg]]\n" for day in range(1, 4)}
DRAWING = "---\nexcalidraw-plugin: parsed\n---\n\n# Drawing\n"


def write_vault(root: Path, files: dict[str, str]) -> Path:
    """Write a vault of Obsidian."""
    (root / ".obsidian").mkdir(parents=True)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def kept(root: Path) -> set[str]:
    """The files of a vault that its first site has, as `init` sets it up."""
    write(plan(look(root)))
    vault = published(Vault.scan(Settings.load(root)))
    return {*vault.notes, *vault.attachments} - {"index.md", "first-run.md"}


def test_what_becomes_public_is_said_before_anything_is_written(tmp_path: Path) -> None:
    """Folders with their numbers, and a line for each kind of files that are left out."""
    (tmp_path / "v").mkdir()
    root = write_vault(
        tmp_path / "v",
        {
            **DIARY,
            ".obsidian/app.json": json.dumps({"userIgnoreFilters": ["Keys/", "/^x/"]}),
            "Keys/server.md": "secret\n",
            "Notes/a.md": "# A\n\n![[open.jpg]]\n",
            "Notes/b.md": "---\npublish: false\n---\n",
            "top.md": "# Top\n",
            "Photos/open.jpg": "",
            "Photos/me.jpg": "",
        },
    )
    said = [*told(plan(look(root)))]
    assert not (root / "mkdocs.yml").exists()
    first = said.index("would be public:")
    assert said[first + 1 : first + 4] == [
        "  ./  1 note",
        "  Notes/  1 note",
        "  Photos/  1 other file",
    ]
    assert "  /Journal/  3 files: daily notes" in said
    assert "  /Keys/  1 file: listed under Excluded files in Obsidian" in said
    assert "  /Photos/me.jpg  1 file: files used only by excluded notes" in said
    assert "  not excluded: files that match /^x/, listed under Excluded files in Obsidian" in said
    assert first < min(said.index(line) for line in said if line.startswith("  write"))
    assert kept(root) == {"Notes/a.md", "top.md", "Photos/open.jpg"}


@pytest.mark.parametrize(
    ("files", "private"),
    [
        pytest.param(DIARY, {*DIARY}, id="names that are dates"),
        pytest.param(
            {".obsidian/daily-notes.json": '{"folder": "Log/"}', "Log/monday.md": ""},
            {"Log/monday.md"},
            id="the folder of the settings",
        ),
        pytest.param(
            {
                ".obsidian/daily-notes.json": '{"format": "YYYY/MM-MMMM/YYYY-MM-DD-dddd [at] x"}',
                "2024/01-January/2024-01-01-Monday at x.md": "",
                "2024/plan.md": "",
            },
            {"2024/01-January/2024-01-01-Monday at x.md"},
            id="a format of names in the root",
        ),
        pytest.param(
            {
                ".obsidian/plugins/periodic-notes/data.json": json.dumps(
                    {
                        "weekly": {"enabled": True, "folder": "Weeks"},
                        "yearly": {"enabled": False, "folder": "Years"},
                    }
                ),
                "Weeks/2024-W01.md": "",
                "Years/2024.md": "",
            },
            {"Weeks/2024-W01.md"},
            id="Periodic Notes",
        ),
        pytest.param(
            {
                **{f"Mixed/2024-01-0{day}.md": "" for day in range(1, 4)},
                **{f"Mixed/{name}.md": "" for name in "abcde"},
            },
            {f"Mixed/2024-01-0{day}.md" for day in range(1, 4)},
            id="dates among other notes",
        ),
        pytest.param({"Talks/2024-01-01.md": "", "Talks/a.md": ""}, set(), id="one date"),
        pytest.param(
            {".obsidian/templates.json": '{"folder": "Tpl"}', "Tpl/new.md": "<% 1 %>"},
            {"Tpl/new.md"},
            id="templates",
        ),
        pytest.param(
            {
                ".obsidian/plugins/templater-obsidian/data.json": '{"templates_folder": "T/x [1]"}',
                "T/x [1]/deep/new.md": "",
                "T/x 1/note.md": "",
            },
            {"T/x [1]/deep/new.md"},
            id="Templater, in a folder with brackets",
        ),
        pytest.param(
            {
                ".obsidian/zk-prefixer.json": '{"folder": "Slips", "template": "stuff/slip"}',
                "Slips/202401010900 An idea.md": "",
                "stuff/slip.md": "",
                "n.md": "",
            },
            {"Slips/202401010900 An idea.md", "stuff/slip.md"},
            id="unique notes, and their template",
        ),
        pytest.param(
            {".obsidian/daily-notes.json": '{"template": "stuff/day"}', "stuff/day.md": ""},
            {"stuff/day.md"},
            id="the template of daily notes",
        ),
        pytest.param(
            {"a.excalidraw.md": DRAWING, "b.excalidraw.md": DRAWING, "n.md": "![[b.excalidraw]]"},
            {"a.excalidraw.md"},
            id="drawings that are not used in any note",
        ),
        pytest.param(
            {
                **DIARY,
                "me.jpg": "",
                "both.jpg": "",
                "Journal/2024-01-04.md": "![[both.jpg]]",
                "n.md": "![[both.jpg]]",
            },
            {*DIARY, "Journal/2024-01-04.md", "me.jpg"},
            id="files of private notes",
        ),
        pytest.param(
            {".obsidian/app.json": '{"userIgnoreFilters": ["x/#1 ", "a*.md", "../"]}', "ab.md": ""},
            set(),
            id="a name with a star",
        ),
        pytest.param(
            {
                ".obsidian/app.json": '{"userIgnoreFilters": 3}',
                ".obsidian/daily-notes.json": "[broken",
                ".obsidian/plugins/periodic-notes/data.json": '{"daily": [], "weekly": null}',
                "n.md": "",
            },
            set(),
            id="settings that cannot be read",
        ),
    ],
)
def test_private_files_of_a_vault_are_left_out(
    tmp_path: Path, files: dict[str, str], private: set[str]
) -> None:
    """And nothing else is."""
    root = write_vault(tmp_path / "v", files)
    mine = {name for name in files if not name.startswith(".obsidian")}
    assert kept(root) == mine - private


def test_each_pattern_says_what_it_leaves_out(tmp_path: Path) -> None:
    """In `mkdocs.yml`, where the writer changes it."""
    root = write_vault(tmp_path / "v", {**DIARY, "n.md": ""})
    write(plan(look(root)))
    listed = yaml.safe_load((root / "mkdocs.yml").read_text("utf-8"))["exclude_docs"]
    assert listed.splitlines() == ["/mkdocs.yml", "/requirements.txt", "# daily notes", "/Journal/"]


def test_a_vault_without_private_notes_leaves_out_nothing(tmp_path: Path) -> None:
    """Nor does an MkDocs project: its own settings say what is published."""
    assert left_out(write_vault(tmp_path / "v", {"n.md": "", "Photos/a.jpg": ""})) == []
    for name, text in {**DIARY, "n.md": ""}.items():
        (tmp_path / "p/docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "p/docs" / name).write_text(text, "utf-8")
    (tmp_path / "p/mkdocs.yml").write_text("site_name: P\n", "utf-8")
    assert look(tmp_path / "p").left_out == ()
    assert "would be public:" not in [*told(plan(look(tmp_path / "p")))]
