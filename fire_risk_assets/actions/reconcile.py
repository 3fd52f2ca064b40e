"""RECONCILE: the ledger decides; MLflow is restored to it, or what it shows is adopted on purpose.

Level-triggered and without undo: at the start of every cycle, by a sensor, from the command line.
"""

from dataclasses import dataclass

from fire_risk_assets.actions.append_event import append_event
from fire_risk_assets.actions.project import CHECK, Projection, project, shown
from fire_risk_assets.actions.resolve_version import resolve_version
from fire_risk_assets.core.ledger.events import Event
from fire_risk_assets.core.ledger.fold import serving
from fire_risk_assets.core.projection import differences, is_drift
from fire_risk_assets.errors import CycleRefused
from fire_risk_assets.ports import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How MLflow departs from the ledger.

    Attributes:
        drift: True when somebody moved something by hand.
        serving_seq: Seq of the row that put the present version into production, 0 for none.
        alias: Version the alias names.
    """

    differences: tuple[str, ...]
    drift: bool
    serving_seq: int
    alias: int | None


def inspect(model_name: str, world: World) -> Found:
    """Compare MLflow with the ledger's head; changes nothing."""
    head = serving(world.ledger.rows(model_name))
    now = shown(model_name, world)
    found = differences(now, head.production_version if head else None)
    check = world.references.load(model_name, *CHECK) or {}
    seq = head.seq if head else 0
    drift = is_drift(found, verified_seq=int(check.get("seq", 0)), serving_seq=seq)
    return Found(differences=tuple(found), drift=drift, serving_seq=seq, alias=now.alias)


def reconcile(model_name: str, world: World, *, actor: str) -> Projection:
    """Restore MLflow to the ledger's head; drift made by hand gets a `repair` row.

    Raises:
        RegistryDrift, RegistryUnavailable, LedgerBroken.
    """
    found = inspect(model_name, world)
    if not found.differences:
        return project(model_name, world)
    if found.drift:
        _record_repair(model_name, found, actor, world)
    projection = project(model_name, world)
    return Projection(
        consistent=projection.consistent, actions=(*found.differences, *projection.actions)
    )


def adopt(model_name: str, world: World, *, actor: str, reason: str) -> Projection:
    """Make what the alias shows the truth, as an explicit event.

    Raises:
        CycleRefused: there is no drift, or the alias names nothing.
        ArtifactMismatch, ArtifactRejected: the version does not verify.
    """
    found = inspect(model_name, world)
    if not found.drift or found.alias is None:
        raise CycleRefused(
            f"Nothing to adopt for {model_name}: the alias names {found.alias} and"
            f" {'was not moved by hand' if not found.drift else 'cannot serve'}.",
            remedy="Use `fire-risk reconcile` to bring MLflow into line with the ledger.",
        )
    version = resolve_version(model_name, found.alias, world)
    event = Event(
        model_name=model_name,
        cycle_id=f"drift-{found.serving_seq}-{found.alias}",
        request="adopt",
        kind="adopt",
        reason_code="drift",
        reason=reason,
        actor=actor,
        moves_to=found.alias,
        moves_to_sha256=version.sha256,
        evidence={"candidate_version": found.alias, "candidate_sha256": version.sha256},
    )
    append_event(model_name, event.event_id, lambda _rows: event, world)
    return project(model_name, world)


def _record_repair(model_name: str, found: Found, actor: str, world: World) -> None:
    head = world.ledger.rows(model_name)[-1]
    event = Event(
        model_name=model_name,
        cycle_id=f"drift-{head.seq}",
        request="repair",
        kind="repair",
        reason_code="drift",
        reason=f"Restored after a change by hand: {'; '.join(found.differences)}.",
        actor=actor,
    )
    append_event(model_name, event.event_id, lambda _rows: event, world)
