"""Cycles that a switched-on schedule has promised and no row decides."""

from dataclasses import dataclass

from fire_risk_assets.core.ledger.invariants import Invariant


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """What became of the ticks since a model's schedule was switched on.

    Attributes:
        due: Cycles that are to run, oldest first; none of them is under way.
        given_up: Cycles that failed so often that they are left to people.
    """

    due: tuple[str, ...] = ()
    given_up: tuple[str, ...] = ()


def overdue_findings(overdue: Overdue) -> list[str]:
    """Return each cycle that never came to its decision, oldest first."""
    said = dict.fromkeys(overdue.due, "has no decision")
    said |= dict.fromkeys(overdue.given_up, "has no decision and is not tried any more")
    return [
        Invariant.CYCLE_RAN.broken(f"cycle {key}, which the schedule promised, {said[key]}")
        for key in sorted(said)
    ]
