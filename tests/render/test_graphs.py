"""Graphs: each note and each link is drawn once, and labels have room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notewright.render import graphs
from notewright.vault.backlinks import Web
from notewright.vault.link_reading import Reference
from notewright.vault.vault import Vault

Scan = Callable[[Mapping[str, str]], Vault]


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40))
def test_a_drawing_shows_each_note_and_each_link_once(pairs: list[tuple[int, int]]) -> None:
    """Whatever is linked: each note is one link with a name, at a place inside the drawing."""
    titles = {f"{number}.md": f"Note {number}" for number in range(13)}
    web = Web(titles, [Reference(f"{a}.md", f"{b}.md", 1, "", "", "") for a, b in pairs if a != b])
    first, again = (ElementTree.tostring(graphs.whole(web, "graph.md")) for _ in range(2))
    assert first == again
    svg = ElementTree.fromstring(first)
    links = svg.findall("a")
    assert sorted(each.get("href", "") for each in links) == sorted(titles)
    assert {each.findtext("text") for each in links} == set(titles.values())
    assert len(svg.findall("line")) == len(web.edges)
    _, _, width, height = map(float, svg.get("viewBox", "").split())
    for circle in svg.iter("circle"):
        assert 0 <= float(circle.get("cx", "")) <= width
        assert 0 <= float(circle.get("cy", "")) <= height
    assert len({(dot.get("cx"), dot.get("cy")) for dot in svg.iter("circle")}) == len(titles)


def test_notes_far_off_leave_room_for_the_labels_of_the_others() -> None:
    """A chain of notes at the edge does not press the crowd in the middle together."""
    titles = {f"{number:02}.md": f"A note of some length {number}" for number in range(60)}
    crowd = [(a, b) for a in range(50) for b in range(a) if (a * b) % 7 == 3]
    pairs = [*crowd, *((number, number + 1) for number in range(49, 59))]
    links = [Reference(f"{a:02}.md", f"{b:02}.md", 1, "", "", "") for a, b in pairs]
    drawing = graphs.whole(Web(titles, links), "graph.md")
    hidden = [each for each in drawing.findall("a") if each.get("class") == "nw-quiet"]
    assert len(hidden) <= len(titles) * 0.4


def test_a_large_vault_is_drawn(vault: Scan) -> None:
    """More notes than a local graph names, and than are placed the exact way."""
    titles = {f"{number}.md": f"Note {number}" for number in range(400)}
    web = Web(titles, [Reference(f"{n}.md", "0.md", 1, "", "", "") for n in range(1, 400)])
    drawing = graphs.local(web, "0.md")
    assert drawing is not None and len(list(drawing.iter("a"))) == graphs.NAMED
    assert len(graphs.whole(web, "graph.md").findall("a")) == 400
    assert graphs.local(Web(titles, []), "0.md") is None


def test_a_local_graph_names_the_nearest_by_kind() -> None:
    """Those with the most links to and fro; each with its whole name, its shape and its colour."""
    titles = {f"{folder}/{n}.md": f"{folder} {n}" for folder in "ab" for n in range(12)}
    titles["here.md"] = "Here"
    links = [Reference("here.md", path, 1, "", "", "") for path in titles if path != "here.md"]
    links += [Reference("b/11.md", "here.md", 1, "", "", "")] * 2
    drawing = graphs.local(Web(titles, links), "here.md")
    assert drawing is not None
    found = list(drawing.iter("a"))
    assert len(found) == graphs.NAMED
    names = {each.get("aria-label"): each.get("class") for each in found}
    assert names["b 11"] == "nw-kind-2" and names["a 0"] == "nw-kind-1"
    assert [len(each.findall("path")) for each in found] == [
        int(each.get("class") == "nw-kind-2") for each in found
    ]
    assert {each.get("role") for each in drawing.findall("g/g")} == {"listitem"}
    legend = graphs.local_kinds(Web(titles, links), "here.md")
    assert [entry.get("data-kind") for entry in legend] == ["1", "2"]


def test_a_kind_is_called_as_the_note_of_its_folder() -> None:
    """Where a folder has one: readers know its title. Else by the name of the folder."""
    titles = {
        "a/index.md": "How it is made",
        "a/x.md": "X",
        "b-c/README.md": "Own",
        "d_e/y.md": "Y",
        "Web Clipper/z.md": "Z",
    }
    names = list(titles)
    links = [Reference(names[n], names[n + 1], 1, "", "", "") for n in range(4)]
    legend = graphs.kinds_legend(Web(titles, links))
    said = [next(iter(entry)).tail for entry in legend]
    assert sorted(filter(None, said)) == ["D e", "How it is made", "Own", "Web Clipper"]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 8, 23, 24, 60])
@pytest.mark.parametrize("length", [3, 29, 50])
def test_labels_have_room_in_wide_fonts(count: int, length: int) -> None:
    """None is cut at the edge, and that of the note itself covers no other note's dot."""
    titles = {f"{number}.md": f"{number}".ljust(length, "w") for number in range(count + 1)}
    web = Web(titles, [Reference(f"{n}.md", "0.md", 1, "", "", "") for n in range(1, count + 1)])
    for drawing in (graphs.local(web, "0.md"), graphs.whole(web, "graph.md")):
        assert drawing is not None
        width, height = map(float, drawing.attrib["viewBox"].split()[2:])
        dots = [
            {key: float(dot.attrib[key]) for key in ("cx", "cy")} for dot in drawing.iter("circle")
        ]
        assert all(8 <= dot["cy"] <= height - 8 for dot in dots)
        for label in drawing.iter("text"):
            x, y, reach = (
                float(label.attrib["x"]),
                float(label.attrib["y"]),
                8 * len(label.text or ""),
            )
            before = {"start": 0.0, "middle": 0.5, "end": 1.0}[label.attrib["text-anchor"]]
            left, right = x - before * reach, x + (1 - before) * reach
            assert left >= 0
            assert right <= width
            if label.get("class") == "nw-here":
                covered = [d for d in dots if left <= d["cx"] <= right and y - 17 < d["cy"] < y + 8]
                assert covered == []
