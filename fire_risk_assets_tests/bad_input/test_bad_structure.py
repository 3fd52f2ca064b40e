"""B17–B32: the shape of the table, and what only one of the two formats can get wrong."""

import pyarrow as pa
import pytest

from fire_risk_assets.core.tables.observed import CELLS
from fire_risk_assets_tests.bad_input.twins import written

HEADER = "cell_id,observed_at,temp_c,rh_pct,wind_km_h,rain_mm\n"
ROW = "7-4,2026-09-01T12:00:00Z,21.5,40,7,0\n"
NEXT = "7-5,2026-09-01T12:00:00Z,20.5,41,8,0\n"
GOOD = HEADER + ROW


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(ROW + NEXT, "no_header", id="B17-no-header"),
        pytest.param(GOOD.replace(",", ";"), "wrong_delimiter", id="B23-semicolon"),
        pytest.param(GOOD.replace(",", "\t"), "wrong_delimiter", id="B23-tab"),
        pytest.param(GOOD.replace("\n", ",\n"), "trailing_comma", id="B26-everywhere"),
        pytest.param(HEADER + (ROW + NEXT).replace("\n", ",\n"), "trailing_comma", id="B26-rows"),
        pytest.param(GOOD + '"7-5,2026-09-01,1,1,1,1\n' + NEXT, "unclosed_quote", id="B27"),
        pytest.param('"cell_id,x\n' + ROW, "unclosed_quote", id="B27-header"),
        pytest.param(GOOD.replace("\n", "\r"), "carriage_return", id="B31-cr-only"),
    ],
)
def test_a_misshapen_file_is_refused_whole(border, content, code):
    border.rejects(content, code)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(GOOD.replace("rh_pct", "humidity"), "missing_column", id="B19-renamed"),
        pytest.param(
            "cell_id,observed_at,temp_c,rh_pct,wind_km_h\n7-4,2026-09-01,1,1,1\n",
            "missing_column",
            id="B20-missing",
        ),
        pytest.param(
            GOOD.replace("rain_mm\n", "rain_mm,extra\n").replace(",0\n", ",0,1\n"),
            "unknown_column",
            id="B21-extra",
        ),
        pytest.param(
            GOOD.replace("rain_mm\n", "rain_mm,rain_mm\n").replace(",0\n", ",0,0\n"),
            "duplicate_column",
            id="B22-duplicate-header",
        ),
    ],
)
def test_other_columns_than_those_of_the_kind_refuse_the_file(both, content, code):
    both.rejects(content, code)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(
            HEADER.upper() + ROW,
            "no header of a weather file: 'CELL_ID', 'OBSERVED_AT', 'TEMP_C', 'RH_PCT',"
            " 'WIND_KM_H', 'RAIN_MM'. Names are taken as written. A weather file has cell_id,",
            id="B19-capitals",
        ),
        pytest.param(f"sep=,\n{GOOD}", "tells a spreadsheet what separates cells", id="B17-sep"),
        pytest.param(f"sep=;\n{GOOD}", "tells a spreadsheet what separates cells", id="B17-sep;"),
        pytest.param(f"# station 7, daily\n{GOOD}", "is a comment ('# station 7', ", id="B17-note"),
    ],
)
def test_what_often_stands_for_the_header_is_named(border, content, said):
    report = border.rejects(content, "no_header")
    assert said in report.rejection_reason


def test_columns_are_taken_by_name_in_any_order__b18(both):
    report = both.offer(
        "rain_mm,wind_km_h,cell_id,rh_pct,observed_at,temp_c\n0,7,7-4,40,2026-09-01T12:00Z,21.5\n"
    )
    assert report.accepted == 1
    (row,) = both.weather().to_pylist()
    assert (row["temp_c"], row["rh_pct"], row["wind_km_h"], row["rain_mm"]) == (21.5, 40, 7, 0)


def test_swapped_cells_are_caught_by_their_range__b18(both):
    report = both.offer(HEADER + "7-4,2026-09-01T12:00:00Z,95,21.5,7,0\n")
    assert report.reasons == {"temp_c_out_of_range": 1}


def test_swapped_uci_columns_are_refused__b18(both):
    row = "7,5,mar,fri,86.2,26.2,94.3,5.1,8.2,51,6.7,0,0\n"
    both.rejects(f"Y,X,month,day,FFMC,DMC,DC,ISI,temp,RH,wind,rain,area\n{row}", "column_order")


def test_blanks_mark_and_line_ends_are_normalised_and_counted__b24_b25_b30(border):
    spoiled = "\ufeff" + GOOD.replace("rh_pct,", " rh_pct , ").replace("\n", "\r\n\r\n") + "  \n"
    report = border.offer(spoiled)
    assert (report.read, report.accepted) == (1, 1)
    assert report.normalised == {"blank_lines": 3, "byte_order_mark": 1, "header_blanks": 2}


