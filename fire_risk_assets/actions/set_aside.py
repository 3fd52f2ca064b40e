"""What was set aside, file by file, and what of it is still open. Reads only."""

import json

from fire_risk_assets.actions.batches import newest_in
from fire_risk_assets.core.border.set_aside import AsideBatch, set_aside
from fire_risk_assets.core.tables.observed import BATCHES, QUARANTINE
from fire_risk_assets.errors import RequestRefused, UsageError
from fire_risk_assets.ports import TableStore

_NAMES_BATCHES = "`fire-risk quarantine list` shows the batches with rows set aside."


def batches_set_aside(store: TableStore) -> list[AsideBatch]:
    """Return every batch with rows set aside, without their sentences and raw text."""
    batches = store.read(BATCHES)
    return set_aside(batches, store.read(QUARANTINE, columns=["line", "reason_code", "batch_id"]))


def batch_set_aside(batch_seq: int, store: TableStore) -> AsideBatch:
    """Return one batch with the rows it set aside.

    Raises:
        UsageError: there is no such batch, or it is one without such rows.
    """
    batches = store.read(BATCHES)
    offered = next((b for b in batches.to_pylist() if b["batch_seq"] == batch_seq), None)
    if offered is None:
        raise UsageError(
            f"There is no batch {batch_seq}; the newest is {newest_in(batches)}.",
            remedy=_NAMES_BATCHES,
        )
    rows = store.read(QUARANTINE, where=[("file_sha256", "==", offered["file_sha256"])])
    found = {batch.batch_seq: batch for batch in set_aside(batches, rows)}
    if batch_seq in found:
        return found[batch_seq]
    if offered["replayed"] is not None:
        of = json.loads(offered["replayed"])["batch_seq"]
        raise UsageError(
            f"Batch {batch_seq} is a replay; what it set aside again belongs to batch {of}.",
            remedy=f"Name batch {of}.",
        )
    raise UsageError(f"Batch {batch_seq} set no row aside.", remedy=_NAMES_BATCHES)


def refuse_uci(batch: AsideBatch) -> None:
    """Refuse to replay rows of a UCI table.

    Raises:
        RequestRefused: it is one.
    """
    if batch.kind == "uci":
        raise RequestRefused(
            f"Batch {batch.batch_seq} is a UCI table: its days are dated by all of its rows"
            " together, so no row of it can be replayed alone.",
            remedy="Offer the repaired rows as a weather and a reports file, with dates of their"
            " own, or the whole repaired table to a new home (--home).",
        )
