"""The one clock: whoever decides or records asks it what time it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from fire_risk_assets.core.ledger.events import replayed_at
from fire_risk_assets.core.ledger.row import LedgerRow


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock, UTC."""

    replays: ClassVar[bool] = False

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.now(UTC)

    def deciding(self, rows: Sequence[LedgerRow], as_of: datetime | None) -> datetime:
        """Return the present: real events are decided when they happen."""
        return self.now()


@dataclass(frozen=True, slots=True)
class ReplayClock(SystemClock):
    """The clock of a home that replays the past, so that the past has serving models.

    Attributes:
        delay: How long after its as_of a cycle decides.
    """

    replays: ClassVar[bool] = True
    delay: timedelta = timedelta(hours=6)

    def deciding(self, rows: Sequence[LedgerRow], as_of: datetime | None) -> datetime:
        """Return `events.replayed_at`, the present while there is no past to replay."""
        return replayed_at(rows, as_of, delay=self.delay) or self.now()
