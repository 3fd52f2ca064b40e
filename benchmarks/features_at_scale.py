"""Features of many cells over many years: parts `features`, `features_spark` of `benchmarks.spark`.

One batch of weather, put into the lake without a file, then the features it owes. The floor is one
bare call of xclim between a plain Parquet file read and one written, of the same columns.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks.harness import (
    PYTHON,
    Command,
    CommandFailed,
    Target,
    Timing,
    by_turns,
    contestant,
    ratio,
    timed,
)
from benchmarks.laps import Laps

if TYPE_CHECKING:
    import pyarrow as pa

    from fire_risk_assets.ports import World

FLOOR_AND_LOCAL = ("floor", "local")
ROUNDS = 2
DAYS, SMALL, LARGE = 3_650, 200, 2_000
START = datetime(2015, 1, 1, 12, tzinfo=UTC)
LINEAR, TIMES_FLOOR = 1.3, 3.0
LATITUDE = 41.9


def measure(share: float = 1.0) -> tuple[dict[str, Any], list[Target]]:
    """Return what the local engine takes beside the floor, by turns, at both sizes."""
    small, large = _sizes(share)
    found = {
        cells: by_turns({w: partial(_command, w, cells) for w in FLOOR_AND_LOCAL}, rounds=ROUNDS)
        for cells in (small, large)
    }
    took = {cells: {w: _told(each[w]) for w in each} for cells, each in found.items()}
    seconds, cpu = (
        {w: [each[unit] for each in took[large][w]] for w in FLOOR_AND_LOCAL}
        for unit in ("seconds", "cpu_s")
    )
    growth = _growth(took[small]["local"], took[large]["local"])
    figures = {
        "by_cells": took,
        "days": DAYS,
        "times_the_floor_by_processor_seconds": round(ratio(cpu["local"], cpu["floor"]), 2),
    }
    return figures, [
        Target(
            f"features, local: seconds a row at {large * DAYS:,}, times {small * DAYS:,}",
            growth,
            LINEAR,
        ),
        Target(
            "features, local: times the floor",
            ratio(seconds["local"], seconds["floor"]),
            TIMES_FLOOR,
        ),
    ]


def measure_spark(share: float = 1.0) -> tuple[dict[str, Any], list[Target]]:
    """Return what Spark takes at both sizes, once each: minutes."""
    small, large = _sizes(share)
    took = {cells: _told([timed(_command("spark", cells))]) for cells in (small, large)}
    growth = _growth(took[small], took[large])
    name = f"features, spark: seconds a row at {large * DAYS:,}, times {small * DAYS:,}"
    return {"by_cells": took, "days": DAYS}, [Target(name, growth, LINEAR)]


def _sizes(share: float) -> tuple[int, int]:
    return max(round(SMALL * share), 1), max(round(LARGE * share), 1)


def _command(what: str, cells: int, turn: int = 0) -> Command:
    return Command((PYTHON, "-m", "benchmarks.features_at_scale", what, str(cells)))


def _told(timings: Sequence[Timing]) -> list[dict[str, float]]:
    return [json.loads(t.said.splitlines()[-1]) | {"peak_mib": round(t.peak_mib)} for t in timings]


def _growth(small: Sequence[dict[str, float]], large: Sequence[dict[str, float]]) -> float:
    """Seconds a row of the large size, times those of the small one."""
    return ratio(*([each["seconds"] / each["rows"] for each in told] for told in (large, small)))


def weather(cells: int) -> "pa.Table":
    """Return made-up weather, cell by cell, day by day: columns of `weather_observations`."""
    import numpy as np
    import pyarrow as pa

    from fire_risk_assets.core.tables.observed import WEATHER
    from fire_risk_assets.core.tables.spec import INSTANT

    draw, rows = np.random.default_rng(0), cells * DAYS
    day = np.tile(np.arange(DAYS), cells)
    at = pa.array(np.datetime64(START.replace(tzinfo=None), "us") + day * np.timedelta64(1, "D"))
    season = np.sin(2 * np.pi * (day - 100) / 365.25)
    values = {
        "cell_id": pa.array(np.repeat([f"c{n:05d}" for n in range(cells)], DAYS)),
        "observed_at": at.cast(INSTANT),
        "known_at": at.cast(INSTANT),
        "temp_c": 14 + 9 * season + draw.normal(0, 3, rows),
        "rh_pct": np.clip(55 - 15 * season + draw.normal(0, 12, rows), 5, 100),
        "wind_km_h": draw.gamma(4, 3, rows),
        "rain_mm": np.where(draw.random(rows) < 0.15, draw.exponential(6, rows), 0.0),
        "batch_id": pa.repeat(pa.scalar("bulk"), rows),
    }
    return pa.table({f.name: values.get(f.name, pa.nulls(rows, f.type)) for f in WEATHER.schema})


def floor(rows: "pa.Table", folder: Path) -> dict[str, float]:
    """Return what it takes: reading the weather, one call of xclim, and writing features."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from fire_risk_assets.core.features.catalogue import FEATURES
    from fire_risk_assets.core.features.fire_weather import (
        START_DC,
        START_DMC,
        START_FFMC,
        advance_codes,
    )

    pq.write_table(rows, folder / "weather.parquet")
    laps = Laps()
    read = pq.read_table(folder / "weather.parquet")
    names = {"temp": "temp_c", "rh": "rh_pct", "wind": "wind_km_h", "rain": "rain_mm"}
    by_cell = {name: read[column].to_numpy().reshape(-1, DAYS) for name, column in names.items()}
    cells = read.num_rows // DAYS
    months = read["observed_at"].to_numpy().astype("datetime64[M]").astype(np.int64) % 12 + 1
    codes = advance_codes(
        **by_cell,
        latitude=np.full(cells, LATITUDE),
        month=months.reshape(-1, DAYS),
        start_ffmc=np.full(cells, START_FFMC),
        start_dmc=np.full(cells, START_DMC),
        start_dc=np.full(cells, START_DC),
    )
    number, text = pa.array(codes.dc.ravel()), read["cell_id"]
    columns = {
        field.name: number
        if pa.types.is_floating(field.type)
        else read["observed_at"]
        if pa.types.is_timestamp(field.type)
        else text
        for field in FEATURES.schema
    }
    pq.write_table(pa.table(columns), folder / "features.parquet")
    return laps.total()


