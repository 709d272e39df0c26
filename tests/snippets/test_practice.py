"""Practice: build ids, serving, pipelines, Bayes search, batches, contests, licences."""

from __future__ import annotations

import re
import tomllib
from graphlib import CycleError
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm, rankdata
from sklearn.datasets import load_diabetes, load_iris
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF
from sklearn.linear_model import LogisticRegression

from data.clusters import make
from snippets import batching, bayes_search, dag, leaderboard, licences, serving
from snippets.build_id import build_id, changed, fingerprint
from snippets.evidence import paired_difference
from snippets.lessons import l08_random_search
from snippets.search_tables import tables

ROOT = Path(__file__).parents[2]
PARTS = {
    "data": np.array([[1.5, 2.0], [3.0, 4.0]]),
    "code": "def f(x):\n    return x\n",
    "settings": {"C": 1.0, "kernel": "rbf"},
}


def test_the_id_changes_with_a_data_set():
    """Another set, another value, shape, type or order of rows: another id."""
    X = PARTS["data"]
    others = [
        make("moons").X, X + 1e-9, X.reshape(4, 1), X.astype(np.float32), X[::-1], X.T,
    ]  # fmt: skip
    ids = {build_id(PARTS | {"data": other}) for other in [X, *others]}
    assert len(ids) == 7


def test_the_id_changes_with_code_and_settings():
    """A comment counts, and so does a setting or a part that is added."""
    base = build_id(PARTS)
    for other in (
        PARTS | {"code": PARTS["code"] + "# done\n"},
        PARTS | {"settings": {"C": 2.0, "kernel": "rbf"}},
        PARTS | {"settings": {"C": 1.0, "kernel": "rbf", "gamma": 1}},
        PARTS | {"more": b""},
        {"data": PARTS["data"], "code": PARTS["code"]},
        {"data": PARTS["code"], "code": PARTS["data"], "settings": PARTS["settings"]},
    ):
        assert build_id(other) != base


def test_order_and_byte_order_do_not_count():
    """The same parts give the same id, whatever the order of names or of bytes in memory."""
    turned = {name: PARTS[name] for name in ("settings", "data", "code")}
    turned["settings"] = {"kernel": "rbf", "C": 1.0}
    turned["data"] = PARTS["data"].astype(">f8")
    assert build_id(turned) == build_id(PARTS)
    assert re.fullmatch("[0-9a-f]{12}", build_id(PARTS))
    turned["data"] = np.asfortranarray(PARTS["data"])
    assert changed(turned, PARTS) == []


def test_fingerprints_are_sha256():
    """Text is hashed as UTF-8, bytes as they are: anybody can check them."""
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert fingerprint("abc") == fingerprint(b"abc") == known
    assert len(fingerprint(PARTS["data"])) == 64


def test_changed_parts_are_named():
    """Added, removed and changed parts, sorted."""
    new = {"data": PARTS["data"] + 1, "code": PARTS["code"], "a": "x"}
    assert changed(PARTS, new) == ["a", "data", "settings"]


def test_build_ids_refuse_bad_input():
    """An empty build has no id, and settings must be plain values."""
    with pytest.raises(ValueError, match="at least one part"):
        build_id({})
    with pytest.raises(ValueError, match="plain values"):
        fingerprint({"X": np.zeros(2)})


@pytest.fixture(scope="module")
def service():
    X, y = load_iris(return_X_y=True)
    names = ["sepal length", "sepal width", "petal length", "petal width"]
    model = LogisticRegression(max_iter=1000).fit(X, y)
    return model, X, serving.fields(names, ["cm"] * 4, X)


def request_of(row, expected):
    """A request with the values of one row."""
    return {field.name: float(value) for field, value in zip(expected, row, strict=True)}


def test_the_service_answers_as_the_model_does(service):
    """Label and probability are those of `predict_proba`, in any order of the inputs."""
    model, X, expected = service
    labels = ["setosa", "versicolor", "virginica"]
    for row in X[::10]:
        request = dict(reversed(request_of(row, expected).items()))
        found = serving.answer(model, labels, expected, request, "b1")
        chances = model.predict_proba([row])[0]
        assert found == serving.Answer(labels[chances.argmax()], chances.max(), "b1")


