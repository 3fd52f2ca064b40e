"""An operator's move of the production pointer: rollback, or a forced promotion. Trains nothing."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from fire_risk_assets.actions.append_event import append_event, projection_owed
from fire_risk_assets.actions.pointer_event import pointer_event
from fire_risk_assets.actions.project import last_check, project
from fire_risk_assets.actions.reconcile import reconcile, unmoved
from fire_risk_assets.core.digest import sha256_of_json
from fire_risk_assets.core.leases import promotion
from fire_risk_assets.core.ledger.events import Event, row_for
from fire_risk_assets.core.ledger.fold import (
    asked_before,
    promoted_versions,
    row_of,
    served_before,
    serving,
    serving_at,
)
from fire_risk_assets.core.ledger.row import LedgerRow, event_id
from fire_risk_assets.core.verdict import Reason
from fire_risk_assets.errors import NothingServed, RegistryDrift, RequestRefused
from fire_risk_assets.ports import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What an operator asks for.

    Attributes:
        kind: `rollback` to a version that served, or `promote` of any registered one.
        version: Target; None for a rollback: what served before, or at `at`.
        at: Roll back to what served at this instant.
        key: The operator's key; the same key is the same event. None: a digest of the request.
        run_id: Dagster run that carries it out, None outside of one.
        seen: Seq of the pointer move in force when a person agreed (0: none); refused when
            another is in force by now. None: nobody was shown anything.
    """

    model_name: str
    kind: Literal["rollback", "promote"]
    reason: str
    actor: str
    version: int | None = None
    at: datetime | None = None
    key: str | None = None
    run_id: str | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PointerMove:
    """What was done, or would be.

    Attributes:
        row: The row written, planned or already there.
        outcome: `written` now; `planned`, it would be written; `recorded` before, under the same
            key or by a call that ended before MLflow showed it; `serves`, the target does already.
        consistent: MLflow shows the head now; None when this call moved nothing.
        seen: Seq of the pointer move in force, 0 for none.
    """

    row: LedgerRow
    outcome: Literal["written", "planned", "recorded", "serves"]
    consistent: bool | None = None
    seen: int = 0


def change_pointer(request: Request, world: World) -> PointerMove:
    """Verify the target, record the event, bring MLflow into line.

    Raises:
        RequestRefused: no reason given, an unknown target, one that never served (rollback), or
            the pointer has moved since it was shown.
        NothingServed: nothing served before, or at the time asked for.
        ArtifactMismatch, ArtifactRejected: the target does not verify or does not load.
        ProjectionOwed: the event is recorded; what came after it ended in an error.
    """
    name = request.model_name
    with world.lease.hold(promotion(name)):
        # Looked for before RECONCILE, which completes what tells a repetition from a new request.
        if (done := _recorded(request, world.ledger.rows(name), world)) is not None:
            with projection_owed(done.event_id, name, world), suppress(RegistryDrift):
                reconcile(name, world, actor=request.actor)
            return PointerMove(row=done, outcome="recorded")
        # Rolling back is the remedy when what serves was deleted: that must not stop it.
        with suppress(RegistryDrift):
            reconcile(name, world, actor=request.actor)
        rows = world.ledger.rows(name)
        prepared = _prepared(request, rows, world)
        if isinstance(prepared, PointerMove):
            return prepared
        with projection_owed(prepared.event_id, name, world):
            row = append_event(prepared, world, against=lambda now: unmoved(prepared, rows, now))
            projection = project(name, world)
        return PointerMove(row=row, outcome="written", consistent=projection.consistent)


def plan_pointer_change(request: Request, world: World) -> PointerMove:
    """Do everything `change_pointer` does up to the write: verify, load, and show the row."""
    rows = world.ledger.rows(request.model_name)
    if (done := _recorded(request, rows, world)) is not None:
        return PointerMove(row=done, outcome="recorded", seen=_seen(rows))
    prepared = _prepared(request, rows, world)
    if isinstance(prepared, PointerMove):
        return prepared
    row = row_for(prepared, rows, now=world.clock.deciding(rows, None))
    return PointerMove(row=row, outcome="planned", seen=_seen(rows))


