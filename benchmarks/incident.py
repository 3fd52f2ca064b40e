"""The dossier of an incident, cold and warm, and Shapley values of one row against a thousand.

`python -m benchmarks.incident HOME` measures the warm ones, in one process.
"""

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.harness import Target, seconds, spread, timed, typical
from benchmarks.scratch import UNTIL, Scratch

MODELS = ("fire_occurrence", "burned_area")
DAY = UNTIL - timedelta(days=14)
CELL = "7-4"
COLD_S, WARM_S, EXPLAINED_S = 60.0, 15.0, 5.0
ROUNDS = 3


def measure(place: Scratch) -> tuple[dict[str, Any], list[Target]]:
    """Return the figures and a target for each."""
    days = ("--from", f"{DAY - timedelta(days=30)}", "--to", f"{DAY + timedelta(days=7)}")
    for model in MODELS:
        timed(place.fire_risk("score", "--model", model, *days))
    asked = ("--at", f"{DAY}T15:00Z", "--cell", CELL, "--json")
    colds = [
        timed(place.fire_risk("investigate", "--model", MODELS[0], *asked)) for _ in range(ROUNDS)
    ]
    laps = json.loads(timed(place.python("benchmarks.incident", str(place.home))).said)
    found = {"cold": spread(seconds(colds))} | {name: spread(laps[name]) for name in laps}
    return found, [
        Target("investigate, cold: seconds", typical(seconds(colds)), COLD_S),
        *(
            Target(f"investigate {model}, warm: seconds", typical(laps[f"{model} warm"]), WARM_S)
            for model in MODELS
        ),
        *(
            Target(
                f"Shapley values of {model}, a row and 1,000: seconds",
                typical(laps[f"{model} explained"]),
                EXPLAINED_S,
            )
            for model in MODELS
        ),
    ]


def main(home: str) -> None:
    """Print the seconds of each question by name; the first of each is left out."""
    from fire_risk_assets.actions.investigate import BACKGROUND
    from fire_risk_assets.core.fitting import design
    from fire_risk_assets.notebook import open_home

    opened = open_home(Path(home))
    at = datetime(DAY.year, DAY.month, DAY.day, 15, tzinfo=UTC)
    laps: dict[str, list[float]] = {}
    for model in MODELS:
        version = opened.production_at(model, at)
        spec = opened.spec(model)
        rows = design(spec, opened.labelled_rows(model, at))
        background = rows.sample(min(BACKGROUND, len(rows)), random_state=0)
        found = opened.verified(model, version)
        for _ in range(ROUNDS + 1):
            started = time.perf_counter()
            opened.world.vault.explain(found.source, found.sha256, rows[:1], background)
            laps.setdefault(f"{model} explained", []).append(time.perf_counter() - started)
        for place in range(ROUNDS + 1):
            started = time.perf_counter()
            opened.investigate(model, at, f"{place + 1}-4")
            laps.setdefault(f"{model} warm", []).append(time.perf_counter() - started)
    opened.world.vault.prover.stop()  # type: ignore[attr-defined]
    print(json.dumps({name: each[1:] for name, each in laps.items()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
