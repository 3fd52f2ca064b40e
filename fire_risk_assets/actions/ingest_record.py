"""The books of ingestion: what was offered before, what is visible, and how a batch is recorded.

Split from `ingest.py` so that the order of effects can be read there on one page.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.actions.batches import (
    FED,
    batch_row,
    newest_in,
    of_files,
    record_batch,
    require_recorded,
)
from fire_risk_assets.actions.ingest_report import Bounds, IngestReport, bounds, report_of
from fire_risk_assets.core.as_known import with_batch_seq
from fire_risk_assets.core.border.check import Checked
from fire_risk_assets.core.tables.observed import BATCHES, CELLS, QUARANTINE, REPORTS, WEATHER
from fire_risk_assets.core.tables.spec import TableSpec
from fire_risk_assets.errors import FileRejected
from fire_risk_assets.ports import Condition, TableStore

NAME_REFUSALS = frozenset(
    {"name_reused", "unknown_format", "compressed", "not_gzip", "not_text", "not_parquet"}
)
"""Codes another name may cure: the name is taken, or its ending does not tell the format."""

UNDECIDED = frozenset({"missing_file", "still_growing"})
"""Codes that decide nothing and leave no row: there is no file, or it is not written yet."""


def batch_id_of(file_sha256: str, kind: str, number: int) -> str:
    """Return the id of a batch: 16 hex digits of a file's content, its kind and a number."""
    return hashlib.sha256(f"{file_sha256}|{kind}|{number}".encode()).hexdigest()[:16]


@dataclass(slots=True)
class Books:
    """The batches table at one instant, under the lease, and appending to the others.

    Attributes:
        appends: What `store.appends` says of each table, from before it was looked at.
    """

    store: TableStore
    now: datetime
    batches: pa.Table
    appends: dict[str, int]
    versions: dict[str, int] = field(default_factory=dict)
    dry_run: bool = False

    @classmethod
    def opened(cls, store: TableStore, *, now: datetime, dry_run: bool = False) -> "Books":
        """Read the batches recorded so far; of a dry run nothing is ever recorded.

        Raises:
            StoreBroken: see `require_recorded`.
        """
        appends = {table.name: store.appends(table) for table in (BATCHES, *FED)}
        batches = store.read(BATCHES)
        require_recorded(batches, store)
        return cls(store, now, batches, appends, dry_run=dry_run)

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
        return report_of(rows[0], known=self._known(rows[0])) if rows else None

    def refuse_reused_name(self, name: str, sha: str, fed: str) -> None:
        """Refuse other content under the name of an accepted file: which one counts is unclear.

        Raises:
            FileRejected: such a file is recorded.
        """
        for row in of_files(self.batches).filter(pc.field("file_name") == name).to_pylist():
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

    def unused_id(self, file_sha256: str, kind: str, tables: Sequence[TableSpec]) -> str:
        """Return a batch id that is on no record and under which no table holds rows.

        A try that was killed has left rows judged by its own instant and options. They stay
        invisible for ever: under the next try's id they would be taken for its own. A replay whose
        rows were all known already has a record and no rows.
        """
        recorded = set(self.batches["batch_id"].to_pylist())
        ids = (batch_id_of(file_sha256, kind, number) for number in count(1))
        return next(
            each for each in ids if each not in recorded and not self._holds_rows(each, tables)
        )

    def _holds_rows(self, batch_id: str, tables: Sequence[TableSpec]) -> bool:
        mine = [("batch_id", "==", batch_id)]
        return any(
            self.store.read(table, columns=["batch_id"], where=mine).num_rows > 0
            for table in (*tables, QUARANTINE)
            if self.store.version(table) is not None
        )

    def append(self, table: TableSpec, rows: pa.Table, batch_id: str) -> None:
        """Append rows of the batch; they are visible once `accepted` has recorded it."""
        if rows.num_rows:
            column = pa.repeat(pa.scalar(batch_id, pa.string()), rows.num_rows)
            self.versions[table.name] = self.store.append(
                table, rows.append_column("batch_id", column), after=self.appends[table.name]
            )

    def accepted(
        self,
        checked: Checked,
        *,
        file_name: str,
        file_sha256: str,
        fed: str,
        batch_id: str,
        told: Mapping[str, str | None],
    ) -> IngestReport:
        """Record the batch, with what else is told of it: from here on its rows are visible."""
        row = self._row(file_name=file_name, file_sha256=file_sha256, fed=fed)
        row |= {"batch_id": batch_id, **_counts(checked), **told}
        record_batch(row, self.store, after=self.appends[BATCHES.name])
        known = bounds(checked.rows.values())
        return report_of(row, normalised=checked.normalised, known=known, repeated=False)

    def planned(
        self, checked: Checked, *, file_name: str, file_sha256: str, fed: str
    ) -> IngestReport:
        """Return what `accepted` would report, without a batch."""
        row = self._row(file_name=file_name, file_sha256=file_sha256, fed=fed)
        row |= {"batch_seq": None, **_counts(checked)}
        known = bounds(checked.rows.values())
        return report_of(row, normalised=checked.normalised, known=known, repeated=False)

    def rejected(
        self, refusal: FileRejected, *, file_name: str, file_sha256: str, fed: str
    ) -> IngestReport:
        """Record a refusal, unless the same content was refused for the same reason before.

        What was refused for its name is recorded under each: whoever watches a folder would find
        the renamed file undecided for ever. What is no file, or not yet, is reported only.
        """
        row = self._row(file_name=file_name, file_sha256=file_sha256, fed=fed)
        row |= {
            "batch_id": batch_id_of(file_sha256 or file_name, "rejected", row["batch_seq"]),
            "rejection_code": refusal.code,
            "rejection_reason": str(refusal),
        }
        if refusal.code in UNDECIDED:
            return report_of(row | {"batch_seq": None}, remedy=refusal.remedy, repeated=False)
        for old in self._rows(file_sha256, fed):
            of_content = file_sha256 != "" and refusal.code not in NAME_REFUSALS
            same_file = of_content or old["file_name"] == file_name
            if same_file and old["rejection_code"] == refusal.code:
                return report_of(old, remedy=refusal.remedy)
        if self.dry_run:
            return report_of(row | {"batch_seq": None}, remedy=refusal.remedy, repeated=False)
        record_batch(row, self.store, after=self.appends[BATCHES.name])
        return report_of(row, remedy=refusal.remedy, repeated=False)

    def _known(self, batch: dict[str, Any]) -> Bounds:
        mine = [("batch_id", "==", batch["batch_id"])]
        fed = [
            table for table in (WEATHER, REPORTS, CELLS) if table.name in batch["tables"].split(",")
        ]
        return bounds(self.store.read(table, columns=["known_at"], where=mine) for table in fed)

    def _rows(self, sha: str, fed: str) -> list[dict[str, Any]]:
        same = (pc.field("file_sha256") == sha) & (pc.field("tables") == fed)
        return list(of_files(self.batches).filter(same).sort_by("batch_seq").to_pylist())

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
