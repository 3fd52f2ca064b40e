"""A process that dies and starts again inside the test's own, for histories of many deaths.

SIGKILL is for the crash cases and races, which start children. Here a death is an exception that
nothing catches, and each life has a mark of its own, as two processes have.
"""

from dataclasses import dataclass
from typing import Any

from fire_risk_assets.adapters.crash_point import POINTS


class Died(BaseException):
    """Not an Exception: whoever handles errors must not handle this one."""


@dataclass
class Lives:
    """Stands for `ports.CrashPoints` and `ports.Processes`; the next life begins at each death."""

    armed: str | None = None
    life: int = 1

    def arm(self, point: str) -> None:
        """Die at this point, once."""
        assert point in POINTS
        self.armed = point

    def reach(self, point: str) -> None:
        """Pass the point, or die there."""
        if self.armed == point:
            self.armed = None
            self.life += 1
            raise Died(point)

    def me(self) -> dict[str, Any]:
        """Return the mark of this life."""
        return {"host": "test", "pid": self.life, "started": "test"}

    def elsewhere(self, mark: dict[str, Any]) -> None:
        """All lives are on one host."""

    def alive(self, mark: dict[str, Any]) -> bool:
        """Tell whether it is the mark of the present life."""
        return mark["pid"] == self.life
