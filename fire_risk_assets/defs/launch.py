"""What the command line calls: a cycle or the data, through the jobs the schedules use.

Runs in this process, on the home's instance, so that the UI shows what the command line did. What
is decided stays in the actions; output for people stays in `cli/`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal
from uuid import uuid4

import dagster as dg

from fire_risk_assets.actions.batches import newest_batch, refusals_since
from fire_risk_assets.actions.find_owed_data import data_is_owed
from fire_risk_assets.actions.plan_cycle import planned_before, require_past
from fire_risk_assets.actions.record_failure import Failure, record_failure
from fire_risk_assets.actions.recover import recover
from fire_risk_assets.actions.score_batch import ScoredBatch, ScoreRequest
from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.instants import iso
from fire_risk_assets.core.ledger.fold import decision_of
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.names import checked_identifier, default_cycle_id
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets.defs.assets.data import COUNTS, LANDING
from fire_risk_assets.defs.assets.predictions import config_of
from fire_risk_assets.defs.build import build_ad_hoc_definitions, build_definitions
from fire_risk_assets.defs.dead_runs import bury_dead_runs
from fire_risk_assets.defs.failures import one_line, was_interrupt
from fire_risk_assets.defs.instance import LOCATION, open_instance
from fire_risk_assets.defs.jobs import DATA, MAKE_SITE, cycle_job_name, scoring_job_name
from fire_risk_assets.defs.partitions import cycle_partitions, partition_of, scored_days
from fire_risk_assets.defs.resources import CycleKey, Home, cycle_config
from fire_risk_assets.defs.run_origin import REPOSITORY, runs_belong_to_the_location
from fire_risk_assets.errors import FireRiskError, LedgerBroken, StepFailed
from fire_risk_assets.settings import Settings
from fire_risk_assets.wiring.landing import landed_files

# Errors reach the caller as exceptions and the UI as events; a traceback on the terminal as well
# would bury the one sentence that says what to do.
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}

MARKED_DAYS = 31
"""A longer range is one event of the asset and marks no partition: each would cost two commits of
the event log, some 27 ms, which is more than to score its day."""

_RANGE_TAGS = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
REPOSITORY_TAG = ".dagster/repository"
"""By it the UI lists a run under its job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSummary:
    """What bringing the data up to date did; counts are source rows.

    Attributes:
        files: New files decided.
        refused: Of these, refused as a whole.
        refusals: Name and reason of each file refused now.
        feature_rows: Feature rows of the weather batches built now.
    """

    files: int = 0
    refused: int = 0
    refusals: tuple[str, ...] = ()
    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    duplicates: int = 0
    feature_rows: int = 0


@dataclass(frozen=True, slots=True)
class House:
    """The code location as this process runs it."""

    settings: Settings
    home: Home

    def job(self, name: str, *, partitioned: bool) -> dg.JobDefinition:
        """Return a job by name: with partitions, or the one that has none."""
        ad_hoc = not partitioned and name not in (DATA, MAKE_SITE)
        return _definitions(self, "ad hoc" if ad_hoc else "served").resolve_job_def(name)


@cache
def _definitions(house: House, which: Literal["served", "ad hoc"]) -> dg.Definitions:
    build = build_definitions if which == "served" else build_ad_hoc_definitions
    return build(house.settings, home=house.home)


@cache
def house_of(settings: Settings) -> House:
    """Return the code location of a home, one a process."""
    return House(settings, Home(settings))


def run_cycle(
    settings: Settings,
    model: str,
    *,
    cycle_id: str | None,
    as_of: datetime,
    actor: str,
    put_right: Callable[[Sequence[str]], None] = lambda _: None,
) -> LedgerRow:
    """Run one cycle of a model to its decision and return the row; a decided one is not repeated.

    Data and features that are owed are brought up to date first.

    Args:
        settings: Where the home lies.
        model: Name of a configured model.
        cycle_id: None takes the date of `as_of`.
        as_of: The instant the cycle stands at.
        actor: Who asks.
        put_right: Told what had to be done for a cycle that was decided before.

    Raises:
        FireRiskError: what ended the run; a `fail` row is on record.
        KeyboardInterrupt: a person ended it; that too is on record.
        UnknownModel, InvalidName.
    """
    house = house_of(settings)
    name = house.home.spec(model).name
    wanted = checked_identifier(cycle_id or default_cycle_id(as_of), what="cycle id")
    with open_instance(settings) as instance:
        require_past(as_of, house.home.world)
        bury_dead_runs(instance, house.home)
        decided = decision_of(house.home.world.ledger.rows(name), wanted)
        if decided is not None and decided.as_of == as_of:
            return _recovered(house, decided, actor, put_right)
        # What the plan would refuse is refused before data are taken in and a run is made.
        planned_before(name, wanted, as_of, house.home.world)
        _run_owed_data(house, instance)
        config = cycle_config(cycle_id=wanted, as_of=iso(as_of), actor=actor)
        key = partition_of(cycle_partitions(settings.cycles), as_of)
        run_id = str(uuid4())  # Chosen here: an interrupt is recorded under the run it ended.
        try:
            execute(
                house,
                cycle_job_name(name),
                instance,
                config={"resources": config},
                partitions=None if key is None else (key, key),
                run_id=run_id,
            )
        except KeyboardInterrupt:
            # No hook fires for an interrupt, and this process lives on: nobody else will find it.
            asked = CycleKey(cycle_id=wanted, as_of=as_of, actor=actor)
            _record_interrupt(house, name, asked, run_id)
            raise
    row = decision_of(house.home.world.ledger.rows(name), wanted)
    if row is None:
        raise LedgerBroken(f"The run of cycle {wanted} of {name} succeeded, and has no row now.")
    return row


