"""`python -m benchmarks.spark`: what many rows cost, one JSON document on stdout.

Batch scoring on one machine is the first part. A part is a module with `measure`, which returns its
figures and its targets.
"""

import argparse
import json
from pathlib import Path

from benchmarks import scoring
from benchmarks.harness import Target, progress
from benchmarks.machine import described

RESULTS = Path(__file__).with_name("results_spark.json")
PARTS = {"scoring": scoring.measure}


def main() -> None:
    """Measure the parts asked for, print and keep the result."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spark", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; default: all")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    machine, figures = described(), {}
    targets: list[Target] = []
    for name in asked.parts or PARTS:
        figures[name], its_targets = PARTS[name]()
        targets.extend(its_targets)
        progress(f"{name}: {json.dumps([target.to_json() for target in its_targets])}")
    document = json.dumps(
        {
            "machine": machine,
            "figures": figures,
            "targets": [target.to_json() for target in targets],
        },
        indent=2,
        ensure_ascii=False,
    )
    RESULTS.write_text(document + "\n")
    print(document)


if __name__ == "__main__":
    main()
