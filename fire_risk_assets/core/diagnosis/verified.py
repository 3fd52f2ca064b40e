"""Whose files are hashed and whose rows are rebuilt: what ever served, the newest first."""

from collections.abc import Sequence

from fire_risk_assets.core.ledger.fold import is_cycle_decision
from fire_risk_assets.core.ledger.kinds import POINTER_MOVES
from fire_risk_assets.core.ledger.row import LedgerRow

AT_MOST = 20
"""Versions of a model that are looked at whole without being asked to look at all."""


def served_newest_first(rows: Sequence[LedgerRow]) -> list[int]:
    """Return the versions that ever served, the one that came to serve last first."""
    moves = (row for row in reversed(rows) if row.kind in POINTER_MOVES)
    served = (row.production_version for row in moves)
    return list(dict.fromkeys(version for version in served if version is not None))


def decision_that_made(rows: Sequence[LedgerRow], version: int) -> LedgerRow | None:
    """Return the decision of the cycle a version was fitted in, None where no row tells."""
    for row in rows:
        if is_cycle_decision(row) and version in (
            row.candidate_version,
            row.production_version if row.updated else None,
        ):
            return row
    return None


def decisions_to_rebuild(rows: Sequence[LedgerRow], *, full: bool) -> list[LedgerRow]:
    """Return the decisions whose rows are rebuilt, in the order of the ledger.

    Args:
        rows: Of the model.
        full: All that name rows, and not only those behind the newest versions that served.
    """
    if full:
        return [row for row in rows if is_cycle_decision(row) and row.training_digest]
    made = (decision_that_made(rows, version) for version in served_newest_first(rows)[:AT_MOST])
    found = {row.seq: row for row in made if row is not None and row.training_digest}
    return [found[seq] for seq in sorted(found)]
