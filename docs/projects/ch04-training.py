# ---
# title: "Chapter 4: training models"
# aliases: [ch04, training models]
# tags: [project, supervised, regression, classification]
# sources: [S2-05, S2-15, S2-22, L11, L23]
# ---

# %% [markdown]
# # Chapter 4: training models
#
# Least squares can be solved in one go or walked down step by step. Which walk is ahead after the same number of looks at the samples depends on the shape of the loss: in a round bowl full batches are ahead by far, in a long valley small batches are. How long to walk is a question of its own: with many columns and few samples, stopping early saves about as much error as ridge does, if new patients are simulated from a model of the real ones; on the real ones, one file, no saving is shown. Nor is it with enough samples.
#
# ## Question
#
# Two ways to walk. Full batch gradient descent is to learn a 300-mile route by heart; stochastic descent is to decide by what one sees 400 feet ahead: less accurate, but light on memory and soon on the right way. We ask two things. *Who is ahead after equal passes over the samples?* If one walk led on every loss, the shape of the loss would not matter, and our answer would be wrong. *Does it pay not to walk to the end?* We would say no if, on new samples, stopping were no better than fitting to the end on all samples that it used.
#
# ## Data
#
# - A **parabola** with noise, generated: $y = 2 + x + x^2 / 2 + N(0, 1)$, with $x$ even between −3 and 3, no unit. So the best possible RMSE is 1.
# - **Diabetes**, ten measurements of 442 patients and a score of the disease a year later, and **iris**, 150 flowers of three species in cm. Both come with scikit-learn.
# - **New patients**: ten normal features with the correlations of diabetes, and a target with its slopes and its noise, in standard deviations.
#
# Parabola and new patients are drawn anew for each seed. Diabetes and iris are one file each: where a seed splits them, splits share rows, and intervals are widened for that ([[comparing-models]]).

# %%
import numpy as np
import pandas as pd
from snippets.projects.ch04_training import PROBLEMS, TRUTH, bowl

shape = {}
for name in PROBLEMS:
    X, y = bowl(name, seed=0)
    spread = np.linalg.eigvalsh(X.T @ X / len(y))
    shape[name] = [len(y), X.shape[1], round(spread[-1] / spread[0])]
assert shape["parabola"][2] < 2
assert min(shape["diabetes"][2], shape["new patients"][2]) > 100
columns = ["samples", "columns", "condition"]
pd.DataFrame(shape, index=columns).T.rename_axis("least squares on")

# %% [markdown]
# The *condition* is how many times steeper the loss is in its steepest direction than in its flattest: about 1 is a round bowl, hundreds are a valley. Features are standardised. In the parabola $x$ and $x^2$ go their own ways; in diabetes some blood values nearly repeat each other. There all patients race, a seed is only their order, and the interval is about this one valley; new patients make a new one each time.
#
# ## Baseline
#
# Predicting the mean, and what no training can beat: the *normal equation*. Where the gradient of the squared error is zero,
#
# $$
# \mathbf{A}^{\top} \mathbf{A} \, \mathbf{w} = \mathbf{A}^{\top} \mathbf{y}
# $$
#
# with $\mathbf{A}$ the features beside a column of ones, shape $(n, p + 1)$, $\mathbf{y}$ the targets, shape $(n)$, and $\mathbf{w}$ the intercept and slopes, shape $(p + 1)$. One linear system, no step length, no passes. Its work grows with $n p^2$ and $p^3$, and all samples must be at hand.

# %%
from snippets.evidence import mean_interval
from snippets.projects.ch04_training import parabola


def normal_equation(seed):
    x, y = parabola(100, np.random.default_rng(seed))
    A = np.column_stack([np.ones_like(x), x, x**2])
    return np.linalg.solve(A.T @ A, A.T @ y)


solved = np.array([normal_equation(seed) for seed in range(10)])
for name, found, true in zip(
    ("intercept", "x", "x²"), solved.T, TRUTH, strict=True
):
    interval = mean_interval(found)
    print(f"{name:9} {interval}, 95 %, {interval.n} seeds; true {true:g}")
    assert interval.low < true < interval.high

