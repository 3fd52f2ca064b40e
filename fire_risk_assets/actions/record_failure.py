"""A failed attempt of a cycle: opened when it starts, closed when it ends, recorded if it fails.

Three nets write the `fail` row: the job's failure hook in process, RECONCILE at the next start of
any cycle after a kill, and a sensor that finds ticks nobody ran.
"""

from datetime import datetime
from typing import Any

from fire_risk_assets.actions.append_event import append_event
from fire_risk_assets.core.instants import iso, parse_instant
from fire_risk_assets.core.ledger.events import Event
from fire_risk_assets.core.ledger.fold import attempts, decision_of
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.ports import World

ATTEMPT = "attempt"
"""Name of the reference that marks an attempt under way."""


def open_attempt(
    model_name: str, cycle_id: str, as_of: datetime, run_id: str, world: World
) -> None:
    """Mark that this process attempts the cycle, before anything can fail."""
    document = {"run_id": run_id, "as_of": iso(as_of), "process": world.processes.me()}
    world.references.save(model_name, cycle_id, ATTEMPT, document)


def close_attempt(model_name: str, cycle_id: str, world: World) -> None:
    """Mark that the attempt ended, well or recorded as failed."""
    world.references.forget(model_name, cycle_id, ATTEMPT)


def record_failure(
    model_name: str, cycle_id: str, *, step: str, reason: str, actor: str, world: World
) -> LedgerRow | None:
    """Append the `fail` row of an attempt; None when the cycle is decided already.

    The row has a number of its own in its event id, so it never stands in a retry's way.
    """
    rows = world.ledger.rows(model_name)
    if decision_of(rows, cycle_id) is not None:
        close_attempt(model_name, cycle_id, world)
        return None
    number = attempts(rows, cycle_id) + 1
    event = Event(
        model_name=model_name,
        cycle_id=cycle_id,
        request=f"fail:{number}",
        kind="fail",
        reason_code=step,
        reason=reason,
        actor=actor,
        evidence=_evidence(model_name, cycle_id, world),
    )
    row = append_event(model_name, event.event_id, lambda _rows: event, world)
    close_attempt(model_name, cycle_id, world)
    return row


def _evidence(model_name: str, cycle_id: str, world: World) -> dict[str, Any]:
    # The instant the cycle stands at also tells a home that replays the past when it failed.
    attempt = world.references.load(model_name, cycle_id, ATTEMPT)
    as_of = {} if attempt is None else {"as_of": parse_instant(attempt["as_of"])}
    return as_of | world.provenance.columns()


def record_killed(model_name: str, world: World, *, actor: str) -> list[LedgerRow]:
    """Record every attempt of the model whose process no longer exists."""
    recorded = []
    for cycle_id, document in world.references.find(model_name, ATTEMPT).items():
        if world.processes.alive(document["process"]):
            continue
        row = record_failure(
            model_name,
            cycle_id,
            step="killed",
            reason=f"The process of run {document['run_id']} ended without a word.",
            actor=actor,
            world=world,
        )
        close_attempt(model_name, cycle_id, world)
        if row is not None:
            recorded.append(row)
    return recorded
