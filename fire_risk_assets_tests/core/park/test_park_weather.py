from datetime import date

import numpy as np

from fire_risk_assets.core.park.calendar import YearDays
from fire_risk_assets.core.park.geography import geography
from fire_risk_assets.core.park.weather import autoregressive, year_weather

START = date(2023, 6, 1)


def test_the_new_year_goes_on_from_the_weather_of_the_old_one():
    place = geography(seed=0, cells=4)
    _, sky = year_weather(YearDays.of(2023, START), seed=0, place=place, before=None)
    next_year = YearDays.of(2024, START)
    sky.anomalies["temperature"] = np.float64(-3.0)
    cold, _ = year_weather(next_year, seed=0, place=place, before=sky)
    sky.anomalies["temperature"] = np.float64(3.0)
    warm, _ = year_weather(next_year, seed=0, place=place, before=sky)
    gap = (warm.temp_c - cold.temp_c).mean(axis=1)
    # 4 °C an anomaly, 6 anomalies apart, of which three quarters are left each day.
    np.testing.assert_allclose(gap[:5], 24 * 0.75 ** np.arange(1, 6), atol=0.11)


def test_an_anomaly_is_stationary_and_as_persistent_as_asked_for():
    path = autoregressive(np.random.default_rng(0).standard_normal((400, 500)), 0.75, None)
    assert np.abs(path.std(axis=1) - 1).max() < 0.15
    assert abs(np.corrcoef(path[:-1].ravel(), path[1:].ravel())[0, 1] - 0.75) < 0.02


def test_the_days_of_a_year_know_their_calendar():
    days = YearDays.of(2024, date(2024, 2, 28))
    assert days.day_of_year[:3].tolist() == [59, 60, 61]
    assert days.month[:3].tolist() == [2, 2, 3]
    assert days.weekday[:3].tolist() == [2, 3, 4]
    assert days.day_of_year[-1] == 366
    assert days.season.argmax() + 59 == 210
