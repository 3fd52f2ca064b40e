"""Whether a text is a schedule: five fields of a crontab, or one of its short names.

Looked at when the settings are read, so that a reading command tells a slip too. What a schedule
means is Dagster's; this grammar refuses nothing Dagster takes.
"""

import calendar

SHORT = ("@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually")
_MONTHS = [name.lower() for name in calendar.month_abbr[1:]]
_WEEKDAYS = [name.lower() for name in calendar.day_abbr]
_FIELDS: tuple[tuple[int, int, list[str]], ...] = (
    (0, 59, []),
    (0, 23, []),
    (1, 31, ["l"]),
    (1, 12, _MONTHS),
    (0, 7, _WEEKDAYS),
)
_LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def is_schedule(text: str) -> bool:
    """Tell whether a text is a schedule that ticks at all.

    >>> [is_schedule(text) for text in ("0 0 * * 1", "@weekly", "0 6 1-7/2 jan,7 *", "0 0 L * *")]
    [True, True, True, True]
    >>> [is_schedule(text) for text in ("monday", "0 25 * * *", "0 0 * * 8", "0 0 30 2 *")]
    [False, False, False, False]
    """
    if text.lower() in SHORT:
        return True
    parts = text.lower().split()
    if len(parts) != len(_FIELDS):
        return False
    fields = zip(parts, _FIELDS, strict=True)
    return all(_is_field(part, *field) for part, field in fields) and _occurs(*parts[2:])


def _is_field(text: str, low: int, high: int, names: list[str]) -> bool:
    def is_value(value: str) -> bool:
        return value in names or (value.isdecimal() and low <= int(value) <= high)

    def is_item(item: str) -> bool:
        span, _, step = item.partition("/")
        if "/" in item and not (step.isdecimal() and int(step) > 0):
            return False
        # `5#2` and `l5`: the second, the last Friday of a month.
        span = span.partition("#")[0] if names is _WEEKDAYS else span
        span = span.removeprefix("l") if names is _WEEKDAYS else span
        return span in ("*", "?") or all(is_value(end) for end in span.split("-", 1))

    return all(is_item(item) for item in text.split(","))


def _occurs(days: str, months: str, weekdays: str) -> bool:
    """A 30 February never comes."""
    if weekdays != "*" or not (days.isdecimal() and months.isdecimal()):
        return True
    return int(days) <= _LONGEST[int(months) - 1]
