from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from data.digits import load
from snippets.pca import components_for, pca
from snippets.projects.ch08_dimensionality import (
    COUNTS,
    DIMENSIONS,
    FORMS,
    MODELS,
    PLANES,
    components_needed,
    distance_ratios,
    race,
    random_plane,
    rebuild,
    share_kept,
    tries,
    tuned_race,
)
from snippets.projects.hands import N_NEW_FORMS, N_TRAIN, draw, tuned

DIGITS = load()


def forms_of(images: np.ndarray) -> set[int]:
    """Forms of the file on which some images stand."""
    where = {row.tobytes(): int(form) for row, form in zip(DIGITS.X, DIGITS.form, strict=True)}
    return {where[row.tobytes()] for row in images}


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_new_hands_are_whole_forms_that_nobody_learns_from(seed: int) -> None:
    """Four forms, all their images, none of them among the thousand to learn from."""
    hands = draw(seed)
    assert hands.X.shape == (N_TRAIN, 64) == (1000, 64)
    assert N_NEW_FORMS == 4 == len(forms_of(hands.new))
    assert not forms_of(hands.new) & forms_of(hands.X)
    expected = np.isin(DIGITS.form, list(forms_of(hands.new))).sum()
    assert len(hands.new) == len(hands.truth) == expected
    labels = {row.tobytes(): y for row, y in zip(DIGITS.X, DIGITS.y, strict=True)}
    assert all(labels[row.tobytes()] == y for row, y in zip(hands.X, hands.y, strict=True))
    assert all(labels[row.tobytes()] == y for row, y in zip(hands.new, hands.truth, strict=True))


def test_known_hands_are_all_other_rows() -> None:
    """Each row of the file is in one part; the hands are in both."""
    hands = draw(0, known=True)
    assert len(hands.y) == 1000 and len(hands.truth) == 797
    both = np.concatenate([hands.X, hands.new])
    assert sorted(map(tuple, both)) == sorted(map(tuple, DIGITS.X))
    assert len(forms_of(hands.X)) == len(forms_of(hands.new)) == 14


def test_a_seed_is_a_draw() -> None:
    """The same seed gives the same images, another one others."""
    np.testing.assert_array_equal(draw(3).new, draw(3, digits=DIGITS).new)
    assert forms_of(draw(3).new) != forms_of(draw(4).new)


@pytest.mark.parametrize("k", [1, 5, 30])
def test_rebuild_is_the_librarys_way_back(k: int) -> None:
    """With the components of PCA: `inverse_transform(transform(X))`."""
    model = PCA(k, svd_solver="full").fit(DIGITS.X[:500])
    theirs = model.inverse_transform(model.transform(DIGITS.X[500:600]))
    ours = rebuild(model.components_, model.mean_, DIGITS.X[500:600])
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


def test_rebuild_depends_on_the_plane_alone() -> None:
    """Directions need not be at right angles: any that span the plane give the same point."""
    rng = np.random.default_rng(0)
    X, mean, rows = rng.normal(size=(20, 6)), rng.normal(size=6), rng.normal(size=(2, 6))
    mixed = np.array([[2.0, 1.0], [0.5, -3.0]]) @ rows
    back = rebuild(rows, mean, X)
    np.testing.assert_allclose(back, rebuild(mixed, mean, X), rtol=0, atol=1e-12)
    np.testing.assert_allclose((X - back) @ rows.T, 0, rtol=0, atol=1e-12)  # at right angles
    np.testing.assert_allclose(rebuild(rows, mean, mean[None]), mean[None], rtol=0, atol=1e-12)


def test_share_kept() -> None:
    """Of (3, 4) the first axis keeps 9 of 25; all axes keep all."""
    X, mean = np.array([[4.0, 5.0]]), np.array([1.0, 1.0])
    assert share_kept(np.array([[2.0, 0.0]]), mean, X) == pytest.approx(9 / 25, abs=1e-12)
    assert share_kept(np.eye(2), mean, X) == pytest.approx(1, abs=1e-12)
    plane = pca(DIGITS.X, 10)
    kept = share_kept(plane.components, plane.mean, DIGITS.X)
    assert kept == pytest.approx(plane.ratios.sum(), abs=1e-12)


def test_a_random_plane_keeps_squared_lengths_on_average() -> None:
    """Its numbers have variance 1 / k; all counts from 1 to the number of features do."""
    rng = np.random.default_rng(0)
    plane = random_plane(400, 500, rng)
    assert plane.shape == (400, 500)
    assert plane.var() * 400 == pytest.approx(1, abs=0.02)
    turned = Rotation.random(random_state=0).as_matrix()[0]
    lengths = [((random_plane(2, 3, rng) @ turned) ** 2).sum() for _ in range(4000)]
    assert np.mean(lengths) == pytest.approx(1, abs=0.06)
    assert random_plane(1, 1, rng).shape == (1, 1)


