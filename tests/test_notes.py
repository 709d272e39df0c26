"""The notes themselves: what they must cover, and the form that readers rely on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from notewright.settings import Settings
from notewright.vault import Note, Vault

ROOT = Path(__file__).parents[1]

MODELS = (
    "agglomerative-ward autoencoder birch cnn dbscan decision-tree gaussian-mixture "
    "gradient-boosting k-means k-nearest-neighbours label-propagation linear-regression "
    "linear-svc logistic-regression naive-bayes neural-network nu-svc outlier-detection pca "
    "q-learning random-forest ridge-lasso rnn softmax-regression spectral-clustering "
    "support-vector-machine"
)
HEADINGS = [
    "Idea",
    "Function, loss, optimiser",
    "Worked example: inputs, outputs, data",
    "From scratch",
    "In practice",
    "Struggles when",
    "Corrections",
    "Quiz",
    "Further",
]
STANDING = ("five-year-old", "technical summary", "new problem")


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
    "the experiments": [*numbered("L", 51), "L01b"],
}


@cache
def vault() -> Vault:
    """The project's own vault."""
    return Vault.scan(Settings.load(ROOT))


def notes(folder: str) -> list[Note]:
    """The notes of a folder, without its index."""
    found = [note for path, note in vault().notes.items() if path.startswith(f"{folder}/")]
    return [note for note in found if note.name != "index"]


def sources(note: Note) -> list[str]:
    """The ids that a note says it covers."""
    return [str(each) for each in note.properties.get("sources") or ()]


def written() -> list[Note]:
    """Notes about the subject, as opposed to the engine."""
    skipped = ("engine/", "tags", "index")
    return [note for path, note in vault().notes.items() if not path.startswith(skipped)]


@pytest.mark.parametrize("source", ITEMS)
def test_each_item_is_covered_by_a_note(source: str) -> None:
    """Nothing of a source is dropped without a word."""
    covered = {each for note in vault().notes.values() for each in sources(note)}
    assert [each for each in ITEMS[source] if each not in covered] == []


def test_no_note_covers_what_there_is_not() -> None:
    """An id that is mistyped covers nothing."""
    known = {each for ids in ITEMS.values() for each in ids}
    found = [(note.path, each) for note in written() for each in sources(note)]
    assert [entry for entry in found if entry[1] not in known] == []


def test_there_is_a_note_on_each_model() -> None:
    """No more and no fewer: the comparison has a row for each."""
    assert sorted(note.name for note in notes("models")) == MODELS.split()


@pytest.mark.parametrize("name", MODELS.split())
def test_a_model_note_has_its_headings_in_order(name: str) -> None:
    """A reader finds the same thing in the same place."""
    outline = vault().notes[f"models/{name}.md"].outline
    assert [each.text for each in outline if each.level == 2] == HEADINGS


@pytest.mark.parametrize("name", MODELS.split())
def test_a_quiz_has_the_standing_questions_and_three_more(name: str) -> None:
    """Each answer is folded, and not empty."""
    text = vault().notes[f"models/{name}.md"].text
    quiz = text.partition("\n## Quiz\n")[2].partition("\n## Further\n")[0]
    questions = re.findall(r"(?m)^> \[!question\]- (.+)\n(> \S.*)", quiz)
    asked = " ".join(question.lower() for question, _ in questions)
    assert [words for words in STANDING if words not in asked] == []
    assert len(questions) >= 6
    assert len(questions) == quiz.count("[!question]")


@pytest.mark.parametrize("name", MODELS.split())
def test_a_model_note_shows_success_failure_and_a_core(name: str) -> None:
    """What works and what does not each have a figure; the core is included and compared."""
    text = vault().notes[f"models/{name}.md"].text
    parts = dict(zip(HEADINGS, re.split(r"(?m)^## .+$", text)[1:], strict=True))
    assert "Works when" in parts["In practice"]
    assert "fig-cap" in parts["In practice"]
    assert "```python" in parts["Struggles when"]
    assert re.search(r'(?m)^--8<-- "', parts["From scratch"])
    assert "assert" in parts["From scratch"]
    assert "Rebuild it yourself" in parts["From scratch"]


@pytest.mark.parametrize("path", sorted(note.path for note in written()))
def test_a_note_says_what_it_is(path: str) -> None:
    """It has its properties, a title that is its first heading, and begins with the answer."""
    note = vault().notes[path]
    assert note.properties.get("tags"), "no tags"
    assert note.properties.get("aliases") or note.name == "index", "no aliases"
    first = note.outline[0]
    assert (first.level, first.text) == (1, note.properties["title"])
    body = note.text.partition(f"\n# {first.text}\n")[2].lstrip()
    assert re.match(r"[\w\[*`\"“]", body), "no paragraph below the title"


def test_each_correction_leads_to_its_check_and_back() -> None:
    """A note that corrects an error links to its entry, and the entry is there."""
    page = vault().notes["corrections.md"]
    entries = re.findall(r"(?m)^## (B\d\d) ", page.text)
    assert entries == numbered("B", 33)
    for note in written():
        for named in re.findall(r"(?m)^> \[!\w+\][+-]? Correction (B\d\d)", note.text):
            assert re.search(rf"\[\[corrections(#[^\]|]*)?\|{named}\]\]", note.text), note.path
            assert named in sources(note), note.path


@pytest.mark.parametrize("lesson", ITEMS["the experiments"])
def test_each_experiment_is_a_lesson_with_its_module(lesson: str) -> None:
    """A lesson has its section, its labelled outcome and its module."""
    text = "\n".join(note.text for note in notes("lessons"))
    assert re.search(rf"(?m)^## {lesson} \S", text)
    assert re.search(rf"(?m)^#\| label: {lesson.lower()}$", text)
    modules = list((ROOT / "snippets" / "lessons").glob(f"{lesson.lower()}_*.py"))
    assert len(modules) == 1
