# ---
# title: "Chapter 9: groups before names"
# aliases: [ch09, clustering project]
# tags: [project, clustering, unsupervised, semi-supervised]
# sources: [S2-10, S2-22, S0-05, S0-06, S3-O4, B31, L31]
# ---

# %% [markdown]
# # Chapter 9: groups before names
#
# Grouping digits before they are labelled can save labels. Fifty labels, given to one image of each of 50 groups, teach a classifier 0.09 more accuracy than fifty at random, if its penalty is set beforehand; passed on to the rest of the group they are about 0.03 behind all thousand. That they teach more than five of each digit is not shown. The groups themselves are not the ten digits, with any of the clusterers that we tried, and the silhouette does not reliably choose ten.
#
# ## Question
#
# What are groups worth when names are what we want? It is often advised to get labels rather than to learn without them. We spend 50 labels in several ways and test on new hands. If labels at random taught as much, grouping would be a waste; if it only made the labels *balanced*, five of each digit would do as well.
#
# Groups of similar data points: the tasks on small sets with known groups are [[a-known-k|task A]], where the number of groups is given, and [[b-unknown-k|task B]], where it is not. Here is one set in 64 dimensions.
#
# ## Data
#
# Digits of 8 × 8 pixels with ink from 0 to 1, from `data/digits`. They come form by form, one hand each, so rows dealt at random would have the same hands on both sides. A seed sets four of fourteen forms aside and draws 1,000 images of the others. All draws are of one file, so the intervals are widened as [[comparing-models]] says. All pixels share a unit, so we do not standardise.

# %%
import numpy as np
from data.digits import load
from snippets.evidence import adjusted_rand, mean_interval
from snippets.projects.hands import draw, over_draws, within_draws

SEEDS, digits = range(10), load()
drawn = [draw(seed, digits=digits) for seed in SEEDS]
print("to group", drawn[0].X.shape, "and by new hands", drawn[0].new.shape)

# %% [markdown]
# ## Baseline
#
# For the groups: shuffled names, which agree with the digits as little as chance does. The adjusted Rand index (ARI) of a perfect grouping is 1, of chance about 0. For the labels: 50 images at random.

# %%
rng = np.random.default_rng(0)
chance = mean_interval(
    [adjusted_rand(each.y, rng.permutation(each.y)) for each in drawn]
)
print(f"ARI of shuffled names: {chance} (95 %, {chance.n} seeds)")
assert abs(chance.mean) < 0.01

# %% [markdown]
# ## Model
#
# Three clusterers are told that there are ten groups: [[k-means|K-Means]], [[agglomerative-ward|Ward]], and a [[gaussian-mixture|Gaussian mixture]] on the first 20 components of [[pca|PCA]], since in 64 dimensions each of its ten covariances would have 64 · 65 / 2 = 2,080 entries, twice as many as there are images. The names are opened afterwards, to score.

# %%
import pandas as pd
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.mixture import GaussianMixture
from snippets.pca import pca

found = {"K-Means": [], "mixture on 20 components": [], "Ward": []}
groupings = {name: [] for name in found}
for seed, each in enumerate(drawn):
    coordinates = pca(each.X, 20).transform(each.X)
    mixture = GaussianMixture(10, reg_covar=1e-3, random_state=seed)
    groups = (
        KMeans(10, n_init=3, random_state=seed).fit_predict(each.X),
        mixture.fit_predict(coordinates),
        AgglomerativeClustering(10).fit_predict(each.X),
    )
    for name, labels in zip(found, groups, strict=True):
        found[name].append(adjusted_rand(each.y, labels))
        groupings[name].append(labels)
rows = {
    name: (str(within_draws(v)), str(within_draws(v, found["K-Means"])))
    for name, v in found.items()
}
assert all(0.5 < mean_interval(values).mean < 0.8 for values in found.values())
pd.DataFrame(rows, index=["ARI", "minus K-Means"]).T.rename_axis(
    "95 %, 10 seeds"
)

# %% [markdown]
# That K-Means differs from either of the others is not shown. **Which digits do they mix?** We count how often an image of one and an image of another are in the same group.

# %%
from snippets.projects.ch09_clustering import FloatArray, IntArray

--8<-- "projects/ch09_clustering.py:together"

