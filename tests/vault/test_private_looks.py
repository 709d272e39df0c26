"""Published notes that look private."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest

from notewright.hosts.diagnosis import diagnose
from notewright.hosts.starting import look, plan, told
from notewright.settings import Settings
from notewright.vault.private_looks import private_looks
from notewright.vault.vault import Vault

GITHUB = "ghp_" + 18 * "a1"
AWS = "AKIA" + 8 * "Z7"
PEM = "-----BEGIN " + "RSA PRIVATE KEY-----"


def looks(root: Path, notes: dict[str, str]) -> list[str]:
    """What is said of some notes."""
    (root / ".obsidian").mkdir(parents=True, exist_ok=True)
    for name, text in notes.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, "utf-8")
    settings = replace(Settings.from_options(root, root, {}), exclude_docs="/hidden.md")
    return [problem.headline for problem in private_looks(Vault.scan(settings))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"# A\n\ntoken: {GITHUB}\n", "a.md:3: this looks like a secret (GitHub Token)"),
        (f"# A\n\n{AWS} and {AWS}\n", "a.md:3: this looks like a secret (AWS Access Key)"),
        (f"```text\n{PEM}\n```\n", "a.md:2: this looks like a secret (Private Key)"),
        (f"[a](x.md) key={GITHUB};\n", "a.md:1: this looks like a secret (GitHub Token)"),
        ("postgres://me:hunter2@host/\n", "a.md:1: this looks like a secret (Basic Auth Cred"),
        (
            "---\ntitle: A\ntags: [Privat]\n---\n",
            "a.md:3: it looks private because of the tag `#Privat`",
        ),
        (
            "---\ntitle: A\n---\n\n#secret\n",
            "a.md:1: it looks private because of the tag `#secret`",
        ),
        ("#private/health\n", "a.md:1: it looks private because of the tag `#private/health`"),
        (
            "---\ntitle: A\nprivate: true\n---\n",
            "a.md:3: it looks private because of `private: true`",
        ),
    ],
)
def test_what_looks_private_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    """And with what to do."""
    (line,) = looks(tmp_path, {"a.md": text})
    assert line.startswith(said) and "To exclude the note, add `publish: false`" in line
    (line,) = looks(tmp_path, {"a.md": "# A\n", "private/b.md": "# B\n"})
    assert line.startswith("private/b.md:1: it looks private because it is in the folder `private`")


KEYS = [
    "xoxb-" + "263594206564-2343594206574-" + 4 * "FGqddMF8",
    "sk_" + "live_" + 4 * "k3Jq9x",
    "glpat-" + 4 * "hellO9",
    ".".join(
        b64encode(each).decode() for each in (b'{"alg":"HS256"}', b'{"sub":"12345"}', b"abc1")
    ),
    "SG." + "ngeVfQFYQlKU0ufo8x5d1A" + "." + "TwL2iGABf9DHoTf-09kqeF8tAmbihYzrnopKc-1s5cr",
    "110201543:" + 5 * "AAHdqT9",
    4 * "d2b1e5f4" + "-us17",
    "pypi-" + "AgEIcHlwaS5vcmc" + 20 * "aB3_",
    "PuTTY-User-" + "Key-File-2: ssh-rsa",
]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("text", ["{}", "key = '{}'", "[a](b.md?t={})", "- `{}`, see"])
def test_a_key_is_found_wherever_it_is(tmp_path: Path, key: str, text: str) -> None:
    """Only lines that may hold one are given to the detectors."""
    assert len(looks(tmp_path, {"a.md": f"# A\n\n{text.format(key)}\n"})) == 1


@pytest.mark.parametrize(
    "text",
    [
        f"---\npublish: false\n---\n{GITHUB}\n",
        f"---\ndraft: true\ntags: [secret]\n---\n{GITHUB}\n",
        "A commit 4a94614d9cc03f0b0e27f3bdbf2fcdb2f5a70be2, 10.0.0.1, password: see below\n",
        "#private-equity and `secret`\n",
        "x = 0xdeadbeefdeadbeefdeadbeefdeadbeef\n",
        "---\nprivate: false\n---\nhttps://example.org/a/private/very-long-name-of-a-page-2\n",
        f"---\npublish: true\ntags: [private]\nprivate: true\n---\n{GITHUB}\n",
    ],
)
def test_what_is_hidden_or_harmless_is_not_named(tmp_path: Path, text: str) -> None:
    """Nor what a pattern leaves out."""
    assert looks(tmp_path, {"a.md": text, "hidden.md": GITHUB}) == []


def test_it_is_said_before_anything_is_public(tmp_path: Path) -> None:
    """By `init`, before it writes, and by `doctor`."""
    looks(tmp_path, {"a.md": f"# A\n\n{GITHUB}\n", "b.md": "# B\n"})
    said = [*told(plan(look(tmp_path)))]
    line = next(line for line in said if "GitHub Token" in line)
    assert line.startswith("  a.md:3: ")
    assert said.index("  /a.md  1 file: notes that look private") < said.index(line)
    assert said.index(line) < said.index("  write  mkdocs.yml")
    (tmp_path / "mkdocs.yml").write_text("site_name: T\ndocs_dir: .\nplugins: [notewright]\n")
    found = [each for each in diagnose(tmp_path) if "GitHub Token" in each.what]
    assert [each.is_missing for each in found] == [False]


def test_no_page_of_this_vault_looks_private() -> None:
    """A false alarm would teach writers to pass over all."""
    root = Path(__file__).parents[2]
    vault = Vault.scan(Settings.from_options(root, root / "docs", {}))
    assert [each.headline for each in private_looks(vault)] == []
