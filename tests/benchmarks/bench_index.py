"""How long `notewright index` and the check of links take in vaults of several sizes.

    python tests/benchmarks/bench_index.py [COUNT ...]

Each size is a process of its own, so that its memory is its own. A note has about 2 KB, 19
links, a table, a list, tags, a comment and a fence. The time of a note should not depend on how
many there are.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from notewright.settings import Settings
from notewright.vault.links import check_links
from notewright.vault.obsidian_index import write_index
from notewright.vault.vault import Vault

SIZES = (500, 1_000, 5_000)


def generate(root: Path, count: int) -> None:
    """Write a vault whose notes link to each other, and once to a note that is missing."""
    rng = random.Random(0)
    docs = root / "docs"
    for number in range(count):
        folder = docs / f"folder {number % 50}"
        folder.mkdir(parents=True, exist_ok=True)
        links = "".join(
            f"See [[note {rng.randrange(count)}]] and [[note {rng.randrange(count)}#Part 2|text]] "
            "%% no %% in *this* sentence.\n\n"
            for _ in range(8)
        )
        (folder / f"note {number}.md").write_text(
            f"---\ntitle: N{number}\naliases: [alias {number}]\ntags: [a/b]\n---\n\n"
            f"# Note {number}\n\n{links}## Part 2\n\n- [ ] task #tag\n"
            f"  - sub [x](<note {number}>)\n\n| a | b |\n|---|---|\n"
            f"| [[note {rng.randrange(count)}\\|x]] | $x$ |\n\n"
            "```python notest\nx = [[1]]\n```\n\n"
            + "Words of prose that say `something` **bold** at length. " * 15
            + f"\n\n[[note {number}s]]\n"
        )


def measure(count: int) -> None:
    """Measure one size in this process, and print a row of the table."""
    with tempfile.TemporaryDirectory(prefix="notewright-bench-") as directory:
        root = Path(directory)
        generate(root, count)
        started = time.process_time()
        vault = Vault.scan(Settings.load(root))
        scanned = time.process_time()
        size = 0

        def add(part: str) -> None:
            nonlocal size
            size += len(part)

        write_index(vault, add)
        indexed = time.process_time()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        broken = sum(1 for _ in check_links(vault, []))
        checked = time.process_time()
    assert broken >= count
    cells = [
        f"{count:,}",
        f"{scanned - started:.2f}",
        f"{indexed - scanned:.2f}",
        f"{(indexed - started) / count * 1000:.2f}",
        f"{checked - indexed:.2f}",
        f"{size / 2**20:.0f}",
        f"{memory:.0f}",
    ]
    print(f"| {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Measure all sizes, and print the table."""
    if sys.argv[1:2] == ["--one"]:
        measure(int(sys.argv[2]))
        return
    print(
        "| notes | scan (s) | index (s) | both, a note (ms) | check (s) | JSON (MiB) | peak (MiB) |"
    )
    print("|---|---|---|---|---|---|---|", flush=True)
    for count in map(int, sys.argv[1:] or SIZES):
        subprocess.run([sys.executable, __file__, "--one", str(count)], check=True)


if __name__ == "__main__":
    main()
