"""JUDGE: both artifacts score the same holdout rows in one step; stored metrics are never used."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from fire_risk_assets.actions.build_snapshots import Cut, cut_rows
from fire_risk_assets.actions.judgement import Judgement, age_days, judgement_of
from fire_risk_assets.actions.plan_cycle import CyclePlan, refused_out_of_order
from fire_risk_assets.actions.score_holdout import score_holdout
from fire_risk_assets.actions.train_candidate import Trained
from fire_risk_assets.core.adjudication import adjudicate
from fire_risk_assets.core.ledger.fold import withdrawn_training
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.metrics import metric_named
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.verdict import Kind, Reason, Verdict
from fire_risk_assets.core.windows import training_stop
from fire_risk_assets.errors import (
    ArtifactMismatch,
    ArtifactRejected,
    DigestMismatch,
    HeadMoved,
)
from fire_risk_assets.ports import World


@dataclass(frozen=True, slots=True)
class ScoredJudgement:
    """A judgement with the scored rows, None when nothing was scored."""

    judgement: Judgement
    scored: pd.DataFrame | None


def judge_candidate(
    spec: ModelSpec, plan: CyclePlan, trained: Trained, world: World
) -> ScoredJudgement:
    """Judge the candidate of a cycle against what serves now.

    Raises:
        LedgerBroken, RegistryUnavailable, InvalidScores.
    """
    world.crash.reach("JUDGE:before")
    rows = world.ledger.rows(spec.name)
    judged = judge_against(spec, plan, trained, rows, world)
    world.crash.reach("JUDGE:after")
    return judged


def judge_against(
    spec: ModelSpec,
    plan: CyclePlan,
    trained: Trained,
    ledger_rows: Sequence[LedgerRow],
    world: World,
) -> ScoredJudgement:
    """Judge against the given state of the ledger: called again when its head has moved."""
    windows = [version.training_window for version in trained.fitted()]
    cut = cut_rows(spec, plan, ledger_rows, world, trained_on=windows)
    age = age_days(ledger_rows, plan, world)
    scored: pd.DataFrame | None = None
    verdict = _before_scoring(spec, plan, trained, cut, list(ledger_rows))
    if verdict is None:
        try:
            scored = score_holdout(spec, cut, trained, ledger_rows, world)
            verdict = verdict_on(spec, scored, age, plan.seed)
            verdict = _unless_withdrawn(verdict, cut, ledger_rows)
        except (ArtifactMismatch, ArtifactRejected) as refusal:
            verdict = _refusal(refusal)
    judgement = judgement_of(
        spec,
        plan,
        trained,
        cut=cut,
        ledger_rows=ledger_rows,
        age_days=age,
        verdict=verdict,
        world=world,
    )
    return ScoredJudgement(judgement, scored)


def _before_scoring(
    spec: ModelSpec, plan: CyclePlan, trained: Trained, cut: Cut, rows: list[LedgerRow]
) -> Verdict | None:
    if (late := refused_out_of_order(rows, plan.as_of)) is not None:
        return late
    stop = training_stop(cut.training_rows, task=spec.task) or cut.holdout.stop
    if cut.baseline_only and trained.baseline is not None and stop is not None:
        return Verdict(
            kind=Kind.PROMOTE,
            reason_code=Reason.FIRST_BASELINE,
            reason=f"Nothing served and nothing can be judged yet ({stop.reason}) The naive"
            " baseline becomes the first version; every later candidate must beat it.",
            reference="baseline",
        )
    if stop is not None:
        return Verdict(kind=stop.kind, reason_code=stop.reason_code, reason=stop.reason)
    if cut.leaks:
        reason = f"Leak: {' '.join(cut.leaks)}"
        return Verdict(kind=Kind.REFUSE, reason_code=Reason.LEAK, reason=reason)
    _require_own_rows(spec, trained, cut)
    return None


def _require_own_rows(spec: ModelSpec, trained: Trained, cut: Cut) -> None:
    """Make sure that the rows named as the candidate's are those it was fitted on."""
    candidate = trained.candidate_of()
    if candidate is None:
        raise HeadMoved(
            f"Rows of {spec.name} became enough to judge on after training was skipped.",
            remedy="Repeat the cycle: a candidate will be fitted.",
        )
    if cut.training_digest != candidate.training_digest:
        raise DigestMismatch(
            f"Version {candidate.version} of {spec.name} was fitted on other rows than its cycle"
            " rebuilds now: the model's features, target or label lag changed in between.",
            remedy="Restore the configuration the cycle began with, or use another --cycle-id.",
        )


def verdict_on(spec: ModelSpec, scored: pd.DataFrame, age_days: float | None, seed: int) -> Verdict:
    """Return the verdict on scored rows: losses, clusters, classes and slices of each.

    Args:
        spec: The model.
        scored: Rows as `score_holdout` returns them.
        age_days: For how long production has served, None when nothing does.
        seed: Of flips and bootstrap.
    """
    metric = metric_named(spec.metric)
    truth = scored["y_true"].to_numpy()
    losses = {
        name: metric.per_row(truth, scored[name].to_numpy())
        for name in ("candidate", "production", "baseline")
        if name in scored
    }
    return adjudicate(
        production_losses=losses.get("production"),
        candidate_losses=losses["candidate"],
        baseline_losses=losses.get("baseline"),
        clusters=scored["day"].to_numpy(),
        positives=truth > 0 if spec.task == "classification" else None,
        slices=_slices(scored),
        production_age_days=age_days,
        policy=spec.judging_policy,
        seed=seed,
    )


def _slices(scored: pd.DataFrame) -> dict[str, Any]:
    span = (scored["day"].max() - scored["day"].min()).days
    names = ["fwi_class", "zone", "weekend", *(["season"] if span >= 26 * 7 - 1 else [])]
    return {
        name: scored[name].to_numpy()
        if name == "weekend"
        else scored[name].fillna("none").to_numpy()
        for name in names
    }


def _unless_withdrawn(verdict: Verdict, cut: Cut, rows: Sequence[LedgerRow]) -> Verdict:
    if verdict.kind != Kind.PROMOTE or not (withdrawn := withdrawn_training(rows)):
        return verdict
    if cut.training_digest not in withdrawn:
        return verdict
    return replace(
        verdict,
        kind=Kind.KEEP,
        reason_code=Reason.WITHDRAWN,
        reason="A version fitted on the same rows was rolled back; it is not promoted again.",
    )


def _refusal(cause: ArtifactMismatch | ArtifactRejected) -> Verdict:
    mismatch = isinstance(cause, ArtifactMismatch)
    return Verdict(
        kind=Kind.REFUSE,
        reason_code=Reason.ARTIFACT_MISMATCH if mismatch else Reason.REJECTED,
        reason=str(cause),
    )
