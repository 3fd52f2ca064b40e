"""What a warm cycle adds to its bare search, fit and score. `python -m benchmarks.warm_cycle`.

One process that has run a cycle before; for each further cycle first the bare work in memory on
the cycle's own rows, then the whole cycle through the Dagster job.
"""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.harness import Target, spread, timed, typical
from benchmarks.scratch import Scratch

if TYPE_CHECKING:
    from fire_risk_assets.settings import Settings

ADDED_AT_MOST_S = 3.0
WHICH, MODEL = "shipped", "fire_occurrence"


def measure(place: Scratch, days: Sequence[date]) -> tuple[dict[str, Any], list[Target]]:
    """Return the figures and the target; the cycle of the first day warms up."""
    told = (str(place.home), *(day.isoformat() for day in days))
    timing = timed(place.python("benchmarks.warm_cycle", *told))
    laps = json.loads(timing.said.splitlines()[-1])
    added = [each["whole_s"] - each["bare_s"] for each in laps]
    found = {
        "whole": spread([each["whole_s"] for each in laps]),
        "bare_search_fit_score": spread([each["bare_s"] for each in laps]),
        "added": spread(added),
        "decisions": [each["kind"] for each in laps],
        "peak_mib": round(timing.peak_mib),
    }
    return found, [Target("warm cycle: seconds added", typical(added), ADDED_AT_MOST_S)]


@dataclass(frozen=True, slots=True)
class _Cycles:
    settings: "Settings"

    def bare(self, as_of: datetime) -> float:
        """Return the seconds of search, fit and score on the rows of a cycle."""
        from benchmarks.fits import FITS, fitted, scored
        from fire_risk_assets import wiring
        from fire_risk_assets.actions.batches import newest_batch
        from fire_risk_assets.actions.build_snapshots import cut_rows
        from fire_risk_assets.actions.plan_cycle import CyclePlan
        from fire_risk_assets.actions.train_candidate import serving_params

        world = wiring.open_world(self.settings)
        plan = CyclePlan(
            model_name=MODEL,
            cycle_id=f"{as_of:%Y-%m-%d}",
            as_of=as_of,
            batch_seq=newest_batch(world.tables),
            actor="bench",
            run_id="bench",
            seed=0,
        )
        cut = cut_rows(FITS[WHICH][0], plan, world.ledger.rows(MODEL), world)
        start_from = serving_params(MODEL, world)
        training, holdout = cut.training_rows, cut.holdout_rows
        started = time.perf_counter()
        scored(WHICH, fitted(WHICH, training, start_from=start_from), holdout)
        return time.perf_counter() - started

    def whole(self, as_of: datetime) -> tuple[float, str]:
        """Return the seconds of the whole cycle and what it decided."""
        from fire_risk_assets.defs.launch import run_cycle

        started = time.perf_counter()
        row = run_cycle(self.settings, MODEL, cycle_id=None, as_of=as_of, actor="bench")
        return time.perf_counter() - started, str(row.kind)


def main(home: str, *days: str) -> None:
    """Measure the days, the first one left out of the result."""
    from fire_risk_assets.settings import read_settings

    cycles, laps = _Cycles(read_settings(home=Path(home))), []
    for day in days:
        as_of = datetime.fromisoformat(day).replace(tzinfo=UTC)
        bare = cycles.bare(as_of)
        whole, kind = cycles.whole(as_of)
        laps.append({"as_of": day, "bare_s": bare, "whole_s": whole, "kind": kind})
    print(json.dumps(laps[1:]))


if __name__ == "__main__":
    main(*sys.argv[1:])
