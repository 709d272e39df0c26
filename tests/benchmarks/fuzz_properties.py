"""Changes properties of notes at random, and tells over which texts a reader stumbles.

    python tests/benchmarks/fuzz_properties.py --count 100000 --seed 0

Nothing runs and nothing is written. A text is read by all that reads properties: YAML, checks,
titles, tags, aliases, redirects, dates, the feed, and the page's classes.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from readers import vault_of  # noqa: E402

from notewright.hosts.mkdocs.titles import _as_text  # noqa: E402
from notewright.note.checks import check_note  # noqa: E402
from notewright.note.property_checks import odd_properties  # noqa: E402
from notewright.render.feed import Entry, changed, feed, written  # noqa: E402
from notewright.vault.backlinks import Web  # noqa: E402
from notewright.vault.obsidian_index import write_index  # noqa: E402
from notewright.vault.published import check_publish, published, with_classes  # noqa: E402
from notewright.vault.redirects import find_redirects, redirect_page  # noqa: E402
from notewright.vault.tags import Tags  # noqa: E402
from notewright.vault.vault import Vault  # noqa: E402

NAMES = """
    title tags tag aliases alias cssclasses cssclass publish permalink redirect_from date created
    updated modified description author template icon hide search status draft created_at x
""".split()  # noqa: SIM905  # a list of a line each would hide what it is
VALUES = [
    "", "x", "[a, b]", "{a: 1}", "5", "-1", "1e999", ".nan", ".inf", "0x1F", "0o7", "1_000", "~",
    "true", "no", "2024-01-01", "2024-13-45", "9999-12-31T23:59:59+14:00", "0001-01-01", "12:30:45",
    "!!int ''", "!!float x", "!!bool x", "!!timestamp x", "!!binary x", "!!set {a}",
    "!!omap [a: 1]", "!!pairs [a: 1]", "!!str 5", "!!null x", "!!seq x", "!!map x",
    "!!python/name:os.system x",
    "!x y", "&a [*a]", "*b", "&a x", "<<: {a: 1}", "? a", "- a", "'", '"', '"\\0"', '"\\uD800"',
    '"\\x1b[31m"', "|", ">", "|\n  a\n  b", "%YAML 1.1", "@x", "`x`", "#x", "a: b", "[[[[", "{{{{",
    "<img src=x onerror=evil()>", "../../x", "index.html", "/", "a\\b", "\u2028", "\ufeff", "\t",
]  # fmt: skip
MARKS = [
    "\n",
    " ",
    ":",
    "-",
    "[",
    "]",
    "{",
    "}",
    ",",
    "&a ",
    "*a",
    "!!",
    "'",
    '"',
    "#",
    "|",
    ">",
    "\t",
]
MARKS += [
    "---\n",
    "...\n",
    "\x07",
    "\x85",
    "\u2029",
    "é",
    "😀",
    "<<",
    "? ",
    "\r",
    "%",
    "@",
    "0",
    "1e9",
]


def text_of(rng: random.Random) -> str:
    """A note with some random properties, changed at random places."""
    lines = [f"{rng.choice(NAMES)}: {rng.choice(VALUES)}" for _ in range(rng.randint(0, 3))]
    text = "\n".join(lines)
    for _ in range(rng.choice([0, 0, 0, 1, 4])):
        start = rng.randrange(len(text) + 1)
        end = min(len(text), start + rng.randint(0, 4))
        text = text[:start] + rng.choice(["", rng.choice(MARKS), text[start:end] * 2]) + text[end:]
    return f"---\n{text}\n---\n\n# Heading\n\nText #tag\n"


def read(text: str) -> None:
    """Give a note to all that reads properties."""
    vault: Vault = vault_of({"a.md": text, "b.md": "# B\n\n[[a]]\n"})
    note = vault.notes["a.md"]
    for problem in [*note.problems, *check_note(note), *find_redirects(vault)[1]]:
        str(problem).encode("utf-8", "backslashreplace")
        assert 1 <= problem.line <= text.count("\n") + 1
    odd_properties(note.properties)
    _as_text(dict(note.properties))
    list(check_publish(vault))
    shown = published(vault)
    with_classes("<p>x</p>", note)
    Tags.read(shown, None)
    web = Web.of(shown)
    for redirect in find_redirects(shown)[0]:
        redirect_page(redirect.file(True), redirect.note)
    when = written(note) or changed(note)
    site = {"name": "x", "url": "https://h/", "description": "", "feed": "x"}
    title = web.titles.get("a.md", "")
    if when is not None:
        ElementTree.fromstring(feed(site, [Entry(when, title, "https://h/a", title)]))
    written_index: list[str] = []
    write_index(vault, written_index.append)
    if vault.faults:
        raise AssertionError(str(vault.faults[0]))


def faults(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Yield each fault that is new, with the text over which a reader stumbled."""
    rng, known = random.Random(seed), set[str]()
    for number in range(count):
        text = text_of(rng)
        try:
            read(text)
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            key = f"{type(error).__name__} in {Path(frame.filename).name}:{frame.lineno}"
            if key not in known:
                known.add(key)
                yield f"{key}: {str(error)[:200]}", text
        if number % 10_000 == 9_999:
            print(f"{number + 1} texts", file=sys.stderr, flush=True)


def main() -> int:
    """Read so many texts, and tell what readers stumble over."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=10_000, help="how many texts")
    parser.add_argument("--seed", type=int, default=0, help="which ones")
    options = parser.parse_args()
    started, found = time.process_time(), 0
    for fault, text in faults(options.count, options.seed):
        found += 1
        print(f"{fault}\n    {text!r}\n", flush=True)
    took = time.process_time() - started
    print(f"{options.count} texts of seed {options.seed}: {found} faults, {took:.0f} s")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
