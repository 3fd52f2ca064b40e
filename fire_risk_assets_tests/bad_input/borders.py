"""A home with real tables, into which a test throws bytes as a file."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from fire_risk_assets.actions.ingest import BorderSettings, IngestReport, ingest
from fire_risk_assets.adapters.crash_point import CrashPoint
from fire_risk_assets.adapters.delta_tables import DeltaTables
from fire_risk_assets.adapters.file_lease import FileLease
from fire_risk_assets.adapters.landing import LandingFile, Limits
from fire_risk_assets.core.tables.observed import BATCHES, CELLS, QUARANTINE, REPORTS, WEATHER
from fire_risk_assets_tests.bad_input.twins import parquet_of
from fire_risk_assets_tests.clocks import FixedClock

NOW = datetime(2026, 9, 28, tzinfo=UTC)


@dataclass(frozen=True)
class Border:
    """The border of one empty home."""

    folder: Path
    limits: Limits = field(default_factory=Limits)
    settings: BorderSettings = field(default_factory=BorderSettings)
    form: str = "csv"

    @property
    def store(self) -> DeltaTables:
        return DeltaTables(self.folder / "lake")

    def offer(self, content: bytes | str, *, name: str = "file.csv", **arguments) -> IngestReport:
        """Write the content as a file of the inbox and ingest it; the sum law holds for each."""
        path = self.folder / self.named(name)
        path.write_bytes(self.written(content))
        return self.offer_path(path, **arguments)

    def named(self, name: str) -> str:
        """The name under which a file of this form is offered."""
        return name.removesuffix(".csv") + f".{self.form}" if name.endswith(".csv") else name

    def written(self, content: bytes | str) -> bytes:
        """The bytes of a file of this form; bytes are left alone."""
        if isinstance(content, bytes):
            return content
        return parquet_of(content) if self.form == "parquet" else content.encode()

    def offer_path(self, path: Path, **arguments) -> IngestReport:
        source = LandingFile(path, inbox=self.folder, limits=self.limits)
        return self.offer_source(source, **arguments)

    def offer_source(self, source: LandingFile, **arguments) -> IngestReport:
        report = ingest(
            source,
            store=self.store,
            lease=FileLease(self.folder / "locks"),
            clock=FixedClock(NOW),
            crash=CrashPoint(),
            **{"settings": self.settings, **arguments},
        )
        assert report.read == report.accepted + report.quarantined
        return report

    def rejects(self, content: bytes | str, code: str, **arguments) -> IngestReport:
        """Assert that the file is refused whole and leaves nothing but its record."""
        report = self.offer(content, **arguments)
        assert (report.rejected, report.rejection_code) == (True, code)
        assert report.read == 0
        for table in (WEATHER, REPORTS, CELLS, QUARANTINE):
            assert self.store.version(table) is None
        (row,) = self.store.read(BATCHES).to_pylist()
        assert row["rejection_code"] == code
        return report

    def quarantined(self) -> list[tuple[int, str, str]]:
        rows = self.store.read(QUARANTINE).sort_by("line").to_pylist()
        return [(row["line"], row["reason_code"], row["raw"]) for row in rows]

    def set_aside(self) -> list[tuple[int, str]]:
        """Place in the file, the header being 1, and reason of the rows set aside."""
        below_header = self.form == "parquet"
        return [(line + below_header, code) for line, code, _ in self.quarantined()]

    def weather(self) -> pa.Table:
        return self.store.read(WEATHER)

    def reports(self) -> pa.Table:
        return self.store.read(REPORTS)
