"""Features owed to weather that has arrived: batch by batch, each once, in the order of arrival."""

from dataclasses import dataclass

import pyarrow.compute as pc

from fire_risk_assets.actions.batches import (
    batch_row,
    newest_batch,
    record_batch,
    require_recorded,
)
from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.features.versions import features_batch_of
from fire_risk_assets.core.leases import INGEST
from fire_risk_assets.core.tables.observed import BATCHES, WEATHER
from fire_risk_assets.ports import TableStore, World


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturesReport:
    """What was built.

    Attributes:
        batches: Weather batches brought up to date now.
        rows: Feature rows written for them.
    """

    batches: int
    rows: int


def build_features(world: World) -> FeaturesReport:
    """Build what is owed; does nothing when every weather batch has its features.

    Raises:
        StoreBusy: another process ingests or builds.
    """
    batches = total = 0
    with world.lease.hold(INGEST):
        recorded = world.tables.appends(BATCHES)
        for weather_batch, seq in weather_without_features(world.tables):
            rows = world.engine.build_features(weather_batch, batch_seq=seq)
            features_batch = features_batch_of(weather_batch)
            _record(features_batch, weather_batch, rows, world, after=recorded + batches)
            batches, total = batches + 1, total + rows
    return FeaturesReport(batches=batches, rows=total)


def weather_without_features(store: TableStore) -> list[tuple[str, int]]:
    """Return (batch_id, batch_seq) of weather batches without features, oldest first.

    Raises:
        StoreBroken: see `require_recorded`: that nothing is owed says something of what is there.
    """
    columns = ["batch_seq", "batch_id", "tables", "accepted", "delta_versions"]
    recorded = store.read(BATCHES, columns=columns)
    require_recorded(recorded, store)
    built = set(recorded["batch_id"].to_pylist())
    weather = recorded.filter(
        pc.match_substring(pc.field("tables"), WEATHER.name) & (pc.field("accepted") > 0)
    )
    pairs = zip(weather["batch_id"].to_pylist(), weather["batch_seq"].to_pylist(), strict=True)
    return sorted((p for p in pairs if features_batch_of(p[0]) not in built), key=lambda p: p[1])


def _record(batch_id: str, weather_batch: str, rows: int, world: World, *, after: int) -> None:
    """Record what no file brought: no name, and the weather's batch in the place of a digest."""
    row = batch_row(
        newest_batch(world.tables) + 1,
        tables=FEATURES.name,
        versions={FEATURES.name: world.tables.version(FEATURES) or 0},
        recorded_at=world.clock.now(),
    )
    row |= {"batch_id": batch_id, "file_sha256": weather_batch, "read": rows, "accepted": rows}
    record_batch(row, world.tables, after=after)