def built(engine: str, rows: "pa.Table", home: Path) -> dict[str, float]:
    """Return what it takes an engine to build the features of one batch."""
    from fire_risk_assets import wiring
    from fire_risk_assets.actions.batches import batch_row, record_batch
    from fire_risk_assets.core.tables.observed import WEATHER
    from fire_risk_assets.settings import read_settings

    settings = read_settings(home=home, engine=engine, default_latitude=LATITUDE)
    wiring.prepare_home(settings)
    world: World = wiring.open_world(settings)
    version = world.tables.append(WEATHER, rows)
    row = batch_row(
        1, tables=WEATHER.name, versions={WEATHER.name: version}, recorded_at=world.clock.now()
    )
    count = rows.num_rows
    row |= {"batch_id": "bulk", "file_sha256": "", "read": count, "accepted": count}
    record_batch(row, world.tables, after=0)
    del rows
    laps = Laps()
    written = world.engine.build_features("bulk", batch_seq=1)
    took = laps.total()
    if written != count:
        raise CommandFailed(f"{written:,} feature rows of {count:,} observations")
    return took


def main(what: str, cells: int) -> None:
    """Measure one contestant at one size."""
    rows = weather(cells)
    with TemporaryDirectory(prefix="fire-risk-bench-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        took = floor(rows, place) if what == "floor" else built(what, rows, place / "home")
    print(json.dumps({"rows": rows.num_rows} | took))


if __name__ == "__main__":
    asked = contestant(__doc__, {"what": (*FLOOR_AND_LOCAL, "spark"), "cells": None})
    main(asked["what"], int(asked["cells"]))
