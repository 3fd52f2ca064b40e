"""What windows ask of rows, as plain arrays: times, days and positives.

Apart from `windows` because a holdout is tried in up to 23 lengths, and arrays answer each a
hundred times faster than frames. No policy here.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from fire_risk_assets.core.arrays import Flags


@dataclass(frozen=True, slots=True, eq=False)
class RowFacts:
    """Times (UTC), days and positives of labelled rows, each of shape (n_rows,)."""

    times: np.ndarray
    day: np.ndarray
    positive: Flags


def row_facts(rows: pd.DataFrame) -> RowFacts:
    """Return the facts of labelled rows: `row_time`, `day` and `target` > 0."""
    return RowFacts(
        times_of(rows),
        rows["day"].to_numpy(dtype="datetime64[us]"),
        (rows["target"] > 0).to_numpy(dtype=np.bool_),
    )


def times_of(rows: pd.DataFrame) -> np.ndarray:
    """Return `row_time` in UTC without a zone, as `between` compares it; shape (n_rows,)."""
    times = rows["row_time"].dt.tz_convert("UTC").dt.tz_localize(None)
    return times.to_numpy(dtype="datetime64[us]")


def between(times: np.ndarray, start: datetime, end: datetime) -> Flags:
    """Return which times lie in [start, end), shape (n_rows,)."""
    first, last = (np.datetime64(at.astimezone(UTC).replace(tzinfo=None)) for at in (start, end))
    return np.asarray((times >= first) & (times < last))
