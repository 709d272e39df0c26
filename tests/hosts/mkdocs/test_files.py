"""What the package adds to a site: its scripts run as they are written, and say less."""

from __future__ import annotations

import re
from importlib import resources

import pytest
from pygments.lexers.javascript import JavascriptLexer
from pygments.token import Comment

from notewright.hosts.mkdocs.files import without_blanks, without_comments

SCRIPTS = sorted(
    path.name
    for path in resources.files("notewright.render").joinpath("assets").iterdir()
    if path.name.endswith(".js")
)
STYLES = sorted(
    path.name
    for path in resources.files("notewright.render").joinpath("assets").iterdir()
    if path.name.endswith(".css")
)


def code(script: str) -> list[str]:
    """The words of a script that a browser runs: all but comments."""
    tokens = JavascriptLexer().get_tokens(script)
    return "".join(" " if kind in Comment else text for kind, text in tokens).split()


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_of_ours_runs_as_it_is_written(name: str) -> None:
    """Nothing but comments and indentation is gone, and no line is left empty by that."""
    text = resources.files("notewright.render").joinpath("assets", name).read_text("utf-8")
    short = without_comments(text)
    assert code(short) == code(text) and len(short) < len(text)
    assert "\n\n\n" not in short and not short.startswith("\n")


@pytest.mark.parametrize(
    ("script", "short"),
    [
        ("// one\na(); // two\n", "a();\n"),
        ("a();\n\n  // three\n  b();\n", "a();\n\nb();\n"),
        ("a(`one\n  two // three`);\n", None),
        ("/* four\n   five */\na();", "a();"),
        ("a('// no comment', `/* nor\n// this */`, /\\/\\//);", None),
        ("try { a(); } catch { /* refused */ }", "try { a(); } catch { }"),
    ],
)
def test_comments_go_and_text_stays(script: str, short: str | None) -> None:
    """What looks like a comment in a string, a template or a pattern is none."""
    assert without_comments(script) == (short or script)


def signs(style: str) -> list[str]:
    """The words and signs of a style sheet, and each blank before a pseudo-class."""
    bare = re.sub(r";(?=\s*\})", "", re.sub(r"/\*.*?\*/", "", style, flags=re.S))
    return re.findall(r'"(?:\\.|[^"\\])*"|(?<=[^\s{};,:])\s+(?=:)|[{}:;,]|[^\s{}:;,"]+', bare)


@pytest.mark.parametrize("name", STYLES)
def test_a_style_of_ours_says_what_was_written(name: str) -> None:
    """No word, no sign and no string is another; only what nobody reads is gone."""
    text = resources.files("notewright.render").joinpath("assets", name).read_text("utf-8")
    short = without_blanks(text)
    assert signs(short) == signs(text) and len(short) < 0.98 * len(text)


@pytest.mark.parametrize(
    ("style", "short"),
    [
        ("/* one */\na { b: c; }\n\nd { e: f; }\n", "a{b:c}\nd{e:f}\n"),
        ("a :hover, b > c { d: e f; g: h }", "a :hover,b > c{d:e f;g:h}"),
        ('a { content: "; } { b: c"; }', 'a{content:"; } { b: c"}'),
        ("@media print {\n  a { b: calc(1px + 2px); }\n}", "@media print{a{b:calc(1px + 2px)}\n}"),
    ],
)
def test_blanks_go_and_strings_stay(style: str, short: str) -> None:
    """A blank that joins two words, or stands before a pseudo-class, means something."""
    assert without_blanks(style) == short
