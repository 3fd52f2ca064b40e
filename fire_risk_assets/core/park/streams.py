"""Where every random number of the park comes from.

One stream a (seed, purpose, calendar year), always drawn for 366 days and all cells and cut
afterwards. So a number depends neither on how far the history goes, nor on which other mechanisms
are switched on, nor on how many cells are looked at: the histories of two settings share every
draw they both need (common random numbers), and tomorrow's file continues today's world.
"""

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fire_risk_assets.core.park.calendar import Floats, YearDays
from fire_risk_assets.core.park.settings import ALL_CELLS

DAYS = 366


def stream(*, seed: int, purpose: str, year: int = 0) -> np.random.Generator:
    """Return the generator of one purpose in one year (0: what stands for all years)."""
    # crc32 and not hash(): the latter changes with every process.
    return np.random.default_rng([seed, zlib.crc32(purpose.encode()), year])


@dataclass(frozen=True, slots=True)
class YearStreams:
    """The random numbers of the days of one year."""

    seed: int
    days: YearDays

    def generator(self, purpose: str) -> np.random.Generator:
        """Return the generator of `purpose` in this year."""
        return stream(seed=self.seed, purpose=purpose, year=self.days.year)

    def normal(self, purpose: str) -> Floats:
        """Return standard normals, one a day; shape (days,)."""
        return self.trimmed(self.generator(purpose).standard_normal(DAYS))

    def uniform(self, purpose: str) -> Floats:
        """Return uniforms in [0, 1), one a day; shape (days,)."""
        return self.trimmed(self.generator(purpose).random(DAYS))

    def cell_normal(self, purpose: str) -> Floats:
        """Return independent standard normals; shape (days, all cells)."""
        return self.trimmed(self.generator(purpose).standard_normal((DAYS, ALL_CELLS)))

    def cell_uniform(self, purpose: str) -> Floats:
        """Return independent uniforms in [0, 1); shape (days, all cells)."""
        return self.trimmed(self.generator(purpose).random((DAYS, ALL_CELLS)))

    def trimmed(self, drawn: NDArray[Any]) -> NDArray[Any]:
        """Cut an array of 366 rows, one a day of the year, to the days asked for."""
        first = int(self.days.day_of_year[0]) - 1
        return drawn[first : first + len(self.days.days)]
