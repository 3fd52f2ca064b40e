"""What must always hold, by the number a finding carries: one number, one fact.

People read the numbers in findings, with the remedy below them; `docs/contracts.md` lists both. I1
to I10 are the promise of the protocol; the later ones are what follows from it and is looked at
too, from I18 on by `fire-risk doctor`. Add a member with the next number; a number is never given
to another fact.
"""

import re
from collections.abc import Iterable
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
    CYCLE_DOCUMENTED = "I17"
    ONE_PRODUCTION = "I18"
    VERSION_KEPT = "I19"
    RUN_KEPT = "I20"
    FILES_KEPT = "I21"
    FILES_UNCHANGED = "I22"
    ROWS_REBUILD = "I23"
    TABLE_FILES = "I24"
    RUN_USED = "I25"
    CANDIDATE_USED = "I26"
    CYCLE_RAN = "I27"
    DEATH_RECORDED = "I28"

    def broken(self, how: str) -> str:
        """Return a finding.

        >>> Invariant.SEQ_GAPLESS.broken("row 3 has seq 4")
        'I3: row 3 has seq 4'
        """
        return f"{self}: {how}"

    @property
    def remedy(self) -> str:
        """What to do about a finding, a sentence or two."""
        return _REMEDIES[self]

    @property
    def repairable(self) -> bool:
        """Whether `fire-risk doctor --repair` may mend it: what MLflow shows, and nothing else."""
        return self in _REPAIRABLE


_LEDGER = "Bring `lake/registry_status` back from a backup that is not older."
_BATCHES = "Bring `lake/batches` back from a backup."
_LEFT = "Nothing is deleted by itself."

_REMEDIES = {
    Invariant.ALIAS_EXPLAINED: "`fire-risk reconcile` puts the alias back; with"
    " `--model MODEL --adopt --reason R` the move becomes an event.",
    Invariant.ONE_DECISION: _LEDGER,
    Invariant.SEQ_GAPLESS: _LEDGER,
    Invariant.CHAIN_WHOLE: _LEDGER,
    Invariant.PROJECTION_AGREES: "`fire-risk reconcile` brings MLflow into line.",
    Invariant.ROW_KEPT: f"{_LEDGER} Where there is none, removing"
    " `references/MODEL/registry/check.json` accepts the loss; where that file cannot be read,"
    " bring it back or remove it.",
    Invariant.SCORED_KNOWN: "Find out who wrote `adjudication_scores` or the version's tag; the"
    " verdict of that cycle has no evidence. A batch of `predictions`"
    " is used no longer, and its days are scored again.",
    Invariant.ROW_UNCHANGED: _LEDGER,
    Invariant.VERDICT_HOLDS: "Bring `lake/adjudication_scores` back from a backup; without it the"
    " row stands and proves nothing.",
    Invariant.ROWS_COUNTED: _BATCHES,
    Invariant.TIME_ORDERED: _LEDGER,
    Invariant.MOVE_EXPLAINED: _LEDGER,
    Invariant.EVENT_ONCE: _LEDGER,
    Invariant.BATCHES_GAPLESS: _BATCHES,
    Invariant.SERVING_FILES: "Bring the files of the version back from a backup, or"
    " `fire-risk rollback --model MODEL --reason R` to a version that verifies.",
    Invariant.SERVING_RUN: "Restore it (`mlflow runs restore --run-id RUN`): its parameters and"
    " figures are the evidence of its training.",
    Invariant.CYCLE_DOCUMENTED: "Bring `references/` back from a backup; without it the row stands,"
    " and what its cycle stood on is known from the row alone.",
    Invariant.ONE_PRODUCTION: "`fire-risk reconcile` archives what does not serve.",
    Invariant.VERSION_KEPT: "Bring MLflow's database back from a backup; without it the row stands,"
    " and nobody can load or go back to that version.",
    Invariant.RUN_KEPT: "Restore it (`mlflow runs restore --run-id RUN`), or bring MLflow's"
    " database back from a backup.",
    Invariant.FILES_KEPT: "Bring the files of the version back from a backup (MLflow's artifact"
    " store); without them it can be neither loaded nor gone back to.",
    Invariant.FILES_UNCHANGED: "Bring the files of the version back from a backup; until then it is"
    " never loaded, and no rollback goes to it.",
    Invariant.ROWS_REBUILD: "Bring the tables it names, or `references/`, back from a backup, and"
    " the model's configuration of then where that was changed; without them the row stands, and"
    " what it was decided on cannot be shown again.",
    Invariant.TABLE_FILES: "Bring the table back from a backup that is not older (`lake/TABLE`)."
    " Where somebody vacuumed it, do so with a retention that keeps what the log names.",
    Invariant.RUN_USED: f"{_LEFT} Look at the run; if nobody needs it, delete it"
    " (`mlflow runs delete --run-id RUN`), or terminate it on Dagster's page of runs.",
    Invariant.CANDIDATE_USED: f"{_LEFT} Repeat the cycle, which uses the version (`fire-risk cycle"
    " --model MODEL --as-of TIME`), or delete it in MLflow.",
    Invariant.CYCLE_RAN: "While the daemon of `fire-risk ui` runs, the sensor MODEL_missed_cycles"
    " asks for it; by hand: `fire-risk cycle --model MODEL --as-of CYCLE`. One that failed three"
    " times waits for you: see its `fail` rows in `fire-risk history MODEL`.",
    Invariant.DEATH_RECORDED: "`fire-risk reconcile` records it.",
}
_REPAIRABLE = frozenset(
    {
        Invariant.ALIAS_EXPLAINED,
        Invariant.PROJECTION_AGREES,
        Invariant.ONE_PRODUCTION,
        Invariant.DEATH_RECORDED,
    }
)
_NAMED = re.compile(r"\bI[0-9]+(?=: )")


def remedies(findings: Iterable[str]) -> list[str]:
    """Return what to do about the facts that findings name, each once and with its number.

    >>> remedies(["tiny: I14: 3 follows 1", "grown: I14: 7 follows 5", "no number"])
    ['I14: Bring `lake/batches` back from a backup.']
    """
    named = dict.fromkeys(found[0] for each in findings if (found := _NAMED.search(each)))
    return [f"{number}: {_REMEDIES[Invariant(number)]}" for number in named if number in _REMEDIES]
