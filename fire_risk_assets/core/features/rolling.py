"""Lags and rolling terms: what the last days of a cell were like.

Of an earlier day its last observation counts, of the row's own day the row itself, so nothing
later than a row enters it. Windows hold what was observed; missing days are not invented.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from fire_risk_assets.core.arrays import Flags, Vector
from fire_risk_assets.core.features.codes import BRIDGED_DAYS
from fire_risk_assets.core.features.rows import LOOKBACK_DAYS, Rows

Ints = NDArray[np.int64]

WEEK = 7
WET_MM = 0.5
"""Rain that wets fine fuel: the threshold of FFMC (Van Wagner 1987, equation 2)."""


def window_terms(rows: Rows, fwi: Vector, due: Ints) -> dict[str, Vector | Ints]:
    """Return every lag and rolling column of the rows `due`, arrays of shape (n_due,).

    Args:
        rows: Observations, reaching LOOKBACK_DAYS back from the rows due.
        fwi: FWI of every row.
        due: Positions of the rows wanted.
    """
    rain, temp, rh = (rows.weather[name] for name in ("rain_mm", "temp_c", "rh_pct"))
    in_week = _total(rows, np.ones(rows.day.size), due, WEEK)
    return {
        "fwi_lag_1d": _lag(rows, fwi, due),
        "fwi_mean_7d": _total(rows, fwi, due, WEEK) / in_week,
        "fwi_max_7d": _highest(rows, fwi, due, WEEK),
        "rain_sum_7d_mm": _total(rows, rain, due, WEEK),
        "rain_sum_30d_mm": _total(rows, rain, due, LOOKBACK_DAYS),
        "days_since_rain": _days_since_rain(rows, due),
        "temp_mean_7d_c": _total(rows, temp, due, WEEK) / in_week,
        "temp_max_7d_c": _highest(rows, temp, due, WEEK),
        "rh_min_7d_pct": -_highest(rows, -rh, due, WEEK),
    }


def _earlier(rows: Rows, due: Ints, days: int) -> Iterator[tuple[Ints, Flags]]:
    """Walk back day by day: the row reached, and whether it lies in the window ending today."""
    at = due
    for _ in range(days - 1):
        at = np.where(at >= 0, rows.before[at], -1)
        inside = (at >= 0) & (rows.day[due] - rows.day[at] < days)
        if not inside.any():
            return
        yield at, inside


def _total(rows: Rows, values: Vector, due: Ints, days: int) -> Vector:
    # From the newest to the oldest, always: a running sum would depend on where it began, and
    # a recomputed row must equal the stored one bit for bit.
    total = values[due]
    for at, inside in _earlier(rows, due, days):
        total = total + np.where(inside, values[at], 0.0)
    return total


def _highest(rows: Rows, values: Vector, due: Ints, days: int) -> Vector:
    highest = values[due]
    for at, inside in _earlier(rows, due, days):
        highest = np.where(inside, np.maximum(highest, values[at]), highest)
    return highest


def _lag(rows: Rows, values: Vector, due: Ints) -> Vector:
    before = rows.before[due]
    near = (before >= 0) & (rows.day[due] - rows.day[before] <= BRIDGED_DAYS + 1)
    return np.where(near, values[before], values[due])


def _days_since_rain(rows: Rows, due: Ints) -> Ints:
    wet = rows.weather["rain_mm"] > WET_MM
    found = wet[due]
    days = np.zeros(due.size, dtype=np.int64)
    for at, inside in _earlier(rows, due, LOOKBACK_DAYS + 1):
        days = np.where(inside & ~found, rows.day[due] - rows.day[at], days)
        found = found | (inside & wet[at])
    return days
