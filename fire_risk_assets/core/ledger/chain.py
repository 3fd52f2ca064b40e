"""Is the ledger of one model whole? Gaps, edits, double decisions, moves nothing explains.

Returns findings, never raises: the caller decides whether a finding stops it.
"""

from collections import Counter
from collections.abc import Sequence

from fire_risk_assets.core.ledger.fold import is_cycle_decision
from fire_risk_assets.core.ledger.invariants import Invariant
from fire_risk_assets.core.ledger.kinds import POINTER_MOVES
from fire_risk_assets.core.ledger.row import GENESIS, LedgerRow


def chain_findings(rows: Sequence[LedgerRow], *, acknowledged: int = 0) -> list[str]:
    """Return what is wrong with the rows of one model, ordered by `seq`; [] when whole.

    Args:
        rows: Of one model, ordered by `seq`.
        acknowledged: The newest `seq` anybody was told of, 0 where that is not known.

    What is looked at: one decision a cycle, one row an event, the gapless seq, the hash chain, the
    order of `decided_at`, and that only a pointer move changes `production_version`.
    """
    findings = [*_links(rows), *_missing(rows, acknowledged)]
    decided = Counter(row.cycle_id for row in rows if is_cycle_decision(row))
    findings += [
        Invariant.ONE_DECISION.broken(f"cycle {c} has {n} decision rows")
        for c, n in decided.items()
        if n > 1
    ]
    events = Counter(row.event_id for row in rows)
    findings += [
        Invariant.EVENT_ONCE.broken(f"event {e[:12]} has {n} rows")
        for e, n in events.items()
        if n > 1
    ]
    return findings


def content_findings(row: LedgerRow) -> list[str]:
    """Return that a row is not as it was written; [] when it is. Needs no other row."""
    if row.content_hash() == row.row_hash:
        return []
    return [Invariant.CHAIN_WHOLE.broken(f"row seq {row.seq} was changed after it was written")]


def _missing(rows: Sequence[LedgerRow], acknowledged: int) -> list[str]:
    last = rows[-1].seq if rows else 0
    if last >= acknowledged:
        return []
    said = f"the ledger ends at row seq {last}, and row seq {acknowledged} was acknowledged"
    return [Invariant.ROW_KEPT.broken(said)]


def _links(rows: Sequence[LedgerRow]) -> list[str]:
    findings: list[str] = []
    previous: LedgerRow | None = None
    for place, row in enumerate(rows, start=1):
        if row.seq != place:
            findings.append(Invariant.SEQ_GAPLESS.broken(f"row {place} has seq {row.seq}"))
        findings += content_findings(row)
        if row.prev_row_hash != (previous.row_hash if previous else GENESIS):
            findings.append(
                Invariant.CHAIN_WHOLE.broken(f"row seq {row.seq} does not follow the row before it")
            )
        if previous is not None and row.decided_at < previous.decided_at:
            findings.append(
                Invariant.TIME_ORDERED.broken(
                    f"row seq {row.seq} was decided before the row it follows"
                )
            )
        serving = previous.production_version if previous else None
        if row.kind not in POINTER_MOVES and row.production_version != serving:
            findings.append(
                Invariant.MOVE_EXPLAINED.broken(
                    f"row seq {row.seq} ({row.kind}) changes what serves"
                )
            )
        previous = row
    return findings
