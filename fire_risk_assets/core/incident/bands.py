"""How high a prediction is among those that people were shown.

A band is a fifth of the predictions for all cells in the year up to the day asked about: what a
map with five colours shows. It says how the cell stood out, and nothing of how likely a fire was.
"""

from dataclasses import dataclass
from datetime import timedelta

from fire_risk_assets.core.arrays import Vector

BANDS = ("lowest", "low", "middle", "high", "highest")

LOOKS_BACK = timedelta(days=365)

LEAST = 50
"""Predictions below which a fifth of them says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Where a prediction lies among others.

    Attributes:
        name: Of `BANDS`.
        below: Share of the others that are lower, in [0, 1]; equal ones count half.
        among: How many others.
    """

    name: str
    below: float
    among: int


def band_of(prediction: float, others: Vector) -> Band | None:
    """Return the band of a prediction, None among too few to tell.

    Args:
        prediction: Higher is more dangerous.
        others: Predictions of the year up to its day, shape (n,).

    >>> import numpy as np
    >>> band_of(0.5, np.linspace(0, 1, 101)).name
    'middle'
    >>> band_of(0.0, np.zeros(60)).name
    'middle'
    """
    if others.size < LEAST:
        return None
    # Equal ones count half: a model that says one thing of all cells puts none of them lowest.
    below = float((others < prediction).mean() + (others <= prediction).mean()) / 2
    return Band(name=BANDS[min(int(below * len(BANDS)), 4)], below=below, among=int(others.size))


def bands_of(predictions: Vector, others: Vector) -> list[str]:
    """Return the band of each prediction by name, [] among too few to tell."""
    found = [band_of(float(each), others) for each in predictions]
    return [each.name for each in found if each is not None]
