"""What a stored table says of its own columns, ours or written by somebody else."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from fire_risk_assets.adapters.delta_tables import WRITER, DeltaTables
from fire_risk_assets.core.tables import every_table
from fire_risk_assets.core.tables.observed import CELLS, WEATHER
from fire_risk_assets.core.tables.spec import INSTANT
from fire_risk_assets.errors import StoreBroken


@pytest.mark.parametrize("table", every_table(), ids=lambda table: table.name)
def test_a_table_just_made_has_the_catalogued_columns_and_no_rows(tmp_path, table):
    tables = DeltaTables(tmp_path)
    tables.prepare(table)
    assert tables.stored_schema(table).equals(table.schema)
    names = table.schema.names
    assert tables.null_counts(table, names) == (0, dict.fromkeys(names, 0))


def test_a_table_never_made_has_no_schema_and_no_nulls(tmp_path):
    tables = DeltaTables(tmp_path)
    assert tables.stored_schema(CELLS) is None
    assert tables.null_counts(CELLS, ["cell_id"]) == (0, {"cell_id": 0})


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
def test_text_of_any_width_is_text_and_a_time_without_zone_is_no_instant(tmp_path, kind):
    fields = {"cell_id": kind, "known_at": pa.timestamp("us"), "seen_at": INSTANT}
    rows = pa.table({name: pa.array([], type=of) for name, of in fields.items()})
    write_deltalake(tmp_path / "cells", rows)
    stored = DeltaTables(tmp_path).stored_schema(CELLS)
    assert stored.types == [pa.string(), pa.timestamp("us"), INSTANT]


def test_nulls_are_counted_also_in_files_older_than_their_column(tmp_path):
    old = pa.table({"cell_id": ["7-4", None, "7-6"]})
    new = pa.table({"cell_id": ["8-1"], "latitude": [41.9]})
    write_deltalake(tmp_path / "cells", old)
    write_deltalake(tmp_path / "cells", new, mode="append", schema_mode="merge")
    counted = DeltaTables(tmp_path).null_counts(CELLS, ["cell_id", "latitude"])
    assert counted == (4, {"cell_id": 1, "latitude": 3})


def observed(day):
    """Weather of one cell at noon of a day of 2026."""
    row = dict.fromkeys(("temp_c", "rh_pct", "wind_km_h", "rain_mm"), 1.0)
    row |= {"cell_id": "7-4", "batch_id": "b", "known_at": datetime(2026, 12, 1, tzinfo=UTC)}
    row["observed_at"] = datetime(2026, 1, day, 12, microsecond=123456, tzinfo=UTC)
    return pa.Table.from_pylist([row], schema=WEATHER.schema)


def test_columns_that_have_no_room_for_a_null_are_not_read_to_count_them(tmp_path):
    tables = DeltaTables(tmp_path)
    tables.append(WEATHER, observed(1))
    (file,) = (tmp_path / WEATHER.name).glob("*.parquet")
    whole = file.read_bytes()
    footer = int.from_bytes(whole[-8:-4], "little") + 8
    file.write_bytes(b"PAR1" + bytes(len(whole) - footer - 4) + whole[-footer:])
    full = [column.name for column in WEATHER.columns if not column.nullable]
    assert tables.null_counts(WEATHER, full) == (1, dict.fromkeys(full, 0))
    with pytest.raises(StoreBroken):
        tables.null_counts(WEATHER, ["ffmc"])


def test_the_newest_instant_is_told_without_the_rows_and_never_too_late(tmp_path):
    tables = DeltaTables(tmp_path, compact_at_files=3)
    assert tables.newest(WEATHER, "observed_at") is None
    tables.prepare(WEATHER)
    assert tables.newest(WEATHER, "observed_at") is None
    for day in (2, 3, 1):
        tables.append(WEATHER, observed(day))
    assert tables.compact(WEATHER) is True
    exact = datetime(2026, 1, 3, 12, microsecond=123456, tzinfo=UTC)
    assert timedelta() <= exact - tables.newest(WEATHER, "observed_at") <= timedelta(milliseconds=1)


def constraints(folder):
    found = DeltaTable(folder).metadata().configuration
    return {name.removeprefix("delta.constraints.") for name in found if "constraints" in name}


def test_constraints_a_kill_left_out_are_added_at_the_next_start(tmp_path):
    folder = tmp_path / WEATHER.name
    DeltaTable.create(
        folder,
        schema=WEATHER.schema,
        configuration={WRITER: "delta-rs"},
        raise_if_key_not_exists=False,
    )
    assert constraints(folder) == set()
    DeltaTables(tmp_path).prepare(WEATHER)
    assert constraints(folder) == set(WEATHER.checks)


@pytest.mark.parametrize("stamp", [{}, {WRITER: "delta-rs"}])
def test_a_table_of_other_columns_is_left_alone_at_the_start(tmp_path, stamp):
    folder = tmp_path / WEATHER.name
    rows = pa.table({"cell_id": ["7-4"], "temp_c": ["warm"]})
    write_deltalake(folder, rows)
    DeltaTable(folder).alter.set_table_properties(stamp, raise_if_not_exists=False)
    DeltaTables(tmp_path).prepare(WEATHER)
    assert constraints(folder) == set()
