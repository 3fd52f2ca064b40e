"""The answer of a model while one feature moves and all others stay.

For the row (individual conditional expectation, Goldstein et al. 2015, JCGS 24, 44-65) and on
average over other rows (partial dependence, Friedman 2001, Annals of Statistics 29, 1189-1232).
Both move a feature to where the others may never have been: a picture of the model, not of fires.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fire_risk_assets.core.arrays import Vector

POINTS = 25
"""Places a feature is moved to, at most."""

ROWS = 200
"""Rows the average is taken over, at most: it is read off a picture."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One feature moved.

    Attributes:
        feature: Its name.
        at: Values it was moved to, ascending; the row's own is among them.
        row: Predictions for the row, shape (n_points,).
        average: Mean predictions of the background, shape (n_points,).
    """

    feature: str
    at: list[float]
    row: list[float]
    average: list[float]


def curves(
    predict: Callable[[pd.DataFrame], Vector],
    row: pd.DataFrame,
    background: pd.DataFrame,
    features: Sequence[str],
) -> list[Curve]:
    """Return a curve for each of the features that is a number.

    Args:
        predict: Predictions of a frame, shape (n_rows,).
        row: One row.
        background: Rows of the training set; the feature is moved between their 2nd and 98th
            percentile, and to the row's own value.
        features: Which.
    """
    others = background.head(ROWS)
    numeric = [name for name in features if pd.api.types.is_numeric_dtype(background[name])]
    return [_curve(predict, row, background[name], others, name) for name in numeric]


def _curve(
    predict: Callable[[pd.DataFrame], Vector],
    row: pd.DataFrame,
    seen: pd.Series,
    others: pd.DataFrame,
    feature: str,
) -> Curve:
    low, high = np.nanpercentile(seen.to_numpy(dtype=np.float64), [2, 98])
    own = row[feature].to_numpy(dtype=np.float64)
    places = np.union1d(np.linspace(low, high, POINTS - 1), own[np.isfinite(own)])
    moved = pd.concat([pd.concat([row, others])] * len(places), ignore_index=True)
    moved[feature] = np.repeat(places, 1 + len(others))
    found = np.asarray(predict(moved)).reshape(len(places), 1 + len(others))
    return Curve(feature, places.tolist(), found[:, 0].tolist(), found[:, 1:].mean(axis=1).tolist())