# %%
upper, mixing = np.triu_indices(10, 1), {}
for name, labels in groupings.items():
    shares = np.array(
        [
            together(each.y, one)[upper]
            for each, one in zip(drawn, labels, strict=True)
        ]
    )
    ranks = (-shares).argsort(axis=1).argsort(axis=1)
    for pair in np.argsort(-shares.mean(axis=0))[:4]:
        a, b = upper[0][pair], upper[1][pair]
        mixing.setdefault(f"{a} and {b}", {})[name] = (
            f"{shares[:, pair].min():.2f} to {shares[:, pair].max():.2f}, "
            f"{(ranks[:, pair] < 4).sum()}"
        )
print("lowest and highest chance in these 10 draws, and in how many of them")
print("the pair is among the four that are mixed most")
assert {"3 and 9", "1 and 8", "5 and 9"} < set(mixing)
pd.DataFrame(mixing).T.fillna("")

# %% [markdown]
# Threes and fives are mixed with nines, and ones with eights or twos. How far depends on the draw: threes and nines fall together in one and are apart in another.
#
# **Without being told ten.** The silhouette judges a grouping by distances alone. DBSCAN takes a radius in place of a number ([[dbscan]]).

# %%
#| label: fig-ch09-unknown
#| fig-cap: "The silhouette is low and nearly level from 8 to 15 groups. In a narrow band of radii DBSCAN comes near K-Means; outside it, most images are noise or in one group."
#| fig-alt: "Left, mean silhouette against the number of groups from 5 to 30, a flat hump between 0.14 and 0.18 with its top near 10. Right, against the radius from 1.0 to 1.8: the ARI peaks near 0.6 between 1.3 and 1.5, the share of noise falls from 0.8 to 0, the share in the largest group rises from near 0 to 1."
import matplotlib.pyplot as plt
from sklearn.cluster import DBSCAN
from sklearn.metrics import silhouette_score

KS, RADII = (5, 8, 10, 12, 15, 20, 30), np.arange(10, 19) / 10
width = np.empty((10, len(KS)))
dense = np.empty((3, 10, len(RADII)))
for seed, each in enumerate(drawn):
    for column, k in enumerate(KS):
        labels = KMeans(k, random_state=seed).fit_predict(each.X)
        width[seed, column] = silhouette_score(each.X, labels)
    for column, radius in enumerate(RADII):
        labels = DBSCAN(eps=radius, min_samples=5).fit_predict(each.X)
        sizes = np.bincount(labels + 1, minlength=2)  # noise first
        largest = sizes[1:].max()
        dense[:, seed, column] = (
            adjusted_rand(each.y, labels),
            sizes[0] / 1000,
            largest / 1000,
        )
fig, axes = plt.subplots(1, 2, layout="constrained", figsize=(7, 3))
half = [within_draws(column).half_width for column in width.T]
axes[0].errorbar(KS, width.mean(axis=0), half, fmt="o-", capsize=3)
names = "ARI", "noise (share)", "largest group (share)"
for values, style, name in zip(dense, ("o-", "s--", "^:"), names, strict=True):
    axes[1].plot(RADII, values.mean(axis=0), style, ms=4, label=name)
axes[0].set(xlabel="groups", ylabel="mean silhouette (no unit)", ylim=0)
axes[1].set(xlabel="radius (ink)", ylabel="mean over 10 draws")
axes[1].set_ylim(-0.05, 1.4)
axes[1].legend(fontsize="small", loc="upper left");

# %%
from snippets.unknown_k import Fits, by_knee

best_k = [KS[int(np.argmax(row))] for row in width]
knee = [adjusted_rand(each.y, by_knee(Fits(each.X)).labels) for each in drawn]
peak = within_draws(dense[0].max(axis=1), found["K-Means"])
print(f"silhouette is highest at: {sorted(best_k)}")
behind = within_draws(knee, found["K-Means"])
print(f"ARI of DBSCAN, radius by the knee of distances: {within_draws(knee)},")
print(f"  minus K-Means {behind}")
print(f"radius chosen with the names - K-Means: {peak} (95 %, {peak.n} seeds)")
assert len(set(best_k)) > 2 and abs(peak.mean) < 0.05
assert behind.high < 0

# %% [markdown]
# ## Check
#
# Before we build on groups: is our own K-Means the library's? Does it find anything in pixels that are shuffled one by one? And are the groups of 50 purer than the groups of ten, so that one label can speak for many?

# %%
from snippets.k_means import lloyd
from snippets.lessons.l41_variability import shuffled
from snippets.projects.ch09_clustering import represent