def _record_interrupt(house: House, model: str, key: CycleKey, run_id: str) -> None:
    interrupt = Failure(
        model_name=model,
        cycle_id=key.cycle_id,
        as_of=key.as_of,
        run_id=run_id,
        step="killed",
        reason="The run was interrupted.",
        actor=key.actor,
    )
    record_failure(interrupt, house.home.world)


def score_days(settings: Settings, model: str, request: ScoreRequest) -> list[ScoredBatch]:
    """Score days through the job of the schedule; what is recorded is returned as it is.

    Data and features that are owed are brought up to date first.

    Raises:
        FireRiskError: what ended the run; see `actions.score_batch`.
    """
    house = house_of(settings)
    name = house.home.spec(model).name
    with open_instance(settings) as instance:
        _run_owed_data(house, instance)
        days = scored_days(settings.cycles)
        first, last = (day.isoformat() for day in (request.days.first, request.days.last))
        marked = len(request.days) <= MARKED_DAYS and all(
            map(days.has_partition_key, (first, last))
        )
        config = config_of(request.days, request.as_known, request.key)
        result = execute(
            house,
            scoring_job_name(name),
            instance,
            config={"ops": {f"{name}__{PREDICTIONS.name}": {"config": config}}},
            partitions=(first, last) if marked else None,
        )
    return house.home.scored.pop(result.run_id)


def bring_data_up_to_date(settings: Settings) -> DataSummary:
    """Take in what is new in the landing folder and build the features owed.

    Raises:
        FireRiskError: what ended the run; files decided before it stay decided.
    """
    house = house_of(settings)
    with open_instance(settings) as instance:
        return _run_owed_data(house, instance)


def _run_owed_data(house: House, instance: dg.DagsterInstance) -> DataSummary:
    tables = house.home.world.tables
    if not data_is_owed(landed_files(house.settings, remember=True), tables):
        return DataSummary()
    before = newest_batch(tables)
    result = execute(house, DATA, instance)
    found = {
        name: _total(result, LANDING, name) for name in (*COUNTS, "new files", "refused files")
    }
    return DataSummary(
        files=found["new files"],
        refused=found["refused files"],
        refusals=tuple(refusals_since(before, tables)),
        **{name: found[name] for name in COUNTS},
        feature_rows=_total(result, FEATURES.name, "rows"),
    )


def _total(result: dg.ExecuteInProcessResult, node: str, name: str) -> int:
    events = result.asset_materializations_for_node(node)
    return sum(int(str(event.metadata[name].value)) for event in events)


def _recovered(
    house: House, row: LedgerRow, actor: str, put_right: Callable[[Sequence[str]], None]
) -> LedgerRow:
    """Finish what a killed attempt may have left open after its row was written."""
    if done := recover(row.model_name, house.home.world, actor=actor).actions:
        put_right(done)
    return row


def execute(
    house: House,
    job: str,
    instance: dg.DagsterInstance,
    *,
    config: Mapping[str, Any] | None = None,
    partitions: tuple[str, str] | None = None,
    run_id: str | None = None,
) -> dg.ExecuteInProcessResult:
    """Run a job to its end; raises what ended it."""
    first, last = partitions or (None, None)
    tags = {REPOSITORY_TAG: f"{REPOSITORY}@{LOCATION}"}
    if first != last:
        tags |= dict(zip(_RANGE_TAGS, partitions or (), strict=True))
    with runs_belong_to_the_location(instance, job):
        result = house.job(job, partitioned=partitions is not None).execute_in_process(
            instance=instance,
            run_config={**_QUIET, **(config or {})},
            partition_key=first if first == last else None,
            run_id=run_id,
            tags=tags,
            # The error is raised below instead: raised inside, it would skip the failure hook.
            raise_on_error=False,
        )
    if not result.success:
        raise _error_of(house, result)
    return result


def _error_of(house: House, result: dg.ExecuteInProcessResult) -> BaseException:
    """Return what ended the run: the error where the hook saw it and it is ours, else its text."""
    if (error := house.home.errors.pop(result.run_id, None)) is not None:
        return as_fact(error, result.job_def.name)
    failed = [event for event in result.all_events if event.is_failure]
    if any(map(was_interrupt, failed)):
        return KeyboardInterrupt()
    said = failed[0].message if failed else "no event says why"
    return StepFailed(f"Run {result.run_id} of {result.job_def.name} failed: {said or 'no word'}")


def as_fact(error: BaseException, job: str) -> BaseException:
    """Return a foreign error as a fact of ours, with the error as its cause.

    Callers who go on after one model's failure must not have to know what libraries raise. What is
    no error (an interrupt) is returned as it is.
    """
    if isinstance(error, FireRiskError) or not isinstance(error, Exception):
        return error
    fact = StepFailed(f"{job} failed: {one_line(error)}")
    fact.__cause__ = error
    return fact
