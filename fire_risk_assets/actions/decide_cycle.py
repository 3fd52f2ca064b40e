"""The end of a cycle: lease, RECONCILE, COMMIT, READBACK, ALIAS, STAGE, VERIFY."""

from collections.abc import Sequence
from dataclasses import dataclass

from fire_risk_assets.actions.adjudicate_cycle import adjudicate_again
from fire_risk_assets.actions.append_event import append_event
from fire_risk_assets.actions.attempts import close_attempt
from fire_risk_assets.actions.judgement import Judgement
from fire_risk_assets.actions.plan_cycle import CyclePlan
from fire_risk_assets.actions.project import project
from fire_risk_assets.actions.reconcile import reconcile
from fire_risk_assets.actions.recover import recover
from fire_risk_assets.actions.train_candidate import Trained
from fire_risk_assets.core.leases import promotion
from fire_risk_assets.core.ledger.events import Event
from fire_risk_assets.core.ledger.fold import deciding_seq, decision_of
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.verdict import Kind
from fire_risk_assets.errors import LedgerBroken
from fire_risk_assets.ports import RunTracker, World

REQUEST = "cycle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The row of the cycle, and whether MLflow shows it now."""

    row: LedgerRow
    consistent: bool


def decide_cycle(
    spec: ModelSpec,
    plan: CyclePlan,
    trained: Trained,
    judgement: Judgement,
    *,
    world: World,
    run: RunTracker,
) -> Decision:
    """Record the verdict and move the pointer, or leave it; the recorded row when there is one.

    The verdict is judged and published again when another promoter has moved the head since: what
    is written was always decided against the head it follows.

    Raises:
        CandidateMissing, HeadMoved, LedgerBroken, RegistryDrift, RegistryUnavailable, StoreBusy.
    """
    world.crash.reach("LEASE:before")
    with world.lease.hold(promotion(spec.name)):
        world.crash.reach("LEASE:after")
        reconcile(spec.name, world, actor=plan.actor)
        event = cycle_event(plan, judgement, run_id=run.run_id)

        def against(rows: Sequence[LedgerRow]) -> Event:
            if deciding_seq(rows) == judgement.judged_seq:
                return event
            again = adjudicate_again(spec, plan, trained, rows, world=world, run=run)
            return cycle_event(plan, again.judgement, run_id=run.run_id)

        row = append_event(event, world, against=against)
        projection = project(spec.name, world)
    close_attempt(spec.name, plan.cycle_id, world)
    return Decision(row=row, consistent=projection.consistent)


def recorded_decision(plan: CyclePlan, world: World) -> Decision:
    """Return the decision of a cycle that was decided before, after bringing MLflow into line.

    Raises:
        LedgerBroken: its row is gone, as after an older copy of the ledger was put back.
    """
    recovered = recover(plan.model_name, world, actor=plan.actor)
    row = decision_of(world.ledger.rows(plan.model_name), plan.cycle_id)
    if row is None:
        raise LedgerBroken(
            f"Cycle {plan.cycle_id} of {plan.model_name} was decided before, and has no row now."
        )
    return Decision(row=row, consistent=recovered.projection.consistent)


def cycle_event(plan: CyclePlan, judgement: Judgement, *, run_id: str) -> Event:
    """Return the event a judgement amounts to.

    Args:
        plan: The cycle.
        judgement: Its verdict and evidence.
        run_id: MLflow run of this attempt: the row's where nothing was fitted, to which the run
            of the fit belongs otherwise.
    """
    evidence = judgement.columns()
    verdict = judgement.verdict_of()
    promotes = verdict.kind is Kind.PROMOTE
    return Event(
        model_name=plan.model_name,
        cycle_id=plan.cycle_id,
        request=REQUEST,
        kind=str(verdict.kind),
        reason_code=str(verdict.reason_code),
        reason=" ".join([verdict.reason, *(f"Read with care: {w}" for w in verdict.warnings)]),
        actor=plan.actor,
        moves_to=judgement.moves_to if promotes else None,
        moves_to_sha256=judgement.moves_to_sha256 if promotes else None,
        evidence={
            **evidence,
            "mlflow_run_id": evidence["mlflow_run_id"] or run_id,
            # The run that decides, which need not be the one that judged: steps can be re-executed.
            "dagster_run_id": plan.run_id,
        },
    )
