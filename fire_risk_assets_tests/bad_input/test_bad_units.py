"""B55: weather in °F or m/s. Each value is possible; only the season on record tells."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from fire_risk_assets.actions.check_tables import unit_findings
from fire_risk_assets.actions.ingest import BorderSettings

HEADER = "cell_id,observed_at,temp_c,rh_pct,wind_km_h,rain_mm\n"
DAYS = [date(2025, 8, 1) + timedelta(days=n) for n in range(90)]
SEASON = "".join(f"7-4,{d},{10 + n % 10},40,{9 + n % 9},0\n" for n, d in enumerate(DAYS))
LONG_AGO = "".join(
    f"7-4,{day - timedelta(days=3653)},{n % 60},40,{n % 60},0\n" for n, day in enumerate(DAYS)
)


def a_fortnight_a_year_later(*, temp, wind):
    """Two weeks of one temperature and wind, a little apart from day to day."""
    days = [date(2026, 9, n) for n in range(2, 16)]
    rows = [f"7-4,{d},{temp + d.day % 10 / 10},40,{wind + d.day % 2 / 10},0\n" for d in days]
    return HEADER + "".join(rows)


@pytest.fixture
def seasoned(both):
    assert both.offer(HEADER + SEASON, name="season.csv").accepted == 90
    return both


@pytest.mark.parametrize(
    ("temp", "wind", "named"), [(58, 12.5, "temp_c"), (14, 3.6, "wind_km_h")], ids=["°F", "m/s"]
)
def test_weather_in_another_unit_is_refused_whole__b55(seasoned, temp, wind, named):
    report = seasoned.offer(a_fortnight_a_year_later(temp=temp, wind=wind))
    assert (report.rejection_code, report.read) == ("unit_changed", 0)
    assert named in report.rejection_reason
    assert "compare_units" in report.remedy


def test_the_same_days_in_our_units_go_in_even_under_the_refused_name__b55(seasoned):
    assert seasoned.offer(a_fortnight_a_year_later(temp=58, wind=12.5)).rejected
    assert seasoned.offer(a_fortnight_a_year_later(temp=14, wind=12.5)).accepted == 14


def test_who_knows_the_values_to_be_right_can_say_so__b55(seasoned):
    frost = a_fortnight_a_year_later(temp=58, wind=12.5)
    assert seasoned.offer(frost).rejected
    trusting = replace(seasoned, settings=BorderSettings(compare_units=False))
    assert trusting.offer(frost).accepted == 14


def test_only_the_last_four_years_on_record_tell_a_unit__b55(seasoned):
    frost = a_fortnight_a_year_later(temp=58, wind=12.5)
    assert seasoned.offer(HEADER + LONG_AGO, name="long ago.csv").accepted == 90
    assert unit_findings(seasoned.store) == ([], 90)
    assert seasoned.offer(frost).rejection_code == "unit_changed"


def test_a_home_of_the_past_is_judged_by_its_own_last_years__b55(both):
    past = (HEADER + SEASON).replace("2025-", "1985-")
    assert both.offer(past, name="past.csv").accepted == 90
    frost = a_fortnight_a_year_later(temp=58, wind=12.5).replace("2026-", "1986-")
    assert both.offer(frost).rejection_code == "unit_changed"
