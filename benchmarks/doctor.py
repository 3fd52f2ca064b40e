"""What `fire-risk doctor` costs in a home of 5,000 cycles, from a fresh process."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.harness import FIRE_RISK, Command, CommandFailed, Target, progress, spread, timed
from benchmarks.many_cycles import CYCLES, make_home
from benchmarks.many_models import ADDRESSES, COUNT

CELLS = 9
"""Of the park's 81: what a Monday's rows cost grows with them, and is told beside the figure."""
AT_MOST_S = 20.0
ROUNDS = 3


def measure() -> tuple[dict[str, Any], list[Target]]:
    """Return the figures and the target."""
    with TemporaryDirectory(prefix="fire-risk-bench-", ignore_cleanup_errors=True) as folder:
        settings = make_home(Path(folder) / "home", cells=CELLS)
        told = {
            "FIRE_RISK_HOME": str(settings.home),
            "FIRE_RISK_MODELS": json.dumps(ADDRESSES),
        }
        command = Command((FIRE_RISK, "doctor", "--json"), told)
        timings = [timed(command) for _ in range(ROUNDS + 1)][1:]
    found = json.loads(timings[-1].said)
    if not found["healthy"] or found["unexamined"] or found["checked"]["cycles"] != CYCLES * COUNT:
        raise CommandFailed(f"The home is not what it was made to be: {found}")
    progress(f"doctor looked at {found['checked']}")
    taken = spread([each.seconds for each in timings])
    figures = {"doctor": taken, "checked": found["checked"]}
    target = Target(f"doctor on {CYCLES * COUNT:,} cycles: seconds", taken["median_s"], AT_MOST_S)
    return figures, [target]
