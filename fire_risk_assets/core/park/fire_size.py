"""The burned area of a fire, as it would first be reported.

Equation and constants: docs/decisions.md, "The simulated park". Whether there is a fire, and later
corrections of its area, stay out.
"""

import numpy as np

from fire_risk_assets.core.park.calendar import Floats
from fire_risk_assets.core.park.geography import Geography
from fire_risk_assets.core.park.ignition import logistic
from fire_risk_assets.core.park.moisture import YearCodes

SMALLEST_HA = 0.09
LARGEST_HA = 1500.0


def size_signal(codes: YearCodes, *, place: Geography, effect: Floats, mood: Floats) -> Floats:
    """Return what drives the size of a fire in each cell-day; shape (days, cells).

    Args:
        codes: Fuel-moisture codes of the noon before the fire.
        place: The cells.
        effect: How much of the effect of fuel and human pressure is left, shape (days,).
        mood: What the day adds for every cell alike, standard normal, shape (days,).
    """
    terrain = 0.6 * place.fuel - 0.3 * place.human_pressure
    return (
        0.4 * (np.log1p(codes.isi) - 2.1) / 0.35
        + 0.35 * (np.log1p(codes.bui) - 4.7) / 0.6
        + effect[:, None] * terrain
        + 0.4 * mood[:, None]
    )


def burned_area(signal: Floats, *, uniforms: Floats, normals: Floats) -> Floats:
    """Return burned areas in hectares, many of them 0; all of one shape.

    Args:
        signal: The size signal of each fire.
        uniforms: Decide whether anything beyond a spot burned.
        normals: Decide how much.
    """
    spreads = uniforms < logistic(0.55 + signal)
    return np.where(spreads, as_recorded(np.exp(2.0 + 0.75 * signal + 1.3 * normals)), 0.0)


def as_recorded(area: Floats) -> Floats:
    """Return areas as the UCI data writes them: hundredths of a hectare, small ones as 0."""
    return np.where(area < SMALLEST_HA, 0.0, np.round(np.minimum(area, LARGEST_HA), 2))
