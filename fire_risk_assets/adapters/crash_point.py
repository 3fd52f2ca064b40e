"""The test hook that kills the process at a named point of the promotion protocol."""

import os
import signal
from dataclasses import dataclass


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
