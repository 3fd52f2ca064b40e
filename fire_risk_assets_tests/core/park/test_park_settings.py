from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from fire_risk_assets.core.park.settings import ParkSettings
from fire_risk_assets.errors import InvalidSetting

GOOD = {"start": date(2024, 1, 1), "until": date(2024, 12, 31)}


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"seed": -1}, "-1"),
        ({"until": date(2023, 12, 31)}, "2023-12-31"),
        ({"start": date(1800, 1, 1)}, "1800"),
        ({"until": date(2300, 1, 1)}, "2300"),
        ({"drift_strength": -0.1}, "-0.1"),
        ({"drift_strength": float("nan")}, "nan"),
        ({"drift_strength": float("inf")}, "inf"),
        ({"cells": 0}, "0 cells"),
        ({"cells": 82}, "82 cells"),
    ],
)
def test_a_value_outside_its_domain_is_refused_and_named(wrong, named):
    with pytest.raises(InvalidSetting, match=named):
        ParkSettings(**{**GOOD, **wrong})


def test_settings_do_not_change_after_they_were_checked():
    with pytest.raises(FrozenInstanceError):
        ParkSettings(**GOOD).cells = 0


def test_a_park_of_one_day_is_a_park():
    assert ParkSettings(start=date(2024, 2, 29), until=date(2024, 2, 29)).cells == 81
