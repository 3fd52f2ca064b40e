import numpy as np
import pyarrow as pa
import pytest

from fire_risk_assets.core.features.build import needs_from, next_features
from fire_risk_assets.core.features.calendar import is_weekend, year_circle
from fire_risk_assets.core.features.catalogue import FEATURES, MODEL_FEATURES
from fire_risk_assets.core.features.fire_weather import fwi_class
from fire_risk_assets.core.features.heat import heat_index
from fire_risk_assets.core.tables.observed import CELLS
from fire_risk_assets.errors import UsageError
from fire_risk_assets_tests.core.features.weather_stream import (
    Store,
    features_of,
    observation,
    weather,
)


def days(text):
    return np.array([text], dtype="datetime64[D]").astype(np.int64)


@pytest.mark.parametrize(
    ("temp_f", "rh", "felt_f"),
    # Cells of the heat index chart of the US National Weather Service.
    [(80, 40, 80), (90, 70, 105), (100, 40, 109), (86, 90, 105), (94, 60, 110), (110, 40, 136)],
)
def test_the_heat_index_is_that_of_the_published_chart(temp_f, rh, felt_f):
    felt = heat_index(np.array([(temp_f - 32) / 1.8]), np.array([float(rh)]))
    assert felt[0] * 1.8 + 32 == pytest.approx(felt_f, abs=1.0)


def test_cold_air_feels_as_cold_as_it_is():
    assert heat_index(np.array([-12.0]), np.array([90.0]))[0] == pytest.approx(-12.0)


def test_friday_to_sunday_is_weekend():
    week = np.array([f"2024-08-{day:02}" for day in range(5, 12)], dtype="datetime64[D]")
    assert is_weekend(week.astype(np.int64)).tolist() == [0, 0, 0, 0, 1, 1, 1]


def test_the_last_day_of_a_year_lies_next_to_the_first():
    ends = [np.array(year_circle(days(text))).ravel() for text in ("2023-12-31", "2024-01-01")]
    assert np.linalg.norm(ends[0] - ends[1]) < 0.03


def test_a_value_on_a_class_bound_belongs_to_the_class_above():
    assert fwi_class(np.array([38.0]))[0] == "very_high"


def test_every_column_of_the_catalogue_is_filled_with_its_type_and_described():
    made = features_of([observation(0), observation(1, cell="north")])
    assert made.schema.equals(pa.schema([f for f in FEATURES.schema if f.name != "batch_id"]))
    made.validate(full=True)
    for column in FEATURES.columns:
        assert column.description
        assert column.nullable or column.name == "batch_id" or not made[column.name].null_count
    grid = made.select(["cell_x", "cell_y"]).to_pylist()
    assert grid == [{"cell_x": 7.0, "cell_y": 4.0}, {"cell_x": None, "cell_y": None}]


def test_models_see_no_key_time_or_provenance():
    hidden = {"cell_id", "observed_at", "known_at", "batch_id", "feature_version"}
    hidden |= {"codes_source", "gap_policy", "fwi_class"}
    assert {c.name for c in FEATURES.columns} - set(MODEL_FEATURES) == hidden


def test_the_newest_row_of_a_cell_says_where_it_lies():
    south = {"cell_id": "7-4", "latitude": -20.0, "longitude": 30.0, "zone": "south"}
    old = south | {"latitude": 10.0, "zone": None}
    stamp = {"batch_id": "b"}
    early, late = observation(0)["known_at"], observation(5)["known_at"]
    rows = [south | stamp | {"known_at": late}, old | stamp | {"known_at": early}]
    made = next_features(
        new_weather=weather([observation(0)]),
        past_weather=weather([]),
        past_features=FEATURES.schema.empty_table(),
        cells=pa.Table.from_pylist(rows, schema=CELLS.schema),
        default_latitude=41.9,
    ).to_pylist()[0]
    assert {name: made[name] for name in ("latitude", "longitude", "zone")} == {
        "latitude": -20.0,
        "longitude": 30.0,
        "zone": "south",
    }
    assert made["dc"] != features_of([observation(0)])["dc"][0].as_py()


def test_strings_may_come_as_views_as_delta_hands_them_out():
    first = weather([observation(0, codes=(91.0, 80.0, 400.0, 9.0))])
    after = weather([observation(1, codes=(91.0, 80.0, 400.0, 9.0))])
    made = Store().take(first)

    def views(table):
        return table.cast(
            pa.schema(
                f.with_type(pa.string_view()) if f.type == pa.string() else f for f in table.schema
            )
        )

    def build(form):
        return next_features(
            new_weather=form(after),
            past_weather=form(first),
            past_features=form(made),
            cells=form(CELLS.schema.empty_table()),
            default_latitude=41.9,
        )

    assert build(views).equals(build(lambda table: table))


def test_nothing_new_owes_nothing():
    with pytest.raises(UsageError, match="no observation"):
        needs_from(weather([]))
    made = next_features(
        new_weather=weather([]),
        past_weather=weather([]),
        past_features=FEATURES.schema.empty_table(),
        cells=CELLS.schema.empty_table(),
        default_latitude=41.9,
    )
    assert made.num_rows == 0
