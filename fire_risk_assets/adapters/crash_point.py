"""The test hook that kills the process at a named point of ingestion, promotion or scoring."""

import os
import signal
from dataclasses import dataclass


def sides(*steps: str) -> tuple[str, ...]:
    """Return the points before and after each step.

    >>> sides("COMMIT", "ALIAS")
    ('COMMIT:before', 'COMMIT:after', 'ALIAS:before', 'ALIAS:after')
    """
    return tuple(f"{step}:{side}" for step in steps for side in ("before", "after"))


INGESTION = ("INGEST_DATA", "INGEST_QUARANTINE", "INGEST_RECORD")
PROMOTION = (
    "LEASE",
    "RECONCILE",
    "TRAIN",
    "LOADS",
    "REGISTER",
    "JUDGE",
    "COMMIT",
    "READBACK",
    "ALIAS",
    "STAGE",
    "VERIFY",
    "REPORT",
)
SCORING = ("SCORE",)
POINTS = sides(*INGESTION, *PROMOTION, *SCORING)
"""Every point that can be armed; another one would never be reached, without a word."""


@dataclass(frozen=True, slots=True)
class CrashPoint:
    """Kills this process with SIGKILL when `reach` is called with the armed point.

    Attributes:
        armed: `POINT:before`, `POINT:after`, or None for never (the default everywhere but in
            tests, which arm it through FIRE_RISK_CRASH).
    """

    armed: str | None = None

    def reach(self, point: str) -> None:
        """Pass the point, or die there without any clean-up."""
        if self.armed == point:
            os.kill(os.getpid(), signal.SIGKILL)
