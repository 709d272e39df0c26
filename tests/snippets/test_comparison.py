from __future__ import annotations

import math
import time
from dataclasses import FrozenInstanceError
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.clusters import make
from snippets import comparison, tasks

DOCS = Path(__file__).parents[2] / "docs"
WITH_CLASS = [one for one in comparison.ROWS if one.path]
YES_NO = {"yes", "no"}
by_note = {"argvalues": comparison.ROWS, "ids": lambda one: one.name}
with_class = {"argvalues": WITH_CLASS, "ids": lambda one: one.name}


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """What is read from each model."""
    return comparison.read_table()


def test_every_model_note_has_a_row() -> None:
    """Each model note has a row; a row without a note would be a dead link."""
    notes = {path.stem for path in (DOCS / "models").glob("*.md")} - {"index"}
    rows = {one.note for one in comparison.MODELS}
    missing = sorted(notes - rows)
    assert missing == [], "add a `Model` for each to MODELS in snippets/comparison.py"
    assert sorted(rows - notes) == []


def test_comparison_note_links_every_model_note() -> None:
    """The list below the tables misses no model."""
    text = (DOCS / "comparison.md").read_text("utf-8")
    links = ("[[{0}]]", "[[models/{0}|", "[[{0}|")
    missing = [
        one.note
        for one in comparison.MODELS
        if not any(link.format(one.note) in text for link in links)
    ]
    assert missing == []


def test_names_are_unique() -> None:
    """No name or note has two rows; only softmax shares the class of logistic regression."""
    names = [one.name for one in comparison.ROWS]
    notes = [one.note for one in comparison.MODELS]
    for values in (names, notes):
        assert len(set(values)) == len(values)
    assert all((DOCS / "models" / f"{one.note}.md").is_file() for one in comparison.ROWS)
    paths = [one.path for one in WITH_CLASS]
    assert sorted({path for path in paths if paths.count(path) > 1}) == [
        "sklearn.linear_model.LogisticRegression"
    ]


@pytest.mark.parametrize("one", **by_note)
def test_a_model_has_a_class_or_functions_of_ours(one: comparison.Model) -> None:
    """Each path imports: a class with `fit`, or else functions."""
    if one.path:
        assert hasattr(comparison.load(one.path)(), "fit")
        assert comparison.library_class(one) == one.path
        assert not one.own
    else:
        assert all(callable(comparison.load(path)) for path in one.own)
        module = one.own[0].rsplit(".", 1)[0]
        assert comparison.library_class(one) == f"none; ours is {module}"


@pytest.mark.parametrize("one", **with_class)
def test_an_arm_is_of_the_model(one: comparison.Model) -> None:
    """The settings of task A belong to the class of the row."""
    if one.arm:
        assert type(tasks.estimator(one.arm, 2, 0)) is comparison.load(one.path or "")


@pytest.mark.nightly
@pytest.mark.parametrize("one", **with_class)
def test_inductive_means_new_samples(one: comparison.Model) -> None:
    """A model called inductive answers for a sample that it was not fitted on."""
    points = make("blobs", 0)
    targets = np.minimum(points.truth, 1) if one.note == "nu-svc" else points.truth
    fitted = comparison.load(one.path or "")(**comparison.options(one))
    fitted.fit(comparison.suited(fitted, points.X), targets)
    new = np.array([[0.5, 0.5]])
    if comparison.properties(one.path or "", comparison.options(one))["kind"] == "inductive":
        answered = fitted.predict(new) if hasattr(fitted, "predict") else fitted.transform(new)
        assert len(answered) == 1
    else:
        assert not hasattr(fitted, "predict")


def test_the_registry_cannot_be_changed() -> None:
    """A row stays as it was written."""
    with pytest.raises(FrozenInstanceError):
        setattr(comparison.MODELS[0], "name", "other")  # noqa: B010


def test_bad_names_are_refused() -> None:
    """A wrong path or model is an error that names it."""
    for path in ("sklearn.cluster.KMean", "sklearn.nowhere.KMeans", "KMeans", "snippets.cnn.fits"):
        with pytest.raises(ValueError, match=f"nothing can be imported from '{path}'"):
            comparison.load(path)
    with pytest.raises(ValueError, match="no model is named 'OPTICS'; there are Linear"):
        comparison.model("OPTICS")
    with pytest.raises(ValueError, match="scikit-learn has no class for CNN"):
        comparison.make_estimator(comparison.model("CNN"), 0)


