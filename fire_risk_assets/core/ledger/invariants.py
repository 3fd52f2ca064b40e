"""What must always hold, by the number a finding carries: one number, one fact.

People read the numbers in `fire-risk reconcile` and look them up in `docs/contracts.md`, which says
what to do. I1 to I10 are the promise of the protocol; the later ones are what follows from it and
is looked at too. Add a member with the next number; a number is never given to another fact.
"""

from enum import StrEnum


class Invariant(StrEnum):
    """A fact that holds after every fault."""

    ALIAS_EXPLAINED = "I1"
    ONE_DECISION = "I2"
    SEQ_GAPLESS = "I3"
    CHAIN_WHOLE = "I4"
    PROJECTION_AGREES = "I5"
    ROW_KEPT = "I6"
    SCORED_KNOWN = "I7"
    ROW_UNCHANGED = "I8"
    VERDICT_HOLDS = "I9"
    ROWS_COUNTED = "I10"
    TIME_ORDERED = "I11"
    MOVE_EXPLAINED = "I12"
    EVENT_ONCE = "I13"
    BATCHES_GAPLESS = "I14"
    SERVING_FILES = "I15"
    SERVING_RUN = "I16"

    def broken(self, how: str) -> str:
        """Return a finding.

        >>> Invariant.SEQ_GAPLESS.broken("row 3 has seq 4")
        'I3: row 3 has seq 4'
        """
        return f"{self}: {how}"
