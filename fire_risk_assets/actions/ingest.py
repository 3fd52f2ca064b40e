"""Take one offered file into the lake, or refuse it. The only way into observed tables.

Data rows first (one atomic append a table), quarantine next, the row in `batches` last: it makes
everything before it visible. Whatever a crash leaves is invisible and stays so: the next try writes
under another batch id. Rules live in `core/border`, recording in `ingest_record.py`.
"""

import json
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Literal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.actions.ingest_record import Books
from fire_risk_assets.actions.ingest_report import IngestReport
from fire_risk_assets.actions.recent_weather import recent_weather
from fire_risk_assets.core.border.check import Checked, check
from fire_risk_assets.core.border.header import Header, recognise
from fire_risk_assets.core.border.layout import LAYOUTS, FileKind
from fire_risk_assets.core.border.source import Source
from fire_risk_assets.core.border.terms import CELL_AREA_HA, KnownAt, Terms
from fire_risk_assets.core.border.uci import check_uci
from fire_risk_assets.core.border.units import DAILY, daily_means
from fire_risk_assets.core.leases import INGEST
from fire_risk_assets.core.tables.observed import CELLS, QUARANTINE, WEATHER
from fire_risk_assets.errors import FileRejected, UsageError
from fire_risk_assets.ports import Clock, CrashPoints, Lease, TableStore

