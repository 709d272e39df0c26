# ---
# title: "Chapter 2: house prices"
# aliases: [ch02, house prices, housing project]
# tags: [project, supervised, regression]
# sources: [S2-03, S2-22]
# ---

# %% [markdown]
# # Chapter 2: house prices
#
# A linear model with features for places on the map predicts the price of a dwelling better than a forest and boosting with default settings. It comes within a tenth of the best error that anything can reach. That error is known, because the data are generated: a line and two round towns, which suits such a model. Boosting with the same places, and with as many settings to choose from, comes closer and is still behind. A map of the residuals led to the feature.
#
# ## Question
#
# What does a dwelling cost in a district, given where it lies and who lives there? We start with a line, as lesson [[lessons/models#L04 Linear regression first|L04]] advises, and ask what trees, a [[random-forest]] and [[gradient-boosting]] gain. The score is the root mean squared error, RMSE, in thousand crowns. If the line with a better feature stays behind boosting, we were wrong to work on the feature.
#
# The first project of the book predicts prices in California.
#
# ## Data
#
# Twelve hundred districts of a coast that does not exist, made by `data/housing`. Each has a place, in degrees, the median income of its households, in thousand crowns a year, the rooms of a dwelling, the persons of a household, the population in thousands, and a coast class. The price, in thousand crowns, is a known formula plus normal noise with a standard deviation of 30; what is above 400 is recorded as 400.

# %%
import numpy as np
import pandas as pd

from data.housing import CAP, COASTS, MISSING, NOISE, draw

districts = draw(seed=0)
table, price = districts.table, districts.price
assert len(table) == 1200 and (NOISE, CAP, MISSING) == (30, 400, 0.1)
print(
    f"{table['rooms'].isna().mean():.1%} of the rooms missing, "
    f"{(price == CAP).mean():.1%} capped"
)
table.assign(price=price).describe().loc[["min", "50%", "max"]].round(1)

# %%
#| label: fig-ch02-districts
#| fig-cap: "Prices fall from the shore inland, and some pile up at the cap."
#| fig-alt: "Left, a map of districts east of a winding shore, brighter near it, a few islands west of it. Right, a histogram of prices with one peak near 200 thousand crowns and a small pile at 400."
#| code-fold: true
import matplotlib.pyplot as plt

fig, (left, right) = plt.subplots(
    1, 2, layout="constrained", figsize=(7, 3.2), width_ratios=[1.2, 1]
)
for coast, marker in zip(COASTS, "o*so", strict=True):
    rows = table["coast"] == coast
    look = {
        "s": 60 if coast == "island" else 7,
        "marker": marker,
        "vmin": 50,
        "vmax": 400,
    }
    dots = left.scatter(
        table["longitude"][rows], table["latitude"][rows], c=price[rows], **look
    )
fig.colorbar(dots, ax=left, label="price (thousand crowns)")
left.set(
    xlabel="longitude (degrees)",
    ylabel="latitude (degrees)",
    title="stars: islands",
)
right.hist(price, bins=35)
right.set(xlabel="price (thousand crowns)", ylabel="districts", title="prices");

# %% [markdown]
# Why not the two famous sets? *Boston housing* has a column made from the share of Black residents, on the assumption that people pay for segregation; scikit-learn removed the set for that reason. *California housing* is fine, but scikit-learn fetches it from the network, and these notes run without one. A generated set has an advantage of its own: the truth is known.

# %%
from sklearn import datasets

assert "load_boston" not in datasets.__all__
# fetch: it asks the network
assert "fetch_california_housing" in datasets.__all__

# %% [markdown]
# **Split first.** A fifth of the districts is put away until the end. Income decides much of the price, so each of five income strata goes into both parts in proportion. The table shows what that buys: by chance, the share of the richest stratum in the test part would wander from split to split.

# %%
from sklearn.model_selection import train_test_split
from snippets.projects.ch02_regression import (
    INCOMES,
    TEST,
    FloatArray,
    IntArray,
    Sequence,
)

--8<-- "projects/ch02_regression.py:split"

# %%
from snippets.projects.ch02_regression import top_share

