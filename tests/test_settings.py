"""Settings: the site, the tests and the command line agree on them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.errors import VaultError
from notewright.settings import Settings, find_root

HERE = Path("/project")


def load(project: Callable[..., Path], text: str) -> Settings:
    """Read settings from an `mkdocs.yml` of that text."""
    root = project({"mkdocs.yml": text})
    return Settings.load(root)


def test_without_a_config_file_the_defaults_hold(tmp_path: Path) -> None:
    """A bare directory with `docs/` is a project."""
    settings = Settings.load(tmp_path)
    assert settings.docs_dir == tmp_path.resolve() / "docs"
    assert settings.timeout == 30
    assert settings.state_dir == tmp_path.resolve() / ".notewright"


def test_options_of_the_plugin_are_read(project: Callable[..., Path]) -> None:
    """What MkDocs is told, the tests go by too."""
    settings = Settings.load(project({}, {"timeout": 5, "workers": 3}, docs_dir="vault"))
    assert (settings.timeout, settings.workers, settings.parallel) == (5, 3, 3)
    assert settings.docs_dir.name == "vault"


@pytest.mark.parametrize(
    "plugins",
    [
        "plugins: {notewright: {timeout: 7}}",
        "plugins:\n  - search\n  - notewright: {timeout: 7}",
        "plugins:\n  - notewright:\n      timeout: 7\n  - search: {lang: en}",
    ],
)
def test_both_forms_of_the_plugin_list_are_read(project: Callable[..., Path], plugins: str) -> None:
    """MkDocs takes a list and a mapping, and so do we."""
    assert load(project, plugins).timeout == 7


@pytest.mark.parametrize(
    "text",
    [
        "plugins: [notewright]",
        "plugins: [search]",
        "plugins:",
        "plugins:\n  - notewright:",
        "",
        "docs_dir:",
        "docs_dir: !ENV [NO_SUCH_VARIABLE, docs]",
        "markdown_extensions:\n  - x: {slugify: !!python/name:a.b.c ''}",
        "extra: {key: !ENV SECRET}",
    ],
)
def test_what_is_not_set_has_its_default(project: Callable[..., Path], text: str) -> None:
    """Whatever else MkDocs reads in its file doesn't hinder us."""
    settings = load(project, text)
    assert (settings.timeout, settings.docs_dir.name) == (30, "docs")


def test_broken_yaml_names_the_line(project: Callable[..., Path]) -> None:
    """The writer is sent to the line, not shown a traceback."""
    with pytest.raises(VaultError) as caught:
        load(project, "site_name: x\nplugins: [\ndocs_dir: }")
    assert str(caught.value).startswith("mkdocs.yml:3: not valid YAML")


@pytest.mark.parametrize("text", ["- a\n- b", "just text", "site_name: \x07", "a: 2024-99-99"])
def test_a_file_that_is_no_configuration_is_told_as_one(
    project: Callable[..., Path], text: str
) -> None:
    """No `mkdocs.yml`, however wrong, ends in a traceback."""
    with pytest.raises(VaultError, match=r"mkdocs\.yml:1: "):
        load(project, text)


def test_an_unknown_option_names_the_nearest() -> None:
    """A slip in `mkdocs.yml` is corrected, not ignored."""
    with pytest.raises(VaultError, match=r"unknown option `timout`.*Did you mean `timeout`\?"):
        Settings.from_options(HERE, HERE / "docs", {"timout": 3})


@pytest.mark.parametrize(
    "option",
    [
        {"execute": "no"},
        {"execute": 0},
        {"timeout": "5"},
        {"timeout": -1},
        {"timeout": True},
        {"timeout": float("nan")},
        {"timeout": float("inf")},
        {"timeout": 0},
        {"memory": 0.5},
        {"output": 1.5},
        {"workers": 1.5},
        {"workers": -1},
        {"snippets": 3},
        {"snippets": None},
    ],
    ids=str,
)
def test_a_value_of_the_wrong_kind_is_an_error(option: dict[str, Any]) -> None:
    """A wrong value is told before anything runs."""
    (name,) = option
    with pytest.raises(VaultError, match=f"mkdocs.yml:1: option `{name}`"):
        Settings.from_options(HERE, HERE / "docs", option)


@pytest.mark.parametrize("name", ["root", "docs_dir"])
def test_what_is_no_option_cannot_be_set(name: str) -> None:
    """The plugin's options do not move the vault that MkDocs reads."""
    with pytest.raises(VaultError, match=f"unknown option `{name}`"):
        Settings.from_options(HERE, HERE / "docs", {name: "/elsewhere"})


@pytest.mark.parametrize(("value", "executes"), [("0", False), ("1", True), ("", True)])
def test_the_environment_can_only_forbid(
    monkeypatch: pytest.MonkeyPatch, value: str, executes: bool
) -> None:
    """`NOTEWRIGHT_EXECUTE=0` builds a vault that is not trusted, whatever it says itself."""
    monkeypatch.setenv("NOTEWRIGHT_EXECUTE", value)
    settings = Settings.from_options(HERE, HERE / "docs", {"execute": True})
    assert settings.execute is executes


def test_the_environment_does_not_allow_what_the_project_forbids(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`execute: false` holds."""
    monkeypatch.setenv("NOTEWRIGHT_EXECUTE", "1")
    assert not Settings.from_options(HERE, HERE / "docs", {"execute": False}).execute


def test_as_many_sessions_run_as_this_process_may_use_processors() -> None:
    """A container with two of 64 processors runs two sessions at a time."""
    settings = Settings.from_options(HERE, HERE / "docs", {})
    usable = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(10**6)
    assert 1 <= settings.parallel <= len(usable)


def test_the_root_is_found_from_a_directory_within(project: Callable[..., Path]) -> None:
    """Every command works from anywhere in the project."""
    root = project({"docs/models/a.md": "x"})
    assert find_root(root / "docs" / "models") == root.resolve()


def test_the_nearest_root_is_meant(project: Callable[..., Path]) -> None:
    """A project inside another is a project of its own."""
    root = project({"inner/mkdocs.yml": "site_name: inner", "inner/docs/a.md": "x"})
    assert find_root(root / "inner" / "docs") == (root / "inner").resolve()


@given(st.lists(st.from_regex(r"[a-z]{1,5}", fullmatch=True), min_size=1, max_size=4))
def test_files_are_named_from_the_root(parts: list[str]) -> None:
    """Messages name a file as the writer would type it; a foreign one in full."""
    settings = Settings(root=HERE, docs_dir=HERE / "docs")
    assert settings.relative(HERE.joinpath(*parts)) == "/".join(parts)
    assert settings.relative(Path("/other", *parts)) == "/other/" + "/".join(parts)
