"""The start of a cycle: mark the attempt, build what is owed, reconcile, say what it stands on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fire_risk_assets.actions.attempts import open_attempt
from fire_risk_assets.actions.build_features import FeaturesReport, build_features
from fire_risk_assets.actions.find_owed_data import features_are_owed
from fire_risk_assets.actions.plan_cycle import (
    CyclePlan,
    plan_cycle,
    planned_before,
    require_past,
)
from fire_risk_assets.core.ledger.fold import decision_of
from fire_risk_assets.ports import World

LINEAGE = "lineage"
"""Name of the document that says which assets a cycle was made of."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A cycle that was opened.

    Attributes:
        plan: What it stands on.
        features: What had to be built first, None when nothing was owed.
    """

    plan: CyclePlan
    features: FeaturesReport | None


def open_cycle(
    model_name: str,
    cycle_id: str,
    as_of: datetime,
    *,
    actor: str,
    run_id: str,
    seed: int,
    world: World,
    begun: Callable[[], None],
    lineage: Mapping[str, Sequence[str]],
) -> Opened:
    """Begin an attempt of the cycle, unless it is decided, and return what it stands on.

    What can be refused by looking is refused first: a slip of whoever asks is no failure of the
    cycle, and builds nothing. Whatever fails or is killed after the mark is recorded as of the
    instant the cycle stands at.

    Args:
        model_name: The model.
        cycle_id: The cycle.
        as_of: Where it stands.
        actor: Who asks.
        run_id: The Dagster run of the attempt.
        seed: Of search, fit and test, unless an earlier attempt has drawn with another.
        world: Adapters.
        begun: Called once the attempt is marked, before anything is done for it.
        lineage: Assets of the cycle as they are defined now, with those each is made from: kept for
            whoever asks when they have changed.

    Raises:
        InvalidTime: see `require_past`.
        RequestRefused: the cycle was planned at another as_of.
        RegistryDrift, RegistryUnavailable, LedgerBroken: see `reconcile`.
    """
    require_past(as_of, world)
    planned_before(model_name, cycle_id, as_of, world)
    features = None
    if decision_of(world.ledger.rows(model_name), cycle_id) is None:
        open_attempt(model_name, cycle_id, as_of, run_id, world)
        begun()
        world.references.save(model_name, cycle_id, LINEAGE, {"assets": dict(lineage)})
        world.vault.warm_up()
        # A cycle stands on the newest batch: features built afterwards never exist for it.
        if features_are_owed(world.tables):
            features = build_features(world)
    plan = plan_cycle(
        model_name, cycle_id, as_of, actor=actor, run_id=run_id, seed=seed, world=world
    )
    return Opened(plan, features)
