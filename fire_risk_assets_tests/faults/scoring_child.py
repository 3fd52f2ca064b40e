"""Scores a week in a process of its own, which may be killed: `… scoring_child HOME POINT`.

POINT is that of the test hook, or `mid-stream`: then a part of the batch is on the disk already,
and the next one is just being made.
"""

import os
import signal
import sys
from datetime import date
from pathlib import Path

from fire_risk_assets import wiring
from fire_risk_assets.actions.score_batch import ScoreRequest, score_batch
from fire_risk_assets.adapters import delta_streams, local_scoring
from fire_risk_assets.core.scoring.days import Days
from fire_risk_assets_tests.homes import tiny_settings

WEEK = Days(date(2025, 9, 1), date(2025, 9, 7))
PARTS = 5


def main(home: str, point: str) -> None:
    """Score the week, or die at the point."""
    crash = None if point == "mid-stream" else point
    settings = tiny_settings(Path(home), crash=crash)
    if point == "mid-stream":
        _die_after_parts(Path(home) / "lake" / "predictions")
    world = wiring.open_world(settings)
    score_batch(wiring.model_spec(settings, "tiny"), ScoreRequest(days=WEEK), world)


def _die_after_parts(table: Path) -> None:
    local_scoring.RANGE_ROWS = local_scoring.TASK_ROWS = 1
    made = delta_streams._taken

    def dying(handed):
        for number, part in enumerate(made(handed)):
            if number == PARTS:
                os.kill(os.getpid(), signal.SIGKILL)
            yield part

    delta_streams._taken = dying


if __name__ == "__main__":
    main(*sys.argv[1:])
