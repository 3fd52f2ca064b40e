"""What runs by itself: a schedule of cycles a model, its ticks their partitions; a nightly check.

Schedules of cycles are shipped switched off: retraining changes what serves, so a person turns it
on; so are those of scoring, which expect weather every day. The missed-cycle sensor counts from
that moment.
"""

import dagster as dg

from fire_risk_assets.core.wording import counted
from fire_risk_assets.defs.jobs import (
    MODEL_TAG,
    AssetJob,
    schedule_name,
    scoring_schedule_name,
)
from fire_risk_assets.defs.owed import owed, switched_on
from fire_risk_assets.defs.partitions import FORMAT, keys_between
from fire_risk_assets.defs.resources import NO_HOME, Home


def cycle_schedule(
    home: Home, model_name: str, job: AssetJob, partitions: dg.TimeWindowPartitionsDefinition
) -> dg.ScheduleDefinition:
    """Return the schedule that runs, at each tick, the partition named by the tick's own date.

    After downtime Dagster runs the newest tick first: decided then, it would turn every cycle that
    was missed into a refusal. So a tick leaves its cycle to the missed-cycle sensor while older
    ones are owed.
    """

    @dg.schedule(
        name=schedule_name(model_name),
        job=job,
        cron_schedule=partitions.cron_schedule,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description=f"A cycle of {model_name} at each tick of settings.cycles.cron (UTC).",
        tags={MODEL_TAG: model_name},
    )
    def ticks(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        key = context.scheduled_execution_time.strftime(FORMAT)
        if not partitions.has_partition_key(key):
            return dg.SkipReason(f"{key} lies before settings.cycles.start.")
        since = switched_on(context.instance, schedule_name(model_name))
        if since is not None and home.made:
            expected = keys_between(partitions, since, context.scheduled_execution_time)
            older = [each for each in expected if each < key]
            if missing := owed(home, model_name, older, context.instance).due:
                return dg.SkipReason(
                    f"{key} waits for {counted(len(missing), 'missing cycle')}, {missing[0]}"
                    f" first; {model_name}_missed_cycles asks for them in their order."
                )
        return dg.RunRequest(run_key=f"{model_name}:{key}", partition_key=key)

    return ticks


def scoring_schedule(
    home: Home,
    model_name: str,
    job: AssetJob,
    days: dg.TimeWindowPartitionsDefinition,
    *,
    cron: str,
) -> dg.ScheduleDefinition:
    """Return the schedule that scores, at each tick, the day of the tick."""

    @dg.schedule(
        name=scoring_schedule_name(model_name),
        job=job,
        cron_schedule=cron,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description=f"Predictions of {model_name} for today, at each tick of settings.scoring.cron"
        " (UTC): after the day's weather has arrived.",
        tags={MODEL_TAG: model_name},
    )
    def ticks(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        tick = context.scheduled_execution_time
        if not home.made:
            return dg.SkipReason(NO_HOME)
        if home.replays:
            return dg.SkipReason("This home replays the past: today is no day of it.")
        key = tick.strftime(FORMAT)
        if not days.has_partition_key(key):
            return dg.SkipReason(f"{key} lies before settings.cycles.start.")
        return dg.RunRequest(
            run_key=f"{model_name}:scoring:{tick:%Y-%m-%dT%H:%M}", partition_key=key
        )

    return ticks


def evidence_schedule(home: Home, job: AssetJob) -> dg.ScheduleDefinition:
    """Return the schedule that verifies the evidence once a day."""
    does = "Judges every kept comparison again each night; changes nothing."
    return _nightly(home, job, "verify_evidence_daily", cron="30 3 * * *", does=does)


def health_schedule(home: Home, job: AssetJob) -> dg.ScheduleDefinition:
    """Return the schedule of the doctor: once a day, after the evidence was verified."""
    does = "Looks each night for what the home may have lost; changes nothing."
    return _nightly(home, job, "doctor_daily", cron="0 4 * * *", does=does)


def _nightly(
    home: Home, job: AssetJob, name: str, *, cron: str, does: str
) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=name,
        job=job,
        cron_schedule=cron,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=does,
    )
    def nightly() -> dg.RunRequest | dg.SkipReason:
        return dg.RunRequest() if home.made else dg.SkipReason(NO_HOME)

    return nightly
