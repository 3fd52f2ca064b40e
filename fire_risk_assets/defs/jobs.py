"""What can be run: a cycle of each model, the data, and an operator's move of the pointer.

One run of a cycle job is one model and one cycle, so one model's failure holds no other back and
one MLflow run belongs to one Dagster run. Everything runs in one process: steps share rows in
memory, and a step costs no interpreter. Keep what a job does in its assets or action.
"""

from typing import Any, Literal, TypeAlias

import dagster as dg

from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.instants import parse_instant
from fire_risk_assets.core.names import checked_identifier
from fire_risk_assets.core.tables.observed import CELLS, REPORTS, WEATHER
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS
from fire_risk_assets.defs.assets.chain import CHAIN, POINTER_ASSET
from fire_risk_assets.defs.assets.site import SITE
from fire_risk_assets.defs.checks import EVIDENCE, HEALTH
from fire_risk_assets.defs.failures import as_failures, failure_hook_of, remember_error
from fire_risk_assets.defs.metadata import row_metadata
from fire_risk_assets.defs.resources import Home

DATA = "data"
MAKE_SITE = "make_site"
POINTER = "change_pointer"
MODEL_TAG = "fire_risk/model"

AssetJob: TypeAlias = Any
"""What `define_asset_job` returns: Dagster gives its type no public name."""


def cycle_job_name(model_name: str) -> str:
    """Return the name of a model's cycle job."""
    return f"{model_name}_cycle"


def schedule_name(model_name: str) -> str:
    """Return the name of a model's schedule."""
    return f"{model_name}_retraining"


def scoring_job_name(model_name: str) -> str:
    """Return the name of a model's scoring job."""
    return f"{model_name}_scoring"


def scoring_schedule_name(model_name: str) -> str:
    """Return the name of a model's scoring schedule."""
    return f"{model_name}_daily_scoring"


def cycle_job(model_name: str) -> AssetJob:
    """Return the job of one cycle of one model, ending in the row of registry_status."""
    return dg.define_asset_job(
        cycle_job_name(model_name),
        selection=dg.AssetSelection.assets(
            *(dg.AssetKey([model_name, name]) for name in CHAIN), REGISTRY_STATUS.name
        )
        - dg.AssetSelection.checks(EVIDENCE, HEALTH),
        description=f"One retraining cycle of {model_name}: the partition is its as_of; another"
        " instant goes into resources.cycle.config.",
        tags={MODEL_TAG: model_name},
        hooks={failure_hook_of(model_name)},
        executor_def=dg.in_process_executor,
    )


def scoring_job(model_name: str) -> AssetJob:
    """Return the job that scores days by the version of one model that serves."""
    return dg.define_asset_job(
        scoring_job_name(model_name),
        selection=dg.AssetSelection.assets(dg.AssetKey([model_name, PREDICTIONS.name])),
        description=f"Predictions of {model_name} for the days of the partition or of the config."
        " What is recorded already is not written again.",
        tags={MODEL_TAG: model_name},
        hooks={remember_error},
        executor_def=dg.in_process_executor,
    )


def job_of(name: str, selection: dg.AssetSelection, description: str) -> AssetJob:
    """Return a job, of no cycle, that runs in one process and remembers what ended it."""
    return dg.define_asset_job(
        name,
        selection=selection,
        description=description,
        hooks={remember_error},
        executor_def=dg.in_process_executor,
    )


def data_job() -> AssetJob:
    """Return the job that takes in new landing files and builds the features they owe."""
    return job_of(
        DATA,
        dg.AssetSelection.assets(*(t.name for t in (CELLS, WEATHER, REPORTS, FEATURES))),
        "Take in what is new in the landing folder, then build features.",
    )


def site_job() -> AssetJob:
    """Return the job that makes the pages of the home again."""
    return job_of(
        MAKE_SITE,
        dg.AssetSelection.assets(SITE),
        "Make the web pages of the home again; it changes nothing else.",
    )


def evidence_job() -> AssetJob:
    """Return the job that judges every kept comparison again; it changes nothing."""
    return job_of(
        "verify_evidence",
        dg.AssetSelection.checks(EVIDENCE),
        "Judge every kept comparison again and compare with registry_status.",
    )


def health_job() -> AssetJob:
    """Return the job that looks for everything a home can lose; it changes nothing."""
    return job_of(
        "doctor",
        dg.AssetSelection.checks(HEALTH),
        "Look for lost rows, versions, runs, files and cycles, as `fire-risk doctor`.",
    )


class PointerConfig(dg.Config):
    """What an operator asks for; see `fire-risk rollback --help`."""

    model: str
    reason: str
    actor: str
    kind: Literal["rollback", "promote"] = "rollback"
    version: int | None = None
    at: str | None = None
    key: str | None = None


def pointer_job() -> dg.JobDefinition:
    """Return the job that moves a pointer on purpose: a rollback, or a forced promotion."""

    @dg.op(name=POINTER, description="Verify the target, record the event, project it.")
    def change(
        context: dg.OpExecutionContext, config: PointerConfig, home: dg.ResourceParam[Home]
    ) -> None:
        from fire_risk_assets.actions.change_pointer import Request, change_pointer

        with as_failures():
            name = home.spec(config.model).name
            at = None
            if config.at is not None:
                at = parse_instant(config.at, timezone=home.settings.timezone)
            # A run executed again is the same request: it must not move the pointer twice.
            key = config.key or f"run-{context.run.root_run_id or context.run.run_id}"
            moved = change_pointer(
                Request(
                    model_name=name,
                    kind=config.kind,
                    reason=config.reason,
                    actor=config.actor,
                    version=config.version,
                    at=at,
                    key=checked_identifier(key, what="key"),
                    run_id=context.run.run_id,
                ),
                home.world,
            )
        context.log.info("The event of this request: %s", moved.outcome)
        # Of what was on record before, or serves already, nothing was made now.
        told = dg.AssetMaterialization if moved.outcome == "written" else dg.AssetObservation
        context.log_event(
            told(asset_key=[name, POINTER_ASSET], metadata=row_metadata(moved.row, home.settings))
        )

    @dg.job(
        name="move_pointer",
        description="Move the production pointer of one model on purpose; trains nothing.",
        executor_def=dg.in_process_executor,
    )
    def move_pointer() -> None:
        change()

    return move_pointer
