from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

INSTANT = pa.timestamp("us", tz="UTC")


def test_the_tables_have_the_canonical_columns(histories):
    history = histories[0]
    measured = [(name, pa.float64()) for name in ("temp_c", "rh_pct", "wind_km_h", "rain_mm")]
    assert history.weather.schema == pa.schema(
        [("cell_id", pa.string()), ("observed_at", INSTANT), *measured, ("known_at", INSTANT)]
    )
    assert history.reports.schema == pa.schema(
        [
            ("report_id", pa.string()),
            ("cell_id", pa.string()),
            ("started_at", INSTANT),
            ("burned_area_ha", pa.float64()),
            ("reported_at", INSTANT),
            ("known_at", INSTANT),
        ]
    )
    assert history.cells.column_names == ["cell_id", "latitude", "longitude", "zone"]


def test_every_cell_has_one_noon_observation_a_day_known_six_hours_later(histories):
    weather = histories[0].weather
    days = (date(2026, 1, 1) - date(2023, 1, 1)).days
    assert len(weather) == days * 81
    assert len(weather.group_by(["cell_id", "observed_at"]).aggregate([])) == len(weather)
    observed, known = (weather[name].to_numpy() for name in ("observed_at", "known_at"))
    assert (observed - observed.astype("datetime64[D]") == np.timedelta64(12, "h")).all()
    assert (known - observed == np.timedelta64(6, "h")).all()
    assert str(observed[0]) == "2023-01-01T12:00:00.000000"


def test_weather_is_possible_and_rounded_as_a_station_writes_it(histories):
    for history in histories:
        frame = history.weather.to_pandas()
        assert frame["temp_c"].between(-30, 50).all()
        assert frame["rh_pct"].between(12, 100).all()
        assert frame["wind_km_h"].between(0.1, 60).all()
        assert frame["rain_mm"].between(0, 150).all()
        assert (frame["rh_pct"] == frame["rh_pct"].round(0)).all()
        for column in ("temp_c", "wind_km_h", "rain_mm"):
            assert (frame[column] == [float(f"{value:.1f}") for value in frame[column]]).all()


def test_a_fire_starts_within_the_24_hours_its_report_is_named_after(histories):
    for row in histories[0].reports.to_pylist():
        letter, ordinal, x, y, number = row["report_id"].split("-")
        noon = datetime.fromordinal(int(ordinal)) + timedelta(hours=12)
        started = row["started_at"].replace(tzinfo=None)
        assert (letter, f"{x}-{y}", number) == ("R", row["cell_id"], "1")
        assert noon <= started < noon + timedelta(days=1)


def test_areas_are_0_or_between_the_smallest_and_the_largest_recorded(histories):
    for history in histories:
        area = history.reports["burned_area_ha"].to_numpy()
        burned = area[area > 0]
        assert (area >= 0).all()
        assert burned.min() >= 0.09
        assert burned.max() <= 1500
        assert (area == [float(f"{value:.2f}") for value in area]).all()


def test_nothing_is_in_a_history_that_was_not_known_by_its_end(histories):
    end = np.datetime64("2026-01-01", "us")
    for history in histories:
        assert history.reports["known_at"].to_numpy().max() < end
        assert history.weather["known_at"].to_numpy().max() < end


def test_reports_stand_in_the_order_they_became_known(histories):
    known = histories[0].reports["known_at"].to_numpy()
    assert (np.diff(known) >= np.timedelta64(0, "us")).all()


def test_every_report_is_about_a_cell_of_the_park(histories):
    history = histories[0]
    assert pc.all(
        pc.is_in(
            history.reports["cell_id"], value_set=pa.array(history.cells["cell_id"].to_pylist())
        )
    ).as_py()
