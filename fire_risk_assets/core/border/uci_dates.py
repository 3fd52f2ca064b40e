"""Invented dates for the UCI rows, which name a month and a weekday but no year.

Each distinct day (month, weekday and the four codes, which hold for the park as a whole) gets a
date of its own in 2000–2003, the years of the data, with that month and that weekday. Days and
dates are matched by digest order, not by value: sorted codes would make the drought code rise
over the years, a drift that is not in the data. The years are invented all the same; read no
drift from them.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

from fire_risk_assets.core.border.uci_names import MONTHS, WEEKDAYS

FIRST, LAST = date(2000, 1, 1), date(2003, 12, 31)

Day = tuple[str, str, float, float, float, float]
"""(month, weekday, FFMC, DMC, DC, ISI)."""


def assign_dates(days: Iterable[Day]) -> dict[Day, date]:
    """Give each distinct day its date; days beyond the dates of their month and weekday get none.

    The result depends on the set of days only, not on their order.
    """
    wanted: dict[tuple[str, str], set[Day]] = defaultdict(set)
    for day in days:
        wanted[day[0], day[1]].add(day)
    assigned: dict[Day, date] = {}
    for (month, weekday), group in wanted.items():
        free = _calendar().get((MONTHS.index(month) + 1, WEEKDAYS.index(weekday)), ())
        assigned.update(zip(sorted(group, key=_digest), free, strict=False))
    return assigned


@cache
def _calendar() -> dict[tuple[int, int], tuple[date, ...]]:
    """Dates of 2000–2003 by (month number, weekday number), in digest order."""
    found: dict[tuple[int, int], list[date]] = defaultdict(list)
    day = FIRST
    while day <= LAST:
        found[day.month, day.weekday()].append(day)
        day += timedelta(days=1)
    return {key: tuple(sorted(days, key=_digest)) for key, days in found.items()}


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()