X, y = drawn[0].X, drawn[0].y
ours, theirs = lloyd(X, X[:10]), KMeans(10, init=X[:10], n_init=1, tol=0).fit(X)
torn = KMeans(10, n_init=3, random_state=0).fit_predict(
    shuffled(X, np.random.default_rng(0))
)
purity = {}
for k in (10, 50):
    groups = represent(X, k, seed=0)
    purity[k] = sum(
        np.bincount(y[groups.labels == one]).max() for one in range(k)
    ) / len(y)
print(
    f"inertia of ours and the library's: {ours.inertia:.3f} and "
    f"{theirs.inertia_:.3f}"
)
print(f"ARI, shuffled pixels: {adjusted_rand(y, torn):.2f}")
for k, share in purity.items():
    print(
        f"{k} groups: {share:.2f} of the images are of their group's most "
        "frequent digit"
    )
assert (
    abs(ours.inertia / theirs.inertia_ - 1) < 1e-9
    and abs(adjusted_rand(y, torn)) < 0.05
)
assert purity[50] > 0.93 and purity[50] > purity[10] + 0.1

# %% [markdown]
# ## Fifty labels
#
# K-Means makes 50 groups. In each, the image nearest to the centre is its *representative*; we ask for its name only.

# %%
from dataclasses import dataclass

--8<-- "projects/ch09_clustering.py:representatives"

# %%
#| label: fig-ch09-representatives
#| fig-cap: "The fifty images that we would show to a person, sorted by their name: all ten digits occur, in their different ways of being written."
#| fig-alt: "Five rows of ten small images of handwritten digits in order from 0 to 9, with the name above each; a digit occurs three to seven times, in shapes that differ."
fifty = represent(X, 50, seed=0)
order = fifty.rows[np.argsort(y[fifty.rows], kind="stable")]
fig, axes = plt.subplots(5, 10, layout="constrained", figsize=(7, 4.4))
for ax, row in zip(axes.flat, order, strict=True):
    ax.imshow(X[row].reshape(8, 8), cmap="cividis", vmin=0, vmax=1)
    ax.set_title(y[row], fontsize="small")
    ax.set(xticks=[], yticks=[])
assert set(y[order]) == set(range(10))

# %% [markdown]
# Then a label can be passed on: to the whole group, or step by step to near neighbours ([[label-propagation]]). Controls: labels at random that are passed on to the images nearest to them, and five labels of each digit, which nobody without labels could choose.

# %%
from snippets.projects.ch09_clustering import ARMS, spend

scores, right = spend(SEEDS)
rows = {
    arm: {
        "accuracy": str(over_draws(values)),
        "minus at random": str(over_draws(values, scores["at random"])),
        "passed on rightly": str(within_draws(right[arm]))
        if arm in right
        else "",
    }
    for arm, values in scores.items()
}
print("new hands: mean ± half-width, 95 %, 10 seeds")
pd.DataFrame(rows).T

# %% [markdown]
# ## Result

# %%
#| label: headline
from snippets.headline import Headline

random, spokes = scores["at random"], scores["representatives"]
grouped = scores["representatives, to the group"]
digits_known = scores["5 of each digit"]
gain, passed = over_draws(spokes, random), over_draws(grouped, spokes)
even, both = (
    over_draws(spokes, digits_known),
    over_draws(grouped, digits_known),
)
spread = over_draws(scores["representatives, spread"], digits_known)
missing = over_draws(scores["all 1,000 labels"], grouped)
print(f"passed on to the group - not: {passed}")
print(f"representatives - 5 of each digit: {even};")
print(f"  passed on to the group: {both}; spread: {spread}")
print(f"all 1,000 labels - passed on: {missing} (95 %, {missing.n} seeds)")
assert min(gain.low, over_draws(grouped, random).low) > 0
assert missing.high < 0.08 and missing.mean < 0.05
Headline(
    chapter="9",
    project="What are groups worth when names are wanted?",
    number="accuracy, 50 labels at representatives − 50 at random, new hands",
    effect=gain,
    figure="fig-ch09-representatives",
)

