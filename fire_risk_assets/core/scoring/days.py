"""The days of a batch: UTC days of observations, and the instant each stands at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from fire_risk_assets.core.instants import midnight
from fire_risk_assets.core.tables.spec import INSTANT
from fire_risk_assets.errors import UsageError

_DAY = timedelta(days=1)
_What = TypeVar("_What")


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """UTC days from `first` to `last`, both among them.

    Raises:
        UsageError: the last lies before the first, or the calendar ends there.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise UsageError(f"The days end on {self.last}, before they begin on {self.first}.")
        if self.last == date.max:
            raise UsageError(f"The days end on {self.last}, the last day that can be written.")

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def __iter__(self) -> Iterator[date]:
        return (self.first + place * _DAY for place in range(len(self)))

    def __str__(self) -> str:
        return str(self.first) if len(self) == 1 else f"{self.first} to {self.last}"

    @property
    def window(self) -> tuple[datetime, datetime]:
        """Observations of the days are those of [from, until)."""
        return midnight(self.first), end_of(self.last)


def end_of(day: date) -> datetime:
    """Return when a day is over: what is known of it by then was known in time.

    >>> end_of(date(2026, 9, 28)).isoformat()
    '2026-09-29T00:00:00+00:00'
    """
    return midnight(day + _DAY)


def known_by(observed_at: pa.ChunkedArray, as_known: datetime | None) -> pa.ChunkedArray:
    """Return the instant each row stands at: `as_known`, None the end of the row's own day."""
    if as_known is not None:
        return pa.chunked_array([pa.repeat(pa.scalar(as_known, INSTANT), len(observed_at))])
    midnights = pc.floor_temporal(observed_at, unit="day")
    return pc.add(midnights, pa.scalar(_DAY, pa.duration("us"))).cast(INSTANT)


def stretches(days: Sequence[date], of: Mapping[date, _What]) -> list[tuple[Days, _What]]:
    """Return runs of days that follow each other and share what `of` says of them.

    Args:
        days: In their order.
        of: What counts, by day; days that it does not name belong to no run.

    >>> week = list(Days(date(2026, 1, 1), date(2026, 1, 4)))
    >>> [(str(run), what) for run, what in stretches(week, dict(zip(week, "aabb")))]
    [('2026-01-01 to 2026-01-02', 'a'), ('2026-01-03 to 2026-01-04', 'b')]
    """
    found: list[tuple[Days, _What]] = []
    for day in days:
        if day not in of:
            continue
        if found and found[-1][1] == of[day] and found[-1][0].last + _DAY == day:
            found[-1] = (Days(found[-1][0].first, day), of[day])
        else:
            found.append((Days(day, day), of[day]))
    return found


def segments(rows: Mapping[date, int], *, at_most: int) -> list[Days]:
    """Return ranges of whole days, each of at most so many rows, or of one day.

    >>> counts = {date(2026, 1, 1): 5, date(2026, 1, 2): 5, date(2026, 1, 9): 9}
    >>> [str(days) for days in segments(counts, at_most=10)]
    ['2026-01-01 to 2026-01-02', '2026-01-09']
    """
    found: list[Days] = []
    held = 0
    for day in sorted(rows):
        if found and held + rows[day] <= at_most:
            found[-1], held = Days(found[-1].first, day), held + rows[day]
        else:
            found.append(Days(day, day))
            held = rows[day]
    return found
