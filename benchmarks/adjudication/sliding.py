"""A year of weekly cycles whose holdouts overlap: the same row judges several times."""

from dataclasses import dataclass, field

import numpy as np

from benchmarks.adjudication.streams import by_day
from fire_risk_assets.core.adjudication import adjudicate
from fire_risk_assets.core.policy import AdjudicationPolicy

WEEKS = 52
ROWS_A_DAY = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """How the holdouts of a year lie.

    Attributes:
        holdout_weeks: Length of a holdout.
        fresh: Every cycle judges on rows that have judged nothing; the next one comes when
            there are as many again.
        policy: Policy of the judge.
    """

    holdout_weeks: int = 4
    fresh: bool = False
    policy: AdjudicationPolicy = field(default_factory=AdjudicationPolicy)


def promotions_in_a_year(year: Year, *, seed: int) -> tuple[int, int]:
    """Return promotions and decisions of one year in which no model is better than another.

    Every week's candidate is new; what is promoted serves until the next promotion. Each model
    misses the same truth by an amount of its own on each day and row.
    """
    generator = np.random.default_rng((52, seed))
    days = np.repeat(np.arange(7 * (WEEKS + year.holdout_weeks)), ROWS_A_DAY)
    truth = generator.normal(0.0, 1.3, days.size)

    def a_model() -> np.ndarray:
        miss = by_day(generator, days, 0.4) + generator.normal(0.0, 0.5, days.size)
        return np.square(truth - miss)

    production, promoted, decided = a_model(), 0, 0
    step = year.holdout_weeks if year.fresh else 1
    for week in range(0, WEEKS, step):
        candidate = a_model()
        judged = (days >= 7 * week) & (days < 7 * (week + year.holdout_weeks))
        verdict = adjudicate(
            production_losses=production[judged],
            candidate_losses=candidate[judged],
            clusters=days[judged],
            policy=year.policy,
            seed=seed * WEEKS + week,
        )
        decided += 1
        if verdict.kind == "promote":
            production, promoted = candidate, promoted + 1
    return promoted, decided
