"""Fonts of a site: subsets of installed packages, the same each time, with all that is shown."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from projects import ProjectDir

from notewright.errors import EngineError
from notewright.files import Store
from notewright.render import fonts

FORMULAS = r"""
# Formulas

$$\sum_{i=1}^n \frac{\partial f}{\partial x_i} = \int_0^1 \mathbf{w}^T \mathcal{N} \hat{y}
\leq \lVert \theta \rVert \cdot \sqrt{\epsilon}$$ and $\Sigma_k \in \mathbb{R}$.
"""


def built(tmp_path: Path, names: list[str], note: str = FORMULAS) -> ProjectDir:
    """A site that brings fonts."""
    project = ProjectDir(tmp_path)
    project.configure({"fonts": names})
    project.write({"docs/index.md": note})
    result = project.build()
    assert result.status == 0, result.output
    return project


@pytest.mark.gate
def test_formulas_have_all_their_signs_and_the_table_that_places_them(tmp_path: Path) -> None:
    """Italic forms too: a browser shows a letter alone by another character."""
    project = built(tmp_path, ["math"])
    (file,) = (project.root / "site").rglob("STIXTwoMath*.woff2")
    font = TTFont(io.BytesIO(file.read_bytes()))
    assert "MATH" in font
    shown = {ord(each) for each in fonts.characters(project.page("index")) if each.strip()}
    italics = {0x1D453, 0x1D465, 0x1D702 + 1}  # f, x and theta
    assert {ord("∑"), ord("𝐰"), ord("ℝ")} <= shown
    assert (shown | italics) - set(font.getBestCmap()) == set()
    assert list((project.root / "site").rglob("STIXTwoMath-licence.txt"))


def test_signs_of_scripts_have_a_form_of_their_own(tmp_path: Path) -> None:
    """Italic letters and figures; of a bold letter or a bracket the same form is made smaller."""
    cut = dict(fonts.files(["math"], "k2𝐱(", fonts.store_of(tmp_path)))
    font = TTFont(io.BytesIO(next(cut[name] for name in cut if name.endswith(".woff2"))))
    lookups = font["GSUB"].table.LookupList.Lookup
    small = {glyph for each in lookups for table in each.SubTable for glyph in table.alternates}
    signs = font.getBestCmap()
    assert {sign for sign in signs if signs[sign] in small} == {ord("k"), ord("2"), 0x1D458}


def test_forms_of_scripts_are_there_for_letters_and_primes(tmp_path: Path) -> None:
    """Chromium finds those of a font only under the writing system of the sign itself."""
    cut = dict(fonts.files(["math"], "x′", fonts.store_of(tmp_path)))
    font = TTFont(io.BytesIO(next(cut[name] for name in cut if name.endswith(".woff2"))))
    table = font["GSUB"].table
    names = [each.FeatureTag for each in table.FeatureList.FeatureRecord]
    for system in table.ScriptList.ScriptRecord:
        assert "ssty" in [names[each] for each in system.Script.DefaultLangSys.FeatureIndex]
    assert {"DFLT", "latn", "math"} <= {each.ScriptTag for each in table.ScriptList.ScriptRecord}
    assert "ssty" in fonts.styles(["math"]) and "ssty" not in fonts.styles(["text"])


@pytest.mark.nightly
def test_signs_are_as_wide_as_their_font_says(tmp_path: Path) -> None:
    """Of `%`, Source Serif says too that it is as wide as its bar, and some browsers believe it."""
    cut = dict(fonts.files(["text"], "", fonts.store_of(tmp_path)))
    for font in (TTFont(io.BytesIO(cut[name])) for name in cut if name.endswith(".woff2")):
        widths = font["hmtx"].metrics
        for name in font.getGlyphOrder():
            for part in getattr(font["glyf"][name], "components", ()):
                takes_its_width = part.flags & 0x0200
                assert not takes_its_width or widths[part.glyphName][0] == widths[name][0]


@pytest.mark.parametrize("formula", ["<msqrt><mi>h</mi></msqrt>", "<mroot><mi>h</mi>3</mroot>"])
def test_a_root_has_its_sign(formula: str) -> None:
    """It stands in no text: the element draws it."""
    assert "√" in fonts.characters(f"<math>{formula}</math>")
    assert "√" not in fonts.characters("<math><mi>h</mi></math>")


@pytest.mark.nightly
def test_a_first_visit_loads_at_most_115_kilobytes_of_fonts(tmp_path: Path) -> None:
    """Two of prose, two of labels, one of code; italics and formulas come when they are used."""
    store = Store(tmp_path, ".woff2", 1 << 30)
    files = dict(fonts.files(["text", "code"], (), store))
    first = [len(text) for name, text in files.items() if name.endswith("2") and "-It" not in name]
    assert len(first) == 5 and sum(first) <= 115_000
    assert len([name for name in files if name.endswith("-licence.txt")]) == 3
    again = dict(fonts.files(["text", "code"], (), store))
    fresh = dict(fonts.files(["text", "code"], (), Store(tmp_path / "new", ".woff2", 1 << 30)))
    assert files == again == fresh


def test_only_what_is_asked_for_is_published(tmp_path: Path) -> None:
    """A site without formulas has no font of them, and one that asks for none has none."""
    project = built(tmp_path, ["math"], "# A\n\nNo formula.\n")
    published = project.root / "site" / fonts.FONTS
    assert not published.exists()
    project = built(tmp_path, [])
    assert not published.exists()
    assert "fonts.css" not in project.page("index")


@pytest.mark.nightly
def test_each_face_that_is_named_is_there(tmp_path: Path) -> None:
    """The addresses of the style sheet lead to files, on this site."""
    project = built(tmp_path, ["text", "code", "math"])
    (styles,) = (project.root / "site").rglob("fonts.css")
    addresses = re.findall(r'url\("([^"]+)"\)', styles.read_text("utf-8"))
    assert len(addresses) == len(fonts.FACES)
    assert all((styles.parent / each).is_file() for each in addresses)


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site whose fonts nobody brings is not built without a word."""
    monkeypatch.setattr(fonts.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EngineError, match=r"ziamath.*notewright\[site\]"):
        list(fonts.files(["math"], "x", Store(Path("none"), ".woff2", 1)))
