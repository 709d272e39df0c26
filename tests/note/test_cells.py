"""Cells: found where CommonMark finds fences, with their words and options."""

from __future__ import annotations

import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from projects import ProjectDir, texts

from notewright.errors import VaultError
from notewright.note.cells import (
    LANGUAGES,
    OUTPUT,
    Cell,
    Info,
    Options,
    parse_info,
    parse_options,
)
from notewright.note.includes import Includes
from notewright.note.note import Note

NOWHERE = Path("/nowhere")


def cells(text: str, root: Path = NOWHERE) -> list[Cell]:
    return Note("a.md", "docs/a.md", text, includes=Includes(root / "snippets", root)).cells


def only(text: str) -> Cell:
    (cell,) = cells(text)
    return cell


def fence(*options: str, code: str = "x = 1") -> str:
    return "\n".join(["```python", *(f"#| {option}" for option in options), code, "```"])


def write_info(info: Info) -> str:
    """Write an info string in the plain form."""
    words = [info.language, *sorted(info.words)]
    return " ".join([*words, *(f'{key}="{value}"' for key, value in info.attributes.items())])


FORMAT = Path(__file__).parents[2] / "docs/engine/note-format.md"
WORD = st.from_regex(r"[A-Za-z#][\w:#-]{0,8}", fullmatch=True)
VALUE = st.text(st.characters(exclude_characters='"\n\r', exclude_categories=("Cs", "Cc")))
INFOS = st.builds(
    Info,
    WORD.map(lambda word: word.lower() if word.lower() in {*LANGUAGES, OUTPUT} else word),
    st.frozensets(WORD, max_size=3),
    st.dictionaries(st.from_regex(r"[a-z_]{1,6}", fullmatch=True), VALUE, max_size=2),
)


@given(INFOS)
def test_what_is_written_behind_a_fence_is_what_is_read(info: Info) -> None:
    """Words, titles and highlighted lines arrive as they were written."""
    assert parse_info(write_info(info)) == info


@pytest.mark.parametrize(
    "text",
    [
        "python continuation title='a b' hl_lines=1",
        "{.python continuation title='a b' hl_lines=1}",
        '{ .python .continuation title="a b" hl_lines="1" }',
        "python {continuation title='a b' hl_lines=1}",
        "  python   continuation\ttitle='a b'  hl_lines=1",
        "python title='a b' continuation hl_lines=1",
    ],
)
def test_all_forms_of_an_info_string_mean_the_same(text: str) -> None:
    """Braces and dots, as pymdownx writes them, change nothing."""
    expected = Info("python", frozenset({"continuation"}), {"title": "a b", "hl_lines": "1"})
    assert parse_info(text) == expected


def test_braces_in_a_title_are_text() -> None:
    """A title may show a set or a format string."""
    assert parse_info('python title="{x: 1}"').attributes == {"title": "{x: 1}"}


@given(st.text(max_size=30))
def test_any_info_string_can_be_read(text: str) -> None:
    """A fence of another tool, whatever stands behind it, breaks no build."""
    info = parse_info(text)
    assert all(word in text for word in info.words)


@pytest.mark.parametrize(
    ("text", "code", "line", "last"),
    [
        ("```python\nx\n```", "x\n", 1, 3),
        ("~~~python\nx\n~~~", "x\n", 1, 3),
        ("`````python\n```\nx\n`````", "```\nx\n", 1, 4),
        ("a\n\n- b\n\n  ```py\n  x\n    y\n  ```\n", "x\n  y\n", 5, 8),
        ("1. ```python3\n   x\n   ```", "x\n", 1, 3),
        ("> [!note] Title\n> ```python\n> x\n> ```", "x\n", 2, 4),
        ("> - ```python\n>   x\n>   ```", "x\n", 1, 3),
        ("text\n```python\nx\n```\ntext", "x\n", 2, 4),
        ("```python\n```", "", 1, 2),
        ("```python\n\n\nx\n\n```", "\n\nx\n\n", 1, 6),
        ("---\ntitle: a\n---\n```python\nx\n```", "x\n", 4, 6),
        ("%% hidden %%\n```python\nx\n```", "x\n", 2, 4),
    ],
)
def test_a_cell_stands_wherever_a_fence_can(text: str, code: str, line: int, last: int) -> None:
    """In lists, in callouts, with tildes, with more backticks: found with its own lines."""
    cell = only(text)
    assert (cell.code, cell.line, cell.last_line, cell.problem) == (code, line, last, None)


