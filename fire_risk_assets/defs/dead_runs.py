"""Dagster runs whose process was killed: they would stay STARTED and hold the queue's one slot.

Run monitoring would need a daemon, and knows nothing of runs in the command line's process. A run
is dead when the process it recorded no longer exists on this host, or when it has not recorded one
by `UNMARKED`. A run of another host is not ours to judge; that it may hold the slot is said.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import dagster as dg

from fire_risk_assets.core.diagnosis.leftovers import OLD
from fire_risk_assets.defs.resources import Home
from fire_risk_assets.wiring import end_dead_runs, processes

PROCESS_TAG = ".dagster/fire_risk_process"
"""With Dagster's prefix of tags that its pages do not list: it tells people nothing."""
UNMARKED = timedelta(minutes=10)
"""How long a launched run may go without a process; Dagster's own timeout is 3 minutes, and a
loaded machine takes one to import everything."""

IN_PROGRESS = (
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadRuns:
    """What became of the runs in progress that may hold a slot for ever.

    Attributes:
        ended: Ids of the dead, now reported as failed.
        elsewhere: "RUN on HOST" of those that only their own host can judge.
    """

    ended: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


def mark_process(context: dg.InitResourceContext) -> None:
    """Let a run name its process, as soon as it has one: a queued run has none yet.

    Without the home, which may be broken: that shall end the first step, with its remedy, and not
    the making of a resource, which nobody looks into.
    """
    if context.instance is not None and context.run is not None:
        run_id = context.run.run_id
        context.instance.add_run_tags(run_id, {PROCESS_TAG: mark_of(run_id, processes().me())})


def mark_of(run_id: str, process: Mapping[str, Any]) -> str:
    """Return the tag of a run that this process works on."""
    return json.dumps({"run_id": run_id, "process": dict(process)}, sort_keys=True)


def _process_of(run: dg.DagsterRun) -> dict[str, Any] | None:
    """Return the process a run has named; None for a mark inherited from the run it repeats."""
    mark = json.loads(run.tags.get(PROCESS_TAG, "{}"))
    process: dict[str, Any] | None = mark["process"] if mark.get("run_id") == run.run_id else None
    return process


def bury_dead_runs(instance: dg.DagsterInstance, home: Home) -> DeadRuns:
    """End the MLflow runs of dead runs and report both as failed.

    MLflow first: a run reported as failed is not looked at again, so while MLflow is down it must
    stay as it is.

    Raises:
        RegistryUnavailable: MLflow does not answer.
    """
    ended, elsewhere = [], []
    for record in _in_progress(instance):
        run_id = record.dagster_run.run_id
        if host := _host_elsewhere(record, home):
            elsewhere.append(f"{run_id} on {host}")
        if (why := why_dead(record, home)) is not None:
            end_dead_runs(home.settings, run_id)
            instance.report_run_failed(record.dagster_run, why)
            ended.append(run_id)
    return DeadRuns(ended=tuple(ended), elsewhere=tuple(elsewhere))


def left_runs(instance: dg.DagsterInstance, home: Home) -> tuple[str, ...]:
    """Return what is said of dead runs that nobody has ended for days; changes nothing."""
    return tuple(
        f"Dagster run {record.dagster_run.run_id} of {record.dagster_run.job_name}, of"
        f" {record.create_timestamp:%Y-%m-%d}, was never ended"
        for record in _in_progress(instance)
        if home.world.clock.now() - record.create_timestamp >= OLD
        and why_dead(record, home) is not None
    )


def _in_progress(instance: dg.DagsterInstance) -> Sequence[dg.RunRecord]:
    return instance.get_run_records(dg.RunsFilter(statuses=list(IN_PROGRESS)))


def _host_elsewhere(record: dg.RunRecord, home: Home) -> str | None:
    mark = _process_of(record.dagster_run)
    return None if mark is None else home.world.processes.elsewhere(mark)


def why_dead(record: dg.RunRecord, home: Home) -> str | None:
    """Return why a run in progress can never end by itself, None where it may."""
    mark = _process_of(record.dagster_run)
    if mark is not None:
        alive = home.world.processes.alive(mark)
        return None if alive else "The process of this run no longer exists."
    if home.world.clock.now() - record.update_timestamp < UNMARKED:
        return None
    return f"No process took this run up within {UNMARKED // timedelta(minutes=1)} minutes."


def is_over(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Tell whether a run has ended, or been ended by an operator."""
    run = instance.get_run_by_id(run_id)
    return run is not None and run.is_finished
