"""The runner of a cluster: hands sessions to workers of Dask, in the place of `Runner`.

What a session showed counts only if it read there what stands here: each answer names the inputs
with their digests. What was missing joins its bundle, and it runs again; what can never be the
same there (a file outside of the project, a variable of the environment, a file that it writes)
has the session run here.
"""

from __future__ import annotations

import contextlib
import itertools
import queue
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from distributed import Client, KilledWorker
from distributed.comm.addressing import parse_address, parse_host_port

from notewright.errors import EngineError, counted
from notewright.note.sessions import Session
from notewright.run.cluster import remote
from notewright.run.cluster.bundles import FILE, Bundle, paths_of
from notewright.run.inputs import digest_input
from notewright.run.preload_plan import Plan
from notewright.run.records import Record, Records, changes, environment, packages_of, versions
from notewright.run.runner import Outcome, Runner, lost, outcome_of
from notewright.run.worker.outputs import Marks
from notewright.settings import Settings

if TYPE_CHECKING:
    from distributed import Future

    from notewright.run.cluster.remote import Answer, Order

CONNECT = 30.0
"""Seconds in which the scheduler must answer, at first and after it was lost."""

_ASK = 0.05
"""Seconds of silence after which is asked whether there is more to run."""

_COUNT = 2.0
"""Seconds for which a count of the workers is good."""

_MOST_TRIES = 10
"""How often a session is sent, its bundle growing or its workers dying, before it runs here."""


@dataclass(slots=True)
class _Sent:
    """A session that the cluster has."""

    session: Session
    bundle: Bundle
    marks: Marks = field(default_factory=lambda: Marks(secrets.token_hex(8)))
    tries: int = 0


