"""Dagster runs whose process was killed: they would stay STARTED and hold the queue's one slot.

Run monitoring would need a daemon, and knows nothing of runs in the command line's process. A run
is dead when the process it recorded no longer exists on this host; unknown counts as alive.
"""

import json

import dagster as dg

from fire_risk_assets.defs.resources import Home
from fire_risk_assets.wiring import end_dead_runs, processes

PROCESS_TAG = "fire_risk/process"
_UNFINISHED = [
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def mark_process(context: dg.InitResourceContext) -> None:
    """Let a run name its process, as soon as it has one: a queued run has none yet.

    Without the home, which may be broken: that shall end the first step, with its remedy, and not
    the making of a resource, which nobody looks into.
    """
    if context.instance is not None and context.run is not None:
        mark = json.dumps(processes().me(), sort_keys=True)
        context.instance.add_run_tags(context.run.run_id, {PROCESS_TAG: mark})


def bury_dead_runs(instance: dg.DagsterInstance, home: Home) -> list[str]:
    """End the MLflow runs of dead runs, report both as failed; return their ids.

    MLflow first: a run reported as failed is not looked at again, so while MLflow is down it must
    stay as it is.

    Raises:
        RegistryUnavailable: MLflow does not answer.
    """
    unfinished = instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED))
    buried = []
    for run in unfinished:
        mark = run.tags.get(PROCESS_TAG)
        if mark is None or home.world.processes.alive(json.loads(mark)):
            continue
        end_dead_runs(home.settings, run.run_id)
        instance.report_run_failed(run, "The process of this run no longer exists.")
        buried.append(run.run_id)
    return buried
