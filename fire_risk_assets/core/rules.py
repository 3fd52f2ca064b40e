"""The rules of a decision, in their order: what the evidence leads to, and the sentence for it.

Add a rule here when it follows from the judged rows, the evidence and the policy. Rules that
need the ledger, the registry or the training rows (out_of_order, withdrawn, leak, forced, …)
belong to the actions that see those.
"""

from dataclasses import dataclass

from fire_risk_assets.core.comparison import Comparison, direction_of
from fire_risk_assets.core.judged_rows import JudgedRows
from fire_risk_assets.core.policy import AdjudicationPolicy
from fire_risk_assets.core.sign_flip import rounding_tolerance
from fire_risk_assets.core.verdict import Kind, Reason, SliceResult

_DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is done, why in one word, and why in one readable sentence."""

    kind: Kind
    code: Reason
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything the rules look at."""

    judged: JudgedRows
    comparison: Comparison | None
    """None only when there are no rows."""
    slices: tuple[SliceResult, ...] = ()
    production_age_days: float | None = None
    """None switches the staleness rule off."""


def decide(evidence: Evidence, policy: AdjudicationPolicy) -> Ruling:
    """Return the ruling of the first rule that applies.

    Undecided by lack of rows or of a class; then better or stale; then the vetoes, below the
    baseline and a regressing slice. While nothing serves, every ruling is a promotion: of the
    candidate (`first`), or of the baseline (`first_baseline`). Under `rule="point"` the lower
    mean decides, without staleness and vetoes. See `adjudicate` for examples.
    """
    undecided = _undecided(evidence, policy)
    comparison = evidence.comparison
    if undecided is not None or comparison is None:
        undecided = undecided or _too_few(evidence, policy)
        return _baseline_instead(undecided) if evidence.judged.nothing_serves else undecided
    if evidence.judged.nothing_serves:
        return _first(comparison, evidence, policy)
    if policy.rule == "point" and comparison.direction > 0:
        scores = _scores(comparison, evidence)
        return Ruling(Kind.PROMOTE, Reason.BETTER, f"Better by the point rule: {scores}.")
    proposed = None if policy.rule == "point" else _proposed(comparison, evidence, policy)
    if proposed is None:
        return _kept(comparison, evidence, policy)
    return _veto(comparison, evidence, policy) or proposed


def _undecided(evidence: Evidence, policy: AdjudicationPolicy) -> Ruling | None:
    judged = evidence.judged
    positives = judged.positive_count
    # Before the row counts: more rows of the same kind would not help.
    if judged.count and positives in {0, judged.count}:
        found = "positives" if positives else "negatives"
        sentence = f"One class only: all {judged.count} rows are {found}."
        return Ruling(Kind.UNDECIDED, Reason.ONE_CLASS, sentence)
    if (
        judged.count < policy.min_rows
        or judged.clusters.count < policy.min_clusters
        or (positives is not None and positives < policy.min_positives)
    ):
        return _too_few(evidence, policy)
    return None


def _too_few(evidence: Evidence, policy: AdjudicationPolicy) -> Ruling:
    judged, comparison = evidence.judged, evidence.comparison
    sentence = (
        f"Too few rows: {judged.count} rows ({policy.min_rows} needed), "
        f"{judged.clusters.count} clusters ({policy.min_clusters} needed)"
    )
    if policy.min_positives:
        sentence += f", {judged.positive_count} positives ({policy.min_positives} needed)"
    effect = comparison.smallest_detectable_effect if comparison else None
    if effect is not None:
        sentence += f"; the smallest gain these rows would show is {effect:.0%}"
    return Ruling(Kind.UNDECIDED, Reason.TOO_FEW_ROWS, f"{sentence}.")


def _baseline_instead(undecided: Ruling) -> Ruling:
    sentence = f"Nothing serves yet, so the baseline does. {undecided.sentence}"
    return Ruling(Kind.PROMOTE, Reason.FIRST_BASELINE, sentence)


def _first(comparison: Comparison, evidence: Evidence, policy: AdjudicationPolicy) -> Ruling:
    scores = _scores(comparison, evidence)
    beaten = comparison.direction > 0 if policy.rule == "point" else _is_better(comparison, policy)
    if beaten:
        sentence = f"Nothing serves yet, and the candidate beats the baseline: {scores}."
        return Ruling(Kind.PROMOTE, Reason.FIRST, sentence)
    sentence = f"Nothing serves yet, and the baseline is not beaten: {scores}."
    return Ruling(Kind.PROMOTE, Reason.FIRST_BASELINE, sentence)


def _proposed(
    comparison: Comparison, evidence: Evidence, policy: AdjudicationPolicy
) -> Ruling | None:
    scores = _scores(comparison, evidence)
    if _is_better(comparison, policy):
        return Ruling(Kind.PROMOTE, Reason.BETTER, f"Better than production: {scores}.")
    if _is_stale(comparison, evidence, policy):
        sentence = (
            f"Production is {evidence.production_age_days:g} days old; the candidate is better by "
            f"point and at most {policy.staleness_margin:.1%} worse by the interval: {scores}."
        )
        return Ruling(Kind.PROMOTE, Reason.STALE, sentence)
    return None


def _is_better(comparison: Comparison, policy: AdjudicationPolicy) -> bool:
    return comparison.direction > 0 and comparison.test.p_positive <= policy.decision_alpha


def _is_stale(comparison: Comparison, evidence: Evidence, policy: AdjudicationPolicy) -> bool:
    age, interval = evidence.production_age_days, comparison.interval
    if not policy.staleness or age is None or interval is None:
        return False
    return (
        age >= policy.staleness_weeks * _DAYS_A_WEEK
        and comparison.direction > 0
        and interval.high <= policy.staleness_margin * comparison.reference_score
    )


def _kept(comparison: Comparison, evidence: Evidence, policy: AdjudicationPolicy) -> Ruling:
    scores = _scores(comparison, evidence)
    if comparison.direction < 0 and comparison.test.p_negative <= policy.decision_alpha:
        reverse = f"reverse p {comparison.test.p_negative:.4g}"
        return Ruling(Kind.KEEP, Reason.WORSE, f"Worse than production: {scores}, {reverse}.")
    return Ruling(Kind.KEEP, Reason.NOT_BETTER, f"Not shown to be better: {scores}.")


def _veto(comparison: Comparison, evidence: Evidence, policy: AdjudicationPolicy) -> Ruling | None:
    judged = evidence.judged
    scores = _scores(comparison, evidence)
    if judged.baseline is not None:
        lead = judged.clusters.sums(judged.baseline - judged.candidate)
        tolerance = rounding_tolerance(judged.baseline, judged.candidate)
        if direction_of(lead, tolerance) < 0:
            sentence = f"Ahead of production but below the naive baseline: {scores}."
            return Ruling(Kind.KEEP, Reason.BELOW_BASELINE, sentence)
    regressing = [each for each in evidence.slices if each.status == "regression"]
    if regressing:
        named = ", ".join(f"{each.name} (p {each.p_adjusted:.4g})" for each in regressing)
        sentence = f"Ahead on the whole but worse in {named} at {policy.slice_alpha:g}: {scores}."
        return Ruling(Kind.KEEP, Reason.SLICE_REGRESSION, sentence)
    return None


def _scores(comparison: Comparison, evidence: Evidence) -> str:
    judged = evidence.judged
    return (
        f"candidate {comparison.candidate_score:.4g} against {comparison.reference_score:.4g} on "
        f"{judged.count} rows in {judged.clusters.count} clusters, "
        f"p {comparison.test.p_positive:.4g}"
    )
