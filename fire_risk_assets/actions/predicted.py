"""Batches of predictions as they are stored: what a batch holds, and which days have any."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.core.digest import sha256_of_json
from fire_risk_assets.core.scoring.days import Days
from fire_risk_assets.core.tables.predictions import PREDICTIONS
from fire_risk_assets.ports import TableStore

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
    alike: dict[str, Any] = {}
    days: dict[date, str] = {}
    as_known: set[datetime] = set()
    columns = ["observed_at", "prediction", "as_known", "features_digest", *_ALIKE]
    where = [("model_name", "==", model_name), ("batch_id", "==", batch_id)]
    for part in tables.stream(PREDICTIONS, columns=columns, where=where):
        if part.num_rows == 0:
            continue
        alike = alike or {name: part[name][0].as_py() for name in _ALIKE}
        found = pa.table({"day": pc.cast(part["observed_at"], pa.date32()), **{
            name: part[name] for name in ("features_digest", "as_known")}})  # fmt: skip
        for each in found.group_by(found.column_names).aggregate([]).to_pylist():
            days[each["day"]] = each["features_digest"]
            as_known.add(each["as_known"])
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
        as_known_from=min(as_known),
        as_known_until=max(as_known),
        features_digest=sha256_of_json([[str(day), days[day]] for day in sorted(days)]),
        # Sums round by the order of their parts, which compaction changes.
        mean=float(f"{total / rows:.9g}"),
        highest=highest,
        **alike,
    )


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
