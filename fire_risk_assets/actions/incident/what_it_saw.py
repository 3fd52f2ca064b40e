"""The features of the row as known then and now, and where they lie among the training rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import pandas as pd
import pyarrow as pa

from fire_risk_assets.actions.incident.cell_day import CellDay, frame_of_day
from fire_risk_assets.actions.incident.scene import Scene
from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.fitting import frame_of
from fire_risk_assets.core.incident.chapters import FeatureValue, WhatItSaw
from fire_risk_assets.core.incident.claims import Claim, compared, missing
from fire_risk_assets.core.incident.positions import Position, near_in_all, positions
from fire_risk_assets.core.tables.observed import WEATHER
from fire_risk_assets.core.tables.spec import BATCH_ID, KNOWN_AT

ALIKE_IN = 3
"""Features in which training rows are looked for that are like the row in all of them."""

_DOCUMENTED = {column.name: column for column in FEATURES.columns}


def what_it_saw(
    scene: Scene,
    day: CellDay,
    as_known: datetime,
    inputs: Sequence[str],
    *,
    training: pd.DataFrame | None,
    loudest: Sequence[str],
) -> tuple[WhatItSaw | None, list[Claim]]:
    """Return the chapter, and whether the features of then are still what is known now.

    Args:
        scene: The scene.
        day: The observation's day.
        as_known: "Then".
        inputs: Features the version was given.
        training: Rows it was fitted on, None when they cannot be rebuilt.
        loudest: Features by how much they say of the row; () when nobody knows.
    """
    says = f"The features of the row are still what was known on {as_known:%Y-%m-%d %H:%M} UTC."
    then, now = _row(day, day.known(as_known)), _row(day, day.known(None))
    if then is None or now is None:
        gone = "no features of the cell were known then"
        return None, [missing("features_unchanged", says, gone)]
    place: Mapping[str, Position] = {}
    alike: int | None = None
    row = frame_of(inputs, then)
    numbers = [name for name in loudest if _DOCUMENTED[name].unit or name in inputs][:ALIKE_IN]
    if training is not None:
        place = positions(row, training)
        alike = near_in_all(row, training, numbers) if numbers else None
    chapter = WhatItSaw(
        observed_at=day.observed_at,
        as_known=as_known,
        features=[_value(name, then, now, place.get(name)) for name in inputs],
        corrections=_corrections(scene, day, as_known),
        training_rows=None if training is None else len(training),
        alike=alike,
        alike_in=numbers,
    )
    changed = [each.name for each in chapter.features if each.changed]
    differs = f"corrected since: {', '.join(changed)}" if changed else ""
    return chapter, [compared("features_unchanged", says, differs=differs)]


def _row(day: CellDay, rows: pa.Table) -> pd.DataFrame | None:
    place = day.place(rows)
    return None if place is None else frame_of_day(rows.slice(place, 1))


def _value(
    name: str, then: pd.DataFrame, now: pd.DataFrame, position: Position | None
) -> FeatureValue:
    column = _DOCUMENTED[name]
    was, is_now = _scalar(then[name]), _scalar(now[name])
    return FeatureValue(
        name=name,
        description=column.description,
        unit=column.unit,
        then=was,
        now=is_now,
        changed=was != is_now,
        position=position,
    )


def _scalar(column: pd.Series) -> float | str | None:
    value = column.iloc[0]
    if value is None or pd.isna(value):
        return None
    return value if isinstance(value, str) else float(value)


def _corrections(scene: Scene, day: CellDay, as_known: datetime) -> list[dict[str, Any]]:
    """Return each later version of the observation and of its features, with what it changed."""
    weather = scene.world.tables.read(
        WEATHER,
        where=[("cell_id", "==", day.cell_id), ("observed_at", "==", day.observed_at)],
    )
    mine = [
        row
        for row in day.versions.to_pylist()
        if (row["cell_id"], row["observed_at"]) == (day.cell_id, day.observed_at)
    ]
    found = [
        *_changes("weather_observations", weather.to_pylist(), as_known),
        *_changes("features", mine, as_known),
    ]
    return sorted(found, key=lambda each: each["known_at"])


def _changes(table: str, rows: list[dict[str, Any]], as_known: datetime) -> list[dict[str, Any]]:
    apart = {KNOWN_AT.name, BATCH_ID.name, "batch_seq"}
    ordered = sorted(rows, key=lambda row: row["known_at"])
    return [
        {
            "table": table,
            "known_at": row["known_at"],
            "batch_id": row["batch_id"],
            "changes": {
                name: (before[name], value)
                for name, value in row.items()
                if name not in apart and before[name] != value
            },
        }
        for before, row in pairwise(ordered)
        if row["known_at"] > as_known
    ]
