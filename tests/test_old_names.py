"""Names from before 1.0 still work, with one notice each, and `check --fix` writes the new ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import ProjectDir

from notewright.errors import VaultError, renamed_notice
from notewright.hosts.mkdocs import host_names
from notewright.hosts.parsers import RENAMED_FLAGS, with_new_flags
from notewright.note import options, queries
from notewright.settings import RENAMED, RENAMED_RULES, Settings
from notewright.vault.old_names import note_notices, setting_notices
from notewright.vault.vault import Vault

VALUES = {"holds": "{score: 1 + 1}", "print": "all", "vary-says": "'{k}'"}
"""A value for each cell option that was renamed."""

NOTE = """\
---
score: 2
---
# A

```python
#| vary: {k: [1, 2]}
#| vary-says: "{k}"
#| print: all
print(k)
```

> ```python
> #| label: b
> #| holds: {score: 1 + 1}
> class Result:
>     def _repr_mimebundle_(self, include=None, exclude=None):
>         return {"application/vnd.notewright.result+json": {"id": "b", "x": 1}}
> Result()
> ```

```results
from: "*"
columns: {id: Id, x: X}
more: [x]
```
"""


@pytest.mark.parametrize("old", RENAMED)
def test_an_option_by_its_old_name(tmp_path: Path, old: str) -> None:
    """Its value is that of the new one, and only one of both may be given."""
    new = RENAMED[old]
    default = Settings.defaults()[new]
    value = {str: "a.json", int: 7, bool: True, list: ["tags"], dict: {}}[type(default)]
    settings = Settings.from_options(tmp_path, tmp_path / "docs", {old: value})
    assert getattr(settings, new) == value
    (notice,) = setting_notices(settings)
    assert renamed_notice(old, new) in notice
    with pytest.raises(VaultError, match=f"`{old}` is the old name of `{new}`, and both are set"):
        Settings.from_options(tmp_path, tmp_path / "docs", {old: value, new: value})


def test_a_wrong_value_is_reported_at_the_old_name(tmp_path: Path) -> None:
    """By the line that is in the file."""
    lines = "plugins:\n  - notewright:\n      timeout: 3\n      made_pages: [grph]\n"
    (tmp_path / "mkdocs.yml").write_text(lines)
    with pytest.raises(VaultError, match=r"mkdocs.yml:4: .*`generated_pages`.*`graph`"):
        Settings.load(tmp_path)


@pytest.mark.parametrize("old", RENAMED_RULES)
def test_a_rule_by_its_old_name(tmp_path: Path, old: str) -> None:
    """Its level is that of the new one."""
    settings = Settings.from_options(tmp_path, tmp_path / "docs", {"rules": {old: "error"}})
    assert settings.level(RENAMED_RULES[old]) == "error" and settings.old_names == (old,)


@pytest.mark.parametrize("old", options.RENAMED)
def test_a_cell_option_by_its_old_name(old: str) -> None:
    """It means the same, and only one of both may be given."""
    new = options.RENAMED[old]
    others = [] if old == "holds" else ["vary: {k: [1, 2]}"]
    others += ["vary-caption: '{k}'"] if old == "print" else []
    lines = [*others, f"{old}: {VALUES[old]}"]
    found = options.parse_options(lines, "a.md", 1)
    same = options.parse_options([*others, f"{new}: {VALUES[old]}"], "a.md", 1)
    name = new.replace("-", "_")
    assert getattr(found, name) == getattr(same, name) != getattr(options.Options(), name)
    assert (found.old_names, same.old_names) == ((old,), ())
    with pytest.raises(VaultError, match=f"`{old}` is the old name of `{new}`, and both are set"):
        options.parse_options([*lines, f"{new}: {VALUES[old]}"], "a.md", 1)


@pytest.mark.parametrize("old", queries.RENAMED)
def test_a_key_of_results_by_its_old_name(old: str) -> None:
    """It means the same, and only one of both may be given."""
    text = f"from: x\ncolumns: {{a: A, b: B}}\n{old}: [b]\n"
    assert queries.read_query(text).details == ["b"]
    with pytest.raises(queries.QueryError, match="is the old name of `details`, and both are set"):
        queries.read_query(f"{text}{queries.RENAMED[old]}: [b]\n")


@pytest.mark.parametrize("old", RENAMED_FLAGS)
def test_a_flag_by_its_old_name(old: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is replaced with one notice, and only one of both may be given."""
    new = RENAMED_FLAGS[old]
    assert with_new_flags(["run", old, "x", f"{old}=y", "to"]) == [
        "run",
        new,
        "x",
        f"{new}=y",
        "to",
    ]
    assert capsys.readouterr().err == f"notewright: {renamed_notice(old, new)}\n"
    with pytest.raises(SystemExit):
        with_new_flags([old, new])


@pytest.mark.parametrize("name", ["NOTEWRIGHT_HOSTS", "NOTEWRIGHT_ALLOWED_HOSTS"])
def test_the_variable_of_host_names(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Both its names allow a host."""
    monkeypatch.setenv(name, "notes.example")
    statuses = []
    app = host_names.only_own(lambda environ, start: [b"page"], "localhost")
    page = app({"HTTP_HOST": "notes.example"}, lambda status, headers: statuses.append(status))
    assert (list(page), statuses) == ([b"page"], [])


@pytest.mark.gate
def test_a_project_with_old_names(tmp_path: Path) -> None:
    """It builds, with a notice for each name; `check --fix` writes the new ones without a run."""
    project = ProjectDir(tmp_path)
    project.configure({"made_pages": ["tags"], "rules": {"unrepeatable": "off"}})
    project.write({"docs/index.md": NOTE, "docs/b.md": NOTE})
    old_names = [*options.RENAMED, *queries.RENAMED, "made_pages", "unrepeatable"]
    built = project.build()
    assert built.status == 0, built.output
    for old in old_names:
        assert len(built.lines(f"`{old}` is now called")) == 1, built.output
    vault = Vault.scan(Settings.load(tmp_path))
    assert "docs/b.md:8: `vary-says` is now called" in "\n".join(note_notices(vault))
    fixed = project.notewright("check", "--fix")
    assert fixed.status == 0 and fixed.counts[0] == 0, fixed.output
    assert fixed.lines("docs/b.md: 4 old names rewritten") and fixed.lines("mkdocs.yml: 2 old")
    said = NOTE
    for old, new in (options.RENAMED | queries.RENAMED).items():
        said = said.replace(f"{old}:", f"{new}:")
    assert (tmp_path / "docs/b.md").read_text() == said
    assert "is now called" not in project.notewright("check").output
