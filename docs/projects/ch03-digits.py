# ---
# title: "Chapter 3: is it an 8?"
# aliases: [ch03-digits, chapter 3, digits project, handwritten digits, MNIST, confusion matrix]
# tags: [project, classification, evaluation]
# sources: [S2-04, S2-12, S2-13, S2-14, S2-15, S2-18, S2-19, S2-22, B06, B17]
# ---

# %% [markdown]
# # Chapter 3: is it an 8?
#
# Yes, a model can tell; accuracy does not say how well. A forest is a little less accurate than a linear model, a few points above never saying "8", and yet it seems to find more of the 8s once nine of ten calls must be right, with as many settings to choose from. Among all ten digits, 8s are missed more often than others by some models; that they are missed *most* is shown with none of our five. With 100 training images, shifted images help two models, and more than copies do. On other digits, a split that mixes the writers gives higher scores; that speaks for keeping the official split.
#
# ## Question
#
# Handwritten digits are chapter 3 of the book. We begin with one digit against all others, after the comedy in which an app can only see whether food is a hot dog. Four questions:
#
# - Is it an 8? How much better than "no" is a model, and what does it find at a given price in false calls?
# - Do 8s cause the most confusion, as its second chart is said to show?
# - Do images shifted by one pixel help, as it proposes?
# - Was it right not to mix and reshuffle the two parts of the data?
#
# We would change our mind about the model if its precision and recall were no better than those of calling at random; about the 8s if no lead over the other digits were shown; about shifts if copies did as well.
#
# ## Data
#
# Five thousand images of MNIST, 500 of each digit, from `data/mnist`: 28 × 28 pixels with ink from 0 to 1, centred and scaled by those who collected them. Its file is sorted by digit, so we shuffle. A seed draws 2,000 images to train on, 1,000 to choose settings and a threshold on, and 1,000 for the final score. Draws share images, so intervals on this page are widened as [[comparing-models]] says.

# %%
#| label: fig-ch03-images
#| fig-cap: "What the models see: 8s differ in slant, width and thickness, and a 3, a 5 or a 9 is only a stroke away from some of them."
#| fig-alt: "Two rows of twelve small images. The upper row has handwritten 8s of different slant and width, the lower row handwritten 3s, 5s and 9s."
import matplotlib.pyplot as plt
import numpy as np
from data.mnist import SIDE, draw, load

images = load()
some = draw(500, 0, images)
rows = some.X[some.y == 8][:12], some.X[np.isin(some.y, (3, 5, 9))][:12]
fig, axes = plt.subplots(2, 12, layout="constrained", figsize=(7, 1.4))
for ax, image in zip(axes.flat, np.concatenate(rows), strict=True):
    pixels = image.reshape(SIDE, SIDE)
    ax.imshow(pixels, cmap="cividis", interpolation="none")  # as they are
    ax.set(xticks=[], yticks=[])

# %% [markdown]
# > [!warning] Correction B17
# > The third source expects spam detection three chapters later and random forests in chapter 6, and writes "full bath" and "MINST". Right is, because so the book has it: spam is an exercise of this very chapter ([[ch03-spam]]), forests are in [[ch07-ensembles|chapter 7]]; it is full *batch* and *MNIST*. Check: by reading. See [[corrections#B17 Chapters and spellings|B17]].
#
# ## Baseline
#
# Never say "8". It needs no training, and is right whenever the image is another digit.

# %%
from snippets.equal_budget import lead
from snippets.evidence import mean_interval
from snippets.projects.ch03_eights import eights

SEEDS = tuple(range(10))
SPLIT = (2000, 1000, 5000)  # images to train, to test, in the file


def over(values, split=SPLIT):
    """Interval of scores, one a seed, for splits of one file."""
    return mean_interval(values).over_splits(*split)


run = eights(images, SEEDS)  # fits both models below, all settings
truth = run.y[:, 1] == 1  # (10 seeds, 1000 images of the final score)
never = [1 - share for share in truth.mean(axis=1)]
print(f"accuracy of never saying 8: {over(never)} (95 %, 10 seeds)")
print("8s it finds: 0")

