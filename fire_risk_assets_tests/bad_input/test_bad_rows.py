"""B33–B61: cells and rows that are set aside one by one, the rest of the file going in.

The same rows as CSV and as Parquet, for the same reasons.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from fire_risk_assets.actions.ingest import BorderSettings
from fire_risk_assets.core.tables import observed

WEATHER = "cell_id,observed_at,temp_c,rh_pct,wind_km_h,rain_mm,ffmc\n"
REPORTS = "report_id,cell_id,started_at,burned_area_ha\n"
CELLS = "cell_id,latitude,longitude,zone\n"
UCI = "X,Y,month,day,FFMC,DMC,DC,ISI,temp,RH,wind,rain,area\n"
GOOD = {
    WEATHER: "7-4,2026-09-01T12:00:00Z,21.5,40,7,0,85\n",
    REPORTS: "r-1,7-4,2026-09-01T15:00:00Z,0.5\n",
    CELLS: "9-9,41.9,-6.7,north\n",
    UCI: "7,5,mar,fri,86.2,26.2,94.3,5.1,8.2,51,6.7,0,0\n",
}


def _weather(**cells: str) -> str:
    row = ["7-5", "2026-09-01", "20", "40", "7", "0", "85"]
    good = dict(zip(WEATHER.strip().split(","), row, strict=True))
    return ",".join((good | cells).values())


def _uci(**cells: str) -> str:
    row = ["6", "5", "mar", "fri", "86.2", "26.2", "94.3", "5.1", "8.2", "51", "6.7", "0", "0"]
    return ",".join((dict(zip(UCI.strip().split(","), row, strict=True)) | cells).values())


def _case(name: str, header: str, row: str, code: str) -> object:
    return pytest.param(header, row, code, id=name)


NUMBERS = [
    _case("B33-nan-label", REPORTS, "r-2,7-4,2026-09-01,NaN", "burned_area_ha_not_a_number"),
    _case("B34-nan-feature", WEATHER, _weather(temp_c="nan"), "temp_c_not_a_number"),
    _case("B35-inf", WEATHER, _weather(wind_km_h="inf"), "wind_km_h_not_a_number"),
    _case("B36-minus-infinity", WEATHER, _weather(temp_c="-Infinity"), "temp_c_not_a_number"),
    _case("B44-overflow", WEATHER, _weather(temp_c="9" * 30), "temp_c_out_of_range"),
    _case("B44-64-bits", WEATHER, _weather(rh_pct=str(2**64 - 1)), "rh_pct_out_of_range"),
    _case("B45-fraction-on-the-grid", UCI, _uci(X="7.9"), "x_off_grid"),
    _case("B48-na-cell", WEATHER, _weather(cell_id="NA"), "cell_id_missing_marker"),
    _case("B48-na-zone", CELLS, "1-1,41.9,-6.7,NA", "zone_missing_marker"),
    _case("empty", WEATHER, _weather(temp_c=""), "temp_c_missing"),
]
UNFIT = [
    _case("B37-overflow", WEATHER, _weather(temp_c="1e400"), "temp_c_does_not_fit"),
    _case("B37-underflow", WEATHER, _weather(rain_mm="1e-400"), "rain_mm_does_not_fit"),
]
TEXTS = [
    _case("B38-decimal-comma", WEATHER, _weather(temp_c='"20,5"'), "temp_c_not_a_number"),
    _case("B39-thousands", REPORTS, 'r-2,7-4,2026-09-01,"1,200"', "burned_area_ha_not_a_number"),
    _case("B40-hex", WEATHER, _weather(rh_pct="0x7"), "rh_pct_not_a_number"),
    _case("B41-underscore", WEATHER, _weather(rh_pct="8_2"), "rh_pct_not_a_number"),
    _case("B42-full-width", WEATHER, _weather(rh_pct="４０"), "rh_pct_not_a_number"),
    _case("B42-arabic", WEATHER, _weather(rh_pct="٤٠"), "rh_pct_not_a_number"),
    _case("B43-true", WEATHER, _weather(rain_mm="TRUE"), "rain_mm_not_a_number"),
    _case("B47-text", WEATHER, _weather(temp_c="warm"), "temp_c_not_a_number"),
    _case("blank", WEATHER, _weather(temp_c="2 0"), "temp_c_not_a_number"),
]
DOMAIN = [
    _case("B49-x-off-grid", UCI, _uci(X="10"), "x_off_grid"),
    _case("B49-y-off-grid", UCI, _uci(Y="0"), "y_off_grid"),
    _case("B50-latitude", CELLS, "1-1,96.7,41.9,", "latitude_out_of_range"),
    _case("B50-longitude", CELLS, "1-1,41.9,181,", "longitude_out_of_range"),
    _case("B51-rh-0", WEATHER, _weather(rh_pct="0"), "rh_pct_out_of_range"),
    _case("B51-rh-101", WEATHER, _weather(rh_pct="101"), "rh_pct_out_of_range"),
    _case("B52-rain", WEATHER, _weather(rain_mm="-0.1"), "rain_mm_out_of_range"),
    _case("B52-wind", WEATHER, _weather(wind_km_h="-1"), "wind_km_h_out_of_range"),
    _case("B52-area", REPORTS, "r-2,7-4,2026-09-01,-1", "burned_area_ha_out_of_range"),
    _case("B53-month", UCI, _uci(month="foo"), "month_unknown"),
    _case("B53-day", UCI, _uci(day="xyz"), "day_unknown"),
    _case("B54-ffmc", WEATHER, _weather(ffmc="101.1"), "ffmc_out_of_range"),
    _case("B54-temp", WEATHER, _weather(temp_c="80"), "temp_c_out_of_range"),
    _case("B56-area", REPORTS, "r-2,7-4,2026-09-01,10001", "burned_area_ha_larger_than_cell"),
    _case("B65-formula-id", WEATHER, _weather(cell_id="=cmd|' /C calc'!A1"), "cell_id_not_an_id"),
    _case("B65-html", REPORTS, "<b>x</b>,7-4,2026-09-01,1", "report_id_not_an_id"),
    _case("path-id", WEATHER, _weather(cell_id="a..b"), "cell_id_not_an_id"),
]
TIME = [
    _case(
        "B59-weather",
        WEATHER,
        _weather(observed_at="2026-09-28T00:00:01Z"),
        "observed_at_in_future",
    ),
    _case("B59-fire", REPORTS, "r-2,7-4,2027-01-01,1", "started_at_in_future"),
    _case(
        "B60-30-february",
        WEATHER,
        _weather(observed_at="2026-02-30"),
        "observed_at_impossible_time",
    ),
    _case("B60-dst-gap", WEATHER, _weather(observed_at="2026-03-29T01:30"), "observed_at_dst_gap"),
    _case("local-format", WEATHER, _weather(observed_at="01/09/2026"), "observed_at_not_a_time"),
    _case(
        "hour-24", WEATHER, _weather(observed_at="2026-09-01T24:00"), "observed_at_impossible_time"
    ),
    _case(
        "leap-second",
        WEATHER,
        _weather(observed_at="2026-06-30T23:59:60Z"),
        "observed_at_impossible_time",
    ),
    _case("year-1", WEATHER, _weather(observed_at="0001-01-01"), "observed_at_impossible_time"),
    _case(
        "full-width-time", WEATHER, _weather(observed_at="２026-09-01"), "observed_at_not_a_time"
    ),
]


def _in_lisbon(border):
    return replace(border, settings=BorderSettings(timezone="Europe/Lisbon"))


@pytest.mark.parametrize(("header", "row", "code"), [*NUMBERS, *DOMAIN, *TIME])
def test_a_bad_row_is_set_aside_and_its_neighbour_goes_in(both, header, row, code):
    lisbon = _in_lisbon(both)
    report = lisbon.offer(header + GOOD[header] + row + "\n")
    assert (report.read, report.accepted, report.quarantined) == (2, 1, 1)
    assert report.reasons == {code: 1}
    assert lisbon.set_aside() == [(3, code)]
    assert both.form == "parquet" or lisbon.quarantined() == [(3, code, row)]


@pytest.mark.parametrize(("header", "row", "code"), [*UNFIT, *TEXTS])
def test_a_number_that_only_text_can_hold_is_set_aside_as_it_was_written(border, header, row, code):
    lisbon = _in_lisbon(border)
    assert lisbon.offer(header + GOOD[header] + row + "\n").accepted == 1
    assert lisbon.quarantined() == [(3, code, row)]


@pytest.mark.parametrize(("header", "row", "code"), TEXTS)
def test_text_in_a_number_makes_a_text_column_of_parquet_and_refuses_it(border, header, row, code):
    parquet = replace(border, form="parquet")
    report = parquet.rejects(header + GOOD[header] + row + "\n", "wrong_type")
    assert f"Column {code.removesuffix('_not_a_number')} holds" in report.rejection_reason


def test_negative_zero_becomes_zero_and_is_counted__b46(both):
    report = both.offer(WEATHER + _weather(rain_mm="-0.0") + "\n")
    assert (report.accepted, report.normalised) == (1, {"negative_zero": 1})
    assert str(both.weather()["rain_mm"].to_pylist()) == "[0.0]"


def test_month_and_day_are_taken_in_any_case_and_counted__b53(both):
    report = both.offer(UCI + _uci(month="MAR", day="Fri") + "\n")
    assert (report.accepted, report.normalised) == (1, {"day_case": 1, "month_case": 1})


def test_a_cell_nobody_described_is_set_aside_once_cells_are_known__b49(both):
    both.offer(CELLS + GOOD[CELLS], name="cells.csv")
    report = both.offer(WEATHER + _weather(cell_id="8-8") + "\n" + _weather(cell_id="9-9") + "\n")
    assert (report.accepted, report.reasons) == (1, {"cell_id_unknown": 1})


def test_exchanged_coordinates_are_set_aside_once_it_is_known_where_cells_lie__b50(both):
    both.offer(CELLS + "1-1,41.9,-6.8,\n1-2,41.8,-6.7,\n", name="cells.csv")
    rows = ("2-1,-6.8,41.9,", "2-2,42.5,-7.2,", "2-3,-33.9,18.4,", "2-4,,,")
    report = both.offer(CELLS + "\n".join(rows) + "\n", name="more.csv")
    assert (report.accepted, report.reasons) == (3, {"latitude_swapped": 1})
    assert both.set_aside() == [(2, "latitude_swapped")]


def test_the_first_of_two_equal_local_hours_is_taken_and_counted(border):
    lisbon = replace(border, settings=BorderSettings(timezone="Europe/Lisbon"))
    report = lisbon.offer(WEATHER + _weather(observed_at="2025-10-26T01:30") + "\n")
    assert report.normalised == {"ambiguous_local_time": 1}
    (at,) = lisbon.weather()["observed_at"].to_pylist()
    assert at.utcoffset() == timedelta(0)
    assert at.isoformat() == "2025-10-26T00:30:00+00:00"


def test_a_repeated_row_counts_as_accepted_and_adds_nothing__b57(both):
    report = both.offer(WEATHER + GOOD[WEATHER] * 3)
    assert (report.accepted, report.duplicates, both.weather().num_rows) == (3, 2, 1)


def test_contradicting_rows_are_both_set_aside__b58(both):
    other = GOOD[WEATHER].replace("21.5", "22.5")
    report = both.offer(WEATHER + GOOD[WEATHER] + other + _weather() + "\n")
    assert (report.accepted, report.reasons) == (1, {"conflicting_duplicate": 2})
    assert [line for line, _ in both.set_aside()] == [2, 3]


def test_a_label_known_before_its_fire_is_set_aside__b61(both):
    report = both.offer(
        "report_id,cell_id,started_at,burned_area_ha,reported_at\n"
        "r-1,7-4,2026-09-02,1,2026-09-01\nr-2,7-4,2026-09-02,1,2026-09-05\n"
    )
    assert (report.accepted, report.reasons) == (1, {"known_at_before_event": 1})
    (reason,) = both.store.read(observed.QUARANTINE, columns=["reason"])["reason"].to_pylist()
    assert reason == "known_at, or reported_at in its place, lies before started_at."


def test_formula_text_in_a_free_column_is_stored_inert__b65(both):
    formula = '=HYPERLINK(""http://x"")'
    both.offer(CELLS + f'1-1,,,"{formula}"\n')
    (row,) = both.store.read(observed.CELLS).to_pylist()
    assert row["zone"] == formula.replace('""', '"')
