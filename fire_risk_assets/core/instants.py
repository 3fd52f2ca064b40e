"""Instants: reading them from text and writing them back, always UTC.

No clock here: "now" comes from the Clock port.
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fire_risk_assets.errors import InvalidTime


def parse_instant(text: str, *, timezone: str = "UTC") -> datetime:
    """Read an ISO 8601 date or date-time as a UTC instant; a naive one is in `timezone`.

    A bare date is its midnight.

    Raises:
        InvalidTime: the text is not ISO 8601, or the zone is none.

    >>> parse_instant("2026-09-28").isoformat()
    '2026-09-28T00:00:00+00:00'
    """
    try:
        parsed = datetime.fromisoformat(text.strip())
    except ValueError as cause:
        raise InvalidTime(f"{text!r} is not a date or time in ISO 8601.") from cause
    try:
        if parsed.tzinfo is None:
            parsed = parsed.replace(tzinfo=ZoneInfo(timezone))
        return parsed.astimezone(UTC)
    except OverflowError as cause:
        raise InvalidTime(f"{text!r} lies outside the years that can be represented.") from cause
    except (ZoneInfoNotFoundError, ValueError) as cause:
        raise InvalidTime(f"{timezone!r} is no IANA time zone.") from cause


def parse_as_of(text: str, *, timezone: str = "UTC") -> datetime:
    """Read where a cycle stands: a bare date is its midnight in UTC, as the schedule's ticks are.

    In another zone the date would be another instant than the tick's, and another cycle's id.

    Raises:
        InvalidTime: see `parse_instant`.

    >>> iso(parse_as_of("2026-09-28", timezone="Europe/Lisbon"))
    '2026-09-28T00:00:00Z'
    >>> iso(parse_as_of("2026-09-28T00:00", timezone="Europe/Lisbon"))
    '2026-09-27T23:00:00Z'
    """
    try:
        date.fromisoformat(text.strip())
    except ValueError:
        return parse_instant(text, timezone=timezone)
    return parse_instant(text)


def iso(instant: datetime) -> str:
    """Write a UTC instant as ISO 8601 with Z, microseconds only when there are any.

    >>> iso(datetime(2026, 9, 28, tzinfo=UTC))
    '2026-09-28T00:00:00Z'
    """
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def midnight(day: date) -> datetime:
    """Return 00:00 UTC of a date."""
    return datetime.combine(day, time(), tzinfo=UTC)
