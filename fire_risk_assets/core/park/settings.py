"""What a simulated park is told, checked once.

Add a knob here when the world itself changes; how the data is stored or judged stays out.
"""

import math
from dataclasses import dataclass
from datetime import date

from fire_risk_assets.errors import InvalidSetting

ALL_CELLS = 81
"""The park is a grid of 9 × 9."""

YEARS = (1950, 2199)
"""Years a park may lie in: nanosecond clocks of the tools downstream still hold them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkSettings:
    """A park from `start` to `until`, both inclusive.

    Attributes:
        seed: Which world; equal seeds and starts give equal worlds, however long.
        start: First day with an observation.
        until: Last day; nothing learned after its end (UTC) is in the history.
        drift_from: First day of the concept change, or None for none.
        drift_strength: 0 leaves the world as it was; 1 takes the effect of human pressure and
            of fuel away; more than 1 turns it round.
        corrections: Whether some reports are corrected later.
        report_delays: Whether a fire becomes known days after it started (else at once).
        bad_rows: Whether impossible rows are planted beside the good ones.
        cells: How many cells, the first ones in key order.

    Raises:
        InvalidSetting: a value lies outside its domain.
    """

    seed: int = 0
    start: date
    until: date
    drift_from: date | None = None
    drift_strength: float = 1.0
    corrections: bool = True
    report_delays: bool = True
    bad_rows: bool = False
    cells: int = ALL_CELLS

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise InvalidSetting(f"The park's seed is {self.seed}; expected 0 or more.")
        if self.until < self.start:
            raise InvalidSetting(
                f"The park ends on {self.until}, before it starts on {self.start}."
            )
        first, last = YEARS
        if self.start.year < first or self.until.year > last:
            raise InvalidSetting(
                f"The park runs from {self.start} to {self.until}; expected years {first}–{last}."
            )
        if not (math.isfinite(self.drift_strength) and self.drift_strength >= 0):
            raise InvalidSetting(
                f"The drift strength is {self.drift_strength}; expected a number of 0 or more."
            )
        if not 1 <= self.cells <= ALL_CELLS:
            raise InvalidSetting(f"The park has {self.cells} cells; expected 1 to {ALL_CELLS}.")
