"""A manifest holds what cells showed, in the same bytes, and is refused once it is damaged."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.errors import EngineError
from notewright.run.manifest import RECORDS, Manifest, Part, Shown, text_of_html, words_of_svg

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><!-- accuracy --><path d="M 1 2"/></svg>'


def manifest(text: str = "0.5", figure: str = SVG, machine: str = "Linux") -> Manifest:
    parts = (Part("text", text), Part("figure", words_of_svg(figure), "", figure))
    return Manifest(RECORDS, {"docs/a.md": (Shown(3, "fig-a", "c0de", machine, parts),)})


texts = st.text(st.characters(blacklist_categories=["Cs"]), max_size=30)
parts = st.builds(Part, st.sampled_from(["text", "value"]), texts, texts, texts)
cells = st.builds(Shown, st.integers(1, 999), texts, texts, texts, st.lists(parts).map(tuple))


@pytest.mark.nightly
@given(notes=st.dictionaries(texts, st.lists(cells, max_size=3).map(tuple), max_size=3))
def test_what_is_written_is_what_is_read(
    notes: dict[str, tuple[Shown, ...]], tmp_path: Path
) -> None:
    """Whatever cells showed; compressed or not."""
    made = Manifest(RECORDS, notes)
    for name in ("m.json", "m.json.gz"):
        made.write(tmp_path / name)
        assert Manifest.read(tmp_path / name) == made


def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    """No clock, no path and no order of making is in it."""
    one, other = tmp_path / "a" / "m.json.gz", tmp_path / "b" / "m.json.gz"
    manifest().write(one)
    manifest().write(other)
    assert one.read_bytes() == other.read_bytes()
    assert str(tmp_path) not in gzip.decompress(one.read_bytes()).decode()


def test_a_light_manifest_has_the_same_digests() -> None:
    """Figures are left out, and a difference in one is still seen."""
    full = json.loads(manifest().to_bytes())
    light = json.loads(manifest().to_bytes(with_figures=False))
    assert "<svg" in str(full) and "<svg" not in str(light)
    first, second = (each["notes"]["docs/a.md"] for each in (full, light))
    assert first["digest"] == second["digest"]
    assert first["cells"][0]["digest"] == second["cells"][0]["digest"]


def test_neither_place_nor_machine_is_in_a_digest() -> None:
    """A cell that moved, or ran elsewhere, and showed the same, is the same."""
    shown = Shown(1, "", "c0de", "Linux", (Part("text", "1"),))
    moved = Shown(9, "", "c0de", "Plan 9", (Part("text", "1"),))
    assert shown.digest == moved.digest


@pytest.mark.parametrize("end", [1, 100, -2])
@pytest.mark.parametrize("name", ["m.json", "m.json.gz"])
def test_a_part_of_a_manifest_is_none(tmp_path: Path, name: str, end: int) -> None:
    """A copy that was broken off is told, plainly."""
    path = tmp_path / name
    manifest().write(path)
    path.write_bytes(path.read_bytes()[:end])
    with pytest.raises(EngineError, match=r"is not a manifest, or is incomplete"):
        Manifest.read(path)


@pytest.mark.parametrize(
    "content", ["", "[]", "1", "null", '{"format": 1}', '{"format": 1, "of": "x", "notes": {}}']
)
def test_any_other_file_is_no_manifest(tmp_path: Path, content: str) -> None:
    """Whatever it holds."""
    path = tmp_path / "m.json"
    path.write_text(content)
    with pytest.raises(EngineError, match="is not a manifest"):
        Manifest.read(path)


@pytest.mark.gate
@given(
    content=st.recursive(
        st.none() | st.integers() | texts, lambda of: st.lists(of) | st.dictionaries(texts, of)
    )
)
def test_any_json_is_refused_or_read(content: object, tmp_path: Path) -> None:
    """No traceback, whatever stands where."""
    path = tmp_path / "m.json"
    told = json.loads(manifest().to_bytes())
    for name in ("notes", "machines", "of"):
        path.write_text(json.dumps(told | {name: content}), "utf-8")
        try:
            Manifest.read(path)
        except EngineError as error:
            assert "is not a manifest" in str(error)


def test_a_digit_that_was_changed_by_hand_is_seen(tmp_path: Path) -> None:
    """What is compared with is what was made."""
    path = tmp_path / "m.json"
    path.write_bytes(manifest("0.51").to_bytes().replace(b'"0.51"', b'"0.52"'))
    with pytest.raises(EngineError):
        Manifest.read(path)


def test_another_format_says_so(tmp_path: Path) -> None:
    """A manifest of a later version is not compared by halves."""
    path = tmp_path / "m.json"
    path.write_text('{"format": 2}')
    with pytest.raises(
        EngineError, match=("has format 2, but this version of notewright reads format 1")
    ):
        Manifest.read(path)


def test_a_table_is_text_a_line_a_row() -> None:
    """Digits of a table are compared as those of a print."""
    html = "<style>a</style><table><tr><th>a</th></tr><tr><td>1.5</td><td>&lt;b</td></tr></table>"
    assert text_of_html(html) == "a\n1.5  <b"
