"""Features that carry the label, and features that carry nothing.

What follows from a finding is the caller's business; overlaps of rows are in `snapshots`.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fire_risk_assets.core.arrays import Vector
from fire_risk_assets.core.models.encoding import text_features
from fire_risk_assets.core.models.spec import ModelSpec

LEAK_CORRELATION = 0.999
"""|rank correlation| above which a feature is taken for the label in other clothes; the best
honest feature of the simulated park stays below 0.8."""

_FEWEST_VALUES = 10
_WORTH_RANKING = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong with training and holdout.

    Attributes:
        code: row_overlap, cell_day_overlap, day_overlap, label_in_feature, feature_lost,
            feature_all_null or feature_constant.
        detail: A sentence with figures and an example.
        count: How many rows, days or features.
        blocking: Whether nothing may be judged; the others are worth a look.
    """

    code: str
    detail: str
    count: int
    blocking: bool


def feature_findings(
    training: pd.DataFrame, holdout: pd.DataFrame, *, spec: ModelSpec
) -> list[Finding]:
    """Return what is wrong with the features, blocking findings first.

    A feature that is null or constant in training is no leak: a region without coordinates has
    such columns, and so has a training window of one month. One that training knows and the
    holdout lost altogether is a broken source.
    """
    text = set(text_features(spec.features))
    leaks, lost, empty, constant = [], [], [], []
    truth = training["target"].to_numpy(dtype=np.float64)
    for name in spec.features:
        known = training[name].notna().to_numpy()
        if not known.any():
            empty.append(name)
            continue
        if len(holdout) and holdout[name].isna().all():
            lost.append(name)
        if known.all() and _constant(training[name]):
            constant.append(name)
        elif name not in text:
            values = training[name].to_numpy(dtype=np.float64)[known]
            if _carries(values, truth[known], spec):
                leaks.append(name)
    found = (
        ("label_in_feature", leaks, "order the rows as the target does", True),
        ("feature_lost", lost, "have values in training and none in the holdout", True),
        ("feature_all_null", empty, "have no value in training", False),
        ("feature_constant", constant, "have one value in training", False),
    )
    return [
        Finding(
            code=code,
            detail=f"Features that {what}: {', '.join(names)}.",
            count=len(names),
            blocking=blocking,
        )
        for code, names, what, blocking in found
        if names
    ]


def _constant(column: pd.Series) -> bool:
    # Most columns show it in their first rows; counting their values takes ten times as long.
    return column.head(1_000).nunique() == 1 and column.nunique() == 1


def _carries(values: Vector, truth: Vector, spec: ModelSpec) -> bool:
    if values.size < _FEWEST_VALUES or np.ptp(truth) == 0 or np.ptp(values) == 0:
        return False
    if spec.task == "classification":
        positive = truth > 0
        return _may_separate(values, positive) and _separation(values, positive) > LEAK_CORRELATION
    from scipy.stats import spearmanr

    return bool(abs(spearmanr(values, truth).statistic) > LEAK_CORRELATION)


def _may_separate(values: Vector, positive: np.ndarray) -> bool:
    """Tell whether a feature is worth ranking in full, from a sample of each class.

    Where at most 1 of 2,000 pairs of all rows is in the wrong order, too few rows are to blame
    for half of a sample's; ranking every feature of 84,000 rows takes most of the check's time.
    """
    sides = np.flatnonzero(positive), np.flatnonzero(~positive)
    sample = np.sort(np.concatenate([_evenly(sides[0], 50), _evenly(sides[1], 5_000)]))
    return _separation(values[sample], positive[sample]) > _WORTH_RANKING


def _evenly(places: np.ndarray, count: int) -> np.ndarray:
    if places.size <= count:
        return places
    return places[np.linspace(0, places.size - 1, count).astype(np.intp)]


def _separation(values: Vector, positive: np.ndarray) -> float:
    """|2 AUC − 1|: a rank correlation with two classes would be small for want of ties."""
    from scipy.stats import rankdata

    count = int(positive.sum())
    ranks = rankdata(values)[positive].sum()
    area = (ranks - count * (count + 1) / 2) / (count * (positive.size - count))
    return float(abs(2 * area - 1))