# %% [markdown]
# ## Model
#
# **One walk for all batches.** Batch descent looks at all samples before a step, stochastic descent at one, mini-batch descent at 20. Only the number differs. A step from few samples is a guess at the gradient, so its length shrinks with the passes.

# %%
from snippets.linear_regression import check_design
from snippets.projects.ch04_training import MINI, WALKS, FloatArray

--8<-- "projects/ch04_training.py:walk"

# %%
--8<-- "projects/ch04_training.py:walks"

# %%
#| label: fig-ch04-paths
#| fig-cap: "Five passes each; every 20th of the stochastic steps is drawn. In a round bowl the gradient points home, and a few full batches are enough. In a valley they cross it at once and are slow along it; small batches make good progress in every direction."
#| fig-alt: "Two contour maps with three paths each from the same start, and a star at the minimum. Left, round contours: all three go nearly straight to the star, and the stochastic dots scatter around it. Right, a steep direction across and a flat one upwards: the batch path crosses at once and stops about half way up; the mini-batch path gets most of the way, the stochastic dots scatter widely around the star."
#| code-fold: true
import matplotlib.pyplot as plt
from snippets.linear_regression import least_squares

fig, axes = plt.subplots(1, 2, layout="constrained", figsize=(7, 3.3))
names = {
    "parabola": ("slope of x", "slope of x²"),
    "diabetes": ("steepest", "fourth flattest"),
}
for ax, (name, labels) in zip(axes, names.items(), strict=True):
    X, y = bowl(name, seed=0)
    if name == "parabola":
        # round: the slopes themselves will do
        curvature, plane = np.ones(2), np.eye(2)
    else:
        # flattest direction first
        every, directions = np.linalg.eigh(X.T @ X / len(y))
        curvature, plane = every[[-1, 3]], directions[:, [-1, 3]]
    best = least_squares(X, y)[0] @ plane
    plane, best = plane * np.sign(best), np.abs(best)
    a, b = np.meshgrid(*(np.linspace(-0.3, 1.7, 61) * end for end in best))
    away = curvature[0] * (a - best[0]) ** 2 + curvature[1] * (b - best[1]) ** 2
    ax.contourf(a, b, np.sqrt(away), levels=12, cmap="cividis", alpha=0.5)
    styles = zip(
        walks(X, y, 5, seed=0).items(), ["C1o-", "C0s--", "C3^:"], strict=True
    )
    for (walker, path), style in reversed(list(styles)):
        # as many dots as mini-batch
        shown = path[::MINI] if walker == "stochastic" else path
        ax.plot(*(shown @ plane).T, style, ms=4, lw=1.2, label=walker)
    ax.plot(*best, "C6*", ms=14, mec="white", label="least squares")
    ax.set(
        title=name,
        xlabel=f"{labels[0]} (sd per sd)",
        ylabel=f"{labels[1]} (sd per sd)",
    )
axes[0].legend(fontsize="small", loc="lower right");

# %% [markdown]
# **How many columns, how many samples?** A learning curve answers both. We fit a line, the right degree, and far too many powers to more and more samples of the parabola.

# %%
from collections.abc import Sequence
from snippets.bias_variance import polynomial
from snippets.projects.ch04_training import REACH

--8<-- "projects/ch04_training.py:curve"

