"""Templates are compiled once: they are kept where Python keeps modules, and read from there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from notewright.hosts.mkdocs import template_cache

TEMPLATES = {"page.html": "<h1>{{ title }}</h1>"}


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which templates are kept."""
    monkeypatch.setattr(template_cache, "__file__", str(tmp_path / "module.py"))
    folder = tmp_path / "__pycache__"
    folder.mkdir()
    return folder


def rendered() -> tuple[str, bool]:
    """The page as a new environment renders it, and whether that had to compile it."""
    env = Environment(loader=DictLoader(TEMPLATES))
    template_cache.keep_templates(env)
    compiled = []
    generate = env._generate

    def noticed(*given: object, **named: object) -> str:
        compiled.append(given)
        return generate(*given, **named)  # type: ignore[arg-type]

    env._generate = noticed  # type: ignore[method-assign]
    return env.get_template("page.html").render(title="A note"), bool(compiled)


def test_a_template_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    assert rendered() == ("<h1>A note</h1>", True)
    assert rendered() == ("<h1>A note</h1>", False)


def test_python_that_keeps_nothing_reads_what_was_kept(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert rendered() == ("<h1>A note</h1>", True)
    assert not any(kept.iterdir())
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    rendered()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert rendered() == ("<h1>A note</h1>", False)


def test_a_folder_that_takes_nothing_is_no_mistake(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr("jinja2.bccache.FileSystemBytecodeCache.dump_bytecode", refuse)
    assert rendered() == ("<h1>A note</h1>", True)
    assert not any(kept.iterdir())


def test_a_word_of_a_language_is_looked_up_once() -> None:
    """For all templates that ask for it; a language of the owner's own may fall back on another."""
    asked: list[str] = []
    words = "{% macro t(key) %}{{ asked(key) }}{{ {'a': 'A & B'}[key] }}{% endmacro %}"
    templates = {
        "partials/languages/en.html": words,
        "partials/languages/own.html": "{% import 'partials/languages/en.html' as en %}"
        "{% macro t(key) %}{{ {'b': 'Own'}[key] or en.t(key) }}{% endmacro %}",
        "partials/language.html": "{% import 'partials/languages/' ~ name ~ '.html' as lang %}"
        "{% macro t(key) %}{{ lang.t(key) or key }}{% endmacro %}",
        "part.html": "{% import 'partials/language.html' as lang with context %}{{ lang.t('a') }}",
        "page.html": "{% import 'partials/language.html' as lang with context %}"
        "{{ lang.t('a') }}, {{ lang.t('b') }}, {{ lang.t('c') }}; {% include 'part.html' %}",
    }

    def note(key: str) -> str:
        asked.append(key)
        return ""

    env = Environment(loader=DictLoader(templates))
    env.globals["asked"] = note
    template_cache.remember_words(env)
    page = env.get_template("page.html")
    for _ in range(2):
        assert page.render(name="en") == "A & B, b, c; A & B"
    assert asked == ["a", "b", "c"]
    assert page.render(name="own") == "A & B, Own, c; A & B"


def test_templates_share_what_an_environment_learns_later() -> None:
    """Its names are all there at once; what one template knows of its own is there, too."""
    env = Environment(loader=DictLoader({"page.html": "{{ one }} {{ two }}"}))
    env.globals["one"] = 1
    template_cache.share_globals(env)
    page = env.get_template("page.html", globals={"two": 2})
    assert page.render() == "1 2"
    env.globals["one"] = "I"
    assert page.render() == "I 2"
    assert page.render(two="II") == "I II"
    assert set(page.globals) == {*env.globals, "two"}
    assert "two" not in env.globals
    assert set(env.get_template("page.html").globals) == {*env.globals, "two"}
