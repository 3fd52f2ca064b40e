"""Which cycles are still owed, of the days that should have one."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from fire_risk_assets.core.instants import midnight
from fire_risk_assets.core.ledger.fold import decision_of, later_decision

if TYPE_CHECKING:
    from fire_risk_assets.core.ledger.row import LedgerRow


@dataclass(frozen=True, slots=True)
class OwedCycle:
    """A cycle without a decision; its id is its date, and it stands at 00:00 UTC."""

    day: date
    model_name: str


def owed_cycles(
    days: tuple[date, ...], models: tuple[str, ...], recorded: "dict[str, list[LedgerRow]]"
) -> list[OwedCycle]:
    """Return the undecided cycles in order: all models of a day, then the next day.

    A day earlier than a decided one is passed over: its cycle could only be refused.
    """
    owed = []
    for day in days:
        for name in models:
            rows = recorded.get(name, [])
            decided = decision_of(rows, day.isoformat()) is not None
            if not decided and later_decision(rows, midnight(day)) is None:
                owed.append(OwedCycle(day, name))
    return owed
