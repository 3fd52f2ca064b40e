"""One model's reconciliation as `fire-risk reconcile` reports it."""

from collections.abc import Sequence
from typing import Any

from fire_risk_assets.actions.check_invariants import model_findings, serving_findings
from fire_risk_assets.actions.reconcile import adopt, foresee
from fire_risk_assets.actions.recover import recover
from fire_risk_assets.core.redaction import redacted
from fire_risk_assets.errors import FireRiskError
from fire_risk_assets.ports import World


def reconciled(
    model_name: str, world: World, *, actor: str, adopt_because: str | None, dry_run: bool
) -> dict[str, Any]:
    """Return {model_name, consistent, actions, findings}: what differs, or what was done.

    Findings are what no reconciliation mends: a ledger that is not whole, an alias without a row,
    files of the version that serves which are not those of its row.

    Raises:
        RequestRefused, ArtifactMismatch: nothing to adopt, or it does not verify.
        RegistryDrift, RegistryUnavailable, LedgerBroken, StoreBusy.
    """
    if dry_run:
        found = foresee(model_name, world).differences
        return _told(model_name, world, consistent=not found, actions=found)
    if adopt_because is not None:
        projection = adopt(model_name, world, actor=actor, reason=adopt_because)
        actions = projection.actions
    else:
        recovered = recover(model_name, world, actor=actor)
        projection, actions = recovered.projection, recovered.actions
    return _told(model_name, world, consistent=projection.consistent, actions=actions)


def _told(
    model_name: str, world: World, *, consistent: bool, actions: Sequence[str]
) -> dict[str, Any]:
    return {
        "model_name": model_name,
        "consistent": consistent,
        "actions": list(actions),
        "findings": [*model_findings(model_name, world), *_files(model_name, world)],
    }


def _files(model_name: str, world: World) -> list[str]:
    """Return what is wrong with the files that serve; not being able to look hides nothing done."""
    try:
        return serving_findings(model_name, world)
    except FireRiskError as fact:
        if fact.permanent:
            raise
        return [f"the files of what serves could not be looked at: {fact}"]


def failed(model_name: str, fact: FireRiskError) -> dict[str, Any]:
    """Return what stands for a model whose reconciliation ended in an error."""
    return {
        "model_name": model_name,
        "consistent": False,
        "actions": [],
        "findings": [],
        "error": redacted(str(fact)),
    }
