"""What every start owes a model: attempts that died are recorded, MLflow is brought into line.

At the start of each cycle, by the sensor, from the command line; alone, under the model's lease.
"""

from collections.abc import Callable
from dataclasses import dataclass

from fire_risk_assets.actions.project import Projection
from fire_risk_assets.actions.reconcile import reconcile
from fire_risk_assets.actions.record_failure import record_killed
from fire_risk_assets.core.leases import promotion
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.ports import World


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was put right.

    Attributes:
        killed: `fail` rows written now, of attempts whose process no longer exists.
        projection: What MLflow shows now, and what was changed there.
    """

    killed: tuple[LedgerRow, ...]
    projection: Projection

    @property
    def actions(self) -> tuple[str, ...]:
        """What was done, one sentence each."""
        dead = (f"recorded as killed: cycle {row.cycle_id}" for row in self.killed)
        return (*self.projection.actions, *dead)


def recover(
    model_name: str,
    world: World,
    *,
    actor: str,
    patience_s: float | None = None,
    is_over: Callable[[str], bool] | None = None,
) -> Recovered:
    """Record the dead and reconcile, as one holder of the model's lease.

    Args:
        model_name: The model.
        world: The adapters.
        actor: Who asks.
        patience_s: How long to wait for the lease, in seconds; None: the setting.
        is_over: See `record_killed`.

    Raises:
        StoreBusy: another process holds the lease.
        RegistryDrift, RegistryUnavailable, LedgerBroken: see `reconcile`.
    """
    with world.lease.hold(promotion(model_name), patience_s=patience_s):
        return recover_held(model_name, world, actor=actor, is_over=is_over)


def recover_held(
    model_name: str, world: World, *, actor: str, is_over: Callable[[str], bool] | None = None
) -> Recovered:
    """Do what `recover` does, for a holder of the promotion lease."""
    killed = record_killed(model_name, world, actor=actor, is_over=is_over)
    return Recovered(tuple(killed), reconcile(model_name, world, actor=actor))
