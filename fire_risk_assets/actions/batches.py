"""What the record of batches says: the newest one, and which files were refused."""

import pyarrow.compute as pc

from fire_risk_assets.core.tables.observed import BATCHES
from fire_risk_assets.ports import TableStore


def newest_batch(tables: TableStore) -> int:
    """Return the newest recorded batch, 0 before the first."""
    newest = pc.max(tables.read(BATCHES, columns=["batch_seq"])["batch_seq"]).as_py()
    return int(newest or 0)


def refusals_since(batch_seq: int, tables: TableStore) -> list[str]:
    """Return "name: reason" of every file refused after a batch."""
    columns = ["file_name", "rejection_reason"]
    rows = tables.read(BATCHES, columns=columns, where=[("batch_seq", ">", batch_seq)])
    return [
        f"{row['file_name']}: {row['rejection_reason']}"
        for row in rows.to_pylist()
        if row["rejection_reason"]
    ]