# %% [markdown]
# > [!warning] Correction B31
# > The fourth source advises against unsupervised learning in most cases, and to get labels instead. Right is that groups can help to choose *which* labels to get: 50 labels at representatives teach 0.09<!--= f"{gain.mean:.2f}" --> more accuracy than 50 at random, and passed on to their groups they are 0.03<!--= f"{missing.mean:.2f}" --> behind a thousand labels. Check: the table and the cell above; [[unsupervised#Is it worth it?]] has the first step with known hands. See [[corrections#B31 Unsupervised learning can be worth it|B31]].
#
# The control says that balance alone may be the gain. Five labels of each digit are 0.07<!--= f"{over_draws(digits_known, random).mean:.2f}" --> ahead of labels at random. That representatives teach more than these five, or that passing on to the group adds to that, is not shown; for labels that spread the interval nearly touches zero. Labels at random are not shown to gain by being passed on. Lesson L31 in [[semi-supervised]] has a case without gaps between the classes, where spreading gains little or nothing.
#
# ## Can fifty labels choose a penalty?
#
# All arms above have `C=10`. To choose, fifty labels must hold some back: here those of three forms in ten, about 15. Where 0.8 are right, a score over 15 has a standard error of 0.10<!--= f"{(0.8 * 0.2 / 15) ** 0.5:.2f}" -->, more than C from 1 to 100 changes. With the same four tries each:

# %%
from snippets.projects.ch09_clustering import PENALTIES, penalties

by_penalty, chosen = penalties(SEEDS)
one, other = by_penalty.values()
names = [f"C = {C:g}" for C in PENALTIES] + ["chosen by the labels"]
gains = [over_draws(b, a) for a, b in zip(one, other, strict=True)]
harm = one[-1] - one[PENALTIES.index(10)]
worst = int(harm.argmin())
print(f"worst choice of labels at random: C = {chosen['at random'][worst]:g},")
print(f"  {harm[worst]:.2f} against C = 10")
assert min(each.low for each in gains[1:4]) > 0 and harm[worst] < -0.1
assert min(each.mean for each in gains) > 0
pd.DataFrame(
    {
        name: [str(over_draws(row)) for row in rows]
        for name, rows in by_penalty.items()
    }
    | {"difference": [str(each) for each in gains]},
    index=names,
)

# %% [markdown]
# In one draw the labels held back speak for `C=0.1`, at great cost. So a choice by so few is a risk, and with it the lead of representatives is not shown, although its mean is larger. With one C for both it is, from 1 to 100.
#
# ## What is odd?
#
# Groups, planes and densities also say what does *not* belong ([[outlier-detection]]). Learned from good images, they score images of new hands, half of them spoiled in one of three ways.

# %%
from snippets.outlier_detection import centre_distance, reconstruction_error
from snippets.projects.ch09_clustering import detect, spoil

areas = detect(SEEDS)
to_centre, to_plane = [], []  # faded minus good, a draw each
for seed in SEEDS:
    one = draw(seed, digits=digits)
    centres = (
        KMeans(50, n_init=1, random_state=seed).fit(one.X).cluster_centers_
    )
    faded = spoil(one.new, "faded", np.random.default_rng(seed))
    far, off = (
        (centre_distance(centres, each), reconstruction_error(one.X, each, 20))
        for each in (faded, one.new)
    )
    to_centre.append(far[0].mean() - off[0].mean())
    to_plane.append(far[1].mean() - off[1].mean())
assert min(to_centre) > 0 > max(to_plane)
assert over_draws(areas["faded"]["distance to a centre"]).low > 0.85
assert over_draws(areas["faded"]["PCA error"]).high < 0.35
assert all(
    max(one, key=lambda name: np.mean(one[name])) != "density of a mixture"
    for one in areas.values()
)
print("area under ROC: mean ± half-width, 95 %, 10 seeds")
pd.DataFrame(areas).map(lambda values: str(over_draws(values)))

# %% [markdown]
# The error of PCA is the best of the three on inverted pixels. On faded images it is worse than a random guess: with half the ink, digits are nearer to the plane on average, in each draw. They are farther from the nearest centre, and the distance to a centre finds them. Which detector is ahead depends on what goes wrong.
#
# ## What this does not show
#
# - That there are ten groups. Ten was our knowledge; by distances alone eight or fifteen are nearly as good.
# - Costs. Fifty images are labelled in minutes. The saving counts where a label needs a physician.
# - That pixels are the right space. Distances between pixels call a shifted digit a stranger; the coordinates of an [[autoencoder]] may give other clusters.
# - Segmentation of images by colour, the book's other use: [[k-means#Fewer colours]].
# - All clusterers: [[spectral-clustering]] and [[birch]] are in [[a-known-k|task A]].

# %% [markdown]
# > [!quote]- Where this comes from
# > - The road map of the third source lists this chapter as "grouping similar data points", and not started.
# > - The fourth source advises to get labels rather than to learn without them.
