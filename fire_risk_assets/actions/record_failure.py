"""A failed attempt of a cycle, recorded as a `fail` row of its own.

Three nets write it: the job's failure hook in process, RECONCILE at the next start of any cycle
after a kill, and a sensor that finds ticks nobody ran.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from fire_risk_assets.actions.append_event import TRIES, append_event
from fire_risk_assets.actions.attempts import close_attempt, is_running, marks_of, my_attempt
from fire_risk_assets.core.ledger.events import Event
from fire_risk_assets.core.ledger.fold import attempts, decision_of
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.verdict import Kind
from fire_risk_assets.errors import HeadMoved
from fire_risk_assets.ports import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An attempt of a cycle that failed.

    Attributes:
        as_of: Where the cycle stands. Never left out: without it a home that replays the past
            would be moved to the present for good.
        run_id: The Dagster run that made the attempt.
        step: What failed.
        reason: Why, in a sentence.
        actor: Who asked for the cycle.
    """

    model_name: str
    cycle_id: str
    as_of: datetime
    run_id: str
    step: str
    reason: str
    actor: str


def record_failure(failure: Failure, world: World) -> LedgerRow | None:
    """Append the `fail` row of this process's attempt; None when the cycle is decided already.

    Where the attempt was marked, the instant of the mark goes before that of the failure.
    """
    marked = my_attempt(failure.model_name, failure.cycle_id, world)
    # A mark of another run is one this process left behind; it says nothing about this failure.
    if marked is not None and marked.run_id == failure.run_id:
        failure = replace(failure, as_of=marked.as_of)
    row = _record(failure, world)
    close_attempt(failure.model_name, failure.cycle_id, world)
    return row


def record_killed(
    model_name: str, world: World, *, actor: str, is_over: Callable[[str], bool] | None = None
) -> list[LedgerRow]:
    """Record every attempt of the model whose process no longer exists.

    Args:
        model_name: The model.
        world: Adapters.
        actor: Who asks.
        is_over: See `is_running`.

    Raises:
        StoreBroken: the mark of an attempt was changed by hand.
    """
    recorded = []
    for mark in marks_of(model_name, world.references):
        if is_running(model_name, mark, world, is_over=is_over):
            continue
        failure = Failure(
            model_name=model_name,
            cycle_id=mark.cycle_id,
            as_of=mark.attempt.as_of,
            run_id=mark.attempt.run_id,
            step="killed",
            reason=f"The process of run {mark.attempt.run_id} ended without a word.",
            actor=actor,
        )
        row = _record(failure, world)
        world.references.forget(model_name, mark.cycle_id, mark.name)
        if row is not None:
            recorded.append(row)
    return recorded


def _record(failure: Failure, world: World) -> LedgerRow | None:
    """Append the row; the one of the same run if a kill came between it and the mark's end."""
    for _ in range(TRIES):
        rows = world.ledger.rows(failure.model_name)
        if decision_of(rows, failure.cycle_id) is not None:
            return None
        if (done := _recorded(rows, failure)) is not None:
            return done
        row = append_event(_event(failure, attempts(rows, failure.cycle_id) + 1, world), world)
        # Two attempts that fail at once ask for the same number: the later one counts on.
        if row.dagster_run_id == failure.run_id:
            return row
    raise HeadMoved(
        f"Failures of cycle {failure.cycle_id} of {failure.model_name} kept being recorded."
    )


def _recorded(rows: Sequence[LedgerRow], failure: Failure) -> LedgerRow | None:
    found = (
        row
        for row in rows
        if row.kind == Kind.FAIL
        and row.cycle_id == failure.cycle_id
        and row.dagster_run_id == failure.run_id
    )
    return next(found, None)


def _event(failure: Failure, number: int, world: World) -> Event:
    return Event(
        model_name=failure.model_name,
        cycle_id=failure.cycle_id,
        # A number of its own, so that the row never stands in a retry's way.
        request=f"fail:{number}",
        kind=Kind.FAIL,
        reason_code=failure.step,
        reason=failure.reason,
        actor=failure.actor,
        # The instant the cycle stands at also tells a home that replays the past when it failed.
        evidence={"dagster_run_id": failure.run_id, "as_of": failure.as_of}
        | world.provenance.columns(),
    )