# %%
#| label: fig-ch04-curves
#| fig-cap: "The line is wrong on both sides, and more samples do not help. Ten powers learn few samples by heart, and the gap closes with samples. The parabola is near the noise from the start."
#| fig-alt: "Three panels of RMSE on a logarithmic axis against the number of samples. Degree 1: both curves meet high at 1.7. Degree 2: both meet at the dotted line at 1. Degree 10: the curve of new samples starts above the frame and falls, the training curve rises, and they come together at 1."
sizes = (12, 15, 20, 30, 50, 80, 130, 200)
curves = {
    degree: learning_curve(degree, sizes, range(10)) for degree in (1, 2, 10)
}
fig, axes = plt.subplots(
    1, 3, layout="constrained", figsize=(7, 2.8), sharey=True
)
for ax, (degree, found) in zip(axes, curves.items(), strict=True):
    ax.plot(sizes, found[1].mean(axis=1), "o-", ms=3, label="new samples")
    ax.plot(sizes, found[0].mean(axis=1), "s--", ms=3, label="training samples")
    ax.axhline(1, color="C2", ls=":", label="noise")
    ax.set(
        xscale="log",
        yscale="log",
        ylim=(0.4, 6),
        title=f"degree {degree}",
        xlabel="samples",
    )
    ax.set(
        xticks=[12, 50, 200],
        xticklabels=["12", "50", "200"],
        yticks=[0.5, 1, 2, 5],
    )
    ax.set_yticklabels(["0.5", "1", "2", "5"])
    ax.minorticks_off()
axes[0].set_ylabel("RMSE (no unit)")
axes[2].legend(fontsize="x-small");

# %%
gap = {
    degree: mean_interval(found[1, -1] - found[0, -1])
    for degree, found in curves.items()
}
line = mean_interval(curves[1][0, -1])
print(
    f"degree 1, 200 samples, RMSE on the training samples: {line}, 95 %, "
    f"{line.n} seeds"
)
assert line.low > 1.5 and gap[1].high < 0.3
# twelve samples, in each seed
assert (curves[10][1, 0] > 2 * curves[2][1, 0]).mean() == 1

# %% [markdown]
# The first case is underfitting: see [[bias-variance]] for its two parts.
#
# **Three brakes.** Ridge and lasso put a price on slopes ([[ridge-lasso]]). Early stopping walks from zero slopes and keeps those of the step at which held-out samples are predicted best. Each has a strength to choose. We give each the same: 26 strengths, samples to fit, samples to choose the strength, and others to judge, which no choice has seen.

# %%
from collections.abc import Mapping
from sklearn.linear_model import lasso_path
from snippets.linear_regression import gradient_descent
from snippets.projects.ch04_brakes import parts, rmse
from snippets.ridge_lasso import ridge, smallest_silencing_penalty

--8<-- "projects/ch04_brakes.py:brakes"

# %%
--8<-- "projects/ch04_brakes.py:held"

# %%
#| label: fig-ch04-brakes
#| fig-cap: "Three brakes, one shape: released too far, the error on training samples still falls and that on others rises. The number of steps is a brake like the two prices."
#| fig-alt: "Three panels of RMSE against the strength of a brake, strong on the left, weak on the right: the price of ridge, that of lasso, and the number of steps. In each the dashed training curve falls all the way; the solid curve of held-out patients falls, is lowest in the middle and rises."
#| code-fold: true
from snippets.projects.ch04_brakes import PENALTIES, SHARES, STEPS

strengths = {
    "ridge": PENALTIES,
    "lasso": SHARES,
    "early stopping": STEPS,
}
names = [
    "price of squares (per sample)",
    "price (share of the largest)",
    "steps",
]
found = {brake: [] for brake in strengths}
for seed in range(10):
    p = parts("diabetes", seed)
    for brake, slopes in brakes(p.X[0], p.y[0]).items():
        found[brake].append(
            [rmse(slopes, p.X[part], p.y[part]) for part in (0, 1)]
        )
fig, axes = plt.subplots(
    1, 3, layout="constrained", figsize=(7, 2.8), sharey=True
)
for ax, (brake, at), name in zip(axes, strengths.items(), names, strict=True):
    train, others = np.mean(found[brake], axis=0)
    ax.plot(at, others, lw=2, label="held out")
    ax.plot(at, train, "--", lw=2, label="training")
    ax.set(xscale="log", title=brake, xlabel=name)
    if brake != "early stopping":
        ax.invert_xaxis()
    assert others.argmin() not in (0, len(others) - 1)
