"""The park's history as canonical Arrow tables, cut at what is known by its last day.

Add a column here only when the canonical schema of a source gets one. Nothing is drawn here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from fire_risk_assets.core.park.calendar import YearDays
from fire_risk_assets.core.park.geography import Geography
from fire_risk_assets.core.park.reporting import Fires, Instants, Reports, noon
from fire_risk_assets.core.park.weather import YearWeather
from fire_risk_assets.core.tables.spec import INSTANT

WEATHER_KNOWN_AFTER = np.timedelta64(6, "h")


@dataclass(frozen=True, slots=True)
class ParkHistory:
    """What is known of a park at the end of its last day.

    Attributes:
        weather: cell_id, observed_at, temp_c, rh_pct, wind_km_h, rain_mm, known_at; ordered by
            day and cell.
        reports: report_id, cell_id, started_at, burned_area_ha, reported_at, known_at; ordered by
            known_at and report_id. A correction repeats the report_id.
        cells: cell_id, latitude, longitude, zone; in key order.
    """

    weather: pa.Table
    reports: pa.Table
    cells: pa.Table


def end_of(day: date) -> np.datetime64:
    """Return the first instant after `day`, UTC."""
    return np.datetime64(day, "us") + np.timedelta64(1, "D")


def cell_table(place: Geography) -> pa.Table:
    """Return the cells."""
    return pa.table(
        {
            "cell_id": pa.array(place.cell_id, pa.string()),
            "latitude": place.latitude,
            "longitude": place.longitude,
            "zone": pa.array(place.zone, pa.string()),
        }
    )


def weather_table(
    days: YearDays, weather: YearWeather, *, place: Geography, until: date
) -> pa.Table:
    """Return the observations of one year, none after `until`; a row per day and cell."""
    kept = days.days <= np.datetime64(until, "D")
    cells = len(place.cell_id)
    observed_at = np.repeat(noon(days.days[kept]), cells)
    return pa.table(
        {
            "cell_id": pa.array(np.tile(np.array(place.cell_id), int(kept.sum())), pa.string()),
            "observed_at": instants(observed_at),
            "temp_c": weather.temp_c[kept].ravel(),
            "rh_pct": weather.rh_pct[kept].ravel(),
            "wind_km_h": weather.wind_km_h[kept].ravel(),
            "rain_mm": weather.rain_mm[kept].ravel(),
            "known_at": instants(observed_at + WEATHER_KNOWN_AFTER),
        }
    )


def report_table(days: YearDays, fires: Fires, reports: Reports, *, place: Geography) -> pa.Table:
    """Return the reports of one year's fires, in no particular order and not yet cut."""
    ordinal = days.days.astype(np.int64)[fires.day] + date(1970, 1, 1).toordinal()
    cell_id = np.array(place.cell_id)[fires.cell]
    # A cell-day has one fire at most; the last number leaves room for a world with more.
    report_id = np.array(
        [f"R-{day}-{cell}-1" for day, cell in zip(ordinal, cell_id, strict=True)], dtype=np.str_
    )
    return pa.table(
        {
            "report_id": pa.array(report_id[reports.fire], pa.string()),
            "cell_id": pa.array(cell_id[reports.fire], pa.string()),
            "started_at": instants(fires.started_at[reports.fire]),
            "burned_area_ha": reports.burned_area_ha,
            "reported_at": instants(reports.known_at),
            "known_at": instants(reports.known_at),
        }
    )


def known_reports(years: Sequence[pa.Table], *, until: date) -> pa.Table:
    """Return the reports known by the end of `until`, in the order they became known."""
    reports = pa.concat_tables(years)
    known_at = reports["known_at"].to_numpy()
    known = reports.filter(pa.array(known_at < end_of(until)))
    return known.sort_by([("known_at", "ascending"), ("report_id", "ascending")]).combine_chunks()


def instants(values: Instants) -> pa.Array:
    """Return numpy instants as an Arrow column in UTC."""
    return pa.array(values, pa.timestamp("us")).cast(INSTANT)
