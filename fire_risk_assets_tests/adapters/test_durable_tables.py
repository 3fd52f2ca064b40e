"""Every commit of a data table is flushed before anything rests on it, whoever made it."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from fire_risk_assets.adapters.delta_tables import DeltaTables
from fire_risk_assets.core.tables.observed import CELLS

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def cell(number):
    row = {"cell_id": f"7-{number}", "latitude": 41.9, "longitude": -6.7, "zone": None}
    return pa.Table.from_pylist([row | {"known_at": NOW, "batch_id": "b"}], schema=CELLS.schema)


@pytest.fixture
def tables(tmp_path):
    return DeltaTables(tmp_path, compact_at_files=3)


def logs(tables):
    """Inodes of the log entries, oldest first."""
    found = sorted((tables.root / CELLS.name / "_delta_log").glob("*.json"))
    return [path.stat().st_ino for path in found]


def test_what_a_killed_writer_left_unflushed_is_flushed_by_the_next_one__f26(tables, flushed):
    tables.append(CELLS, cell(1))
    write_deltalake(tables.root / CELLS.name, cell(2), mode="append")
    assert logs(tables)[-1] not in flushed
    tables.append(CELLS, cell(3))
    assert set(logs(tables)) <= set(flushed)
    write_deltalake(tables.root / CELLS.name, cell(4), mode="append")
    tables.make_durable(CELLS)
    assert set(logs(tables)) <= set(flushed)


def test_the_entries_of_a_clean_up_are_flushed_too__f26(tables, flushed):
    for number in range(4):
        tables.append(CELLS, cell(number))
    forgotten_at_once = {"delta.deletedFileRetentionDuration": "interval 0 seconds"}
    DeltaTable(tables.root / CELLS.name).alter.set_table_properties(forgotten_at_once)
    before = len(logs(tables))
    assert tables.compact(CELLS)
    # The merge, and the beginning and the end of the clean-up.
    assert len(logs(tables)) == before + 3
    assert set(logs(tables)) <= set(flushed)
    assert tables.read(CELLS).num_rows == 4