axes[0].set_ylabel("RMSE (score)")
axes[0].legend(fontsize="small");

# %% [markdown]
# **Classes.** The same walk trains a classifier, with cross-entropy for the squared error: [[softmax-regression]] on iris, against always naming one species.

# %%
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from snippets.softmax_regression import descend, probabilities

flowers, species = load_iris(return_X_y=True)
accuracy = []
for seed in range(10):
    options = {"test_size": 0.4, "stratify": species, "random_state": seed}
    X, X_new, y, y_new = train_test_split(flowers, species, **options)
    fit = descend((X - X.mean(axis=0)) / X.std(axis=0), y, C=1, tol=1e-2)
    chances = probabilities((X_new - X.mean(axis=0)) / X.std(axis=0), fit)
    accuracy.append(np.mean(chances.argmax(axis=1) == y_new))
softmax = mean_interval(accuracy).over_splits(90, 60, 150)
print(
    f"accuracy of softmax regression {softmax}, 95 %, {softmax.n} seeds; one "
    "species 0.333"
)
assert softmax.low > 0.8 and np.diff(fit.losses).max() < 1e-9

# %% [markdown]
# ## Check
#
# If the walk is right, then with all samples a step it is the batch descent of [[linear-regression]], and with one the stochastic descent, to the last bits. And whoever walks long enough ends where the normal equation starts.

# %%
from sklearn.linear_model import LinearRegression
from snippets.linear_regression import stochastic_descent
from snippets.rounding import below

for name in ("parabola", "diabetes"):
    X, y = bowl(name, seed=1)
    steep = np.linalg.eigvalsh(X.T @ X / len(y))[-1]
    rngs = [np.random.default_rng(2) for _ in range(3)]
    ones = walk(X, y, 1, 0.1 / steep, 3, rngs[0], decay=1.0)[:: len(y)]
    assert (
        np.abs(
            ones - stochastic_descent(X, y, 0.1 / steep, 3, 1.0, rngs[1])
        ).max()
        < 1e-12
    )
    end = walk(X, y, len(y), 1 / steep, 15_000, rngs[2])
    assert np.abs(end - gradient_descent(X, y, 1 / steep, 15_000)).max() < 1e-10
    normal = np.linalg.solve(X.T @ X, X.T @ y)
    ends = {
        "library": LinearRegression().fit(X, y).coef_,
        "lstsq": least_squares(X, y)[0],
    }
    gaps = [np.abs(other - normal).max() for other in (*ends.values(), end[-1])]
    print(
        f"{name}: largest distance from the normal equation {below(max(gaps))}"
    )
    assert max(gaps) < 1e-8

# %% [markdown]
# ## Result
#
# The race, on all shapes: ten seeds, the same start and order of samples, equal passes.

# %%
#| label: fig-ch04-passes
#| fig-cap: "In the round bowl full batches are ahead, in the valley small ones are, as long as there is something to win."
#| fig-alt: "Two panels of excess error on logarithmic axes against passes from 0 to 20. Left, parabola: the batch line dives by ten powers of ten within five passes, the other two flatten out. Right, diabetes: mini-batch and stochastic drop in the first pass, batch falls slowly and meets them late, below a dotted line."
from snippets.projects.ch04_training import race

races = {name: race(name, 20, range(10)) for name in PROBLEMS}
fig, axes = plt.subplots(1, 2, layout="constrained", figsize=(7, 3))
for ax, (name, runs) in zip(axes, races.items(), strict=False):
    for (walker, found), style in zip(
        runs.items(), ["o-", "s--", "^-."], strict=True
    ):
        ax.plot(10 ** np.log10(found).mean(axis=0), style, ms=3, label=walker)
    X, y = bowl(name, seed=0)
    left = np.mean((X @ least_squares(X, y)[0] - y) ** 2) * X.shape[1] / len(y)
    ax.axhline(left, color="C3", ls=":", label="error left by the samples")
    ax.set(
        yscale="log",
        ylim=(1e-12, 3),
        title=name,
        xlabel="passes over the samples",
    )
