"""A cycle's verdict with its evidence kept and shown: JUDGE, then scores frozen, then the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from fire_risk_assets.actions.freeze_scores import freeze_scores
from fire_risk_assets.actions.judge_candidate import judge_against, judge_candidate
from fire_risk_assets.actions.judgement import VERDICT_REFERENCE, Judgement
from fire_risk_assets.actions.plan_cycle import CyclePlan
from fire_risk_assets.actions.publish_verdict import VerdictShown, publish_verdict
from fire_risk_assets.actions.train_candidate import Trained
from fire_risk_assets.core.leases import promotion
from fire_risk_assets.core.ledger.fold import decision_of
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.ports import RunTracker, World


@dataclass(frozen=True, slots=True)
class Adjudicated:
    """A judgement, and where a person sees it."""

    judgement: Judgement
    shown: VerdictShown


def adjudicate_cycle(
    spec: ModelSpec, plan: CyclePlan, trained: Trained, *, world: World, run: RunTracker
) -> Adjudicated:
    """Judge the candidate of a cycle against what serves now.

    Raises:
        LedgerBroken, RegistryUnavailable, InvalidScores, StoreBusy.
    """
    judged = judge_candidate(spec, plan, trained, world)
    # Two attempts of one cycle would both find no scores and both append them; and one that judged
    # after another had decided would keep a comparison with the very version that won.
    with world.lease.hold(promotion(spec.name)):
        if decision_of(world.ledger.rows(spec.name), plan.cycle_id) is None:
            freeze_scores(plan, judged, world)
    return Adjudicated(judged.judgement, publish_verdict(spec, plan, judged, world, run))


def adjudicate_again(
    spec: ModelSpec,
    plan: CyclePlan,
    trained: Trained,
    ledger_rows: Sequence[LedgerRow],
    *,
    world: World,
    run: RunTracker,
) -> Adjudicated:
    """Judge against a head that has moved; for the holder of the promotion lease.

    The judgement before it is replaced wherever it was kept: the ledger never heard of it.
    """
    judged = judge_against(spec, plan, trained, ledger_rows, world)
    freeze_scores(plan, judged, world)
    world.references.save(spec.name, plan.cycle_id, VERDICT_REFERENCE, judged.judgement.to_json())
    return Adjudicated(judged.judgement, publish_verdict(spec, plan, judged, world, run))
