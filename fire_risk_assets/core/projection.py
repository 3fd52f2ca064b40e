"""What MLflow shows against what the ledger says: differences, and whether they are drift."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the registry shows of one model.

    Attributes:
        alias: Version the `production` alias names, None when it is not set.
        stages: Stage by version.
    """

    alias: int | None
    stages: Mapping[int, str] = field(default_factory=dict)

    @property
    def in_production(self) -> tuple[int, ...]:
        """Versions in stage Production."""
        return tuple(sorted(v for v, stage in self.stages.items() if stage == "Production"))


def differences(shown: Shown, production_version: int | None) -> list[str]:
    """Return how the registry departs from the ledger's head; [] when they agree.

    >>> differences(Shown(alias=2, stages={1: "Production", 2: "None"}), 1)
    ['alias production names 2, the ledger says 1']
    """
    found = []
    if shown.alias != production_version:
        found.append(f"alias production names {shown.alias}, the ledger says {production_version}")
    expected = () if production_version is None else (production_version,)
    if shown.in_production != expected:
        found.append(
            f"in stage Production: {list(shown.in_production)}, the ledger says {list(expected)}"
        )
    return found


def is_drift(found: list[str], *, verified_seq: int, serving_seq: int) -> bool:
    """Tell drift made by hand from a projection that has not been finished yet.

    A projection that was verified after the last pointer move can only differ if somebody moved
    something since; where nothing ever served there is no projection to finish.

    >>> is_drift(["alias"], verified_seq=3, serving_seq=4)
    False
    >>> is_drift(["alias"], verified_seq=0, serving_seq=0)
    True
    """
    return bool(found) and verified_seq >= serving_seq
