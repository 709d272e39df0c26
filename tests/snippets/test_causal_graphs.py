"""Graphs behind the note on causal basics: drawn and random ones."""

from __future__ import annotations

import matplotlib.pyplot as plt

from snippets.causal_graphs import FOUR_GRAPHS, ask_random_graphs, draw_graph


def test_a_graph_has_an_arrow_for_each_cause_and_a_frame_for_each_node() -> None:
    """Hidden ones are dashed, those to adjust for are thick."""
    fig, ax = plt.subplots()
    places = {"a": (0.1, 0.1), "y": (0.9, 0.1), "u": (0.5, 0.9)}
    draw_graph(ax, {"a": ["u"], "y": ["a", "u"]}, places, hidden=["u"], boxed=["a"])
    texts = {text.get_text(): text for text in ax.texts if text.get_text()}
    assert texts.keys() == places.keys()
    assert len(ax.texts) - len(texts) == 3
    frames = {name: text.get_bbox_patch() for name, text in texts.items()}
    assert [name for name, frame in frames.items() if frame and frame.get_linestyle() == "--"] == [
        "u"
    ]
    assert [name for name, frame in frames.items() if frame and frame.get_linewidth() > 2] == ["a"]
    plt.close(fig)


def test_the_four_graphs_of_the_note_can_be_drawn() -> None:
    """Each node has a place, and who is hidden or framed is a node."""
    for graph in FOUR_GRAPHS.values():
        parents, places, hidden, boxed = graph
        nodes = {*parents, *(cause for causes in parents.values() for cause in causes)}
        assert nodes == set(places) and nodes >= {*hidden, *boxed}
        fig, ax = plt.subplots()
        draw_graph(ax, *graph)
        plt.close(fig)


def test_random_graphs_find_no_exception() -> None:
    """Ten pairs of nodes and eight sets of the other three, for each graph."""
    asked, met = ask_random_graphs(3)
    assert asked == 3 * 10 * 8 and 0 < met < asked