# %% [markdown]
# By accuracy, a model below that line is worse than the baseline, and an accuracy a little above it may still mean that few 8s are found.
#
# ## Model
#
# Two models give each image a probability of being an 8: [[logistic-regression|logistic regression]] on the 784 pixels, and a [[random-forest|forest]] of 30 trees. Each has four settings, the library's default first; the one with the highest average precision on the images set aside is kept, anew for each seed.

# %%
from collections.abc import Mapping

from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from snippets.equal_budget import Arm

--8<-- "projects/ch03_eights.py:arms"

# %% [markdown]
# At a threshold of 0.5:

# %%
import pandas as pd

table, accuracy = {}, {}
for name, scores in run.scores.items():
    called = scores[:, 1] >= 0.5  # (10, 1000)
    hits = (called & truth).sum(axis=1)
    accuracy[name] = (called == truth).mean(axis=1)
    found = {
        "precision": hits / called.sum(axis=1),
        "recall": hits / truth.sum(axis=1),
    }
    table[name] = {"accuracy": accuracy[name], **found}
apart = lead(accuracy["forest"], accuracy["logistic"], SPLIT)
assert -0.015 < apart.mean < -0.005 and apart.high < 0
for scores in accuracy.values():
    assert lead(scores, never, SPLIT).low > 0
print(f"accuracy, forest - logistic: {apart} (95 %, 10 seeds, as in the table)")
pd.DataFrame(table).T.map(lambda values: str(over(values)))

# %% [markdown]
# Both beat the baseline, and by accuracy the forest is a hundredth behind. The forest says "8" more rarely, and is nearly always right when it does. Both numbers depend on the threshold, so we try every one; [[precision-recall]] explains the two numbers and the sweep.

# %%
#| label: fig-ch03-thresholds
#| fig-cap: "In one draw: at 0.5 the two models are at different points of their trade. Compared at equal precision, the forest's threshold is the lower one."
#| fig-alt: "Two panels, logistic and forest, with precision and recall against the threshold from 0 to 1. Recall falls from 1, in the forest's panel earlier and more steeply; precision rises to 1. A dotted vertical line marks the threshold with precision 0.9: near 0.6 for logistic, near 0.3 for the forest."
from snippets.projects.ch03_digits import threshold_for
from snippets.thresholds import sweep

PROMISE = 0.9
fig, axes = plt.subplots(
    1, 2, layout="constrained", figsize=(7, 2.8), sharey=True
)
for ax, (name, scores) in zip(axes, run.scores.items(), strict=True):
    first = sweep(run.y[0, 0], scores[0, 0])  # images to choose a threshold on
    ax.plot(first.thresholds, first.precision, "-", label="precision")
    ax.plot(first.thresholds, first.recall, "--", label="recall")
    ax.axvline(
        threshold_for(first, PROMISE), color="C2", ls=":", label="precision 0.9"
    )
    ax.set(title=name, xlabel="threshold (probability of an 8)", ylim=(0, 1.05))
axes[0].set_ylabel("share of images")
axes[0].legend(fontsize="small", loc=(0.17, 0.03));

# %% [markdown]
# > [!warning] Correction B06
# > The third source has a heading whose title our copy has lost, on "the natural tension between the 2". It may be precision and recall, which this figure trades by moving the threshold of *one fitted model*; or bias and variance, which are traded by *capacity*, with a new fit for each. Right is to keep them apart, because they answer different questions. Check: the sweep above fits nothing; [[bias-variance]] refits at every step. See [[corrections#B06 A heading is lost, and two trade-offs are mixed up|B06]].
#
# ## Check
#
# We promise a precision of 0.9, choose the lowest threshold that keeps the promise on the images set aside for it, and look at the final 1,000 images once.

# %%
from snippets.projects.ch03_digits import Sweep

--8<-- "projects/ch03_digits.py:promise"

# %%
def promised(scores):
    """Precision and recall of each seed under the promise."""
    held = zip(run.y[:, 0], scores[:, 0], strict=True)
    cuts = [threshold_for(sweep(y, s), PROMISE) for y, s in held]
    called = scores[:, 1] >= np.array(cuts)[:, None]
    hits = (called & truth).sum(axis=1)
    return hits / called.sum(axis=1), hits / truth.sum(axis=1)


