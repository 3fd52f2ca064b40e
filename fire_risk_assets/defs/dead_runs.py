"""Dagster runs whose process was killed: they would stay STARTED and hold the queue's one slot.

Run monitoring would need a daemon, and knows nothing of runs in the command line's process. A run
is dead when the process it recorded no longer exists on this host; unknown counts as alive.
"""

import json

import dagster as dg

from fire_risk_assets.adapters.host_processes import HostProcesses
from fire_risk_assets.defs.tracking import end_dead_run
from fire_risk_assets.settings import Settings

PROCESS_TAG = "fire_risk/process"
_STARTED = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED]


def mark_process(context: dg.InitResourceContext) -> None:
    """Let a run name its process, as soon as it has one: a queued run has none yet."""
    if context.instance is not None and context.run is not None:
        mark = json.dumps(HostProcesses().me(), sort_keys=True)
        context.instance.add_run_tags(context.run.run_id, {PROCESS_TAG: mark})


def bury_dead_runs(instance: dg.DagsterInstance, settings: Settings) -> list[str]:
    """Report dead runs as failed, end their MLflow runs as killed; return their ids."""
    unfinished = instance.get_runs(dg.RunsFilter(statuses=_STARTED))
    buried = []
    for run in unfinished:
        mark = run.tags.get(PROCESS_TAG)
        if mark is None or HostProcesses().alive(json.loads(mark)):
            continue
        instance.report_run_failed(run, "The process of this run no longer exists.")
        end_dead_run(settings, run.run_id)
        buried.append(run.run_id)
    return buried
