r"""Finds values in prose: checked, `0.94<!--= acc -->`, and computed, `` `{python} acc` ``.

With `~`, as in `4<!--~ k -->` and `` `{python~} k` ``, they follow the frames of the cell above.
A checked claim, `It is ahead.<!--! lead.low > 0 -->`, is a comparison that has to be true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from notewright.note.held_properties import Held
from notewright.note.parse import Parse

_INLINE = re.compile(
    r"\\[\\`<]"
    r"|(?<!`)(?P<ticks>`+)(?!`)(?P<code>.*?)(?<!`)(?P=ticks)(?!`)"
    r"|<!--(?P<mark>[=~!])(?P<checked>.*?)-->"
    r"|<!--.*?-->"
    r"|\$\$.*?\$\$",
    re.S,
)
_COMPUTED = re.compile(r"\{python(?P<mark>~?)\}\s+(?P<expression>.+)", re.S)
_MARKUP = "*_~=\"'()[]`$"
# What stands behind the text of a link, and a footnote: it is no part of what is said.
_ADDRESS = re.compile(
    r"\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\]\[[^\[\]\n]*[^\W\d][^\[\]\n]*\]|\[\^[^\[\]\n]+\]"
)

_NUMBER = r"(?:(?<!\w)[-+−]+)?(?:\d[\d,_]*(?:\.\d*)?|\.\d+)(?:[eE][-+−]?\d+)?[^\s\d]*"
_LAST_NUMBER = re.compile(rf"(?<![\w.,]){_NUMBER}$")
_IS_NUMBER = re.compile(_NUMBER)
# `82.7 %` is one number, also where the result is `82.7%`.
_SPACED_UNIT = re.compile(r"(?<![\w.,])[-+−]?\d[\d,._]*\s([^\s\w]+)$")
# What would make a longer number, or a negative one, of a number behind it; `3-5` is a range.
_HALF_SAID = re.compile(r"(?:[^\W_]_*|[.,]|(?<!\w)[-−]|\d[eE][-+−])$")
_CONTAINERS = re.compile(r"(?:\s*(?:>|[-*+](?=\s)|\d+[.)](?=\s)|#{1,6}(?=\s)))*\s*")
# `**Verdict:** ` at the start of a block names what follows, and is no part of it.
_LABEL = re.compile(r"(\*\*|__)[^*_\n]{1,40}(?::\1|\1:)\s+")
# `k=3` and `(3` say 3.
_LEAD = re.compile(r"(?:[^\s\w]|_)*?(?:[A-Za-z_]\w*=)?(?=[-+−]*[.,]?[^\W_])")


@dataclass(frozen=True, slots=True)
class Value:
    """One value in the prose of a note.

    Attributes:
        line: The note's line, counted from 1.
        expression: The Python that gives it.
        before: For a checked value, the text of its block up to the comment; else None.
        start: Offset in the note of the comment, or of the code span.
        end: Offset behind it.
        visible: Offset of its start in the note without `%%` comments.
        visible_end: Offset behind it there.
        follows: Whether it moves with the frames of the cell above.
        is_claim: Whether it has to be true, and stands for no text of the note.
        held: For what a cell says of its note's properties, these; it stands in no prose.
    """

    line: int
    expression: str
    before: str | None
    start: int
    end: int
    visible: int
    visible_end: int
    follows: bool = False
    is_claim: bool = False
    held: Held | None = None

    @property
    def is_checked(self) -> bool:
        """Whether the note says the value, and the run only checks it."""
        return self.before is not None

    def agrees(self, result: str) -> bool:
        """Whether the note says what the run gave."""
        if self.is_claim:
            return result == "True"
        if self.before is None:
            return True
        if not result.strip():
            return self.before.endswith(result) and not _is_half(self.before, "x")
        return any(
            said.endswith(each) and not _is_half(said.removesuffix(each), each)
            for said, _ in _endings(self.before)
            for each in {result, in_cell(result)}
        )

    def place(self, result: str) -> tuple[int, int]:
        """Where what the note says in the place of a result begins and ends in the text before."""
        assert self.before is not None
        said, before = self.written(result), self._without_marks(result)
        if not said:
            return len(self.before), len(self.before)
        end = len(before) - before.endswith("\n")
        return end - len(said), end

    def written(self, result: str) -> str:
        """What the note says in the place of a result: as many words as the result has."""
        if self.before is None or self.is_claim:
            return ""
        before = self._without_marks(result)
        said = self._words(before, result)
        # What would stay in front of the result must not make another number or word of it.
        while (rest := before.removesuffix(said))[-1:].strip() and _is_half(rest, result):
            said = rest[-1] + said
        return said

    @staticmethod
    def _words(before: str, result: str) -> str:
        """The last words of a text in whose place a result may stand."""
        number = _LAST_NUMBER.search(before) if _IS_NUMBER.fullmatch(result) else None
        if number is not None:
            return number[0]
        spaced = _SPACED_UNIT.search(before) if _IS_NUMBER.fullmatch(result) else None
        if spaced is not None and result.endswith(spaced[1]):
            return spaced[0]
        before = before[_CONTAINERS.match(before).end() :]  # type: ignore[union-attr]
        label = _LABEL.match(before)
        if label is not None and not result.startswith(label[0].split()[0]):
            before = before[label.end() :]  # else a longer result would take its place
        wanted = [bool(re.search(r"\w", word)) for word in result.split()]
        end = len(before) - before.endswith("\n")
        words = list(re.finditer(r"\S+", before[:end]))
        if not words or words[-1].end() != end:
            return ""
        # No pattern for several words: where it does not match, it would try without end.
        for count in range(min(len(wanted), len(words)), 0, -1):
            last = words[-count:]
            pairs = zip(wanted[-count:], last, strict=True)
            if all(re.search(r"\w", word[0]) for has_letter, word in pairs if has_letter):
                said = before[last[0].start() : end]
                if re.match(r"\S*\d", result):  # a number takes no word before a number
                    said = re.sub(r"^(?:[^\s\d]+\s+)+(?=\S*\d)", "", said)
                return _without_lead(said, result)
        return _without_lead(words[-1][0], result)

    def _without_marks(self, result: str) -> str:
        """The text before, without emphasis and brackets behind it that are not the result's."""
        assert self.before is not None
        *_, (bare, last) = _endings(self.before)
        own = result[len(result.rstrip(_MARKUP)) :]
        kept = self.before.rfind(own, len(bare), last) if own else -1
        return self.before[: kept + len(own)] if kept >= 0 else bare


