"""Settings: the site, the tests and the command line agree on them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from notewright.configuration import find_root, names_notewright
from notewright.errors import VaultError
from notewright.settings import Settings

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


@pytest.mark.gate
@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("site_name: x\ndocs_dir: [a]\n", "mkdocs.yml:2: invalid value for `docs_dir`: ['a']"),
        (
            f"docs_dir: 0x{'f' * 6000}\n",
            "mkdocs.yml:1: invalid value for `docs_dir`: a very long number",
        ),
        (
            f"plugins:\n- notewright:\n    ? 0x{'f' * 6000}\n    : 1\n",
            "mkdocs.yml:1: unknown notewright option `a very",
        ),
        ("docs_dir: false\n", "mkdocs.yml:1: invalid value for `docs_dir`: False"),
        ("site_name: x\n\nplugins: 3\n", "mkdocs.yml:3: invalid value for `plugins`: 3"),
        (
            "plugins:\n- search\n- notewright: 3\n",
            "mkdocs.yml:3: invalid options for notewright: 3",
        ),
        (
            "plugins:\n- notewright:\n    timout: 3\n",
            "mkdocs.yml:3: unknown notewright option `timout`",
        ),
        (
            "plugins:\n  notewright:\n    memory: -1\n",
            "mkdocs.yml:3: invalid value for notewright option `memory`",
        ),
        (
            "plugins:\n- notewright: {memory: 1000000000000}\n",
            "mkdocs.yml:2: invalid value for notewright option `memory`",
        ),
        (
            'plugins:\n- notewright: {snippets: "a\\0"}\n',
            "mkdocs.yml:2: invalid value for notewright option `snippets`",
        ),
        ("x: !!bool maybe\n", "mkdocs.yml:1: not valid YAML"),
        ("x: !!timestamp maybe\n", "mkdocs.yml:1: not valid YAML"),
        ("[" * 3000, "mkdocs.yml:1: not valid YAML"),
        ("INHERIT: mkdocs.yml\n", "mkdocs.yml:1: invalid value for `INHERIT`: 'mkdocs.yml'"),
        ("x: 1\nINHERIT: no/such.yml\n", "mkdocs.yml:2: cannot read no/such.yml"),
        ("INHERIT: {a: 1}\n", "mkdocs.yml:1: invalid value for `INHERIT`:"),
        (
            "x: &a [*a]\nplugins: &b [*b]\ndocs_dir: *a\n",
            "mkdocs.yml:3: invalid value for `docs_dir`:",
        ),
    ],
)
def test_a_mistake_names_its_line(project: Callable[..., Path], text: str, where: str) -> None:
    """The writer is sent to the key, and told what it holds."""
    with pytest.raises(VaultError) as caught:
        load(project, text)
    assert str(caught.value).startswith(where)


def test_a_mistake_in_an_inherited_file_names_that_file(project: Callable[..., Path]) -> None:
    """Its line is told, not one of the file that inherits."""
    base = "site_name: x\nplugins:\n  - notewright: {timeout: soon}\n"
    root = project({"mkdocs.yml": "INHERIT: config/base.yml\n", "config/base.yml": base})
    with pytest.raises(
        VaultError, match=r"^config/base\.yml:3: invalid value for notewright option `timeout`"
    ):
        Settings.load(root)


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.dates()
    | st.sampled_from([10**30, "docs", "notewright", "a\0", "x" * 5000, b"x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8) | st.integers() | st.none(), inner, max_size=3)
        | st.lists(st.dictionaries(st.just("notewright"), inner), max_size=2)
    ),
    max_leaves=6,
)
_OPTIONS = st.dictionaries(
    st.sampled_from([each.name for each in fields(Settings)]) | st.text(max_size=5), _VALUES
)
_CONFIGS = st.fixed_dictionaries(
    {},
    optional={
        "docs_dir": _VALUES,
        "plugins": _VALUES | _OPTIONS.map(lambda options: [{"notewright": options}]),
        "INHERIT": _VALUES,
    },
)


@pytest.mark.gate
@given(_CONFIGS)
def test_whatever_a_key_holds_only_our_error_comes_out(config: dict[str, Any]) -> None:
    """Nobody is shown a traceback for a slip, in whichever key it is."""
    refused_or_read(yaml.dump(config, allow_unicode=True).encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=60) | st.text("-[]{}:&*!<>|'\"#%@,? \nadocs_irplugnewht", max_size=60))
def test_whatever_the_file_holds_only_our_error_comes_out(content: bytes | str) -> None:
    """Nor for bytes that are no text, or text that is no YAML."""
    refused_or_read(content if isinstance(content, bytes) else content.encode())


def refused_or_read(content: bytes) -> None:
    """Load an `mkdocs.yml`; one that is refused is refused with a place in a file."""
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "mkdocs.yml").write_bytes(content)
        try:
            names_notewright(Path(name))
            Settings.load(Path(name))
        except VaultError as error:
            assert error.problem.line >= 1 and "\n" not in error.problem.where


def test_an_unknown_option_names_the_nearest() -> None:
    """A slip in `mkdocs.yml` is corrected, not ignored."""
    with pytest.raises(
        VaultError, match=r"unknown notewright option `timout`.*Did you mean `timeout`\?"
    ):
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
        {"output_limit": 1.5},
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
    with pytest.raises(
        VaultError, match=f"mkdocs.yml:1: invalid value for notewright option `{name}`"
    ):
        Settings.from_options(HERE, HERE / "docs", option)


@pytest.mark.parametrize("name", ["root", "docs_dir"])
def test_what_is_no_option_cannot_be_set(name: str) -> None:
    """The plugin's options do not move the vault that MkDocs reads."""
    with pytest.raises(VaultError, match=f"unknown notewright option `{name}`"):
        Settings.from_options(HERE, HERE / "docs", {name: "/elsewhere"})


