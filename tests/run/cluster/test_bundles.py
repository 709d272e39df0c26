"""Bundles hold what stands in a project, and never lead out of a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.run.cluster.bundles import FILE, LINK, Bundle, paths_of, unpack
from notewright.run.inputs import digest_input
from notewright.run.worker.digests import digest_bytes

NAMES = st.lists(st.sampled_from(["a", "b", "..", ".", "é f", ".notewright"]), min_size=1).map(
    "/".join
)


def laid_out(bundle: Bundle, folder: Path) -> Path:
    """A bundle in a folder, as a worker lays it out."""
    root = folder / "root"
    root.mkdir(parents=True)
    unpack(bundle.entries, bundle.contents, root)
    return root


def test_what_is_read_there_is_what_stands_here(tmp_path: Path) -> None:
    """Files, folders, links, listings and patterns have the digests that they have here."""
    here = tmp_path / "here"
    (here / "data/deep").mkdir(parents=True)
    (here / "data/a.csv").write_text("1")
    (here / "data/b.csv").write_text("22")
    (here / "data/link").symlink_to("a.csv")
    (here / "other.txt").write_text("not asked for")
    inputs = ["listing:data", "sizes:data", "link:data/link", "file:data/link", "glob:data/*.csv"]
    inputs += ["file:data", "file:data/none", "glob:none/**"]
    bundle = Bundle()
    assert bundle.add(here, paths_of(inputs, here))
    assert not bundle.add(here, paths_of(inputs, here))
    there = laid_out(bundle, tmp_path / "there")
    assert {name: digest_input(name, there) for name in inputs} == {
        name: digest_input(name, here) for name in inputs
    }
    assert not (there / "other.txt").exists()


@given(NAMES, st.sampled_from([FILE, LINK]))
def test_no_bundle_leads_out_of_its_folder(tmp_path_factory, name: str, kind: str) -> None:
    """Neither by its names nor by a link that it brings itself."""
    folder = tmp_path_factory.mktemp("hostile")
    value = digest_bytes(b"x") if kind == FILE else "../.."
    bundle = Bundle({name: (kind, value), f"{name}/in": (FILE, digest_bytes(b"x"))})
    bundle.contents[digest_bytes(b"x")] = b"x"
    before = sorted(folder.rglob("*"))
    try:
        laid_out(bundle, folder / "sub")
    except (ValueError, OSError):
        pass
    outside = [path for path in folder.rglob("*") if not path.is_relative_to(folder / "sub")]
    assert before == [] and outside == []
    beside = [path for path in (folder / "sub").iterdir() if path.name != "root"]
    assert beside == []


def test_a_link_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    """What a bundle would put behind it is refused."""
    entries = {"away": (LINK, "../.."), "away/evil": (FILE, digest_bytes(b"x"))}
    with pytest.raises(ValueError, match="which is a link to a file outside"):
        laid_out(Bundle(entries, {digest_bytes(b"x"): b"x"}), tmp_path / "there")
    assert not (tmp_path / "evil").exists()
