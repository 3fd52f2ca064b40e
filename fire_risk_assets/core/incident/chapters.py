"""The parts of a dossier as documents: what each says, in fields that become JSON as they are.

Rows of the ledger and verdicts stay the documents they are stored as. Times are UTC.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from fire_risk_assets.core.explaining.explanation import Explanation
from fire_risk_assets.core.incident.bands import Band
from fire_risk_assets.core.incident.positions import Position
from fire_risk_assets.core.incident.rollback import Rollback

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoServed:
    """Which version served, and how it came to.

    Attributes:
        version: In production at the instant asked about.
        since: Since when without a break.
        row: The pointer move in force, as stored.
        promoted_by: The row with the verdict that first put the version into service; None when
            it was never judged (an adopted one).
        slices: Guardrails of that verdict, as stored; [] when its document is gone.
        around: Rows of the ledger before and after the instant, as stored.
        timeline: All events: decided_at, kind, reason_code, production_version, seq.
    """

    version: int
    since: datetime
    row: Document
    promoted_by: Document | None
    slices: list[Document]
    around: list[Document]
    timeline: list[Document]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureValue:
    """One feature of the row.

    Attributes:
        then, now: As known then and now.
        changed: Whether they differ.
        position: Among the training rows; None when those cannot be rebuilt.
    """

    name: str
    description: str
    unit: str
    then: float | str | None
    now: float | str | None
    changed: bool
    position: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatItSaw:
    """The features of the row.

    Attributes:
        observed_at: The observation that spoke for the cell.
        as_known: "Then": nothing learned later was used.
        features: What the version was given, in its order.
        corrections: What was learned of the observation later: table, known_at, batch_id, and
            `changes`, (was, is) by column.
        training_rows: Rows the version was fitted on; None when they cannot be rebuilt.
        alike: Of these, rows near in all of the features `alike_in`.
    """

    observed_at: datetime
    as_known: datetime
    features: list[FeatureValue]
    corrections: list[Document]
    training_rows: int | None = None
    alike: int | None = None
    alike_in: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPrediction:
    """A row of `predictions` for the cell-day, and what its version says now.

    Attributes:
        recomputed: By the archived files from the features as known then; None when that failed.
        same: Bit for bit; None when it could not be computed.
        served_then: Version in production at `as_known`.
    """

    batch_id: str
    model_version: int
    prediction: float
    as_known: datetime
    predicted_at: datetime
    event_id: str
    recomputed: float | None
    same: bool | None
    served_then: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Another cell, or another day of the cell; places are grid coordinates where ids have them."""

    cell_id: str
    day: date
    prediction: float
    x: float | None = None
    y: float | None = None
    burned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatItSaid:
    """Predictions.

    Attributes:
        target: Name and unit of what is predicted.
        prediction: What people were shown, or what the version says now where nothing was stored.
        band: Among the predictions of the year; None when too few are stored.
        stored: Rows for the cell-day, in the order they were predicted.
        neighbours: All cells of the day.
        days: The cell on the days around.
        fires: Reports of fires in the cell around the instant, as stored.
    """

    target: str
    prediction: float | None
    band: Band | None
    stored: list[StoredPrediction]
    neighbours: list[Neighbour]
    days: list[Neighbour]
    fires: list[Document]


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherVersion:
    """What another version says of the same row.

    Attributes:
        role: served, before, present, refused, baseline, asked.
        prediction: None when it cannot be asked.
        why_not: What is missing then.
        told_by: What the ledger says of it: kind, reason and cycle of its decision.
    """

    version: int
    role: str
    prediction: float | None
    band: str | None
    why_not: str = ""
    told_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """Other versions on the same row, and a rollback on that day for all cells."""

    versions: list[OtherVersion]
    rollback: Rollback | None = None
    no_rollback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatItStoodOn:
    """What the version was made of, each compared in the claims.

    Attributes:
        training, holdout: Snapshots as recorded, None when the record is gone.
        params: Parameters it was fitted with, None when the registry does not tell.
        links: Pages of other tools by name.
        lineage: Assets of its cycle: name to the names it was made from.
    """

    cycle_id: str | None
    training: Document | None
    holdout: Document | None
    code_version: str | None
    code_now: str | None
    environment_digest: str | None
    environment_now: str | None
    seed: int | None
    params: Document | None
    mlflow_run_id: str | None
    dagster_run_id: str | None
    artifact_sha256: str | None
    links: dict[str, str]
    lineage: dict[str, list[str]]


Why = Explanation
