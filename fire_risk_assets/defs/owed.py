"""What is owed of the cycles a schedule should have run: ledger and runs compared with its ticks.

Asked by the schedule itself, which must not run ahead of what it missed, and by the missed-cycle
sensor. What is due and which of it is asked for is decided in `core/owed_cycles.py`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg

from fire_risk_assets.core.instants import parse_as_of
from fire_risk_assets.core.ledger.fold import attempts, decision_of
from fire_risk_assets.core.owed_cycles import due_cycles
from fire_risk_assets.core.verdict import Kind
from fire_risk_assets.defs.dead_runs import IN_PROGRESS
from fire_risk_assets.defs.jobs import cycle_job_name
from fire_risk_assets.defs.resources import PARTITION_TAG, Home, cycle_of
from fire_risk_assets.errors import UsageError
from fire_risk_assets.wiring import open_readers

_UNFINISHED = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED, *IN_PROGRESS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What became of expected cycles.

    Attributes:
        decided: Those with a decision row.
        runs: The runs of the others by partition.
        due: Neither decided nor left to people, in the order expected.
    """

    decided: frozenset[str]
    runs: Mapping[str, list[dg.DagsterRun]]
    due: tuple[str, ...]


def owed(
    home: Home, model_name: str, expected: Sequence[str], instance: dg.DagsterInstance
) -> Owed:
    """Compare expected cycles with the ledger and the runs there were."""
    rows = open_readers(home.settings).ledger.rows(model_name)
    decided = frozenset(key for key in expected if decision_of(rows, key) is not None)
    runs = runs_by_partition(instance, model_name, [key for key in expected if key not in decided])
    zone = home.settings.timezone
    recorded = {row.dagster_run_id for row in rows if row.kind == Kind.FAIL}
    # What failed of the cycle itself: its rows, and runs that left none.
    failed = {
        key: attempts(rows, key)
        + sum(
            run.run_id not in recorded and _failed_at(run, key, timezone=zone) for run in runs[key]
        )
        for key in expected
    }
    due = tuple(due_cycles(expected, decided=decided, failed_attempts=failed))
    return Owed(decided=decided, runs=runs, due=due)


def runs_by_partition(
    instance: dg.DagsterInstance, model_name: str, keys: Sequence[str]
) -> dict[str, list[dg.DagsterRun]]:
    """Return the runs of a model's cycle by partition, whatever became of them."""
    found: dict[str, list[dg.DagsterRun]] = defaultdict(list)
    if keys:
        tags = {PARTITION_TAG: list(keys)}
        wanted = dg.RunsFilter(job_name=cycle_job_name(model_name), tags=tags)
        for run in instance.get_runs(wanted):
            found[run.tags[PARTITION_TAG]].append(run)
    return found


def under_way(instance: dg.DagsterInstance, model_name: str) -> set[str]:
    """Return the partitions of a model's cycles that are queued or running."""
    unfinished = dg.RunsFilter(job_name=cycle_job_name(model_name), statuses=_UNFINISHED)
    return {run.tags.get(PARTITION_TAG, run.run_id) for run in instance.get_runs(unfinished)}


def _failed_at(run: dg.DagsterRun, key: str, *, timezone: str) -> bool:
    """Tell whether a run failed at the very cycle the schedule's tick asks for.

    A run carries a partition by its as_of alone. One of another cycle id, or whose config names
    another instant or nothing that can be read, is somebody's experiment or slip.
    """
    if run.status not in (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED):
        return False
    try:
        found = cycle_of(run.run_config, run.tags, timezone=timezone)
    except UsageError:
        return False
    return found.cycle_id == key and found.as_of == parse_as_of(key)


def switched_on(instance: dg.DagsterInstance, schedule: str) -> datetime | None:
    """Return since when a schedule has run, None when it is off."""
    for state in instance.all_instigator_state():
        running = state.status.value in ("RUNNING", "DECLARED_IN_CODE", "AUTOMATICALLY_RUNNING")
        if state.instigator_name == schedule and running:
            started = getattr(state.instigator_data, "start_timestamp", None)
            return None if started is None else datetime.fromtimestamp(started, UTC)
    return None
