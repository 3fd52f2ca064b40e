"""Say what a cycle would stand on, and how it ends if no comparison is needed; changes nothing.

Reads through the functions a cycle reads through. What only training can tell (scores, the test) is
not in it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fire_risk_assets.actions.batches import newest_batch
from fire_risk_assets.actions.build_snapshots import cut_of_cycle, holdout_set, training_set
from fire_risk_assets.actions.plan_cycle import (
    CyclePlan,
    planned_before,
    require_past,
)
from fire_risk_assets.actions.reconcile import foresee
from fire_risk_assets.core.ending import ending_without_scores, out_of_order
from fire_risk_assets.core.ledger.fold import decision_of, head, serving
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.models.spec import ModelSpec
from fire_risk_assets.core.windows import training_stop
from fire_risk_assets.ports import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A decision reached, or to be reached, without comparing anything."""

    kind: str
    reason_code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CyclePreview:
    """What a cycle would stand on.

    Attributes:
        batch_seq: The newest batch it would see.
        head_seq: The newest row of its ledger, 0 on an empty one.
        production_version: What the candidate would be judged against; None: the baseline.
        decided: The cycle is decided already, and returns its row.
        ending: That decision, or the one no comparison is needed for; None: a candidate is judged.
        training: The rows that train, as in the cycle's references; None where none are read.
        holdout: The rows that judge.
        looks: In how many cycles the most used of those has judged, this one included.
        registry: How MLflow departs from the ledger; the cycle puts that right first.
    """

    model_name: str
    cycle_id: str
    as_of: datetime
    batch_seq: int
    head_seq: int
    production_version: int | None
    decided: bool
    ending: Ending | None
    training: dict[str, Any] | None = None
    holdout: dict[str, Any] | None = None
    looks: int = 0
    registry: tuple[str, ...] = ()


def preview_cycle(spec: ModelSpec, cycle_id: str, as_of: datetime, *, world: World) -> CyclePreview:
    """Return what the cycle would stand on now.

    Raises:
        InvalidTime: see `require_past`.
        RequestRefused: the cycle was planned at another as_of.
        RegistryDrift: see `foresee`.
        RegistryUnavailable, StoreBroken: what it reads does not answer.
    """
    require_past(as_of, world)
    rows = world.ledger.rows(spec.name)
    earlier = planned_before(spec.name, cycle_id, as_of, world)
    plan = CyclePlan(
        model_name=spec.name,
        cycle_id=cycle_id,
        as_of=as_of,
        batch_seq=earlier.batch_seq if earlier else newest_batch(world.tables),
        actor="",
        run_id="",
        seed=0,
    )
    decided = decision_of(rows, cycle_id)
    ending = decided or out_of_order(rows, as_of)
    read = _of_rows(spec, plan, rows, world) if ending is None else {"ending": _ending(ending)}
    now, last = serving(rows), head(rows)
    return CyclePreview(
        model_name=spec.name,
        cycle_id=cycle_id,
        as_of=as_of,
        batch_seq=plan.batch_seq,
        head_seq=last.seq if last else 0,
        production_version=now.production_version if now else None,
        decided=decided is not None,
        registry=foresee(spec.name, world).differences,
        **read,
    )


def _of_rows(
    spec: ModelSpec, plan: CyclePlan, rows: list[LedgerRow], world: World
) -> dict[str, Any]:
    cut = cut_of_cycle(spec, plan, rows, world)
    ending = ending_without_scores(
        training=training_stop(cut.training_rows, task=spec.task),
        holdout=cut.holdout.stop,
        leaks=cut.leaks,
        baseline=cut.baseline_only,
    )
    return {
        "ending": None if ending is None else _ending(ending),
        "training": training_set(plan, cut).snapshot,
        "holdout": holdout_set(plan, cut).snapshot,
        "looks": cut.holdout.looks,
    }


def _ending(of: Any) -> Ending:  # noqa: ANN401  (a verdict and a row have these three)
    return Ending(kind=str(of.kind), reason_code=str(of.reason_code), reason=of.reason)
