"""Batches of predictions as they are stored: what a batch holds, and which days have any."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.core.digest import sha256_of_json
from fire_risk_assets.core.scoring.days import Days
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets.ports import Condition, TableStore

_ALIKE = ("model_version", "event_id", "artifact_sha256", "predicted_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictedBatch:
    """A batch, as its rows say; the fields are a public contract.

    Attributes:
        first_day, last_day: UTC days of its observations.
        days: How many days it has rows of.
        as_known_from, as_known_until: The least and greatest instant its rows stand at.
        rows: Predictions; this and what follows is None of a batch that is only planned.
        features_digest: SHA-256 over the digest of each day, in order.
        mean, highest: Of its predictions, in the unit of the model's target.
    """

    model_name: str
    batch_id: str
    model_version: int
    event_id: str
    artifact_sha256: str
    first_day: date
    last_day: date
    days: int
    as_known_from: datetime
    as_known_until: datetime
    rows: int | None = None
    features_digest: str | None = None
    mean: float | None = None
    highest: float | None = None
    predicted_at: datetime | None = None


def predicted_batch(model_name: str, batch_id: str, tables: TableStore) -> PredictedBatch | None:
    """Return what is stored of a batch, None when there is none of that id."""
    rows, total, highest = 0, 0.0, -np.inf
    days: dict[date, tuple[str, datetime]] = {}
    where = [("model_name", "==", model_name), ("batch_id", "==", batch_id)]
    columns = ["observed_at", "prediction", "as_known", "features_digest"]
    for part in tables.stream(PREDICTIONS, columns=columns, where=where):
        if part.num_rows == 0:
            continue
        days |= _days(part)
        rows += part.num_rows
        total += pc.sum(part["prediction"]).as_py()
        highest = max(highest, pc.max(part["prediction"]).as_py())
    if rows == 0:
        return None
    return PredictedBatch(
        model_name=model_name,
        batch_id=batch_id,
        first_day=min(days),
        last_day=max(days),
        days=len(days),
        rows=rows,
        as_known_from=min(as_known for _, as_known in days.values()),
        as_known_until=max(as_known for _, as_known in days.values()),
        features_digest=sha256_of_json([[str(day), days[day][0]] for day in sorted(days)]),
        # Sums round by the order of their parts, which compaction changes.
        mean=float(f"{total / rows:.9g}"),
        highest=highest,
        **_alike(where, tables),
    )


def _days(part: pa.Table) -> dict[date, tuple[str, datetime]]:
    """Return digest and instant by day, from the first row of each run of rows of one day."""
    day = part["observed_at"].cast(pa.date32())
    number = day.cast(pa.int32()).to_numpy()
    first = pa.array([0, *(np.flatnonzero(np.diff(number)) + 1)], pa.int64())
    told = (each.take(first).to_pylist() for each in (part["features_digest"], part["as_known"]))
    return dict(zip(day.take(first).to_pylist(), zip(*told, strict=True), strict=True))


def _alike(where: Sequence[Condition], tables: TableStore) -> dict[str, Any]:
    """Return what all rows of a batch say alike, from the first of them."""
    parts = tables.stream(PREDICTIONS, columns=_ALIKE, where=where)
    first = next(part for part in parts if part.num_rows)
    return {name: first[name][0].as_py() for name in _ALIKE}


def predicted_days(model_name: str, days: Days, tables: TableStore) -> set[date]:
    """Return those of the days that any batch of the model has rows of."""
    first, end = days.window
    where = [("model_name", "==", model_name), ("observed_at", ">=", first)]
    parts = tables.stream(
        PREDICTIONS, columns=["observed_at"], where=[*where, ("observed_at", "<", end)]
    )
    found: set[date] = set()
    for part in parts:
        found.update(pc.unique(pc.cast(part["observed_at"], pa.date32())).to_pylist())
    return found
