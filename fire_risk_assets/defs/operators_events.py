"""What an operator did from the command line, as events of the assets it changed.

`promote`, `rollback` and `reconcile` must work in seconds and with Dagster down, so they write the
ledger and no Dagster event; the reconcile sensor reports it afterwards: the pointer as made anew,
since its page shows what was made last, and the table as observed, since of a materialisation its
checks would be owed.
"""

import dagster as dg

from fire_risk_assets.actions.status import status
from fire_risk_assets.core.ledger.kinds import POINTER_MOVES
from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS
from fire_risk_assets.core.verdict import Kind
from fire_risk_assets.defs.assets.chain import POINTER_ASSET
from fire_risk_assets.defs.assets.registry import status_metadata
from fire_risk_assets.defs.metadata import row_metadata
from fire_risk_assets.defs.resources import Home

_ACTS = POINTER_MOVES | {Kind.REPAIR}


def unreported(
    home: Home, model_name: str, reported_seq: int | None
) -> tuple[list[dg.AssetMaterialization | dg.AssetObservation], int]:
    """Return the events of what was moved outside Dagster, and the seq reported now.

    A pointer moved or restored; an attempt that failed outside is no act of an operator.

    Args:
        home: The home.
        model_name: The model.
        reported_seq: Seq of the last row looked at, 0 when there was none; None when nobody has
            looked yet: then only the last row counts.
    """
    rows = home.world.ledger.rows(model_name)
    if not rows:
        return [], 0
    since = rows[-1].seq - 1 if reported_seq is None else reported_seq
    new = [
        row for row in rows if row.seq > since and row.dagster_run_id is None and row.kind in _ACTS
    ]
    if not new:
        return [], rows[-1].seq
    found = status((model_name,), home.world.ledger, home.world.references)
    return [
        *(
            dg.AssetMaterialization(
                [model_name, POINTER_ASSET], metadata=row_metadata(row, home.settings)
            )
            for row in new
        ),
        dg.AssetObservation(REGISTRY_STATUS.name, metadata=status_metadata(found)),
    ], rows[-1].seq
