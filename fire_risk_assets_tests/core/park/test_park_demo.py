from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from fire_risk_assets.core.park.demo import demo_cycles, demo_until, last_monday

DAYS = st.dates(date(1970, 1, 1), date(2150, 1, 1))


@given(DAYS)
def test_the_demo_ends_on_the_latest_28_september_two_weeks_past(today):
    until = demo_until(today)
    following = date(until.year + 1, 9, 28)
    assert (until.month, until.day) == (9, 28)
    assert until + timedelta(days=14) <= today < following + timedelta(days=14)


@given(DAYS)
def test_the_last_monday_is_a_monday_of_the_past_seven_days(until):
    monday = last_monday(until)
    assert monday.weekday() == 0
    assert 0 <= (until - monday).days < 7


@given(DAYS)
def test_the_demo_cycles_are_a_bootstrap_a_year_earlier_and_the_last_six_mondays(until):
    bootstrap, *weekly = demo_cycles(until)
    assert weekly[-1] == last_monday(until)
    assert [b - a for a, b in pairwise(weekly)] == [timedelta(weeks=1)] * 5
    assert weekly[-1] - bootstrap == timedelta(weeks=52)
