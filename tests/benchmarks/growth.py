"""Growth of the work of every reader with the length of a note, over texts that repeat a pattern.

    python tests/benchmarks/growth.py --size 1000000

Counted is processor time, of the smallest of several runs, and memory; each pattern is read in a
process of its own. Linear work takes ten times as long for ten times the text; what grows faster
is told, with the readers that were busy.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

MEMORY = 3 << 30
"""Bytes that one reading may take."""

RATIO = 25.0
"""Most times the work of a tenth of the text; linear work has about ten."""

INLINE = (
    "_a", "*a ", "**a ", "***a** ", "~~a ", "==a ", "`a ", "``a` ", "[", "[a](", "![a](", "![[",
    "[[a", "[[a]] ", "[[b]] ", "[b](b.md). ", "[[a|", "[[a#", "]", "](", "][",
    "^[", "[^a]", "[^", "$a ", "$$a ", "\\(", "\\", "%%", "%% a %% ",
    "<!--", "<!-- a --> ", "-->", "<", "<a ", "<a>", "</a>", "<http:", "http://a.",
    "a@b.c ", "www.a.", "&", "&amp;", "&#", "#a ", "#a/", "{", "{: .a }", "}", ":a:", "'", '"', "(",
    ")", "\t", " ", "  \n", "\u00a0", "a.", "a-", "1.", "|", "\\|", "\u2028", "\U0001f600",
    "e\u0301", "a<?", "a<!A ", "a<![CDATA[", "a<!--",
)  # fmt: skip
"""Pieces of which a paragraph is made."""

BLOCK = (
    "> ", "- ", "1. ", "# a\n\n", "a\n\n", "a\n", "- a\n", "- [ ] a\n", "> a\n\n", "| a | b |\n",
    "|---|\n", "```\na\n```\n\n", "```python\n1\n```\n\n", "~~~\n", "---\n", "===\n", "[a]: b\n",
    "[^1]: a\n", "*[A]: b\n", "<div>\n", "</div>\n", "<div>a</div>\n\n", "!!! note\n\n    a\n\n",
    "    a\n", "> [!note] a\n> b\n\n", "a ^id\n\n", "^id\n", "$$\na\n$$\n\n", "%%\na\n%%\n\n",
    "a  \n",
    "Term\n: a\n\n", '=== "a"\n\n    b\n\n', "///\n", "--8<-- a\n", "1<!--= 1 -->\n\n",
)  # fmt: skip
"""Pieces of which a note is made."""

PATTERNS = (*INLINE, *BLOCK)


def text_of(pattern: str, size: int) -> str:
    """A note of that many characters."""
    return f"# A\n\n{pattern * max(size // len(pattern), 1)}\n"


def measure(pattern: str, size: int) -> tuple[float, int]:
    """Processor seconds and bytes of memory that all readers take for one note, in this process."""
    from readers import read_by_all, vault_of

    read_by_all(vault_of({"a.md": text_of(pattern, 100), "b.md": "# B\n"}), "a.md")  # imports
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    read_by_all(vault_of({"a.md": text_of(pattern, size), "b.md": "# B\n"}), "a.md")
    took = time.process_time() - started
    return took, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) << 10


def _one(number: int, size: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    took, memory = measure(PATTERNS[number], size)
    print(took, memory)


def measured(number: int, size: int, limit: float) -> tuple[float, int] | str:
    """The same in a process of its own; what went wrong, where something did."""
    words = [sys.executable, __file__, "--one", str(number), "--size", str(size)]
    command = f'ulimit -t {int(limit) + 1}; exec "$@"'
    done = subprocess.run(
        ["bash", "-c", command, "growth", *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return (done.stderr.strip().split("\n") or [""])[-1][:160] or f"over {limit:.0f} s"
    took, memory = done.stdout.split()
    return float(took), int(memory)


def main() -> int:
    """Measure all patterns at a tenth of a size and at the size."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--size", type=int, default=1_000_000, help="characters of a note")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one is not None:
        _one(options.one, options.size)
        return 0
    bad = 0
    for number, pattern in enumerate(PATTERNS):
        small = measured(number, options.size // 10, 100)
        large = measured(number, options.size, 100) if not isinstance(small, str) else small
        if isinstance(small, str) or isinstance(large, str):
            said, is_bad = str(large), True
        else:
            ratio = large[0] / max(small[0], 0.05)
            is_bad = ratio > RATIO or large[1] > MEMORY // 2
            said = f"{small[0]:.2f} s, {large[0]:.2f} s, x{ratio:.1f}, {large[1] >> 20} MiB"
        bad += is_bad
        print(f"{'GROWS' if is_bad else 'ok   '} {pattern!r:24} {said}", flush=True)
    print(f"{len(PATTERNS)} patterns, {bad} grow too fast")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
