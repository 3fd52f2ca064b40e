"""Fifty weekly partitions of one model, one after the other: does a cycle's cost grow?

`python -m benchmarks.backfill`: the process that runs the cycles, each through the Dagster job.
"""

import json
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from benchmarks.harness import Target, spread, timed, typical
from benchmarks.scratch import Scratch

MODEL = "burned_area"
COUNT, ENDS = 50, 10
FLAT = 1.3


def measure(place: Scratch, days: Sequence[date]) -> tuple[dict[str, Any], list[Target]]:
    """Return the figures and the target; the cycle of the first day warms up."""
    told = (str(place.home), *(day.isoformat() for day in days))
    timing = timed(place.python("benchmarks.backfill", *told))
    cycles = json.loads(timing.said.splitlines()[-1])[1:]
    # A cycle refused for want of fresh rows, as winter brings, fits nothing and takes half as long.
    laps = [seconds for seconds, fitted in cycles if fitted]
    first, last = laps[:ENDS], laps[-ENDS:]
    found = {
        "cycles": len(cycles),
        "that_fitted": len(laps),
        f"first_{ENDS}": spread(first),
        f"last_{ENDS}": spread(last),
        "peak_mib": round(timing.peak_mib),
    }
    name = f"{len(cycles)} cycles one after the other: last {ENDS} / first {ENDS} that fitted"
    return found, [Target(name, typical(last) / typical(first), FLAT)]


def main(home: str, *days: str) -> None:
    """Run a cycle for each day and print of each its seconds, and whether it fitted a model."""
    from fire_risk_assets.defs.launch import run_cycle
    from fire_risk_assets.settings import read_settings

    settings, laps = read_settings(home=Path(home)), []
    for day in days:
        as_of = datetime.fromisoformat(day).replace(tzinfo=UTC)
        started = time.perf_counter()
        row = run_cycle(settings, MODEL, cycle_id=None, as_of=as_of, actor="bench")
        laps.append((time.perf_counter() - started, row.candidate_version is not None))
    print(json.dumps(laps))


if __name__ == "__main__":
    main(*sys.argv[1:])