def test_a_method_is_found_by_its_path() -> None:
    """A path may lead through a class."""
    from snippets.cnn import ConvolutionalNetwork

    found = comparison.load("snippets.cnn.ConvolutionalNetwork.predict")
    assert found is ConvolutionalNetwork.predict


def test_estimators_for_runs_get_settings_and_seed() -> None:
    """Settings of the registry and the seed reach the estimator."""
    forest = comparison.make_estimator(comparison.model("Random forest"), 7)
    assert (forest.n_estimators, forest.random_state) == (10, 7)
    assert (
        "random_state" not in comparison.make_estimator(comparison.model("DBSCAN"), 7).get_params()
    )


@pytest.mark.gate
def test_words_in_every_cell(table: pd.DataFrame) -> None:
    """Yes or no, or a dash where there is no class; a kind where a kind is asked for."""
    classless = [one.name for one in comparison.MODELS if one.path is None]
    nets = ["CNN", "RNN", "LSTM and GRU", "Transformer", "Diffusion model"]
    rewarded = ["Q-learning", "Policy gradient"]
    assert classless == ["Autoencoder", "Hidden Markov model", *nets, *rewarded]
    assert list(table.index) == [one.name for one in comparison.ROWS]
    with_class = table.drop(index=classless)
    assert set(with_class["kind"]) == {"inductive", "transductive"}
    assert set(with_class["task type"]) == {
        "classifier",
        "clusterer",
        "density estimator",
        "outlier detector",
        "regressor",
        "transformer",
    }
    words = with_class[list(comparison.COLUMNS[3:])]
    assert words.isin(YES_NO).all(axis=None)
    assert set(with_class["fit grows like"]) == {"n", "n²", "n³"}
    assert (table.loc[classless, ["fit grows like", "keeps", "needs k"]] == "–").all(axis=None)


def yes(table: pd.DataFrame, column: str, word: str = "yes") -> list[str]:
    """Models whose cell says a word."""
    return list(table.index[table[column] == word])


@pytest.mark.gate
def test_known_properties(table: pd.DataFrame) -> None:
    """Facts of the library that the notes rest on."""
    batch, counts, chart = "Mini-batch K-Means", "Multinomial naive Bayes", "t-SNE"
    assert yes(table, "kind", "transductive") == ["Ward", "Spectral", "DBSCAN", chart, "HDBSCAN"]
    clusterers = ["K-Means", "Ward", "Spectral", "Gaussian mixture", "BIRCH", "PCA"]
    parts, svd = "Non-negative matrix factorisation", "Truncated SVD"
    topics = "Latent Dirichlet allocation"
    assert yes(table, "needs k") == [*clusterers, parts, chart, svd, topics, batch]
    streams = ["Naive Bayes", "BIRCH", "Neural network", counts, topics, batch]
    assert yes(table, "streaming") == streams
    assert yes(table, "transform") == [
        "Linear discriminant analysis",
        "K-Means",
        "BIRCH",
        "PCA",
        parts,
        svd,
        topics,
        batch,
    ]
    gaps = ["Decision tree", "Random forest", "Histogram boosting", "Outlier detection", "HDBSCAN"]
    assert yes(table, "missing values") == gaps
    assert table.loc[["Naive Bayes", counts], "sparse X"].tolist() == ["no", "yes"]
    assert table.loc["Autoencoder", ["kind", "random"]].tolist() == ["inductive", "yes"]
    assert table.loc["Q-learning", ["kind", "random"]].tolist() == ["–", "yes"]
    assert yes(table, "random") == [
        "Decision tree",
        "Random forest",
        "Gradient boosting",
        "K-Means",
        "Spectral",
        "Gaussian mixture",
        parts,
        "Autoencoder",
        "Neural network",
        "Hidden Markov model",
        "CNN",
        "RNN",
        "LSTM and GRU",
        "Transformer",
        "Diffusion model",
        "Q-learning",
        "Policy gradient",
        "Outlier detection",
        svd,
        topics,
        "Mini-batch K-Means",
    ]  # and not ridge or PCA, whose seed never matters at their defaults
    assert "Gaussian mixture" in yes(table, "probabilities")
    assert "Support vector machine" not in yes(table, "probabilities")
    assert table.loc["Gaussian mixture", ["sparse X", "sample weights"]].tolist() == ["no", "no"]
    assert table.loc["K-Means", ["sparse X", "sample weights"]].tolist() == ["yes", "yes"]


