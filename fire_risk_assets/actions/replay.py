"""Replay repaired rows of a batch under the numbers they were set aside under.

A replay is a batch of its own and goes the way of every file: the same checks, the same order of
effects, the same lease. A line it accepts is settled and never judged again, so that repeating a
replay cannot take back what was learned since.
"""

import json
from contextlib import nullcontext
from dataclasses import dataclass, replace

from fire_risk_assets.actions.ingest import BorderSettings, Offer
from fire_risk_assets.actions.ingest_record import Books
from fire_risk_assets.actions.ingest_report import IngestReport
from fire_risk_assets.actions.set_aside import batch_set_aside, refuse_uci
from fire_risk_assets.core.border.check import Checked
from fire_risk_assets.core.border.header import Header
from fire_risk_assets.core.border.repaired import Repaired, places_of, repaired_header
from fire_risk_assets.core.border.set_aside import AsideBatch
from fire_risk_assets.core.border.source import Source
from fire_risk_assets.core.border.terms import KnownAt
from fire_risk_assets.core.leases import INGEST
from fire_risk_assets.core.tables.observed import QUARANTINE
from fire_risk_assets.errors import FileRejected
from fire_risk_assets.ports import Clock, CrashPoints, Lease, TableStore

_REMEDIES = {
    FileRejected.default_remedy: "Correct the file and replay it again; nothing was written.",
    "unit_changed": "Convert it; or, if the values are right, replay it with"
    " ingest.compare_units = false.",
}
"""By code, else by what is said of a file that is ingested."""


def replay(
    file: Source,
    batch_seq: int,
    *,
    store: TableStore,
    lease: Lease,
    clock: Clock,
    crash: CrashPoints,
    settings: BorderSettings,
    known_at: str | None = None,
    dry_run: bool = False,
) -> IngestReport:
    """Check repaired rows and append the good ones; the same file twice changes nothing.

    A line accepted by an earlier replay counts as accepted and known already.

    Args:
        file: CSV with a column `line` and the columns of the batch's kind.
        batch_seq: The batch that set the rows aside.
        store: Where tables are.
        lease: Keeps a second ingestion waiting.
        clock: The present instant.
        crash: Test hook, as of `ingest`.
        settings: How rows are judged.
        known_at: Overrides the policy of the settings; what the first offer was given is on no
            record.
        dry_run: Check only; nothing is written.

    Returns:
        Counts of the repaired rows, under the name of the file they came from. Of a refused file,
        of which no record is kept, its own name.

    Raises:
        UsageError: there is no such batch, or no row of it was set aside.
        RequestRefused: the batch is a UCI table.
        StoreBusy, StorageFull, StoreBroken, HomeUnusable, ForeignWriter: as of `ingest`.
    """
    KnownAt.parse(known_at or settings.known_at)
    with nullcontext() if dry_run else lease.hold(INGEST):
        books = Books.opened(store, now=clock.now(), dry_run=dry_run)
        batch = batch_set_aside(batch_seq, store)
        refuse_uci(batch)
        sha = ""
        try:
            sha = file.sha256()
            asked = _asked(file, batch)
            repaired = Repaired(file, batch.file_name, batch.file_sha256, asked.due)
            offer = Offer(repaired, books, crash, known_at, settings)
            return _replayed(offer, asked, batch, {"file_name": file.name, "file_sha256": sha})
        except FileRejected as refusal:
            return _refused(refusal, file.name, sha, batch)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a repaired file asks for.

    Attributes:
        header: Its header.
        due: Place by line, of the lines that are open.
        settled: How many lines an earlier replay has accepted.
    """

    header: Header
    due: dict[int, int]
    settled: int


def _asked(file: Source, batch: AsideBatch) -> _Asked:
    if file.name.lower().endswith(".parquet"):
        raise FileRejected("unknown_format", "A file of repaired rows is .csv or .csv.gz.")
    header = repaired_header(file.header(), kind=batch.kind)
    places = places_of(file, header)
    if not places:
        raise FileRejected("no_rows", "No row of the file has more than its line filled in.")
    unknown = sorted(set(places) - {row.line for row in batch.rows})
    if unknown:
        shown = ", ".join(map(str, unknown[:8])) + (" …" if unknown[8:] else "")
        raise FileRejected(
            "line_unknown",
            f"Not set aside in batch {batch.batch_seq}: line {shown}.",
            remedy=f"`fire-risk quarantine show {batch.batch_seq}` lists the lines that were.",
        )
    still_open = {row.line for row in batch.open_rows}
    due = {line: place for line, place in places.items() if line in still_open}
    return _Asked(header, due, settled=len(places) - len(due))


def _replayed(
    offer: Offer, asked: _Asked, batch: AsideBatch, repaired: dict[str, str]
) -> IngestReport:
    header, sha = asked.header, batch.file_sha256
    judged = offer.checked(header, sha) if asked.due else _nothing_judged()
    again = judged.quarantined.select(["line", "raw", "reason_code"]).to_pylist()
    accepted = sorted(set(asked.due) - {row["line"] for row in again})
    told = replace(
        judged,
        read=judged.read + asked.settled,
        accepted=judged.accepted + asked.settled,
        duplicates=judged.duplicates + asked.settled,
    )
    before = {row.line: (row.raw, row.reason_code, row.columns) for row in batch.rows}
    as_before = all(
        before[row["line"]] == (row["raw"], row["reason_code"], header.columns) for row in again
    )
    if batch.last_replay is not None and as_before and not accepted:
        report = offer.books.planned(
            told, file_name=batch.file_name, file_sha256=sha, fed=batch.tables
        )
        seq, recorded_at = batch.last_replay
        return replace(
            report, repeated=True, normalised=None, batch_seq=seq, recorded_at=recorded_at
        )
    record = {"batch_seq": batch.batch_seq, "lines": accepted, **repaired}
    return offer.written(told, header, sha, replayed=json.dumps(record))


def _nothing_judged() -> Checked:
    counts = dict.fromkeys(("read", "accepted", "duplicates"), 0)
    return Checked(
        rows={},
        quarantined=QUARANTINE.offered_schema.empty_table(),
        normalised={},
        reasons={},
        **counts,
    )


def _refused(refusal: FileRejected, name: str, sha: str, batch: AsideBatch) -> IngestReport:
    remedy = _REMEDIES.get(refusal.code) or _REMEDIES.get(refusal.remedy) or refusal.remedy
    return IngestReport(
        file_name=name,
        file_sha256=sha,
        tables=batch.tables,
        rejected=True,
        rejection_code=refusal.code,
        rejection_reason=str(refusal),
        remedy=remedy,
    )
