"""Build the rows of a recorded snapshot again from the tables as they are now, and compare them.

Nothing that was configured since counts: training rows are those of the recorded window, holdout
rows those whose scores were frozen with the verdict.
"""

from dataclasses import dataclass

import pandas as pd
import pyarrow.compute as pc

from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.references import Snapshot
from fire_risk_assets.core.rows import row_keys
from fire_risk_assets.core.snapshots import verify_snapshot
from fire_risk_assets.core.tables.scores import ADJUDICATION_SCORES
from fire_risk_assets.core.windows import training_between
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
    frozen = world.tables.read(
        ADJUDICATION_SCORES,
        columns=["row_key"],
        where=[
            ("model_name", "==", snapshot.model_name),
            ("cycle_id", "==", snapshot.cycle_id),
            ("holdout_digest", "==", snapshot.content_digest),
        ],
    )
    if frozen.num_rows == 0:
        # Judged on nothing, or the scores are lost: whether the window is enough, the digest tells.
        return rows
    return rows[row_keys(rows).isin(pc.unique(frozen["row_key"]).to_pylist())]
