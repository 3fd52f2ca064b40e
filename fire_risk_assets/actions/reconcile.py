"""RECONCILE: the ledger decides; MLflow is restored to it, or what it shows is adopted on purpose.

Level-triggered and without undo: at the start of every cycle, by a sensor, from the command line.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fire_risk_assets.actions.append_event import append_event, projection_owed
from fire_risk_assets.actions.pointer_event import pointer_event
from fire_risk_assets.actions.project import (
    Projection,
    deleted,
    last_check,
    project,
    require_version,
    shown,
    verified_against,
)
from fire_risk_assets.core.leases import promotion
from fire_risk_assets.core.ledger.events import Event
from fire_risk_assets.core.ledger.fold import serving
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.projection import Shown, differences, is_drift
from fire_risk_assets.core.verdict import Kind, Reason
from fire_risk_assets.errors import RequestRefused
from fire_risk_assets.ports import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How MLflow departs from the ledger.

    Attributes:
        drift: True when somebody moved something by hand.
        serving: The pointer move MLflow was compared with, None when nothing serves.
        verified_head: Seq of the ledger's head when MLflow was last verified, 0 for never.
        shown: What MLflow shows.
    """

    differences: tuple[str, ...]
    drift: bool
    serving: LedgerRow | None
    verified_head: int
    shown: Shown

    @property
    def alias(self) -> int | None:
        """Version the alias names."""
        return self.shown.alias

    @property
    def target(self) -> int | None:
        """Version that serves by the ledger."""
        return self.serving.production_version if self.serving else None


def inspect(model_name: str, world: World) -> Found:
    """Compare MLflow with the ledger's head; changes nothing."""
    now = serving(world.ledger.rows(model_name))
    registry = shown(model_name, world)
    found = differences(registry, now.production_version if now else None)
    check = last_check(model_name, world.references)
    return Found(
        differences=tuple(found),
        drift=is_drift(
            found,
            verified_seq=check.serving_seq if check else 0,
            serving_seq=now.seq if now else 0,
        ),
        serving=now,
        verified_head=check.head_seq if check else 0,
        shown=registry,
    )


def foresee(model_name: str, world: World) -> Found:
    """Return what `reconcile` would mend; changes nothing.

    Raises:
        RegistryDrift: it could not: the version that serves was deleted.
    """
    found = inspect(model_name, world)
    if (gone := deleted(model_name, found.target, found.shown)) is not None:
        raise gone
    return found


def reconcile(model_name: str, world: World, *, actor: str) -> Projection:
    """Restore MLflow to the ledger's head; drift made by hand gets a `repair` row.

    For holders of the promotion lease; others call `recover`.

    Raises:
        RegistryDrift, RegistryUnavailable, LedgerBroken.
    """
    found = inspect(model_name, world)
    if not found.differences and verified_against(found.serving, model_name, world):
        return Projection(consistent=True, actions=())
    if found.drift:
        # Before the row: it says that MLflow was restored, and there must be what to restore.
        require_version(model_name, found.target, found.shown, world)
        _record_repair(model_name, found, actor, world)
    projection = project(model_name, world)
    return Projection(
        consistent=projection.consistent, actions=(*found.differences, *projection.actions)
    )


def adopt(model_name: str, world: World, *, actor: str, reason: str) -> Projection:
    """Make what the alias shows the truth, as an explicit event; takes the promotion lease.

    Raises:
        RequestRefused: there is no drift, or the alias names nothing.
        ArtifactMismatch, ArtifactRejected: the version does not verify.
    """
    with world.lease.hold(promotion(model_name)):
        return _adopted(model_name, world, actor, reason)


def _adopted(model_name: str, world: World, actor: str, reason: str) -> Projection:
    found = inspect(model_name, world)
    if not found.drift or found.alias is None:
        raise RequestRefused(
            f"Nothing to adopt for {model_name}: the alias names {found.alias} and"
            f" {'was not moved by hand' if not found.drift else 'cannot serve'}.",
            remedy="Use `fire-risk reconcile` to bring MLflow into line with the ledger.",
        )
    rows = world.ledger.rows(model_name)
    event = pointer_event(
        Event(
            model_name=model_name,
            cycle_id=f"drift-{found.verified_head}-{found.alias}",
            request="adopt",
            kind=Kind.ADOPT,
            reason_code=Reason.DRIFT,
            reason=reason,
            actor=actor,
        ),
        found.alias,
        rows,
        world,
    )
    with projection_owed(event.event_id, model_name, world):
        append_event(event, world, against=lambda now: unmoved(event, rows, now))
        return project(model_name, world)


def unmoved(event: Event, before: Sequence[LedgerRow], now: Sequence[LedgerRow]) -> Event:
    """Return a person's event if nothing it was decided on has changed.

    Raises:
        RequestRefused: another pointer move was recorded; a person must look again.
    """
    if serving(now) != serving(before):
        raise RequestRefused(
            f"Another promoter moved {event.model_name} while this was prepared.",
            remedy="Look at `fire-risk status` and ask again if it is still wanted.",
        )
    return event


def _record_repair(model_name: str, found: Found, actor: str, world: World) -> None:
    event = Event(
        model_name=model_name,
        # One row a drift: named by the last state that was verified, however often it takes to
        # bring MLflow back to it.
        cycle_id=f"drift-{found.verified_head}",
        request="repair",
        kind=Kind.REPAIR,
        reason_code=Reason.DRIFT,
        reason=f"Changed by hand, to be restored: {'; '.join(found.differences)}.",
        actor=actor,
        evidence=world.provenance.columns(),
    )
    append_event(event, world)
