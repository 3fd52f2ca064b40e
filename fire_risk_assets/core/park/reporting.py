"""When a fire becomes known, and the corrections that follow.

Delays and corrections: docs/decisions.md, "The simulated park". What happened in the forest lives
in `ignition.py` and `fire_size.py`; here is only what people write down about it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fire_risk_assets.core.park.calendar import Floats
from fire_risk_assets.core.park.fire_size import as_recorded
from fire_risk_assets.core.park.settings import ALL_CELLS
from fire_risk_assets.core.park.streams import DAYS, YearStreams

Instants = NDArray[Any]
"""numpy datetime64[us], UTC."""

Whole = NDArray[np.int64]

CORRECTED = 0.10
"""Share of reports somebody looks at again. Two in five of them found nothing burned and still
find nothing: no row comes of those."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fires:
    """What burned, each array of shape (fires,), in order of day and cell.

    `day` and `cell` are positions in the year's days and the park's cells.
    """

    day: Whole
    cell: Whole
    started_at: Instants
    burned_area_ha: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """What was written down, each array of shape (reports,).

    `fire` is the position of the fire; a correction names the same fire again.
    """

    fire: Whole
    burned_area_ha: Floats
    known_at: Instants


def start_instants(draws: YearStreams, *, day: Whole, cell: Whole) -> Instants:
    """Return when the fires of these cell-days started: noon to noon, to the minute.

    Most start in the afternoon (half by a quarter past five, nine in ten by midnight); the UCI data
    has no hours, so the profile Beta(1.3, 4) is ours.
    """
    share = draws.trimmed(draws.generator("hour of the fire").beta(1.3, 4, (DAYS, ALL_CELLS)))
    minutes = np.minimum(np.floor(share[day, cell] * 1440), 1439).astype("timedelta64[m]")
    return noon(draws.days.days)[day] + minutes


def reports_of(
    draws: YearStreams, fires: Fires, *, report_delays: bool, corrections: bool
) -> Reports:
    """Return the first report of every fire and, behind them, the corrections."""
    at = (fires.day, fires.cell)
    known_at = fires.started_at
    if report_delays:
        known_at = known_at + as_days(reporting_delay(draws)[at])
    everyone = np.arange(len(fires.day))
    if not corrections:
        return Reports(fire=everyone, burned_area_ha=fires.burned_area_ha, known_at=known_at)
    area = as_recorded(fires.burned_area_ha * np.exp(0.3 * draws.cell_normal("correction")[at]))
    looked_at = draws.cell_uniform("corrected")[at] < CORRECTED
    fire = np.flatnonzero(looked_at & (area != fires.burned_area_ha))
    later = whole_numbers(draws, "correction delay", low=7, high=60)[at]
    return Reports(
        fire=np.concatenate([everyone, fire]),
        burned_area_ha=np.concatenate([fires.burned_area_ha, area[fire]]),
        known_at=np.concatenate([known_at, (known_at + as_days(later))[fire]]),
    )


def reporting_delay(draws: YearStreams) -> Whole:
    """Return days from fire to first report, were there one; shape (days, all cells).

    Geometric(.35) from one day up, and for 8 % another 5 to 20: 88, 92, 95 and 99 % are known
    after 7, 10, 14 and 21 days.
    """
    usual = draws.trimmed(draws.generator("report delay").geometric(0.35, (DAYS, ALL_CELLS)))
    slow = draws.cell_uniform("slow report") < 0.08
    return usual + slow * whole_numbers(draws, "slow report delay", low=5, high=20)


def whole_numbers(draws: YearStreams, purpose: str, *, low: int, high: int) -> Whole:
    """Return uniform whole numbers from `low` to `high` inclusive; shape (days, all cells)."""
    drawn = draws.generator(purpose).integers(low, high, (DAYS, ALL_CELLS), endpoint=True)
    return draws.trimmed(drawn)


def noon(days: NDArray[Any]) -> Instants:
    """Return 12:00 UTC of each day."""
    return days.astype("datetime64[us]") + np.timedelta64(12, "h")


def as_days(count: Whole) -> NDArray[Any]:
    """Return whole days as time differences."""
    return count.astype("timedelta64[D]")
