r"""Text in formulas, `\text{…}`, written so that the converter shows what LaTeX would.

latex2mathml takes the text to the first brace as it stands. Here signs that are escaped become
characters of their own, and formulas, colours and groups in the text become parts beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from notewright.render.latex_check import FormulaError

_COMMAND = re.compile(r"\\(?:text(?:bf|it|md|normal|rm|sf|tt|up)?|mbox|hbox)(?![a-zA-Z])\s*(?=\{)")
_COLOUR = re.compile(r"\\textcolor\s*\{[^{}\\$]*\}\s*(?=\{)")
_ESCAPED = re.compile(r"\\(?P<sign>[_#$%&{}])")
_SPACES = {r"\ ": " ", r"\,": "\u2009", r"\:": "\u2005", r"\;": "\u2004", r"\!": "", "~": "\xa0"}
_SPACE = re.compile(r"\\[ ,:;!]|~")
_FORMULA = re.compile(r"\$(?P<formula>(?:\\.|[^$\\])+)\$", re.S)

_HELD = 0xF0000
"""What holds the place of an escaped sign: a private character, this far behind it."""
_PLACES = re.compile(f"[{chr(_HELD)}-{chr(_HELD + 0x7F)}]")


def rewrite(tex: str) -> str:
    """Rewrite all texts of a formula; what is not closed is left as it stands.

    Raises:
        FormulaError: If a formula in a text is not closed.
    """
    return "".join(_parts(tex))


def shown(text: str) -> str:
    """Put the signs back into text that was converted."""
    return re.sub(
        f"[{chr(_HELD)}-{chr(_HELD + 0x7F)}]", lambda held: chr(ord(held[0]) - _HELD), text
    )


def _parts(tex: str) -> Iterator[str]:
    reached = 0
    while match := _COMMAND.search(tex, reached):
        end = _closing(tex, match.end())
        if end is None:
            break
        yield tex[reached : match.start()]
        yield _text(match[0].strip(), tex[match.end() + 1 : end])
        reached = end + 1
    yield tex[reached:]


def _text(command: str, content: str) -> str:
    """One text: a group of its parts, or itself if it has but one."""
    parts = list(_pieces(command, content))
    return parts[0] if len(parts) == 1 else f"{{{''.join(parts)}}}"


def _pieces(command: str, content: str) -> Iterator[str]:
    plain, reached, has_any = "", 0, False
    while reached < len(content):
        if match := _ESCAPED.match(content, reached):
            plain += chr(_HELD + ord(match["sign"]))
        elif match := _SPACE.match(content, reached):
            plain += _SPACES[match[0]]
        elif found := _inner(command, content, reached):
            if plain:
                yield f"{command}{{{plain}}}"
            yield found[0]
            plain, reached, has_any = "", found[1], True
            continue
        elif content[reached] == "$":
            raise FormulaError("a `$` in a text has no other; the sign is `\\$`")
        else:
            plain += content[reached]
            reached += 1
            continue
        reached = match.end()
    if plain or not has_any:
        yield f"{command}{{{plain}}}"


def _inner(command: str, content: str, start: int) -> tuple[str, int] | None:
    """A formula, a colour, a font or a group that begins at a place, and where it ends."""
    if match := _FORMULA.match(content, start):
        return f"{{{rewrite(match['formula'])}}}", match.end()
    colour, font = _COLOUR.match(content, start), _COMMAND.match(content, start)
    opening = colour or font
    brace = opening.end() if opening else start
    end = _closing(content, brace) if content[brace : brace + 1] == "{" else None
    if end is None:
        return None
    made = _text(font[0].strip() if font else command, content[brace + 1 : end])
    return (f"{colour[0].strip()}{{{made}}}" if colour else made), end + 1


def _closing(tex: str, opening: int) -> int | None:
    """Where the brace that opens at a place is closed."""
    depth = 0
    for match in re.compile(r"\\.|[{}]", re.S).finditer(tex, opening):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return match.start()
    return None
