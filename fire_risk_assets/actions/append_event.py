"""COMMIT and READBACK: put one event into the ledger, once, whatever happens in between."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from fire_risk_assets.actions.project import acknowledged
from fire_risk_assets.core.ledger.chain import chain_findings
from fire_risk_assets.core.ledger.events import Event, row_for
from fire_risk_assets.core.ledger.fold import row_of
from fire_risk_assets.core.ledger.invariants import remedies
from fire_risk_assets.core.ledger.row import LedgerRow
from fire_risk_assets.core.wording import as_sentence
from fire_risk_assets.errors import FireRiskError, HeadMoved, LedgerBroken, ProjectionOwed
from fire_risk_assets.ports import World

Rows = Sequence[LedgerRow]
TRIES = 20
"""Heads move at the pace of other promoters' commits; twenty in a row is a fault, not a race."""


def append_event(
    event: Event, world: World, *, against: Callable[[Rows], Event] | None = None
) -> LedgerRow:
    """Append the event and return its row; the row already there when the event is recorded.

    Args:
        event: What happened.
        world: Adapters.
        against: Says what the same event is, given the present rows; None: what it was. Called
            again when another promoter moved the head, so that nothing decided against an old
            head is written.

    Raises:
        LedgerBroken: the chain is not whole, or the row cannot be read back.
        HeadMoved: the head kept moving.
    """
    for _ in range(TRIES):
        newest = acknowledged(event.model_name, world.references)
        rows = world.ledger.rows(event.model_name)
        if (done := row_of(rows, event.event_id)) is not None:
            # Killed between COMMIT and READBACK, it may not be on the disk yet.
            world.ledger.make_durable(done)
            return done
        _require_whole(event.model_name, rows, newest)
        decided = event if against is None else against(rows)
        as_of = decided.evidence.get("as_of")
        row = row_for(decided, rows, now=world.clock.deciding(rows, as_of))
        world.crash.reach("COMMIT:before")
        if _appended(row, world):
            world.crash.reach("COMMIT:after")
            return _read_back(row, world)
    raise HeadMoved(
        f"The head of {event.model_name} moved {TRIES} times while this event was decided."
    )


@contextmanager
def projection_owed(event: str, model_name: str, world: World) -> Iterator[None]:
    """Say of an error after COMMIT that the event is recorded: asking anew is not the remedy.

    Raises:
        ProjectionOwed: in the place of an error, or of Ctrl-C, when the event has its row.
    """
    try:
        yield
    except LedgerBroken:
        raise
    except (FireRiskError, KeyboardInterrupt) as cause:
        row = row_of(world.ledger.rows(model_name), event)
        if row is None:
            raise
        raise ProjectionOwed(
            as_sentence(
                f"The {row.kind} of {model_name} to version {row.production_version} is recorded as"
                f" row {row.seq}; MLflow may not show it yet: {str(cause) or 'interrupted'}"
            )
        ) from cause


def _require_whole(model_name: str, rows: Rows, newest: int) -> None:
    """Refuse to build on a ledger that is not whole."""
    if findings := chain_findings(rows, acknowledged=newest):
        raise LedgerBroken(
            f"The ledger of {model_name} is not whole: {'; '.join(findings)}.",
            remedy=" ".join(remedies(findings)),
        )


def _appended(row: LedgerRow, world: World) -> bool:
    try:
        world.ledger.append(row)
    except HeadMoved:
        return False
    except Exception:
        found = row_of(world.ledger.rows(row.model_name), row.event_id)
        if found is None:
            raise
        # Another attempt may have recorded the same event: then its row is returned as it is.
        return found == row
    return True


def _read_back(row: LedgerRow, world: World) -> LedgerRow:
    world.crash.reach("READBACK:before")
    stored = row_of(world.ledger.rows(row.model_name), row.event_id)
    if stored != row:
        raise LedgerBroken(f"Row {row.seq} of {row.model_name} does not read back as written.")
    world.ledger.make_durable(stored)
    world.crash.reach("READBACK:after")
    return stored
