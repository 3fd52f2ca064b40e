"""Which cycles a switched-on schedule should have run and did not: pure, no instance, no clock.

After downtime only the newest ticks run, and a run that dies may leave nothing behind, so what is
missing is found by comparing expected partitions with the ledger, never by trusting ticks.
"""

from collections.abc import Collection, Mapping, Sequence

MAX_ATTEMPTS = 3


def due_cycles(
    expected: Sequence[str], *, decided: Collection[str], failed_attempts: Mapping[str, int]
) -> list[str]:
    """Return the cycles that are neither decided nor left to people, in the order given.

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
    under_way: Collection[str],
    failed_attempts: Mapping[str, int],
) -> tuple[list[str], str]:
    """Return the keys to request now, oldest first, and a sentence for the sensor's log.

    One at a time: cycles are ordered by their as_of, and a later one decided first would turn an
    earlier one into a refusal.

    Args:
        expected: Keys of the ticks since the schedule was switched on, oldest first.
        decided: Cycles with a decision row.
        under_way: Keys of runs queued or running.
        failed_attempts: By cycle: failed attempts on record, and runs that failed without a row.

    >>> cycles_to_request(["a", "b"], decided={"a"}, under_way=(), failed_attempts={})
    (['b'], '1 of 2 expected cycles is missing: b.')
    """
    missing = [key for key in expected if key not in decided]
    due = due_cycles(expected, decided=decided, failed_attempts=failed_attempts)
    if not missing:
        return [], f"All {len(expected)} expected cycles are decided."
    if under_way:
        return [], f"Waiting for {', '.join(sorted(under_way))}."
    verb = "is" if len(missing) == 1 else "are"
    named = ", ".join(missing[:5])
    found = f"{len(missing)} of {len(expected)} expected cycles {verb} missing: {named}."
    if not due:
        return (
            [],
            f"{found} Each failed {MAX_ATTEMPTS} times; see its runs and fail rows, then run it by"
            " hand.",
        )
    return due[:1], found
