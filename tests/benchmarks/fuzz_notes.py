"""Changes notes at random and gives each to every reader: whatever a note holds, none stumbles.

    python tests/benchmarks/fuzz_notes.py --count N --seed S

The notes and notebooks are those of this vault and some small samples. Each is changed a few
times: parts are taken out, doubled and swapped, marks are put in. Then it is scanned, checked,
indexed, renamed (dry), converted to HTML and made into downloads; no cell runs. What is told is
each place in the code that raised, with the smallest note that still does. The exit status is 1
if there is any.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from readers import read_by_all  # noqa: E402

from notewright.note import percent  # noqa: E402
from notewright.settings import Settings  # noqa: E402
from notewright.vault.vault import Vault  # noqa: E402

LONGEST = 6_000
"""Characters of a note that are taken: its parts in turn, so that each note is quick to read."""
SECONDS = 30
"""After so long, a note keeps a reader busy."""
TRIES = 400
"""Attempts to make a note smaller."""
LEFTOVERS = ("klzzwxh", "wzxhzdk", "nw-body:", "\x02", "\x03")
"""What stands for other things while a page is made."""

OTHER = "---\naliases: [bee]\n---\n# B\n\n## Part `x` $y$\n\nText with [[a]]. ^id\n\n![[a#Part]]\n"
MARKS = [
    "|",
    "[[",
    "]]",
    "![[",
    "%%",
    "$",
    "$$",
    "`",
    "```\n",
    "~~~",
    "> ",
    "- ",
    "1. ",
    "\t",
    "    ",
]
MARKS += [
    "\n",
    "\n\n",
    "#",
    "# ",
    "^id",
    "^[",
    "[^1]",
    "[^1]: ",
    "==",
    "~~",
    "**",
    "*",
    "_",
    "---\n",
]
MARKS += ["<!--", "-->", "<!--= x -->", "<div>", "</div>", "<b", "&amp;", "\\", "{", "}", "{: .c }"]
MARKS += [
    "!!! note\n    ",
    "??? x\n",
    '=== "T"\n    ',
    "/// note\n",
    "///\n",
    ": ",
    "*[A]: b\n",
    "|---|\n",
]
MARKS += [
    "```python\n",
    "```output\n",
    "```results\n",
    "#| label: a\n",
    "--8<-- ",
    "{python} 1",
    "[x](",
]
MARKS += [
    ")",
    "[ ] ",
    "#tag",
    "é",
    "😀",
    "\u2028",
    "\ufeff",
    "\xa0",
    "\r",
    "\x0b",
    "\x0c",
    "\u200f",
    "İ",
]
MARKS += [
    "[[a]]",
    "[[b#Part]]",
    "![[b]]",
    "![[a]]",
    "![[i.png|x|3]]",
    "[r]: b.md\n",
    "http://[",
    "<a:b>",
]
MARKS += [
    "!!int ''",
    "tags: [",
    "a: &a [*a]\n",
    ">",
    "[!note]- ",
    "javascript:",
    "\\|",
    "`x`",
    "$x$",
]
SAMPLES = [
    "---\ntitle: T\ntags: [a, b/c]\naliases: [x]\n---\n# H\n\nText #tag [[b|c]] %%no%% `x` $y$.\n",
    "| a | b |\n|---|---|\n| [[b\\|c]] | `x` |\n| 1 |\ntext\n",
    "> [!note]- T\n> text ^id\n> > more\n>\n> | a |\n> |---|\n> | b |\n\n>\n",
    "- [ ] a ^id\n  - [x] b\n\n    ```python\n    1\n    ```\n\n1. c\n",
    "```python\n#| label: fig\n#| echo: false\n1 + 1\n```\n\n```output\n2\n```\n\n"
    "It is 2<!--= 1 + 1 -->.\n",
    "See[^1] and ^[note].\n\n[^1]: first\n\n    second %%c%%\n\n![x|30](i.png) [y](b.md#part)\n",
    "!!! note\n    x\n\n    y\n\n??? z\n    a\n\nTerm\n: d\n\n/// tab | T\nt\n///\n",
    "# %% [markdown]\n# # T\n#\n# Text [[b]] %%c%%\n\n# %%\n#| label: x\n1 + 1\n",
    "<div markdown>\n\n**x** %%c%%\n\n</div>\n\n<!-- c -->\n\n![[b#^id]] ![[b#Part `x` $y$]]\n",
    "```python\n>>> 1\n1\n```\n^lab\n\n```results\nlabels: lab\n```\n\n$$\nx\n$$\n",
]


def corpus() -> list[str]:
    """The texts that are changed. Diagrams would be drawn, which takes seconds."""
    found = []
    for path in sorted((ROOT / "docs").rglob("*")):
        if path.suffix == ".md" or percent.is_notebook(path):
            text = path.read_text("utf-8").replace("mermaid", "text")
            found += [text[at : at + LONGEST] for at in range(0, len(text), LONGEST)]
    return found


def changed(text: str, rng: random.Random) -> str:
    """A text with some random changes."""
    for _ in range(rng.randint(1, 8)):
        start = rng.randrange(len(text) + 1)
        end = min(len(text), start + int(rng.paretovariate(0.7)))
        match rng.randrange(6):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:end] + text[start:end] + text[end:]
            case 2:
                lines = text.split("\n")
                one, two = rng.randrange(len(lines)), rng.randrange(len(lines))
                lines[one], lines[two] = lines[two], lines[one]
                text = "\n".join(lines)
            case _:
                mark = rng.choice(MARKS) * (1 if rng.random() < 0.9 else 3)
                text = text[:start] + mark + text[start:]
    return text[: 2 * LONGEST]


def fault_of(text: str, root: Path) -> str:
    """Where a reader stumbles over a note, and why; empty if none does."""
    docs_dir = root / "docs"
    for path in docs_dir.glob("a.*"):
        path.unlink()
    name = "a.py" if re.search(r"^# %%", text, re.M) else "a.md"
    (docs_dir / name).write_bytes(text.encode("utf-8"))
    try:
        signal.alarm(SECONDS)
        vault = Vault.scan(Settings(root=root, docs_dir=docs_dir, execute=False))
        html = read_by_all(vault, name).html if name in vault.notes else ""
    except Exception as error:
        said = traceback.extract_tb(error.__traceback__)
        frame = next((each for each in reversed(said) if "notewright" in each.filename), said[-1])
        name = Path(frame.filename).name
        return f"{type(error).__name__} in {name}:{frame.lineno}: {str(error)[:300]}"
    finally:
        signal.alarm(0)
    left = [each for each in LEFTOVERS if each in html and each not in text]
    return f"{left[0]!r} is left in the page" if left else ""


def smallest(text: str, is_same: Callable[[str], bool]) -> str:
    """The smallest part of a text of which something is still so."""
    tries = TRIES
    for unit in ("\n", ""):
        parts = text.split(unit) if unit else list(text)
        size = max(len(parts) // 2, 1)
        while size and tries > 0:
            at, is_smaller = 0, False
            while at < len(parts) and tries > 0:
                left = parts[:at] + parts[at + size :]
                tries -= 1
                if is_same(unit.join(left)):
                    parts, is_smaller = left, True
                else:
                    at += size
            size = size // 2 if size > 1 or not is_smaller else size
        text = unit.join(parts)
    return text


def _too_long(signum: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"a reader was busy for {SECONDS} s")


def faults(count: int, seed: int, root: Path) -> Iterator[tuple[str, str]]:
    """Yield each fault that is new, with the smallest note for it."""
    signal.signal(signal.SIGALRM, _too_long)
    (root / "docs").mkdir()
    (root / "docs" / "b.md").write_text(OTHER, "utf-8")
    (root / "docs" / "i.png").touch()
    rng, texts = random.Random(seed), corpus()
    known: set[str] = set()
    for number in range(count):
        text = changed(rng.choice(texts if rng.random() < 0.5 else SAMPLES), rng)
        fault = fault_of(text, root)
        key = fault.partition(": ")[0] if "FaultError" not in fault else fault[:200]
        if fault and key not in known:
            known.add(key)
            yield fault, smallest(text, lambda each, key=key: fault_of(each, root).startswith(key))
        if number % 1000 == 999:
            print(f"{number + 1} notes", file=sys.stderr, flush=True)


def main() -> int:
    """Change so many notes, and tell what readers stumble over."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1_000, help="how many notes")
    parser.add_argument("--seed", type=int, default=0, help="which ones")
    options = parser.parse_args()
    started = time.process_time()
    found = 0
    with tempfile.TemporaryDirectory(prefix="notewright-fuzz-") as directory:
        for fault, text in faults(options.count, options.seed, Path(directory).resolve()):
            found += 1
            print(f"{fault}\n    {text!r}\n", flush=True)
    took = time.process_time() - started
    print(f"{options.count} notes of seed {options.seed}: {found} faults, {took:.0f} s")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