axes[1].set_ylim(1e-3, 1.5)
axes[0].set_ylabel("excess MSE (share of variance)")
axes[1].legend(fontsize="small");

# %% [markdown]
# The dotted line is about how far least squares itself is from the truth, because it has only these samples: the unexplained variance, times slopes per sample. Below it there is nothing to win on new samples. All walks get there; in the valley the small batches get there first.

# %%
from snippets.evidence import paired_difference

for name, runs in races.items():
    for walker in WALKS[1:]:
        logs = (np.log10(runs[each][:, 5]) for each in (walker, "batch"))
        lead = paired_difference(*logs)
        print(
            f"{name}, 5 passes, {walker} - batch: {lead} powers of ten, 95 %, "
            f"{lead.n} seeds"
        )
        assert lead.low > 0 if name == "parabola" else lead.high < 0

# %% [markdown]
# The two sets differ in more than the shape. So the same patients once more, with features turned and scaled until the condition is 1:

# %%
from snippets.projects.ch04_training import excess

X, y = bowl("diabetes", seed=0)
rounded = X @ np.linalg.inv(np.linalg.cholesky(X.T @ X / len(y)).T)
ends = [walks(rounded, y, 5, seed) for seed in range(10)]
left = {
    walker: [float(excess(run[walker][-1:], rounded, y)[0]) for run in ends]
    for walker in WALKS
}
assert max(left["batch"]) < 1e-20
for walker in WALKS[1:]:
    lead = mean_interval(np.log10(left[walker]))
    print(
        f"round, 5 passes, {walker}: excess error {lead} powers of ten, 95 %, "
        f"{lead.n} seeds"
    )
    assert lead.low > -3

# %% [markdown]
# In a bowl that is exactly round, the first whole batch is at the minimum. The small batches are not there after five passes. The patients, the noise and the rule for the steps are as before, so here the shape decides.
#
# Lesson L23 asks the same of ten features of unequal spread, with constant and with shrinking steps ([[linear-regression#From scratch]]): a constant step stays at a floor, a shrinking one does not. So the source's "less accurate" holds for constant steps and round bowls; see [[corrections#B33 Stochastic gradient descent is not less accurate|B33]].
#
# Now the brakes, on samples that no fit and no choice has seen:

# %%
def told(name, values):
    """The interval, widened where seeds are splits of one file."""
    plain = mean_interval(values)
    return plain.over_splits(250, 192, 442) if name == "diabetes" else plain


held = {name: held_back(name, range(10)) for name in PROBLEMS}
saved = {}
for name, arms in held.items():
    for brake in ("ridge", "lasso", "early stopping"):
        gain = told(name, arms["none, both parts"] - arms[brake])
        saved[name, brake] = gain
        print(f"{name}: no brake, both parts - {brake}: RMSE {gain}")
    same = told(name, arms["ridge"] - arms["early stopping"])
    few = told(name, arms["lasso"] - arms["few columns"])
    assert max(-same.low, same.high) < 0.04 * arms["ridge"].mean()
    level = max(-few.low, few.high) / arms["lasso"].mean()
    assert few.low > 0 if name == "parabola" else level < 0.08
print("all 95 %, 10 seeds")
behind = {
    brake: told("new patients", arms[brake] - arms["few columns"])
    for arms in [held["new patients"]]
    for brake in ("lasso", "ridge", "early stopping")
}
for brake, loss in behind.items():
    print(f"new patients, {brake} - ten columns: RMSE {loss}")
others = ("ridge", "early stopping")
assert min(behind[brake].low for brake in others) > 0
assert all(
    abs(saved["new patients", each].mean - 0.05) < 0.01 for each in others
)
for (name, _), gain in saved.items():
    assert name != "new patients" or gain.low > 0
    assert name != "parabola" or max(-gain.low, gain.high) < 0.12
