"""Reading commands from cold against the least a click program can take."""

from functools import partial
from typing import Any

from benchmarks.harness import (
    PYTHON,
    Command,
    Target,
    by_turns,
    ratio,
    seconds,
    spread,
    typical,
)
from benchmarks.scratch import UNTIL, Scratch

TIMES_CLICK = 10.0
AT_MOST_S = 1.5
ROUNDS = 9


def measure(place: Scratch) -> tuple[dict[str, Any], list[Target]]:
    """Return the figures and two targets for each command."""
    at = (UNTIL.isoformat(), "--model", "fire_occurrence")
    contestants = {
        "import click": partial(_always, Command((PYTHON, "-c", "import click"))),
        "status": partial(_always, place.fire_risk("status")),
        "at": partial(_always, place.fire_risk("at", *at)),
    }
    timings = {name: seconds(each) for name, each in by_turns(contestants, rounds=ROUNDS).items()}
    click = timings["import click"]
    found: dict[str, Any] = {name: spread(each) for name, each in timings.items()}
    targets = []
    for name in ("status", "at"):
        times = ratio(timings[name], click)
        found[name]["times_import_click"] = round(times, 1)
        targets += [
            Target(f"{name}: times `import click`", times, TIMES_CLICK),
            Target(f"{name}: seconds", typical(timings[name]), AT_MOST_S),
        ]
    return found, targets


def _always(command: Command, turn: int) -> Command:
    return command
