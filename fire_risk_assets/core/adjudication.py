"""The decision: does the candidate replace what serves?

Here rows, evidence, guardrails and rules meet; each has its own module. Reasons that need the
ledger, the registry or the training rows are decided by the actions that see those.

>>> import numpy as np
>>> production = np.tile([4.0, 5.0, 6.0, 5.0], 30)
>>> days = np.repeat(np.arange(30), 4)
>>> verdict = adjudicate(
...     production_losses=production, candidate_losses=production - 1, clusters=days
... )
>>> verdict.kind.value, verdict.reason_code.value, verdict.difference, verdict.p_value
('promote', 'better', -1.0, 0.0005)
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from operator import index

from numpy.typing import ArrayLike

from fire_risk_assets.core.comparison import Comparison, compare
from fire_risk_assets.core.guardrails import check_slices
from fire_risk_assets.core.judged_rows import JudgedRows, judged_rows
from fire_risk_assets.core.metrics import aggregate_losses
from fire_risk_assets.core.policy import AdjudicationPolicy
from fire_risk_assets.core.rules import Evidence, Ruling, decide
from fire_risk_assets.core.verdict import Verdict
from fire_risk_assets.errors import InvalidScores

DEFAULT_POLICY = AdjudicationPolicy()


def adjudicate(
    *,
    production_losses: ArrayLike | None,
    candidate_losses: ArrayLike,
    clusters: ArrayLike,
    policy: AdjudicationPolicy = DEFAULT_POLICY,
    slices: Mapping[str, ArrayLike] | None = None,
    baseline_losses: ArrayLike | None = None,
    positives: ArrayLike | None = None,
    production_age_days: float | None = None,
    seed: int = 0,
) -> Verdict:
    """Judge a candidate against production on the same holdout rows.

    The order of rows is irrelevant, exchanging the models mirrors the verdict, and a tie keeps
    production. The rules and their order are those of `rules.decide`.

    Args:
        production_losses: Shape (n_rows,), lower is better. None is an empty ledger: the
            candidate is promoted as `first` when it beats the baseline at alpha; otherwise, too
            few rows and one class included, the outcome is `first_baseline`. Whether a baseline
            could be fitted at all, the caller knows.
        candidate_losses: Shape (n_rows,), same rows.
        clusters: Shape (n_rows,), sortable labels of what varies independently, e.g. the day;
            their order is that of time (autocorrelation).
        policy: Thresholds; `policy.aggregate` must be the metric's `aggregation`.
        slices: Guardrails by name: labels or a boolean mask, shape (n_rows,), see
            `guardrails.slice_masks`. On an empty ledger and under `rule="point"` they are
            evidence and gate nothing.
        baseline_losses: Shape (n_rows,), of the naive baseline.
        positives: Shape (n_rows,), whether a row is a positive; classification only.
        production_age_days: Age of what serves; None switches the staleness rule off.
        seed: Of flips and bootstrap, >= 0; the same seed gives the same verdict, bit for bit.

    Raises:
        InvalidScores: NaN, infinities, shapes that differ, missing cluster labels, no reference.
    """
    seed, age_days = _checked_seed(seed), _checked_age(production_age_days)
    _require_positives(policy, positives)
    judged = judged_rows(
        production_losses=production_losses,
        candidate_losses=candidate_losses,
        clusters=clusters,
        baseline_losses=baseline_losses,
        positives=positives,
        aggregate=policy.aggregate,
    )
    evidence = Evidence(
        judged=judged,
        comparison=_compared(judged, policy, seed),
        slices=check_slices(judged, slices or {}, policy=policy, seed=seed),
        production_age_days=age_days,
    )
    return _verdict(evidence, decide(evidence, policy), policy=policy, seed=seed)


def _compared(judged: JudgedRows, policy: AdjudicationPolicy, seed: int) -> Comparison | None:
    if not judged.count:
        return None
    return compare(judged.reference, judged.candidate, judged.clusters, policy=policy, seed=seed)


def _require_positives(policy: AdjudicationPolicy, positives: ArrayLike | None) -> None:
    if policy.min_positives and positives is None:
        raise InvalidScores(
            f"positives is None; the policy needs at least {policy.min_positives} positives"
        )


def _checked_age(age_days: float | None) -> float | None:
    if age_days is None:
        return None
    if not 0 <= age_days < math.inf:
        raise InvalidScores(f"production_age_days is {age_days}; expected a number >= 0")
    return float(age_days)


def _checked_seed(seed: int) -> int:
    try:
        value = index(seed)
    except TypeError as error:
        raise InvalidScores(f"seed is {seed!r}; expected a whole number >= 0") from error
    if value < 0:
        raise InvalidScores(f"seed is {value}; expected a whole number >= 0")
    return value


def _verdict(
    evidence: Evidence, ruling: Ruling, *, policy: AdjudicationPolicy, seed: int
) -> Verdict:
    judged, comparison = evidence.judged, evidence.comparison
    verdict = Verdict(
        kind=ruling.kind,
        reason_code=ruling.code,
        reason=ruling.sentence,
        reference="baseline" if judged.nothing_serves else "production",
        rule=policy.rule,
        alpha=policy.decision_alpha,
        rows=judged.count,
        clusters=judged.clusters.count,
        positives=judged.positive_count,
        production_age_days=evidence.production_age_days,
        slices=evidence.slices,
        policy_digest=policy.digest(),
        seed=seed,
    )
    if comparison is None:
        return verdict
    interval = comparison.interval
    baseline = judged.baseline
    return replace(
        verdict,
        p_value=comparison.test.p_positive,
        p_value_reverse=comparison.test.p_negative,
        candidate_score=comparison.candidate_score,
        production_score=None if judged.nothing_serves else comparison.reference_score,
        baseline_score=None if baseline is None else aggregate_losses(baseline, policy.aggregate),
        difference=comparison.difference,
        ci_low=None if interval is None else interval.low,
        ci_high=None if interval is None else interval.high,
        smallest_detectable_effect=comparison.smallest_detectable_effect,
        autocorrelation=comparison.autocorrelation,
        warnings=tuple(_warnings(evidence, comparison, policy)),
    )


def _warnings(
    evidence: Evidence, comparison: Comparison, policy: AdjudicationPolicy
) -> Iterator[str]:
    correlation = comparison.autocorrelation
    if correlation is not None and correlation > policy.autocorrelation_warning:
        yield (
            f"Neighbouring clusters are alike (lag-1 autocorrelation {correlation:.2f}, above "
            f"{policy.autocorrelation_warning:g}): the p-value is too small."
        )
    clusters = evidence.judged.clusters.count
    if policy.rule == "paired" and 2.0**-clusters > policy.decision_alpha:
        yield f"{clusters} clusters allow no p below {2.0**-clusters:.3g}; alpha is out of reach."
    tested = sum(each.status != "insufficient" for each in evidence.slices)
    if tested and tested / (policy.flips + 1) > policy.slice_alpha:
        yield (
            f"{tested} slices and {policy.flips} flips allow no adjusted p within "
            f"{policy.slice_alpha:g}; raise flips or test fewer slices."
        )
