"""`fire-risk run` on an empty home, as a newcomer meets it: defaults, everything cold."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.harness import FIRE_RISK, Command, Target, timed

AT_MOST_S = 130.0


def measure() -> tuple[dict[str, Any], list[Target]]:
    """Return the figures and the target; the home is gone afterwards."""
    with TemporaryDirectory(prefix="fire-risk-bench-", ignore_cleanup_errors=True) as folder:
        settings = {"FIRE_RISK_HOME": str(Path(folder) / "home")}
        # Not from the checkout: a fire_risk.toml there would be read.
        command = Command((FIRE_RISK, "run", "--json"), settings, Path(folder))
        timing = timed(command)
    said = json.loads(timing.said)
    decided = [f"{row['cycle_id']} {row['model_name']}: {row['kind']}" for row in said["cycles"]]
    found = {
        "seconds": round(timing.seconds, 1),
        "peak_mib": round(timing.peak_mib),
        "rows_read": said["data"]["read"],
        "cycles": len(decided),
        "decided": decided,
    }
    return found, [Target("run on an empty home: seconds", timing.seconds, AT_MOST_S)]
