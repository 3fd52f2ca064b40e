"""The books of ingestion: what was offered before, what is visible, and how a batch is recorded.

Split from `ingest.py` so that the order of effects can be read there on one page.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.actions.batches import batch_row, newest_in, record_batch
from fire_risk_assets.core.as_known import with_batch_seq
from fire_risk_assets.core.border.check import Checked
from fire_risk_assets.core.tables.observed import BATCHES, CELLS, QUARANTINE, REPORTS, WEATHER
from fire_risk_assets.core.tables.spec import TableSpec
from fire_risk_assets.errors import FileRejected
from fire_risk_assets.ports import Condition, TableStore

Bounds: TypeAlias = tuple[datetime | None, datetime | None]
"""The earliest and the latest instant; None twice without rows."""

NAME_REFUSALS = frozenset(
    {"name_reused", "unknown_format", "compressed", "not_gzip", "not_text", "not_parquet"}
)
"""Codes another name may cure: the name is taken, or its ending does not tell the format."""

UNDECIDED = frozenset({"missing_file", "still_growing"})
"""Codes that decide nothing and leave no row: there is no file, or it is not written yet."""


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


def batch_id_of(file_sha256: str, kind: str) -> str:
    """Return the id of the batch a file's content makes as one kind: 16 hex digits."""
    return hashlib.sha256(f"{file_sha256}|{kind}".encode()).hexdigest()[:16]


