"""The observation that spoke for a cell, and the features of all cells of its day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.core.as_known import newest_per_key, with_batch_seq
from fire_risk_assets.core.digest import digest_of_ordered, in_key_order
from fire_risk_assets.core.features.catalogue import FEATURES, MODEL_FEATURES
from fire_risk_assets.core.fitting import frame_of
from fire_risk_assets.core.incident.question import REACH, Question
from fire_risk_assets.core.scoring.days import Days
from fire_risk_assets.core.tables.observed import BATCHES, REPORTS
from fire_risk_assets.ports import World


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CellDay:
    """The day of an observation.

    Attributes:
        cell_id: The cell asked about.
        observed_at: Its observation.
        versions: Every version of every feature row of the day, with `batch_seq`.
        burned: Cells with a fire in the hours the observation speaks for, as known now.
    """

    cell_id: str
    observed_at: datetime
    versions: pa.Table
    burned: frozenset[str]

    @property
    def days(self) -> Days:
        """The UTC day, as a range."""
        return Days(self.observed_at.date(), self.observed_at.date())

    def known(self, as_known: datetime | None, *, up_to: int | None = None) -> pa.Table:
        """Return the newest row of each cell, in key order.

        Args:
            as_known: Rows learned later do not exist; None: all do.
            up_to: Rows of later batches do not exist; None: all do.
        """
        rows = self.versions
        if as_known is not None:
            rows = rows.filter(pc.field("known_at") <= pa.scalar(as_known, rows["known_at"].type))
        if up_to is not None:
            rows = rows.filter(pc.field("batch_seq") <= up_to)
        if rows.num_rows == 0:
            return rows
        newest = rows.sort_by("batch_seq")["feature_version"][-1]
        return newest_per_key(rows.filter(pc.field("feature_version") == newest), FEATURES.key)

    def given(self, as_known: datetime, inputs: Sequence[str], digest: str) -> pa.Table | None:
        """Return the rows a batch of predictions was made from, None when no rows have its digest.

        Rows of an old `known_at` may have come in later; which batches there were then, the digest
        tells.
        """
        columns = tuple(dict.fromkeys([*FEATURES.key, *inputs]))
        for up_to in sorted(set(self.versions["batch_seq"].to_pylist()), reverse=True):
            rows = self.known(as_known, up_to=up_to)
            ordered = in_key_order(rows.select(columns), key=FEATURES.key)
            if digest_of_ordered(ordered, columns=columns) == digest:
                return rows
        return None

    def place(self, rows: pa.Table) -> int | None:
        """Return where the observation is among some rows, None when it is not."""
        mine = pc.and_(
            pc.equal(rows["cell_id"], self.cell_id),
            pc.equal(rows["observed_at"], pa.scalar(self.observed_at, rows["observed_at"].type)),
        )
        found: int = pc.index(mine, value=True).as_py()
        return None if found < 0 else found


def cell_day_of(question: Question, world: World) -> CellDay | None:
    """Return the day of the last observation within reach of the instant, None without one."""
    reach = [
        ("cell_id", "==", question.cell_id),
        ("observed_at", ">", question.at - REACH),
        ("observed_at", "<=", question.at),
    ]
    mine = world.tables.read(FEATURES, columns=["observed_at"], where=reach)
    if mine.num_rows == 0:
        return None
    observed_at: datetime = pc.max(mine["observed_at"]).as_py()
    first, end = Days(observed_at.date(), observed_at.date()).window
    day = world.tables.read(
        FEATURES, where=[("observed_at", ">=", first), ("observed_at", "<", end)]
    )
    batches = world.tables.read(BATCHES, columns=["batch_seq", "batch_id"])
    versions = with_batch_seq(day, batches, up_to=batches.num_rows)
    if versions.num_rows == 0:
        return None
    fires = world.tables.read(
        REPORTS,
        columns=["cell_id"],
        where=[("started_at", ">=", observed_at), ("started_at", "<", observed_at + REACH)],
    )
    return CellDay(
        cell_id=question.cell_id,
        observed_at=observed_at,
        versions=versions,
        burned=frozenset(fires["cell_id"].to_pylist()),
    )


def frame_of_day(rows: pa.Table) -> pd.DataFrame:
    """Return the features a model may use, as pipelines are given them."""
    return frame_of(MODEL_FEATURES, rows.select(list(MODEL_FEATURES)).to_pandas())
