"""Runners: where the sessions of a project run, as its settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from notewright.errors import EngineError
from notewright.run.records import Records
from notewright.settings import Settings

if TYPE_CHECKING:
    from notewright.run.cluster.cluster_runner import ClusterRunner
    from notewright.run.runner import Runner


def runner_of(settings: Settings, records: Records) -> Runner | ClusterRunner:
    """What runs the sessions: a warm parent here, or the workers of a cluster.

    Raises:
        EngineError: If the library for a cluster is missing.
    """
    if not settings.scheduler:
        from notewright.run.runner import Runner  # a build in which all is fresh needs none

        return Runner(settings)
    try:
        from notewright.run.cluster.cluster_runner import ClusterRunner
    except ImportError as error:
        raise EngineError(
            f"the option `scheduler` needs Dask ({error}). Run `pip install 'notewright[cluster]'`"
        ) from None
    return ClusterRunner(settings, records)
