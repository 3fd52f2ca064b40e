"""Groups of kinds that the fold and the chain reason with; the vocabulary is `core/verdict.py`."""

from fire_risk_assets.core.verdict import DECISION_KINDS, Kind, Reason

DECISIONS = DECISION_KINDS

POINTER_MOVES = frozenset({Kind.PROMOTE, Kind.ROLLBACK, Kind.ADOPT})
"""Only these may change which version serves."""

ORDERED = frozenset({Kind.PROMOTE, Kind.KEEP, Kind.UNDECIDED})
"""Decisions that make an earlier as_of `out_of_order` (a forced promotion does not)."""

FORCED = Reason.FORCED
