"""A loss as it is told: its number, whose it is, what was found, what to do."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from fire_risk_assets.core.ledger.invariants import Invariant


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong with a home.

    Attributes:
        code: Number of the fact that does not hold, e.g. `I20`.
        model_name: None where it is of no model.
        found: What was found, without the number.
        remedy: What to do about it.
        repairable: Whether `fire-risk doctor --repair` may mend it.
    """

    code: str
    model_name: str | None
    found: str
    remedy: str
    repairable: bool

    def __str__(self) -> str:
        said = f"{self.code}: {self.found}"
        return said if self.model_name is None else f"{self.model_name}: {said}"

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return asdict(self)


def findings_of(model_name: str | None, said: Iterable[str]) -> list[Finding]:
    """Return what `Invariant.broken` gave, as findings of a model.

    >>> found = findings_of("tiny", [Invariant.SEQ_GAPLESS.broken("row 3 has seq 4")])
    >>> str(found[0])
    'tiny: I3: row 3 has seq 4'
    """
    read = (each.partition(": ") for each in said)
    return [
        Finding(
            code=number,
            model_name=model_name,
            found=found,
            remedy=Invariant(number).remedy,
            repairable=Invariant(number).repairable,
        )
        for number, _, found in read
    ]
