"""The Canadian Forest Fire Weather Index system: codes carried on day by day, and its indices.

The recursive codes come from xclim, which is imported inside the one function that needs it
(several seconds); the indices are closed formulas and are written out here, so that rows with
observed codes never pay for that import. No gaps, files or tables here: see `codes`.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from fire_risk_assets.core.arrays import Vector

Matrix = NDArray[np.float64]

START_FFMC, START_DMC, START_DC = 85.0, 6.0, 15.0
"""Standard start values (Van Wagner 1987, Forestry Technical Report 35)."""

CLASS_NAMES = ("very_low", "low", "moderate", "high", "very_high", "extreme")
CLASS_BOUNDS = (5.2, 11.2, 21.3, 38.0, 50.0)
"""Upper bounds of the danger classes of the European Forest Fire Information System (EFFIS)."""


@dataclass(frozen=True, slots=True)
class Codes:
    """The three moisture codes; higher is drier. All arrays have one shape."""

    ffmc: NDArray[np.float64]
    dmc: NDArray[np.float64]
    dc: NDArray[np.float64]


def advance_codes(
    *,
    temp: Matrix,
    rh: Matrix,
    wind: Matrix,
    rain: Matrix,
    latitude: Vector,
    month: NDArray[np.int64],
    start_ffmc: Vector,
    start_dmc: Vector,
    start_dc: Vector,
) -> Codes:
    """Return the codes of every day, carried on from the codes of the day before the first.

    Continuing from returned codes equals the uninterrupted run bit for bit. One NaN would
    poison all later days of its row, so none may come in.

    Args:
        temp: Noon temperature in °C, shape (n_cells, n_days); the days of a row follow each
            other, different rows may lie in different years.
        rh: Relative humidity in %, same shape.
        wind: Wind in km/h, same shape.
        rain: Rain of the last 24 h in mm, same shape.
        latitude: Degrees north, shape (n_cells,); day length switches at ±15° and ±30°.
        month: 1 to 12, shape (n_cells, n_days).
        start_ffmc: Code of the day before, shape (n_cells,); likewise the other two.

    Returns:
        Codes of shape (n_cells, n_days).
    """
    import xarray as xr
    from xclim.indices.fire import fire_weather_ufunc

    by_day = partial(xr.DataArray, dims=("cell", "time"))
    by_cell = partial(xr.DataArray, dims="cell")
    # xclim reads nothing but the month from the time axis. A time of two dimensions lets rows
    # with different dates share one call; one call a date would cost a millisecond a day.
    stamps = (month - 1).astype("datetime64[M]").astype("datetime64[ns]")
    axis = xr.Coordinates({"time": (("cell", "time"), stamps)}, indexes={})
    found = fire_weather_ufunc(
        tas=by_day(temp, coords=axis),
        hurs=by_day(rh),
        sfcWind=by_day(wind),
        pr=by_day(rain),
        lat=by_cell(latitude),
        ffmc0=by_cell(start_ffmc),
        dmc0=by_cell(start_dmc),
        dc0=by_cell(start_dc),
        indexes=["DC", "DMC", "FFMC"],
    )
    return Codes(
        np.ascontiguousarray(found["FFMC"].to_numpy()),
        np.ascontiguousarray(found["DMC"].to_numpy()),
        np.ascontiguousarray(found["DC"].to_numpy()),
    )


def initial_spread_index(wind: Vector, ffmc: Vector) -> Vector:
    """Return ISI from wind (km/h) and FFMC: Van Wagner 1987, equations 1 and 24 to 26."""
    # numpy's exp and power may differ in the last bit between strided and contiguous arrays.
    wind, ffmc = np.ascontiguousarray(wind), np.ascontiguousarray(ffmc)
    moisture = 147.2 * (101.0 - ffmc) / (59.5 + ffmc)
    fuel = 19.1152 * np.exp(moisture * -0.1386) * (1.0 + moisture**5.31 / 49300000.0)
    return fuel * np.exp(0.05039 * wind)


def build_up_index(dmc: Vector, dc: Vector) -> Vector:
    """Return BUI from DMC and DC: Van Wagner 1987, equations 27a and 27b; 0 when both are 0."""
    dmc, dc = np.ascontiguousarray(dmc), np.ascontiguousarray(dc)
    both_zero = (dmc == 0.0) & (dc == 0.0)
    total = np.where(both_zero, 1.0, dmc + 0.4 * dc)
    low = 0.8 * dc * dmc / total
    high = dmc - (1.0 - 0.8 * dc / total) * (0.92 + (0.0114 * dmc) ** 1.7)
    index = np.where(dmc <= 0.4 * dc, low, high)
    return np.maximum(np.where(both_zero, 0.0, index), 0.0)


def fire_weather_index(isi: Vector, bui: Vector) -> Vector:
    """Return FWI from ISI and BUI: Van Wagner 1987, equations 28a to 30b."""
    isi, bui = np.ascontiguousarray(isi), np.ascontiguousarray(bui)
    duff_low = 0.626 * bui**0.809 + 2.0
    duff_high = 1000.0 / (25.0 + 108.64 / np.exp(0.023 * bui))
    raw = np.where(bui <= 80.0, 0.1 * isi * duff_low, 0.1 * isi * duff_high)
    above = np.maximum(raw, 1.0)
    return np.where(raw > 1.0, np.exp(2.72 * (0.434 * np.log(above)) ** 0.647), raw)


def fwi_class(fwi: Vector) -> NDArray[np.object_]:
    """Return the EFFIS danger class of each FWI; a value on a bound belongs to the class above.

    >>> fwi_class(np.array([5.1, 5.2, 60.0])).tolist()
    ['very_low', 'low', 'extreme']
    """
    names = np.array(CLASS_NAMES, dtype=object)
    return names[np.searchsorted(np.array(CLASS_BOUNDS), fwi, side="right")]