def as_shown(request: Request, move: PointerMove) -> Request:
    """Return the request for what a person was shown, whatever has happened since.

    Args:
        request: What was asked for; its default target follows the ledger.
        move: What `plan_pointer_change` said of it.
    """
    if move.outcome == "recorded":
        return replace(request, key=move.row.cycle_id)
    return replace(request, version=move.row.production_version, at=None, seen=move.seen)


def _prepared(request: Request, rows: list[LedgerRow], world: World) -> Event | PointerMove:
    """Return the event to record, its target verified; or why there is nothing to record."""
    _require_seen(request, rows)
    target = _target(request, rows)
    if (already := _already_serving(rows, target)) is not None:
        return PointerMove(row=already, outcome="serves", seen=_seen(rows))
    return _event(request, target, rows, world)


def _target(request: Request, rows: list[LedgerRow]) -> int:
    if not request.reason.strip():
        raise RequestRefused("A reason is required: history is read by people.")
    if request.kind == "promote":
        if request.version is None:
            raise RequestRefused("A forced promotion names its version.")
        return request.version
    target = request.version
    if request.at is not None:
        row = serving_at(rows, request.at)
        target = row.production_version if row else None
        if target is None:
            raise NothingServed(
                f"Nothing of {request.model_name} served at {request.at:%Y-%m-%d %H:%M} UTC."
            )
    elif target is None:
        target = served_before(rows)
    if target is None:
        raise NothingServed(
            f"{request.model_name} has no earlier version to go back to: none served before the"
            " present one, leaving out those that rollbacks took out.",
            remedy="Name a version with --to (`fire-risk history MODEL` shows which served).",
        )
    served = promoted_versions(rows)
    if target not in served:
        raise RequestRefused(
            f"{request.model_name} version {target} never served; these did: {sorted(served)}.",
            remedy="To put another version into production use `fire-risk promote`.",
        )
    return target


def _already_serving(rows: list[LedgerRow], target: int) -> LedgerRow | None:
    now = serving(rows)
    return now if now is not None and now.production_version == target else None


def _recorded(request: Request, rows: list[LedgerRow], world: World) -> LedgerRow | None:
    """Return the row of this very request, by its key or as the last move MLflow has not shown.

    The second is a repetition: whoever asked got an error, or was killed, between COMMIT and
    VERIFY. A default target worked out anew would go back a second step.
    """
    if request.key is not None:
        return row_of(rows, event_id(request.model_name, request.key, request.kind))
    if request.version is not None or request.at is not None:
        return None
    check = last_check(request.model_name, world.references)
    return asked_before(
        rows,
        kind=request.kind,
        reason=request.reason,
        actor=request.actor,
        verified_seq=check.serving_seq if check else 0,
    )


def _seen(rows: list[LedgerRow]) -> int:
    now = serving(rows)
    return now.seq if now else 0


def _require_seen(request: Request, rows: list[LedgerRow]) -> None:
    now = serving(rows)
    if request.seen is None or request.seen == _seen(rows):
        return
    by = "nothing serves" if now is None else (
        f"row {now.seq} ({now.kind}, {now.actor}) put version {now.production_version} into service"
    )  # fmt: skip
    raise RequestRefused(
        f"What was shown of {request.model_name} is no longer so: {by}. Nothing was moved.",
        remedy="Ask again to see what would happen now.",
    )


def _event(request: Request, target: int, rows: list[LedgerRow], world: World) -> Event:
    asked = [request.kind, target, request.reason, _seen(rows)]
    event = Event(
        model_name=request.model_name,
        cycle_id=request.key or f"{request.kind}-{sha256_of_json(asked)[:16]}",
        request=request.kind,
        kind=request.kind,
        reason_code=Reason.FORCED if request.kind == "promote" else Reason.OPERATOR,
        reason=request.reason,
        actor=request.actor,
        evidence={"dagster_run_id": request.run_id},
    )
    return pointer_event(event, target, rows, world)
