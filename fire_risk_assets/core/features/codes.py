"""Moisture codes of every observation of every cell, carried on from stored ones, gaps and all.

Which state a row starts from is decided here; the physics is in `fire_weather`. Rows are cut
into segments, runs of days that can be computed without looking elsewhere once their start is
known, and all segments of similar length advance together.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fire_risk_assets.core.arrays import Flags, Vector
from fire_risk_assets.core.features.calendar import month_of
from fire_risk_assets.core.features.fire_weather import (
    START_DC,
    START_DMC,
    START_FFMC,
    advance_codes,
)
from fire_risk_assets.core.features.rows import LOOKBACK_DAYS, Rows

Ints = NDArray[np.int64]

BRIDGED_DAYS = 3
"""A gap of so many missing days is filled; after a longer one the codes start anew."""

_START = np.array([START_FFMC, START_DMC, START_DC])
_CALM = {"temp_c": 0.0, "rh_pct": 50.0, "wind_km_h": 0.0, "rain_mm": 0.0}


@dataclass(frozen=True, slots=True)
class _Run:
    """Rows to compute, and how: every field has shape (n_runs,).

    Attributes:
        row: The row.
        before: The row its day carries on from, -1 where it starts from standard values.
        opens: Whether it begins a segment; if not, it continues the run before it.
        steps: Days to advance: itself and the filled days before it.
    """

    row: Ints
    before: Ints
    opens: Flags
    steps: Ints


def gap_policies(rows: Rows) -> NDArray[np.object_]:
    """Return "start", "carried", "filled" or "restarted" for each row by the days before it."""
    distance = rows.distance()
    policy = np.full(len(rows.day), "carried", dtype=object)
    policy[distance > 1] = "filled"
    policy[distance > BRIDGED_DAYS + 1] = "restarted"
    policy[(distance > LOOKBACK_DAYS) | (rows.before < 0)] = "start"
    policy[rows.observed] = "carried"
    return policy


def fill_codes(rows: Rows, codes: NDArray[np.float64], due: Flags) -> NDArray[np.float64]:
    """Return `codes` with the rows in `due` computed; the others stay as given.

    Args:
        rows: Observations in order of cell and time.
        codes: FFMC, DMC, DC, shape (n_rows, 3), given where not `due`.
        due: Rows without observed or stored codes, shape (n_rows,).
    """
    codes = codes.copy()
    policy = gap_policies(rows)
    fresh = (policy == "start") | (policy == "restarted")
    before = np.where(fresh, -1, rows.before)
    steps = np.where(policy == "filled", rows.distance(), 1)
    # Later rows of a day start from the day before as its last row does, so the last rows go
    # first: they alone are what another day carries on from.
    for chosen in (due & rows.last_of_day, due & ~rows.last_of_day):
        row = np.flatnonzero(chosen)
        if row.size:
            carries_on = (before[row] >= 0) & chosen[before[row]]
            run = _Run(row=row, before=before[row], opens=~carries_on, steps=steps[row])
            codes[row] = _advance(rows, codes, run)
    return codes


def _advance(rows: Rows, codes: NDArray[np.float64], run: _Run) -> NDArray[np.float64]:
    """Codes of every row of the run, shape (n_runs, 3)."""
    segment = np.cumsum(run.opens) - 1
    first = np.flatnonzero(run.opens)
    end = np.cumsum(run.steps)
    begin = end - run.steps
    lengths = np.add.reduceat(run.steps, first)
    start = np.where((run.before[first] < 0)[:, None], _START, codes[run.before[first]])
    step = end - 1 - begin[first][segment]
    found = np.empty((run.row.size, 3))
    # Buckets by length keep one long history from padding a thousand single days.
    bucket = np.frexp(lengths)[1]
    for size in np.unique(bucket):
        members = np.flatnonzero(bucket == size)
        runs = np.flatnonzero(bucket[segment] == size)
        place = np.searchsorted(members, segment[runs])
        table = _advance_bucket(rows, _part(run, runs), place, step[runs], start[members])
        found[runs] = table[place, step[runs]]
    return found


def _part(run: _Run, of: Ints) -> _Run:
    return _Run(row=run.row[of], before=run.before[of], opens=run.opens[of], steps=run.steps[of])


def _advance_bucket(
    rows: Rows, run: _Run, place: Ints, last_step: Ints, start: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Codes of every step of some segments, shape (n_segments, n_steps, 3).

    Args:
        place: Segment of each run, 0 to n_segments - 1.
        last_step: Step within its segment at which a run's own day lies.
        start: Codes before the first step, shape (n_segments, 3).
    """
    owner = np.repeat(np.arange(run.row.size), run.steps)
    back = np.repeat(np.cumsum(run.steps), run.steps) - 1 - np.arange(owner.size)
    filled = back > 0
    source = np.where(filled, run.before[owner], run.row[owner])
    at = (place[owner], last_step[owner] - back)
    shape = (start.shape[0], int(last_step.max()) + 1)
    weather: dict[str, NDArray[np.float64]] = {}
    for name, calm in _CALM.items():
        values: Vector = rows.weather[name][source]
        weather[name] = np.full(shape, calm)
        weather[name][at] = np.where(filled, 0.0, values) if name == "rain_mm" else values
    month = np.ones(shape, dtype=np.int64)
    month[at] = month_of(rows.day[run.row[owner]] - back)
    latitude = np.empty(shape[0])
    latitude[place] = rows.latitude[run.row]
    done = advance_codes(
        temp=weather["temp_c"],
        rh=weather["rh_pct"],
        wind=weather["wind_km_h"],
        rain=weather["rain_mm"],
        latitude=latitude,
        month=month,
        start_ffmc=np.ascontiguousarray(start[:, 0]),
        start_dmc=np.ascontiguousarray(start[:, 1]),
        start_dc=np.ascontiguousarray(start[:, 2]),
    )
    return np.stack([done.ffmc, done.dmc, done.dc], axis=2)
