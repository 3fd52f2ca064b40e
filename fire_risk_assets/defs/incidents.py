"""What opens the partition of an incident: a form people fill in, and a sensor on fire reports."""

from typing import Any

import dagster as dg

from fire_risk_assets.core.incident.question import Question
from fire_risk_assets.core.instants import iso
from fire_risk_assets.defs.assets.incidents import (
    INCIDENT_REPORT,
    INCIDENTS,
    IncidentConfig,
    dossier_metadata,
    filed,
    question_of,
)
from fire_risk_assets.defs.failures import as_failures
from fire_risk_assets.defs.jobs import AssetJob, job_of
from fire_risk_assets.defs.resources import NO_HOME, Home
from fire_risk_assets.wiring import model_specs

AT_ONCE = 10
"""Incidents opened by one tick: after a week of reports the next ticks go on."""


def incident_job() -> AssetJob:
    """Return the job that looks into the incidents of some partitions."""
    return job_of(
        "incident_reports",
        dg.AssetSelection.assets(INCIDENT_REPORT),
        "Make the dossier of an incident, or make it anew.",
    )


def investigate_job() -> dg.JobDefinition:
    """Return the job whose launchpad is the form for an incident."""

    @dg.op(name="investigate", description="Look into one incident and file its dossier.")
    def look_into(
        context: dg.OpExecutionContext, config: IncidentConfig, home: dg.ResourceParam[Home]
    ) -> None:
        with as_failures():
            question = question_of(config, home)
            found = filed(question, config.versions, home, context.log)
        context.instance.add_dynamic_partitions(INCIDENTS.name or "", [question.incident_id])
        context.log_event(
            dg.AssetMaterialization(
                asset_key=INCIDENT_REPORT,
                partition=question.incident_id,
                metadata=dossier_metadata(*found),
            )
        )

    @dg.job(
        name="investigate_incident",
        description="Why was this cell scored as it was? Set model, cell and at in the launchpad.",
        executor_def=dg.in_process_executor,
    )
    def investigate_incident() -> None:
        look_into()

    return investigate_incident


def low_scored_fires(home: Home, job: AssetJob) -> dg.SensorDefinition:
    """Return the sensor that opens an incident for each fire where the lowest risk was shown."""

    @dg.sensor(
        name="low_scored_fires",
        job=job,
        minimum_interval_seconds=300,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Opens an incident for each newly reported fire whose cell-day had been scored"
        " in the lowest fifth of the year.",
    )
    def watch(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        from fire_risk_assets.actions.batches import newest_batch
        from fire_risk_assets.actions.find_low_scored_fires import find_low_scored_fires

        if not home.made:
            return dg.SensorResult(skip_reason=NO_HOME)
        tables = home.world.tables
        newest = newest_batch(tables)
        seen, until, done = map(int, (context.cursor or f"{newest}:{newest}:0").split(":"))
        until = until if done else newest
        if seen == until:
            said = f"No batch came in since batch {seen}."
            return dg.SensorResult(skip_reason=said, cursor=f"{seen}:{seen}:0")
        found = find_low_scored_fires(
            tuple(model_specs(home.settings)), tables, after_batch=seen, up_to_batch=until
        )
        return _opened(found, seen, until, done)

    return watch


def _opened(found: list[Question], seen: int, until: int, done: int) -> dg.SensorResult:
    """Request the next incidents; the cursor says how many of these batches were asked for."""
    asked = found[done : done + AT_ONCE]
    rest = len(found) - done - len(asked)
    cursor = f"{until}:{until}:0" if rest <= 0 else f"{seen}:{until}:{done + len(asked)}"
    if not asked:
        said = f"No fire of batches {seen + 1} to {until} had been scored lowest."
        return dg.SensorResult(skip_reason=said, cursor=cursor)
    return dg.SensorResult(
        run_requests=[
            dg.RunRequest(
                run_key=question.incident_id,
                partition_key=question.incident_id,
                run_config=_config(question),
            )
            for question in asked
        ],
        dynamic_partitions_requests=[
            INCIDENTS.build_add_request([question.incident_id for question in asked])
        ],
        cursor=cursor,
    )


def _config(question: Question) -> dict[str, Any]:
    asked = {"model": question.model_name, "cell": question.cell_id, "at": iso(question.at)}
    return {"ops": {INCIDENT_REPORT: {"config": {"question": asked}}}}
