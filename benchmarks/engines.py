"""What a step costs on Spark against this machine alone: a cycle, and taking a large file in.

`python -m benchmarks.spark cycle ingest`. Fresh processes by turns; the session of Spark is there
before the clock starts.
"""

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.features_at_scale import DAYS, weather
from benchmarks.harness import (
    PYTHON,
    Command,
    CommandFailed,
    Target,
    Timing,
    by_turns,
    contestant,
    progress,
    ratio,
    spread,
    timed,
)
from benchmarks.scratch import Scratch, mondays, scratch

ENGINES = ("local", "spark")
MODEL = "fire_occurrence"
ROWS = 2_000_000
CYCLE_TIMES, INGEST_TIMES = 2.0, 6.0
ROUNDS = 2


def measure_cycle(share: float = 1.0) -> tuple[dict[str, Any], list[Target]]:
    """Return the figures of two cycles in each process, and the target of the first one."""
    del share  # The rows of a cycle are those of the demonstration.
    with scratch() as ours, scratch() as theirs:
        homes = dict(zip(ENGINES, (ours, theirs), strict=True))
        timed(theirs.fire_risk("engine", "take-over", "--yes", FIRE_RISK_ENGINE="spark"))
        found = by_turns(
            {engine: partial(_cycle, engine, place) for engine, place in homes.items()},
            rounds=ROUNDS,
        )
    name = "cycle, spark: times local, both the first of their process, session started"
    return _against(found, "first", name, CYCLE_TIMES)


def measure_ingest(share: float = 1.0) -> tuple[dict[str, Any], list[Target]]:
    """Return the figures of taking one CSV file in, and the target."""
    import pyarrow.csv

    from fire_risk_assets.core.tables.observed import WEATHER

    with TemporaryDirectory(prefix="fire-risk-bench-", ignore_cleanup_errors=True) as folder:
        file = Path(folder) / "weather.csv"
        rows = weather(max(round(ROWS * share / DAYS), 1))
        offered = [name for name in WEATHER.schema.names if name != "batch_id"]
        known = [name for name in offered if rows[name].null_count == 0]
        pyarrow.csv.write_csv(rows.select(known), file)
        progress(f"A file of {rows.num_rows:,} rows, {file.stat().st_size / 2**20:.0f} MiB.")
        found = by_turns(
            {engine: partial(_ingest, engine, Path(folder), file) for engine in ENGINES},
            rounds=ROUNDS,
        )
    name = f"ingest of {rows.num_rows:,} rows, spark: times local, session started"
    return _against(found, "seconds", name, INGEST_TIMES)


def _cycle(engine: str, place: Scratch, turn: int) -> Command:
    days = mondays(2 * (ROUNDS + 1))[2 * turn : 2 * turn + 2]
    told = ",".join(day.isoformat() for day in days)
    return place.python("benchmarks.engines", "cycle", engine, str(place.home), told)


def _ingest(engine: str, folder: Path, file: Path, turn: int) -> Command:
    home = folder / f"{engine}{turn}"
    argv = (PYTHON, "-m", "benchmarks.engines", "ingest", engine, str(home), str(file))
    return Command(argv)


def _against(
    found: dict[str, list[Timing]], lap: str, name: str, most: float
) -> tuple[dict[str, Any], list[Target]]:
    said = {name: [json.loads(t.said.splitlines()[-1]) for t in found[name]] for name in found}
    figures: dict[str, Any] = {}
    for engine, told in said.items():
        laps = {key for each in told for key, value in each.items() if isinstance(value, float)}
        figures[engine] = {each: spread([one[each] for one in told]) for each in sorted(laps)}
        figures[engine] |= {
            "last": told[-1],
            "peak_mib": round(max(t.peak_mib for t in found[engine])),
        }
    times = ratio(*([each[lap] for each in said[engine]] for engine in reversed(ENGINES)))
    return figures, [Target(name, times, most)]


def _session(engine: str, home: Path) -> float:
    """Start the session of Spark and return the seconds; none of the local engine."""
    from fire_risk_assets.settings import read_settings
    from fire_risk_assets.wiring.engine import spark_of

    started = time.perf_counter()
    if engine == "spark":
        spark_of(read_settings(home=home, engine=engine)).session()
    return time.perf_counter() - started


def cycle(engine: str, home: Path, days: str) -> dict[str, Any]:
    """Run a cycle for each of the days in this process; seconds of the first and the second."""
    from fire_risk_assets.defs.launch import run_cycle
    from fire_risk_assets.settings import read_settings

    settings = read_settings(home=home, engine=engine)
    took: dict[str, Any] = {"session": _session(engine, home)}
    for name, day in zip(("first", "second"), days.split(","), strict=True):
        as_of = datetime.combine(date.fromisoformat(day), datetime.min.time(), tzinfo=UTC)
        started = time.perf_counter()
        row = run_cycle(settings, MODEL, cycle_id=None, as_of=as_of, actor="bench")
        took[name] = time.perf_counter() - started
        took |= {"kind": str(row.kind), "training_rows": row.training_rows}
    return took


def ingest(engine: str, home: Path, file: str) -> dict[str, Any]:
    """Take a file in on an empty home and return the seconds."""
    from fire_risk_assets import wiring
    from fire_risk_assets.actions.ingest import ingest as taken_in
    from fire_risk_assets.adapters.landing import LandingFile
    from fire_risk_assets.settings import read_settings

    settings = read_settings(home=home, engine=engine)
    wiring.prepare_home(settings)
    world = wiring.open_world(settings)
    session = _session(engine, home)
    started = time.perf_counter()
    report = taken_in(
        LandingFile(Path(file)),
        store=world.tables,
        lease=world.lease,
        clock=world.clock,
        crash=world.crash,
    )
    seconds = time.perf_counter() - started
    if report.accepted != report.read:
        raise CommandFailed(f"{report.accepted:,} of {report.read:,} rows were accepted.")
    return {"rows": report.read, "session": session, "seconds": seconds}


CONTESTANTS: dict[str, Callable[[str, Path, str], dict[str, Any]]] = {
    "cycle": cycle,
    "ingest": ingest,
}

if __name__ == "__main__":
    told: dict[str, Sequence[str] | None] = {"which": tuple(CONTESTANTS), "engine": ENGINES}
    asked = contestant(__doc__, told | {"home": None, "what": None})
    found = CONTESTANTS[asked["which"]](asked["engine"], Path(asked["home"]), asked["what"])
    print(json.dumps(found))
