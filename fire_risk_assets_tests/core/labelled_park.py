"""Small feature rows and reports to label, and the simulated park whole."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa

from fire_risk_assets.core.as_known import newest_per_key
from fire_risk_assets.core.features.build import next_features
from fire_risk_assets.core.features.catalogue import FEATURES
from fire_risk_assets.core.park.settings import ParkSettings
from fire_risk_assets.core.park.simulate import simulate
from fire_risk_assets.core.tables.observed import CELLS, REPORTS, WEATHER

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TEXTS = {"zone": "north", "fwi_class": "low"}


def feature_rows(keys, *, seed=0, known_at=None):
    """Feature rows of (cell_id, observed_at) keys; numbers are drawn, one set a row."""
    draw = np.random.default_rng(seed)
    columns = {}
    for column in FEATURES.columns:
        if column.name == "cell_id":
            values = [cell for cell, _ in keys]
        elif column.name == "observed_at":
            values = [at for _, at in keys]
        elif column.name == "known_at":
            values = known_at or [at for _, at in keys]
        elif str(column.type) == "string":
            values = [TEXTS.get(column.name, "x")] * len(keys)
        else:
            values = draw.integers(1, 80, size=len(keys)).tolist()
        columns[column.name] = pa.array(values, column.type)
    return pa.table(columns)


def daily_rows(*, cells=("1-1", "1-2"), days=30, start=NOON, seed=0):
    """One feature row a cell and day, at noon."""
    keys = [(cell, start + timedelta(days=day)) for cell in cells for day in range(days)]
    return feature_rows(keys, seed=seed)


def report_rows(fires, *, known_at=None):
    """Reports of (report_id, cell_id, started_at, burned_area_ha)."""
    started = [fire[2] for fire in fires]
    values = {
        "report_id": [fire[0] for fire in fires],
        "cell_id": [fire[1] for fire in fires],
        "started_at": started,
        "burned_area_ha": [fire[3] for fire in fires],
        "known_at": known_at or started,
        "batch_id": ["b"] * len(fires),
    }
    return pa.table(
        {field.name: pa.array(values[field.name], field.type) for field in REPORTS.schema}
    )


def park(*, seed=0, start, until: date, cells=81):
    """Feature rows and the newest version of each report of a simulated park."""
    history = simulate(ParkSettings(seed=seed, start=start, until=until, cells=cells))
    weather = history.weather
    for name in ("ffmc", "dmc", "dc", "isi"):
        weather = weather.append_column(name, pa.nulls(weather.num_rows, pa.float64()))
    first = pa.array([history.weather["known_at"][0].as_py()] * history.cells.num_rows)
    features = next_features(
        new_weather=weather,
        past_weather=WEATHER.schema.empty_table(),
        past_features=FEATURES.schema.empty_table(),
        cells=history.cells.append_column(
            "known_at", first.cast(CELLS.schema.field("known_at").type)
        ),
        default_latitude=40.0,
    )
    ones = pa.array(np.ones(history.reports.num_rows, dtype=np.int64))
    return features, newest_per_key(history.reports.append_column("batch_seq", ones), ["report_id"])
