"""Which dates are cycles: one partition a tick of the retraining schedule, named by its date.

The tick of Monday D runs key D (`end_offset=1`), and D at 00:00 UTC is the cycle's as_of. A date
that is no tick is no partition: the same jobs then run without a key, as_of given in run config.
"""

from datetime import UTC, datetime, time

import dagster as dg

from fire_risk_assets.settings import Cycles

FORMAT = "%Y-%m-%d"


def cycle_partitions(cycles: Cycles) -> dg.TimeWindowPartitionsDefinition:
    """Return the partitions of a schedule's ticks."""
    return dg.TimeWindowPartitionsDefinition(
        start=datetime.combine(cycles.start, time(), tzinfo=UTC),
        fmt=FORMAT,
        cron_schedule=cycles.cron,
        timezone="UTC",
        end_offset=1,
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
    keys = partitions.get_partition_keys(current_time=end)
    first = start.astimezone(UTC).strftime(FORMAT)
    last = end.astimezone(UTC).strftime(FORMAT)
    return [key for key in keys if first < key <= last]