@pytest.mark.parametrize(
    "info", ["python", "py", "python3", "PYTHON3", "{python}", "{.python .continuation}"]
)
def test_each_word_that_the_page_names_makes_a_cell_that_runs(info: str) -> None:
    """The page of the format says which, so that nobody runs code that was to be read."""
    cell = only(f"```{info}\nx\n```")
    assert cell.runs and cell.problem is None
    assert f"`{info}`" in FORMAT.read_text("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "    ```python\n    x\n    ```",
        "````text\n```python\nx\n```\n````",
        "<!--\n```python\nx\n```\n-->",
        "%%\n```python\nx\n```\n%%",
        "---\na: |\n  ```python\n  x\n  ```\n---\n",
        "```\nx\n```",
        "```text\nx\n```",
        "```console\n>>> x\n```",
        "a ```python x``` b",
    ],
)
def test_what_is_no_cell_never_runs(text: str) -> None:
    """Quoted, hidden or foreign code is not executed."""
    assert cells(text) == []


PROSE = st.sampled_from(["text", "# Heading", "| a |\n|---|\n| b |", "<!-- hidden -->", "***"])
LINES = st.lists(
    st.sampled_from(["x = 1", "", "    y", "```text", "~~~", "# `%%`", "%%timeit", "---", "[[a]]"]),
    max_size=4,
)


@st.composite
def fences(draw: st.DrawFn) -> tuple[str, str, str]:
    """A fence, its language and its code; its mark is longer than any in its code."""
    mark = draw(st.sampled_from(["````", "~~~~", "``````"]))
    language = draw(st.sampled_from(["python", "py", "text", "python3 notest", ""]))
    code = draw(LINES)
    return "\n".join([mark + language, *code, mark]), language, "".join(f"{c}\n" for c in code)