def test_the_ranges_are_those_of_training_and_half_as_much_again(service):
    """Each range is widened by half its width on either side, and its ends are answered."""
    _, X, expected = service
    width = np.ptp(X, axis=0)
    np.testing.assert_allclose([field.low for field in expected], X.min(axis=0) - width / 2)
    np.testing.assert_allclose([field.high for field in expected], X.max(axis=0) + width / 2)
    assert (expected[2].name, expected[2].unit) == ("petal length", "cm")
    for end in ("low", "high"):
        request = {field.name: getattr(field, end) for field in expected}
        assert serving.problems(request, expected) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"petal width": "0.2"}, "petal width: must be a number in cm, got '0.2'"),
        ({"petal width": True}, "petal width: must be a number in cm, got True"),
        ({"petal width": None}, "petal width: must be a number in cm, got None"),
        ({"petal width": float("nan")}, "petal width: must be finite, got nan"),
        ({"petal width": float("inf")}, "petal width: must be finite, got inf"),
        ({"petal width": 25}, "petal width: 25 cm is far from all training samples"),
        ({"petal width": -9.5}, "petal width: -9.5 cm is far from all training samples"),
        ({"colour": 1}, "colour: is not an input"),
    ],
)
def test_a_bad_request_is_refused_with_its_reason(service, change, message):
    """One wrong field gives one message, and no answer."""
    model, X, expected = service
    request = request_of(X[0], expected) | change
    assert serving.problems(request, expected) == [message]
    with pytest.raises(ValueError, match=re.escape(message)):
        serving.answer(model, ["a", "b", "c"], expected, request, "b1")


def test_all_that_is_wrong_is_said_at_once(service):
    """A request with three faults gets three messages; a whole number is a number."""
    model, X, expected = service
    request = request_of(X[0], expected) | {"colour": 1, "petal width": "x"}
    del request["sepal width"]
    wanted = ["colour: is not", "sepal width: is missing", "petal width: must be a number"]
    found = serving.problems(request, expected)
    assert len(found) == 3
    assert all(line.startswith(start) for line, start in zip(found, wanted, strict=True))
    with pytest.raises(ValueError, match="not an input; sepal width: is missing; petal"):
        serving.answer(model, ["a", "b", "c"], expected, request, "b1")
    assert serving.problems(request_of(X[0], expected) | {"sepal length": 5}, expected) == []


def pipeline(log):
    """Four steps that write down when they run."""

    def step(name, value):
        def work(*inputs):
            log.append(name)
            return value(*inputs)

        return work

    return {
        "report": dag.Step(step("report", lambda m, t: f"{m} of {t}"), ("model", "test")),
        "model": dag.Step(step("model", lambda s: s[0]), ("split",)),
        "test": dag.Step(step("test", lambda s: s[1]), ("split",)),
        "split": dag.Step(step("split", lambda: (3, 4))),
    }


def test_steps_run_after_what_they_need():
    """Whatever the order in which they are written; results go in the order of `needs`."""
    log = []
    results = dag.run(pipeline(log))
    assert log == list(results) == ["split", "model", "test", "report"]
    assert results["report"] == "3 of 4"
    assert dag.order({"b": dag.Step(int), "a": dag.Step(int)}) == ["a", "b"]
    assert dag.order({}) == []


def test_what_is_done_does_not_run_again():
    """A result that is at hand is used, also if it is None."""
    log = []
    results = dag.run(pipeline(log), {"split": (5, 6), "test": None})
    assert log == ["model", "report"]
    assert results["report"] == "5 of None"


@pytest.mark.parametrize(
    ("changed_steps", "again"),
    [
        (["split"], ["split", "model", "test", "report"]),
        (["model"], ["model", "report"]),
        (["report"], ["report"]),
        ([], []),
        (["report", "test"], ["test", "report"]),
    ],
)
def test_what_follows_from_a_change_is_stale(changed_steps, again):
    """The changed steps and all that need them, directly or not."""
    assert dag.stale(pipeline([]), changed_steps) == again


def test_impossible_pipelines_are_refused():
    """A missing step is named, and a circle has no order."""
    with pytest.raises(ValueError, match="no step is named x, y"):
        dag.order({"a": dag.Step(int, ("y", "x", "a"))})
    with pytest.raises(CycleError):
        dag.run({"a": dag.Step(int, ("b",)), "b": dag.Step(int, ("a",))})


