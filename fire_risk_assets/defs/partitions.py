"""Which dates are cycles: one partition a tick of the retraining schedule, named by its date.

The tick of Monday D runs key D (`end_offset=1`), and D at 00:00 UTC is the cycle's as_of. A date
that is no tick is no partition: the same jobs then run without a key, as_of given in run config.
"""

from datetime import UTC, datetime, time, timedelta

import dagster as dg

from fire_risk_assets.errors import InvalidSetting
from fire_risk_assets.settings.sections import Cycles

FORMAT = "%Y-%m-%d"
TOLERANCE = 0.05
"""Months and half-years are not equally long."""


def cycle_partitions(cycles: Cycles) -> dg.TimeWindowPartitionsDefinition:
    """Return the partitions of a schedule's ticks.

    Raises:
        InvalidSetting: `cycles.cron` is no schedule, or does not tick every `cycles.days` days.
    """
    start = datetime.combine(cycles.start, time(), tzinfo=UTC)
    try:
        partitions = dg.TimeWindowPartitionsDefinition(
            start=start, fmt=FORMAT, cron_schedule=cycles.cron, timezone="UTC", end_offset=1
        )
        _require_period(partitions, cycles)
    except (dg.DagsterInvalidDefinitionError, ValueError) as cause:
        # ValueError: the schedule has its form, and no day of the calendar is meant by it.
        raise InvalidSetting(
            f"cycles.cron is {cycles.cron!r}; expected five fields such as '0 0 * * 1'."
        ) from cause
    return partitions


def scored_days(cycles: Cycles) -> dg.DailyPartitionsDefinition:
    """Return the days that can be scored, today among them: its weather is observed at noon."""
    start = datetime.combine(cycles.start, time(), tzinfo=UTC)
    return dg.DailyPartitionsDefinition(start_date=start, fmt=FORMAT, timezone="UTC", end_offset=1)


def _require_period(partitions: dg.TimeWindowPartitionsDefinition, cycles: Cycles) -> None:
    # Looks at a holdout row are counted in days: a schedule that ticks more often would let a row
    # judge more often than the test allows for.
    years = datetime.combine(cycles.start, time(), tzinfo=UTC) + timedelta(days=4 * 366)
    keys = partitions.get_partition_keys(current_time=years)
    if len(keys) != len(set(keys)):
        raise InvalidSetting(
            f"cycles.cron is {cycles.cron!r}, more than one tick a day; expected at most one,"
            " since a cycle is named by its date."
        )
    days = [datetime.strptime(key, FORMAT).replace(tzinfo=UTC) for key in (keys[0], keys[-1])]
    found = (days[1] - days[0]).days / max(len(keys) - 1, 1)
    if abs(found - cycles.days) > max(0.5, TOLERANCE * cycles.days):
        raise InvalidSetting(
            f"cycles.cron {cycles.cron!r} ticks every {found:.1f} days and cycles.days is"
            f" {cycles.days}; expected the same period."
        )


def partition_of(partitions: dg.TimeWindowPartitionsDefinition, as_of: datetime) -> str | None:
    """Return the key whose cycle stands at `as_of`, None when there is no such tick (yet)."""
    if as_of.astimezone(UTC).time() != time():
        return None
    key = as_of.astimezone(UTC).strftime(FORMAT)
    return key if partitions.has_partition_key(key) else None


def keys_between(
    partitions: dg.TimeWindowPartitionsDefinition, start: datetime, end: datetime
) -> list[str]:
    """Return the keys with start < tick <= end, oldest first."""
    # The tick itself and not its date: a schedule may be switched on before its hour of that day.
    return [
        key
        for key in partitions.get_partition_keys(current_time=end)
        if start < partitions.time_window_for_partition_key(key).start <= end
    ]