HISTORICAL = "observed+0"
"""Policy of the UCI file: known at "now", no past cycle could use any of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderSettings:
    """How files are judged.

    Attributes:
        known_at: `now` or `observed+DAYS`, for canonical files that do not say.
        timezone: IANA zone of times without an offset.
        cell_area_ha: Upper bound of a burned area, hectares.
        require_known_cells: Whether, once any cell is known, others are set aside.
        compare_units: Whether a weather file that seems to be in another unit is refused.
        reused_name: What happens to other content under the name of an accepted file.
    """

    known_at: str = "now"
    timezone: str = "UTC"
    cell_area_ha: float = CELL_AREA_HA
    require_known_cells: bool = True
    compare_units: bool = True
    reused_name: Literal["reject", "accept"] = "reject"


def ingest(
    source: Source,
    *,
    store: TableStore,
    lease: Lease,
    clock: Clock,
    crash: CrashPoints,
    kind: Literal["weather", "reports", "cells"] | None = None,
    format: Literal["canonical", "uci"] | None = None,
    known_at: str | None = None,
    settings: BorderSettings = BorderSettings(),
    dry_run: bool = False,
) -> IngestReport:
    """Check a file and append its good rows; the same content twice changes nothing.

    Args:
        source: The file; its content counts, not its name.
        store: Where tables are.
        lease: Keeps a second ingestion waiting.
        clock: The present instant.
        crash: Test hook; passes INGEST_DATA, INGEST_QUARANTINE and INGEST_RECORD.
        kind: What the file must be; None finds it by the header.
        format: `uci`, `canonical`, or None to find it by the header.
        known_at: Overrides the policy of the settings, for this file.
        settings: How files are judged.
        dry_run: Check only: the report is the same, without a batch, and nothing is written.

    Raises:
        UsageError: a kind together with the UCI format, or an unreadable policy.
        StoreBusy, StorageFull, StoreBroken, HomeUnusable, ForeignWriter: of the store; repeat the
            call, nothing was made visible.
    """
    if format == "uci" and kind is not None:
        raise UsageError(f"A UCI file is no {kind} file; leave the kind out.")
    KnownAt.parse(known_at or settings.known_at)
    wanted: FileKind | None = "uci" if format == "uci" else kind
    with nullcontext() if dry_run else lease.hold(INGEST):
        books = Books.opened(store, now=clock.now(), dry_run=dry_run)
        offer = Offer(source, books, crash, known_at, settings)
        return offer.taken(wanted, canonical=format == "canonical")


@dataclass(slots=True)
class Offer:
    """One file on its way through the border; a replay goes through `checked` and `written`."""

    source: Source
    books: Books
    crash: CrashPoints
    known_at: str | None
    settings: BorderSettings

    def taken(self, wanted: FileKind | None, *, canonical: bool) -> IngestReport:
        """Take the file in, or record its refusal."""
        name, sha = self.source.name, ""
        fed = LAYOUTS[wanted].fed if wanted else ""
        try:
            sha = self.source.sha256()
            header = recognise(self.source.header(), kind=wanted)
            layout = header.layout
            fed = layout.fed
            if canonical and layout.kind == "uci":
                raise FileRejected("unknown_column", "The file is a UCI file, not a canonical one.")
            recorded = self.books.accepted_before(sha, fed)
            if recorded is not None:
                return recorded
            if self.settings.reused_name == "reject" and layout.kind != "uci":
                self.books.refuse_reused_name(name, sha, fed)
            checked = self.checked(header, sha)
            if layout.kind == "uci":
                self.books.refuse_other_uci(checked, fed)
        except FileRejected as refusal:
            return self.books.rejected(refusal, file_name=name, file_sha256=sha, fed=fed)
        return self.written(checked, header, sha)

    def checked(self, header: Header, sha: str) -> Checked:
        """Judge the rows; nothing is written.

        Raises:
            FileRejected: the file as a whole is refused.
        """
        layout, chunks = header.layout, self.source.chunks(header)
        policy = HISTORICAL if layout.kind == "uci" else self.settings.known_at
        terms = Terms(
            now=self.books.now,
            known_at=KnownAt.parse(self.known_at or policy),
            timezone=self.settings.timezone,
            known_cells=self._known_cells() if layout.kind in ("weather", "reports") else None,
            cell_area_ha=self.settings.cell_area_ha,
            region=self._region() if layout.kind == "cells" else None,
            weather_seen=self._weather_seen() if layout.kind == "weather" else None,
        )
        name = self.source.name
        if layout.kind == "uci":
            return check_uci(
                chunks,
                terms=terms,
                file_sha256=sha,
                file_name=name,
                raw_lines=self.source.raw_lines,
                stored=self.books.visible_like,
            )
        return check(
            chunks,
            kind=layout.kind,
            terms=terms,
            file_sha256=sha,
            file_name=name,
            raw_lines=self.source.raw_lines,
            stored=self.books.visible_like,
        )

    def _known_cells(self) -> pa.Array | None:
        if not self.settings.require_known_cells:
            return None
        ids = self.books.visible(CELLS)["cell_id"].unique()
        return ids if len(ids) else None

    def _region(self) -> tuple[float, float] | None:
        cells = self.books.visible(CELLS)
        centre = [pc.quantile(cells[name])[0].as_py() for name in ("latitude", "longitude")]
        return None if None in centre else (centre[0], centre[1])

    def _weather_seen(self) -> pd.DataFrame | None:
        if not self.settings.compare_units:
            return None
        recent = recent_weather(self.books.store)
        return daily_means(self.books.visible(WEATHER, recent, columns=DAILY))

    def written(
        self, checked: Checked, header: Header, sha: str, *, replayed: str | None = None
    ) -> IngestReport:
        """Write what was judged and record the batch; a dry run only reports.

        Args:
            checked: The rows.
            header: Under which they were read.
            sha: Digest of the file they are from.
            replayed: Of a replay, what `batches` says of it.
        """
        layout = header.layout
        if self.books.dry_run:
            return self.books.planned(
                checked, file_name=self.source.name, file_sha256=sha, fed=layout.fed
            )
        batch_id = self.books.unused_id(sha, layout.kind, layout.tables)
        self.crash.reach("INGEST_DATA:before")
        for table in layout.tables:
            self.books.append(table, checked.rows[table.name], batch_id)
        self.crash.reach("INGEST_DATA:after")
        self.crash.reach("INGEST_QUARANTINE:before")
        self.books.append(QUARANTINE, checked.quarantined, batch_id)
        self.crash.reach("INGEST_QUARANTINE:after")
        self.crash.reach("INGEST_RECORD:before")
        report = self.books.accepted(
            checked,
            file_name=self.source.name,
            file_sha256=sha,
            fed=layout.fed,
            batch_id=batch_id,
            told={"columns": json.dumps(header.columns), "replayed": replayed},
        )
        self.crash.reach("INGEST_RECORD:after")
        return report


__all__ = ["BorderSettings", "IngestReport", "Offer", "ingest"]
