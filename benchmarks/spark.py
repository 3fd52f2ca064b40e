"""`python -m benchmarks.spark`: what many rows cost, one JSON document on stdout.

Batch scoring, features, a cycle and taking a file in, on both engines. A part is a function that
returns its figures and its targets, and takes the share of its rows that is wanted.
"""

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import engines, features_at_scale, scoring
from benchmarks.harness import Target, progress
from benchmarks.machine import described

RESULTS = Path(__file__).with_name("results_spark.json")
PARTS: dict[str, Callable[[float], tuple[dict[str, Any], list[Target]]]] = {
    "scoring": scoring.measure,
    "features": features_at_scale.measure,
    "features_spark": features_at_scale.measure_spark,
    "cycle": engines.measure_cycle,
    "ingest": engines.measure_ingest,
}


def main() -> None:
    """Measure the parts asked for; print them, and keep each in the place of its last result."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spark", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; default: all")
    parser.add_argument(
        "--share",
        type=float,
        default=1.0,
        help="of the rows, to try a part out: the result is not kept",
    )
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    measured = {}
    for name in asked.parts or PARTS:
        measured[name] = _measured(name, asked.share)
        if asked.share == 1.0:
            kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
            RESULTS.write_text(_document(kept | {name: measured[name]}))
    print(_document(measured), end="")


def _measured(name: str, share: float) -> dict[str, Any]:
    machine = described()
    figures, targets = PARTS[name](share)
    machine["load_after"] = round(os.getloadavg()[0], 2)
    progress(f"{name}: {json.dumps([target.to_json() for target in targets])}")
    return {
        "machine": machine,
        "figures": figures,
        "targets": [target.to_json() for target in targets],
    }


def _document(parts: dict[str, Any]) -> str:
    return json.dumps(parts, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
