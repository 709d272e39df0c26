"""Printing: a browser makes the PDF; here a stand-in for it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from notewright.errors import EngineError
from notewright.hosts import printing
from notewright.hosts.printing import printed, said_once, the_same

STAND_IN = """#!/bin/sh
for word in "$@"; do
  case "$word" in --print-to-pdf=*) to=${word#*=} ;; file:*) from=${word#file://} ;; esac
done
%s
"""


def program(folder: Path, act: str) -> Path:
    """A program that is called as a browser is."""
    made = folder / "browser"
    made.write_text(STAND_IN % act, "utf-8")
    made.chmod(0o755)
    return made


def test_what_the_browser_prints_is_given(tmp_path: Path) -> None:
    """It gets the document, and its dates are left out."""
    act = 'echo "(D:1)/CreationDate (D:20261123051500+00\'00\')" > "$to"; cat "$from" >> "$to"'
    found = printed(b"<p>1</p>", program(tmp_path, act))
    assert found == b"(D:1)/CreationDate (D:20000101000000+00'00')\n<p>1</p>"


def test_a_browser_that_fails_is_told(tmp_path: Path) -> None:
    """With its last words."""
    with pytest.raises(EngineError, match="printed nothing: no display"):
        printed(b"", program(tmp_path, 'echo "first\nno display" >&2; exit 1'))
    with pytest.raises(EngineError, match="cannot start"):
        printed(b"", tmp_path / "none")


def test_without_a_browser_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it was looked for."""
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(printing, "_PLACES", {})
    with pytest.raises(EngineError, match=r"none was found.*`--browser`.*\.html"):
        printed(b"")


@pytest.mark.parametrize("date", [b"20261123051500+00'00'", b"20261123051500Z", b"20261123051500"])
def test_no_offset_moves(date: bytes) -> None:
    """A date of any length is replaced by one of that length."""
    before = b"<< /CreationDate (D:" + date + b")\n/ModDate (D:" + date + b")>>"
    after = the_same(before)
    assert len(after) == len(before) and after.count(b"(D:20000101000000") == 2


def hexed(text: str) -> bytes:
    """A title that is not plain, as an outline has it."""
    return b"/Title <FEFF" + text.encode("utf-16-be").hex().upper().encode() + b">"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (b"/Title (IdeaIdea)", b"/Title (Idea)"),
        (b"/Title (Idea)", b"/Title (Idea)"),
        (rb"/Title (f\(x\)f\(x\))", rb"/Title (f\(x\))"),
        (hexed("ÉtéÉté"), hexed("Été")),
        (b"/Title (couscous)", b"/Title (couscous)"),
        (hexed("ÉéÉé"), hexed("ÉéÉé")),
    ],
)
def test_a_heading_is_said_once(said: bytes, meant: bytes) -> None:
    """Whatever signs it has; one that is a doubled word stays."""
    html = "<h1>Idea</h1><h2 id='a'>f(x)</h2><h2>Été</h2><h3>couscous</h3><h2>ÉéÉé</h2>"
    found = said_once(b"1 " + said + b" 2", html)
    assert len(found) == len(said) + 4
    assert found.split(b" ", 1)[1].rsplit(b" ", 1)[0].rstrip() == meant


def test_parts_have_the_same_names_in_each_print() -> None:
    """They are numbers in rising order, whatever else the browser has counted."""
    first = b"/ID (node00000141) /Limits [(node00000141) (node00000144)] node00000009"
    second = b"/ID (node00000145) /Limits [(node00000145) (node00000150)] node00000009"
    named = b"/ID (node00000001) /Limits [(node00000001) (node00000002)] node00000009"
    assert the_same(first) == the_same(second) == named
