"""Heat index: how hot the air feels. Other measures of discomfort would go here too."""

import numpy as np

from fire_risk_assets.core.arrays import Vector


def heat_index(temp_c: Vector, rh_pct: Vector) -> Vector:
    """Return the heat index in °C, shape as given.

    The regression of Rothfusz (1990, NWS Southern Region Technical Attachment SR 90-23) with
    the two adjustments of the US National Weather Service; below 80 °F Steadman's simple form
    averaged with the temperature; at or below 40 °F the temperature itself (Anderson, Bell and
    Peng 2013, Environmental Health Perspectives 121).

    Args:
        temp_c: Air temperature in °C.
        rh_pct: Relative humidity in %.
    """
    t = np.ascontiguousarray(temp_c) * 1.8 + 32.0
    rh = np.ascontiguousarray(rh_pct)
    simple = 0.5 * (t + 61.0 + 1.2 * (t - 68.0) + 0.094 * rh)
    full = _rothfusz(t, rh) - _dry_adjustment(t, rh) + _humid_adjustment(t, rh)
    index = np.where(t <= 40.0, t, np.where(simple < 80.0, simple, full))
    return (index - 32.0) / 1.8


def _rothfusz(t: Vector, rh: Vector) -> Vector:
    return (
        -42.379
        + 2.04901523 * t
        + 10.14333127 * rh
        - 0.22475541 * t * rh
        - 6.83783e-3 * t * t
        - 5.481717e-2 * rh * rh
        + 1.22874e-3 * t * t * rh
        + 8.5282e-4 * t * rh * rh
        - 1.99e-6 * t * t * rh * rh
    )


def _dry_adjustment(t: Vector, rh: Vector) -> Vector:
    applies = (rh < 13.0) & (t >= 80.0) & (t <= 112.0)
    nearness = np.sqrt(np.maximum(17.0 - np.abs(t - 95.0), 0.0) / 17.0)
    return np.where(applies, (13.0 - rh) / 4.0 * nearness, 0.0)


def _humid_adjustment(t: Vector, rh: Vector) -> Vector:
    applies = (rh > 85.0) & (t >= 80.0) & (t <= 87.0)
    return np.where(applies, (rh - 85.0) / 10.0 * (87.0 - t) / 5.0, 0.0)
