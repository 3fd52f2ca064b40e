"""A new day of weather of 81 cells, taken in with its features: early and late in a history.

The history came in weekly files, and tables were compacted in between, as cycles do.
"""

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks.harness import CommandFailed, Target, progress, ratio, spread

if TYPE_CHECKING:
    import pyarrow as pa

    from fire_risk_assets.ports import World

EARLY, LATE, DAYS, WEEK = 30, 1_000, 9, 7
TIMES = 1.5
START = date(2022, 10, 1)


def measure() -> tuple[dict[str, Any], list[Target]]:
    """Return the figures and the target: the days after LATE against those after EARLY."""
    from fire_risk_assets.actions.compact import compact_data
    from fire_risk_assets.core.park.settings import ParkSettings
    from fire_risk_assets.core.park.simulate import simulate

    park = simulate(ParkSettings(start=START, until=START + timedelta(days=LATE + DAYS)))
    with TemporaryDirectory(prefix="fire-risk-bench-", ignore_cleanup_errors=True) as folder:
        early, late = (_Lake(Path(folder) / str(days), park.cells) for days in (EARLY, LATE))
        both = ((early, EARLY), (late, LATE))
        for lake, days in both:
            for day in range(0, days, WEEK):
                lake.take_in(_days(park.weather, day, min(day + WEEK, days)))
                compact_data(lake.world)
        # By turns: a busy minute falls on both. The first day of each warms up and is left out.
        laps = [
            [lake.take_in(_days(park.weather, at + day, at + day + 1)) for lake, at in both]
            for day in range(DAYS)
        ][1:]
    found = {
        f"after_{EARLY}_days": [a for a, _ in laps],
        f"after_{LATE}_days": [b for _, b in laps],
    }
    times = ratio(*reversed(found.values()))
    progress(f"a new day after {LATE} days costs {times:.2f} times one after {EARLY}")
    name = f"a new day of features after {LATE} days, times one after {EARLY}"
    return {key: spread(each) for key, each in found.items()}, [Target(name, times, TIMES)]


class _Lake:
    """A home that takes days in."""

    def __init__(self, home: Path, cells: "pa.Table") -> None:
        from fire_risk_assets import wiring
        from fire_risk_assets.settings import read_settings

        settings = read_settings(home=home)
        wiring.prepare_home(settings)
        self.home, self.files = home, 0
        self.world: World = wiring.open_world(settings)
        self.take_in(cells)

    def take_in(self, rows: "pa.Table") -> float:
        """Ingest rows as a file and build the features they owe; return the seconds."""
        import pyarrow.csv

        from fire_risk_assets.actions.build_features import build_features
        from fire_risk_assets.actions.ingest import ingest
        from fire_risk_assets.adapters.landing import LandingFile

        self.files += 1
        path = self.home / f"rows{self.files}.csv"
        pyarrow.csv.write_csv(rows, path)
        started = time.perf_counter()
        report = ingest(
            LandingFile(path),
            store=self.world.tables,
            lease=self.world.lease,
            clock=self.world.clock,
            crash=self.world.crash,
        )
        build_features(self.world)
        seconds = time.perf_counter() - started
        if report.accepted != rows.num_rows:
            raise CommandFailed(f"{report.accepted} of {rows.num_rows} rows were accepted.")
        return seconds


def _days(weather: "pa.Table", first: int, last: int) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.compute as pc

    noon = weather["observed_at"]
    midnight = datetime.combine(START, datetime.min.time(), tzinfo=UTC)
    begin, end = (
        pa.scalar(midnight + timedelta(days=n), pa.timestamp("us", "UTC")) for n in (first, last)
    )
    return weather.filter(pc.and_(pc.greater_equal(noon, begin), pc.less(noon, end)))