def test_blanks_around_names_and_values_are_removed_and_counted__b24(both):
    blanks = "7-4, 2026-09-01 12:00 , 21.5,40 ,7,0\n"
    # A number of Parquet has no blanks; text has.
    row = blanks if both.form == "csv" else blanks.replace(" 21.5,40 ", "21.5,40")
    report = both.offer(HEADER.replace("rh_pct,", " rh_pct , ") + row)
    found = 3 if both.form == "csv" else 1
    assert (report.accepted, report.normalised) == (1, {"header_blanks": 2, "value_blanks": found})
    (row,) = both.weather().to_pylist()
    assert (row["temp_c"], f"{row['observed_at']:%H:%M}") == (21.5, "12:00")
    zones = "cell_id,latitude,longitude,zone\n 7-4 ,41.9,-6.8, \n7-5,41.8,-6.7,a b \n"
    report = both.offer(zones, name="cells.csv")
    assert (report.accepted, report.normalised) == (2, {"value_blanks": 3})
    stored = both.store.read(CELLS, columns=["cell_id", "zone"]).to_pylist()
    assert stored == [{"cell_id": "7-4", "zone": None}, {"cell_id": "7-5", "zone": "a b"}]


def test_short_and_long_rows_are_set_aside_with_their_raw_line__b28_b29(border):
    long, short, comma = "7-5,2026-09-01,1,1,1,1,9", "7-6,2026-09-01,1", NEXT.strip() + ","
    quoted = '7"5",2026-09-01,1,1,1,1'
    report = border.offer(HEADER + "\n".join([long, short, "", ROW.strip(), comma, quoted]))
    assert (report.read, report.accepted) == (5, 1)
    assert border.quarantined() == [
        (2, "long_row", long),
        (3, "short_row", short),
        (6, "long_row", comma),
        (7, "misquoted_row", quoted),
    ]


def test_quoted_cells_keep_their_commas_and_quotes(border):
    zone = '"north, ""old"" part"'
    report = border.offer(f'cell_id,latitude,longitude,zone\n"7-4",41.9,-6.7,{zone}\r\n')
    assert report.accepted == 1
    assert report.tables == "cells"


def _parquet(**columns: pa.Array) -> bytes:
    good = {
        "cell_id": pa.array(["7-4"]),
        "observed_at": pa.array([1_788_264_000_000_000], pa.timestamp("us", "UTC")),
        **{name: pa.array([20.0]) for name in ("temp_c", "rh_pct", "wind_km_h", "rain_mm")},
    }
    return written(pa.table({**good, **columns}))


def test_parquet_goes_through_the_same_rules(border):
    report = border.offer(_parquet(), name="good.parquet")
    assert (report.accepted, border.weather()["temp_c"].to_pylist()) == (1, [20.0])
    bad = border.offer(_parquet(rh_pct=pa.array([float("nan")])), name="bad.parquet")
    assert bad.reasons == {"rh_pct_not_a_number": 1}
    ((line, _, raw),) = border.quarantined()
    assert (line, '"rh_pct": "nan"' in raw) == (1, True)


FAR_AWAY = (2**61, -(2**62), 2**63 - 1)
"""Milliseconds that come to an instant of this century once they overflow as microseconds."""


@pytest.mark.parametrize("zone", ["UTC", None])
@pytest.mark.parametrize("unit", ["ms", "us"])
def test_a_timestamp_beyond_all_calendars_is_never_another_time(border, unit, zone):
    fine = {"ms": 10**3, "us": 10**6}[unit] * 1_788_264_000
    times = pa.array([fine, *FAR_AWAY], pa.timestamp(unit, zone))
    rows = {name: pa.array([20.0] * 4) for name in ("temp_c", "rh_pct", "wind_km_h", "rain_mm")}
    columns = {"cell_id": pa.array(["7-4", "7-5", "7-6", "7-7"]), "observed_at": times, **rows}
    report = border.offer(_parquet(**columns), name="far.parquet")
    assert (report.accepted, report.quarantined) == (1, 3)
    assert border.weather()["cell_id"].to_pylist() == ["7-4"]


@pytest.mark.parametrize(
    "columns",
    [
        {"temp_c": pa.array(["20.0"])},
        {"temp_c": pa.array([True])},
        {"cell_id": pa.array([74])},
        {"observed_at": pa.array([1_788_264_000])},
        {"temp_c": pa.array([[20.0]])},
        {"cell_id": pa.array([b"7-4"])},
    ],
    ids=["text-for-number", "boolean", "number-for-id", "number-for-time", "nested", "bytes"],
)
def test_a_column_of_parquet_that_changed_its_type_is_refused__b32(border, columns):
    border.rejects(_parquet(**columns), "wrong_type", name="drift.parquet")


def test_csv_named_parquet_is_refused(border):
    report = border.rejects(GOOD, "not_parquet", name="text.parquet")
    # What the library says is a sentence already.
    assert report.rejection_reason.endswith(".")
    assert not report.rejection_reason.endswith("..")