@pytest.mark.gate
def test_twins(table: pd.DataFrame) -> None:
    """A classifier's twin regresses, and the other way round; clusterers have none."""
    expected = {
        "Decision tree": "DecisionTreeRegressor",
        "K-nearest neighbours": "KNeighborsRegressor",
        "Support vector machine": "SVR",
        "NuSVC": "NuSVR",
        "Ridge and lasso": "RidgeClassifier",
        "Logistic regression": "–",
        "K-Means": "–",
    }
    assert table.loc[list(expected), "twin"].to_dict() == expected
    assert comparison.twin("sklearn.tree.DecisionTreeRegressor") == "DecisionTreeClassifier"


@pytest.mark.gate
def test_what_is_kept(table: pd.DataFrame) -> None:
    """A line keeps its slopes, a tree its nodes, a graph all pairs."""
    assert table.loc["Linear regression", "keeps"] == "fixed"
    fixed = ["K-Means", "Mini-batch K-Means", "Outlier detection", "PCA"]
    assert (table.loc[fixed, "keeps"] == "fixed").all()
    assert yes(table, "keeps", "with n²") == ["Spectral"]
    assert {"K-nearest neighbours", "Decision tree", "DBSCAN"} <= set(yes(table, "keeps", "with n"))


def test_the_sample_grows() -> None:
    """Five features and two classes that overlap; more rows begin with the same ones."""
    X, y = comparison.growing_sample(50)
    assert X.shape == (50, 5) and set(y) == {0, 1}
    wrong = np.mean((X[:, 0] > 0) != y)
    assert 0.1 < wrong < 0.45
    np.testing.assert_array_equal(comparison.growing_sample(50)[0], X)


def seconds(one: comparison.Model, n: int) -> float:
    """Processor time of the shortest of three fits."""
    X, y = comparison.growing_sample(n)
    found = []
    for _ in range(3):
        estimator = comparison.make_estimator(one, 0)
        started = time.process_time()
        estimator.fit(comparison.suited(estimator, X), y)
        found.append(time.process_time() - started)
    return min(found)


@pytest.mark.clock
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("one", **with_class)
def test_growth_of_a_fit(one: comparison.Model) -> None:
    """Four times the samples: a model of n stays below 12 times the time, one of n² or n³ above 3.

    Other work on the machine may disturb a clock, so a wrong answer is asked again.
    """
    for _ in range(4):
        exponent = math.log(seconds(one, 1600) / seconds(one, 400)) / math.log(4)
        if (exponent < 1.79) if one.growth == "n" else (exponent > 0.8):
            return
    pytest.fail(f"{one.name}: measured exponent {exponent:.2f}, claimed {one.growth}")


class Links(HTMLParser):
    """Reads addresses, head cells and row names of a table."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.scopes: list[str] = []
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "a":
            self.addresses.append(str(found["href"]))
        elif tag == "th":
            self.scopes.append(str(found["scope"]))
        elif tag == "td":
            self.cells += 1


def test_linked_table() -> None:
    """Each row's name leads to its note; heads have scopes; text is escaped."""
    made = pd.DataFrame(
        {"a<b": ["x & y", "1"], "c": ["2", "3"]}, index=pd.Index(["K-Means", "CNN"], name="model")
    )
    shown = comparison.LinkedTable(made, "../models/")
    html = shown._repr_html_()
    links = Links()
    links.feed(html)
    assert links.addresses == ["../models/k-means/", "../models/cnn/"]
    assert links.scopes == ["col"] * 3 + ["row"] * 2
    assert links.cells == 4
    assert "a&lt;b" in html and "x &amp; y" in html and ">model</th>" in html
    assert html.startswith('<table class="dataframe">') and html.endswith("</table>")
    assert repr(shown) == "2 models, 2 columns"


@pytest.mark.parametrize("one", **by_note)
def test_links_of_the_table_lead_to_pages(one: comparison.Model) -> None:
    """The page of the comparison stands beside the folder of the models, in folders of its own."""
    settings = (DOCS.parent / "mkdocs.yml").read_text("utf-8")
    assert "use_directory_urls: true" in settings
    cells = (DOCS / "comparison.md").read_text("utf-8")
    assert cells.count('"../models/")') == 3
    if not (DOCS / "models" / f"{one.note}.md").exists():
        pytest.skip("the note is not written yet")