@pytest.mark.parametrize("n_knobs", [1, 2, 4])
@pytest.mark.parametrize(("length", "noise"), [(0.3, 1e-3), (0.7, 0.1)])
def test_the_guess_is_that_of_the_library(n_knobs, length, noise):
    """Mean and deviation equal a Gaussian process with that kernel and normalised scores."""
    rng = np.random.default_rng(n_knobs)
    tried, places = rng.random((8, n_knobs)), rng.random((20, n_knobs))
    scores = 5 + 3 * np.sin(4 * tried).sum(axis=1)
    mean, sd = bayes_search.posterior(tried, scores, places, length, noise)
    process = GaussianProcessRegressor(
        RBF(length), alpha=noise, optimizer=None, normalize_y=True
    ).fit(tried, scores)
    wanted, spread = process.predict(places, return_std=True)
    np.testing.assert_allclose(mean, wanted, rtol=1e-9)
    np.testing.assert_allclose(sd, spread, rtol=1e-6, atol=1e-9)


def test_the_guess_is_sure_where_it_has_tried():
    """Without noise the guess at a tried setting is its score, and never less sure than sure."""
    tried = np.array([[0.0], [0.5], [1.0]])
    mean, sd = bayes_search.posterior(tried, np.array([1.0, 3.0, 2.0]), tried, 0.3, 0.0)
    np.testing.assert_allclose(mean, [1, 3, 2], atol=1e-9)
    assert (sd >= 0).all() and sd.max() < 1e-6


@pytest.mark.parametrize(("mean", "sd", "best"), [(0.0, 1.0, 0.5), (2.0, 0.3, 1.0), (1, 2, 3)])
def test_expected_improvement_is_an_expectation(mean, sd, best):
    """It equals the integral of the gain over the best score, and the gain itself if sure."""
    value, _ = quad(lambda s: (s - best) * norm.pdf(s, mean, sd), best, mean + 12 * sd)
    args = (np.array([mean]), np.array([sd]))
    assert bayes_search.expected_improvement(*args, best)[0] == pytest.approx(value, rel=1e-6)
    sure = bayes_search.expected_improvement(np.array([2.0, 0.0]), np.zeros(2), 1.5)
    np.testing.assert_allclose(sure, [0.5, 0.0], atol=1e-9)


PLACES = np.linspace(0, 1, 41)[:, None]


def test_the_search_starts_at_random_and_goes_where_it_expects_most():
    """The first tries are the generator's, and each other is the best guess at its time."""
    hill = -((PLACES[:, 0] - 0.37) ** 2)
    tried = bayes_search.bayes_search(lambda i: hill[i], PLACES, 7, np.random.default_rng(1))
    assert tried[:3] == np.random.default_rng(1).permutation(41)[:3].tolist()
    for n in range(3, 7):
        known = hill[tried[:n]]
        mean, sd = bayes_search.posterior(PLACES[tried[:n]], known, PLACES, 0.3, 1e-3)
        gain = bayes_search.expected_improvement(mean, sd, known.max())
        gain[tried[:n]] = -1
        assert tried[n] == gain.argmax()
    assert abs(PLACES[tried, 0] - 0.37).min() <= 0.025


def test_no_setting_is_tried_twice_even_if_all_are_alike():
    """On a level ground the search goes on at random; it can try everything."""
    places = np.linspace(0, 1, 12)[:, None]
    tried = bayes_search.bayes_search(lambda i: 1.0, places, 12, np.random.default_rng(0))
    assert sorted(tried) == list(range(12))
    assert tried[3:] != sorted(tried[3:])
    one = bayes_search.bayes_search(lambda i: float(i), places, 1, np.random.default_rng(0), 1)
    assert len(one) == 1


@pytest.mark.nightly
def test_a_search_needs_a_length_that_is_not_too_short():
    """At 0.1 no gain over random search is shown; from 0.15 on it is level with the grid."""
    found, steps = tables(), np.linspace(0, 1, 11)
    places = np.array([(C, gamma) for C in steps for gamma in steps])
    grid = [l08_random_search.grid_search(each, 3) for each in found]
    random = [l08_random_search.random_search(each, 9) for each in found]
    for length in (0.1, 0.15, 0.3, 0.8):
        means = []
        for seed, table in enumerate(found):
            known, new = table.validation.ravel(), table.new.ravel()
            rngs = [np.random.default_rng([seed, start]) for start in range(60)]
            rows = bayes_search.bayes_searches(known, places, 9, rngs, length=length)
            means.append(new[rows[np.arange(60), known[rows].argmax(axis=1)]].mean())
        gained, level = (
            paired_difference(means, other).over_splits(80, 300, 1797) for other in (random, grid)
        )
        if length == 0.1:
            assert gained.low < 0 < gained.high
        else:
            assert gained.low > 0 and -0.01 < level.low < 0 < level.high < 0.01


