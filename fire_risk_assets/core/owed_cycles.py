"""Which cycles are still owed: two questions that differ where a later cycle is decided already.

`owed_cycles` is what `fire-risk run` does: the days of a demonstration, or the last tick. A day
that a later decision has overtaken is passed over: nothing promised that very cycle, and it could
only be refused.

`due_cycles` is what a switched-on schedule has promised. Each of its ticks ends in a row of the
ledger, and an overtaken one in its refusal (`out_of_order`): a tick without a row would be missing
for ever, and nobody could tell it from one that was lost. After downtime only the newest ticks run,
and a run that dies may leave nothing behind, so what is missing is found by comparing expected keys
with the ledger, never by trusting ticks.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from fire_risk_assets.core.instants import midnight
from fire_risk_assets.core.ledger.fold import decision_of, later_decision
from fire_risk_assets.core.wording import are, counted

if TYPE_CHECKING:
    from fire_risk_assets.core.ledger.row import LedgerRow

MAX_ATTEMPTS = 3
"""A cycle that failed so often is left to people."""


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


def due_cycles(
    expected: Sequence[str], *, decided: Collection[str], failed_attempts: Mapping[str, int]
) -> list[str]:
    """Return the cycles that are neither decided nor left to people, in the order given.

    Args:
        expected: Keys of the ticks since the schedule was switched on, oldest first.
        decided: Cycles with a decision row.
        failed_attempts: By cycle: failed attempts on record, and runs that failed without a row.

    >>> due_cycles(["a", "b", "c"], decided={"a"}, failed_attempts={"b": 3})
    ['c']
    """
    return [
        key for key in expected if key not in decided and failed_attempts.get(key, 0) < MAX_ATTEMPTS
    ]


def cycles_to_request(
    expected: Sequence[str],
    *,
    decided: Collection[str],
    due: Sequence[str],
    under_way: Collection[str],
) -> tuple[list[str], str]:
    """Return the keys to request now, at most one, and a sentence for the sensor's log.

    One at a time: cycles are ordered by their as_of, and a later one decided first would turn an
    earlier one into a refusal.

    Args:
        expected: As for `due_cycles`.
        decided: As there.
        due: What that returned.
        under_way: Keys of runs queued or running.

    >>> cycles_to_request(["a", "b"], decided={"a"}, due=["b"], under_way=())
    (['b'], '1 of 2 expected cycles is missing: b.')
    """
    missing = [key for key in expected if key not in decided]
    if not missing:
        return [], f"All expected cycles are decided ({len(expected)})."
    if under_way:
        return [], f"Waiting for {', '.join(sorted(under_way))}."
    named = ", ".join(missing[:5])
    of_all = f"{len(missing)} of {counted(len(expected), 'expected cycle')}"
    found = f"{of_all} {are(len(missing))} missing: {named}."
    if not due:
        return (
            [],
            f"{found} Each failed {MAX_ATTEMPTS} times; see its runs and fail rows, then run it by"
            " hand.",
        )
    return list(due[:1]), found
