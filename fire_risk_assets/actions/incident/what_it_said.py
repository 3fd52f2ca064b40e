"""Predictions for the cell-day as stored and as computed now, those around it, and the fires."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isnan
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.actions.incident.cell_day import CellDay
from fire_risk_assets.actions.incident.scene import Scene, Versions
from fire_risk_assets.core.arrays import Vector
from fire_risk_assets.core.features.place import grid_place
from fire_risk_assets.core.incident.bands import LOOKS_BACK, band_of
from fire_risk_assets.core.incident.chapters import Neighbour, StoredPrediction, WhatItSaid
from fire_risk_assets.core.incident.claims import Claim, compared, missing
from fire_risk_assets.core.incident.question import that_counts
from fire_risk_assets.core.ledger.fold import serving_at
from fire_risk_assets.core.ledger.lineage import recorded_digests
from fire_risk_assets.core.tables.observed import REPORTS
from fire_risk_assets.core.tables.predictions import PREDICTIONS

DAYS_AROUND = timedelta(days=7)

FIRES_AROUND = timedelta(days=2)

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shown:
    """The predictions people were shown of a day.

    Attributes:
        mine: Every stored row of the cell-day, in the order they were predicted.
        counts: The one that counts: the last known by the instant, else the first after it.
        others: Predictions for all cells of the year up to the day, shape (n,).
        around: One prediction a cell and day: all cells of the day, the cell on days around.
    """

    mine: list[Row]
    counts: Row | None
    others: Vector
    around: list[Row]


def shown(scene: Scene, day: CellDay) -> Shown:
    """Return what is stored of the day and of the year up to it."""
    first, end = day.days.window
    where = [("model_name", "==", scene.spec.name), ("observed_at", ">=", first - LOOKS_BACK)]
    columns = [*("cell_id", "observed_at", "prediction", "batch_id"), "known_at", "as_known"]
    read = scene.world.tables.read
    year = read(
        PREDICTIONS, columns=columns, where=[*where, ("observed_at", "<", end + DAYS_AROUND)]
    )
    mine = read(
        PREDICTIONS,
        where=[
            ("model_name", "==", scene.spec.name),
            ("cell_id", "==", day.cell_id),
            ("observed_at", "==", day.observed_at),
        ],
    ).to_pylist()
    mine.sort(key=lambda row: (row["known_at"], row["predicted_at"], row["batch_id"]))
    known = [row["known_at"] for row in mine]
    counts = mine[that_counts(known, scene.question.at)] if mine else None
    before = year.filter(pc.field("observed_at") < pa.scalar(end, year["observed_at"].type))
    near = pc.or_(
        pc.and_(
            pc.greater_equal(year["observed_at"], pa.scalar(first, year["observed_at"].type)),
            pc.less(year["observed_at"], pa.scalar(end, year["observed_at"].type)),
        ),
        pc.and_(
            pc.equal(year["cell_id"], day.cell_id),
            pc.greater_equal(
                year["observed_at"], pa.scalar(first - DAYS_AROUND, year["observed_at"].type)
            ),
        ),
    )
    return Shown(
        mine=mine,
        counts=counts,
        others=before["prediction"].to_numpy(zero_copy_only=False),
        around=_one_each(year.filter(near).to_pylist(), counts),
    )


def _one_each(rows: Sequence[Row], counts: Row | None) -> list[Row]:
    """Of a cell-day predicted more than once, keep the row of the batch that counts, or the first.

    As the cell itself is shown: one map is of one batch.
    """
    found: dict[tuple[str, datetime], Row] = {}
    batch = counts["batch_id"] if counts else None
    for row in sorted(rows, key=lambda row: (row["batch_id"] != batch, row["known_at"])):
        found.setdefault((row["cell_id"], row["observed_at"]), row)
    return [found[key] for key in sorted(found)]


def what_it_said(
    scene: Scene,
    day: CellDay | None,
    seen: Shown | None,
    versions: Versions | None,
    place: int | None,
) -> tuple[WhatItSaid, list[Claim]]:
    """Return the chapter, and whether what is stored can be had again from the archived files.

    Args:
        scene: The scene.
        day: The observation's day, None without one.
        seen: What is stored of it.
        versions: Versions, asked about all cells of the day.
        place: Where the cell is among these.
    """
    fires = _fires(scene)
    if day is None or seen is None or versions is None:
        gone = f"no observation of cell {scene.question.cell_id} in the 24 hours before"
        chapter = WhatItSaid(
            target=scene.spec.target,
            prediction=None,
            band=None,
            stored=[],
            neighbours=[],
            days=[],
            fires=fires,
        )
        says = "A prediction for the cell was made and can be made again."
        return chapter, [missing("prediction_same", says, gone)]
    stored = [_again(scene, day, row, versions) for row in seen.mine]
    prediction = seen.counts["prediction"] if seen.counts else _now(scene, place, versions)
    chapter = WhatItSaid(
        target=scene.spec.target,
        prediction=prediction,
        band=None if prediction is None else band_of(prediction, seen.others),
        stored=[each for each, _ in stored],
        neighbours=[
            _neighbour(row, burned=row["cell_id"] in day.burned)
            for row in seen.around
            if row["observed_at"].date() == day.observed_at.date()
        ],
        days=[_neighbour(row) for row in seen.around if row["cell_id"] == day.cell_id],
        fires=fires,
    )
    if not stored:
        says = "The prediction people were shown is on record."
        return chapter, [missing("prediction_same", says, "nothing was stored for the cell-day")]
    return chapter, [claim for _, claims in stored for claim in claims]


def _now(scene: Scene, place: int | None, versions: Versions) -> float | None:
    found = versions.ask(scene.version)
    return None if isinstance(found, str) or place is None else float(found.predictions[place])


def _again(
    scene: Scene, day: CellDay, row: Row, versions: Versions
) -> tuple[StoredPrediction, list[Claim]]:
    of = f"Batch {row['batch_id']}: version {row['model_version']}"
    explained = compared(
        "prediction_explained",
        f"{of} served when it predicted, and its files were those of the ledger.",
        differs=_unexplained(scene, row),
    )
    says = f"{of} says the same of the features it was given, bit for bit."
    again = _recomputed(day, row, versions)
    if isinstance(again, str):
        same, claim = None, missing("prediction_same", says, again)
    else:
        same = again == row["prediction"]
        differs = "" if same else f"stored {row['prediction']!r}, now {again!r}"
        claim = compared("prediction_same", says, differs=differs)
    served = serving_at(scene.rows, row["as_known"])
    stored = StoredPrediction(
        batch_id=row["batch_id"],
        model_version=row["model_version"],
        prediction=row["prediction"],
        as_known=row["as_known"],
        predicted_at=row["predicted_at"],
        event_id=row["event_id"],
        recomputed=None if isinstance(again, str) else again,
        same=same,
        served_then=served.production_version if served else None,
    )
    return stored, [explained, claim]


def _recomputed(day: CellDay, row: Row, versions: Versions) -> float | str:
    """Return what the version of a batch says now of what it was given then, or why it cannot."""
    known = day.known(row["as_known"])
    if known.num_rows == 0:
        return "no features of the day were known then"
    found = versions.on(known).ask(row["model_version"])
    if isinstance(found, str):
        return found
    given = day.given(row["as_known"], found.inputs, row["features_digest"])
    place = None if given is None else day.place(given)
    if given is None or place is None:
        return (
            "no rows of the features table have the digest of what it was given"
            f" ({row['features_digest'][:12]}…)"
        )
    again = found if given.equals(known) else versions.on(given).ask(row["model_version"])
    return again if isinstance(again, str) else float(again.predictions[place])


def _unexplained(scene: Scene, row: Row) -> str:
    by = next((each for each in scene.rows if each.event_id == row["event_id"]), None)
    if by is None:
        return f"no row of the ledger has its event {row['event_id'][:12]}…"
    if by.production_version != row["model_version"]:
        return f"its event put version {by.production_version} into service"
    recorded = recorded_digests(scene.rows, row["model_version"])
    if row["artifact_sha256"] not in recorded:
        return f"its files hashed to {row['artifact_sha256'][:12]}…, which no row records"
    return ""


def _fires(scene: Scene) -> list[Row]:
    at, read = scene.question.at, scene.world.tables.read
    found = read(
        REPORTS,
        where=[
            ("cell_id", "==", scene.question.cell_id),
            ("started_at", ">=", at - FIRES_AROUND),
            ("started_at", "<=", at + FIRES_AROUND),
        ],
    )
    return sorted(found.to_pylist(), key=lambda row: (row["started_at"], row["known_at"]))


def _neighbour(row: Row, *, burned: bool = False) -> Neighbour:
    x, y = (None if isnan(each) else each for each in grid_place(row["cell_id"]))
    return Neighbour(
        cell_id=row["cell_id"],
        day=row["observed_at"].date(),
        prediction=row["prediction"],
        x=x,
        y=y,
        burned=burned,
    )
