# ---
# title: "Chapter 7: is a crowd wiser?"
# aliases: [ch07, ensembles project, voting, stacking]
# tags: [project, supervised, classification, ensemble]
# sources: [S2-08]
# ---

# %% [markdown]
# # Chapter 7: is a crowd wiser?
#
# Not always: an ensemble need not beat its best member. On noisy moons the vote of a line, a support vector machine and a forest is a little worse than the support vector machine alone, and stacking is within half a hundredth of it. More than half of the vote's errors are errors of all three. On a real table, flights, a vote of chances is in the mean a little ahead of each member. Many trees together are ahead of one full tree, and a forest brings its own test score, out of bag.
#
# ## Question
#
# Does a combination of models beat the best of them? The score is the share of new samples that are classified correctly. If the vote of three beats its best member over ten draws, the answer is yes.
#
# The book's chapter 7 combines models.
#
# ## Data
#
# Two moons with noise: 400 samples to learn from, 1000 new ones, drawn anew for each seed. [[ch05-svm#Data]] shows them, and the best that anybody can do on them.
#
# ## Baseline
#
# The members, each on its own: a line ([[logistic-regression]]), a [[support-vector-machine]] and a [[random-forest]]; and one full tree, the part of which forests are made. All samples are in units of the radius, so no scaling is needed.

# %%
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC
from snippets.projects.moons import draw, log_odds


def members(seed):
    """The three models that are going to vote."""
    forest = RandomForestClassifier(30, random_state=seed)
    return {"line": LogisticRegression(), "SVC": SVC(), "forest": forest}


moons = draw(seed=0)
assert moons.X.shape == (400, 2) and moons.new.shape == (1000, 2)
for name, model in members(0).items():
    print(
        f"{name}: "
        f"{model.fit(moons.X, moons.y).score(moons.new, moons.truth):.3f}, one "
        "draw"
    )

# %% [markdown]
# ## Model
#
# **Why a vote should help.** Members that err independently are seldom wrong together.

# %%
from collections.abc import Sequence

--8<-- "projects/ch07_ensembles.py:majority"

# %%
for n in (1, 5, 25, 101):
    print(
        f"{n} independent members, each right by 0.6: majority "
        f"{majority([0.6] * n):.3f}"
    )
assert majority([0.6] * 101) > 0.97 and np.isclose(
    majority([0.6] * 3), 3 * 0.6**2 * 0.4 + 0.6**3
)

# %% [markdown]
# **Why it may not.** Ours learn from the same samples. We let them vote by hand, and compare with what independent members of the same quality would reach.

# %%
from snippets.evidence import mean_interval, paired_difference

alone, voted, hoped, shared, all_three = [], [], [], [], []
for seed in range(10):
    drawn = draw(seed)
    fitted = [model.fit(drawn.X, drawn.y) for model in members(seed).values()]
    # (3, 1000)
    right = np.array(
        [model.predict(drawn.new) == drawn.truth for model in fitted]
    )
    alone.append(right.mean(axis=1))
    voted.append((right.sum(axis=0) >= 2).mean())
    hoped.append(majority(alone[-1]))
    wrong = right.sum(axis=0) < 2
    shared.append(((log_odds(drawn.new) > 0) != drawn.truth)[wrong].mean())
    all_three.append((right.sum(axis=0) == 0)[wrong].mean())
print("accuracy, mean ± half-width, 95 %, 10 seeds")
print(
    f"majority {mean_interval(voted)}; if the members were independent "
    f"{mean_interval(hoped)}"
)
print(
    "of the vote's errors the best possible rule makes "
    f"{mean_interval(shared)} too"
)
print(f"and all three members together {mean_interval(all_three)}")
assert (
    paired_difference(hoped, voted).low > 0.03
    and mean_interval(shared).low > 0.5
    and mean_interval(all_three).low > 0.5
)

# %% [markdown]
# Most of the errors are samples that noise has carried into the other moon: the best possible rule misses them, too. More than half are errors of all three members, and a vote cannot correct these. Independent members would rarely be wrong together.
#
# **The ensembles.** *Bagging* gives each of 30 trees its own bootstrap sample and averages them; a forest draws features besides ([[random-forest#Idea]]). *Boosting* adds small trees, each fitted to what the sum so far leaves ([[gradient-boosting]]). *Hard voting* counts the answers of the members. *Stacking* cross-validates the members and fits a logistic regression to what they say of samples that they have not seen.

# %%
from sklearn.ensemble import BaggingClassifier, GradientBoostingClassifier
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.tree import DecisionTreeClassifier


def models(seed):
    """Members and ensembles, by name."""
    tree, crowd = (
        DecisionTreeClassifier(random_state=seed),
        list(members(seed).items()),
    )
    return members(seed) | {
        "one tree": tree,
        "bagged trees": BaggingClassifier(tree, 30, random_state=seed),
        "boosting": GradientBoostingClassifier(
            n_estimators=50, random_state=seed
        ),
        "hard vote": VotingClassifier(crowd),
        "stack": StackingClassifier(crowd, cv=3),
    }

