"""Which cycle a run is about, and which dates are cycles."""

from datetime import UTC, date, datetime, timedelta

import pytest

from fire_risk_assets.core.owed_cycles import cycles_to_request, due_cycles
from fire_risk_assets.defs.partitions import cycle_partitions, keys_between, partition_of
from fire_risk_assets.defs.resources import cycle_key
from fire_risk_assets.errors import InvalidName, InvalidSetting, InvalidTime, UsageError
from fire_risk_assets.settings.sections import Cycles

pytestmark = pytest.mark.slow

MONDAY = datetime(2025, 9, 15, tzinfo=UTC)


def test_a_partition_names_its_cycle_and_stands_at_its_midnight():
    key = cycle_key(None, None, None, tags={"dagster/partition": "2025-09-15"})
    assert (key.cycle_id, key.as_of, key.actor) == ("2025-09-15", MONDAY, "dagster")


def test_without_a_partition_the_cycle_is_named_by_the_date_of_its_as_of():
    key = cycle_key("2025-09-17T06:00:00Z", None, "ann", tags={})
    assert key.cycle_id == "2025-09-17"
    assert key.as_of == MONDAY + timedelta(days=2, hours=6)
    assert key.actor == "ann"


def test_run_config_wins_over_the_partition():
    key = cycle_key("2025-09-16", "mine", None, tags={"dagster/partition": "2025-09-15"})
    assert (key.cycle_id, key.as_of) == ("mine", MONDAY + timedelta(days=1))


def test_an_as_of_beside_a_partition_does_not_take_the_partitions_name():
    key = cycle_key("2025-09-16", None, None, tags={"dagster/partition": "2025-09-15"})
    assert key.cycle_id == "2025-09-16"


@pytest.mark.parametrize(
    ("as_of", "instant", "cycle_id"),
    [
        ("2025-09-15", MONDAY, "2025-09-15"),
        ("2025-09-15T00:00", MONDAY - timedelta(hours=1), "2025-09-14"),
        ("2025-09-15T00:00Z", MONDAY, "2025-09-15"),
    ],
)
def test_a_bare_date_is_the_tick_of_that_day_and_other_naive_times_are_in_the_zone(
    as_of, instant, cycle_id
):
    key = cycle_key(as_of, None, None, tags={}, timezone="Europe/Lisbon")
    assert (key.as_of, key.cycle_id) == (instant, cycle_id)


@pytest.mark.parametrize(
    ("as_of", "cycle_id", "error"),
    [
        (None, None, UsageError),
        ("yesterday", None, InvalidTime),
        ("2025-09-15", "../x", InvalidName),
    ],
)
def test_a_run_about_no_cycle_is_refused(as_of, cycle_id, error):
    with pytest.raises(error):
        cycle_key(as_of, cycle_id, None, tags={})


@pytest.mark.parametrize("tag", ["dagster/schedule_name", "dagster/sensor_name"])
def test_the_actor_is_who_started_the_run(tag):
    tags = {"dagster/partition": "2025-09-15", tag: "tiny_retraining"}
    assert cycle_key(None, None, None, tags=tags).actor.endswith(" tiny_retraining")


def test_the_tick_of_monday_runs_the_partition_of_that_monday():
    keys = cycle_partitions(Cycles()).get_partition_keys(current_time=MONDAY)
    assert keys[-1] == "2025-09-15"
    just_before = MONDAY - timedelta(seconds=1)
    assert cycle_partitions(Cycles()).get_partition_keys(current_time=just_before)[-1] == (
        "2025-09-08"
    )


@pytest.mark.parametrize(
    ("as_of", "key"),
    [
        (MONDAY, "2025-09-15"),
        (MONDAY + timedelta(hours=1), None),
        (MONDAY + timedelta(days=1), None),
        (datetime(1999, 12, 27, tzinfo=UTC), None),
        (datetime(2199, 9, 16, tzinfo=UTC), None),
    ],
    ids=["tick", "not midnight", "tuesday", "before the start", "future"],
)
def test_only_ticks_are_partitions(as_of, key):
    assert partition_of(cycle_partitions(Cycles()), as_of) == key


def test_half_yearly_cycles_are_partitions_of_their_own_dates():
    cycles = Cycles(cron="0 0 1 1,7 *", start=date(2002, 1, 1), days=182)
    partitions = cycle_partitions(cycles)
    assert partition_of(partitions, datetime(2002, 7, 1, tzinfo=UTC)) == "2002-07-01"
    assert partition_of(partitions, datetime(2002, 7, 8, tzinfo=UTC)) is None


def test_ticks_are_expected_after_the_schedule_was_switched_on_only():
    partitions = cycle_partitions(Cycles())
    keys = keys_between(partitions, MONDAY - timedelta(days=10), MONDAY + timedelta(hours=2))
    assert keys == ["2025-09-08", "2025-09-15"]
    assert keys_between(partitions, MONDAY, MONDAY + timedelta(days=6)) == []


@pytest.mark.parametrize(
    ("on", "until", "keys"),
    [(5, 7, ["2025-09-15"]), (5, 5, []), (5, 6, ["2025-09-15"]), (6, 7, []), (7, 8, [])],
)
def test_a_schedule_switched_on_before_its_hour_is_expected_to_tick_that_day(on, until, keys):
    partitions = cycle_partitions(Cycles(cron="0 6 * * 1"))
    start, end = MONDAY + timedelta(hours=on), MONDAY + timedelta(hours=until)
    assert keys_between(partitions, start, end) == keys


def test_missing_cycles_are_requested_oldest_first_and_one_at_a_time():
    due = due_cycles(["a", "b", "c"], decided={"a"}, failed_attempts={})
    keys, _ = cycles_to_request(["a", "b", "c"], decided={"a"}, due=due, under_way=())
    assert keys == ["b"]


def test_nothing_is_requested_while_a_cycle_is_under_way():
    keys, why = cycles_to_request(["a"], decided=(), due=["a"], under_way={"a"})
    assert keys == []
    assert why == "Waiting for a."


def test_a_cycle_that_keeps_failing_does_not_hold_the_later_ones_back():
    due = due_cycles(["a", "b"], decided=(), failed_attempts={"a": 3})
    keys, _ = cycles_to_request(["a", "b"], decided=(), due=due, under_way=())
    assert keys == ["b"]


def test_a_cycle_that_keeps_failing_is_left_to_people():
    due = due_cycles(["a"], decided=(), failed_attempts={"a": 3})
    keys, why = cycles_to_request(["a"], decided=(), due=due, under_way=())
    assert keys == []
    assert "by hand" in why


@pytest.mark.parametrize(
    ("cron", "days"), [("0 0 * * 1", 7), ("0 0 1 1,7 *", 182), ("0 0 1 * *", 30), ("5 4 * * *", 1)]
)
def test_a_schedule_may_tick_weekly_half_yearly_monthly_or_daily(cron, days):
    assert cycle_partitions(Cycles(cron=cron, days=days)).get_first_partition_key() is not None


@pytest.mark.parametrize(
    ("cron", "days", "said"),
    [
        ("0 0 31 2,4 *", 7, "expected five fields"),
        ("0 0 * * *", 7, "ticks every 1.0 days and cycles.days is 7"),
        ("0 */6 * * *", 1, "more than one tick a day"),
    ],
)
def test_a_schedule_that_contradicts_itself_is_refused_in_a_sentence(cron, days, said):
    with pytest.raises(InvalidSetting, match=said):
        cycle_partitions(Cycles(cron=cron, days=days))