@dataclass(slots=True)
class Books:
    """The batches table at one instant, under the lease, and appending to the others."""

    store: TableStore
    now: datetime
    batches: pa.Table
    versions: dict[str, int] = field(default_factory=dict)
    dry_run: bool = False

    @classmethod
    def opened(cls, store: TableStore, *, now: datetime, dry_run: bool = False) -> "Books":
        """Read the batches recorded so far; of a dry run nothing is ever recorded."""
        return cls(store, now, store.read(BATCHES), dry_run=dry_run)

    @property
    def last_seq(self) -> int:
        """The newest batch, 0 before the first."""
        return newest_in(self.batches)

    def visible(
        self,
        table: TableSpec,
        where: tuple[Condition, ...] = (),
        *,
        columns: Sequence[str] | None = None,
    ) -> pa.Table:
        """Return the rows of recorded batches, with `batch_id` and `batch_seq`."""
        wanted = None if columns is None else [*columns, "batch_id"]
        rows = self.store.read(table, columns=wanted, where=where)
        return with_batch_seq(rows, self.batches, up_to=self.last_seq)

    def visible_like(self, table: TableSpec, offered: pa.Table) -> pa.Table:
        """Return visible rows between the offered rows' least and greatest key.

        The last key column bounds best: time for weather, the id elsewhere.
        """
        if offered.num_rows == 0:
            return self.visible(table, ((table.key[-1], "in", []),))
        bounds = pc.min_max(offered[table.key[-1]])
        low, high = bounds["min"].as_py(), bounds["max"].as_py()
        return self.visible(table, ((table.key[-1], ">=", low), (table.key[-1], "<=", high)))

    def accepted_before(self, sha: str, fed: str) -> IngestReport | None:
        """Return the recorded outcome of this content as this kind, None when it is new."""
        rows = [row for row in self._rows(sha, fed) if row["rejection_code"] is None]
        return _report(rows[0], known=self._known(rows[0])) if rows else None

    def refuse_reused_name(self, name: str, sha: str, fed: str) -> None:
        """Refuse other content under the name of an accepted file: which one counts is unclear.

        Raises:
            FileRejected: such a file is recorded.
        """
        for row in self.batches.filter(pc.field("file_name") == name).to_pylist():
            if row["rejection_code"] is None and row["tables"] == fed and row["file_sha256"] != sha:
                raise FileRejected(
                    "name_reused",
                    f"Batch {row['batch_seq']} was a file {name[:80]!r} with other content.",
                    remedy="Offer corrections under a new file name.",
                )

    def refuse_other_uci(self, checked: Checked, fed: str) -> None:
        """Refuse another UCI table than the one on record, whatever its name.

        Its reports are named by their lines, its days dated by the whole table: another one would
        rewrite fires that have nothing to do with it. The same rows in another file add nothing.

        Raises:
            FileRejected: a UCI table is recorded, and this one would add to it.
        """
        recorded = self.batches.filter(
            (pc.field("tables") == fed) & pc.field("rejection_code").is_null()
        )
        adds = any(checked.rows[table.name].num_rows for table in (WEATHER, REPORTS))
        if recorded.num_rows and adds:
            raise FileRejected(
                "other_uci",
                f"Batch {recorded['batch_seq'][0]} was a UCI table with other rows, and reports"
                " are named by their lines.",
                remedy="Take it into a home of its own, or offer corrections as a reports file.",
            )

    def append(self, table: TableSpec, rows: pa.Table, batch_id: str) -> None:
        """Append the batch's rows, except those a killed try has left under the same id.

        Rows are matched by key: with the policy "now" a second try knows them later, and the
        first instant is the true one.
        """
        if self.store.version(table) is not None:
            mine = [("batch_id", "==", batch_id)]
            left = self.store.read(table, columns=table.key, where=mine)
            if left.num_rows:
                rows = rows.join(left, list(table.key), join_type="left anti")
            if left.num_rows and not rows.num_rows:
                self.versions[table.name] = self.store.version(table) or 0
        if rows.num_rows:
            column = pa.repeat(pa.scalar(batch_id, pa.string()), rows.num_rows)
            self.versions[table.name] = self.store.append(
                table, rows.append_column("batch_id", column)
            )

    def append_quarantine(self, rows: pa.Table, batch_id: str) -> None:
        """Append quarantined rows under the same law."""
        self.append(QUARANTINE, rows, batch_id)

    def accepted(
        self, checked: Checked, *, file_name: str, file_sha256: str, fed: str, batch_id: str
    ) -> IngestReport:
        """Record the batch: from here on its rows are visible."""
        row = self._row(file_name=file_name, file_sha256=file_sha256, fed=fed)
        row |= {"batch_id": batch_id, **_counts(checked)}
        record_batch(row, self.store)
        # As stored: rows that a killed try has left were known before the present ones.
        return _report(row, normalised=checked.normalised, known=self._known(row), repeated=False)

    def planned(
        self, checked: Checked, *, file_name: str, file_sha256: str, fed: str
    ) -> IngestReport:
        """Return what `accepted` would report, without a batch."""
        row = self._row(file_name=file_name, file_sha256=file_sha256, fed=fed)
        row |= {"batch_seq": None, **_counts(checked)}
        known = _bounds(checked.rows.values())
        return _report(row, normalised=checked.normalised, known=known, repeated=False)

    def rejected(
        self, refusal: FileRejected, *, file_name: str, file_sha256: str, fed: str
    ) -> IngestReport:
        """Record a refusal, unless the same content was refused for the same reason before.

        What was refused for its name is recorded under each: whoever watches a folder would find
        the renamed file undecided for ever. What is no file, or not yet, is reported only.
        """
        row = self._row(file_name=file_name, file_sha256=file_sha256, fed=fed)
        row |= {
            "batch_id": batch_id_of(file_sha256 or file_name, f"rejected {row['batch_seq']}"),
            "rejection_code": refusal.code,
            "rejection_reason": str(refusal),
        }
        if refusal.code in UNDECIDED:
            return _report(row | {"batch_seq": None}, remedy=refusal.remedy, repeated=False)
        for old in self._rows(file_sha256, fed):
            of_content = file_sha256 != "" and refusal.code not in NAME_REFUSALS
            same_file = of_content or old["file_name"] == file_name
            if same_file and old["rejection_code"] == refusal.code:
                return _report(old, remedy=refusal.remedy)
        if self.dry_run:
            return _report(row | {"batch_seq": None}, remedy=refusal.remedy, repeated=False)
        record_batch(row, self.store)
        return _report(row, remedy=refusal.remedy, repeated=False)

    def _known(self, batch: dict[str, Any]) -> Bounds:
        mine = [("batch_id", "==", batch["batch_id"])]
        fed = [
            table for table in (WEATHER, REPORTS, CELLS) if table.name in batch["tables"].split(",")
        ]
        return _bounds(self.store.read(table, columns=["known_at"], where=mine) for table in fed)

    def _rows(self, sha: str, fed: str) -> list[dict[str, Any]]:
        same = (pc.field("file_sha256") == sha) & (pc.field("tables") == fed)
        return list(self.batches.filter(same).sort_by("batch_seq").to_pylist())

    def _row(self, *, file_name: str, file_sha256: str, fed: str) -> dict[str, Any]:
        row = batch_row(self.last_seq + 1, tables=fed, versions=self.versions, recorded_at=self.now)
        return row | {"file_name": file_name, "file_sha256": file_sha256}


def _counts(checked: Checked) -> dict[str, Any]:
    return {
        "read": checked.read,
        "accepted": checked.accepted,
        "quarantined": checked.read - checked.accepted,
        "duplicates": checked.duplicates,
        "reasons": json.dumps(checked.reasons, sort_keys=True),
    }


def _bounds(tables: Iterable[pa.Table]) -> Bounds:
    found = [pc.min_max(rows["known_at"]).as_py() for rows in tables if rows.num_rows]
    if not found:
        return None, None
    return min(each["min"] for each in found), max(each["max"] for each in found)


def _report(
    row: dict[str, Any],
    *,
    known: Bounds = (None, None),
    normalised: dict[str, int] | None = None,
    remedy: str | None = None,
    repeated: bool = True,
) -> IngestReport:
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
