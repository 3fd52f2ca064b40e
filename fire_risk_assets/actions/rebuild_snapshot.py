"""Build the rows of a recorded snapshot again from the tables as they are now, and compare them.

Nothing that was configured since counts: training rows are those of the recorded window, holdout
rows those whose scores were frozen with the verdict.
"""

from dataclasses import dataclass

import pandas as pd
import pyarrow.compute as pc

from fire_risk_assets.actions.build_snapshots import RowSet
from fire_risk_assets.actions.frozen_scores import frozen_scores
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.references import Snapshot
from fire_risk_assets.core.rows import row_keys
from fire_risk_assets.core.snapshots import verify_snapshot
from fire_risk_assets.core.windows import training_between
from fire_risk_assets.core.wording import counted
from fire_risk_assets.errors import DigestMismatch
from fire_risk_assets.ports import World


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rebuilt:
    """The rows of a snapshot, and whether they are those of the record.

    Attributes:
        rows: Labelled rows, columns as `core.rows.labelled_rows` gives them.
        differs: What is not as recorded, "" when everything is.
    """

    rows: pd.DataFrame
    differs: str


def recorded_snapshot(
    model_name: str, cycle_id: str | None, name: str, world: World
) -> Snapshot | None:
    """Return a cycle's snapshot from its reference of that name, None where it is gone.

    Raises:
        StoreBroken: what is kept there is none.
    """
    stored = None if cycle_id is None else world.references.load(model_name, cycle_id, name)
    return None if stored is None else RowSet.from_json(stored).snapshot_of()


def in_short(snapshot: Snapshot) -> str:
    """Return how many rows it has and how its content digest begins, for people."""
    return f"{counted(snapshot.rows, 'row')}, digest {snapshot.content_digest[:12]}…"


def rebuild_snapshot(spec: ModelSpec, snapshot: Snapshot, world: World) -> Rebuilt:
    """Return the rows of a snapshot as known then.

    Args:
        spec: Its model.
        snapshot: As recorded.
        world: The home.

    Raises:
        StoreBroken, HomeOfOtherVersion, HomeUnusable.
    """
    known = world.engine.labelled_rows(spec, as_of=snapshot.as_of, batch_seq=snapshot.batch_seq)
    rows = known.frame[training_between(known.frame, *snapshot.window).mask]
    if snapshot.role == "holdout":
        rows = _judged(rows, snapshot, world)
    try:
        verify_snapshot(rows, snapshot, spec=spec)
    except DigestMismatch as fact:
        return Rebuilt(rows=rows, differs=str(fact))
    return Rebuilt(rows=rows, differs="")


def _judged(rows: pd.DataFrame, snapshot: Snapshot, world: World) -> pd.DataFrame:
    """Return the rows that judged: those that had judged too often before were left out."""
    asked = (snapshot.model_name, snapshot.cycle_id, snapshot.content_digest)
    frozen = frozen_scores(*asked, world.tables, columns=["row_key"])
    if frozen.num_rows == 0:
        # Judged on nothing, or the scores are lost: whether the window is enough, the digest tells.
        return rows
    return rows[row_keys(rows).isin(pc.unique(frozen["row_key"]).to_pylist())]
