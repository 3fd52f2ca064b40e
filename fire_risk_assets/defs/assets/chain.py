"""What the five assets of a model's cycle share: their names, their declaration, passing on.

A cycle that is decided already, or stopped before training, passes through without work: retries,
duplicate ticks and backfills then end in the row that exists. The assets are in `row_sets.py` and
`decision.py`, their order in `cycle.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dagster as dg

from fire_risk_assets.defs.io_managers import empty_reference, handed_over
from fire_risk_assets.defs.metadata import OWNER
from fire_risk_assets.defs.resources import CycleResource, Home

if TYPE_CHECKING:
    from fire_risk_assets.actions.plan_cycle import CyclePlan
    from fire_risk_assets.core.models.spec import ModelSpec

CHAIN = (
    "training_set",
    "holdout_set",
    "candidate_model",
    "adjudication_result",
    "production_model_pointer",
)
POINTER_ASSET = CHAIN[-1]
"""The asset that moves, whoever asks: cycles, operators, repairs."""
CODE_VERSION = "1"
"""Raised when what an asset of the chain makes changes its meaning."""


@dataclass(frozen=True, slots=True)
class Chain:
    """What the assets of one model share.

    Attributes:
        spec: The model.
        partitions: Its cycles; None for runs at an instant that is no tick.
    """

    spec: "ModelSpec"
    partitions: dg.PartitionsDefinition | None

    def key(self, name: str) -> dg.AssetKey:
        """Return the key of an asset of this model."""
        return dg.AssetKey([self.spec.name, name])

    def arguments(self, name: str, description: str, *kinds: str) -> dict[str, Any]:
        """Return what every asset of the chain is declared with."""
        return {
            "key": self.key(name),
            "group_name": self.spec.name,
            "owners": [OWNER],
            "kinds": set(kinds),
            "code_version": CODE_VERSION,
            "partitions_def": self.partitions,
            "io_manager_key": "references",
            "description": description,
            "tags": {"model": self.spec.name},
        }


def resumed(home: Home, cycle: CycleResource, chain: Chain) -> "CyclePlan":
    """Return the plan of the cycle, as the attempt of this run."""
    from fire_risk_assets.actions.plan_cycle import resume_plan

    key = cycle.key
    return resume_plan(
        chain.spec.name, key.cycle_id, actor=key.actor, run_id=cycle.run_id, world=home.world
    )


def passed_on(
    home: Home,
    cycle_id: str,
    chain: Chain,
    name: str,
    *,
    stop: Mapping[str, Any] | None = None,
    checks: Sequence[dg.AssetCheckSpec] = (),
) -> dg.MaterializeResult[Any]:
    """Hand on what an earlier attempt stored, or an empty reference, without work.

    Args:
        home: Where references are.
        cycle_id: The cycle.
        chain: The model.
        name: The asset.
        stop: The verdict that made the work needless; None: the cycle is decided.
        checks: Checks of the asset, passed with a note.
    """
    stored = home.world.references.load(chain.spec.name, cycle_id, name)
    value = handed_over()[name].from_json(stored) if stored else empty_reference(name)
    why = stop["reason"] if stop else "The cycle is decided already."
    return dg.MaterializeResult(
        value=value,
        metadata={"passed on": why},
        check_results=[
            dg.AssetCheckResult(passed=True, check_name=check.name, metadata={"not checked": why})
            for check in checks
        ],
    )
