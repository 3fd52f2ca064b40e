"""Windows: how far the holdout reaches, where training ends, and why a cycle stops."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from fire_risk_assets.core.window_policy import WindowPolicy
from fire_risk_assets.core.windows import plan_holdout, plan_training, training_stop
from fire_risk_assets.errors import InvalidSetting

AS_OF = datetime(2026, 9, 28, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
LAG = timedelta(days=14)
POLICY = WindowPolicy()


def daily(per_day=5, *, days=400, until=AS_OF, positive_every=3):
    """Rows from `days` ago on, the newest at noon the day before `until`."""
    first = pd.Timestamp(until) - timedelta(days=days) + timedelta(hours=12)
    times = pd.Series(pd.date_range(first, periods=days).repeat(per_day)).astype(
        "datetime64[us, UTC]"
    )
    return pd.DataFrame(
        {
            "row_time": times,
            "day": times.dt.tz_localize(None).dt.floor("D"),
            "target": (np.arange(len(times)) % positive_every == 0).astype(float),
        }
    )


def plan(rows, *, policy=POLICY, as_of=AS_OF, trained=None, past=(), cycle_id="now"):
    return plan_holdout(
        rows,
        as_of=as_of,
        policy=policy,
        production_training_until=trained,
        past_windows=past,
        cycle_id=cycle_id,
    )


def outcome(holdout):
    return holdout.stop and (str(holdout.stop.kind), str(holdout.stop.reason_code))


def test_the_holdout_is_four_weeks_that_end_a_label_lag_ago():
    holdout = plan(daily())
    assert (holdout.window_from, holdout.window_until) == (AS_OF - LAG - 4 * WEEK, AS_OF - LAG)
    assert holdout.mask.sum() == 28 * 5
    assert (holdout.stop, holdout.looks, holdout.dropped_spent) == (None, 1, 0)


def test_label_windows_of_cell_days_end_a_label_lag_ago_too():
    rows = daily()
    holdout = plan(rows, policy=WindowPolicy(label_window_hours=24))
    newest = rows.loc[holdout.mask, "row_time"].max()
    assert holdout.window_until == AS_OF - LAG - DAY
    assert newest + DAY <= AS_OF - LAG


def test_few_fires_make_the_holdout_reach_back_by_whole_weeks_until_they_suffice():
    rows = daily(per_day=1)
    holdout = plan(rows)
    assert (holdout.window_until - holdout.window_from) == 12 * WEEK  # 80 rows at one a day
    assert holdout.mask.sum() == 84
    positives = WindowPolicy(min_positives=40, min_rows=1)
    assert plan(rows, policy=positives).mask.sum() == 17 * 7  # every third row is positive


def test_the_reach_ends_at_26_weeks_and_the_reason_says_how_many_rows_there_are():
    rows = daily(per_day=1)
    rows = rows.iloc[::4]
    holdout = plan(rows)
    assert outcome(holdout) == ("undecided", "too_few_rows")
    assert holdout.window_until - holdout.window_from == 26 * WEEK
    assert f"{holdout.mask.sum()} rows of 80 needed" in holdout.stop.reason


def test_no_rows_at_all_are_too_few_and_no_error():
    holdout = plan(daily().iloc[:0])
    assert outcome(holdout) == ("undecided", "too_few_rows")
    training = plan_training(daily().iloc[:0], holdout.window_from, POLICY)
    assert training.mask.shape == (0,)
    assert training.window_from == training.window_until


def test_the_holdout_starts_after_what_production_was_trained_on_and_the_embargo():
    trained = AS_OF - LAG - 20 * DAY
    policy = WindowPolicy(min_clusters=10)
    holdout = plan(daily(), policy=policy, trained=trained)
    assert holdout.window_from == trained + DAY
    assert holdout.stop is None and holdout.mask.sum() == 19 * 5
    outdated = plan(daily(), policy=policy, trained=AS_OF - 300 * DAY)
    assert outdated.window_from == AS_OF - LAG - 4 * WEEK


def test_too_few_rows_since_production_was_trained_is_no_decision():
    holdout = plan(daily(), trained=AS_OF - LAG - 6 * DAY)
    assert outcome(holdout) == ("undecided", "holdout_overlaps_production")
    assert "25 rows of 80 needed" in holdout.stop.reason
    beyond = plan(daily(), trained=AS_OF)
    assert outcome(beyond) == ("undecided", "holdout_overlaps_production")
    assert beyond.window_from <= beyond.window_until


def weekly_past(cycles, *, length=4):
    return [
        (f"c{number}", AS_OF - LAG - (number + length) * WEEK, AS_OF - LAG - number * WEEK)
        for number in range(1, cycles + 1)
    ]


def test_weekly_cycles_look_at_a_row_four_times_and_nothing_is_dropped():
    holdout = plan(daily(), past=weekly_past(40))
    assert (holdout.looks, holdout.dropped_spent, holdout.stop) == (4, 0, None)


def test_rows_that_judged_often_enough_are_dropped():
    past = [(f"extra{n}", AS_OF - LAG - 4 * WEEK, AS_OF - LAG - 2 * WEEK) for n in range(4)]
    holdout = plan(daily(per_day=10), past=past, policy=WindowPolicy(min_clusters=14))
    assert holdout.dropped_spent == 140
    assert holdout.mask.sum() == 140
    assert (holdout.looks, holdout.stop) == (1, None)


def test_a_holdout_whose_rows_are_spent_is_refused():
    past = [(f"extra{n}", AS_OF - 52 * WEEK, AS_OF) for n in range(4)]
    holdout = plan(daily(), past=past)
    assert outcome(holdout) == ("refuse", "holdout_spent")
    assert not holdout.mask.any()
    assert "0 rows of 80 needed" in holdout.stop.reason


def test_the_same_cycle_again_is_no_new_look():
    past = [("now", AS_OF - 52 * WEEK, AS_OF)] * 9
    holdout = plan(daily(), past=past)
    assert (holdout.looks, holdout.stop) == (1, None)
    once = [("other", AS_OF - 52 * WEEK, AS_OF)] * 9
    assert plan(daily(), past=once).looks == 2


def test_half_yearly_cycles_over_a_twelve_month_holdout_allow_two_looks():
    policy = WindowPolicy(label_lag_days=30, holdout_weeks=52, max_holdout_weeks=52, cycle_days=182)
    assert policy.looks_allowed == 2
    rows = daily(per_day=1, days=900)
    until = AS_OF - 30 * DAY
    past = [
        ("a", until - 78 * WEEK, until - 26 * WEEK),
        ("b", until - 104 * WEEK, until - 52 * WEEK),
    ]
    holdout = plan(rows, policy=policy, past=past)
    assert (holdout.looks, holdout.stop) == (2, None)


def test_training_ends_before_the_holdout_minus_the_embargo_and_no_day_is_on_both_sides():
    rows = daily()
    for minutes in (0, 11 * 60, 13 * 60, 23 * 60 + 59):
        holdout = plan(rows, as_of=AS_OF + timedelta(minutes=minutes))
        training = plan_training(rows, holdout.window_from, POLICY)
        assert training.window_until <= holdout.window_from - DAY
        assert rows.loc[training.mask, "row_time"].max() < training.window_until
        assert not set(rows.loc[training.mask, "day"]) & set(rows.loc[holdout.mask, "day"])


def test_the_label_window_of_a_training_row_ends_before_the_holdout():
    policy = WindowPolicy(label_window_hours=72)
    rows = daily()
    holdout = plan(rows, policy=policy)
    training = plan_training(rows, holdout.window_from, policy)
    assert rows.loc[training.mask, "row_time"].max() + 3 * DAY <= holdout.window_from


def test_the_next_holdout_begins_after_this_cycles_training_rows():
    rows = daily()
    training = plan_training(rows, plan(rows).window_from, POLICY)
    following = plan(rows, as_of=AS_OF + WEEK, trained=training.window_until)
    assert following.window_from >= training.window_until + DAY
    assert following.stop is None


def test_a_training_window_may_be_cut_to_its_last_weeks():
    rows = daily()
    training = plan_training(rows, plan(rows).window_from, WindowPolicy(training_weeks=10))
    assert training.window_until - training.window_from == 10 * WEEK
    assert training.mask.sum() == 70 * 5


def test_nothing_can_be_learnt_from_one_class_or_from_no_row__b64():
    rows = daily()
    assert training_stop(rows, task="classification") is None
    one = training_stop(rows[rows["target"] == 0], task="classification")
    assert (one.kind, one.reason_code) == ("undecided", "one_class")
    assert training_stop(rows[rows["target"] == 0], task="regression") is None
    none = training_stop(rows.iloc[:0], task="regression")
    assert none.reason_code == "too_few_rows"


@pytest.mark.parametrize(
    ("field", "value"),
    [("embargo_days", 0), ("label_lag_days", -1), ("max_holdout_weeks", 3), ("training_weeks", 0)],
)
def test_a_policy_outside_its_domain_is_refused_by_name(field, value):
    with pytest.raises(InvalidSetting, match=field):
        WindowPolicy(**{field: value})
