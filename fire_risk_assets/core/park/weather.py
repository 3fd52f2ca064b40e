"""Noon weather of the park, a calendar year at a time.

A regional state (wet or dry, and three auto-regressive anomalies) with correlated fields over the
cells on top. Equations and constants: docs/decisions.md, "The simulated park", fitted to the
weather of the fire rows of the UCI data. What the weather does to fuel or fire stays out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fire_risk_assets.core.park.calendar import Floats, YearDays
from fire_risk_assets.core.park.geography import Geography
from fire_risk_assets.core.park.streams import DAYS, YearStreams

PERSISTENCE = {"temperature": 0.75, "humidity": 0.6, "wind": 0.45, "temperature field": 0.7}
"""Day-to-day correlation of each auto-regressive anomaly; all have unit variance."""

WETTEST_MM = 150.0
"""Cap on a day's rain at a cell: the product of two skewed draws would now and then exceed what
any gauge there has held, and a check at the border would be right to refuse it."""


@dataclass(frozen=True, slots=True)
class SkyState:
    """The last day of a year: what the next one carries on from."""

    wet: bool
    anomalies: dict[str, Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearWeather:
    """Noon observations as a station writes them, each of shape (days, cells).

    Temperature in °C, rain of the past 24 h in mm and wind in km/h to one decimal; relative
    humidity in whole %. The codes and the fires come from these rounded values, so that nothing
    about a fire hangs on weather nobody recorded.
    """

    temp_c: Floats
    rh_pct: Floats
    wind_km_h: Floats
    rain_mm: Floats


def year_weather(
    days: YearDays, *, seed: int, place: Geography, before: SkyState | None
) -> tuple[YearWeather, SkyState]:
    """Return the weather of `days` and the state it ends in.

    `before` is the state at the end of the day before, None on the first day of the world.
    """
    draws = YearStreams(seed, days)
    s = days.season
    a = dryness(days, seed=seed)
    wet = wet_days(draws.uniform("wet day"), s, a, wet_before=before.wet if before else False)
    anomaly = {
        name: autoregressive(
            innovations, PERSISTENCE[name], before.anomalies[name] if before else None
        )
        for name, innovations in {
            "temperature": draws.normal("temperature"),
            "humidity": draws.normal("humidity"),
            "wind": draws.normal("wind"),
            "temperature field": place.field(draws.cell_normal("temperature field")),
        }.items()
    }
    w, season, dry = (column[:, None] for column in (wet.astype(np.float64), s, a))
    z_t, z_r, z_w = (anomaly[name][:, None] for name in ("temperature", "humidity", "wind"))
    c = anomaly["temperature field"]
    temp = 14 + 7.6 * season + 4 * z_t + 0.5 * dry - 1.1 * place.elevation + 0.6 * c - 2.5 * w
    rh = 49.5 - 9.5 * season - 5.2 * z_t - 2 * dry + 20 * w + 8.5 * z_r + 2.5 * place.elevation
    gusts = place.field(draws.cell_normal("wind field"))
    wind = np.exp(1.36 + 0.38 * z_w + 0.12 * w + 0.15 * gusts)
    weather = YearWeather(
        temp_c=recorded(temp, decimals=1),
        rh_pct=recorded(np.clip(rh - 1.5 * c, 12, 100), decimals=0),
        wind_km_h=recorded(wind, decimals=1),
        rain_mm=recorded(w * rainfall(draws, s, place), decimals=1),
    )
    return weather, SkyState(bool(wet[-1]), {name: path[-1] for name, path in anomaly.items()})


def dryness(days: YearDays, *, seed: int) -> Floats:
    """Return how dry the year is, from April to October (0 otherwise); shape (days,)."""
    of_the_year = YearStreams(seed, days).generator("dryness of the year").standard_normal()
    return np.where((days.month >= 4) & (days.month <= 10), of_the_year, 0.0)


def wet_days(uniforms: Floats, s: Floats, a: Floats, *, wet_before: bool) -> NDArray[np.bool_]:
    """Return which days are wet in the region, a Markov chain; shape (days,)."""
    after_dry = np.clip(0.17 - 0.115 * s - 0.02 * a, 0.03, 0.6)
    after_wet = np.clip(0.58 - 0.20 * s - 0.04 * a, 0.2, 0.85)
    wet = np.empty(len(uniforms), dtype=np.bool_)
    state = wet_before
    for day, u in enumerate(uniforms):
        state = bool(u < (after_wet[day] if state else after_dry[day]))
        wet[day] = state
    return wet


def rainfall(draws: YearStreams, s: Floats, place: Geography) -> Floats:
    """Return the rain each cell gets if the day is wet, in mm; shape (days, cells)."""
    shape = draws.trimmed(draws.generator("rain amount").standard_gamma(0.75, DAYS))
    spread = np.exp(0.5 * place.field(draws.cell_normal("rain field")))
    return np.clip(((6 - 2.5 * s) * shape)[:, None] * spread - 0.2, 0.0, WETTEST_MM)


def autoregressive(innovations: Floats, persistence: float, before: Floats | None) -> Floats:
    """Return a stationary AR(1) path of unit variance, carried on from `before`.

    Args:
        innovations: Standard normals, shape (days, …).
        persistence: Correlation with the day before.
        before: The last value of the path so far, shape (…), or None at its beginning.
    """
    path = np.empty_like(innovations)
    scale = np.sqrt(1 - persistence**2)
    for day, innovation in enumerate(innovations):
        before = innovation if before is None else persistence * before + scale * innovation
        path[day] = before
    return path


def recorded(values: Floats, *, decimals: int) -> Floats:
    """Return `values` as a station writes them down, without negative zeros."""
    return np.round(values, decimals) + 0.0
