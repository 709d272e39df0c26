r"""Text in formulas, `\text{…}`, written so that the converter shows what LaTeX would.

latex2mathml takes the text to the first brace as it stands. Here signs that are escaped become
characters of their own, and formulas, colours and groups in the text become parts beside it.
So do letters of other fonts and indices in an operator's name, `\operatorname{Spec \mathbb{Z}}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from notewright.render.latex_check import FormulaError

_COMMAND = re.compile(r"\\(?:text(?:bf|it|md|normal|rm|sf|tt|up)?|mbox|hbox)(?![a-zA-Z])\s*(?=\{)")
_COLOUR = re.compile(r"\\textcolor\s*\{[^{}\\$]*\}\s*(?=\{)")
_ESCAPED = re.compile(r"\\(?P<sign>[_#$%&{}\\])")
_SPACES = {r"\ ": " ", r"\,": "\u2009", r"\:": "\u2005", r"\;": "\u2004", r"\!": "", "~": "\xa0"}
_SPACE = re.compile(r"\\[ ,:;!]|~")
_FORMULA = re.compile(r"\$(?P<formula>(?:\\.|[^$\\])+)\$", re.S)

_OPERATOR = re.compile(r"\\operatorname(?P<limits>\*?)\s*(?=\{)")
_NAMED = re.compile(
    r"(?P<name>[a-zA-Z0-9\u2004-\u2009\xa0-]+)|(?P<space>\s+)|(?P<takes>\\[a-zA-Z]+\s*|[_^])|.",
    re.S,
)

_HELD = 0xF0000
"""What holds the place of an escaped sign: a private character, this far behind it."""
_PLACES = re.compile(f"[{chr(_HELD)}-{chr(_HELD + 0x7F)}]")


def rewrite(tex: str) -> str:
    """Rewrite all texts of a formula, and operators; what is not closed is left as it stands.

    Raises:
        FormulaError: If a formula in a text is not closed.
    """
    return "".join(_operators("".join(_parts(tex))))


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


def _operators(tex: str) -> Iterator[str]:
    reached = 0
    while match := _OPERATOR.search(tex, reached):
        end = _closing(tex, match.end())
        if end is None:
            break
        content = tex[match.end() + 1 : end]
        yield tex[reached : match.start()]
        name = _SPACE.sub(lambda space: _SPACES[space[0]], content)
        parts = "" if match["limits"] or "\\" not in name else _operator(name)
        yield parts or rf"\operatorname{match['limits']}{{{name}}}"
        reached = end + 1
    yield tex[reached:]


def _operator(content: str) -> str:
    """The group of what an operator's name consists of; empty where that cannot be told."""
    made, reached, takes = "", 0, False
    while reached < len(content):
        match = _NAMED.match(content, reached)
        assert match is not None
        if match[0] == "{":  # an argument, which is a formula as any
            end = _closing(content, reached) if takes else None
            if end is None:
                return ""
            made += content[reached : end + 1]
            reached = end + 1
            continue
        if match["name"] and takes and not made.endswith("}"):
            return ""  # the argument of what stands before it, or not: who can tell?
        made += rf"\operatorname{{{match[0]}}}" if match["name"] else match[0].strip()
        takes, reached = bool(match["takes"] or (takes and match["space"])), match.end()
    return f"{{{made}}}" if made else ""


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
            raise FormulaError("unmatched `$` in text; write `\\$` for a dollar sign")
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
