"""JUDGE: both artifacts score the same holdout rows in one step; stored metrics are never used."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from fire_risk_assets.actions.build_snapshots import HOLDOUT_REFERENCE, Cut, RowSet, cut_of_cycle
from fire_risk_assets.actions.judgement import Judgement, age_days, judgement_of
from fire_risk_assets.actions.plan_cycle import CyclePlan
from fire_risk_assets.actions.score_holdout import score_holdout
from fire_risk_assets.actions.train_candidate import Trained
from fire_risk_assets.core.ending import ending_without_scores, out_of_order
from fire_risk_assets.core.judging import refusal_for, unless_withdrawn, verdict_on
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.snapshots import verify_snapshot
from fire_risk_assets.core.verdict import Verdict
from fire_risk_assets.core.windows import training_stop
from fire_risk_assets.errors import (
    ArtifactMismatch,
    ArtifactRejected,
    DigestMismatch,
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
        DigestMismatch: the rows are not those the cycle began with.
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
    cut = cut_of_cycle(spec, plan, ledger_rows, world)
    age = age_days(ledger_rows, plan, world)
    scored: pd.DataFrame | None = None
    verdict = _before_scoring(spec, plan, trained, cut, ledger_rows)
    if verdict is None:
        _require_own_rows(spec, trained, cut)
        _require_same_holdout(spec, plan, cut, world)
        try:
            scored = score_holdout(spec, cut, trained, ledger_rows, world)
            window = cut.holdout.window_from, cut.holdout.window_until
            verdict = verdict_on(spec, scored, window=window, age_days=age, seed=plan.seed)
            verdict = unless_withdrawn(verdict, cut.training_digest, ledger_rows)
        except (ArtifactMismatch, ArtifactRejected) as refusal:
            verdict = refusal_for(refusal)
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
    spec: ModelSpec, plan: CyclePlan, trained: Trained, cut: Cut, rows: Sequence[LedgerRow]
) -> Verdict | None:
    if (late := out_of_order(rows, plan.as_of)) is not None:
        return late
    if trained.refusal is not None:
        return refusal_for(ArtifactRejected(trained.refusal))
    return ending_without_scores(
        training=training_stop(cut.training_rows, task=spec.task),
        holdout=cut.holdout.stop,
        leaks=cut.leaks,
        baseline=cut.baseline_only and trained.baseline is not None,
    )


def _require_own_rows(spec: ModelSpec, trained: Trained, cut: Cut) -> None:
    """Make sure that the rows named as the candidate's are those it was fitted on."""
    candidate = trained.required_candidate(spec.name)
    if cut.training_digest != candidate.training_digest:
        raise DigestMismatch(
            f"Version {candidate.version} of {spec.name} was fitted on other rows than its cycle"
            " rebuilds now: the model's features, target or label lag changed in between.",
            remedy="Restore the configuration the cycle began with, or use another --cycle-id.",
        )


def _require_same_holdout(spec: ModelSpec, plan: CyclePlan, cut: Cut, world: World) -> None:
    """Make sure that nobody replaced the rows that judge; a moved head may choose other ones.

    Raises:
        DigestMismatch: the window on record holds other rows by now.
    """
    stored = world.references.load(spec.name, plan.cycle_id, HOLDOUT_REFERENCE)
    if stored is None or not stored.get("snapshot"):
        return
    snapshot, holdout = RowSet.from_json(stored).snapshot_of(), cut.holdout
    chosen = (*snapshot.window, snapshot.dropped_spent)
    if chosen == (holdout.window_from, holdout.window_until, holdout.dropped_spent):
        verify_snapshot(cut.holdout_rows, snapshot, spec=spec)
