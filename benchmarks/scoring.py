"""Scoring many rows against the bare pipeline: `python -m benchmarks.spark scoring`.

The bare way predicts a part of the same rows, in memory, in one thread. Both engines read, score
and write all of them; Spark in a warm session, and MLflow's own way there (`scoring_on_spark.py`).
"""

import json
import os
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.clones import AS_KNOWN, all_days, cloned, world_of
from benchmarks.harness import (
    Command,
    Target,
    Timing,
    by_turns,
    contestant,
    progress,
    ratio,
    seconds,
    spread,
    timed,
)
from benchmarks.laps import Laps
from benchmarks.scratch import Scratch, scratch

ROWS, BARE_ROWS = 5_000_000, 400_000
CORES = len(os.sched_getaffinity(0))
AT_LEAST = {"local": 0.7, "spark": 0.5}
"""Of what the bare pipeline would do on every core, reading and writing included."""

TIMES_MLFLOW, PEAK_MIB = 3.0, 1_500
MODEL = "fire_occurrence"
ROUNDS = 2


def measure(share: float = 1.0, *, rounds: int = ROUNDS) -> tuple[dict[str, Any], list[Target]]:
    """Return the figures and the targets: shares of the bare rate missed, and the peak."""
    with scratch() as place:
        progress(f"Cloning features to {round(ROWS * share):,} rows.")
        made = cloned(place.home, round(ROWS * share))
        found = by_turns(
            {which: partial(_contestant, place, which) for which in CONTESTANTS},
            rounds=rounds,
        )
        timed(place.fire_risk("engine", "take-over", "--yes", FIRE_RISK_ENGINE="spark"))
        on_spark = _on_spark(place)
    said = {name: [json.loads(t.said.splitlines()[-1]) for t in found[name]] for name in found}
    bare, whole = (_rates(said[which], "seconds") for which in ("bare", "whole"))
    of_cores = {
        "local": ratio(whole, [rate * CORES for rate in bare]),
        "spark": on_spark["whole_rows_per_second"] / (min(bare) * CORES),
    }
    cpu = {w: [e["cpu_s"] / e["rows"] for e in said[w]] for w in ("bare", "whole")}
    peak = max(each.peak_mib for each in found["whole"])
    figures = {
        "rows": made,
        "cores": CORES,
        "bare_rows_per_second_and_core": [round(rate) for rate in bare],
        "bare_in_parts_rows_per_second_and_core": [
            round(rate) for rate in _rates(said["bare"], "in parts")
        ],
        "local": {
            "rows_per_second": [round(rate) for rate in whole],
            "share_of_bare_times_cores": round(of_cores["local"], 3),
            "share_of_bare_by_processor_seconds": round(ratio(cpu["bare"], cpu["whole"]), 3),
            **_process(found["whole"]),
            "apart": said["apart"],
        },
        "spark": {"share_of_bare_times_cores": round(of_cores["spark"], 3), **on_spark},
    }
    return figures, [
        *(
            Target(
                f"scoring, {engine}: bare rate times cores over ours",
                1 / share,
                1 / AT_LEAST[engine],
            )
            for engine, share in of_cores.items()
        ),
        Target(
            "scoring, spark: three times the rate of mlflow's spark_udf over ours",
            TIMES_MLFLOW * on_spark["mlflow_rows_per_second"] / on_spark["whole_rows_per_second"],
            1.0,
        ),
        Target("scoring, local: peak MiB", peak, PEAK_MIB),
    ]


def _contestant(place: Scratch, which: str, turn: int) -> Command:
    return place.python("benchmarks.scoring", which, str(place.home), str(turn))


def _rates(said: Sequence[dict[str, float]], lap: str) -> list[float]:
    return [each["rows"] / each[lap] for each in said]


def _process(timings: Sequence[Timing]) -> dict[str, Any]:
    return {
        "process": spread(seconds(timings)),
        "process_cpu_s": [round(each.cpu_s, 1) for each in timings],
        "peak_mib": round(max(each.peak_mib for each in timings)),
    }


def _on_spark(place: Scratch) -> dict[str, Any]:
    timing = timed(place.python("benchmarks.scoring_on_spark", str(place.home), "spark"))
    found: dict[str, Any] = json.loads(timing.said.splitlines()[-1])
    progress(f"on Spark: {found}")
    return found


def whole(home: Path, turn: str) -> dict[str, float]:
    """Score all days through the action, and return rows and seconds."""
    from fire_risk_assets.actions.score_batch import ScoreRequest, score_batch
    from fire_risk_assets.core.models.fire_occurrence import SPEC

    world = world_of(home)
    request = ScoreRequest(days=all_days(), as_known=AS_KNOWN, key=f"bench-{turn}")
    started, used = time.perf_counter(), time.process_time()
    (scored,) = score_batch(SPEC, request, world)
    return {
        "rows": scored.batch.rows or 0,
        "seconds": time.perf_counter() - started,
        "cpu_s": time.process_time() - used,
    }


def bare(home: Path, turn: str) -> dict[str, float]:
    """Predict some rows in memory in one thread, at once and in parts; rows and seconds."""
    from itertools import islice

    import pyarrow as pa

    from fire_risk_assets.actions.resolve_serving import resolve_serving
    from fire_risk_assets.actions.resolve_version import resolve_version
    from fire_risk_assets.core.features.catalogue import FEATURES
    from fire_risk_assets.core.fitting import design, one_thread
    from fire_risk_assets.core.models.fire_occurrence import SPEC
    from fire_risk_assets.core.scoring.kernel import ROWS_AT_ONCE

    world = world_of(home)
    row = resolve_serving(MODEL, world)
    version = resolve_version(MODEL, row.production_version or 0, world)
    pipeline: Any = world.vault.load(version.source, version.sha256)
    parts = world.tables.stream(FEATURES, columns=SPEC.features)
    rows = pa.concat_tables(islice(parts, BARE_ROWS // 20_000)).slice(0, BARE_ROWS)
    frame = design(SPEC, rows.to_pandas())
    laps = Laps()
    with one_thread():
        used = time.process_time()
        pipeline.predict_proba(frame)
        used = time.process_time() - used
        laps.mark("at once")
        for start in range(0, len(frame), ROWS_AT_ONCE):
            pipeline.predict_proba(frame.iloc[start : start + ROWS_AT_ONCE])
        laps.mark("in parts")
    return {"rows": len(frame), "seconds": laps.seconds["at once"], "cpu_s": used} | laps.seconds


def apart(home: Path, turn: str) -> dict[str, float]:
    """Read all features as scoring does, and write a part of the predictions; rows and seconds."""
    from itertools import islice

    import pyarrow as pa

    from fire_risk_assets.actions.batches import newest_batch
    from fire_risk_assets.adapters.local_scoring import LocalScoring
    from fire_risk_assets.core.models.fire_occurrence import SPEC
    from fire_risk_assets.core.tables.observed import BATCHES
    from fire_risk_assets.core.tables.predictions import PREDICTIONS

    world, laps = world_of(home), Laps()
    batches = world.tables.read(BATCHES, columns=["batch_seq", "batch_id"])
    newest = newest_batch(world.tables)
    scoring = LocalScoring(world.tables, batches, all_days(), AS_KNOWN, newest)
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


CONTESTANTS: dict[str, Callable[[Path, str], dict[str, float]]] = {
    "bare": bare,
    "whole": whole,
    "apart": apart,
}

if __name__ == "__main__":
    asked = contestant(__doc__, {"which": tuple(CONTESTANTS), "home": None, "turn": None})
    print(json.dumps(CONTESTANTS[asked["which"]](Path(asked["home"]), asked["turn"])))