# %% [markdown]
# ## Check
#
# **Out of bag.** About a third of the samples are not in a tree's bootstrap sample and can test it. If that is as good as a test set, we can choose with it and spend no sample. We let it choose how many samples a leaf must keep.

# %%
# seed, leaf, kind of score
LEAVES, scores = (1, 3, 10, 30, 100), np.empty((10, 5, 3))
for seed in range(10):
    drawn = draw(seed)
    for column, leaf in enumerate(LEAVES):
        options = {"oob_score": True, "random_state": seed}
        forest = RandomForestClassifier(30, min_samples_leaf=leaf, **options)
        forest.fit(drawn.X, drawn.y)
        known, new = (
            forest.score(drawn.X, drawn.y),
            forest.score(drawn.new, drawn.truth),
        )
        scores[seed, column] = known, forest.oob_score_, new
gaps = [paired_difference(scores[:, i, 1], scores[:, i, 2]) for i in range(5)]
for leaf, gap in zip(LEAVES, gaps, strict=True):
    print(f"leaf of {leaf}: out of bag - test {gap}, 95 %, {gap.n} seeds")
assert max(abs(gap.mean) for gap in gaps) < 0.02
# its test accuracy, by seed
picked = scores[np.arange(10), scores[:, :, 1].argmax(axis=1), 2]
choice = paired_difference(picked, scores[:, 4, 2])
print(f"leaf chosen out of bag - leaf of 100, on new samples: {choice}")
assert choice.low > 0.05

# %%
#| label: fig-ch07-oob
#| fig-cap: "The out-of-bag score goes with the test, at no cost in samples. The training score would choose the smallest leaf."
#| fig-alt: "Accuracy against the fewest samples in a leaf, from 1 to 100. The training line starts at 1 and falls. Out-of-bag and test lines run close together: slightly up from 1 to 3, then down to about 0.8 at 100, the test a little higher."
import matplotlib.pyplot as plt

fig, ax = plt.subplots(layout="constrained", figsize=(7, 3))
names = ("training samples", "out of bag", "new samples")
for kind, (name, style) in enumerate(
    zip(names, ("^:", "s--", "o-"), strict=True)
):
    ax.plot(LEAVES, scores[:, :, kind].mean(axis=0), style, label=name)
ax.set(
    xscale="log",
    xlabel="fewest samples in a leaf",
    ylabel="accuracy, mean of 10 draws",
)
ax.set_xticks(LEAVES, [str(leaf) for leaf in LEAVES])
ax.minorticks_off()
ax.legend();

# %% [markdown]
# With shuffled classes it must not see anything, although the forest is right about nearly all of its training samples.

# %%
mixed = np.random.default_rng(0).permutation(moons.y)
forest = RandomForestClassifier(30, oob_score=True, random_state=0).fit(
    moons.X, mixed
)
print(
    f"shuffled: training {forest.score(moons.X, mixed):.2f}, out of bag "
    f"{forest.oob_score_:.2f}"
)
assert (
    forest.score(moons.X, mixed) > 0.95 and abs(forest.oob_score_ - 0.5) < 0.1
)

# %% [markdown]
# ## Result
#
# All models, ten draws, the same samples for all of a draw. The last column is the difference to the best member, the support vector machine.

# %%
import pandas as pd
from snippets.projects.moons import repeat

found = repeat(models, range(10))
assert np.allclose(found["hard vote"], voted)  # the library counts as we did
behind = {
    name: paired_difference(values, found["SVC"])
    for name, values in found.items()
}
rows = {
    name: (str(mean_interval(values)), str(behind[name]))
    for name, values in found.items()
}
pd.DataFrame(rows, index=["accuracy", "minus SVC"]).T.rename_axis(
    "95 %, 10 seeds"
)

# %%
#| label: fig-ch07-arms
#| fig-cap: "No ensemble leads the support vector machine by even half a hundredth; each set of many trees is more than a hundredth ahead of one full tree."
#| fig-alt: "Dots with bars on an axis of accuracy minus that of SVC. Left of a dashed line at zero are, from the far left, the line, one tree, then bagged trees, forest, boosting and the hard vote, close together; the stack lies barely right of the line, and the best possible a little further."
single = {"line", "one tree", "SVC"}
ranked = sorted(
    (name for name in behind if name != "SVC"),
    key=lambda name: behind[name].mean,
)
fig, ax = plt.subplots(layout="constrained", figsize=(7, 3.2))
for row, name in enumerate(ranked):
    look = (
        "C2D" if name == "best possible" else "C1s" if name in single else "C0o"
    )
    ax.errorbar(
        behind[name].mean,
        row,
        xerr=behind[name].half_width,
        fmt=look,
        capsize=4,
    )
