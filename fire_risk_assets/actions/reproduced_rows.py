"""The rows a version was fitted on, and those that judged it, as known then."""

from dataclasses import replace

import pandas as pd

from fire_risk_assets.actions.build_snapshots import HOLDOUT_REFERENCE, RowSet
from fire_risk_assets.actions.rebuild_snapshot import rebuild_snapshot
from fire_risk_assets.actions.recorded_fit import RecordedFit
from fire_risk_assets.core.ingredients import Ingredient, agreed, told
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.references import Snapshot
from fire_risk_assets.core.snapshots import digests
from fire_risk_assets.core.tables.scores import ADJUDICATION_SCORES
from fire_risk_assets.core.wording import counted
from fire_risk_assets.ports import World

TRAINING_REFERENCE = "training_set"


def _snapshot(spec: ModelSpec, record: RecordedFit, name: str, world: World) -> Snapshot | None:
    cycle = told(record.records, "cycle_id")
    stored = None if cycle is None else world.references.load(spec.name, cycle, name)
    return None if stored is None else RowSet.from_json(stored).snapshot_of()


def training_rows(
    spec: ModelSpec, record: RecordedFit, world: World
) -> tuple[Ingredient, pd.DataFrame | None]:
    """Return whether the rows a version was fitted on are those of the record, and the rows.

    Args:
        spec: Its model.
        record: The version.
        world: The home.

    Returns:
        Rows None unless they are.

    Raises:
        StoreBroken, HomeOfOtherVersion, HomeUnusable.
    """
    name = TRAINING_REFERENCE
    snapshot = _snapshot(spec, record, name, world)
    if snapshot is None:
        return Ingredient(name=name, state="missing", detail="its record is gone"), None
    said = {"its snapshot": {"training_digest": snapshot.content_digest}}
    same = agreed({**record.records, **said}, "training_digest")
    if same.state == "differs":
        return replace(same, name=name), None
    rebuilt = rebuild_snapshot(spec, snapshot, world)
    if rebuilt.differs:
        return Ingredient(name=name, state="differs", detail=rebuilt.differs), None
    return Ingredient(name=name, state="verified", detail=_digest(snapshot)), rebuilt.rows


def rows_that_judged(
    spec: ModelSpec, record: RecordedFit, world: World
) -> tuple[Ingredient, pd.DataFrame | None, Snapshot | None]:
    """Return whether the rows that judged a version are those of the record, the rows, the record.

    Needed where the ledger says that rows judged it; `training_rows` has arguments and errors.
    """
    name = HOLDOUT_REFERENCE
    snapshot = _snapshot(spec, record, name, world)
    row = record.decision
    judged = row is not None and bool(row.holdout_rows)
    if snapshot is None:
        detail = "its record is gone" if judged else "no rows judged it"
        return Ingredient(name=name, state="missing", needed=judged, detail=detail), None, None
    rescored = None if row is None else _judged_again(row, snapshot, world)
    if rescored is None:
        rebuilt = rebuild_snapshot(spec, snapshot, world)
        rows, differs = rebuilt.rows, rebuilt.differs
    else:
        snapshot = rescored
        rows = rebuild_snapshot(spec, snapshot, world).rows
        same = digests(rows, spec=spec)[1] == snapshot.content_digest
        differs = "" if same else "not the rows whose digest the ledger records"
    if differs:
        return Ingredient(name=name, state="differs", detail=differs), rows, snapshot
    return Ingredient(name=name, state="verified", detail=_digest(snapshot)), rows, snapshot


def _judged_again(row: LedgerRow, snapshot: Snapshot, world: World) -> Snapshot | None:
    """Return the rows of a judgement against another head, None where there was none.

    Of them the ledger alone has the record, and it has no digest of their keys. Too few to judge
    are never scored; then those of the first judgement are the last that were.
    """
    digest = row.holdout_digest
    if digest is None or digest == snapshot.content_digest:
        return None
    scored = world.tables.read(
        ADJUDICATION_SCORES,
        columns=["row_key"],
        where=[
            ("model_name", "==", row.model_name),
            ("cycle_id", "==", row.cycle_id),
            ("holdout_digest", "==", digest),
        ],
    )
    if scored.num_rows == 0:
        return None
    return replace(
        snapshot,
        content_digest=digest,
        rows=row.holdout_rows or 0,
        window_from=row.holdout_from or snapshot.window_from,
        window_until=row.holdout_until or snapshot.window_until,
    )


def _digest(snapshot: Snapshot) -> str:
    return f"{counted(snapshot.rows, 'row')}, digest {snapshot.content_digest[:12]}…"
