"""The UCI importer on generated files of the same shape, and on the real one where it lies."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from fire_risk_assets.core.border.layout import LAYOUTS
from fire_risk_assets.core.border.source import LINE, RawChunk
from fire_risk_assets.core.border.terms import KnownAt, Terms
from fire_risk_assets.core.border.uci import check_uci
from fire_risk_assets.core.border.uci_dates import assign_dates
from fire_risk_assets.core.border.uci_names import MONTHS, WEEKDAYS

TERMS = Terms(now=datetime(2026, 9, 28, tzinfo=UTC), known_at=KnownAt.parse("observed+0"))
COLUMNS = list(LAYOUTS["uci"].required)
WEATHER = ["temp_c", "rh_pct", "wind_km_h", "rain_mm", "ffmc", "dmc", "dc", "isi"]


def generated(*, rows: int, days: int, seed: int = 0) -> pd.DataFrame:
    """A table of the shape of the UCI file: fires share days, cells, and sometimes everything."""
    random = np.random.default_rng(seed)
    codes = pd.DataFrame(
        {
            "month": random.choice(MONTHS, days),
            "day": random.choice(WEEKDAYS, days),
            "FFMC": random.uniform(70, 96, days).round(1),
            "DMC": random.uniform(1, 290, days).round(1),
            "DC": random.uniform(8, 860, days).round(1),
            "ISI": random.uniform(0, 50, days).round(1),
        }
    )
    frame = codes.iloc[random.integers(0, days, rows)].reset_index(drop=True)
    frame["X"], frame["Y"] = random.integers(4, 6, (2, rows))
    frame["temp"] = random.integers(10, 13, rows)
    frame["RH"], frame["wind"], frame["rain"] = 40, 4.5, 0
    frame["area"] = random.exponential(5, rows).round(2)
    return frame[COLUMNS]


def imported(frame: pd.DataFrame, *, nothing=None):
    cells = {name: pa.array(frame[name].astype(str)) for name in COLUMNS}
    raw = pa.table({**cells, LINE: pa.array(range(2, len(frame) + 2), pa.int64())})
    return check_uci(
        [RawChunk(raw)],
        terms=TERMS,
        file_sha256="0" * 64,
        file_name="uci.csv",
        raw_lines=lambda lines: pa.array([str(line) for line in lines], pa.string()),
        stored=lambda table, _: table.schema.append(
            pa.field("batch_seq", pa.int64())
        ).empty_table(),
    )


def assert_every_fire_has_its_own_weather(frame: pd.DataFrame, found) -> None:
    weather = found.rows["weather_observations"].to_pandas()
    reports = found.rows["fire_reports"].to_pandas()
    assert not weather.duplicated(["cell_id", "observed_at"]).any()
    joined = pd.merge_asof(
        reports.sort_values("started_at"),
        weather.drop(columns="known_at").sort_values("observed_at"),
        left_on="started_at",
        right_on="observed_at",
        by="cell_id",
    )
    joined = joined.set_index(joined["report_id"].astype(int)).sort_index()
    source = frame.set_index(pd.RangeIndex(2, len(frame) + 2)).loc[joined.index]
    given = source[["temp", "RH", "wind", "rain", "FFMC", "DMC", "DC", "ISI"]].astype(float)
    assert np.array_equal(joined[WEATHER].to_numpy(), given.to_numpy())
    assert np.array_equal(joined["burned_area_ha"], source["area"].astype(float))
    months = [MONTHS[at.month - 1] for at in joined["started_at"]]
    days = [WEEKDAYS[at.weekday()] for at in joined["started_at"]]
    assert months == list(source["month"])
    assert days == list(source["day"])


@pytest.mark.parametrize("seed", range(3))
def test_each_generated_fire_meets_its_own_weather_codes_month_and_weekday(seed):
    frame = generated(rows=517, days=200, seed=seed)
    found = imported(frame)
    assert (found.read, found.accepted, found.duplicates) == (517, 517, 0)
    assert found.rows["fire_reports"].num_rows == 517
    assert found.rows["cells"].num_rows == 81
    assert_every_fire_has_its_own_weather(frame, found)


def test_equal_weather_shares_an_observation_and_other_weather_gets_the_next_minutes():
    row = {**generated(rows=1, days=1).iloc[0], "X": 7, "Y": 4}
    frame = pd.DataFrame([row | {"temp": temp} for temp in (12, 10, 12, 11)])
    found = imported(frame)
    weather = found.rows["weather_observations"].sort_by("observed_at").to_pylist()
    assert [one["temp_c"] for one in weather] == [10, 11, 12]
    assert [one["observed_at"].strftime("%H:%M") for one in weather] == ["12:00", "12:01", "12:02"]
    assert [one["known_at"] - one["observed_at"] for one in weather] == [timedelta(0)] * 3
    assert found.rows["fire_reports"]["report_id"].to_pylist() == ["2", "3", "4", "5"]


def test_dates_do_not_depend_on_row_order_and_each_day_has_its_own():
    days = [("feb", "sun", 80.0, 10.0, float(dc), 5.0) for dc in range(16)]
    forward, backward = assign_dates(days), assign_dates(reversed(days))
    assert forward == backward
    assert len(set(forward.values())) == 16
    assert all(day.month == 2 and day.weekday() == 6 for day in forward.values())
    assert all(date(2000, 1, 1) <= day <= date(2003, 12, 31) for day in forward.values())


def test_days_beyond_the_calendar_are_set_aside_not_squeezed_in():
    frame = pd.concat([generated(rows=1, days=1)] * 30, ignore_index=True)
    frame["DC"] = np.arange(30.0)
    found = imported(frame)
    assert found.accepted + found.quarantined.num_rows == 30
    assert set(found.reasons) == {"no_date_left"}
    assert_every_fire_has_its_own_weather(frame, found)


@pytest.mark.skipif("FIRE_RISK_TEST_DATA" not in os.environ, reason="FIRE_RISK_TEST_DATA is unset")
def test_all_517_rows_of_the_real_uci_file_are_accepted():
    frame = pd.read_csv(Path(os.environ["FIRE_RISK_TEST_DATA"]) / "forestfires.csv")
    found = imported(frame)
    assert (found.read, found.accepted, found.quarantined.num_rows) == (517, 517, 0)
    assert_every_fire_has_its_own_weather(frame, found)
