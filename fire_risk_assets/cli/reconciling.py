"""One model's reconciliation as `fire-risk reconcile` reports it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fire_risk_assets.actions.check_invariants import model_findings, serving_findings
from fire_risk_assets.actions.reconcile import adopt, inspect
from fire_risk_assets.actions.recover import recover
from fire_risk_assets.core.redaction import redacted
from fire_risk_assets.errors import FireRiskError
from fire_risk_assets.ports import World

if TYPE_CHECKING:
    from fire_risk_assets.cli.commands import Invocation


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
        found = inspect(model_name, world).differences
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
        return [f"the files of what serves could not be looked at: {fact}".rstrip(".")]


def findings_of(found: Sequence[dict[str, Any]]) -> list[str]:
    """Return the findings of what `reconciled` returned, each with its model."""
    return [f"{each['model_name']}: {finding}" for each in found for finding in each["findings"]]


def remark_faults(
    call: "Invocation", findings: Sequence[str], failures: Mapping[str, FireRiskError]
) -> None:
    """Tell a person what no reconciliation mends, and which models ended in an error."""
    for finding in findings:
        call.output.remark(f"fire-risk: {finding}.")
    for name, fact in failures.items():
        said = redacted(str(fact)).rstrip(".")
        call.output.remark(f"fire-risk: {name} failed. {said}. {call.typed(fact.remedy)}")


def failed(model_name: str, fact: FireRiskError) -> dict[str, Any]:
    """Return what stands for a model whose reconciliation ended in an error."""
    return {
        "model_name": model_name,
        "consistent": False,
        "actions": [],
        "findings": [],
        "error": redacted(str(fact)),
    }
