"""What a list of rows means: who serves, who served, who was withdrawn, who comes next.

All functions take the rows of ONE model ordered by `seq`.
"""

from collections.abc import Sequence
from datetime import datetime

from fire_risk_assets.core.ledger.kinds import DECISIONS, FORCED, ORDERED, POINTER_MOVES
from fire_risk_assets.core.ledger.row import GENESIS, LedgerRow
from fire_risk_assets.core.verdict import Kind

Rows = Sequence[LedgerRow]


def head(rows: Rows) -> LedgerRow | None:
    """Return the last row, None on an empty ledger."""
    return rows[-1] if rows else None


def serving(rows: Rows) -> LedgerRow | None:
    """Return the row that put the present version into production, None when nothing serves."""
    return next((row for row in reversed(rows) if row.kind in POINTER_MOVES), None)


def serving_at(rows: Rows, instant: datetime) -> LedgerRow | None:
    """Return the pointer move in force at `instant` (ties: the higher seq), or None."""
    return serving([row for row in rows if row.decided_at <= instant])


def explaining(rows: Rows, version: int) -> LedgerRow | None:
    """Return the row by which whoever finds this version under the alias may use it, or None.

    The pointer move in force, or the one before it: the alias follows the ledger.
    """
    moves = [row for row in rows if row.kind in POINTER_MOVES]
    return next((row for row in reversed(moves[-2:]) if row.production_version == version), None)


def deciding_seq(rows: Rows) -> int:
    """Return the seq of the newest row a verdict depends on, 0 for none.

    Decisions and pointer moves change what a candidate is judged against, on which rows, and
    whether it is late; failures and repairs do not.
    """
    depends = (row.seq for row in reversed(rows) if row.kind in DECISIONS | POINTER_MOVES)
    return next(depends, 0)


def row_of(rows: Rows, event: str) -> LedgerRow | None:
    """Return the row of an event, or None."""
    return next((row for row in rows if row.event_id == event), None)


def decision_of(rows: Rows, cycle_id: str) -> LedgerRow | None:
    """Return the cycle's decision by retraining (a forced promotion is an operator's event)."""
    found = (row for row in rows if row.cycle_id == cycle_id and is_cycle_decision(row))
    return next(found, None)


def is_cycle_decision(row: LedgerRow) -> bool:
    """Tell whether a row is the outcome of a cycle."""
    return row.kind in DECISIONS and row.reason_code != FORCED


def later_decision(rows: Rows, as_of: datetime) -> LedgerRow | None:
    """Return the newest decision that stands later than `as_of`, which makes it out of order."""
    later = [
        row
        for row in rows
        if row.kind in ORDERED
        and row.reason_code != FORCED
        and row.as_of is not None
        and row.as_of > as_of
    ]
    return later[-1] if later else None


def attempts(rows: Rows, cycle_id: str) -> int:
    """Return how many failed attempts of a cycle are on record."""
    return sum(row.kind == Kind.FAIL and row.cycle_id == cycle_id for row in rows)


def promoted_versions(rows: Rows) -> dict[int, str]:
    """Return every version that ever served with the manifest digest its row recorded."""
    return {
        row.production_version: row.artifact_sha256 or ""
        for row in rows
        if row.kind in POINTER_MOVES and row.production_version is not None
    }


def withdrawn_versions(rows: Rows) -> frozenset[int]:
    """Return versions taken out by a rollback and not promoted on purpose since."""
    withdrawn: set[int] = set()
    for row in rows:
        if row.kind == Kind.ROLLBACK and row.previous_version is not None:
            withdrawn.add(row.previous_version)
        if row.kind in POINTER_MOVES and row.production_version is not None:
            withdrawn.discard(row.production_version)
    return frozenset(withdrawn)


def withdrawn_training(rows: Rows) -> frozenset[str]:
    """Return the training digests of the withdrawn versions.

    A file hash would not do: the same fit logged twice differs by ids and times in its metadata.
    """
    withdrawn = withdrawn_versions(rows)
    return frozenset(
        row.training_digest
        for row in rows
        if row.training_digest and row.candidate_version in withdrawn
    )


def served_before(rows: Rows) -> int | None:
    """Return the version that served before the present one: a rollback's default target.

    A rollback goes back along the way that led to the present version and drops what it passes:
    what came after its target is no longer before it. So repeating one walks back and never to
    and fro, whichever version an earlier one named.
    """
    way: list[int] = []
    for row in rows:
        version = row.production_version
        if row.kind not in POINTER_MOVES or version is None:
            continue
        if row.kind == Kind.ROLLBACK and version in way:
            while way[-1] != version:
                way.pop()
        elif way[-1:] != [version]:
            way.append(version)
    return way[-2] if len(way) > 1 else None


def asked_before(
    rows: Rows, *, kind: str, reason: str, actor: str, verified_seq: int
) -> LedgerRow | None:
    """Return the last pointer move if the same was asked for and MLflow was never seen to show it.

    Args:
        rows: The model's ledger.
        kind: Of the request.
        reason: As given.
        actor: Who asks.
        verified_seq: Seq of the pointer move MLflow was last seen to show, 0 for none.
    """
    now = serving(rows)
    if now is None or now.seq <= verified_seq:
        return None
    same = (now.kind, now.reason, now.actor) == (kind, reason, actor)
    return now if same else None


def next_links(rows: Rows) -> tuple[int, str]:
    """Return (`seq`, `prev_row_hash`) of the row to append."""
    last = head(rows)
    return (1, GENESIS) if last is None else (last.seq + 1, last.row_hash)
