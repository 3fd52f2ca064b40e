"""Fuel-moisture codes of the park's weather, by xclim.

Only the seam to xclim: what the codes do to fires lives in `ignition.py` and `fire_size.py`.
"""

from dataclasses import dataclass

import numpy as np

from fire_risk_assets.core.park.calendar import Floats, YearDays
from fire_risk_assets.core.park.geography import Geography
from fire_risk_assets.core.park.weather import YearWeather


@dataclass(frozen=True, slots=True, kw_only=True)
class YearCodes:
    """Codes of the Canadian fire-weather index system, each of shape (days, cells)."""

    ffmc: Floats
    dmc: Floats
    dc: Floats
    isi: Floats
    bui: Floats
    fwi: Floats


def year_codes(
    days: YearDays, weather: YearWeather, *, place: Geography, before: YearCodes | None
) -> YearCodes:
    """Return the codes of `days`, carried on from the last day of `before`.

    Without `before` the standard start values hold (FFMC 85, DMC 6, DC 15), as they do for anybody
    who computes the codes from the park's observations: a hidden run-in before the first day would
    put moisture into the fires which no observation explains. The price is a first autumn too wet.
    """
    # xclim takes seconds to import; everything else about the park does without it.
    from xarray import DataArray
    from xclim.indices.fire import fire_weather_ufunc

    def column(values: Floats) -> DataArray:
        return DataArray(values, dims=("time", "cell"), coords={"time": times})

    def last(code: str) -> DataArray | None:
        return DataArray(getattr(before, code)[-1], dims=("cell",)) if before else None

    times = days.days.astype("datetime64[ns]")
    codes = fire_weather_ufunc(
        tas=column(weather.temp_c),
        pr=column(weather.rain_mm),
        hurs=column(weather.rh_pct),
        sfcWind=column(weather.wind_km_h),
        lat=DataArray(place.latitude, dims=("cell",)),
        dc0=last("dc"),
        dmc0=last("dmc"),
        ffmc0=last("ffmc"),
        indexes=["FWI"],
    )
    as_table = {
        name.lower(): np.ascontiguousarray(code.transpose("time", "cell").to_numpy())
        for name, code in codes.items()
    }
    return YearCodes(**as_table)