def in_cell(result: str) -> str:
    """A result as a cell of a table holds it, which ends at a bar."""
    return result.replace("|", "\\|")


def _endings(text: str) -> Iterator[tuple[str, int]]:
    """Yield a text without more and more of the markup behind it.

    With each comes where the last address was that is gone, or the end of the text.
    """
    last = len(text)
    while True:
        yield text, last
        start = max(text.rfind(mark) for mark in ("](", "][", "[^"))
        if start >= 0 and _ADDRESS.fullmatch(text, start):
            text, last = text[: start + text.startswith("]", start)], start
        elif text and text[-1] in _MARKUP:
            text = text[:-1]
        else:
            return


def _is_half(before: str, result: str) -> bool:
    """Whether a result is only the end of the number or the word that the note says."""
    return bool(re.match(r"[\w.]", result) and _HALF_SAID.search(before))


def _without_lead(said: str, result: str) -> str:
    """What is said, without brackets and emphasis before it that are not the result's."""
    own = re.match(r"(?:[^\s\w]|_)*", result)
    lead = re.match(r"(?:[^\s\w]|_)*", said)
    assert own is not None and lead is not None
    if own[0] and lead[0].endswith(own[0]):
        return said[len(lead[0]) - len(own[0]) :]
    return _LEAD.sub("", said, count=1) if _LEAD.match(said) else said


def find_values(parse: Parse) -> Iterator[Value]:
    """Yield the values of a note in order; in code, in properties and in comments are none."""
    if not any(mark in parse.text for mark in ("<!--=", "<!--~", "<!--!", "{python}", "{python~}")):
        return  # most notes: nothing to parse for
    visible = parse.visible
    for first, last in parse.prose():
        for match in _INLINE.finditer(visible.text, first, last):
            expression, before, mark = match["checked"], None, match["mark"]
            if expression is not None:
                before = visible.text[first : match.start()]
            elif match["code"] is not None:
                computed = _COMPUTED.fullmatch(match["code"].strip())
                expression = computed["expression"] if computed else None
                mark = computed["mark"] if computed else ""
            if expression is not None:
                yield Value(
                    line=visible.text.count("\n", 0, match.start()) + 1,
                    expression=_on_one_line(expression, visible.text, match.start()),
                    before=before,
                    start=visible.whole_offset(match.start()),
                    end=visible.whole_offset(match.end() - 1) + 1,
                    visible=match.start(),
                    visible_end=match.end(),
                    follows=mark == "~",
                    is_claim=mark == "!",
                )


def _on_one_line(expression: str, text: str, start: int) -> str:
    """An expression without the line breaks of its prose, and the marks of a quote behind them."""
    quoted = _CONTAINERS.match(text, text.rfind("\n", 0, start) + 1)
    assert quoted is not None
    breaks = rf"\s*\n(?:[ \t]*>){{0,{quoted[0].count('>')}}}\s*"
    return re.sub(breaks, " ", expression.strip())
