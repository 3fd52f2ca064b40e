"""What a caller is told of an offered file."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

Bounds: TypeAlias = tuple[datetime | None, datetime | None]
"""The earliest and the latest instant; None twice without rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """What became of one offered file. `read == accepted + quarantined`, always.

    Attributes:
        read: Source rows; 0 for a rejected file.
        duplicates: Accepted rows that were known already and added nothing.
        rejected: The whole file was refused and nothing of it was written.
        file_sha256: Digest of its bytes, "" when they were not read.
        reasons: Quarantined rows by reason code.
        normalised: Cells or lines changed on the way in; None for a repeated file, of which that
            is not on record.
        batch_seq: Its row in `batches`; None for what is no file, or not yet.
        repeated: The file was decided before; this is the recorded outcome.
        recorded_at: When its batch became visible; None without one.
        known_from: `known_at` of its rows, the earliest; None when it added none.
        known_until: The latest.
    """

    file_name: str
    file_sha256: str
    tables: str
    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    duplicates: int = 0
    rejected: bool = False
    rejection_code: str | None = None
    rejection_reason: str | None = None
    remedy: str | None = None
    reasons: dict[str, int] = field(default_factory=dict)
    normalised: dict[str, int] | None = field(default_factory=dict)
    batch_seq: int | None = None
    repeated: bool = False
    recorded_at: datetime | None = None
    known_from: datetime | None = None
    known_until: datetime | None = None


def bounds(tables: Iterable[pa.Table]) -> Bounds:
    """Return the earliest and the latest `known_at` of rows."""
    found = [pc.min_max(rows["known_at"]).as_py() for rows in tables if rows.num_rows]
    if not found:
        return None, None
    return min(each["min"] for each in found), max(each["max"] for each in found)


def report_of(
    row: dict[str, Any],
    *,
    known: Bounds = (None, None),
    normalised: dict[str, int] | None = None,
    remedy: str | None = None,
    repeated: bool = True,
) -> IngestReport:
    """Return the report of a row of `batches`; `repeated` where it was recorded before."""
    counts = ("read", "accepted", "quarantined", "duplicates", "batch_seq")
    return IngestReport(
        file_name=row["file_name"],
        file_sha256=row["file_sha256"],
        tables=row["tables"],
        rejected=row["rejection_code"] is not None,
        rejection_code=row["rejection_code"],
        rejection_reason=row["rejection_reason"],
        remedy=remedy,
        reasons=json.loads(row["reasons"]),
        normalised=None if repeated else normalised or {},
        repeated=repeated,
        recorded_at=None if row["batch_seq"] is None else row["recorded_at"],
        known_from=known[0],
        known_until=known[1],
        **{name: row[name] for name in counts},
    )
