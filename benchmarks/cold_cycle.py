"""A cold cycle of ours against the book's way, the floor beside them: fresh processes by turns.

Both with the same fit: once the shipped search and trees, once a forest of fifty trees.
"""

import json
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.fits import FITS
from benchmarks.harness import (
    PYTHON,
    Command,
    Target,
    Timing,
    by_turns,
    ratio,
    seconds,
    spread,
    typical,
)
from benchmarks.scratch import Rows, Scratch, delta_jars, labelled_rows

MOST_OF_THE_BOOKS_WAY = 0.5
MANNERS = ("plain", "tuned")


def measure(place: Scratch, days: Sequence[date]) -> tuple[dict[str, Any], list[Target]]:
    """Return the figures of both fits, and their targets.

    Args:
        place: Where; its home has had no cycle on or after the first day.
        days: as_of of each cycle of ours; the first warms up.
    """
    rows, jars = labelled_rows(place), delta_jars(place)
    found: dict[str, Any] = {"labelled_rows": rows.count}
    targets = []
    for which, (spec, trials) in FITS.items():
        contestants = {
            f"floor, {which} fit": partial(_floor, which, rows),
            **{
                f"book's way, {manner}, {which} fit": partial(
                    _book_way, place, (which, manner), rows, jars
                )
                for manner in MANNERS
            },
            f"ours, {which} fit": partial(_ours, place, spec.name, trials, days),
        }
        floor, plain, tuned, ours = by_turns(contestants, rounds=len(days) - 1).values()
        share = ratio(seconds(ours), seconds(plain))
        found[which] = {
            "ours": {**_spread(ours), "decision": _decision(ours[-1])},
            "floor": {**_spread(floor), **_last(floor)},
            "book_way": _against(ours, plain),
            "book_way_tuned": _against(ours, tuned),
        }
        name = f"cold cycle, {which} fit: ours / the book's way"
        targets.append(Target(name, share, MOST_OF_THE_BOOKS_WAY))
    return found, targets


def _against(ours: Sequence[Timing], book: Sequence[Timing]) -> dict[str, Any]:
    return {
        **_spread(book),
        **_last(book),
        "ours_to_it": round(ratio(seconds(ours), seconds(book)), 3),
        "ours_to_it_cpu": round(ratio(_cpu(ours), _cpu(book)), 3),
    }


def _floor(which: str, rows: Rows, turn: int) -> Command:
    return Command((PYTHON, "-m", "benchmarks.floor", which, str(rows.parquet)))


def _book_way(place: Scratch, how: tuple[str, str], rows: Rows, jars: Path, turn: int) -> Command:
    registry = f"sqlite:///{place.folder / 'book.db'}"
    status = str(place.folder / "book_status")
    arguments = (*how, str(rows.delta), str(jars), registry, status)
    # MLflow and Spark put files where they run; the checkout must stay clean.
    return Command((PYTHON, "-m", "benchmarks.book_way", *arguments), folder=place.folder)


def _ours(place: Scratch, model: str, trials: int, days: Sequence[date], turn: int) -> Command:
    return place.fire_risk(
        "cycle",
        "--model",
        model,
        "--as-of",
        days[turn].isoformat(),
        "--json",
        FIRE_RISK_TRAINING__TRIALS=str(trials),
    )


def _decision(timing: Timing) -> dict[str, Any]:
    row = json.loads(timing.said)
    return {name: row[name] for name in ("kind", "reason_code", "training_rows", "holdout_rows")}


def _cpu(timings: Sequence[Timing]) -> list[float]:
    told = [json.loads(each.said).get("jvm_cpu_s", 0.0) for each in timings]
    return [each.cpu_s + jvm for each, jvm in zip(timings, told, strict=True)]


def _spread(timings: Sequence[Timing]) -> dict[str, Any]:
    return {
        **spread(seconds(timings)),
        "median_cpu_s": round(typical(_cpu(timings)), 2),
        "peak_mib": round(max(each.peak_mib for each in timings)),
    }


def _last(timings: Sequence[Timing]) -> dict[str, Any]:
    return {"last_round": json.loads(timings[-1].said)}
