"""Cross-references: formulas with numbers, and links that say which formula or figure they name."""

from __future__ import annotations

from pathlib import Path

import pytest
from converted import convert, read
from projects import ProjectDir

FORMULAS = """\
# A

$$
a = b
$$
^eq-one

$$
no = number
$$

Words ^eq-words

> $$c = d$$ ^eq-two
"""


def links(html: str) -> list[tuple[str, str]]:
    """The links of a page, with what they say."""
    return [
        (each.attributes["href"], each.text)
        for each in read(html).all("a")
        if "nw-wikilink" in each.attributes.get("class", "")
    ]


def test_formulas_have_numbers_by_their_block_ids() -> None:
    """One without a block id has none, nor has a paragraph."""
    page = read(convert(FORMULAS).html)
    numbered = [each for kind in ("div", "p") for each in page.all(kind, "nw-equation")]
    assert len(numbered) == 2 and numbered[0].attributes["id"] == "eq-one"
    assert [each.text for each in page.all("span", "nw-number")] == ["(1)", "(2)"]
    assert page.all("blockquote")[0].attributes["id"] == "eq-two", "the block that ends there"


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ("[[#^eq-one]]", ("#eq-one", "(1)")),
        ("[[#^EQ-Two]]", ("#eq-two", "(2)")),
        ("[[#^eq-one|the first]]", ("#eq-one", "the first")),
        ("[[b#^eq-b]]", ("b.md#eq-b", "Bee (1)")),
        ("[[b#^eq-none]]", ("b.md#eq-none", "Bee > ^eq-none")),
        ("[[b#^words]]", ("b.md#words", "Bee > ^words")),
    ],
)
def test_a_link_says_which_formula_it_names(link: str, told: tuple[str, str]) -> None:
    """Unless it says something itself; of another note, the note as well."""
    others = {"b.md": "# Bee\n\n$$x$$ ^eq-b\n\nText ^words\n"}
    assert links(convert(f"{FORMULAS}\nSee {link}.\n", others=others).html) == [told]


DRAWN = """\
```python
#| label: {label}
#| fig-cap: "{caption}"
#| fig-alt: A line
import matplotlib.pyplot as plt

fig, ax = plt.subplots()
ax.plot([1, 2])
ax.set(xlabel="x", ylabel="y");
```
"""


def drawn(label: str, caption: str = "A line.") -> str:
    return DRAWN.format(label=label, caption=caption)


@pytest.mark.gate
def test_a_link_says_which_figure_it_names(tmp_path: Path) -> None:
    """By its number on the page, where others and those of other notes come before it."""
    project = ProjectDir(tmp_path)
    project.configure()
    plain = drawn("fig-plain").replace('#| fig-cap: "A line."\n', "")
    project.write(
        {
            "docs/other.md": f"# Other\n\n## Part\n\n{drawn('fig-there')}\n",
            "docs/index.md": "# Home\n\nSee [[#^fig-b]], [[#^fig-a]], [[#^fig-plain]], "
            f"[[#^fig-b|so]] and [[other#^fig-there]].\n\n{drawn('fig-a')}\n\n{plain}\n"
            f"![[other#Part]]\n\n{drawn('fig-b')}\n",
        }
    )
    built = project.build()
    assert built.status == 0, built.output
    page = project.page("index")
    assert "data-nw-figure" not in page
    found = [text for href, text in links(page) if "fig-" in href]
    assert found == ["Fig. 3", "Fig. 1", "^fig-plain", "so", "Other > ^fig-there"]


LABELLED = """\
# Note

## Results

```python
#| label: results
1 + 1
```

## Results

[[#Results]], [[#^results]], [[b#Results]] and [[b#^results]].
"""


def test_a_heading_and_a_cell_of_one_name_have_two_ids(tmp_path: Path) -> None:
    """The label is the cell's, as it is written; links to the headings lead to these."""
    here = ProjectDir(tmp_path)
    other = LABELLED.partition("[[")[0]
    here.configure()
    here.write({"docs/a.md": LABELLED, "docs/b.md": other.replace("# Note", "# Bee", 1)})
    built = here.build()
    assert built.status == 0, built.output
    page = here.page("a")
    assert page.count('id="results"') == 1 and '<h2 id="results_1"' in page
    assert '<h2 id="results_2"' in page
    led = [href for href, _ in links(page)]
    assert led == ["#results_1", "#results", "../b/#results_1", "../b/#results"]