@pytest.mark.parametrize(
    ("value", "executes"),
    [(word, False) for word in ("0", "false", "no", "off", "False", "OFF", " 0 ")]
    + [(word, True) for word in ("1", "true", "yes", "on", "")],
)
def test_the_environment_can_only_forbid(
    monkeypatch: pytest.MonkeyPatch, value: str, executes: bool
) -> None:
    """`NOTEWRIGHT_EXECUTE=0` builds a vault that is not trusted, whatever it says itself."""
    monkeypatch.setenv("NOTEWRIGHT_EXECUTE", value)
    settings = Settings.from_options(HERE, HERE / "docs", {"execute": True})
    assert settings.execute is executes


@pytest.mark.parametrize("value", ["fasle", "00", "disabled", "-", "none", "n0"])
def test_an_unknown_word_of_the_environment_is_an_error(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """Whoever wrote it may have meant that nothing runs: a switch for safety fails closed."""
    monkeypatch.setenv("NOTEWRIGHT_EXECUTE", value)
    for options in ({}, {"execute": False}):
        with pytest.raises(VaultError, match=r"NOTEWRIGHT_EXECUTE: .*Use 0, false, no or off"):
            Settings.from_options(HERE, HERE / "docs", options)


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


def test_rules_have_levels(project: Callable[..., Path]) -> None:
    """Those that are not named are warnings; `off` without quotes is false in YAML."""
    rules = "rules: {alt-text: off, dead-link: error}"
    root = project({"mkdocs.yml": f"plugins:\n  - notewright:\n      {rules}\n"})
    settings = Settings.load(root)
    levels = [settings.level(rule) for rule in ("alt-text", "dead-link", "redirect")]
    assert levels == ["off", "error", "warn"]


@pytest.mark.parametrize(
    ("option", "where", "said"),
    [
        ("rules: {alt-txt: off}", "mkdocs.yml:3", "Did you mean `alt-text`?"),
        ("rules:\n        alt-text: 3", "mkdocs.yml:4", "Use `off`, `warn` or `error`"),
        ("rules: [alt-text]", "mkdocs.yml:3", "Use `name: value` lines"),
        ("generated_pages: [grph]", "mkdocs.yml:3", "Did you mean `graph`?"),
        ("generated_pages: graph", "mkdocs.yml:3", "Use a list of names"),
    ],
)
def test_a_wrong_rule_or_page_names_its_line(
    project: Callable[..., Path], option: str, where: str, said: str
) -> None:
    """And says what there is."""
    root = project({"mkdocs.yml": f"plugins:\n  - notewright:\n      {option}\n"})
    with pytest.raises(VaultError) as caught:
        Settings.load(root)
    assert str(caught.value).startswith(where)
    assert said in str(caught.value)


def shared(root: Path, **options: Any) -> Settings:
    """Settings with shared records."""
    (root / "docs").mkdir(exist_ok=True)
    return Settings.from_options(root, root / "docs", options)


@pytest.mark.parametrize("value", ["0", "false", "no", "off", " Off "])
def test_the_environment_switches_shared_records_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """Or names others; whether they are written may be switched off as well, and never on."""
    assert shared(tmp_path).shared_records == ""
    named = {"shared_records": "s3://bucket/records"}
    assert shared(tmp_path, **named).shared_records == "s3://bucket/records"
    assert shared(tmp_path, **named).shared_folder is None
    monkeypatch.setenv("NOTEWRIGHT_SHARED_RECORDS", "../other")
    assert shared(tmp_path, **named).shared_folder == tmp_path / "../other"
    monkeypatch.setenv("NOTEWRIGHT_SHARED_RECORDS", value)
    assert shared(tmp_path, **named).shared_records == ""
    assert shared(tmp_path).shared_records_write
    monkeypatch.setenv("NOTEWRIGHT_SHARED_RECORDS_WRITE", value)
    assert not shared(tmp_path).shared_records_write
    monkeypatch.setenv("NOTEWRIGHT_SHARED_RECORDS_WRITE", "1")
    assert not shared(tmp_path, shared_records_write=False).shared_records_write
    monkeypatch.setenv("NOTEWRIGHT_SHARED_RECORDS_WRITE", "never")
    with pytest.raises(VaultError, match="Use 0, false, no or off to stop writing"):
        shared(tmp_path)


def test_the_environment_names_a_scheduler_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the place of the option; `off` has sessions run here."""
    named = {"scheduler": "tcp://one:8786"}
    for told, wanted in (("", "tcp://one:8786"), (" tcp://two:1 ", "tcp://two:1"), ("off", "")):
        monkeypatch.setenv("NOTEWRIGHT_SCHEDULER", told)
        assert Settings.from_options(tmp_path, tmp_path / "docs", named).scheduler == wanted


@pytest.mark.parametrize(
    "name", ["docs", "docs/store", "./docs/../docs/x", ".notewright", ".notewright/records"]
)
@pytest.mark.parametrize("form", ["{}", "file://{}"])
def test_shared_records_are_neither_published_nor_our_own(
    tmp_path: Path, name: str, form: str
) -> None:
    """Below the notes they would be attachments, with what notes without a page gave."""
    with pytest.raises(VaultError, match="a folder outside the notes"):
        shared(tmp_path, shared_records=form.format(name))
    (tmp_path / "link").symlink_to(tmp_path / "docs")
    with pytest.raises(VaultError, match="a folder outside the notes"):
        shared(tmp_path, shared_records="link/store")


def test_a_vault_that_is_the_project_may_hold_shared_records(tmp_path: Path) -> None:
    """In a hidden folder, which nobody publishes."""
    found = Settings.from_options(tmp_path, tmp_path, {"shared_records": ".store"})
    assert found.shared_folder == tmp_path / ".store"
    for name in ("store", ".notewright/store"):
        with pytest.raises(VaultError, match="outside the notes"):
            Settings.from_options(tmp_path, tmp_path, {"shared_records": name})


@pytest.mark.parametrize("folder", ["store", "..", "./store/../store", "store/.."])
def test_no_cell_may_write_the_shared_records(tmp_path: Path, folder: str) -> None:
    """As little as those here."""
    with pytest.raises(VaultError, match="`writable`"):
        shared(tmp_path, shared_records="store/records", writable=[folder])
    found = shared(tmp_path, shared_records="store/records", writable=["out"])
    assert found.writable_paths == [tmp_path / "out"]