@st.composite
def notes(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A note with fences at the top, in lists and in quotes, and the code of its cells."""
    blocks, codes = [], []
    for _ in range(draw(st.integers(1, 5))):
        blocks.append(draw(PROSE))
        text, language, code = draw(fences())
        for first, rest in draw(st.lists(st.sampled_from(PLACES), max_size=2)):
            lines = text.split("\n")
            text = "\n".join([first + lines[0], *(rest + line for line in lines[1:])])
        blocks.append(text)
        if language.split(" ")[0] in LANGUAGES:
            codes.append(code)
    return "\n\n".join(blocks), codes


PLACES = [("> ", "> "), ("- ", "  "), ("1. ", "   "), ("+ ", "  ")]


@given(notes())
def test_every_fence_of_python_is_found_with_its_code(note: tuple[str, list[str]]) -> None:
    """Nesting, other marks and hostile code neither hide a cell nor change a character."""
    text, codes = note
    assert [cell.code for cell in cells(text)] == codes


@pytest.mark.nightly
@given(notes())
def test_cells_are_the_fences_of_commonmark(note: tuple[str, list[str]]) -> None:
    """Lines and code are those that markdown-it gives, so Obsidian sees the same cells."""
    text, _ = note
    expected = [
        (token.map[0] + 1, token.map[1], token.content)
        for token in MarkdownIt("commonmark").parse(text)
        if token.type == "fence" and token.map and parse_info(token.info).language in LANGUAGES
    ]
    assert [(cell.line, cell.last_line, cell.code) for cell in cells(text)] == expected


@pytest.mark.gate
@given(notes())
def test_each_line_of_code_knows_its_line_in_the_note(note: tuple[str, list[str]]) -> None:
    """A traceback points at the line that holds the code, however deep it is nested."""
    text, _ = note
    lines = text.split("\n")
    for cell in cells(text):
        for source in cell.source:
            assert source.origin.note_line == source.origin.line
            assert lines[source.origin.line - 1].endswith(source.text)


@given(st.text(st.sampled_from("`~> -1.python#|:%\n \tx{}<!"), max_size=80))
def test_any_text_can_be_searched_for_cells(text: str) -> None:
    """Half a note, as an editor saves it, never crashes a build under `serve`."""
    for cell in cells(text):
        assert 1 <= cell.line <= cell.last_line <= text.count("\n") + 1


@pytest.mark.parametrize(
    "text",
    [
        "```python\nx",
        "```python",
        "a\n\n````python\nx\n```",
        "> ```python\n> x\n\ntext",
        "- ```python\n  x\n\ntext",
        "~~~python\nx\n```",
    ],
)
def test_an_open_fence_is_a_problem_and_never_runs(text: str) -> None:
    """A forgotten closing fence doesn't run the rest of the note as Python."""
    cell = only(text)
    assert cell.problem is not None
    assert "the code fence is never closed" in cell.problem.message
    assert ("every line of the cell with `>`" in cell.problem.remedy) == text.startswith(">")
    assert cell.problem.line == cell.line


def test_options_are_read_and_left_out_of_the_code() -> None:
    """Readers see the code, the engine its options; line numbers are kept."""
    cell = only(fence("label: fig-roc", "echo: false", "timeout: 2"))
    assert cell.options == Options(label="fig-roc", echo=False, timeout=2.0)
    assert cell.code == "x = 1\n"
    assert cell.source[0].origin.line == 5


def test_only_the_first_lines_are_options() -> None:
    """A comment further down is a comment."""
    cell = only(fence("echo: false", code="x = 1\n#| echo: true"))
    assert cell.options.echo is False
    assert cell.code == "x = 1\n#| echo: true\n"


@pytest.mark.parametrize(
    ("lines", "name", "value"),
    [
        (["fig-alt: A curve"], "fig_alt", ("A curve",)),
        (["fig-cap:", "  - One", "  - Two"], "fig_cap", ("One", "Two")),
        (["fig-alt: >", "  A long", "  text"], "fig_alt", ("A long text",)),
        (['fig-cap: "a: b # c"'], "fig_cap", ("a: b # c",)),
        (["include: false"], "include", False),
        (["error: ValueError"], "error", "ValueError"),
        (["error: sklearn.exceptions.NotFittedError"], "error", None),
        (['error: "ValueError: too small"'], "error", "ValueError: too small"),
        (["error: ValueError: too small"], "error", "ValueError: too small"),
        (["timeout: 0.5"], "timeout", 0.5),
        (["code-fold: true"], "code_fold", True),
        (["deps: data/*.h5"], "deps", ("data/*.h5",)),
        (["label: A1_b-c"], "label", "A1_b-c"),
    ],
)
def test_each_option_takes_what_it_promises(lines: list[str], name: str, value: Any) -> None:
    """Options are YAML, as in Quarto, over several lines too."""
    options = only(fence(*lines)).options
    expected = value if value is not None else lines[0].partition(": ")[2]
    assert getattr(options, name) == expected


TEXTS = st.text(string.printable.replace("\x0b", "").replace("\x0c", ""), min_size=1).filter(
    lambda text: text.strip()
)
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "label": st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}", fullmatch=True),
        "fig-cap": TEXTS.map(str.strip) | st.lists(TEXTS.map(str.strip), min_size=1, max_size=3),
        "fig-alt": TEXTS.map(str.strip),
        "echo": st.booleans(),
        "include": st.booleans(),
        "timeout": st.floats(0.001, 1e6) | st.integers(1, 10**6),
    },
)


@given(OPTIONS)
def test_options_arrive_as_they_were_written(values: Mapping[str, Any]) -> None:
    """Any text that YAML can write is a caption."""
    lines = yaml.safe_dump(dict(values), allow_unicode=True).split("\n")[:-1] if values else []
    read = parse_options(lines, "docs/a.md", 1)
    for key, value in values.items():
        expected = value
        if key.startswith("fig-"):
            expected = tuple(value) if isinstance(value, list) else (value,)
        assert getattr(read, key.replace("-", "_")) == expected


