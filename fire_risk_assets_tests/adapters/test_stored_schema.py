"""What a stored table says of its own columns, ours or written by somebody else."""

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from fire_risk_assets.adapters.delta_tables import WRITER, DeltaTables
from fire_risk_assets.core.tables import every_table
from fire_risk_assets.core.tables.observed import CELLS, WEATHER
from fire_risk_assets.core.tables.spec import INSTANT


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
