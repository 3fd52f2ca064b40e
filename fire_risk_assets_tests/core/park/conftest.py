"""Parks the tests share; each takes a tenth of a second once xclim is loaded."""

from datetime import date

import pytest

from fire_risk_assets.core.park.geography import geography
from fire_risk_assets.core.park.settings import ParkSettings
from fire_risk_assets.core.park.simulate import simulate, simulate_years

START, UNTIL = date(2023, 1, 1), date(2025, 12, 31)
SEEDS = (0, 1, 2)


@pytest.fixture(scope="session")
def histories():
    return [simulate(ParkSettings(seed=seed, start=START, until=UNTIL)) for seed in SEEDS]


@pytest.fixture(scope="session")
def truths():
    """Per seed the ParkYears: what burned and how likely it was, reported or not."""
    return [
        simulate_years(ParkSettings(seed=seed, start=START, until=UNTIL), geography(seed=seed))
        for seed in SEEDS
    ]