more = {}
for chosen, arms in (("default", run.default), ("chosen", run.scores)):
    recall = {}
    for name, scores in arms.items():
        kept, recall[name] = promised(scores)
        print(
            f"{chosen}, {name:8}: precision {over(kept)}, recall "
            f"{over(recall[name])}"
        )
        assert abs(kept.mean() - PROMISE) < 0.06
    more[chosen] = lead(recall["forest"], recall["logistic"], SPLIT)
    print(f"{chosen}, recall, forest - logistic: {more[chosen]}")
print("all 95 %, 10 seeds")
assert more["chosen"].low > 0

# %% [markdown]
# At equal precision the forest finds about 0.1<!--= f"{more['chosen'].mean:.1f}" --> more of the 8s, though it is no more accurate. With default settings the interval contains zero<!--! more['default'].low < 0 < more['default'].high -->. It does with 1,500 training images, too; with 3,000 it does not (two runs that are not on this page). So the lead is likely and not settled. On average the promise is kept to within 0.06.
#
# And a check of the set-up: a model that is trained on shuffled labels must rank no better than chance. Its area under the ROC curve, the share of pairs of an 8 and another digit that it ranks rightly, must be about 0.5.

# %%
from sklearn.metrics import roc_auc_score

blind = []
for seed in SEEDS:
    drawn = draw(4000, seed, images)
    lied = np.random.default_rng(seed).permutation(drawn.y[:2000] == 8)
    model = LogisticRegression(C=0.1, tol=1e-3).fit(drawn.X[:2000], lied)
    blind.append(
        roc_auc_score(truth[seed], model.decision_function(drawn.X[3000:]))
    )
print(f"area under ROC, shuffled labels: {over(blind)} (95 %, 10 seeds)")
assert abs(np.mean(blind) - 0.5) < 0.15

# %% [markdown]
# What are the errors? The forest's, at the promised precision, on the final images of the first draw:

# %%
#| label: fig-ch03-errors
#| fig-cap: "Errors of one draw, up to ten of each kind: some missed 8s are blotted, some thin; most false 8s here are a 2, a 3 or a 5."
#| fig-alt: "Two rows of up to ten small images. Upper row: 8s that the forest missed, some blotted, some thin. Lower row: other digits that it called 8, each with its true digit above it."
digit = draw(4000, 0, images).y[3000:]  # of the final images
chance = run.scores["forest"][0, 1]
called = chance >= threshold_for(
    sweep(run.y[0, 0], run.scores["forest"][0, 0]), PROMISE
)
misses, alarms = (
    np.flatnonzero(~called & truth[0]),
    np.flatnonzero(called & ~truth[0]),
)
fig, axes = plt.subplots(2, 10, layout="constrained", figsize=(7, 2))
for row, wrong, label in zip(
    axes, (misses, alarms), ("missed", "false"), strict=True
):
    row[0].set_ylabel(label)
    for ax, index in zip(row, wrong, strict=False):
        ax.imshow(run.X[1, index].reshape(SIDE, SIDE), cmap="cividis")
        ax.set_title(digit[index], fontsize="small")
    for place, ax in enumerate(row):
        ax.set(xticks=[], yticks=[], visible=place < len(wrong))

# %% [markdown]
# Which pixels does it read? We deal blocks of 7 × 7 pixels out anew among the final images, all pixels of a block together, and see how much average precision falls ([[feature-importance]]).

# %%
#| label: fig-ch03-blocks
#| fig-cap: "Both models read the middle of the image, and most of all the block to the left below the centre."
#| fig-alt: "Two maps of 4 by 4 blocks over the outline of a mean 8. In both, one block is by far the brightest, in the second column and third row, on the left of the lower loop; the other three of the middle are weaker, the rim is dark."
from snippets.projects.ch03_eights import reads

