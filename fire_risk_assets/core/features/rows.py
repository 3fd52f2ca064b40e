"""Observations in order of cell and time, as plain arrays: what every kernel works on.

Which rows these are, and what was known when, is decided in `replay`; no formulas here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fire_risk_assets.core.arrays import Flags, Vector

LOOKBACK_DAYS = 30
"""No feature looks further back than so many days, but through the codes it carries on from."""


@dataclass(frozen=True, slots=True)
class Rows:
    """One row an observation, ordered by cell and time. Arrays have shape (n_rows,).

    Attributes:
        cell: Number of the cell.
        day: UTC day since 1970.
        weather: temp_c (°C), rh_pct (%), wind_km_h (km/h), rain_mm (mm).
        latitude: Degrees north.
        observed: Whether the codes were observed with the weather.
        last_of_day: Whether no later observation of its cell lies on its day.
        before: The last row of the cell's latest earlier day, -1 without one.
    """

    cell: NDArray[np.int64]
    day: NDArray[np.int64]
    weather: Mapping[str, Vector]
    latitude: Vector
    observed: Flags
    last_of_day: Flags = field(init=False)
    before: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        new_cell = np.diff(self.cell, prepend=-1) != 0
        new_day = new_cell | (np.diff(self.day, prepend=self.day[:1]) != 0)
        first_of_day = np.maximum.accumulate(np.where(new_day, np.arange(self.day.size), 0))
        before = np.where(new_cell[first_of_day], -1, first_of_day - 1)
        object.__setattr__(self, "before", before)
        object.__setattr__(self, "last_of_day", np.append(new_day[1:], True)[: self.day.size])

    def distance(self) -> NDArray[np.int64]:
        """Days to the earlier day it follows, shape (n_rows,); meaningless without one."""
        return self.day - self.day[self.before]
