"""What a cycle stands on: reconcile, record the dead, look the cycle up, check its order."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from fire_risk_assets.actions.attempts import close_attempt, open_attempt
from fire_risk_assets.actions.batches import newest_batch
from fire_risk_assets.actions.recover import recover_held
from fire_risk_assets.core.ending import out_of_order
from fire_risk_assets.core.instants import iso
from fire_risk_assets.core.leases import promotion
from fire_risk_assets.core.ledger.fold import decision_of
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.references import Reference
from fire_risk_assets.errors import InvalidTime, RequestRefused
from fire_risk_assets.ports import World

PLAN = "plan"
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class CyclePlan(Reference):
    """What a cycle stands on, the same for every attempt of it.

    Attributes:
        as_of: No row with a later `known_at` exists for the cycle.
        batch_seq: No row of a later batch exists for it either.
        run_id: Run of the present attempt.
        seed: Of search, fit and test.
        decided_event: Event id of its decision when it is decided already; steps then do nothing.
        stop: A verdict reached before anything is trained, as JSON, or None.
    """

    model_name: str
    cycle_id: str
    as_of: datetime
    batch_seq: int
    actor: str
    run_id: str
    seed: int
    decided_event: str | None = None
    stop: dict[str, Any] | None = None


def plan_cycle(
    model_name: str,
    cycle_id: str,
    as_of: datetime,
    *,
    actor: str,
    run_id: str,
    seed: int,
    world: World,
) -> CyclePlan:
    """Put registry and ledger in agreement and return what the cycle stands on.

    A second attempt stands on what the first one planned, so that a candidate already registered
    for the cycle belongs to the same rows.

    Raises:
        RequestRefused: the cycle was planned at another as_of.
        RegistryDrift, RegistryUnavailable, LedgerBroken: see `reconcile`.
    """
    world.crash.reach("RECONCILE:before")
    # Two attempts of one cycle must stand on the same batches: the first to plan decides.
    with world.lease.hold(promotion(model_name)):
        recover_held(model_name, world, actor=actor)
        world.crash.reach("RECONCILE:after")
        rows = world.ledger.rows(model_name)
        decided = decision_of(rows, cycle_id)
        earlier = planned_before(model_name, cycle_id, as_of, world)
        plan = CyclePlan(
            model_name=model_name,
            cycle_id=cycle_id,
            as_of=as_of,
            batch_seq=earlier.batch_seq if earlier else newest_batch(world.tables),
            actor=actor,
            run_id=run_id,
            seed=earlier.seed if earlier else seed,
            decided_event=decided.event_id if decided else None,
            stop=_out_of_order(rows, as_of),
        )
        world.references.save(model_name, cycle_id, PLAN, plan.to_json())
    if decided is not None:
        close_attempt(model_name, cycle_id, world)
    return plan


def require_past(as_of: datetime, world: World) -> None:
    """Refuse an instant no cycle can stand at.

    Raises:
        InvalidTime: it has not come yet, and would make every real cycle out of order; or it lies
            before anything could have been observed.
    """
    now = world.clock.now()
    if not EARLIEST <= as_of <= now:
        raise InvalidTime(
            f"A cycle cannot stand at {iso(as_of)}; expected {iso(EARLIEST)} to now, {iso(now)}."
        )


def resume_plan(
    model_name: str, cycle_id: str, *, actor: str, run_id: str, world: World
) -> CyclePlan:
    """Return the plan of a cycle under way, as the attempt of the run that goes on with it.

    That may be another run than the one that planned it: one re-executed from its failed step.

    Raises:
        RequestRefused: the cycle was never planned.
    """
    document = world.references.load(model_name, cycle_id, PLAN)
    if document is None:
        raise RequestRefused(
            f"Cycle {cycle_id} of {model_name} was never planned.",
            remedy="Materialise `training_set` of the cycle first.",
        )
    plan = replace(CyclePlan.from_json(document), actor=actor, run_id=run_id)
    if plan.decided_event is None:
        open_attempt(model_name, cycle_id, plan.as_of, run_id, world)
    return plan


def planned_before(
    model_name: str, cycle_id: str, as_of: datetime, world: World
) -> CyclePlan | None:
    """Return what an earlier attempt of the cycle planned, None before the first.

    Raises:
        RequestRefused: it was planned at another as_of.
    """
    before = world.references.load(model_name, cycle_id, PLAN)
    if before is None:
        return None
    plan = CyclePlan.from_json(before)
    if plan.as_of != as_of:
        raise RequestRefused(
            f"Cycle {cycle_id} of {model_name} was planned as of {iso(plan.as_of)},"
            f" now as of {iso(as_of)} is asked for.",
            remedy="Use another --cycle-id for another as_of.",
        )
    return plan


def _out_of_order(rows: list[LedgerRow], as_of: datetime) -> dict[str, Any] | None:
    refusal = out_of_order(rows, as_of)
    return refusal.to_json() if refusal else None
