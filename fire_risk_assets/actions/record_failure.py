"""A failed attempt of a cycle: opened when it starts, closed when it ends, recorded if it fails.

Three nets write the `fail` row: the job's failure hook in process, RECONCILE at the next start of
any cycle after a kill, and a sensor that finds ticks nobody ran.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from fire_risk_assets.actions.append_event import TRIES, append_event
from fire_risk_assets.core.digest import sha256_of_json
from fire_risk_assets.core.ledger.events import Event
from fire_risk_assets.core.ledger.fold import attempts, decision_of
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.references import Reference
from fire_risk_assets.errors import HeadMoved, StoreBroken
from fire_risk_assets.ports import References, World

ATTEMPT = "attempt_"
"""Prefix of the references that mark attempts under way: one a process, since several may try the
same cycle and each may die by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt(Reference):
    """An attempt under way.

    Attributes:
        run_id: Dagster run that makes it.
        as_of: Where its cycle stands.
        process: Mark of the process it runs in; see `ports.Processes`.
    """

    run_id: str
    as_of: datetime
    process: dict[str, Any]


def open_attempt(
    model_name: str, cycle_id: str, as_of: datetime, run_id: str, world: World
) -> None:
    """Mark that this process attempts the cycle, so that a kill from here on is found; once a run.

    What fails earlier leaves no mark, and who records that knows the run and its instant himself.
    """
    mine = _mine(world)
    before = _load(model_name, cycle_id, mine, world.references)
    if before is not None and before.run_id == run_id:
        return
    attempt = Attempt(run_id=run_id, as_of=as_of, process=world.processes.me())
    world.references.save(model_name, cycle_id, mine, attempt.to_json())


def close_attempt(model_name: str, cycle_id: str, world: World) -> None:
    """Mark that this process's attempt ended, well or recorded as failed."""
    world.references.forget(model_name, cycle_id, _mine(world))


def attempted(model_name: str, cycle_id: str, run_id: str, world: World) -> bool:
    """Tell whether a run has begun an attempt of the cycle, in this process."""
    attempt = _load(model_name, cycle_id, _mine(world), world.references)
    return attempt is not None and attempt.run_id == run_id


def close_attempts_of(run_id: str, model_names: Iterable[str], references: References) -> None:
    """Mark that a run ended well, whether or not it went as far as a decision."""
    for model_name in model_names:
        for cycle_id, name in references.find(model_name, ATTEMPT):
            attempt = _load(model_name, cycle_id, name, references)
            if attempt is not None and attempt.run_id == run_id:
                references.forget(model_name, cycle_id, name)


def record_failure(
    model_name: str,
    cycle_id: str,
    *,
    as_of: datetime,
    run_id: str,
    step: str,
    reason: str,
    actor: str,
    world: World,
) -> LedgerRow | None:
    """Append the `fail` row of this process's attempt; None when the cycle is decided already.

    Args:
        model_name: The model.
        cycle_id: The cycle.
        as_of: Where the caller says it stands; the mark of the same run goes before it. Never left
            out: without it a home that replays the past would be moved to the present for good.
        run_id: The Dagster run that failed.
        step: What failed.
        reason: Why, in a sentence.
        actor: Who asked for the cycle.
        world: Adapters.
    """
    marked = _load(model_name, cycle_id, _mine(world), world.references)
    # A mark of another run is one this process left behind; it says nothing about this failure.
    stood = marked.as_of if marked is not None and marked.run_id == run_id else as_of
    row = _record(model_name, cycle_id, (run_id, stood), (step, reason, actor), world)
    close_attempt(model_name, cycle_id, world)
    return row


def record_killed(
    model_name: str, world: World, *, actor: str, is_over: Callable[[str], bool] | None = None
) -> list[LedgerRow]:
    """Record every attempt of the model whose process no longer exists.

    Args:
        model_name: The model.
        world: Adapters.
        actor: Who asks.
        is_over: Tells of a run id whether that run has ended, where somebody knows: it decides
            about attempts of another host, whose processes cannot be looked at.

    Raises:
        StoreBroken: the mark of an attempt was changed by hand.
    """
    recorded = []
    for cycle_id, name in world.references.find(model_name, ATTEMPT):
        attempt = _load(model_name, cycle_id, name, world.references)
        # Closed meanwhile by the process it belongs to.
        if attempt is None:
            continue
        with _named(model_name, cycle_id, name):
            if world.processes.alive(attempt.process):
                if is_over is None or world.processes.elsewhere(attempt.process) is None:
                    continue
                if not is_over(attempt.run_id):
                    continue
        reason = f"The process of run {attempt.run_id} ended without a word."
        of = attempt.run_id, attempt.as_of
        row = _record(model_name, cycle_id, of, ("killed", reason, actor), world)
        world.references.forget(model_name, cycle_id, name)
        if row is not None:
            recorded.append(row)
    return recorded


def _mine(world: World) -> str:
    return f"{ATTEMPT}{sha256_of_json(world.processes.me())[:16]}"


def _load(model_name: str, cycle_id: str, name: str, references: References) -> Attempt | None:
    with _named(model_name, cycle_id, name):
        document = references.load(model_name, cycle_id, name)
        return None if document is None else Attempt.from_json(document)


@contextmanager
def _named(model_name: str, cycle_id: str, name: str) -> Iterator[None]:
    """Say of a mark that does not fit which file it is, and that it may go."""
    try:
        yield
    except StoreBroken as cause:
        file = f"references/{model_name}/{cycle_id}/{name}.json"
        raise StoreBroken(
            f"{file} of the home is no mark of an attempt: {cause}",
            remedy="Restore it, or delete it when no cycle of the model is running: then all that"
            " is lost is the `fail` row of one attempt.",
        ) from cause


def _record(
    model_name: str,
    cycle_id: str,
    of: tuple[str, datetime],
    said: tuple[str, str, str],
    world: World,
) -> LedgerRow | None:
    """Append the row; the one of the same run if a kill came between it and the mark's end."""
    run_id, as_of = of
    # The instant the cycle stands at also tells a home that replays the past when it failed.
    known: dict[str, Any] = {"dagster_run_id": run_id, "as_of": as_of}
    for _ in range(TRIES):
        rows = world.ledger.rows(model_name)
        if decision_of(rows, cycle_id) is not None:
            return None
        if (done := _failure_of(rows, cycle_id, run_id)) is not None:
            return done
        event = _event(model_name, cycle_id, attempts(rows, cycle_id) + 1, said)
        event = replace(event, evidence=known | world.provenance.columns())
        row = append_event(event, world)
        # Two attempts that fail at once ask for the same number: the later one counts on.
        if row.dagster_run_id == run_id:
            return row
    raise HeadMoved(f"Failures of cycle {cycle_id} of {model_name} kept being recorded.")


def _failure_of(rows: Sequence[LedgerRow], cycle_id: str, run_id: str) -> LedgerRow | None:
    found = (
        row
        for row in rows
        if row.kind == "fail" and row.cycle_id == cycle_id and row.dagster_run_id == run_id
    )
    return next(found, None)


def _event(model_name: str, cycle_id: str, number: int, said: tuple[str, str, str]) -> Event:
    step, reason, actor = said
    return Event(
        model_name=model_name,
        cycle_id=cycle_id,
        # A number of its own, so that the row never stands in a retry's way.
        request=f"fail:{number}",
        kind="fail",
        reason_code=step,
        reason=reason,
        actor=actor,
    )
