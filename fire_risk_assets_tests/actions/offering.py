"""A home with real tables into which a test offers text as files, and a death it survives."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fire_risk_assets.actions.ingest import BorderSettings, IngestReport, ingest
from fire_risk_assets.actions.replay import replay
from fire_risk_assets.actions.set_aside import batch_set_aside
from fire_risk_assets.adapters.crash_point import INGESTION, CrashPoint, sides
from fire_risk_assets.adapters.delta_tables import DeltaTables
from fire_risk_assets.adapters.file_lease import FileLease
from fire_risk_assets.adapters.landing import LandingFile
from fire_risk_assets.core.as_known import with_batch_seq
from fire_risk_assets.core.tables.observed import BATCHES
from fire_risk_assets.core.tables.spec import TableSpec
from fire_risk_assets_tests.clocks import FixedClock

NOW = datetime(2026, 9, 28, tzinfo=UTC)
WEATHER_FILE = """cell_id,observed_at,temp_c,rh_pct,wind_km_h,rain_mm
7-4,2026-09-01T12:00:00Z,21.5,40,7,0
7-5,2026-09-01T12:00:00Z,20.5,140,7,0
7-6,2026-09-01T12:00:00Z,19.5,40,7,0
"""
HEADER = WEATHER_FILE.partition("\n")[0] + "\n"
BAD_FILE = WEATHER_FILE + "7-7,2026-09-01T12:00:00Z,19.5,40,-7,0\n"
"""Lines 3 and 5 are set aside: too humid, and a wind below zero."""
REPAIRED = f"line,{HEADER}3,7-5,2026-09-01T12:00:00Z,20.5,14,7,0\n"
BOTH = REPAIRED + "5,7-7,2026-09-01T12:00:00Z,19.5,40,7,0\n"
REPORTS_FILE = """report_id,cell_id,started_at,burned_area_ha
r-1,7-4,2026-09-01T15:00:00Z,0.5
r-2,7-5,2026-09-02T15:00:00Z,12
"""
UCI_FILE = """X,Y,month,day,FFMC,DMC,DC,ISI,temp,RH,wind,rain,area
7,5,mar,fri,86.2,26.2,94.3,5.1,8.2,51,6.7,0,0
7,5,mar,fri,86.2,26.2,94.3,5.1,8.2,51,6.7,0,1.5
7,12,mar,fri,86.2,26.2,94.3,5.1,8.2,51,6.7,0,0
"""
POINTS = sides(*INGESTION)
"""Where an ingestion may be killed."""


class Killed(BaseException):
    """Stands for SIGKILL inside one process: nothing catches it."""


@dataclass(frozen=True)
class DiesAt:
    """A crash hook whose death the test survives."""

    point: str

    def reach(self, point: str) -> None:
        if point == self.point:
            raise Killed(point)


@dataclass(frozen=True)
class Home:
    """Offers text as files of its folder, whose lake has nothing in it yet."""

    folder: Path

    @property
    def store(self) -> DeltaTables:
        return DeltaTables(self.folder / "lake")

    @property
    def tables(self) -> DeltaTables:
        """The store by the name that a world has for it."""
        return self.store

    def take(self, text: str, name: str = "a.csv", **arguments) -> IngestReport:
        return ingest(self.offered(text, name), **self.ports(arguments))

    def replay(self, text: str, batch: int = 1, name: str = "fix.csv", **arguments) -> IngestReport:
        arguments.setdefault("settings", BorderSettings())
        return replay(self.offered(text, name), batch, **self.ports(arguments))

    def offered(self, text: str, name: str) -> LandingFile:
        path = self.folder / name
        path.write_text(text)
        return LandingFile(path)

    def ports(self, arguments: dict) -> dict:
        return {
            "store": self.store,
            "lease": FileLease(self.folder / "locks", patience_s=0.1),
            "clock": FixedClock(arguments.pop("now", NOW)),
            "crash": CrashPoint(),
            **arguments,
        }

    def visible(self, table: TableSpec) -> list[dict]:
        batches = self.store.read(BATCHES)
        rows = with_batch_seq(self.store.read(table), batches, up_to=10**6)
        return rows.sort_by([(name, "ascending") for name in table.key]).to_pylist()

    def lines_open(self) -> list[int]:
        """The lines of the first batch that are set aside and not taken in since."""
        return [row.line for row in batch_set_aside(1, self.store).open_rows]

    def batches(self) -> list[dict]:
        return self.store.read(BATCHES).sort_by("batch_seq").to_pylist()
