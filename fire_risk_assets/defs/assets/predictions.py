"""What each model's production version predicts, day by day: rows of the table `predictions`.

One partition a UTC day of observations; a range of days is one run, and one batch of it (in a home
that replays the past one a version). A long range asked for on the command line, or by the demo,
marks no partitions (`launch.MARKED_DAYS`). The rows lie in the lake.
"""

import warnings
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import dagster as dg

from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.instants import iso, parse_as_of
from fire_risk_assets.core.names import checked_identifier
from fire_risk_assets.core.scoring.batch import THEN, AsKnown
from fire_risk_assets.core.scoring.days import Days
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets.defs.assets.chain import POINTER_ASSET
from fire_risk_assets.defs.failures import as_failures
from fire_risk_assets.defs.metadata import (
    OWNER,
    column_schema,
    digest,
    markdown_table,
    present,
    version_link,
)
from fire_risk_assets.defs.resources import Home
from fire_risk_assets.errors import InvalidTime, UsageError
from fire_risk_assets.settings import Settings

if TYPE_CHECKING:
    from fire_risk_assets.actions.score_batch import ScoredBatch, ScoreRequest
    from fire_risk_assets.core.models.spec import ModelSpec


class ScoringConfig(dg.Config):
    """What is scored; see `fire-risk score --help`. Left out: the days of the partition, as now."""

    first_day: str | None = None
    last_day: str | None = None
    as_known: str | None = None
    key: str | None = None


def predictions_of(
    spec: "ModelSpec", partitions: dg.PartitionsDefinition | None
) -> dg.AssetsDefinition:
    """Return the asset of one model's predictions.

    Args:
        spec: The model.
        partitions: Its days; None for days that are no partitions.
    """
    name = spec.name
    # The newest decision, and not that of the day's own week: an old day may be scored now.
    newest = dg.LastPartitionMapping() if partitions is not None else None
    policy = dg.BackfillPolicy.single_run() if partitions is not None else None

    def predictions(
        context: dg.AssetExecutionContext, config: ScoringConfig, home: dg.ResourceParam[Home]
    ) -> dg.MaterializeResult[Any]:
        from fire_risk_assets.actions.build_features import build_features
        from fire_risk_assets.actions.score_batch import score_batch

        with as_failures():
            partitioned = context.has_partition_key or context.has_partition_key_range
            keys = context.partition_keys if partitioned else []
            request = request_of(config, keys, timezone=home.settings.timezone)
            # A day's weather may have come in a moment ago.
            build_features(home.world)
            found = score_batch(home.spec(name), request, home.world)
            home.scored[context.run.run_id] = found
        return dg.MaterializeResult(metadata=_shown(found, home.settings))

    with warnings.catch_warnings():
        # That a range of days is one run is beta; a run a day would pay for itself each time.
        warnings.simplefilter("ignore", dg.BetaWarning)
        return dg.asset(
            key=[name, PREDICTIONS.name],
            group_name=name,
            owners=[OWNER],
            kinds={"scikitlearn", "deltalake"},
            code_version="1",
            partitions_def=partitions,
            backfill_policy=policy,
            deps=[
                FEATURES.name,
                dg.AssetDep(dg.AssetKey([name, POINTER_ASSET]), partition_mapping=newest),
            ],
            description=f"Prediction of {spec.target} for each cell-day by the version that serves."
            f" {PREDICTIONS.description} Key: {', '.join(PREDICTIONS.key)}.",
            tags={"model": name},
            metadata={
                "dagster/column_schema": column_schema(PREDICTIONS),
                "dagster/table_name": PREDICTIONS.name,
                "unit": spec.target,
            },
        )(predictions)


def request_of(
    config: ScoringConfig, partitions: Sequence[str], *, timezone: str
) -> "ScoreRequest":
    """Return what a run asks for: the days of its config, else of its partitions.

    An `as_known` without an offset is in `timezone`.

    Raises:
        UsageError: neither names a day, or the days cannot be.
        InvalidTime, InvalidName: what the config says is no day, instant or key.
    """
    from fire_risk_assets.actions.score_batch import ScoreRequest

    first, last = config.first_day, config.last_day
    if first is None and last is None and partitions:
        first, last = partitions[0], partitions[-1]
    if first is None:
        raise UsageError(
            "The run has neither a partition nor a first_day, so there is nothing to score.",
            remedy="Choose a partition, or set first_day in the asset's run config.",
        )
    return ScoreRequest(
        days=Days(_day(first), _day(last or first)),
        as_known=_as_known(config.as_known, timezone),
        key=None if config.key is None else checked_identifier(config.key, what="key"),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as cause:
        raise InvalidTime(f"{text[:80]!r} is not a date; write YYYY-MM-DD.") from cause


def _as_known(text: str | None, timezone: str) -> AsKnown:
    return text if text in (None, THEN) else parse_as_of(text, timezone=timezone)


def config_of(days: Days, as_known: AsKnown, key: str | None) -> dict[str, Any]:
    """Return the run config that asks for these days."""
    named = as_known if as_known is None or isinstance(as_known, str) else iso(as_known)
    config = {"as_known": named, "key": key}
    config |= {"first_day": days.first.isoformat(), "last_day": days.last.isoformat()}
    return {name: value for name, value in config.items() if value is not None}


def _shown(found: "Sequence[ScoredBatch]", settings: Settings) -> dict[str, Any]:
    last = found[-1].batch
    without = [day.isoformat() for each in found for day in each.days_without]
    lines = [
        {
            "batch": each.batch.batch_id,
            "days": each.batch.days,
            "rows": each.batch.rows,
            "version": each.batch.model_version,
        }
        for each in found
    ]
    return present(
        {
            "batch": last.batch_id if len(lines) == 1 else None,
            "rows": sum(each.batch.rows or 0 for each in found),
            "rows written": sum(e.batch.rows or 0 for e in found if e.outcome == "written"),
            "days": sum(each.batch.days for each in found),
            "days without features": ", ".join(without) or None,
            "version": last.model_version,
            "version page": version_link(settings, last.model_name, last.model_version),
            "event_id": dg.MetadataValue.md(last.event_id),
            "artifact_sha256": digest(last.artifact_sha256),
            "features digest": digest(last.features_digest),
            "as known": f"{last.as_known_until:%Y-%m-%d %H:%M} UTC",
            "mean prediction": last.mean,
            "highest prediction": last.highest,
            "by batch": markdown_table(lines) if len(lines) > 1 else None,
        }
    )
