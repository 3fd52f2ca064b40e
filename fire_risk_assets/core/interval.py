"""Uncertainty of the metric difference: clustered bootstrap, standard error, detectable effect.

These are evidence beside the test, in the metric's own units; only the staleness rule acts on
one of them. Everything works on sums per cluster, so the cost follows the days, not the rows.
"""

import math
from dataclasses import dataclass

import numpy as np

from fire_risk_assets.core.arrays import Vector
from fire_risk_assets.core.metrics import Aggregation

_CHUNK_CELLS = 2_000_000
_STREAM = 2
# z(0.95) + z(0.80): an effect of this many standard errors is found by a one-sided test at 5 %
# in 80 % of cases.
DETECTABLE_STANDARD_ERRORS = 2.49


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClusterTotals:
    """Sums per cluster, each of shape (n_clusters,); losses are lower-is-better."""

    reference: Vector
    candidate: Vector
    sizes: Vector
    """Rows of each cluster, at least 1."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A two-sided interval of candidate minus reference, in metric units; negative: better."""

    low: float
    high: float


def bootstrap_interval(
    totals: ClusterTotals,
    *,
    aggregate: Aggregation = "mean",
    level: float = 0.90,
    draws: int = 999,
    seed: int = 0,
) -> Interval | None:
    """Return the percentile interval of the metric difference when clusters are drawn again.

    Clusters are drawn with replacement, as many as there are, and the metric of both models is
    taken over the rows of the draw (Davison & Hinkley, 1997, section 5.3). The ends are order
    statistics at rank (draws + 1)(1 - level) / 2 from either side, not interpolated, so that
    exchanging the models mirrors the interval exactly. None for fewer than 2 clusters.

    >>> totals = ClusterTotals(
    ...     reference=np.array([4.0, 6.0, 5.0]),
    ...     candidate=np.array([3.0, 4.0, 2.0]),
    ...     sizes=np.array([2.0, 2.0, 2.0]),
    ... )
    >>> interval = bootstrap_interval(totals)
    >>> round(interval.low, 3), round(interval.high, 3)
    (-1.333, -0.667)
    """
    clusters = totals.sizes.size
    if clusters < 2:
        return None
    generator = np.random.default_rng((seed, _STREAM))
    chunk = max(1, _CHUNK_CELLS // clusters)
    differences = np.sort(
        np.concatenate(
            [
                _metric_difference(
                    _draw_weights(generator, min(chunk, draws - start), clusters),
                    totals,
                    aggregate,
                )
                for start in range(0, draws, chunk)
            ]
        )
    )
    # Rounded before the floor: (1 - 0.9) / 2 * 1000 is 49.99… in doubles, and means 50.
    rank = max(1, math.floor(round((draws + 1) * (1 - level) / 2, 6)))
    return Interval(low=float(differences[rank - 1]), high=float(differences[draws - rank]))


def clustered_standard_error(
    totals: ClusterTotals, *, aggregate: Aggregation = "mean"
) -> float | None:
    """Return the standard error of the metric difference, in metric units, >= 0.

    sqrt(k / (k - 1) * sum(u_c^2)) / n over k clusters and n rows, u_c being the sum of the
    linearised difference in cluster c minus its expectation for that many rows (Liang & Zeger,
    1986, doi:10.1093/biomet/73.1.13). A root is linearised as loss / (2 * root). None for fewer
    than 2 clusters, or when a root is zero and has no slope.

    >>> totals = ClusterTotals(
    ...     reference=np.array([2.0, 4.0]), candidate=np.zeros(2), sizes=np.ones(2)
    ... )
    >>> clustered_standard_error(totals)
    1.0
    """
    clusters, rows = totals.sizes.size, float(totals.sizes.sum())
    if clusters < 2:
        return None
    scores = (_score(totals.candidate, rows, aggregate), _score(totals.reference, rows, aggregate))
    if aggregate == "mean":
        sums = totals.candidate - totals.reference
    elif min(scores) > 0:
        sums = totals.candidate / (2 * scores[0]) - totals.reference / (2 * scores[1])
    else:
        return None
    residuals = sums - totals.sizes * (math.fsum(sums.tolist()) / rows)
    largest = float(np.abs(residuals).max())
    if largest == 0:
        return 0.0
    scaled = residuals / largest
    spread = float(np.dot(scaled, scaled))
    return largest * math.sqrt(clusters / (clusters - 1) * spread) / rows


def smallest_detectable_effect(
    totals: ClusterTotals, *, aggregate: Aggregation = "mean"
) -> float | None:
    """Return the relative gain this holdout finds in 80 % of cases at 5 %: .2 means 20 %.

    2.49 * clustered standard error / metric of the reference. None where the standard error is,
    or when the reference's metric is not above zero.

    >>> totals = ClusterTotals(
    ...     reference=np.array([2.0, 4.0]), candidate=np.zeros(2), sizes=np.ones(2)
    ... )
    >>> round(smallest_detectable_effect(totals), 4)
    0.83
    """
    error = clustered_standard_error(totals, aggregate=aggregate)
    reference = _score(totals.reference, float(totals.sizes.sum()), aggregate)
    if error is None or reference <= 0:
        return None
    return DETECTABLE_STANDARD_ERRORS * error / reference


def _score(sums: Vector, rows: float, aggregate: Aggregation) -> float:
    mean = math.fsum(sums.tolist()) / rows if rows else 0.0
    return mean if aggregate == "mean" else math.sqrt(max(mean, 0.0))


def _draw_weights(generator: np.random.Generator, draws: int, clusters: int) -> Vector:
    # Counting drawn indices is several times faster than multinomial weights.
    picks = generator.integers(0, clusters, size=(draws, clusters))
    picks += clusters * np.arange(draws)[:, None]
    counts = np.bincount(picks.ravel(), minlength=draws * clusters)
    return counts.reshape(draws, clusters).astype(np.float64)


def _metric_difference(weights: Vector, totals: ClusterTotals, aggregate: Aggregation) -> Vector:
    rows = weights @ totals.sizes
    if aggregate == "mean":
        return np.asarray((weights @ (totals.candidate - totals.reference)) / rows)
    candidate, reference = weights @ totals.candidate, weights @ totals.reference
    return np.asarray(np.sqrt(candidate / rows) - np.sqrt(reference / rows))
