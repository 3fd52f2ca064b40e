"""One model's reconciliation as `fire-risk reconcile` reports it."""

from typing import Any

from fire_risk_assets.actions.reconcile import adopt, inspect
from fire_risk_assets.actions.recover import recover
from fire_risk_assets.core.redaction import redacted
from fire_risk_assets.errors import FireRiskError
from fire_risk_assets.ports import World


def reconciled(
    model_name: str, world: World, *, actor: str, adopt_because: str | None, dry_run: bool
) -> dict[str, Any]:
    """Return {model_name, consistent, actions}: what differs (dry run), or what was done.

    Raises:
        RequestRefused, ArtifactMismatch: nothing to adopt, or it does not verify.
        RegistryDrift, RegistryUnavailable, LedgerBroken, StoreBusy.
    """
    if dry_run:
        found = inspect(model_name, world).differences
        return {"model_name": model_name, "consistent": not found, "actions": list(found)}
    if adopt_because is not None:
        projection = adopt(model_name, world, actor=actor, reason=adopt_because)
        actions = projection.actions
    else:
        recovered = recover(model_name, world, actor=actor)
        projection, actions = recovered.projection, recovered.actions
    return {
        "model_name": model_name,
        "consistent": projection.consistent,
        "actions": list(actions),
    }


def failed(model_name: str, fact: FireRiskError) -> dict[str, Any]:
    """Return what stands for a model whose reconciliation ended in an error."""
    return {
        "model_name": model_name,
        "consistent": False,
        "actions": [],
        "error": redacted(str(fact)),
    }
