"""The chance that a fire starts in a cell in the 24 hours from its noon observation.

Equation and constants: docs/decisions.md, "The simulated park". How large the fire gets and when
anybody hears of it stay out.
"""

import numpy as np

from fire_risk_assets.core.park.calendar import Floats, YearDays
from fire_risk_assets.core.park.geography import Geography
from fire_risk_assets.core.park.moisture import YearCodes

FRIDAY = 4


def ignition_probability(
    days: YearDays, codes: YearCodes, *, place: Geography, effect: Floats, mood: Floats
) -> Floats:
    """Return the probability of a fire per cell-day; shape (days, cells).

    Args:
        days: The days.
        codes: Fuel-moisture codes of their noons.
        place: The cells.
        effect: How much of the effect of human pressure is left, shape (days,).
        mood: What the day adds for every cell alike, standard normal, shape (days,).
    """
    doy = days.day_of_year[:, None]
    weather = (
        0.9 * (np.log1p(codes.fwi) - 2.5)
        + 0.5 * (np.maximum(codes.ffmc - 84, 0) - 4) / 4
        - 1.2 * (codes.ffmc < 75)
        + 0.35 * (np.minimum(codes.dc, 800) - 450) / 250 * (doy > 120)
    )
    # Shepherds burn pasture in March, whatever the drought, as long as the litter is dry.
    pasture_burning = 2.2 * np.exp(-0.5 * ((doy - 75) / 16) ** 2) * (codes.ffmc > 78)
    people = 0.75 * effect[:, None] * place.human_pressure
    weekend = 0.45 * (days.weekday >= FRIDAY)
    the_day = (weekend + 0.35 * mood)[:, None]
    return logistic(-4.75 + weather + pasture_burning + people + the_day + 0.3 * place.habit)


def logistic(logit: Floats) -> Floats:
    """Return the probability of a logit, elementwise."""
    return 1.0 / (1.0 + np.exp(-logit))