income = table["income"].to_numpy()
train, test = split(income, seed=0)
assert set(train).isdisjoint(test) and len(train) + len(test) == len(table)
shares = {
    name: top_share(stratified, range(10), income)
    for name, stratified in (("stratified", True), ("by chance", False))
}
assert (
    np.ptp(shares["stratified"]) < 1 / len(test) < np.ptp(shares["by chance"])
)
print(
    f"richest stratum: {np.mean(strata(income) == len(INCOMES)):.3f} of all "
    "districts"
)
pd.DataFrame(shares).agg(["min", "max"]).round(3).rename_axis(
    "share in 10 test parts"
)

# %% [markdown]
# ## Baseline
#
# The mean price, predicted for everybody. All choices from here on use cross-validation within the training part; see [[validation]].

# %%
from sklearn.dummy import DummyRegressor
from sklearn.model_selection import KFold, cross_val_predict

folds = KFold(5, shuffle=True, random_state=0)
seen, paid = table.iloc[train], price[train]


def validated(model):
    """Predict each district of the training part by a model that has not seen
    it.
    """
    return cross_val_predict(model, seen, paid, cv=folds)


baseline = np.sqrt(np.mean((validated(DummyRegressor()) - paid) ** 2))
print(f"RMSE of the mean price: {baseline:.0f} thousand crowns")

# %% [markdown]
# ## Model
#
# A price cannot be computed from a missing number or from the word "shore". So a *pipeline* comes first: missing rooms become the median, numbers are scaled, the coast becomes one column a class. The pipeline learns its medians and scales from the rows that it is fitted on, so no fold leaks into another ([[scaling#Inside the pipeline]]). The rooms are lost at random, and we take the median; lesson [[lessons/data-and-features#L35 Predict what is missing|L35]] shows when a prediction is better, and [[lessons/data-and-features#L30 How categories become numbers|L30]] is about the coast.

# %%
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    StandardScaler,
)
from snippets.projects.ch02_regression import WIDTH, Any

--8<-- "projects/ch02_regression.py:prepare"

# %% [markdown]
# Now the candidates. The last one will be explained in a moment.

# %%
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeRegressor

--8<-- "projects/ch02_regression.py:models"

# %%
from snippets.projects.ch02_regression import rmse

models = candidates(seed=0)
predictions = {name: validated(model) for name, model in models.items()}
scores = pd.Series(
    {name: rmse(found, paid) for name, found in predictions.items()}
)
assert scores["linear + places"] < scores.drop("linear + places").min()
assert scores["tree"] > scores["forest"]  # one full tree learns the noise
scores.round(1).to_frame("RMSE, cross-validated (thousand crowns)")

# %% [markdown]
# The plain line is level with the forest. What does it miss? We draw its residuals, price minus prediction, on the map. They are those of cross-validation: the test part stays closed.

# %%
#| label: fig-ch02-residuals
#| fig-cap: "The line underrates two round spots: the towns, of which it knows nothing. Told how near a district is to 15 places, the spots fade."
#| fig-alt: "Two maps of hexagons coloured by mean residual. On the left, two groups of bright hexagons stand out, one in the south and one in the north, each around a plus sign. On the right the two groups are hardly brighter than the rest."
from data.housing import TOWNS

fig, axes = plt.subplots(
    1, 2, layout="constrained", figsize=(7, 3.6), sharey=True
)
for ax, name in zip(axes, ("linear", "linear + places"), strict=True):
    residual = np.asarray(paid - predictions[name])
    look = {
        "gridsize": (9, 7),
        "cmap": "cividis",
        "vmin": -50,
        "vmax": 50,
        "mincnt": 2,
    }
    cells = ax.hexbin(seen["longitude"], seen["latitude"], residual, **look)
    for latitude, longitude, _ in TOWNS:
        ax.plot(longitude, latitude, "C1+", ms=16, mew=3)
    ax.set(title=name, xlabel="longitude (degrees)")
axes[0].set_ylabel("latitude (degrees)")
axes[0].plot([], [], "C1+", ms=9, mew=2, label="town")
axes[0].legend(fontsize="small", loc="lower right")
fig.colorbar(cells, ax=axes, label="mean residual (thousand crowns)");

# %% [markdown]
# A line adds up one slope for latitude and one for longitude; it has no way to say "near this spot". So we give it columns that do, as the book does for California: [[k-means|K-means]] finds 15 places among the districts, and a column a place says how near a district is, from 1 in the place to 0 far away. Nobody told it where the towns are. The residuals within half a degree of a town say the same in numbers:

