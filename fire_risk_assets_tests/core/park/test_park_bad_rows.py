from datetime import date

import numpy as np
import pytest

from fire_risk_assets.core.park.bad_rows import BAD_REPORTS, BAD_WEATHER, plant_bad_rows
from fire_risk_assets.core.park.settings import ParkSettings
from fire_risk_assets.core.park.simulate import simulate

POSSIBLE = {
    "temp_c": (-60, 60),
    "rh_pct": (0, 100),
    "wind_km_h": (0, 250),
    "rain_mm": (0, 500),
    "burned_area_ha": (0, 1e6),
}


def impossible(table):
    """True for rows with a value no station or ranger can have meant."""
    bad = np.zeros(len(table), dtype=bool)
    for column, (low, high) in POSSIBLE.items():
        if column in table.column_names:
            values = table[column].to_numpy()
            bad |= ~((values >= low) & (values <= high))
    return bad


@pytest.fixture(scope="module")
def parks():
    clean = ParkSettings(seed=5, start=date(2024, 1, 1), until=date(2025, 12, 31))
    history = simulate(clean)
    return history, plant_bad_rows(history, seed=clean.seed)


@pytest.mark.parametrize("name", ["weather", "reports"])
def test_without_its_bad_rows_the_park_is_the_clean_one(parks, name):
    clean, planted = (getattr(park, name) for park in parks)
    bad = impossible(planted)
    assert not impossible(clean).any()
    assert bad.any()
    assert planted.filter(~bad).equals(clean)


def test_every_kind_of_badness_turns_up(parks):
    _, planted = parks
    for table, kinds in ((planted.weather, BAD_WEATHER), (planted.reports, BAD_REPORTS)):
        for column, value in kinds:
            column_values = table[column].to_numpy()
            found = np.isnan(column_values) if np.isnan(value) else column_values == value
            assert found.any(), (column, value)


def test_the_switch_in_the_settings_plants_the_same_rows(parks):
    settings = ParkSettings(seed=5, start=date(2024, 1, 1), until=date(2025, 12, 31), bad_rows=True)
    switched = simulate(settings)
    for name in ("weather", "reports"):
        one, other = (getattr(park, name).to_pandas() for park in (switched, parks[1]))
        assert one.equals(other)


def test_bad_rows_are_few(parks):
    _, planted = parks
    assert impossible(planted.weather).sum() < 0.001 * len(planted.weather)
    assert impossible(planted.reports).mean() < 0.1


def test_any_seed_the_settings_accept_can_plant_bad_rows():
    park = ParkSettings(
        seed=2**80, start=date(2024, 1, 1), until=date(2024, 3, 31), cells=1, bad_rows=True
    )
    assert impossible(simulate(park).weather).sum() in (2, 3)
