"""Scoring many rows on one machine, against the bare pipeline. `python -m benchmarks.scoring`.

The demonstration's features, cloned into as many cells as are wanted and taken in month by month.
The bare way predicts a part of the same rows, in memory, in one thread.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.harness import Target, by_turns, progress, ratio, seconds, spread
from benchmarks.laps import Laps
from benchmarks.scratch import LABELLED, UNTIL, Scratch, scratch

if TYPE_CHECKING:
    from fire_risk_assets.core.scoring.days import Days
    from fire_risk_assets.ports import World

ROWS, BARE_ROWS = 5_000_000, 400_000
CORES = len(os.sched_getaffinity(0))
AT_LEAST = 0.7
"""Of what the bare pipeline would do on every core, reading and writing included."""

PEAK_MIB = 1_500
MODEL = "fire_occurrence"
AS_KNOWN = datetime.combine(UNTIL + LABELLED, datetime.min.time(), tzinfo=UTC)
ROUNDS = 2


def measure(rows: int = ROWS, *, rounds: int = ROUNDS) -> tuple[dict[str, Any], list[Target]]:
    """Return the figures and the targets: the share of the bare rate missed, and the peak."""
    with scratch() as place:
        progress(f"Cloning features to {rows:,} rows.")
        made = _cloned(place, rows)
        found = by_turns(
            {
                "bare": lambda _: place.python("benchmarks.scoring", "bare", str(place.home)),
                "whole": lambda turn: place.python(
                    "benchmarks.scoring", "whole", str(place.home), str(turn)
                ),
                "apart": lambda _: place.python("benchmarks.scoring", "apart", str(place.home)),
            },
            rounds=rounds,
        )
    said = {name: [json.loads(t.said.splitlines()[-1]) for t in found[name]] for name in found}
    bare = [each["rows"] / each["seconds"] for each in said["bare"]]
    whole = [each["rows"] / each["seconds"] for each in said["whole"]]
    share = ratio(whole, [rate * CORES for rate in bare])
    peak = max(each.peak_mib for each in found["whole"])
    in_parts = [each["rows"] / each["in parts"] for each in said["bare"]]
    figures = {
        "rows": made,
        "cores": CORES,
        "bare_rows_per_second_and_core": round(min(bare)),
        "bare_in_parts_rows_per_second_and_core": round(min(in_parts)),
        "whole_rows_per_second": round(min(whole)),
        "share_of_bare_times_cores": round(share, 3),
        "whole": spread([each["seconds"] for each in said["whole"]]),
        "process": spread(seconds(found["whole"])),
        "process_cpu_s": [round(each.cpu_s, 1) for each in found["whole"]],
        "apart": said["apart"],
        "peak_mib": round(peak),
    }
    return figures, [
        Target("scoring: bare rate times cores over ours", 1 / share, round(1 / AT_LEAST, 3)),
        Target("scoring: peak MiB", peak, PEAK_MIB),
    ]


def _cloned(place: Scratch, rows: int) -> int:
    """Replace the home's features by clones in other cells, a batch a month; return how many."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from fire_risk_assets.actions.batches import batch_row, newest_batch, record_batch
    from fire_risk_assets.core.features.catalogue import FEATURES
    from fire_risk_assets.core.tables.observed import BATCHES

    world = _world(place.home)
    stored = world.tables.read(FEATURES).combine_chunks()
    clones = -(-rows // stored.num_rows) - 1
    month = pc.strftime(stored["observed_at"], format="%Y-%m")
    made = stored.num_rows
    for each in sorted(pc.unique(month).to_pylist()):
        of_month = stored.filter(pc.equal(month, each))
        batch = pa.repeat(f"bench-{each}", of_month.num_rows)
        cells = of_month["cell_id"]
        parts = [
            of_month.set_column(0, "cell_id", pc.binary_join_element_wise(f"c{n}", cells, "-"))
            .drop_columns("batch_id")
            .append_column("batch_id", batch)
            for n in range(clones)
        ]
        world.tables.append(FEATURES, pa.concat_tables(parts))
        row = batch_row(
            newest_batch(world.tables) + 1,
            tables=FEATURES.name,
            versions={FEATURES.name: world.tables.version(FEATURES) or 0},
            recorded_at=world.clock.now(),
        )
        told = {"batch_id": f"bench-{each}", "file_sha256": f"bench-{each}"}
        record_batch(row | told, world.tables, after=world.tables.appends(BATCHES))
        made += sum(part.num_rows for part in parts)
    return made


def _world(home: Path) -> "World":
    from fire_risk_assets.settings import read_settings
    from fire_risk_assets.wiring import open_world

    return open_world(read_settings(home=home))


def _days() -> "Days":
    from fire_risk_assets.core.scoring.days import Days

    return Days(UNTIL - timedelta(days=3 * 366), UNTIL)


def whole(home: Path, turn: str) -> dict[str, float]:
    """Score all days through the action, and return rows and seconds."""
    from fire_risk_assets.actions.score_batch import ScoreRequest, score_batch
    from fire_risk_assets.core.models.fire_occurrence import SPEC

    world = _world(home)
    request = ScoreRequest(days=_days(), as_known=AS_KNOWN, key=f"bench-{turn}")
    started = time.perf_counter()
    (scored,) = score_batch(SPEC, request, world)
    return {"rows": scored.batch.rows or 0, "seconds": time.perf_counter() - started}


def bare(home: Path) -> dict[str, float]:
    """Predict some rows in memory in one thread, at once and in parts; rows and seconds."""
    from itertools import islice

    import pyarrow as pa

    from fire_risk_assets.actions.resolve_serving import resolve_serving
    from fire_risk_assets.actions.resolve_version import resolve_version
    from fire_risk_assets.core.features.catalogue import FEATURES
    from fire_risk_assets.core.fitting import design, one_thread
    from fire_risk_assets.core.models.fire_occurrence import SPEC
    from fire_risk_assets.core.scoring.kernel import ROWS_AT_ONCE

    world = _world(home)
    row = resolve_serving(MODEL, world)
    version = resolve_version(MODEL, row.production_version or 0, world)
    pipeline: Any = world.vault.load(version.source, version.sha256)
    parts = world.tables.stream(FEATURES, columns=SPEC.features)
    rows = pa.concat_tables(islice(parts, BARE_ROWS // 20_000)).slice(0, BARE_ROWS)
    frame = design(SPEC, rows.to_pandas())
    laps = Laps()
    with one_thread():
        pipeline.predict_proba(frame)
        laps.mark("at once")
        for start in range(0, len(frame), ROWS_AT_ONCE):
            pipeline.predict_proba(frame.iloc[start : start + ROWS_AT_ONCE])
        laps.mark("in parts")
    return {"rows": len(frame), "seconds": laps.seconds["at once"]} | laps.seconds


def apart(home: Path) -> dict[str, float]:
    """Read all features as scoring does, and write a part of the predictions; rows and seconds."""
    from itertools import islice

    import pyarrow as pa

    from fire_risk_assets.actions.batches import newest_batch
    from fire_risk_assets.adapters.local_scoring import LocalScoring
    from fire_risk_assets.core.models.fire_occurrence import SPEC
    from fire_risk_assets.core.tables.observed import BATCHES
    from fire_risk_assets.core.tables.predictions import PREDICTIONS

    world, laps = _world(home), Laps()
    batches = world.tables.read(BATCHES, columns=["batch_seq", "batch_id"])
    newest = newest_batch(world.tables)
    scoring = LocalScoring(world.tables, batches, _days(), AS_KNOWN, newest)
    laps.mark("opening")
    known = scoring.known()
    laps.mark("looking at which rows there are")
    rows = sum(part.num_rows for part in scoring.ranges(SPEC.features, known))
    laps.mark("reading")
    stored = world.tables.stream(PREDICTIONS, columns=PREDICTIONS.schema.names)
    part = pa.concat_tables(islice(stored, 4))
    laps.mark("reading predictions")
    world.tables.append_once(PREDICTIONS, [part], name=f"bench:{time.time()}")
    laps.mark("writing predictions")
    return {"rows": rows, "predictions": part.num_rows, **laps.seconds}


CONTESTANTS: dict[str, Callable[..., dict[str, float]]] = {
    "whole": whole,
    "bare": bare,
    "apart": apart,
}

if __name__ == "__main__":
    which, home, *more = sys.argv[1:]
    print(json.dumps(CONTESTANTS[which](Path(home), *more)))