@pytest.mark.parametrize(
    ("lines", "line", "said"),
    [
        (["lable: a"], 2, "unknown option `lable`. Did you mean `label`?"),
        (["eval: false"], 2, "unknown option `eval`. Write `python notest` on the fence"),
        (["fig-width: 6"], 2, "unknown option `fig-width`. Set the size in Matplotlib"),
        (["echo: false", "fig_cap: a"], 3, "unknown option `fig_cap`. Did you mean `fig-cap`?"),
        (["echo: maybe"], 2, "invalid value for option `echo`: 'maybe'. Use `true` or `false`"),
        (["echo: 0"], 2, "invalid value for option `echo`: 0"),
        (["label: two words"], 2, "invalid value for option `label`: 'two words'"),
        (["label: 1st"], 2, "invalid value for option `label`: '1st'"),
        (["label:"], 2, "invalid value for option `label`: None"),
        (["fig-alt:"], 2, "invalid value for option `fig-alt`: None"),
        (["fig-cap: [a, '']"], 2, "invalid value for option `fig-cap`: ['a', '']"),
        (["error: true"], 2, "invalid value for option `error`: True"),
        (["error: not a name"], 2, "invalid value for option `error`: 'not a name'"),
        (["deps: /etc/passwd"], 2, "invalid value for option `deps`: '/etc/passwd'"),
        (["deps: [data/x, ../x]"], 2, "invalid value for option `deps`: ['data/x', '../x']"),
        (["timeout: 0"], 2, "invalid value for option `timeout`: 0"),
        (["timeout: -1"], 2, "invalid value for option `timeout`: -1"),
        (["timeout: soon"], 2, "invalid value for option `timeout`: 'soon'"),
        (["timeout: true"], 2, "invalid value for option `timeout`: True"),
        (["timeout: .inf"], 2, "invalid value for option `timeout`: inf"),
        (["timeout: .nan"], 2, "invalid value for option `timeout`: nan"),
        (["echo"], 2, "an option is not in the form `key: value`"),
        (["- echo"], 2, "an option is not in the form `key: value`"),
        (["echo: false", "fig-cap: a: b"], 3, "the option is not valid YAML"),
        (["fig-cap: 2024-99-99"], 2, "the option is not valid YAML"),
        (["fig-cap: \x07"], 2, "the option is not valid YAML"),
        (["fig-cap: !!python/name:os.system"], 2, "the option is not valid YAML"),
        (["? [a, b]", ": 1"], 2, "the option is not valid YAML: found unhashable key"),
    ],
)
def test_a_wrong_option_is_told_at_its_line(lines: list[str], line: int, said: str) -> None:
    """Nothing is ignored: a slip would else show a page that is not meant."""
    problem = only(fence(*lines)).problem
    assert problem is not None
    assert problem.line == line
    assert said in problem.headline


@given(st.lists(st.text(st.sampled_from("label:echo-[]{}&*!|>'\"%@ ?#1\x07"), max_size=12)))
def test_any_option_line_is_read_or_refused(lines: list[str]) -> None:
    """No text behind `#|` ends a build with a traceback."""
    try:
        parse_options(lines, "docs/a.md", 5)
    except VaultError as error:
        assert 5 <= error.problem.line <= 5 + len(lines)


@pytest.mark.parametrize(
    ("info", "said"),
    [
        ("python continuaton", "unknown keyword `continuaton` after `python`"),
        ("{.python .continuaton}", "unknown keyword `continuaton` after `python`"),
    ],
)
def test_an_unknown_word_is_an_error(info: str, said: str) -> None:
    """A misspelt `continuation` would start a fresh session, and fail far away."""
    problem = only(f"```{info}\nx\n```").problem
    assert problem is not None
    assert said in problem.message


@pytest.mark.parametrize("info", ["{.python .no-copy .continuation}", "python { .no-copy #id }"])
def test_a_class_is_one_for_the_theme(info: str) -> None:
    """A misspelt word of ours is none."""
    cell = only(f"```{info}\nx\n```")
    assert cell.info.classes == ("no-copy",)
    assert cell.continues == ("continuation" in info)


@pytest.mark.parametrize("word", ["continuation", "notest", "fixture:tmp_path", "retry:2", "#id"])
def test_words_of_pytest_markdown_docs_are_known(word: str) -> None:
    """What the stock runner reads is no mistake here."""
    assert only(f"```python {word}\nx\n```").problem is None


@pytest.mark.parametrize(
    ("info", "runs", "continues", "fixtures"),
    [
        ("python", True, False, ()),
        ("python continuation", True, True, ()),
        ("python notest", False, False, ()),
        ("python fixture:b fixture:a", False, False, ("a", "b")),
        ("python notest continuation", False, True, ()),
    ],
)
def test_words_steer_the_run(
    info: str, runs: bool, continues: bool, fixtures: tuple[str, ...]
) -> None:
    """`notest` never runs; a cell with fixtures runs in the tests only."""
    cell = only(f"```{info}\nx\n```")
    assert (cell.runs, cell.continues, cell.fixtures) == (runs, continues, fixtures)


def test_output_directly_under_a_cell_is_what_it_accepts() -> None:
    """The note says what comes out; a blank line between changes nothing."""
    for between in ("\n", "\n\n"):
        cell = only(f"{fence()}{between}```output\n1\n2\n```\n")
        assert cell.accepted is not None
        assert cell.accepted.text == "1\n2\n"
        assert cell.accepted.line == 4 + len(between) - 1