# %%
place = seen[["latitude", "longitude"]].to_numpy()
centres = np.array([town[:2] for town in TOWNS])
near = np.linalg.norm(place[:, None] - centres, axis=2).min(axis=1) < 0.5
told = ("linear", "boosting", "linear + places")
missed = {name: (paid - predictions[name])[near].mean() for name in told}
for name, residual in missed.items():
    print(
        f"mean residual of {near.sum()} districts near a town, {name}: "
        f"{residual:+.0f}"
    )
assert (
    max(missed["boosting"], missed["linear + places"]) < 0.5 * missed["linear"]
)

# %% [markdown]
# ## Check
#
# Cross-validation chose the line with places. Only now we open the test part, once, for this one model. Three things must hold. The test error agrees with the cross-validated one. It is not below the floor, the error of somebody who knows the formula, the noise and the cap. And with shuffled prices there is nothing to learn.

# %%
chosen = candidates(seed=0)[scores.idxmin()].fit(seen, paid)
tested = rmse(chosen.predict(table.iloc[test]), price[test])
floor = rmse(districts.expected[test], price[test])
noise = np.random.default_rng(0).permutation(paid)
shuffled = cross_val_predict(models["linear + places"], seen, noise, cv=folds)
print(
    f"RMSE on the test part {tested:.1f}, cross-validated {scores.min():.1f}, "
    f"floor {floor:.1f}"
)
print(
    f"shuffled prices: RMSE {rmse(shuffled, noise):.1f}, of the mean "
    f"{baseline:.1f}"
)
assert floor < tested and abs(tested / scores.min() - 1) < 0.2
assert rmse(shuffled, noise) > 0.99 * baseline

# %% [markdown]
# On average the floor is a little below the noise of 30: a capped price has lost its noise. Knowing the formula, we can also ask whether the line found the right slope: 2.6 crowns of price for each crown of income.

# %%
from data.housing import formula
from snippets.evidence import mean_interval


def income_slope(seed, limit):
    drawn = draw(seed=seed)
    rows = drawn.table["income"] < limit
    model = candidates(seed)["linear + places"].fit(
        drawn.table[rows], drawn.price[rows]
    )
    return (
        model[-1].coef_[2]
        / model[0].named_transformers_["numbers"][-1].scale_[2]
    )


richer = table.fillna(5).assign(income=table["income"] + 1)
true = np.mean(formula(richer) - formula(table.fillna(5)))
print(f"in the formula {true:.1f}")
slopes = {}
for limit in (np.inf, 80):
    slopes[limit] = mean_interval(
        [income_slope(seed, limit) for seed in range(10)]
    )
    print(
        f"fitted to incomes below {limit}: {slopes[limit]}, 95 %, "
        f"{slopes[limit].n} seeds"
    )
assert slopes[np.inf].high < true and slopes[80].low < true < slopes[80].high

# %% [markdown]
# Fitted to all districts it falls short. Without the rich, the interval contains the slope of the formula. A likely reason (not tested alone) is the cap, which cuts the prices of the richest.
#
# ## Result
#
# One test part of 240 districts is one number. Generated data can be drawn again, so we repeat all of it, draw, split, fit and test once, with ten seeds. All models of a seed see the same districts.

# %%
from collections.abc import Mapping
from snippets.projects.ch02_regression import candidates

--8<-- "projects/ch02_regression.py:repeat"

# %%
from snippets.evidence import paired_difference

errors = repeat(range(10))
levels = {name: mean_interval(found) for name, found in errors.items()}
above = {
    name: paired_difference(found, errors["floor"])
    for name, found in errors.items()
}
pd.DataFrame(
    {
        title: {
            name: f"{each.mean:.1f} ± {each.half_width:.1f}"
            for name, each in column.items()
        }
        for title, column in (
            ("RMSE (thousand crowns)", levels),
            ("above the floor", above),
        )
    }
).drop(index="floor").rename_axis("95 %, 10 seeds")

# %%
#| label: fig-ch02-rmse
#| fig-cap: "With default settings the line with places is nearest to the floor; forest and plain line are level, to 2 thousand crowns; the full tree is the worst of the five that use features."
#| fig-alt: "Dots with short bars on an axis of RMSE from 28 to 72. From left to right: linear plus places close to a dashed line at the floor, then boosting, then forest and linear together, the tree far away, the mean at the right end."
fig, ax = plt.subplots(layout="constrained", figsize=(7, 2.6))
ranked = sorted(
    (name for name in levels if name != "floor"),
    key=lambda name: -levels[name].mean,
)
for row, name in enumerate(ranked):
    ax.errorbar(
        levels[name].mean,
        row,
        xerr=levels[name].half_width,
        fmt="C0o",
        capsize=4,
    )
