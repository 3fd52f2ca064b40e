"""Where the values of a row lie among the training rows of a version."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from fire_risk_assets.core.wording import counted

NEAR = 0.05
"""A training value is near when it is at most this share of the middle 90 % of them away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where one value lies.

    Attributes:
        below: Share of the training values that are lower, in [0, 1]; None of text.
        low, high: 5th and 95th percentile of the training values; None of text.
        near: Training rows whose value is near, or for text the same.
    """

    below: float | None
    low: float | None
    high: float | None
    near: int


def positions(row: pd.DataFrame, training: pd.DataFrame) -> dict[str, Position]:
    """Return where each value of a row lies; a missing one is near those that are missing.

    Args:
        row: One row of features.
        training: Training rows with the same columns.
    """
    return {str(name): _position(row[name].iloc[0], training[name]) for name in row.columns}


def near_in_all(row: pd.DataFrame, training: pd.DataFrame, features: list[str]) -> int:
    """Return how many training rows are near the row in all of these features at once."""
    found = np.ones(len(training), dtype=np.bool_)
    for name in features:
        found &= _near(row[name].iloc[0], training[name])
    return int(found.sum())


def rarity(near: int, rows: int) -> str:
    """Return in words how much training there was like the row.

    >>> rarity(0, 800), rarity(3, 800), rarity(300, 800)
    ('no training row is like it', '3 training rows are like it', '300 training rows are like it')
    """
    if near == 0:
        return "no training row is like it" if rows else "there are no training rows"
    return f"{counted(near, 'training row')} {'is' if near == 1 else 'are'} like it"


def _position(value: Any, seen: pd.Series) -> Position:  # noqa: ANN401
    near = int(_near(value, seen).sum())
    if not pd.api.types.is_numeric_dtype(seen) or seen.notna().sum() == 0 or pd.isna(value):
        return Position(below=None, low=None, high=None, near=near)
    known = seen.dropna().to_numpy(dtype=np.float64)
    low, high = np.percentile(known, [5, 95])
    below = float((known < float(value)).mean())
    return Position(below=below, low=float(low), high=float(high), near=near)


def _near(value: Any, seen: pd.Series) -> np.ndarray:  # noqa: ANN401
    if value is None or pd.isna(value):
        return seen.isna().to_numpy()
    if not pd.api.types.is_numeric_dtype(seen):
        return (seen == value).to_numpy()
    known = seen.to_numpy(dtype=np.float64)
    finite = known[np.isfinite(known)]
    width = float(np.subtract(*np.percentile(finite, [95, 5]))) if finite.size else 0.0
    return np.abs(known - float(value)) <= NEAR * width
