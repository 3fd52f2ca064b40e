"""Many independent cycles through `adjudicate`, and how often each outcome came."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import sqrt

import numpy as np

from benchmarks.adjudication.streams import Stream, unequal_days
from fire_risk_assets.core.adjudication import adjudicate
from fire_risk_assets.core.policy import AdjudicationPolicy

Slices = Callable[[np.ndarray], Mapping[str, np.ndarray]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What stays the same over the cycles of one rate.

    Attributes:
        rows: Holdout rows of each cycle.
        policy: Policy of the judge.
        age_days: Age of what serves; None switches the staleness rule off.
        slices: Guardrails of a cycle, from the day of each row.
        first: Nothing serves: the stream's production is the naive baseline.
    """

    rows: int = 155
    policy: AdjudicationPolicy = field(default_factory=AdjudicationPolicy)
    age_days: float | None = None
    slices: Slices | None = None
    first: bool = False


@dataclass(frozen=True, slots=True)
class Rate:
    """Shares of cycles by outcome (`kind: reason_code`)."""

    cycles: int
    outcomes: dict[str, int]

    def of(self, *outcomes: str) -> float:
        """Share of cycles that ended in one of these outcomes, or in one of these kinds."""
        wanted = sum(
            count
            for name, count in self.outcomes.items()
            if name in outcomes or name.split(":")[0] in outcomes
        )
        return wanted / self.cycles

    def error(self, *outcomes: str) -> float:
        """Standard error of that share."""
        share = self.of(*outcomes)
        return sqrt(share * (1.0 - share) / self.cycles)


def rate(stream: Stream, setting: Setting, *, cycles: int, salt: int = 2026) -> Rate:
    """Judge independent cycles of one stream.

    Args:
        stream: Gives production and candidate of a cycle.
        setting: What stays the same.
        cycles: How many.
        salt: Makes this rate's cycles other than another's.
    """
    outcomes: Counter[str] = Counter()
    for seed in range(cycles):
        generator = np.random.default_rng((salt, seed))
        days = unequal_days(generator, setting.rows)
        production, candidate = stream(generator, days)
        verdict = adjudicate(
            production_losses=None if setting.first else production,
            baseline_losses=production if setting.first else None,
            candidate_losses=candidate,
            clusters=days,
            policy=setting.policy,
            slices=None if setting.slices is None else setting.slices(days),
            production_age_days=setting.age_days,
            seed=seed,
        )
        outcomes[f"{verdict.kind}:{verdict.reason_code}"] += 1
    return Rate(cycles, dict(outcomes))