@pytest.mark.parametrize(("n_tries", "n_random"), [(2, 3), (42, 3), (5, 0)])
def test_the_search_refuses_numbers_that_do_not_fit(n_tries, n_random):
    """The message says both numbers and how many settings there are."""
    with pytest.raises(ValueError, match=f"<= 41, got {n_random} and {n_tries}"):
        bayes_search.bayes_search(float, PLACES, n_tries, np.random.default_rng(0), n_random)


def test_many_searches_at_once_are_those_alone() -> None:
    """The same tries from each start, also where the first scores are all alike."""
    places = np.random.default_rng(0).random((60, 2))
    scores = np.where(places[:, 0] > 0.6, places[:, 0] - places[:, 1] ** 2, 0.1)
    rngs = [np.random.default_rng(seed) for seed in range(12)]
    found = bayes_search.bayes_searches(scores, places, 9, rngs)
    assert any(np.ptp(scores[rows[:3]]) == 0 for rows in found)
    for seed, rows in enumerate(found):
        rng = np.random.default_rng(seed)
        assert rows.tolist() == bayes_search.bayes_search(scores.__getitem__, places, 9, rng)


@pytest.mark.parametrize("load_set", [load_iris, load_diabetes])
@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_batches_give_the_same_numbers(load_set, size):
    """Whatever the batch, the outputs are those of one product."""
    X, _ = load_set(return_X_y=True)
    W = np.random.default_rng(0).standard_normal((X.shape[1], 3))
    np.testing.assert_allclose(batching.by_batch(X, W, size), X @ W, rtol=1e-12, atol=1e-12)
    out, steps = batching.by_number(X[:20], W)
    np.testing.assert_allclose(out, X[:20] @ W, rtol=1e-12, atol=1e-12)
    assert steps == 20 * X.shape[1] * 3


@pytest.mark.parametrize(("size", "calls"), [(1, 10), (3, 4), (5, 2), (10, 1), (99, 1)])
def test_a_batch_is_one_product(size, calls, monkeypatch):
    """Ten samples take as many products as there are batches."""
    seen = []
    monkeypatch.setattr(batching, "product", lambda A, W: seen.append(len(A)) or A @ W)
    batching.by_batch(np.ones((10, 2)), np.ones((2, 1)), size)
    assert len(seen) == calls and sum(seen) == 10 and max(seen) <= size


@pytest.mark.parametrize(("n", "per_shard", "files"), [(10, 4, 3), (8, 4, 2), (3, 9, 1), (0, 4, 0)])
def test_shards_give_back_the_samples_in_order(tmp_path, n, per_shard, files):
    """Each file holds so many, and reading them all gives what was written."""
    samples = [bytes([i]) * i for i in range(n)]
    paths = batching.write_shards(samples, per_shard, tmp_path)
    assert [path.name for path in paths] == [f"{i:05d}.tar" for i in range(files)]
    assert sorted(tmp_path.iterdir()) == paths
    assert list(batching.read_shards(paths)) == samples
    for path in paths[:-1]:
        assert len(list(batching.read_shards([path]))) == per_shard


def test_the_samples_of_a_shard_are_numbered(tmp_path):
    """Tools that read tar files find each sample by its place in the whole."""
    import tarfile

    paths = batching.write_shards([b"a", b"b", b"c"], 2, tmp_path)
    with tarfile.open(paths[1]) as tar:
        assert tar.getnames() == ["00000002.bin"]
    again = tmp_path / "again"
    again.mkdir()
    twin = batching.write_shards([b"a", b"b", b"c"], 2, again)
    assert [path.read_bytes() for path in twin] == [path.read_bytes() for path in paths]


def test_batching_refuses_empty_parts(tmp_path):
    """A batch and a shard hold at least one sample."""
    with pytest.raises(ValueError, match="got 0"):
        batching.by_batch(np.ones((2, 2)), np.ones((2, 1)), 0)
    with pytest.raises(ValueError, match="got 0"):
        batching.write_shards([b"a"], 0, tmp_path)


