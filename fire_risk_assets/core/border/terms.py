"""Under which terms a file is checked: the present instant, the time axis, the place.

Everything a rule needs that is not in the row itself. Not here: limits of reading a file (sizes,
lengths), which are the landing adapter's.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pandas as pd
import pyarrow as pa

from fire_risk_assets.errors import InvalidSetting

CELL_AREA_HA = 10_000.0
"""Default area of a cell, hectares: 10 km × 10 km, the scale of a park or a reanalysis grid."""

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
"""When geography without a date counts as known in a historical import."""

_POLICY = re.compile(r"observed\+([0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class KnownAt:
    """When a row without a `known_at` of its own counts as known.

    Attributes:
        delay: Time after the row's own instant (historical imports), or None for "now".
    """

    delay: timedelta | None = None

    @classmethod
    def parse(cls, text: str) -> "KnownAt":
        """Read `now` or `observed+DAYS`.

        Raises:
            InvalidSetting: the text is neither.

        >>> KnownAt.parse("observed+14").delay
        datetime.timedelta(days=14)
        """
        if text == "now":
            return cls()
        match = _POLICY.fullmatch(text)
        if match is None:
            raise InvalidSetting(
                f"known-at is {text[:40]!r}; expected 'now' or 'observed+DAYS', e.g. 'observed+0'."
            )
        return cls(timedelta(days=int(match[1])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the rules of one file are evaluated against.

    Attributes:
        now: No row may be about, or be known at, a later instant.
        known_at: Policy for rows that do not say when they were learned.
        timezone: IANA zone of times written without an offset.
        known_cells: Ids that exist, or None to accept any well-formed id.
        cell_area_ha: Upper bound of a burned area, hectares.
        region: Latitude and longitude amid the known cells, degrees; None while none is known.
        weather_seen: Daily means of the weather on record (`units.daily_means`), for a weather
            file to be compared with; None for other files.
    """

    now: datetime
    known_at: KnownAt = KnownAt()
    timezone: str = "UTC"
    known_cells: pa.Array | None = None
    cell_area_ha: float = CELL_AREA_HA
    region: tuple[float, float] | None = None
    weather_seen: pd.DataFrame | None = None