ax.axvline(
    levels["floor"].mean,
    color="C1",
    ls="--",
    label="floor: the formula is known",
)
ax.set(yticks=range(len(ranked)), yticklabels=ranked)
ax.set(xlabel="RMSE on new districts (thousand crowns), 95 %, 10 seeds")
ax.legend(fontsize="small");

# %%
#| label: headline
from snippets.headline import Headline

for rival in ("boosting", "linear", "forest", "tree", "mean"):
    gap = paired_difference(errors[rival], errors["linear + places"])
    print(
        f"{rival} - linear + places: {gap} thousand crowns, 95 %, {gap.n} seeds"
    )
    assert gap.low > 0
assert above["linear + places"].high < 0.1 * levels["floor"].mean
level = paired_difference(errors["linear"], errors["forest"])
assert max(-level.low, level.high) < 2  # thousand crowns
assert all(each.low > 0 for name, each in above.items() if name != "floor")
Headline(
    chapter="2",
    project="What does a dwelling cost?",
    number="RMSE of the line with places, thousand crowns",
    effect=levels["linear + places"],
    figure="fig-ch02-residuals",
)

# %% [markdown]
# The line with places has an error of 31<!--= f"{levels['linear + places'].mean:.0f}" --> thousand crowns where the floor is 30<!--= f"{levels['floor'].mean:.0f}" -->. Without a map, boosting has less than half of the line's mean residual near the towns, and is still behind the line with places. That a forest with default settings gains anything over a plain line is not shown.
#
# Was that fair? The line had been handed the places, and how many; boosting had neither, and its defaults. So once more with the places for both, and four tries each on two draws that count nowhere else: the line chooses how many places, boosting how deep its trees are and what share of the districts each one uses.

# %%
from itertools import product
from data.housing import draw
from snippets.projects.ch02_regression import preparation, split


def line(n_places, seed):
    return make_pipeline(preparation(n_places), LinearRegression())


def boosting(depth, share, seed):
    model = GradientBoostingRegressor(
        max_depth=depth, subsample=share, random_state=seed
    )
    return make_pipeline(preparation(15), model)


def error(make, setting, seed):
    drawn = draw(seed=seed)
    known, new = split(drawn.table["income"].to_numpy(), seed)
    model = make(*setting, seed).fit(
        drawn.table.iloc[known], drawn.price[known]
    )
    return rmse(model.predict(drawn.table.iloc[new]), drawn.price[new])


tries = {
    line: [(10,), (15,), (30,), (60,)],
    boosting: list(product((2, 3), (0.5, 1.0))),
}
best, again = {}, {}
for make, settings in tries.items():
    tried = [np.mean([error(make, s, k) for k in (900, 901)]) for s in settings]
    best[make] = settings[int(np.argmin(tried))]
    again[make] = np.array([error(make, best[make], k) for k in range(10)])
fair = paired_difference(again[boosting], again[line])
print(
    f"line: {best[line][0]} places; boosting: depth and share {best[boosting]}"
)
print(f"boosting - line: {fair} thousand crowns, 95 %, {fair.n} seeds")
assert fair.low > 0 and fair.mean < 2

# %% [markdown]
# The line keeps a lead of 0.9 ± 0.5<!--= f"{fair.mean:.1f} ± {fair.half_width:.1f}" --> thousand crowns, about a thirtieth of the error. With stumps and 300 trees, outside of these four tries, it was 0.6 ± 0.5 (a run that is not on this page).
#
# ## What this does not show
#
# - Anything about real houses. The formula is a line plus two bells, which suits a line with places; real prices may have more corners, and there boosting may be ahead.
# - That boosting is beaten in general. It had four tries, on districts whose formula suits the line; tuning is the subject of [[lessons/hyperparameters]].
# - What capped districts are worth. A price of 400 means "400 or more", and no model here knows that.
# - What to do when values are missing for a reason. Here they are lost by a coin; rooms that only the poor leave out may mislead every model.
# - That 15 places are right. Their number was set by hand, and their reach of 0.4 degrees is that of the towns, which nobody would know. On real data both are hyperparameters.

# %% [markdown]
# > [!quote]- Where this comes from
# > - This is the first project in the road map of the third source, the one that is finished there.