@pytest.mark.parametrize(
    "text",
    [
        fence() + "\n\ntext\n\n```output\n1\n```",
        "- " + fence().replace("\n", "\n  ") + "\n\n```output\n1\n```",
        fence() + "\n\n```text\n1\n```",
        "```output\n1\n```\n\n" + fence(),
    ],
)
def test_output_elsewhere_belongs_to_no_cell(text: str) -> None:
    """What stands further down, or in another list, is not checked against the cell."""
    assert only(text).accepted is None


@pytest.mark.parametrize("text", ["```output\n1", "> ```output\n> 1\n\ntext"])
def test_an_open_fence_of_output_is_a_problem(text: str) -> None:
    """The rest of a note is not taken for output, and `accept` does not write into it."""
    quote = "> " if text.startswith(">") else ""
    cell = only(quote + fence().replace("\n", f"\n{quote}") + "\n" + text)
    assert cell.problem is not None
    assert "the code fence is never closed" in cell.problem.message
    assert cell.problem.line == 4


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (fence() + "\n^fig-a", "fig-a"),
        (fence() + "\n\n^fig-a", "fig-a"),
        (fence() + "\n\n```output\n1\n```\n^fig-a", "fig-a"),
        (fence("label: fig-b"), "fig-b"),
        (fence() + "\n\ntext\n^fig-a", ""),
        (fence() + "\n\n\n^fig-a", ""),
        (fence(), ""),
    ],
)
def test_a_block_id_under_the_fence_names_the_cell(text: str, label: str) -> None:
    """A label as Obsidian writes one works as `#| label` does."""
    assert only(text).label == label


def test_values_belong_to_the_running_cell_above_them() -> None:
    """A number in prose is checked in the session that the reader has just seen."""
    text = "\n\n".join(
        [fence(), "1<!--= a -->", "```python notest\n```", "2<!--= b -->", fence(), "`{python} c`"]
    )
    found = [[value.expression for value in cell.values] for cell in cells(text)]
    assert found == [["a", "b"], [], ["c"]]


def test_a_cell_with_a_missing_include_carries_the_problem() -> None:
    """One wrong cell doesn't hide the others of its note."""
    wrong, right = cells(fence(code='--8<-- "gone.py"') + "\n\n" + fence())
    assert wrong.problem is not None
    assert wrong.problem.line == 2
    assert right.problem is None


@given(st.sampled_from(sorted(LANGUAGES)), st.text(st.characters(codec="utf-8"), max_size=40))
def test_code_is_taken_character_for_character(language: str, code: str) -> None:
    """Tabs, form feeds, emoji and combining marks reach Python as they were written."""
    assume(not set(code) & {"`", "\r", "\x00"})
    assume(not code.startswith(("#|", "--8<--")))
    text = f"````{language}\n{code}\n````"
    assume("8<" not in code)
    assert only(text).code == code + "\n"


@pytest.mark.parametrize(
    "info", ["Python", "PY", "Python3 continuation", "{.Python}", "Python title='a'"]
)
def test_a_language_counts_in_any_case(info: str) -> None:
    """Code hosts colour it as Python, so it runs as Python."""
    cell = only(f"```{info}\nx\n```\n\n```Output\n1\n```")
    assert cell.code == "x\n"
    assert cell.accepted is not None
    assert cell.accepted.text == "1\n"


def test_a_doctest_counts_in_any_case() -> None:
    """It is one, and no code that fails at `>>>`."""
    assert only("```PyCon\n>>> 1\n1\n```").is_doctest


@pytest.mark.nightly
def test_site_and_tests_run_a_language_in_any_case(tmp_path: Path) -> None:
    """The page shows its output, and pytest passes or fails it."""
    project = ProjectDir(tmp_path)
    project.configure()
    note = "# A\n\n```Python\nprint('ran', 6 * 7)\n```\n\n```OUTPUT\nran 42\n```\n"
    project.write({"docs/index.md": note})
    built = project.build()
    assert built.status == 0, built.output
    assert texts(project.page("index"), "stdout") == "ran 42"
    assert "OUTPUT" not in project.page("index")
    tested = project.pytest()
    assert tested.status == 0 and tested.lines("2 passed"), tested.output


def test_a_fence_of_markdown_exec_is_no_cell() -> None:
    """That plugin runs it; with both, it would run twice."""
    fences = '```python exec="on"\n1\n```', '```{.python exec="1" .x}\n2\n```', "```python\n3\n```"
    text = "\n\n".join(["# A", *fences])
    assert [cell.code for cell in Note("a.md", "docs/a.md", text).cells] == ["3\n"]
