"""Remote runs: what a worker of the cluster does with a session that it is sent.

Each thread of a worker has a warm parent of its own, with the isolation and the limits of a run at
home. A session finds its bundle in an empty folder, which is removed when it has ended.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal, TypedDict
from weakref import finalize

from distributed import get_worker

from notewright.run.cluster.bundles import Entry, is_inside, unpack
from notewright.run.records import environment, installed_versions
from notewright.run.warm_parent import WarmParent
from notewright.run.worker.digests import digest_bytes
from notewright.run.worker.protocol import Ended, Job
from notewright.settings import Settings


class Order(TypedDict):
    """A session to run elsewhere.

    Attributes:
        job: What the warm parent is told; its root is the worker's own.
        entries: What stands in its root.
        writable: Folders from the root that its cells may write; None for anywhere.
        environment: Digest of what the session must run on.
        patience: Seconds within which the warm parent has something to say.
    """

    job: Job
    entries: dict[str, Entry]
    writable: list[str] | None
    environment: str
    patience: float


class Answer(TypedDict):
    """What became of it.

    Attributes:
        kind: "ended"; "lost" if the warm parent is gone; "refused" if it could not be run here.
        ended: What the warm parent said.
        is_late: Whether the warm parent was ended because it said nothing.
        reason: Why it was refused.
        installed: Digest of the versions of all packages that are installed there.
        worker: The address of the worker.
    """

    kind: Literal["ended", "lost", "refused"]
    ended: Ended | None
    is_late: bool
    reason: str
    installed: str
    worker: str


class Host:
    """Runs sessions in one thread of a worker, one at a time."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="notewright-cluster-")
        self._imports: Mapping[str, list[str]] = {}

    @cached_property
    def _parent(self) -> WarmParent:
        root = Path(self._folder.name)
        parent = WarmParent(Settings(root=root, docs_dir=root, workers=1))
        finalize(self, parent.close)
        return parent

    def run(
        self, order: Order, contents: Mapping[str, bytes], imports: Mapping[str, list[str]]
    ) -> Answer:
        """Run a session; see `run_session`."""
        if order["environment"] != environment():
            return _answer(
                "refused", reason="its Python, platform or notewright version is different"
            )
        root = Path(tempfile.mkdtemp(dir=self._folder.name, prefix="project-"))
        try:
            unpack(order["entries"], contents, root)
            if imports != self._imports:
                self._parent.expect(imports)
                self._imports = imports
            job = order["job"]
            job["root"], job["state_dir"] = str(root), str(root / ".notewright")
            job["writable"] = _folders(root, order["writable"])
            return self._ended(job, order["patience"])
        finally:
            shutil.rmtree(root, ignore_errors=True)

    def _ended(self, job: Job, patience: float) -> Answer:
        self._parent.submit(job, patience)
        while True:
            answer = self._parent.receive(patience)
            if answer is None:
                is_late = self._parent.is_late
                self._parent.close()
                return _answer("lost", is_late=is_late)
            if answer["kind"] == "ended":
                return _answer("ended", answer)


def _folders(root: Path, names: Sequence[str] | None) -> list[str] | None:
    """The folders that cells may write; they are made."""
    if names is None:
        return None
    paths = [root / name for name in names if is_inside(name)]
    for path in paths:
        path.mkdir(parents=True, exist_ok=True)
    return list(map(str, paths))


def _answer(
    kind: Literal["ended", "lost", "refused"],
    ended: Ended | None = None,
    *,
    is_late: bool = False,
    reason: str = "",
) -> Answer:
    return {
        "kind": kind,
        "ended": ended,
        "is_late": is_late,
        "reason": reason,
        "installed": installed(),
        "worker": get_worker().address,
    }


@cache
def installed() -> str:
    """Digest of the versions of all packages that are installed where this is called."""
    return digest_bytes(json.dumps(installed_versions(), sort_keys=True).encode())


_here = threading.local()


def run_session(
    order: Order, contents: Mapping[str, bytes], imports: Mapping[str, list[str]]
) -> Answer:
    """Run a session on this worker.

    Args:
        order: The session.
        contents: Contents of its files, by their digests.
        imports: What all sessions are going to import, by their keys.

    Returns:
        What became of it.
    """
    if not hasattr(_here, "host"):
        _here.host = Host()
    answer: Answer = _here.host.run(order, contents, imports)
    return answer


def stored(value: Any) -> Any:
    """A value, as a task of the scheduler: it comes once to each worker that needs it.

    Other than what is scattered, it outlives the worker that has it.
    """
    return value
