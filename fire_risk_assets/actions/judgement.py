"""A judgement: the verdict, what it was judged against, and its evidence for the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fire_risk_assets.actions.build_snapshots import Cut
from fire_risk_assets.actions.plan_cycle import CyclePlan
from fire_risk_assets.actions.train_candidate import Trained
from fire_risk_assets.core.instants import iso, parse_instant
from fire_risk_assets.core.ledger.events import decided_at
from fire_risk_assets.core.ledger.fold import deciding_seq, serving
from fire_risk_assets.core.ledger.lineage import production_since
from fire_risk_assets.core.ledger.row import INSTANTS, LedgerRow
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.references import Reference
from fire_risk_assets.core.verdict import Reason, Verdict
from fire_risk_assets.ports import World

VERDICT_REFERENCE = "adjudication_result"
"""Name of the reference a cycle's judgement is kept under: that of the asset that makes it."""

_DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement(Reference):
    """A verdict and what it was judged against.

    Attributes:
        verdict: A `Verdict` as JSON.
        judged_seq: Newest row of the ledger it depends on (`fold.deciding_seq`).
        moves_to: Version that serves if the verdict promotes.
        evidence: Ledger columns, instants as ISO 8601.
    """

    verdict: dict[str, Any]
    judged_seq: int
    moves_to: int | None
    moves_to_sha256: str | None
    evidence: dict[str, Any]

    def verdict_of(self) -> Verdict:
        """Return the verdict."""
        return Verdict.from_json(self.verdict)

    def columns(self) -> dict[str, Any]:
        """Return the ledger columns with their own types."""
        return {
            name: parse_instant(value) if name in INSTANTS and value is not None else value
            for name, value in self.evidence.items()
        }


def judgement_of(
    spec: ModelSpec,
    plan: CyclePlan,
    trained: Trained,
    *,
    cut: Cut,
    ledger_rows: Sequence[LedgerRow],
    age_days: float | None,
    verdict: Verdict,
    world: World,
) -> Judgement:
    """Return the judgement with every ledger column it gives evidence for."""
    now, candidate = serving(ledger_rows), trained.candidate_of()
    target = trained.baseline_of() if verdict.reason_code == Reason.FIRST_BASELINE else candidate
    fitted = candidate or target
    rows_judged = {}
    # A cycle overtaken by a later one is refused before its rows mean anything.
    if verdict.reason_code != Reason.OUT_OF_ORDER:
        rows_judged = {"production_age_days": age_days, **_windows(cut)}
    evidence = {
        "as_of": plan.as_of,
        "production_version": now.production_version if now else None,
        "candidate_version": candidate.version if candidate else None,
        "candidate_sha256": candidate.artifact_sha256 if candidate else None,
        "mlflow_run_id": fitted.run_id if fitted else None,
        "dagster_run_id": plan.run_id,
        "seed": plan.seed,
        **_comparison(spec, verdict),
        **rows_judged,
        **world.provenance.columns(),
    }
    return Judgement(
        verdict=verdict.to_json(),
        judged_seq=deciding_seq(ledger_rows),
        moves_to=target.version if target else None,
        moves_to_sha256=target.artifact_sha256 if target else None,
        evidence={
            name: iso(value) if isinstance(value, datetime) else value
            for name, value in evidence.items()
        },
    )


def age_days(rows: Sequence[LedgerRow], plan: CyclePlan, world: World) -> float | None:
    """Return for how many days the present version has served, None when nothing serves."""
    since = production_since(rows)
    if since is None:
        return None
    instant = decided_at(rows, world.clock.deciding(rows, plan.as_of))
    return (instant - since).total_seconds() / _DAY


def _comparison(spec: ModelSpec, verdict: Verdict) -> dict[str, Any]:
    return {
        "metric_name": spec.metric,
        "metric_direction": spec.direction,
        "candidate_score": verdict.candidate_score,
        "production_score": verdict.production_score,
        "baseline_score": verdict.baseline_score,
        "difference": verdict.difference,
        "ci_low": verdict.ci_low,
        "ci_high": verdict.ci_high,
        "p_value": verdict.p_value,
        "alpha": verdict.alpha,
        "rule": verdict.rule or spec.policy.rule,
        "policy_digest": verdict.policy_digest or spec.judging_policy.digest(),
    }


def _windows(cut: Cut) -> dict[str, Any]:
    holdout, training = cut.holdout_rows, cut.training_rows
    return {
        "holdout_rows": len(holdout),
        "holdout_digest": cut.holdout_digest,
        "holdout_from": cut.holdout.window_from,
        "holdout_until": cut.holdout.window_until,
        "holdout_clusters": int(holdout["day"].nunique()),
        "holdout_positives": int((holdout["target"] > 0).sum()),
        "looks": cut.holdout.looks,
        "training_rows": len(training),
        "training_digest": cut.training_digest,
        "training_from": cut.training.window_from,
        "training_until": cut.training.window_until,
        "data_watermark": cut.known.watermark,
    }