def test_a_contest_counts_right_answers():
    """Both boards are shares of right answers by the skill, public first."""
    skills = np.linspace(0, 1, 5)
    board = leaderboard.contest(skills, 40, 25, np.random.default_rng(2))
    rng = np.random.default_rng(2)
    np.testing.assert_array_equal(board.public, rng.binomial(40, skills) / 40)
    np.testing.assert_array_equal(board.private, rng.binomial(25, skills) / 25)
    assert (board.public[0], board.private[-1]) == (0, 1)
    for sizes in ((0, 5), (5, 0)):
        with pytest.raises(ValueError, match=f"got {sizes[0]} and {sizes[1]}"):
            leaderboard.contest(skills, *sizes, np.random.default_rng(0))
    leaderboard.contest(skills, 1, 1, np.random.default_rng(0))


def test_the_leader_is_the_first_of_the_best():
    """A tie does not change the leader; its private score is shown beside."""
    board = leaderboard.Board(
        np.array([0.5, 0.4, 0.6, 0.6, 0.7]), np.array([0.1, 0.9, 0.2, 0.8, 0.3])
    )
    public, private = board.best_so_far()
    assert public.tolist() == [0.5, 0.5, 0.6, 0.6, 0.7]
    assert private.tolist() == [0.1, 0.1, 0.2, 0.2, 0.3]
    assert board.private_rank() == 3
    assert leaderboard.Board(np.array([1.0, 0.5]), np.array([0.5, 0.5])).private_rank() == 1.5
    assert board.private_rank() == rankdata([-0.1, -0.9, -0.2, -0.8, -0.3])[4]


@pytest.mark.parametrize(
    ("expression", "classifiers", "text", "wanted"),
    [
        ("BSD-3-Clause AND 0BSD AND MIT AND Zlib", [], "", "BSD"),
        ("MPL-2.0 AND MIT", [], "", "MPL"),
        ("", ["License :: OSI Approved :: MIT License"], "UNKNOWN", "MIT"),
        ("", ["Programming Language :: Python", "Topic :: MIT"], "", "not said"),
        ("", [], "GNU General Public License (GPL)", "GPL"),
        ("LGPL-2.1", [], "", "GPL"),
        ("", [], "GNU Lesser General Public License", "GPL"),
        ("", [], "Apache-2.0\nMIT", "Apache"),
        ("", [], "\n  BSD 3-Clause\nGPL", "BSD"),
        ("", ["License :: OSI Approved :: Python Software Foundation License"], "", "PSF"),
        ("", [], "Limited to summits", "not said"),
        ("", [], "Mozilla Public License", "MPL"),
        ("MIT", ["License :: OSI Approved :: Apache Software License"], "GPL", "MIT"),
        ("", ["License :: OSI Approved :: BSD License"], "GPL", "BSD"),
    ],
)
def test_a_licence_has_a_family(expression, classifiers, text, wanted):
    """The short expression goes first, then classifiers, then words; what binds most counts."""
    assert licences.family(expression, classifiers, text) == wanted


def test_the_families_of_installed_packages():
    """Well-known packages are found, and a package that is not there is an error."""
    packages = ["numpy", "scikit-learn", "matplotlib", "pytest", "hypothesis"]
    assert [licences.family_of(name) for name in packages] == ["BSD", "BSD", "PSF", "MIT", "MPL"]
    with pytest.raises(PackageNotFoundError):
        licences.family_of("no-such-package-anywhere")


def test_every_dependency_has_a_known_licence():
    """Nothing is depended on whose terms are not said."""
    written = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = written["project"]["optional-dependencies"]
    groups = written["dependency-groups"]
    lines = [*written["project"]["dependencies"], *extras["site"], *extras["test"]]
    lines += [line for name in ("notes", "tests") for line in groups[name] if isinstance(line, str)]
    names = [licences.requirement_name(line) for line in lines]
    assert "numpy" in names and "pyyaml-env-tag" in names
    assert [name for name in names if licences.family_of(name) == licences.UNKNOWN] == []


def test_a_requirement_starts_with_a_name():
    """Versions and extras are cut; a line without a name is refused."""
    assert licences.requirement_name("a.b_c-1[x]>=2; python_version>'3'") == "a.b_c-1"
    with pytest.raises(ValueError, match="'>=2'"):
        licences.requirement_name(">=2")