lost = reads(images, run, SEEDS)  # by model: (10 seeds, 4, 4)
mean = {
    each: images.X[images.y == each].mean(axis=0).reshape(SIDE, SIDE)
    for each in (8, 3, 5, 9)
}
ink = [each[14:21, 7:14].mean() for each in mean.values()]
assert ink[0] > 1.3 * max(ink[1:])
fig, axes = plt.subplots(1, 2, layout="constrained", figsize=(7, 2.9))
for ax, (name, each) in zip(axes, lost.items(), strict=True):
    shown = ax.imshow(
        each.mean(axis=0), cmap="cividis", extent=(0, SIDE, SIDE, 0)
    )
    ax.contour(mean[8], [0.4], colors="white", linestyles="--")
    fig.colorbar(shown, ax=ax, label="average precision lost", shrink=0.8)
    ax.set(title=name, xlabel="column (pixels)", ylabel="row (pixels)")
    blocks = each.reshape(10, 16)
    left, others = blocks[:, 9], np.delete(blocks, 9, axis=1)
    print(f"{name}: left below the centre {over(left)}, 95 %, 10 seeds")
    assert all(lead(left, other, SPLIT).low > 0 for other in others.T)

# %% [markdown]
# There an 8 closes its lower loop, and a 3, a 5 or a 9 has less ink. The map does not say that other blocks know nothing, since strokes can replace each other, nor that the rim would not matter in images less well centred.
#
# ## All ten digits
#
# Now ten answers are possible. A confusion matrix has a row for each digit and a column for each call:

# %%
from snippets.projects.ch03_digits import N_DIGITS, FloatArray, IntArray

--8<-- "projects/ch03_digits.py:confusion"

# %% [markdown]
# Five models, 1,000 training and 1,000 test images a draw. The book's own choice is a linear model trained by stochastic gradient descent; the source's two charts are its counts and its errors.

# %%
#| label: fig-ch03-confusion
#| fig-cap: "The same matrix twice. The counts show that most images are called rightly, and hide the errors. Divided by the size of each row, and with the diagonal left out, the errors show: in this draw the most frequent one is a 9 that is called 4."
#| fig-alt: "Two 10 by 10 heat maps, true digit against called digit. Left, counts: a bright diagonal on a dark field. Right, shares of errors with an empty diagonal: the brightest cell is 9 called 4, then 5 called 6."
from snippets.projects.ch03_digits import confusions, falsely_called, missed

counts = confusions(images, SEEDS)  # by model: (10 seeds, 10, 10)
errors = {
    name: np.array([error_shares(one) for one in each])
    for name, each in counts.items()
}
one = (
    counts["linear, SGD"][0],
    errors["linear, SGD"][0] + np.diag([np.nan] * 10),
)
fig, axes = plt.subplots(1, 2, layout="constrained", figsize=(7, 3.1))
for ax, values, label in zip(
    axes, one, ("images", "share of the row's digit"), strict=True
):
    fig.colorbar(
        ax.imshow(values, cmap="cividis"), ax=ax, label=label, shrink=0.8
    )
    ax.set(
        xlabel="called", ylabel="true digit", xticks=range(10), yticks=range(10)
    )

# %% [markdown]
# ## Which digit confuses most?
#
# "8s cause the most confusion" can mean two things. *Missed 8s* are in the row: 8s that were called something else. *False 8s* are in the column: other digits that were called 8. We take both, for five models and ten draws.

# %%
PARTS = (1000, 1000, 5000)
rows, alone = {}, 0
for name, each in errors.items():
    rows[name] = {}
    for kind, shares in (
        ("missed", missed(each)),
        ("falsely called", falsely_called(each)),
    ):
        others = np.delete(shares, 8, axis=1)
        rows[name][f"most {kind}"] = int(shares.mean(axis=0).argmax())
        rows[name][f"{kind}: 8 - others"] = lead(
            shares[:, 8], others.mean(axis=1), PARTS
        )
        alone += all(lead(shares[:, 8], o, PARTS).low > 0 for o in others.T)
        if kind == "missed":
            first = int((shares.argmax(axis=1) == 8).sum())
            rows[name]["8 first, of 10 draws"] = first
ledger = pd.DataFrame(rows).T
for name in ("neighbours", "forest", "logistic"):
    assert ledger.loc[name, "missed: 8 - others"].low > 0
own = ledger.loc["linear, SGD", "missed: 8 - others"]
assert own.low < 0 < own.mean
assert ledger.loc["linear, SGD", "8 first, of 10 draws"] < 8
assert ledger.loc["neighbours", "falsely called: 8 - others"].high < 0
print("8 - others: beside their mean, ± half-width, 95 %, 10 seeds")
ledger.map(str)