@pytest.mark.parametrize("k", [0, 4])
def test_a_plane_has_at_most_as_many_dimensions_as_features(k: int) -> None:
    """The message says how many there are."""
    with pytest.raises(ValueError, match="from 1 to 3 features, got"):
        random_plane(k, 3, np.random.default_rng(0))


def test_components_for_the_samples_themselves_are_those_of_their_ratios() -> None:
    """On the samples that gave the components it counts as `components_for` does."""
    for share in (0.5, 0.9, 0.95, 1.0):
        expected = components_for(pca(DIGITS.X[:300], 64).ratios, share)
        assert components_needed(DIGITS.X[:300], DIGITS.X[:300], share) == expected


def test_components_for_new_samples() -> None:
    """New samples along the second direction of the others need both."""
    X = np.array([[-3.0, 0.0], [3.0, 0.0], [0.0, -1.0], [0.0, 1.0]])
    assert components_needed(X, np.array([[5.0, 0.0]]), 0.99) == 1
    assert components_needed(X, np.array([[0.0, 5.0]]), 0.01) == 2
    assert components_needed(X, np.array([[3.0, 4.0]]), 9 / 25) == 1
    assert components_needed(X, np.array([[3.0, 4.0]]), 9.01 / 25) == 2


def test_components_that_do_not_suffice() -> None:
    """Two samples span a line, on which a third need not lie; and a share is a share."""
    X = np.array([[0.0, 0.0, 0.0], [2.0, 0.0, 0.0]])
    with pytest.raises(ValueError, match=r"2 components keep 0\.500, not 0\.9"):
        components_needed(X, np.array([[2.0, 0.0, 1.0]]), 0.9)
    for share in (0.0, 1.1):
        with pytest.raises(ValueError, match="above 0 and at most 1"):
            components_needed(X, X, share)


def test_distance_ratios() -> None:
    """Each sample with the next: halved, kept, doubled."""
    X = np.array([[0.0], [2.0], [3.0], [4.0]])
    Z = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 3.0]])
    np.testing.assert_allclose(distance_ratios(X, Z), [0.5, 1, 2], rtol=0, atol=1e-15)


def test_distance_ratios_refuse() -> None:
    """A distance of 0 has no ratio, and each sample needs coordinates."""
    with pytest.raises(ValueError, match="are equal"):
        distance_ratios(np.zeros((2, 1)), np.ones((2, 1)))
    with pytest.raises(ValueError, match="got 1 for 2"):
        distance_ratios(np.zeros((2, 1)), np.ones((1, 1)))


def test_the_race() -> None:
    """Shapes; with all dimensions both planes keep all; PCA leads with few."""
    run = race([0, 1], (5, 64))
    assert run.kept.shape == (len(PLANES), 2, 2) and run.pixels.shape == (2,)
    assert run.accuracy.shape == (2, 2, 2)
    np.testing.assert_allclose(run.kept[:, 1], 1, rtol=0, atol=1e-9)
    assert (run.kept[0, 0] > run.kept[1, 0] + 0.3).all()
    assert (run.accuracy[0, 0] > run.accuracy[1, 0]).all()
    # PCA with all components turns the images and changes no distance.
    np.testing.assert_allclose(run.accuracy[0, 1], run.pixels, rtol=0, atol=0.003)
    assert tuple(sorted(COUNTS)) == COUNTS and COUNTS[-1] < 64
    assert set(DIMENSIONS) <= set(COUNTS)


@pytest.mark.parametrize("model", MODELS)
def test_each_form_has_the_same_tries(model: str) -> None:
    """Four, all different, each ending in the classifier of its name."""
    kind = {"neighbours": KNeighborsClassifier, "logistic": LogisticRegression}[model]
    for form in FORMS:
        found = tries(model, form, 3)
        assert len({str(each.get_params()) for each in found}) == len(found) == 4
        assert all(isinstance(each[-1], kind) for each in found)
        assert all(len(each) == 1 + (form != "pixels") for each in found)
    widths = [each.fit(DIGITS.X, DIGITS.y)[:1].transform(DIGITS.X).shape[1] for each in found]
    assert widths == [20, 20, 29, 29]


@pytest.mark.nightly
def test_a_fair_race() -> None:
    """Each arm is what it chose within its thousand images, judged on new hands."""
    found = tuned_race([4])
    assert list(found) == [(model, form) for model in MODELS for form in FORMS]
    hands = draw(4)
    for (model, form), (scores, (place,)) in found.items():
        best = tries(model, form, 4)[place].fit(hands.X, hands.y)
        assert scores == [best.score(hands.new, hands.truth)]
        chosen = tuned([each.fit for each in tries(model, form, 4)], hands, 4)
        assert chosen[1] == place
