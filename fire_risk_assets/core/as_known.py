"""As known at an instant: the one filter every snapshot and reader goes through.

Rows are visible once `batches` names their batch. Of the rows of one key the newest by
(`known_at`, batch) counts.
"""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.core.arrow import ordinal


def with_batch_seq(rows: pa.Table, batches: pa.Table, *, up_to: int) -> pa.Table:
    """Keep the rows whose batch is recorded with `batch_seq <= up_to`, adding that column.

    Args:
        rows: Data rows with `batch_id`.
        batches: `batch_id` and `batch_seq` of the batches table.
        up_to: Newest batch that counts.
    """
    seen = batches.filter(pc.field("batch_seq") <= up_to)
    position = pc.index_in(
        rows["batch_id"].cast(pa.string()),
        value_set=seen["batch_id"].cast(pa.string()).combine_chunks(),
    )
    if position.null_count:
        rows, position = rows.filter(position.is_valid()), position.drop_null()
    return rows.append_column("batch_seq", seen["batch_seq"].combine_chunks().take(position))


def newest_per_key(rows: pa.Table, key: Sequence[str]) -> pa.Table:
    """Return, in key order, the newest row of each key by (`known_at`, `batch_seq`, row order)."""
    return rows if rows.num_rows == 0 else rows.take(pa.array(newest_places(rows, key)))


def newest_places(rows: pa.Table, key: Sequence[str]) -> np.ndarray:
    """Return where the rows of `newest_per_key` are, in that order."""
    keys = [ordinal(rows[name]) for name in key]
    newest = [ordinal(rows[name]) for name in ("known_at", "batch_seq")]
    # Stable, the last one given first.
    order = np.lexsort([*reversed(newest), *reversed(keys)])
    last = np.ones(rows.num_rows, dtype=np.bool_)
    if rows.num_rows:
        ordered = [each[order] for each in keys]
        last[:-1] = np.any([each[1:] != each[:-1] for each in ordered], axis=0)
    return order[last]


def as_known_at(
    rows: pa.Table, batches: pa.Table, *, key: Sequence[str], as_of: datetime, batch_seq: int
) -> pa.Table:
    """Return the rows as they were known at `as_of`, one a key, in key order.

    Args:
        rows: Every version of every row, with `known_at` and `batch_id`.
        batches: The batches table.
        key: Columns that identify a row.
        as_of: Rows learned later do not exist.
        batch_seq: Rows of later batches do not exist, whatever their `known_at`.
    """
    known = rows.filter(
        pc.field("known_at") <= pa.scalar(as_of, type=rows.schema.field("known_at").type)
    )
    return newest_per_key(with_batch_seq(known, batches, up_to=batch_seq), key)


def days_of(instants: pd.Series) -> np.ndarray:
    """Return the UTC day of each instant as datetime64[D], the cluster of a row."""
    return instants.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy().astype("datetime64[D]")