for look, name in (
    ("C0o", "ensemble"),
    ("C1s", "single model"),
    ("C2D", "densities known"),
):
    ax.plot([], [], look, label=name)
ax.axvline(0, color="C1", ls="--", label="SVC")
ax.set(yticks=range(len(ranked)), yticklabels=ranked)
ax.set(xlabel="accuracy minus that of SVC, 95 %, 10 seeds")
ax.legend(fontsize="small", loc="upper left");

# %%
#| label: headline
from snippets.headline import Headline

for name in ("bagged trees", "forest", "boosting"):
    lead = paired_difference(found[name], found["one tree"])
    print(f"{name} - one tree: {lead}, 95 %, {lead.n} seeds")
    assert lead.low > 0.01
# SVC is the best member
assert behind["line"].high < 0 and behind["forest"].high < 0
assert behind["hard vote"].high < 0 and behind["stack"].low > -0.005
assert all(
    behind[name].high < 0.005 for name in ("bagged trees", "boosting", "stack")
)
Headline(
    chapter="7",
    project="Does a vote beat its best member?",
    number="accuracy on moons, hard vote minus its best member",
    effect=behind["hard vote"],
    figure="fig-ch07-arms",
)

# %% [markdown]
# The vote is right about 0.900<!--= f"{np.mean(found['hard vote']):.3f}" --> of the new samples, its best member about 0.906<!--= f"{np.mean(found['SVC']):.3f}" -->, and the best possible is 0.912<!--= f"{np.mean(found['best possible']):.3f}" -->. Two weaker members can outvote a better one. Stacking weighs the members by cross-validation, and is within half a hundredth of the best one. Bagging, a forest and boosting are ahead of one full tree; a smaller tree is better than a full one, too ([[ch06-trees]]).

# %% [markdown]
# ## On a real table
#
# On the flights of [[flights]] a line, a forest and boosting may err on different samples. Will a flight arrive more than half an hour late or not at all? Ten fortnights are predicted, each from 3,000 flights of the days before it. The vote is the mean of the three chances; the score is the area under the ROC curve.

# %%
from data.flights import load, load_weather
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from snippets.projects.flights import DAY, coded_rounds, features, outcome

flights = load()
days = (flights["moment"] // DAY).to_numpy()
real = features(flights, load_weather()), outcome(flights), days
voters = {
    "line": LogisticRegression(C=0.1, solver="newton-cholesky"),
    "forest": RandomForestClassifier(30, min_samples_leaf=5, random_state=0),
    "boosting": HistGradientBoostingClassifier(
        max_iter=40, max_leaf_nodes=8, random_state=0
    ),
}
tree = DecisionTreeClassifier(min_samples_leaf=5, random_state=0)
area = {name: [] for name in (*voters, "one tree", "vote")}
for known, y_known, new, y_new in coded_rounds(*real, 3000, 3000):
    said = {
        name: model.fit(known, y_known).predict_proba(new)[:, 1]
        for name, model in (voters | {"one tree": tree}).items()
    }
    said["vote"] = np.mean([said[name] for name in voters], axis=0)
    for name, chance in said.items():
        area[name].append(roc_auc_score(y_new, chance))
ahead = {
    name: paired_difference(area["vote"], values)
    for name, values in area.items()
    if name != "vote"
}
pd.DataFrame(
    {
        name: {
            "area": str(mean_interval(values)),
            "vote minus this": str(ahead.get(name, "")),
        }
        for name, values in area.items()
    }
).T.rename_axis("95 %, 10 fortnights")

# %%
assert min(ahead[name].mean for name in voters) > 0
forest_lead = paired_difference(area["forest"], area["one tree"])
print(f"forest - one tree: {forest_lead}, 95 %, {forest_lead.n} fortnights")
assert min(forest_lead.low, ahead["one tree"].low) > 0.02

# %% [markdown]
# On the moons the vote of classes was behind its best member. Here a vote of chances is on average ahead of each, by 0.008<!--= f"{ahead['boosting'].mean:.3f}" --> to 0.017<!--= f"{ahead['line'].mean:.3f}" -->, which is hardly more than the half-widths. A forest is ahead of one tree with the same leaves by 0.10<!--= f"{forest_lead.mean:.2f}" -->.
#
# ## What this does not show
#
# - That ensembles are useless. Where no member suits the border, or members have different features, a vote may have more to gain. Lesson [[lessons/models#L36 Boosting for most tasks|L36]] compares boosting on other tasks.
# - That the difference matters. It is well below a hundredth, and with intervals over ten draws we see its sign, not its worth.
# - A vote of probabilities. `SVC` gives scores, not probabilities, so ours votes by class; a forest is a soft vote of its trees ([[random-forest#From scratch]]).
# - Averages over seeds: see [[lessons/models#L05 Average boosted models of different seeds|L05]].

# %% [markdown]
# > [!quote]- Where this comes from
# > - The road map of the third source calls this chapter "combining models" and has not started it.
