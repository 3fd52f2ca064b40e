"""The dates of the shipped demonstration.

It ends in late September because four weeks of winter hold two or three fires: a holdout would
reach back half a year to find enough, and judge an old season. Dates only; settings stay out.
"""

from datetime import date, timedelta

WEEKS_BEFORE = 52


def demo_until(today: date) -> date:
    """Return the latest 28 September at least 14 days before `today`.

    >>> demo_until(date(2026, 11, 23)), demo_until(date(2026, 10, 11))
    (datetime.date(2026, 9, 28), datetime.date(2025, 9, 28))
    """
    newest = today - timedelta(days=14)
    end = date(newest.year, 9, 28)
    return end if end <= newest else date(newest.year - 1, 9, 28)


def last_monday(until: date) -> date:
    """Return the last Monday up to `until`, itself included.

    >>> last_monday(date(2026, 9, 28)), last_monday(date(2026, 9, 27))
    (datetime.date(2026, 9, 28), datetime.date(2026, 9, 21))
    """
    return until - timedelta(days=until.weekday())


def demo_cycles(until: date, weekly: int = 6) -> tuple[date, ...]:
    """Return the Mondays the demonstration runs a cycle on, oldest first.

    The bootstrap cycle, 52 weeks before the last Monday up to `until`; then the last Mondays.

    >>> [day.isoformat() for day in demo_cycles(date(2026, 9, 28), 2)]
    ['2025-09-29', '2026-09-21', '2026-09-28']
    """
    last = last_monday(until)
    weeks = (last - timedelta(weeks=back) for back in reversed(range(weekly)))
    return (last - timedelta(weeks=WEEKS_BEFORE), *weeks)
