"""The days of one calendar year of a park.

The world is computed a whole calendar year at a time and cut afterwards, so that no array's shape
depends on the day the history ends. Terms of the calendar that several mechanisms read live here.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Days = NDArray[Any]
"""numpy datetime64[D], shape (days,)."""


@dataclass(frozen=True, slots=True)
class YearDays:
    """The days from `days[0]` to 31 December of one year.

    Attributes:
        year: The calendar year.
        days: datetime64[D], shape (days,).
    """

    year: int
    days: Days

    @classmethod
    def of(cls, year: int, start: date) -> "YearDays":
        """Return the days of `year`, none before `start`."""
        first = max(np.datetime64(start, "D"), np.datetime64(date(year, 1, 1), "D"))
        return cls(year, np.arange(first, np.datetime64(date(year + 1, 1, 1), "D")))

    @property
    def day_of_year(self) -> NDArray[np.int64]:
        """1 for 1 January; shape (days,)."""
        return (self.days - self.days.astype("datetime64[Y]")).astype(np.int64) + 1

    @property
    def month(self) -> NDArray[np.int64]:
        """1 to 12; shape (days,)."""
        return self.days.astype("datetime64[M]").astype(np.int64) % 12 + 1

    @property
    def weekday(self) -> NDArray[np.int64]:
        """0 for Monday; shape (days,)."""
        # 1970-01-01, day 0 of datetime64, was a Thursday.
        return (self.days.astype(np.int64) + 3) % 7

    @property
    def season(self) -> Floats:
        """Cosine of the year, 1 at its hottest (29 July), −1 at its coldest; shape (days,)."""
        return np.cos(2.0 * np.pi * (self.day_of_year - 210) / 365.25)
