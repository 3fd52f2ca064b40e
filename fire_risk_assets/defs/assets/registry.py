"""`registry_status` as a whole: verified, compacted, and shown as the status table."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg

from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS
from fire_risk_assets.defs.assets.chain import POINTER_ASSET
from fire_risk_assets.defs.failures import as_failures
from fire_risk_assets.defs.metadata import OWNER, column_schema, markdown_table
from fire_risk_assets.defs.resources import Home

if TYPE_CHECKING:
    from fire_risk_assets.actions.status import ModelStatus


def registry_status_asset(models: Sequence[str]) -> dg.AssetsDefinition:
    """Return the asset downstream of every model's pointer."""

    @dg.asset(
        name=REGISTRY_STATUS.name,
        group_name="registry",
        owners=[OWNER],
        kinds={"deltalake"},
        code_version="1",
        description=f"{REGISTRY_STATUS.description} Who serves is what its last pointer move says;"
        " MLflow is its projection.",
        deps=[dg.AssetKey([model, POINTER_ASSET]) for model in models],
        metadata={
            "dagster/column_schema": column_schema(REGISTRY_STATUS),
            "dagster/table_name": REGISTRY_STATUS.name,
        },
    )
    def registry_status(home: dg.ResourceParam[Home]) -> dg.MaterializeResult:
        from fire_risk_assets.actions.compact import compact_ledger
        from fire_risk_assets.actions.status import status

        with as_failures():
            world = home.world
            world.crash.reach("REPORT:before")
            found = status(tuple(models), world.ledger, world.references)
            compacted = compact_ledger(found, world)
            world.crash.reach("REPORT:after")
        return dg.MaterializeResult(metadata=status_metadata(found) | compacted.facts)

    return registry_status


def status_metadata(found: "Sequence[ModelStatus]") -> dict[str, Any]:
    """Return the status of all models as the asset's page shows it."""
    return {
        "status": markdown_table([_line(each) for each in found]),
        "dagster/row_count": sum(each.seq for each in found),
        "models whose chain is whole": sum(each.ledger_ok for each in found),
        "models": len(found),
    }


def _line(each: "ModelStatus") -> dict[str, object]:
    # Few and short columns: the page shows 50 characters of a table and cuts the rest.
    return {
        "model": each.model_name,
        "serves": each.production_version,
        "since": None if each.since is None else f"{each.since:%Y-%m-%d}",
        "last event": f"{each.kind}: {each.reason_code}" if each.kind else None,
        "whole": each.ledger_ok,
        "agrees": each.consistent,
    }
