"""Weather in another unit: told once it lies far outside its season, left alone before."""

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from fire_risk_assets.core.border.units import LONGEST_DAYS, daily_means, exchanged_units
from fire_risk_assets.core.park.settings import ParkSettings
from fire_risk_assets.core.park.simulate import simulate

pytestmark = pytest.mark.slow


def to_fahrenheit(celsius):
    return celsius * 1.8 + 32.0


def to_metres_a_second(kilometres_an_hour):
    return kilometres_an_hour / 3.6


@pytest.fixture(scope="module")
def days():
    """Daily means of two simulated years."""
    park = simulate(ParkSettings(seed=3, start=date(2024, 1, 1), until=date(2025, 12, 31)))
    weather = park.weather
    columns = {
        "observed_at": pa.array(
            pd.to_datetime(weather["observed_at"].to_pandas(), utc=True), pa.timestamp("us", "UTC")
        ),
        **{name: weather[name].cast(pa.float64()) for name in ("temp_c", "wind_km_h")},
    }
    return daily_means(pa.table(columns))


def seems(offered, seen):
    return [unit.column for unit in exchanged_units(offered, seen=seen)]


def parts(days, last, size):
    """The days on offer, and those before them."""
    return days.iloc[last - size + 1 : last + 1].copy(), days.iloc[: last - size + 1]


def test_no_day_and_no_fortnight_of_the_park_is_taken_for_another_unit(days):
    for size in (1, 5, LONGEST_DAYS):
        for last in range(400, len(days), 3):
            assert seems(*parts(days, last, size)) == []


@pytest.mark.parametrize("size", [1, 7, LONGEST_DAYS])
def test_a_single_day_in_fahrenheit_is_told_nearly_always(days, size):
    found = 0
    lasts = range(400, len(days), 7)
    for last in lasts:
        offered, seen = parts(days, last, size)
        offered["temp_c"] = to_fahrenheit(offered["temp_c"])
        found += seems(offered, seen) == ["temp_c"]
    assert found >= 0.85 * len(lasts)


def test_a_fortnight_of_wind_in_metres_a_second_is_told_and_a_calm_day_is_not(days):
    share = {}
    for size in (1, LONGEST_DAYS):
        lasts = range(400, len(days), 7)
        found = 0
        for last in lasts:
            offered, seen = parts(days, last, size)
            offered["wind_km_h"] = to_metres_a_second(offered["wind_km_h"])
            found += seems(offered, seen) == ["wind_km_h"]
        share[size] = found / len(lasts)
    assert share[LONGEST_DAYS] >= 0.75
    assert share[1] <= 0.3


def test_a_season_seen_too_little_says_nothing(days):
    offered, seen = parts(days, 500, 7)
    offered["temp_c"] = to_fahrenheit(offered["temp_c"])
    assert seems(offered, seen.iloc[-45:]) == []
    assert seems(offered.iloc[:0], seen) == []


def test_days_offered_again_are_not_compared_with_themselves(days):
    offered, seen = parts(days, 500, 7)
    offered["temp_c"] = to_fahrenheit(offered["temp_c"])
    assert seems(offered, pd.concat([seen, offered])) == ["temp_c"]


def test_a_heat_wave_is_no_other_unit(days):
    offered, seen = parts(days, 550, 7)
    offered["temp_c"] += np.ptp(seen["temp_c"]) / 3
    assert seems(offered, seen) == []
