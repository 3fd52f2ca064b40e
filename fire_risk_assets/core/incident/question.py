"""What is asked of an incident, and the id it is known by."""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fire_risk_assets.core.instants import iso
from fire_risk_assets.core.names import checked_identifier, checked_name
from fire_risk_assets.errors import InvalidName

INCIDENT_ID = re.compile(r"inc_[0-9a-f]{16}")

REACH = timedelta(hours=24)
"""How long an observation speaks for its cell: the day a fire is predicted for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Why did this model say what it said of this cell, then?

    Raises:
        InvalidName: the model or the cell is outside the grammar.
    """

    model_name: str
    cell_id: str
    at: datetime

    def __post_init__(self) -> None:
        checked_name(self.model_name, what="model name")
        checked_identifier(self.cell_id, what="cell")

    @property
    def incident_id(self) -> str:
        """`inc_` and 16 hex digits of the SHA-256 of model, cell and time.

        >>> then = datetime.fromisoformat("2026-09-14T15:00:00+00:00")
        >>> Question(model_name="fire_occurrence", cell_id="7-4", at=then).incident_id
        'inc_15c7104eade94c06'
        """
        asked = f"{self.model_name}|{self.cell_id}|{iso(self.at)}"
        return f"inc_{hashlib.sha256(asked.encode()).hexdigest()[:16]}"


def that_counts(known_at: Sequence[Any], at: Any) -> int:  # noqa: ANN401  (anything in order)
    """Return which of a cell-day's predictions counts: the last one known by then, else the first.

    Args:
        known_at: Since when each was known, ascending; at least one.
        at: The instant asked about, of the same type.

    >>> that_counts([1, 5, 9], 6), that_counts([5, 9], 1)
    (1, 0)
    """
    return max(bisect_right(known_at, at) - 1, 0)


def checked_incident_id(value: str) -> str:
    """Return `value` when it is the id of an incident.

    Raises:
        InvalidName: it is not.
    """
    if INCIDENT_ID.fullmatch(value) is None:
        raise InvalidName(
            f"The incident {value[:80]!r} is not valid; expected inc_ and 16 of 0-9 and a-f."
        )
    return value
