"""The front door of the park: settings in, history out.

Only the order of the mechanisms is written here; each of them lives in a file of its own.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from fire_risk_assets.core.park.bad_rows import plant_bad_rows
from fire_risk_assets.core.park.calendar import Floats, YearDays
from fire_risk_assets.core.park.fire_size import burned_area, size_signal
from fire_risk_assets.core.park.geography import Geography, geography
from fire_risk_assets.core.park.ignition import ignition_probability
from fire_risk_assets.core.park.moisture import YearCodes, year_codes
from fire_risk_assets.core.park.reporting import Fires, reports_of, start_instants
from fire_risk_assets.core.park.settings import ParkSettings
from fire_risk_assets.core.park.streams import YearStreams
from fire_risk_assets.core.park.tables import (
    ParkHistory,
    cell_table,
    known_reports,
    report_table,
    weather_table,
)
from fire_risk_assets.core.park.weather import SkyState, YearWeather, year_weather


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkYear:
    """The truth about one calendar year, most of which nobody in the park sees.

    `ignition_probability` and `size_signal` have the shape (days, cells).
    """

    days: YearDays
    weather: YearWeather
    sky: SkyState
    codes: YearCodes
    ignition_probability: Floats
    size_signal: Floats
    fires: Fires


def simulate(settings: ParkSettings) -> ParkHistory:
    """Return what is known of the park at the end of `settings.until`.

    Two laws hold, bit for bit. A shorter history is the part of a longer one that was known by
    its end, for equal seeds and starts. And settings share every random draw they both need: a
    drift changes nothing before its first day, and no weather at all.
    """
    place = geography(seed=settings.seed, cells=settings.cells)
    years = simulate_years(settings, place)
    weather = [
        weather_table(year.days, year.weather, place=place, until=settings.until) for year in years
    ]
    reports = [
        report_table(
            year.days,
            year.fires,
            reports_of(
                YearStreams(settings.seed, year.days),
                year.fires,
                report_delays=settings.report_delays,
                corrections=settings.corrections,
            ),
            place=place,
        )
        for year in years
    ]
    history = ParkHistory(
        weather=pa.concat_tables(weather).combine_chunks(),
        reports=known_reports(reports, until=settings.until),
        cells=cell_table(place),
    )
    return plant_bad_rows(history, seed=settings.seed) if settings.bad_rows else history


def simulate_years(settings: ParkSettings, place: Geography) -> list[ParkYear]:
    """Return the whole calendar years of the park, the last one beyond `until` too.

    Whole years because no array's shape may depend on `until`: shapes choose code paths in numpy,
    and those may differ in the last bit.
    """
    years: list[ParkYear] = []
    for year in range(settings.start.year, settings.until.year + 1):
        days = YearDays.of(year, settings.start)
        years.append(_year(days, settings, place, before=years[-1] if years else None))
    return years


def _year(
    days: YearDays, settings: ParkSettings, place: Geography, before: ParkYear | None
) -> ParkYear:
    draws = YearStreams(settings.seed, days)
    weather, sky = year_weather(
        days, seed=settings.seed, place=place, before=before.sky if before else None
    )
    codes = year_codes(days, weather, place=place, before=before.codes if before else None)
    effect = remaining_effect(days, settings)
    probability = ignition_probability(
        days, codes, place=place, effect=effect, mood=draws.normal("ignition of the day")
    )
    signal = size_signal(codes, place=place, effect=effect, mood=draws.normal("size of the day"))
    burns = draws.cell_uniform("ignition")[:, : settings.cells] < probability
    day, cell = np.nonzero(burns)
    fires = Fires(
        day=day,
        cell=cell,
        started_at=start_instants(draws, day=day, cell=cell),
        burned_area_ha=burned_area(
            signal[day, cell],
            uniforms=draws.cell_uniform("anything burned")[day, cell],
            normals=draws.cell_normal("area")[day, cell],
        ),
    )
    return ParkYear(
        days=days,
        weather=weather,
        sky=sky,
        codes=codes,
        ignition_probability=probability,
        size_signal=signal,
        fires=fires,
    )


def remaining_effect(days: YearDays, settings: ParkSettings) -> Floats:
    """Return the factor on human pressure and fuel, 1 before the concept change; shape (days,)."""
    if settings.drift_from is None:
        return np.ones(len(days.days))
    changed = days.days >= np.datetime64(settings.drift_from, "D")
    return np.where(changed, 1.0 - settings.drift_strength, 1.0)