# %%
#| label: fig-ch03-worst
#| fig-cap: "In the mean of ten draws, 8s are among the digits that are missed most, with every model, and not among those that others are mistaken for most."
#| fig-alt: "Two panels with a line for each of five models over the digits 0 to 9. Left, share missed: low at 0, 1 and 6, peaks at 5 and 8, highest at 8 for the linear model with SGD. Right, share of other digits falsely called so: peaks at 1 for the neighbours and at 3, 5 and 9 for others; low or middling at 8."
fig, axes = plt.subplots(1, 2, layout="constrained", figsize=(7, 3.2))
for (name, each), style in zip(
    errors.items(), ("o-", "s--", "^-.", "D:", "v-"), strict=True
):
    axes[0].plot(missed(each).mean(axis=0), style, ms=4, label=name)
    axes[1].plot(falsely_called(each).mean(axis=0), style, ms=4)
axes[0].set(
    xlabel="digit",
    ylabel="share of its images missed",
    xticks=range(10),
    ylim=(0, 0.38),
)
axes[1].set(
    xlabel="digit", ylabel="share of others called so", xticks=range(10), ylim=0
)
axes[0].legend(fontsize="x-small", loc="upper left")
one_draw = errors["linear, SGD"][0]
assert one_draw[9, 4] > 0.06

# %% [markdown]
# In the sense of the row the source is partly right: neighbours, the forest and, barely, logistic regression miss 8s more often than the other digits on average. For PCA with a support vector machine no difference is shown. For the source's own linear model, whose fits differ most from draw to draw, the mean says so and the interval does not. And "most" is more than that: 8 is ahead of *each* other digit, in rows or columns, in 0<!--= alone --> of ten cases. In single draws of that model other digits lead as well: one split, and so one chart, is little evidence. In the sense of the column the claim is not shown with any model, and neighbours answer 8 wrongly *less* often than other digits. [[lessons/classification#L33 8s cause the most confusion|Lesson L33]] asks the same on smaller images with a larger test. There the interval of the linear model clears zero, and here it does not; together that is little. A likely reason (not tested) is in the pictures above: an 8 that is blotted or not quite closed looks like something else, while few digits gain a loop.

# %% [markdown]
# ## One pixel aside
#
# The source blames digits that are not centred, and proposes to add each image shifted by one pixel in four directions. That makes five times as many images, so the fair rival is *copies*: the same number, nothing new. We test on images as they are, and on images that are themselves moved by a pixel.

# %%
from snippets.augmentation import AROUND, translate

--8<-- "projects/ch03_digits.py:jitter"

# %%
from snippets.projects.ch03_digits import ARMS, TESTS, shift_scores

shifted = shift_scores(images, SEEDS)  # by model: (3 arms, 2 tests, 10 seeds)
rows, gained = {}, {}
for name, scores in shifted.items():
    for test, per_test in zip(TESTS, np.moveaxis(scores, 1, 0), strict=True):
        gains = [
            lead(per_test[2], per_test[arm], (100, 400, 5000)) for arm in (1, 0)
        ]
        means = {
            arm: str(over(s, (100, 400, 5000)))
            for arm, s in zip(ARMS, per_test, strict=True)
        }
        rows[name, test] = {**means, "shifts - copies": str(gains[0])}
        gained[name, test] = gains[0]
        assert min(gain.low for gain in gains) > 0
print("accuracy, 100 training images; mean ± half-width, 95 %, 10 seeds")
pd.DataFrame(rows).T

# %% [markdown]
# Shifts beat copies with both models and on both tests. On moved images the neighbours gain 0.04<!--= f"{gained['neighbours', 'moved by a pixel'].mean:.2f}" --> over copies, on images as they are 0.02<!--= f"{gained['neighbours', 'as they are'].mean:.2f}" -->. MNIST is centred already; where images are not, shifts may gain more. The [[lessons/data-and-features#L17 Augmented images|lesson on augmentation]] adds four other ways, and a rival that beats shifts: as many real images.
#
# ## Should the official split be reshuffled?
#
# MNIST comes as 60,000 images to train on and 10,000 to test on. The source wanted to mix and reshuffle them, and let it be so as to stay comparable. There may be a better reason: an image from a known hand may be easier. Our MNIST sample does not say who wrote what, but `data/digits` does: these 8 × 8 digits are in the file form by form, a hand each, fourteen forms. First a look at how near two images of one form are:

# %%
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from data.digits import load as load_small

small = load_small()
nearest = (
    NearestNeighbors(n_neighbors=2).fit(small.X).kneighbors(small.X)[1][:, 1]
)
same = (small.form[nearest] == small.form).mean()
print(
    f"nearest other image is from the same form: {same:.2f}; by chance: "
    f"{1 / 14:.2f}"
)
assert same > 0.4

# %% [markdown]
# Now each form is tested twice with training sets of nearly the same size: the thirteen other forms; or rows dealt at random, so that the form's own hand is among them.

# %%
from sklearn.model_selection import KFold, LeaveOneGroupOut, cross_val_predict
from snippets.projects.ch03_digits import by_group

FORM = (1669, 128, 1797)  # thirteen forms, one, all
flattery = {}
models = {
    "neighbours": KNeighborsClassifier(1),
    "logistic": LogisticRegression(C=0.1),
}
forms = {"cv": LeaveOneGroupOut(), "groups": small.form}
for name, model in models.items():
    arms = {"cv": KFold(14, shuffle=True, random_state=0)}, forms
    calls = [cross_val_predict(model, small.X, small.y, **arm) for arm in arms]
    # (14 forms,) each
    scores = [by_group(small.y, called, small.form) for called in calls]
    flattery[name] = lead(*scores, FORM)
    print(
        f"{name:10}: reshuffled {over(scores[0], FORM)}, new hands "
        f"{over(scores[1], FORM)}"
    )
    print(f"{'':10}  reshuffled - new hands {flattery[name]} (95 %, 14 forms)")
    assert flattery[name].low > 0

# %% [markdown]
# On these digits reshuffling raises the accuracy by 0.02<!--= f"{flattery['neighbours'].mean:.2f}" --> to 0.03<!--= f"{flattery['logistic'].mean:.2f}" -->. Models often differ by less. Whether it *simulates the real world* depends on the use: a phone that learns its owner's hand sees known hands, a post office does not. The lesson in [[lessons/project-advice|project advice]] asks the same with equal training sets and with a control. The scores on MNIST on this page may be too high in the same way: who wrote which image is not known.
#
# ## Batch or stochastic
#
# The source's picture: full batch gradient descent memorises the whole route, stochastic gradient descent looks 400 feet ahead; it is less accurate, but one knows early whether the direction is right. On digits the picture can be measured. One linear model with softmax, 600 images, and two ways to spend a pass over them: one step that looks at all images, or sixty steps that look at ten each. Each way gets the best of three step lengths, chosen on another draw.

# %%
from snippets.neural_network import Options, fit


def loss_by_pass(seed, batch_size, rate):
    """Test loss before the first and after each of ten passes, in nats."""
    d = draw(1200, seed, images)
    options = Options((), 10, batch_size, "sgd", rate)
    held = d.X[600:], d.y[600:]
    trained = fit(
        d.X[:600],
        d.y[:600],
        options,
        rng=np.random.default_rng(seed),
        validation=held,
    )
    return trained.validation_losses


tried = {
    "batch": (600, (0.25, 0.5, 1.0)),
    "ten at a time": (10, (0.05, 0.1, 0.2)),
}
curves = {}
for name, (size, rates) in tried.items():
    best = min(rates, key=lambda rate: loss_by_pass(99, size, rate)[-1])
    curves[name] = np.array([loss_by_pass(seed, size, best) for seed in SEEDS])
    print(f"{name}: best step length of {rates} is {best}")

# %%
#| label: fig-ch03-passes
#| fig-cap: "With the best of three step lengths each, one pass in steps of ten images gets further than ten passes in whole steps."
#| fig-alt: "Test loss in nats against passes, 0 to 10. Both lines start near 2.4. The dashed line for ten images at a time drops steeply in the first pass and levels off low; the solid line for the batch falls slowly and stays above it throughout."
fig, ax = plt.subplots(layout="constrained", figsize=(7, 2.8))
for (name, curve), style in zip(curves.items(), ("o-", "s--"), strict=True):
    ax.plot(curve.mean(axis=0), style, label=name)
