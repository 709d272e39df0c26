"""The notes themselves: what they must cover, and the form that readers rely on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import note_records
import pytest

from notewright.note.note import Note
from notewright.vault.vault import Vault

ROOT = Path(__file__).parents[2]

MODELS = (
    "agglomerative-ward autoencoder birch cnn dbscan decision-tree diffusion discriminant-analysis "
    "gaussian-mixture gaussian-process generalised-linear-models gradient-boosting hidden-markov "
    "k-means "
    "k-nearest-neighbours label-propagation linear-regression linear-svc "
    "logistic-regression lstm-gru matrix-factorisation naive-bayes neural-network nu-svc "
    "outlier-detection pca policy-gradient q-learning random-forest ridge-lasso rnn "
    "softmax-regression spectral-clustering support-vector-machine t-sne transformer"
)
TEMPLATE = "docs/templates/model.md"
FORM = (ROOT / TEMPLATE).read_text("utf-8")
HEADINGS = re.findall(r"(?m)^## (.+)$", FORM)
QUESTIONS = re.findall(r"(?m)^> \[!question\]- (.+)$", FORM)
STANDING = FORM.partition("in words with: ")[2].partition(".")[0].split(", ")
"""What a note on a model must have stands in its template, and nowhere else."""


def numbered(prefix: str, last: int, width: int = 2) -> list[str]:
    """Ids such as S0-01 to S0-15."""
    return [f"{prefix}{number:0{width}}" for number in range(1, last + 1)]


def lettered(counts: Iterable[tuple[str, int]]) -> list[str]:
    """Ids of the fourth source, such as S3-P1 to S3-P8."""
    return [each for letter, last in counts for each in numbered(f"S3-{letter}", last, width=1)]


ITEMS = {
    "the playground": numbered("S0-", 15),
    "the note on machine learning": numbered("S1-", 30) + numbered("S1-T", 16),
    "the roadmap": numbered("S2-", 22),
    "the lessons learned": lettered(
        zip("PDMHTFCNRAKBXIO", (8, 8, 8, 4, 6, 5, 3, 1, 1, 6, 3, 3, 6, 7, 6), strict=True)
    ),
    "their errors": numbered("B", 33),
    "the experiments": [*numbered("L", 72), "L01b"],
}


@cache
def vault() -> Vault:
    """The project's own vault."""
    return note_records.vault()


def notes(folder: str) -> list[Note]:
    """The notes of a folder, without its index."""
    found = [note for path, note in vault().notes.items() if path.startswith(f"{folder}/")]
    return [note for note in found if note.name != "index"]


METHODS = (
    "concepts/active-learning",
    "concepts/calibration",
    "concepts/causal-basics",
    "concepts/comparing-models",
    "concepts/feature-importance",
    "concepts/feature-pipelines",
    "concepts/imbalanced-classes",
    "concepts/self-supervised",
    "concepts/survival",
    "concepts/time-series",
)
"""Notes on a method that have the form of a note on a model."""


def formed() -> list[str]:
    """Paths, without their ending, of the notes that have the form of a note on a model."""
    return sorted([*(f"models/{name}" for name in models()), *METHODS])


def models() -> list[str]:
    """Names of the notes on models."""
    return sorted(note.name for note in notes("models"))


def experiments() -> list[str]:
    """Ids of all lessons: those that must be there, and those that have a module."""
    modules = (ROOT / "snippets" / "lessons").glob("l[0-9]*.py")
    ids = {path.stem.partition("_")[0].replace("l", "L", 1) for path in modules}
    return sorted(ids.union(ITEMS["the experiments"]))


def sources(note: Note) -> list[str]:
    """The ids that a note says it covers."""
    return [str(each) for each in note.properties.get("sources") or ()]


def line(text: str, start: str) -> int:
    """The first line of a text that begins so, counted from 1; 1 if there is none."""
    lines = text.split("\n")
    return next((number for number, each in enumerate(lines, 1) if each.startswith(start)), 1)


def written() -> list[Note]:
    """Notes about the subject, as opposed to the engine."""
    skipped = ("engine/", "tags", "index")
    found = [note for path, note in vault().notes.items() if not path.startswith(skipped)]
    return [note for note in found if not note.is_base]  # which has no properties of its own


@pytest.mark.parametrize("source", ITEMS)
def test_each_item_is_covered_by_a_note(source: str) -> None:
    """Nothing of a source is dropped without a word."""
    covered = {each for note in vault().notes.values() for each in sources(note)}
    assert [each for each in ITEMS[source] if each not in covered] == []


def test_no_note_covers_what_there_is_not() -> None:
    """An id that is mistyped covers nothing."""
    known = {each for ids in ITEMS.values() for each in ids}.union(experiments())
    found = [(note.path, each) for note in written() for each in sources(note)]
    assert [entry for entry in found if entry[1] not in known] == []


def test_there_is_a_note_on_each_model() -> None:
    """None is lost; one that is added has a row in the comparison, see `test_comparison.py`."""
    assert [name for name in MODELS.split() if name not in models()] == []


@pytest.mark.parametrize("name", formed())
def test_a_model_note_has_its_headings_in_order(name: str) -> None:
    """A reader finds the same thing in the same place."""
    note = vault().notes[f"{name}.md"]
    assert [each.text for each in note.outline if each.level == 2] == HEADINGS, (
        f"{note.file}:1: its headings of level 2 are not those of {TEMPLATE}. Give it "
        f"{', '.join(HEADINGS)}, in this order"
    )


