"""What Dagster watches: the landing folder, MLflow's drift, cycles that never ran.

A sensor asks persisted records (run tags, the ledger, the table of batches), decides in a pure
function of its own module, and every branch ends in a sentence a person can read. On by default,
since they only bring about what was already decided; retraining itself starts with the schedule.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import dagster as dg

from fire_risk_assets.core.border.landed import is_decided, misplaced_sentence
from fire_risk_assets.core.owed_cycles import cycles_to_request
from fire_risk_assets.defs.dead_runs import DeadRuns, bury_dead_runs, is_over
from fire_risk_assets.defs.jobs import DATA, AssetJob, schedule_name
from fire_risk_assets.defs.landing import decide_tick
from fire_risk_assets.defs.owed import owed, switched_on, under_way
from fire_risk_assets.defs.partitions import keys_between
from fire_risk_assets.defs.resources import GRACE, NO_HOME, Home
from fire_risk_assets.errors import RegistryDrift, RegistryUnavailable, StoreBusy
from fire_risk_assets.wiring.landing import landed_files, misplaced, open_intake

if TYPE_CHECKING:
    from fire_risk_assets.actions.recover import Recovered

KEY_TAG = "fire_risk/landing"
_RUNNING = dg.DefaultSensorStatus.RUNNING


def landing_sensor(home: Home, job: AssetJob) -> dg.SensorDefinition:
    """Return the sensor that runs `data` when files were written and hold still."""

    @dg.sensor(
        name="landing_files",
        job=job,
        minimum_interval_seconds=30,
        default_status=_RUNNING,
        description="Runs `data` when the landing folder holds files that were never decided.",
    )
    def landing_files(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        from fire_risk_assets.actions.find_owed_data import decided_files

        if not home.made:
            return dg.SensorResult(skip_reason=NO_HOME)
        files = landed_files(home.settings, remember=True)
        decided = decided_files(open_intake(home.settings).store) if files else set()
        tick = decide_tick(
            files,
            before=json.loads(context.cursor or "{}"),
            decided=decided,
            runs=_runs_by_key(context.instance),
        )
        skip = tick.skip
        if beside := misplaced(home.settings):
            context.log.warning(misplaced_sentence(beside))
            # The log of a tick is read by few; why nothing runs stands in the list of ticks.
            skip = f"{skip} {misplaced_sentence(beside)}" if skip else None
        # What is decided is asked for no more: the cursor must not grow with the folder.
        new = [file for file in files if not is_decided(file, decided)]
        looks = {str(file.path): [file.look] for file in new}
        requests = []
        if tick.key is not None:
            tags = {KEY_TAG: tick.key.rpartition("-")[0]}
            requests = [dg.RunRequest(run_key=tick.key, tags=tags)]
        return dg.SensorResult(run_requests=requests, skip_reason=skip, cursor=json.dumps(looks))

    return landing_files


def _runs_by_key(instance: dg.DagsterInstance) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for run in instance.get_runs(dg.RunsFilter(job_name=DATA), limit=200):
        if KEY_TAG in run.tags:
            found[run.tags[KEY_TAG]].append(run.status.value)
    return found


def reconcile_sensor(home: Home, model_name: str) -> dg.SensorDefinition:
    """Return the sensor that brings MLflow into line with one model's ledger each minute."""

    @dg.sensor(
        name=f"{model_name}_reconcile",
        minimum_interval_seconds=60,
        default_status=_RUNNING,
        description=f"Restores alias and stage of {model_name} to the ledger's head; records"
        " attempts whose process died.",
    )
    def reconcile(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        from fire_risk_assets.defs.operators_events import unreported

        if not home.made:
            return dg.SensorResult(skip_reason=NO_HOME)
        said = reconcile_now(home, model_name, context.instance)
        reported = None if context.cursor is None else int(context.cursor)
        events, seq = unreported(home, model_name, reported)
        return dg.SensorResult(skip_reason=said, asset_events=events, cursor=str(seq))

    return reconcile


def reconcile_now(home: Home, model_name: str, instance: dg.DagsterInstance) -> str:
    """Bury dead runs, then reconcile one model unless a cycle of it is under way.

    Returns:
        What happened, as a sentence.
    """
    from fire_risk_assets.actions.recover import recover

    actor = f"sensor {model_name}_reconcile"
    buried = DeadRuns()
    try:
        buried = bury_dead_runs(instance, home)
        # A sensor has 60 s, a cycle may hold the lease longer: look once and come back.
        recovered = recover(
            model_name, home.world, actor=actor, patience_s=0.0, is_over=partial(is_over, instance)
        )
    except StoreBusy:
        return f"A promotion is under way; it reconciles by itself.{_ended(buried)}"
    except (RegistryUnavailable, RegistryDrift) as error:
        return f"{type(error).__name__}: {error} {error.remedy}{_ended(buried)}"
    return f"{_outcome(recovered)}{_ended(buried)}"


def _outcome(recovered: "Recovered") -> str:
    # Not "drift": a projection that a killed cycle left unfinished is completed here too.
    changed = "; ".join(recovered.projection.actions)
    said = f"MLflow brought into line: {changed}." if changed else "MLflow agrees with the ledger."
    killed = ", ".join(row.cycle_id for row in recovered.killed)
    return f"{said} Recorded as killed: {killed}." if killed else said


def _ended(buried: DeadRuns) -> str:
    said = f" Ended dead runs: {', '.join(buried.ended)}." if buried.ended else ""
    if buried.elsewhere:
        said += (
            f" In progress on other hosts, maybe holding the queue: {', '.join(buried.elsewhere)};"
            " if a host is gone, terminate its run on the Runs page."
        )
    return said


def missed_cycle_sensor(
    home: Home,
    model_name: str,
    job: AssetJob,
    partitions: dg.TimeWindowPartitionsDefinition,
) -> dg.SensorDefinition:
    """Return the sensor that requests cycles which the schedule should have run and did not."""

    @dg.sensor(
        name=f"{model_name}_missed_cycles",
        job=job,
        minimum_interval_seconds=300,
        default_status=_RUNNING,
        description=f"Compares the ticks since {schedule_name(model_name)} was switched on with"
        " the ledger, and requests the oldest cycle that is missing.",
    )
    def missed(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        since = switched_on(context.instance, schedule_name(model_name))
        if since is None:
            return dg.SensorResult(skip_reason=f"{schedule_name(model_name)} is switched off.")
        if not home.made:
            return dg.SensorResult(skip_reason=NO_HOME)
        expected = keys_between(partitions, since, home.world.clock.now() - GRACE)
        return requested(home, model_name, expected, context.instance)

    return missed


def requested(
    home: Home, model_name: str, expected: Sequence[str], instance: dg.DagsterInstance
) -> dg.SensorResult:
    """Return the request for the oldest missing cycle of the expected ones, or why there is none.

    A run's key counts the runs of the partition and not fail rows: one that died without leaving a
    row must not use up the only key its cycle could be requested under.
    """
    found = owed(home, model_name, expected, instance)
    keys, why = cycles_to_request(
        expected,
        decided=found.decided,
        due=found.due,
        under_way=under_way(instance, model_name),
    )
    requests = [
        dg.RunRequest(
            run_key=f"missed:{model_name}:{key}:{len(found.runs[key])}", partition_key=key
        )
        for key in keys
    ]
    return dg.SensorResult(run_requests=requests, skip_reason=None if requests else why)


def features_follow_weather() -> dg.AutomationConditionSensorDefinition:
    """Return the sensor that evaluates automation conditions: features after new weather."""
    return dg.AutomationConditionSensorDefinition(
        name="features_follow_weather",
        target=dg.AssetSelection.groups("data"),
        default_status=_RUNNING,
        minimum_interval_seconds=30,
    )
