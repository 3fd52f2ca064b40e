"""Which version a reader may use, now or then: asked once, and only what a ledger row explains."""

from collections.abc import Sequence
from datetime import datetime

from fire_risk_assets.core.ledger.chain import content_findings
from fire_risk_assets.core.ledger.fold import explaining, serving, serving_at
from fire_risk_assets.core.ledger.invariants import remedies
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.errors import LedgerBroken, NothingServed, RegistryDrift
from fire_risk_assets.ports import World


def resolve_serving(model_name: str, world: World) -> LedgerRow:
    """Return the row by which the version under the production alias serves.

    Raises:
        NothingServed: no version was ever promoted.
        RegistryDrift: the alias is not set, or names a version that no row makes serve.
        LedgerBroken: the row was changed after it was written.
        RegistryUnavailable: MLflow does not answer.
    """
    # Before the rows: what the alias shows had its row before.
    alias = world.registry.production_alias(model_name)
    rows = world.ledger.rows(model_name)
    if alias is None and serving(rows) is None:
        raise NothingServed(f"No version of {model_name} serves; none was ever promoted.")
    row = None if alias is None else explaining(rows, alias)
    if row is None:
        said = "is not set" if alias is None else f"names version {alias}, which no row makes serve"
        raise RegistryDrift(f"The production alias of {model_name} {said}.")
    return unchanged(row)


def resolve_served(rows: Sequence[LedgerRow], model_name: str, instant: datetime) -> LedgerRow:
    """Return the row by which a version served at an instant.

    Args:
        rows: The model's ledger.
        model_name: For people.
        instant: Then.

    Raises:
        NothingServed: nothing had been promoted by then.
        LedgerBroken: the row was changed after it was written.
    """
    row = serving_at(rows, instant)
    if row is None:
        raise nothing_served(rows, model_name, instant)
    return unchanged(row)


def nothing_served(rows: Sequence[LedgerRow], model_name: str, instant: datetime) -> NothingServed:
    """Return why nobody can say what served at an instant."""
    first = next((r.decided_at for r in rows if r.production_version is not None), None)
    known = (
        f"the first version served from {first:%Y-%m-%d %H:%M} UTC" if first else "none ever did"
    )
    return NothingServed(
        f"No version of {model_name} served at {instant:%Y-%m-%d %H:%M} UTC; {known}."
    )


def unchanged(row: LedgerRow) -> LedgerRow:
    """Return a row that is as it was written.

    The row alone, which a million others must not slow down; `status` looks at the chain.

    Raises:
        LedgerBroken: it was changed since.
    """
    if edited := content_findings(row):
        raise LedgerBroken(
            f"The ledger of {row.model_name} is not whole. {edited[0]}.",
            remedy=" ".join(remedies(edited)),
        )
    return row
