"""Which code location a run of this process belongs to; the only file that knows Dagster's inside.

`execute_in_process` has no argument for it, and Dagster's first page, the timeline, leaves out runs
that belong nowhere: all that the command line did would be missing there (docs/adr, 11).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import dagster as dg
from dagster._core.remote_origin import (  # noqa: TID251
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin  # noqa: TID251

from fire_risk_assets.defs.instance import LOCATION, MODULE

REPOSITORY = "__repository__"
"""Dagster's name of what a `Definitions` becomes."""


@contextmanager
def runs_belong_to_the_location(instance: dg.DagsterInstance, job: str) -> Iterator[None]:
    """Let the runs made inside carry the origin that runs launched from the UI have."""
    origin = RemoteJobOrigin(
        RemoteRepositoryOrigin(
            ManagedGrpcPythonEnvCodeLocationOrigin(
                LoadableTargetOrigin(module_name=MODULE), location_name=LOCATION
            ),
            REPOSITORY,
        ),
        job,
    )
    made = partial(instance.create_run_for_job, remote_job_origin=origin)
    # On this one object and for this time: the method takes the origin, its caller gives none.
    instance.create_run_for_job = made  # type: ignore[method-assign]
    try:
        yield
    finally:
        del instance.create_run_for_job
