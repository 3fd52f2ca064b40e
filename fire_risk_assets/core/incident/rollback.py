"""What another version would have changed for all cells of a day, counted."""

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

from fire_risk_assets.core.arrays import Vector
from fire_risk_assets.core.incident.bands import BANDS, bands_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback:
    """The cells of a day by two versions.

    Attributes:
        to_version: The version a rollback would have put in charge.
        cells: How many cells were predicted.
        raised, lowered: Cells whose band it would have raised or lowered; None without bands.
        higher, lower: Cells it predicts higher or lower.
        burned: Cells in which a fire is on record within the day.
        burned_raised, burned_lowered: Of those, how many it would have raised or lowered a band.
        largest: The largest change of a prediction.
        moves: Cells by "from → to" band, without those that stay.
    """

    to_version: int
    cells: int
    higher: int
    lower: int
    largest: float
    raised: int | None = None
    lowered: int | None = None
    burned: int = 0
    burned_raised: int | None = None
    burned_lowered: int | None = None
    moves: dict[str, int] | None = None


def rollback_of(
    to_version: int, was: Vector, would: Vector, *, others: Vector, burned: np.ndarray
) -> Rollback:
    """Compare two versions on all cells of a day.

    Args:
        to_version: The other version.
        was: Predictions of the version that served, shape (n_cells,).
        would: Predictions of the other one for the same cells.
        others: Predictions of the year before, by which bands are told.
        burned: Whether a fire is on record, shape (n_cells,).
    """
    change = would - was
    counts = Rollback(
        to_version=to_version,
        cells=len(was),
        higher=int((change > 0).sum()),
        lower=int((change < 0).sum()),
        largest=float(np.abs(change).max(initial=0.0)),
        burned=int(burned.sum()),
    )
    before, after = bands_of(was, others), bands_of(would, others)
    if not before:
        return counts
    steps = np.array([BANDS.index(b) - BANDS.index(a) for a, b in zip(before, after, strict=True)])
    moves = Counter(f"{a} → {b}" for a, b in zip(before, after, strict=True) if a != b)
    return replace(
        counts,
        raised=int((steps > 0).sum()),
        lowered=int((steps < 0).sum()),
        burned_raised=int(((steps > 0) & burned).sum()),
        burned_lowered=int(((steps < 0) & burned).sum()),
        moves=dict(moves.most_common()),
    )
