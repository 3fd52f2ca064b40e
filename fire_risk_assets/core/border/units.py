"""Whether weather came in another unit: every value possible, all of them wrong. Pure.

A unit is taken for another one when the days on offer lie far outside what their season has shown
before, and inside it once read in the other unit. Both must hold: a heat wave fulfils the first
alone. One calm day says nothing about wind, a fortnight does; so as many days as are on offer, 14
at most, are compared with runs of as many days before them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

LONGEST_DAYS = 14
SEASON_DAYS = 30
"""How far, in days of the year, a run may end from the one compared with it."""
ENOUGH_RUNS = 45
"""Three quarters of a season seen once; with fewer runs on record nothing is said."""
SEEN = timedelta(days=4 * 366)
"""How far back from its newest day weather on record tells what a season shows."""
MARGIN = 0.25
"""How far outside, as a share of the range seen, "far" begins."""


@dataclass(frozen=True, slots=True)
class OtherUnit:
    """A unit a column may have come in.

    Attributes:
        column: Column of the weather table.
        name: The other unit.
        to_ours: Converts a value of the other unit to the column's own.
        scale: On which the column's days spread evenly.
    """

    column: str
    name: str
    to_ours: Callable[[np.ndarray], np.ndarray]
    scale: Callable[[np.ndarray], np.ndarray]


OTHER_UNITS = (
    OtherUnit("temp_c", "°F", lambda x: (x - 32.0) / 1.8, lambda x: x),
    OtherUnit("wind_km_h", "m/s", lambda x: x * 3.6, np.log1p),
)

DAILY = ("observed_at", *(unit.column for unit in OTHER_UNITS))
"""All that `daily_means` needs: weather is the largest table, and is read for each weather file."""


def daily_means(weather: pa.Table) -> pd.DataFrame:
    """Return the mean over all cells of each UTC day, columns of `OTHER_UNITS`, by date."""
    days = weather.select([unit.column for unit in OTHER_UNITS]).append_column(
        "day", pc.floor_temporal(weather["observed_at"], unit="day")
    )
    means = days.group_by("day").aggregate([(unit.column, "mean") for unit in OTHER_UNITS])
    frame = means.to_pandas().set_index("day").sort_index()
    return frame.rename(columns={f"{unit.column}_mean": unit.column for unit in OTHER_UNITS})


def exchanged_units(offered: pd.DataFrame, *, seen: pd.DataFrame) -> list[OtherUnit]:
    """Return the other units the offered days seem to have come in.

    Args:
        offered: Daily means of the rows on offer; the newest 14 days count.
        seen: Daily means of the rows on record; offered days among them are left out.
    """
    if offered.empty:
        return []
    offered = offered.iloc[-LONGEST_DAYS:]
    runs = _runs(seen.drop(index=offered.index, errors="ignore"), like=offered)
    if len(runs) < ENOUGH_RUNS:
        return []
    return [unit for unit in OTHER_UNITS if _seems(unit, offered, runs)]


def _runs(seen: pd.DataFrame, *, like: pd.DataFrame) -> list[pd.DataFrame]:
    """Runs of as many days, each ending in the season in which the offered days end."""
    days = pd.DatetimeIndex(seen.index).dayofyear.to_numpy()
    apart = np.abs(days - pd.DatetimeIndex(like.index).dayofyear.to_numpy()[-1])
    ends = np.flatnonzero(np.minimum(apart, 366 - apart) <= SEASON_DAYS)
    size = len(like)
    return [seen.iloc[end + 1 - size : end + 1] for end in ends if end + 1 >= size]


def _seems(unit: OtherUnit, offered: pd.DataFrame, runs: list[pd.DataFrame]) -> bool:
    before = np.array([unit.scale(run[unit.column].to_numpy()).mean() for run in runs])
    low, high = before.min(), before.max()
    values = offered[unit.column].to_numpy()
    as_read = unit.scale(values).mean()
    converted = unit.scale(unit.to_ours(values)).mean()
    far = MARGIN * (high - low)
    return bool(not low - far <= as_read <= high + far and low <= converted <= high)
