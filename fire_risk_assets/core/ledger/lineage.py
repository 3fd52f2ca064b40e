"""What a version was trained on, read from the rows and, failing that, from its own tags."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fire_risk_assets.core.instants import parse_instant
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.verdict import Kind

TRAINING_COLUMNS = ("training_rows", "training_digest", "training_from", "training_until")


def training_of(rows: Sequence[LedgerRow], version: int, tags: Mapping[str, str]) -> dict[str, Any]:
    """Return the training columns of a version for a row that makes it serve.

    Args:
        rows: The model's ledger.
        version: The version.
        tags: Its registry tags, written when it was registered.
    """
    for row in rows:
        made = row.production_version if row.updated else None
        if row.training_digest and version in (row.candidate_version, made):
            return {name: getattr(row, name) for name in TRAINING_COLUMNS}
    found: dict[str, Any] = {}
    if "training_rows" in tags:
        found["training_rows"] = int(tags["training_rows"])
    if "training_digest" in tags:
        found["training_digest"] = tags["training_digest"]
    for name in ("training_from", "training_until"):
        if name in tags:
            found[name] = parse_instant(tags[name])
    return found


def training_until(rows: Sequence[LedgerRow], version: int) -> datetime | None:
    """Return the end of a version's training window, None when no row tells."""
    until: datetime | None = training_of(rows, version, {}).get("training_until")
    return until


def recorded_digests(rows: Sequence[LedgerRow], version: int) -> set[str]:
    """Return the manifest digests the rows record for a version; one, where nothing is wrong."""
    found = {row.candidate_sha256 for row in rows if row.candidate_version == version}
    found |= {row.artifact_sha256 for row in rows if row.production_version == version}
    return {digest for digest in found if digest}


def production_since(rows: Sequence[LedgerRow]) -> datetime | None:
    """Return since when the present version has served without a break.

    A rollback to a version restarts its age: what counts is the present stretch.
    """
    since: datetime | None = None
    version: int | None = None
    for row in rows:
        if row.production_version != version:
            version, since = row.production_version, row.decided_at
    return since if version is not None else None


def judged_windows(rows: Sequence[LedgerRow]) -> list[tuple[str, datetime, datetime]]:
    """Return (cycle_id, holdout_from, holdout_until) of every cycle that compared two models."""
    return [
        (row.cycle_id, row.holdout_from, row.holdout_until)
        for row in rows
        if row.kind in (Kind.PROMOTE, Kind.KEEP)
        and row.p_value is not None
        and row.holdout_from
        and row.holdout_until
    ]
