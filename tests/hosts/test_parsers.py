"""The command line: the nearest word, examples in each help, and documented exit statuses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from projects import ProjectDir

from notewright.hosts import cli
from notewright.hosts.all_commands import add_all

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/engine/command-line.md").read_text("utf-8")


@pytest.fixture
def project(tmp_path: Path) -> ProjectDir:
    """A vault of two notes, one of which fails."""
    made = ProjectDir(tmp_path)
    made.configure()
    good = "# A\n\n```python\nprint(1)\n```\n"
    made.write({"docs/a.md": good, "docs/b.md": good.replace("print(1)", "1 / 0")})
    return made


def commands(project: ProjectDir) -> list[str]:
    """All commands, as the help lists them."""
    listed = project.notewright("--help").output
    return re.findall(r"(?m)^  ([a-z]+) ", listed)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["chekc"], "unknown command `chekc`. Did you mean `check`?"),
        (["check", "--strct"], "unknown option `--strct`. Available: `--costs`"),
        (["run", "--jsn"], "unknown option `--jsn`. Did you mean `--json`?"),
        (
            ["check", "--unliked=1"],
            "unknown option `--unliked`. Did you mean `--unlinked-mentions`?",
        ),
        (["--verson", "run"], "unknown option `--verson`. Did you mean `--version`?"),
        (["diff", "--htm"], "expected one argument"),
        (["why", "a", "b"], "unknown argument `b`. See `notewright why --help`"),
        ([], "required: COMMAND"),
    ],
)
def test_an_unknown_word_is_answered_with_the_nearest(
    project: ProjectDir, words: list[str], told: str
) -> None:
    """And the exit status 2, which no note can cause."""
    answered = project.notewright(*words)
    assert answered.status == 2 and answered.lines(told), answered.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["check", "-C", "."], "put the option `-C` before the command: `{} -C . check`"),
        (["check", "-C.", "a"], "put the option `-C` before the command: `{} -C. check a`"),
        (["check", "--project", "x y"], "the command: `{} --project 'x y' check`"),
        (["check", "a", "--project=x"], "the command: `{} --project=x check a`"),
        (["run", "--state-dir", "x", "a"], "the command: `{} --state-dir x run a`"),
        (["run", "a", "--version"], "the command: `{} --version run a`"),
        (
            ["--strict", "build"],
            "the option `--strict` after the command: `{} build --strict`",
        ),
        (["--json", "check", "a"], "the command: `{} check a --json`"),
        (["-C", "x", "--json", "check"], "the command: `{} -C x check --json`"),
        (["--cell", "c", "run", "a"], "the command: `{} run a --cell c`"),
        (["-d", "site", "build"], "the command: `{} build -d site`"),
        (
            ["check", "--cell", "x"],
            ("`check` has no option `--cell`, but `run` has. See `{} check"),
        ),
        (
            ["check", "--site-dir=x"],
            ("`check` has no option `--site-dir`, but `build` has."),
        ),
    ],
)
def test_an_option_in_the_wrong_place_is_reported_with_the_right_line(
    project: ProjectDir, words: list[str], told: str
) -> None:
    """Before the command or after it; or it is one of another command."""
    answered = project.notewright(*words)
    assert answered.status == 2
    assert answered.lines("error:", told.format("notewright")), answered.output


@pytest.mark.nightly
def test_each_command_has_examples_and_stands_on_the_page(project: ProjectDir) -> None:
    """Its help has lines to type, of commands and options that exist; the page names them all."""
    names = commands(project)
    assert {"init", "doctor", "list", "run", "check", "clean", "new", "diff"} <= set(names)
    for name in names:
        told = project.notewright(name, "--help").output
        examples = re.findall(rf"(?m)^  (notewright {name}.*)$", told)
        assert examples, name
        options = set(re.findall(r"(?m)^  (?:-\w[^-\n]*, )?(--[\w-]+)", told)) - {"--help"}
        assert set(re.findall(r" (--[\w-]+)", " ".join(examples))) <= options
        assert f"`notewright {name}" in PAGE, name
        assert sorted(option for option in options if option not in PAGE) == [], name


@pytest.mark.gate
def test_exit_statuses_are_those_of_the_page(project: ProjectDir) -> None:
    """0, 1 and 2, as `--help` and the page say."""
    assert project.notewright("run", "a").status == 0
    assert project.notewright("run").status == 1
    assert project.notewright("run", "nothing").status == 1
    assert project.notewright("verify", "gone.json").status == 2
    for status in ("0", "1", "2", "130"):
        assert re.search(rf"(?m)^\| {status} \|", PAGE)
        assert re.search(rf"Exit status: .*\b{status} ", project.notewright("--help").output)


def test_the_help_lists_each_command_once() -> None:
    """Under one heading, and in the order of the table."""
    parser = cli._parser()
    add_all(parser)
    assert parser.commands is not None
    named = [name for names in cli.GROUPS.values() for name in names]
    assert sorted(named) == sorted(parser.commands.choices)
    assert re.findall(r"(?m)^  ([a-z]+) ", parser.format_help()) == named