class ClusterRunner:
    """Runs sessions on a cluster, and here what cannot run there.

    Args:
        settings: How sessions run; `scheduler` is the address.
        records: What sessions read the last time tells what they need.
    """

    def __init__(self, settings: Settings, records: Records) -> None:
        self._settings = settings
        self._records = records
        self._here = Runner(settings)
        self._plan = Plan(settings.root)
        self._imports: dict[str, list[str]] = {}
        self._live: dict[str, tuple[Future[Any], _Sent]] = {}
        self._done: queue.SimpleQueue[Future[Any]] = queue.SimpleQueue()
        self._kept: dict[str, Future[Any]] = {}
        self._refused: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._notices: list[str] = []
        self._threads = self._number = 0
        self._counted = self._heard = self._looked = float("-inf")
        self._is_gone = False

    @cached_property
    def _client(self) -> Any:
        """The connection to the scheduler.

        Raises:
            EngineError: If it does not answer.
        """
        address = self._settings.scheduler
        try:
            scheme, place = parse_address(address)
            if scheme in ("tcp", "tls"):
                parse_host_port(place)
        except ValueError as error:
            raise EngineError(
                f"`{address}` is not a valid scheduler address: {error}. "
                "Use an address such as tcp://localhost:8786, or remove `scheduler`"
            ) from None
        try:
            client: Any = Client(  # type: ignore[no-untyped-call]
                address, timeout=CONNECT, set_as_default=False
            )
        except (OSError, ValueError, TypeError) as error:
            raise EngineError(
                f"the scheduler at {address} does not respond: {error or 'timed out'}. "
                "Start the scheduler, or remove `scheduler` to run the sessions locally"
            ) from None
        self._notices.append(f"sessions run on the cluster at {address}: {client.dashboard_link}")
        return client

    @property
    def parent(self) -> ClusterRunner:
        """What owns the processes; see `WarmParent`."""
        return self

    def launch(self) -> None:
        """Nothing is to be started here."""

    def warm_up(self, sessions: Iterable[Session], later: Iterable[Session] = ()) -> None:
        """Learn what sessions import, for the warm parents of the workers.

        Args:
            sessions: The sessions to run now.
            later: Not used: a worker learns with each session what it imports.

        Raises:
            EngineError: If the scheduler does not answer.
        """
        self._plan = Plan(self._settings.root)
        self._imports = {each.key: self._here.parent.imports(each) for each in sessions}
        self._number += 1
        self._is_gone = False
        _ = self._client

    def notices(self) -> Iterator[str]:
        """What the writer should know: where sessions ran, and which workers were refused."""
        for worker, count in sorted(self._counts.items()):
            self._notices.append(f"{worker} ran {counted(count, 'session')}")
        self._counts.clear()
        said, self._notices = self._notices, []
        yield from said

    def hang_up(self) -> None:
        """Let processes here end."""
        self._here.parent.hang_up()

    def close(self) -> None:
        """Leave the cluster; its workers go on for others."""
        self._here.parent.close()
        self._kept.clear()
        if "_client" in vars(self):
            with contextlib.suppress(Exception):
                self._client.close(timeout=5)
            del self._client

    def run(
        self, sessions: Iterable[Session | None], begin: Callable[[Session], None]
    ) -> Iterator[Outcome]:
        """Run sessions, as `Runner.run` does."""
        waiting = iter(sessions)
        here: list[Session] = []
        self._heard = time.monotonic()
        try:
            self._fill(waiting, begin, here)
            while self._live:
                outcome = self._hear(here)
                if outcome is not None:
                    yield outcome
                self._fill(waiting, begin, here)
        finally:
            self._leave()
        if here or self._is_gone:
            self._here.parent.warm_up(here)
            left = itertools.chain(here, waiting) if self._is_gone else here
            yield from self._here.run(left, begin)

    def _fill(
        self,
        waiting: Iterator[Session | None],
        begin: Callable[[Session], None],
        here: list[Session],
    ) -> None:
        """Send as many sessions as keep the workers busy; those that write files stay here."""
        while not self._is_gone and len(self._live) < self._most():
            session = next(waiting, None)
            if session is None:
                return
            record = self._records.load(session.key)
            if record is not None and record.written:
                here.append(session)
                continue
            begin(session)
            self._send(_Sent(session, self._bundle(session, record)))

    def _bundle(self, session: Session, record: Record | None) -> Bundle:
        """What a session is going to read, as far as can be said before."""
        root = self._settings.root
        modules = self._plan.files(cell.code for cell in session.cells)
        names = [path.relative_to(root).as_posix() for path in modules if path.is_relative_to(root)]
        deps = [f"glob:{each}" for cell in session.cells for each in cell.options.deps]
        bundle = Bundle()
        bundle.add(root, [*names, *paths_of([*deps, *(record.inputs if record else ())], root)])
        return bundle

    def _most(self) -> int:
        """How many sessions the cluster is given at a time: it always has one more at hand."""
        if time.monotonic() - self._counted > _COUNT:
            self._counted = time.monotonic()
            with contextlib.suppress(OSError):  # the scheduler is gone: see `_look`
                self._threads = sum(self._client.nthreads().values())
        return max(1, 2 * self._threads)

    def _send(self, sent: _Sent) -> None:
        settings, session = self._settings, sent.session
        digests = {value for kind, value in sent.bundle.entries.values() if kind == FILE}
        order: Order = {
            "job": self._here.job(0, session, sent.marks),
            "entries": dict(sent.bundle.entries),
            "writable": list(settings.writable) if settings.sandbox else None,
            "environment": environment(),
            "patience": self._here.patience([session]),
        }
        future: Any = self._client.submit(
            remote.run_session,
            order,
            {digest: self._stored(sent.bundle.contents[digest], digest) for digest in digests},
            self._stored(self._imports, f"imports-{self._number}"),
            key=f"notewright-{session.key}-{sent.marks.nonce}-{sent.tries}",
            workers=self._allowed(),
            pure=False,
        )
        self._live[str(future.key)] = future, sent
        future.add_done_callback(self._done.put)

    def _stored(self, value: Any, name: str) -> Future[Any]:
        """A value that several sessions need, which the cluster keeps under a name."""
        if name not in self._kept or self._kept[name].status in ("cancelled", "lost", "error"):
            key = f"notewright-{name}-{secrets.token_hex(8)}"
            self._kept[name] = self._client.submit(remote.stored, value, key=key, pure=False)
        return self._kept[name]

    def _allowed(self) -> list[str] | None:
        """The workers that may run sessions; None for all.

        Raises:
            EngineError: If none may.
        """
        if not self._refused:
            return None
        there = set(self._client.nthreads())
        if there and there <= self._refused.keys():
            said = "; ".join(f"{worker}: {why}" for worker, why in sorted(self._refused.items()))
            raise EngineError(
                f"no worker in the cluster matches this machine. {said}. "
                "Install the same packages on the workers, or remove `scheduler` to run the "
                "sessions locally"
            )
        return sorted(there - self._refused.keys())

    def _hear(self, here: list[Session]) -> Outcome | None:
        """Take what comes next from the cluster; an outcome, if it is one that counts."""
        try:
            future = self._done.get(timeout=_ASK)
        except queue.Empty:
            if time.monotonic() - max(self._heard, self._looked) > CONNECT:
                self._look(here)
            return None
        if future.key not in self._live:
            return None  # it was given up
        self._heard = time.monotonic()
        _, sent = self._live.pop(str(future.key))
        if future.status == "finished":
            outcome = self._handed_over(future, sent)
        else:
            outcome = self._after_fault(future)
        if isinstance(outcome, Outcome):
            return outcome
        sent.tries += 1
        if outcome is None or sent.tries > _MOST_TRIES:
            here.append(sent.session)
        else:
            self._send(sent)
        return None

    def _handed_over(self, future: Any, sent: _Sent) -> Outcome | Literal["again"] | None:
        """Take an answer from the worker that has it: it may die before, and be the last one."""
        try:
            return self._judge(future.result(timeout=CONNECT), sent)
        except (TimeoutError, CancelledError, KilledWorker, OSError):
            with contextlib.suppress(Exception):  # it may be gone
                self._client.cancel([future], force=True)
            return "again" if self._is_there() and self._client.nthreads() else None

    def _judge(self, answer: Answer, sent: _Sent) -> Outcome | Literal["again"] | None:
        """What an answer is worth: an outcome, another try, or nothing that the cluster can do."""
        worker = answer["worker"]
        if answer["kind"] == "refused":
            return self._refuse(worker, answer["reason"])
        if answer["kind"] == "lost" or answer["ended"] is None:
            return lost(sent.session, answer["is_late"]) if sent.tries else "again"
        outcome = outcome_of(sent.session, sent.marks, answer["ended"], self._settings)
        if outcome.written or (outcome.faults and not outcome.inputs):
            return None  # what it wrote is not here; or nobody knows what it missed
        if answer["installed"] != remote.installed():
            ours = packages_of(outcome.modules)
            ask = self._client.submit(versions, sorted(ours), workers=[worker], pure=False)
            theirs = ask.result(timeout=CONNECT)
            if ours != theirs:
                return self._refuse(worker, ", ".join(changes("package", ours, theirs)))
        root = self._settings.root
        inputs = outcome.inputs.items()
        other = [name for name, digest in inputs if digest_input(name, root) != digest]
        if other:
            return "again" if sent.bundle.add(root, paths_of(other, root)) else None
        self._counts[worker] += 1
        return outcome

    def _refuse(self, worker: str, reason: str) -> Literal["again"]:
        if worker not in self._refused:
            self._notices.append(f"not using the worker {worker}: {reason}")
        self._refused[worker] = reason
        return "again"

    def _after_fault(self, future: Any) -> Literal["again"] | None:
        """A task that no worker ended: its workers died, or the scheduler did."""
        if future.status == "error" and not isinstance(future.exception(), KilledWorker):
            self._notices.append(f"a worker failed: {future.exception()!r}")
            return None
        return "again" if self._is_there() else None

    def _is_there(self) -> bool:
        """Whether the scheduler answers, if need be after some seconds."""
        end = time.monotonic() + CONNECT
        while self._client.status != "running" and time.monotonic() < end:
            if self._client.status == "closed":
                break
            time.sleep(_ASK)
        if self._client.status != "running" and not self._is_gone:
            self._is_gone = True
            self._notices.append(
                f"the scheduler at {self._settings.scheduler} no longer responds: "
                "the remaining sessions run locally"
            )
        return not self._is_gone

    def _look(self, here: list[Session]) -> None:
        """Nothing came for long: see whether anybody is there who could answer, and still may."""
        self._looked = time.monotonic()
        has_workers = self._is_there() and bool(self._client.nthreads())
        sessions = [sent.session for _, sent in self._live.values()]
        last = self._heard + self._here.patience(sessions) + CONNECT
        if has_workers and self._looked < last:
            return
        if not self._is_gone:
            self._is_gone = True
            self._notices.append(
                "the cluster has stopped responding: the sessions run locally"
                if has_workers
                else "the cluster has no workers: the sessions run locally"
            )
        here += sessions
        self._leave()

    def _leave(self) -> None:
        """Give up what the cluster has not ended."""
        if self._live:
            with contextlib.suppress(Exception):  # it may be gone
                self._client.cancel([future for future, _ in self._live.values()], force=True)
        self._live.clear()
