# ---
# title: "{{title}}"
# aliases: ["{{title}}"]
# tags: [project]
# sources: []
# ---

# %% [markdown]
# # {{title}}
#
# What was found, in one paragraph.
#
# ## Question
#
# What we ask, and what would change our mind.
#
# ## Data
#
# What it is, its shape and units, where it comes from, and what is wrong with it.

# %%
import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(200, 2))
y = (X[:, 0] + rng.normal(scale=0.5, size=200) > 0).astype(int)
print(X.shape, "features,", y.mean(), "of them positive")

# %% [markdown]
# ## Baseline
#
# What one gets without a model.

# %%
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import cross_val_score

baseline = cross_val_score(DummyClassifier(), X, y, cv=10).mean()
print(f"the most frequent class: {baseline:.2f}")

# %% [markdown]
# ## Model

# %%
from sklearn.linear_model import LogisticRegression

model = LogisticRegression()
scores = cross_val_score(model, X, y, cv=10)

# %% [markdown]
# ## Check
#
# What must hold if all is right: it must not when the labels are shuffled.

# %%
shuffled = cross_val_score(model, X, rng.permutation(y), cv=10)
assert shuffled.mean() < scores.mean()

# %% [markdown]
# ## Figure

# %%
#| fig-cap: What the figure shows, as a statement.
#| fig-alt: What is seen in the figure, for those who don't see it.
import matplotlib.pyplot as plt

fig, ax = plt.subplots(figsize=(7, 2.5), layout="constrained")
ax.hist(scores, bins=5)
ax.set(xlabel="accuracy of a fold", ylabel="folds");

# %% [markdown]
# ## Number with interval

# %%
half = 2.26 * scores.std(ddof=1) / len(scores) ** 0.5  # 95 %, Student's t with 9 degrees
print(f"accuracy {scores.mean():.2f}, 95 % interval ±{half:.2f}")

# %% [markdown]
# ## What this does not show
#
# - What the data leave out.