@pytest.mark.parametrize("name", formed())
def test_a_quiz_has_the_standing_questions_and_three_more(name: str) -> None:
    """Each answer is folded, and not empty."""
    note = vault().notes[f"{name}.md"]
    text, at = note.text, f"{note.file}:{line(note.text, '## Quiz')}"
    quiz = text.partition("\n## Quiz\n")[2].partition("\n## Further\n")[0]
    questions = re.findall(r"(?m)^> \[!question\]- (.+)\n(> \S.*)", quiz)
    asked = " ".join(question.lower() for question, _ in questions)
    lacking = [words for words in STANDING if words not in asked]
    assert lacking == [], f"{at}: no question has the words {lacking}. Ask as {TEMPLATE} does"
    least = len(QUESTIONS)
    assert len(questions) >= least, f"{at}: {len(questions)} questions. Ask {least} or more"
    assert len(questions) == quiz.count("[!question]"), (
        f"{at}: an answer is empty, or not folded. Write `> [!question]- …` and the answer below"
    )


def test_choices_have_an_answer_and_the_passage_that_gives_it() -> None:
    """At least one is right and one is not; predictions need no passage, their cell is below."""
    found = re.compile(r"(?m)^> \[!(question|predict)\]-? .+\n((?:> - \[[ x]\] .+\n)+)((?:>.*\n)*)")
    asked = [
        (path, *each)
        for path in sorted((ROOT / "docs").rglob("*.md"))
        if "engine" not in path.parts
        for each in found.findall(path.read_text("utf-8"))
    ]
    for path, kind, choices, answer in asked:
        assert "[x]" in choices and "[ ]" in choices, (path.name, choices)
        assert kind == "predict" or "[[#" in answer, (path.name, choices)
    assert len({path for path, kind, *_ in asked if kind == "predict"}) >= 10
    assert len([kind for _, kind, *_ in asked if kind == "question"]) >= 20


PARTS = (
    ("In practice", "Works when", "Begin a paragraph with `**Works when**`"),
    ("In practice", "fig-cap", "Show it in a figure with a caption"),
    ("Struggles when", "```python", "Show a failure with a cell"),
    ("From scratch", r'^--8<-- "', "Include the core from snippets/"),
    ("From scratch", "assert", "Compare the core with a library by `assert`"),
    ("From scratch", "Rebuild it yourself", "Name the exercise and the command that judges it"),
)
"""What stands below a heading, as the comments of the template say."""


@pytest.mark.parametrize("name", formed())
def test_a_model_note_shows_success_failure_and_a_core(name: str) -> None:
    """What works and what does not each have a figure; the core is included and compared."""
    note = vault().notes[f"{name}.md"]
    text = re.sub(r"(?m)^%% .* %%$", "", note.text)  # comments of the template name it all
    parts = dict(zip(HEADINGS, re.split(r"(?m)^## .+$", text)[1:], strict=True))
    for heading, wanted, remedy in PARTS:
        at = f"{note.file}:{line(text, f'## {heading}')}"
        found = re.search(wanted, parts[heading], re.M)
        assert found, f"{at}: nothing below `{heading}` matches `{wanted}`. {remedy}"


@pytest.mark.parametrize("path", sorted(note.path for note in written()))
def test_a_note_says_what_it_is(path: str) -> None:
    """It has its properties, a title that is its first heading, and begins with the answer."""
    note = vault().notes[path]
    for name in ("title", "tags", *(["aliases"] if note.name != "index" else [])):
        remedy = f"Add `{name}:` to its properties, as the templates in docs/templates/ have it"
        assert note.properties.get(name), f"{note.file}:1: no {name}. {remedy}"
    first, title = note.outline[0], note.properties["title"]
    assert (first.level, first.text) == (1, title), (
        f"{note.file}:{note.body_line + 1}: the first heading is not the title. Write `# {title}`"
    )
    body = note.text.partition(f"\n# {first.text}\n")[2].lstrip()
    at = f"{note.file}:{line(note.text, f'# {first.text}')}"
    remedy = "Begin with the answer, in one paragraph"
    assert re.match(r"[\w\[*`\"“]", body), f"{at}: no paragraph below the title. {remedy}"


def test_each_correction_leads_to_its_check_and_back() -> None:
    """A note that corrects an error links to its entry, and the entry is there."""
    page = vault().notes["corrections.md"]
    entries = re.findall(r"(?m)^## (B\d\d) ", page.text)
    assert entries == numbered("B", 33)
    for wrong in ("<del>", "<ins>"):  # struck through, and what takes its place
        assert len(re.findall(rf"(?m)^- \*\*[^*]+\*\*: {wrong}.+</{wrong[1:]}$", page.text)) == 33
    for note in written():
        for named in re.findall(r"(?m)^> \[!\w+\][+-]? Correction (B\d\d)", note.text):
            assert re.search(rf"\[\[corrections(#[^\]|]*)?\|{named}\]\]", note.text), note.path
            assert named in sources(note), note.path


@pytest.mark.parametrize("lesson", experiments())
def test_each_experiment_is_a_lesson_with_its_module(lesson: str) -> None:
    """A lesson has its section, its labelled outcome and its module."""
    text = "\n".join(note.text for note in notes("lessons"))
    assert re.search(rf"(?m)^## {lesson} \S", text)
    assert re.search(rf"(?m)^#\| label: {lesson.lower()}$", text)
    modules = list((ROOT / "snippets" / "lessons").glob(f"{lesson.lower()}_*.py"))
    assert len(modules) == 1
