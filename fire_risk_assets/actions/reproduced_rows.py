"""The rows a version was fitted on, and those that judged it, as known then."""

from dataclasses import replace

import pandas as pd

from fire_risk_assets.actions.build_snapshots import HOLDOUT_REFERENCE, TRAINING_REFERENCE
from fire_risk_assets.actions.frozen_scores import frozen_scores
from fire_risk_assets.actions.rebuild_snapshot import (
    in_short,
    rebuild_snapshot,
    recorded_snapshot,
)
from fire_risk_assets.actions.recorded_fit import RecordedFit
from fire_risk_assets.core.ingredients import Ingredient, agreed, told
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.references import Snapshot
from fire_risk_assets.core.snapshots import digests
from fire_risk_assets.ports import World


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
    snapshot = recorded_snapshot(spec.name, told(record.records, "cycle_id"), name, world)
    if snapshot is None:
        return Ingredient(name=name, state="missing", detail="its record is gone"), None
    said = {"its snapshot": {"training_digest": snapshot.content_digest}}
    same = agreed({**record.records, **said}, "training_digest")
    if same.state == "differs":
        return replace(same, name=name), None
    rebuilt = rebuild_snapshot(spec, snapshot, world)
    if rebuilt.differs:
        return Ingredient(name=name, state="differs", detail=rebuilt.differs), None
    return Ingredient(name=name, state="verified", detail=in_short(snapshot)), rebuilt.rows


def rows_that_judged(
    spec: ModelSpec, record: RecordedFit, world: World
) -> tuple[Ingredient, pd.DataFrame | None, Snapshot | None]:
    """Return whether the rows that judged a version are those of the record, the rows, the record.

    Needed where the ledger says that rows judged it; `training_rows` has arguments and errors.
    """
    name = HOLDOUT_REFERENCE
    snapshot = recorded_snapshot(spec.name, told(record.records, "cycle_id"), name, world)
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
    return Ingredient(name=name, state="verified", detail=in_short(snapshot)), rows, snapshot


def _judged_again(row: LedgerRow, snapshot: Snapshot, world: World) -> Snapshot | None:
    """Return the rows of a judgement against another head, None where there was none.

    Of them the ledger alone has the record, and it has no digest of their keys. Too few to judge
    are never scored; then those of the first judgement are the last that were.
    """
    digest = row.holdout_digest
    if digest is None or digest == snapshot.content_digest:
        return None
    asked = (row.model_name, row.cycle_id, digest)
    scored = frozen_scores(*asked, world.tables, columns=["row_key"])
    if scored.num_rows == 0:
        return None
    return replace(
        snapshot,
        content_digest=digest,
        rows=row.holdout_rows or 0,
        window_from=row.holdout_from or snapshot.window_from,
        window_until=row.holdout_until or snapshot.window_until,
    )
