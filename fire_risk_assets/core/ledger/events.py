"""From an event to its row: pure, so that judging again against a moved head is a second call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fire_risk_assets.core.ledger.fold import head, next_links, serving
from fire_risk_assets.core.ledger.kinds import POINTER_MOVES
from fire_risk_assets.core.ledger.row import LedgerRow, event_id
from fire_risk_assets.core.verdict import is_allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that is to be recorded.

    Attributes:
        request: See `event_id`.
        moves_to: Version that serves after it; None leaves what serves. Only for pointer moves.
        moves_to_sha256: Manifest digest of `moves_to`.
        evidence: Further columns of the row.
    """

    model_name: str
    cycle_id: str
    request: str
    kind: str
    reason_code: str
    reason: str
    actor: str
    moves_to: int | None = None
    moves_to_sha256: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def event_id(self) -> str:
        """Identity of the event."""
        return event_id(self.model_name, self.cycle_id, self.request)


def decided_at(rows: Sequence[LedgerRow], now: datetime) -> datetime:
    """Return when an event after `rows` is decided: now, but never before the row it follows."""
    last = head(rows)
    return now if last is None else max(now, last.decided_at)


def replayed_at(
    rows: Sequence[LedgerRow], as_of: datetime | None, *, delay: timedelta
) -> datetime | None:
    """Return when an event is decided in a home that replays the past.

    Args:
        rows: The model's ledger.
        as_of: Where the event's cycle stands; None for an operator's event, which comes after the
            newest cycle.
        delay: How long after its as_of a cycle decides.

    Returns:
        None where no cycle says which past is replayed.
    """
    known = [row.as_of for row in rows if row.as_of is not None]
    newest = as_of or max(known, default=None)
    return None if newest is None else newest + delay


def row_for(event: Event, rows: Sequence[LedgerRow], *, now: datetime) -> LedgerRow:
    """Return the row that records `event` after `rows`, hashed.

    Args:
        event: What happened.
        rows: The model's ledger, ordered by seq.
        now: The present; the row is never decided before the row it follows.

    Raises:
        ValueError: a kind that moves no pointer names a version to move to, or the reverse;
            or the kind does not know the reason code.
    """
    if (event.moves_to is not None) != (event.kind in POINTER_MOVES):
        raise ValueError(f"{event.kind} with moves_to={event.moves_to}")
    if not is_allowed(event.kind, event.reason_code):
        raise ValueError(f"{event.kind} with the reason code {event.reason_code!r}")
    served = serving(rows)
    before = served.production_version if served else None
    after = before if event.moves_to is None else event.moves_to
    sha256 = event.moves_to_sha256 if event.moves_to is not None else None
    if event.moves_to is None and served is not None:
        sha256 = served.artifact_sha256
    instant = decided_at(rows, now)
    seq, previous_hash = next_links(rows)
    columns: dict[str, Any] = {
        "training_time": instant,
        **event.evidence,
        "model_name": event.model_name,
        "production_version": after,
        "updated": after != before,
        "previous_version": before,
        "artifact_sha256": sha256,
        "seq": seq,
        "event_id": event.event_id,
        "kind": event.kind,
        "reason_code": event.reason_code,
        "reason": event.reason,
        "actor": event.actor,
        "cycle_id": event.cycle_id,
        "decided_at": instant,
        "prev_row_hash": previous_hash,
    }
    return LedgerRow(**columns).hashed()
