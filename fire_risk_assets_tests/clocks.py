"""Clocks that tests set."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that stands still."""

    instant: datetime
    replays: bool = False

    def now(self) -> datetime:
        """Return the instant it was made with."""
        return self.instant

    def deciding(self, rows, as_of) -> datetime:
        """Return the instant it was made with."""
        return self.instant
