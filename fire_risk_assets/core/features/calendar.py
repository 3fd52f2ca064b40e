"""Where in the year and the week an observation lies, all by its UTC day.

A term that needs a local calendar (holidays, hunting seasons) belongs to a zone, not here.
"""

import numpy as np
from numpy.typing import NDArray

from fire_risk_assets.core.arrays import Vector

Days = NDArray[np.int64]
"""UTC days since 1970-01-01."""

MICROSECONDS_A_DAY = 86_400_000_000
DAYS_A_YEAR = 365.25


def day_of(instants: NDArray[np.int64]) -> Days:
    """Return the UTC day of instants in microseconds since 1970.

    >>> day_of(np.array([86_400_000_000, -1]))
    array([ 1, -1])
    """
    return np.floor_divide(instants, MICROSECONDS_A_DAY)


def month_of(days: Days) -> NDArray[np.int64]:
    """Return the month, 1 to 12.

    >>> month_of(np.array([0, 31]))
    array([1, 2])
    """
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months % 12 + 1


def year_circle(days: Days) -> tuple[Vector, Vector]:
    """Return sine and cosine of the day of the year, so that December lies next to January."""
    first = days.astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]")
    angle = (days - first.astype(np.int64)) * (2.0 * np.pi / DAYS_A_YEAR)
    return np.sin(angle), np.cos(angle)


def is_weekend(days: Days) -> NDArray[np.int64]:
    """Return 1 from Friday to Sunday, when more people light fires, else 0.

    >>> is_weekend(np.array([0, 1, 2, 3, 4]))  # Thursday, 1 January 1970, and on
    array([0, 1, 1, 1, 0])
    """
    return ((days + 3) % 7 >= 4).astype(np.int64)
