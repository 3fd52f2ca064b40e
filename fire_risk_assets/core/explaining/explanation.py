"""What a model says of one row, why, and what it looks at on the whole: one document."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fire_risk_assets.core.arrays import Vector
from fire_risk_assets.core.explaining.attributions import attributions
from fire_risk_assets.core.explaining.dependence import curves

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

CURVES = 3
"""Features that are moved: those that speak loudest for the row."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """What a version says of rows.

    Attributes:
        predictions: Shape (n_rows,), in units of the target.
        inputs: Features it was given, in its order.
    """

    predictions: Vector
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a version says what it says of a row.

    Attributes:
        prediction: Of the row, in units of the target.
        margin: Of the row, in `scale`; `base` plus all `contributions`.
        contributions: By feature; positive raises the margin.
        importance: By feature: mean absolute contribution over the background rows.
        rows: Rows explained, the background among them; of all of them the sum was compared.
        worst_gap: The most by which a sum missed its margin, relative.
        curves: One a feature that speaks loudest: `feature`, `at`, `row`, `average`.
    """

    prediction: float
    margin: float
    base: float
    scale: str
    method: str
    contributions: dict[str, float]
    importance: dict[str, float]
    rows: int
    worst_gap: float
    curves: list[dict[str, Any]]


def explain(
    pipeline: "Pipeline",
    predict: Callable[[pd.DataFrame], Vector],
    row: pd.DataFrame,
    background: pd.DataFrame,
) -> Explanation:
    """Explain one row of a fitted pipeline.

    Args:
        pipeline: Fitted.
        predict: What it predicts of a frame, shape (n_rows,), in units of the target.
        row: One row of features.
        background: Rows of its training set, at least one.

    Raises:
        InvalidScores: the contributions do not add up.
    """
    found = attributions(pipeline, pd.concat([row, background], ignore_index=True), background)
    own = dict(zip(found.features, found.values[0].tolist(), strict=True))
    loudest = sorted(own, key=lambda name: -abs(own[name]))
    typical = np.abs(found.values[1:]).mean(axis=0).tolist()
    drawn = curves(predict, row, background, [name for name in loudest if own[name]][:CURVES])
    return Explanation(
        prediction=float(predict(row)[0]),
        margin=float(found.margin[0]),
        base=float(found.base[0]),
        scale=found.scale,
        method=found.method,
        contributions={name: own[name] for name in loudest},
        importance=dict(zip(found.features, typical, strict=True)),
        rows=len(found.values),
        worst_gap=found.worst_gap,
        curves=[asdict(curve) for curve in drawn],
    )