ax.set(
    xlabel="passes over the training images", ylabel="test loss (nats)", ylim=0
)
ax.legend()
ahead = lead(
    curves["batch"][:, 10], curves["ten at a time"][:, 1], (600, 600, 5000)
)
print(
    f"loss, batch after 10 passes - ten at a time after 1: {ahead} nats (95 %, "
    "10 seeds)"
)
assert ahead.low > 0

# %% [markdown]
# So the second half of the picture holds: one pass in small steps is enough to be ahead. "Less accurate" does not hold in ten passes. It can at the end of a long run, when steps of constant length jump about the minimum; [[ch04-training|chapter 4]] takes that up, with step lengths that shrink.
#
# ## Result
#
# The same scores drawn twice, for ten draws each: precision against recall, and the ROC curve, which has the share of other digits called 8 on its horizontal axis.

# %%
#| label: fig-ch03-precision-recall
#| fig-cap: "Precision against recall tells the two models apart; the ROC curve makes both look nearly perfect, since nine in ten images are no 8 and their errors are divided by a large number."
#| fig-alt: "Two panels with ten thin lines for each of two models. Left, precision against recall: the solid lines of the forest lie above the dashed ones of logistic regression, most clearly at recall 0.6 to 0.9. Right, recall against the share of others called 8: all lines hug the upper left corner."
fig, axes = plt.subplots(1, 2, layout="constrained", figsize=(7, 3.2))
arms = zip(run.scores.items(), ("C0", "C1"), ("--", "-"), strict=True)
for (name, scores), color, style in arms:
    for seed in SEEDS:
        s = sweep(run.y[seed, 1], scores[seed, 1])
        label = name if seed == 0 else None
        line = {
            "color": color,
            "ls": style,
            "lw": 0.8,
            "alpha": 0.8,
            "label": label,
        }
        axes[0].plot(s.recall, s.precision, **line)
        axes[1].plot(s.false_alarms / s.false_alarms[0], s.recall, **line)
axes[0].axhline(truth.mean(), color="C2", ls=":", label="at random")
axes[1].plot([0, 1], [0, 1], color="C2", ls=":")
axes[0].set(
    xlabel="recall (share of 8s found)", ylabel="precision", ylim=(0, 1.05)
)
axes[1].set(
    xlabel="share of others called 8", ylabel="recall (share of 8s found)"
)
axes[0].legend(fontsize="small", loc="lower left");

# %%
from sklearn.metrics import average_precision_score

scored = {
    "average precision": average_precision_score,
    "area under ROC": roc_auc_score,
}
for measure, score in scored.items():
    for chosen, arms in (("default", run.default), ("chosen", run.scores)):
        each = {
            name: [
                score(y, s) for y, s in zip(truth, scores[:, 1], strict=True)
            ]
            for name, scores in arms.items()
        }
        gain = lead(each["forest"], each["logistic"], SPLIT)
        print(f"{measure}, {chosen}: forest {over(each['forest'])}, ", end="")
        print(f"forest - logistic {gain}")
        assert gain.low > 0 or measure == "area under ROC"
print("all 95 %, 10 seeds")

# %% [markdown]
# By average precision the forest ranks better, before the choice and after it. By the area under the ROC curve its lead is smaller, and the intervals begin at about zero.

# %%
#| label: headline
from snippets.headline import Headline

Headline(
    chapter="3",
    project="is it an 8?",
    number="recall of 8s, precision set to 0.9, forest",
    effect=over(recall["forest"]),
    figure="fig-ch03-precision-recall",
)

# %% [markdown]
# ## What this does not show
#
# - This is a proof of concept, as the source says of its own: 5,000 images of MNIST's 70,000. With more images scores rise, and which model is best may change.
# - Only two models got the question of the 8, with four settings each. Networks for images are in [[models/cnn|the note on them]].
# - Writers are unknown in our MNIST sample; on new hands scores may be lower, as on the small digits.
# - Images come centred and scaled. A phone's camera does neither.
# - Precision holds for one 8 in ten images. Where 8s are rarer, the same threshold is less precise.

# %% [markdown]
# > [!quote]- Where this comes from
# > - The four questions follow from what the third source reports of this chapter.