decimals = {"parabola": 2, "diabetes": 0, "new patients": 2}
pd.DataFrame(
    {
        f"RMSE, {name}": {
            arm: f"{level.mean:.{n}f} ± {level.half_width:.{n}f}"
            for arm, errors in held[name].items()
            for level in [told(name, errors)]
        }
        for name, n in decimals.items()
    }
).rename_axis("95 %, 10 seeds")

# %% [markdown]
# Ten measurements with their squares and products are 65 columns, for 150 patients. With new patients each brake is ahead of a fit without one that also gets the samples by which the strength was chosen: by 0.09<!--= f"{saved['new patients', 'lasso'].mean:.2f}" --> of a standard deviation for the lasso, by about 0.05<!--= f"{saved['new patients', 'ridge'].mean:.2f}" --> for the others. On the real ones the mean saving is larger, and its interval, wide enough for splits of one file, reaches far below zero: not shown. Early stopping and ridge agree to 4 %. But the lasso only comes within 0.03 of the ten plain columns<!--! behind['lasso'].high < 0.03 -->, and on new patients ridge and early stopping are 0.05<!--= f"{behind['ridge'].mean:.2f}" --> behind these: the truth is linear there. On the parabola no saving is shown: a fit of ten powers to all 100 samples is about as good.
#
# **What the plain line rests on.** On the ten measurements of diabetes: the slopes; and by how much the error on the 192 other patients rises if a feature is *dealt* out anew among them, or *left out* and the line fitted again.

# %%
from sklearn.datasets import load_diabetes
from snippets.projects.ch04_brakes import reads

rests = {
    name: [told("diabetes", column) for column in values.T]
    for name, values in reads(range(10)).items()
}
features = load_diabetes().feature_names
rests = pd.DataFrame(rests, features).rename_axis("score, 95 %, 10 seeds")
assert all(each.low > 0 for each in rests["slope"][["bmi", "bp", "s5"]])
assert rests["dealt"]["s1"].mean > 5 and rests["left out"]["s1"].high < 1
rests.map(lambda each: f"{each.mean:z.1f} ± {each.half_width:.1f}")

# %% [markdown]
# The slopes of body mass index, blood pressure and s5 are above zero. The blood value s1 has as large a slope, and not even its sign is shown. A likely reason (not tested) is that it nearly repeats s2. Permuted by itself, s1 seems on average to matter as much as body mass index; left out, it is not missed. A slope, or a permuted feature, says what *this fit* leans on, not what is needed, and not what would help a patient ([[feature-importance]]).
#
# Lesson L11 puts the same question to a network:

# %%
#| label: headline
from snippets.headline import Headline
from snippets.lessons import ledger

outcome = ledger.outcome_of("L11")
print(outcome)
assert outcome.verdict == "not settled"
assert outcome.primary.effect.mean > 0
five = [
    np.log10(races["diabetes"][each][:, 5]) for each in ("mini-batch", "batch")
]
Headline(
    chapter="4",
    project="Whole batches or small ones?",
    number="mini-batch − batch on diabetes, 5 passes, powers of ten of "
    "excess error",
    effect=paired_difference(*five),
    figure="fig-ch04-paths",
)

# %% [markdown]
# It leaves the question open: with wrong labels the mean gain is there, and its interval, which is widened for splits of one file, reaches below zero; with clean labels no gain is shown. More on L11 and its rivals is in [[lessons/deep-nets]].
#
# ## What this does not show
#
# - Networks. Their loss has many valleys, and noise in the steps may help to choose among them; squared error with a linear model has one minimum.
# - Time. A pass with small batches is slower on real hardware than one with a single large product. We count looks at samples, which is fair where reading them is what costs.
# - The best of each walk. Step and decay were set once for both problems, from the steepest direction. A full batch with momentum needs fewer steps in the valley of [[loss-and-optimiser]].
# - Big data. With samples that do not fit into memory, or never end, only the small batches can start at all; that is the source's point about memory, and nothing here speaks against it.

# %% [markdown]
# > [!quote]- Where this comes from
# > - The picture of the route is the third source's.
