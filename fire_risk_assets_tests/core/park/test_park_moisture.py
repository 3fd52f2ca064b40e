from dataclasses import fields

import numpy as np

from fire_risk_assets.core.park.calendar import YearDays
from fire_risk_assets.core.park.geography import geography
from fire_risk_assets.core.park.moisture import YearCodes, year_codes
from fire_risk_assets.core.park.weather import YearWeather


def test_codes_carried_over_new_year_equal_those_of_one_long_run(truths):
    first, second, _ = truths[0]
    both = YearWeather(
        **{
            field.name: np.concatenate(
                [getattr(year.weather, field.name) for year in (first, second)]
            )
            for field in fields(YearWeather)
        }
    )
    days = YearDays(first.days.year, np.concatenate([first.days.days, second.days.days]))
    run = year_codes(days, both, place=geography(seed=0), before=None)
    for field in fields(YearCodes):
        stepped = np.concatenate([getattr(year.codes, field.name) for year in (first, second)])
        assert np.array_equal(getattr(run, field.name), stepped), field.name


def test_codes_are_numbers_in_their_ranges(truths):
    for year in truths[0]:
        for field in fields(YearCodes):
            values = getattr(year.codes, field.name)
            assert values.shape == year.weather.temp_c.shape
            assert (values >= 0).all()
        assert (year.codes.ffmc <= 101).all()


def test_a_dry_summer_dries_the_ground_and_winter_rain_wets_it(truths):
    for years in truths:
        for year in years:
            mean = {month: year.codes.dc[year.days.month == month].mean() for month in (3, 6, 9)}
            assert mean[3] < mean[6] < mean[9]
