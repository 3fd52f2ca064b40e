import numpy as np
import pytest

from fire_risk_assets.core.park.geography import geography


def test_cells_are_named_x_y_in_key_order():
    place = geography(seed=0)
    assert len(place.cell_id) == 81
    assert list(place.cell_id) == sorted(place.cell_id)
    assert (place.cell_id[0], place.cell_id[-1]) == ("1-1", "9-9")


def test_the_middle_of_the_park_is_montesinho_and_x_grows_eastwards():
    place = geography(seed=0)
    at = place.cell_id.index
    assert (place.latitude[at("5-5")], place.longitude[at("5-5")]) == (41.85, -6.75)
    assert place.longitude[at("9-5")] > place.longitude[at("1-5")]
    assert place.latitude[at("5-9")] > place.latitude[at("5-1")]


def test_every_zone_is_large_enough_to_be_judged_as_a_slice():
    zones = geography(seed=0).zone
    assert {zone: zones.count(zone) for zone in set(zones)} == {
        "north": 27,
        "west": 18,
        "centre": 18,
        "east": 18,
    }


@pytest.mark.parametrize("seed", [0, 1])
def test_standing_differences_have_mean_0_and_spread_1(seed):
    place = geography(seed=seed)
    for values in (place.elevation, place.human_pressure, place.fuel):
        assert abs(values.mean()) < 1e-12
        assert abs(values.std() - 1) < 1e-12


def test_human_pressure_is_the_same_in_every_park_and_fuel_is_not():
    one, other = geography(seed=0), geography(seed=1)
    assert (one.human_pressure == other.human_pressure).all()
    assert not np.allclose(one.fuel, other.fuel)


def test_a_field_is_alike_in_neighbours_and_has_unit_variance():
    place = geography(seed=0)
    fields = place.field(np.random.default_rng(0).standard_normal((4000, 81)))
    at = place.cell_id.index
    correlation = np.corrcoef(fields, rowvar=False)
    assert np.abs(fields.std(axis=0) - 1).max() < 0.05
    assert abs(correlation[at("4-4"), at("4-5")] - np.exp(-1 / 6)) < 0.03
    assert abs(correlation[at("1-1"), at("1-9")] - np.exp(-8 / 6)) < 0.06
