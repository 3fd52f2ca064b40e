"""The record of batches: how one is written, the newest one, and which files were refused."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.tables.observed import BATCHES, CELLS, QUARANTINE, REPORTS, WEATHER
from fire_risk_assets.errors import StoreBroken
from fire_risk_assets.ports import TableStore

FED = (WEATHER, REPORTS, CELLS, QUARANTINE, FEATURES)
"""The tables whose versions a batch records."""


def newest_batch(tables: TableStore) -> int:
    """Return the newest recorded batch, 0 before the first.

    Raises:
        StoreBroken: see `require_recorded`.
    """
    batches = tables.read(BATCHES, columns=["batch_seq", "delta_versions"])
    require_recorded(batches, tables)
    return newest_in(batches)


def require_recorded(batches: pa.Table, tables: TableStore) -> None:
    """Make sure that no table is gone, or ends before what the batches record of it.

    An empty table reads like one nothing has arrived for yet: decisions would rest on it.

    Args:
        batches: Rows of `batches` with `delta_versions`.
        tables: The tables they name.

    Raises:
        StoreBroken: rows that were taken in are missing.
    """
    recorded: dict[str, int] = {}
    for versions in batches["delta_versions"].to_pylist():
        for name, version in json.loads(versions).items():
            recorded[name] = max(version, recorded.get(name, -1))
    for table in FED:
        found, least = tables.version(table), recorded.get(table.name)
        if least is not None and (found is None or found < least):
            stands = "is missing" if found is None else f"ends at version {found}"
            raise StoreBroken(
                f"Table {table.name} {stands}; the batches record version {least} of it, so rows"
                " that were taken in are gone.",
                remedy=f"Restore lake/{table.name} from a backup.",
            )


def newest_in(batches: pa.Table) -> int:
    """Return the newest of these rows of `batches`, 0 for none."""
    return int(pc.max(batches["batch_seq"]).as_py() or 0)


def of_files(batches: pa.Table) -> pa.Table:
    """Keep the rows of files offered; the others are of features and of replays.

    A replay has the name and digest of the file its rows came from, and must not answer for it.

    Args:
        batches: Rows of `batches` with `file_name` and `replayed`.
    """
    return batches.filter(pc.field("file_name").is_valid() & pc.field("replayed").is_null())


def batch_row(
    batch_seq: int, *, tables: str, versions: Mapping[str, int], recorded_at: datetime
) -> dict[str, Any]:
    """Return the row of a batch that holds nothing yet; callers set the columns that say more."""
    return {
        "batch_seq": batch_seq,
        "file_name": None,
        "tables": tables,
        **dict.fromkeys(("read", "accepted", "quarantined", "duplicates"), 0),
        "rejection_code": None,
        "rejection_reason": None,
        "reasons": "{}",
        "delta_versions": json.dumps(versions, sort_keys=True),
        "recorded_at": recorded_at,
        "columns": None,
        "replayed": None,
    }


def record_batch(row: Mapping[str, Any], store: TableStore, *, after: int) -> None:
    """Append the row: from here on the rows of the batch are visible.

    Args:
        row: Of the batch.
        store: Where it is recorded.
        after: `store.appends(BATCHES)`, asked before the batches were read that it follows. The
            lease INGEST keeps others waiting; that no number is given twice rests on this.

    Raises:
        StoreBusy: another batch was recorded meanwhile; nothing of this one is visible.
    """
    store.append(BATCHES, pa.Table.from_pylist([row], schema=BATCHES.schema), after=after)


def refusals_since(batch_seq: int, tables: TableStore) -> list[str]:
    """Return "name: reason" of every file refused after a batch."""
    columns = ["file_name", "rejection_reason", "replayed"]
    rows = tables.read(BATCHES, columns=columns, where=[("batch_seq", ">", batch_seq)])
    return [
        f"{row['file_name']}: {row['rejection_reason']}"
        for row in of_files(rows).to_pylist()
        if row["rejection_reason"]
    ]
