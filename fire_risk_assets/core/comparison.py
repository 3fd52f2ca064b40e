"""Two models on the same rows, in numbers: scores, test, interval, power.

Here the evidence is computed; what follows from it is decided in `adjudication`. The same
comparison serves production against candidate and, on an empty ledger, baseline against
candidate.
"""

import math
from dataclasses import dataclass

from fire_risk_assets.core.arrays import Vector
from fire_risk_assets.core.clustering import Clusters, lag_one_autocorrelation
from fire_risk_assets.core.interval import (
    ClusterTotals,
    Interval,
    bootstrap_interval,
    smallest_detectable_effect,
)
from fire_risk_assets.core.metrics import aggregate_losses
from fire_risk_assets.core.policy import AdjudicationPolicy
from fire_risk_assets.core.sign_flip import SignFlipTest, rounding_tolerance, sign_flip_test


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Evidence of candidate against reference; scores in metric units, lower is better."""

    candidate_score: float
    reference_score: float
    direction: int
    """1 when the candidate's mean loss is lower, -1 when higher, 0 when equal up to rounding."""
    test: SignFlipTest
    """`p_positive` is small when the candidate is better, `p_negative` when it is worse."""
    interval: Interval | None
    smallest_detectable_effect: float | None
    autocorrelation: float | None

    @property
    def difference(self) -> float:
        """Candidate minus reference, in metric units; negative: candidate better."""
        return self.candidate_score - self.reference_score


def compare(
    reference: Vector,
    candidate: Vector,
    clusters: Clusters,
    *,
    policy: AdjudicationPolicy,
    seed: int,
) -> Comparison:
    """Compare losses of shape (n_rows,), lower is better, on the same rows, at least one.

    >>> from fire_risk_assets.core.clustering import cluster_rows
    >>> import numpy as np
    >>> compare(
    ...     np.array([3.0, 1.0]),
    ...     np.array([1.0, 1.0]),
    ...     cluster_rows([1, 2]),
    ...     policy=AdjudicationPolicy(),
    ...     seed=0,
    ... ).difference
    -1.0
    """
    gains = clusters.sums(reference - candidate)
    tolerance = rounding_tolerance(reference, candidate)
    totals = ClusterTotals(
        reference=clusters.sums(reference),
        candidate=clusters.sums(candidate),
        sizes=clusters.sizes.astype("float64"),
    )
    return Comparison(
        candidate_score=aggregate_losses(candidate, policy.aggregate),
        reference_score=aggregate_losses(reference, policy.aggregate),
        direction=direction_of(gains, tolerance),
        test=sign_flip_test(gains, flips=policy.flips, seed=seed, tolerance=tolerance),
        interval=bootstrap_interval(
            totals,
            aggregate=policy.aggregate,
            level=policy.interval,
            draws=policy.bootstrap_draws,
            seed=seed,
        ),
        smallest_detectable_effect=smallest_detectable_effect(totals, aggregate=policy.aggregate),
        autocorrelation=lag_one_autocorrelation(gains, tolerance=tolerance),
    )


def direction_of(gains: Vector, tolerance: float) -> int:
    """Return the sign of the sum of gains, shape (n_clusters,); 0 within `tolerance`.

    >>> import numpy as np
    >>> direction_of(np.array([0.1, 0.2, -0.3]), 1e-12)
    0
    """
    total = math.fsum(gains.tolist())
    return 0 if abs(total) <= tolerance else (1 if total > 0 else -1)
