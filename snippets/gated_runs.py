"""Runs of gated nets: a mark far back, equal budgets, and ONNX Runtime beside
our own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from snippets.gated import GRU, LSTM, Kind, lstm_steps, predict, start
from snippets.rnn import RNN, FloatArray, Samples, bptt, stacked, train
from snippets.rnn import predict as predict_plain
from snippets.rnn import start as start_plain

N_HIDDEN = 8
N_SEEDS = 5
BATCH = 32
RATES = (0.005, 0.02, 0.06)

Task = Callable[[int, int, np.random.Generator], Samples]
Net = tuple[RNN, Callable[[RNN, FloatArray], FloatArray]]
"""Stacked nets, and what reads their outputs."""


# --8<-- [start:marked]
def marked(n: int, n_steps: int, rng: np.random.Generator) -> Samples:
    """Show a row of numbers, of which one is marked; the target is that one.

    Args:
        n: Number of rows.
        n_steps: Steps T of each.
        rng: Source of the numbers, standard normal, and of the mark's place.

    Returns:
        Numbers and marks, 0 or 1, shape (n, T, 2), and what was marked,
        shape (n,).
    """
    X = np.zeros((n, n_steps, 2))
    X[..., 0] = rng.normal(size=(n, n_steps))
    place = rng.integers(0, n_steps, n)
    X[np.arange(n), place, 1] = 1
    return X, X[np.arange(n), place, 0]
    # --8<-- [end:marked]


# --8<-- [start:latch]
def latch(sharp: float = 20.0) -> RNN:
    """An LSTM of one unit, set by hand: it keeps the last number marked.

    Args:
        sharp: How hard the gates open and close.
    """
    U = np.array([[0, 0, 0, 0.1], [sharp, -sharp, 0, 0]])
    b = np.array([[-sharp / 2, sharp / 2, sharp, 0]])
    one = np.ones((1, 1))
    return RNN(U, np.zeros((1, 4)), b, 10 * one, 0 * one)
    # --8<-- [end:latch]


# --8<-- [start:trained]
def trained(
    kind: Kind | None,
    task: Task,
    n_steps: int,
    settings: Sequence[tuple[float, float]],
    n_updates: int = 300,
    n_hidden: int = N_HIDDEN,
) -> list[Net]:
    """Train a net for each setting and seed; each update sees rows that are
    new, and all settings see the same.

    Args:
        kind: LSTM, GRU, or None for a plain recurrent net.
        task: What is to be learnt.
        n_steps: Steps T of the rows.
        settings: For each, the step size of Adam at the start, and the bias of
            the gate that keeps, which a plain net does not have.
        n_updates: How often the weights are changed.
        n_hidden: Units of each net.

    Returns:
        For each setting the nets of all seeds.
    """
    rng = np.random.default_rng(0)
    _, n_features = task(1, n_steps, rng)[0].shape[1:]
    rngs = [np.random.default_rng([seed, 1]) for seed in range(N_SEEDS)]

    def draw(step: int) -> Samples:
        return stacked(task, BATCH, n_steps, rngs)

    def begin(keep: float) -> RNN:
        rng, stack = np.random.default_rng(0), (N_SEEDS,)
        if kind is None:
            return start_plain(n_features, n_hidden, rng, stack)
        return start(kind, n_features, n_hidden, rng, keep, stack)

    begun = [begin(keep) for _, keep in settings]
    nets = RNN(*(np.stack(parts) for parts in zip(*begun, strict=True)))
    rates = np.array([rate for rate, _ in settings])[:, None, None, None]
    slope = kind.slope if kind else bptt
    nets = train(nets, draw, n_updates, rates, slope=slope)
    read = partial(predict, kind) if kind else predict_plain
    return [(RNN(*parts), read) for parts in zip(*nets, strict=True)]


def explained(found: Net, task: Task, n_steps: int, seed: int) -> FloatArray:
    """R² on 400 new rows, shape (n_seeds,).

    Args:
        found: Nets, and what reads their outputs.
        task: What was learnt.
        n_steps: Steps T of the new rows.
        seed: Of the rows; 2 for those that choose, 3 for those that judge.
    """
    net, read = found
    rngs = [np.random.default_rng([each, seed]) for each in range(N_SEEDS)]
    X, y = stacked(task, 400, n_steps, rngs)
    error = ((read(net, X) - y) ** 2).mean(axis=-1)
    return np.asarray(1 - error / y.var(axis=-1))


def chosen(
    kind: Kind | None,
    task: Task,
    n_steps: int,
    keep: float = 0.0,
    n_hidden: int = N_HIDDEN,
) -> Net:
    """The nets of the rate, of three, that does best on rows for choosing.

    Args:
        kind: LSTM, GRU, or None for a plain recurrent net.
        task: What is to be learnt.
        n_steps: Steps T of the rows.
        keep: Bias of the gate that keeps, at the start.
        n_hidden: Units of each net.
    """
    settings = [(rate, keep) for rate in RATES]
    tries = trained(kind, task, n_steps, settings, n_hidden=n_hidden)
    means = [explained(each, task, n_steps, 2).mean() for each in tries]
    return tries[int(np.argmax(means))]
    # --8<-- [end:trained]


# --8<-- [start:lag]
def memory_by_lag(net: RNN, X: FloatArray) -> FloatArray:
    """How much of what stood in the memory some steps ago is still there.

    Args:
        net: Weights of one LSTM.
        X: Sequences, shape (n, T, p).

    Returns:
        Mean product of the forget gates since then, for 0 to T - 1 steps,
        shape (T,).
    """
    gates = np.array([each.keep for each in lstm_steps(net, X)[:0:-1]])
    left = np.concatenate([np.ones_like(gates[:1]), gates[:-1]])
    return np.asarray(np.cumprod(left, axis=0).mean(axis=(1, 2)))
    # --8<-- [end:lag]


def onnx_states(kind: Kind, net: RNN, X: FloatArray) -> FloatArray:
    """Last states as ONNX Runtime computes them, with 32 bits.

    Args:
        kind: LSTM or GRU.
        net: Weights of one net.
        X: Sequences, shape (n, T, p).

    Returns:
        States, shape (n, h).
    """
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    name, blocks = {LSTM: ("LSTM", (0, 2, 1, 3)), GRU: ("GRU", (0, 1, 2))}[kind]
    n_hidden = net.W.shape[0]
    columns = np.concatenate(
        [np.arange(n_hidden) + each * n_hidden for each in blocks]
    )
    b = net.b[0, columns]
    weights = {
        "W": net.U[:, columns].T[None],
        "R": net.W[:, columns].T[None],
        "B": np.concatenate([b, 0 * b])[None],
    }
    node = helper.make_node(
        name, ["X", *weights], ["", "last"], hidden_size=n_hidden
    )
    kind_of = TensorProto.FLOAT
    shapes: Sequence[Sequence[int | None]] = (
        [None, None, X.shape[2]],
        [1, None, n_hidden],
    )
    graph = helper.make_graph(
        [node],
        name,
        [helper.make_tensor_value_info("X", kind_of, shapes[0])],
        [helper.make_tensor_value_info("last", kind_of, shapes[1])],
        [
            numpy_helper.from_array(each.astype(np.float32), key)
            for key, each in weights.items()
        ],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8
    )
    runtime = onnxruntime.InferenceSession(model.SerializeToString())
    steps = X.transpose(1, 0, 2).astype(np.float32)  # it wants time first
    return np.asarray(runtime.run(None, {"X": steps})[0][0])
