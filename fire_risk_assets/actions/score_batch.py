"""Score the days asked for: each batch by the one version that serves, written once or not at all.

A batch stands at an instant: neither features nor versions of later count. Without one it stands
at now, by the production alias; in a home that replays the past each day stands at its own end, so
that the past has predictions to investigate. The version is resolved once a batch, and its files
are verified before they are loaded; without a ledger row that explains it nothing is scored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from fire_risk_assets.actions.batches import newest_batch
from fire_risk_assets.actions.predicted import PredictedBatch, predicted_batch
from fire_risk_assets.actions.resolve_serving import resolve_served, resolve_serving
from fire_risk_assets.actions.resolve_version import load_served
from fire_risk_assets.core.features.catalogue import FEATURE_VERSION
from fire_risk_assets.core.leases import scoring
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.scoring.batch import THEN, AsKnown, KnownFeatures, Stamp, batch_id_of
from fire_risk_assets.core.scoring.days import Days, end_of, stretches
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets.errors import FeaturesOwed, NothingToScore, StoreBroken, UsageError
from fire_risk_assets.ports import World

if TYPE_CHECKING:
    pass

Outcome = Literal["written", "recorded", "planned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRequest:
    """What is asked for.

    Attributes:
        days: UTC days of the observations.
        as_known: See `core.scoring.batch.AsKnown`; None in a home that replays the past: THEN.
        key: The batch's id, by whoever asks; None: a digest.
    """

    days: Days
    as_known: AsKnown = None
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredBatch:
    """What came of one batch.

    Attributes:
        outcome: `written` now; `recorded`: it was there, and nothing was written; `planned`.
        batch: As its rows say; without what only scoring tells when it is planned.
        days_without: Days asked for of which no features were known.
    """

    outcome: Outcome
    batch: PredictedBatch
    days_without: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """One batch: its days, the instant it stands at (None: each day's end), the serving row."""

    days: Days
    as_known: datetime | None
    named: AsKnown
    row: LedgerRow


def score_batch(
    spec: ModelSpec, request: ScoreRequest, world: World, *, dry_run: bool = False
) -> list[ScoredBatch]:
    """Score the days and return the batches in their order: one, or one a version for THEN.

    Asked again, with nothing new to know and the same version serving, each is returned as it was
    recorded. A key names one batch for ever, whatever is asked under it.

    Args:
        spec: The model.
        request: What is asked for.
        world: Adapters.
        dry_run: Verify and count; nothing is written.

    Raises:
        UsageError: the instant, or the end of a day, has not come yet; or a key for what several
            versions served.
        NothingServed, RegistryDrift, LedgerBroken: no row explains a version; see
            `resolve_serving`.
        NothingToScore, FeaturesOwed: no features of the days are known, or of another version.
        RequestRefused, ArtifactMismatch, ArtifactRejected: the version is gone, or its files are
            not the recorded ones.
        FeatureUnknown, InvalidScores: the version cannot score these rows.
        StoreBusy, StorageFull, StoreBroken, ForeignWriter, HomeUnusable, RegistryUnavailable.
    """
    recorded = None if request.key is None else _recorded(spec.name, request.key, world)
    if recorded is not None:
        return [ScoredBatch(outcome="recorded", batch=recorded)]
    orders = _orders(spec.name, request, world)
    if request.key is not None and len(orders) > 1:
        raise UsageError(
            f"{len(orders)} versions served in these days, and a key names one batch.",
            remedy=f"Ask for one of {', '.join(str(order.days) for order in orders)}.",
        )
    batch_seq = newest_batch(world.tables)
    return [
        _scored(spec, order, request.key, batch_seq, world, dry_run=dry_run) for order in orders
    ]


def _orders(model_name: str, request: ScoreRequest, world: World) -> list[_Order]:
    days, now = request.days, world.clock.now()
    named: AsKnown = request.as_known
    if named is None and world.clock.replays:
        named = THEN
    if named is None:
        row = resolve_serving(model_name, world)
        # A clock set back must not make the batch older than the decision it rests on.
        instant = max(now, row.decided_at)
        return [_Order(days=days, as_known=instant, named=None, row=row)]
    rows = world.ledger.rows(model_name)
    if isinstance(named, datetime):
        if named > now:
            raise UsageError(f"{named:%Y-%m-%d %H:%M} UTC has not come yet.")
        row = resolve_served(rows, model_name, named)
        return [_Order(days=days, as_known=named, named=named, row=row)]
    if (end := end_of(days.last)) > now:
        raise UsageError(f"{days.last} is not over until {end:%Y-%m-%d %H:%M} UTC.")
    served = {day: resolve_served(rows, model_name, end_of(day)).seq for day in days}
    by_seq = {row.seq: row for row in rows}
    return [
        _Order(days=run, as_known=None, named=THEN, row=by_seq[seq])
        for run, seq in stretches(list(days), served)
    ]


def _scored(
    spec: ModelSpec, order: _Order, key: str | None, batch_seq: int, world: World, *, dry_run: bool
) -> ScoredBatch:
    known = world.engine.known_features(order.days, as_known=order.as_known, batch_seq=batch_seq)
    _require_some(known, order)
    without = tuple(day for day in order.days if day not in known.by_day)
    batch_id = key or batch_id_of(
        spec.name,
        order.days,
        as_known=order.named,
        event_id=order.row.event_id,
        features=known,
    )
    if (recorded := _recorded(spec.name, batch_id, world)) is not None:
        return ScoredBatch(outcome="recorded", batch=recorded, days_without=without)
    stamp = Stamp(
        model_name=spec.name,
        model_version=order.row.production_version or 0,
        event_id=order.row.event_id,
        artifact_sha256=order.row.artifact_sha256 or "",
        batch_id=batch_id,
        as_known=order.as_known,
        predicted_at=world.clock.now(),
        replayed=world.clock.replays,
    )
    pipeline = load_served(spec, order.row, world)
    if dry_run:
        return ScoredBatch(
            outcome="planned", batch=_planned(order, known, stamp), days_without=without
        )
    with world.lease.hold(scoring(spec.name)):
        world.crash.reach("SCORE:before")
        written = world.engine.score(
            spec, pipeline, days=order.days, known=known, batch_seq=batch_seq, stamp=stamp
        )
        world.crash.reach("SCORE:after")
    stored = _recorded(spec.name, batch_id, world)
    if stored is None:
        raise StoreBroken(f"Batch {batch_id} of {spec.name} was written, and is not there now.")
    return ScoredBatch(
        outcome="written" if written else "recorded", batch=stored, days_without=without
    )


def _recorded(model_name: str, batch_id: str, world: World) -> PredictedBatch | None:
    found = predicted_batch(model_name, batch_id, world.tables)
    if found is not None:
        # By a writer that was killed, perhaps before they were flushed.
        world.tables.make_durable(PREDICTIONS)
    return found


def _require_some(known: KnownFeatures, order: _Order) -> None:
    if known.by_day:
        return
    if known.other_versions:
        raise FeaturesOwed(
            f"The features of {order.days} are of version {', '.join(known.other_versions)}, and"
            f" none of version {FEATURE_VERSION}, which this program makes.",
            remedy="Bring the features up to date first (`fire-risk run`).",
        )
    instant = order.as_known
    then = "in time" if instant is None else f"at {instant:%Y-%m-%d %H:%M} UTC"
    raise NothingToScore(f"No features of {order.days} were known {then}.")


def _planned(order: _Order, known: KnownFeatures, stamp: Stamp) -> PredictedBatch:
    found: Sequence[date] = sorted(known.by_day)
    return PredictedBatch(
        model_name=stamp.model_name,
        batch_id=stamp.batch_id,
        model_version=stamp.model_version,
        event_id=stamp.event_id,
        artifact_sha256=stamp.artifact_sha256,
        first_day=found[0],
        last_day=found[-1],
        days=len(found),
        as_known_from=order.as_known or end_of(found[0]),
        as_known_until=order.as_known or end_of(found[-1]),
    )
