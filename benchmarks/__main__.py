"""`python -m benchmarks`: all measurements in one run, one JSON document on stdout."""

import argparse
import json
from pathlib import Path
from typing import Any

from benchmarks import (
    backfill,
    cold_cycle,
    doctor,
    first_run,
    incident,
    ledger,
    new_day,
    reading,
    site,
    warm_cycle,
)
from benchmarks.harness import Target, progress
from benchmarks.machine import described
from benchmarks.scratch import mondays, scratch

RESULTS = Path(__file__).with_name("results.json")
ON_ITS_OWN = {
    "ledger": ("ledger", ledger.measure),
    "doctor": ("doctor", doctor.measure),
    "new_day": ("new_day", new_day.measure),
    "site": ("site", site.measure),
    "run": ("first_run", first_run.measure),
}
"""Parts that make what they are measured on, with the name of their figures."""
PARTS = ("cold", "warm", "reading", "incident", "backfill", *ON_ITS_OWN)


def main() -> None:
    """Measure the parts asked for, print and keep the result."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; default: all")
    parser.add_argument("--rounds", type=int, default=3, choices=range(1, 5), help="that count")
    asked = parser.parse_args()
    parts = tuple(asked.parts) or PARTS
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    result = measured(parts, rounds=asked.rounds)
    document = json.dumps(result, indent=2, ensure_ascii=False)
    RESULTS.write_text(document + "\n")
    print(document)


def measured(parts: tuple[str, ...], *, rounds: int) -> dict[str, Any]:
    """Return machine, figures by part, and every target with what was found."""
    found: dict[str, Any] = {}
    targets: list[Target] = []

    def keep(name: str, figures: dict[str, Any], its_targets: list[Target]) -> None:
        found[name] = figures
        targets.extend(its_targets)
        progress(f"{name}: {json.dumps([target.to_json() for target in its_targets])}")

    machine = described()
    # Cold first, warm on the weeks after: a model's cycles only go forward.
    days = mondays(2 * (rounds + 1))
    if {"cold", "warm", "reading", "incident", "backfill"} & set(parts):
        with scratch() as place:
            if "cold" in parts:
                keep("cold_cycle", *cold_cycle.measure(place, days[: rounds + 1]))
            if "warm" in parts:
                keep("warm_cycle", *warm_cycle.measure(place, days[rounds + 1 :]))
            if "reading" in parts:
                keep("reading", *reading.measure(place))
            if "incident" in parts:
                keep("incident", *incident.measure(place))
            if "backfill" in parts:
                # Of another model than those before: its weeks are all still to come.
                keep("backfill", *backfill.measure(place, mondays(backfill.COUNT + 1)))
    for part, (name, measure) in ON_ITS_OWN.items():
        if part in parts:
            keep(name, *measure())
    return {
        "machine": machine,
        "rounds": rounds,
        "figures": found,
        "targets": [target.to_json() for target in targets],
    }


if __name__ == "__main__":
    main()
