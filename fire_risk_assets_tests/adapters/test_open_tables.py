"""Tables held open show what anybody has committed since, whatever became of their folder."""

import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, write_deltalake

from fire_risk_assets.adapters.delta_ledger import DeltaLedger
from fire_risk_assets.adapters.delta_tables import DeltaTables
from fire_risk_assets.adapters.open_tables import OpenTables
from fire_risk_assets.core.tables.registry_status import REGISTRY_STATUS
from fire_risk_assets.errors import StoreBroken
from fire_risk_assets_tests.ledgers import first, ledger_of


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "numbers"
    commit(folder, 1)
    return folder


def commit(folder, *numbers):
    write_deltalake(folder, pa.table({"number": numbers}), mode="append")


def seen(table):
    return sorted(pq.read_table(table.file_uris())["number"].to_pylist())


def test_an_unchanged_table_is_not_opened_again_and_a_commit_is_seen(folder):
    tables = OpenTables()
    first_seen = tables.newest(folder)
    assert tables.newest(folder) is first_seen
    commit(folder, 2)
    assert seen(tables.newest(folder)) == [1, 2]
    write_deltalake(first_seen, pa.table({"number": [3]}), mode="append")
    assert seen(tables.newest(folder)) == [1, 2, 3]


def test_a_table_put_in_the_place_of_another_is_seen(folder):
    tables = OpenTables()
    commit(folder, 2)
    assert seen(tables.newest(folder)) == [1, 2]
    shutil.rmtree(folder)
    assert tables.newest(folder) is None
    commit(folder, 7)
    commit(folder, 8)
    assert seen(tables.newest(folder)) == [7, 8]


def test_a_table_whose_log_was_cleaned_up_meanwhile_is_seen_whole(folder):
    tables = OpenTables()
    tables.newest(folder)
    for number in (2, 3, 4):
        commit(folder, number)
    DeltaTable(folder).create_checkpoint()
    for version in range(3):
        (folder / "_delta_log" / f"{version:020d}.json").unlink()
    commit(folder, 5)
    assert seen(tables.newest(folder)) == [1, 2, 3, 4, 5]


def test_an_empty_entry_that_comes_later_is_refused(folder):
    tables = OpenTables()
    tables.newest(folder)
    commit(folder, 2)
    (folder / "_delta_log" / f"{1:020d}.json").write_bytes(b"")
    with pytest.raises(StoreBroken, match=r"0001\.json of its log is empty"):
        tables.newest(folder)


@pytest.fixture(params=["held", "new"])
def tables(request, folder):
    """What has opened the table before, or never has."""
    tables = OpenTables()
    if request.param == "held":
        tables.newest(folder)
    for number in (2, 3, 4):
        commit(folder, number)
    return tables


@pytest.mark.parametrize("text", [b'{"commitInfo": {"timesta', bytes(200)], ids=["torn", "zeros"])
def test_an_entry_that_is_torn_is_named(tables, folder, text):
    (folder / "_delta_log" / f"{3:020d}.json").write_bytes(text)
    with pytest.raises(StoreBroken, match=r"Table numbers .* entry 0+3\.json .* torn") as told:
        tables.newest(folder)
    assert "remove it" in told.value.remedy


def test_an_entry_that_is_missing_is_named(tables, folder):
    (folder / "_delta_log" / f"{2:020d}.json").unlink()
    with pytest.raises(StoreBroken, match=r"Table numbers .* entry 0+2\.json .* missing") as told:
        tables.newest(folder)
    assert "lake/numbers as a whole" in told.value.remedy


@pytest.fixture
def ledger(tmp_path):
    DeltaTables(tmp_path).prepare(REGISTRY_STATUS)
    ledger = DeltaLedger(tmp_path)
    for row in ledger_of(first(1)):
        ledger.append(row)
    return ledger


def test_a_file_changed_by_hand_is_not_passed_over_for_what_was_read(ledger):
    assert ledger.rows("burned_area")
    file = next((ledger.root / REGISTRY_STATUS.name).glob("*.parquet"))
    file.write_bytes(b"?" * file.stat().st_size)
    with pytest.raises(StoreBroken, match="registry_status cannot be used"):
        ledger.rows("burned_area")


def test_rows_taken_from_a_reading_are_the_callers_own(ledger):
    ledger.rows("burned_area").clear()
    assert len(ledger.rows("burned_area")) == 1
