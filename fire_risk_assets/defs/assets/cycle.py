"""The cycle of one model, five assets by one factory: rows, rows, candidate, verdict, pointer.

Every body calls one action of the chain and hands its reference on. How models differ is in their
`ModelSpec`, not here.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import dagster as dg

from fire_risk_assets.defs.assets.chain import Chain
from fire_risk_assets.defs.assets.decision import (
    adjudication_result_of,
    candidate_model_of,
    production_model_pointer_of,
)
from fire_risk_assets.defs.assets.row_sets import holdout_set_of, training_set_of

if TYPE_CHECKING:
    from fire_risk_assets.core.models.spec import ModelSpec


def chain_assets(
    spec: "ModelSpec", partitions: dg.PartitionsDefinition | None, *, data: Sequence[dg.AssetKey]
) -> list[dg.AssetsDefinition]:
    """Return the assets of one model's cycle.

    Args:
        spec: The model.
        partitions: Its cycles; None for runs at an instant that is no tick.
        data: Tables the cycle reads. They order the graph and are no inputs: a cycle reads what
            was known at its as_of, not what one partition above holds.
    """
    chain = Chain(spec, partitions)
    return [
        training_set_of(chain, data),
        holdout_set_of(chain, data),
        candidate_model_of(chain),
        adjudication_result_of(chain),
        production_model_pointer_of(chain),
    ]
